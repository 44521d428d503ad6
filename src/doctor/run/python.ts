// Which Python runs a file, and how its host is started.
// Not here: what the host does (`python/`).
// Invariant: a Python is chosen by what the file imports, never by its place on PATH alone; none is installed or
// changed.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { must } from '../../term/must.ts';
import { Child } from './child.ts';
import { hostFile } from './hosts.ts';
import { RunError } from './program.ts';

/** Seconds for a Python to start without any library. */
const START = 10;
/** Seconds of processor time in one session, the last resort where nobody watches any more. */
const PROCESSOR = 1800;

export interface Seat {
  readonly python: string;
  readonly version: string;
  /** Libraries that the file imports and that this Python lacks. */
  readonly missing: readonly string[];
}

/** Top-level names of what a file imports outside of try, if and functions; modules that lie beside it are its own. */
export function importsOf(source: string, folder: string): string[] {
  const names = [...source.matchAll(/^(?:from[ \t]+(\w+)[\w.]*[ \t]+import\b|import[ \t]+([^\n#;]+))/gm)].flatMap(
    ([, from, list]) =>
      from !== undefined
        ? [from]
        : must(list)
            .split(',')
            .map((part) => must(part.trim().split(/[\s.]/)[0])),
  );
  const own = (name: string): boolean => existsSync(join(folder, `${name}.py`)) || existsSync(join(folder, name));
  return [...new Set(names)].filter((name) => /^\w+$/.test(name) && !own(name));
}

/**
 * Pythons in the order in which they are tried: of an environment beside the file, on PATH, where systems keep theirs.
 */
export function candidates(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    for (const name of ['.venv', 'venv']) found.push(join(at, name, 'bin', 'python'));
  }
  for (const place of (process.env.PATH ?? '').split(delimiter))
    if (place !== '') found.push(join(place, 'python3'), join(place, 'python'));
  for (const place of ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']) found.push(join(place, 'python3'));
  const places = found
    .filter((path) => existsSync(path))
    .map((path) => join(realpathSync(dirname(path)), basename(path)));
  return [...new Set(places)];
}

/** Version managers put a script in Python's place; it needs the environment that a program here does not see. */
function behindScript(path: string): string {
  if (!isScript(path)) return path;
  try {
    const say = 'import sys; print(sys.executable)';
    return (
      execFileSync(path, ['-c', say], {
        encoding: 'utf8',
        timeout: 5000,
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || path
    );
  } catch {
    return path;
  }
}

function isScript(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(2);
    readSync(file, head, 0, 2, 0);
    return head.toString('latin1') === '#!';
  } finally {
    closeSync(file);
  }
}

/** Starts the host in one Python, which says what it lacks of `needs`. */
export async function startPython(
  python: string,
  needs: readonly string[],
  options: { readonly cwd: string; readonly memory: number },
): Promise<{ readonly child: Child; readonly seat: Seat }> {
  const child = new Child((room) => ({
    command: python,
    args: [
      '-B',
      dirname(hostFile('python/__main__.py')),
      JSON.stringify({ asks: 3, answers: 4, room, needs, memory: options.memory, seconds: PROCESSOR }),
    ],
    cwd: options.cwd,
    memory: options.memory,
    channel: 'pipes',
  }));
  try {
    const hello = (await child.next(START)) as { readonly ready: string; readonly missing: readonly string[] };
    return { child, seat: { python, version: hello.ready, missing: hello.missing } };
  } catch (error) {
    child.end();
    const said = child.said.trim().split('\n').at(-1) ?? '';
    throw new RunError(
      'run-no-python',
      `${python} does not start: ${said === '' && error instanceof Error ? error.message : said}`,
    );
  }
}

/**
 * Chooses a Python and starts it: the one that is asked for, else the first that lacks nothing, else the one that lacks
 * least.
 */
export async function findPython(
  needs: readonly string[],
  options: { readonly cwd: string; readonly memory: number; readonly python?: string | undefined },
): Promise<{ readonly child: Child; readonly seat: Seat }> {
  if (options.python !== undefined) return startPython(options.python, needs, options);
  let best: Seat | null = null;
  const tried: string[] = [];
  for (const path of candidates(options.cwd)) {
    const python = behindScript(path);
    if (tried.includes(python)) continue;
    tried.push(python);
    const started = await startPython(python, needs, options).catch(() => null);
    if (started === null) continue;
    if (started.seat.missing.length === 0) return started;
    started.child.end();
    if (best === null || started.seat.missing.length < best.missing.length) best = started.seat;
  }
  if (best === null) {
    throw new RunError('run-no-python', 'there is no Python on this machine that starts', {
      hint: `install Python 3.8 or later, or name one: --python PATH${tried.length > 0 ? ` (tried ${tried.join(', ')})` : ''}`,
    });
  }
  return startPython(best.python, needs, options);
}
