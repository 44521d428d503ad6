// Loads a program: as a whole, or its definitions alone where the whole trains, fails or takes too long.
// Not here: calls (`scenario.ts`), what the file contains (`outline.ts`).
// Invariant: whatever the program does while it loads ends in an answer or with the process, never in an exception
// here.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import type { ClassOutline, FunctionOutline, Outline, RunCode, Value } from '../program.ts';
import { asRefusal, Exit, Forbidden } from './doors.ts';
import { restore } from './natives.ts';
import { outline, type Found } from './outline.ts';
import { follow, split, type Holder } from './paths.ts';
import { snapshot } from './snapshot.ts';
import { declared, parse, SyntaxFault, type Source } from './syntax.ts';
import { make, type Made, type Mode } from './transform.ts';
import { encode, TooMuch } from './values.ts';

export interface Because {
  readonly code: RunCode | (string & {});
  readonly message: string;
  readonly line?: number;
}
export type Loaded = (Outline & { readonly error?: never }) | { readonly error: Because };

/** A part of a package that is not installed was used. */
export class MissingPackage extends Error {
  override readonly name = 'MissingPackage';
}

/** Runs a function under a limit of seconds; what it returns may be a promise, which the limit does not reach. */
export function within<T>(seconds: number, what: () => T): T {
  slot.what = what;
  return callSlot.runInThisContext({ timeout: Math.max(1, Math.round(seconds * 1000)) }) as T;
}
const slot: { what: unknown } = { what: null };
Object.defineProperty(globalThis, '__whygrad_slot', { value: slot });
const callSlot = new Script('__whygrad_slot.what()', { filename: 'whygrad' });

type Module = { exports: Holder };

export class Program {
  readonly path: string;
  readonly text: string;
  source: Source | null = null;
  found: Found | null = null;
  lifted: Made['lifted'] = [];
  /** The module's top-level names; reading one that has no value yet throws. */
  reach: Holder = {};
  exports: Holder = {};
  restore: () => void = () => undefined;
  readonly #modules = new Map<string, Module>();

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  async load(mode: Mode, limit: number): Promise<Loaded> {
    try {
      this.source = parse(this.text, this.path);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      return { error: { code: 'run-syntax', message: error.message, line: error.line } };
    }
    let because = await this.#attempt(mode, limit);
    const first = because;
    let loaded: Outline['loaded'] = mode === 'whole' && because === null ? 'whole' : 'definitions';
    for (const next of mode === 'bare' ? [] : (['definitions', 'bare'] as const)) {
      if (because === null) break;
      loaded = 'definitions';
      because = await this.#attempt(next, limit);
    }
    const replaced = restore();
    if (replaced !== '')
      return {
        error: { code: 'run-builtins', message: `the program replaces what JavaScript has built in: ${replaced}` },
      };
    return this.#answer(loaded, first);
  }

  async #attempt(mode: Mode, limit: number): Promise<Because | null> {
    const source = this.source as Source;
    try {
      this.#modules.clear();
      const made = make(source, mode);
      this.lifted = made.lifted;
      const module: Module = { exports: {} };
      this.#modules.set(this.path, module);
      await within(limit, () => this.#execute(made.code, this.path, module, (reach) => (this.reach = reach)));
      this.exports = module.exports ?? {};
      return null;
    } catch (error) {
      return reason(error, this.path, 'importing it: ');
    }
  }

