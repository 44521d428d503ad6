// A child process under limits, with a pipe for requests and one for answers, both JSON lines.
// Not here: what is asked (`session.ts`), which program is started (`python.ts`).
// Invariant: an answer, or a RunError that names what happened, within the time that is given; nothing outlives end().
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { must } from '../../term/must.ts';
import { RunError, type RunCode } from './program.ts';
import { endTree, family, isLeft, MARK, resident } from './tree.ts';

/** Milliseconds between two looks at the memory of the tree. */
const LOOK = 50;
/** Bytes of one answer. */
const LONGEST = 64 << 20;
/** Milliseconds that a process may take to end after it closed its pipe. */
const FAREWELL = 60;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Bytes that the tree may hold. */
  readonly memory: number;
  /** `pipes`: requests on descriptor 3, answers on 4. `standard`: on standard input and output. */
  readonly channel: 'pipes' | 'standard';
}

/** Variables that a program may see of the environment here: what finds libraries and spells text. */
const seen = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'PYTHONPATH', 'SystemRoot'];
const threads = ['OMP', 'OPENBLAS', 'MKL', 'NUMEXPR', 'VECLIB_MAXIMUM', 'NUMBA', 'BLIS'];

function environment(room: string, token: string): Record<string, string> {
  const out: Record<string, string> = { HOME: room, TMPDIR: room, TMP: room, TEMP: room, [MARK]: token };
  for (const name of seen) if (process.env[name] !== undefined) out[name] = process.env[name];
  for (const name of threads) out[`${name}_NUM_THREADS`] = '1';
  const fixed = {
    MPLBACKEND: 'Agg',
    MPLCONFIGDIR: room,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONHASHSEED: '0',
    PYTHONUSERBASE: process.env.PYTHONUSERBASE ?? join(homedir(), '.local'),
    CUDA_VISIBLE_DEVICES: '',
    JAX_PLATFORMS: 'cpu',
    TF_CPP_MIN_LOG_LEVEL: '3',
    NO_COLOR: '1',
  };
  return { ...out, ...fixed };
}

/** Children that are alive: they end with this process, whatever ends it. */
const living = new Set<Child>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function endAll(): void {
  for (const child of living) child.end();
}

function onSignal(signal: NodeJS.Signals): void {
  endAll();
  process.kill(process.pid, signal);
}

function enlist(child: Child): void {
  if (living.size === 0) {
    process.on('exit', endAll);
    for (const signal of signals) process.once(signal, onSignal);
  }
  living.add(child);
}

function dismiss(child: Child): void {
  if (!living.delete(child) || living.size > 0) return;
  process.off('exit', endAll);
  for (const signal of signals) process.off(signal, onSignal);
}

/** JSON has no NaN and no infinity: they travel as strings. */
const spelled = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
const read = (key: string, value: unknown): unknown =>
  key === 'tensor' && Array.isArray(value) ? value.map(Number) : key === 'number' ? Number(value) : value;

type Waiting = { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void };

export class Child {
  /** A folder of its own: HOME and TMPDIR. */
  readonly room: string;
  readonly #token = randomBytes(12).toString('hex');
  readonly #process: ChildProcess;
  readonly #memory: number;
  readonly #lines: string[] = [];
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #waiting: Waiting | null = null;
  #fault: RunError | null = null;
  #said = '';
  #running = true;
  #watch: NodeJS.Timeout;

