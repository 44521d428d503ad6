// What a program gave back: its output or loss, and which of its results is which gradient.
// Not here: whether they are right (`../judge.ts`).
// Invariant: a result is matched by its name or its size, never because its numbers fit.
import { must } from '../../term/must.ts';
import { gradientField, inputNames } from '../find/names.ts';
import { returnedNames } from '../find/route.ts';
import { differentiated, type Input } from '../operations/operation.ts';
import type { Outcome, Value } from '../run/program.ts';
import {
  alongAxis,
  add,
  relativeError,
  reshape,
  sameShape,
  sizeOf,
  squeezed,
  tensor,
  transpose,
  zip,
  type Tensor,
} from '../tensor/tensor.ts';
import { arranged, restored } from './layout.ts';
import { isSmooth, RATE, type Prepared, type Reading } from './reading.ts';
import { arraysIn, arrayOf, type Found } from './values.ts';

/** An array with the names that it goes by. */
interface Named {
  readonly names: readonly string[];
  readonly value: Tensor;
  readonly where: string;
}

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The name of what a gradient is taken by: `dW1` → `w1`, `grad_input` → `input`, `x.grad` → `x`. */
const subject = (name: string): string | null => {
  const m = gradientField.exec(name);
  return m === null ? null : bare(m[1] ?? m[2] ?? '');
};

const singular = (name: string): string => name.replace(/s$/, '');

/** Whether an array with this name is the gradient by an input with these names: `weightGradients` by `weights`. */
const isOf = (name: string, names: readonly string[]): boolean => {
  const of = subject(name);
  return of !== null && of !== '' && names.some((n) => singular(n) === singular(of));
};

/** Whether an array has a usual name of the gradient by an input: `gradWeight` by W. */
const isUsually = (name: string, input: Input): boolean => {
  const of = subject(name);
  return of !== null && of !== '' && input.sort !== 'batch' && (inputNames[input.name]?.test(of) ?? false);
};

/** `params["W1"]` → params, W1. */
const wordsOf = (path: string): string[] => path.match(/\w+/g) ?? [];

/** Names under which the program knows an input. */
function aliases(r: Reading, input: Input): string[] {
  const bound = [...(r.forward?.bound ?? []), ...r.backward.bound].filter(
    (b) => b.role.kind === 'input' && b.role.name === input.name,
  );
  const field = r.fields.get(input.name);
  return [...new Set([...bound.map((b) => b.parameter.name), ...wordsOf(field ?? ''), input.name].map(bare))];
}

function fromResult(r: Reading, result: Value | undefined): Named[] {
  if (result === undefined) return [];
  const names = returnedNames(r.route.backward);
  return arraysIn(result).map((f): Named => {
    const index = f.path.length === 1 ? Number(f.path[0]) : Number.NaN;
    const key = f.path[f.path.length - 1];
    const said =
      Number.isInteger(index) && 'items' in result && names.length === result.items.length ? names[index] : undefined;
    return {
      names: [said, Number.isInteger(Number(key)) ? undefined : key].filter((n): n is string => n !== undefined),
      value: f.value,
      where: f.path.length === 0 ? 'returned' : `returned ${f.path.join('.')}`,
    };
  });
}

/** Fields that look like gradients, and objects that hold numbers with their gradient. */
function fromFields(value: Value | undefined, path: readonly string[] = []): Named[] {
  if (value === undefined) return [];
  return arraysIn(value)
    .filter((f) => f.path.length > 0)
    .filter((f) => f.path.some((k) => gradientField.test(k)))
    .map((f) => ({ names: namesOn([...path, ...f.path]), value: f.value, where: f.path.join('.') }));
}

/** What an array at a path may be called: each word of it, and `dW` for `W.grad` and `grads.W`. */
function namesOn(path: readonly string[]): string[] {
  const words = [...path].reverse();
  const isBare = words.some((w) => subject(w) === '');
  return [...words, ...(isBare ? words.filter((w) => subject(w) !== '').map((w) => `d${w}`) : [])];
}

