// Functions of the entries of a vector: softmax and its kin at an index or over an axis, norms, means, cross-entropy.
// Not here: what they are (`term/vector-functions.ts`), matrix functions and forms (`calls.ts`).
// Invariant: the term is the one that the function table gives; the sums in it run over axes of the arguments.
import type { FunctionRow, Meaning } from '../../term/function-row.ts';
import { lastOf, must } from '../../term/must.ts';
import { freeIndex, type Index, mul, reduce, type Term } from '../../term/term.ts';
import { close, freeIndices } from '../../term/walk.ts';
import { readIndex, readIndices } from './indices.ts';
import { lengthOf } from './lengths.ts';
import { nameOf } from './names.ts';
import type { Reader } from './reader.ts';
import { headName, type Surface, unwrap } from '../../language/surface.ts';
import { lettersIn } from './survey.ts';
import { RankFault, rankOf, sumAll, tensor, termOf, type Value, withAxes, zip } from './value.ts';

type Apply = Surface & { kind: 'apply' };
type EntriesMeaning = Meaning & { readonly kind: 'entries' };

/** An argument of a call. Throws where it is missing. */
export const argument = (r: Reader, s: Apply, n = 0): Surface =>
  s.args[n] ?? r.fail(s, 'wrong-arguments', 'an argument is missing here', '');
/** Throws where a call has another number of arguments. */
export const arity = (r: Reader, s: Apply, count: number): void => {
  if (s.args.length !== count)
    r.fail(
      s,
      'wrong-arguments',
      `this takes ${count} ${count === 1 ? 'argument' : 'arguments'}, not ${s.args.length}`,
      '',
    );
};
/** The argument of softmax as a value over one axis, and the index it is asked at, if any. */
interface Spread {
  readonly term: Term;
  readonly axis: string;
  readonly index: Index | null;
  readonly outer: readonly string[];
  readonly lying: boolean;
}

function spread(r: Reader, s: Apply): Spread {
  const arg = argument(r, s);
  const v = r.value(arg);
  const term = termOf(v, r);
  r.copying(s, term, 3);
  const subscript = s.head.kind === 'subscript' ? s.head.parts : null;
  const asked = s.args[1] === undefined ? null : readIndex(r, s.args[1]);
  if (rankOf(v) === 0) return spreadScalar(r, s, arg, term, subscript);
  if (subscript !== null && rankOf(v) > 0)
    return {
      term,
      axis: lastOf(v.axes),
      index: readIndices(r, subscript)[0] ?? null,
      outer: v.axes.slice(0, -1),
      lying: false,
    };
  return { term, axis: lastOf(v.axes), index: asked, outer: v.axes.slice(0, -1), lying: v.lying };
}

/** `softmax_j(S_ij)` and `softmax(z_j)`: the letter that is normalised over stands in the argument. */
function spreadScalar(r: Reader, s: Apply, arg: Surface, term: Term, subscript: readonly Surface[] | null): Spread {
  const axis = r.axis();
  const letters =
    subscript === null
      ? (nameOf(unwrap(arg), r.world, r.latex)?.indices.flatMap(lettersIn) ?? [])
      : subscript.flatMap(lettersIn);
  const letter = letters.at(-1);
  if (letter !== undefined && freeIndices(term).includes(letter))
    return {
      term: withAxes(term, [letter], [freeIndex(axis)]),
      axis,
      index: freeIndex(letter),
      outer: [],
      lying: false,
    };
  const named = nameOf(unwrap(arg), r.world, r.latex);
  const last = named === null ? undefined : readIndices(r, named.indices).at(-1);
  if (term.kind === 'entry' && last !== undefined)
    return {
      term: { ...term, indices: [...term.indices.slice(0, -1), freeIndex(axis)] },
      axis,
      index: last,
      outer: [],
      lying: false,
    };
  return r.fail(
    s,
    'rank-mismatch',
    `${headName(s.head)} of a number`,
    'its argument is a vector, or an entry with the index it runs over',
  );
}

function spreadOut(r: Reader, x: Spread, f: (t: Term) => Term): Value {
  const value = tensor(f(x.term), [...x.outer, x.axis]);
  if (x.index === null) return { ...value, lying: x.lying };
  return { ...value, factors: [withAxes(termOf(value, r), [x.axis], [x.index])], axes: x.outer };
}

/** softmax and its kin, which normalise along the last axis or along the index that is written at them. */
function readSpread(r: Reader, s: Apply, means: EntriesMeaning): Value {
  const x = spread(r, s);
  const along = {
    sum: (t: Term) => reduce('sum', r.printed(), close(t, x.axis)),
    count: () => lengthOf(x.axis, [x.term], r),
  };
  return spreadOut(r, x, (t) => means.term([t], along));
}

/** A function of the entries of its arguments, all of one shape (`norm`, `logsumexp`, `CE`). */
export function readEntries(r: Reader, s: Apply, row: FunctionRow, means: EntriesMeaning): Value {
  if (row.gives === 'same') return readSpread(r, s, means);
  arity(r, s, row.arity as number);
  const values = s.args.map((a) => r.value(a));
  const first = must(values[0]);
  const name = must(row.names[0]);
  if (row.takes === 'vector' && values.some((v) => rankOf(v) === 0)) throw new RankFault(`${name} of a number`);
  const terms = values.map((v) =>
    termOf(
      zip({ ...first, lying: false }, { ...v, lying: false }, r, (_, y) => y, name),
      r,
    ),
  );
  for (const t of terms) r.copying(s, t, 4);
  const axes = means.along === 'last' ? first.axes.slice(-1) : first.axes;
  const total = tensor(must(terms[0]), axes);
  const along = {
    sum: (t: Term) => sumAll(total, r, () => t),
    count: () => countOf(first, axes, r, name),
  };
  if (row.tells !== undefined) r.readings.push({ text: r.text.slice(s.start, s.end), ...row.tells });
  return tensor(means.term(terms, along), first.axes.slice(0, first.axes.length - axes.length));
}
function countOf(v: Value, axes: readonly string[], r: Reader, name: string): Term {
  if (axes.length === 0) throw new RankFault(`the ${name} of a number`);
  return mul(...axes.map((axis) => lengthOf(axis, v.factors, r)));
}
