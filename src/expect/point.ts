// A hand-written gradient at points that a test names: against the differences of the function itself.
// Not here: points that the doctor draws for operations that it knows (`judged.ts`).
// Invariant: the function alone says what is right; no name of an operation plays a part.
import { must } from '../term/must.ts';
import { drawUpstream, uniform } from '../doctor/probe/draw.ts';
import type { Arg, FunctionOutline, Outcome, Program, Scenario, Step, Value } from '../doctor/run/program.ts';
import { relativeError, scalar, tensor, type Tensor } from '../doctor/tensor/tensor.ts';
import { WhygradError } from '../term/error.ts';
import { matchedIn, placeOf, type Matched, type Place } from './call.ts';
import { derivative, outputOf } from './differences.ts';
import { leavesOf, nameAt, numbersAt, withNumbers, type Leaf } from './leaves.ts';
import { functionsOf, type Pair } from './pair.ts';
import type { Compared } from './residual.ts';

export interface PointOptions {
  /** Arguments that there is a gradient by, by their names; the real ones in their order unless said. */
  readonly wrt?: readonly string[];
  /** Where the upstream gradient stands; found from the parameters unless said. */
  readonly upstream?: Place;
  /** Relative error that is accepted: 1e-6 unless said, 2e-3 where the function computes in single precision. */
  readonly tolerance?: number;
}

/** One array at one point, with the truth in the entries that were asked. */
export interface PointResult extends Compared {
  readonly leaf: Leaf;
  readonly args: readonly Value[];
  readonly upstream: Tensor;
  readonly error: number;
  /** Entries that the function has a derivative by. */
  readonly asked: number;
}

/** What the points say. */
export interface PointVerdict {
  readonly error: number;
  readonly tolerance: number;
  readonly results: readonly PointResult[];
  /** Arguments that the gradient changes. */
  readonly changes: readonly string[];
  /** Whether another upstream gradient gives the same. */
  readonly ignoresUpstream: boolean;
  readonly place: Place;
}

interface Setting {
  readonly program: Program;
  readonly pair: Pair;
  readonly forward: FunctionOutline;
  readonly backward: FunctionOutline;
  readonly options: PointOptions;
  readonly place: Place;
  readonly isSingle: boolean;
}

/** Points besides the one that is given. */
const MORE = 2;

/** Arguments near the given ones: what is positive stays so. */
function moved(args: readonly Value[], leaves: readonly Leaf[], draw: number): Value[] {
  return leaves.reduce<Value[]>(
    (all, leaf) => {
      const next = uniform(draw * 97 + leaf.argument);
      const signed = leaf.numbers.some((x) => x < 0);
      const change = (x: number): number =>
        x * (1 + 0.3 * (next() - 0.5)) + (signed || x === 0 ? 0.2 * (next() - 0.5) : 0);
      return withNumbers(all, leaf, leaf.numbers.map(change));
    },
    [...args],
  );
}

const upstreamArg = (u: Tensor, like: Value): Arg => {
  if ('items' in like) return upstreamArg(u, must(like.items[0]));
  if ('tensor' in like) return { ...like, tensor: [...u.data] };
  return { number: must(u.data[0]), as: 'float' };
};

/** The calls at one point: the function, then its gradient. */
function scenarioAt(s: Setting, args: readonly Value[], u: Tensor, like: Value): Scenario {
  if (s.pair.backward === null) return { steps: [{ call: s.forward.name, args }], watch: true };
  const up = upstreamArg(u, like);
  const all = s.place === 'first' ? [up, ...args] : s.place === 'last' ? [...args, up] : args;
  const back: Step = { call: s.backward.name, args: all };
  return { steps: [{ call: s.forward.name, args }, back], watch: true };
}

const failed = (name: string, o: Outcome): WhygradError =>
  new WhygradError('call-failed', `${name} cannot be called so: ${o.error?.type ?? ''}: ${o.error?.message ?? ''}`, {
    hint: 'The arguments that it gets are those of `at`.',
  });

/** uᵀJ where a whole Jacobian came back, u times an entry's own derivative where only those did. */
function contracted(yours: Tensor, u: Tensor, size: number): Tensor {
  const outputs = u.data.length;
  if (yours.data.length === outputs * size && outputs > 1)
    return tensor(
      [size],
      Array.from({ length: size }, (_, i) => u.data.reduce((t, x, k) => t + x * must(yours.data[k * size + i]), 0)),
    );
  return yours.data.length === outputs ? { ...yours, data: yours.data.map((x, i) => x * must(u.data[i])) } : yours;
}

interface At {
  readonly args: readonly Value[];
  readonly u: Tensor;
  readonly matched: readonly Matched[];
  readonly outcome: Outcome;
}

/** Calls both at a point. */
async function called(s: Setting, args: readonly Value[], draw: number, seen: Value): Promise<At> {
  const out = must(outputOf(seen) ?? undefined);
  const isNumber = out.data.length === 1;
  const u = isNumber && s.place === 'none' ? scalar(1) : drawUpstream(isNumber ? [] : out.shape, draw);
  const outcome = must((await s.program.run([scenarioAt(s, args, u, seen)]))[0]);
  if (outcome.error !== undefined) throw failed(outcome.error.step === 0 ? s.forward.name : s.backward.name, outcome);
  const result = must(outcome.steps[outcome.steps.length - 1]?.result);
  const matched = matchedIn(result, leavesIn(s, args), {
    ...(s.options.wrt === undefined ? {} : { wrt: s.options.wrt }),
    typed: s.program.language === 'python',
    isJoint: s.pair.backward === null,
  });
  if (matched.length === 0)
    throw new WhygradError('no-gradient', `${s.backward.name} returned no array that could be a gradient.`, {
      hint: 'It should return the gradient, or one for each argument.',
    });
  return { args, u, matched, outcome };
}

