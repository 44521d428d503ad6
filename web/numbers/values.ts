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
  return { ...computed(logits, y, temperature), z: logits, temperature, truth, y };
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
