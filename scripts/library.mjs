// Embeds the documents of library/ as strings, so that browsers need no file system: writes src/library.generated.ts; and, once compiled, their outlines.
// Not here: what a document means (src/document).
// Invariant: the file is rewritten only when its content changes, in one rename, so that parallel readers never see half of it.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Every document under library/ by its name: its path without `.md`. */
export function readLibrary(folder = join(root, 'library')) {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true })
    .map((f) => String(f).replaceAll('\\', '/'))
    .filter((f) => f.endsWith('.md') && !f.endsWith('README.md'));
  return Object.fromEntries(files.sort().map((f) => [f.slice(0, -3), readFileSync(join(folder, f), 'utf8')]));
}

/** Writes src/library.generated.ts when it is not up to date; true when it was written. */
export function writeLibrary() {
  const entries = Object.entries(readLibrary()).map(
    ([name, text]) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},\n`,
  );
  const source = `// The documents of library/, as strings. Written by scripts/library.mjs; not to be edited, not kept in git.
// Not here: their meaning, which src/document reads.
// Invariant: one entry a file, named by its path under library/ without the ending.

export const libraryTexts: Readonly<Record<string, string>> = {
${entries.join('')}};
`;
  const target = join(root, 'src', 'library.generated.ts');
  if (existsSync(target) && readFileSync(target, 'utf8') === source) return false;
  mkdirSync(dirname(target), { recursive: true });
  const fresh = `${target}.${process.pid}`;
  writeFileSync(fresh, source);
  renameSync(fresh, target);
  return true;
}

/** Replaces dist/meaning/outlines.js by the outlines themselves. */
export async function writeOutlines(dist = join(root, 'dist', 'meaning')) {
  const { libraryOutlines } = await import(pathToFileURL(join(dist, 'library.js')).href);
  writeFileSync(
    join(dist, 'outlines.js'),
    `// The outlines of the built-in documents, written by scripts/library.mjs.\nexport const outlines = ${JSON.stringify(libraryOutlines())};\n`,
  );
}
