// What must be true of a derivation: an unbroken chain of moves that all replay, ending in a closed form with the value of the question.
// Not here: random formulas (`random-formula.ts`), corrupted moves (`corrupt.ts`).
// Invariant: the value is compared with dual numbers, which know none of the rules.
import { follows, testEqual } from '../../src/check/equal.ts';
import { replay, type Verdict } from '../../src/check/replay.ts';
import { closedForm, workshop } from '../../src/derive/closed.ts';
import { isFinal, type Route } from '../../src/derive/choose.ts';
import type { Closed } from '../../src/derive/differentiate.ts';
import type { Move } from '../../src/rules/move.ts';
import type { Context } from '../../src/term/context.ts';
import type { Term } from '../../src/term/term.ts';
import { asAffine } from '../../src/term/term.ts';
import { key, sameTerm, visit } from '../../src/term/walk.ts';
import type { Formula } from './random-formula.ts';

export const deriveFormula = (f: Formula, route: Route = f.route): Closed =>
  closedForm(f.question, f.letters, workshop(f.context, route));

/** A Σ with a factor δ that holds its index alone, in a place where the sum is linear. */
function isCollapsible(t: Term): boolean {
  const lonely = (x: Term, depth: number): boolean =>
    x.kind === 'delta' &&
    [x.left, x.right].some((i) => {
      const a = asAffine(i).terms;
      return a.some((v) => v.variable.kind === 'bound' && v.variable.depth === depth && Math.abs(v.times) === 1);
    }) &&
    key(x) !== key({ ...x, left: x.right });
  const linear = (x: Term, depth: number): boolean =>
    lonely(x, depth) ||
    (x.kind === 'add' && x.terms.some((y) => linear(y, depth))) ||
    (x.kind === 'mul' && x.factors.some((y) => linear(y, depth))) ||
    (x.kind === 'reduce' && x.op === 'sum' && linear(x.body, depth + 1));
  return t.kind === 'reduce' && t.op === 'sum' && linear(t.body, 0);
}

/** What is left to do in a result: a ∂ that could be worked out, a Σ that a δ would collapse. */
export function unfinished(t: Term, context: Context): string | null {
  let found: string | null = null;
  visit(t, (x) => {
    if (x.kind === 'partial' && !isFinal(x, context)) found ??= `∂ left: ${key(x)}`;
    if (isCollapsible(x)) found ??= `Σ with δ left: ${key(x)}`;
  });
  return found;
}

const verdicts = new WeakMap<Move, Verdict>();
/** Each move's verdict, remembered: derivations share those of inner derivatives. */
export function verdictOf(m: Move, context: Context): Verdict {
  let v = verdicts.get(m);
  if (v === undefined) verdicts.set(m, (v = replay(m, context, follows)));
  return v;
}

export interface Verified {
  readonly fault: string | null;
  readonly closed: Closed | null;
  readonly proved: number;
  readonly moves: number;
  readonly unknown: boolean;
}

/** Derives, replays, compares. */
export function verify(f: Formula, route: Route = f.route): Verified {
  const none = { closed: null, proved: 0, moves: 0, unknown: false };
  let closed: Closed;
  try {
    closed = deriveFormula(f, route);
  } catch (e) {
    return { ...none, fault: `throws ${(e as Error).message}` };
  }
  const fault = brokenChain(f.question, closed) ?? unfinished(closed.term, f.context);
  const moves = closed.moves.map((m) => verdictOf(m, f.context));
  const bad = closed.moves.findIndex((_, n) => moves[n] !== 'proved' && moves[n] !== 'tested');
  const proved = moves.filter((v) => v === 'proved').length;
  const rest = { closed, proved, moves: moves.length };
  if (fault !== null) return { ...rest, fault, unknown: false };
  if (bad >= 0) {
    const m = closed.moves[bad] as Move;
    return {
      ...rest,
      unknown: false,
      fault: `move ${bad} (${m.rule}) is ${moves[bad]}: ${key(m.at?.before ?? m.from)} = ${key(m.at?.after ?? m.to)}`,
    };
  }
  const whole = testEqual(f.question, closed.term, f.context, { environments: 4 });
  return {
    ...rest,
    unknown: whole.verdict === 'unknown',
    fault:
      whole.verdict === 'different'
        ? `differs: ${key(f.question)} = ${key(closed.term)} at ${JSON.stringify(whole.counterexample)}`
        : null,
  };
}

function brokenChain(question: Term, { term, moves }: Closed): string | null {
  let now = question;
  for (const [n, m] of moves.entries()) {
    if (!sameTerm(m.from, now)) return `move ${n} does not start where the one before ends`;
    now = m.to;
  }
  return sameTerm(now, term) ? null : 'the last move does not end at the result';
}
