// Sums rewritten so that no array over all their letters is built: Σ (a + b)·c as Σ a·c + Σ b·c, and guards beside
// factors.
// Not here: the order of elimination of a product's letters (`../lower-contractions.ts`).
// Invariant: the parts add up to the given sum by linearity alone.
import { must } from '../../term/must.ts';
import type { Axis, LoopProgram, MapStage, Stage, Tensor, Value } from '../loops.ts';
import { factorsOf, loopsOf } from '../stages.ts';
import {
  axesOf,
  axisPlace,
  isNumber,
  load,
  loadsOf,
  minus,
  number,
  over,
  plus,
  select,
  times,
  valueKey,
} from '../values.ts';

/** More parts than this are not worth it. */
const MOST_PARTS = 8;

/** A signed part of a sum: its factors, numerators and denominators apart. */
interface Part {
  readonly negative: boolean;
  readonly above: readonly Value[];
  readonly below: readonly Value[];
}

/** The program with such sums in parts of their own. */
export function distributeSums(p: LoopProgram): LoopProgram {
  const tensors = new Map(p.tensors);
  return { ...p, stages: p.stages.flatMap((s) => (s.kind === 'map' ? inParts(s, tensors) : [s])), tensors };
}

function inParts(s: MapStage, tensors: Map<string, Tensor>): Stage[] {
  const loops = loopsOf(s);
  if (s.reduce?.op !== 'sum' || s.at !== undefined) return [s];
  if (!isLarge(s.body, loops)) return [{ ...s, body: guardBeside(s.body) }];
  const parts = expand(s.body);
  if (parts.length < 2 || parts.length > MOST_PARTS || parts.some((x) => isLarge(product(x), loops))) return [s];
  const made = parts.map((part) => partOf(s, part, tensors));
  const body = made.reduce((whole, x, n) => (must(parts[n]).negative ? minus : plus)(whole, x.value), number(0));
  return [...made.map((x) => x.stage), { ...s, reduce: null, body }];
}

/** Whether the sum builds an array over all its loops, though it reads none that has them all. */
function isLarge(v: Value, loops: readonly Axis[]): boolean {
  const all = (x: Value): boolean => loops.every((a) => axesOf(x).has(a.name));
  const { above, below } = splitQuotient(v);
  return [...above, ...below].some(all) && !loadsOf(v).some(all);
}

/** `y = 0 ? 0 : a·y` as `(y = 0 ? 0 : a)·y`: the sum is then one of products of two arrays. */
function guardBeside(v: Value): Value {
  if (v.kind !== 'select' || v.when.kind !== 'compare' || v.when.op !== '=') return v;
  const { left, right } = v.when;
  if (!isNumber(right, 0) || !isNumber(v.then, 0) || left.kind !== 'load') return v;
  const factors = factorsOf(v.else);
  const n = factors.findIndex((f) => valueKey(f) === valueKey(left));
  const rest = factors.filter((_, k) => k !== n);
  return n === -1 || rest.length === 0 ? v : times(select(v.when, v.then, rest.reduce(times)), left);
}

function splitQuotient(v: Value): Part {
  if (v.kind === 'unary' && v.op === 'neg') {
    const x = splitQuotient(v.of);
    return { ...x, negative: !x.negative };
  }
  if (v.kind !== 'binary' || (v.op !== 'mul' && v.op !== 'div')) return { negative: false, above: [v], below: [] };
  const [a, b] = [splitQuotient(v.left), splitQuotient(v.right)];
  const negative = a.negative !== b.negative;
  return v.op === 'mul'
    ? { negative, above: [...a.above, ...b.above], below: [...a.below, ...b.below] }
    : { negative, above: [...a.above, ...b.below], below: [...a.below, ...b.above] };
}

/** The value as a sum of products, each sum among its factors multiplied out. */
function expand(v: Value): Part[] {
  if (v.kind === 'binary' && (v.op === 'add' || v.op === 'sub')) {
    const right = expand(v.right);
    return [...expand(v.left), ...(v.op === 'add' ? right : right.map((x) => ({ ...x, negative: !x.negative })))];
  }
  const whole = splitQuotient(v);
  if (whole.above.length === 1 && whole.above[0] === v) return [whole];
  return whole.above.reduce<Part[]>(
    (parts, f) =>
      parts.length > MOST_PARTS
        ? parts
        : expand(f).flatMap((x) =>
            parts.map((y) => ({
              negative: x.negative !== y.negative,
              above: [...y.above, ...x.above],
              below: [...y.below, ...x.below],
            })),
          ),
    [{ negative: whole.negative, above: [], below: whole.below }],
  );
}
const product = (x: Part): Value => {
  const above = x.above.reduce(times, number(1));
  return x.below.length === 0 ? above : over(above, x.below.reduce(times));
};

/** The sum of one part, and its value: factors that depend on no summed letter stand outside. */
function partOf(s: MapStage, part: Part, tensors: Map<string, Tensor>): { stage: MapStage; value: Value } {
  const summed = (s.reduce?.axes ?? []).map((a) => a.name);
  const varies = (v: Value): boolean => summed.some((x) => axesOf(v).has(x));
  const body = product({ ...part, above: part.above.filter(varies), below: part.below.filter(varies) });
  const own = axesOf(body);
  const axes = s.axes.filter((a) => own.has(a.name));
  const target = freshName(tensors);
  tensors.set(target, {
    name: target,
    dims: axes.map((a) => a.size),
    sets: axes.map((a) => a.set ?? ''),
    role: 'temporary',
    dtype: 'float',
  });
  const outside = { ...part, above: part.above.filter((v) => !varies(v)), below: part.below.filter((v) => !varies(v)) };
  const sum = load(
    target,
    axes.map((a) => axisPlace(a.name)),
  );
  return { stage: { ...s, target, axes, body }, value: product({ ...outside, above: [...outside.above, sum] }) };
}
function freshName(tensors: ReadonlyMap<string, Tensor>): string {
  for (let n = 1; ; n++) if (!tensors.has(`part${n}`)) return `part${n}`;
}
