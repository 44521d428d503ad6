// The mistake's gradient of each example, and how it lies to the right one.
// Not here: training (`lab-worker.ts`).
// Invariant: the gradient is the catalogue's formula, compiled by the library.
import { compile, WhygradError, type Plan } from 'whygrad';
import type { Gauge } from './settings.ts';

/** The wrong gradient of each row, from predictions and labels; a formula that needs the logits themselves has no gauge. */
export function planOf(formula: string, rows: number): Plan | null {
  if (/\bz_/.test(formula)) return null;
  try {
    return compile(`slope_no = ${formula}`, { sizes: { y: [rows, 2], y_hat: [rows, 2] } });
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}

const oneHot = (labels: Int32Array): Float32Array =>
  Float32Array.from({ length: 2 * labels.length }, (_, k) => (labels[k >> 1] === k % 2 ? 1 : 0));

/** The plan's gradients at predictions p, two numbers a row. */
export function slopesOf(plan: Plan, p: Float32Array, labels: Int32Array): Float32Array {
  (plan.inputs['y_hat'] as Float32Array).set(p);
  (plan.inputs['y'] as Float32Array).set(oneHot(labels));
  const count = plan.inputs['N'] as Float32Array | undefined;
  if (count !== undefined) count[0] = labels.length;
  plan.run();
  return plan.outputs['slope'] as Float32Array;
}

/** Angle and length against (p − y)/N. */
export function compared(w: Float32Array, p: Float32Array, labels: Int32Array): Gauge | null {
  const [y, rows] = [oneHot(labels), labels.length];
  const all = { dot: 0, w: 0, r: 0 };
  const sure = { w: 0, r: 0 };
  for (let k = 0; k < 2 * rows; k++) {
    const [a, b] = [w[k] ?? 0, ((p[k] ?? 0) - (y[k] ?? 0)) / rows];
    all.dot += a * b;
    all.w += a * a;
    all.r += b * b;
    if (Math.abs(b) * rows < 0.8) continue;
    sure.w += a * a;
    sure.r += b * b;
  }
  if (!(all.w > 0 && all.r > 0 && Number.isFinite(all.w))) return null;
  const cosine = Math.max(-1, Math.min(1, all.dot / Math.sqrt(all.w * all.r)));
  return {
    degrees: (Math.acos(cosine) * 180) / Math.PI,
    length: Math.sqrt(all.w / all.r),
    sure: sure.r > 0 ? Math.sqrt(sure.w / sure.r) : null,
  };
}
