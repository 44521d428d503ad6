// The one case that is asked for again with REPLAY=FILE.
// Not here: how cases are kept (`faults.ts`).
// Invariant: null unless the file is of the given test.
import { readFileSync } from 'node:fs';

export function replayedSeed(test: string): number | null {
  const file = process.env.REPLAY;
  if (file === undefined) return null;
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { test: string; seed: number };
  return kept.test === test ? kept.seed : -1;
}
