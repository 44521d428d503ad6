// Questions as people type them: products without spaces, numbered names, pairs, rows, matrix calculus, remarks.
// Not here: the development corpus (`problems.test.ts`).
// Invariant: each is answered by the value that finite differences of an independent NumPy function gave, or refused by name; `asked.jsonl` was written for the project.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { WhygradError } from '../../src/term/error.ts';
import { must } from '../../src/term/must.ts';

interface Asked {
  readonly id: string;
  readonly question: string;
  readonly given: readonly string[];
  /** The code of the error, where the question is to be refused. */
  readonly refused?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** The axes of `truth`. */
  readonly letters?: readonly string[];
  readonly truth?: unknown;
}
const asked = readFileSync(new URL('./asked.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((l) => JSON.parse(l) as Asked);

/** Every entry of nested arrays with its place. */
function entries(v: unknown, at: readonly number[] = []): { readonly at: readonly number[]; readonly value: number }[] {
  return Array.isArray(v) ? v.flatMap((x, n) => entries(x, [...at, n])) : [{ at, value: v as number }];
}
const entryAt = (v: unknown, at: readonly number[]): unknown => at.reduce((x, n) => (x as readonly unknown[])[n], v);

/** The largest difference between the answer and the truth, axis by axis. */
function difference(p: Asked): number {
  const { result } = derive(p.question, { given: [...p.given] });
  const answer = evaluate(result.text, { given: [...p.given], values: { ...p.values }, axes: result.axes });
  const place = (axis: string, at: readonly number[]): number => must(at[must(p.letters).indexOf(axis)]);
  const errors = entries(p.truth).map(({ at, value }) => {
    const ours = entryAt(
      answer.value,
      answer.axes.map((a) => place(a, at)),
    ) as number;
    return Number.isFinite(ours) ? Math.abs(ours - value) / Math.max(1, Math.abs(value)) : Infinity;
  });
  return Math.max(...errors);
}

describe.each(asked)('$id: $question of $given', (p) => {
  test.runIf(p.refused === undefined)('is answered', () => {
    expect(difference(p)).toBeLessThan(1e-7);
  });
  test.runIf(p.refused !== undefined)('is refused', () => {
    let code = 'answered';
    try {
      derive(p.question, { given: [...p.given] });
    } catch (error) {
      if (!(error instanceof WhygradError)) throw error;
      ({ code } = error);
      expect(error.hint.length).toBeGreaterThan(0);
    }
    expect(code).toBe(p.refused);
  });
});
