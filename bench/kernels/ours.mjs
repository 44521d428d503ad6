// The built package under test.
// Not here: measuring.
// Invariant: what is measured is what is shipped (dist/).
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const built = process.env.DIST ?? fileURLToPath(new URL('../../dist/', import.meta.url));
if (!existsSync(`${built}/kernels/index.js`)) {
  console.error('bench: run `npm run build` first');
  process.exit(1);
}
export const ours = await import(pathToFileURL(`${built}/kernels/index.js`).href);
export const builtFolder = built;
/** Whether this engine has fused multiply-add in WebAssembly. */
export const { hasRelaxedSimd } = await import(pathToFileURL(`${built}/kernels/instance.js`).href);
export const styles = hasRelaxedSimd()
  ? [
      { style: 'fast', fast: true },
      { style: 'default', fast: false },
    ]
  : [{ style: 'default', fast: false }];
