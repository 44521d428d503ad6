// Which operation of a step first gives a number that is not finite, and what the definitions of a network hold on some
// rows.
// Not here: when to ask (the loop does when a loss is not finite).
// Invariant: nothing is changed; the values are those of the same compiled definitions.
import { must } from '../../term/must.ts';
import { compileProgram, type Plan } from '../../compile/plan.ts';
import type { Program } from '../../compile/program.ts';
import { meaning, type Environment, type TensorValue } from '../../check/evaluate.ts';
import { print } from '../../term/print.ts';
import { at, type SetId, type Term } from '../../term/term.ts';
import { children, open, openAll } from '../../term/walk.ts';
import type { NamedArray } from '../files/safetensors.ts';
import type { EngineParts } from './engine-parts.ts';
import { adjointName } from './gradients.ts';
import { RATE, STEP } from './optimizer.ts';
import { RESIDENT, residentName, ROWS, whole } from './program.ts';

/** The program with every definition as an output and nothing written back. */
function laidOpen(program: Program): Program {
  const { state: _, ...rest } = program;
  return {
    ...rest,
    outputs: program.definitions.map((d) => whole({ name: d.name, sets: d.params.map((p) => p.set) })),
  };
}

/** The first operation that is not finite in one step on these rows, in words; null when all are finite. */
export function explainStep(
  parts: EngineParts,
  state: ReadonlyMap<string, NamedArray>,
  rows: Int32Array,
  rate: number,
  step: number,
): string | null {
  const { program } = parts;
  const sizes = new Map([...parts.sizes, [parts.network.examples, rows.length], [RESIDENT, parts.training.rows]]);
  const plan = compileProgram(laidOpen(program), { sizes, dtype: 'f32' });
  fill(plan, parts, state, rows, rate, step);
  plan.run();
  for (const d of program.definitions) {
    const data = plan.outputs[d.name] as Float32Array;
    const bad = data.findIndex((v) => !Number.isFinite(v));
    if (bad === -1) continue;
    const shape = d.params.map((p) => must(sizes.get(p.set)));
    const position = unravel(bad, shape);
    const env = environment(parts, program, plan, sizes);
    const body = openAll(d.body, position.map(at));
    return `${subject(d.name, parts)} is not finite${where(
      d.params.map((p) => p.letter),
      position,
    )}: ${culprit(body, env) ?? `it is ${String(data[bad])}`}`;
  }
  plan.dispose();
  return null;
}

function fill(
  plan: Plan,
  parts: EngineParts,
  state: ReadonlyMap<string, NamedArray>,
  rows: Int32Array,
  rate: number,
  step: number,
): void {
  const given = new Map<string, ArrayLike<number>>([
    [ROWS, rows],
    [RATE, [rate]],
    [STEP, [step]],
    ...parts.constants,
    ...[...state].map(([name, { data }]) => [name, data] as const),
    ...[...parts.training.tensors].map(([name, { data }]) => [residentName(name), data] as const),
  ]);
  for (const [name, values] of given)
    (plan.inputs[name] as { set(values: ArrayLike<number>): void } | undefined)?.set(values);
}

/** Everything that the program computed as given values, so that a part of a formula can be evaluated on its own. */
function environment(parts: EngineParts, program: Program, plan: Plan, sizes: ReadonlyMap<SetId, number>): Environment {
  const values = new Map<string, TensorValue>();
  const add = (name: string, sets: readonly SetId[], data: ArrayLike<number>): void => {
    values.set(name, { shape: sets.map((set) => must(sizes.get(set))), data: Float64Array.from(data) });
  };
  for (const d of program.definitions)
    add(
      d.name,
      d.params.map((p) => p.set),
      plan.outputs[d.name] as Float32Array,
    );
  for (const i of program.inputs) if (i.dtype !== 'index') add(i.name, i.sets, plan.inputs[i.name] as Float32Array);
  for (const [name, { shape, data }] of parts.training.tensors) {
    const rows = plan.inputs[ROWS] as Int32Array;
    const width = data.length / parts.training.rows;
    values.set(name, {
      shape: [rows.length, ...shape.slice(1)],
      data: Float64Array.from({ length: rows.length * width }, (_, i) =>
        must(data[must(rows[Math.floor(i / width)]) * width + (i % width)]),
      ),
    });
  }
  const context = { ...parts.network.context, definitions: new Map(), assumptions: [] };
  return { context, values, sizes, indices: new Map(), seed: 0 };
}

/** The innermost operation whose value is not a finite float32 although its parts are. */
function culprit(t: Term, env: Environment): string | null {
  for (const part of partsOf(t, env)) {
    const found = culprit(part, env);
    if (found !== null) return found;
  }
  if (t.kind === 'entry' || t.kind === 'num') return null;
  const value = Math.fround(meaning(t, env));
  return Number.isFinite(value)
    ? null
    : `${print(t)} is ${Number.isNaN(value) ? 'not a number' : String(value)}${argument(t, env)}`;
}

function argument(t: Term, env: Environment): string {
  const of = t.kind === 'call' ? t.args[0] : t.kind === 'pow' ? t.base : undefined;
  return of === undefined ? '' : ` with ${print(of)} = ${Number(meaning(of, env).toPrecision(4))}`;
}

/** The parts of a term, a reduction's body once for each index. */
function partsOf(t: Term, env: Environment): Term[] {
  if (t.kind === 'reduce') {
    const n = env.sizes.get(t.range.set) ?? 0;
    return Array.from({ length: Math.min(n, 4096) }, (_, i) => open(t.body, at(i + 1)));
  }
  return children(t).flatMap((c) => (c.binders === 0 ? [c.term] : []));
}

function unravel(flat: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  for (let axis = shape.length - 1, left = flat; axis >= 0; axis--) {
    position.unshift((left % must(shape[axis])) + 1);
    left = Math.floor(left / must(shape[axis]));
  }
  return position;
}

const where = (letters: readonly string[], position: readonly number[]): string =>
  letters.length === 0 ? '' : ` at ${letters.map((l, i) => `${l} = ${position[i]}`).join(', ')}`;

/** What a definition of the program is called in words. */
function subject(name: string, { network, gradients }: EngineParts): string {
  if (network.context.definitions.has(name)) return name;
  const learned = [...gradients.of].find(([, gradient]) => gradient === name);
  if (learned !== undefined) return `the gradient by ${learned[0]}`;
  const tensor = network.learned.find((t) => name.startsWith(`${t.name}.`));
  if (tensor !== undefined)
    return name.endsWith("theta'")
      ? `the new value of ${tensor.name}`
      : `the optimizer's ${name.slice(tensor.name.length + 1)} of ${tensor.name}`;
  const quantity = network.order.find((d) => adjointName(d) === name);
  return quantity === undefined ? name : `the gradient by ${quantity}`;
}
