// Matching a pattern against a term, and instantiating a pattern from a match.
// Not here: choosing which rule to use where; deciding conditions that need a context (passed in).
// Invariant: instantiate(pattern, match(pattern, t)) is t up to the order of summands and factors.
import { must } from '../term/must.ts';
import {
  add,
  variablesOf,
  boundIndex,
  bracket,
  entry,
  indexKey,
  mul,
  sameIndex,
  wholeSet,
  type Condition,
  type Entry,
  type Index,
  type Range,
  type Reduce,
  type Term,
} from '../term/term.ts';
import {
  children,
  indexUsesBound,
  key,
  mapIndices,
  mapIndexVariables,
  mapNode,
  openAll,
  sameTerm,
  shift,
  shiftIndex,
  usesBound,
  visitIndices,
} from '../term/walk.ts';

/** A metavariable's value: `body` stands under `params` binders, one per index the metavariable is written with. */
export interface Binding {
  readonly params: number;
  readonly body: Term;
}
export interface Substitution {
  readonly terms: ReadonlyMap<string, Binding>;
  readonly indices: ReadonlyMap<string, Index>;
  /** For each bound letter of the pattern: the author's letter and range. */
  readonly binders: ReadonlyMap<string, Binder>;
  /** Whether sums over a part of their set may be matched. */
  readonly restricted?: boolean;
}
/** `where` restricts the sum; only rules that bind the letter again on their right side may be matched with one. */
export interface Binder {
  readonly letter: string;
  readonly range: Range;
  readonly where: Condition | null;
}

export const emptySubstitution: Substitution = { terms: new Map(), indices: new Map(), binders: new Map() };
/** Decides, while factors are shared out, whether a metavariable may take one; `null` = no preference. */
export type Guard = (metavariable: string, value: Term, soFar: Substitution) => boolean | null;

/** The first match of the pattern, or null. Within sums and products the last metavariable takes what is left. */
export function match(
  pattern: Term,
  t: Term,
  guard: Guard = () => null,
  start: Substitution = emptySubstitution,
): Substitution | null {
  return matchAt(pattern, t, 0, guard, start);
}

function matchAt(p: Term, t: Term, depth: number, guard: Guard, s: Substitution): Substitution | null {
  if (p.kind === 'entry') return bindEntry(p, t, depth, s);
  if (p.kind !== t.kind) return null;
  switch (p.kind) {
    case 'add':
      return t.kind === 'add' ? matchMany(p.terms, t.terms, add, depth, guard, s) : null;
    case 'mul':
      return t.kind === 'mul' ? matchMany(p.factors, t.factors, mul, depth, guard, s) : null;
    case 'delta':
      return t.kind === 'delta' ? matchDelta(p.left, p.right, t.left, t.right, depth, s) : null;
    case 'partial': {
      if (t.kind !== 'partial' || t.held.length !== p.held.length) return null;
      const by = bindEntry(p.by, t.by, depth, s);
      return by && matchAt(p.body, t.body, depth, guard, by);
    }
    case 'reduce': {
      if (
        t.kind !== 'reduce' ||
        t.op !== p.op ||
        (s.restricted !== true && (t.range.from !== null || (p.where === null && t.where !== null)))
      )
        return null;
      const noted =
        p.where === null ? noteBinder(s, p.letter, t, depth) : matchRestricted(p.where, p.letter, t, depth, s);
      return noted && matchAt(p.body, t.body, depth + 1, guard, noted);
    }
    case 'determinant':
      return t.kind === 'determinant'
        ? matchAt(p.body, t.body, depth + 2, guard, noteMatrix(s, p.letters, t.letters, t.set))
        : null;
    case 'call':
      if (t.kind !== 'call' || t.fn !== p.fn || t.args.length !== p.args.length) return null;
      break;
    case 'inverse': {
      if (t.kind !== 'inverse') return null;
      const row = matchIndex(p.row, t.row, depth, s);
      const both = row && matchIndex(p.column, t.column, depth, row);
      return both && matchAt(p.body, t.body, depth + 2, guard, noteMatrix(both, p.letters, t.letters, t.set));
    }
    case 'num':
    case 'constant':
      return key(p) === key(t) ? s : null;
    case 'pow':
    case 'if':
      break;
    default:
      return null;
  }
  const ps = children(p);
  const ts = children(t);
  if (ps.length !== ts.length) return null;
  let now: Substitution | null = s;
  ps.forEach((c, i) => {
    const x = ts[i];
    now = now && x ? matchAt(c.term, x.term, depth + c.binders, guard, now) : null;
  });
  return now;
}

