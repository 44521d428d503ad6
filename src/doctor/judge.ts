// Runs the readings of a program and says which holds and whether its gradient is right.
// Not here: finding routes (`find/`), naming (`name/`), reports.
// Invariant: a reading counts when the program's own forward pass agrees with it in every draw; where there is none,
// when the file names the operation.
import { must } from '../term/must.ts';
import { agreementOf, type Agreement } from './agreement.ts';
import { ordered } from './name/telltales.ts';
import { explain, type Explanation, type Probe } from './name/explain.ts';
import { ratio, type Measures } from './name/scales.ts';
import type { Operation } from './operations/operation.ts';
import { draws } from './probe/draw.ts';
import { gradients, outputs, type Gathered } from './probe/collect.ts';
import { restored } from './probe/layout.ts';
import { prepare, type Prepared, type Reading } from './probe/reading.ts';
import type { Outcome, Program } from './run/program.ts';
import { follow } from './tensor/evaluate.ts';
import { map, relativeError, scalar, type Tensor } from './tensor/tensor.ts';

/** How close is equal: rounding of the program's numbers. */
export const toleranceOf = (r: Reading): number => (r.writing.dtype === 'float32' ? 2e-4 : 1e-6);

export interface Trial {
  readonly reading: Reading;
  readonly prepared: Prepared;
  readonly outcome: Outcome;
  readonly agreement: Agreement;
  readonly yours: ReadonlyMap<string, Tensor>;
  /** Arrays called gradients that the reading leaves over. */
  readonly left: number;
  /** Gradients that are known up to one factor, the rate of a step. */
  readonly unrated: ReadonlySet<string>;
}

export interface Judgement {
  readonly reading: Reading;
  readonly agreement: Agreement;
  readonly error: number;
  /** Every quantity of the first draw by its name in the operation. */
  readonly all: ReadonlyMap<string, Tensor>;
  /** How many gradients the program gave. */
  readonly outputs: number;
  readonly explanations: readonly Explanation[];
  readonly probes: readonly Probe[];
}

const finished = (p: Prepared, o: Outcome): boolean => o.error === undefined || o.error.step > p.backwardStep;

/** What the program drew at random is read off its own output. */
function observed(r: Reading, p: Prepared, outcome: Outcome): Prepared {
  if (r.operation.observed.length === 0 || r.forward === null) return p;
  const out = must(p.all.get('out'));
  const seen = outputs(r, p, outcome).find((f) => f.value.data.length === out.data.length);
  if (seen === undefined) return p;
  const known = new Map(p.inputs).set('seen', restored(seen.value, 'batch', r.layout, out.shape));
  const inputs = follow(r.operation.observed, known);
  return { ...p, inputs, all: follow(r.operation.forward, inputs) };
}

const NOTHING: Gathered = { found: new Map(), left: 0, unrated: new Set() };

/** Runs readings in one draw. */
export async function tryAll(program: Program, readings: readonly Reading[], draw: number): Promise<Trial[]> {
  const prepared = readings.map((r) => prepare(r, draw));
  const outcomes = await program.run(
    prepared.map((p) => p.scenario),
    { limit: 2 },
  );
  return readings.map((reading, i) => {
    const outcome = must(outcomes[i]);
    const p = observed(reading, must(prepared[i]), outcome);
    const gathered = finished(p, outcome) ? gradients(reading, p, outcome) : NOTHING;
    return {
      reading,
      prepared: p,
      outcome,
      agreement: agreementOf(reading, p, outcome),
      yours: gathered.found,
      left: gathered.left,
      unrated: gathered.unrated,
    };
  });
}

const measuresOf = (t: Trial, r: number, s: number): Measures => {
  const { sizes, inputs } = t.prepared;
  const o = t.reading.operation;
  const constants = new Map(
    o.inputs
      .filter((i) => i.sort === 'constant' && i.axes.length === 0)
      .map((i) => [i.name, must(must(inputs.get(i.name)).data[0])]),
  );
  if (s !== 1) constants.set('s', s);
  return { N: sizes.N, C: sizes.C, D: sizes.D, r, constants };
};

const probeOf = (t: Trial, factor: number): Probe => {
  const upstream =
    t.reading.backward.bound.some((b) => b.role.kind === 'upstream') || t.reading.route.style === 'autograd';
  const s = t.reading.operation.kind === 'loss' && upstream ? must(must(t.prepared.inputs.get('s')).data[0]) : 1;
  const inputs = new Map(t.prepared.inputs).set('r', scalar(factor * s));
  return { inputs, yours: t.yours, measures: measuresOf(t, factor, s) };
};

const errorOf = (o: Operation, p: Probe): number => {
  const right = follow(o.backward, follow(o.forward, p.inputs));
  return Math.max(...[...p.yours].map(([name, value]) => relativeError(value, must(right.get(name)))));
};

