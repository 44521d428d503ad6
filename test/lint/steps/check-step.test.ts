// One step and its state: verdicts, what a step needs, what is refused; and the same verdicts as lint on documents.
// Not here: chains with false lines (`chains.test.ts`).
// Invariant: what holds and what does not is known from mathematics, not from the reader.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkStep, type CheckedStep } from '../../../src/lint/check-step.ts';
import { judgedDocument } from '../../../src/lint/lint.ts';
import { WhygradError } from '../../../src/term/error.ts';
import { must } from '../../../src/term/must.ts';

const softmax = ['p_j = exp(z_j)/sum_k exp(z_k)', 'L = -sum_j y_j log(p_j)'];
const affine = ['a = W x + b', 'L = 1/2 ||a - t||^2'];
const logistic = ['f(x) = \\sigma(w^T x + b)'];

type Row = readonly [given: readonly string[], from: string, to: string];

describe('what holds', () => {
  test.each<Row>([
    [softmax, 'dL/dz_i', '-sum_j y_j/p_j * dp_j/dz_i'],
    [[...softmax, 'sum_j y_j = 1'], 'dL/dz_i', 'p_i - y_i'],
    [[...softmax, 'i != j'], 'dp_j/dz_i', '-p_j p_i'],
    [[...softmax, 'i \\neq j'], '\\frac{\\partial p_j}{\\partial z_i}', '-p_j p_i'],
    [['p = softmax(z)', 'L = -y^T log p', '1^T y = 1'], 'dL/dz', 'p - y'],
    [affine, 'dL/dW', '(a - t) x^T'],
    [affine, 'dL/dx', 'W^T (a - t)'],
    [logistic, '\\nabla_w f', 'f (1-f) x'],
    [['A symmetric'], 'd/dx x^T A x', '2 A x'],
    [['A^T = A'], '\\nabla_x (x^T A x)', '2 A x'],
    [['y one-hot'], 'sum_k y_k^2', '1'],
    [['x > 0'], 'sqrt(x^2)', 'x'],
    [['$y$ is a one-hot vector'], '\\sum_k y_k^2', '1'],
    [['repeated indices are summed', 'y_i = W_{ij} x_j'], '\\frac{\\partial y_i}{\\partial x_k}', 'W_{ik}'],
    [['x in R^n', 'A in R^{m×n}'], 'd/dx (A x)', 'A'],
    [['f(x) = x^2'], "f'(x)", '2x'],
    [[], '(A B)^T', 'B^T A^T'],
    [[], 'e^{x+y}', 'e^x e^y'],
    [[], 'sqrt(1/n)', '1/sqrt(n)'],
    [['c does not depend on x'], 'dc/dx + 1', '1'],
  ])('%j: %s = %s', (given, from, to) => {
    expect(checkStep({ given, from, to })).toMatchObject({ verdict: 'holds' });
  });
});

describe('what does not hold', () => {
  test.each<readonly [...Row, mistake?: string]>([
    [softmax, '-sum_j y_j/p_j * dp_j/dz_i', '-sum_j y_j/p_j * p_j*(1 - p_i)', 'diagonal-only'],
    [[...softmax, 'sum_j y_j = 1'], 'dL/dz_i', 'y_i - p_i', 'sign'],
    [affine, 'dL/dW', 'x (a - t)^T', 'transpose'],
    [affine, 'dL/dx', 'W (a - t)'],
    [logistic, '\\nabla_w f', 'f (1-f)'],
    [[], '(a+b)^2', 'a^2+b^2'],
    [[], '(A B)^T', 'A^T B^T', 'transpose'],
    [[], 'e^{x+y}', 'e^x + e^y'],
    [[], 'sqrt(x^2)', 'x'],
    [[], '1 - 1/e', '1 + 1/e', 'sign'],
    [['f(x) = x^2'], "f'(x)", '3x'],
    [['c does not depend on x'], 'dc/dx + 1', '2'],
  ])('%j: %s = %s', (given, from, to, mistake) => {
    const found = checkStep({ given, from, to });
    expect(found.verdict).toBe('slip');
    expect(found.counterexample).toBeDefined();
    if (mistake !== undefined) expect(found.mistake).toBe(mistake);
  });
});

describe('what is missing is named', () => {
  test.each<readonly [...Row, needs: string]>([
    [softmax, 'dL/dz_i', 'p_i - y_i', 'sum_k y_k = 1'],
    [softmax, '-y_i + p_i*sum_j y_j', 'p_i - y_i', 'sum_k y_k = 1'],
    [softmax, 'dp_j/dz_i', '-p_j p_i', 'j != i'],
    [[], 'd/dx x^T A x', '2 A x', 'A symmetric'],
    [[], 'sum_k y_k^2', '1', 'y one-hot'],
    [['f = c x'], 'dc/dx x + c', 'c', 'c does not depend on x'],
  ])('%j: %s = %s needs %s', (given, from, to, needs) => {
    const found = checkStep({ given, from, to });
    expect(found.verdict).not.toBe('holds');
    expect(found.needs).toContain(needs);
    expect(checkStep({ given: [...given, needs], from, to }).verdict).toBe('holds');
  });
});

