// Logits, labels and what follows from them: six numbers at most, for which the kernels would be 84 kB.
// Not here: drawing (`bars.tsx`, `jacobian.tsx`).
// Invariant: p, the loss and the gap are what the library's `evaluate` gives for these logits (a test compares them).
import { change, field, numberOf, numbersOf } from '../state.ts';

export interface Values {
  readonly z: readonly number[];
  readonly temperature: number;
  /** The true class, from 0; null where a soft target is given. */
  readonly truth: number | null;
  readonly y: readonly number[];
  readonly p: readonly number[];
  /** ∂L/∂z_i at temperature 1: p·Σy − y. */
  readonly gap: readonly number[];
  readonly loss: number;
  /** What is added to every logit to show that nothing moves. */
  readonly plus: number;
}

const startLogits: readonly number[] = [2, 1, 0.1];
export const least = 2;
export const most = 6;

/** The values of the page's state. */
export function valuesOf(): Values {
  const z = numbersOf('z', startLogits).slice(0, most);
  const logits = z.length < least ? startLogits : z;
  const n = logits.length;
  const temperature = numberOf('T', 1, 0.1, 10);
  const soft = field('soft') === '' ? null : numbersOf('soft', []).slice(0, n);
  const truth = soft === null ? Math.min(n, Math.max(1, Math.round(numberOf('y', 2, 1, n)))) - 1 : null;
  const y = soft === null ? logits.map((_, i) => (i === truth ? 1 : 0)) : logits.map((_, i) => soft[i] ?? 0);
  return {
    ...computed(logits, y, temperature),
    z: logits,
    temperature,
    truth,
    y,
    plus: numberOf('plus', 0, -1000, 1000),
  };
}

export function computed(
  z: readonly number[],
  y: readonly number[],
  temperature = 1,
): Pick<Values, 'p' | 'gap' | 'loss'> {
  const shifted = z.map((v) => (v - Math.max(...z)) / temperature);
  const log = Math.log(sum(shifted.map(Math.exp)));
  const p = shifted.map((v) => Math.exp(v - log));
  const total = sum(y);
  return {
    p,
    loss: -sum(shifted.map((v, i) => (y[i] === 0 ? 0 : (y[i] ?? 0) * (v - log)))),
    gap: p.map((v, i) => v * total - (y[i] ?? 0)),
  };
}

export const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);

const shortest = (n: number): string => `${Math.round(n * 100) / 100}`;
/** Puts other logits into the state. */
export const setLogits = (z: readonly number[]): void => change({ z: z.map(shortest).join(',') }, 'replace');

/** A number as the page prints it, with a minus sign of its own. */
export const printed = (n: number, digits = 2): string => {
  if (Number.isNaN(n)) return 'NaN';
  if (!Number.isFinite(n)) return n > 0 ? '∞' : '−∞';
  const text = Math.abs(n).toFixed(digits);
  return n < 0 && Number(text) !== 0 ? `−${text}` : text;
};

/** ∂p_i/∂z_j = p_i(δ_ij − p_j)/T. */
export const jacobianOf = (v: Pick<Values, 'p' | 'temperature'>): readonly (readonly number[])[] =>
  v.p.map((p, i) => v.p.map((q, j) => (p * ((i === j ? 1 : 0) - q)) / v.temperature));

/** The share as float32 computes it, with `away` taken from every logit first. */
export function inFloat32(
  v: Values,
  away: number,
): { powers: readonly number[]; total: number; share: readonly number[] } {
  const round = Math.fround;
  const powers = v.z.map((z) => round(Math.exp(round(round(round(z + v.plus) - round(away)) / v.temperature))));
  const total = powers.reduce((a, b) => round(a + b), 0);
  return { powers, total, share: powers.map((p) => round(p / total)) };
}
