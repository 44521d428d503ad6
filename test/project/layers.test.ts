// The rooms and their order, read from the import lines.
// Not here: what the rooms do.
// Invariant: an edge that is not in the table below fails the build, whoever adds it.
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { must } from '../../src/term/must.ts';
import { literalsOf } from './syntax.ts';
import { codeOnly, importsOf, productSources, read, root, type Import } from './sources.ts';

/** Each room and the rooms it may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  term: [],
  language: ['term'],
  library: [],
  document: ['language', 'term'],
  meaning: ['document', 'language', 'term', 'library'],
  rules: ['meaning', 'term'],
  check: ['rules', 'term'],
  derive: ['rules', 'check', 'meaning', 'document', 'language', 'term'],
  lint: ['derive', 'check', 'rules', 'meaning', 'document', 'language', 'term'],
  compile: ['term'],
  kernels: ['compile', 'derive', 'meaning', 'document', 'term'],
  learn: ['kernels', 'check', 'compile', 'derive', 'meaning', 'document', 'term'],
  doctor: ['rules', 'term'],
  index: ['term', 'meaning', 'rules', 'check', 'document', 'derive', 'lint', 'compile', 'kernels', 'learn', 'doctor'],
  cli: ['index', 'mcp', 'lsp'],
  expect: ['doctor', 'rules', 'term'],
  rpc: ['index', 'expect'],
  mcp: ['index'],
  lsp: ['index'],
};
/** Files over 400 lines since the formatter decides the look, with their lengths: a list that may only shrink. */
const tooLong: Readonly<Record<string, number>> = {
  'src/compile/wasm.ts': 580,
  'src/meaning/elaborate/elaborator.ts': 448,
  'src/document/relations.ts': 465,
  'src/meaning/usage.ts': 474,
  'src/learn/export/onnx-graph.ts': 557,
  'src/lint/judge.ts': 667,
  'src/rules/mistakes-gradients.ts': 549,
  'src/meaning/typed/ranks.ts': 520,
  'src/term/symbols.ts': 500,
};
/** Rooms that run in browsers, too, and have no dependency. */
const pure = ['term', 'language', 'document', 'meaning', 'rules', 'check', 'derive', 'lint', 'compile', 'kernels'];
/** Packages that the command line may use. */
const cliPackages = ['picocolors'];
/** Files with comments that are still wider than 120 columns: a list that may only shrink. */
const stillWide: ReadonlySet<string> = new Set([
  'src/check/compile.ts',
  'src/check/equal.ts',
  'src/check/floats.ts',
  'src/check/replay.ts',
  'src/check/residues.ts',
  'src/check/ring.ts',
  'src/check/sample.ts',
  'src/cli/files.ts',
  'src/cli/input.ts',
  'src/cli/lint.ts',
  'src/cli/verb.ts',
  'src/compile/wasm.ts',
  'src/derive/choose.ts',
  'src/derive/collect-sums.ts',
  'src/derive/collect.ts',
  'src/derive/facts.ts',
  'src/derive/finish.ts',
  'src/derive/forms.ts',
  'src/derive/given.ts',
  'src/derive/products.ts',
  'src/meaning/document.ts',
  'src/document/prose.ts',
  'src/document/relations.ts',
  'src/meaning/survey.ts',
  'src/meaning/usage.ts',
  'src/kernels/cross-entropy.ts',
  'src/learn/command.ts',
  'src/learn/data/csv.ts',
  'src/learn/data/dataset.ts',
  'src/learn/data/split.ts',
  'src/learn/data/table.ts',
  'src/learn/engine.ts',
  'src/learn/export/onnx-graph.ts',
  'src/learn/files/disk.ts',
  'src/learn/loop.ts',
  'src/learn/model.ts',
  'src/learn/network/bind.ts',
  'src/learn/network/build.ts',
  'src/learn/options.ts',
  'src/learn/warnings.ts',
  'src/lint/attempt.ts',
  'src/lint/judge.ts',
  'src/rules/calculus.ts',
  'src/rules/equality.ts',
  'src/rules/mistakes-gradients.ts',
  'src/rules/normal-deltas.ts',
  'src/rules/normal.ts',
  'src/rules/normaliser.ts',
  'src/rules/polynomial.ts',
  'src/rules/rule.ts',
  'src/meaning/parse.ts',
  'src/language/binders.ts',
  'src/language/brackets.ts',
  'src/meaning/typed/calls.ts',
  'src/meaning/typed/elaborate.ts',
  'src/language/grammar.ts',
  'src/meaning/typed/ranks.ts',
  'src/language/surface.ts',
  'src/meaning/typed/survey.ts',
  'src/term/symbols.ts',
  'src/language/tokens.ts',
  'src/term/sets.ts',
]);

