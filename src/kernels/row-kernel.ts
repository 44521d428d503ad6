// Kernels that make one row of another: the call on ordinary arrays and the plan, from one description.
// Not here: the kernels' names and options (`softmax.ts`, `derivatives.ts`).
// Invariant: the call and the plan run the same bytes on the same layout.
import { must } from '../term/must.ts';
import type { FloatType } from '../compile/math/chain.ts';
import { scratchBytes } from '../compile/schedules/scratch.ts';
import { WhygradError } from '../term/error.ts';
import { floatType, isFast, mustMatch, outputArray, threadCount, dtypeOption, type Speed } from './arguments.ts';
import type { KernelSource } from './instance.ts';
import type { KernelLayout, NumberField } from './layout.ts';
import { makePlan, type Floats, type KernelPlan } from './plan.ts';
import { rowsOf, type Rows, type RowShape } from './rows.ts';
import { sessionOf, type Binding } from './session.ts';
import { executeThreaded } from './threaded.ts';

export interface RowKernel {
  readonly name: string;
  readonly source: KernelSource;
  /** What the tensors are called in a plan: `x`, or `logits`. */
  readonly x: string;
  readonly y: string;
  /** The name of the second input, where there is one. */
  readonly second?: string;
  /** Elements of a result row, and whether it is laid along the same axis as the input's. */
  readonly resultLength: (columns: number) => number;
  readonly scratch?: (type: FloatType, columns: number) => number;
}

/** What plans of row kernels are made from. */
export interface RowPlanOptions extends Speed {
  readonly rows: number;
  readonly columns: number;
  readonly dtype?: 'f32' | 'f64' | 'float32' | 'float64';
}

type Numbers = Readonly<Partial<Record<NumberField, number>>>;

function layoutOf(kernel: RowKernel, type: FloatType, rows: number, columns: number, numbers: Numbers): KernelLayout {
  const result = kernel.resultLength(columns);
  return {
    tensors: [
      { name: kernel.x, role: 'input', field: 'x', type, length: rows * columns, perRow: columns },
      ...(kernel.second === undefined
        ? []
        : [
            {
              name: kernel.second,
              role: 'input',
              field: 'second',
              type,
              length: rows * columns,
              perRow: columns,
            } as const,
          ]),
      { name: kernel.y, role: 'output', field: 'y', type, length: rows * result, perRow: result },
    ],
    integers: { n: columns, rows },
    numbers,
    rows,
    rowLength: Math.max(columns, result),
    scratchBytes: kernel.scratch?.(type, columns) ?? scratchBytes(type, columns),
  };
}

const noFault = (): WhygradError => {
  throw new Error('bug: a kernel without checks reported a fault');
};

/** A plan of the kernel. Throws `shape`, `dtype`, `option`, `too-large`. */
export function rowPlan<I, O>(kernel: RowKernel, options: RowPlanOptions, numbers: Numbers = {}): KernelPlan<I, O> {
  const { rows, columns } = options;
  for (const n of [rows, columns])
    if (!Number.isSafeInteger(n) || n < 1)
      throw new WhygradError(
        'shape',
        `A plan needs rows and columns from 1 on, not ${String(rows)} × ${String(columns)}.`,
        { hint: 'Pass { rows, columns }.' },
      );
  const type = dtypeOption(options.dtype);
  return makePlan<I, O>({
    source: kernel.source,
    type,
    fast: isFast(options),
    threads: threadCount(options),
    layout: layoutOf(kernel, type, rows, columns, numbers),
  });
}

interface Recent {
  readonly kernel: RowKernel;
  readonly type: FloatType;
  readonly rows: number;
  readonly columns: number;
  readonly fast: boolean;
  readonly plan: KernelPlan;
  readonly x: Floats;
  readonly y: Floats;
}
let recent: Recent | null = null;
/** The plans kept, the one used last first: who alternates between a few shapes makes none anew. */
const kept: Recent[] = [];
/** Up to this many elements a plan is kept for later calls of the same shape, and so many plans. */
const SMALL = 1024;
const KEPT = 8;

