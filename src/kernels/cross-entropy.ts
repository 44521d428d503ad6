// Cross-entropy of logits with integer or probability targets: the loss, and its gradient in the same call.
// Not here: the kernels (`compile/schedules/`).
// Invariant: labels, shapes and options are checked before anything is written.
import { must } from '../term/must.ts';
import { scratchBytes } from '../compile/schedules/scratch.ts';
import type { FloatType } from '../compile/math/chain.ts';
import { WhygradError } from '../term/error.ts';
import { dtypeOption, floatType, isFast, mustMatch, outputArray, threadCount, type Speed } from './arguments.ts';
import {
  indexDenseGradientSource,
  indexDenseSource,
  indexGradientSource,
  indexSource,
  likelihoodGradientSource,
  likelihoodSource,
  probabilityGradientSource,
  probabilitySource,
} from './bytes/cross-entropy.ts';
import type {
  CrossEntropyFunction,
  CrossEntropyOptions,
  CrossEntropyPlan,
  CrossEntropyPlanOptions,
  CrossEntropyResult,
  Meaning,
  Reduction,
} from './cross-entropy-types.ts';
import type { KernelSource } from './instance.ts';
import type { KernelLayout } from './layout.ts';
import { makePlan, type Floats } from './plan.ts';
import { apart, move, recall } from './row-kernel.ts';
import { rowsOf, type Walk } from './rows.ts';
import { sessionOf, type Binding } from './session.ts';
import { executeThreaded } from './threaded.ts';

interface Setting {
  readonly kind: 'index' | 'index-dense' | 'probability' | 'likelihood';
  readonly gradient: boolean;
  readonly type: FloatType;
  readonly rows: number;
  readonly columns: number;
  readonly reduction: Reduction;
  readonly smoothing: number;
  readonly ignore: number;
  readonly weighted: boolean;
}

const sources: { readonly [K in Setting['kind']]: readonly [KernelSource, KernelSource] } = {
  index: [indexSource, indexGradientSource],
  'index-dense': [indexDenseSource, indexDenseGradientSource],
  probability: [probabilitySource, probabilityGradientSource],
  likelihood: [likelihoodSource, likelihoodGradientSource],
};
const sourceOf = (s: Setting): KernelSource => sources[s.kind][s.gradient ? 1 : 0];

function layoutOf(s: Setting): KernelLayout {
  const { rows, columns, type } = s;
  const each = s.reduction === 'none';
  return {
    tensors: [
      { name: 'logits', role: 'input', field: 'x', type, length: rows * columns, perRow: columns },
      s.kind === 'probability'
        ? { name: 'targets', role: 'input', field: 'targets', type, length: rows * columns, perRow: columns }
        : { name: 'targets', role: 'input', field: 'targets', type: 'i32', length: rows },
      // Dense targets always read the weights; one entry alone is looked up only where there are any.
      ...(s.weighted || s.kind === 'index-dense' || s.kind === 'probability'
        ? [
            {
              name: 'weight',
              role: s.weighted ? 'input' : 'hidden',
              field: 'weights',
              type,
              length: columns,
              fill: 1,
            } as const,
          ]
        : []),
      { name: 'losses', role: 'hidden', field: 'losses', type: 'f64', length: rows },
      { name: 'loss', role: 'output', field: 'loss', type, length: each ? rows : 1 },
      ...(s.gradient
        ? [{ name: 'gradient', role: 'output', field: 'y', type, length: rows * columns, perRow: columns } as const]
        : []),
    ],
    integers: { n: columns, rows, ignore: s.ignore, mean: s.reduction === 'mean' ? 1 : 0, each: each ? 1 : 0 },
    numbers: { smoothing: s.smoothing },
    rows,
    rowLength: columns,
    scratchBytes: scratchBytes(type, columns),
  };
}

