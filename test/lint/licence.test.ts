// The conditions under which a difference is called a slip: each by itself, and on small documents.
// Not here: whole documents (`verdicts.test.ts`).
// Invariant: every condition has an accusation that lacks nothing else, and a text whose line it keeps from being flagged.
import { describe, expect, test } from 'vitest';
import { lacking, licence, type Accusation } from '../../src/lint/licence.ts';
import { check } from '../../src/lint/check.ts';
import { lint } from '../../src/lint/lint.ts';
import { strayIndex } from '../../src/lint/stray.ts';
import { readSurface } from '../../src/language/parse.ts';

/** A derivative of a defined quantity that one small edit makes true. */
const clear: Accusation = {
  mending: 'edit',
  turned: false,
  read: true,
  misfit: false,
  axes: 1,
  givesValue: false,
  definitions: ['L'],
  defined: 'once',
  open: ['x'],
  derivative: true,
  pointValue: false,
  strangers: [],
  unrelated: [],
  onlyLeft: [],
  loose: [],
  rescue: null,
  halfRight: false,
  twins: 0,
  goesOn: false,
  alone: true,
  support: 0,
};
const unmended: Accusation = { ...clear, mending: 'none', support: 2 };

describe('the licence', () => {
  test('a clear accusation lacks nothing', () => {
    expect(lacking(clear)).toBeNull();
    expect(lacking(unmended)).toBeNull();
  });

  const lacks: readonly (readonly [string, Accusation])[] = [
    ['claim', { ...clear, givesValue: true }],
    ['claim', { ...unmended, definitions: [], derivative: false }],
    ['general', { ...unmended, pointValue: true }],
    ['cases', { ...unmended, halfRight: true, twins: 1 }],
    ['grounded', { ...unmended, strangers: ['k'], unrelated: ['k'] }],
    ['robust', { ...clear, rescue: 'x is a vector' }],
    ['shapes', { ...unmended, misfit: true, loose: ['x'] }],
    ['shapes', { ...unmended, read: false }],
    ['shapes', { ...unmended, misfit: true, axes: 3 }],
    ['shapes', { ...clear, turned: true, misfit: true, loose: ['x'] }],
    ['near', { ...unmended, support: 0 }],
    ['near', { ...unmended, mending: 'term', support: 0 }],
    ['near', { ...unmended, mending: 'worked', defined: 'again', loose: ['x'] }],
  ];
  test.each(lacks)('%s', (condition, accusation) => {
    expect(lacking(accusation)?.condition).toBe(condition);
  });

  test('every condition is the first that some accusation lacks', () => {
    expect(new Set(lacks.map(([name]) => name))).toEqual(new Set(licence.map((c) => c.name)));
  });

  test('a term of the line before that is lost is a slip, unless what it speaks of may be zero', () => {
    const lost: Accusation = { ...clear, mending: 'term', goesOn: true, alone: false };
    expect(lacking(lost)).toBeNull();
    expect(lacking({ ...lost, onlyLeft: ['F'] })?.condition).toBe('near');
  });
});

/** Texts in which a line differs as it is read, and that no reader would call wrong. */
const doubtful: readonly (readonly [string, string, string])[] = [
  ['a value at a point', '$$J(w) = w^2$$ At $w = 3$ the slope is $$\\frac{dJ}{dw} = 6$$', 'one point'],
  ['a constraint', 'The weights obey $$\\sum_k v_k^2 = v_1 v_2$$', 'condition on'],
  [
    'cases that the words tell',
    '$$g_a = \\frac{e^{t_a}}{\\sum_c e^{t_c}}$$ The one: $$\\frac{\\partial g_a}{\\partial t_b} = g_a (1 - g_b) \\cdot 1$$ The other: $$\\frac{\\partial g_a}{\\partial t_b} = -g_a g_b$$',
    'one case',
  ],
  [
    'another definition of the same name',
    '# One\n$$f(x) = x^3$$ $$\\frac{df}{dx} = 3x^2$$\n# Two\nTake $$f(x) = x^2$$\n# Three\nOnce more $$f(x) = x^3$$ and for the other $$\\frac{df}{dx} = 2x$$',
    'another of its definitions',
  ],
];

