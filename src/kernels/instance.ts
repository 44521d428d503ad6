// Kernel modules and their instances: compiled once per kind of memory, bound to a memory each.
// Not here: what stands in the memory (`plan.ts`, `session.ts`).
// Invariant: a module is compiled at most once per type, style and kind of memory.
import { must } from '../term/must.ts';
import type { FloatType } from '../compile/math/chain.ts';
import { unpack } from './packed.ts';

/** The bytes of one kernel in its variants. */
export interface KernelSource {
  bytes(type: FloatType, fast: boolean): Uint8Array<ArrayBuffer>;
}

/** The functions of a kernel's module; records and rows as in `compile/schedules/`. */
export interface KernelExports {
  /** All of it; the row of the first bad label, or −1. */
  readonly run: (record: number) => number;
  readonly rows: (record: number, from: number, to: number, scratch: number) => void;
  readonly prepare?: (record: number) => number;
  readonly finish?: (record: number) => void;
}

/** Where a variant stands in the packed bytes of its type. */
type Place = readonly [packed: string, from: number, to: number];
/** Bytes written at build time: for each variant (the type, `fast` behind it) its place. */
export function prebuilt(variants: Readonly<Record<string, Place>>): KernelSource {
  return {
    bytes(type, fast) {
      const [packed, from, to] = must(variants[`${type}${fast ? ' fast' : ''}`]);
      return unpack(packed, to).slice(from);
    },
  };
}

const modules = new WeakMap<KernelSource, Map<string, WebAssembly.Module>>();

export function kernelModule(
  source: KernelSource,
  type: FloatType,
  fast: boolean,
  shared: boolean,
): WebAssembly.Module {
  const known = modules.get(source) ?? new Map<string, WebAssembly.Module>();
  modules.set(source, known);
  const key = `${type} ${fast} ${shared}`;
  let m = known.get(key);
  if (m === undefined) {
    const bytes = source.bytes(type, fast);
    m = new WebAssembly.Module(shared ? withSharedMemory(bytes) : bytes);
    known.set(key, m);
  }
  return m;
}
export const instantiate = (m: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports =>
  new WebAssembly.Instance(m, { e: { m: memory } }).exports as unknown as KernelExports;

// "e" "m", a memory, with a maximum: the flag is the last byte.
const MEMORY_IMPORT = [1, 0x65, 1, 0x6d, 2, 1];

/** The same module with its memory import marked as shared. */
function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = bytes.findIndex((_, k) => MEMORY_IMPORT.every((b, n) => bytes[k + n] === b));
  if (at === -1) throw new Error('bug: a kernel without an imported memory');
  const copy = bytes.slice();
  copy[at + MEMORY_IMPORT.length - 1] = 3;
  return copy;
}

// (module (func (result v128) (f32x4.relaxed_madd of three zero vectors))): accepted where relaxed SIMD is on.
const PROBE = [
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 19, 1, 17, 0, 0x41, 0, 0xfd, 17, 0x41, 0,
  0xfd, 17, 0x41, 0, 0xfd, 17, 0xfd, 0x85, 2, 0x0b,
];
let relaxed: boolean | null = null;
/** Whether this engine has relaxed SIMD (Node ≥ 22, current browsers; not Node 20). */
export function hasRelaxedSimd(): boolean {
  relaxed ??= WebAssembly.validate(Uint8Array.from(PROBE));
  return relaxed;
}
