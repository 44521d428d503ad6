// Formulas as ONNX nodes: each sub-term becomes a tensor with one axis for each index that it depends on.
// Not here: the file format; training.
// Invariant: axes are known by name until the end, so no reshape is guessed; softmax and log-sum-exp become ONNX's own stable nodes.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import {
  asAffine,
  boundIndex,
  numberValue,
  type Call,
  type Condition,
  type Entry,
  type FunctionName,
  type Index,
  type Kind,
  type Mul,
  type Reduce,
  type SetId,
  type Term,
} from '../../term/term.ts';
import { key, openAll, usesBound } from '../../term/walk.ts';
import { freeIndex } from '../../term/term.ts';
import type { Network } from '../network/network.ts';
import { dependencyOrder } from '../network/order.ts';
import type { NamedArray } from '../files/safetensors.ts';
import type { Constant, Graph, GraphNode } from './onnx-file.ts';

/** A tensor of the graph; axis k runs over the index `axes[k]`. */
interface Value {
  readonly name: string;
  readonly axes: readonly string[];
}
interface Variable {
  readonly axis: string;
  readonly set: SetId;
}
/** Index variables in force: free ones by name, bound ones from the outside in. */
interface Scope {
  readonly free: ReadonlyMap<string, Variable>;
  readonly bound: readonly Variable[];
}

const cannot = (what: string): WhygradError =>
  new WhygradError('not-exportable', `ONNX has no operation for ${what}`, {
    hint: 'save the model, or export it as JavaScript',
  });

/** Writes one network's forward pass. */
class GraphWriter {
  readonly nodes: GraphNode[] = [];
  readonly constants = new Map<string, Constant>();
  private readonly known = new Map<string, Value>();
  private readonly sets = new Map<string, SetId>();
  private count = 0;
  readonly tensors: ReadonlyMap<string, readonly SetId[]>;
  readonly sizes: ReadonlyMap<SetId, number>;
  readonly examples: SetId;
  constructor(tensors: ReadonlyMap<string, readonly SetId[]>, sizes: ReadonlyMap<SetId, number>, examples: SetId) {
    this.tensors = tensors;
    this.sizes = sizes;
    this.examples = examples;
  }

  // --- nodes and constants -------------------------------------------------------------------------------------------

  fresh(label: string): string {
    return `${label}_${++this.count}`;
  }

  op(
    op: string,
    inputs: readonly string[],
    attributes?: GraphNode['attributes'],
    output = this.fresh(op.toLowerCase()),
  ): string {
    this.nodes.push(attributes === undefined ? { op, inputs, output } : { op, inputs, output, attributes });
    return output;
  }

  floats(data: readonly number[], shape: readonly number[]): string {
    const name = `c_${shape.join('x')}_${data.join(',')}`;
    if (!this.constants.has(name))
      this.constants.set(name, { name: `constant_${this.constants.size}`, shape, data: Float32Array.from(data) });
    return must(this.constants.get(name)).name;
  }
  integers(data: readonly number[], shape: readonly number[] = [data.length]): string {
    const name = `i_${shape.join('x')}_${data.join(',')}`;
    if (!this.constants.has(name))
      this.constants.set(name, {
        name: `constant_${this.constants.size}`,
        shape,
        data: BigInt64Array.from(data, BigInt),
      });
    return must(this.constants.get(name)).name;
  }

  number(value: number): Value {
    return { name: this.floats([value], []), axes: [] };
  }

  variable(axis: string, set: SetId): Variable {
    this.sets.set(axis, set);
    return { axis, set };
  }
  private fixedSize(set: SetId): number {
    const n = this.sizes.get(set);
    if (n === undefined || set === this.examples)
      throw cannot(`an index of ${set} that is computed with, since the number of examples is open`);
    return n;
  }

  // --- axes ------------------------------------------------------------------------------------------------------------

