// A program as a WebAssembly module for given sizes, with a loader that needs nothing else.
// Not here: how the bytes are made (`../codegen/`).
// Invariant: the loader's views are those of a plan: row-major, valid as long as the instance.
import { compileModule } from '../codegen/module.ts';
import type { Tensor } from '../loops.ts';
import type { EmitRequest, Target } from './target.ts';

export const wasm: Target = {
  name: 'wasm', says: 'a WebAssembly module for fixed sizes, with a JavaScript loader',
  emit: (r) => {
    const s = r.fixed();
    const m = compileModule(s, { type: r.dtype, fast: false });
    const view = (t: Tensor): string => {
      const { base, count } = m.layout.of(t.name);
      const array = t.dtype === 'index' ? 'Int32Array' : r.dtype === 'f32' ? 'Float32Array' : 'Float64Array';
      return `    ${JSON.stringify(t.name)}: new ${array}(memory.buffer, ${base}, ${count}), // [${t.dims.join(', ')}]`;
    };
    const tensors = [...s.program.tensors.values()];
    const group = (roles: readonly string[]): string[] => tensors.filter((t) => roles.includes(t.role)).map(view);
    return [{ name: `${r.name}.wasm`, content: m.bytes }, { name: `${r.name}.js`, content: loader(r, m.pages, group(['input', 'state']), group(['output'])) }];
  },
};

const loader = (r: EmitRequest, pages: number, inputs: readonly string[], outputs: readonly string[]): string => [
  `// ${r.title}: written by whygrad from its formulas. Fill inputs.NAME, call run(), read outputs.NAME.`,
  `/** Instantiates the module. In Node: load(readFileSync('${r.name}.wasm')); in a browser: load(await (await fetch('${r.name}.wasm')).arrayBuffer()). */`,
  'export async function load(bytes) {',
  `  const memory = new WebAssembly.Memory({ initial: ${pages} });`,
  '  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });',
  '  const inputs = {', ...inputs, '  };', '  const outputs = {', ...outputs, '  };',
  '  return { inputs, outputs, run: instance.exports.run };', '}', '',
].join('\n');
