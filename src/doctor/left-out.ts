// Losses that leave rows out (label −100): whether the gradient's mean is taken over the rows that are left.
// Not here: labels that are all there (`judge.ts`).
// Invariant: asked only where the program speaks of such labels and its own loss tells what the mean is over.
import { must } from '../term/must.ts';
import type { Judgement } from './judge.ts';
import { ratio } from './name/scales.ts';
import { gradients, returnedBy } from './probe/collect.ts';
import { drawInputs, sizesOf } from './probe/draw.ts';
import { sizesIn } from './probe/layout.ts';
import { LEFT_OUT, prepare } from './probe/reading.ts';
import type { Program } from './run/program.ts';
import { follow } from './tensor/evaluate.ts';
import { add, scalar, type Tensor } from './tensor/tensor.ts';

const SPEAKS = new RegExp(`ignore|${LEFT_OUT}\\b|padding`, 'i');

/** The labels without those of the last row. */
const withoutLast = (y: Tensor): Tensor => {
  const width = must(y.shape[y.shape.length - 1]);
  return { ...y, data: y.data.map((v, i) => (i >= y.data.length - width ? 0 : v)) };
};

/** The mistake in the mean of a loss that leaves rows out; null where there is none, or nothing can be said. */
export async function leftOut(program: Program, j: Judgement): Promise<string | null> {
  const r = j.reading;
  const hasLabels =
    r.operation.kind === 'loss' && r.labels === 'integers' && r.operation.inputs.some((i) => i.name === 'y');
  if (!hasLabels || r.layout.single || !SPEAKS.test(program.source)) return null;
  const given = drawInputs(r.operation, sizesIn(r.layout, sizesOf(0)), 0);
  given.set('y', withoutLast(must(given.get('y'))));
  const p = prepare(r, 0, given);
  const outcome = must((await program.run([p.scenario], { limit: 2 }))[0]);
  if (outcome.error !== undefined) return null;
  const total = add(must(p.all.get('l')).data);
  const loss = returnedBy(p, outcome).find((f) => f.value.data.length === 1);
  if (loss === undefined) return null;
  const factor = must(loss.value.data[0]) / total;
  const right = follow(r.operation.backward, new Map(p.all).set('r', scalar(factor)));
  const { N } = p.sizes;
  const scales = [...gradients(r, p, outcome).found].map(([name, yours]) => ratio(yours, must(right.get(name)), 1e-5));
  const isMean = Math.abs(factor * (N - 1) - 1) < 1e-6 || Math.abs(factor * N - 1) < 1e-6;
  const isOff = scales.length > 0 && scales.every((s) => s !== null && Math.abs(s - 1) > 1e-3 && isRowCount(s, N));
  return isMean && isOff ? 'ignore-index-mean' : null;
}

/** Whether a factor is the number of kept rows over that of all, or the other way round. */
const isRowCount = (s: number, n: number): boolean => [(n - 1) / n, n / (n - 1)].some((k) => Math.abs(s - k) < 1e-5);
