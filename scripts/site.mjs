// Builds the page into site/: a static folder that works from any server, from a path below it, and offline after the first visit.
// Usage: node scripts/site.mjs [--if-stale]
// Not here: the page (web/), serving it (src/cli/serve.ts).
// Invariant: nothing is fetched; the entrance's HTML and its derivation are made by the library in dist/; no file has an inline style.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { faces, katexOfThePage } from './katex.mjs';
import { readLibrary } from './library.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...parts) => join(root, ...parts);
const web = (...parts) => inRoot('web', ...parts);

export const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

const door = { whygrad: inRoot('dist', 'index.js') };

/** The page's own code for Node, with which its entrance is made. */
async function prerenderer() {
  const { build } = await import('esbuild');
  const outfile = inRoot('node_modules', '.whygrad', 'prerender.mjs');
  await build({
    entryPoints: [web('build', 'prerender.tsx')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    alias: door,
    external: ['node:*'],
    define: { 'import.meta.env': '{}' },
    logLevel: 'error',
  });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

/** KaTeX's style sheet with the one format of fonts that every browser reads, and the faces that we use. */
function katexStyle() {
  const css = readFileSync(inRoot('node_modules', 'katex', 'dist', 'katex.min.css'), 'utf8');
  return css
    .replace(/,url\(fonts\/[^)]*\.(?:woff|ttf)\)\s*format\("(?:woff|truetype)"\)/g, '')
    .replace(/@font-face\{[^}]*?fonts\/KaTeX_([\w-]+)\.woff2[^}]*\}/g, (all, face) => (faces.test(face) ? all : ''))
    .replaceAll('url(fonts/', 'url(katex/dist/fonts/');
}

/** Writes what the page is built from besides its sources; gives the entrance's HTML. */
export async function generate() {
  mkdirSync(inRoot('node_modules', '.whygrad'), { recursive: true });
  writeFileSync(web('katex.generated.css'), katexStyle());
  if (!existsSync(web('first.generated.json')))
    writeFileSync(web('first.generated.json'), '{"derivation":{"steps":[]}}');
  if (!existsSync(web('cards.generated.json'))) writeFileSync(web('cards.generated.json'), '[]');
  const { makeFirst, makeCards } = await prerenderer();
  writeFileSync(web('cards.generated.json'), JSON.stringify(makeCards()));
  writeFileSync(web('first.generated.json'), JSON.stringify(makeFirst()));
  const { entrance } = await prerenderer();
  const { html, css } = await entrance();
  writeFileSync(web('first.generated.css'), css);
  return html;
}

/** What the page loads by name, or never uses: documents, data sets, writers of files. */
const leftOut = new Map([
  ['library.generated.js', `export const libraryTexts = ${JSON.stringify(optimizers())};`],
  ['meaning/outlines.js', 'export const outlines = {};'],
  ['learn/data/digits.js', unused('loadDigits')],
  ['learn/data/iris.js', unused('loadIris')],
  ['learn/data/npy.js', `${unused('npyTable')}${unused('readNpy')}${unused('writeNpy')}`],
  ['learn/data/json.js', unused('jsonTable')],
  ['learn/export/module.js', unused('moduleText')],
  ['learn/export/onnx-file.js', unused('onnxFile')],
  ['learn/export/onnx-graph.js', unused('onnxGraph')],
]);
/** The documents that training reads by itself. */
function optimizers() {
  return Object.fromEntries(Object.entries(readLibrary()).filter(([name]) => name.startsWith('optimizers/')));
}
function unused(name) {
  return `export const ${name} = () => { throw new Error('bug: the page has no ${name}'); };`;
}
const lighter = {
  name: 'what the page does not carry',
  enforce: 'pre',
  load: (id) => leftOut.get(id.replaceAll('\\', '/').replace(/\?.*$/, '').split('/dist/').at(-1)) ?? null,
};

async function bundle(html) {
  const { build } = await import('vite');
  const before = process.env.NODE_ENV;
  // The page is one thing, whoever builds it.
  process.env.NODE_ENV = 'production';
  await build({
    configFile: false,
    root: web(),
    base: './',
    logLevel: 'error',
    resolve: { alias: door },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    worker: { format: 'es', plugins: () => [lighter] },
    build: {
      outDir: inRoot('site'),
      emptyOutDir: true,
      assetsInlineLimit: 0,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rolldownOptions: { external: [/^node:/] },
    },
    plugins: [
      katexOfThePage(root),
      lighter,
      {
        name: 'the entrance',
        transformIndexHtml: {
          order: 'pre',
          handler: (page) => page.replace('%FIRST%', () => html).replace('%CSP%', () => policy),
        },
      },
    ],
  });
  if (before === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = before;
}

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((f) => String(f).replaceAll('\\', '/'))
    .filter((f) => statSync(join(folder, f)).isFile());

/** The service worker with the list of files that it keeps. */
function writePrecache() {
  const site = inRoot('site');
  const files = filesOf(site).filter((f) => f !== 'sw.js');
  const hash = createHash('sha256');
  for (const f of files) hash.update(f).update(readFileSync(join(site, f)));
  const list = JSON.stringify(['./', ...files.filter((f) => f !== 'index.html')]);
  const code = readFileSync(web('build', 'sw.js'), 'utf8')
    .replace("'%VERSION%'", JSON.stringify(hash.digest('hex').slice(0, 12)))
    .replace("['%FILES%']", () => list);
  writeFileSync(join(site, 'sw.js'), code);
}

const sources = ['web', 'library', 'scripts/site.mjs', 'scripts/katex.mjs', 'dist/index.js', 'package.json'];
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return /\.generated\./.test(path) ? 0 : stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
const isBuilt = () =>
  existsSync(inRoot('site', 'sw.js')) &&
  statSync(inRoot('site', 'sw.js')).mtimeMs >= Math.max(...sources.map((s) => newest(inRoot(s))));

export async function buildSite({ ifStale = false } = {}) {
  if (!existsSync(web('index.html'))) return;
  if (ifStale && isBuilt()) return;
  if (!existsSync(inRoot('node_modules', 'vite'))) {
    console.error('site: skipped, the development dependencies are not installed (npm install, without --omit=dev)');
    return;
  }
  await bundle(await generate());
  cpSync(inRoot('library'), inRoot('site', 'library'), {
    recursive: true,
    filter: (f) => !/README\.md$|[\\/]optimizers/.test(f),
  });
  writePrecache();
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await buildSite({ ifStale: process.argv.includes('--if-stale') });
