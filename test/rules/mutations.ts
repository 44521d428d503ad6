// Single mistakes put into a term: a sign, a factor, a summand, an index, a constant, a Σ, a function, a ∂.
// Not here: whether the mutated term differs (some do not).
// Invariant: every mutation changes the key of the term, at one place, and keeps it well formed: an index is exchanged for one of the same set.
import {
  add,
  indexKey,
  integer,
  isOne,
  mul,
  negate,
  rational,
  sameIndex,
  type FunctionName,
  type Index,
  type SetId,
  type Term,
} from '../../src/term/term.ts';
import { replaceAt } from '../../src/term/paths.ts';
import { children, key, open, usesBound, shift } from '../../src/term/walk.ts';

export interface Mutation {
  readonly what: string;
  readonly term: Term;
}

/** Indices that may be written at a place, with their sets; bound ones as seen from there. */
interface Scope {
  readonly free: readonly { readonly letter: string; readonly set: SetId }[];
  readonly bound: readonly SetId[];
}

const indicesIn = (s: Scope): { index: Index; set: SetId }[] => [
  ...s.free.map((f) => ({ index: { kind: 'free', name: f.letter } as Index, set: f.set })),
  ...s.bound.map((set, n) => ({ index: { kind: 'bound', depth: s.bound.length - 1 - n } as Index, set })),
];
const setOf = (i: Index, s: Scope): SetId | null => indicesIn(s).find((x) => sameIndex(x.index, i))?.set ?? null;
const others = (i: Index, s: Scope): Index[] => {
  const set = setOf(i, s);
  return set === null
    ? []
    : indicesIn(s)
        .filter((x) => x.set === set && !sameIndex(x.index, i))
        .map((x) => x.index);
};

const sibling: Partial<Record<FunctionName, FunctionName>> = {
  exp: 'sinh',
  log: 'sqrt',
  sqrt: 'log',
  sin: 'cos',
  cos: 'sin',
  tan: 'tanh',
  sinh: 'cosh',
  cosh: 'sinh',
  tanh: 'sigmoid',
  sigmoid: 'tanh',
  softplus: 'exp',
  relu: 'abs',
  abs: 'sign',
  sign: 'abs',
  max: 'min',
  min: 'max',
  erf: 'tanh',
  asin: 'acos',
  acos: 'asin',
  atan: 'tanh',
};

/** All mutations of the term with one change. `free` are the letters that may stand free in it, `around` the sets of indices bound outside of it. */
export function mutationsOf(
  t: Term,
  free: readonly { readonly letter: string; readonly set: SetId }[],
  around: readonly SetId[] = [],
): Mutation[] {
  const out: Mutation[] = [];
  const own = key(t);
  const seen = new Set([own]);
  const note = (what: string, path: readonly number[], by: Term): void => {
    const term = replaceAt(t, path, by);
    const k = key(term);
    if (!seen.has(k)) {
      seen.add(k);
      out.push({ what, term });
    }
  };
  note('sign of the whole', [], negate(t));
  const go = (x: Term, path: readonly number[], scope: Scope): void => {
    for (const m of local(x, scope)) note(m.what, path, m.term);
    const inner =
      x.kind === 'reduce'
        ? { ...scope, bound: [...scope.bound, x.range.set] }
        : x.kind === 'inverse' || x.kind === 'determinant'
          ? { ...scope, bound: [...scope.bound, x.set, x.set] }
          : scope;
    children(x).forEach((c, n) => go(c.term, [...path, n], inner));
  };
  go(t, [], { free, bound: around });
  return out;
}

function local(x: Term, s: Scope): Mutation[] {
  switch (x.kind) {
    case 'num':
      return [
        { what: 'constant', term: rational(x.num + x.den, x.den) },
        { what: 'sign of a constant', term: rational(-x.num, x.den) },
      ];
    case 'add':
      return x.terms.flatMap((_, n) => [
        { what: 'summand dropped', term: add(...x.terms.filter((__, m) => m !== n)) },
        { what: 'sign of a summand', term: add(...x.terms.map((y, m) => (m === n ? negate(y) : y))) },
      ]);
    case 'mul':
      return x.factors.flatMap((f, n) =>
        isOne(f) ? [] : [{ what: 'factor dropped', term: mul(...x.factors.filter((_, m) => m !== n)) }],
      );
    case 'pow':
      return [
        { what: 'exponent dropped', term: x.base },
        ...(x.exponent.kind === 'num'
          ? []
          : [{ what: 'exponent raised', term: { ...x, exponent: add(x.exponent, integer(1)) } }]),
      ];
    case 'entry':
      return swapped(x.indices, s).map((indices) => ({ what: 'index', term: { ...x, indices } }));
    case 'delta':
      return swapped([x.left, x.right], s).map(([left, right]) => ({
        what: 'index of a δ',
        term: { ...x, left: left as Index, right: right as Index },
      }));
    case 'inverse':
      return swapped([x.row, x.column], s).map(([row, column]) => ({
        what: 'index of an inverse',
        term: { ...x, row: row as Index, column: column as Index },
      }));
    case 'partial':
      return [
        { what: '∂ dropped', term: x.body },
        ...swapped(x.by.indices, s).map((indices) => ({
          what: 'index of the variable',
          term: { ...x, by: { ...x.by, indices } },
        })),
      ];
    case 'call': {
      const fn = sibling[x.fn];
      return fn === undefined
        ? []
        : [
            { what: 'function', term: { ...x, fn } },
            ...(x.args.length === 1 ? [{ what: 'function dropped', term: x.args[0] as Term }] : []),
          ];
    }
    case 'if':
      return [{ what: 'cases exchanged', term: { ...x, then: x.else, else: x.then } }];
    case 'reduce':
      return reduced(x, s);
    default:
      return [];
  }
}

/** One index exchanged for another, or two with each other. */
function swapped(indices: readonly Index[], s: Scope): Index[][] {
  const out: Index[][] = [];
  indices.forEach((i, n) => {
    for (const o of others(i, s)) out.push(indices.map((x, m) => (m === n ? o : x)));
  });
  indices.forEach((a, n) =>
    indices.forEach((b, m) => {
      if (m > n && indexKey(a) !== indexKey(b) && setOf(a, s) === setOf(b, s))
        out.push(indices.map((x, p) => (p === n ? b : p === m ? a : x)));
    }),
  );
  return out;
}

function reduced(x: Extract<Term, { kind: 'reduce' }>, s: Scope): Mutation[] {
  const out: Mutation[] = [];
  if (x.where !== null) out.push({ what: 'restriction dropped', term: { ...x, where: null } });
  const outside = indicesIn(s).find((y) => y.set === x.range.set)?.index ?? { kind: 'at', position: 1 };
  out.push({ what: `${x.op} dropped`, term: usesBound(x.body) ? open(x.body, outside) : shift(x.body, -1) });
  out.push({
    what: 'reduction exchanged',
    term: { ...x, op: x.op === 'sum' ? 'prod' : x.op === 'prod' ? 'sum' : x.op === 'max' ? 'min' : 'max' },
  });
  if (x.range.from !== null)
    out.push({ what: 'range dropped', term: { ...x, range: { ...x.range, from: null, to: null } } });
  return out;
}
