// The function table: one row for each function, read alike by every reader.
// Not here: derivatives and float meanings of elementary functions (`test/rules`, `test/check`).
// Invariant: what a row says is compared with the same function written out in sums.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { functionRows, functionRow } from '../../src/term/functions.ts';
import { lint } from '../../src/lint/lint.ts';

describe('the table', () => {
  test('no spelling belongs to two rows', () => {
    const all = functionRows.flatMap((r) => r.names);
    expect(all.filter((n, k) => all.indexOf(n) !== k)).toEqual([]);
  });
  test('spellings without a bracket are spellings of their row', () => {
    for (const r of functionRows) for (const n of r.prefix) expect(functionRow(n)).toBe(r);
  });
  test('what is refused says how to write it, what has entries gives a number or what it takes', () => {
    for (const { means, gives } of functionRows) {
      if (means.kind === 'refused') expect(means.hint.length).toBeGreaterThan(20);
      if (means.kind === 'entries') expect(['number', 'same']).toContain(gives);
    }
  });
});

/** A function of a vector z (and y), what it is in sums, and its derivative by z_i as both readers must see it. */
const written: readonly (readonly [call: string, sums: string])[] = [
  ['logsumexp(z)', 'log(sum_j exp(z_j))'],
  ['LSE(z)', 'log(sum_j exp(z_j))'],
  ['norm(z)', 'sqrt(sum_j z_j^2)'],
  ['sum(z)', 'sum_j z_j'],
  ['dot(y, z)', 'sum_j y_j*z_j'],
];

describe('a function of a vector', () => {
  test.each(written)('%s is %s, to derive', (call, sums) => {
    const of = (f: string): string => derive('dL/dz_i', { given: [`L = ${f}`, 'y_i = w_i', 'z_i = v_i'] }).result.text;
    expect(of(call)).toBe(of(sums));
  });
  test('CE(y, z) is asked for: nothing tells which of the two is the prediction', () => {
    expect(() => derive('dL/dz_i', { given: ['L = CE(y, z)'] })).toThrow(
      expect.objectContaining({ code: 'unknown-function', hint: expect.stringContaining('log') }),
    );
  });
  test.each([...written, ['CE(y, z)', '-sum_j y_j*log(z_j)'] as const])('%s is %s, to lint', (call, sums) => {
    const rows = lint(`Let $z \\in R^n$ and $y \\in R^n$.\n\n    L = ${call}\n\nWritten out\n\n    L = ${sums}\n`);
    expect(rows.map((r) => r.verdict)).not.toContain('slip');
    expect(rows.at(-1)?.verdict).toBe('holds');
  });
});