/** Whether names and comments speak of a log-likelihood, which is to grow. */
const isNegated = (r: Reading): boolean => {
  const { negated } = r.operation;
  if (negated === null) return false;
  const said = [r.route.backward.name, r.route.forward?.name ?? '', r.route.backward.doc].join(' ');
  return negated.test(said) && !/loss|nll|neg/i.test(r.route.backward.name);
};

/** Factors that the loss may have, as a function of the sizes of a draw. */
function factorsOf(trials: readonly Trial[]): ((t: Trial) => number)[] {
  const first = must(trials[0]);
  const { operation } = first.reading;
  if (operation.kind !== 'loss') return [() => 1];
  const mean = (t: Trial): number => 1 / t.prepared.sizes.N;
  if (first.agreement.kind === 'agrees' && !first.agreement.rows)
    return [(t) => (t.agreement.kind === 'agrees' ? t.agreement.factor : Number.NaN)];
  const { agreement } = first;
  const sign = agreement.kind === 'agrees' ? Math.sign(agreement.factor) : isNegated(first.reading) ? -1 : 1;
  // A loss of every row tells its factor, but not whether its mean is taken later.
  const factors = agreement.kind === 'agrees' ? [Math.abs(agreement.factor)] : operation.usual;
  return factors.flatMap((k) => [
    (t: Trial) => sign * k * mean(t),
    () => sign * k,
    (t: Trial) => (sign * k * mean(t)) / t.prepared.sizes.C,
  ]);
}

const mistaken = (id: string): Explanation => ({ ids: [id], formulas: new Map() });

/** The gradients of steps over the rate that most of them agree on, the same in every draw. */
function rated(probes: readonly Probe[], o: Operation, unrated: ReadonlySet<string>): readonly Probe[] {
  if (unrated.size === 0) return probes;
  const rates = [...unrated].flatMap((name) => {
    const all = probes.map((p) => {
      const right = follow(o.backward, follow(o.forward, p.inputs)).get(name);
      return right === undefined ? null : ratio(must(p.yours.get(name)), right, 1e-6);
    });
    const [c] = all;
    const isOne = c !== null && c !== undefined && c > 0 && all.every((x) => x !== null && Math.abs(x - c) < 1e-6 * c);
    return isOne ? [c] : [];
  });
  const like = (c: number): number => rates.filter((x) => Math.abs(x - c) < 1e-6 * c).length;
  const rate = [...rates].sort((a, b) => like(b) - like(a))[0];
  if (rate === undefined) return probes;
  return probes.map((p) => ({
    ...p,
    yours: new Map([...p.yours].map(([k, v]) => [k, unrated.has(k) ? map(v, (x) => x / rate) : v])),
  }));
}

/** Judges one reading from all its draws. */
export function judge(trials: readonly Trial[]): Judgement {
  const first = must(trials[0]);
  const tolerance = toleranceOf(first.reading);
  const options = factorsOf(trials).map((factor) => {
    const probes = rated(
      trials.map((t) => probeOf(t, factor(t))),
      first.reading.operation,
      first.unrated,
    );
    return { probes, error: Math.max(...probes.map((p) => errorOf(first.reading.operation, p))) };
  });
  const best = options.reduce((a, b) => (b.error < a.error ? b : a));
  const common = {
    reading: first.reading,
    agreement: first.agreement,
    outputs: first.yours.size,
    all: first.prepared.all,
  };
  if (first.agreement.kind === 'mistaken')
    return { ...common, error: best.error, explanations: [mistaken(first.agreement.id)], probes: best.probes };
  if (best.error < tolerance) return { ...common, error: best.error, explanations: [], probes: best.probes };
  const explained = options.map((o) => ({
    ...o,
    explanations: ordered(
      explain(first.reading.operation, o.probes, tolerance / 10),
      first.reading.route.backward.text,
    ),
  }));
  const cost = (e: readonly Explanation[]): number => e[0]?.ids.length ?? 99;
  const chosen = explained.reduce((a, b) => (cost(b.explanations) < cost(a.explanations) ? b : a));
  return { ...common, error: chosen.error, explanations: chosen.explanations, probes: chosen.probes };
}

/** Readings that gave something to judge in the first draw, tried in the others, too. */
export async function confirm(program: Program, trials: readonly Trial[]): Promise<Trial[][]> {
  const rest: Trial[][] = trials.map((t) => [t]);
  for (let d = 1; d < draws; d++) {
    const more = await tryAll(
      program,
      trials.map((t) => t.reading),
      d,
    );
    more.forEach((t, i) => {
      must(rest[i]).push(t);
    });
  }
  return rest.filter((list) =>
    list.every(
      (t) => t.yours.size > 0 && t.yours.size === list[0]?.yours.size && t.agreement.kind === list[0]?.agreement.kind,
    ),
  );
}