/**
 * Remembers the range that a pattern letter stands for; a range or restriction that leans on an index bound inside the
 * pattern does not fit.
 */
function noteBinder(s: Substitution, pattern: string, t: Reduce, depth: number): Substitution | null {
  const { range, letter } = t;
  for (let d = 0; d < depth; d++) {
    if ([range.from, range.to].some((i) => i !== null && indexUsesBound(i, d))) return null;
    if (t.where !== null && usesBound(bracket(t.where), d + 1)) return null;
  }
  const out: Range = {
    set: range.set,
    from: range.from && shiftIndex(range.from, -depth),
    to: range.to && shiftIndex(range.to, -depth),
  };
  return {
    ...s,
    binders: new Map([
      ...s.binders,
      [pattern, { letter, range: out, where: t.where && shiftCondition(t.where, -depth) }],
    ]),
  };
}
/** A pattern that restricts its sum itself (k ≠ i) fits a sum with just that restriction. */
function matchRestricted(
  p: Condition,
  pattern: string,
  t: Reduce,
  depth: number,
  s: Substitution,
): Substitution | null {
  const c = t.where;
  if (p.kind !== 'position' || c?.kind !== 'position' || c.op !== p.op) return null;
  const noted = noteBinder(s, pattern, { ...t, where: null }, depth);
  const sides = (left: Index, right: Index): Substitution | null => {
    const half = noted && matchIndex(p.left, left, depth + 1, noted);
    return half && matchIndex(p.right, right, depth + 1, half);
  };
  return sides(c.left, c.right) ?? (p.op === '!=' || p.op === '=' ? sides(c.right, c.left) : null);
}
/** A condition under one binder, moved by `by` binders. */
function shiftCondition(c: Condition, by: number): Condition {
  const moved = shift(bracket(c), by, 1);
  if (moved.kind !== 'bracket') throw new Error('bug: a bracket moved into something else');
  return moved.condition;
}
const noteMatrix = (
  s: Substitution,
  pattern: readonly [string, string],
  letters: readonly [string, string],
  set: string,
): Substitution => ({
  ...s,
  binders: new Map([
    ...s.binders,
    [pattern[0], { letter: letters[0], range: wholeSet(set), where: null }],
    [pattern[1], { letter: letters[1], range: wholeSet(set), where: null }],
  ]),
});

function matchDelta(a: Index, b: Index, x: Index, y: Index, depth: number, s: Substitution): Substitution | null {
  const straight = matchIndex(a, x, depth, s);
  const both = straight && matchIndex(b, y, depth, straight);
  if (both) return both;
  const crossed = matchIndex(a, y, depth, s);
  return crossed && matchIndex(b, x, depth, crossed);
}

function matchIndex(p: Index, i: Index, depth: number, s: Substitution): Substitution | null {
  if (p.kind === 'bound') return sameIndex(p, i) ? s : null;
  if (p.kind !== 'free') return sameIndex(p, i) ? s : null;
  for (let d = 0; d < depth; d++) if (indexUsesBound(i, d)) return null;
  const out = shiftIndex(i, -depth);
  const had = s.indices.get(p.name);
  if (had !== undefined) return sameIndex(had, out) ? s : null;
  return { ...s, indices: new Map([...s.indices, [p.name, out]]) };
}

