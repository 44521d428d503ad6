// Factors by which a whole gradient can be off, and what each is called.
// Not here: wrong formulas (`explain.ts`).
// Invariant: a factor is named only when it is that number in every draw, and the draws have different sizes.
import type { Tensor } from '../tensor/tensor.ts';

/** What a factor is compared with: sizes and constants of one draw. */
export interface Measures {
  /** Samples. */
  readonly N: number;
  /** Entries of a row. */
  readonly C: number;
  /** The factor of the loss: 1, 1/N, … */
  readonly r: number;
  /** Constants of the operation by name (temperature, keep, …). */
  readonly constants: ReadonlyMap<string, number>;
  /** Width of what is multiplied in attention. */
  readonly D: number;
}

/** A factor that has a name. */
export interface Scale {
  readonly ids: readonly string[];
  readonly value: (m: Measures) => number;
}

const isMean = (m: Measures): boolean => Math.abs(m.r) < 0.999 && m.N > 1;

/** Factors without constants of the operation, the likeliest first. */
export const scales: readonly Scale[] = [
  { ids: [], value: () => 1 },
  { ids: ['factor-two'], value: () => 2 },
  { ids: ['factor-two'], value: () => 1 / 2 },
  { ids: ['n-dropped'], value: (m) => (isMean(m) ? m.N : Number.NaN) },
  { ids: ['n-dropped'], value: (m) => (near(m.r * m.N * m.C, 1, 1e-9) ? m.N * m.C : Number.NaN) },
  { ids: ['n-twice'], value: (m) => (m.N > 1 ? 1 / m.N : Number.NaN) },
  { ids: ['extra-factor'], value: (m) => m.N },
  { ids: ['mean-over-elements'], value: (m) => 1 / m.C },
  { ids: ['divide-by-classes'], value: (m) => 1 / m.C },
  { ids: ['divide-by-classes'], value: (m) => m.N / m.C },
  { ids: ['mean-over-elements'], value: (m) => m.C },
  { ids: ['mean-over-elements'], value: (m) => m.N * m.C },
  { ids: ['mean-over-elements'], value: (m) => 1 / (m.N * m.C) },
  { ids: ['n-twice'], value: (m) => 1 / (m.N * m.N) },
  { ids: ['factor-two', 'n-dropped'], value: (m) => (isMean(m) ? 2 * m.N : Number.NaN) },
  { ids: ['factor-two', 'n-dropped'], value: (m) => (isMean(m) ? m.N / 2 : Number.NaN) },
  { ids: ['factor-two', 'n-twice'], value: (m) => 2 / m.N },
  { ids: ['factor-two', 'n-twice'], value: (m) => 1 / (2 * m.N) },
  { ids: ['mean-over-elements', 'factor-two'], value: (m) => (m.N * m.C) / 2 },
  { ids: ['mean-over-elements', 'factor-two'], value: (m) => m.C / 2 },
  { ids: ['mean-over-elements', 'factor-two'], value: (m) => 1 / (2 * m.C) },
  { ids: ['mean-over-elements', 'factor-two'], value: (m) => 2 / m.C },
  { ids: ['attention-scale-lost'], value: (m) => Math.sqrt(m.D) },
  { ids: ['attention-scale-lost'], value: (m) => 1 / Math.sqrt(m.D) },
];

/** What it is called when a constant of the operation is lost, or is there twice. */
const CONSTANTS: Readonly<Record<string, string>> = {
  T: 'temperature',
  keep: 'dropout-scale-lost',
  s: 'upstream-ignored',
};

const ofConstants = (m: Measures): { ids: string[]; value: number }[] =>
  [...m.constants].flatMap(([name, value]) =>
    [value, 1 / value, value * value].map((v) => ({ ids: [CONSTANTS[name] ?? 'lost-constant-factor'], value: v })),
  );

const near = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance * Math.abs(b);

/** The names of a factor that was `factors[i]` in draw i; null where it is none that has one. */
export function nameScale(
  factors: readonly number[],
  measures: readonly Measures[],
  tolerance: number,
): string[] | null {
  const flipped = factors.every((f) => f < 0);
  if (!flipped && factors.some((f) => f < 0)) return null;
  const sign = flipped ? ['sign-flipped'] : [];
  const is = (value: (m: Measures) => number): boolean =>
    measures.every((m, i) => near(Math.abs(factors[i] as number), value(m), tolerance));
  const found = scales.find((s) => is(s.value));
  if (found !== undefined) return [...sign, ...found.ids];
  const first = measures[0];
  if (first === undefined) return null;
  const constants = ofConstants(first);
  const at = constants.findIndex((_, k) => is((m) => ofConstants(m)[k]?.value ?? Number.NaN));
  if (at >= 0) return [...sign, ...(constants[at]?.ids ?? [])];
  const same = factors.every((f) => near(f, factors[0] as number, tolerance));
  if (!same) return null;
  return [...sign, Math.abs(factors[0] as number) < 1 ? 'lost-constant-factor' : 'extra-factor'];
}

const largest = (t: Tensor): number => {
  let at = 0;
  t.data.forEach((x, i) => {
    if (Math.abs(x) > Math.abs(t.data[at] ?? 0)) at = i;
  });
  return at;
};

/** The number c with a = c·b in every entry; null where there is none. */
export function ratio(a: Tensor, b: Tensor, tolerance: number): number | null {
  if (a.data.length !== b.data.length || a.data.length === 0) return null;
  const at = largest(b);
  const c = (a.data[at] ?? Number.NaN) / (b.data[at] ?? Number.NaN);
  if (!Number.isFinite(c) || c === 0) return null;
  const limit = tolerance * Math.abs((b.data[at] as number) * c);
  for (let i = 0; i < a.data.length; i++)
    if (!(Math.abs((a.data[i] as number) - c * (b.data[i] as number)) <= limit)) return null;
  return c;
}
