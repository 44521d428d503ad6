// How a hand-written gradient is called at a point, and which of what it returns is the derivative by what.
// Not here: whether it is right (`point.ts`).
// Invariant: a gradient is matched by its name, its place or its size, never because its numbers fit.
import { must } from '../term/must.ts';
import { gradientField, parts } from '../doctor/find/names.ts';
import type { FunctionOutline, Value } from '../doctor/run/program.ts';
import { sizeOf, tensor, type Tensor } from '../doctor/tensor/tensor.ts';
import { WhygradError } from '../term/error.ts';
import { leavesOf, type Leaf } from './leaves.ts';

/** Where the upstream gradient stands among the arguments of a backward pass. */
export type Place = 'first' | 'last' | 'none';

/** What a gradient is told: the arguments of its function, with the upstream gradient before or after them. */
export function placeOf(forward: FunctionOutline, backward: FunctionOutline, count: number, said?: Place): Place {
  if (said !== undefined) return said;
  const own = backward.parameters.filter((p) => p.default === undefined && p.rest !== true && p.keyword !== true);
  if (own.length <= count) return 'none';
  if (own.length > count + 1)
    throw new WhygradError(
      'unclear-arguments',
      `${backward.name} takes ${own.length} arguments, ${forward.name} is given ${count}.`,
      { hint: 'Wrap it: (upstream, ...arguments of the function) => gradients.' },
    );
  const names = new Set(forward.parameters.map((p) => p.name));
  const first = must(own[0]).name;
  const last = must(own[own.length - 1]).name;
  if (!names.has(first) && names.has(last)) return 'first';
  if (names.has(first) && !names.has(last)) return 'last';
  if (parts.upstream.test(first) && !parts.upstream.test(last)) return 'first';
  if (parts.upstream.test(last) && !parts.upstream.test(first)) return 'last';
  throw new WhygradError('unclear-arguments', `Which argument of ${backward.name} is the upstream gradient?`, {
    hint: "Say upstream: 'first' or 'last'.",
  });
}

/** One array that came back, and what it is the derivative by. */
export interface Matched {
  readonly leaf: Leaf;
  readonly yours: Tensor;
}

const tensorOf = (l: Leaf): Tensor => tensor(l.shape, l.numbers);
const lastOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const subject = (key: string): string => {
  const m = gradientField.exec(key);
  return m?.[1] ?? m?.[2] ?? key;
};

/** Gradients by their keys: `dW`, `grad_b`, or the names of the arguments themselves. */
function byName(given: readonly Leaf[], candidates: readonly Leaf[]): Matched[] | null {
  const found = given.map((g) => {
    const key = lastOf(g.name);
    const leaf =
      candidates.find((c) => lastOf(c.name) === key) ??
      candidates.find((c) => lastOf(c.name).toLowerCase() === subject(key).toLowerCase());
    return leaf === undefined ? null : { leaf, yours: tensorOf(g) };
  });
  return found.every((f) => f !== null) && new Set(found.map((f) => f.leaf)).size === found.length ? found : null;
}

/** Gradients in the order of the arguments; one that has the size of a later argument is that one's. */
function byPlace(given: readonly Leaf[], candidates: readonly Leaf[]): Matched[] {
  let from = 0;
  return given.flatMap((g) => {
    const rest = candidates.slice(from);
    const fit = rest.findIndex((c) => c.numbers.length === g.numbers.length);
    const at = Math.max(fit, 0);
    const leaf = rest[at];
    if (leaf === undefined) return [];
    from += at + 1;
    return [{ leaf, yours: tensorOf(g) }];
  });
}

/** Equally long gradients in one list are read as one array of a rank more: they are taken apart again. */
function apart(given: readonly Leaf[], candidates: readonly Leaf[]): readonly Leaf[] {
  const [one] = given;
  const size = candidates[0]?.numbers.length ?? 0;
  if (given.length !== 1 || one === undefined || candidates.length < 2) return given;
  const [count = 0, ...shape] = one.shape;
  if (count < 2 || count > candidates.length || sizeOf(shape) !== size || one.numbers.length === size) return given;
  return Array.from({ length: count }, (_, k) => ({
    ...one,
    name: String(k),
    shape,
    numbers: one.numbers.slice(k * size, (k + 1) * size),
  }));
}

/** What may have a gradient: floats; where whole numbers are no type of their own, what is not whole throughout. */
function candidatesOf(leaves: readonly Leaf[], typed: boolean): readonly Leaf[] {
  const floats = leaves.filter((l) => !l.isInteger);
  const fractions = typed ? floats : floats.filter((l) => !l.numbers.every(Number.isInteger));
  return fractions.length > 0 ? fractions : floats;
}

/**
 * The gradients in what was returned. `wrt`: names of arguments; `typed`: whether integers have a type of their own.
 */
export function matchedIn(
  result: Value,
  leaves: readonly Leaf[],
  options: { readonly wrt?: readonly string[]; readonly typed: boolean; readonly isJoint: boolean },
): Matched[] {
  const { wrt } = options;
  const asked =
    wrt === undefined ? null : leaves.filter((l) => wrt.some((w) => l.name === w || l.name.startsWith(`${w}.`)));
  const candidates = asked ?? candidatesOf(leaves, options.typed);
  const value = options.isJoint && 'items' in result ? { ...result, items: result.items.slice(1) } : result;
  const returned = 'fields' in value && options.isJoint ? withoutFirst(value) : value;
  const given = apart(leavesOf(returned, 0, ''), candidates);
  const isNamed = given.every((g) => !/^\d*$/.test(lastOf(g.name)));
  return (isNamed ? byName(given, asked ?? leaves) : null) ?? byPlace(given, candidates);
}

const withoutFirst = (v: Extract<Value, { fields: unknown }>): Value => ({
  ...v,
  fields: Object.fromEntries(Object.entries(v.fields).slice(1)),
});
