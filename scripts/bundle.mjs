// What Node loads, in few files: the library as one module, the command line as a start file with a chunk a verb. Loading many small modules takes longer than running them.
// Not here: compiling TypeScript (build.mjs). Bundlers get the small modules, from which they keep what is used.
// Invariant: a verb's chunk holds only what that verb uses, although all of them import the one public door; helper threads' code lies beside the code that starts them.
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where each name of the public door is defined, from its `export { … } from '…'` lines. */
function definedIn(door) {
  const places = new Map();
  for (const [, names, from] of readFileSync(door, 'utf8').matchAll(
    /export\s*\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g,
  )) {
    for (const name of names
      .split(',')
      .map((n) => n.trim())
      .filter((n) => n !== '')) {
      const [inner, outer = inner] = name.split(/\s+as\s+/);
      places.set(outer, { inner, from });
    }
  }
  return places;
}

/** Imports from the public door, written as imports from the places behind it: a bundler splits by files, not by names. */
function aroundTheDoor(source, places) {
  return source.replace(/import\s*\{([^}]*)\}\s*from\s*['"]\.\.\/index\.js['"];/g, (_, names) =>
    names
      .split(',')
      .map((n) => n.trim())
      .filter((n) => n !== '')
      .map((name) => {
        const [outer, local = outer] = name.split(/\s+as\s+/);
        const place = places.get(outer);
        if (place === undefined) throw new Error(`the public door has no '${outer}'`);
        return `import { ${place.inner} as ${local} } from '${place.from.replace('./', '../')}';`;
      })
      .join('\n'),
  );
}

/** CommonJS packages ask for parts of Node by require. */
const banner = {
  js: "import { createRequire as __require } from 'node:module'; const require = __require(import.meta.url);",
};

const shared = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  chunkNames: 'part-[hash]',
  logLevel: 'error',
};

/** Writes the start file over `dist/cli.js` with its chunks beside it. */
export async function bundleCommandLine(dist) {
  const { build } = await import('esbuild');
  const places = definedIn(join(dist, 'index.js'));
  const door = {
    name: 'around the door',
    setup: (b) =>
      b.onLoad({ filter: /[\\/]dist[\\/](?:cli|mcp|lsp)[\\/][^\\/]+\.js$/ }, ({ path }) => ({
        contents: aroundTheDoor(readFileSync(path, 'utf8'), places),
        loader: 'js',
      })),
  };
  await build({
    ...shared,
    entryPoints: { cli: join(dist, 'cli.js'), worker: join(dist, 'kernels', 'worker.js') },
    outdir: dist,
    allowOverwrite: true,
    minify: true,
    plugins: [door],
    // What a server needs beside Node is in its verb's part; it is no dependency of the package.
    packages: 'bundle',
    external: ['picocolors', 'esbuild'],
    banner,
  });
  // Only the bundle is needed: the modules import packages that are no dependencies of this one.
  for (const server of ['mcp', 'lsp']) rmSync(join(dist, server), { recursive: true, force: true });
  chmodSync(join(dist, 'cli.js'), 0o755);
}

/** Writes the library for Node into `dist/node/`. */
export async function bundleLibrary(dist) {
  const { build } = await import('esbuild');
  await build({
    ...shared,
    entryPoints: { index: join(dist, 'index.js'), worker: join(dist, 'kernels', 'worker.js') },
    outdir: join(dist, 'node'),
    minifySyntax: true,
    minifyWhitespace: true,
  });
}

/** Writes `whygrad/expect` as one file with the parser that it needs; its modules stay until `bundleCalls` has used them. */
export async function bundleExpectations(dist) {
  const { build } = await import('esbuild');
  await build({
    ...shared,
    splitting: false,
    minify: true,
    keepNames: true,
    packages: 'bundle',
    entryPoints: { expect: join(dist, 'expect', 'expect.js') },
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    banner,
  });
}

/** Writes the process that programs in other languages call as one file that needs nothing beside it. */
export async function bundleCalls(dist) {
  const { build } = await import('esbuild');
  await build({
    ...shared,
    splitting: false,
    minify: true,
    entryPoints: { rpc: join(dist, 'rpc', 'main.js') },
    outdir: dist,
    outExtension: { '.js': '.mjs' },
  });
  // Only their declarations are needed: the modules import packages that are no dependencies of this one.
  for (const file of readdirSync(join(dist, 'expect'))) if (file.endsWith('.js')) rmSync(join(dist, 'expect', file));
}
