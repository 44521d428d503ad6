// Writes the ready kernels into the built package as bytes: dist/kernels/bytes/*.js no longer assemble anything.
// Not here: the kernels themselves (src/compile/schedules).
// Invariant: the bytes are those that assembling at run time gives (test/kernels/prebuilt.test.ts).
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const variants = ['f32', 'f32 fast', 'f64', 'f64 fast'];

/** Replaces every file of dist/kernels/bytes; the names of its exports stay. */
export async function writeKernels(folder = join(dist, 'kernels', 'bytes')) {
  for (const file of readdirSync(folder).filter((f) => f.endsWith('.js'))) {
    const path = join(folder, file);
    const sources = await import(`${pathToFileURL(path).href}?assembled`);
    const entries = Object.entries(sources).map(([name, source]) => {
      const bytes = Object.fromEntries(variants.map((v) => [v, Buffer.from(source.bytes(v.split(' ')[0], v.endsWith('fast'))).toString('base64')]));
      return `export const ${name} = prebuilt(${JSON.stringify(bytes)});\n`;
    });
    writeFileSync(path, `// Kernels as WebAssembly, written by scripts/kernels.mjs.\nimport { prebuilt } from '../instance.js';\n\n${entries.join('')}`);
  }
}
