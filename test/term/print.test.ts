// Printing: what a formula looks like in the three spellings, letters of bound indices, JSON.
import { describe, expect, test } from 'vitest';
import { fromJSON, print, printCondition, printIndex, printName, toJSON } from '../../src/term/print.ts';
import { emptyContext } from '../../src/term/context.ts';
import {
  add,
  affine,
  apply,
  at,
  boundIndex,
  bracket,
  call,
  constant,
  delta,
  determinant,
  divide,
  endIndex,
  entry,
  freeIndex,
  ifThen,
  integer,
  inverse,
  minusOne,
  mul,
  negate,
  one,
  partial,
  position,
  pow,
  rational,
  reciprocal,
  reduce,
  size,
  subtract,
  wholeSet,
  zero,
  type Index,
  type Range,
  type Term,
} from '../../src/term/term.ts';
import { key } from '../../src/term/walk.ts';
import { randomTerm, seeded } from './random-term.ts';

const [i, j, b0, b1] = [freeIndex('i'), freeIndex('j'), boundIndex(0), boundIndex(1)];
const e = entry;
const sum = (letter: string, body: Term, range: Range = wholeSet('n')): Term => reduce('sum', letter, body, range);
const plus = (index: Index, n: number): Index => affine([{ variable: index as never, times: 1 }], n);
const Z = sum('k', call('exp', e('o', b0)));
const X = (row: Index, column: Index): Term => e('X', row, column);

