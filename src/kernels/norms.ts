// Layer normalisation and root-mean-square normalisation of rows, with their backward passes.
// Not here: the kernels (`compile/schedules/`).
// Invariant: γ is 1 and β is 0 where they are not given.
import type { FloatType } from '../compile/math/chain.ts';
import { WhygradError } from '../term/error.ts';
import { dtypeOption, floatType, isFast, mustMatch, outputArray, threadCount, type Speed } from './arguments.ts';
import { layerNormBackwardSource, layerNormSource } from './bytes/layer-norm.ts';
import { rmsNormBackwardSource, rmsNormSource } from './bytes/rms-norm.ts';
import type { KernelSource } from './instance.ts';
import type { KernelLayout } from './layout.ts';
import { makePlan, type Floats, type KernelPlan } from './plan.ts';
import { apart, type RowPlanOptions } from './row-kernel.ts';
import { rowsOf, type Rows, type RowShape } from './rows.ts';
import { sessionOf, type Binding } from './session.ts';
import { executeThreaded } from './threaded.ts';

/** Shape of the rows and what a normalisation adds. */
export interface NormOptions extends RowShape, Speed {
  readonly out?: Floats;
  /** The scale of each column. */
  readonly gamma?: Floats;
  /** The shift of each column (layer norm only). */
  readonly beta?: Floats;
  /** Added to the variance; 1e-5 unless given. */
  readonly epsilon?: number;
}
/** The gradients of a normalisation by its input, scale and shift. */
export interface NormGradients<T extends Floats> {
  readonly x: T;
  readonly gamma: T;
  readonly beta: T;
}
/** A normalisation of rows, with scale and shift. */
export interface NormFunction {
  <T extends Floats>(x: T, options?: NormOptions, out?: T | null): T;
  /** The gradients by x, γ and β for the upstream g; `out` receives that by x. */
  backward<T extends Floats>(x: T, upstream: T, options?: NormOptions): NormGradients<T>;
  plan(
    options: RowPlanOptions & { readonly epsilon?: number },
  ): KernelPlan<{ readonly x: Floats; readonly gamma: Floats; readonly beta: Floats }, { readonly y: Floats }>;
}

function layoutOf(type: FloatType, rows: number, columns: number, epsilon: number, backward: boolean): KernelLayout {
  const whole = (name: string, role: 'input' | 'output', field: 'x' | 'y' | 'second') =>
    ({ name, role, field, type, length: rows * columns, perRow: columns }) as const;
  const column = (name: string, role: 'input' | 'output', field: 'weights' | 'second' | 'third' | 'fourth', fill = 0) =>
    ({ name, role, field, type, length: columns, fill }) as const;
  return {
    tensors: backward
      ? [
          whole('x', 'input', 'x'),
          whole('upstream', 'input', 'second'),
          column('gamma', 'input', 'weights', 1),
          { name: 'moments', role: 'hidden', field: 'losses', type: 'f64', length: 2 * rows },
          whole('dx', 'output', 'y'),
          column('dGamma', 'output', 'third'),
          column('dBeta', 'output', 'fourth'),
        ]
      : [
          whole('x', 'input', 'x'),
          column('gamma', 'input', 'weights', 1),
          column('beta', 'input', 'second'),
          whole('y', 'output', 'y'),
        ],
    integers: { n: columns, rows },
    numbers: { epsilon },
    rows,
    rowLength: columns,
    scratchBytes: 0,
  };
}
const noFault = (): WhygradError => {
  throw new Error('bug: a normalisation without checks reported a fault');
};
const whole = { columns: 1, inner: 1 };

