// Sums, products and maxima: their bound letters, ranges and conditions; bare Σ; sums with dots.
// Not here: the summation convention (`elaborator.ts`).
// Invariant: a letter is guessed only where one candidate is left.
import { scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import {
  affine,
  asAffine,
  at,
  boundIndex,
  type Condition,
  endIndex,
  type Index,
  indexKey,
  type Range,
  reduce,
  type ReduceOp,
  type Term,
  wholeSet,
} from '../../term/term.ts';
import { close, freeIndices, mapIndices, sameTerm } from '../../term/walk.ts';
import { isFresh, rankOf, scalar, sum, tensor, termOf, Unreadable, type Value } from '../value.ts';
import type { Elaboration } from './elaboration.ts';
import { conditionOf } from './indices.ts';

type Reduction = Extract<Surface, { kind: 'reduce' }>;

export function reduceValue(e: Elaboration, s: Reduction): Value {
  const written = s.binding.letters;
  return e.under({ bound: new Set([...e.scope.bound, ...written]) }, () => reduced(e, s, written));
}

function reduced(e: Elaboration, s: Reduction, written: readonly string[]): Value {
  const body = e.value(s.body);
  let term = termOf(body, e);
  const letters = written.length === 0 ? [guessLetter(e, term)] : written.map((l) => bindingLetter(e, l, term));
  const where = s.binding.where === null ? null : whereOf(e, s.binding.where);
  const range = rangeOf(e, s);
  for (let n = letters.length - 1; n >= 0; n--) {
    const letter = must(letters[n]);
    const condition = n === letters.length - 1 && where !== null ? closeCondition(where, letter) : null;
    term = bind(s.op, letter, term, n === 0 || letters.length > 1 ? range : wholeSet(), condition);
  }
  return tensor(term, body.axes, body.row);
}

const bind = (op: ReduceOp, letter: string, body: Term, range: Range, where: Condition | null): Term =>
  reduce(op, letter, close(body, letter), range, where);

/** The condition under the binder of `letter`. */
function closeCondition(c: Condition, letter: string): Condition {
  switch (c.kind) {
    case 'and':
    case 'or':
      return { ...c, all: c.all.map((x) => closeCondition(x, letter)) };
    case 'not':
      return { ...c, of: closeCondition(c.of, letter) };
    case 'compare':
      return { ...c, left: close(c.left, letter), right: close(c.right, letter) };
    case 'position': {
      const closed = (i: Index): Index => {
        const t = close({ kind: 'position', index: i }, letter);
        return t.kind === 'position' ? t.index : i;
      };
      return { ...c, left: closed(c.left), right: closed(c.right) };
    }
  }
}

/** `j ∈ C` names the set and restricts nothing. */
function whereOf(e: Elaboration, s: Surface): Condition | null {
  const u = unwrap(s);
  if (u.kind === 'relation' && u.links.length === 1 && u.links[0]?.op === '∈') {
    const set = scripted(u.links[0].value);
    if (set === null && u.links[0].value.kind === 'apply')
      throw new Unreadable('the range of the sum is told by a function');
    return null;
  }
  if (u.kind === 'relation' && u.links.some((l) => l.op === '∉' || l.op === '→'))
    throw new Unreadable('the range of the sum is not understood');
  return conditionOf(s, e.model.usage, e.scope.bound, (x) => e.term(x));
}

function rangeOf(e: Elaboration, s: Reduction): Range {
  const { from, to, where } = s.binding;
  const named =
    where !== null && where.kind === 'relation' && where.links[0]?.op === '∈' && where.links[0].value.kind === 'name'
      ? where.links[0].value.name
      : null;
  if (named !== null) return wholeSet(named);
  if ([from, to].some((x) => x !== null && isHuge(x)))
    throw new Unreadable('the range of the sum is too long to try out');
  const start = from === null ? null : unwrap(from);
  const first = start?.kind === 'number' ? Number(start.num) : null;
  const end = to === null ? null : unwrap(to);
  if (end !== null && end.kind === 'name' && (first === null || first <= 1) && !e.scope.bound.has(end.name))
    return wholeSet(end.name);
  if (
    end?.kind === 'sum' &&
    first === 0 &&
    end.terms.length === 2 &&
    end.terms[1]?.sign === -1 &&
    end.terms[1].value.kind === 'number' &&
    end.terms[1].value.num === 1n &&
    end.terms[0]?.value.kind === 'name'
  )
    return wholeSet(end.terms[0].value.name);
  if (from === null && to === null) return wholeSet();
  const index = (x: Surface | null): Index | null => (x === null ? null : endAware(e, x));
  const zero = first === 0 ? 1 : 0;
  const low = index(from);
  const high = index(to);
  return { set: sizeName(end) ?? '', from: low === null ? at(1) : zero === 1 ? at(1) : low, to: high };
}

/** A written number of summands that no computer adds up in passing. */
const isHuge = (s: Surface): boolean => {
  const u = unwrap(s);
  return u.kind === 'number'
    ? Math.abs(Number(u.num)) > 2000
    : u.kind === 'sum'
      ? u.terms.some((t) => isHuge(t.value))
      : u.kind === 'product'
        ? u.factors.some((f) => isHuge(f.value))
        : u.kind === 'power';
};

const sizeName = (s: Surface | null): string | null =>
  s === null ? null : s.kind === 'name' ? s.name : s.kind === 'sum' ? sizeName(s.terms[0]?.value ?? null) : null;

function endAware(e: Elaboration, s: Surface): Index {
  const u = unwrap(s);
  if (
    u.kind === 'name' &&
    !e.scope.bound.has(u.name) &&
    (e.model.usage.sizes.has(u.name) || /^[A-Z]$|^[nmd]$/.test(u.name))
  )
    return endIndex(u.name);
  if (u.kind === 'sum') {
    return u.terms.reduce<Index>((sum2, t) => {
      const i = asAffine(
        unwrap(t.value).kind === 'number' ? at(Number((unwrap(t.value) as { num: bigint }).num)) : endAware(e, t.value),
      );
      const a = asAffine(sum2);
      return affine(
        [...a.terms, ...i.terms.map((x) => ({ variable: x.variable, times: x.times * t.sign }))],
        a.plus + t.sign * i.plus,
      );
    }, at(0));
  }
  return e.index(s);
}

/** Free letters that a bare Σ could run over. */
const candidates = (e: Elaboration, t: Term): string[] =>
  freeIndices(t).filter((l) => !isFresh(l) && !e.scope.bound.has(l));

function guessLetter(e: Elaboration, body: Term): string {
  const open = candidates(e, body);
  const free = open.filter((l) => !e.scope.head.has(l));
  if (free.length === 1) return must(free[0]);
  if (free.length === 0 && open.length === 1) return must(open[0]);
  throw new Unreadable('the sum does not say which index it runs over');
}

/** `\sum_K e^{z_k}`: a capital names the range, the letter stands in the body. */
function bindingLetter(e: Elaboration, written: string, body: Term): string {
  const free = freeIndices(body);
  if (free.includes(written) || /^[a-z]/.test(written)) return written;
  const open = free.filter((l) => !isFresh(l) && !e.scope.bound.has(l));
  const lower = written.toLowerCase();
  if (open.includes(lower)) return lower;
  const others = open.filter((l) => !e.scope.head.has(l));
  return others.length === 1 ? must(others[0]) : written;
}

// --- dots ------------------------------------------------------------------------------------------------------------

/** `a_1 + a_2 + ⋯ + a_n` and `y_1 + ⋯ + y_o + ⋯ + y_w`: one term for every position. */
export function ellipsisSum(e: Elaboration, s: Extract<Surface, { kind: 'sum' }>): Value {
  const written: { sign: 1 | -1; value: Surface }[] = [];
  for (const t of s.terms) {
    if (t.value.kind === 'ellipsis') continue;
    // `... x` without a plus in between is still a term of the sum.
    if (t.value.kind === 'product' && t.value.factors[0]?.value.kind === 'ellipsis') {
      const rest = t.value.factors.slice(1);
      const only = rest[0];
      if (only !== undefined)
        written.push({ sign: t.sign, value: rest.length === 1 ? only.value : { ...t.value, factors: rest } });
    } else written.push(t);
  }
  const open = s.terms.at(-1)?.value.kind === 'ellipsis';
  const first = written[0];
  if (first === undefined || written.some((w) => w.sign !== first.sign))
    throw new Unreadable('the dots leave open what is meant');
  const values = written.map((w) => w.value);
  const split = open ? irregularStart(e, values) : 0;
  const general = generalTerm(e, values.slice(split));
  const total = reduce(
    'sum',
    'k',
    general(boundIndex(0)),
    split === 0 ? wholeSet() : { set: '', from: at(split + 1), to: null },
  );
  const head = values.slice(0, split).map((v) => ({ sign: first.sign, value: e.value(v) }));
  return sum([...head, { sign: first.sign, value: scalar(total) }], e);
}

/** `θ_0 + θ_1 x_1 + θ_2 x_2 + …`: how many terms at the start do not follow the pattern. */
function irregularStart(e: Elaboration, values: readonly Surface[]): number {
  if (values.length < 3) return 0;
  try {
    generalTerm(e, values);
    return 0;
  } catch (error) {
    if (error instanceof Unreadable) return 1;
    throw error;
  }
}

/** The term that gives all the terms written out, as a function of its position. */
export function generalTerm(e: Elaboration, written: readonly Surface[]): (at: Index) => Term {
  const terms = written.map((w) => e.value(w));
  if (terms.length < 2 || terms.some((t) => rankOf(t) > 0)) throw new Unreadable('the dots leave open what is meant');
  const first = termOf(must(terms[0]), e);
  const marks = new Set<string>();
  for (const t of terms.slice(1)) collectDifferences(first, termOf(t, e), marks);
  if (marks.size !== 1) throw new Unreadable('the terms around the dots follow no one pattern');
  const mark = must([...marks][0]);
  const general = (to: Index): Term => mapIndices(first, (i, depth) => (indexKey(i) === mark ? shifted(to, depth) : i));
  for (const t of terms.slice(1))
    if (!isInstance(general, first, termOf(t, e), mark))
      throw new Unreadable('the terms around the dots follow no one pattern');
  return general;
}

const shifted = (i: Index, depth: number): Index =>
  i.kind === 'bound' ? { kind: 'bound', depth: i.depth + depth } : i;

/** Index keys of `a` that differ in `b` at the same place. */
function collectDifferences(a: Term, b: Term, marks: Set<string>): void {
  const left: Index[] = [];
  const right: Index[] = [];
  mapIndices(a, (i) => {
    left.push(i);
    return i;
  });
  mapIndices(b, (i) => {
    right.push(i);
    return i;
  });
  if (left.length !== right.length) throw new Unreadable('the terms around the dots follow no one pattern');
  left.forEach((i, n) => {
    if (indexKey(i) !== indexKey(must(right[n]))) marks.add(indexKey(i));
  });
}

function isInstance(general: (to: Index) => Term, first: Term, instance: Term, mark: string): boolean {
  let at2: Index | null = null;
  const left: Index[] = [];
  const right: Index[] = [];
  mapIndices(first, (i) => {
    left.push(i);
    return i;
  });
  mapIndices(instance, (i) => {
    right.push(i);
    return i;
  });
  left.forEach((i, n) => {
    if (indexKey(i) === mark && at2 === null) at2 = must(right[n]);
  });
  return at2 !== null && sameTerm(general(at2), instance);
}
