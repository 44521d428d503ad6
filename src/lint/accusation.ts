// What is found out about a claim whose two sides differ, before it may be called a slip.
// Not here: what has to be found for that (`licence.ts`), the repairs (`diagnose.ts`).
// Invariant: nothing of the document changes; every other reading is compared like the claim itself.
import { isReservedFunction } from '../term/functions.ts';
import type { Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import { freeIndices, visit } from '../term/walk.ts';
import { type Surface, unwrap, visitSurface } from '../language/surface.ts';
import {
  idsIn,
  isFresh,
  isLiteral,
  letterOf,
  type Model,
  plainReading,
  readHead,
  rewritten,
  scriptText,
  type Source,
} from '../meaning/index.ts';
import { attempt, type Attempt, type Question } from './attempt.ts';
import type { Diagnosis } from './clinic.ts';
import type { Accusation, Mending } from './licence.ts';
import { heldBy } from './outcome.ts';
import { strayIndex } from './stray.ts';

/** A claim that differs, as the document stands at its place. */
export interface Scene {
  readonly model: Model;
  readonly question: Question;
  readonly shown: Attempt;
  readonly diagnosis: Diagnosis | null;
  readonly goesOn: boolean;
  /** It begins a statement, and is all of it. */
  readonly alone: boolean;
  /** Somebody says of this line by itself that it holds. */
  readonly asserted: boolean;
  /** The number of its statement. */
  readonly at: number;
}

/** Everything about an accusation but what other claims tell. */
export function accusationOf(scene: Scene): Omit<Accusation, 'support' | 'twins'> {
  const { shown, question, model } = scene;
  const sides = shown.kind === 'compared' ? [reach(shown.left, shown), reach(shown.right, shown)] : [];
  const [left, right] = [sides[0] ?? none, sides[1] ?? none];
  const open = [...new Set([...left.open, ...right.open])];
  const defined = [...new Set([...left.defined, ...right.defined])];
  const loose = looseNames(scene, shown.kind === 'compared' ? [...open, ...defined] : namesOf(scene));
  return {
    mending: mendingOf(scene.diagnosis),
    turned: scene.diagnosis?.mistake === 'transpose',
    read: shown.kind === 'compared',
    misfit: shown.kind === 'compared' && shown.misfit !== null,
    axes: shown.kind === 'compared' ? shown.axes.length : 0,
    givesValue: givesValue(scene),
    definitions: defined,
    open,
    derivative: left.derivative || right.derivative || [question.left, question.right].some(differentiates),
    pointValue: isPointValue(shown, left, right) && strayIndex(question.left, question.right) === null,
    strangers: [...right.open].filter((n) => !left.open.has(n)),
    unrelated: [...right.open].filter((n) => !left.open.has(n) && !left.behind.has(n)),
    onlyLeft: [...left.open].filter((n) => !right.open.has(n)),
    loose,
    rescue: rescueOf(scene, loose),
    defined: defined.every((id) => isDefinedOnce(id, model)) ? 'once' : 'again',
    halfRight: isHalfRight(scene.diagnosis),
    goesOn: scene.goesOn,
    alone: scene.alone,
    asserted: scene.asserted,
  };
}

const terms: ReadonlySet<string> = new Set(['extra-term', 'lost-term']);

function mendingOf(d: Diagnosis | null): Mending {
  if (d === null) return 'none';
  // A change of the left side asks another question.
  const isTerm = d.mistake !== null && terms.has(d.mistake);
  if (d.by !== 'edit' || d.side === 'left') return d.fix === null || isTerm ? 'none' : 'worked';
  return isTerm ? 'term' : 'edit';
}

const isHalfRight = (d: Diagnosis | null): boolean =>
  d?.mistake === 'diagonal-only' ||
  d?.mistake === 'missing-delta' ||
  (d?.mistake === 'index-swap' && d.side === 'left');

// --- what the two sides lead to --------------------------------------------------------------------------------------

interface Reached {
  readonly open: ReadonlySet<string>;
  readonly defined: ReadonlySet<string>;
  /** What open quantities are known to depend on: the layers behind a loss. */
  readonly behind: ReadonlySet<string>;
  readonly derivative: boolean;
}
const none: Reached = { open: new Set(), defined: new Set(), behind: new Set(), derivative: false };

/** The definitions that both sides of a comparison lead to. */
export function definitionsOf(a: Attempt): ReadonlySet<string> {
  return a.kind === 'compared' ? new Set([...reach(a.left, a).defined, ...reach(a.right, a).defined]) : new Set();
}

/** Names that a term leads to through the definitions of its claim. */
function reach(t: Term, { context }: Extract<Attempt, { kind: 'compared' }>): Reached {
  const [open, defined] = [new Set<string>(), new Set<string>()];
  let derivative = false;
  const name = (n: string): void => {
    if (open.has(n) || defined.has(n)) return;
    const definition = context.definitions.get(n);
    if (definition === undefined) open.add(n);
    else {
      if (!n.startsWith('[')) defined.add(n);
      walk(definition.body);
    }
  };
  const walk = (x: Term): void =>
    visit(x, (y) => {
      if (y.kind === 'entry') name(y.name);
      if (y.kind === 'partial') {
        derivative = true;
        name(y.by.name);
      }
    });
  walk(t);
  return { open, defined, behind: dependenciesOf(open, context), derivative };
}

/** Everything that quantities without a definition depend on, as far as the text tells. */
function dependenciesOf(open: ReadonlySet<string>, { definitions, depends }: Context): Set<string> {
  const found = new Set<string>();
  const add = (n: string): void => {
    if (found.has(n)) return;
    found.add(n);
    const definition = definitions.get(n);
    if (definition !== undefined)
      visit(definition.body, (x) => {
        if (x.kind === 'entry') add(x.name);
      });
    (depends.get(n) ?? []).forEach(add);
  };
  for (const n of open) (depends.get(n) ?? []).forEach(add);
  return found;
}

/** All definitions of a name say the same. */
function isDefinedOnce(id: string, { registry }: Model): boolean {
  const bodies = registry.sources().filter((s) => s.id === id);
  return new Set(bodies.map((s) => written(s.body))).size < 2;
}

/** A formula as a text, without its places. */
export const written = (s: Surface): string =>
  JSON.stringify(s, (k, v: unknown) => (places.has(k) ? undefined : typeof v === 'bigint' ? `${v}` : v));
const places: ReadonlySet<string> = new Set(['start', 'end', 'at']);

const differentiates = (s: Surface): boolean => {
  let found = false;
  visitSurface(s, (x) => {
    found ||= x.kind === 'derivative' || x.kind === 'gradient' || x.kind === 'entryDerivative';
    return !found;
  });
  return found;
};

/** `∂J/∂w = 6`: a number, where the other side changes with what nothing defines. */
function isPointValue(shown: Attempt, left: Reached, right: Reached): boolean {
  if (shown.kind !== 'compared') return false;
  const isNumber = (t: Term, r: Reached): boolean =>
    r.open.size === 0 && !r.derivative && !speaksOfSizes(t) && freeIndices(t).every(isFresh);
  const [l, r] = [isNumber(shown.left, left), isNumber(shown.right, right)];
  return l !== r && (l ? right.open : left.open).size > 0;
}

/** `p = 1`: a number for a name that no formula defines. */
function givesValue({ model, question, alone }: Scene): boolean {
  const head = readHead(question.left, model.usage);
  const source = head === null ? null : model.registry.lookUp(head.id);
  return alone && head !== null && isLiteral(question.right) && (source === null || isLiteral(source.body));
}

function speaksOfSizes(t: Term): boolean {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'size';
  });
  return found;
}

