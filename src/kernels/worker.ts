// One helper thread: waits for chunks of rows and computes them.
// Not here: who gives out the work (`workers.ts`).
// Invariant: it touches only memories that were sent to it, and only rows whose ticket it took.
import { instantiate } from './instance.ts';
import { control, takeChunk, ticketsLeft, type RowsFunction } from './protocol.ts';

interface Port {
  postMessage(message: unknown): void;
  onMessage(receive: (message: WorkerMessage) => void): void;
}

export type WorkerMessage =
  | { readonly kind: 'start'; readonly control: SharedArrayBuffer; readonly index: number }
  | {
      readonly kind: 'plan';
      readonly plan: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      readonly scratch: number;
    }
  | { readonly kind: 'forget'; readonly plan: number };

/** Looks for work this often before sleeping: waking costs more than a short wait. */
const SPINS = 20_000;

const plans = new Map<number, { readonly rows: RowsFunction; readonly scratch: number }>();
let ints: Int32Array | null = null;
let index = 0;
let read = 0;

function receive(message: WorkerMessage): void {
  read = (read + 1) | 0;
  if (message.kind === 'start') {
    ints = new Int32Array(message.control);
    index = message.index;
  } else if (message.kind === 'plan')
    plans.set(message.plan, { rows: instantiate(message.module, message.memory).rows, scratch: message.scratch });
  else plans.delete(message.plan);
  if (ints !== null) work(ints);
}

/** Computes until a message waits to be read. */
function work(shared: Int32Array): void {
  let spins = 0;
  while (Atomics.load(shared, control.mail + index) === read) {
    const limit = Atomics.load(shared, control.limit);
    if (ticketsLeft(shared) > 0 && index < Atomics.load(shared, control.width)) {
      const plan = plans.get(Atomics.load(shared, control.plan));
      if (plan === undefined) return;
      takeChunk(shared, plan.rows, plan.scratch);
      spins = 0;
    } else if (++spins > SPINS) {
      Atomics.add(shared, control.sleepers, 1);
      // A message that was announced in between is seen at the latest after this pause.
      Atomics.wait(shared, control.limit, limit, 1000);
      Atomics.sub(shared, control.sleepers, 1);
      spins = 0;
    }
  }
}

/** The line to the main thread, in Node and in browsers. */
function openPort(): Port {
  const threads = nodeThreads();
  if (threads !== null) {
    const port = threads.parentPort;
    return { postMessage: (m) => port.postMessage(m), onMessage: (f) => port.on('message', f) };
  }
  const scope = globalThis as unknown as {
    postMessage(m: unknown): void;
    onmessage: ((event: { data: WorkerMessage }) => void) | null;
  };
  return {
    postMessage: (m) => scope.postMessage(m),
    onMessage: (f) => {
      scope.onmessage = (event) => f(event.data);
    },
  };
}
interface NodeThreads {
  readonly parentPort: { postMessage(m: unknown): void; on(event: 'message', f: (m: WorkerMessage) => void): void };
}
function nodeThreads(): NodeThreads | null {
  const host = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return (host?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined) ?? null;
}

openPort().onMessage(receive);
