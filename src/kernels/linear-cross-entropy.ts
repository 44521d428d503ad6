// Cross-entropy of a linear layer without its logits: a part of the classes at a time, from a formula.
// Not here: the walk in chunks (`compile/walk.ts`), cross-entropy of logits that are there (`cross-entropy.ts`).
// Invariant: beside inputs and results at most about MEMORY bytes are used, and what passes over rows and features
// need.
import { compileWalk, type Arrays, type CompiledWalk } from '../compile/walk.ts';
import { WhygradError } from '../term/error.ts';
import { must } from '../term/must.ts';
import { dtypeOption, floatType, mustMatch, type Speed } from './arguments.ts';
import { programOf, sizesFor } from './formula.ts';
import type { Floats } from './plan.ts';
import { setsNamed } from './split.ts';

/** Shape and meaning of the loss. x has rows × features numbers, W features × columns. */
export interface LinearCrossEntropyOptions extends Pick<Speed, 'fast'> {
  readonly rows: number;
  readonly features: number;
  /** The number of classes. */
  readonly columns: number;
  /** true unless said: the gradients by x and W, too. */
  readonly gradient?: boolean;
  /** Rows with this label do not count; −100 unless given. */
  readonly ignoreIndex?: number;
  /** 0…1: so much of each target is spread evenly over all classes. */
  readonly labelSmoothing?: number;
  /** Beside the loss of a row stands so much of (log Σ e^z)². */
  readonly zLoss?: number;
  /** A weight for each class, of the type of x. */
  readonly weight?: Floats;
  /** Classes that are computed at a time; chosen for few MiB unless given. */
  readonly chunk?: number;
}
/** The mean loss of the rows that count (over their weights), and its gradients. */
export interface LinearCrossEntropyResult<T extends Floats> {
  readonly loss: number;
  readonly gradient?: { readonly x: T; readonly W: T };
}
/** A plan: fill `inputs`, `run()`, read `outputs`. */
export interface LinearCrossEntropyPlan {
  readonly inputs: { readonly x: Floats; readonly W: Floats; readonly targets: Int32Array; readonly weight?: Floats };
  readonly outputs: { readonly loss: Floats; readonly x?: Floats; readonly W?: Floats };
  run(): void;
}
/** Cross-entropy of x W with class numbers, the logits never stored. */
export interface LinearCrossEntropyFunction {
  <T extends Floats>(x: T, W: T, targets: Int32Array, options: LinearCrossEntropyOptions): LinearCrossEntropyResult<T>;
  plan(
    options: LinearCrossEntropyOptions & {
      readonly dtype?: 'f32' | 'f64' | 'float32' | 'float64';
      readonly weighted?: boolean;
    },
  ): LinearCrossEntropyPlan;
}

/** Bytes for the arrays of one chunk. */
const MEMORY = 2.5 * 2 ** 20;

/** The loss as a text, with the terms that the options ask for. */
function documentFor(o: Setting): string {
  // In formulas positions count from 1; a negative number is the same everywhere.
  const counts = `1\\{t_n \\neq ${o.ignore < 0 ? o.ignore : o.ignore + 1}\\}`;
  const weight = o.weighted ? 'w_{t_n}' : '';
  const own = `-${o.smoothed ? '(1 - \\epsilon)' : '1'} ${weight} \\log p_{n,t_n}`;
  const even = o.smoothed ? ` - \\frac{\\epsilon}{V} \\sum_{v=1}^{V} ${o.weighted ? 'w_v ' : ''}\\log p_{nv}` : '';
  const normaliser = o.zLoss ? ' + \\lambda s_n^2' : '';
  return String.raw`$$z_{nv} = \sum_{d} x_{nd} W_{dv}$$
$$p_{nv} = \frac{e^{z_{nv}}}{\sum_k e^{z_{nk}}}$$
${o.zLoss ? '$$s_n = \\log \\sum_v e^{z_{nv}}$$' : ''}
$$L = \frac{\sum_{n=1}^{N} ${counts} (${own}${even}${normaliser})}{\sum_{n=1}^{N} ${counts} ${weight}}$$`;
}

interface Setting {
  readonly type: 'f32' | 'f64';
  readonly rows: number;
  readonly features: number;
  readonly columns: number;
  readonly gradient: boolean;
  readonly fast: boolean;
  readonly ignore: number;
  readonly smoothed: boolean;
  readonly zLoss: boolean;
  readonly weighted: boolean;
  readonly chunk: number;
}

function settingOf(o: LinearCrossEntropyOptions, type: 'f32' | 'f64', weighted: boolean): Setting {
  const { rows, features, columns } = o;
  for (const n of [rows, features, columns])
    if (!Number.isSafeInteger(n) || n < 1)
      throw new WhygradError(
        'shape',
        `There is no layer of ${rows} rows, ${features} features and ${columns} classes.`,
        {
          hint: 'Pass { rows, features, columns }.',
        },
      );
  const ignore = o.ignoreIndex ?? -100;
  const smoothing = o.labelSmoothing ?? 0;
  if (!Number.isSafeInteger(ignore))
    throw new WhygradError('option', `ignoreIndex must be a whole number, not ${ignore}.`);
  if (!(smoothing >= 0 && smoothing <= 1))
    throw new WhygradError('option', `labelSmoothing must lie between 0 and 1, not ${smoothing}.`);
  if (!Number.isFinite(o.zLoss ?? 0)) throw new WhygradError('option', `zLoss must be a number, not ${o.zLoss}.`);
  const each = (type === 'f32' ? 4 : 8) * 3 * (rows + features);
  const chunk = o.chunk ?? Math.max(8, 8 * Math.floor(MEMORY / each / 8));
  if (!Number.isSafeInteger(chunk) || chunk < 1)
    throw new WhygradError('bad-chunk', `A chunk has a whole number of entries, at least 1, not ${chunk}.`);
  return {
    ...{ type, rows, features, columns, ignore, weighted, chunk },
    gradient: o.gradient ?? true,
    fast: o.fast ?? false,
    smoothed: smoothing !== 0,
    zLoss: (o.zLoss ?? 0) !== 0,
  };
}

