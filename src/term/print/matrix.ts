// The body of an inverse or determinant as a matrix expression: X, X^T A X, X + A, c I.
// Not here: matrix forms of results (found elsewhere, from index graphs).
// Invariant: null where the body is no such expression, and then nothing was printed.
import { must } from '../must.ts';
import { level, piece, type Piece } from './piece.ts';
import type { Printer } from './printer.ts';
import type { Entry, Index, Inverse, Term } from '../term.ts';
import { indexUsesBound, shift, usesBound } from '../walk.ts';

/** How scalars in front of a matrix are printed. */
type Render = (t: Term) => Piece;

/** The text of the matrix whose entry (bound 1, bound 0) is `body`; in plain notation only a bare name. */
export function matrixText(body: Term, p: Printer, render: Render): Piece | null {
  if (body.kind === 'entry' && body.indices.length === 2 && isBound(body.indices[0], 1) && isBound(body.indices[1], 0))
    return name(body, p);
  return p.spelling === 'plain' ? null : sumText(body, p, render);
}

const isBound = (i: Index | undefined, depth: number): boolean => i?.kind === 'bound' && i.depth === depth;
const name = (e: Entry, p: Printer): Piece => {
  const { text, raised } = p.style.name(e.name);
  return piece(text, raised ? level.power : level.atom, { ends: 'name' });
};

function sumText(t: Term, p: Printer, render: Render): Piece | null {
  if (t.kind !== 'add') return productText(t, p, render);
  let text = '';
  for (const [n, term] of t.terms.entries()) {
    const part = productText(term, p, render);
    if (part === null) return null;
    const negative = part.level === level.negative;
    text +=
      n === 0
        ? part.text
        : negative
          ? ` ${p.style.minus} ${part.text.slice(p.style.minus.length)}`
          : p.style.sign(' + ') + part.text;
  }
  return piece(text, level.sum);
}

/** A step from one index of a matrix product to the next. */
interface Hop {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly transposed: string;
}
/** A vector along one index, for outer products. */
interface Arrow {
  readonly along: number;
  readonly text: string;
}

/** Σ… of factors with the sums inside products brought to the front; `summed` counts the binders. */
function flattened(t: Term): { readonly summed: number; readonly factors: readonly Term[] } {
  if (t.kind === 'reduce' && t.op === 'sum' && t.where === null && t.range.from === null && t.range.to === null) {
    const inner = flattened(t.body);
    return { summed: inner.summed + 1, factors: inner.factors };
  }
  if (t.kind !== 'mul') return { summed: 0, factors: [t] };
  let summed = 0;
  let factors: Term[] = [];
  for (const f of t.factors) {
    const inner = flattened(f);
    // Earlier factors now stand under the new binders, the new ones under those found before.
    factors = [
      ...factors.map((x) => shift(x, inner.summed)),
      ...inner.factors.map((x) => shift(x, summed, inner.summed)),
    ];
    summed += inner.summed;
  }
  return { summed, factors };
}

/** A product along a path of summed indices from the row to the column, or an outer product, times scalars. */
function productText(t: Term, p: Printer, render: Render): Piece | null {
  const { summed, factors } = flattened(t);
  const hops: Hop[] = [];
  const arrows: Arrow[] = [];
  const scalars: Term[] = [];
  for (const f of factors) {
    const hop = hopOf(f, p, render);
    const arrow = hop === null ? arrowOf(f, p) : null;
    if (hop !== null) hops.push(hop);
    else if (arrow !== null) arrows.push(arrow);
    else if (freeOf(f, summed + 2)) scalars.push(shift(f, -(summed + 2)));
    else return null;
  }
  const path = arrows.length === 0 ? matrixPath(hops, summed) : summed === 0 ? withVectors(hops, arrows, p) : null;
  return path === null ? null : scaled(path, scalars, p, render);
}

function matrixPath(hops: readonly Hop[], summed: number): string[] | null {
  return hops.length === summed + 1 ? walkPath(hops, summed + 1, summed) : null;
}

/** u vᵀ for u_row v_column; diag(d) for δ d_row. */
function withVectors(hops: readonly Hop[], arrows: readonly Arrow[], p: Printer): string[] | null {
  const [first, second] = arrows;
  if (first === undefined || arrows.length > 2) return null;
  if (second === undefined)
    return hops.length === 1 && hops[0]?.text === 'I'
      ? [p.style.word('diag') + p.style.bracketed(piece(first.text)).text]
      : null;
  if (hops.length > 0 || first.along === second.along) return null;
  const [row, column] = first.along === 1 ? [first, second] : [second, first];
  return [row.text, p.style.transposed(column.text)];
}

function scaled(path: readonly string[], scalars: readonly Term[], p: Printer, render: Render): Piece | null {
  const single = path.length === 1 && !/[\^ᵀ⁻]|<msup>/.test(must(path[0]));
  if (scalars.length === 0) return piece(path.join(' '), single ? level.atom : level.product);
  const front = render(scalars.length === 1 ? must(scalars[0]) : { kind: 'mul', factors: scalars });
  if (front.level <= level.sum || front.open) return null;
  const text = front.text === p.style.minus + p.style.digits('1') ? p.style.minus : `${front.text} `;
  return piece(text + path.join(' '), front.level === level.negative ? level.negative : level.product);
}

function freeOf(t: Term, depth: number): boolean {
  for (let d = 0; d < depth; d++) if (usesBound(t, d)) return false;
  return true;
}

function hopOf(f: Term, p: Printer, render: Render): Hop | null {
  if (f.kind === 'inverse') return inverseHop(f, p, render);
  if (f.kind === 'delta' && f.left.kind === 'bound' && f.right.kind === 'bound')
    return { from: f.left.depth, to: f.right.depth, text: 'I', transposed: 'I' };
  if (f.kind !== 'entry' || f.indices.length !== 2) return null;
  const [a, b] = f.indices;
  if (a?.kind !== 'bound' || b?.kind !== 'bound' || indexUsesBound(a, b.depth)) return null;
  const { text, level: at } = name(f, p);
  return {
    from: a.depth,
    to: b.depth,
    text,
    transposed: p.style.transposed(at === level.atom ? text : p.style.bracketed(piece(text)).text),
  };
}

function inverseHop(f: Inverse, p: Printer, render: Render): Hop | null {
  if (f.row.kind !== 'bound' || f.column.kind !== 'bound' || f.row.depth === f.column.depth) return null;
  const inner = sumText(f.body, p, render);
  if (inner === null) return null;
  const base = inner.level >= level.atom ? inner.text : p.style.bracketed(inner).text;
  const inverse = p.style.inverted(base);
  return {
    from: f.row.depth,
    to: f.column.depth,
    text: inverse,
    transposed:
      p.spelling === 'latex' ? `${base}^{-\\top}` : p.style.transposed(p.style.bracketed(piece(inverse)).text),
  };
}

function arrowOf(f: Term, p: Printer): Arrow | null {
  if (f.kind !== 'entry' || f.indices.length !== 1) return null;
  const [a] = f.indices;
  return a?.kind === 'bound' ? { along: a.depth, text: name(f, p).text } : null;
}

function walkPath(hops: readonly Hop[], start: number, end: number): string[] | null {
  const left = [...hops];
  const path: string[] = [];
  let here = start;
  while (left.length > 0) {
    const n = left.findIndex((h) => h.from === here || h.to === here);
    const hop = left[n];
    if (hop === undefined) return null;
    left.splice(n, 1);
    const forward = hop.from === here;
    path.push(forward ? hop.text : hop.transposed);
    here = forward ? hop.to : hop.from;
  }
  return here === end ? path : null;
}
