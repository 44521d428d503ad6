// Derivatives in all their spellings: ∂f/∂x, ∂_j f, d(f, x), ∇f, f'(x), (f/g)'.
// Not here: their values (`check/`).
// Invariant: one differentiates by an entry or by a whole tensor, never by an expression.
import { scripted, type Scripted } from '../../language/scripted.ts';
import { type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { functionNamed } from '../../term/functions.ts';
import { must } from '../../term/must.ts';
import { apply, call, entry, type Entry, freeIndex, type Index, partial, type Term } from '../../term/term.ts';
import { closeAll, freeIndices } from '../../term/walk.ts';
import { idsIn } from '../usage.ts';
import {
  describe,
  elementwise,
  isFresh,
  product,
  rankOf,
  scalar,
  tensor,
  termOf,
  Unreadable,
  type Value,
} from '../value.ts';
import type { Elaboration } from './elaboration.ts';
import { primeOf } from './elementary.ts';
import { functionSource } from './functions.ts';
import { entryIn, readDerivative } from './gradients.ts';

type Derivative = Extract<Surface, { kind: 'derivative' }>;

export function derivativeValue(e: Elaboration, s: Derivative): Value {
  if (
    e.reading.scope === 'factor' &&
    s.of.kind === 'product' &&
    s.of.factors.length > 1 &&
    s.of.factors.every((f) => f.op !== '/')
  ) {
    const [first, ...rest] = s.of.factors as [{ op: never; value: Surface }, ...{ op: never; value: Surface }[]];
    const inner = derivativeValue(e, { ...s, of: first.value });
    return rest.reduce((a, f) => product(a, e.value(f.value), e, 'dot'), inner);
  }
  if (s.of.kind === 'product' && s.of.factors.length > 1) e.choices.add('scope');
  return readDerivative(e, s);
}

/** ∂of/∂by under the reading in force: what is held fixed, which axis comes first. */
export function differentiated(e: Elaboration, of: Value, by: Value, source: Surface, at: Surface): Value {
  const target = entryIn(e, by, at);
  const term = termOf(of, e);
  noteReach(e, term, target);
  if (heldNames(e, term, target.name).length > 0) e.choices.add('staged');
  if (rankOf(of) === 1 && rankOf(by) === 1) e.choices.add('layout');
  const held = e.reading.staged ? heldNames(e, term, target.name) : [];
  const axes =
    e.reading.layout === 'denominator' && rankOf(of) === 1 && rankOf(by) === 1
      ? [...by.axes, ...of.axes]
      : [...of.axes, ...by.axes];
  const whole = scripted(unwrap(source));
  const ofName =
    of.whole?.of ??
    (rankOf(of) === 0 && term.kind === 'entry' && term.indices.length === 0 && whole !== null ? term.name : null);
  return {
    ...tensor(partial(term, target, held), axes),
    whole: {
      of: ofName,
      by: by.whole?.of ?? (rankOf(by) === 0 && target.indices.length === 0 ? target.name : null),
      ofAxes: rankOf(of),
    },
  };
}

/** Notes a doubt where nothing in the document says how the one depends on the other. */
function noteReach(e: Elaboration, of: Term, by: Entry): void {
  const reached = reachedNames(e, of, by.name);
  for (const n of reached) {
    const body = e.model.registry.recursive.get(n);
    if (body !== undefined && (n === by.name || speaksOf(e, body, by.name)))
      e.doubts.add(`${n} is defined by its own other entries`);
  }
  for (const n of reached) {
    if (e.definitions.has(n) || e.model.facts.depends.has(n)) continue;
    for (const d of e.depends.get(n) ?? []) {
      if (d !== by.name && e.model.uncertain.has(`${n}>${d}`) && reachedNames(e, entry(d)).has(by.name))
        e.doubts.add(`how ${n} depends on ${by.name} is only told by derivatives`);
    }
  }
  if (reached.has(by.name)) return;
  for (const n of reached)
    if (e.unused.has(n)) e.doubts.add(`the definition of ${n} does not say how it carries an index`);
  const open = [...reached].filter((n) => !e.definitions.has(n) && !e.depends.has(n));
  // Taken as zero it would make anything true: what is not told may depend on it.
  for (const n of open) if (!reachedNames(e, by).has(n)) e.depends.set(n, [by.name]);
  if (open.length > 0)
    e.doubts.add(
      `the text does not say how ${open.slice(0, 2).join(', ')} depend${open.length === 1 ? 's' : ''} on ${by.name}`,
    );
}

/** Whether a formula, or a definition that it leads to, speaks of a quantity. */
export function speaksOf(e: Elaboration, s: Surface, name: string, seen: Set<string> = new Set()): boolean {
  return idsIn(s, e.model.usage).some((id) => {
    if (id === name) return true;
    const source = seen.has(id) ? null : e.model.registry.lookUp(id);
    seen.add(id);
    return source !== null && speaksOf(e, source.body, name, seen);
  });
}

/** Names that a term leads to through definitions and declared dependencies. */
export function reachedNames(e: Elaboration, t: Term, stop = ''): Set<string> {
  const found = new Set<string>();
  const visit = (term: Term): void => {
    for (const name of namesOf(term)) {
      if (found.has(name)) continue;
      found.add(name);
      if (name === stop) continue;
      const definition = e.definitions.get(name);
      if (definition !== undefined) visit(definition.body);
      for (const d of e.depends.get(name) ?? []) visit(entry(d));
    }
  };
  visit(t);
  return found;
}

function namesOf(t: Term): Set<string> {
  const names = new Set<string>();
  const walk = (x: Term): void => {
    if (x.kind === 'entry') names.add(x.name);
    for (const k of Object.values(x)) {
      if (Array.isArray(k))
        k.forEach((y) => {
          if (y !== null && typeof y === 'object' && 'kind' in y) walk(y as Term);
        });
      else if (k !== null && typeof k === 'object' && 'kind' in k) walk(k as Term);
    }
  };
  walk(t);
  return names;
}

/** The other defined quantities that stand directly in the body of what is differentiated. */
function heldNames(e: Elaboration, of: Term, by: string): string[] {
  const direct = new Set<string>();
  for (const name of namesOf(of)) {
    const definition = e.definitions.get(name);
    const on = e.depends.get(name);
    if (definition === undefined && on?.includes(by)) for (const n of on) if (n !== by) direct.add(n);
    if (definition === undefined) continue;
    const inBody = namesOf(definition.body);
    if (!inBody.has(by)) continue;
    for (const n of inBody) if (n !== by && e.definitions.has(n)) direct.add(n);
  }
  return [...direct];
}

/** Quantities without a definition that a term leads to. */
export const inputsOf = (e: Elaboration, t: Term): { name: string; rank: number }[] =>
  [...reachedNames(e, t)]
    .filter((n) => !e.definitions.has(n) && !e.depends.has(n))
    .map((name) => ({ name, rank: e.ranks.get(name) ?? 0 }));

/** `d(f, x)` and `d_i(f)`. */
export function differentialCall(e: Elaboration, s: Extract<Surface, { kind: 'apply' }>, head: Scripted): Value | null {
  if (e.model.registry.isListed('d') || head.sups.length > 0) return null;
  const [of, by] = s.args;
  if (of !== undefined && head.subs.length === 1 && s.args.length === 1)
    return e.value({ kind: 'entryDerivative', of, by: head.subs, start: s.start, end: s.end });
  if (of === undefined || by === undefined || head.subs.length > 0 || s.args.length !== 2) return null;
  return differentiated(e, e.value(of), e.value(by), of, by);
}

/** f'(u): the derivative of f at u. */
export function functionDerivative(e: Elaboration, head: Scripted, args: readonly Surface[]): Value {
  if (args.length !== 1) throw new Unreadable('a prime on a function of several arguments');
  const plain = { ...head, primes: 0 };
  const r = e.resolve(plain);
  const argument = e.value(must(args[0]));
  const source = functionSource(e, r.id, r.stem);
  const role = e.model.facts.functions.get(head.name) ?? (head.name === 'sigma' && source === null ? 'sigmoid' : null);
  if (source !== null) return definedDerivative(e, source.formals?.[0], source, argument, head.primes);
  const fn = role === 'unknown' ? undefined : role !== null && role !== 'softmax' ? role : functionNamed(head.name);
  if (role === 'softmax' || /^softmax$/i.test(head.name))
    throw new Unreadable('softmax with a prime does not say which derivative is meant');
  if (fn !== undefined) return primeOf(e, must(args[0]), fn, head.primes, argument);
  if (rankOf(argument) > 1) throw new Unreadable(`a prime on a function of ${describe(argument)}`);
  return elementwise(argument, e, (t) => apply(r.id, [t], [head.primes]));
}

function definedDerivative(
  e: Elaboration,
  formal: { kind: string; id?: string } | undefined,
  source: Parameters<Elaboration['install']>[1],
  argument: Value,
  order: number,
): Value {
  if (formal === undefined || formal.kind !== 'name' || formal.id === undefined || source.letters.length > 0)
    throw new Unreadable('a prime on a function of several arguments');
  const written = termOf(argument, e);
  const letters = [...freeIndices(written).filter((l) => !isFresh(l)), ...argument.axes];
  const name = `${formal.id}·${e.definitions.size}`;
  e.definitions.set(name, {
    name,
    params: letters.map((l) => ({ letter: l.replace('·', 'i'), set: '' })),
    body: closeAll(written, letters),
  });
  e.ranks.set(name, letters.length);
  const at = entry(name, ...letters.map((l): Index => freeIndex(l)));
  const body = e.under({ replaced: new Map([...e.scope.replaced, [must(formal.id), scalar(at)]]) }, () =>
    e.value(source.body),
  );
  // `log F(x) = …` defines F by its logarithm.
  let term = source.log ? call('exp', termOf(body, e)) : termOf(body, e);
  for (let n = 0; n < order; n++) term = partial(term, at);
  return tensor(term, argument.axes);
}

/** `(f(x)/g(x))'` by the one variable in it; `g'` alone is not determined. */
export function primeValue(e: Elaboration, s: Extract<Surface, { kind: 'prime' }> | null, name?: Scripted): Value {
  if (s !== null) {
    const sc = scripted(s);
    if (sc !== null) return e.named(sc);
    const variable = onlyVariable(s.base);
    if (variable === null) throw new Unreadable('it is not clear by what the prime differentiates');
    return differentiated(e, e.value(s.base), e.value(variable), s.base, variable);
  }
  const sc = name as Scripted;
  const r = e.resolve({ ...sc, primes: 0 });
  const source = e.model.registry.lookUp(r.id);
  const { variable } = e.scope;
  if (variable !== null && source !== null && sc.primes === 1 && !e.model.registry.isListed(`${r.id}'`)) {
    e.choices.add('implicit');
    const indices = r.indices.length > 0 ? r.indices.map((i) => e.index(i, sc.name)) : source.letters.map(freeIndex);
    return differentiated(
      e,
      e.quantity(r.id, r.stem, indices),
      e.under({ variable: null }, () => e.value(variable)),
      { kind: 'name', name: r.id, bold: false, run: false, start: 0, end: 0 },
      variable,
    );
  }
  if (e.model.registry.isListed(`${r.id}${"'".repeat(sc.primes)}`) || (!e.isKnown(r.id) && sc.primes > 0)) {
    const own = e.resolve(sc);
    return e.quantity(
      own.id,
      own.stem,
      own.indices.map((i) => e.index(i, sc.name)),
    );
  }
  throw new Unreadable(`it is not clear by what the prime of ${sc.name} differentiates`);
}

/** The variable of the functions inside: the x of f(x)/g(x). */
function onlyVariable(s: Surface): Surface | null {
  const found = new Map<string, Surface>();
  visitSurface(s, (x) => {
    if (x.kind !== 'apply' || x.args.length !== 1) return;
    const arg = unwrap(must(x.args[0]));
    if (arg.kind === 'name') found.set(arg.name, arg);
  });
  return found.size === 1 ? must([...found.values()][0]) : null;
}
