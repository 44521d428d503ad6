// How the threads that compute rows together talk: a few shared integers, and one loop that takes chunks.
// Not here: starting and ending threads (`workers.ts`, `worker.ts`).
// Invariant: tickets only grow; a ticket that was taken belongs to the dispatch that is open, which ends only when all
// its tickets are done.

/** Positions in the shared integers. */
export const control = {
  /** Tickets before this one may be taken. */
  limit: 0,
  /** The next ticket. */
  next: 1,
  /** Tickets done. */
  done: 2,
  /** First ticket of the open dispatch. */
  base: 3,
  /** What it works on: plan, record, rows in all and rows a chunk; how many workers may help. */
  plan: 4,
  record: 5,
  rows: 6,
  chunk: 7,
  width: 8,
  /** Workers that sleep. */
  sleepers: 9,
  /** From here on, one a worker: messages sent to it so far. */
  mail: 16,
} as const;
export const MAX_HELPERS = 112;
export const CONTROL_INTS = control.mail + MAX_HELPERS;

export type RowsFunction = (record: number, from: number, to: number, scratch: number) => void;

/** How many tickets are left of those that may be taken. Tickets wrap around at 2^32. */
export const ticketsLeft = (ints: Int32Array): number =>
  (Atomics.load(ints, control.limit) - Atomics.load(ints, control.next)) | 0;

/** Takes one ticket and does its rows; false if there was none to take or another thread was faster. */
export function takeChunk(ints: Int32Array, rows: RowsFunction, scratch: number): boolean {
  const ticket = Atomics.load(ints, control.next);
  if (((Atomics.load(ints, control.limit) - ticket) | 0) <= 0) return false;
  if (Atomics.compareExchange(ints, control.next, ticket, (ticket + 1) | 0) !== ticket) return false;
  const chunk = Atomics.load(ints, control.chunk);
  const from = ((ticket - Atomics.load(ints, control.base)) | 0) * chunk;
  rows(Atomics.load(ints, control.record), from, Math.min(from + chunk, Atomics.load(ints, control.rows)), scratch);
  const done = (Atomics.add(ints, control.done, 1) + 1) | 0;
  if (done === Atomics.load(ints, control.limit)) Atomics.notify(ints, control.done);
  return true;
}