  /** The value with exactly these axes, in this order; axes that it lacks get size 1. */
  align(v: Value, axes: readonly string[]): string {
    const own = axes.filter((a) => v.axes.includes(a));
    const order = own.map((a) => v.axes.indexOf(a));
    const moved = order.every((k, i) => k === i) ? v.name : this.op('Transpose', [v.name], { perm: order });
    const lacking = axes.flatMap((a, k) => (v.axes.includes(a) ? [] : [k]));
    const leading = lacking.every((k, i) => k === i);
    return lacking.length === 0 || (leading && own.length > 0) || v.axes.length === 0
      ? moved
      : this.op('Unsqueeze', [moved, this.integers(lacking)]);
  }

  /** An operation entry by entry. Leading axes of size 1 need not be written, since ONNX broadcasts from the right. */
  elementwise(op: string, ...values: readonly Value[]): Value {
    const axes = this.union(values);
    return {
      name: this.op(
        op,
        values.map((v) => this.align(v, axes)),
      ),
      axes,
    };
  }
  private union(values: readonly Value[]): string[] {
    const widest = values.reduce((a, b) => (b.axes.length > a.axes.length ? b : a));
    return [...new Set([...widest.axes, ...values.flatMap((v) => v.axes)])];
  }

  // --- terms -----------------------------------------------------------------------------------------------------------

  term(t: Term, s: Scope): Value {
    const k = `${key(t)}|${[...s.free.values()].map((v) => v.axis).join()}|${s.bound.map((v) => v.axis).join()}`;
    let value = this.known.get(k);
    if (value === undefined) this.known.set(k, (value = (this.kinds[t.kind] as (t: Term, s: Scope) => Value)(t, s)));
    return value;
  }

  private readonly kinds: { readonly [K in Kind]: (t: Extract<Term, { kind: K }>, s: Scope) => Value } = {
    num: (t) => this.number(numberValue(t)),
    constant: (t) => this.number(t.name === 'pi' ? Math.PI : Math.E),
    size: (t) => (t.set === this.examples ? this.exampleCount() : this.number(this.fixedSize(t.set))),
    position: (t, s) => this.positions(t.index, s),
    entry: (t, s) => this.entry(t, s),
    delta: (t, s) => this.truth({ kind: 'position', op: '=', left: t.left, right: t.right }, s, true),
    bracket: (t, s) => this.truth(t.condition, s, true),
    if: (t, s) =>
      this.elementwise('Where', this.truth(t.condition, s, false), this.term(t.then, s), this.term(t.else, s)),
    add: (t, s) => t.terms.map((x) => this.term(x, s)).reduce((a, b) => this.elementwise('Add', a, b)),
    mul: (t, s) => this.product(t, s),
    pow: (t, s) => this.power(this.term(t.base, s), t.exponent, s),
    call: (t, s) => this.call(t, s),
    apply: (t) => {
      throw cannot(`the unknown function ${t.fn}`);
    },
    reduce: (t, s) => this.reduction(t, s),
    inverse: () => {
      throw cannot('the inverse of a matrix');
    },
    determinant: (t, s) => {
      const [i, j] = [this.variable(this.fresh('row'), t.set), this.variable(this.fresh('column'), t.set)];
      const body = this.term(t.body, { ...s, bound: [...s.bound, i, j] });
      const rest = body.axes.filter((a) => a !== i.axis && a !== j.axis);
      return { name: this.op('Det', [this.align(body, [...rest, i.axis, j.axis])]), axes: rest };
    },
    partial: () => {
      throw cannot('a derivative that is not worked out');
    },
  };

  private exampleCount(): Value {
    const shape = this.op('Shape', ['example axis'], { start: 0, end: 1 });
    return { name: this.op('Squeeze', [this.op('Cast', [shape], { to: 1 })]), axes: [] };
  }

  private power(base: Value, exponent: Term, s: Scope): Value {
    if (exponent.kind === 'num') {
      const n = numberValue(exponent);
      if (n === -1) return this.elementwise('Reciprocal', base);
      if (n === 0.5) return this.elementwise('Sqrt', base);
      if (n === 2) return this.elementwise('Mul', base, base);
    }
    return this.elementwise('Pow', base, this.term(exponent, s));
  }