function meaningOf(
  o: Meaning,
  kind: 'index' | 'probability',
): Pick<Setting, 'kind' | 'reduction' | 'smoothing' | 'ignore' | 'weighted'> {
  const { reduction = 'mean', labelSmoothing = 0, ignoreIndex = -100 } = o;
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none')
    throw new WhygradError('option', `There is no reduction ${String(reduction)}.`, {
      hint: "Use 'mean', 'sum' or 'none'.",
    });
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new WhygradError('option', `labelSmoothing is ${String(labelSmoothing)}, outside [0, 1].`, {
      hint: 'Leave it out for none.',
    });
  if (!Number.isInteger(ignoreIndex) || Math.abs(ignoreIndex) > 2 ** 31 - 1)
    throw new WhygradError('option', `ignoreIndex is ${String(ignoreIndex)}, not a 32-bit integer.`, {
      hint: 'It is −100 unless given.',
    });
  return {
    kind: kind === 'index' && labelSmoothing > 0 ? 'index-dense' : kind,
    reduction,
    smoothing: labelSmoothing,
    ignore: ignoreIndex,
    weighted: o.weight !== undefined,
  };
}

const badLabel = (row: number, label: number | bigint, columns: number): WhygradError =>
  new WhygradError('label', `The label of row ${row} is ${label}, outside 0…${columns - 1}.`, {
    hint: 'Labels are class indices counted from 0; rows to be left out have the label ignoreIndex.',
  });

function weightArray(weight: Meaning['weight'], type: FloatType, columns: number): Floats {
  const array = Array.isArray(weight) ? (type === 'f32' ? Float32Array : Float64Array).from(weight) : weight;
  return mustMatch(array, type, columns, 'weight');
}

/** Labels as int32; a BigInt64Array is narrowed after a check, so that no label changes its meaning. */
function labelsOf(targets: Int32Array | BigInt64Array, rows: number, columns: number, ignore: number): Int32Array {
  if (targets.length !== rows)
    throw new WhygradError(
      'length',
      `There are ${targets.length} labels for ${rows} rows${targets.length === 0 ? ' (a detached array has none)' : ''}.`,
      { hint: 'Pass one label a row.' },
    );
  if (targets instanceof Int32Array) return targets;
  return Int32Array.from(targets, (label, row) => {
    const n = Number(label);
    if (n !== ignore && (n < 0 || n >= columns)) throw badLabel(row, label, columns);
    return n;
  });
}

interface Small {
  readonly options: Required<Pick<CrossEntropyOptions, 'rows' | 'columns'>> & CrossEntropyOptions;
  readonly plan: CrossEntropyPlan;
  readonly logits: Floats;
  readonly targets: Int32Array;
  readonly gradient: Floats | undefined;
  readonly loss: Floats;
}
let small: Small | null = null;
const kept: Small[] = [];
/** Up to this many logits with labels a plan is kept for the next call of the same kind: then the call costs little more than the copies. */
const SMALL = 1024;

/** Whether the kept plan does what is asked. */
function sameSmall({ options: s, logits, targets }: Small, x: Floats, t: unknown, o: CrossEntropyOptions): boolean {
  // Whoever calls from JavaScript may pass anything.
  return (
    x?.length === logits.length &&
    x.constructor === logits.constructor &&
    t instanceof Int32Array &&
    t.length === targets.length &&
    o.rows === s.rows &&
    o.columns === s.columns &&
    o.shape === undefined &&
    ((o.gradient ?? false) !== false) === (s.gradient === true) &&
    o.weight === undefined &&
    o.labelSmoothing === s.labelSmoothing &&
    o.ignoreIndex === s.ignoreIndex &&
    o.reduction === s.reduction &&
    o.fast === s.fast &&
    o.threads === undefined
  );
}
/** The given array, checked, or a new one of x's type. */
function receiver(x: Floats, wanted: boolean | Floats | undefined): Floats {
  if (typeof wanted !== 'object')
    return x instanceof Float32Array ? new Float32Array(x.length) : new Float64Array(x.length);
  return wanted.constructor === x.constructor && wanted.length === x.length
    ? wanted
    : mustMatch(wanted, floatType(x, 'logits'), x.length, 'gradient');
}
function applySmall<T extends Floats>(
  s: Small,
  x: T,
  targets: Int32Array,
  wanted: boolean | Floats | undefined,
): CrossEntropyResult<T> {
  const { plan } = s;
  const gradient = s.gradient === undefined ? undefined : receiver(x, wanted);
  move(s.logits, x);
  // Not `move`: a function that sees floats and labels is slower for both.
  for (let k = 0; k < targets.length; k++) s.targets[k] = must(targets[k]);
  plan.run();
  const loss = must(s.loss[0]);
  if (s.gradient === undefined || gradient === undefined) return { loss };
  move(gradient, s.gradient);
  return { loss, gradient: gradient as T };
}

