// Which rule of differentiation is used at a ∂, by the kind of what stands under it and by the route that was asked for.
// Not here: carrying it out over a whole term (`differentiate.ts`).
// Invariant: the returned replacement is an instance of a rule of the book, or of a schema whose clause `check/replay.ts` knows.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { printName } from '../term/print.ts';
import {
  add,
  apply,
  boundIndex,
  entry,
  ifThen,
  isNumber,
  mul,
  negate,
  one,
  partial,
  reduce,
  zero,
  type Call,
  type Entry,
  type Mul,
  type Partial,
  type Term,
} from '../term/term.ts';
import { inOrder } from './collect-conditions.ts';
import { mapNode, openAll, shift } from '../term/walk.ts';
import { isNonzero, isPositive, mentions, reachedFrom } from '../rules/conditions.ts';
import { eachFactorOnce } from '../rules/product-rule.ts';
import { patternsOf, ruleNamed } from '../rules/book.ts';
import { functionDerivatives } from '../rules/functions.ts';
import { emptySubstitution, instantiate, match, type Binding, type Substitution } from '../rules/match.ts';
import type { Group, Move } from '../rules/move.ts';

export type Route = 'auto' | 'quotient' | 'product' | 'log';

/** One use of a rule at a ∂. */
export interface Use {
  readonly rule: string;
  readonly title: string;
  readonly say: string;
  readonly group: Group;
  readonly after: Term;
  readonly substitution: Substitution | null;
  readonly inner?: readonly Move[];
}

/** Names that move when the variable moves. */
export const moving = (p: Partial, context: Context): ReadonlySet<string> => reachedFrom(p.by.name, context, p.held);
const depends = (t: Term, p: Partial, context: Context): boolean => mentions(t, moving(p, context));

/** Whether the ∂ is a value of its own: that of an unknown quantity by something it directly depends on. */
export function isFinal(p: Partial, context: Context): boolean {
  const unknown = unknownName(p.body);
  if (unknown === null || !(context.depends.get(unknown) ?? []).includes(p.by.name)) return false;
  return true;
}
function unknownName(t: Term): string | null {
  return t.kind === 'entry' ? t.name : t.kind === 'partial' ? unknownName(t.body) : null;
}

export function chooseRule(p: Partial, context: Context, route: Route, top: boolean): Use {
  const body = p.body;
  if (!depends(body, p, context)) return book('constant', p, { c: body }, 'derivatives');
  switch (body.kind) {
    case 'entry':
      return entryRule(p, body, context, route, top);
    case 'add':
      return book('sum', p, { f: must(body.terms[0]), g: add(...body.terms.slice(1)) }, 'derivatives');
    case 'mul':
      return productRule(p, body, context, route, top);
    case 'pow':
      return powerRule(p, body.base, body.exponent, context);
    case 'call':
      return callRule(p, body, context, route);
    case 'reduce':
      if (body.op === 'prod' && !isNonzero(body.body, context)) return eachOnce(p);
      return matched(
        { sum: 'through-sum', prod: 'through-product', max: 'through-max', min: 'through-min' }[body.op],
        p,
        body.op === 'sum' ? 'derivatives' : 'rule',
      );
    case 'inverse':
      return matched('derivative-inverse', p, 'rule');
    case 'determinant':
      return matched('derivative-determinant', p, 'rule');
    case 'if':
      return {
        rule: 'cases',
        title: 'case by case',
        say: 'Each case is differentiated on its own; where the cases meet there may be no derivative.',
        group: 'rule',
        substitution: null,
        after: ifThen(body.condition, partial(body.then, p.by, p.held), partial(body.else, p.by, p.held)),
      };
    case 'bracket':
      return {
        rule: 'flat',
        title: 'a condition is flat',
        say: 'A bracket is constant wherever it has a derivative.',
        group: 'derivatives',
        substitution: null,
        after: zero,
      };
    case 'apply':
      return {
        rule: 'unknown-function',
        title: 'chain rule',
        say: `The derivative of ${printName(body.fn, 'unicode')} by each argument times the derivative of that argument.`,
        group: 'rule',
        substitution: null,
        after: add(
          ...body.args.map((a, i) =>
            mul(
              apply(
                body.fn,
                body.args,
                body.orders.map((o, j) => (i === j ? o + 1 : o)),
              ),
              partial(a, p.by, p.held),
            ),
          ),
        ),
      };
    case 'partial':
      return chainThroughUnknown(p, context);
    default:
      throw new Error(`bug: no rule for ∂ of ${body.kind}`);
  }
}

