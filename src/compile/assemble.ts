// A WebAssembly module put together: functions with their locals, memory, exports, data, and the bytes of the whole.
// Not here: the instructions (`wasm.ts`) and any knowledge of what is computed.
// Invariant: the same calls give the same bytes.
import { lastOf } from '../term/must.ts';
import {
  flatten,
  globalAt,
  localAt,
  typeCode,
  unsigned,
  type Code,
  type Expression,
  type Global,
  type Local,
  type ValueType,
} from './wasm.ts';

type LocalsOf<P extends readonly ValueType[]> = { [K in keyof P]: Local<P[K]> };

/** A function of the module; `call` gives its code at a call site. */
export interface FunctionReference {
  readonly index: number;
  /** A call whose single result is used. */
  call<T extends ValueType>(type: T, ...args: readonly Expression[]): Expression<T>;
  /** A call of a function without results. */
  run(...args: readonly Expression[]): Code;
}

/** What the body of a function may ask for while it is written. */
export class FunctionBuilder {
  readonly #parameters: number;
  readonly #types: ValueType[] = [];
  readonly #hoisted = new Map<string, { local: Local; value: Expression }>();
  constructor(parameters: number) {
    this.#parameters = parameters;
  }
  /** A fresh local variable, zero at the start. */
  local<T extends ValueType>(type: T): Local<T> {
    this.#types.push(type);
    return localAt(type, this.#parameters + this.#types.length - 1);
  }
  locals<T extends ValueType>(type: T, count: number): Local<T>[] {
    return Array.from({ length: count }, () => this.local(type));
  }
  /** Set for short functions without loops: constants then stand where they are used. */
  straight = false;
  /**
   * The value computed once at the start of the function and kept in a local; equal values share one. For constants in
   * loops: V8 reloads inline `v128.const` at each use.
   */
  hoist<T extends ValueType>(value: Expression<T>): Expression<T> {
    if (this.straight) return value;
    const key = flatten(value.code).join();
    let known = this.#hoisted.get(key);
    if (known === undefined) {
      known = { local: this.local(value.type), value };
      this.#hoisted.set(key, known);
    }
    return known.local as Local<T>;
  }
  /** The body with its local declarations, as the code section wants it. */
  encode(body: Code): number[] {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#types) {
      const last = runs.at(-1);
      if (last?.type === type) last.count += 1;
      else runs.push({ type, count: 1 });
    }
    const declarations = runs.flatMap((r) => [...unsigned(r.count), typeCode[r.type]]);
    const start = [...this.#hoisted.values()].map((h) => h.local.set(h.value));
    const code = [...unsigned(runs.length), ...declarations, ...flatten([start, body]), 0x0b];
    return [...unsigned(code.length), ...code];
  }
}

export interface MemoryLimits {
  readonly minimum: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

/** A module under construction. Imported functions must be declared before the first own function. */
export class ModuleBuilder {
  readonly #types: number[][] = [];
  readonly #imports: number[][] = [];
  readonly #functions: { type: number; code: number[] }[] = [];
  readonly #memories: number[][] = [];
  readonly #globals: number[][] = [];
  readonly #exports: number[][] = [];
  readonly #data: number[][] = [];
  #imported = 0;

  /** Memory sizes are in pages of 64 KiB; a shared memory needs a maximum. */
  importMemory(module: string, name: string, limits: MemoryLimits): void {
    this.#imports.push([...text(module), ...text(name), 0x02, ...encodeLimits(limits)]);
  }
  ownMemory(exportedAs: string, limits: MemoryLimits): void {
    this.#memories.push(encodeLimits(limits));
    this.#exports.push([...text(exportedAs), 0x02, 0]);
  }
  importFunction(
    module: string,
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[],
  ): FunctionReference {
    if (this.#functions.length > 0) throw new Error('bug: imports come before functions');
    this.#imports.push([...text(module), ...text(name), 0x00, ...unsigned(this.#type(params, results))]);
    return reference(this.#imported++);
  }
  /** A function; exported when `name` is not null. `body` receives the builder and one local per parameter. */
  func<const P extends readonly ValueType[]>(
    name: string | null,
    params: P,
    results: readonly ValueType[],
    body: (f: FunctionBuilder, ...args: LocalsOf<P>) => Code,
  ): FunctionReference {
    const f = new FunctionBuilder(params.length);
    const args = params.map((type, at) => localAt(type, at)) as unknown as LocalsOf<P>;
    const index = this.#imported + this.#functions.length;
    const slot = { type: this.#type(params, results), code: [] as number[] };
    this.#functions.push(slot);
    slot.code = f.encode(body(f, ...args));
    if (name !== null) this.#exports.push([...text(name), 0x00, ...unsigned(index)]);
    return reference(index);
  }
  /** A mutable module-wide variable with a constant start value. */
  global<T extends ValueType>(start: Expression<T>): Global<T> {
    this.#globals.push([typeCode[start.type], 1, ...flatten(start.code), 0x0b]);
    return globalAt(start.type, this.#globals.length - 1);
  }
  /** Bytes that stand in memory from the start. */
  data(address: number, bytes: Uint8Array): void {
    this.#data.push([0, 0x41, ...signedAddress(address), 0x0b, ...unsigned(bytes.length), ...bytes]);
  }
  bytes(): Uint8Array<ArrayBuffer> {
    const functions = this.#functions;
    return Uint8Array.from([
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      ...section(1, this.#types),
      ...section(2, this.#imports),
      ...section(
        3,
        functions.map((f) => unsigned(f.type)),
      ),
      ...section(5, this.#memories),
      ...section(6, this.#globals),
      ...section(7, this.#exports),
      ...section(
        10,
        functions.map((f) => f.code),
      ),
      ...section(11, this.#data),
    ]);
  }
  #type(params: readonly ValueType[], results: readonly ValueType[]): number {
    const encoded = [0x60, ...vector(params.map((t) => [typeCode[t]])), ...vector(results.map((t) => [typeCode[t]]))];
    const known = this.#types.findIndex((t) => t.join() === encoded.join());
    return known === -1 ? this.#types.push(encoded) - 1 : known;
  }
}

function reference(index: number): FunctionReference {
  const at = unsigned(index);
  return {
    index,
    call: (type, ...args) => ({ type, code: [...args, 0x10, ...at] }),
    run: (...args) => [...args, 0x10, ...at],
  };
}
function vector(items: readonly (readonly number[])[]): number[] {
  const bytes = unsigned(items.length);
  for (const item of items) for (const b of item) bytes.push(b);
  return bytes;
}
const text = (s: string): number[] => {
  const bytes = new TextEncoder().encode(s);
  return [...unsigned(bytes.length), ...bytes];
};
function section(id: number, items: readonly (readonly number[])[]): number[] {
  if (items.length === 0) return [];
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}
/** An `i32.const` immediate for an unsigned address. */
function signedAddress(address: number): number[] {
  const bytes = unsigned(address);
  // Signed LEB128 reads bit 6 of the last byte as the sign.
  const last = lastOf(bytes);
  return last >= 64 ? [...bytes.slice(0, -1), last + 128, 0] : bytes;
}
function encodeLimits({ minimum, maximum, shared = false }: MemoryLimits): number[] {
  if (maximum === undefined) {
    if (shared) throw new Error('bug: a shared memory needs a maximum');
    return [0x00, ...unsigned(minimum)];
  }
  return [shared ? 0x03 : 0x01, ...unsigned(minimum), ...unsigned(maximum)];
}
