// From the doctor's arrays to a program's values and back.
// Not here: how arrays are laid out (`layout.ts`).
// Invariant: what is read from a program is a copy; nothing is rounded on the way in.
import type { Dtype, TensorForm, Value } from '../run/program.ts';
import { scalar, tensor, type Tensor } from '../tensor/tensor.ts';

/** How arrays are written for one program. */
export interface Writing {
  readonly as: TensorForm;
  readonly dtype: Dtype;
  /** How class numbers are written: int64 unless said. */
  readonly integers?: Dtype;
}

export const written = (t: Tensor, w: Writing, dtype: Dtype = w.dtype): Value =>
  t.shape.length === 0
    ? { number: t.data[0] ?? 0, as: dtype === 'int64' || dtype === 'int32' ? 'int' : 'float' }
    : { tensor: [...t.data], shape: [...t.shape], dtype, as: w.as };

export const integer = (value: number): Value => ({ number: value, as: 'int' });
export const float = (value: number): Value => ({ number: value, as: 'float' });

/** The numbers of a value that is one array or number; null for anything else. */
export function arrayOf(v: Value): Tensor | null {
  if ('tensor' in v) return tensor(v.shape, v.tensor);
  if ('number' in v) return scalar(v.number);
  return null;
}

/** An array somewhere in a value, with the way to it. */
export interface Found {
  /** Names and numbers, outermost first. */
  readonly path: readonly string[];
  readonly value: Tensor;
}

/** Every array in a value: items, fields of dictionaries and objects. */
export function arraysIn(v: Value, path: readonly string[] = [], depth = 0): Found[] {
  const one = arrayOf(v);
  if (one !== null) return [{ path, value: one }];
  if (depth > 3) return [];
  if ('items' in v)
    return (
      joined(v.items, path) ?? v.items.flatMap((x, i) => arraysIn(x, [...path, v.names?.[i] ?? String(i)], depth + 1))
    );
  if ('fields' in v) return Object.entries(v.fields).flatMap(([k, x]) => arraysIn(x, [...path, k], depth + 1));
  return [];
}

/** A list of equally shaped arrays (rows in typed arrays, numpy rows in a list) is one array of a rank more. */
function joined(items: readonly Value[], path: readonly string[]): Found[] | null {
  const parts = items.map(arrayOf);
  const first = parts[0];
  if (first === null || first === undefined || items.length < 2) return null;
  if (items.some((i) => !('tensor' in i)) || first.shape.length === 0) return null;
  if (!parts.every((p) => p !== null && p.shape.join() === first.shape.join())) return null;
  const shape = [items.length, ...first.shape];
  const value = tensor(
    shape,
    parts.flatMap((p) => [...(p as Tensor).data]),
  );
  return [{ path, value }, ...parts.map((p, i) => ({ path: [...path, String(i)], value: p as Tensor }))];
}

/** The value at a path. */
export function at(v: Value | undefined, path: readonly string[]): Value | undefined {
  if (v === undefined || path.length === 0) return v;
  const [first, ...rest] = path as [string, ...string[]];
  if ('fields' in v) return at(v.fields[first], rest);
  if ('items' in v) return at(v.items[v.names?.indexOf(first) ?? Number(first)] ?? v.items[Number(first)], rest);
  return undefined;
}
