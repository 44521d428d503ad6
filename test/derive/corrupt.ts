// Derivations with one step made wrong: what a move puts in is mutated, everything else is left as it was.
// Not here: making derivations (`verify.ts`), deciding what the check says.
// Invariant: only one move differs; its record still says that the rule was used where it was used.
import { WhygradError } from '../../src/term/error.ts';
import type { Move } from '../../src/rules/move.ts';
import type { Context } from '../../src/term/context.ts';
import { isOutside } from '../../src/check/assume.ts';
import { testEqual } from '../../src/check/equal.ts';
import { compileTerm, type Environment } from '../../src/check/evaluate.ts';
import { letterSets } from '../../src/check/letters.ts';
import { planSamples } from '../../src/check/sample.ts';
import { replaceAt, subtermAt } from '../../src/term/paths.ts';
import { freeIndices } from '../../src/term/walk.ts';
import { subtract, zero, type SetId, type Term } from '../../src/term/term.ts';
import { closedForm, workshop } from '../../src/derive/closed.ts';
import { provesEqual } from '../../src/rules/equality.ts';
import { mutationsOf } from '../rules/mutations.ts';
import type { Random } from '../term/random-term.ts';

export interface Corrupted {
  readonly move: Move;
  readonly original: Move;
  readonly what: string;
}

/** All moves of a derivation, those of inner derivatives included. */
export const allMoves = (moves: readonly Move[]): Move[] => moves.flatMap((m) => [m, ...allMoves(m.inner)]);

/** The move with one mistake in its result; null when nothing can be mutated. */
export function corrupt(m: Move, context: Context, random: Random): Corrupted | null {
  const whole = m.at === null;
  const target = whole ? m.to : (m.at as NonNullable<Move['at']>).after;
  const sets = letterSets([m.from, m.to], context);
  const free = [...new Set([...freeIndices(m.from), ...freeIndices(m.to)])].flatMap((letter) => {
    const set = sets.get(letter);
    return set === undefined ? [] : [{ letter, set }];
  });
  const around = whole ? [] : bindersAbove(m.from, (m.at as NonNullable<Move['at']>).path);
  const all = mutationsOf(target, free, around);
  const chosen = all[Math.floor(random() * all.length)];
  if (chosen === undefined) return null;
  if (m.at === null) return { what: chosen.what, original: m, move: { ...m, to: chosen.term } };
  return {
    what: chosen.what,
    original: m,
    move: { ...m, at: { ...m.at, after: chosen.term }, to: replaceAt(m.from, m.at.path, chosen.term) },
  };
}

/** The sets of the indices that are bound around a place, outermost first. */
function bindersAbove(t: Term, path: readonly number[]): SetId[] {
  const out: SetId[] = [];
  path.forEach((_, n) => {
    const { term } = subtermAt(t, path.slice(0, n));
    if (term.kind === 'reduce') out.push(term.range.set);
    if (term.kind === 'inverse' || term.kind === 'determinant') out.push(term.set, term.set);
  });
  return out;
}

/** Whether two terms agree at many points other than those of the check: other seeds, and where nothing is assumed far wider values and sizes. */
function agreesWidely(a: Term, b: Term, context: Context, random: Random): boolean {
  if (testEqual(a, b, context, { seed: 99, environments: 40, shrink: false }).verdict === 'different') return false;
  if (context.assumptions.length > 0) return true;
  const plan = planSamples([a, b], context);
  const letters = [...plan.reach.letters.keys()];
  const [left, right] = [compileTerm(a, letters, context), compileTerm(b, letters, context)];
  for (let n = 0; n < 300; n++) {
    const sizes = new Map(
      [...plan.reach.sets].map(([set, least]) => [
        set,
        Math.max(least, 1 + Math.floor(random() * (n % 3 === 0 ? 14 : 4))),
      ]),
    );
    const size = (set: SetId): number => sizes.get(set) ?? 1;
    const values = new Map(
      [...plan.reach.inputs].map(([name, sets]) => {
        const shape = sets.map(size);
        return [
          name,
          {
            shape,
            data: Float64Array.from(
              { length: shape.reduce((x, y) => x * y, 1) },
              () => (random() * 2 - 1) ** 3 * (n % 2 === 0 ? 4 : 1),
            ),
          },
        ];
      }),
    );
    const env: Environment = { context, values, sizes, indices: new Map(), seed: n };
    const at = letters.map((l) => 1 + Math.floor(random() * size(plan.reach.letters.get(l) ?? '')));
    try {
      const [x, y] = [left.in(env)(at), right.in(env)(at)];
      if (Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) > 1e-4 * Math.max(1, Math.abs(x), Math.abs(y)))
        return false;
    } catch (e) {
      if (!isOutside(e)) throw e;
    }
  }
  return true;
}

/** Whether the mutated result equals the true one after all: differentiated out they have one normal form, or, where normal forms do not tell, they agree widely. */
export function isEqualAfterAll(c: Corrupted, context: Context, random: Random): 'proved' | 'tested' | null {
  return provedEqual(c, context)
    ? 'proved'
    : agreesWidely(c.original.to, c.move.to, context, random) && agreesWidely(c.move.from, c.move.to, context, random)
      ? 'tested'
      : null;
}

/** Whether both are one normal form when they are differentiated out. */
function provedEqual(c: Corrupted, context: Context): boolean {
  const closed = (t: Term): Term => closedForm(t, freeIndices(t), workshop(context)).term;
  if (provesEqual(c.original.to, c.move.to, context)) return true;
  let a: Term;
  let b: Term;
  // a mutated term may have no closed form within the limits
  try {
    [a, b] = [closed(c.original.to), closed(c.move.to)];
  } catch (e) {
    if (e instanceof WhygradError) return false;
    throw e;
  }
  return provesEqual(a, b, context) || provesEqual(subtract(a, b), zero, context);
}