/** Arguments that the function writes into. */
const fromBuffers = (r: Reading, args: readonly Value[]): Named[] =>
  r.backward.bound.flatMap((b) => {
    const value = args[r.route.backward.parameters.indexOf(b.parameter)];
    const array = b.role.kind === 'buffer' && value !== undefined ? arrayOf(value) : null;
    return array === null ? [] : [{ names: [b.parameter.name], value: array, where: b.parameter.name }];
  });

/** Everything after the backward pass that may be a gradient, results first. */
function results(r: Reading, p: Prepared, outcome: Outcome): Named[] {
  const back = outcome.steps[p.backwardStep];
  const args = back?.args ?? [];
  const boxed = args.flatMap((a) => fromFields(a));
  return [...fromResult(r, back?.result), ...fromBuffers(r, args), ...fromFields(back?.object), ...boxed];
}

const isScalarLike = (t: Tensor): boolean => t.data.length === 1;

/** The size and shape that the gradient by an input has in the program. */
const expected = (r: Reading, p: Prepared, input: Input): readonly number[] =>
  arranged(must(p.all.get(input.name)), input.sort, r.layout).shape;

const matches = (t: Tensor, shape: readonly number[]): boolean => sameShape(squeezed(t.shape), squeezed(shape));

/** Turns an array of the program round where it came back transposed. */
const oriented = (t: Tensor, shape: readonly number[]): Tensor => {
  if (matches(t, shape) || t.shape.length !== 2) return t;
  return matches(transpose(t), shape) ? transpose(t) : t;
};

/** What a backward pass gave. */
export interface Gathered {
  /** The gradient by each input that is there, in the doctor's order, named `dz`, `dW`, … */
  readonly found: ReadonlyMap<string, Tensor>;
  /** How many more arrays are called gradients, which this reading has no use for. */
  readonly left: number;
  /** Those that were read off a step of learning whose rate the program keeps to itself: true up to one factor. */
  readonly unrated: ReadonlySet<string>;
}

/** Finds the gradients among what a backward pass returned, wrote and kept. */
export function gradients(r: Reading, p: Prepared, outcome: Outcome): Gathered {
  const wanted = differentiated(r.operation).filter((i) => isSmooth(i) || r.route.style === 'autograd');
  if (r.route.style === 'autograd') return { found: ofAutograd(r, p, outcome), left: 0, unrated: new Set() };
  const all = withoutOutputs(r, p, results(r, p, outcome));
  const found = new Map<string, Tensor>();
  const used = new Set<Named>();
  const take = (input: Input, n: Named): void => {
    used.add(n);
    found.set(`d${input.name}`, inOrder(r, p, input, n.value));
  };
  for (const input of wanted) {
    const names = aliases(r, input);
    const named = all.filter((n) => !used.has(n) && n.names.some((x) => isOf(x, names)));
    const best = named.find((n) => n.value.data.length === must(p.all.get(input.name)).data.length) ?? named[0];
    if (best !== undefined) take(input, best);
  }
  for (const input of wanted.filter((i) => !found.has(`d${i.name}`))) {
    const size = must(p.all.get(input.name)).data.length;
    const usual = all.find(
      (n) => !used.has(n) && n.value.data.length === size && n.names.some((x) => isUsually(x, input)),
    );
    if (usual !== undefined) take(input, usual);
  }
  const unrated = new Set<string>();
  for (const input of wanted.filter((i) => !found.has(`d${i.name}`))) {
    const step = stepOf(r, p, input, outcome);
    if (step === null) continue;
    found.set(`d${input.name}`, step);
    if (!isRated(r)) unrated.add(`d${input.name}`);
  }
  const left = wanted.filter((i) => !found.has(`d${i.name}`));
  for (const input of left) {
    const usable = all.filter(
      (n) => !used.has(n) && !(isScalarLike(n.value) && !r.layout.scalar && r.route.style === 'joint'),
    );
    const shape = expected(r, p, input);
    const fit =
      usable.find((n) => matches(n.value, shape)) ??
      usable.find((n) => matches(oriented(n.value, shape), shape)) ??
      usable.find((n) => isJacobian(r, p, n.value) !== null);
    if (fit !== undefined) take(input, fit);
    else if (wanted.length === 1 && usable.length === 1 && usable[0] !== undefined && !isScalarLike(usable[0].value))
      take(input, usable[0]);
  }
  return { found, left: unused(all, used), unrated };
}

