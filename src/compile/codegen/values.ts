// A value of the loop IR as vector code at one point of the register tile; a single number stands in all lanes.
// Not here: loops and tiles (`nest.ts`), addresses of whole tensors (`layout.ts`).
// Invariant: lanes behind an axis's end are never stored nor added; an index read from memory stays inside its tensor.
import { must } from '../../term/must.ts';
import type { FunctionBuilder } from '../assemble.ts';
import type { Load, Place, Tensor, Test, Value } from '../loops.ts';
import { elementary } from '../math/elementary.ts';
import { pow } from '../math/power.ts';
import type { Chain } from '../math/chain.ts';
import { axesOf, placeAxes, placeKey, testKey, valueKey } from '../values.ts';
import {
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  if_,
  select as choose,
  v128,
  type Code,
  type I32,
  type Local,
  type V128,
} from '../wasm.ts';
import type { Layout } from './layout.ts';
import { type Point, type Region, type Regions } from './regions.ts';
import { strideAlong } from './strategy.ts';

/** What the value printer of one block knows. */
export interface Lanes {
  /** The axis in the lanes; null when every value is a single number. */
  readonly axis: string | null;
  /** How many lanes of the vector at this point are inside the axis. */
  readonly live: (point: Point) => number;
}

export class VectorValues {
  readonly #regions: Regions;
  readonly #layout: Layout;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #lanes: Lanes;
  /** Single numbers of a float32 program are computed in float64. */
  readonly #wide: boolean;
  readonly #special: (v: Value) => V128 | null;
  /** `special` may answer for a value in its own way. */
  constructor(
    regions: Regions,
    layout: Layout,
    tensors: ReadonlyMap<string, Tensor>,
    lanes: Lanes,
    wide: boolean,
    special: (v: Value) => V128 | null = () => null,
  ) {
    this.#regions = regions;
    this.#layout = layout;
    this.#tensors = tensors;
    this.#lanes = lanes;
    this.#wide = wide;
    this.#special = special;
  }
  #chain(region: Region): Chain {
    return this.#wide ? region.chain.as('f64') : region.chain;
  }
  /** Where a value of these axes at this point is known. */
  key(v: Value, axes: ReadonlySet<string>, point: Point): string {
    return this.#key(valueKey(v), axes, point);
  }
  #key(text: string, axes: ReadonlySet<string>, point: Point): string {
    let tail = this.#wide ? '^' : '';
    for (const a of axes) {
      const offset = point.get(a) ?? 0;
      if (offset !== 0) tail += `|${a}${offset}`;
    }
    return text + tail;
  }

  /** The value at the point. */
  value(v: Value, point: Point): V128 {
    if (v.kind === 'number') return this.#regions.constant(this.#chain(this.#regions.top), v.value);
    const axes = axesOf(v);
    return this.#regions.once(
      axes,
      this.key(v, axes, point),
      (region) => this.#special(v) ?? this.#compute(v, point, region),
    );
  }
  #compute(v: Exclude<Value, { kind: 'number' }>, point: Point, region: Region): V128 {
    const k = this.#chain(region);
    switch (v.kind) {
      case 'size':
        throw new Error('bug: symbolic sizes cannot be compiled');
      case 'load':
        return this.#load(v, point, region);
      case 'place':
        return k.let(this.#toFloat(k, this.#integers(v.place, point, region)));
      case 'unary':
        return v.op === 'neg' ? this.#negative(v.of, point, k) : elementary[v.op](k, this.value(v.of, point));
      case 'binary':
        return this.#binary(v, point, k);
      case 'select': {
        const [mask, a, b] = [this.test(v.when, point), this.value(v.then, point), this.value(v.else, point)];
        return k.let(k.where(mask, a, b));
      }
    }
  }
  /** −(a·b) with the sign on the factor that the lanes do not move, which is computed outside their loop. */
  #negative(v: Value, point: Point, k: Chain): V128 {
    if (v.kind === 'binary' && (v.op === 'mul' || v.op === 'div')) {
      const still = (x: Value): boolean =>
        x.kind !== 'number' && this.#lanes.axis !== null && !axesOf(x).has(this.#lanes.axis);
      const minus = (x: Value): Value => ({ kind: 'unary', op: 'neg', of: x });
      if (still(v.left) && !still(v.right)) return this.value({ ...v, left: minus(v.left) }, point);
      if (still(v.right) && !still(v.left)) return this.value({ ...v, right: minus(v.right) }, point);
    }
    return k.let(k.neg(this.value(v, point)));
  }
  #binary(v: Extract<Value, { kind: 'binary' }>, point: Point, k: Chain): V128 {
    const at = (x: Value): V128 => this.value(x, point);
    const product = (x: Value): x is Extract<Value, { kind: 'binary' }> =>
      k.fast && x.kind === 'binary' && x.op === 'mul';
    switch (v.op) {
      case 'add':
        if (product(v.right)) {
          const [a, b, c] = [at(v.right.left), at(v.right.right), at(v.left)];
          return k.let(k.madd(a, b, c));
        }
        if (product(v.left)) {
          const [a, b, c] = [at(v.left.left), at(v.left.right), at(v.right)];
          return k.let(k.madd(a, b, c));
        }
        break;
      case 'sub':
        if (product(v.right)) {
          const [a, b, c] = [at(v.right.left), at(v.right.right), at(v.left)];
          return k.let(k.nmadd(a, b, c));
        }
        break;
      default:
    }
    // A division costs as much as ten products: by a constant it is a product.
    if (v.op === 'div' && v.right.kind === 'number' && Math.abs(Math.log2(Math.abs(v.right.value))) < 100)
      return k.let(k.mul(at(v.left), at({ kind: 'number', value: 1 / v.right.value })));
    const [x, y] = [at(v.left), at(v.right)];
    switch (v.op) {
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        return k.let(k[v.op](x, y));
      case 'max':
      case 'min':
        return k.let(k.format.float[v.op](x, y));
      case 'pow':
        return pow(k, x, y);
    }
  }

  /** A mask of lanes: all bits set where the test holds. */
  test(t: Test, point: Point): V128 {
    const axes = testAxes(t);
    return this.#regions.once(axes, this.#key(testKey(t), axes, point), (region) => this.#mask(t, point, region));
  }
  #mask(t: Test, point: Point, region: Region): V128 {
    const k = this.#chain(region);
    switch (t.kind) {
      case 'compare': {
        const [a, b] = [this.value(t.left, point), this.value(t.right, point)];
        return k.let(k.format.float[comparison[t.op]](a, b));
      }
      case 'places': {
        const [a, b] = [this.#integers(t.left, point, region), this.#integers(t.right, point, region)];
        if (k.format.type === 'f64')
          return k.let(f64x2[comparison[t.op]](f64x2.convert_low_i32x4_s(a), f64x2.convert_low_i32x4_s(b)));
        return k.let(i32x4[integerComparison[t.op]](a, b));
      }
      case 'not':
        return k.let(v128.not(this.test(t.of, point)));
      case 'and':
      case 'or':
        return t.all.map((x) => this.test(x, point)).reduce((a, b) => k.let(v128[t.kind](a, b)));
    }
  }
  #toFloat(k: Chain, integers: V128): V128 {
    return k.format.type === 'f64' ? f64x2.convert_low_i32x4_s(integers) : f32x4.convert_i32x4_s(integers);
  }

  /** The place in each lane, as int32. */
  #integers(p: Place, point: Point, region: Region): V128 {
    const axis = this.#lanes.axis;
    const k = region.chain;
    const dependent = axis !== null && p.by.some((t) => t.load.at.some((x) => placeAxes(x).includes(axis)));
    if (dependent) {
      let lanes: V128 = k.f.hoist(i32x4.const(0, 0, 0, 0));
      for (let n = 0; n < this.#lanes.live(point); n++)
        lanes = i32x4.replace_lane(lanes, n, this.#integer(p, this.#moved(point, axis, n), region));
      return k.let(lanes);
    }
    const along = axis === null ? 0 : p.terms.reduce((sum, t) => sum + (t.axis === axis ? t.times : 0), 0);
    const all = i32x4.splat(this.#integer(p, point, region));
    return along === 0 ? k.let(all) : k.let(i32x4.add(all, k.f.hoist(i32x4.const(0, along, 2 * along, 3 * along))));
  }
  #moved(point: Point, axis: string | null, by: number): Point {
    return axis === null || by === 0 ? point : new Map(point).set(axis, (point.get(axis) ?? 0) + by);
  }
  /** The place as one int32. */
  #integer(p: Place, point: Point, region: Region): I32 {
    const { pointer, offset } = this.#regions.linear(region, new Map(p.terms.map((t) => [t.axis, t.times])), point);
    let sum: I32 = i32.add(pointer, i32.const(offset + p.plus));
    for (const t of p.by) {
      const entry = this.#indexEntry(t.load, point);
      sum = i32.add(sum, t.times === 1 ? entry : i32.mul(entry, i32.const(t.times)));
    }
    return sum;
  }
  /** An entry of an index tensor. */
  #indexEntry(l: Load, point: Point): Local<'i32'> {
    const axes = axesOf(l);
    return this.#regions.once(axes, this.#key(`int ${valueKey(l)}`, axes, point), (region) => {
      const { pointer, offset } = this.address(l, point, region);
      const local = region.chain.f.local('i32');
      region.chain.do(local.set(i32.load(pointer, offset)));
      return local;
    });
  }

  /** Where an entry stands. An index read from memory is clamped to its axis. */
  address(l: Load, point: Point, region: Region): { pointer: I32; offset: number } {
    const { base, strides, within, isPrivate } = this.#layout.of(l.tensor);
    const dims = this.#tensors.get(l.tensor)?.dims ?? [];
    const steps = new Map<string, number>();
    const inside = new Map<string, number>();
    let fixed = base;
    let chosen: I32 | null = isPrivate && this.#regions.part !== null ? this.#regions.part.scratch : null;
    for (const [n, p] of l.at.entries()) {
      const stride = must(strides[n]);
      if (p.by.length > 0) {
        const clamped = this.#clamped(p, point, region, must(dims[n]));
        const part = i32.mul(clamped, i32.const(stride));
        chosen = chosen === null ? part : i32.add(chosen, part);
        continue;
      }
      fixed += stride * p.plus;
      for (const t of p.terms) {
        steps.set(t.axis, (steps.get(t.axis) ?? 0) + stride * t.times);
        inside.set(t.axis, (inside.get(t.axis) ?? 0) + must(within[n]) * t.times);
      }
    }
    const { pointer, offset } = this.#regions.linear(region, steps, point, inside);
    const sum = chosen === null ? pointer : i32.add(pointer, chosen);
    const total = fixed + offset;
    return total < 0 ? { pointer: i32.add(sum, i32.const(total)), offset: 0 } : { pointer: sum, offset: total };
  }
  #clamped(p: Place, point: Point, region: Region, size: number): I32 {
    const last = i32.const(Math.max(0, size - 1));
    const axes = new Set(placeAxes(p));
    return this.#regions.once(axes, this.#key(`clamp ${size} ${placeKey(p)}`, axes, point), (r) => {
      const local = r.chain.f.local('i32');
      const whole = this.#integer(p, point, r === region ? region : r);
      r.chain.do(local.set(whole));
      r.chain.do(local.set(choose(local, last, i32.le_u(local, last))));
      return local;
    });
  }

  #load(l: Load, point: Point, region: Region): V128 {
    const k = region.chain;
    const element = this.#layout.of(l.tensor).element;
    const axis = this.#lanes.axis;
    const stride = axis === null ? 0 : strideAlong(l, axis, this.#layout);
    if (stride === 0) {
      const { pointer, offset } = this.address(l, point, region);
      if (this.#wide) return k.let(f64x2.splat(f64.promote_f32(f32.load(pointer, offset))));
      return k.let(element === 4 ? v128.load32_splat(pointer, offset) : v128.load64_splat(pointer, offset));
    }
    if (stride === element) {
      const { pointer, offset } = this.address(l, point, region);
      return k.let(v128.load(pointer, offset));
    }
    let lanes: V128 | null = null;
    for (let n = 0; n < this.#lanes.live(point); n++) {
      const { pointer, offset } = this.address(l, this.#moved(point, axis, n), region);
      if (lanes === null) lanes = element === 4 ? v128.load32_zero(pointer, offset) : v128.load64_zero(pointer, offset);
      else
        lanes =
          element === 4 ? v128.load32_lane(pointer, lanes, n, offset) : v128.load64_lane(pointer, lanes, n, offset);
    }
    return k.let(lanes ?? k.c(0));
  }

  /** Whether others see the tensor, so that its NaNs must have one bit pattern. */
  #isSeen(tensor: string): boolean {
    const role = this.#tensors.get(tensor)?.role;
    return role === 'output' || role === 'state';
  }

  /**
   * Code that writes values at their points: the lanes inside the axis, or one entry; with `when` only where it holds.
   * NaNs, whose bits are the engine's choice, are looked for in the sum of all that is written and replaced at the end.
   */
  storeAll(to: Load, values: readonly V128[], points: readonly Point[], when?: Test): void {
    const k = this.#chain(this.#regions.top);
    if (
      when !== undefined ||
      !this.#isSeen(to.tensor) ||
      this.#regions.part !== null ||
      this.#wide ||
      this.#lanes.axis === null
    ) {
      values.forEach((v, n) => {
        this.store(to, v, must(points[n]), when);
      });
      return;
    }
    const code: Code[] = [];
    values.forEach((v, n) => {
      this.#store(to, v, must(points[n]), code);
    });
    this.#regions.do(code);
    // A NaN makes the sum NaN; what lies behind the end of the axis does not count.
    const alive = values.map((v, n) =>
      this.#lanes.live(must(points[n])) < k.format.lanes && this.#lanes.axis !== null
        ? v128.and(v, laneMask(k, this.#lanes.live(must(points[n]))))
        : v,
    );
    const sum = this.#regions.watch(to.tensor);
    this.#regions.do(sum.set(k.add(sum, treeSum(k, alive))));
  }
  /** As storeAll, for one point. */
  store(to: Load, value: V128, point: Point, when?: Test): void {
    if (when !== undefined && this.#lanes.axis !== null && testAxes(when).has(this.#lanes.axis))
      throw new Error('bug: a write under a test of the lanes');
    const mask = when === undefined ? null : this.test(when, point);
    const code: Code[] = [];
    this.#store(to, this.#isSeen(to.tensor) ? this.#chain(this.#regions.top).canonical(value) : value, point, code);
    this.#regions.do(mask === null ? code : if_(v128.any_true(mask), code));
  }
  #store(to: Load, value: V128, point: Point, code: Code[]): void {
    const region = this.#regions.top;
    const placed = this.#layout.of(to.tensor);
    const v = this.#wide ? f32x4.demote_f64x2_zero(value) : value;
    const axis = this.#lanes.axis;
    const stride = axis === null ? 0 : strideAlong(to, axis, this.#layout);
    const live = stride === 0 ? 1 : this.#lanes.live(point);
    const { pointer, offset } = this.address(to, point, region);
    if (stride === placed.element || live === 1) {
      code.push(storeLanes(region.chain.f, pointer, v, offset, live, placed.element));
      return;
    }
    const kept = region.chain.f.local('v128');
    code.push(kept.set(v));
    for (let n = 0; n < live; n++) {
      const a = this.address(to, this.#moved(point, axis, n), region);
      code.push(
        placed.element === 4
          ? v128.store32_lane(a.pointer, kept, n, a.offset)
          : v128.store64_lane(a.pointer, kept, n, a.offset),
      );
    }
  }
}

/** The first `live` lanes written. */
function storeLanes(f: FunctionBuilder, pointer: I32, v: V128, offset: number, live: number, element: number): Code {
  if (live * element === 16) return v128.store(pointer, v, offset);
  if (element === 8) return v128.store64_lane(pointer, v, 0, offset);
  if (live === 1) return v128.store32_lane(pointer, v, 0, offset);
  if (live === 2) return v128.store64_lane(pointer, v, 0, offset);
  const kept = f.local('v128');
  return [kept.set(v), v128.store64_lane(pointer, kept, 0, offset), v128.store32_lane(pointer, kept, 2, offset + 8)];
}

/** All bits set in the first lanes. */
export function laneMask(k: Chain, live: number): V128 {
  const bytes = live * k.format.bytes;
  return k.f.hoist(v128.const(Array.from({ length: 16 }, (_, n) => (n < bytes ? 255 : 0))));
}
function treeSum(k: Chain, values: readonly V128[]): V128 {
  const half = Math.ceil(values.length / 2);
  return values.length === 1
    ? must(values[0])
    : k.add(treeSum(k, values.slice(0, half)), treeSum(k, values.slice(half)));
}

const comparison = { '=': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' } as const;
const integerComparison = { '=': 'eq', '!=': 'ne', '<': 'lt_s', '<=': 'le_s', '>': 'gt_s', '>=': 'ge_s' } as const;

function testAxes(t: Test): Set<string> {
  switch (t.kind) {
    case 'compare':
      return new Set([...axesOf(t.left), ...axesOf(t.right)]);
    case 'places':
      return new Set([...placeAxes(t.left), ...placeAxes(t.right)]);
    case 'not':
      return testAxes(t.of);
    case 'and':
    case 'or':
      return new Set(t.all.flatMap((x) => [...testAxes(x)]));
  }
}
