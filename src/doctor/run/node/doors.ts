// What a program may not do: open connections, end the host. Files and processes are closed by Node's permissions.
// Not here: limits on time and memory.
// Invariant: a forbidden act throws Forbidden and is remembered, whether or not the program catches it.
import { createRequire } from 'node:module';

export class Forbidden extends Error {
  override readonly name = 'Forbidden';
}
/** The program called process.exit(). */
export class Exit extends Error {
  override readonly name = 'Exit';
}

/** What was refused, in order. */
export const refused: string[] = [];

function refuse(what: string): never {
  if (refused.length < 100) refused.push(what);
  throw new Forbidden(`the program ${what}, which is not allowed here`);
}

const networks: readonly (readonly [module: string, owner: string, method: string, what: string])[] = [
  ['node:net', 'Socket', 'connect', 'opens a connection'],
  ['node:net', 'Server', 'listen', 'opens a port'],
  ['node:dgram', 'Socket', 'send', 'sends over the network'],
  ['node:dgram', 'Socket', 'bind', 'opens a port'],
];

export function closeDoors(): void {
  const load = createRequire(import.meta.url);
  for (const [module, owner, method, what] of networks) {
    const kind = (load(module) as Record<string, { readonly prototype: Record<string, unknown> }>)[owner];
    if (kind !== undefined) kind.prototype[method] = () => refuse(what);
  }
  Object.assign(globalThis, { fetch: () => refuse('opens a connection'), WebSocket: undefined });
  Object.assign(process, {
    exit: () => {
      throw new Exit('the program ends itself');
    },
  });
}

/** Node's own refusal (ERR_ACCESS_DENIED) in our words. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') return error;
  const { permission, resource } = error as unknown as { readonly permission?: string; readonly resource?: string };
  const acts: Readonly<Record<string, string>> = { ChildProcess: 'starts a process', WorkerThreads: 'starts a thread' };
  const what =
    permission === 'FileSystemWrite'
      ? `writes the file ${resource?.split('/').at(-1) ?? ''}`
      : (acts[permission ?? ''] ?? `needs ${permission}`);
  if (!refused.includes(what)) refused.push(what);
  return new Forbidden(`the program ${what}, which is not allowed here`);
}
