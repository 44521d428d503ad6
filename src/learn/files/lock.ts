// A folder belongs to one run at a time: a lock file names the process that writes there.
// Not here: what is written.
// Invariant: of two runs that ask at the same time one gets the folder; the lock of a process that has ended is taken
// over.
import { WhygradError } from '../../term/error.ts';
import { builtIn, fileSystem, joinPath } from './disk.ts';

const LOCK = 'whygrad.lock';

/** Who holds a folder. `started` tells a process from a later one of the same number, where the system says it. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

/** The run of this process that holds a folder: a later one takes it from an earlier one, which then writes no more. */
const own = new Map<string, object>();

/** A folder that is held. */
export interface Lock {
  /** Throws `folder-in-use` when another run of this process has taken the folder. */
  check(): void;
  release(): void;
}

/** When a process began, in the system's own units; '' where that is not known. */
function startOf(pid: number): string {
  try {
    const stat = fileSystem().readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function self(): Holder {
  const os = builtIn('node:os') as { hostname(): string } | undefined;
  const pid = (globalThis as { process?: { pid: number } }).process?.pid ?? 0;
  return { pid, host: os?.hostname() ?? '', started: startOf(pid) };
}

function holderIn(path: string): Holder | null {
  try {
    const value = JSON.parse(fileSystem().readFileSync(path, 'utf8')) as Partial<Holder>;
    const { pid, host, started } = value;
    return typeof pid === 'number' && typeof host === 'string' && typeof started === 'string'
      ? { pid, host, started }
      : null;
  } catch {
    return null;
  }
}

/** Whether the holder still runs; on another machine that cannot be told, and the answer is yes. */
function lives(holder: Holder): boolean {
  if (holder.host !== self().host) return true;
  try {
    (globalThis as { process?: { kill(pid: number, signal: 0): void } }).process?.kill(holder.pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return started === '' || holder.started === '' || started === holder.started;
}

const inUse = (folder: string, holder: Holder | null): WhygradError =>
  new WhygradError(
    'folder-in-use',
    `another run writes into ${folder}${holder === null ? '' : ` (process ${holder.pid}${holder.host === self().host ? '' : ` on ${holder.host}`})`}`,
    {
      hint: `wait for it, stop it, or give another folder; where no such run exists, remove ${joinPath(folder, LOCK)}`,
    },
  );

/** Makes the lock file with its whole content at once; false where one stands there. */
function create(path: string): boolean {
  const fs = fileSystem();
  const { pid } = self();
  const draft = `${path}.${pid}`;
  try {
    fs.writeFileSync(draft, JSON.stringify(self()));
    fs.linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    // A file system without links: the draft's content comes a moment after the name.
    try {
      fs.writeFileSync(path, JSON.stringify(self()), { flag: 'wx' });
      return true;
    } catch (again) {
      if ((again as { code?: string }).code === 'EEXIST') return false;
      throw cannotLock(path, again);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

const cannotLock = (path: string, error: unknown): WhygradError =>
  new WhygradError('file-error', `cannot write ${path} (${(error as { code?: string }).code ?? String(error)})`, {
    hint: 'check the folder and its permissions',
  });

/** Removes the lock of a process that has ended, unless somebody was faster. */
function removeStale(path: string, stale: Holder): void {
  const fs = fileSystem();
  const aside = `${path}.${self().pid}.stale`;
  try {
    fs.renameSync(path, aside);
  } catch {
    return;
  }
  // What was moved may be the lock of a run that was faster: it gets it back.
  if (JSON.stringify(holderIn(aside)) !== JSON.stringify(stale)) {
    try {
      fs.linkSync(aside, path);
    } catch {
      /* somebody else holds the folder by now */
    }
  }
  fs.rmSync(aside, { force: true });
}

/** Throws `folder-in-use` where another process writes into the folder. */
export function requireFree(folder: string): void {
  const holder = holderIn(joinPath(folder, LOCK));
  if (holder !== null && holder.pid !== self().pid && lives(holder)) throw inUse(folder, holder);
}

function realFolder(folder: string): string {
  try {
    return fileSystem().realpathSync(folder);
  } catch (error) {
    throw cannotLock(folder, error);
  }
}

/** Takes a folder that exists. Throws `folder-in-use`, `file-error`. */
export function lockFolder(folder: string): Lock {
  const fs = fileSystem();
  const path = joinPath(realFolder(folder), LOCK);
  for (let tries = 0; ; tries++) {
    if (create(path)) break;
    const holder = holderIn(path);
    if (holder?.pid === self().pid && holder.host === self().host && holder.started === self().started) break;
    if (tries > 3 || (holder !== null && lives(holder))) throw inUse(folder, holder);
    if (holder !== null) removeStale(path, holder);
  }
  const me = {};
  own.set(path, me);
  return {
    check: () => {
      if (own.get(path) !== me) throw inUse(folder, null);
    },
    release: () => {
      if (own.get(path) !== me) return;
      own.delete(path);
      fs.rmSync(path, { force: true });
    },
  };
}
