// A schedule as one WebAssembly function whose sizes are parameters: scalar loops in float64, for modules that leave
// the house.
// Not here: fast code for known sizes (`nest.ts`); who lays out the memory (the loader of `../targets/wasm.ts`).
// Invariant: the function touches the tensors that its pointers name, and nothing else; the order of operations is that
// of the loops.
import { lastOf, must } from '../../term/must.ts';
import { ModuleBuilder, type FunctionBuilder, type FunctionReference } from '../assemble.ts';
import type { Axis, Load, MapStage, MatrixStage, Nest, Place, Tensor, Test, Value } from '../loops.ts';
import { Chain } from '../math/chain.ts';
import { elementary } from '../math/elementary.ts';
import { pow } from '../math/power.ts';
import type { Schedule } from '../schedule.ts';
import { dimsAlong, writtenAt } from '../stages.ts';
import {
  block,
  br,
  br_if,
  f32,
  f64,
  f64x2,
  i32,
  if_,
  ifValue,
  loop,
  memory,
  select as choose,
  type Code,
  type F64,
  type I32,
  type Local,
} from '../wasm.ts';
import { matrixSteps } from './matrices.ts';

export interface GenericModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The order of the function's pointers; the sizes follow, then the address of the work area. */
  readonly tensors: readonly Tensor[];
  readonly sizes: readonly string[];
  /** Axes of a tensor that are not stored. */
  readonly dropped: ReadonlyMap<string, ReadonlySet<number>>;
  /** Sizes of matrices under elimination, as index sets. */
  readonly matrices: readonly string[];
}

export function genericModule(s: Schedule, sizes: readonly string[], type: 'f32' | 'f64'): GenericModule {
  const registers = new Set(s.nests.flatMap(registersOf));
  const dropped = new Map(
    s.nests
      .flatMap((n) =>
        n.stages.flatMap((x) =>
          x.kind === 'map' && n.locals.has(x.target) && writtenAt(x).length > 0
            ? [[x.target, dimsAlong(x, new Set(n.axes.map((a) => a.name)))] as const]
            : [],
        ),
      )
      .reverse(),
  );
  const tensors = [...s.program.tensors.values()].filter((t) => !registers.has(t.name));
  const module = new ModuleBuilder();
  module.importMemory('env', 'memory', { minimum: 1 });
  const functions = new Map<string, FunctionReference>();
  const params = [...tensors, ...sizes, 'work'].map(() => 'i32' as const);
  const call = (name: string): FunctionReference => {
    const known = functions.get(name);
    if (known === undefined) throw new Error(`bug: no function ${name}`);
    return known;
  };
  for (const name of functionsUsed(s)) functions.set(name, mathFunction(module, name));
  module.func('run', params, [], (f, ...all) => {
    const given = all as readonly Local<'i32'>[];
    const writer = new GenericWriter({
      f,
      type,
      call,
      registers,
      dropped,
      tensors: s.program.tensors,
      base: new Map(tensors.map((t, n) => [t.name, must(given[n])])),
      size: new Map(sizes.map((x, n) => [x, must(given[tensors.length + n])])),
      work: lastOf(given),
    });
    return [s.nests.map((n) => writer.nest(n)), s.program.copies.map((c) => writer.copy(c.to, c.from))];
  });
  const matrices = s.nests
    .flatMap((n) => n.stages)
    .filter((x): x is MatrixStage => x.kind !== 'map')
    .map((x) => x.set);
  return { bytes: module.bytes(), tensors, sizes, dropped, matrices: [...new Set(matrices)] };
}

/** Locals of a nest that are one number a turn: they live in variables of the function. */
function registersOf(n: Nest): string[] {
  const outer = new Set(n.axes.map((a) => a.name));
  return n.stages.flatMap((s) =>
    s.kind === 'map' &&
    n.locals.has(s.target) &&
    dimsAlong(s, outer).size === writtenAt(s).length &&
    n.stages.filter((x) => x.target === s.target).length === 1
      ? [s.target]
      : [],
  );
}

function functionsUsed(s: Schedule): Set<string> {
  const used = new Set<string>();
  const value = (v: Value): void => {
    if (v.kind === 'unary') {
      used.add(v.op);
      value(v.of);
    } else if (v.kind === 'binary') {
      if (v.op === 'pow') used.add('pow');
      value(v.left);
      value(v.right);
    } else if (v.kind === 'select') {
      test(v.when);
      value(v.then);
      value(v.else);
    }
  };
  const test = (t: Test): void => {
    if (t.kind === 'compare') {
      value(t.left);
      value(t.right);
    } else if (t.kind === 'not') test(t.of);
    else if (t.kind !== 'places') t.all.forEach(test);
  };
  for (const stage of s.nests.flatMap((n) => n.stages)) if (stage.kind === 'map') value(stage.body);
  return used;
}