/** Whether the rate of a step of learning is ours: an argument of the function, or of the constructor. */
const isRated = (r: Reading): boolean =>
  r.backward.bound.some((b) => b.role.kind === 'rate') || r.construct.some((c) => c.kind === 'number');

/** The number that a step is multiplied with in the text (`W -= 0.5 * …`), 1 where there is none. */
const writtenRate = ({ route }: Reading): number =>
  Number(/[-+]=?\s*(\d*\.?\d+(?:e-?\d+)?)\s*\*/i.exec(route.backward.text.replace(/\s+/g, ' '))?.[1] ?? 1) || 1;

/** What a program took off an input while it learned, over the rate; null where the input stayed. */
function stepOf(r: Reading, p: Prepared, input: Input, outcome: Outcome): Tensor | null {
  const before = must(p.all.get(input.name));
  const back = outcome.steps[p.backwardStep];
  const bound = r.backward.bound.find((b) => b.role.kind === 'input' && b.role.name === input.name);
  const field = r.fields.get(input.name);
  const place = r.route.style === 'lifted' ? back?.result : back?.object;
  const name = r.route.style === 'lifted' ? bound?.parameter.name : field;
  const value = place !== undefined && 'fields' in place && name !== undefined ? place.fields[name] : undefined;
  const array = value === undefined ? null : arrayOf(value);
  if (array === null || array.data.length !== before.data.length) return null;
  const after = restored(array, input.sort, r.layout, before.shape);
  return relativeError(after, before) < 1e-12 ? null : fromUpdate(before, after, isRated(r) ? RATE : writtenRate(r));
}

/** Where a function returns both, its results without those that belong to the forward pass. */
function withoutOutputs(r: Reading, p: Prepared, all: readonly Named[]): readonly Named[] {
  const known = ['out', ...Object.keys(r.operation.given)].flatMap((name) => {
    const value = p.all.get(name);
    return value === undefined ? [] : [value];
  });
  const isKnown = (n: Named): boolean =>
    known.some((k) => relativeError(restored(n.value, 'batch', r.layout, k.shape), k) < 1e-9);
  const rest = all.filter((n) => !isKnown(n));
  return rest.some((n) => !isScalarLike(n.value)) ? rest : all;
}

/** Arrays called gradients that are neither zero nor the same as one that was taken. */
function unused(all: readonly Named[], used: ReadonlySet<Named>): number {
  const taken = [...used].map((n) => n.value.data.join());
  return all.filter(
    (n) =>
      !used.has(n) &&
      n.names.some((x) => (subject(x) ?? '') !== '') &&
      n.value.data.some((x) => x !== 0) &&
      !taken.includes(n.value.data.join()),
  ).length;
}

/** The axis where the outputs are, if an array has the shape of a Jacobian of one row or of every row. */
function isJacobian(r: Reading, p: Prepared, t: Tensor): { rows: number; n: number } | null {
  if (r.operation.kind === 'loss') return null;
  const out = must(p.all.get('out'));
  const n = out.shape[out.shape.length - 1] ?? 1;
  const shape = squeezed(t.shape);
  if (n > 1 && p.sizes.N === 1 && sameShape(shape, [n, n])) return { rows: 1, n };
  if (n > 1 && sameShape(shape, [p.sizes.N, n, n])) return { rows: p.sizes.N, n };
  return null;
}

const hasUpstream = (r: Reading): boolean =>
  r.backward.bound.some((b) => b.role.kind === 'upstream') || r.box?.gradient != null;