/** The kernel on arrays. Throws `dtype`, `length`, `shape`, `axis`, `option`. */
export function applyRows(
  kernel: RowKernel,
  x: Floats,
  second: Floats | null,
  shape: RowShape & Speed,
  out: Floats | undefined,
  numbers: Numbers = {},
): Floats {
  const type = floatType(x, kernel.x);
  const r = rowsOf(x.length, shape, kernel.x);
  const columns = r.columns;
  const y = outputArray(out, type, r.rows * kernel.resultLength(columns));
  if (kernel.second !== undefined) mustMatch(second, type, x.length, kernel.second);
  if (y.length === 0 || columns === 0) return y;
  if (second === null && r.inner === 1 && x.length <= SMALL && threadCount(shape) === 1)
    return applySmall(kernel, type, x, r, isFast(shape), y);
  return applyLarge(kernel, type, x, second, r, shape, y, numbers);
}

function applySmall(
  kernel: RowKernel,
  type: FloatType,
  x: Floats,
  { rows, columns }: Rows,
  fast: boolean,
  y: Floats,
): Floats {
  let s = recent;
  if (
    s === null ||
    s.kernel !== kernel ||
    s.rows !== rows ||
    s.columns !== columns ||
    s.type !== type ||
    s.fast !== fast
  ) {
    s = recall(
      kept,
      (k) => k.kernel === kernel && k.rows === rows && k.columns === columns && k.type === type && k.fast === fast,
      () => {
        const plan = makePlan<Record<string, Floats>, Record<string, Floats>>({
          source: kernel.source,
          type,
          fast,
          threads: 1,
          layout: layoutOf(kernel, type, rows, columns, {}),
        });
        return {
          kernel,
          type,
          rows,
          columns,
          fast,
          plan,
          x: must(plan.inputs[kernel.x]),
          y: must(plan.outputs[kernel.y]),
        };
      },
    );
    recent = s;
  }
  move(s.x, x);
  s.plan.run();
  move(y, s.y);
  return y;
}
/** The entry that fits, or a new one; it moves to the front, and the one that waited longest falls out. */
export function recall<T>(list: T[], fits: (entry: T) => boolean, make: () => T): T {
  const at = list.findIndex(fits);
  const found = at === -1 ? make() : must(list.splice(at, 1)[0]);
  list.unshift(found);
  list.length = Math.min(list.length, KEPT);
  return found;
}
/** Copies; below about 32 elements a loop is faster than `set`. */
export function move(to: Floats, from: Floats): void {
  if (from.length > 32) to.set(from);
  else for (let k = 0; k < from.length; k++) to[k] = must(from[k]);
}

function applyLarge(
  kernel: RowKernel,
  type: FloatType,
  x: Floats,
  second: Floats | null,
  r: Rows,
  speed: Speed,
  y: Floats,
  numbers: Numbers,
): Floats {
  const along = kernel.resultLength(r.columns) === r.columns;
  const bindings = new Map<string, Binding>([
    [kernel.x, { array: apart(x, y), walk: r }],
    [kernel.y, { array: y, walk: along ? r : { columns: kernel.resultLength(r.columns), inner: 1 } }],
  ]);
  if (second !== null && kernel.second !== undefined) bindings.set(kernel.second, { array: apart(second, y), walk: r });
  const threads = threadCount(speed);
  const layout = layoutOf(kernel, type, r.rows, r.columns, numbers);
  if (threads > 1)
    executeThreaded({ source: kernel.source, type, fast: isFast(speed), threads, layout }, bindings, noFault);
  else sessionOf(kernel.source, type, isFast(speed)).execute(layout, bindings, noFault);
  return y;
}

/** The array, or a copy if `out` is another window on the same memory. */
export function apart<T extends Floats>(x: T, out: Floats): T {
  const sameWindow = x.byteOffset === out.byteOffset && x.length === out.length;
  return x.buffer === (out.buffer as ArrayBufferLike) && !sameWindow ? (x.slice() as T) : x;
}
