// Which definition needs which: dependency order, and what is reached from a name.
// Not here: what the definitions mean.
// Invariant: a definition comes after everything that it mentions.
import { must } from '../../term/must.ts';
import type { Context } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import type { SetId } from '../../term/term.ts';
import { entryNames, visit } from '../../term/walk.ts';

/** The names that a definition's body mentions; none for an input. */
export function mentionedBy(context: Context, name: string): ReadonlySet<string> {
  const definition = context.definitions.get(name);
  return definition === undefined ? new Set() : entryNames(definition.body);
}

/** The definitions that `target` needs, itself last, each after what it needs. Throws `circular-definition`. */
export function dependencyOrder(context: Context, target: string): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const go = (name: string): void => {
    if (!context.definitions.has(name) || state.get(name) === 'done') return;
    if (state.get(name) === 'open')
      throw new WhygradError('circular-definition', `the definition of ${name} needs ${name} itself`, {
        hint: 'give one of the definitions in the circle another name',
      });
    state.set(name, 'open');
    for (const next of mentionedBy(context, name)) go(next);
    state.set(name, 'done');
    order.push(name);
  };
  go(target);
  return order;
}

/** The inputs that the given definitions mention, in order of first mention. */
export function inputsOf(context: Context, definitions: readonly string[]): string[] {
  const names = new Set<string>();
  for (const d of definitions)
    for (const name of mentionedBy(context, d)) if (!context.definitions.has(name)) names.add(name);
  return [...names];
}

/** The names among `order` (in dependency order) whose value moves with one of `roots`. */
export function dependentOn(context: Context, order: readonly string[], roots: Iterable<string>): Set<string> {
  const moving = new Set(roots);
  for (const name of order) for (const used of mentionedBy(context, name)) if (moving.has(used)) moving.add(name);
  return moving;
}

/**
 * Whether a quantity is made by a reduction over the examples (as in batch normalisation), so that its rows depend on
 * each other.
 */
export function usesExamples(context: Context, name: string, examples: SetId): boolean {
  let found = false;
  for (const d of dependencyOrder(context, name))
    visit(must(context.definitions.get(d)).body, (t) => {
      found ||= t.kind === 'reduce' && t.range.set === examples;
    });
  return found;
}
