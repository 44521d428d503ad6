// Runs scenarios: steps with names of their own over a loaded program.
// Not here: loading, limits from outside.
// Invariant: a fault of the program is told in the outcome with its step; the next scenario starts from the same state.
import type { Arg, Outcome, Recorded, Scenario, Step, StepOutcome, Value } from '../program.ts';
import { reason, within, type Program } from './loading.ts';
import { restore } from './natives.ts';
import { follow, NoSuchName, split, type Holder } from './paths.ts';
import { decode, encode } from './values.ts';

type Call = (...given: unknown[]) => unknown;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The outcome of one scenario; it may take `limit` seconds. */
export async function run(program: Program, scenario: Scenario, limit: number): Promise<Outcome> {
  const one = new Run(program, scenario);
  let error: Outcome['error'];
  try {
    const end = performance.now() + limit * 1000;
    within(limit, () => one.begin());
    for (let step = 0; step < scenario.steps.length; step++) {
      await within(Math.max(0.001, (end - performance.now()) / 1000), () => one.next());
    }
    within(Math.max(0.001, (end - performance.now()) / 1000), () => one.finish());
  } catch (thrown) {
    const { code, message, line } = reason(thrown, program.path);
    error = { step: one.step, type: code, message, ...(line === undefined ? {} : { line }) };
  }
  const replaced = restore();
  one.undo();
  if (replaced !== '') {
    error = {
      step: one.step,
      type: 'run-builtins',
      message: `the program replaces what JavaScript has built in: ${replaced}`,
    };
  }
  return {
    steps: one.outcomes,
    values: one.values,
    ...(error === undefined ? {} : { error }),
    ...(one.recorded === null ? {} : { recorded: one.recorded }),
  };
}

class Run {
  step = -1;
  readonly outcomes: Writable<StepOutcome>[] = [];
  readonly values: Record<string, Value> = {};
  readonly recorded: Writable<Recorded>[] | null;
  readonly #program: Program;
  readonly #scenario: Scenario;
  readonly #names = new Map<string, unknown>();
  readonly #undoing: (() => void)[] = [];

  constructor(program: Program, scenario: Scenario) {
    this.#program = program;
    this.#scenario = scenario;
    this.recorded = scenario.record === undefined ? null : [];
  }