const leavesIn = (s: Setting, args: readonly Value[]): Leaf[] =>
  args.flatMap((a, i) => leavesOf(a, i, nameAt(s.forward, i, a)));

const rowsOf = (args: readonly Value[]): number => {
  const first = args[0];
  return first !== undefined && 'tensor' in first && first.shape.length > 1 ? (first.shape[0] ?? 1) : 1;
};

/** One array against the differences, in the entries that have a derivative. */
async function compared(s: Setting, at: At, { leaf, yours }: Matched): Promise<PointResult> {
  const size = leaf.numbers.length;
  const isAlone = s.place === 'none' && s.pair.backward !== null && at.u.data.length > 1;
  const own = isAlone ? contracted(yours, at.u, size) : yours;
  const d = await derivative(s.program, s.forward.name, at.args, leaf, at.u, s.isSingle ? 2e-2 : 1e-3);
  const input = tensor(leaf.shape, numbersAt(at.args, leaf));
  const asked = d.entries.length - d.kinks.size;
  const common = { leaf, args: at.args, upstream: at.u, name: leaf.name, rows: rowsOf(at.args), input, asked };
  if (own.data.length !== size)
    return {
      ...common,
      yours: own,
      right: tensor(
        leaf.shape,
        leaf.numbers.map(() => 0),
      ),
      error: Number.POSITIVE_INFINITY,
    };
  // Entries that were not asked, or lie on a kink, count as right.
  const right = own.data.map(Number);
  d.entries.forEach((entry, k) => {
    if (!d.kinks.has(entry)) right[entry] = must(d.values[k]);
  });
  const truth = tensor(leaf.shape, right);
  const shaped = tensor(leaf.shape, own.data);
  return { ...common, yours: shaped, right: truth, error: relativeError(shaped, truth) };
}

/** The names of arguments that are not as they were after the gradient's call. */
function changedBy(s: Setting, at: At): string[] {
  const step = at.outcome.steps[at.outcome.steps.length - 1];
  const shift = s.place === 'first' ? 1 : 0;
  return at.args.flatMap((a, i) => {
    const after = step?.args?.[i + shift];
    const same =
      after === undefined ||
      leavesOf(a, i, '').every((l) =>
        numbersAt([...at.args.slice(0, i), after], l).every((x, k) => Object.is(x, l.numbers[k])),
      );
    return same ? [] : [nameAt(s.forward, i, undefined)];
  });
}

/** Whether an array-valued function's gradient is the same for another upstream gradient. */
async function ignores(s: Setting, first: At, seen: Value): Promise<boolean> {
  if (s.place === 'none') return false;
  const other = await called({ ...s }, first.args, 7, seen);
  return first.matched.every((m, i) => {
    const now = other.matched[i];
    return now !== undefined && m.yours.data.some((x) => x !== 0) && relativeError(m.yours, now.yours) < 1e-12;
  });
}

/** Judges a pair at the given point and two near it. Errors: WhygradError where a call fails or is not understood. */
export async function judgeAt(
  program: Program,
  pair: Pair,
  args: readonly Value[],
  options: PointOptions,
): Promise<PointVerdict> {
  const { forward, backward } = functionsOf(program, pair);
  const place = pair.backward === null ? 'none' : placeOf(forward, backward, args.length, options.upstream);
  const [first] = await program.run([{ steps: [{ call: forward.name, args }] }]);
  if (first?.error !== undefined) throw failed(forward.name, first);
  const seen = must(first?.steps[0]?.result);
  if (outputOf(seen) === null)
    throw new WhygradError('no-output', `${forward.name} returned no number or array.`, {
      hint: 'Return the value first.',
    });
  const isSingle = single(seen);
  const s: Setting = { program, pair, forward, backward, options, place, isSingle };
  const start = await called(s, args, 0, seen);
  const results: PointResult[] = [];
  for (let draw = 0; draw <= MORE; draw++) {
    const at = draw === 0 ? start : await movedTo(s, start, draw, seen);
    if (at === null) continue;
    for (const m of at.matched) results.push(await compared(s, at, m));
  }
  if (results.every((r) => r.asked === 0))
    throw new WhygradError('no-derivative', `${forward.name} has no derivative at this point.`, {
      hint: 'Give a point away from its kinks.',
    });
  return {
    error: Math.max(...results.map((r) => r.error)),
    tolerance: options.tolerance ?? (isSingle ? 2e-3 : 1e-6),
    results,
    changes: changedBy(s, start),
    ignoresUpstream: await ignores(s, start, seen),
    place,
  };
}

/** Another point; null where the function is not defined there. */
async function movedTo(s: Setting, start: At, draw: number, seen: Value): Promise<At | null> {
  const args = moved(
    start.args,
    start.matched.map((m) => m.leaf),
    draw,
  );
  const [o] = await s.program.run([{ steps: [{ call: s.forward.name, args }] }]);
  const out = o?.error === undefined ? outputOf(o?.steps[0]?.result) : null;
  if (out === null || out.data.some((x) => !Number.isFinite(x))) return null;
  return called(s, args, draw, seen);
}

const single = (v: Value): boolean =>
  'items' in v ? v.items[0] !== undefined && single(v.items[0]) : 'tensor' in v && v.dtype === 'float32';
