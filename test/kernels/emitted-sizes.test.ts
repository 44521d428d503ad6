// What an emitted JavaScript module does about sizes: it finds them from the arrays, or says which one it needs.
// Not here: what it computes (`library-targets.test.ts`).
// Invariant: no call that leaves a size open returns an empty or a wrong array.
import { expect, test } from 'vitest';
import { emit } from '../../src/kernels/emit.ts';

type Made = Record<string, Float64Array>;
type Run = (inputs: Record<string, Float64Array>, sizes?: Record<string, number>) => Made;

async function moduleOf(formula: string, question: string): Promise<Run> {
  const [file] = emit(formula, { to: 'javascript', name: 'made', outputs: [question] });
  const url = `data:text/javascript,${encodeURIComponent(file?.content as string)}`;
  return ((await import(url)) as { made: Run }).made;
}
const numbers = (...x: number[]): Float64Array => Float64Array.from(x);

test('the side of a square matrix is found from its array, other sizes from the arrays that share an axis', async () => {
  const run = await moduleOf('F = tr(A^T S^{-1} A)', 'dF/dS');
  const [S, A] = [numbers(2, 0, 0, 4), numbers(1, 2, 3, 4, 5, 6)];
  // −S⁻ᵀ A Aᵀ S⁻ᵀ with A Aᵀ = [[14, 32], [32, 77]]
  expect([...(run({ S, A })['dF/dS'] as Float64Array)]).toEqual([-14 / 4, -32 / 8, -32 / 8, -77 / 16]);
  expect(() => run({ S: numbers(1, 2, 3), A })).toThrow(/S needs 2 × 2 numbers and has 3/);
});

test('a size that no array tells is asked for', async () => {
  const run = await moduleOf('y_n = sum_{d,e} X_nd W_de V_en', 'y');
  const [X, W, V] = [numbers(1, 2), numbers(1, 0, 0, 1), numbers(3, 4)];
  expect(() => run({ X, W: numbers(1, 2, 3, 4, 5, 6), V })).toThrow(RangeError);
  const found = run({ X, W, V }, { 'size(X,1)': 1, 'size(X,2)': 2, 'size(W,2)': 2 });
  expect([...(Object.values(found)[0] as Float64Array)]).toEqual([11]);
});

test('an array of another length than its sizes say is refused', async () => {
  const run = await moduleOf('L = sum_i x_i y_i', 'dL/dx_j');
  expect([...(run({ x: numbers(1, 2), y: numbers(3, 4) })['dL/dx_j'] as Float64Array)]).toEqual([3, 4]);
});
