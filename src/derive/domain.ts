// The conditions under which a derivation speaks: what its divisions, roots, logarithms and inverses need and what
// nothing given grants.
// Not here: what a node needs and whether that is known (`rules/defined.ts`), how conditions are spelled (`given.ts`).
// Invariant: a condition that follows from the definitions, from what is assumed, or from another one of the list is
// not listed.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { bracket, freeIndex, mul, negate, pow, rational, subtract, type Condition, type Term } from '../term/term.ts';
import {
  children,
  freeIndices,
  key,
  mapIndices,
  open,
  openAll,
  substituteFree,
  visit,
  visitIndices,
} from '../term/walk.ts';
import { grants, isDefined, isMet, ownNeeds, type Need } from '../rules/defined.ts';
import { nameless } from '../rules/normal.ts';
import type { Move } from '../rules/move.ts';
import { comparison, simplestNeeds, type Decided } from './needs.ts';

/** A condition on values, and the condition on positions where it is asked for (i ≠ j). */
export interface DomainCondition {
  readonly condition: Condition;
  readonly where: readonly Condition[];
}

/** What is needed at one place; letters are free, and what is said holds for all positions of them. */
interface Found {
  readonly need: Need;
  readonly where: readonly Condition[];
}

/** The conditions of the questions, of every definition that they reach, and of every step. */
export function domainOf(questions: readonly Term[], moves: readonly Move[], context: Context): DomainCondition[] {
  const search: Search = {
    context,
    found: [],
    seen: new Set(),
    names: new Set(),
    looked: new Set(),
    decided: new Map(),
  };
  for (const q of questions) inDefinitions(q, search);
  for (const q of questions) look(q, [], [], search);
  for (const m of moves) inMove(m, search);
  return needed(search).map(conditionOf);
}

interface Search {
  readonly context: Context;
  readonly found: Found[];
  readonly seen: Set<string>;
  readonly names: Set<string>;
  /** Terms that were looked through where nothing restricts them; lines share most of theirs. */
  readonly looked: Set<Term>;
  readonly decided: Decided;
}

function inMove(m: Move, s: Search): void {
  look(m.to, [], [], s);
  for (const x of m.inner) inMove(x, s);
}

/** The bodies of the definitions that a term reaches, with the letters they are written with. */
function inDefinitions(t: Term, s: Search): void {
  visit(t, (x) => {
    const name = x.kind === 'entry' ? x.name : x.kind === 'partial' ? x.by.name : null;
    const d = name === null || s.names.has(name) ? undefined : s.context.definitions.get(name);
    if (name === null || d === undefined) return;
    s.names.add(name);
    if (isDefined(d.body, s.context)) return;
    const letters = d.params.map((p) => freeIndex(p.letter));
    const body = openAll(d.body, letters);
    inDefinitions(body, s);
    look(
      body,
      [],
      d.params.map((p) => p.letter),
      s,
    );
  });
}

/** Adds the needs of a term that are not known to be met. */
function look(t: Term, where: readonly Condition[], letters: readonly string[], s: Search): void {
  if (isDefined(t, s.context)) return;
  if (where.length === 0 && letters.length === 0) {
    if (s.looked.has(t)) return;
    s.looked.add(t);
  }
  for (const need of ownNeeds(t)) note({ need, where }, s);
  if (t.kind === 'reduce' || t.kind === 'inverse' || t.kind === 'determinant') {
    lookUnder(t, where, letters, s);
    return;
  }
  if (t.kind === 'if') {
    look(t.then, [...where, t.condition], letters, s);
    look(t.else, [...where, { kind: 'not', of: t.condition }], letters, s);
    return;
  }
  const guards = t.kind === 'mul' ? t.factors.flatMap((f) => (f.kind === 'bracket' ? [f.condition] : [])) : [];
  for (const c of children(t)) look(c.term, [...where, ...guards], letters, s);
}

function lookUnder(
  t: Extract<Term, { kind: 'reduce' | 'inverse' | 'determinant' }>,
  where: readonly Condition[],
  letters: readonly string[],
  s: Search,
): void {
  const wanted = t.kind === 'reduce' ? [t.letter] : t.letters;
  const taken = new Set([...letters, ...freeIndices(t), ...s.context.fixed]);
  const own = wanted.map((l) => freshLetter(l, taken));
  const to = own.map(freeIndex);
  const inside = t.kind === 'reduce' && t.where !== null ? open(bracket(t.where), must(to[0])) : null;
  const further = inside?.kind === 'bracket' ? [inside.condition] : [];
  look(openAll(t.body, to), [...where, ...further], [...letters, ...own], s);
}

function freshLetter(wanted: string, taken: Set<string>): string {
  const letter = [wanted, ...'ijklmnpqrs'].find((l) => !taken.has(l)) ?? `${wanted}'`;
  taken.add(letter);
  return letter;
}

function note(found: Found, s: Search): void {
  for (const need of simplestNeeds(found.need, s.context, s.decided)) {
    const where = found.where.flatMap((c) => (c.kind === 'and' ? c.all : [c])).filter((c) => !isMute(c, need));
    if (isMet(need, s.context) || found.where.some((c) => grants(c, need))) continue;
    const k = `${need.is}|${key(need.of)}|${where.map((c) => key(bracket(c))).join()}`;
    if (s.seen.has(k)) continue;
    s.seen.add(k);
    s.found.push({ need, where });
  }
}
/** A condition that speaks of no letter of what is needed says nothing about it. */
const isMute = (c: Condition, need: Need): boolean => {
  const letters = freeIndices(need.of);
  return !freeIndices(bracket(c)).some((l) => letters.includes(l));
};

