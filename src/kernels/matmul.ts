// The product of two matrices.
// Not here: the kernel (`compile/schedules/matmul.ts`).
// Invariant: C is computed row by row of A; each entry adds its terms in the order of the inner index.
import type { FloatType } from '../compile/math/chain.ts';
import { WhygradError } from '../term/error.ts';
import { dtypeOption, floatType, isFast, mustMatch, outputArray, threadCount, type Speed } from './arguments.ts';
import { matmulSource } from './bytes/matmul.ts';
import type { KernelLayout } from './layout.ts';
import { makePlan, type Floats, type KernelPlan } from './plan.ts';
import { apart } from './row-kernel.ts';
import { sessionOf, type Binding } from './session.ts';
import { executeThreaded } from './threaded.ts';

/** A has rows × inner elements, B inner × columns, C rows × columns, all row-major. */
export interface MatmulShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}
/** The shapes of both matrices. */
export interface MatmulOptions extends MatmulShape, Speed {
  readonly out?: Floats;
}
/** The shapes and the type that a product is planned for. */
export interface MatmulPlanOptions extends MatmulShape, Speed {
  readonly dtype?: 'f32' | 'f64' | 'float32' | 'float64';
}
/** The product of two matrices in row-major order. */
export interface MatmulFunction {
  <T extends Floats>(a: T, b: T, options: MatmulOptions, out?: T | null): T;
  plan(options: MatmulPlanOptions): KernelPlan<{ readonly a: Floats; readonly b: Floats }, { readonly c: Floats }>;
}

/** Columns that are packed together: two vectors. */
const panelWidth = (type: FloatType): number => (type === 'f32' ? 8 : 4);

function layoutOf(type: FloatType, { rows, inner, columns }: MatmulShape): KernelLayout {
  for (const n of [rows, inner, columns])
    if (!Number.isSafeInteger(n) || n < 0)
      throw new WhygradError(
        'shape',
        `There is no product of sizes ${String(rows)} × ${String(inner)} × ${String(columns)}.`,
        { hint: 'Pass rows, inner and columns.' },
      );
  const padded = Math.ceil(columns / panelWidth(type)) * panelWidth(type);
  return {
    tensors: [
      { name: 'a', role: 'input', field: 'x', type, length: rows * inner, perRow: inner },
      { name: 'b', role: 'input', field: 'second', type, length: inner * columns },
      { name: 'panels', role: 'hidden', field: 'third', type, length: inner * padded },
      { name: 'c', role: 'output', field: 'y', type, length: rows * columns, perRow: columns },
    ],
    integers: { n: inner, rows, fourth: columns },
    numbers: {},
    rows,
    rowLength: Math.max(1, inner, columns, Math.ceil((inner * columns) / 16)),
    scratchBytes: 0,
  };
}
const noFault = (): WhygradError => {
  throw new Error('bug: a product without checks reported a fault');
};

function apply<T extends Floats>(a: T, b: T, options: MatmulOptions, out?: T | null): T {
  const type = floatType(a, 'a');
  const layout = layoutOf(type, options);
  const { rows, inner, columns } = options;
  mustMatch(a, type, rows * inner, 'a');
  mustMatch(b, type, inner * columns, 'b');
  const c = outputArray(out ?? options.out, type, rows * columns) as T;
  if (c.length === 0) return c;
  if (inner === 0) return c.fill(0) as T;
  const bindings = new Map<string, Binding>([
    // C may be A or B itself: its rows are written while others are still read.
    ['a', { array: (a.buffer as ArrayBufferLike) === c.buffer ? a.slice() : a, walk: { columns: inner, inner: 1 } }],
    ['b', { array: apart(b, c), walk: { columns: 1, inner: 1 } }],
    ['c', { array: c, walk: { columns, inner: 1 } }],
  ]);
  const threads = threadCount(options);
  if (threads > 1)
    executeThreaded({ source: matmulSource, type, fast: isFast(options), threads, layout }, bindings, noFault);
  else sessionOf(matmulSource, type, isFast(options)).execute(layout, bindings, noFault);
  return c;
}

/** C = A·B: C_ik = Σ_j A_ij·B_jk. `out` may be A or B. Throws `dtype`, `length`, `shape`, `option`. */
export const matmul: MatmulFunction = /* @__PURE__ */ Object.assign(apply, {
  plan(options: MatmulPlanOptions): KernelPlan<{ readonly a: Floats; readonly b: Floats }, { readonly c: Floats }> {
    const type = dtypeOption(options.dtype);
    const layout = layoutOf(type, options);
    if (options.rows * options.inner * options.columns === 0)
      throw new WhygradError('shape', 'A plan needs rows, inner and columns from 1 on.', {
        hint: 'Pass { rows, inner, columns }.',
      });
    return makePlan({ source: matmulSource, type, fast: isFast(options), threads: threadCount(options), layout });
  },
});