  begin(): void {
    this.#program.restore();
    seed(this.#scenario.seed ?? 0);
    for (const name of this.#scenario.record ?? []) this.#record(name);
  }

  async next(): Promise<void> {
    const step = this.#scenario.steps[++this.step] as Step;
    const outcome: Writable<StepOutcome> = {};
    this.outcomes.push(outcome);
    let result = this.#do(step, outcome);
    if (result instanceof Promise) result = await result;
    if ('let' in step && step.let !== undefined) this.#names.set(step.let, result);
    if (this.#scenario.want === undefined) outcome.result = encode(result);
  }

  finish(): void {
    for (const path of this.#scenario.want ?? []) this.values[path] = encode(this.#get(path));
  }

  undo(): void {
    for (const change of this.#undoing.reverse()) change();
  }

  // --- steps ---

  #do(step: Step, outcome: Writable<StepOutcome>): unknown {
    if ('call' in step) return this.#call(step, outcome);
    if ('set' in step) return this.#set(step.set, this.#arg(step.value, []));
    if ('get' in step) return this.#get(step.get);
    if ('value' in step) return this.#arg(step.value, []);
    throw new TypeError('automatic differentiation is not known here');
  }

  #call(step: Extract<Step, { call: string }>, outcome: Writable<StepOutcome>): unknown {
    const { owner, value } = this.#function(step.call);
    const args: unknown[] = [];
    for (const each of step.args) args.push(this.#arg(each, args));
    const result = isConstructor(value) ? Reflect.construct(value, args) : Reflect.apply(value, owner, args);
    if (this.#scenario.watch === true) {
      outcome.args = args.map((a) => encode(a));
      outcome.shares = args.flatMap((a, k) => (shares(result, a) ? [k] : []));
      if (owner !== undefined && typeof owner === 'object') outcome.object = encode(owner, 3);
    }
    return result;
  }

  #set(path: string, value: unknown): unknown {
    const { first, steps } = split(path);
    const last = steps.at(-1);
    if (last !== undefined) {
      const owner = follow(this.#first(first), steps.slice(0, -1));
      if (owner instanceof Map) owner.set(last, value);
      else (owner as Holder)[last] = value;
    } else if (this.#names.has(first)) this.#names.set(first, value);
    else {
      const { reach } = this.#program;
      const old = reach[first];
      this.#undoing.push(() => (reach[first] = old));
      reach[first] = value;
    }
    return value;
  }

  // --- names ---

  #first(name: string): unknown {
    if (this.#names.has(name)) return this.#names.get(name);
    const value = this.#program.value(name);
    if (value === undefined) throw new NoSuchName(`the program has no '${name}'`);
    return value;
  }

  #lifted(path: string): unknown {
    const found = this.#program.lifted.find((l) => l.name === path);
    return found === undefined ? undefined : this.#program.reach[found.id];
  }

  #get(path: string): unknown {
    const lifted = this.#lifted(path);
    if (lifted !== undefined) return lifted;
    const { first, steps } = split(path);
    return follow(this.#first(first), steps);
  }

  #function(path: string): { readonly owner: unknown; readonly value: Call } {
    const lifted = this.#lifted(path);
    if (lifted !== undefined) return { owner: undefined, value: lifted as Call };
    const { first, steps } = split(path);
    const owner = steps.length === 0 ? undefined : follow(this.#first(first), steps.slice(0, -1));
    const value = steps.length === 0 ? this.#first(first) : follow(owner, steps.slice(-1));
    if (typeof value !== 'function') throw new TypeError(`${path} is no function`);
    return { owner, value: value as Call };
  }

  #arg(given: Arg, before: readonly unknown[]): unknown {
    if ('ref' in given) return this.#get(given.ref);
    if ('same' in given) return before[given.same];
    if ('function' in given) return this.#function(given.function).value;
    if ('items' in given) return given.items.map((each) => this.#arg(each, before));
    if ('fields' in given)
      return Object.fromEntries(Object.entries(given.fields).map(([k, v]) => [k, this.#arg(v, before)]));
    return decode(given);
  }

  // --- recording ---

  #record(path: string): void {
    const { first, steps } = split(path);
    const last = steps.at(-1);
    if (!this.#program.has(path)) return;
    const start = this.#program.value(first);
    const owner = last === undefined ? this.#program.reach : this.#owner(start, steps.slice(0, -1), last);
    const name = last ?? first;
    const kept = owner[name];
    if (typeof kept !== 'function' || !(name in owner)) return;
    owner[name] = this.#wrapper(path, kept as Call);
    this.#undoing.push(() => (owner[name] = kept));
  }

  /** The object that holds a function: for a class's method, its prototype. */
  #owner(start: unknown, steps: readonly string[], last: string): Holder {
    const holder = follow(start, steps) as Holder;
    const prototype = holder.prototype as Holder | undefined;
    return !(last in holder) && prototype !== undefined ? prototype : holder;
  }

  #wrapper(path: string, kept: Call): Call {
    const recorded = this.recorded ?? [];
    const wrapped = function (this: unknown, ...given: unknown[]): unknown {
      if (recorded.length >= 200) return Reflect.apply(kept, this, given);
      const by = callerOf(new Error().stack ?? '');
      const note: Writable<Recorded> = {
        function: path,
        by,
        args: given.map((g) => encode(g)),
        named: {},
        returned: { none: true },
      };
      recorded.push(note);
      const result = new.target === undefined ? Reflect.apply(kept, this, given) : Reflect.construct(kept, given);
      note.returned = encode(result);
      return result;
    };
    return Object.assign(wrapped, kept);
  }
}

/** The function in the third line of a stack: the first is the error, the second the wrapper. */
const callerOf = (stack: string): string =>
  /^\s*at (?:new )?([\w$.<>]+) /.exec(stack.split('\n')[2] ?? '')?.[1] ?? '<module>';

/** Whether a call must be written with `new`. */
function isConstructor(value: Call): boolean {
  if (/^class\b/.test(Function.prototype.toString.call(value))) return true;
  const { prototype } = value as { readonly prototype?: object };
  if (prototype === undefined || prototype === null) return false;
  const own = Object.getOwnPropertyNames(prototype).some((name) => name !== 'constructor');
  return own || (/^[A-Z]/.test(value.name) && /\bthis\.[\w$]+\s*=/.test(Function.prototype.toString.call(value)));
}

function shares(result: unknown, arg: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  if (result === arg) return true;
  return ArrayBuffer.isView(result) && ArrayBuffer.isView(arg) && result.buffer === arg.buffer;
}

/** Math.random starts from `value`: the generator mulberry32. */
export function seed(value: number): void {
  let state = (value + 0x6d2b79f5) | 0;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
