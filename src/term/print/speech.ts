// The spoken spelling: a formula in words, for a reader who listens.
// Not here: bracketing and the walk over a term (`node.ts`, `product.ts`), which are the same in all spellings.
// Invariant: brackets are spoken wherever plain notation has them, so that what is heard groups as what is seen.
import { must } from '../must.ts';
import { brackets, level, piece, type Piece } from './piece.ts';
import { nameParts, type NameText } from './names.ts';
import type { IndexText, Style } from './style.ts';
import type { Comparison, FunctionName, ReduceOp } from '../term.ts';

const bracketed = (p: Piece): Piece => brackets(p, 'open bracket ', ' close bracket');
const list = (args: readonly Piece[]): string => args.map((a) => a.text).join(', ');

/** `y_hat` is "y hat", `a^(L)` "a superscript L", `sigma(z)` "sigma of z". */
function spokenName(name: string): NameText {
  const parts = nameParts(name);
  const base = parts.base.includes('_') ? spokenName(parts.base).text : parts.base.replace(/'/g, ' prime');
  const words = [
    base,
    ...(parts.accent === null ? [] : [parts.accent]),
    ...(parts.suffix === '' ? [] : [parts.suffix.replaceAll('_', ' ')]),
    ...(parts.label === null ? [] : ['superscript', parts.label.replace(/[()]/g, '')]),
    ...(parts.args === null ? [] : ['of', parts.args.map((a) => spokenName(a).text).join(', ')]),
  ];
  return { text: words.join(' '), raised: parts.label !== null, call: parts.args !== null };
}

const operators: { readonly [O in ReduceOp]: string } = {
  sum: 'the sum',
  prod: 'the product',
  max: 'the maximum',
  min: 'the minimum',
};
const functions: { readonly [F in FunctionName]: string } = {
  exp: 'exp of',
  log: 'log of',
  sqrt: 'the square root of',
  abs: 'the absolute value of',
  sign: 'the sign of',
  sin: 'sine of',
  cos: 'cosine of',
  tan: 'tangent of',
  asin: 'arc sine of',
  acos: 'arc cosine of',
  atan: 'arc tangent of',
  sinh: 'hyperbolic sine of',
  cosh: 'hyperbolic cosine of',
  tanh: 'hyperbolic tangent of',
  sigmoid: 'sigmoid of',
  softplus: 'softplus of',
  relu: 'ReLU of',
  erf: 'the error function of',
  max: 'the greater of',
  min: 'the smaller of',
};
const comparison: { readonly [C in Comparison]: string } = {
  '=': ' equals ',
  '!=': ' not equal to ',
  '<': ' less than ',
  '<=': ' at most ',
  '>': ' greater than ',
  '>=': ' at least ',
};
const signs: ReadonlyMap<string, string> = new Map([
  ['+', ' plus '],
  ['-', ' minus '],
  ['=', comparison['=']],
  [':', ' with '],
  [',', ', '],
]);
/** An index that is a sum of letters is told as a whole. */
const indexOf = (i: IndexText): string => (/ (?:plus|minus) /.test(i.text) ? bracketed(piece(i.text)).text : i.text);

const orders = ['', '', 'second ', 'third ', 'fourth '];

const derivativeOf = (by: readonly Piece[]): string => `${orders[by.length] ?? `${by.length}th `}partial`;
const ordinalPrimes = (n: number): string => ' prime'.repeat(n);

/** A power: the square and the cube have words of their own. */
function powerOf(base: string, exponent: Piece, bare: boolean): string {
  const word = new Map([
    ['2', 'squared'],
    ['3', 'cubed'],
  ]).get(exponent.text);
  return `${base} ${word ?? `to the power ${bare ? exponent.text : bracketed(exponent).text}`}`;
}

export const speechStyle: Style = {
  name: spokenName,
  indexed: (base, indices: readonly IndexText[]) =>
    `${base} sub ${indices.map(indexOf).join(indices.every((i) => i.simple) ? ' ' : ', ')}`,
  digits: (digits) => digits,
  sign: (sign) => signs.get(sign.trim()) ?? sign,
  word: (name) => new Map([['det', 'the determinant of ']]).get(name) ?? `${name} of `,
  isLetter: (text) => /^\p{L}$/u.test(text),
  primed: (name, at) =>
    at.length === 1
      ? `${name}${ordinalPrimes(must(at[0]))} of `
      : `${at.some((o) => o > 0) ? `${name} with derivatives ${at.join(', ')}` : name} of `,
  inverted: (base) => `${base} inverse`,
  transposed: (base) => `${base} transpose`,
  cases: (rows, otherwise) =>
    `by cases ${rows.map(([value, when]) => `${value} if ${when}`).join(', ')}, otherwise ${otherwise}, end of cases`,
  times: () => ' times ',
  minus: 'minus ',
  barred: false,
  fraction: (n, d) => piece(`${n.text} over ${d.text}`, level.product, { compound: true, open: d.open }),
  power: (b, e, bare) => piece(powerOf(b.text, e, bare), level.power),
  bracketed,
  coefficient: (p) => p,
  reduceHead: (op, below, _simple, above) =>
    above === null ? `${operators[op]} over ${below} of ` : `${operators[op]} from ${below} to ${above} of `,
  call: (fn, args) => {
    const only = must(args[0]);
    const alone = args.length === 1 && only.level === level.atom;
    if (fn === 'exp' && alone) return piece(`e to the ${only.text}`, level.power);
    return piece(
      `${functions[fn]} ${alone ? only.text : bracketed(piece(list(args))).text}`,
      alone ? level.power : level.atom,
    );
  },
  derivative: (body, by, atomic, held) => {
    const below = by.map((b) => b.text).join(' and ');
    const what = atomic
      ? `${derivativeOf(by)} ${body.text} by ${below}`
      : `${derivativeOf(by)} by ${below} of ${bracketed(body).text}`;
    const fixed = held.map((h) => spokenName(h).text).join(', ');
    return piece(held.length === 0 ? what : `${what} with ${fixed} held fixed`, level.power);
  },
  comparison,
  and: ' and ',
  or: ' or ',
  iverson: (condition) => `the indicator of ${bracketed(piece(condition)).text}`,
  constant: { pi: 'pi', e: 'e' },
  delta: 'delta',
};

/** Words with one space between them. */
export const inWords = (text: string): string => text.replace(/\s+/g, ' ').replace(/ ,/g, ',').trim();
