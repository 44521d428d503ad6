// A program as a WebAssembly module with a loader that needs nothing else: fast code where the sizes are given, sizes
// as parameters otherwise.
// Not here: how the bytes are made (`../codegen/`).
// Invariant: the loader's views are row-major and valid as long as the instance.
import { genericModule } from '../codegen/generic.ts';
import { compileModule } from '../codegen/module.ts';
import { must } from '../../term/must.ts';
import type { Tensor } from '../loops.ts';
import type { Schedule } from '../schedule.ts';
import { exceptText, insideHelper } from './javascript.ts';
import { sizesOf } from './sizes.ts';
import type { EmittedFile, EmitRequest, Target } from './target.ts';

export const wasm: Target = {
  name: 'wasm',
  says: 'a WebAssembly module with a JavaScript loader',
  emit: (r) => {
    const s = r.fixed();
    return s === null ? generic(r, r.loops()) : fixed(r, s);
  },
};

const arrayOf = (t: Tensor, r: EmitRequest): string =>
  t.dtype === 'index' ? 'Int32Array' : r.dtype === 'f32' ? 'Float32Array' : 'Float64Array';
const usage = (r: EmitRequest, more: string): string[] => [
  `// ${r.title}: written by whygrad from its formulas. Fill inputs.NAME, call run(), read outputs.NAME.`,
  `// In Node: await load(readFileSync('${r.name}.wasm')${more}); in a browser: await load(await (await fetch('${r.name}.wasm')).arrayBuffer()${more}).`,
];

function fixed(r: EmitRequest, s: Schedule): EmittedFile[] {
  const m = compileModule(s, { type: r.dtype, fast: false });
  const view = (t: Tensor): string => {
    const { base, count } = m.layout.of(t.name);
    return `    ${JSON.stringify(t.name)}: new ${arrayOf(t, r)}(memory.buffer, ${base}, ${count}), // [${t.dims.join(', ')}]`;
  };
  const tensors = [...s.program.tensors.values()];
  const group = (roles: readonly string[]): string[] => tensors.filter((t) => roles.includes(t.role)).map(view);
  const loader = [
    ...usage(r, ''),
    'export async function load(bytes) {',
    `  const memory = new WebAssembly.Memory({ initial: ${m.pages} });`,
    '  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });',
    '  const inputs = {',
    ...group(['input', 'state']),
    '  };',
    '  const outputs = {',
    ...group(['output']),
    '  };',
    `  return { inputs, outputs, run: ${checkedRun(s, 'instance.exports.run', 'inputs', (t) => `${must(t.of).size}`)} };`,
    '}',
    ...helpersOf(s),
    '',
  ].join('\n');
  return [
    { name: `${r.name}.wasm`, content: m.bytes },
    { name: `${r.name}.js`, content: loader },
  ];
}

function generic(r: EmitRequest, s: Schedule): EmittedFile[] {
  const sizes = sizesOf(s.program);
  const m = genericModule(s, sizes, r.dtype);
  const dim = (t: Tensor, n: number): string =>
    sizes.includes(t.sets[n] ?? '') ? JSON.stringify(t.sets[n]) : `${t.dims[n]}`;
  const rows = m.tensors.map(
    (t) =>
      `  [${JSON.stringify(t.name)}, ${arrayOf(t, r)}, [${t.dims.flatMap((_, n) => (m.dropped.get(t.name)?.has(n) === true ? [] : [dim(t, n)])).join(', ')}], '${t.role}'],`,
  );
  const loader = [
    ...usage(r, ', SIZES'),
    `// SIZES: the shape of a tensor ({ ${example(s)} }) or the size of an index set (${sizes.map((x) => JSON.stringify(x)).join(', ') || 'none'}).`,
    'const tensors = [',
    ...rows,
    '];',
    `const names = ${JSON.stringify(sizes)};`,
    'export async function load(bytes, given = {}) {',
    '  const sizes = {};',
    '  for (const [name, size] of Object.entries(given)) {',
    '    const shape = tensors.find((t) => t[0] === name)?.[2];',
    '    if (!Array.isArray(size)) sizes[name] = size;',
    '    else if (shape !== undefined) shape.forEach((dim, n) => { sizes[dim] = size[n]; });',
    '  }',
    "  for (const name of names) if (!Number.isInteger(sizes[name])) throw new Error(`the size '${name}' is not given`);",
    "  const sizeOf = (dim) => (typeof dim === 'number' ? dim : sizes[dim]);",
    '  let next = 4096;',
    '  const places = tensors.map(([name, array, shape, role]) => {',
    '    const count = shape.reduce((n, dim) => n * sizeOf(dim), 1);',
    '    const place = { name, array, role, count, at: next };',
    '    next += Math.ceil((count + 1) * array.BYTES_PER_ELEMENT / 64) * 64;',
    '    return place;',
    '  });',
    '  const work = next;',
    ...m.matrices.map(
      (set) => `  next = Math.max(next, work + 16 * sizeOf(${sizes.includes(set) ? JSON.stringify(set) : set}) ** 2);`,
    ),
    '  const memory = new WebAssembly.Memory({ initial: Math.ceil((next + 64) / 65536) });',
    '  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });',
    '  const views = (...roles) => Object.fromEntries(places.filter((p) => roles.includes(p.role)).map((p) => [p.name, new p.array(memory.buffer, p.at, p.count)]));',
    '  const args = [...places.map((p) => p.at), ...names.map((name) => sizes[name]), work];',
    "  const inputs = views('input', 'state');",
    `  return { inputs, outputs: views('output'), run: ${checkedRun(s, '() => instance.exports.run(...args)', 'inputs', (t) => `sizeOf(${sizes.includes(must(t.of).set) ? JSON.stringify(must(t.of).set) : must(t.of).size})`)} };`,
    '}',
    ...helpersOf(s),
    '',
  ].join('\n');
  return [
    { name: `${r.name}.wasm`, content: m.bytes },
    { name: `${r.name}.js`, content: loader },
  ];
}
const wholeNumbers = (s: Schedule): Tensor[] => [...s.program.tensors.values()].filter((t) => t.of !== undefined);
/** The run, behind a look at the entries that have to be positions. */
function checkedRun(s: Schedule, run: string, inputs: string, size: (t: Tensor) => string): string {
  const tests = wholeNumbers(s).map(
    (t) => `inside(${JSON.stringify(t.name)}, ${inputs}[${JSON.stringify(t.name)}], ${size(t)}${exceptText(t)});`,
  );
  return tests.length === 0 ? run : `() => { ${tests.join(' ')} return (${run})(); }`;
}
const helpersOf = (s: Schedule): readonly string[] => (wholeNumbers(s).length === 0 ? [] : insideHelper);
function example(s: Schedule): string {
  const t = [...s.program.tensors.values()].find((x) => x.role === 'input' && x.dims.length > 0);
  return t === undefined ? '' : `${t.name}: [${t.dims.map((_, n) => 4 + n).join(', ')}]`;
}
