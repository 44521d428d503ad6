// In which order readings are tried, and when enough were.
// Not here: what a reading is (`find/readings.ts`), running one (`judge.ts`).
// Invariant: what is left out could not have been believed more than what was found.
import { must } from '../term/must.ts';
import { tryAll, type Trial } from './judge.ts';
import { operations } from './operations/table.ts';
import type { Reading } from './probe/reading.ts';
import type { Program } from './run/program.ts';

/** How many readings go to the program at once. */
const PORTION = 150;

/** What the file says for a reading, before anything ran. */
export const prior = (r: Reading): number => r.weight + r.route.kinship * 2;

/** Readings with the same key make the same forward call and compare it with the same operation. */
const forwardKey = (r: Reading, routes: readonly unknown[]): string =>
  JSON.stringify([
    routes.indexOf(r.route),
    operations.indexOf(r.operation),
    r.layout.id,
    r.labels,
    r.writing,
    r.forward?.bound.map((b) => [b.parameter.name, b.role]),
    [...r.fields],
    [...r.constants],
    r.square,
  ]);

/** Whether the forward call alone tells that a reading is none. */
const isDecidedByForward = (r: Reading): boolean =>
  r.forward !== null &&
  r.route.forward !== r.route.backward &&
  !(r.operation.kind === 'loss' && r.route.style === 'class');

/** Readings by their forward call, those with the strongest first. */
function groupsOf(readings: readonly Reading[]): Reading[][] {
  const routes = [...new Set(readings.map((r) => r.route))];
  const groups = new Map<string, Reading[]>();
  readings.forEach((r, i) => {
    const key = isDecidedByForward(r) ? forwardKey(r, routes) : String(i);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [r]);
    else group.push(r);
  });
  const sorted = [...groups.values()].map((g) => [...g].sort((a, b) => prior(b) - prior(a)));
  return sorted.sort((a, b) => prior(must(b[0])) - prior(must(a[0])));
}

/** How a trial stands, and whether it can be judged. */
export interface Belief {
  readonly isUsable: (t: Trial) => boolean;
  readonly standing: (t: Trial) => number;
  /** What a reading can stand at most over what the file says for it. */
  readonly most: number;
}

/** How far below the first a reading may stand and still be looked at. */
const margin = (t: Trial): number => (t.reading.operation.kind === 'loss' ? 1 : 8);

/** Tries readings from the best supported on, until no other can be believed more. */
export async function tried(program: Program, readings: readonly Reading[], belief: Belief): Promise<Trial[]> {
  const groups = groupsOf(readings);
  const found: Trial[] = [];
  let enough = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < groups.length; at += PORTION) {
    const portion = groups.slice(at, at + PORTION).filter((g) => prior(must(g[0])) + belief.most >= enough);
    if (portion.length === 0) break;
    const first = await tryAll(
      program,
      portion.map((g) => must(g[0])),
      0,
    );
    const rest = portion.flatMap((g, i) => (must(first[i]).agreement.kind === 'differs' ? [] : g.slice(1)));
    const now = [...first, ...(await inPortions(program, rest))];
    found.push(...now);
    for (const t of now) if (belief.isUsable(t)) enough = Math.max(enough, belief.standing(t) - margin(t));
  }
  return found;
}

async function inPortions(program: Program, readings: readonly Reading[]): Promise<Trial[]> {
  const found: Trial[] = [];
  for (let i = 0; i < readings.length; i += PORTION)
    found.push(...(await tryAll(program, readings.slice(i, i + PORTION), 0)));
  return found;
}
