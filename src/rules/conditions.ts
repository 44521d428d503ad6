// Side conditions of rules that need knowledge of a term: is it positive, does it depend on a variable.
// Not here: searching for proofs; an unknown answer is "no".
// Invariant: a "yes" is true for every value of the inputs that satisfies the context's assumptions.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { add, negate, numberValue, type Call, type Term } from '../term/term.ts';
import { children } from '../term/walk.ts';
import type { Substitution } from './match.ts';
import type { RuleCondition } from './rule.ts';

/** Whether a rule's condition is known to hold for what its metavariables stand for. */
export function conditionHolds(
  c: RuleCondition,
  s: Substitution,
  context: Context,
  held: readonly string[] = [],
): boolean {
  const what = s.terms.get(c.what)?.body;
  if (what === undefined) return false;
  if (c.is === 'positive') return isPositive(what, context);
  if (c.is === 'nonzero') return isNonzero(what, context);
  const by = s.terms.get(c.by)?.body;
  return by?.kind === 'entry' && !mentions(what, reachedFrom(by.name, context, held));
}

const hasProperty = (context: Context, name: string, property: 'positive' | 'oneHot' | 'symmetric'): boolean =>
  context.assumptions.some(
    (a) =>
      (a.kind === 'property' && a.of === name && a.property === property) ||
      (property === 'positive' &&
        a.kind === 'condition' &&
        a.condition.kind === 'compare' &&
        a.condition.op === '>' &&
        a.condition.left.kind === 'entry' &&
        a.condition.left.name === name &&
        a.condition.right.kind === 'num' &&
        a.condition.right.num >= 0n),
  );

/** Whether the term is > 0 for all inputs for which it has a value. */
export function isPositive(t: Term, context: Context): boolean {
  const yes = (x: Term): boolean => isPositive(x, context);
  switch (t.kind) {
    case 'num':
      return t.num > 0n;
    case 'constant':
    case 'size':
      return true;
    case 'entry': {
      if (hasProperty(context, t.name, 'positive')) return true;
      const d = context.definitions.get(t.name);
      return d !== undefined && yes(d.body);
    }
    case 'add':
      return t.terms.every((x) => isNonnegative(x, context)) && t.terms.some(yes);
    case 'mul':
      return t.factors.every(yes);
    case 'pow':
      return yes(t.base) || (t.exponent.kind === 'num' && t.exponent.num < 0n && isNonnegative(t.base, context));
    case 'call':
      return isPositiveCall(t, yes);
    case 'reduce':
      return t.where === null && t.range.from === null && yes(t.body);
    case 'if':
      return yes(t.then) && yes(t.else);
    default:
      return false;
  }
}

function isPositiveCall(t: Call, yes: (x: Term) => boolean): boolean {
  switch (t.fn) {
    case 'exp':
    case 'cosh':
    case 'sigmoid':
    case 'softplus':
      return true;
    case 'sqrt':
      return yes(must(t.args[0]));
    case 'max':
      return t.args.some(yes);
    case 'min':
      return t.args.every(yes);
    default:
      return false;
  }
}

/** Whether the term is ≥ 0 for all inputs for which it has a value. */
export function isNonnegative(t: Term, context: Context): boolean {
  if (isPositive(t, context)) return true;
  const yes = (x: Term): boolean => isNonnegative(x, context);
  switch (t.kind) {
    case 'num':
      return t.num >= 0n;
    case 'delta':
    case 'bracket':
      return true;
    case 'entry': {
      if (hasProperty(context, t.name, 'oneHot')) return true;
      const d = context.definitions.get(t.name);
      return d !== undefined && yes(d.body);
    }
    case 'add':
      return t.terms.every(yes);
    case 'mul':
      return t.factors.every(yes);
    case 'pow':
      return yes(t.base) || (t.exponent.kind === 'num' && t.exponent.den === 1n && t.exponent.num % 2n === 0n);
    case 'call':
      return isNonnegativeCall(t, yes);
    case 'reduce':
      return yes(t.body);
    case 'if':
      return yes(t.then) && yes(t.else);
    default:
      return false;
  }
}

