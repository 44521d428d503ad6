// How many entries stand along an axis of a value, and along the axes of what is put in for an argument.
// Not here: index sets of whole texts (`term/sets.ts`).
// Invariant: a length is that of a tensor in the value, so that it is known wherever the value is.
import { must } from '../../term/must.ts';
import { integer, one, reduce, size, type Term } from '../../term/term.ts';
import { close, mapNode, visit } from '../../term/walk.ts';
import type { Algebra } from '../value.ts';

/** The number of entries along an axis: the length of a tensor where the axis stands. */
export function lengthOf(axis: string, factors: readonly Term[], e: Algebra): Term {
  const written = e.setOf(axis);
  if (/^\d+$/.test(written)) return integer(Number(written));
  let set: string | null = null;
  const note = (t: Term): void => {
    const n = t.kind === 'entry' ? t.indices.findIndex((i) => i.kind === 'free' && i.name === axis) : -1;
    if (t.kind === 'entry' && n >= 0) set ??= `size(${t.name},${n + 1})`;
  };
  for (const f of factors) visit(f, note);
  return set === null ? reduce('sum', axis, close(one, axis)) : size(set);
}

/** The sizes of arguments are those of what is put in for them; sets named by arguments are inferred anew. */
export function withSizesOf(t: Term, length: (name: string, axis: number) => Term | null): Term {
  const inner = mapNode(t, (x) => withSizesOf(x, length));
  const set = inner.kind === 'size' ? inner.set : inner.kind === 'reduce' ? inner.range.set : '';
  const of = /^size\((.+),(\d+)\)$/.exec(set);
  const put = of === null ? null : length(must(of[1]), Number(of[2]) - 1);
  if (put === null) return inner;
  return inner.kind === 'reduce' ? { ...inner, range: { ...inner.range, set: '' } } : put;
}