describe('documents', () => {
  test.each(doubtful)('%s is no slip', (_name, text, why) => {
    const rows = lint(text);
    expect(rows.filter((r) => r.verdict === 'slip')).toEqual([]);
    expect(rows.some((r) => r.verdict === 'assumption' || r.message.includes(why))).toBe(true);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['a factor', '$$f = x^2$$ $$\\frac{df}{dx} = 3x$$'],
    ['a sign', '$$L = \\frac12 \\sum_i (u_i - y_i)^2$$ $$\\frac{\\partial L}{\\partial u_i} = y_i - u_i$$'],
    ['the size', '$$L = \\frac1n \\sum_{i=1}^n (u_i - y_i)^2$$ $$\\frac{\\partial L}{\\partial u_i} = 2 (u_i - y_i)$$'],
    ['one term of a sum', '$$\\nabla_x \\left(x^\\top S x - c^\\top x\\right) = S x + S^\\top x - 2 c$$'],
    [
      'a dot product the wrong way round',
      '$$\\mathbf{w} = \\sum_n a_n \\mathbf{x}_n$$ $$\\frac12 \\|\\mathbf{w}\\|^2 = \\frac12 \\mathbf{w} \\mathbf{w}^\\top$$',
    ],
    ['a number', '$$(5 - 3)^2 + (4 - 1)^2 = 12$$'],
    ['the letter under a sum', '$$\\sum_{i=1}^{K} \\pi_k = 1$$'],
  ];
  test.each(wrong)('%s: a slip', (_name, text) => {
    expect(lint(text).map((r) => r.verdict)).toContain('slip');
  });
});

test.each([
  ['\\sum_{i=1}^K \\pi_k', '1', 'k'],
  ['s_i - s_i^2 - \\sum_{j \\neq i} s_z s_i', '0', 'z'],
  ['\\sum_{i=1}^K \\pi_i', '1', null],
  ['\\sum_{i=1}^K c_k', 'K c_k', null],
  ['\\sum_{i=1}^K c', 'K c', null],
  ['\\sum_{i=1}^K \\pi_k', '\\sum_k b_k', null],
])('%s = %s: the stray letter is %s', (left, right, letter) => {
  const read = (s: string) => readSurface(s, { spelling: 'latex' });
  expect(strayIndex(read(left), read(right))?.letter ?? null).toBe(letter);
});

describe('what decides whether a line claims something', () => {
  test.each([
    ['a second derivative of a defined function', "$$f(x) = x^3$$ $$f''(x) = 5x$$", 'slip'],
    ['the same, true', "$$f(x) = x^3$$ $$f''(x) = 6x$$", 'holds'],
    ['numbers put into exponentials', '$$\\frac{e^{3.0}}{e^{1.0} + e^{0.0} + e^{3.0}} = 0.834$$', 'slip'],
    ['the same, rounded', '$$\\frac{e^{3.0}}{e^{1.0} + e^{0.0} + e^{3.0}} = 0.844$$', 'holds'],
    ['a size below a slash', '$$m = \\sum_i x_i / n$$ $$\\frac{\\partial m}{\\partial x_i} = \\frac1n$$', 'holds'],
    ['a size before a sum', '$$m = 1 / n \\sum_i x_i$$ $$\\sum_i (x_i - m) = 0$$', 'holds'],
  ])('%s', (_name, text, verdict) => {
    expect(lint(text).at(-1)?.verdict).toBe(verdict);
  });
});

describe('a claim asked from outside stands in no example of the text', () => {
  const ridge = '$$L = \\sum_k (x_k - y_k)^2 + \\lambda \\sum_k x_k^2$$\n\n';
  test.each(['At $\\lambda = 0$ it is plain least squares.', 'For example, with $\\lambda = 0$, it is simple.'])(
    '%s',
    (sentence) => {
      expect(check('dL/dx_k = 2*(x_k - y_k)', { in: ridge + sentence }).verdict).not.toBe('holds');
      expect(check('dL/dx_k = 2*(x_k - y_k) + 2*lambda*x_k', { in: ridge + sentence }).verdict).toBe('holds');
    },
  );
});
