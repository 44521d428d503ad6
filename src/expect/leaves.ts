// Arguments as arrays that can be changed entry by entry: parameters in dictionaries and lists, too.
// Not here: derivatives (`differences.ts`).
// Invariant: values are never changed in place.
import { must } from '../term/must.ts';
import type { FunctionOutline, Value } from '../doctor/run/program.ts';

/** An array or a number somewhere in the arguments. */
export interface Leaf {
  /** Which argument, and the way from there. */
  readonly argument: number;
  readonly path: readonly string[];
  /** `z`, `params.W1`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
  /** Whether it holds integers by type (class numbers, flags). */
  readonly isInteger: boolean;
  readonly isSingle: boolean;
}

const numberOf = (
  v: Extract<Value, { number: number }>,
): Pick<Leaf, 'shape' | 'numbers' | 'isInteger' | 'isSingle'> => ({
  shape: [],
  numbers: [Number(v.number)],
  isInteger: v.as !== 'float',
  isSingle: false,
});

/** The arrays and numbers in one argument. */
export function leavesOf(value: Value, argument: number, name: string, path: readonly string[] = []): Leaf[] {
  const at = { argument, path, name: [name, ...path].filter((part) => part !== '').join('.') };
  if ('tensor' in value) {
    const isInteger = !value.dtype.startsWith('float');
    const isSingle = value.dtype === 'float32';
    return [{ ...at, shape: value.shape, numbers: value.tensor.map(Number), isInteger, isSingle }];
  }
  if ('number' in value) return [{ ...at, ...numberOf(value) }];
  if ('items' in value) return value.items.flatMap((v, i) => leavesOf(v, argument, name, [...path, String(i)]));
  if ('fields' in value)
    return Object.entries(value.fields).flatMap(([k, v]) => leavesOf(v, argument, name, [...path, k]));
  return [];
}

const changedIn = (value: Value, path: readonly string[], numbers: readonly number[]): Value => {
  const [first, ...rest] = path;
  if (first === undefined) {
    if ('tensor' in value) return { ...value, tensor: numbers };
    return { number: must(numbers[0]), as: 'float' };
  }
  if ('items' in value)
    return { ...value, items: value.items.map((v, i) => (String(i) === first ? changedIn(v, rest, numbers) : v)) };
  if ('fields' in value)
    return { ...value, fields: { ...value.fields, [first]: changedIn(must(value.fields[first]), rest, numbers) } };
  throw new Error('bug: the way leads to no array');
};

/** The arguments with other numbers in one place. */
export const withNumbers = (args: readonly Value[], leaf: Leaf, numbers: readonly number[]): Value[] =>
  args.map((a, i) => (i === leaf.argument ? changedIn(a, leaf.path, numbers) : a));

/** The numbers at a leaf as they are in these arguments. */
export const numbersAt = (args: readonly Value[], leaf: Leaf): readonly number[] =>
  must(leavesOf(must(args[leaf.argument]), leaf.argument, '').find((l) => l.path.join('.') === leaf.path.join('.')))
    .numbers;

/** What argument i is called: its parameter's name; nothing where the parameter takes its fields apart (`{ W, b }`). */
export function nameAt(f: FunctionOutline, i: number, value: Value | undefined): string {
  const name = f.parameters[i]?.name ?? '';
  if (/^[\p{L}_$][\p{L}\w$]*$/u.test(name)) return name;
  return value !== undefined && 'fields' in value ? '' : `argument${i + 1}`;
}