const compiled = new Map<string, CompiledWalk>();
/** Walks that are kept; each holds the memory of one chunk. */
const KEPT = 4;
function walkFor(s: Setting): CompiledWalk {
  const key = JSON.stringify(s);
  let walk = compiled.get(key);
  if (walk === undefined) {
    const outputs = s.gradient ? ['L', 'dL/dx_{nd}', 'dL/dW_{dv}'] : ['L'];
    const { program, context } = programOf(documentFor(s), { outputs });
    const { rows, features, columns } = s;
    const [set] = [...setsNamed({ 'W.2': 0 }, program, context).keys()];
    walk = compileWalk(program, {
      sizes: sizesFor(context, { x: [rows, features], W: [features, columns] }),
      dtype: s.type,
      fast: s.fast,
      chunk: { set: must(set), entries: s.chunk },
    });
    compiled.set(key, walk);
    const [oldest] = compiled.keys();
    if (compiled.size > KEPT && oldest !== undefined) compiled.delete(oldest);
  }
  return walk;
}

const make = (type: 'f32' | 'f64', n: number): Floats => (type === 'f32' ? new Float32Array(n) : new Float64Array(n));
/** Settings that are numbers are inputs of the program. */
const numbersOf = (o: LinearCrossEntropyOptions, s: Setting): Record<string, Floats> => ({
  ...(s.smoothed ? { epsilon: make(s.type, 1).fill(o.labelSmoothing ?? 0) } : {}),
  ...(s.zLoss ? { lambda: make(s.type, 1).fill(o.zLoss ?? 0) } : {}),
});
function resultsFor(s: Setting): { L: Floats; x?: Floats; W?: Floats } {
  const L = make(s.type, 1);
  return s.gradient ? { L, x: make(s.type, s.rows * s.features), W: make(s.type, s.features * s.columns) } : { L };
}
const named = (r: ReturnType<typeof resultsFor>): Record<string, Floats> => ({
  L: r.L,
  ...(r.x === undefined ? {} : { 'dL/dx_{nd}': r.x }),
  ...(r.W === undefined ? {} : { 'dL/dW_{dv}': r.W }),
});

function apply<T extends Floats>(
  x: T,
  W: T,
  targets: Int32Array,
  options: LinearCrossEntropyOptions,
): LinearCrossEntropyResult<T> {
  const type = floatType(x, 'x');
  const s = settingOf(options, type, options.weight !== undefined);
  mustMatch(x, type, s.rows * s.features, 'x');
  mustMatch(W, type, s.features * s.columns, 'W');
  if (!(targets instanceof Int32Array) || targets.length !== s.rows)
    throw new WhygradError('length', `targets must be an Int32Array of ${s.rows} class numbers.`);
  if (options.weight !== undefined) mustMatch(options.weight, type, s.columns, 'weight');
  const results = resultsFor(s);
  const weight: Arrays = options.weight === undefined ? {} : { w: options.weight };
  walkFor(s).run({ x, W, t: targets, ...weight, ...numbersOf(options, s), ...named(results) });
  const loss = must(results.L[0]);
  return s.gradient ? { loss, gradient: { x: must(results.x) as T, W: must(results.W) as T } } : { loss };
}

/**
 * The mean cross-entropy of z = x W with class numbers (from 0), and its gradients by x and W, as torch's
 * `cross_entropy(x @ W, targets, …)`; the logits are computed a part of the classes at a time and never stored.
 * @throws WhygradError `dtype`, `length`, `shape`, `option`, `bad-chunk`, `index-out-of-range`.
 */
export const linearCrossEntropy: LinearCrossEntropyFunction = /* @__PURE__ */ Object.assign(apply, {
  plan(
    options: LinearCrossEntropyOptions & {
      readonly dtype?: 'f32' | 'f64' | 'float32' | 'float64';
      readonly weighted?: boolean;
    },
  ): LinearCrossEntropyPlan {
    const type = dtypeOption(options.dtype);
    const s = settingOf(options, type, options.weighted ?? options.weight !== undefined);
    const walk = walkFor(s);
    const [x, W] = [make(type, s.rows * s.features), make(type, s.features * s.columns)];
    const targets = new Int32Array(s.rows);
    const weight = s.weighted ? make(type, s.columns) : undefined;
    if (options.weight !== undefined) weight?.set(options.weight);
    const { L, ...gradient } = resultsFor(s);
    const arrays: Arrays = {
      ...{ x, W, t: targets },
      ...(weight === undefined ? {} : { w: weight }),
      ...numbersOf(options, s),
      ...named({ L, ...gradient }),
    };
    return {
      inputs: { x, W, targets, ...(weight === undefined ? {} : { weight }) },
      outputs: { loss: L, ...gradient },
      run: () => walk.run(arrays),
    };
  },
});
