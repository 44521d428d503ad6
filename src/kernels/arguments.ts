// The arguments of kernels checked: arrays, lengths, flags.
// Not here: shapes (`rows.ts`), labels (checked by the kernels themselves).
// Invariant: every fault is a WhygradError before any kernel runs.
import type { FloatType } from '../compile/math/chain.ts';
import { WhygradError } from '../term/error.ts';
import { hasRelaxedSimd } from './instance.ts';
import type { Floats } from './plan.ts';

/**
 * `fast`: fused multiply-add where the engine has it (results then depend on the machine). `threads`: how many compute,
 * 1 unless given.
 */
export interface Speed {
  readonly fast?: boolean;
  readonly threads?: number;
}

const nameOf = (x: unknown): string =>
  x === null ? 'null' : typeof x === 'object' ? (x.constructor?.name ?? 'an object') : typeof x;

/** The type of a Float32Array or Float64Array; anything else is the error `dtype`. */
export function floatType(x: unknown, name: string): FloatType {
  if (x instanceof Float32Array) return 'f32';
  if (x instanceof Float64Array) return 'f64';
  throw new WhygradError('dtype', `${name} is ${nameOf(x)}, not a Float32Array or Float64Array.`, {
    hint: 'Convert it first: Float32Array.from(values).',
  });
}
/** An array of one type and length. Throws `dtype`, `length`. */
export function mustMatch(x: unknown, type: FloatType, length: number, name: string): Floats {
  const own = floatType(x, name);
  if (own !== type)
    throw new WhygradError(
      'dtype',
      `${name} is ${nameOf(x)}, the other arrays are ${type === 'f32' ? 'Float32Array' : 'Float64Array'}.`,
      { hint: 'Use one type for all.' },
    );
  const array = x as Floats;
  if (array.length !== length)
    throw new WhygradError(
      'length',
      `${name} has ${array.length} elements, not ${length}${array.length === 0 ? ' (a detached array has none)' : ''}.`,
      { hint: `Pass an array of ${length} elements.` },
    );
  return array;
}
/** `given`, or a new array. */
export function outputArray(given: unknown, type: FloatType, length: number, name = 'out'): Floats {
  if (given !== undefined && given !== null) return mustMatch(given, type, length, name);
  return type === 'f32' ? new Float32Array(length) : new Float64Array(length);
}
export function dtypeOption(given: unknown): FloatType {
  if (given === undefined || given === 'f32' || given === 'float32') return 'f32';
  if (given === 'f64' || given === 'float64') return 'f64';
  throw new WhygradError('dtype', `There is no dtype ${String(given)}.`, { hint: "Use 'float32' or 'float64'." });
}

export const isFast = (s: Speed): boolean => s.fast === true && hasRelaxedSimd();
export function threadCount(s: Speed): number {
  const n = s.threads ?? 1;
  if (!Number.isInteger(n) || n < 1)
    throw new WhygradError('option', `threads is ${String(n)}, not a whole number from 1 on.`, {
      hint: 'Leave it out for one thread.',
    });
  return n;
}