  /**
   * `command` is given the room's path, which it may need among its arguments. Throws a RunError where nothing can be
   * started.
   */
  constructor(command: (room: string) => Command) {
    this.room = mkdtempSync(join(tmpdir(), 'whygrad-doctor-'));
    const given = command(this.room);
    this.#memory = given.memory;
    const pipes = given.channel === 'pipes';
    this.#process = spawn(given.command, given.args, {
      cwd: given.cwd,
      env: environment(this.room, this.#token),
      detached: true,
      stdio: pipes ? ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
    });
    this.#process.on('error', (error) => this.#fail('run-exit', `${given.command} does not start: ${error.message}`));
    this.#process.on('exit', (code, signal) => {
      this.#running = false;
      this.#ended(code, signal);
    });
    const [asks, answers] = pipes ? [3, 4] : [0, 1];
    this.#listen(this.#process.stdio[answers] as Readable | null);
    (this.#process.stdio[asks] as Writable | null)?.on('error', () => undefined);
    this.#process.stderr?.on('data', (data: Buffer) => {
      if (this.#said.length < 4000) this.#said += data.toString('latin1');
    });
    this.#watch = setInterval(() => this.#look(), LOOK);
    enlist(this);
  }

  /** What it wrote on standard error, the beginning of it. */
  get said(): string {
    return this.#said;
  }
  get isAlive(): boolean {
    return this.#fault === null;
  }

  send(request: unknown): void {
    const index = this.#process.stdio.length > 3 ? 3 : 0;
    (this.#process.stdio[index] as Writable | null)?.write(`${JSON.stringify(request, spelled)}\n`);
  }

  /** The next answer. Rejects with a RunError after `seconds`, or when the child has ended. */
  async next(seconds: number): Promise<unknown> {
    const line = this.#lines.shift() ?? (await this.#wait(seconds));
    try {
      return JSON.parse(line, line.includes('"NaN"') || line.includes('Infinity"') ? read : undefined) as unknown;
    } catch {
      this.#fail('run-pipe', 'the program wrote into the pipe that takes the answers');
      throw must(this.#fault ?? undefined);
    }
  }

  #wait(seconds: number): Promise<string> {
    if (this.#fault !== null) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      const clock = setTimeout(() => {
        this.#fail('run-timeout', `the program takes longer than ${Number(seconds.toPrecision(3))} s`);
      }, seconds * 1000);
      const settle = (): void => {
        clearTimeout(clock);
        this.#waiting = null;
      };
      this.#waiting = {
        resolve: (line) => {
          settle();
          resolve(line);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
    });
  }

  #listen(answers: Readable | null): void {
    answers?.on('data', (data: Buffer) => this.#take(data));
    answers?.on('error', () => undefined);
    answers?.on('end', () => {
      setTimeout(() => this.#fail('run-pipe', 'the program closed the pipe that takes the answers'), FAREWELL).unref();
    });
  }

  #take(data: Buffer): void {
    let from = 0;
    for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, from)) {
      this.#partial.push(data.subarray(from, at));
      const line = Buffer.concat(this.#partial).toString('utf8');
      this.#partial = [];
      this.#partialBytes = 0;
      from = at + 1;
      if (this.#waiting === null) this.#lines.push(line);
      else this.#waiting.resolve(line);
    }
    this.#partial.push(data.subarray(from));
    this.#partialBytes += data.length - from;
    if (this.#partialBytes > LONGEST) this.#fail('run-output', `an answer is longer than ${LONGEST >> 20} MB`);
  }

  #look(): void {
    const pid = this.#process.pid;
    if (pid === undefined) return;
    if (resident(family(pid)) > this.#memory) {
      this.#fail('run-memory', `the program takes more than ${Math.round(this.#memory / (1 << 20))} MB of memory`);
    }
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (signal === 'SIGXCPU') this.#fail('run-timeout', 'the program takes too much processor time');
    else if (signal === 'SIGKILL')
      this.#fail('run-memory', 'the system ended the program, most likely for want of memory');
    else if (signal !== null) this.#fail('run-exit', `the program crashed (${signal})`);
    else this.#fail('run-exit', `the program ended itself with exit code ${code ?? 0}`);
  }

  #fail(code: RunCode, message: string): void {
    if (this.#fault !== null) return;
    this.#fault = new RunError(code, message);
    this.#stop();
    this.#waiting?.reject(this.#fault);
  }

  #stop(): void {
    clearInterval(this.#watch);
    dismiss(this);
    if (this.#process.pid !== undefined) endTree(this.#process.pid, this.#token);
    for (const stream of this.#process.stdio) stream?.destroy();
    rmSync(this.room, { recursive: true, force: true });
  }

  /** Ends the child and everything that it started, and removes its folder. */
  end(): void {
    this.#fail('run-exit', 'the program was ended');
  }

  /** Resolves when the system has taken away the last process of the tree, or after a while. */
  async gone(): Promise<void> {
    for (let tries = 0; tries < 100 && (this.#running || isLeft(this.#token)); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
