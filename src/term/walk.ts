// Going through a term: children, paths, and the binder operations (shift, open, close, substitute).
// Not here: any rewriting that changes what a term means; keys (`key.ts`).
// Invariant: the children of a node are listed in one fixed order with the number of binders entered; a path is a list
// of child positions.
import { must } from './must.ts';
import {
  add,
  affine,
  asAffine,
  mul,
  variablesOf,
  type Condition,
  type Entry,
  type Index,
  type IndexVariable,
  type Range,
  type Term,
} from './term.ts';

export { key, sameTerm } from './key.ts';

/** A child and how many binders lie between it and its parent. */
export interface Child {
  readonly term: Term;
  readonly binders: number;
}

function conditionTerms(c: Condition): Term[] {
  switch (c.kind) {
    case 'compare':
      return [c.left, c.right];
    case 'position':
      return [];
    case 'and':
    case 'or':
      return c.all.flatMap(conditionTerms);
    case 'not':
      return conditionTerms(c.of);
  }
}

/** The direct sub-terms in order, those of conditions included. */
export function children(t: Term): Child[] {
  const plain = (terms: readonly Term[]): Child[] => terms.map((term) => ({ term, binders: 0 }));
  switch (t.kind) {
    case 'num':
    case 'constant':
    case 'size':
    case 'position':
    case 'entry':
    case 'delta':
      return [];
    case 'bracket':
      return plain(conditionTerms(t.condition));
    case 'if':
      return plain([...conditionTerms(t.condition), t.then, t.else]);
    case 'add':
      return plain(t.terms);
    case 'mul':
      return plain(t.factors);
    case 'pow':
      return plain([t.base, t.exponent]);
    case 'call':
    case 'apply':
      return plain(t.args);
    case 'reduce':
      return [...(t.where === null ? [] : conditionTerms(t.where)), t.body].map((term) => ({ term, binders: 1 }));
    case 'inverse':
    case 'determinant':
      return [{ term: t.body, binders: 2 }];
    case 'partial':
      return plain([t.body]);
  }
}

type MapTerm = (t: Term, binders: number) => Term;
type MapIndex = (i: Index, binders: number) => Index;

function mapCondition(c: Condition, term: MapTerm, index: MapIndex, binders: number): Condition {
  switch (c.kind) {
    case 'compare':
      return { ...c, left: term(c.left, binders), right: term(c.right, binders) };
    case 'position':
      return { ...c, left: index(c.left, binders), right: index(c.right, binders) };
    case 'and':
    case 'or':
      return { ...c, all: c.all.map((x) => mapCondition(x, term, index, binders)) };
    case 'not':
      return { ...c, of: mapCondition(c.of, term, index, binders) };
  }
}

const mapRange = (r: Range, index: MapIndex): Range =>
  r.from === null && r.to === null ? r : { set: r.set, from: r.from && index(r.from, 0), to: r.to && index(r.to, 0) };

/** The list with its elements mapped; the list itself where that changes none of them. */
function mapped<T>(list: readonly T[], f: (x: T) => T): readonly T[] {
  let out: T[] | null = null;
  let n = 0;
  for (const x of list) {
    const to = f(x);
    if (out === null && to !== x) out = list.slice(0, n);
    out?.push(to);
    n++;
  }
  return out ?? list;
}
const isFlat = (parts: readonly Term[], kind: 'add' | 'mul'): boolean =>
  parts.length > 1 && !parts.some((x) => x.kind === kind);

/**
 * The same node with its direct children and its own indices mapped; `binders` is the number of binders just entered.
 * Sums and products are re-flattened.
 */
export function mapNode(t: Term, term: MapTerm, index: MapIndex = (i) => i): Term {
  const here = (x: Term): Term => term(x, 0);
  const at0 = (i: Index): Index => index(i, 0);
  switch (t.kind) {
    case 'num':
    case 'constant':
    case 'size':
      return t;
    case 'position':
      return { ...t, index: at0(t.index) };
    case 'entry': {
      const indices = mapped(t.indices, at0);
      return indices === t.indices ? t : { ...t, indices };
    }
    case 'delta':
      return { ...t, left: at0(t.left), right: at0(t.right) };
    case 'bracket':
      return { ...t, condition: mapCondition(t.condition, term, index, 0) };
    case 'if':
      return { ...t, condition: mapCondition(t.condition, term, index, 0), then: here(t.then), else: here(t.else) };
    case 'add': {
      const terms = mapped(t.terms, here);
      return terms === t.terms && isFlat(terms, 'add') ? t : add(...terms);
    }
    case 'mul': {
      const factors = mapped(t.factors, here);
      return factors === t.factors && isFlat(factors, 'mul') ? t : mul(...factors);
    }
    case 'pow': {
      const [base, exponent] = [here(t.base), here(t.exponent)];
      return base === t.base && exponent === t.exponent ? t : { ...t, base, exponent };
    }
    case 'call':
    case 'apply': {
      const args = mapped(t.args, here);
      return args === t.args ? t : { ...t, args };
    }
    case 'reduce':
      return {
        ...t,
        range: mapRange(t.range, index),
        where: t.where && mapCondition(t.where, term, index, 1),
        body: term(t.body, 1),
      };
    case 'inverse':
      return { ...t, body: term(t.body, 2), row: at0(t.row), column: at0(t.column) };
    case 'determinant':
      return { ...t, body: term(t.body, 2) };
    case 'partial':
      return { ...t, body: here(t.body), by: { ...t.by, indices: t.by.indices.map(at0) } };
  }
}

