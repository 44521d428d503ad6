// Faults of random tests, kept so that they can be looked at again.
// Not here: the tests.
// Invariant: what is printed and written names the seed that makes the case again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { print } from '../../src/term/print.ts';
import { entry, freeIndex } from '../../src/term/term.ts';
import { openAll } from '../../src/term/walk.ts';
import type { Formula } from './random-formula.ts';

/** The givens and the question of a formula as texts. */
export function textsOf(f: Formula): { given: string[]; question: string } {
  const show = (t: Parameters<typeof print>[0]): string => print(t, { context: f.context });
  const given = [...f.context.definitions.values()].map((d) => {
    const letters = d.params.map((p) => freeIndex(p.letter));
    return `${show(entry(d.name, ...letters))} = ${show(openAll(d.body, letters))}`;
  });
  return { given, question: show(f.question) };
}

/** Writes the case to a file that `REPLAY=FILE npx vitest run TEST` runs again, and returns a line that says so. */
export function keep(test: string, seed: number, fault: string, f: Formula | null): string {
  const folder = new URL('../../node_modules/.cache/faults/', import.meta.url);
  const file = new URL(`${test}-${seed}.json`, folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ test, seed, fault, ...(f === null ? {} : { route: f.route, ...textsOf(f) }) }, null, 2)}\n`,
  );
  return `seed ${seed}: ${fault.slice(0, 600)} (again: REPLAY=${file.pathname})`;
}

/** The seeds of a group, or the one of the file that REPLAY names. */
export function seedsOf(first: number, count: number, replayed: number | null): number[] {
  return replayed === null
    ? Array.from({ length: count }, (_, n) => first + n)
    : replayed >= first && replayed < first + count
      ? [replayed]
      : [];
}
