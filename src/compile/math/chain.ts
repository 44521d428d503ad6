// A chain of vector statements: values computed once into locals, in program order, for lanes of float32 or float64.
// Not here: the elementary functions (the other files of this folder) and loops.
// Invariant: two chains written by the same calls have equally many steps, so that they can be interleaved.
import { must } from '../../term/must.ts';
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { f32, f32x4, f64, f64x2, i32, i32x4, i64, i64x2, v128, type Code, type Local, type V128 } from '../wasm.ts';

export type FloatType = 'f32' | 'f64';

/** What is particular to one type of lanes. */
export interface Format {
  readonly type: FloatType;
  readonly lanes: number;
  /** Bytes of one lane. */
  readonly bytes: number;
  readonly mantissaBits: number;
  readonly exponentBias: number;
  /** 1.5·2^mantissaBits: adding it rounds to an integer, which then stands in the low bits. */
  readonly magic: number;
  readonly float: typeof f32x4 | typeof f64x2;
  /** The integer lanes of the same width. */
  readonly integer: Pick<typeof i32x4, 'add' | 'sub' | 'shl' | 'shr_u' | 'eq'>;
  /** A vector with the same number (its bit pattern for `bits`) in every lane. */
  constant(x: number): V128;
  bits(pattern: bigint): V128;
}

export const formats: { readonly [T in FloatType]: Format } = {
  f32: {
    type: 'f32',
    lanes: 4,
    bytes: 4,
    mantissaBits: 23,
    exponentBias: 127,
    magic: 12582912,
    float: f32x4,
    integer: i32x4,
    constant: (x) => f32x4.const(x, x, x, x),
    bits: (p) => {
      const n = Number(BigInt.asIntN(32, p));
      return i32x4.const(n, n, n, n);
    },
  },
  f64: {
    type: 'f64',
    lanes: 2,
    bytes: 8,
    mantissaBits: 52,
    exponentBias: 1023,
    magic: 6755399441055744,
    float: f64x2,
    integer: i64x2,
    constant: (x) => f64x2.const(x, x),
    bits: (p) => {
      const n = BigInt.asIntN(64, p);
      return i64x2.const(n, n);
    },
  },
};

/**
 * How vector code is to be written. `fast` allows fused multiply-add (relaxed SIMD): results then depend on the
 * machine.
 */
export interface Style {
  readonly type: FloatType;
  readonly fast: boolean;
}

const constants = new WeakMap<FunctionBuilder, Map<string, V128>>();
/** The numbers that a function keeps in locals: hoisting compares code, a name is found faster. */
function constantsOf(f: FunctionBuilder): Map<string, V128> {
  let known = constants.get(f);
  if (known === undefined) {
    known = new Map();
    constants.set(f, known);
  }
  return known;
}

export class Chain {
  readonly steps: Code[];
  readonly f: FunctionBuilder;
  /** Where functions that a chain calls are put. */
  readonly module: ModuleBuilder;
  readonly format: Format;
  readonly fast: boolean;
  constructor(module: ModuleBuilder, f: FunctionBuilder, style: Style, steps: Code[] = []) {
    this.steps = steps;
    this.module = module;
    this.f = f;
    this.format = formats[style.type];
    this.fast = style.fast;
  }
  /** The same chain writing lanes of another type. */
  as(type: FloatType): Chain {
    return new Chain(this.module, this.f, { type, fast: this.fast }, this.steps);
  }
  /** The value computed here, once. */
  let(value: V128): Local<'v128'> {
    const local = this.f.local('v128');
    this.steps.push(local.set(value));
    return local;
  }
  /** A statement at this place of the chain. */
  do(statement: Code): void {
    this.steps.push(statement);
  }
  /** The number in every lane, kept in a local of the function. */
  c(x: number): V128 {
    const known = constantsOf(this.f);
    const key = `${this.format.type}${Object.is(x, -0) ? '-0' : x}`;
    let local = known.get(key);
    if (local === undefined) {
      local = this.f.hoist(this.format.constant(x));
      known.set(key, local);
    }
    return local;
  }
  bits(pattern: bigint): V128 {
    return this.f.hoist(this.format.bits(pattern));
  }

