// Functions that nothing defines: they can be differentiated, but they have no values.
// Not here: quantities without a value (`keys.ts`).
// Invariant: what passes holds no call of an unknown function, itself or through definitions.
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { functionSpellings } from '../term/functions.ts';
import { didYouMean } from '../term/near.ts';
import type { Term } from '../term/term.ts';
import { entryNames, visit } from '../term/walk.ts';
import type { At } from './sizes.ts';

/** Throws `unknown-function` where a number is asked of a function that is nowhere defined. */
export function refuseUnknownFunctions(body: Term, context: Context, at: At): void {
  const seen = new Set<string>();
  const reach = (t: Term): void => {
    visit(t, (x) => {
      if (x.kind === 'apply') throw unknownFunction(x.fn, context, at);
    });
    for (const name of entryNames(t)) {
      const d = context.definitions.get(name);
      if (d === undefined || seen.has(name)) continue;
      seen.add(name);
      reach(d.body);
    }
  };
  reach(body);
}

function unknownFunction(fn: string, context: Context, at: At): WhygradError {
  const near = didYouMean(fn, [...functionSpellings(), ...context.definitions.keys()]);
  return new WhygradError('unknown-function', `${fn} is nowhere defined, so it has no value.`, {
    hint: `${near}Define it: ${fn}(x) = ….`,
    ...at(fn),
  });
}
