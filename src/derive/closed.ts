// The closed form of a ∂ with its moves: differentiate, finish, and do the same once for every defined quantity that is
// met.
// Not here: reading the question; forms; reports.
// Invariant: the lemma for a defined quantity is derived with letters of its own, so it holds for any indices.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { printName } from '../term/print.ts';
import { entry, freeIndex, partial, type Entry, type Index, type Partial, type Term } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { freeIndices, substituteFree } from '../term/walk.ts';
import type { Move } from '../rules/move.ts';
import { perturbed } from '../rules/perturbed.ts';
import { bottleneck, chainThrough } from './chain.ts';
import type { Route } from './choose.ts';
import { differentiate, routeUnder, type Closed, type Differentiator } from './differentiate.ts';
import { finish, type Finisher } from './finish.ts';

/**
 * Shared by all questions about one context and route. `usable` holds the definitions and assumptions that stay true
 * under the ∂'s around.
 */
export interface Workshop {
  readonly context: Context;
  readonly usable: Context;
  readonly route: Route;
  readonly lemmas: Map<string, Lemma>;
  readonly maxSteps: number;
  steps: number;
}
interface Lemma {
  readonly letters: readonly string[];
  readonly by: readonly string[];
  readonly term: Term;
  readonly moves: readonly Move[];
}

export const workshop = (context: Context, route: Route = 'auto', maxSteps = 10_000): Workshop => ({
  context,
  usable: context,
  route,
  lemmas: new Map(),
  maxSteps,
  steps: 0,
});

/** Works out every ∂ of the term. `letters` orders the index letters by importance. */
export function closedForm(t: Term, letters: readonly string[], w: Workshop): Closed {
  const own = t.kind === 'partial' && t.body.kind === 'entry' ? t.body.name : null;
  const d: Differentiator = {
    context: w.context,
    route: w.route,
    maxSteps: w.maxSteps,
    get steps() {
      return w.steps;
    },
    set steps(n) {
      w.steps = n;
    },
    lemma: (of, by, moved) => lemmaFor(of, by, w, perturbed(w.usable, moved)),
  };
  const through = t.kind === 'partial' ? bottleneck(t, w.context) : null;
  const finisher: Finisher = { context: w.usable, letters, names: namesToFold(own, w.usable) };
  if (through !== null && t.kind === 'partial') return closedThrough(t, through, d, finisher);
  const raw = differentiate(t, d, own);
  const done = finish(raw.term, finisher);
  return { term: done.term, moves: [...raw.moves, ...done.moves] };
}

/** A result this long is not worked over again when one more quantity is put into it. */
const longest = 50;

/**
 * The chain rule through a named quantity: its own derivative is worked out first, with ∂L/∂v as a letter; then ∂L/∂v
 * is put in. Cost grows with the number of quantities, not with the length of the result.
 */
function closedThrough(t: Partial, name: string, d: Differentiator, f: Finisher): Closed {
  const to = chainThrough(t, name, d.context);
  const move: Move = {
    rule: 'chain-through',
    title: `chain rule through ${printName(name, 'unicode')}`,
    say: `Everything passes through ${printName(name, 'unicode')}: its entries pass the change on, and all of them are added.`,
    group: 'rule',
    minor: false,
    from: t,
    to,
    at: { path: [], before: t, after: to, substitution: null },
    facts: [],
    inner: [],
  };
  const near = differentiate(to, d, null, (p) => p.by.name === name);
  const short = finish(near.term, f);
  const far = differentiate(short.term, d, null);
  const done = nodeCount(far.term) > longest ? { term: far.term, moves: [] } : finish(far.term, f);
  return { term: done.term, moves: [move, ...near.moves, ...short.moves, ...far.moves, ...done.moves] };
}

/** The quantity that was asked about first, then the other definitions, later ones first. */
function namesToFold(own: string | null, context: Context): string[] {
  const others = [...context.definitions.keys()].filter((n) => n !== own).reverse();
  return own !== null && context.definitions.has(own) ? [own, ...others] : others;
}

function lemmaFor(of: Entry, p: Partial, w: Workshop, usable: Context): Closed {
  const k = `${of.name}|${p.by.name}|${p.by.indices.length}|${p.held.join(',')}|${signature(usable, w.context)}`;
  let lemma = w.lemmas.get(k);
  if (lemma === undefined) {
    lemma = makeLemma(of, p, usable === w.usable ? w : within(w, usable));
    w.lemmas.set(k, lemma);
  }
  const to = new Map<string, Index>();
  lemma.letters.forEach((l, i) => to.set(l, must(of.indices[i])));
  lemma.by.forEach((l, i) => to.set(l, must(p.by.indices[i])));
  return { term: substituteFree(lemma.term, to), moves: lemma.moves };
}

/** What of the context may not be used. */
const signature = (usable: Context, context: Context): string =>
  usable === context
    ? ''
    : `${[...context.definitions.keys()].filter((n) => !usable.definitions.has(n)).join()};${context.assumptions.map((a, n) => (usable.assumptions.includes(a) ? '' : n)).join()}`;
/** The same workshop for work under further ∂'s; steps are counted together. */
const within = (w: Workshop, usable: Context): Workshop => ({
  context: w.context,
  usable,
  route: routeUnder(w.route, w.context, usable),
  lemmas: w.lemmas,
  maxSteps: w.maxSteps,
  get steps() {
    return w.steps;
  },
  set steps(n) {
    w.steps = n;
  },
});

function makeLemma(of: Entry, p: Partial, w: Workshop): Lemma {
  const definition = w.context.definitions.get(of.name);
  const taken = new Set([...w.context.fixed, ...(definition === undefined ? [] : freeIndices(definition.body))]);
  const fresh = (wanted: string): string => {
    const choices = [wanted, ...'ijklmnpqrstuvw'];
    const name = choices.find((c) => !taken.has(c)) ?? `${wanted}'`;
    taken.add(name);
    return name;
  };
  const by = p.by.indices.map((i) => fresh(i.kind === 'free' ? i.name : 'i'));
  const letters = of.indices.map((i, n) =>
    fresh(i.kind === 'free' && !taken.has(i.name) ? i.name : (definition?.params[n]?.letter ?? 'j')),
  );
  const question = partial(entry(of.name, ...letters.map(freeIndex)), entry(p.by.name, ...by.map(freeIndex)), p.held);
  const closed = closedForm(question, [...letters, ...by], w);
  return { letters, by, term: closed.term, moves: closed.moves };
}