test.each<[Term, string, string, string]>([
  [
    divide(call('exp', e('o', j)), Z),
    'exp(o_j)/sum_k exp(o_k)',
    'exp(oⱼ)/Σₖ exp(oₖ)',
    '\\frac{e^{o_j}}{\\sum_k e^{o_k}}',
  ],
  [
    mul(e('p', j), subtract(delta(i, j), e('p', i))),
    'p_j*(delta_ij - p_i)',
    'pⱼ (δᵢⱼ − pᵢ)',
    'p_j (\\delta_{ij} - p_i)',
  ],
  [
    negate(sum('k', mul(e('y', b0), call('log', e('p', b0))))),
    '-sum_k y_k*log(p_k)',
    '−Σₖ yₖ log(pₖ)',
    '-\\sum_k y_k \\log p_k',
  ],
  [
    mul(reciprocal(size('n')), sum('i', pow(subtract(e('x', b0), e('mu')), integer(2)))),
    '1/n*sum_i (x_i - mu)^2',
    '(1/n) Σᵢ (xᵢ − μ)²',
    '\\frac{1}{n} \\sum_i (x_i - \\mu)^2',
  ],
  [
    mul(call('exp', e('o', i)), pow(Z, integer(-2))),
    'exp(o_i)/(sum_k exp(o_k))^2',
    'exp(oᵢ)/(Σₖ exp(oₖ))²',
    '\\frac{e^{o_i}}{\\left(\\sum_k e^{o_k}\\right)^2}',
  ],
  [
    sum('i', sum('j', mul(e('x', b1), e('B', b1, b0), e('x', b0)))),
    'sum_{i,j} x_i*B_ij*x_j',
    'Σ_{i,j} xᵢ Bᵢⱼ xⱼ',
    '\\sum_{i,j} x_i B_{ij} x_j',
  ],
  [mul(rational(1, 2), pow(e('s'), integer(-2)), e('x', i)), 'x_i/(2*s^2)', 'xᵢ/(2 s²)', '\\frac{x_i}{2 s^2}'],
  [mul(rational(3, 2), e('x', i)), '3*x_i/2', '3 xᵢ/2', '\\frac{3}{2} x_i'],
  [mul(sum('k', e('y', b0)), e('p', i)), '(sum_k y_k)*p_i', '(Σₖ yₖ) pᵢ', '\\left(\\sum_k y_k\\right) p_i'],
  [
    divide(sum('i', e('a', b0)), sum('i', e('b', b0))),
    '(sum_i a_i)/sum_i b_i',
    '(Σᵢ aᵢ)/Σᵢ bᵢ',
    '\\frac{\\sum_i a_i}{\\sum_i b_i}',
  ],
  [
    divide(e('c'), sum('i', mul(e('a', b0), e('b', b0)))),
    'c/(sum_i a_i*b_i)',
    'c/(Σᵢ aᵢ bᵢ)',
    '\\frac{c}{\\sum_i a_i b_i}',
  ],
  [partial(e('L'), e('z', i)), 'd(L, z_i)', '∂L/∂zᵢ', '\\frac{\\partial L}{\\partial z_i}'],
  [
    partial(partial(e('L'), e('z', i)), e('z', j)),
    'd(d(L, z_i), z_j)',
    '∂²L/∂zⱼ∂zᵢ',
    '\\frac{\\partial^2 L}{\\partial z_j \\partial z_i}',
  ],
  [inverse(X(b1, b0), i, j, 'n'), 'inv(X)_ij', 'X⁻¹ᵢⱼ', 'X^{-1}_{ij}'],
  [
    inverse(add(X(b1, b0), e('A', b1, b0)), i, j, 'n', ['a', 'b']),
    'inv_{a,b}(X_ab + A_ab)_ij',
    '(X + A)⁻¹ᵢⱼ',
    '(X + A)^{-1}_{ij}',
  ],
  [
    inverse(subtract(mul(integer(2), X(b0, b1)), delta(b1, b0)), i, j, 'n', ['a', 'b']),
    'inv_{a,b}(2*X_ba - delta_ab)_ij',
    '(2 Xᵀ − I)⁻¹ᵢⱼ',
    '(2 X^\\top - I)^{-1}_{ij}',
  ],
  [
    determinant(sum('k', mul(X(b0, boundIndex(2)), X(b0, b1))), 'n', ['a', 'b']),
    'det_{a,b}(sum_k X_ka*X_kb)',
    'det(Xᵀ X)',
    '\\det(X^\\top X)',
  ],
  [determinant(X(b1, b0), 'n'), 'det(X)', 'det(X)', '\\det(X)'],
  [
    inverse(sum('j', mul(e('A', boundIndex(2), b0), sum('i', mul(X(b1, b0), e('B', b0, boundIndex(2)))))), i, j, 'n', [
      'p',
      'q',
    ]),
    'inv_{p,q}(sum_k A_pk*sum_l X_kl*B_lq)_ij',
    '(A X B)⁻¹ᵢⱼ',
    '(A X B)^{-1}_{ij}',
  ],
  [
    determinant(
      add(mul(e('u', b1), e('v', b0)), mul(delta(b1, b0), e('w', b1)), negate(inverse(e('C', b1, b0), b0, b1, 'n'))),
      'n',
      ['p', 'q'],
    ),
    'det_{p,q}(u_p*v_q + delta_pq*w_p - inv(C)_qp)',
    'det(u vᵀ + diag(w) − (C⁻¹)ᵀ)',
    '\\det(u v^\\top + \\operatorname{diag}(w) - C^{-\\top})',
  ],
  [
    mul(e('y', i), call('log', divide(e('y', i), e('p', i)))),
    'y_i*log(y_i/p_i)',
    'yᵢ log(yᵢ/pᵢ)',
    'y_i \\log \\frac{y_i}{p_i}',
  ],
  [e('y_hat', freeIndex('o')), 'y_hat_o', 'ŷₒ', '\\hat{y}_o'],
  [e('a^(L)', j), 'a^{(L)}_j', 'a⁽ᴸ⁾ⱼ', 'a^{(L)}_j'],
  [e('sigma(z)', j), 'sigma(z)_j', 'σ(z)ⱼ', '\\sigma(z)_j'],
  [e('W', i, plus(j, 1)), 'W_{i,j+1}', 'W_{i,j+1}', 'W_{i,j+1}'],
  [
    e(
      'x',
      affine(
        [
          { variable: { kind: 'end', set: 'n' }, times: 1 },
          { variable: { kind: 'free', name: 'i' }, times: -2 },
        ],
        1,
      ),
    ),
    'x_{n-2*i+1}',
    'xₙ₋₂ᵢ₊₁',
    'x_{n-2i+1}',
  ],
  [
    add(e('x', at(12)), e('A', at(1), at(2)), e('x', endIndex('n'))),
    'x_12 + A_{1,2} + x_n',
    'x₁₂ + A_{1,2} + xₙ',
    'x_{12} + A_{1,2} + x_n',
  ],
  [
    ifThen({ kind: 'compare', op: '<', left: e('z', i), right: zero }, zero, e('z', i)),
    'if(z_i < 0, 0, z_i)',
    'if(zᵢ<0, 0, zᵢ)',
    '\\begin{cases} 0 & \\text{if } z_i < 0 \\\\ z_i & \\text{otherwise} \\end{cases}',
  ],
  [bracket({ kind: 'position', op: '=', left: i, right: j }), '1{i=j}', '1{i=j}', '\\mathbb{1}\\{i = j\\}'],
  [
    reduce('sum', 'j', e('y', b0), wholeSet('n'), { kind: 'position', op: '!=', left: b0, right: i }),
    'sum_{j != i} y_j',
    'Σ_{j≠i} yⱼ',
    '\\sum_{j \\neq i} y_j',
  ],
  [
    sum('i', subtract(e('x', plus(b0, 1)), e('x', b0)), { set: 'n', from: at(1), to: plus(endIndex('n'), -1) }),
    'sum_{i=1}^{n-1} (x_{i+1} - x_i)',
    'Σ_{i=1}ⁿ⁻¹ (xᵢ₊₁ − xᵢ)',
    '\\sum_{i=1}^{n-1} (x_{i+1} - x_i)',
  ],
  [sum('k', one), 'sum_{k=1}^{n} 1', 'Σ_{k=1}ⁿ 1', '\\sum_{k=1}^{n} 1'],
  [apply('f', [e('x')], [1]), "f'(x)", "f'(x)", "f'(x)"],
  [apply('f', [e('x'), e('y')], [1, 0]), 'f^{(1,0)}(x, y)', 'f^{(1,0)}(x, y)', 'f^{(1,0)}(x, y)'],
  [call('sigmoid', e('z', i)), 'sigmoid(z_i)', 'σ(zᵢ)', '\\sigma(z_i)'],
  [reduce('max', 'k', e('z', b0), wholeSet('n')), 'max_k z_k', 'maxₖ zₖ', '\\max_k z_k'],
  [pow(call('sin', e('x')), integer(2)), 'sin(x)^2', 'sin(x)²', '\\sin(x)^2'],
  [mul(call('log', e('p', i)), e('y', i)), 'log(p_i)*y_i', 'log(pᵢ) yᵢ', '\\log(p_i) y_i'],
  [divide(one, pow(e('x'), rational(1, 2))), '1/x^(1/2)', '1/x^(1/2)', '\\frac{1}{x^{\\frac{1}{2}}}'],
  [mul(e('x'), add(e('a'), e('b'))), 'x*(a + b)', 'x (a + b)', 'x \\cdot (a + b)'],
  [
    call('exp', negate(divide(pow(e('x'), integer(2)), integer(2)))),
    'exp(-x^2/2)',
    'exp(−x²/2)',
    '\\exp\\left(-\\frac{x^2}{2}\\right)',
  ],
  [call('sqrt', add(e('v'), e('epsilon'))), 'sqrt(v + epsilon)', '√(v + ε)', '\\sqrt{v + \\epsilon}'],
  [add(negate(e('a')), negate(add(e('b'), e('c')))), '-a - (b + c)', '−a − (b + c)', '-a - (b + c)'],
  [mul(integer(2), rational(1, 3)), '2*(1/3)', '2 (1/3)', '2 \\cdot \\frac{1}{3}'],
  [mul(constant('pi'), size('size(x,1)')), 'pi*size(x,1)', 'π size(x,1)', '\\pi \\operatorname{size}(x,1)'],
  [position(plus(i, 1)), 'pos(i+1)', 'pos(i+1)', '\\operatorname{pos}(i+1)'],
])('%#: %s', (t, plain, unicode, latex) => {
  expect(print(t)).toBe(plain);
  expect(print(t, { spelling: 'unicode' })).toBe(unicode);
  expect(print(t, { spelling: 'latex' })).toBe(latex);
});