function roomOf(file: string): string {
  if (file === 'src/index.ts') return 'index';
  if (file === 'src/cli.ts') return 'cli';
  if (file === 'src/library.generated.ts') return 'library';
  return file.split('/')[1] as string;
}

const sources = productSources();
const imports = sources.flatMap((file) => importsOf(file));
const internal = imports.filter((i) => i.to.startsWith('src/'));
const show = (i: Import): string => `${i.from} imports ${i.to}`;

describe('rooms', () => {
  test('every source file stands in a known room', () => {
    expect(sources.filter((f) => !(roomOf(f) in allowed))).toEqual([]);
  });

  test('a room imports only rooms that stand before it', () => {
    const wrong = internal.filter(
      (i) => roomOf(i.from) !== roomOf(i.to) && !allowed[roomOf(i.from)]?.includes(roomOf(i.to)),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test('the table of rooms itself has no cycle', () => {
    const depth = (room: string, path: readonly string[]): number => {
      if (path.includes(room)) throw new Error(`cycle: ${[...path, room].join(' → ')}`);
      return 1 + Math.max(0, ...(allowed[room] ?? []).map((next) => depth(next, [...path, room])));
    };
    expect(() => Object.keys(allowed).map((room) => depth(room, []))).not.toThrow();
  });

  test('no file imports itself around a corner, not even for a type', () => {
    const targets = new Map(sources.map((f) => [f, internal.filter((i) => i.from === f).map((i) => i.to)]));
    expect(firstCycle(targets)).toEqual([]);
  });

  test('relative imports name a file that exists, with its ending', () => {
    const known = new Set([...sources, 'src/library.generated.ts']);
    expect(internal.filter((i) => !known.has(i.to) && !i.to.includes('.generated.')).map(show)).toEqual([]);
  });

  test('the command line sees the product only through its public door', () => {
    const outside = imports.filter(
      (i) =>
        roomOf(i.from) === 'cli' &&
        !i.to.startsWith('src/') &&
        !i.to.startsWith('node:') &&
        !cliPackages.includes(i.to),
    );
    expect(outside.map(show)).toEqual([]);
  });

  test('rooms that run in browsers import no package and no part of Node, save workers', () => {
    const outside = imports.filter(
      (i) =>
        pure.includes(roomOf(i.from)) &&
        !i.to.startsWith('src/') &&
        !(roomOf(i.from) === 'kernels' && i.to === 'node:worker_threads'),
    );
    expect(outside.map(show)).toEqual([]);
  });

  test('the public door re-exports and defines nothing', () => {
    const rest = read('src/index.ts')
      .replace(/\/\/[^\n]*/g, '')
      .replace(/export\s+(type\s+)?(\*|\{[^}]*\})\s+from\s+'[^']+';/g, '')
      .trim();
    expect(rest).toBe('');
  });
});

describe('how imports are read', () => {
  test('every way to write one is seen', () => {
    const source =
      "import { a } from './a.ts';\nimport type { B } from '../term/b.ts';\nexport {\n  c,\n} from './c.ts';\nimport 'node:fs';\nconst d = await import('./d.ts');\nnew URL('./e.ts', import.meta.url);\n// import { no } from './no.ts';\n";
    expect(
      importsOf('src/check/x.ts', source)
        .map((i) => `${i.to}${i.typeOnly ? ' type' : ''}`)
        .sort(),
    ).toEqual([
      'node:fs',
      'src/check/a.ts',
      'src/check/c.ts',
      'src/check/d.ts',
      'src/check/e.ts',
      'src/term/b.ts type',
    ]);
  });

  test('a cycle is found', () => {
    expect(
      firstCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
  });

  test('comments and strings are no code', () => {
    expect(codeOnly("const a = 'eval(1)'; // eval(2)\n/* eval(3) */ f();").includes('eval')).toBe(false);
  });
});

describe('what no source may contain', () => {
  const banned: Readonly<Record<string, RegExp>> = {
    eval: /(?<![\w.])eval\s*\(/,
    'new Function': /\bnew\s+Function\b|(?<![\w.])Function\s*\(/,
    innerHTML: /\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write\b/,
    'an import whose name is computed': /\bimport\(\s*(?!['"])/,
    'a default export': /^\s*export\s+default\b/m,
    'a TypeScript escape': /@ts-(?:ignore|nocheck|expect-error)/,
    'type any': /:\s*any\b|\bas\s+any\b|<any>/,
  };
  for (const [name, pattern] of Object.entries(banned)) {
    test(name, () => {
      const wrong = sources.filter((f) => pattern.test(name === 'a TypeScript escape' ? read(f) : codeOnly(read(f))));
      expect(wrong).toEqual([]);
    });
  }
});

describe('comments', () => {
  test('a file that a comment names exists: beside it, or below src/ or the project', () => {
    const wrong = sources.flatMap((file) =>
      [...read(file).matchAll(/^\s*(?:\/\/|\/?\*).*$/gm)]
        .flatMap(([line]) => [...line.matchAll(/`([\w./-]+(?:\.ts|\.mjs|\/))`|\b((?:src|test|scripts)\/[\w./-]*\w)/g)])
        .map((m) => must(m[1] ?? m[2]))
        .filter((named) => ![posix.dirname(file), 'src', '.'].some((folder) => existsSync(join(root, folder, named))))
        .map((named) => `${file}: ${named}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('size and shape of files', () => {
  test('no file is longer than 400 lines, save those that are still to be cut', () => {
    const long = new Map(sources.map((f) => [f, read(f).split('\n').length - 1]));
    expect([...long].filter(([f, lines]) => lines > (tooLong[f] ?? 400)).map(([f, lines]) => `${f}: ${lines}`)).toEqual(
      [],
    );
    expect(
      Object.keys(tooLong).filter((f) => (long.get(f) ?? 0) <= 400),
      'take them off the list',
    ).toEqual([]);
  });

  test('no line is wider than 120 columns, save for strings and patterns that cannot be cut', () => {
    const wide = sources
      .filter((f) =>
        read(f)
          .split('\n')
          .some((l) => l.length > 120),
      )
      .filter((f) => !stillWide.has(f));
    expect(
      wide.flatMap((f) => wideLines(read(f)).map((n) => `${f}:${n}`)),
      'node scripts/wrap-comments.mjs FILE wraps comments',
    ).toEqual([]);
    expect(
      [...stillWide].filter((f) => !sources.includes(f) || wideLines(read(f)).length === 0),
      'take them off the list',
    ).toEqual([]);
  });

  test('a wide line is seen, one that a literal makes wide is not', () => {
    const long = 'x'.repeat(130);
    expect(
      wideLines(`// ${long}\nconst a = '${long}';\nconst b = /${long}/;\nconst ${long} = 1;\nf(\`\n${long}\n\`);\n`),
    ).toEqual([1, 4]);
  });

  test('every file opens with three sentences: what is here, what is not, which invariant holds', () => {
    const head = (f: string): string[] =>
      read(f)
        .replace(/^#!.*\n/, '')
        .split('\n')
        .slice(0, 10);
    const missing = sources.filter(
      (f) =>
        !(head(f)[0] as string).startsWith('// ') ||
        !head(f).some((l) => l.startsWith('// Not here:')) ||
        !head(f).some((l) => l.startsWith('// Invariant:')),
    );
    expect(missing).toEqual([]);
  });

  test('no room for odds and ends: utils, helpers, common, types', () => {
    expect(sources.filter((f) => /\/(?:utils?|helpers?|common|types)(?:\.ts|\/)/.test(f))).toEqual([]);
  });
});

/** The lines over 120 columns that would be so without their literals, counted from 1. */
function wideLines(source: string): number[] {
  const literals = literalsOf(source);
  let start = 0;
  return source.split('\n').flatMap((line, n) => {
    const [from, to] = [start, start + line.length];
    start = to + 1;
    if (line.length <= 120) return [];
    const cut = literals.map(([a, b]) => Math.max(0, Math.min(b, to) - Math.max(a, from))).reduce((a, b) => a + b, 0);
    return line.length - cut > 120 ? [n + 1] : [];
  });
}

/** The files of one import cycle, or none. */
function firstCycle(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of targets.get(file) ?? []) {
      const cycle = walk(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of targets.keys()) {
    const cycle = walk(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