// --- other readings --------------------------------------------------------------------------------------------------

/** The names of a claim that was not compared. */
function namesOf({ model, question }: Scene): string[] {
  const found = new Set<string>();
  const add = (s: Surface): void => {
    for (const id of idsIn(s, model.usage)) {
      if (found.has(id)) continue;
      found.add(id);
      const source = model.registry.lookUp(id);
      if (source !== null) add(source.body);
    }
  };
  add(question.left);
  add(question.right);
  return [...found].filter((id) => model.registry.lookUp(id) === null);
}

/** Letters for a step, a weight of a penalty, a small constant, a count. */
const usuallyNumbers: ReadonlySet<string> = new Set([
  'alpha',
  'epsilon',
  'varepsilon',
  'eta',
  'lambda',
  'tau',
  'n',
  'm',
  'N',
]);

/** Names whose number of axes nothing tells but their looks. */
function looseNames({ model }: Scene, names: readonly string[]): string[] {
  return names.filter((id) => {
    const use = model.usage.names.get(id.replace(/\^\(\)$|#\d+$/, ''));
    if (use === undefined || use.boldBare > 0 || model.ranks.isDeclared(id) || isReservedFunction(id)) return false;
    if (/#\d+$/.test(id)) return true;
    return (
      use.subLetters.size === 0 &&
      !usuallyNumbers.has(id) &&
      !model.usage.sizes.has(id) &&
      model.registry.lookUp(id) === null
    );
  });
}

const mostRanks = 4;
const mostDefinitions = 6;

/** A reading that the text leaves as open as the one taken, and in which the claim holds. */
function rescueOf(scene: Scene, loose: readonly string[]): string | null {
  const { model, question } = scene;
  const holdsIn = (m: Model): boolean => heldBy(attempt(question, m, plainReading), '') !== null;
  for (const id of loose.slice(0, mostRanks))
    for (const rank of otherRanks(id, model.ranks.rankOf(id))) {
      const ranks = { ...model.ranks, rankOf: (x: string) => (x === id ? rank : model.ranks.rankOf(x)) };
      if (holdsIn({ ...model, ranks })) return `${id} is ${['a number', 'a vector', 'a matrix'][rank]}`;
    }
  for (const { letter, entry } of labelEntries(scene)) {
    const at = (s: Surface): Surface => rewritten(s, (x) => (letterOf(x) === letter ? entry : x));
    const there = { ...question, left: at(question.left), right: at(question.right) };
    if (heldBy(attempt(there, model, plainReading), '') !== null) return `${letter} is ${scriptText(entry)}`;
  }
  for (const source of otherDefinitions(scene).slice(0, mostDefinitions))
    if (holdsIn({ ...model, registry: model.registry.instead(source) }))
      return `${source.id} has another of its definitions`;
  return null;
}

const mostEntries = 4;

/** `L_i = −log p_{y_i}`, and then of p_k: the one entry that counts, which a text may mean by its letter. */
function labelEntries({ model, shown, question }: Scene): { readonly letter: string; readonly entry: Surface }[] {
  if (shown.kind !== 'compared') return [];
  const entries = new Map<string, Surface>();
  for (const id of shown.context.definitions.keys())
    visitSurface(model.registry.lookUp(id)?.body ?? question.left, (x) => {
      const inner = x.kind === 'subscript' && x.parts.length === 1 ? x.parts[0] : undefined;
      const entry = inner === undefined ? null : unwrap(inner);
      if (entry?.kind === 'subscript') entries.set(scriptText(entry), entry);
    });
  const own = [...entries.keys()].join();
  return [...entries.values()]
    .flatMap((entry) => question.head.filter((l) => !own.includes(l)).map((letter) => ({ letter, entry })))
    .slice(0, mostEntries);
}

/** Ranks that a name might have as well: a capital is a matrix or a number, a small letter a vector or a number. */
const otherRanks = (id: string, rank: number): number[] =>
  /^[A-Z]/.test(id) ? (rank === 0 ? [2] : []) : rank === 0 ? [1] : [0];

/** Definitions of the same names that are not in force at this place. */
function otherDefinitions({ model, shown, question, at }: Scene): Source[] {
  const names =
    shown.kind === 'compared'
      ? [...shown.context.definitions.keys()]
      : [question.left, question.right].flatMap((s) => idsIn(s, model.usage));
  return [...new Set(names)].flatMap((id) =>
    model.registry.sources().filter((s) => s.id === id && s.at !== at && s !== model.registry.lookUp(id)),
  );
}
