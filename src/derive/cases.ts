// Cases written as shortly as they can be: conditions simplified, cases of one condition put together, cases left out
// where another factor is 0 anyhow.
// Not here: cases of index letters (`forms.ts`), the rules of ∂ that make cases.
// Invariant: the result equals the input at every point and is no longer.
import {
  add,
  bracket,
  integer,
  mul,
  negate,
  subtract,
  type Comparison,
  type Condition,
  type If,
  type Term,
} from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { mapNode, visit } from '../term/walk.ts';
import { provesEqual } from '../rules/equality.ts';
import { meaningKey } from '../rules/keys.ts';
import { simplify } from './collect.ts';
import type { Collector } from './products.ts';

/** Whether the term distinguishes cases. */
export function hasCases(t: Term): boolean {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'if';
  });
  return found;
}

/** The term with its cases settled, innermost first. */
export function settleCases(t: Term, c: Collector): Term {
  const node = mapNode(t, (x) => settleCases(x, c));
  switch (node.kind) {
    case 'if':
      return settleIf(node, c);
    case 'mul':
      return withoutIdleCases(node.factors, node);
    case 'add':
      return together(node.terms, node, c);
    default:
      return node;
  }
}

function settleIf(t: If, c: Collector): Term {
  if (meaningKey(t.then) === meaningKey(t.else)) return t.then;
  return { ...t, condition: shortest(t.condition, c) };
}

const mirrored: { readonly [op in Comparison]: Comparison } = {
  '>': '<',
  '<': '>',
  '>=': '<=',
  '<=': '>=',
  '=': '=',
  '!=': '!=',
};
const isNumeric = (t: Term): boolean => t.kind === 'num';
const isNegative = (t: Term): boolean =>
  t.kind === 'num'
    ? t.num < 0n
    : t.kind === 'mul'
      ? t.factors[0] !== undefined && isNegative(t.factors[0])
      : t.kind === 'add' && t.terms.every(isNegative);

/** A comparison with everything on one side where that is shorter; a number alone stands on the right. */
function shortest(condition: Condition, c: Collector): Condition {
  if (condition.kind !== 'compare') return condition;
  const { op, left, right } = condition;
  const difference = simplify(subtract(left, right), { ...c, expand: 'all' });
  if (nodeCount(difference) + 1 < nodeCount(left) + nodeCount(right)) {
    return isNegative(difference)
      ? { kind: 'compare', op: mirrored[op], left: simplify(negate(difference), c), right: integer(0) }
      : { kind: 'compare', op, left: difference, right: integer(0) };
  }
  return isNumeric(left) && !isNumeric(right)
    ? { kind: 'compare', op: mirrored[op], left: right, right: left }
    : condition;
}

/** max(0, u)·(v where u > 0, else 0) is max(0, u)·v. */
function withoutIdleCases(factors: readonly Term[], whole: Term): Term {
  const kinked = factors.some((f) => {
    const base = f.kind === 'pow' ? f.base : f;
    return base.kind === 'call' && (base.fn === 'max' || base.fn === 'min' || base.fn === 'relu');
  });
  const at = factors.findIndex((f) => f.kind === 'if');
  const cases = factors[at];
  if (!kinked || cases?.kind !== 'if') return whole;
  for (const branch of [cases.then, cases.else]) {
    const shorter = mul(...factors.map((f, n) => (n === at ? branch : f)));
    if (provesEqual(shorter, whole)) return shorter;
  }
  return whole;
}

interface Case {
  readonly term: Term;
  readonly condition: Condition;
  readonly holds: string;
  readonly fails: string;
  readonly then: Term;
  readonly else: Term;
}

/** A summand with one distinction of cases, its other factors put into both cases. */
function caseOf(term: Term): Case | null {
  const factors = term.kind === 'mul' ? term.factors : [term];
  const cases = factors.filter((f): f is If => f.kind === 'if');
  const [only] = cases;
  if (only === undefined || cases.length > 1) return null;
  const times = (x: Term): Term => mul(...factors.map((f) => (f === only ? x : f)));
  return {
    term,
    condition: only.condition,
    holds: meaningKey(bracket(only.condition)),
    fails: meaningKey(bracket({ kind: 'not', of: only.condition })),
    then: times(only.then),
    else: times(only.else),
  };
}

/** Summands with the same condition, or its opposite, as one. */
function together(terms: readonly Term[], whole: Term, c: Collector): Term {
  const all = terms.map(caseOf);
  for (const first of all) {
    if (first === null) continue;
    const group = all.filter((x): x is Case => x !== null && (x.holds === first.holds || x.fails === first.holds));
    if (group.length < 2) continue;
    const side = (straight: 'then' | 'else', crossed: 'then' | 'else'): Term =>
      simplify(add(...group.map((x) => (x.holds === first.holds ? x[straight] : x[crossed]))), c);
    const merged: Term = {
      kind: 'if',
      condition: first.condition,
      then: side('then', 'else'),
      else: side('else', 'then'),
    };
    const shorter = add(
      ...terms.flatMap((t) => (t === first.term ? [merged] : group.some((x) => x.term === t) ? [] : [t])),
    );
    if (nodeCount(shorter) < nodeCount(whole)) return settleCases(shorter, c);
  }
  return whole;
}
