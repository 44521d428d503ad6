// Finding derivatives: one rule at one ∂ at a time until no ∂ is left but those of unknown functions.
// Not here: what the rules say (`rules/`), tidying the result (`finish.ts`), believing it (`check/`).
// Invariant: every change of the term is recorded as a move.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { printName } from '../term/print.ts';
import type { Entry, Partial, Term } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { replaceAt, subtermAt } from '../term/paths.ts';
import { children } from '../term/walk.ts';
import { work } from '../term/work.ts';
import { tidy } from './tidy.ts';
import { isFinal, chooseRule, type Route, type Use } from './choose.ts';
import type { Move } from '../rules/move.ts';
import { movedAround, perturbed } from '../rules/perturbed.ts';

export interface Differentiator {
  readonly context: Context;
  readonly route: Route;
  /**
   * The derivative of a defined quantity, derived once: its closed form and how it was found. `moved`: what the ∂'s
   * around it differentiate by.
   */
  readonly lemma: (
    of: Entry,
    by: Partial,
    moved: readonly string[],
  ) => { readonly term: Term; readonly moves: readonly Move[] };
  readonly maxSteps: number;
  steps: number;
}

export interface Closed {
  readonly term: Term;
  readonly moves: readonly Move[];
}

/**
 * All ∂ of the term worked out, except those to `keep`. `own` is the quantity whose definition is unfolded in place;
 * other definitions enter by their own derivation.
 */
export function differentiate(
  t: Term,
  d: Differentiator,
  own: string | null,
  keep: (p: Partial) => boolean = () => false,
): Closed {
  const moves: Move[] = [];
  let now = t;
  for (;;) {
    const path = nextPartial(now, (p) => keep(p) || isFinal(p, d.context));
    if (path === null) return { term: now, moves };
    if (++d.steps > d.maxSteps)
      throw new WhygradError('too-many-steps', `The derivation needs more than ${d.maxSteps} steps.`, {
        hint: 'Ask for a smaller part, or name intermediate quantities in definitions.',
      });
    work(nodeCount(now));
    const { term: node } = subtermAt(now, path);
    if (node.kind !== 'partial') throw new Error('bug: not a ∂');
    const moved = movedAround(now, path);
    const use =
      inner(node, d, own, moves.length === 0, moved) ??
      chooseRule(node, d.context, routeUnder(d.route, d.context, perturbed(d.context, moved)), moves.length <= 1);
    const after = use.rule === 'definition' ? use.after : tidy(use.after);
    const next = replaceAt(now, path, after);
    moves.push({
      rule: use.rule,
      title: use.title,
      say: use.say,
      group: use.group,
      minor: false,
      from: now,
      to: next,
      facts: [],
      inner: use.inner ?? [],
      at: { path, before: node, after, substitution: use.substitution },
    });
    now = next;
  }
}

/** ln h may not be taken apart by what defines h where h moves on its own. */
export const routeUnder = (route: Route, context: Context, usable: Context): Route =>
  route === 'log' && usable.definitions.size !== context.definitions.size ? 'auto' : route;

/** A defined quantity under ∂: its own definition is unfolded, others are differentiated on their own. */
function inner(
  node: Partial,
  d: Differentiator,
  own: string | null,
  first: boolean,
  moved: readonly string[],
): Use | null {
  const e = node.body;
  if (e.kind !== 'entry' || e.name === node.by.name || node.held.includes(e.name) || !d.context.definitions.has(e.name))
    return null;
  if (e.name === own && first) return null;
  const found = d.lemma(e, node, moved);
  return {
    rule: 'inner-derivative',
    title: `derivative of ${printName(e.name, 'unicode')}`,
    say: `The derivative of ${printName(e.name, 'unicode')} is worked out on its own.`,
    group: 'pieces',
    after: found.term,
    substitution: null,
    inner: found.moves,
  };
}

/** The first ∂ whose body holds no other reducible ∂. */
function nextPartial(t: Term, isDone: (p: Partial) => boolean): number[] | null {
  const parts = children(t);
  for (let i = 0; i < parts.length; i++) {
    const found = nextPartial(must(parts[i]).term, isDone);
    if (found !== null) return [i, ...found];
  }
  return t.kind === 'partial' && !isDone(t) ? [] : null;
}
