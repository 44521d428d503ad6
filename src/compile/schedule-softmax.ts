// Rows that go through a softmax, recognised by what their stages compute: maximum, exponentials of the differences,
// sum, quotients.
// Not here: how a text's exponentials came to be shifted (`stable.ts`), the code of such rows (`schedules/`,
// `codegen/softmax.ts`).
// Invariant: a recognised nest computes the same tensors; the three stages that the row schedule replaces are read in
// no other way.
import { must } from '../term/must.ts';
import type { Axis, Load, LoopProgram, MapStage, Nest, Tensor, Test, Value } from './loops.ts';
import { readsOf, soleAxis } from './stages.ts';
import { axesOf, axisPlace, load, mapTest, mapValue, substituteAxes, valueKey, visitValue } from './values.ts';

/** Rows shorter than this run as plain loops. */
const SHORT = 32;

/** Recognised nests have `softmax`; a probability that is read in several passes gets a row of its own. */
export function recogniseSoftmax(
  nests: readonly Nest[],
  p: LoopProgram,
): { nests: Nest[]; tensors: ReadonlyMap<string, Tensor> } {
  const tensors = new Map(p.tensors);
  return { nests: nests.map((n) => recognise(n, tensors) ?? n), tensors };
}

function recognise(nest: Nest, tensors: Map<string, Tensor>): Nest | null {
  if (nest.stages.some((s) => s.kind !== 'map')) return null;
  const stages = nest.stages as readonly MapStage[];
  for (const sum of stages) {
    const found = match(nest, stages, sum);
    if (found !== null) return withRow(nest, stages, found, tensors);
  }
  return null;
}

interface Found {
  readonly maximum: MapStage;
  readonly exponentials: MapStage | null;
  readonly sum: MapStage;
  readonly axis: Axis;
  readonly logits: Value;
}

/** The three stages around a sum of exponentials (two where nothing else reads the exponentials). */
function match(nest: Nest, stages: readonly MapStage[], sum: MapStage): Found | null {
  const summed = sum.reduce?.axes[0];
  if (
    sum.reduce?.op !== 'sum' ||
    sum.reduce.axes.length !== 1 ||
    summed === undefined ||
    summed.size < SHORT ||
    !isTurn(sum, nest) ||
    !nest.locals.has(sum.target)
  )
    return null;
  const name = sum.body.kind === 'load' ? sum.body.tensor : null;
  const exponentials = stages.find((s) => s.target === name) ?? null;
  const axis = exponentials === null ? summed : exponentials.axes.at(-1);
  if (axis === undefined || (exponentials !== null && !isRow(exponentials, nest, summed.size))) return null;
  const e = exponentials === null ? sum.body : exponentials.body;
  if (e.kind !== 'unary' || e.op !== 'exp' || e.of.kind !== 'binary' || e.of.op !== 'sub' || e.of.right.kind !== 'load')
    return null;
  const { left: logits, right: shift } = e.of;
  const maximum = stages.find((s) => s.target === shift.tensor);
  const greatest = maximum?.reduce?.axes[0];
  if (
    maximum === undefined ||
    greatest === undefined ||
    maximum.reduce?.op !== 'max' ||
    maximum.reduce.axes.length !== 1 ||
    !isTurn(maximum, nest)
  )
    return null;
  const same =
    valueKey(substituteAxes(maximum.body, new Map([[greatest.name, axisPlace(axis.name)]]))) === valueKey(logits);
  const found: Found = { maximum, exponentials, sum, axis, logits };
  return same &&
    axesOf(logits).has(axis.name) &&
    walksRow(logits, axis.name) &&
    stages.every((s) => readsProperly(s, found))
    ? found
    : null;
}
const isRow = (s: MapStage, nest: Nest, size: number): boolean =>
  s.reduce === null &&
  s.at === undefined &&
  s.axes.length === nest.axes.length + 1 &&
  s.axes.at(-1)?.size === size &&
  nest.locals.has(s.target);
/** Logits that are more than entries of a tensor are computed into a row of their own: three passes read them. */
function withRow(nest: Nest, stages: readonly MapStage[], f: Found, tensors: Map<string, Tensor>): Nest {
  if (f.logits.kind === 'load') return withProbabilities(nest, stages, f, tensors);
  const name = freshName(tensors, 'logits');
  const axes = [...nest.axes, f.axis];
  tensors.set(name, {
    name,
    dims: axes.map((a) => a.size),
    sets: axes.map((a) => a.set ?? ''),
    role: 'temporary',
    dtype: 'float',
  });
  const row = (axis: string): Load => load(name, [...nest.axes.map((a) => axisPlace(a.name)), axisPlace(axis)]);
  const greatest = must((f.maximum.reduce as NonNullable<MapStage['reduce']>).axes[0]).name;
  const made: MapStage = { kind: 'map', target: name, axes, reduce: null, body: f.logits };
  const shifted = (s: MapStage): Value => ({
    kind: 'unary',
    op: 'exp',
    of: { kind: 'binary', op: 'sub', left: row(f.axis.name), right: (s.body as { of: { right: Value } }).of.right },
  });
  const maximum = { ...f.maximum, body: row(greatest) };
  const changed = stages.flatMap((s) => {
    if (s === f.maximum) return [made, maximum];
    if (s === f.exponentials || (f.exponentials === null && s === f.sum)) return [{ ...s, body: shifted(s) }];
    return [s];
  });
  const now = (s: MapStage): MapStage => changed.find((x) => x.target === s.target) ?? s;
  const found: Found = {
    ...f,
    maximum,
    logits: row(f.axis.name),
    sum: now(f.sum),
    exponentials: f.exponentials === null ? null : now(f.exponentials),
  };
  return withProbabilities(
    { ...nest, stages: changed, locals: new Set([...nest.locals, name]) },
    changed,
    found,
    tensors,
  );
}
function freshName(tensors: ReadonlyMap<string, Tensor>, label: string): string {
  for (let n = 1; ; n++) if (!tensors.has(`${label}${n}`)) return `${label}${n}`;
}

