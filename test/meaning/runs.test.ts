// Letters typed together: when they are a product, when a name, when they are asked for; what was chosen is told.
// Not here: functions typed against names in full (`glued` has its own cases below), ranks.
// Invariant: every split has the derivative of the same formula written with spaces, and is told as a reading.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { check } from '../../src/lint/check.ts';
import { WhygradError } from '../../src/term/error.ts';

const told = (question: string, given: string[]): string[] =>
  derive(question, { given }).read.map((r) => `${r.text}: ${r.as}`);
const errorOf = (f: () => unknown): WhygradError => {
  try {
    f();
  } catch (error) {
    if (error instanceof WhygradError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('a run of letters in which a known letter stands is the product of its letters', () => {
  test.each([
    ['df/dx', 'f = mx + c', 'f = m x + c', ['mx: m x']],
    ['dE/dv', 'E = uv^2 + 3vw', 'E = u v^2 + 3 v w', ['uv: u v', 'vw: v w']],
    ['dg/dx', 'g = (px+q)/(rx+s)', 'g = (p x + q)/(r x + s)', ['px: p x', 'rx: r x']],
    ['df/dt', 'f = sin(kt)', 'f = sin(k t)', ['kt: k t']],
    ['dS/du', 'S = ||Ru - t||^2', 'S = ||R u - t||^2', ['Ru: R u']],
    ['df/dP', 'f = tr(PQ)', 'f = tr(P Q)', ['PQ: P Q']],
    ['df/dX', 'f = tr(AXB)', 'f = tr(A X B)', ['AXB: A X B']],
    ['df/du', 'f = u^TBu', 'f = u^T B u', ['Bu: B u']],
    ['df/dx', 'f = x^TA^TAx', 'f = x^T A^T A x', ['Ax: A x']],
    ['df/dv', 'f = ve^{-v}', 'f = v e^{-v}', ['ve: v e']],
    ['df/dt', 'f = Ae^{-kt}', 'f = A e^{-k t}', ['kt: k t', 'Ae: A e']],
    ['df/dx', 'f = 3xy + 2yz', 'f = 3 x y + 2 y z', ['xy: x y', 'yz: y z']],
    ['df/dx', 'f = kx(x+1)', 'f = k x (x+1)', ['kx: k x']],
    ['df/dc', 'f = ax^2+bx+c', 'f = a x^2 + b x + c', ['ax: a x', 'bx: b x']],
    ['df/dy', 'f = ysin(y)', 'f = y sin(y)', ['ysin: y sin']],
    ['df/dt', 'f = cos3t', 'f = cos(3 t)', ['cos3t: cos(3 t)']],
    ['df/dx', 'f = xlnx', 'f = x ln(x)', ['xlnx: x ln(x)']],
    ['df/dw', 'f = w^Tlog(w)', 'f = w^T log(w)', []],
    ['d/dx (mx + c)', 'q = 1', 'q = 1', ['mx: m x']],
  ])('%s of %s', (question, typed, spaced, readings) => {
    const spacedQuestion = question.replace('mx', 'm x');
    expect(derive(question, { given: [typed] }).result.text).toBe(
      derive(spacedQuestion, { given: [spaced] }).result.text,
    );
    expect(told(question, [typed])).toEqual(readings);
    expect(told(spacedQuestion, [spaced])).toEqual([]);
  });

  test('letters of other definitions and of values are known, too', () => {
    expect(derive('dL/dt', { given: ['y = t^2', 'L = ty'] }).result.text).toBe('3*y');
    expect(evaluate('3ab', { values: { a: 2, b: 5 } }).value).toBe(30);
    expect(evaluate('abc', { values: { a: 2, b: 5, c: 7 } }).value).toBe(70);
    expect(check('(a+b)^2 = a^2 + 2ab + b^2').verdict).toBe('holds');
  });
});

describe('one name', () => {
  test.each([
    ['df/dx', 'f = rate*x^2', '2*rate*x'],
    ['df/dx', 'f = lam x', 'lam'],
    ['dL/dlogits', 'L = sum_k logits_k^2', '2*logits_i'],
    ['dL/dfoo', 'L = foo^2 + f o', '2*foo'],
    ['df/dx', 'foo = 3; f = foo x', 'foo'],
    ['df/dx', '\\mathrm{foo} = c; f = \\mathrm{foo}\\, x', 'foo'],
  ])('%s of %s', (question, given, result) => {
    expect(derive(question, { given: given.split('; ') }).result.text).toBe(result);
    expect(told(question, given.split('; '))).toEqual([]);
  });
});

describe('what nobody knows is asked for', () => {
  test.each([
    ['df/dx', 'f = abx'],
    ['df/dx', 'f = foo x'],
    ['df/dx', 'f = (x + frobnicate)^2'],
    ['df/dx', 'f = axyz'],
  ])('%s of %s', (question, given) => {
    const error = errorOf(() => derive(question, { given: [given] }));
    const run = must(/[a-z]{3,}/.exec(given)?.[0]);
    expect(error.code).toBe('unknown-name');
    expect(error.text?.slice(error.span?.start, error.span?.end)).toBe(run);
    expect(error.hint).toContain([...run].join('*'));
  });
  test('with the names that are near', () => {
    expect(errorOf(() => derive('df/dx', { given: ['weights = x', 'f = weigths x'] })).hint).toMatch(
      /did you mean weights/,
    );
  });
  test('by evaluate and check alike', () => {
    expect(errorOf(() => evaluate('foo + 1', { values: {} })).code).toBe('unknown-name');
    expect(errorOf(() => check('foo + 1 = 1 + foo')).code).toBe('unknown-name');
  });
});

function must(text: string | undefined): string {
  if (text === undefined) throw new Error('bug: no run');
  return text;
}
