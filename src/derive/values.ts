// Whether a question and its result have values at all: a result that agrees at no point says nothing.
// Not here: which conditions a value needs (`domain.ts`), whether two values agree (`check/equal.ts`).
// Invariant: what passes has a value somewhere, and the result has one wherever the question has.
import type { Equality } from '../check/equal.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { print } from '../term/print.ts';
import type { Term } from '../term/term.ts';
import { children, usesBound } from '../term/walk.ts';
import { isMet, ownNeeds, type Need } from '../rules/defined.ts';
import { unfold } from '../rules/equality.ts';

/** @throws WhygradError('never-defined' | 'value-lost') */
export function mustHaveValues(question: Term, result: Term, whole: Equality, context: Context): void {
  if (whole.defined === 0)
    throw new WhygradError(
      'never-defined',
      `${print(question, { context })} has a value at none of the points that were tried, so there is nothing to check a result against.`,
      { hint: hintFor(question, context) },
    );
  if (whole.lost > 0)
    throw new WhygradError(
      'value-lost',
      `${print(result, { context })} has no value at ${whole.lost} of the points where ${print(question, { context })} has one.`,
      {
        hint: 'Nothing unchecked is shown. Say where the quantities lie (x > 0, x_i != x_j), or ask for a smaller part.',
      },
    );
}

const words: { readonly [N in Need['is']]: string } = {
  nonzero: 'differ from 0',
  positive: 'be positive',
  nonnegative: 'not be negative',
};

function hintFor(question: Term, context: Context): string {
  const need = firstUnmet(unfold(question, context), context);
  return need === null
    ? 'Look whether what is assumed can hold at all, and whether indices stay within their range.'
    : `${print(need.of, { context })} would have to ${words[need.is]}.`;
}

/** The first need of a part that is not known to be met and can be written down by itself. */
function firstUnmet(t: Term, context: Context): Need | null {
  for (const c of children(t)) {
    const found = firstUnmet(c.term, context);
    if (found !== null) return found;
  }
  return ownNeeds(t).find((n) => !usesBound(n.of) && !isMet(n, context)) ?? null;
}
