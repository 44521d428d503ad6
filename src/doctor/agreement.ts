// Whether the forward pass of a program is that of an operation, and with which factor.
// Not here: its gradient (`judge.ts`).
// Invariant: numbers agree to rounding error, or there is no agreement.
import { must } from '../term/must.ts';
import { ratio } from './name/scales.ts';
import { outputs, returnedBy } from './probe/collect.ts';
import { restored } from './probe/layout.ts';
import type { Prepared, Reading } from './probe/reading.ts';
import type { Found } from './probe/values.ts';
import type { Outcome } from './run/program.ts';
import { follow, type Environment } from './tensor/evaluate.ts';
import { add, relativeError, ShapeError, type Tensor } from './tensor/tensor.ts';

/**
 * What the forward pass of a reading says: it is this operation with this factor; a step of it (the probabilities); it
 * is
 * the operation with a known mistake; it is not; or there is none.
 */
export type Agreement =
  | { readonly kind: 'agrees'; readonly factor: number; readonly rows: boolean }
  | { readonly kind: 'partly' }
  | { readonly kind: 'mistaken'; readonly id: string }
  | { readonly kind: 'differs' }
  | { readonly kind: 'none' };

const FACTORS = (p: Prepared): number[] => {
  const { N, C } = p.sizes;
  const base = [1, 1 / N, 1 / (N * C), 1 / C];
  return base.flatMap((b) => [b, b / 2, b * 2]).flatMap((b) => [b, -b]);
};

type Agrees = Extract<Agreement, { kind: 'agrees' }>;

/** Whether one of the arrays is the output or the loss that stands in `env`. */
function comparedWith(
  env: Environment,
  r: Reading,
  p: Prepared,
  found: readonly Found[],
  outcome: Outcome,
): Agrees | null {
  const tolerance = r.writing.dtype === 'float32' ? 1e-4 : 1e-5;
  if (r.operation.kind !== 'loss') {
    const out = must(env.get('out'));
    // Fields hold steps, too: what a forward pass returns is its output.
    const result = returnedBy(p, outcome).filter((f) => f.value.data.length === out.data.length);
    const same = (result.length > 0 && r.route.style !== 'joint' ? result : found).some(
      (f) => relativeError(restored(f.value, 'batch', r.layout, out.shape), out) < tolerance,
    );
    return same ? { kind: 'agrees', factor: 1, rows: false } : null;
  }
  const l = must(env.get('l'));
  const total = add(l.data);
  for (const f of found) {
    if (f.value.data.length === 1) {
      const c = must(f.value.data[0]) / total;
      const named = FACTORS(p).find((x) => Math.abs(x - c) <= tolerance * Math.abs(x));
      if (named !== undefined) return { kind: 'agrees', factor: named, rows: false };
    } else if (f.value.data.length === l.data.length) {
      const c = ratio(f.value, l, tolerance);
      const named = c === null ? undefined : [1, -1, 0.5, 2].find((x) => Math.abs(x - c) < tolerance);
      if (named !== undefined) return { kind: 'agrees', factor: named, rows: true };
    }
  }
  return null;
}

/** Whether an array is what stands before the loss: the probabilities, the output of a network. */
const isStep = (r: Reading, p: Prepared, value: Tensor): boolean => {
  // The last of them: what comes before may be the same in another operation.
  const name = r.operation.forward.map((s) => s.name).findLast((n) => n in r.operation.given);
  if (name === undefined) return false;
  const own = must(p.all.get(name));
  return own.data.length > 1 && relativeError(restored(value, 'batch', r.layout, own.shape), own) < 1e-4;
};

/** The known mistake that the forward pass has; asked only where the file names the operation. */
function mistakenAs(r: Reading, p: Prepared, found: readonly Found[], outcome: Outcome): Agreement | null {
  if (r.backing < 2) return null;
  for (const w of r.operation.wrongForwards) {
    try {
      if (comparedWith(follow(w.gives, p.all), r, p, found, outcome) !== null) return { kind: 'mistaken', id: w.id };
    } catch (e) {
      if (!(e instanceof ShapeError)) throw e;
    }
  }
  return null;
}

/** Whether the forward pass gave what this operation gives. */
export function agreementOf(r: Reading, p: Prepared, outcome: Outcome): Agreement {
  if (r.forward === null || p.forwardStep < 0) return { kind: 'none' };
  const found = outputs(r, p, outcome);
  // What it returns says more than what it keeps.
  const returned = returnedBy(p, outcome);
  const last = returned.length > 0 ? returned : found;
  return (
    comparedWith(p.all, r, p, found, outcome) ??
    (last.some((f) => isStep(r, p, f.value)) ? { kind: 'partly' } : null) ??
    mistakenAs(r, p, found, outcome) ?? { kind: 'differs' }
  );
}
