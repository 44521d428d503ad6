// Where a row kernel finds what it works on: a record in memory, written once by the plan.
// Not here: who writes it (`kernels/plan.ts`).
// Invariant: the two sides read the same table of offsets.
import { f64, i32, type F64, type I32 } from '../wasm.ts';

/** Byte offsets in the record; addresses and counts are int32, numbers float64. */
export const integerFields = {
  x: 0,
  y: 4,
  targets: 8,
  weights: 12,
  losses: 16,
  loss: 20,
  n: 24,
  rows: 28,
  ignore: 32,
  scratch: 36,
  /** 1: mean over the weights of the counted rows; 2: mean over the rows; 0: sum or none. */
  mean: 40,
  /** 1: one loss a row is wanted. */
  each: 44,
  second: 48,
  third: 52,
  fourth: 56,
} as const;
export const numberFields = { scale: 64, smoothing: 72, epsilon: 80 } as const;
export const PARAMETER_BYTES = 96;

export const integerField = (record: I32, name: keyof typeof integerFields): I32 =>
  i32.load(record, integerFields[name]);
export const numberField = (record: I32, name: keyof typeof numberFields): F64 => f64.load(record, numberFields[name]);