function execute(
  source: KernelSource,
  type: FloatType,
  r: Rows,
  options: NormOptions,
  backward: boolean,
  bindings: ReadonlyMap<string, Binding>,
): void {
  const layout = layoutOf(type, r.rows, r.columns, epsilonOf(options), backward);
  const threads = threadCount(options);
  const fast = isFast(options);
  if (threads > 1) executeThreaded({ source, type, fast, threads, layout }, bindings, noFault);
  // The sums over rows need every row at once.
  else if (backward) sessionOf(source, type, fast).executeWhole(layout, bindings);
  else sessionOf(source, type, fast).execute(layout, bindings, noFault);
}
function epsilonOf({ epsilon = 1e-5 }: { readonly epsilon?: number }): number {
  if (!(epsilon >= 0 && epsilon < Infinity))
    throw new WhygradError('option', `epsilon is ${String(epsilon)}, not a number from 0 on.`, {
      hint: 'It is 1e-5 unless given.',
    });
  return epsilon;
}

function columnsOf(options: NormOptions, type: FloatType, columns: number): [string, Binding][] {
  return (['gamma', 'beta'] as const).flatMap((name) =>
    options[name] === undefined
      ? []
      : [[name, { array: mustMatch(options[name], type, columns, name), walk: whole }] as [string, Binding]],
  );
}

function norm(source: KernelSource, backwardSource: KernelSource): NormFunction {
  const forward = <T extends Floats>(x: T, options: NormOptions = {}, out?: T | null): T => {
    const type = floatType(x, 'x');
    const r = rowsOf(x.length, options);
    const y = outputArray(out ?? options.out, type, x.length) as T;
    const columns = columnsOf(options, type, r.columns);
    if (y.length > 0)
      execute(
        source,
        type,
        r,
        options,
        false,
        new Map([['x', { array: apart(x, y), walk: r }], ['y', { array: y, walk: r }], ...columns]),
      );
    return y;
  };
  const backward = <T extends Floats>(x: T, upstream: T, options: NormOptions = {}): NormGradients<T> => {
    const type = floatType(x, 'x');
    const r = rowsOf(x.length, options);
    if (r.inner !== 1)
      throw new WhygradError('axis', 'The backward pass of a normalisation works along the last axis.', {
        hint: 'Move the axis to the end first.',
      });
    mustMatch(upstream, type, x.length, 'upstream');
    const made = {
      x: outputArray(options.out, type, x.length) as T,
      gamma: outputArray(undefined, type, r.columns) as T,
      beta: outputArray(undefined, type, r.columns) as T,
    };
    const columns = columnsOf(options, type, r.columns);
    if (x.length > 0)
      execute(
        backwardSource,
        type,
        r,
        options,
        true,
        new Map<string, Binding>([
          ['x', { array: apart(x, made.x), walk: whole }],
          ['upstream', { array: apart(upstream, made.x), walk: whole }],
          ...columns,
          ['dx', { array: made.x, walk: whole }],
          ['dGamma', { array: made.gamma, walk: whole }],
          ['dBeta', { array: made.beta, walk: whole }],
        ]),
      );
    return made;
  };
  const plan: NormFunction['plan'] = (options) => {
    const { rows, columns } = options;
    for (const n of [rows, columns])
      if (!Number.isSafeInteger(n) || n < 1)
        throw new WhygradError(
          'shape',
          `A plan needs rows and columns from 1 on, not ${String(rows)} × ${String(columns)}.`,
          { hint: 'Pass { rows, columns }.' },
        );
    const type = dtypeOption(options.dtype);
    return makePlan({
      source,
      type,
      fast: isFast(options),
      threads: threadCount(options),
      layout: layoutOf(type, rows, columns, epsilonOf(options), false),
    });
  };
  return Object.assign(forward, { backward, plan });
}

/**
 * (x − mean)/√(variance + ε)·γ + β for each row; the variance is the mean of squares (not n − 1).
 * Source: Ba, Kiros and Hinton, Layer Normalization, 2016. Throws `dtype`, `length`, `shape`, `axis`, `option`.
 */
export const layerNorm: NormFunction = /* @__PURE__ */ norm(layerNormSource, layerNormBackwardSource);
/**
 * x/√(mean of x² + ε)·γ for each row. Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019. Throws as
 * `layerNorm`.
 */
export const rmsNorm: NormFunction = /* @__PURE__ */ norm(rmsNormSource, rmsNormBackwardSource);