const isNonnegativeCall = (t: Call, yes: (x: Term) => boolean): boolean =>
  t.fn === 'sqrt' ||
  t.fn === 'abs' ||
  t.fn === 'relu' ||
  (t.fn === 'max' && t.args.some(yes)) ||
  (t.fn === 'min' && t.args.every(yes));

/** Whether the term is known never to be 0 where it has a value. */
export function isNonzero(t: Term, context: Context): boolean {
  if (isPositive(t, context) || isPositive(negated(t), context)) return true;
  const yes = (x: Term): boolean => isNonzero(x, context);
  switch (t.kind) {
    case 'entry': {
      const d = context.definitions.get(t.name);
      return d !== undefined && yes(d.body);
    }
    case 'mul':
      return t.factors.every(yes);
    case 'pow':
      return (t.exponent.kind === 'num' && t.exponent.num < 0n) || yes(t.base);
    case 'reduce':
      return t.op === 'prod' && yes(t.body);
    case 'if':
      return yes(t.then) && yes(t.else);
    default:
      return false;
  }
}

const negated = (t: Term): Term => (t.kind === 'add' ? add(...t.terms.map(negate)) : negate(t));

/** All names that changing the tensor `name` can change, itself included (definitions followed, `held` names not). */
export function reachedFrom(name: string, context: Context, held: readonly string[] = []): ReadonlySet<string> {
  let known = reaches.get(context);
  if (known === undefined) reaches.set(context, (known = new Map()));
  const question = `${name}|${held.join()}`;
  let reached = known.get(question);
  if (reached === undefined) known.set(question, (reached = walkFrom(name, context, held)));
  return reached;
}
const reaches = new WeakMap<Context, Map<string, ReadonlySet<string>>>();

function walkFrom(name: string, context: Context, held: readonly string[]): ReadonlySet<string> {
  const users = usersOf(context);
  const reached = new Set([name]);
  for (const n of reached) for (const user of users.get(n) ?? []) if (!held.includes(user)) reached.add(user);
  return reached;
}

const graphs = new WeakMap<Context, ReadonlyMap<string, readonly string[]>>();
/** For every name the quantities whose definition, or declared dependence, names it. */
function usersOf(context: Context): ReadonlyMap<string, readonly string[]> {
  let users = graphs.get(context);
  if (users === undefined) {
    const found = new Map<string, string[]>();
    const note = (of: Iterable<string>, user: string): void => {
      for (const n of of) {
        const all = found.get(n);
        if (all === undefined) found.set(n, [user]);
        else all.push(user);
      }
    };
    for (const [n, d] of context.definitions) note(valueNames(d.body), n);
    for (const [n, on] of context.depends) note(on, n);
    graphs.set(context, (users = found));
  }
  return users;
}
/** The names of the entries whose value the term has; what a ∂ is taken by is none of them. */
function valueNames(t: Term): ReadonlySet<string> {
  const names = new Set<string>();
  const go = (x: Term): void => {
    if (x.kind === 'entry') names.add(x.name);
    else for (const c of children(x)) go(c.term);
  };
  go(t);
  return names;
}

/** Whether an entry of one of the names occurs. */
export function mentions(t: Term, names: ReadonlySet<string>): boolean {
  if (t.kind === 'entry') return names.has(t.name);
  return children(t).some((c) => mentions(c.term, names));
}

/** Whether a number is an even integer. */
export const isEvenInteger = (t: Term): boolean => t.kind === 'num' && t.den === 1n && numberValue(t) % 2 === 0;
export const isSymmetric = (name: string, context: Context): boolean => hasProperty(context, name, 'symmetric');
export const isOneHot = (name: string, context: Context): boolean => hasProperty(context, name, 'oneHot');