// --- entries ---------------------------------------------------------------------------------------------------------

function entryRule(p: Partial, e: Entry, context: Context, route: Route, top: boolean): Use {
  if (e.name === p.by.name) {
    const after = mul(...e.indices.map((i, n) => inOrder(i, p.by.indices[n] ?? i)));
    return {
      rule: 'variable',
      title: 'derivative of a variable',
      say: 'An entry varies only with itself: the derivative is δ.',
      group: 'derivatives',
      substitution: null,
      after: e.indices.length === 0 ? one : after,
    };
  }
  if (context.depends.has(e.name)) return chainThroughUnknown(p, context);
  const d = context.definitions.get(e.name);
  if (d === undefined) throw new Error('bug: a moving entry that nothing defines');
  const body = openAll(d.body, e.indices);
  if (route === 'log' && top && isPositive(e, context) && logParts(body, context) !== null)
    return book('log-derivative', p, { f: e }, 'rule');
  return {
    rule: 'definition',
    title: `definition of ${printName(e.name, 'unicode')}`,
    say: `${printName(e.name, 'unicode')} is replaced by what defines it.`,
    group: 'definition',
    substitution: null,
    after: partial(body, p.by, p.held),
  };
}

/** ∂L/∂x = Σ ∂L/∂Y · ∂Y/∂x over the quantities Y that the unknown L depends on. */
function chainThroughUnknown(p: Partial, context: Context): Use {
  const names = (context.depends.get(unknownName(p.body) ?? '') ?? []).filter((n) => moving(p, context).has(n));
  const terms = names.map((name) => {
    const sets = context.shapes.get(name) ?? [];
    const n = sets.length;
    const indices = sets.map((_, i) => boundIndex(n - 1 - i));
    const by = shift(p.by, n);
    if (by.kind !== 'entry') throw new Error('bug: entry shifted into something else');
    const y = entry(name, ...indices);
    let t: Term = mul(partial(shift(p.body, n), y, p.held), partial(y, by, p.held));
    for (let i = n - 1; i >= 0; i--)
      t = reduce('sum', must('abcdefgh'[i]), t, { set: must(sets[i]), from: null, to: null });
    return t;
  });
  return {
    rule: 'chain',
    title: 'chain rule',
    say: 'Every quantity that the function depends on passes its change on; all paths are added.',
    group: 'rule',
    substitution: null,
    after: add(...terms),
  };
}

/** ∂ Π_k f_k = Σ_k (∂f_k) Π_{l≠k} f_l, which needs no division. */
function eachOnce(p: Partial): Use {
  const after = eachFactorOnce(p);
  if (after === null) throw new Error('bug: no product over an index');
  return {
    rule: 'each-factor-once',
    title: 'product rule over an index',
    say: 'Each factor is differentiated once beside all the others.',
    group: 'rule',
    substitution: null,
    after,
  };
}

// --- products and powers -----------------------------------------------------------------------------------------------

function productRule(p: Partial, body: Mul, context: Context, route: Route, top: boolean): Use {
  const varying = body.factors.filter((f) => depends(f, p, context));
  const fixed = body.factors.filter((f) => !depends(f, p, context));
  const below = varying.filter(isReciprocal);
  const above = varying.filter((f) => !isReciprocal(f));
  const group: Group = top ? 'rule' : 'derivatives';
  if (fixed.length > 0) return book('constant-multiple', p, { c: mul(...fixed), f: mul(...varying) }, 'derivatives');
  if (route !== 'product' && below.length === 1 && above.length > 0)
    return book('quotient', p, { f: mul(...above), g: baseOf(must(below[0])) }, group);
  if (below.length > 0 && above.length > 0) return book('product', p, { f: mul(...above), g: mul(...below) }, group);
  return book('product', p, { f: must(varying[0]), g: mul(...varying.slice(1)) }, group);
}
const isReciprocal = (t: Term): boolean => t.kind === 'pow' && isNumber(t.exponent, -1);
const baseOf = (t: Term): Term => (t.kind === 'pow' ? t.base : t);

function powerRule(p: Partial, base: Term, exponent: Term, context: Context): Use {
  if (!depends(exponent, p, context)) return book('power', p, { f: base, n: exponent }, 'derivatives');
  if (!depends(base, p, context)) return book('exponential-base', p, { c: base, f: exponent }, 'rule');
  return book('general-power', p, { f: base, g: exponent }, 'rule');
}