/**
 * Binds a metavariable to a term found `depth` pattern binders down, abstracting over the bound letters it is written
 * with.
 */
function bindEntry(p: Entry, t: Term, depth: number, s: Substitution): Substitution | null {
  if (p.indices.some((i) => i.kind !== 'bound')) return matchInstance(p, t, depth, s);
  const slots = p.indices.map((i) => (i.kind === 'bound' ? i.depth : -1));
  const body = abstract(t, slots, depth);
  if (body === null) return null;
  const had = s.terms.get(p.name);
  if (had !== undefined) return had.params === slots.length && sameTerm(had.body, body) ? s : null;
  return { ...s, terms: new Map([...s.terms, [p.name, { params: slots.length, body }]]) };
}

/** f_i for an f that is bound already: t is f at some index, which i then stands for. */
function matchInstance(p: Entry, t: Term, depth: number, s: Substitution): Substitution | null {
  if (!s.terms.has(p.name)) return null;
  const unknown = p.indices.filter((i) => i.kind === 'free' && !s.indices.has(i.name));
  const [i] = unknown;
  if (i === undefined) return sameTerm(instantiate(p, s, depth), t) ? s : null;
  if (i.kind !== 'free' || unknown.some((u) => !sameIndex(u, i))) return null;
  const found = new Map<string, Index>();
  visitIndices(t, (x, d) => {
    if (!variablesOf(x).some((v) => v.kind === 'bound' && v.depth < d + depth)) {
      const out = shiftIndex(x, -d - depth);
      found.set(indexKey(out), out);
    }
  });
  for (const index of found.values()) {
    const tried: Substitution = { ...s, indices: new Map([...s.indices, [i.name, index]]) };
    if (sameTerm(instantiate(p, tried, depth), t)) return tried;
  }
  return null;
}

function abstract(t: Term, slots: readonly number[], depth: number): Term | null {
  const n = slots.length;
  let fits = true;
  visitIndices(t, (i, d) => {
    for (let b = 0; b < depth; b++) if (!slots.includes(b) && indexUsesBound(i, d + b)) fits = false;
  });
  if (!fits) return null;
  return mapIndices(t, (i, d) =>
    mapIndexVariables(i, (v) => {
      if (v.kind !== 'bound' || v.depth < d) return v;
      const b = v.depth - d;
      return boundIndex(b >= depth ? v.depth - depth + n : d + n - 1 - slots.indexOf(b));
    }),
  );
}

const isMetavariable = (p: Term): boolean => p.kind === 'entry';

/** Whether an f_i, whose f must be known before i can be found, stands in the pattern while f is not. */
function isEarly(p: Term, s: Substitution): boolean {
  if (p.kind === 'entry') return !s.terms.has(p.name) && p.indices.some((i) => i.kind === 'free');
  return children(p).some((c) => isEarly(c.term, s));
}

/**
 * Structured operands find their partners first; then each metavariable but the last takes what its guard wants (or one
 * operand), the last takes the rest.
 */
function matchMany(
  ps: readonly Term[],
  ts: readonly Term[],
  join: (...ts: Term[]) => Term,
  depth: number,
  guard: Guard,
  s: Substitution,
): Substitution | null {
  const structured = (p: Term): boolean => !isMetavariable(p) || s.terms.has((p as Entry).name);
  const ready = ps.findIndex((p) => structured(p) && !isEarly(p, s));
  const place = ready === -1 ? ps.findIndex(structured) : ready;
  const p = ps[place];
  if (p !== undefined) {
    const others = ps.filter((_, i) => i !== place);
    for (let i = 0; i < ts.length; i++) {
      const found = matchAt(p, must(ts[i]), depth, guard, s);
      if (found === null) continue;
      const rest = ts.filter((_, j) => j !== i);
      if (others.length === 0) {
        if (rest.length === 0) return found;
        continue;
      }
      const all = matchMany(others, rest, join, depth, guard, found);
      if (all !== null) return all;
    }
    return null;
  }
  return shareOut(ps as readonly Entry[], ts, join, depth, guard, s);
}

