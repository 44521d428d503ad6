// A claim asked of a document has the verdict of lint's row, in any spelling, and every document that lint reads is read.
// Not here: claims without a document (`check.test.ts`).
// Invariant: a claim that is no line of the document is judged as if it stood behind it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, lint, WhygradError } from '../../src/index.ts';
import { judgedDocument } from '../../src/lint/lint.ts';
import { score } from './simulator/score.ts';
import { simulate } from './simulator/simulator.ts';

const folder = join(import.meta.dirname, 'documents');
const library = join(import.meta.dirname, '..', '..', 'library');
const documents = [
  ...readdirSync(folder).map((name): [string, string] => [name, readFileSync(join(folder, name), 'utf8')]),
  ...readdirSync(library)
    .filter((name) => name.endsWith('.md'))
    .map((name): [string, string] => [name, readFileSync(join(library, name), 'utf8')]),
];

/** What `check` says of a claim; an error that points at the claim counts as `unclear`. */
function asked(claim: string, text: string): string {
  try {
    return check(claim, { in: text }).verdict;
  } catch (error) {
    if (error instanceof WhygradError) return 'unclear';
    throw error;
  }
}

/** `check` has no word for a line that defines or assumes: the document says so. */
const inCheck = (verdict: string): string => (verdict === 'definition' || verdict === 'assumption' ? 'holds' : verdict);

/** Every equality of a text with its verdict. */
function equalities(text: string): [string, string][] {
  return judgedDocument(text, {}).rows.flatMap(({ judgement: j }): [string, string][] => {
    const [left, right] = [j.statement.sides[j.side - 1]?.text.text, j.statement.sides[j.side]?.text.text];
    return left === undefined || right === undefined ? [] : [[`${left.trim()} = ${right.trim()}`, inCheck(j.verdict)]];
  });
}

describe('check and lint agree', () => {
  test.each(documents)('%s', (_, text) => {
    const rows = equalities(text);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(([claim]) => [claim, asked(claim, text)])).toEqual(rows);
  });

  test('on documents of simulated authors, and about what stands behind them', () => {
    for (let seed = 300; seed < 312; seed++) {
      const { text } = simulate(seed);
      for (const [claim, verdict] of equalities(text))
        expect([seed, claim, asked(claim, text)]).toEqual([seed, claim, verdict]);
    }
  });
});

describe('a claim that the document does not hold', () => {
  const text = readFileSync(join(library, 'softmax-cross-entropy.md'), 'utf8');
  test.each([
    ['L = log(sum_k exp(z_k)) - sum_j y_j z_j', 'holds'],
    ['L = log(sum_k exp(z_k)) + sum_j y_j z_j', 'slip'],
    ['sum_i dL/dz_i = 0', 'holds'],
    // They differ, but nothing like them is true: as in lint, that may be the reading's fault.
    ['sum_i dL/dz_i = 1', 'unclear'],
    ['L = 0', 'unclear'],
    ['sum_j y_j = 2', 'slip'],
    ['q = p_1', 'unclear'],
    ['z_i = 0', 'unclear'],
  ])('%s: %s', (claim, verdict) => {
    expect(check(claim, { in: text }).verdict).toBe(verdict);
  });

  test.each([
    'dL/dz_i = p_i - y_i',
    '∂L/∂z_i = p_i − y_i',
    '\\frac{\\partial L}{\\partial z_i} = p_i - y_i',
    '\\partial L / \\partial z_{i} = -(y_i - p_i)',
    'dL/dz_m = p_m sum_k y_k - y_m',
  ])('in any spelling: %s', (claim) => {
    expect(check(claim, { in: text }).verdict).toBe('holds');
    expect(check(claim.replace('=', '= 2 +'), { in: text }).verdict).toBe('slip');
  });

  test('a definition that is given by hand wins over that of the document', () => {
    const given = ['L = sum_k z_k^2'];
    expect(check('dL/dz_i = 2 z_i', { in: text, given }).verdict).toBe('holds');
    expect(check('dL/dz_i = 3 z_i', { in: text, given }).verdict).toBe('slip');
    expect(check('dL/dz_i = p_i - y_i', { in: text, given }).verdict).not.toBe('holds');
  });

  test('a chain holds where each of its links does', () => {
    expect(check('dL/dz_i = p_i sum_j y_j - y_i = p_i - y_i', { in: text }).verdict).toBe('holds');
    expect(check('dL/dz_i = p_i sum_j y_j - y_i = p_i', { in: text }).verdict).toBe('slip');
  });

  test('changes nothing of what lint says of the document', () => {
    const before = lint(text);
    check('L = 7', { in: text });
    expect(lint(text)).toEqual(before);
  });

  test.each([
    ['p_j', 'not-an-equation'],
    ['p_j = (', 'unexpected-end'],
    ['= p_j', 'missing-operand'],
  ])('%s is an error: %s', (claim, code) => {
    expect(() => check(claim, { in: text })).toThrow(expect.objectContaining({ code }));
  });
});

describe('the document decides', () => {
  test('a line under a condition counts under its condition', () => {
    const text =
      'Let $$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n\nIf $i \\neq j$:\n\n$$\\frac{\\partial p_j}{\\partial z_i} = -p_i p_j$$\n';
    expect(check('\\frac{\\partial p_j}{\\partial z_i} = -p_i p_j', { in: text }).verdict).toBe('holds');
    expect(check('\\frac{\\partial p_j}{\\partial z_i} = -p_j p_i', { in: text }).verdict).toBe('slip');
  });
  test('what its words say of an input counts', () => {
    const text = 'Let $f = x^\\top Q x$. The matrix $Q$ is symmetric.\n';
    expect(check('\\nabla_x f = 2 Q x', { in: text }).verdict).toBe('holds');
    expect(check('\\nabla_x f = 2 Q x', { in: text.replace('The matrix $Q$ is symmetric.', '') }).verdict).toBe(
      'unclear',
    );
  });
  test('a mistake of a simulated author is one for both', () => {
    const found = Array.from({ length: 30 }, (_, n) => score(simulate(n))).filter((s) => s.fate === 'found');
    expect(found.length).toBeGreaterThan(5);
    for (const { document } of found.slice(0, 6))
      expect(
        equalities(document.text)
          .filter(([, v]) => v === 'slip')
          .map(([claim]) => asked(claim, document.text)),
      ).toContain('slip');
  });
});