  add(a: V128, b: V128): V128 {
    return this.format.float.add(a, b);
  }
  sub(a: V128, b: V128): V128 {
    return this.format.float.sub(a, b);
  }
  mul(a: V128, b: V128): V128 {
    return this.format.float.mul(a, b);
  }
  div(a: V128, b: V128): V128 {
    return this.format.float.div(a, b);
  }
  /** a·b + c, rounded once where `fast` and the machine allow. */
  madd(a: V128, b: V128, c: V128): V128 {
    return this.fast ? this.format.float.relaxed_madd(a, b, c) : this.add(this.mul(a, b), c);
  }
  /** c − a·b */
  nmadd(a: V128, b: V128, c: V128): V128 {
    return this.fast ? this.format.float.relaxed_nmadd(a, b, c) : this.sub(c, this.mul(a, b));
  }
  /** b where a < b, else a: a NaN in `a` stays. */
  pmax(a: V128, b: V128): V128 {
    return this.format.float.pmax(a, b);
  }
  /** b where b < a, else a: a NaN in `a` stays. */
  pmin(a: V128, b: V128): V128 {
    return this.format.float.pmin(a, b);
  }
  abs(a: V128): V128 {
    return this.format.float.abs(a);
  }
  neg(a: V128): V128 {
    return this.format.float.neg(a);
  }
  /** `a` where the mask is set, else `b`. */
  where(mask: V128, a: V128, b: V128): V128 {
    return v128.bitselect(a, b, mask);
  }
  /** The magnitude of `a` with the sign of `sign`. */
  copysign(a: V128, sign: V128): V128 {
    return v128.bitselect(sign, a, this.bits(1n << BigInt(this.format.bytes * 8 - 1)));
  }

  /** The value with every NaN replaced by one bit pattern: engines may give any. */
  canonical(a: V128): V128 {
    const v = this.let(a);
    return this.let(this.where(this.format.float.eq(v, v), v, this.c(NaN)));
  }

  /** Σ coefficients[k]·x^k by Horner's rule. */
  horner(x: V128, coefficients: readonly number[]): V128 {
    const reversed = coefficients.toReversed();
    let p = this.c(must(reversed[0]));
    for (const a of reversed.slice(1)) p = this.let(this.madd(p, x, this.c(a)));
    return p;
  }
  /**
   * Σ coefficients[k]·x^k by Estrin's scheme: a shorter dependency than Horner's, the same count of multiplications and
   * the squares.
   */
  estrin(x: V128, coefficients: readonly number[]): V128 {
    let level: V128[] = coefficients.map((a) => this.c(a));
    let power = x;
    while (level.length > 1) {
      const next: V128[] = [];
      for (let k = 0; k < level.length; k += 2) {
        const low = must(level[k]);
        const high = level[k + 1];
        next.push(high === undefined ? low : this.let(this.madd(high, power, low)));
      }
      level = next;
      if (level.length > 1) power = this.let(this.mul(power, power));
    }
    return must(level[0]);
  }
}

/** Step k of every chain, then step k+1: independent chains hide each other's latency. */
export function interleave(chains: readonly Chain[]): Code {
  const first = chains[0];
  if (first === undefined) return [];
  if (chains.some((c) => c.steps.length !== first.steps.length)) throw new Error('bug: chains of different length');
  return first.steps.map((_, k) => chains.map((c) => must(c.steps[k])));
}

/** The scalar of a lane type in every lane. */
export const splatScalar = { f32: f32x4.splat, f64: f64x2.splat } as const;
/** Scalar instructions of a lane type. */
export const scalars = { f32, f64 } as const;
/** Scalar integers as wide as a lane. */
export const scalarIntegers = { f32: i32, f64: i64 } as const;
