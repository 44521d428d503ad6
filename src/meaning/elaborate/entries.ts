// Functions of the entries of a vector: softmax and its kin at an index or over an axis, norms, means, cross-entropy.
// Not here: what they are (`term/vector-functions.ts`), matrix functions and forms (`known.ts`).
// Invariant: the term is the one that the function table gives; the sums in it run over axes of the arguments.
import type { FunctionRow, Meaning } from '../../term/function-row.ts';
import { lastOf, must } from '../../term/must.ts';
import { freeIndex, type Index, mul, reduce, type Term } from '../../term/term.ts';
import { close, freeIndices } from '../../term/walk.ts';
import { lengthOf } from './lengths.ts';
import type { Env } from '../env.ts';
import { headName, type Surface, unwrap } from '../../language/surface.ts';
import { RankFault, rankOf, sumAll, tensor, termOf, type Value, withAxes, zip } from '../value.ts';

type Apply = Surface & { kind: 'apply' };
type EntriesMeaning = Meaning & { readonly kind: 'entries' };

/** An argument of a call. Throws where it is missing. */
export const argument = (e: Env, s: Apply, n = 0): Surface =>
  s.args[n] ?? e.fail(s, 'wrong-arguments', 'an argument is missing here');
/** Throws where a call has another number of arguments. */
export const arity = (e: Env, s: Apply, takes: { readonly arity: number | 'many' }, name = 'this'): void => {
  if (s.args.length !== takes.arity)
    e.fail(
      s,
      'wrong-arguments',
      `${name} takes ${takes.arity} ${takes.arity === 1 ? 'argument' : 'arguments'}, not ${s.args.length}`,
    );
};

/** The argument of softmax as a value over one axis, and the index it is asked at, if any. */
interface Spread {
  readonly term: Term;
  readonly axis: string;
  readonly index: Index | null;
  readonly outer: readonly string[];
  readonly row: boolean;
}

function spread(e: Env, s: Apply): Spread {
  const arg = argument(e, s);
  const v = e.value(arg);
  const term = termOf(v, e);
  e.copying(s, term, 3);
  const subscript = s.head.kind === 'subscript' ? s.head.parts : null;
  const asked = s.args[1] === undefined ? null : e.index(s.args[1]);
  if (rankOf(v) === 0) return spreadScalar(e, s, arg, term, subscript);
  if (subscript !== null && rankOf(v) > 0)
    return {
      term,
      axis: lastOf(v.axes),
      index: e.indices(subscript)[0] ?? null,
      outer: v.axes.slice(0, -1),
      row: false,
    };
  return { term, axis: lastOf(v.axes), index: asked, outer: v.axes.slice(0, -1), row: v.row };
}

/** `softmax_j(S_ij)` and `softmax(z_j)`: the letter that is normalised over stands in the argument. */
function spreadScalar(e: Env, s: Apply, arg: Surface, term: Term, subscript: readonly Surface[] | null): Spread {
  const axis = e.axis();
  const own = e.scriptsOf(unwrap(arg)) ?? [];
  const letters = e.lettersOf(subscript ?? own);
  const letter = letters.at(-1);
  if (letter !== undefined && freeIndices(term).includes(letter))
    return {
      term: withAxes(term, [letter], [freeIndex(axis)]),
      axis,
      index: freeIndex(letter),
      outer: [],
      row: false,
    };
  const last = e.indices(own).at(-1);
  if (term.kind === 'entry' && last !== undefined)
    return {
      term: { ...term, indices: [...term.indices.slice(0, -1), freeIndex(axis)] },
      axis,
      index: last,
      outer: [],
      row: false,
    };
  return e.fail(
    s,
    'rank-mismatch',
    `${headName(s.head)} of a number`,
    'its argument is a vector, or an entry with the index it runs over',
  );
}

function spreadOut(e: Env, x: Spread, f: (t: Term) => Term): Value {
  const value = tensor(f(x.term), [...x.outer, x.axis]);
  if (x.index === null) return { ...value, row: x.row };
  return { ...value, factors: [withAxes(termOf(value, e), [x.axis], [x.index])], axes: x.outer };
}

/** softmax and its kin, which normalise along the last axis or along the index that is written at them. */
function readSpread(e: Env, s: Apply, means: EntriesMeaning): Value {
  const x = spread(e, s);
  const along = {
    sum: (t: Term) => reduce('sum', e.printed(), close(t, x.axis)),
    count: () => lengthOf(x.axis, [x.term], e),
  };
  return spreadOut(e, x, (t) => means.term([t], along));
}

/** A function of the entries of its arguments, all of one shape (`norm`, `logsumexp`, `CE`). */
export function readEntries(e: Env, s: Apply, row: FunctionRow, means: EntriesMeaning): Value {
  if (row.gives === 'same') return readSpread(e, s, means);
  arity(e, s, row);
  const values = s.args.map((a) => (row.runs === true && e.strict ? overOpenIndex(e, s, e.value(a)) : e.value(a)));
  const first = must(values[0]);
  const name = must(row.names[0]);
  if (row.takes === 'vector' && values.some((v) => rankOf(v) === 0)) throw new RankFault(`${name} of a number`);
  const terms = values.map((v) =>
    termOf(
      zip({ ...first, row: false }, { ...v, row: false }, e, (_, y) => y, name),
      e,
    ),
  );
  for (const t of terms) e.copying(s, t, 4);
  const axes = means.along === 'last' ? first.axes.slice(-1) : first.axes;
  const total = tensor(must(terms[0]), axes);
  const along = {
    sum: (t: Term) => sumAll(total, e, () => t),
    count: () => countOf(first, axes, e, name),
  };
  if (row.tells !== undefined) e.tell(s, row.tells.as, row.tells.because);
  return tensor(means.term(terms, along), first.axes.slice(0, first.axes.length - axes.length));
}

/** `sum(w_i x_i)` runs over the one letter that nothing binds; with none or several, the Σ has to say it. */
function overOpenIndex(e: Env, s: Apply, v: Value): Value {
  if (rankOf(v) > 0) return v;
  const t = termOf(v, e);
  const open = freeIndices(t).filter((letter) => !e.isBound(letter));
  const [only] = open;
  if (only === undefined) throw new RankFault(`the ${headName(s.head)} of a number`);
  if (open.length > 1)
    return e.fail(
      s,
      'index-balance',
      `this does not say over which of ${open.join(', ')} it runs`,
      `write sum_${only} …, or sum_{${open.join(',')}} …`,
    );
  e.tell(s, `over all ${only}`, `${only} is its one open index`);
  const axis = e.axis();
  return tensor(withAxes(t, [only], [freeIndex(axis)]), [axis]);
}
function countOf(v: Value, axes: readonly string[], e: Env, name: string): Term {
  if (axes.length === 0) throw new RankFault(`the ${name} of a number`);
  return mul(...axes.map((axis) => lengthOf(axis, v.factors, e)));
}
