// The engine: a network with its optimizer compiled into one module a batch size, with data and state resident.
// Not here: the loop; what the programs compute.
// Invariant: the arrays of `state` are the only copy that counts; the module for the last, smaller batch borrows them for its step.
import { must } from '../../term/must.ts';
import { compileProgram, type Plan } from '../../compile/plan.ts';
import type { Engine } from '../engine.ts';
import type { NamedArray } from '../files/safetensors.ts';
import type { Bound } from './bind.ts';
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

function compileStep(parts: EngineParts, batch: number): StepPlan {
  const plan = compileProgram(parts.program, {
    sizes: new Map([...parts.sizes, [parts.network.examples, batch], [RESIDENT, parts.training.rows]]),
    dtype: 'f32',
  });
  put(plan, parts.constants);
  put(
    plan,
    [...parts.training.tensors].map(([name, { data }]) => [residentName(name), data] as const),
  );
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

/** Compiles a network's training. The step for full batches is compiled at once, the one for the rest of an epoch where there is a rest. */
export function buildEngine(parts: EngineParts): Engine {
  const { network, training, sizes } = parts;
  const batch = Math.min(parts.batchSize, training.rows);
  const main = compileStep(parts, batch);
  const rest = training.rows % batch === 0 ? null : compileStep(parts, training.rows % batch);
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
    for (let i = 0; i < count; i++) plan.rows[i] = must(order[from + i]);
    plan.rate[0] = rate;
    plan.step[0] = step;
  };
  return {
    state,
    parameters: network.learned.map((t) => t.name),
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
      explainStep(parts, state, order.subarray(from, from + count), rate, step),
  };
}