function apply<T extends Floats>(
  logits: T,
  targets: Int32Array | BigInt64Array | T,
  options: CrossEntropyOptions = {},
): CrossEntropyResult<T> {
  if (small !== null && sameSmall(small, logits, targets, options))
    return applySmall(small, logits, targets as Int32Array, options.gradient);
  const type = floatType(logits, 'logits');
  if (targets instanceof Int32Array && isSmall(logits, options)) {
    rowsOf(logits.length, options, 'logits');
    small = recall(
      kept,
      (k) => sameSmall(k, logits, targets, options),
      () => keepSmall(options, type),
    );
    if (sameSmall(small, logits, targets, options)) return applySmall(small, logits, targets, options.gradient);
  }
  return computeArrays(
    logits,
    targets,
    options,
    type,
    meaningOf(options, targets instanceof Int32Array || targets instanceof BigInt64Array ? 'index' : 'probability'),
  );
}

function computeArrays<T extends Floats>(
  logits: T,
  targets: Int32Array | BigInt64Array | T,
  options: CrossEntropyOptions,
  type: FloatType,
  meaning: ReturnType<typeof meaningOf>,
): CrossEntropyResult<T> {
  const r = rowsOf(logits.length, options, 'logits');
  const wanted = options.gradient ?? false;
  const setting: Setting = { type, rows: r.rows, columns: r.columns, gradient: wanted !== false, ...meaning };
  const given =
    targets instanceof Int32Array || targets instanceof BigInt64Array
      ? labelsOf(targets, r.rows, r.columns, setting.ignore)
      : mustMatch(targets, type, logits.length, 'targets');
  const weight = options.weight === undefined ? null : weightArray(options.weight, type, r.columns);
  const gradient =
    wanted === false ? null : (outputArray(wanted === true ? undefined : wanted, type, logits.length, 'gradient') as T);
  const loss = outputArray(undefined, type, setting.reduction === 'none' ? r.rows : 1, 'loss') as T;
  compute(
    setting,
    { logits: gradient === null ? logits : apart(logits, gradient), given, weight, gradient, loss, walk: r },
    options,
  );
  return {
    loss: setting.reduction === 'none' ? loss : must(loss[0]),
    ...(gradient === null ? {} : { gradient }),
  };
}

const isSmall = (logits: Floats, o: CrossEntropyOptions): boolean =>
  logits.length <= SMALL &&
  logits.length > 0 &&
  o.rows !== undefined &&
  o.columns !== undefined &&
  o.weight === undefined &&
  o.shape === undefined &&
  o.threads === undefined &&
  o.reduction !== 'none';
function keepSmall(o: CrossEntropyOptions, type: FloatType): Small {
  const { rows = 1, columns = 1, reduction, labelSmoothing, ignoreIndex, fast } = o;
  const gradient = (o.gradient ?? false) !== false;
  const meaning = {
    ...(reduction === undefined ? {} : { reduction }),
    ...(labelSmoothing === undefined ? {} : { labelSmoothing }),
    ...(ignoreIndex === undefined ? {} : { ignoreIndex }),
    ...(fast === undefined ? {} : { fast }),
  };
  const made = plan<Int32Array>({ rows, columns, dtype: type, gradient, ...meaning });
  return {
    options: { rows, columns, gradient, ...meaning },
    plan: made,
    logits: made.inputs.logits,
    targets: made.inputs.targets,
    gradient: made.outputs.gradient,
    loss: made.outputs.loss,
  };
}

interface Arrays {
  readonly logits: Floats;
  readonly given: Floats | Int32Array;
  readonly weight: Floats | null;
  readonly gradient: Floats | null;
  readonly loss: Floats;
  readonly walk: Walk;
}

/**
 * The negative log-likelihood of rows of log-probabilities: −w_t·x_t for a label t. Options as of `crossEntropy`, without label smoothing.
 * `gradient: true` also gives the gradient by the log-probabilities. Throws as `crossEntropy`.
 */
