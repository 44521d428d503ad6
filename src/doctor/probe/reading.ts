// One way to read a program: which route, which operation, which layout, what each argument is; and the calls that
// follow from it.
// Not here: running it (`../judge.ts`).
// Invariant: the same reading and draw give the same scenario.
import { must } from '../../term/must.ts';
import type { Binding, Bound, Role } from '../find/roles.ts';
import { inputNames, parts } from '../find/names.ts';
import type { Route } from '../find/route.ts';
import type { Input, Operation, Sizes } from '../operations/operation.ts';
import type { Arg, FunctionOutline, Parameter, Scenario, Step, Value } from '../run/program.ts';
import { follow } from '../tensor/evaluate.ts';
import { fill, scalar, tensor, type Tensor } from '../tensor/tensor.ts';
import { drawInputs, drawUpstream, sizesOf, uniform } from './draw.ts';
import { arranged, sizesIn, type Layout } from './layout.ts';
import { float, integer, written, type Writing } from './values.ts';

export interface Reading {
  readonly route: Route;
  readonly operation: Operation;
  readonly layout: Layout;
  /** How labels of classes are written. */
  readonly labels: 'array' | 'integers';
  readonly writing: Writing;
  readonly forward: Binding | null;
  readonly backward: Binding;
  /** Inputs that are fields of the object, by name of the input. */
  readonly fields: ReadonlyMap<string, string>;
  /** Whether all sizes are alike: only where the program does not run with different ones. */
  readonly square: boolean;
  /** Constants that the program's text fixes (ε, a slope), by name of the input. */
  readonly constants: ReadonlyMap<string, number>;
  /** What the constructor gets. */
  readonly construct: readonly Built[];
  /** A class of the file that arrays are wrapped in. */
  readonly box: Box | null;
  readonly weight: number;
  /** How much the file names the operation: 4 in names, 3 in comments, 2 in the file's name, 1 in its text. */
  readonly backing: number;
}

/** One argument of a constructor: an input, or a size. */
export type Built =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'size'; readonly axis: keyof Sizes }
  | { readonly kind: 'number'; readonly value: number };

/** A class that holds numbers in one field and their gradient in another. */
export interface Box {
  readonly class: string;
  readonly data: string;
  readonly gradient: string | null;
  /** What its constructor gets, in order. */
  readonly build: readonly ('data' | 'rows' | 'columns' | 'shape')[];
  /** Whether the numbers lie in one flat array. */
  readonly isFlat: boolean;
}

/** What one draw means: names of the operation with their values, before and after its forward pass. */
export interface Prepared {
  readonly scenario: Scenario;
  readonly sizes: Sizes;
  /** Inputs and u, g, r, rate: r is 1 until the program's own loss tells its factor. */
  readonly inputs: Map<string, Tensor>;
  readonly all: ReadonlyMap<string, Tensor>;
  readonly forwardStep: number;
  readonly backwardStep: number;
}

export const RATE = 0.1;

const isLabel = (i: Input): boolean => i.draw === 'labels';

/** A row without a label is one that is left out. */
const classOf = (row: ArrayLike<number>): number => {
  const at = Array.from(row).indexOf(1);
  return at < 0 ? LEFT_OUT : at;
};

/** The number of a label that is left out, as torch has it. */
export const LEFT_OUT = -100;

const classesOf = (y: Tensor, single: boolean): Value | Tensor => {
  const width = must(y.shape[y.shape.length - 1]);
  const rows = y.data.length / width;
  const numbers = Array.from({ length: rows }, (_, i) => classOf(y.data.slice(i * width, (i + 1) * width)));
  return single ? integer(must(numbers[0])) : tensor([rows], numbers);
};

/** The value of one input as the program takes it. */
function valueOf(r: Reading, input: Input, value: Tensor): Value {
  const { layout, writing } = r;
  if (isLabel(input) && r.labels === 'integers') {
    const c = classesOf(value, layout.single);
    return 'data' in c ? written(c, writing, writing.integers ?? 'int64') : c;
  }
  if (input.draw === 'places') return written(value, writing, writing.integers ?? 'int64');
  return layout.scalar && input.sort === 'batch'
    ? float(must(value.data[0]))
    : written(arranged(value, input.sort, layout), writing);
}