  #execute(code: string, path: string, module: Module, reach: (names: Holder) => void): unknown {
    const run = new Script(code, { filename: path }).runInThisContext() as (...given: unknown[]) => unknown;
    const load = (name: string): unknown => this.#require(name, path);
    const meta = { url: `${pathToFileURL(path).href}?program`, filename: path, dirname: dirname(path) };
    return run.call(module.exports, module.exports, load, module, path, dirname(path), meta, reach);
  }

  // --- other modules ---

  #require(name: string, from: string): unknown {
    const load = createRequire(from);
    const file = /^\.{0,2}\//.test(name) ? fileOf(join(name.startsWith('/') ? '' : dirname(from), name)) : null;
    if (file !== null && extname(file) !== '.json' && extname(file) !== '.node') return this.#own(file);
    try {
      return load(file ?? name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND' || builtinModules.includes(name)) throw error;
      if (file !== null || name.startsWith('.')) throw error;
      return absent(name);
    }
  }

  /** A file that lies beside the program: read the same way, whatever its syntax. */
  #own(path: string): unknown {
    const known = this.#modules.get(path);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {} };
    this.#modules.set(path, module);
    const source = parse(readFileSync(path, 'utf8'), path);
    this.#execute(make(source, 'whole').code, path, module, () => undefined);
    return module.exports;
  }

  // --- what there is ---

  /** The value of a top-level name, or of what the module exports. */
  value(name: string): unknown {
    if (name in this.reach) return this.reach[name];
    if (name === 'default' && typeof this.exports === 'function') return this.exports;
    if (this.exports !== null && this.exports !== undefined && name in Object(this.exports)) return this.exports[name];
    return (globalThis as Holder)[name];
  }

  has(path: string): boolean {
    try {
      const { first, steps } = split(path);
      return follow(this.value(first), steps) !== undefined;
    } catch {
      return false;
    }
  }

  #names(): string[] {
    return declared((this.source as Source).body).filter((name) => this.has(name));
  }

  #answer(loaded: Outline['loaded'], because: Because | null): Outline {
    this.found = outline(this.source as Source);
    const names = this.#names();
    this.restore = snapshot(this.reach, names);
    const homes = this.#homes();
    const functions = this.found.functions.map((f) => this.#reachable(f, homes));
    const classes = this.found.classes.map((c) => this.#reachableClass(c, homes));
    functions.splice(-1, 0, ...this.#loops());
    const constants: Record<string, Value> = {};
    for (const name of names) {
      const value = this.reach[name];
      if (typeof value === 'function' || isModule(value)) continue;
      try {
        constants[name] = encode(value, 3);
      } catch {
        // too large to be told
      }
    }
    return { loaded, functions, classes, constants, ...(because === null ? {} : { because }) };
  }

  /** Where functions lie that a module has put into objects of its top level, by their own names. */
  #homes(): Map<string, string> {
    const homes = new Map<string, string>();
    const holders: [string, unknown][] = this.#names().map((name) => [`${name}.`, this.reach[name]]);
    for (const [prefix, holder] of [['', this.exports] as [string, unknown], ...holders]) {
      if (holder === null || (typeof holder !== 'object' && typeof holder !== 'function')) continue;
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
        if (typeof value !== 'function' || homes.has(value.name)) continue;
        homes.set(value.name, prefix + name);
        if (!homes.has(name)) homes.set(name, prefix + name);
      }
    }
    return homes;
  }

  /** A function inside another one that can be reached all the same is none of the inner ones. */
  #reachable(f: FunctionOutline, homes: ReadonlyMap<string, string>): FunctionOutline {
    if (f.isNested !== true) return f;
    const path = this.has(f.name) ? f.name : f.name.includes('.') ? undefined : homes.get(f.name);
    if (path === undefined) return f;
    this.#alias(f.name, path);
    const { isNested: _, ...rest } = f;
    return { ...rest, name: path, isExported: true };
  }

  #reachableClass(c: ClassOutline, homes: ReadonlyMap<string, string>): ClassOutline {
    const path = this.has(c.name) ? c.name : homes.get(c.name);
    if (path === undefined || path === c.name) return c;
    const renamed = (m: FunctionOutline): FunctionOutline => {
      const name = path + m.name.slice(c.name.length);
      this.#alias(m.name, name);
      return { ...m, name };
    };
    return { ...c, name: path, methods: c.methods.map(renamed) };
  }

  #alias(name: string, path: string): void {
    const node = this.found?.nodes.get(name);
    if (node !== undefined) this.found?.nodes.set(path, node);
  }

  #loops(): FunctionOutline[] {
    const text = this.text;
    return this.lifted.map(({ name, loop, parameters, assigned }) => ({
      name,
      parameters: parameters.map((each) => ({ name: each })),
      isLifted: true,
      isExported: false,
      doc: '',
      line: loop.loc.start.line,
      endLine: loop.loc.end.line,
      text: text.slice(loop.start, loop.end),
      calls: [],
      assigns: assigned,
      returned: assigned,
      ...(name.startsWith('<') ? { defaults: this.#defaults(parameters) } : {}),
    }));
  }

  #defaults(parameters: readonly string[]): Record<string, Value> {
    const known = parameters.filter((name) => name in this.reach && this.has(name));
    return Object.fromEntries(known.map((name) => [name, encode(this.reach[name], 4)]));
  }
}

const isModule = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Module]';

const endings = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.js',
  '.mjs',
  '.cjs',
  '.json',
  '/index.ts',
  '/index.js',
  '/index.mjs',
  '/index.cjs',
];

function fileOf(path: string): string | null {
  const typed = path.replace(/\.([cm]?)js$/, '.$1ts');
  const tries = [...endings.map((ending) => path + ending), typed];
  return tries.find((each) => existsSync(each) && statSync(each).isFile()) ?? null;
}

/** Stands for a package that is not installed: it can be named and taken apart, not called. */
function absent(name: string): unknown {
  const refuse = (): never => {
    throw new MissingPackage(`the package ${name} is not installed`);
  };
  const standIn: unknown = new Proxy(refuse, {
    get: (_, key) => (key === '__esModule' ? true : typeof key === 'symbol' || key === 'then' ? undefined : standIn),
    construct: refuse,
  });
  return standIn;
}

// --- reasons ---------------------------------------------------------------------------------------------------------

const codes: readonly (readonly [new (...given: never[]) => Error, RunCode])[] = [
  [TooMuch, 'run-output'],
  [Forbidden, 'run-forbidden'],
  [Exit, 'run-exit'],
  [MissingPackage, 'run-missing-module'],
];

export function reason(thrown: unknown, path: string, what = ''): Because {
  const error = asRefusal(thrown);
  const line = lineOf(error, path);
  return { ...described(error, what), ...(line === null ? {} : { line }) };
}

function described(error: unknown, what: string): Because {
  if (!(error instanceof Error)) return { code: 'Error', message: what + String(error).slice(0, 300) };
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
    return { code: 'run-timeout', message: `${what}the call takes too long` };
  if (/Array buffer allocation failed|out of memory|Invalid (?:typed )?array length/i.test(error.message)) {
    return { code: 'run-memory', message: `${what}the program takes more memory than it may: ${error.message}` };
  }
  const known = codes.find(([kind]) => error instanceof kind);
  return { code: known?.[1] ?? error.name, message: what + error.message.slice(0, 300) };
}

/** The innermost line of the program in an error's stack. */
function lineOf(error: unknown, path: string): number | null {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return null;
  const at = error.stack.indexOf(`${path}:`);
  const line = at === -1 ? null : /^\d+/.exec(error.stack.slice(at + path.length + 1));
  return line === null ? null : Number(line[0]);
}