/** uᵀJ for every row. */
function contracted(j: Tensor, u: Tensor, rows: number, n: number): Tensor {
  const parts: number[] = [];
  for (let q = 0; q < rows; q++) {
    const block = tensor([n, n], j.data.slice(q * n * n, (q + 1) * n * n));
    const row = tensor([n, 1], u.data.slice(q * n, (q + 1) * n));
    parts.push(
      ...alongAxis(
        zip(block, row, (a, b) => a * b),
        0,
        (l) => [add(l)],
      ).data,
    );
  }
  return tensor([rows, n], parts);
}

/**
 * A result as a gradient: Jacobians are contracted with u, derivatives without an upstream gradient multiplied by it.
 */
function inOrder(r: Reading, p: Prepared, input: Input, value: Tensor): Tensor {
  const like = must(p.all.get(input.name)).shape;
  const jacobian =
    input.sort === 'batch' && sizeOf(like) === must(p.all.get('u') ?? p.all.get('r')).data.length
      ? isJacobian(r, p, value)
      : null;
  if (jacobian !== null) return reshape(contracted(value, must(p.all.get('u')), jacobian.rows, jacobian.n), like);
  const shape = expected(r, p, input);
  const back = restored(oriented(value, shape), input.sort, r.layout, like);
  if (
    r.operation.kind === 'loss' ||
    hasUpstream(r) ||
    r.route.style === 'autograd' ||
    input.name !== r.operation.inputs[0]?.name
  )
    return back;
  const u = must(p.all.get('u'));
  return u.data.length === back.data.length ? zip(back, reshape(u, back.shape), (a, b) => a * b) : back;
}

/** [output, upstream, gradient, …] as the runner gives it. */
function ofAutograd(r: Reading, p: Prepared, outcome: Outcome): Map<string, Tensor> {
  const result = outcome.steps[p.backwardStep]?.result;
  if (result === undefined || !('items' in result)) return new Map();
  const inputs = must(r.forward ?? undefined)
    .bound.flatMap((b) =>
      b.role.kind === 'input'
        ? [must(r.operation.inputs.find((i) => i.name === (b.role as { name: string }).name))]
        : [],
    )
    .filter(isSmooth);
  const found = new Map<string, Tensor>();
  inputs.forEach((input, i) => {
    const value = result.items[i + 2];
    const array = value === undefined ? null : arrayOf(value);
    if (array !== null) found.set(`d${input.name}`, inOrder(r, p, input, array));
  });
  return found;
}

/** Arrays that the forward pass returned. */
export function returnedBy(p: Prepared, outcome: Outcome): Found[] {
  const result = p.forwardStep < 0 ? undefined : outcome.steps[p.forwardStep]?.result;
  return result === undefined ? [] : arraysIn(result);
}

/** Arrays that the forward pass gave: what it returned, and fields of its object. */
export function outputs(r: Reading, p: Prepared, outcome: Outcome): Found[] {
  if (p.forwardStep < 0) return [];
  const step = outcome.steps[p.forwardStep];
  const result = step?.result;
  const loss =
    r.operation.kind === 'loss' && r.route.style === 'class' ? outcome.steps[p.backwardStep]?.result : undefined;
  const written = (r.forward?.bound ?? []).flatMap((b) => {
    const value = step?.args?.[must(r.route.forward ?? undefined).parameters.indexOf(b.parameter)];
    const array = b.role.kind === 'buffer' && value !== undefined ? arrayOf(value) : null;
    return array === null ? [] : [{ path: [b.parameter.name], value: array }];
  });
  return [
    ...written,
    ...(result === undefined ? [] : arraysIn(result)),
    ...(step?.object === undefined ? [] : arraysIn(step.object)),
    ...(loss === undefined ? [] : arraysIn(loss)),
  ];
}

/** Where a program updates its weights at once, the gradient is what the step took away, over the rate. */
const fromUpdate = (before: Tensor, after: Tensor, rate: number): Tensor =>
  zip(before, after, (a, b) => (a - b) / rate);