  private call(t: Call, s: Scope): Value {
    const args = t.args.map((a) => this.term(a, s));
    const name = unaryNodes[t.fn];
    if (name !== null) return this.elementwise(name, must(args[0]));
    return args.reduce((a, b) => this.elementwise(t.fn === 'max' ? 'Max' : 'Min', a, b));
  }

  /** exp(z_j) / Σ_k exp(z_k) is Softmax; other products are multiplied, quotients divided. */
  private product(t: Mul, s: Scope): Value {
    const soft = softmaxOf(t);
    if (soft !== null) {
      const variable = this.variableOf(soft.index, s);
      const logits = this.term(soft.logits, s);
      const rest = soft.rest.map((f) => this.term(f, s));
      const last = [...logits.axes.filter((a) => a !== variable.axis), variable.axis];
      const value: Value = { name: this.op('Softmax', [this.align(logits, last)], { axis: -1 }), axes: last };
      return rest.reduce((a, b) => this.elementwise('Mul', a, b), value);
    }
    const isInverse = (f: Term): boolean =>
      f.kind === 'pow' && f.exponent.kind === 'num' && f.exponent.num === -f.exponent.den;
    const above = t.factors.filter((f) => !isInverse(f)).map((f) => this.term(f, s));
    const below = t.factors.filter(isInverse).map((f) => this.term((f as { base: Term }).base, s));
    const top = above.length === 0 ? this.number(1) : above.reduce((a, b) => this.elementwise('Mul', a, b));
    return below.reduce((a, b) => this.elementwise('Div', a, b), top);
  }

  private variableOf(i: Index, s: Scope): Variable {
    const v =
      i.kind === 'free' ? s.free.get(i.name) : i.kind === 'bound' ? s.bound[s.bound.length - 1 - i.depth] : undefined;
    if (v === undefined) throw new Error('bug: an index without an axis');
    return v;
  }

  // --- reductions --------------------------------------------------------------------------------------------------------

  private reduction(t: Reduce, s: Scope): Value {
    const v = this.variable(this.fresh(t.letter === '' ? 'k' : t.letter), t.range.set);
    const inner: Scope = { ...s, bound: [...s.bound, v] };
    const mask = this.mask(t, v, inner);
    if (t.op === 'sum' && mask === null && t.body.kind === 'mul') {
      const contracted = this.contraction(t.body, v, inner);
      if (contracted !== null) return contracted;
    }
    const body = this.term(t.body, inner);
    const masked = mask === null ? body : this.elementwise('Where', mask, body, this.number(neutral[t.op]));
    if (!masked.axes.includes(v.axis)) return this.repeated(t, masked, v);
    const axis = masked.axes.indexOf(v.axis);
    const axes = masked.axes.filter((a) => a !== v.axis);
    if (t.op === 'sum')
      return { name: this.op('ReduceSum', [masked.name, this.integers([axis])], { keepdims: 0 }), axes };
    const name = { prod: 'ReduceProd', max: 'ReduceMax', min: 'ReduceMin' }[t.op];
    return { name: this.op(name, [masked.name], { axes: [axis], keepdims: 0 }), axes };
  }

  /** A body that does not depend on the index: the sum is a multiple, the product a power. */
  private repeated(t: Reduce, body: Value, v: Variable): Value {
    if (t.op === 'max' || t.op === 'min') return body;
    const n = v.set === this.examples ? this.exampleCount() : this.number(this.fixedSize(v.set));
    return this.elementwise(t.op === 'sum' ? 'Mul' : 'Pow', body, n);
  }

