// Golden files: how the quantities of documents are read, with the evidence, and which lines each heuristic decides.
// Not here: verdicts (`verdicts.test.ts`), single heuristics (`test/meaning/solve.test.ts`).
// Invariant: a change of any rank or reason shows here; WHYGRAD_UPDATE=1 writes the files anew.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lintWhy, whyLines, whySymbols, whyText } from '../../src/lint/why.ts';
import { libraryDocument, libraryNames } from '../../src/meaning/library.ts';
import { rankHeuristics } from '../../src/meaning/ranks.ts';
import { surveyDocument } from '../../src/meaning/survey.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const update = process.env['WHYGRAD_UPDATE'] === '1';
const golden = here('why');
if (update) mkdirSync(golden, { recursive: true });

/** Documents of the tests, of kinds of writing and of single habits, the library, and each heuristic's own example. */
const documents: readonly (readonly [name: string, text: string])[] = [
  ...['documents', 'kinds', 'habits'].flatMap((folder) =>
    readdirSync(here(folder)).map((f) => [f, readFileSync(here(`${folder}/${f}`), 'utf8')] as const),
  ),
  ...rankHeuristics.map((h) => [`example-${h.name}`, `$$${h.example.text}$$\n`] as const),
  ...libraryNames().map((n) => [`library-${n.replace('/', '-')}`, libraryDocument(n)] as const),
];

const symbolsOf = (text: string, without: readonly string[] = []): string[] => {
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const survey = surveyDocument(text, { without: new Set(without) });
  return whySymbols(survey, lineOf).flatMap(whyLines);
};

describe('how the quantities are read', () => {
  test.each(documents)('in %s', (name, text) => {
    const file = `${golden}/${name}.txt`;
    const lines = `${symbolsOf(text).join('\n')}\n`;
    if (update) writeFileSync(file, lines);
    expect(lines).toBe(readFileSync(file, 'utf8'));
  });
});

describe('each heuristic alone', () => {
  const rankLines = (text: string, without: readonly string[] = []): string[] =>
    symbolsOf(text, without)
      .filter((l) => !l.startsWith(' '))
      .map((l) => l.replace(/;.*/, ''));
  const whole = documents.map(([, text]) => rankLines(text));
  /** Ranks that change when a heuristic is switched off: `FILE  NAME: what it was`. */
  const decided = (heuristic: string): string[] =>
    documents.flatMap(([name, text], n) => {
      const off = new Set(rankLines(text, [heuristic]));
      return (whole[n] ?? []).filter((l) => !off.has(l)).map((l) => `${name}  ${l}`);
    });
  test.each(rankHeuristics.map((h) => h.name))('%s decides what is stored beside it, and something', (heuristic) => {
    const file = `${golden}/without-${heuristic}.txt`;
    const lines = decided(heuristic);
    if (update) writeFileSync(file, `${lines.join('\n')}\n`);
    expect(lines.join('\n')).not.toBe('');
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(file, 'utf8'));
  });
});

test('--why tells quantities and statements', () => {
  const text = 'Let $W \\in \\mathbb{R}^{m \\times n}$.\n\n$$h = W x + b$$\n\n$$h = W x - b$$\n';
  const why = lintWhy(text);
  expect(whyText(why)).toContain('W: matrix\n    the text says in which set it lies, line 1 (set, stated)');
  expect(why.statements.map((s) => [s.line, s.verdict])).toEqual([
    [3, 'definition'],
    [5, expect.stringMatching(/slip|unclear/)],
  ]);
});
