// Compiled formulas run between guard bytes.
// Not here: the ready kernels between theirs (test/kernels).
// Invariant: the first seed is printed; SEED repeats a run.
import { describe, it } from 'vitest';
import { mustStayInside } from './guards.ts';

const SEED = Number(process.env.SEED ?? 31_000);
const RUNS = Number(process.env.RUNS ?? 10_000);

describe(`compiled plans (seed ${SEED})`, () => {
  it(`${RUNS} random ones touch no byte outside their tensors`, { timeout: 600_000 }, () => {
    for (let n = 0; n < RUNS; n++) mustStayInside(SEED + n);
  });
});