export function negativeLogLikelihood<T extends Floats>(
  logProbabilities: T,
  targets: Int32Array | BigInt64Array,
  options: Omit<CrossEntropyOptions, 'labelSmoothing'> = {},
): CrossEntropyResult<T> {
  const type = floatType(logProbabilities, 'logProbabilities');
  if (!(targets instanceof Int32Array) && !(targets instanceof BigInt64Array))
    throw new WhygradError('dtype', 'The targets are neither an Int32Array nor a BigInt64Array of labels.', {
      hint: 'crossEntropy takes probabilities.',
    });
  return computeArrays(logProbabilities, targets, options, type, {
    ...meaningOf({ ...options, labelSmoothing: 0 }, 'index'),
    kind: 'likelihood',
  });
}

function compute(s: Setting, a: Arrays, speed: Speed): void {
  // No class or no row: the loss of nothing.
  if (s.rows === 0 || s.columns === 0) {
    a.loss.fill(s.reduction === 'mean' ? NaN : 0);
    return;
  }
  const label = (row: number): WhygradError => badLabel(row, must(a.given[row]), s.columns);
  const whole = { columns: 1, inner: 1 };
  const bindings = new Map<string, Binding>([
    ['logits', { array: a.logits, walk: a.walk }],
    ['targets', { array: a.given, walk: s.kind === 'probability' ? a.walk : whole }],
    ['loss', { array: a.loss, walk: whole }],
  ]);
  if (a.weight !== null) bindings.set('weight', { array: a.weight, walk: whole });
  if (a.gradient !== null) bindings.set('gradient', { array: a.gradient, walk: a.walk });
  const fast = isFast(speed);
  const threads = threadCount(speed);
  const layout = layoutOf(s);
  if (threads > 1) executeThreaded({ source: sourceOf(s), type: s.type, fast, threads, layout }, bindings, label);
  else sessionOf(sourceOf(s), s.type, fast).execute(layout, bindings, label);
}

function plan<T extends Int32Array | Floats>(options: CrossEntropyPlanOptions): CrossEntropyPlan<T> {
  const { rows, columns } = options;
  for (const n of [rows, columns])
    if (!Number.isSafeInteger(n) || n < 1)
      throw new WhygradError(
        'shape',
        `A plan needs rows and columns from 1 on, not ${String(rows)} × ${String(columns)}.`,
        { hint: 'Pass { rows, columns }.' },
      );
  const type = dtypeOption(options.dtype);
  const kind = options.targets ?? 'index';
  if (kind !== 'index' && kind !== 'probability')
    throw new WhygradError('option', `There are no targets of the kind ${String(kind)}.`, {
      hint: "Use 'index' or 'probability'.",
    });
  const setting: Setting = { type, rows, columns, gradient: options.gradient === true, ...meaningOf(options, kind) };
  const weight = options.weight === undefined ? null : weightArray(options.weight, type, columns);
  const made = makePlan<CrossEntropyPlan<T>['inputs'], CrossEntropyPlan<T>['outputs']>({
    source: sourceOf(setting),
    type,
    fast: isFast(options),
    threads: threadCount(options),
    layout: layoutOf(setting),
    fault: (row, inputs) => badLabel(row, must((inputs['targets'] as Int32Array)[row]), columns),
  });
  if (weight !== null) made.inputs.weight?.set(weight as Float32Array);
  return Object.assign(made, { rows });
}

/**
 * Cross-entropy of rows of logits z: L = −w_t·log softmax(z)_t for a label t, −Σ_c w_c·y_c·log softmax(z)_c for probabilities y.
 * Targets: Int32Array or BigInt64Array of labels, one a row, or probabilities of the logits' type and shape. Options mean what they mean in PyTorch's CrossEntropyLoss.
 * `gradient: true` also gives ∂L/∂z, computed in the same walk; soft targets need not sum to 1: the gradient is then p·Σy − y.
 * A label out of range is the error `label`, before anything is written; a mean over no row is NaN with gradient 0; terms of weight 0 are skipped.
 * Throws `dtype`, `length`, `shape`, `axis`, `label`, `option`.
 */
// What `apply` gives depends on its options as the overloads say.
export const crossEntropy = /* @__PURE__ */ Object.assign(apply, { plan }) as CrossEntropyFunction;
