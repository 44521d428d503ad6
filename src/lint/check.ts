// One claim `A = B`, judged under what is given.
// Not here: documents with many claims (`lint.ts`), the naming of a mistake.
// Invariant: `proved` needs equal normal forms, before or after derivatives were worked out in steps that are all
// proved; `slip` needs a counterexample.
import { equal, type Equality } from '../check/equal.ts';
import { contextFor, type Givens } from '../derive/given.ts';
import { type Context, distinctReadings } from '../term/context.ts';
import { must } from '../term/must.ts';
import { documentText } from '../meaning/library.ts';
import { parseEquation } from '../meaning/parse.ts';
import { checkIn } from './check-in.ts';
import type { CheckedClaim } from './checked.ts';
import { provedInSteps } from './proved.ts';
import { inferSets } from '../term/sets.ts';
import type { Term } from '../term/term.ts';
import { entryNames, visit } from '../term/walk.ts';
import { WhygradError } from '../term/error.ts';

/**
 * Judges one equation, which speaks of all its free indices; of a document, by the document's own reading, so that
 * `lint` gives the same verdict.
 * @throws WhygradError for what cannot be read or is no equation.
 */
export function check(claim: string, options: Givens = {}): CheckedClaim {
  if (options.in !== undefined) return checkIn(claim, documentText(options.in), options.given ?? []);
  return checkAlone(claim, options, (t) => t);
}

/**
 * A claim by itself, with both sides changed before they are compared.
 * @throws WhygradError as `check` does.
 */
export function checkAlone(claim: string, options: Givens, change: (t: Term, context: Context) => Term): CheckedClaim {
  const given = contextFor(options, [claim]);
  const { left, right: other, letters, readings } = parseEquation(claim, { context: given });
  const [l, r] = [change(left, given), change(other, given)];
  // The letters of the claim tie axes together: `dy_i/dx_k = W_ki` speaks of a square W, and is compared at every pair
  // of indices.
  const { context, terms } = inferSets(given, [l, r], 'shared');
  const sides = [must(terms[0]), must(terms[1])] as const;
  refuseUntold(claim, ...sides, context);
  const equality = equal(...sides, context);
  const proved =
    equality.verdict === 'proved' || (equality.verdict === 'tested' && provedInSteps(...sides, letters, context));
  const { points, maxError } = equality;
  const read = distinctReadings([...(given.readings ?? []), ...readings]);
  return {
    formula: claim,
    ...verdictOf(equality, proved),
    points,
    maxError,
    ...(read.length === 0 ? {} : { read }),
  };
}

/**
 * `∂L/∂z_i = p_i − y_i` with no L anywhere says nothing that could be true or false; `∂(fg)/∂x = …` of any f and g
 * does.
 */
function refuseUntold(claim: string, left: Term, right: Term, context: Context): void {
  const [l, r] = [differentiated(left), differentiated(right)];
  const names = [...entryNames(left), ...entryNames(right)];
  const untold = (own: ReadonlySet<string>, other: ReadonlySet<string>, term: Term): string | undefined =>
    [...own].find((n) => !context.definitions.has(n) && other.size === 0 && !entryNames(term).has(n));
  const name = untold(l, r, right) ?? untold(r, l, left);
  if (name === undefined || names.every((n) => n === name)) return;
  const start = Math.max(0, claim.indexOf(name));
  throw new WhygradError('unknown-name', `${name} is nowhere defined, and its derivative stands on one side alone`, {
    text: claim,
    span: { start, end: start + name.length },
    hint: `give its definition: --given "${name} = …", or --in FILE`,
  });
}

/** Names whose derivative is taken. */
function differentiated(t: Term): Set<string> {
  const found = new Set<string>();
  visit(t, (x) => {
    if (x.kind === 'partial' && x.body.kind === 'entry' && x.body.name !== x.by.name) found.add(x.body.name);
  });
  return found;
}

function verdictOf(
  { verdict, points, counterexample }: Equality,
  proved: boolean,
): Pick<CheckedClaim, 'verdict' | 'certainty' | 'message' | 'counterexample'> {
  if (proved)
    return {
      verdict: 'holds',
      certainty: 'proved',
      message: 'both sides have the same normal form',
      counterexample: null,
    };
  if (verdict === 'tested')
    return {
      verdict: 'holds',
      certainty: 'tested',
      message: `both sides agree at ${points} points`,
      counterexample: null,
    };
  if (verdict === 'unknown' || counterexample === null)
    return {
      verdict: 'unclear',
      certainty: null,
      message: 'no point was found where both sides can be compared',
      counterexample: null,
    };
  const { sizes, values, indices, left, right } = counterexample;
  return {
    verdict: 'slip',
    certainty: null,
    message: `the left side is ${left}, the right side ${right}`,
    counterexample: { sizes, values: { ...values, ...indices }, left, right },
  };
}
