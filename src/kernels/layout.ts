// What stands where in a kernel's memory.
// Not here: instances, and what the numbers mean to a kernel (`compile/schedules/parameters.ts`).
// Invariant: every tensor starts at a multiple of 64 bytes behind the reserved first bytes; none overlaps another.
import { must } from '../term/must.ts';
import type { FloatType } from '../compile/math/chain.ts';
import { integerFields, numberFields } from '../compile/schedules/parameters.ts';
import { WhygradError } from '../term/error.ts';

/** The record of a kernel begins here; the table of float64 rows stands at 1,024; tensors follow at 2,048. */
export const RECORD = 64;
const FIRST = 2048;
const PAGE = 65536;
/** 4 GiB less a page: the most that 32-bit addresses reach. */
const LIMIT = 65535 * PAGE;

export type IntegerField = keyof typeof integerFields;
export type NumberField = keyof typeof numberFields;

export interface TensorLayout {
  /** The name in `plan.inputs` or `plan.outputs`; hidden tensors have none. */
  readonly name: string;
  readonly role: 'input' | 'output' | 'hidden';
  /** The record's field that holds its address. */
  readonly field: IntegerField;
  readonly type: FloatType | 'i32';
  readonly length: number;
  /** Elements that belong to one row, where rows have their own. */
  readonly perRow?: number;
  /** What every element is at the start; 0 unless given. */
  readonly fill?: number;
}

/** All that a kernel needs to know of one use of it. */
export interface KernelLayout {
  readonly tensors: readonly TensorLayout[];
  readonly integers: Readonly<Partial<Record<IntegerField, number>>>;
  readonly numbers: Readonly<Partial<Record<NumberField, number>>>;
  /** Units that may be computed apart. */
  readonly rows: number;
  /** Elements of a unit, for estimates of time. */
  readonly rowLength: number;
  readonly scratchBytes: number;
}

export const bytesOf = (type: FloatType | 'i32'): number => (type === 'f64' ? 8 : 4);
const aligned = (n: number): number => Math.ceil(n / 64) * 64;

/** The address of each tensor, of one scratch area a thread, and the pages that hold them. */
export function place(
  layout: KernelLayout,
  threads: number,
): { addresses: number[]; scratch: number[]; pages: number } {
  let next = FIRST;
  const take = (bytes: number): number => {
    const at = next;
    next += aligned(bytes);
    return at;
  };
  const addresses = layout.tensors.map((t) => take(t.length * bytesOf(t.type)));
  const scratch = Array.from({ length: threads }, () => take(layout.scratchBytes));
  if (!(next <= LIMIT))
    throw new WhygradError(
      'too-large',
      `The tensors need ${Math.ceil(next / 2 ** 30)} GiB, more than the 4 GiB that WebAssembly addresses.`,
      { hint: 'Work on fewer rows at a time.' },
    );
  return { addresses, scratch, pages: Math.ceil(next / PAGE) };
}

/** Writes the record. */
export function writeRecord(
  buffer: ArrayBuffer,
  layout: KernelLayout,
  addresses: readonly number[],
  scratch: number,
): void {
  const view = new DataView(buffer);
  for (const offset of Object.values(integerFields)) view.setInt32(RECORD + offset, 0, true);
  for (const offset of Object.values(numberFields)) view.setFloat64(RECORD + offset, 0, true);
  layout.tensors.forEach((t, k) => view.setInt32(RECORD + integerFields[t.field], must(addresses[k]), true));
  view.setInt32(RECORD + integerFields.scratch, scratch, true);
  for (const [name, value] of Object.entries(layout.integers))
    view.setInt32(RECORD + integerFields[name as IntegerField], value, true);
  for (const [name, value] of Object.entries(layout.numbers))
    view.setFloat64(RECORD + numberFields[name as NumberField], value, true);
}
