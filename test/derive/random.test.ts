// 5,000 random formulas derived by all routes in rotation: every move replays, the result has the value of the question, nothing is left to do.
// 10,000 moves of these derivations with one mistake put in: refused, or equal after all.
// Not here: what must be true (`verify.ts`), mistakes (`corrupt.ts`), formulas (`random-formula.ts`).
// Invariant: a fault prints its seed and is kept in a file that replays it.
import { afterAll, describe, expect, test } from 'vitest';
import { follows } from '../../src/check/equal.ts';
import { replay } from '../../src/check/replay.ts';
import type { Closed } from '../../src/derive/differentiate.ts';
import { seeded } from '../term/random-term.ts';
import { allMoves, corrupt, isEqualAfterAll } from './corrupt.ts';
import { keep, seedsOf } from './faults.ts';
import { randomFormula, type Formula } from './random-formula.ts';
import { replayedSeed } from './replayed.ts';
import { verify } from './verify.ts';

const soak = process.env.SOAK !== undefined;
const [derivations, corruptions] = [soak ? 25_000 : 5000, 2];
// other formulas than in CI, and larger ones
const [start, options] = soak ? [1_000_001, { definitions: 3, twice: 0.2 } as const] : [1, {}];
const group = 250;
const replayed = replayedSeed('random');

const seen = { moves: 0, proved: 0, undecided: 0, refused: 0, equal: 0, agreeing: 0, wrong: [] as string[] };

/** What is wrong with some corrupted moves of a derivation. */
function corruptMoves(f: Formula, closed: Closed): void {
  const moves = allMoves(closed.moves);
  const random = seeded(f.seed * 31);
  for (let n = 0; n < corruptions && moves.length > 0; n++) {
    const c = corrupt(moves[Math.floor(random() * moves.length)] as (typeof moves)[number], f.context, random);
    if (c === null) continue;
    const verdict = replay(c.move, f.context, follows);
    if (verdict !== 'proved' && verdict !== 'tested') {
      seen.refused++;
      continue;
    }
    const equal = isEqualAfterAll(c, f.context, random);
    if (equal === 'proved') seen.equal++;
    else if (equal === 'tested') seen.agreeing++;
    else seen.wrong.push(keep('random', f.seed, `a move with a mistake (${c.what}) counts as ${verdict}`, f));
  }
}

describe('random formulas', () => {
  test.each(
    Array.from({ length: derivations / group }, (_, n) => ({
      first: start + n * group,
      last: start - 1 + (n + 1) * group,
    })),
  )('seeds $first to $last', ({ first }) => {
    const faults: string[] = [];
    for (const seed of seedsOf(first, group, replayed)) {
      const f = randomFormula(seed, options);
      const v = verify(f);
      seen.moves += v.moves;
      seen.proved += v.proved;
      if (v.unknown) seen.undecided++;
      if (v.fault !== null) faults.push(keep('random', seed, v.fault, f));
      if (v.closed !== null) corruptMoves(f, v.closed);
    }
    expect(faults).toEqual([]);
  });

  test.runIf(replayed === null)('nearly all moves are proved, and hardly a result is beyond testing', () => {
    expect(seen.proved / seen.moves).toBeGreaterThan(0.98);
    expect(seen.undecided).toBeLessThan(derivations / 500);
  });

  test.runIf(replayed === null)('of the moves with a mistake at least 99.9 % are refused or equal after all', () => {
    const all = seen.refused + seen.equal + seen.agreeing + seen.wrong.length;
    expect(all).toBeGreaterThan(0.95 * derivations * corruptions);
    expect(seen.refused / all).toBeGreaterThan(0.8);
    expect(seen.wrong.slice(0, all / 1000 < seen.wrong.length ? undefined : 0)).toEqual([]);
  });
});

afterAll(() => {
  console.log(
    `random derivations: ${seen.moves} moves, ${seen.proved} proved, ${seen.undecided} results undecided; with a mistake: ${seen.refused} refused, ${seen.equal} proved equal, ${seen.agreeing} agreeing widely, ${seen.wrong.length} wrongly accepted`,
  );
});
