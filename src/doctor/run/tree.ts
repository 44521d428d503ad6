// The processes below a child: how much memory they hold together, and an end to all of them.
// Not here: starting one (`child.ts`).
// Invariant: after endTree() no process is left that descends from the child or carries its mark, setsid or not.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** A variable in the environment of every process of a run: it finds those that have left the family. */
export const MARK = 'WHYGRAD_DOCTOR_RUN';

const linux = process.platform === 'linux';
const PAGE = 4096;

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The process and everything below it. */
export function family(root: number): number[] {
  if (!linux) return familyByList(root);
  const found = [root];
  for (let at = 0; at < found.length && found.length < 10_000; at++) {
    const tasks = `/proc/${found[at]}/task`;
    for (const task of entries(tasks)) {
      for (const child of readText(`${tasks}/${task}/children`).split(' ')) if (child !== '') found.push(Number(child));
    }
  }
  return found;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
}

/** All processes, from `ps`: for systems without /proc. */
function listed(): Listed[] {
  try {
    const text = execFileSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8', timeout: 2000 });
    return text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0, kilobytes = 0]) => ({ pid, parent, bytes: kilobytes * 1024 }));
  } catch {
    return [];
  }
}

function familyByList(root: number): number[] {
  const all = listed();
  const found = [root];
  for (const pid of found) found.push(...all.filter((p) => p.parent === pid).map((p) => p.pid));
  return found;
}

/** Bytes of memory that the given processes hold. */
export function resident(pids: readonly number[]): number {
  if (linux)
    return pids.reduce((sum, pid) => sum + Number(readText(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE, 0);
  const wanted = new Set(pids);
  return listed().reduce((sum, p) => sum + (wanted.has(p.pid) ? p.bytes : 0), 0);
}

/** Processes that carry the mark, wherever they stand in the tree. */
function marked(token: string): number[] {
  const mark = `${MARK}=${token}`;
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name) && readText(`/proc/${name}/environ`).includes(mark))
    .map(Number);
}

function end(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

const isZombie = (pid: number): boolean => / [ZX] /.test(readText(`/proc/${pid}/stat`).replace(/^.*\)/, ')'));

/** Whether a process that carries the mark is still there. */
export const isLeft = (token: string): boolean =>
  linux && marked(token).some((pid) => pid !== process.pid && !isZombie(pid));

/** Ends the child, its group, everything below it, and whatever carries its mark. */
export function endTree(root: number, token: string): void {
  const below = family(root);
  end(-root);
  for (const pid of below) end(pid);
  if (!linux) return;
  // What forks while it is being ended is found in a later round.
  for (let round = 0; round < 20; round++) {
    const left = marked(token).filter((pid) => pid !== process.pid && !isZombie(pid));
    if (left.length === 0) return;
    for (const pid of left) end(pid);
  }
}