describe('a derivation', () => {
  test('the goal is reached, also by a line that is no more than equal to it', () => {
    const step = { given: [...softmax, 'sum_j y_j = 1'], from: 'dL/dz_i', to: 'p_i*sum_j y_j - y_i' };
    expect(checkStep({ ...step, goal: 'p_i - y_i' })).toMatchObject({ verdict: 'holds', equalsGoal: true });
    expect(checkStep({ ...step, goal: 'y_i - p_i' })).toMatchObject({ verdict: 'holds', equalsGoal: false });
  });
  test('after a slip a line is right where it follows from the last true one', () => {
    const from = '2 x + 3';
    const all = ['d/dx (x^2 + 3 x) = 2 x + 3 = 2 x - 3'];
    expect(checkStep({ from: '2 x - 3', to: from, all }).verdict).toBe('holds');
    expect(checkStep({ from: '2 x - 3', to: from }).verdict).toBe('slip');
  });
  test('where nothing tells that i is an index, a derivative through y_i is open', () => {
    const found = checkStep({
      from: '\\frac{\\partial f}{\\partial \\gamma}',
      to: '\\frac{\\partial f}{\\partial y_i} \\frac{\\partial y_i}{\\partial \\gamma}',
    });
    expect(found.verdict).toBe('unclear');
  });
  test('L that nothing defines has no derivative that could be right or wrong', () => {
    expect(checkStep({ from: 'dL/dz_i', to: 'p_i - y_i' }).verdict).toBe('unclear');
  });
});

describe('what is no step', () => {
  test.each([
    ['', 'a', 'missing-operand'],
    ['a', ' ', 'missing-operand'],
    ['a = b', 'c', 'not-an-expression'],
    ['a + ', 'c', 'unexpected-end'],
    ['(a', 'c', 'unbalanced-bracket'],
    // Twice the same, and still nothing.
    ['', '', 'missing-operand'],
    ['((', '((', 'unexpected-end'],
    ['x +', 'x+', 'unexpected-end'],
    ['a = b', 'a=b', 'not-an-expression'],
  ])('%j = %j', (from, to, code) => {
    expect(() => checkStep({ from, to })).toThrow(WhygradError);
    try {
      checkStep({ from, to });
    } catch (error) {
      expect((error as WhygradError).code).toBe(code);
    }
  });
});

/** A document's links with what stood before them: definitions, assumptions, conditions, conventions. */
function links(text: string): { lint: string; step: () => CheckedStep | null; formula: string }[] {
  const { survey, rows } = judgedDocument(text, {});
  const given: string[] = [
    ...(survey.words.einstein ? ['repeated indices are summed'] : []),
    ...survey.words.symmetric.map((id) => `${id} symmetric`),
  ];
  const told = rows.flatMap((row) => {
    const { verdict } = row.claim();
    const { statement, side } = row.judgement;
    const said = [side - 1, side].map((n) => statement.sides[n]?.text.text.trim());
    return side === 0 ? [] : [{ verdict, statement, from: must(said[0]), to: must(said[1]) }];
  });
  const isGiven = (verdict: string): boolean => verdict === 'definition' || verdict === 'assumption';
  given.push(...told.filter((t) => isGiven(t.verdict)).map((t) => `${t.from} = ${t.to}`));
  return told.flatMap(({ verdict, statement, from, to }) => {
    if (isGiven(verdict)) return [];
    const conditions = (survey.conditions[survey.items.indexOf(statement)] ?? []).map(
      (c) => `${c.left} ${c.equal ? '=' : '\\neq'} ${c.right}`,
    );
    const state = [...given, ...conditions];
    const step = (): CheckedStep | null => {
      try {
        return checkStep({ given: state, from, to });
      } catch (error) {
        if (error instanceof WhygradError) return null;
        throw error;
      }
    };
    return [{ lint: verdict, step, formula: `${from} = ${to}` }];
  });
}

describe('lint and checkStep agree on the links of documents', () => {
  const folder = join(import.meta.dirname, '..', 'documents');
  const files = readdirSync(folder).filter((name) => /\.(?:md|tex)$/.test(name));
  test('there are documents', () => expect(files.length).toBeGreaterThan(5));
  test.each(files)('%s', { timeout: 120_000 }, (file) => {
    const against = links(readFileSync(join(folder, file), 'utf8')).filter(({ lint, step }) => {
      if (lint !== 'holds' && lint !== 'slip') return false;
      const other = lint === 'holds' ? 'slip' : 'holds';
      const found = step();
      return found?.verdict === other && found.needs === undefined;
    });
    expect(against.map((x) => x.formula)).toEqual([]);
  });
});