  private mask(t: Reduce, v: Variable, inner: Scope): Value | null {
    const bounds: Condition[] = [];
    const lift = (i: Index): Index => liftIndex(i);
    if (t.range.from !== null && !(t.range.from.kind === 'at' && t.range.from.position <= 1))
      bounds.push({ kind: 'position', op: '>=', left: boundIndex(0), right: lift(t.range.from) });
    if (t.range.to !== null && !(t.range.to.kind === 'end' && t.range.to.set === v.set))
      bounds.push({ kind: 'position', op: '<=', left: boundIndex(0), right: lift(t.range.to) });
    if (t.where !== null) bounds.push(t.where);
    return bounds.length === 0
      ? null
      : this.truth(bounds.length === 1 ? must(bounds[0]) : { kind: 'and', all: bounds }, inner, false);
  }

  /** Σ of a product: one MatMul where it is a matrix product, else one Einsum. */
  private contraction(body: Mul, v: Variable, s: Scope): Value | null {
    const factors = body.factors.map((f) => this.term(f, s));
    const inside = factors.filter((f) => f.axes.includes(v.axis));
    const outside = factors.filter((f) => !f.axes.includes(v.axis));
    if (inside.length < 2) return null;
    const product = this.matrixProduct(inside, v) ?? this.einsum(inside, v);
    return outside.reduce((a, b) => this.elementwise('Mul', a, b), product);
  }
  private matrixProduct(factors: readonly Value[], v: Variable): Value | null {
    const [a, b] = factors;
    if (
      factors.length !== 2 ||
      a === undefined ||
      b === undefined ||
      a.axes.some((x) => x !== v.axis && b.axes.includes(x))
    )
      return null;
    const [left, right] =
      a.axes.at(-1) === v.axis && b.axes[0] === v.axis && b.axes.length === 2
        ? [a, b]
        : b.axes.at(-1) === v.axis && a.axes[0] === v.axis && a.axes.length === 2
          ? [b, a]
          : [null, null];
    if (left === null || right === null) return null;
    return {
      name: this.op('MatMul', [left.name, right.name]),
      axes: [...left.axes.slice(0, -1), must(right.axes[1])],
    };
  }
  private einsum(factors: readonly Value[], v: Variable): Value {
    const axes = this.union(factors).filter((a) => a !== v.axis);
    const letters = new Map([...axes, v.axis].map((a, i) => [a, String.fromCharCode(97 + i)]));
    const spell = (list: readonly string[]): string => list.map((a) => letters.get(a)).join('');
    return {
      name: this.op(
        'Einsum',
        factors.map((f) => f.name),
        { equation: `${factors.map((f) => spell(f.axes)).join(',')}->${spell(axes)}` },
      ),
      axes,
    };
  }

  // --- entries and positions ---------------------------------------------------------------------------------------------

  private entry(e: Entry, s: Scope): Value {
    if (!this.tensors.has(e.name)) throw new Error(`bug: the graph has no tensor ${e.name}`);
    let name = e.name;
    const axes: string[] = [];
    e.indices.forEach((i, axis) => {
      const variable = i.kind === 'free' || i.kind === 'bound' ? this.variableOf(i, s) : null;
      if (variable !== null && !axes.includes(variable.axis)) {
        axes.push(variable.axis);
        return;
      }
      const chosen = this.chosenPositions(i, must(must(this.tensors.get(e.name))[axis]), s);
      name = this.op('Gather', [name, chosen.name], { axis: axes.length });
      axes.push(...chosen.axes);
    });
    const distinct = [...new Set(axes)];
    if (distinct.length === axes.length) return { name, axes };
    const letters = new Map(distinct.map((a, i) => [a, String.fromCharCode(97 + i)]));
    const spell = (list: readonly string[]): string => list.map((a) => letters.get(a)).join('');
    return { name: this.op('Einsum', [name], { equation: `${spell(axes)}->${spell(distinct)}` }), axes: distinct };
  }

