// KaTeX with what the page's formulas use: from its own sources, without the functions, symbols, macros and fonts that no formula of ours can hold.
// Not here: how the page calls it (`web/math/formula.tsx`).
// Invariant: only LaTeX that the library or the page wrote is set, so its commands are those that stand in their sources; a test sets thousands of formulas with this and with the whole of KaTeX.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of KaTeX whose functions we write, and those that the kept macros need. */
const functions = new Set(
  'accent char cr delimsizing environment font genfrac horizBrace html htmlmathml kern lap math mathchoice mclass op operatorname ordgroup overline phantom relax rule sizing smash sqrt styling supsub symbolsOp symbolsOrd symbolsSpacing text'.split(
    ' ',
  ),
);
/** Faces that the page's formulas are set in. */
export const faces = /^(?:AMS-Regular|Main-Regular|Main-Bold|Main-Italic|Math-Italic|Size\d-Regular)$/;

/** Every command that the sources of printed formulas spell, by name or by the name of a letter. */
export function commandsOf(root) {
  const out = new Set(['\\Sigma', '\\Pi']);
  for (const folder of ['src/term', 'src/derive', 'src/rules', 'src/lint', 'web']) {
    for (const file of readdirSync(join(root, folder), { recursive: true }).map(String)) {
      if (!/\.tsx?$/.test(file)) continue;
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, name] of text.matchAll(/\\\\?([A-Za-z]+)/g)) out.add(`\\${name}`);
    }
  }
  const names = readFileSync(join(root, 'src/term/print/names.ts'), 'utf8');
  for (const [, name] of names.matchAll(/\['([A-Za-z]+)', '.'\]/gu)) out.add(`\\${name}`);
  // What KaTeX writes by itself: the prime of f', the sign of a root, the pieces of brackets.
  for (const file of ['Parser.ts', 'delimiter.ts', 'functions/sqrt.ts', 'functions/accent.ts'])
    for (const [, name] of readFileSync(join(root, 'node_modules/katex/src', file), 'utf8').matchAll(
      /\\\\([A-Za-z]+)/g,
    ))
      out.add(`\\${name}`);
  return out;
}

const inside = (path) => /[\\/]katex[\\/]src[\\/](.+)$/.exec(path.replace(/\?.*$/, ''))?.[1]?.replaceAll('\\', '/');

const macroLine = /^defineMacro\((["'])\\\\([A-Za-z@]+)\1,\s*(["'])((?:(?!\3).)*)\3\);.*$/;
/** Macros of one line that nothing kept expands to are left out. */
function macros(code, commands) {
  const lines = code.split('\n');
  const bodies = new Map();
  for (const line of lines) {
    const m = macroLine.exec(line);
    if (m !== null) bodies.set(`\\${m[2]}`, m[4]);
  }
  const used = (text) => [...text.matchAll(/\\\\([A-Za-z@]+)/g)].map((m) => `\\${m[1]}`);
  const kept = new Set();
  const keep = (name) => {
    if (kept.has(name)) return;
    kept.add(name);
    for (const next of used(bodies.get(name) ?? '')) keep(next);
  };
  for (const name of commands) keep(name);
  for (const line of lines) if (!macroLine.test(line)) for (const name of used(line)) keep(name);
  const out = lines.filter((line) => {
    const m = macroLine.exec(line);
    return m === null || kept.has(`\\${m[2]}`);
  });
  return { code: out.join('\n'), kept };
}

/** Symbols beyond ASCII that are named by a command which is not kept are left out; characters stay. */
const symbols = (code, kept) =>
  code
    .split('\n')
    .filter((line) => {
      const m = /^defineSymbol\(.*, "\\u([0-9a-f]{4})", "\\\\([A-Za-z@]+)"(?:, true)?\);/.exec(line);
      return m === null || /, accent, /.test(line) || Number.parseInt(m[1], 16) < 128 || kept.has(`\\${m[2]}`);
    })
    .join('\n');

const metrics = (code) =>
  code.replace(/^ {4}"([A-Za-z0-9]+-[A-Za-z]+)": \{\n[\s\S]*?^ {4}\},?\n/gm, (all, face) =>
    faces.test(face) ? all : '',
  );

/** The plugin for Vite; `katex` is resolved to the sources. */
export function katexOfThePage(root) {
  const commands = commandsOf(root);
  const read = (name) => readFileSync(join(root, 'node_modules', 'katex', 'src', name), 'utf8');
  const { code: keptMacros, kept } = macros(read('macros.ts'), commands);
  const by = {
    'functions.ts': (code) =>
      code.replace(/^import "\.\/(?:functions|environments)\/(\w+)";$/gm, (line, name) =>
        functions.has(name) ? line : '',
      ),
    'macros.ts': () => keptMacros,
    'symbols.ts': (code) => symbols(code, kept),
    'fontMetricsData.js': metrics,
    // Arrows and braces that stretch.
    'svgGeometry.ts': (code) => code.replace(/(export const path[^=]*= )\{[\s\S]*?\n\};/, '$1{};'),
  };
  return {
    name: 'katex of the page',
    enforce: 'pre',
    config: () => ({
      resolve: { alias: [{ find: /^katex$/, replacement: join(root, 'node_modules', 'katex', 'katex.ts') }] },
      define: { __VERSION__: '"own"' },
    }),
    transform(code, id) {
      const file = inside(id);
      return file !== undefined && by[file] !== undefined ? { code: by[file](code), map: null } : null;
    },
  };
}