/** The same node with its children (in the order of `children`) replaced. */
export function withChildren(t: Term, replaced: readonly Term[]): Term {
  let next = 0;
  return mapNode(t, () => must(replaced[next++]));
}

/** Every index of the term rewritten; `depth` is the number of binders around the index. */
export function mapIndices(t: Term, f: (index: Index, depth: number) => Index, depth = 0): Term {
  return mapNode(
    t,
    (x, binders) => mapIndices(x, f, depth + binders),
    (i, binders) => f(i, depth + binders),
  );
}

/** A variable replaced; a data index stays one, with the variables inside it replaced. */
function mapVariable(v: IndexVariable, f: (v: IndexVariable) => Index): Index {
  if (v.kind !== 'data') return f(v);
  const indices = mapped(v.indices, (i) => mapVariables(i, f));
  return indices === v.indices ? v : { ...v, indices };
}

function mapVariables(index: Index, f: (v: IndexVariable) => Index): Index {
  if (index.kind === 'at') return index;
  if (index.kind !== 'affine') return mapVariable(index, f);
  let changed = false;
  const parts = index.terms.map((t) => {
    const to = mapVariable(t.variable, f);
    changed ||= to !== t.variable;
    return { to, times: t.times };
  });
  if (!changed) return index;
  let plus = index.plus;
  const terms = parts.flatMap(({ to, times }) => {
    const a = asAffine(to);
    plus += times * a.plus;
    return a.terms.map((t) => ({ variable: t.variable, times: times * t.times }));
  });
  return affine(terms, plus);
}

/** One index with its variables replaced. */
export const mapIndexVariables = mapVariables;

/** Bound indices that point outside the term moved by `by` binders. */
export function shift(t: Term, by: number, cutoff = 0): Term {
  return by === 0 ? t : mapIndices(t, (i, d) => shiftIndex(i, by, cutoff + d));
}
export function shiftIndex(i: Index, by: number, cutoff = 0): Index {
  return mapVariables(i, (v) => (v.kind === 'bound' && v.depth >= cutoff ? { kind: 'bound', depth: v.depth + by } : v));
}

/** The body of a binder with its bound index (depth 0) replaced by `index`; capture is impossible. */
export function open(body: Term, index: Index): Term {
  return mapIndices(body, (i, d) =>
    mapVariables(i, (v) => {
      if (v.kind !== 'bound' || v.depth < d) return v;
      return v.depth === d ? shiftIndex(index, d) : { kind: 'bound', depth: v.depth - 1 };
    }),
  );
}

/** The body of a definition or matrix with its parameters (the last is depth 0) replaced by `indices`. */
export function openAll(body: Term, indices: readonly Index[]): Term {
  const n = indices.length;
  if (n === 0) return body;
  return mapIndices(body, (i, d) =>
    mapVariables(i, (v) => {
      if (v.kind !== 'bound' || v.depth < d) return v;
      const slot = v.depth - d;
      return slot < n ? shiftIndex(must(indices[n - 1 - slot]), d) : { kind: 'bound', depth: v.depth - n };
    }),
  );
}

/** The term put under one new binder that binds the free index `name`. */
export const close = (t: Term, name: string): Term => closeAll(t, [name]);

/** The term put under new binders for the free indices `names`; the last one is depth 0. */
export function closeAll(t: Term, names: readonly string[]): Term {
  const n = names.length;
  if (n === 0) return t;
  return mapIndices(t, (i, d) => closeIndex(i, names, d));
}
export function closeIndex(i: Index, names: readonly string[], depth = 0): Index {
  return mapVariables(i, (v) => {
    if (v.kind === 'bound') return v.depth >= depth ? { kind: 'bound', depth: v.depth + names.length } : v;
    const slot = v.kind === 'free' ? names.lastIndexOf(v.name) : -1;
    return slot === -1 ? v : { kind: 'bound', depth: depth + names.length - 1 - slot };
  });
}