/** A function of float64 numbers, from the vector code of the same name. */
function mathFunction(m: ModuleBuilder, name: string): FunctionReference {
  const style = { type: 'f64', fast: false } as const;
  if (name === 'pow') {
    return m.func(null, ['f64', 'f64'], ['f64'], (f, x, y) => {
      const k = new Chain(m, f, style);
      const result = pow(k, f64x2.splat(x), f64x2.splat(y));
      return [k.steps, f64x2.extract_lane(result, 0)];
    });
  }
  return m.func(null, ['f64'], ['f64'], (f, x) => {
    const k = new Chain(m, f, style);
    const result =
      name === 'neg' ? k.neg(f64x2.splat(x)) : elementary[name as keyof typeof elementary](k, f64x2.splat(x));
    return [k.steps, f64x2.extract_lane(result, 0)];
  });
}

interface Frame {
  readonly f: FunctionBuilder;
  readonly type: 'f32' | 'f64';
  readonly call: (name: string) => FunctionReference;
  readonly registers: ReadonlySet<string>;
  readonly dropped: ReadonlyMap<string, ReadonlySet<number>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly base: ReadonlyMap<string, I32>;
  readonly size: ReadonlyMap<string, I32>;
  readonly work: I32;
}

class GenericWriter {
  readonly #c: Frame;
  readonly #axes = new Map<string, Local<'i32'>>();
  readonly #values = new Map<string, Local<'f64'>>();
  constructor(c: Frame) {
    this.#c = c;
  }