/** ln of positive factors is taken apart first; everything else is the function's own rule. */
function callRule(p: Partial, body: Call, context: Context, route: Route): Use {
  const [x] = body.args as [Term];
  const named = x.kind === 'entry' && x.name !== p.by.name ? context.definitions.get(x.name) : undefined;
  if (
    route === 'log' &&
    body.fn === 'log' &&
    named !== undefined &&
    x.kind === 'entry' &&
    logParts(openAll(named.body, x.indices), context) !== null
  ) {
    return {
      rule: 'definition',
      title: `definition of ${printName(x.name, 'unicode')}`,
      say: `${printName(x.name, 'unicode')} is replaced by what defines it.`,
      group: 'definition',
      substitution: null,
      after: partial({ ...body, args: [openAll(named.body, x.indices)] }, p.by, p.held),
    };
  }
  if (body.fn === 'log') {
    const parts = logParts(x, context);
    if (parts !== null)
      return {
        rule: 'expand-log',
        title: 'ln of a product',
        say: 'ln turns products of positive terms into sums, and undoes exp.',
        group: 'rule',
        substitution: null,
        after: partial(parts, p.by, p.held),
      };
  }
  if (body.fn === 'max' || body.fn === 'min') {
    if (body.args.length > 2)
      return {
        rule: 'nest',
        title: 'two at a time',
        say: 'An extremum of several is taken two at a time.',
        group: 'derivatives',
        substitution: null,
        after: partial({ ...body, args: [x, { ...body, args: body.args.slice(1) }] }, p.by, p.held),
      };
    return book(`derivative-${body.fn}`, p, { f: x, g: must(body.args[1]) }, 'derivatives');
  }
  return book(functionDerivatives[body.fn].name, p, { f: x }, 'derivatives');
}

/** ln(a·b/c) = ln a + ln b − ln c for positive a, b, c; null when there is nothing to take apart. */
export function logParts(t: Term, context: Context): Term | null {
  const one_ = (x: Term): Term => {
    if (x.kind === 'call' && x.fn === 'exp') return must(x.args[0]);
    if (x.kind === 'pow')
      return x.exponent.kind === 'num' && isNumber(x.exponent, -1)
        ? negate(one_(x.base))
        : mul(x.exponent, one_(x.base));
    return { kind: 'call', fn: 'log', args: [x] };
  };
  if (t.kind === 'call' && t.fn === 'exp') return must(t.args[0]);
  if (t.kind === 'pow' && isPositive(t.base, context)) return one_(t);
  if (t.kind !== 'mul') return null;
  const positive = t.factors.filter((f) => isPositive(f, context));
  const rest = t.factors.filter((f) => !positive.includes(f));
  if (positive.length === 0 || (rest.length === 0 && positive.length < 2)) return null;
  return add(
    ...positive.map(one_),
    ...(rest.length === 0 ? [] : [{ kind: 'call', fn: 'log', args: [mul(...rest)] } as Term]),
  );
}

// --- instances of rules --------------------------------------------------------------------------------------------------

function book(name: string, p: Partial, terms: Readonly<Record<string, Term>>, group: Group): Use {
  const rule = ruleNamed(name);
  if (rule === null) throw new Error(`bug: no rule ${name}`);
  const bindings = new Map<string, Binding>(Object.entries(terms).map(([k, body]) => [k, { params: 0, body }]));
  bindings.set('x', { params: 0, body: p.by });
  const substitution: Substitution = { ...emptySubstitution, terms: bindings };
  return {
    rule: name,
    title: rule.title,
    say: rule.say,
    group,
    substitution,
    after: withHeld(instantiate(patternsOf(rule).to, substitution), p),
  };
}

function matched(name: string, p: Partial, group: Group): Use {
  const rule = ruleNamed(name);
  const substitution =
    rule && match(patternsOf(rule).from, { ...p, held: [] }, () => null, { ...emptySubstitution, restricted: true });
  if (rule === null || substitution === null) throw new Error(`bug: rule ${name} does not fit`);
  return {
    rule: name,
    title: rule.title,
    say: rule.say,
    group,
    substitution,
    after: withHeld(instantiate(patternsOf(rule).to, substitution), p),
  };
}

/** Rules know nothing of what is held fixed: the ∂'s they make inherit it. */
function withHeld(t: Term, p: Partial): Term {
  if (p.held.length === 0) return t;
  const go = (x: Term): Term =>
    x.kind === 'partial' && x.held.length === 0 && x.by.name === p.by.name ? { ...x, held: p.held } : mapNode(x, go);
  return go(t);
}