describe('numbers', () => {
  test.each<[Term, string]>([
    [rational(1, 2), '1/2'],
    [rational(-7, 3), '-7/3'],
    [rational(1, 1000), '0.001'],
    [rational(44715, 1000000), '0.044715'],
    [rational(1, 1024), '1/1024'],
    [pow(integer(-2), integer(2)), '(-2)^2'],
    [pow(rational(1, 2), integer(3)), '(1/2)^3'],
    [mul(e('x'), integer(-2)), 'x*(-2)'],
    [mul(minusOne, rational(1, 2), e('x')), '-(1/2)*x'],
    [pow(e('x'), minusOne), '1/x'],
    [pow(integer(2), minusOne), '1/2'],
    [mul(rational(1, 1000), e('x')), '0.001*x'],
    [pow(e('x'), negate(e('a'))), 'x^(-a)'],
    [pow(integer(2), e('k')), '2^k'],
  ])('%#: %s', (t, text) => expect(print(t)).toBe(text));
});

describe('letters of bound indices', () => {
  const inner = (letter: string): Term => sum(letter, e('y', b0));
  test('the author’s letter stays where it is free', () => expect(print(inner('r'))).toBe('sum_r y_r'));
  test('it makes way for a free index', () =>
    expect(print(sum('i', mul(e('x', b0), e('z', i))))).toBe('sum_j x_j*z_i'));
  test('also for one that stands elsewhere', () => expect(print(add(e('z', i), inner('i')))).toBe('z_i + sum_j y_j'));
  test('it makes way for an outer bound index', () =>
    expect(print(sum('k', mul(e('x', b0), inner('k'))))).toBe('sum_k x_k*sum_l y_l'));
  test('two sums side by side may share it', () =>
    expect(print(mul(inner('k'), inner('k')))).toBe('(sum_k y_k)*sum_k y_k'));
  test('it makes way for a size and a scalar', () =>
    expect(print(add(size('n'), e('m'), inner('n'), inner('m')))).toBe('n + m + sum_p y_p + sum_p y_p'));
  test('and for names of the context', () => {
    const context = {
      ...emptyContext,
      shapes: new Map([
        ['k', []],
        ['x', ['l']],
      ]),
      fixed: new Set(['m']),
    };
    expect(print(inner('k'), { context })).toBe('sum_n y_n');
  });
  test('letters never run out', () => {
    let t: Term = add(...Array.from({ length: 45 }, (_, n) => e('x', boundIndex(n))));
    for (let n = 0; n < 45; n++) t = sum('k', t);
    const text = print(t);
    const letters = (/^sum_\{([^}]*)\}/.exec(text)?.[1] ?? '').split(',');
    expect(new Set(letters).size).toBe(45);
  });
  test('a matrix names its rows and columns apart', () =>
    expect(print(inverse(add(X(b1, b0), e('A', b0, b1)), i, j, 'n', ['i', 'j']))).toBe('inv_{k,l}(X_kl + A_lk)_ij'));
});

