// The helper threads of this thread: started when first needed, shared by all plans, in Node and in
// cross-origin-isolated browsers.
// Not here: what a helper does (`worker.ts`), the integers they share (`protocol.ts`).
// Invariant: a dispatch is right whichever helpers take part, none included: the calling thread takes chunks too.
import { control, CONTROL_INTS, MAX_HELPERS, takeChunk, type RowsFunction } from './protocol.ts';
import type { WorkerMessage } from './worker.ts';

interface Helper {
  postMessage(message: WorkerMessage): void;
  unref?(): void;
  on?(event: 'error', f: () => void): void;
  onerror?: unknown;
}
/** What a plan gives to the helpers; `scratch[k]` belongs to thread k, 0 being the caller. */
export interface SharedPlan {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly scratch: readonly number[];
}
/** One computation over rows: which plan, its record, how many rows, how many of them at a time, how many threads. */
export interface Dispatch {
  readonly plan: number;
  readonly record: number;
  readonly rows: number;
  readonly chunk: number;
  readonly threads: number;
  readonly compute: RowsFunction;
  readonly scratch: number;
}

/** Looks this often for the last chunks before sleeping. */
const SPINS = 10_000;

const helpers: Helper[] = [];
const plans = new Map<number, SharedPlan>();
let shared: Int32Array | null = null;
let lastPlan = 0;

/** Whether threads can share memory here. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  return nodeThreads() !== null || (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
}

/** Makes a plan known to `threads − 1` helpers, starting those that are missing. */
export function sharePlan(plan: SharedPlan, threads: number): number {
  shared ??= new Int32Array(new SharedArrayBuffer(4 * CONTROL_INTS));
  while (helpers.length < Math.min(threads - 1, MAX_HELPERS)) startHelper(shared);
  const id = ++lastPlan;
  plans.set(id, plan);
  helpers.forEach((_, k) => tell(k, planMessage(id, plan, k)));
  return id;
}
/** Lets the helpers drop a plan's memory. */
export function forgetPlan(id: number): void {
  if (plans.delete(id)) helpers.forEach((_, k) => tell(k, { kind: 'forget', plan: id }));
}
const planMessage = (id: number, plan: SharedPlan, helper: number): WorkerMessage => ({
  kind: 'plan',
  plan: id,
  module: plan.module,
  memory: plan.memory,
  scratch: plan.scratch[helper + 1] ?? 0,
});

function tell(helper: number, message: WorkerMessage): void {
  if (shared === null) return;
  helpers[helper]?.postMessage(message);
  Atomics.add(shared, control.mail + helper, 1);
  Atomics.notify(shared, control.limit);
}

function startHelper(ints: Int32Array): void {
  const helper = openHelper();
  // Work goes on without a helper that cannot start: its message box is simply never read.
  if (helper.on === undefined) helper.onerror = () => undefined;
  else helper.on('error', () => undefined);
  helper.unref?.();
  const index = helpers.push(helper) - 1;
  tell(index, { kind: 'start', control: ints.buffer as unknown as SharedArrayBuffer, index });
  for (const [id, plan] of plans) tell(index, planMessage(id, plan, index));
}

/** Gives out the chunks, takes its part, and returns when all rows are done. */
export function dispatch(d: Dispatch): void {
  const ints = open(d);
  while (takeChunk(ints, d.compute, d.scratch)) {
    /* the next chunk */
  }
  let spins = 0;
  for (let left = unfinished(ints); left !== 0; left = unfinished(ints)) {
    if (ticketsStillThere(ints)) takeChunk(ints, d.compute, d.scratch);
    else if (++spins > SPINS && mayBlock())
      Atomics.wait(ints, control.done, (Atomics.load(ints, control.limit) - left) | 0, 10);
  }
}
/** The same where blocking is not allowed: between chunks others may run. */
export async function dispatchAsync(d: Dispatch): Promise<void> {
  const ints = open(d);
  while (unfinished(ints) !== 0) {
    takeChunk(ints, d.compute, d.scratch);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
  }
}
function open(d: Dispatch): Int32Array {
  const ints = shared;
  if (ints === null) throw new Error('bug: a dispatch before a plan');
  const base = Atomics.load(ints, control.next);
  if (unfinished(ints) !== 0) throw new Error('bug: a dispatch inside a dispatch');
  for (const [name, value] of [
    ['base', base],
    ['plan', d.plan],
    ['record', d.record],
    ['rows', d.rows],
    ['chunk', d.chunk],
    ['width', d.threads - 1],
  ] as const)
    Atomics.store(ints, control[name], value);
  Atomics.store(ints, control.limit, (base + Math.ceil(d.rows / d.chunk)) | 0);
  if (Atomics.load(ints, control.sleepers) > 0) Atomics.notify(ints, control.limit);
  return ints;
}
const unfinished = (ints: Int32Array): number =>
  (Atomics.load(ints, control.limit) - Atomics.load(ints, control.done)) | 0;
const ticketsStillThere = (ints: Int32Array): boolean =>
  ((Atomics.load(ints, control.limit) - Atomics.load(ints, control.next)) | 0) > 0;

interface NodeThreads {
  readonly Worker: new (url: URL) => Helper;
}
function nodeThreads(): NodeThreads | null {
  const host = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return (host?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined) ?? null;
}
/** A page's own thread must not sleep. */
const mayBlock = (): boolean => typeof (globalThis as { document?: unknown }).document === 'undefined';

declare const Worker: new (url: URL, options: { readonly type: 'module' }) => Helper;
function openHelper(): Helper {
  const threads = nodeThreads();
  // Bundlers look for exactly this form.
  return threads === null
    ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
    : new threads.Worker(new URL('./worker.js', import.meta.url));
}
