// The body of an inverse or determinant as a matrix expression: X, X^T A X, X + A, c I.
// Not here: matrix forms of results (found elsewhere, from index graphs).
// Invariant: null where the body is no such expression, and then nothing was printed.
import { level, piece, type Piece } from './piece.ts';
import { node, type Printer } from './node.ts';
import type { Entry, Index, Term } from '../term.ts';
import { indexUsesBound, shift, usesBound } from '../walk.ts';

/** The text of the matrix whose entry (bound 1, bound 0) is `body`; in plain notation only a bare name. */
export function matrixText(body: Term, p: Printer): Piece | null {
  if (body.kind === 'entry' && body.indices.length === 2 && isBound(body.indices[0], 1) && isBound(body.indices[1], 0)) return name(body, p);
  return p.spelling === 'plain' ? null : sumText(body, p);
}

const isBound = (i: Index | undefined, depth: number): boolean => i?.kind === 'bound' && i.depth === depth;
const name = (e: Entry, p: Printer): Piece => {
  const { text, raised } = p.style.name(e.name);
  return piece(text, raised ? level.power : level.atom, { ends: 'name' });
};

function sumText(t: Term, p: Printer): Piece | null {
  if (t.kind !== 'add') return productText(t, p);
  let text = '';
  for (const [n, term] of t.terms.entries()) {
    const part = productText(term, p);
    if (part === null) return null;
    const negative = part.level === level.negative;
    text += n === 0 ? part.text : negative ? ` ${p.style.minus} ${part.text.slice(p.style.minus.length)}` : ` + ${part.text}`;
  }
  return piece(text, level.sum);
}

/** A step from one index of a matrix product to the next. */
interface Hop { readonly from: string; readonly to: string; readonly text: string; readonly transposed: string }

/** A product along a path of summed indices from the row to the column, times scalars. */
function productText(t: Term, p: Printer): Piece | null {
  let summed = 0;
  let body = t;
  while (body.kind === 'reduce' && body.op === 'sum' && body.where === null && body.range.from === null) { summed += 1; body = body.body; }
  const factors = body.kind === 'mul' ? body.factors : [body];
  const hops: Hop[] = [];
  const scalars: Term[] = [];
  for (const f of factors) {
    const hop = hopOf(f, p);
    if (hop !== null) hops.push(hop);
    else if (freeOf(f, summed + 2)) scalars.push(shift(f, -(summed + 2)));
    else return null;
  }
  const path = walkPath(hops, `${summed + 1}`, `${summed}`);
  if (path === null || hops.length !== summed + 1) return null;
  const front = scalars.length === 0 ? null : node(scalars.length === 1 ? (scalars[0] as Term) : { kind: 'mul', factors: scalars }, p);
  if (front === null) return piece(path.join(' '), path.length === 1 && !(path[0] as string).includes('^') && !(path[0] as string).includes('ᵀ') ? level.atom : level.product);
  if (front.level <= level.sum || front.open) return null;
  const text = front.text === `${p.style.minus}1` ? p.style.minus : `${front.text} `;
  return piece(text + path.join(' '), front.level === level.negative ? level.negative : level.product);
}

function freeOf(t: Term, depth: number): boolean {
  for (let d = 0; d < depth; d++) if (usesBound(t, d)) return false;
  return true;
}

function hopOf(f: Term, p: Printer): Hop | null {
  const transpose = p.spelling === 'latex' ? '^\\top' : 'ᵀ';
  if (f.kind === 'delta' && f.left.kind === 'bound' && f.right.kind === 'bound') return { from: `${f.left.depth}`, to: `${f.right.depth}`, text: 'I', transposed: 'I' };
  if (f.kind !== 'entry' || f.indices.length !== 2) return null;
  const [a, b] = f.indices;
  if (a?.kind !== 'bound' || b?.kind !== 'bound' || indexUsesBound(a, b.depth)) return null;
  const text = name(f, p).text;
  return { from: `${a.depth}`, to: `${b.depth}`, text, transposed: text + transpose };
}

function walkPath(hops: readonly Hop[], start: string, end: string): string[] | null {
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