const upstreamValue = (r: Reading, u: Tensor): Value =>
  r.layout.scalar
    ? float(must(u.data[0]))
    : written(
        arranged(
          u,
          r.operation.inputs.some((i) => i.sort === 'image') && r.operation.id === 'convolution' ? 'image' : 'batch',
          r.layout,
        ),
        r.writing,
      );

class Builder {
  readonly steps: Step[] = [];
  private boxes = 0;
  private readonly r: Reading;

  constructor(r: Reading) {
    this.r = r;
  }

  /** Whether the parameter at hand is read as a plain array. */
  plain = false;

  /** The argument for an array: as it is, or in the file's own class. */
  arg(value: Value): Arg {
    if (this.plain || this.r.box === null || !('tensor' in value)) return value;
    const name = `box${this.boxes++}`;
    const { class: call, build, data, isFlat } = this.r.box;
    const [rows, columns] = [value.shape[0] ?? 1, value.shape[1] ?? 1];
    const numbers: Value = isFlat ? { ...value, shape: [value.tensor.length] } : value;
    const parts = {
      data: numbers,
      rows: integer(rows),
      columns: integer(columns),
      shape: { tensor: [rows, columns], shape: [2], dtype: 'int64', as: 'list' },
    } as const;
    this.steps.push({ let: name, call, args: build.map((k) => parts[k]) });
    if (!build.includes('data')) this.steps.push({ set: `${name}.${data}`, value: numbers });
    return { ref: name };
  }
}

const inputOf = (o: Operation, name: string): Input => must(o.inputs.find((i) => i.name === name));

function argOf(r: Reading, role: Role, env: ReadonlyMap<string, Tensor>, p: Prepared0, b: Builder): Arg {
  switch (role.kind) {
    case 'input':
      return b.arg(valueOf(r, inputOf(r.operation, role.name), must(env.get(role.name))));
    case 'given':
      return b.arg(
        r.layout.scalar
          ? float(must(must(env.get(role.name)).data[0]))
          : written(arranged(must(env.get(role.name)), 'batch', r.layout), r.writing),
      );
    case 'upstream':
      return r.operation.kind === 'loss'
        ? float(must(env.get('s')).data[0] as number)
        : b.arg(upstreamValue(r, must(env.get('u'))));
    case 'result':
      return { ref: role.name };
    case 'record':
      return recordArg(r, role.entries, env, p, b);
    case 'cache':
    case 'context':
      return { ref: 'o' };
    case 'rate':
      return float(RATE);
    case 'count':
      return integer(p.sizes.N);
    case 'columns':
      return integer(
        must(r.operation.inputs[0])
          .axes.map((a) => p.sizes[a])
          .at(-1) ?? 1,
      );
    case 'buffer':
      return b.arg(empty(r, role.name, env));
    case 'axis':
      return integer(-1);
    case 'flag':
      return { number: 1, as: 'bool' };
    case 'epsilon':
      return float(1e-12);
  }
}

/** Zeros of the shape of the output, or of an input. */
function empty(r: Reading, name: string, env: ReadonlyMap<string, Tensor>): Value {
  const like = must(env.get(name) ?? env.get('l'));
  const sort = r.operation.inputs.find((i) => i.name === name)?.sort ?? 'batch';
  return written(
    arranged(
      fill(like.shape, () => 0),
      sort,
      r.layout,
    ),
    r.writing,
  );
}

/** A dictionary of arrays, made key by key. */
function recordArg(
  r: Reading,
  entries: readonly (readonly [string, Role])[],
  env: ReadonlyMap<string, Tensor>,
  p: Prepared0,
  b: Builder,
): Value {
  const fields = entries.map(([key, role]) => [key, argOf(r, role, env, p, b)] as const);
  return {
    fields: Object.fromEntries(fields.filter((f): f is [string, Value] => !('ref' in f[1] || 'same' in f[1]))),
    as: 'dict',
  };
}

interface Prepared0 {
  readonly sizes: Sizes;
}

