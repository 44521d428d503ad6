// What running tells about the roles of arguments: a backward pass is linear in its upstream gradient, in nothing else.
// Not here: roles by names, calls and comments (`find/`), verdicts (`judge.ts`).
// Invariant: a program that is wrong is judged as one that is right; whether numbers are true plays no part.
import { must } from '../term/must.ts';
import { covers } from './find/roles.ts';
import { prepare } from './probe/reading.ts';
import { gradients } from './probe/collect.ts';
import type { Trial } from './judge.ts';
import type { Arg, Program, Scenario, Step } from './run/program.ts';
import { map, relativeError, type Tensor } from './tensor/tensor.ts';

const doubled = (a: Arg): Arg | null => {
  if ('tensor' in a) return { ...a, tensor: a.tensor.map((x) => 2 * x) };
  return 'number' in a && a.as === 'float' ? { ...a, number: 2 * a.number } : null;
};

/** The scenario with one argument of the backward call twice as large; null where it is no array of ours. */
function twice(t: Trial, index: number): Scenario | null {
  const { scenario, backwardStep } = t.prepared;
  const step = must(scenario.steps[backwardStep]);
  if (!('call' in step)) return null;
  const arg = step.args[index] === undefined ? null : doubled(must(step.args[index]));
  if (arg === null) return null;
  const changed: Step = { ...step, args: step.args.map((a, i) => (i === index ? arg : a)) };
  return { ...scenario, steps: scenario.steps.map((s, i) => (i === backwardStep ? changed : s)) };
}

/** Whether every gradient is twice what it was, and not all of them 0. */
const isTwice = (t: Trial, now: ReadonlyMap<string, Tensor>): boolean =>
  [...t.yours].some(([, v]) => v.data.some((x) => x !== 0)) &&
  [...t.yours].every(([name, before]) => {
    const after = now.get(name);
    return (
      after !== undefined &&
      relativeError(
        after,
        map(before, (x) => 2 * x),
      ) < 1e-5
    );
  });

/** What speaks for (above 0) or against a reading: the argument that enters linearly must be the upstream gradient. */
export async function linearEvidence(program: Program, trials: readonly Trial[]): Promise<Map<Trial, number>> {
  const asked = trials
    .filter(
      (t) => t.reading.operation.kind !== 'loss' && !['autograd', 'joint', 'flag'].includes(t.reading.route.style),
    )
    .flatMap((t) => t.reading.backward.bound.map((bound, index) => ({ t, bound, scenario: twice(t, index) })));
  const usable = asked.filter((q) => q.scenario !== null);
  const outcomes = await program.run(
    usable.map((q) => q.scenario as Scenario),
    { limit: 2 },
  );
  const found = new Map<Trial, number>();
  usable.forEach(({ t, bound }, i) => {
    const outcome = must(outcomes[i]);
    if (outcome.error !== undefined) return;
    const linear = isTwice(t, gradients(t.reading, prepare(t.reading, 0), outcome).found);
    found.set(
      t,
      (found.get(t) ?? 0) + weightOf(t, bound.role.kind === 'upstream', covers(bound.role).length > 0, linear),
    );
  });
  return found;
}

const weightOf = (t: Trial, isUpstream: boolean, isData: boolean, linear: boolean): number => {
  if (isUpstream) return linear ? 3 : -3;
  const alone = !t.reading.backward.bound.some((b) => b.role.kind === 'upstream');
  return isData && linear && alone ? -3 : 0;
};