  /** The places (from 0) that an index expression takes, as a constant over its own variables. */
  private chosenPositions(i: Index, set: SetId, s: Scope): Value {
    const { terms, plus } = asAffine(i);
    const ends = terms.filter((t) => t.variable.kind === 'end');
    const own = terms
      .filter((t) => t.variable.kind !== 'end')
      .map((t) => ({ variable: this.variableOf(t.variable, s), times: t.times }));
    const start = ends.reduce((n, t) => n + t.times * this.fixedSize((t.variable as { set: SetId }).set), plus - 1);
    const dims = own.map((t) => this.fixedSize(t.variable.set));
    const length = set === this.examples ? Infinity : this.fixedSize(set);
    const places = dims.reduce<number[]>(
      (all, n, k) => all.flatMap((base) => Array.from({ length: n }, (_, p) => base + must(own[k]).times * (p + 1))),
      [start],
    );
    return {
      name: this.integers(
        places.map((p) => Math.min(length - 1, Math.max(0, p))),
        dims,
      ),
      axes: own.map((t) => t.variable.axis),
    };
  }

  /** An index as a number (from 1). */
  private positions(i: Index, s: Scope): Value {
    const { terms, plus } = asAffine(i);
    const parts = terms.map((t): Value => {
      if (t.variable.kind === 'end') return this.number(t.times * this.fixedSize(t.variable.set));
      const v = this.variableOf(t.variable, s);
      const n = this.fixedSize(v.set);
      return {
        name: this.floats(
          Array.from({ length: n }, (_, p) => t.times * (p + 1)),
          [n],
        ),
        axes: [v.axis],
      };
    });
    return [...parts, ...(plus === 0 && parts.length > 0 ? [] : [this.number(plus)])].reduce((a, b) =>
      this.elementwise('Add', a, b),
    );
  }

  /** A condition as truth values, or as 0 and 1. */
  private truth(c: Condition, s: Scope, asNumber: boolean): Value {
    const value = this.condition(c, s);
    return asNumber ? { name: this.op('Cast', [value.name], { to: 1 }), axes: value.axes } : value;
  }
  private condition(c: Condition, s: Scope): Value {
    switch (c.kind) {
      case 'compare':
      case 'position': {
        const [l, r] =
          c.kind === 'compare'
            ? [this.term(c.left, s), this.term(c.right, s)]
            : [this.positions(c.left, s), this.positions(c.right, s)];
        if (c.op === '!=') return this.elementwise('Not', this.elementwise('Equal', l, r));
        return this.elementwise(
          { '=': 'Equal', '<': 'Less', '<=': 'LessOrEqual', '>': 'Greater', '>=': 'GreaterOrEqual' }[c.op],
          l,
          r,
        );
      }
      case 'and':
      case 'or':
        return c.all
          .map((x) => this.condition(x, s))
          .reduce((a, b) => this.elementwise(c.kind === 'and' ? 'And' : 'Or', a, b));
      case 'not':
        return this.elementwise('Not', this.condition(c.of, s));
    }
  }
}

const neutral: { readonly [K in Reduce['op']]: number } = {
  sum: 0,
  prod: 1,
  max: -3.4028234663852886e38,
  min: 3.4028234663852886e38,
};
const unaryNodes: { readonly [F in FunctionName]: string | null } = {
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  abs: 'Abs',
  sign: 'Sign',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  asin: 'Asin',
  acos: 'Acos',
  atan: 'Atan',
  sinh: 'Sinh',
  cosh: 'Cosh',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  relu: 'Relu',
  erf: 'Erf',
  max: null,
  min: null,
};

/** An index of the surroundings as it is seen from under one more binder. */
function liftIndex(i: Index): Index {
  if (i.kind === 'bound') return boundIndex(i.depth + 1);
  if (i.kind !== 'affine') return i;
  return {
    ...i,
    terms: i.terms.map((t) =>
      t.variable.kind === 'bound' ? { ...t, variable: { kind: 'bound' as const, depth: t.variable.depth + 1 } } : t,
    ),
  };
}