const isTurn = (s: MapStage, nest: Nest): boolean => s.axes.length === nest.axes.length && s.at === undefined;

/** Whether every entry that depends on the row's axis has it as its last place, and nothing else depends on it. */
function walksRow(v: Value, axis: string): boolean {
  let fine = true;
  visitValue(v, (x) => {
    if (x.kind === 'load')
      fine &&=
        !axesOf(x).has(axis) ||
        (soleAxis(x.at.at(-1) ?? axisPlace('')) === axis &&
          x.at.slice(0, -1).every((p) => !p.terms.some((t) => t.axis === axis) && p.by.length === 0));
    else if (x.kind === 'place') fine &&= !axesOf(x).has(axis);
    else if (x.kind === 'select') fine &&= testFine(x.when, axis);
  });
  return fine;
}
function testFine(t: Test, axis: string): boolean {
  switch (t.kind) {
    case 'compare':
      return true;
    case 'places':
      return (
        ![...t.left.terms, ...t.right.terms].some((x) => x.axis === axis) &&
        t.left.by.length === 0 &&
        t.right.by.length === 0
      );
    case 'not':
      return testFine(t.of, axis);
    case 'and':
    case 'or':
      return t.all.every((x) => testFine(x, axis));
  }
}

/** e^(…)/Σ: a probability. */
export const isProbability = (v: Value, exponentials: string | null, sum: string): boolean =>
  v.kind === 'binary' &&
  v.op === 'div' &&
  v.left.kind === 'load' &&
  v.left.tensor === exponentials &&
  v.right.kind === 'load' &&
  v.right.tensor === sum;
/** log Σ. */
export const isLogSum = (v: Value, sum: string): boolean =>
  v.kind === 'unary' && v.op === 'log' && v.of.kind === 'load' && v.of.tensor === sum;

const nameOf = (f: Found): string | null => f.exponentials?.target ?? null;

/** The value with probabilities and log Σ replaced. */
function replaceKnown(v: Value, f: Found, probability: (l: Load) => Value): Value {
  const go = (x: Value): Value => {
    if (isProbability(x, nameOf(f), f.sum.target)) return probability((x as { left: Load }).left);
    return mapValue(x, go, (p) => p);
  };
  return go(v);
}
/** Exponentials and their sum are read as e/Σ and log Σ alone. */
function readsProperly(s: MapStage, f: Found): boolean {
  if (s === f.sum || s === f.exponentials || s === f.maximum) return true;
  let fine = true;
  const go = (x: Value): Value => {
    if (isProbability(x, nameOf(f), f.sum.target) || isLogSum(x, f.sum.target)) return x;
    if (x.kind === 'load' && (x.tensor === nameOf(f) || x.tensor === f.sum.target)) fine = false;
    return mapValue(x, go, (p) => p);
  };
  go(s.body);
  if (s.when !== undefined) mapTest(s.when, go, (p) => p);
  return fine;
}

/** One pass may use the probabilities as they are made; where there are more, they are stored in a row first. */
function withProbabilities(nest: Nest, stages: readonly MapStage[], f: Found, tensors: Map<string, Tensor>): Nest {
  const { exponentials } = f;
  const users = stages.filter((s) => s !== f.sum && readsOf(s).some((r) => r.tensor === nameOf(f)));
  const record = {
    axis: f.axis,
    logits: f.logits,
    maximum: f.maximum.target,
    exponentials: nameOf(f),
    sum: f.sum.target,
  };
  const only =
    users.length === 1 &&
    users[0] !== undefined &&
    users[0].reduce === null &&
    users[0].at === undefined &&
    ownAxis(users[0], nest) !== null &&
    walksRow(withoutProbability(users[0], f), ownAxis(users[0], nest) as string);
  if (only) return { ...nest, softmax: { ...record, pass: must(users[0]).target } };
  if (users.length === 0 || exponentials === null) return { ...nest, softmax: { ...record, pass: null } };
  const name = freshName(tensors, 'probability');
  const t = must(tensors.get(exponentials.target));
  tensors.set(name, { ...t, name });
  const e = load(
    exponentials.target,
    exponentials.axes.map((a) => axisPlace(a.name)),
  );
  const body: Value = {
    kind: 'binary',
    op: 'div',
    left: e,
    right: load(
      f.sum.target,
      f.sum.axes.map((a) => axisPlace(a.name)),
    ),
  };
  const made: MapStage = { kind: 'map', target: name, axes: exponentials.axes, reduce: null, body };
  const changed = stages.map((s) =>
    users.includes(s) ? { ...s, body: replaceKnown(s.body, f, (l) => load(name, l.at)) } : s,
  );
  const at = stages.indexOf(f.sum) + 1;
  return {
    axes: nest.axes,
    stages: [...changed.slice(0, at), made, ...changed.slice(at)],
    locals: new Set([...nest.locals, name]),
    softmax: { ...record, pass: name },
  };
}
const withoutProbability = (s: MapStage, f: Found): Value =>
  replaceKnown(s.body, f, () => ({ kind: 'number', value: 1 }));
function ownAxis(s: MapStage, nest: Nest): string | null {
  const own = s.axes.slice(nest.axes.length);
  return own.length === 1 ? (own[0]?.name ?? null) : null;
}