/** Free indices replaced by name. */
export function substituteFree(t: Term, by: ReadonlyMap<string, Index>): Term {
  if (by.size === 0) return t;
  return mapIndices(t, (i, d) =>
    mapVariables(i, (v) => {
      const to = v.kind === 'free' ? by.get(v.name) : undefined;
      return to === undefined ? v : shiftIndex(to, d);
    }),
  );
}

/**
 * Entries replaced: `f` returns the new term (written at the entry's own depth) or null to keep it. `by` of a ∂ is left
 * alone.
 */
export function replaceEntries(t: Term, f: (e: Entry, depth: number) => Term | null, depth = 0): Term {
  if (t.kind === 'entry') return f(t, depth) ?? t;
  return mapNode(t, (x, binders) => replaceEntries(x, f, depth + binders));
}

/** Calls `f` on the term and everything below it. */
export function visit(t: Term, f: (t: Term, depth: number) => void, depth = 0): void {
  f(t, depth);
  for (const c of children(t)) visit(c.term, f, depth + c.binders);
}

/** Calls `f` on every index of the term, ranges, conditions and what stands inside data indices included. */
export function visitIndices(t: Term, f: VisitIndex, depth = 0): void {
  const within = (i: Index, d: number): void => {
    f(i, d);
    for (const { variable: v } of asAffine(i).terms) if (v.kind === 'data') for (const x of v.indices) within(x, d);
  };
  visitOwnIndices(t, within, depth);
}

function visitOwnIndices(t: Term, f: VisitIndex, depth: number): void {
  switch (t.kind) {
    case 'position':
      f(t.index, depth);
      return;
    case 'entry':
      for (const i of t.indices) f(i, depth);
      return;
    case 'delta':
      f(t.left, depth);
      f(t.right, depth);
      return;
    case 'bracket':
      visitCondition(t.condition, f, depth);
      return;
    case 'if':
      visitCondition(t.condition, f, depth);
      visitOwnIndices(t.then, f, depth);
      visitOwnIndices(t.else, f, depth);
      return;
    case 'reduce':
      if (t.range.from !== null) f(t.range.from, depth);
      if (t.range.to !== null) f(t.range.to, depth);
      if (t.where !== null) visitCondition(t.where, f, depth + 1);
      visitOwnIndices(t.body, f, depth + 1);
      return;
    case 'inverse':
      visitOwnIndices(t.body, f, depth + 2);
      f(t.row, depth);
      f(t.column, depth);
      return;
    case 'partial':
      visitOwnIndices(t.body, f, depth);
      for (const i of t.by.indices) f(i, depth);
      return;
    default:
      for (const c of children(t)) visitOwnIndices(c.term, f, depth + c.binders);
  }
}
type VisitIndex = (index: Index, depth: number) => void;

function visitCondition(c: Condition, f: VisitIndex, depth: number): void {
  switch (c.kind) {
    case 'compare':
      visitOwnIndices(c.left, f, depth);
      visitOwnIndices(c.right, f, depth);
      return;
    case 'position':
      f(c.left, depth);
      f(c.right, depth);
      return;
    case 'and':
    case 'or':
      for (const x of c.all) visitCondition(x, f, depth);
      return;
    case 'not':
      visitCondition(c.of, f, depth);
      return;
  }
}

/** The free index names, in order of first appearance. */
export function freeIndices(t: Term): string[] {
  const names = new Set<string>();
  visitIndices(t, (i) => {
    for (const v of variablesOf(i)) if (v.kind === 'free') names.add(v.name);
  });
  return [...names];
}

/** Whether the bound index that lies `depth` binders outside occurs. */
export function usesBound(t: Term, depth = 0): boolean {
  let found = false;
  visitIndices(t, (i, d) => {
    found ||= indexUsesBound(i, depth + d);
  });
  return found;
}
export const indexUsesBound = (i: Index, depth: number): boolean =>
  variablesOf(i).some((v) => v.kind === 'bound' && v.depth === depth);

/** Names of all entries, those differentiated by and those that are indices included. */
export function entryNames(t: Term): Set<string> {
  const names = new Set<string>();
  visit(t, (x) => {
    const e = x.kind === 'entry' ? x : x.kind === 'partial' ? x.by : null;
    if (e === null) return;
    names.add(e.name);
    for (const v of e.indices.flatMap(variablesOf)) if (v.kind === 'data') names.add(v.name);
  });
  for (const name of dataNames(t)) names.add(name);
  return names;
}

/** The tensors whose entries stand as indices. */
export function dataNames(t: Term): Set<string> {
  const names = new Set<string>();
  visitIndices(t, (i) => {
    for (const v of variablesOf(i)) if (v.kind === 'data') names.add(v.name);
  });
  return names;
}
