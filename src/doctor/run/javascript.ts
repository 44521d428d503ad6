// How the host for JavaScript and TypeScript is started: this very Node under its permissions, below limits of the
// shell.
// Not here: what the host does (`node/`).
// Invariant: the program may read files and write into its room; it starts no process and no thread.
import { Child } from './child.ts';
import { hostFile } from './hosts.ts';

/** Seconds for Node to start. */
const START = 10;
/** Kilobytes of address space beside what may be resident: code, guarded WebAssembly memories, thread stacks. */
const SPACE = 24 << 20;

/** Node's flags for permissions, by what this Node knows. */
function permissions(room: string): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  const flag = known.has('--permission')
    ? '--permission'
    : known.has('--experimental-permission')
      ? '--experimental-permission'
      : null;
  return flag === null ? [] : [flag, '--allow-fs-read=*', `--allow-fs-write=${room}/*`];
}

export async function startNode(options: { readonly cwd: string; readonly memory: number }): Promise<Child> {
  const { cwd, memory } = options;
  const heap = `--max-old-space-size=${Math.round(memory / (1 << 20))}`;
  const child = new Child((room) => {
    const args = ['--no-warnings', heap, '--stack-trace-limit=20', ...permissions(room), hostFile('node.mjs')];
    const limits = `ulimit -v ${Math.round(memory / 1024) + SPACE} 2>/dev/null; ulimit -c 0; ulimit -t 1800; exec "$0" "$@"`;
    const shell = process.platform === 'win32' ? null : ['/bin/sh', '-c', limits, process.execPath, ...args];
    const [command = process.execPath, ...rest] = shell ?? [process.execPath, ...args];
    return { command, args: rest, cwd, memory, channel: 'pipes' };
  });
  await child.next(START);
  return child;
}