  nest(n: Nest): Code {
    return this.#around(n.axes, () => n.stages.map((s) => (s.kind === 'map' ? this.#map(s, n) : this.#matrix(s))));
  }
  copy(to: string, from: string): Code {
    const t = this.#tensor(to);
    return memory.copy(
      this.#base(to),
      this.#base(from),
      i32.mul(
        t.dims.map((n, k) => this.#extent(n, t.sets[k])).reduce((a, b) => i32.mul(a, b), i32.const(1)),
        i32.const(this.#element(to)),
      ),
    );
  }
  #tensor(name: string): Tensor {
    const t = this.#c.tensors.get(name);
    if (t === undefined) throw new Error(`bug: no tensor ${name}`);
    return t;
  }
  #base(name: string): I32 {
    const b = this.#c.base.get(name);
    if (b === undefined) throw new Error(`bug: no address of ${name}`);
    return b;
  }
  #element(name: string): number {
    return this.#tensor(name).dtype === 'index' || this.#c.type === 'f32' ? 4 : 8;
  }
  #extent(size: number, set: string | undefined): I32 {
    return (set === undefined ? undefined : this.#c.size.get(set)) ?? i32.const(size);
  }

  #around(axes: readonly Axis[], body: () => Code): Code {
    const [first, ...rest] = axes;
    if (first === undefined) return body();
    const i = this.#c.f.local('i32');
    this.#axes.set(first.name, i);
    const inside = this.#around(rest, body);
    return [
      i.set(i32.const(0)),
      block((leave) =>
        loop((again) => [
          br_if(leave, i32.ge_s(i, this.#extent(first.size, first.set))),
          inside,
          i.set(i32.add(i, i32.const(1))),
          br(again),
        ]),
      ),
    ];
  }
  #map(s: MapStage, n: Nest): Code {
    const own = s.axes.filter((a) => !n.axes.some((o) => o.name === a.name));
    return this.#around(own, () => {
      const value = this.#result(s);
      if (this.#c.registers.has(s.target)) {
        const kept = this.#c.f.local('f64');
        this.#values.set(s.target, kept);
        return [value.code, kept.set(value.value)];
      }
      const stored = [value.code, this.#store(s.target, writtenAt(s), value.value)];
      return s.when === undefined ? stored : if_(this.#test(s.when), stored);
    });
  }
  #result(s: MapStage): { code: Code; value: F64 } {
    if (s.reduce === null) return { code: [], value: this.#value(s.body) };
    const { op, axes } = s.reduce;
    const sum = this.#c.f.local('f64');
    const start = { sum: 0, prod: 1, max: -Infinity, min: Infinity }[op];
    const step = this.#around(axes, () =>
      sum.set((op === 'sum' ? f64.add : op === 'prod' ? f64.mul : f64[op])(sum, this.#value(s.body))),
    );
    return { code: [sum.set(f64.const(start)), step], value: sum };
  }
  #store(tensor: string, at: readonly Place[], value: F64): Code {
    const v = this.#c.f.local('f64');
    const canonical = ifValue(f64.eq(v, v), v, f64.const(NaN));
    const address = this.#address(tensor, at);
    return [
      v.set(value),
      this.#c.type === 'f32' ? f32.store(address, f32.demote_f64(canonical)) : f64.store(address, canonical),
    ];
  }
  #matrix(s: MatrixStage): Code {
    const n = this.#extent(s.size, s.set);
    const count = s.batch.map((a) => this.#extent(a.size, a.set)).reduce((a, b) => i32.mul(a, b), i32.const(1));
    return matrixSteps(this.#c.f, s.kind, {
      from: this.#base(s.of),
      to: this.#base(s.target),
      work: this.#c.work,
      n,
      batch: count,
      element: this.#element(s.of),
    });
  }

  #value(v: Value): F64 {
    switch (v.kind) {
      case 'number':
        return f64.const(v.value);
      case 'size':
        return f64.convert_i32_s(this.#extent(0, v.set));
      case 'place':
        return f64.convert_i32_s(this.#place(v.place));
      case 'load':
        return this.#load(v);
      case 'unary':
        return v.op === 'neg'
          ? f64.neg(this.#value(v.of))
          : v.op === 'sqrt'
            ? f64.sqrt(this.#value(v.of))
            : v.op === 'abs'
              ? f64.abs(this.#value(v.of))
              : this.#c.call(v.op).call('f64', this.#value(v.of));
      case 'binary':
        return v.op === 'pow'
          ? this.#c.call('pow').call('f64', this.#value(v.left), this.#value(v.right))
          : f64[v.op](this.#value(v.left), this.#value(v.right));
      case 'select':
        return ifValue(this.#test(v.when), this.#value(v.then), this.#value(v.else));
    }
  }
  #test(t: Test): I32 {
    switch (t.kind) {
      case 'compare':
        return f64[comparison[t.op]](this.#value(t.left), this.#value(t.right));
      case 'places':
        return i32[integerComparison[t.op]](this.#place(t.left), this.#place(t.right));
      case 'not':
        return i32.eqz(this.#test(t.of));
      // Both sides are computed: reads are clamped where they could leave their tensor.
      case 'and':
        return t.all.map((x) => this.#test(x)).reduce((a, b) => i32.and(a, b));
      case 'or':
        return t.all.map((x) => this.#test(x)).reduce((a, b) => i32.or(a, b));
    }
  }
  #load(l: Load): F64 {
    const kept = this.#values.get(l.tensor);
    if (this.#c.registers.has(l.tensor)) {
      if (kept === undefined) throw new Error(`bug: ${l.tensor} is read before it is made`);
      return kept;
    }
    const address = this.#address(l.tensor, l.at, true);
    return this.#c.type === 'f32' ? f64.promote_f32(f32.load(address)) : f64.load(address);
  }
  /** base + row-major position; with `clamped` every place is kept inside its axis. */
  #address(tensor: string, at: readonly Place[], clamped = false): I32 {
    const t = this.#tensor(tensor);
    const drop = this.#c.dropped.get(tensor);
    let flat: I32 = i32.const(0);
    for (const [n, p] of at.entries()) {
      if (drop?.has(n) === true) continue;
      const size = this.#extent(must(t.dims[n]), t.sets[n]);
      const plain =
        p.by.length === 0 &&
        p.terms.length === 1 &&
        p.terms[0]?.times === 1 &&
        p.plus === 0 &&
        !p.terms[0].axis.startsWith('$');
      const place = clamped && !plain ? this.#inside(this.#place(p), size) : this.#place(p);
      flat = i32.add(i32.mul(flat, size), place);
    }
    return i32.add(this.#base(tensor), i32.mul(flat, i32.const(this.#element(tensor))));
  }
  #inside(place: I32, size: I32): I32 {
    const p = this.#c.f.local('i32');
    const last = i32.sub(size, i32.const(1));
    return choose(p.tee(place), last, i32.le_u(p, last));
  }
  #place(p: Place): I32 {
    let sum: I32 = i32.const(p.plus);
    const add = (x: I32, times: number): void => {
      sum = i32.add(sum, times === 1 ? x : i32.mul(x, i32.const(times)));
    };
    for (const t of p.terms) {
      const x = t.axis.startsWith('$') ? this.#c.size.get(t.axis.slice(1)) : this.#axes.get(t.axis);
      if (x === undefined) throw new Error(`bug: the axis ${t.axis} has no value`);
      add(x, t.times);
    }
    for (const t of p.by) add(i32.load(this.#address(t.load.tensor, t.load.at, true)), t.times);
    return sum;
  }
}
const comparison = { '=': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' } as const;
const integerComparison = { '=': 'eq', '!=': 'ne', '<': 'lt_s', '<=': 'le_s', '>': 'gt_s', '>=': 'ge_s' } as const;
