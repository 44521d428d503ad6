// The engine: a network with its optimizer compiled into one module a batch size, with data and state resident.
// Not here: the loop; what the programs compute.
// Invariant: the arrays of `state` are the only copy that counts; the module for the last, smaller batch borrows them, and its rows, for its step.
import { must } from '../../term/must.ts';
import { compileProgram, type Plan } from '../../compile/plan.ts';
import type { Engine } from '../engine.ts';
import type { NamedArray } from '../files/safetensors.ts';
import type { Bound } from './bound.ts';
import type { EngineParts } from './engine-parts.ts';
import { explainStep } from './explain.ts';
import { RATE, STEP } from './optimizer.ts';
import type { Named } from './network.ts';
import { forwardProgram, RESIDENT, residentName, ROWS } from './program.ts';

interface StepPlan {
  readonly plan: Plan;
  readonly rows: Int32Array;
  readonly rate: Float32Array;
  readonly step: Float32Array;
  readonly loss: Float32Array;
  readonly outputs: Float32Array;
  readonly state: readonly Float32Array[];
}

const floats = (views: Plan['inputs'], name: string): Float32Array => {
  const view = views[name];
  if (!(view instanceof Float32Array)) throw new Error(`bug: the plan has no float tensor ${name}`);
  return view;
};

function put(plan: Plan, values: Iterable<readonly [string, Float32Array]>): void {
  for (const [name, data] of values) if (plan.inputs[name] !== undefined) floats(plan.inputs, name).set(data);
}

/** The step on `batch` rows of `resident` ones. */
function compileStep(parts: EngineParts, batch: number, resident: number): StepPlan {
  const plan = compileProgram(parts.program, {
    sizes: new Map([...parts.sizes, [parts.network.examples, batch], [RESIDENT, resident]]),
    dtype: 'f32',
  });
  put(plan, parts.constants);
  return {
    plan,
    rows: plan.inputs[ROWS] as Int32Array,
    rate: floats(plan.inputs, RATE),
    step: floats(plan.inputs, STEP),
    loss: floats(plan.outputs, parts.network.loss),
    outputs: floats(plan.outputs, parts.network.prediction.name),
    state: stateOf(parts).map(({ name }) => floats(plan.inputs, name)),
  };
}

const stateOf = ({ network, program }: EngineParts): Named[] => [...network.learned, ...program.optimizerState];

/** The training rows in a plan's memory, which is from then on the only place that holds them. */
function settle(plan: Plan, { rows, tensors }: Bound): Bound {
  const views = [...tensors].map(([name, { shape, data }]) => {
    const view = plan.inputs[residentName(name)];
    if (!(view instanceof Float32Array)) return [name, { shape, data }] as const;
    view.set(data);
    return [name, { shape, data: view }] as const;
  });
  return { rows, tensors: new Map(views) };
}

/** Copies the rows of one batch to the front of a plan that holds no others. */
function fetchRows(plan: StepPlan, { rows, tensors }: Bound, order: Int32Array, from: number, count: number): void {
  for (const [name, { data }] of tensors) {
    const target = plan.plan.inputs[residentName(name)];
    if (!(target instanceof Float32Array)) continue;
    const width = data.length / rows;
    for (let i = 0; i < count; i++) {
      const row = must(order[from + i]);
      target.set(data.subarray(row * width, (row + 1) * width), i * width);
    }
  }
}

/** Compiles a network's training. The step for full batches is compiled at once, the one for the rest of an epoch where there is a rest. */
export function buildEngine(parts: EngineParts): Engine {
  const { network, sizes } = parts;
  const { rows } = parts.training;
  const batch = Math.min(parts.batchSize, rows);
  const main = compileStep(parts, batch, rows);
  const rest = rows % batch === 0 ? null : compileStep(parts, rows % batch, rows % batch);
  const training = settle(main.plan, parts.training);
  for (const [name, { data }] of parts.initial) floats(main.plan.inputs, name).set(data);
  const state = new Map(
    stateOf(parts).map(({ name, sets }, i): [string, NamedArray] => [
      name,
      { shape: sets.map((set) => must(sizes.get(set))), data: must(main.state[i]) },
    ]),
  );
  const forward = new Map<string, Plan>();
  let last = main;

  const load = (plan: StepPlan, order: Int32Array, from: number, count: number, rate: number, step: number): void => {
    if (plan !== main) fetchRows(plan, training, order, from, count);
    for (let i = 0; i < count; i++) plan.rows[i] = plan === main ? must(order[from + i]) : i;
    plan.rate[0] = rate;
    plan.step[0] = step;
  };
  return {
    state,
    parameters: network.learned.map((t) => t.name),
    training,
    get outputs() {
      return last.outputs;
    },
    watched: (name) => floats(last.plan.outputs, name),
    step(order, from, count, rate, step) {
      last = count === batch ? main : (rest as StepPlan);
      load(last, order, from, count, rate, step);
      if (last !== main)
        last.state.forEach((view, i) => {
          view.set(must(main.state[i]));
        });
      last.plan.run();
      if (last !== main)
        last.state.forEach((view, i) => {
          must(main.state[i]).set(view);
        });
      return must(last.loss[0]);
    },
    measure(part) {
      const bound = part === 'training' ? training : (parts.validation as Bound);
      let plan = forward.get(part);
      if (plan === undefined) {
        forward.set(
          part,
          (plan = compileProgram(forwardProgram(network, true), {
            sizes: new Map([...sizes, [network.examples, bound.rows]]),
            dtype: 'f32',
          })),
        );
        put(plan, parts.constants);
        put(
          plan,
          [...bound.tensors].map(([name, { data }]) => [name, data] as const),
        );
      }
      put(
        plan,
        [...state].map(([name, { data }]) => [name, data] as const),
      );
      plan.run();
      return {
        loss: must(floats(plan.outputs, network.loss)[0]),
        outputs: floats(plan.outputs, network.prediction.name),
      };
    },
    explain: (order, from, count, rate, step) =>
      explainStep({ ...parts, training }, state, order.subarray(from, from + count), rate, step),
  };
}
