// Writes the ready kernels into the built package as bytes: dist/kernels/bytes/*.js no longer assemble anything.
// Not here: the kernels themselves (src/compile/schedules).
// Invariant: the bytes are those that assembling at run time gives (test/kernels/prebuilt.test.ts).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pack } from './pack.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const types = ['f32', 'f64'];

/** The packed bytes of a type, and where each variant of each source stands in them. What is wanted first, the default style in float32, is not packed: unpacking takes a millisecond in code that runs for the first time. */
function packType(type, sources) {
  const parts = Object.entries(sources).flatMap(([name, source]) =>
    [false, true].map((fast) => ({ name, variant: `${type}${fast ? ' fast' : ''}`, bytes: source.bytes(type, fast) })),
  );
  let end = 0;
  const places = parts.map(({ name, variant, bytes }) => {
    const from = end;
    end += bytes.length;
    return { name, variant, from, to: end };
  });
  return {
    type,
    places,
    text: Buffer.from(
      pack(new Uint8Array(Buffer.concat(parts.map((p) => p.bytes))), type === 'f32' ? parts[0].bytes.length : 0),
    ).toString('base64'),
  };
}

/** Replaces every file of dist/kernels/bytes; the names of its exports stay. */
export async function writeKernels(folder = join(dist, 'kernels', 'bytes')) {
  for (const file of readdirSync(folder).filter((f) => f.endsWith('.js'))) {
    const path = join(folder, file);
    const exported = await import(`${pathToFileURL(path).href}?assembled`);
    // In the order of the file; a module's own order is the alphabet's.
    const sources = Object.fromEntries(
      [...readFileSync(path, 'utf8').matchAll(/^export const (\w+) =/gm)].map(([, name]) => [name, exported[name]]),
    );
    const packed = types.map((type) => packType(type, sources));
    const placesOf = (name) =>
      packed
        .flatMap(({ type, places }) =>
          places.filter((p) => p.name === name).map((p) => `'${p.variant}': [${type}, ${p.from}, ${p.to}]`),
        )
        .join(', ');
    // A bundler drops what nobody uses, if calls are said to have no effect.
    writeFileSync(
      path,
      [
        "// Kernels as WebAssembly, written by scripts/kernels.mjs.\nimport { prebuilt } from '../instance.js';\n",
        ...packed.map(({ type, text }) => `const ${type} = '${text}';`),
        ...Object.keys(sources).map(
          (name) => `export const ${name} = /* @__PURE__ */ prebuilt({ ${placesOf(name)} });`,
        ),
      ].join('\n') + '\n',
    );
  }
}
