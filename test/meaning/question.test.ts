// Questions in words and with primes, against the same question as a derivative.
// Not here: their answers' steps (`test/derive/`).
// Invariant: each spelling asks what the derivative asks, or is refused with how to ask it.
import { describe, expect, test } from 'vitest';
import { WhygradError } from '../../src/term/error.ts';
import { readContext, readQuestion } from '../../src/meaning/parse.ts';

const asked = (question: string, givens: readonly string[]): unknown => {
  const { text: _, readings: __, ...rest } = readQuestion(question, readContext(givens));
  return rest;
};

const same: readonly (readonly [derivative: string, givens: readonly string[], ...words: readonly string[]])[] = [
  ['d f(x)/dx', ['f(x) = x^3'], "f'(x)", "f'( x )", 'f^{\\prime}(x)'],
  ['d^2 f(x)/dx^2', ['f(x) = x^3'], "f''(x)", "f ''(x)", 'f′′(x)'],
  ['dg(t)/dt', ['g(t) = sin(t)^2'], "g'(t)", 'g′(t)'],
  [
    'df/dx',
    ['f_i = x_i^2'],
    'Jacobian of f',
    'jacobian f',
    'Jacobian matrix of f',
    'Jacobian of f with respect to x',
    'Jacobian of f wrt x',
  ],
  [
    'df/dx',
    ['f = A x + b'],
    'Jacobian of f with respect to x',
    'Jacobian f in x',
    'jacobian of f w.r.t. x',
    'Jacobian of f by x',
  ],
  ['d^2 f/dx dx', ['f = x_1^2 x_2 + x_2'], 'Hessian of f', 'hessian f', 'Hessian matrix of f'],
  [
    'd^2 L/dw dw',
    ['L = sum_i (w_i - y_i)^2'],
    'Hessian of L with respect to w',
    'hessian of L wrt w',
    'Hessian L in w',
  ],
  ['d^2 f(x)/dx dx', ['f(x) = x^T A x'], 'Hessian of f', 'Hessian f', 'hessian of f wrt x'],
];

describe.each(same)('%s', (derivative, givens, ...words) => {
  test.each(words)('%s', (question) => {
    expect(asked(question, givens)).toEqual(asked(derivative, givens));
  });
});

describe('what is asked for', () => {
  const refusal = (question: string, givens: readonly string[]): WhygradError => {
    try {
      asked(question, givens);
    } catch (error) {
      if (error instanceof WhygradError) return error;
      throw error;
    }
    throw new Error(`${question} was read`);
  };
  test.each(['Jacobian of f', 'Hessian f'])('%s of several quantities: by which', (question) => {
    const error = refusal(question, ['f = sum_i A_i x_i^2']);
    expect(error.code).toBe('unknown-variable');
    expect(error.hint).toContain('with respect to');
    expect(question.slice(error.span?.start, error.span?.end)).toBe('f');
  });
  test('a derivative of a constant names nothing to vary', () => {
    expect(refusal('Jacobian of f', ['f = 3']).message).toBe('this depends on nothing');
  });
});
