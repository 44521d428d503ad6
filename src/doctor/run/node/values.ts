// Values on their way in and out: numbers, arrays, typed arrays, objects with their fields.
// Not here: which values are wanted (`scenario.ts`).
// Invariant: encode() never returns more than LIMIT numbers, nor NaN or infinity but as a string.
import type { Dtype, TensorValue, Value } from '../program.ts';
import type { Holder } from './paths.ts';

const LIMIT = 1_000_000;

export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

type Plain = { -readonly [K in keyof TensorValue]: TensorValue[K] };
/** JSON has no NaN and no infinity. */
const spell = (value: number): number => (Number.isFinite(value) ? value : (String(value) as unknown as number));

export function encode(value: unknown, depth = 4): Value {
  return new Encoder().encode(value, depth);
}

const dtypes: Readonly<Record<string, Dtype>> = {
  Float64Array: 'float64',
  Float32Array: 'float32',
  BigInt64Array: 'int64',
  BigUint64Array: 'int64',
};

class Encoder {
  #count = 0;
  readonly #path = new Set<object>();

  #spend(many: number): void {
    this.#count += many;
    if (this.#count > LIMIT) throw new TooMuch(`the answer holds more than ${LIMIT} numbers`);
  }

  encode(value: unknown, depth: number): Value {
    this.#spend(1);
    switch (typeof value) {
      case 'number':
        return { number: spell(value), as: 'float' };
      case 'bigint':
        return { number: Number(value), as: 'int' };
      case 'boolean':
        return { number: value ? 1 : 0, as: 'bool' };
      case 'string':
        return { text: value.slice(0, 10_000) };
      case 'function':
        return { function: value.name };
      case 'object':
        return value === null ? { none: true } : this.#object(value, depth);
      default:
        return value === undefined ? { none: true } : { text: String(value) };
    }
  }

  #object(value: object, depth: number): Value {
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return this.#typed(value as Float64Array);
    if (Array.isArray(value)) return this.#array(value as unknown[], depth);
    if (value instanceof Set) return this.#array([...value], depth);
    const entries = value instanceof Map ? [...value].map(([k, v]) => [String(k), v] as const) : Object.entries(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = value instanceof Map || prototype === Object.prototype || prototype === null;
    const about = isPlain
      ? ({ as: 'dict' } as const)
      : ({ as: 'object', class: value.constructor?.name ?? '', methods: methodsOf(value) } as const);
    const fields: Record<string, Value> = {};
    if (depth > 0 && !this.#path.has(value)) {
      this.#path.add(value);
      for (const [name, item] of entries.slice(0, 300)) fields[name] = this.encode(item, depth - 1);
      this.#path.delete(value);
    }
    return { ...about, fields };
  }

  #typed(value: Float64Array): Value {
    this.#spend(value.length);
    const flat = Array.from(value, (x) => spell(Number(x)));
    return { tensor: flat, shape: [flat.length], dtype: dtypes[value.constructor.name] ?? 'int32', as: 'typed' };
  }

  #array(value: readonly unknown[], depth: number): Value {
    if (this.#count + atLeast(value) > LIMIT) this.#spend(LIMIT);
    const shape = shapeOf(value);
    if (shape !== null) {
      const flat = (value as readonly unknown[]).flat(shape.length as 1) as (number | boolean)[];
      this.#spend(flat.length);
      const isBool = flat.length > 0 && flat.every((x) => typeof x === 'boolean');
      const out: Plain = {
        tensor: flat.map((x) => spell(Number(x))),
        shape,
        dtype: isBool ? 'bool' : 'float64',
        as: 'list',
      };
      return out;
    }
    if (depth <= 0 || this.#path.has(value)) return { items: [], as: 'list' };
    this.#path.add(value);
    this.#spend(value.length);
    const items = Array.from(value, (item) => this.encode(item, depth - 1));
    this.#path.delete(value);
    return { items, as: 'list' };
  }
}

/** How many numbers nested arrays hold if they are rectangular. */
const atLeast = (value: unknown): number =>
  Array.isArray(value) && value.length > 0 ? value.length * atLeast(value[0]) : 1;

function methodsOf(value: object): string[] {
  const names = new Set<string>();
  for (
    let at: unknown = Object.getPrototypeOf(value);
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const [name, { value: held }] of Object.entries(Object.getOwnPropertyDescriptors(at as object))) {
      if (typeof held === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names].slice(0, 200);
}

/** The shape of nested arrays of numbers, or null where they are ragged or hold other things. */
function shapeOf(value: readonly unknown[]): number[] | null {
  if (value.length === 0) return [0];
  const first: unknown = value[0];
  if (!Array.isArray(first))
    return Array.from(value).every((x) => typeof x === 'number' || typeof x === 'boolean') ? [value.length] : null;
  const inner = shapeOf(first);
  if (inner === null) return null;
  const same = (x: unknown): boolean => Array.isArray(x) && String(shapeOf(x)) === String(inner);
  return Array.from(value).every(same) ? [value.length, ...inner] : null;
}

// --- in --------------------------------------------------------------------------------------------------------------

export function decode(value: Value): unknown {
  if ('tensor' in value) return tensor(value);
  if ('number' in value) return value.as === 'bool' ? Boolean(Number(value.number)) : Number(value.number);
  if ('text' in value) return value.text;
  if ('items' in value) return value.items.map(decode);
  if ('fields' in value)
    return Object.fromEntries(Object.entries(value.fields).map(([name, item]) => [name, decode(item)])) as Holder;
  return null;
}

function tensor(value: TensorValue): unknown {
  const flat = value.tensor.map(Number);
  if (value.as === 'typed') return typed(flat, value.dtype);
  const items = value.dtype === 'bool' ? flat.map(Boolean) : flat;
  return value.shape.length === 0 ? items[0] : nest(items, value.shape);
}

function typed(flat: readonly number[], dtype: Dtype): unknown {
  if (dtype === 'float32') return Float32Array.from(flat);
  if (dtype === 'int64') return BigInt64Array.from(flat.map(BigInt));
  if (dtype === 'int32') return Int32Array.from(flat);
  return dtype === 'bool' ? Uint8Array.from(flat) : Float64Array.from(flat);
}

function nest(flat: readonly unknown[], shape: readonly number[]): unknown[] {
  const [rows = 0, ...rest] = shape;
  if (rest.length === 0) return flat.slice(0, rows);
  const size = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: rows }, (_, k) => nest(flat.slice(k * size, (k + 1) * size), rest));
}