/** The logits and the index of a softmax that a product contains: exp(f(j)) times the inverse of Σ_k exp(f(k)). */
function softmaxOf(t: Mul): { readonly logits: Term; readonly index: Index; readonly rest: readonly Term[] } | null {
  for (const [n, f] of t.factors.entries()) {
    if (
      f.kind !== 'pow' ||
      f.exponent.kind !== 'num' ||
      f.exponent.num !== -f.exponent.den ||
      f.base.kind !== 'reduce' ||
      f.base.op !== 'sum' ||
      f.base.where !== null ||
      f.base.range.from !== null ||
      f.base.range.to !== null
    )
      continue;
    const { body } = f.base;
    if (body.kind !== 'call' || body.fn !== 'exp' || !usesBound(body)) continue;
    for (const [m, g] of t.factors.entries()) {
      if (m === n || g.kind !== 'call' || g.fn !== 'exp') continue;
      const index = indicesIn(g).find((i) => key(openAll(body, [i])) === key(g));
      if (index !== undefined)
        return { logits: must(g.args[0]), index, rest: t.factors.filter((_, k) => k !== n && k !== m) };
    }
  }
  return null;
}

function indicesIn(t: Term): Index[] {
  const found: Index[] = [];
  const go = (x: Term): void => {
    if (x.kind === 'entry') found.push(...x.indices.filter((i) => i.kind === 'free' || i.kind === 'bound'));
    else if (x.kind === 'add') x.terms.forEach(go);
    else if (x.kind === 'mul') x.factors.forEach(go);
    else if (x.kind === 'call') x.args.forEach(go);
    else if (x.kind === 'pow') {
      go(x.base);
      go(x.exponent);
    }
  };
  go(t);
  return found;
}

/** The forward pass of a network with its parameters as one graph: input rows × features, output rows × outputs. `scale` divides and shifts features first. */
export function onnxGraph(
  network: Network,
  sizes: ReadonlyMap<SetId, number>,
  parameters: ReadonlyMap<string, NamedArray>,
  scaling: { readonly mean: readonly number[]; readonly scale: readonly number[] } | null,
): Graph {
  const order = dependencyOrder(network.context, network.prediction.name);
  const features = network.features as { name: string; sets: readonly SetId[] };
  const tensors = new Map<string, readonly SetId[]>([
    [features.name, features.sets],
    ...[...network.learned, ...network.constants].map((t) => [t.name, t.sets] as const),
  ]);
  for (const name of order) tensors.set(name, network.context.definitions.get(name)?.params.map((p) => p.set) ?? []);
  const w = new GraphWriter(tensors, sizes, network.examples);
  const columns = features.sets.slice(1).map((set) => must(sizes.get(set)));
  const input = scaling === null ? features.name : `${features.name} as given`;
  if (scaling !== null) {
    const shape = columns.length === 0 ? [] : [scaling.mean.length];
    w.op(
      'Div',
      [w.op('Sub', [input, w.floats(scaling.mean, shape)]), w.floats(scaling.scale, shape)],
      undefined,
      features.name,
    );
  }
  for (const name of order) {
    const d = must(network.context.definitions.get(name));
    const variables = d.params.map((p, i) => w.variable(`${p.letter === '' ? 'i' : p.letter} of ${name} ${i}`, p.set));
    const letters = d.params.map((_, i) => `#${i}`);
    const body = openAll(d.body, letters.map(freeIndex));
    const value = w.term(body, { free: new Map(letters.map((l, i) => [l, must(variables[i])])), bound: [] });
    w.op(
      'Identity',
      [
        w.align(
          value,
          variables.map((v) => v.axis),
        ),
      ],
      undefined,
      name,
    );
  }
  const used = new Set(w.nodes.flatMap((n) => n.inputs));
  const nodes = w.nodes.map((n) => ({ ...n, inputs: n.inputs.map((i) => (i === 'example axis' ? input : i)) }));
  const learned = [...parameters]
    .filter(([name]) => used.has(name))
    .map(([name, { shape, data }]): Constant => ({ name, shape, data }));
  return {
    name: 'network',
    nodes,
    constants: [...learned, ...w.constants.values()],
    inputs: [{ name: input, shape: ['N', ...columns] }],
    outputs: [
      {
        name: network.prediction.name,
        shape: ['N', ...network.prediction.sets.slice(1).map((set) => must(sizes.get(set)))],
      },
    ],
  };
}