const arguments_ = (
  r: Reading,
  bound: readonly Bound[],
  { parameters, text }: Pick<FunctionOutline, 'parameters' | 'text'>,
  env: ReadonlyMap<string, Tensor>,
  p: Prepared0,
  b: Builder,
): { args: Arg[]; named: Record<string, Arg> } => {
  const args: Arg[] = [];
  const named: Record<string, Arg> = {};
  let gap = false;
  for (const parameter of parameters) {
    const here = bound.find((x) => x.parameter.name === parameter.name);
    if (here === undefined) {
      gap = true;
      continue;
    }
    b.plain = new RegExp(`\\b${parameter.name}\\s*\\[`).test(text);
    const value = argOf(r, here.role, env, p, b);
    b.plain = false;
    if (gap || parameter.keyword === true) named[parameter.name] = value;
    else args.push(value);
  }
  return { args, named };
};

const call = (name: string, path: string, { args, named }: { args: Arg[]; named: Record<string, Arg> }): Step =>
  Object.keys(named).length === 0 ? { let: name, call: path, args } : { let: name, call: path, args, named };

/** Everything of one draw by its name in the operation. */
export function environment(
  r: Reading,
  draw: number,
  sizes: Sizes,
  given?: ReadonlyMap<string, Tensor>,
): { inputs: Map<string, Tensor>; all: Map<string, Tensor> } {
  const inputs = drawInputs(r.operation, sizes, draw);
  for (const [name, value] of r.constants) inputs.set(name, scalar(value));
  for (const [name, value] of given ?? []) inputs.set(name, value);
  inputs.set('r', scalar(1)).set('rate', scalar(RATE)).set('s', drawUpstream([], draw));
  const next = uniform(draw + 5);
  if (r.operation.id === 'dropout')
    inputs.set(
      'mask',
      fill([sizes.N, sizes.C], () => (next() < 0.75 ? 1 : 0)),
    );
  const first = follow(r.operation.forward, inputs);
  if (r.operation.kind !== 'loss') inputs.set('u', drawUpstream(must(first.get('out')).shape, draw));
  inputs.set('g', inputs.get('u') ?? scalar(1));
  return { inputs, all: follow(r.operation.forward, inputs) };
}

/** The calls of one draw; `given` takes the place of the draw's own inputs. */
export function prepare(r: Reading, draw: number, given?: ReadonlyMap<string, Tensor>): Prepared {
  const sizes = sizesIn(r.layout, sizesOf(draw, r.square));
  const { inputs, all } = environment(r, draw, sizes, given);
  const b = new Builder(r);
  const p = { sizes };
  build(r, all, p, b);
  let forwardStep = -1;
  const { route } = r;
  if (route.style === 'autograd') return { ...autograd(r, all, p, b), sizes, inputs, all };
  if (route.forwardPath !== null && r.forward !== null && route.style !== 'joint') {
    const args = arguments_(r, r.forward.bound, must(route.forward ?? undefined), all, p, b);
    forwardStep = b.steps.length;
    b.steps.push(call('o', route.forwardPath, args));
    if (r.box?.gradient != null && r.operation.kind !== 'loss')
      b.steps.push({ set: `o.${r.box.gradient}`, value: upstreamValue(r, must(all.get('u'))) });
  }
  const bound =
    route.flag === undefined
      ? r.backward.bound
      : [
          ...r.backward.bound,
          { parameter: route.flag, role: { kind: 'flag' as const }, because: 'name' as const, weight: 0 },
        ];
  const told = arguments_(r, bound, route.backward, all, p, b);
  const backwardStep = b.steps.length;
  if (route.style === 'joint') forwardStep = backwardStep;
  b.steps.push(call('back', route.backwardPath, told));
  return { scenario: { steps: b.steps, watch: true, seed: draw }, sizes, inputs, all, forwardStep, backwardStep };
}

const withoutContext = (f: FunctionOutline): FunctionOutline => ({
  ...f,
  parameters: f.parameters.filter((q) => !parts.context.test(q.name)),
});

function autograd(
  r: Reading,
  all: ReadonlyMap<string, Tensor>,
  p: Prepared0,
  b: Builder,
): { scenario: Scenario; forwardStep: number; backwardStep: number } {
  const bound = must(r.forward ?? undefined).bound;
  const { args } = arguments_(r, bound, withoutContext(must(r.route.forward ?? undefined)), all, p, b);
  const wrt = bound.flatMap((x, i) =>
    x.role.kind === 'input' && isSmooth(inputOf(r.operation, x.role.name)) ? [i] : [],
  );
  const upstream =
    r.operation.kind === 'loss' ? float(must(must(all.get('s')).data[0])) : upstreamValue(r, must(all.get('u')));
  const at = b.steps.length;
  b.steps.push({ let: 'back', grad: must(r.route.forwardPath ?? undefined), args, wrt, upstream });
  return { scenario: { steps: b.steps, watch: true, seed: 0 }, forwardStep: at, backwardStep: at };
}

