// What a random program means, and how far an answer is from it.
// Not here: the programs (`random-program.ts`).
// Invariant: the meaning comes from `check/evaluate`, which shares no code with the compiler.
import { compileTerm, type Environment } from '../../src/check/evaluate.ts';
import { emptyContext, type Context } from '../../src/term/context.ts';
import type { RandomProgram } from './random-program.ts';

/** Every output of a random program, entry by entry, by the float64 meaning of its term. */
export function meaningOf(r: RandomProgram): Map<string, number[]> {
  const shapes = new Map([
    ...r.program.inputs.map((i) => [i.name, i.sets] as const),
    ...r.program.definitions.map((d) => [d.name, d.params.map((p) => p.set)] as const),
  ]);
  const context: Context = {
    ...emptyContext,
    definitions: new Map(r.program.definitions.map((d) => [d.name, d])),
    shapes,
  };
  const index = new Set(r.program.inputs.filter((i) => i.dtype === 'index').map((i) => i.name));
  const values = new Map(
    [...r.values].map(([name, v]) => [
      name,
      { shape: v.shape, data: Float64Array.from(v.data, (x) => (index.has(name) ? x + 1 : x)) },
    ]),
  );
  const env: Environment = { context, values, sizes: r.sizes, indices: new Map(), seed: 1 };
  return new Map(
    r.program.outputs.map((o) => {
      const at = compileTerm(o.body, o.letters, context).in(env);
      return [o.name, tuples(o.sets.map((s) => r.sizes.get(s) as number)).map((p) => at(p))];
    }),
  );
}
function tuples(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((p) => Array.from({ length: n }, (_, k) => [...p, k + 1])),
    [[]],
  );
}

/** The largest error, relative to the largest entry of the tensor. */
export function distance(got: ArrayLike<number>, want: readonly number[]): number {
  const scale = Math.max(1e-3, ...want.map(Math.abs).filter(Number.isFinite));
  let worst = got.length === want.length ? 0 : Infinity;
  for (let n = 0; n < want.length; n++) {
    const [a, b] = [got[n] as number, want[n] as number];
    if (Number.isNaN(b) || !Number.isFinite(b)) {
      if (!Object.is(a, b) && !(Number.isNaN(a) && Number.isNaN(b))) worst = Infinity;
      continue;
    }
    const error = Math.abs(a - b) / scale;
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  return worst;
}
