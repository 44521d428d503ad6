// 2,000 random formulas: our derivative, evaluated, against SymPy's. The vectors are made by make-sympy-vectors.py (seed and versions are in the file).
// Not here: how the vectors are made.
// Invariant: the question's letters collide with summation letters as often as chance has it; no case is left out.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { worstError } from './compare.ts';

interface Vector {
  readonly q: string;
  readonly g: readonly string[];
  readonly w: number;
  readonly f: number;
  readonly d: readonly number[];
}
const file = JSON.parse(readFileSync(new URL('./sympy-vectors.json', import.meta.url), 'utf8')) as {
  head: { sizes: Record<string, number> };
  worlds: Record<string, unknown>[];
  vectors: Vector[];
};

/** The values of the names that stand in a formula; a key that names nothing would be refused. */
function valuesOf(v: Vector): Record<string, unknown> {
  const words = new Set([v.q, ...v.g].join(' ').match(/[A-Za-z]+/g));
  return Object.fromEntries(
    Object.entries({ ...file.worlds[v.w], ...file.head.sizes }).filter(([name]) => words.has(name)),
  );
}

/** null when our derivative agrees to 1e-8, else what is wrong. */
function fault(v: Vector): string | null {
  const values = valuesOf(v);
  try {
    const derivation = derive(v.q, { given: v.g });
    const ours = evaluate(derivation.result.text, { given: v.g, values, axes: derivation.result.axes });
    const error = worstError(ours.value, v.d);
    return error < 1e-8 ? null : `${v.q} with ${v.g.join('; ')} gives ${derivation.result.text}, off by ${error}`;
  } catch (error) {
    return `${v.q} with ${v.g.join('; ')}: ${(error as Error).message}`;
  }
}

describe('derivatives agree with SymPy', () => {
  const groups = Array.from({ length: Math.ceil(file.vectors.length / 100) }, (_, n) =>
    file.vectors.slice(100 * n, 100 * n + 100),
  );
  test.each(groups.map((vectors, n) => ({ n, vectors })))('formulas $n · 100 and following', ({ vectors }) => {
    expect(vectors.map(fault).filter((f) => f !== null)).toEqual([]);
  });

  test('the functions themselves agree, too', () => {
    const wrong = file.vectors.filter((v) => {
      const [head] = (v.g.at(-1) as string).split(' = ') as [string];
      const { value } = evaluate(head, { given: v.g, values: valuesOf(v) });
      return !(worstError([value].flat(9).slice(0, 1), [v.f]) < 1e-8);
    });
    expect(wrong.map((v) => v.g.at(-1))).toEqual([]);
  });
});
