// Prints how many bytes the package has and how many a bundled `import { softmax }` pulls in.
// Not here: a limit; test/project/size.test.ts has it.
// Invariant: measures what `npm pack` would ship and what esbuild keeps, minified, and after gzip.
import { build } from 'esbuild';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function bytesBelow(folder, wanted) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((f) => join(root, folder, String(f)))
    .filter((f) => wanted(f) && statSync(f).isFile())
    .reduce((sum, f) => sum + statSync(f).size, 0);
}

/** The size of a program that imports `names` from the package, minified, and gzipped. */
export async function bundledSize(names) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { ${names} } from './dist/index.js';`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    external: ['node:*'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const code = outputFiles[0].contents;
  return { bytes: code.length, gzip: gzipSync(code).length, files: Object.entries(metafile.outputs)[0][1].inputs };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const row = (name, bytes, more = '') => console.log(`${name.padEnd(34)}${String(bytes).padStart(10)}${more}`);
  row(
    'dist, code',
    bytesBelow('dist', (f) => f.endsWith('.js')),
  );
  row(
    'dist, types',
    bytesBelow('dist', (f) => f.endsWith('.d.ts')),
  );
  row(
    'library',
    bytesBelow('library', (f) => f.endsWith('.md')),
  );
  row('command line, start file', readFileSync(join(root, 'dist', 'cli.js')).length);
  for (const names of [
    'softmax',
    'crossEntropy',
    'relu',
    'matmul',
    'softmax, crossEntropy',
    'parse, print',
    'derive',
    'compile',
  ]) {
    try {
      const { bytes, gzip } = await bundledSize(names);
      row(`import { ${names} }`, bytes, `  (${gzip} gzipped)`);
    } catch (error) {
      row(`import { ${names} }`, '-', `  ${String(error.message).split('\n')[1] ?? error.message}`);
    }
  }
}
