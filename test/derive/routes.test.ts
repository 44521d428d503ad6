// One question by all routes: each derivation is right, and all reach the same value.
// Not here: which rules a route prefers on known examples.
// Invariant: a fault prints its seed and is kept in a file that replays it.
import { describe, expect, test } from 'vitest';
import { equal } from '../../src/check/equal.ts';
import type { Route } from '../../src/derive/choose.ts';
import { keep, seedsOf } from './faults.ts';
import { randomFormula } from './random-formula.ts';
import { replayedSeed } from './replayed.ts';
import { verify } from './verify.ts';

const routes: readonly Route[] = ['auto', 'quotient', 'product', 'log'];
const [first, count, group] = [20_001, 200, 50];
const replayed = replayedSeed('routes');

describe('all routes agree', () => {
  test.each(Array.from({ length: count / group }, (_, n) => ({ from: first + n * group })))(
    'seeds from $from',
    ({ from }) => {
      const faults: string[] = [];
      for (const seed of seedsOf(from, group, replayed)) {
        const f = randomFormula(seed);
        const all = routes.map((route) => ({ route, ...verify(f, route) }));
        for (const v of all) if (v.fault !== null) faults.push(keep('routes', seed, `${v.route}: ${v.fault}`, f));
        const [one, ...others] = all.flatMap((v) => (v.closed === null ? [] : [v.closed.term]));
        if (one === undefined) continue;
        for (const other of others)
          if (equal(one, other, f.context).verdict === 'different')
            faults.push(keep('routes', seed, 'two routes disagree', f));
      }
      expect(faults).toEqual([]);
    },
  );

  test('the routes are different ones', () => {
    const used = new Map<Route, Set<string>>(routes.map((r) => [r, new Set()]));
    for (let seed = first; seed < first + 30; seed++)
      for (const route of routes)
        for (const m of verify(randomFormula(seed), route).closed?.moves ?? []) used.get(route)?.add(m.rule);
    expect(used.get('log')).toContain('log-derivative');
    expect(used.get('quotient')).toContain('quotient');
    expect(used.get('product')).not.toContain('quotient');
  });
});
