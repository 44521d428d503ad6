// How a product is laid out: sign, coefficient, numerator, denominator and a big operator at the end.
// Not here: the factors themselves (`node.ts`).
// Invariant: the factors of the numerator keep their order, and nothing that follows an open text is swallowed by it.
import { lastOf, must } from '../must.ts';
import { level, piece, type Piece } from './piece.ts';
import type { Style } from './style.ts';
import { rational, type Num, type Term } from '../term.ts';

type Render = (t: Term) => Piece;

/** A piece with its leading minus taken off. */
export interface Signed {
  readonly negative: boolean;
  readonly piece: Piece;
}

/** A non-negative rational: decimal where that is the usual spelling, otherwise a fraction. */
export function numberPiece(n: Num, style: Style): Piece {
  const digits = (v: bigint | string): Piece =>
    piece(style.digits(`${v}`), level.atom, { begins: 'digit', ends: 'digit' });
  if (n.den === 1n) return digits(n.num);
  const decimal = asDecimal(n);
  return decimal !== null ? digits(decimal) : style.fraction(digits(n.num), digits(n.den));
}

// 0.044715 is 8943/200000 in lowest terms; thousandths and finer read better as decimals.
function asDecimal(n: Num): string | null {
  if (n.den < 1000n || n.den % 10n !== 0n) return null;
  for (let places = 3, scale = 1000n; places <= 18; places++, scale *= 10n) {
    if (scale % n.den !== 0n) continue;
    const scaled = `${(n.num * scale) / n.den}`.padStart(places + 1, '0');
    return `${scaled.slice(0, -places)}.${scaled.slice(-places)}`;
  }
  return null;
}

/** The piece itself where it holds together at least as tightly as `least`, otherwise in brackets. */
export const atLeast = (p: Piece, least: number, style: Style): Piece => (p.level >= least ? p : style.bracketed(p));

/** As a factor that another factor follows. */
const closedFactor = (p: Piece, style: Style): Piece =>
  p.open ? (p.closed ?? style.bracketed(p)) : atLeast(p, level.power, style);
/** As the last factor. */
const lastFactor = (p: Piece, style: Style): Piece =>
  p.open && p.level >= level.product ? p : atLeast(p, level.power, style);

/** Factors side by side. */
function juxtaposed(factors: readonly Piece[], style: Style): Piece {
  const only = factors[0];
  if (only === undefined) return piece(style.digits('1'), level.atom, { begins: 'digit', ends: 'digit' });
  if (factors.length === 1) return only;
  const parts = factors.map((f, n) => (n + 1 < factors.length ? closedFactor(f, style) : lastFactor(f, style)));
  let text = '';
  parts.forEach((p, n) => {
    text += n === 0 ? p.text : style.times(must(parts[n - 1]), p) + p.text;
  });
  const last = lastOf(parts);
  return piece(text, level.product, {
    compound: true,
    open: last.open,
    tall: parts.some((p) => p.tall),
    begins: must(parts[0]).begins,
    ends: last.ends === 'fraction' ? 'other' : last.ends,
  });
}

function over(numerator: readonly Piece[], denominator: readonly Piece[], style: Style): Piece {
  const top = juxtaposed(numerator, style);
  const below = juxtaposed(denominator, style);
  if (style.barred) return style.fraction(top, below);
  const up = top.open
    ? numerator.length === 1
      ? closedFactor(top, style)
      : style.bracketed(top)
    : atLeast(top, level.product, style);
  const simple = below.level >= level.power || (below.open && !below.compound && below.level >= level.product);
  return style.fraction(up, simple ? below : style.bracketed(below));
}

/** A denominator's factor `base^n` for `base^(−n)`, or null where the factor stands in the numerator. */
function belowBar(f: Term, render: Render, style: Style): Piece | null {
  if (f.kind !== 'pow' || f.exponent.kind !== 'num' || f.exponent.num >= 0n) return null;
  if (f.exponent.num === -1n && f.exponent.den === 1n) return render(f.base);
  return powerPiece(f.base, rational(-f.exponent.num, f.exponent.den), render, style);
}

/** base^exponent, for any exponent that does not go below a fraction bar. */
export function powerPiece(base: Term, exponent: Term, render: Render, style: Style): Piece {
  const rendered = render(base);
  const e = render(exponent);
  const b = rendered.closed ?? rendered;
  const bare = e.level >= level.atom && e.begins !== 'bracket' && exponent.kind !== 'call';
  return style.power(atLeast(b, level.atom, style), e, bare);
}

/** The product of `factors` without its leading minus. */
export function productPiece(factors: readonly Term[], render: Render, style: Style): Signed {
  const [first, ...others] = factors;
  const coefficient = first?.kind === 'num' ? first : rational(1);
  const rest = first?.kind === 'num' ? others : factors;
  const size = coefficient.num < 0n ? rational(-coefficient.num, coefficient.den) : coefficient;
  const above: Piece[] = [];
  const below: Piece[] = [];
  const decimal = size.den === 1n || asDecimal(size) !== null;
  if (decimal ? size.num !== size.den || rest.length === 0 : size.num !== 1n)
    above.push(decimal ? numberPiece(size, style) : numberPiece(rational(size.num), style));
  if (!decimal) below.push(numberPiece(rational(size.den), style));
  let tail: Piece | null = null;
  for (const f of rest) {
    const down = belowBar(f, render, style);
    if (down !== null) below.push(down);
    else above.push(render(f));
    if (down === null) tail = f.kind === 'reduce' ? lastOf(above) : null;
  }
  // The explicit 1 of a product that the author wrote as `1·x` is not kept.
  return { negative: coefficient.num < 0n, piece: layOut(above, below, tail, !decimal && below.length === 1, style) };
}

function layOut(above: Piece[], below: Piece[], tail: Piece | null, onlyNumber: boolean, style: Style): Piece {
  if (below.length === 0) return juxtaposed(above, style);
  if (tail !== null && !below.some((p) => p.open)) {
    const front = style.coefficient(over(above.slice(0, -1), below, style));
    // A front like `a/n` is one text to the left of `*`, which is read from left to right.
    const text = front.text + style.times(front, tail) + tail.text;
    return piece(text, level.product, {
      compound: true,
      open: true,
      tall: true,
      begins: front.begins,
      ends: tail.ends,
    });
  }
  const number = above[0]?.begins === 'digit' && above[0].level === level.atom ? 1 : 0;
  if (style.barred && onlyNumber && above.length > number)
    return juxtaposed([over(above.slice(0, number), below, style), ...above.slice(number)], style);
  return over(above, below, style);
}
