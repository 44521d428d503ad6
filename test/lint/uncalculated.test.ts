// Notation that is read and not calculated: the same formula is the same number, everything else is open.
// Not here: the grammar of it (`test/language/notation.test.ts`).
// Invariant: such a formula never makes a slip, in any spelling.
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const verdictOf = (text: string): string => {
  const claims = lint(text);
  return claims.at(-1)?.verdict ?? 'none';
};

const kinds: readonly (readonly [name: string, ...spellings: readonly string[]])[] = [
  ['a probability under a condition', '$P(a|b)$', '$P(a \\mid b)$', '$P\\left(a \\vert b\\right)$', '`P(a | b)`'],
  [
    'with several conditions',
    '$p(x_1, x_2|\\theta, \\phi)$',
    '$p(x_1,x_2 \\mid \\theta;\\phi)$',
    '`p(x_1, x_2 | theta, phi)`',
  ],
  [
    'an expectation',
    '$\\mathbb{E}[xy]$',
    '$\\mathbb E_{x\\sim p}[xy]$',
    '$E_{x \\sim p}\\left[xy\\right]$',
    '`E[x y]`',
  ],
  ['a variance', '$\\mathrm{Var}(x)$', '$\\operatorname{Var}(x)$', '`Var(x)`'],
  ['a divergence', '$\\mathrm{KL}(p\\|q)$', '$D_{KL}(p\\,\\|\\,q)$', '`KL(p || q)`'],
  ['an integral', '$\\int f(x)\\,dx$', '$\\int_a^b f(x)\\,\\mathrm{d}x$', '$\\int_{-\\infty}^{\\infty} (f(x) + 1) dx$'],
  ['a minimiser', '$\\arg\\min_x f(x)$', '$\\operatorname{argmin}_x f(x)$', '$\\argmin_{x} f(x)$', '`argmin_x f(x)`'],
  ['a supremum', '$\\sup_{x} f(x)$', '$\\sup\\limits_{x \\in X} f(x)$', '`sup_x f(x)`'],
  ['a limit', '$\\lim_{h \\to 0} f(h)$', '$\\lim\\limits_{h\\rightarrow 0} f(h)$', '`lim_{h -> 0} f(h)`'],
  ['a binomial', '$\\binom{n}{k}$', '$\\dbinom{n}{k}$', '$\\tbinom nk$'],
  ['a factorial', '$k!$', '$(k + 1)!$', '`k!`'],
  ['a value at a point', '$\\left. f(z) \\right|_{z=a}$', '$f(z)|_{z = a}$', '$f(z)\\Big|_{z=a}$', '`f(z)|_{z=a}`'],
  [
    'a sum over values',
    '$\\sum_{z^{(1)}} q(z^{(1)})$',
    '$\\sum_{(x,y) \\in D} f(x)$',
    '$\\sum_{\\mathbf{s}} f(\\mathbf{s})$',
  ],
];

const inside = (spelling: string): string => spelling.slice(1, -1);
const line = (spelling: string, left: string, right: string): string =>
  `We have\n\n${spelling[0] === '$' ? `$$${left} = ${right}$$` : `    ${left} = ${right}`}\n`;

describe.each(kinds)('%s', (_name, ...spellings) => {
  test.each(spellings)('%s is itself', (spelling) => {
    const f = inside(spelling);
    expect(verdictOf(line(spelling, `2 (${f}) + 3 (${f})`, `5 (${f})`))).toBe('holds');
  });
  test.each(spellings)('%s makes no slip', (spelling) => {
    const f = inside(spelling);
    const verdict = verdictOf(line(spelling, `2 (${f}) + 3 (${f})`, `6 (${f})`));
    // An equation between inputs alone may be an assumption of the text.
    expect(['unclear', 'assumption']).toContain(verdict);
  });
});

describe('what such a formula depends on', () => {
  test.each([
    '$$\\frac{\\partial}{\\partial w} \\log p(x|w) = 0$$',
    '$$\\nabla_w \\mathbb{E}_{x \\sim p}[w x] = 0$$',
    '$$\\frac{d}{da} \\int_0^a f(x) dx = 0$$',
  ])('%s is open', (text) => {
    expect(['unclear', 'assumption']).toContain(verdictOf(`Let $w$ be given.\n\n${text}\n`));
  });
  test('its index letters are indices', () => {
    expect(verdictOf('$$\\sum_{i=1}^n p(x_i|\\theta) = n\\, p(x_i|\\theta)$$')).not.toBe('holds');
    expect(verdictOf('$$\\sum_{i=1}^n p(x_i|\\theta) = \\sum_{j=1}^n p(x_j|\\theta)$$')).toBe('holds');
    expect(verdictOf('$$\\log\\prod_{i=1}^n p(x_i|\\theta) = \\sum_{i=1}^n \\log p(x_i|\\theta)$$')).toBe('holds');
  });
  test('a definition makes it known', () => {
    const text = 'Let $p(y|x) = \\sigma(x)$ with the sigmoid $\\sigma$.\n\n';
    expect(verdictOf(`${text}$$\\frac{d}{dx} \\log p(y|x) = 1 - p(y|x)$$`)).toBe('holds');
    expect(verdictOf(`${text}$$\\frac{d}{dx} \\log p(y|x) = p(y|x) - 1$$`)).toBe('slip');
  });
  test.each([
    ['\\mathbb{E}[2x + 3y - 1] = 2\\mathbb{E}[x] + 3\\mathbb{E}[y] - 1', 'holds'],
    ['\\mathbb{E}_{x\\sim p}\\left[\\frac{1}{2} f(x)\\right] = \\frac{1}{2} \\mathbb{E}_{x\\sim p}[f(x)]', 'holds'],
    ['\\mathbb{E}[xy] = \\mathbb{E}[x]\\mathbb{E}[y]', 'unclear'],
    ['\\mathbb{E}[2x] = 3\\mathbb{E}[x]', 'unclear'],
  ])('an expectation is linear and no more: %s', (text, verdict) => {
    expect(verdictOf(`$$1 + ${text.replace('=', '= 1 +')}$$`).replace('assumption', 'unclear')).toBe(verdict);
  });
  test('products of sums over values are not read', () => {
    const product = '\\sum_{\\mathbf{s}} f(\\mathbf{s}) \\cdot \\sum_{\\mathbf{s}} g(\\mathbf{s})';
    expect(
      verdictOf(`$$${product} = \\sum_{\\mathbf{s}} 1 \\cdot \\sum_{\\mathbf{s}} f(\\mathbf{s}) g(\\mathbf{s})$$`),
    ).toBe('unclear');
  });
});