describe('names that mean something else', () => {
  test('a tensor called delta leaves the Kronecker delta its bracket', () =>
    expect(print(mul(e('delta', i), delta(i, j)))).toBe('delta_i*1{i=j}'));
  test('a tensor called e leaves the exponential its word', () =>
    expect(print(mul(e('e', i), call('exp', e('x'))), { spelling: 'latex' })).toBe('e_i \\exp x'));
  test('a tensor called sigma leaves the logistic function its word', () =>
    expect(print(mul(e('sigma'), call('sigmoid', e('x'))), { spelling: 'latex' })).toBe(
      '\\sigma \\operatorname{sigmoid}(x)',
    ));
  test('indices that spell a suffix are kept apart', () =>
    expect(print(e('y', freeIndex('h'), freeIndex('a'), freeIndex('t')))).toBe('y_{h,a,t}'));
  test('a superscript before a power stands in brackets', () =>
    expect(print(pow(e('a^(L)', j), integer(2)), { spelling: 'latex' })).toBe('(a^{(L)}_j)^2'));
  test('names in all spellings', () => {
    expect(
      ['x_bar', 'Sigma', 'out', 'W1', 'y_true', 'ell', 'p_star', "x'", 'a^(l-1)'].map((n) => printName(n, 'latex')),
    ).toEqual([
      '\\bar{x}',
      '\\Sigma',
      '\\mathrm{out}',
      '\\mathrm{W1}',
      'y^{(\\mathrm{true})}',
      '\\ell',
      'p^*',
      "x'",
      'a^{(l-1)}',
    ]);
    expect(['x_bar', 'Sigma', 'mu_hat', 'a^(l-1)'].map((n) => printName(n, 'unicode'))).toEqual([
      'x̄',
      'Sigma',
      'μ̂',
      'a⁽ˡ⁻¹⁾',
    ]);
  });
});