/** Whether a gradient by this input is asked for: labels, places and constants have none. */
export const isSmooth = (i: Input): boolean =>
  !['labels', 'binary', 'places', 'signs', 'keep', 'mask', 'distribution'].includes(i.draw) &&
  !(i.sort === 'constant') &&
  i.name !== 'y';

/** Makes the object whose methods are called, with the inputs that are its fields. */
function build(r: Reading, all: ReadonlyMap<string, Tensor>, p: Prepared0, b: Builder): void {
  const { owner, factory } = r.route;
  if (factory !== undefined)
    b.steps.push({ let: 'h', call: factory.name, args: r.construct.map((c) => built(r, c, all, p, b)) });
  else if (owner !== undefined && r.route.backwardPath.startsWith('h.')) {
    b.steps.push({ let: 'h', call: owner.name, args: r.construct.map((c) => built(r, c, all, p, b)) });
    for (const [input, field] of r.fields)
      b.steps.push({ set: `h.${field}`, value: b.arg(valueOf(r, inputOf(r.operation, input), must(all.get(input)))) });
  }
}

function built(r: Reading, c: Built, all: ReadonlyMap<string, Tensor>, p: Prepared0, b: Builder): Arg {
  if (c.kind === 'number') return float(c.value);
  if (c.kind === 'size') return integer(p.sizes[c.axis]);
  return b.arg(valueOf(r, inputOf(r.operation, c.name), must(all.get(c.name))));
}

const SIZE_NAMES: readonly (readonly [RegExp, 'in' | 'out' | 'one'])[] = [
  [/(in|input)(_?(dim|size|features|units|channels|nodes))?$|^n_?in|^in_?|fan_?in|^d_?in|^input/i, 'in'],
  [/out|hidden|units|classes|neurons|fan_?out|nodes/i, 'out'],
  [/^(n|m|d|dim|size|features|num\w*|c|depth|channels|k|length|width|shape|normalized_shape|vocab\w*|emb\w*)$/i, 'one'],
];

/** What a constructor gets: inputs by their names, sizes for what is left. Null where a parameter cannot be guessed. */
export function constructorArguments(o: Operation, parameters: readonly Parameter[]): Built[] | null {
  const used: string[] = [];
  let sizesSeen = 0;
  const found = parameters
    .filter((p) => p.rest !== true)
    .map((p): Built | 'default' | null => {
      const input = o.inputs.find(
        (i) =>
          i.sort !== 'batch' &&
          !used.includes(i.name) &&
          (inputNames[i.name]?.test(p.name) ?? false) &&
          !/size|dim|num|_in$|_out$|^n_|features/i.test(p.name),
      );
      if (input !== undefined && (p.default === undefined || input.sort === 'constant')) {
        used.push(input.name);
        return { kind: 'input', name: input.name };
      }
      if (p.default !== undefined) return 'default';
      if (parts.rate.test(p.name)) return { kind: 'number', value: RATE };
      if (parts.epsilon.test(p.name)) return { kind: 'number', value: 1e-5 };
      const size = SIZE_NAMES.find(([pattern]) => pattern.test(p.name));
      sizesSeen++;
      return { kind: 'size', axis: axisFor(o, size?.[1] ?? (sizesSeen === 1 ? 'in' : 'out'), sizesSeen) };
    });
  const end = found.indexOf('default');
  const usable = end < 0 ? found : found.slice(0, end);
  return usable.some((f) => f === null) ? null : (usable as Built[]);
}

/** The size that belongs to the first or second axis of the weights, or to a row. */
function axisFor(o: Operation, which: 'in' | 'out' | 'one', seen: number): keyof Sizes {
  const weights = o.inputs.find((i) => i.sort === 'weights' || i.sort === 'image');
  const row = o.inputs[0];
  if (weights === undefined || which === 'one') {
    if (weights !== undefined && which === 'one' && seen <= 2) return must(weights.axes[seen - 1]);
    return row?.axes[row.axes.length - 1] ?? 'C';
  }
  return must(weights.axes[which === 'in' ? 0 : 1]);
}
