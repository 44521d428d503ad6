// Ranks by evidence: each heuristic by its own example, the order of strength, declarations that only add.
// Not here: verdicts on whole documents (`test/lint`).
// Invariant: with its heuristic switched off, an example does not tell its rank.
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { rankHeuristics } from '../../src/meaning/ranks.ts';
import { surveyDocument } from '../../src/meaning/survey.ts';

const ranksOf = (text: string, without: readonly string[] = []) =>
  surveyDocument(text, { syntax: 'markdown', without: new Set(without) }).model.ranks;

describe('a heuristic', () => {
  test('has a name of its own', () => {
    const names = rankHeuristics.map((h) => h.name);
    expect(new Set(names).size).toBe(names.length);
  });
  describe.each(rankHeuristics.map((h) => [h.name, h] as const))('%s', (name, { example, strength, says }) => {
    const document = `$$${example.text}$$\n`;
    test(`tells the rank of ${example.of} in ${example.text}`, () => {
      const ranks = ranksOf(document);
      expect(ranks.rankOf(example.of)).toBe(example.rank);
      const found = ranks.solution.why(example.of).filter((e) => e.heuristic === name);
      expect(found.map((e) => [e.strength, e.says])).toEqual([[strength, says]]);
      expect(document.slice(found[0]?.at ?? 0)).not.toBe('');
    });
    test('switched off, it tells nothing', () => {
      expect(ranksOf(document, [name]).rankOf(example.of)).not.toBe(example.rank);
    });
  });
});

describe('what is stated', () => {
  test.each([
    ['Let $A \\in \\mathbb{R}^n$.\n\n$$q = A^T M$$\n', 'A', 1],
    ['Let $\\mathbf{x} \\in \\mathbb{R}$.\n\n$$y = \\mathbf{x} + b$$\n', 'x', 0],
    ['Let $A \\in \\mathbb{R}$ be a constant.\n\n$$y = A \\mathbf{x}$$\n', 'A', 0],
  ])('weighs more than a habit: %s', (text, name, rank) => {
    const { solution } = ranksOf(text);
    expect(solution.rank(name)).toBe(rank);
    expect(solution.dropped.map((d) => d.of)).toContain(name);
  });
  test('twice, and not the same, is a conflict', () => {
    const { solution } = ranksOf(
      'Let $x \\in \\mathbb{R}^n$.\n\nLet $x \\in \\mathbb{R}^{m \\times n}$.\n\n$$y = 2 x$$\n',
    );
    expect(solution.rank('x')).toBe(1);
    expect(solution.dropped.map((d) => [d.kept.strength, d.against.strength])).toEqual([['stated', 'stated']]);
  });
});

describe('a true declaration never takes a verdict away', () => {
  const claims =
    '$$h = W x + b$$\n\n$$L = \\frac{1}{2} \\|h - t\\|^2$$\n\n$$\\frac{\\partial L}{\\partial b} = h - t$$\n';
  const told = [
    'The matrix $W$ holds the weights.',
    'Let $W \\in \\mathbb{R}^{m \\times n}$.',
    'Let $x \\in \\mathbb{R}^n$.',
    'The vector $x$ is the input.',
    'Let $b \\in \\mathbb{R}^m$.',
    'Let $t \\in \\mathbb{R}^m$.',
  ];
  const sets = Array.from({ length: 2 ** told.length }, (_, n) => told.filter((_, k) => (n >> k) & 1));
  test('whichever of six true sentences a text says', () => {
    const verdicts = sets.map((s) => lint(`${s.join('\n\n')}\n\n${claims}`).at(-1)?.verdict);
    expect(verdicts.map((v, n) => (v === 'holds' ? '' : `${v}: ${sets[n]?.join(' ')}`)).filter((v) => v)).toEqual([]);
  });
});

test('the order of the formulas decides no rank', () => {
  const lines = ['y = \\mathbf{A} x', 'z = x + b', 'q = b^T c', 's = B c'];
  const ranks = (order: readonly string[]): string => {
    const found = ranksOf(order.map((l) => `$$${l}$$\n`).join('\n'));
    return ['A', 'x', 'b', 'c', 'B'].map((id) => found.rankOf(id)).join();
  };
  const first = ranks(lines);
  for (let n = 1; n < lines.length; n++) expect(ranks([...lines.slice(n), ...lines.slice(0, n)])).toBe(first);
  expect(ranks([...lines].reverse())).toBe(first);
});