function shareOut(
  ps: readonly Entry[],
  ts: readonly Term[],
  join: (...ts: Term[]) => Term,
  depth: number,
  guard: Guard,
  s: Substitution,
): Substitution | null {
  const [p, ...others] = ps;
  if (p === undefined) return ts.length === 0 ? s : null;
  if (others.length === 0)
    return ts.length === 0 || guardSays(p, join(...ts), depth, guard, s) === false
      ? null
      : bindEntry(p, join(...ts), depth, s);
  const wanted = ts.map((t) => guardSays(p, t, depth, guard, s));
  // something has to be left for the others
  const places = ts.map((_, i) => i);
  const taken = new Set(
    (wanted.some((w) => w !== null) ? places.filter((i) => wanted[i] === true) : places.slice(0, 1)).slice(
      0,
      ts.length - others.length,
    ),
  );
  if (taken.size === 0) return null;
  const bound = bindEntry(p, join(...ts.filter((_, i) => taken.has(i))), depth, s);
  return (
    bound &&
    shareOut(
      others,
      ts.filter((_, i) => !taken.has(i)),
      join,
      depth,
      guard,
      bound,
    )
  );
}
function guardSays(p: Entry, t: Term, depth: number, guard: Guard, s: Substitution): boolean | null {
  if (p.indices.length === 0 && depth > 0 && abstract(t, [], depth) === null) return false;
  return guard(p.name, t, s) ?? (p.indices.length === 0 && depth > 0 ? true : null);
}

/** The pattern with its metavariables replaced. */
export function instantiate(p: Term, s: Substitution, depth = 0): Term {
  if (p.kind === 'entry') {
    const b = s.terms.get(p.name);
    if (b === undefined)
      return p.indices.length === 0 ? p : entry(p.name, ...p.indices.map((i) => instantiateIndex(i, s, depth)));
    return openAll(
      shift(b.body, depth, b.params),
      p.indices.map((i) => instantiateIndex(i, s, depth)),
    );
  }
  const node = mapNode(
    p,
    (x, binders) => instantiate(x, s, depth + binders),
    (i, binders) => instantiateIndex(i, s, depth + binders),
  );
  if (node.kind === 'partial' && p.kind === 'partial') {
    const by = instantiate(p.by, s, depth);
    if (by.kind !== 'entry') throw new Error('bug: ∂ by something that is no entry');
    return { ...node, by };
  }
  return named(node, s, depth);
}

/** Gives the binders of an instantiated pattern the author's letters and ranges. */
function named(node: Term, s: Substitution, depth: number): Term {
  if (node.kind === 'reduce') {
    const b = s.binders.get(node.letter);
    if (b === undefined) return node;
    return {
      ...node,
      letter: b.letter,
      where: node.where ?? (b.where && shiftCondition(b.where, depth)),
      range: {
        set: b.range.set,
        from: b.range.from && shiftIndex(b.range.from, depth),
        to: b.range.to && shiftIndex(b.range.to, depth),
      },
    };
  }
  if (node.kind === 'inverse' || node.kind === 'determinant') {
    const rows = s.binders.get(node.letters[0]);
    const columns = s.binders.get(node.letters[1]);
    return rows === undefined
      ? node
      : { ...node, set: rows.range.set, letters: [rows.letter, columns?.letter ?? node.letters[1]] };
  }
  return node;
}
function instantiateIndex(i: Index, s: Substitution, depth: number): Index {
  return mapIndexVariables(i, (v) => {
    const to = v.kind === 'free' ? s.indices.get(v.name) : undefined;
    return to === undefined ? v : shiftIndex(to, depth);
  });
}