// --- what remains ----------------------------------------------------------------------------------------------------

/** The needs without those that follow from others or from what is assumed. */
function needed({ found, context, decided }: Search): Found[] {
  const assumed = context.assumptions.flatMap((a) => (a.kind === 'condition' ? [a.condition] : []));
  let kept: Named[] = [];
  for (const f of joined(found)) {
    if (assumed.some((c) => grantsUniversally(c, f.need, context))) continue;
    const x = named(f, context);
    if (kept.some((y) => follows(x, y))) continue;
    kept = [...kept.filter((y) => !follows(y, x)), x];
  }
  return kept.filter((x) => !followsBehindName(x, kept, context, decided)).map((x) => x.found);
}

/**
 * Whether what is said of a named quantity follows from what is said of what defines it: f ≠ 0 for f = √s and s ≠ 0.
 */
function followsBehindName({ found }: Named, kept: readonly Named[], context: Context, decided: Decided): boolean {
  const { is, of } = found.need;
  const d = of.kind === 'entry' ? context.definitions.get(of.name) : undefined;
  if (of.kind !== 'entry' || d === undefined) return false;
  const parts = simplestNeeds({ is, of: openAll(d.body, of.indices) }, context, decided);
  return parts.every((need) => {
    const x = named({ need, where: found.where }, context);
    return kept.some((y) => y.found !== found && follows(x, y));
  });
}

/** What must not be negative and not be 0 must be positive. */
function joined(all: readonly Found[]): Found[] {
  const nonzero = new Set(all.filter((f) => f.need.is === 'nonzero').map((f) => key(f.need.of)));
  return all.map((f) =>
    f.need.is === 'nonnegative' && nonzero.has(key(f.need.of)) ? { ...f, need: { ...f.need, is: 'positive' } } : f,
  );
}

/**
 * A need with keys that do not depend on its letters: of the term, of its negative, of the term with each part of its
 * restriction and with all of it (last), of the negative with all of it.
 */
interface Named {
  readonly found: Found;
  readonly of: string;
  readonly negative: string;
  readonly wholes: readonly string[];
  readonly turned: string;
}

function named(found: Found, context: Context): Named {
  const { of } = found.need;
  const restriction = found.where.map((c) => bracket(c));
  return {
    found,
    of: canonical(of, context),
    negative: canonical(negate(of), context),
    wholes: [...restriction.map((c) => [c]), restriction].map((cs) => canonical(mul(of, ...cs), context)),
    turned: canonical(mul(negate(of), ...restriction), context),
  };
}

/** Whether what x needs is granted where y's need is. */
function follows(x: Named, y: Named): boolean {
  const [a, b] = [y.found.need.is, x.found.need.is];
  if (a !== b && a !== 'positive') return false;
  if (x.of !== y.of && !(b === 'nonzero' && x.of === y.negative)) return false;
  return (
    y.found.where.length === 0 || x.wholes.some((w) => w === y.wholes.at(-1) || (b === 'nonzero' && w === y.turned))
  );
}

/** A key that does not depend on letters: of all ways to name them in a fixed row the smallest. */
function canonical(t: Term, context: Context): string {
  const letters = freeIndices(t).filter((l) => !context.fixed.has(l));
  const plain = letters.map((_, n) => `?${n}`);
  const orders = letters.length <= 3 ? permutations(plain) : [plain];
  const keys = orders.map((names) =>
    key(nameless(substituteFree(t, new Map(letters.map((l, n) => [l, freeIndex(must(names[n]))]))))),
  );
  return must(keys.sort()[0]);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((x, n) =>
    permutations([...items.slice(0, n), ...items.slice(n + 1)]).map((rest) => [x, ...rest]),
  );
}

function grantsUniversally(c: Condition, need: Need, context: Context): boolean {
  if (c.kind !== 'compare') return false;
  const rename = (t: Term): Term => {
    const names = new Map<string, string>();
    return mapIndices(t, (i) => {
      if (i.kind !== 'free' || context.fixed.has(i.name)) return i;
      if (!names.has(i.name)) names.set(i.name, `¹${names.size}`);
      return freeIndex(must(names.get(i.name)));
    });
  };
  return grants({ ...c, left: rename(c.left), right: rename(c.right) }, { ...need, of: rename(need.of) });
}

// --- as conditions ---------------------------------------------------------------------------------------------------

function conditionOf({ need, where }: Found): DomainCondition {
  return { where, condition: comparison(need) };
}

/**
 * The context in which the conditions are assumed as well; those that read beside their letters are left to the points
 * themselves.
 */
export function withDomain(context: Context, domain: readonly DomainCondition[]): Context {
  const stated = domain.flatMap(({ condition: exact, where }) => {
    const condition = beyondRounding(exact);
    const c: Condition =
      where.length === 0
        ? condition
        : { kind: 'or', all: [...where.map((x): Condition => ({ kind: 'not', of: x })), condition] };
    return hasShift(bracket(c)) ? [] : [{ kind: 'condition', condition: c } as const];
  });
  return stated.length === 0 ? context : { ...context, assumptions: [...context.assumptions, ...stated] };
}
/** What must not be 0 stays away from 0 farther than rounding leads. */
const beyondRounding = (c: Condition): Condition =>
  c.kind === 'compare' && c.op === '!='
    ? { kind: 'compare', op: '>', left: pow(subtract(c.left, c.right), rational(2)), right: rational(1n, 10n ** 18n) }
    : c;
function hasShift(t: Term): boolean {
  let found = false;
  visitIndices(t, (i) => {
    found ||= i.kind === 'affine';
  });
  return found;
}