describe('conditions', () => {
  const less = { kind: 'position', op: '<', left: i, right: j } as const;
  const positive = { kind: 'compare', op: '>', left: e('x', i), right: zero } as const;
  test('and, or, not', () => {
    expect(printCondition({ kind: 'and', all: [less, { kind: 'or', all: [positive, less] }] })).toBe(
      'i < j and (x_i > 0 or i < j)',
    );
    expect(printCondition({ kind: 'not', of: { kind: 'and', all: [less, positive] } })).toBe('i >= j or x_i <= 0');
    expect(printCondition({ kind: 'and', all: [less, positive] }, { spelling: 'latex' })).toBe('i < j \\land x_i > 0');
  });
  test('a restricted sum is written for its own letter', () => {
    const where = {
      kind: 'and',
      all: [
        { kind: 'position', op: '<', left: plus(i, 1), right: b0 },
        { kind: 'position', op: '!=', left: plus(b0, 2), right: j },
      ],
    } as const;
    const known = (t: Term): Term => add(e('y', i), e('y', j), t);
    expect(print(known(reduce('sum', 'k', e('x', b0), wholeSet('n'), where)))).toBe(
      'y_i + y_j + sum_{k=i+2, k != j-2}^{n} x_k',
    );
    // Where nothing tells that i is an index, a limit would make a size of it.
    expect(print(reduce('sum', 'k', e('x', b0), wholeSet('n'), where))).toBe('sum_k 1{i+1 < k and k+2 != j}*x_k');
  });
  test('where it cannot be, the condition goes inside', () => {
    const where = { kind: 'compare', op: '>', left: e('x', b0), right: zero } as const;
    expect(print(reduce('sum', 'k', e('x', b0), wholeSet('n'), where))).toBe('sum_k 1{x_k > 0}*x_k');
    expect(print(reduce('prod', 'k', e('x', b0), wholeSet('n'), where))).toBe('prod_k if(x_k > 0, x_k, 1)');
  });
  test('an index alone', () => expect(printIndex(plus(i, -1))).toBe('i-1'));
});

describe('JSON', () => {
  test('goes there and back', () => {
    const random = seeded(8);
    for (let n = 0; n < 300; n++) {
      const t = randomTerm(random, {
        depth: 5,
        partials: true,
        matrices: true,
        shifts: true,
        smooth: false,
        free: [{ letter: 'i', set: 'n' }],
      });
      const back = fromJSON(JSON.parse(JSON.stringify(toJSON(t))));
      expect(back).toEqual(t);
      expect(key(back)).toBe(key(t));
    }
    expect(fromJSON(toJSON(rational(10n ** 40n, 3n)))).toEqual(rational(10n ** 40n, 3n));
  });
  test('anything else is a named error', () => {
    const deep = (): unknown => {
      let v: unknown = toJSON(one);
      for (let n = 0; n < 5000; n++) v = { kind: 'add', terms: [v] };
      return v;
    };
    const hostile: unknown[] = [
      null,
      3,
      'x',
      [],
      {},
      { kind: 'constructor' },
      { kind: '__proto__' },
      { kind: 'num', num: '1', den: '0' },
      { kind: 'num', num: 1, den: 1 },
      { kind: 'entry', name: 'x' },
      { kind: 'call', fn: 'toString', args: [] },
      { kind: 'partial', body: toJSON(one), by: toJSON(one), held: [] },
      deep(),
    ];
    for (const h of hostile) expect(() => fromJSON(h)).toThrow(expect.objectContaining({ code: 'bad-term' }));
  });
});

test('long sums and deep nests print in one pass', () => {
  const wide = add(...Array.from({ length: 20000 }, (_, n) => e('x', at(n + 1))));
  expect(print(wide).length).toBeGreaterThan(150000);
  let deep: Term = e('x');
  for (let n = 0; n < 200; n++) deep = call('sin', add(deep, one));
  expect(print(deep).startsWith('sin(sin(')).toBe(true);
});
