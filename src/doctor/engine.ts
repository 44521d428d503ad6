// Engines of single numbers: a class whose methods give a new number and leave a closure that sends its gradient back.
// Not here: arrays (`find/`), the arithmetic itself (`operations/arithmetic.ts`).
// Invariant: a method is judged by the closure that it leaves, with an upstream gradient that is not 1.
import { must } from '../term/must.ts';
import type { Judgement, Trial } from './judge.ts';
import { judge, toleranceOf } from './judge.ts';
import type { Route } from './find/route.ts';
import { gradientOf } from './find/names.ts';
import { arithmetic } from './operations/arithmetic.ts';
import { differentiated, type Operation } from './operations/operation.ts';
import { draws } from './probe/draw.ts';
import { layouts } from './probe/layout.ts';
import { environment, type Prepared, type Reading } from './probe/reading.ts';
import { sizesOf } from './probe/draw.ts';
import { sizesIn } from './probe/layout.ts';
import { arrayOf, float } from './probe/values.ts';
import type { ClassOutline, FunctionOutline, Outcome, Program, Scenario, Step } from './run/program.ts';
import { map, relativeError, reshape, type Tensor } from './tensor/tensor.ts';

/** Which fields of a class hold its number, the gradient, and the closure. */
interface Engine {
  readonly owner: ClassOutline;
  readonly data: string;
  readonly gradient: string;
  readonly closure: string;
}

const CLOSURE = /^_*(backward|back|back_?prop|grad_?fn|pullback|vjp|propagate|chain)\w*$/i;
const SCALAR = must(layouts.find((l) => l.scalar));
/** What a gradient holds before: it must be added to. */
const BEFORE = 0.5;

/** A class as an engine; null where it is none. */
function engineOf(c: ClassOutline): Engine | null {
  const first = c.constructor?.parameters[0]?.name;
  const data = c.fields.find((f) => f === first) ?? c.fields.find((f) => /^_?(data|value|val|v)$/i.test(f));
  const gradient = c.fields.find((f) => gradientOf.test(f));
  const text = c.methods.map((m) => m.text).join('\n');
  const closure = c.fields.find((f) => CLOSURE.test(f) && new RegExp(`\\w\\.${f}\\s*=[^=]`).test(text));
  return data === undefined || gradient === undefined || closure === undefined
    ? null
    : { owner: c, data, gradient, closure };
}

const bare = (m: FunctionOutline): string => m.name.slice(m.name.lastIndexOf('.') + 1).replace(/^_+|_+$/g, '');

/** The operation that a method is by its name, where it leaves a closure. */
const operationOf = (e: Engine, m: FunctionOutline): Operation | null => {
  if (!new RegExp(`\\.${e.closure}\\s*=`).test(m.text)) return null;
  return (
    arithmetic.find((o) => (o.inputs[0]?.name === 'z' ? o.id === bare(m).toLowerCase() : o.names.test(bare(m)))) ?? null
  );
};

function readingOf(e: Engine, m: FunctionOutline, o: Operation): Reading {
  const name = m.name.slice(m.name.lastIndexOf('.') + 1);
  const route: Route = {
    style: 'class',
    target: `${e.owner.name}.${name}`,
    backward: m,
    backwardPath: `o.${e.closure}`,
    forward: m,
    forwardPath: `a.${name}`,
    owner: e.owner,
    kinship: 3,
  };
  const upstream = {
    parameter: { name: `out.${e.gradient}` },
    role: { kind: 'upstream' },
    because: 'body',
    weight: 4,
  } as const;
  return {
    route,
    operation: o,
    layout: SCALAR,
    labels: 'array',
    writing: { as: 'list', dtype: 'float64' },
    forward: { bound: [], weight: 0 },
    backward: { bound: [upstream], weight: 4 },
    fields: new Map(),
    square: false,
    constants: new Map(),
    construct: [],
    box: null,
    weight: 4,
    backing: 4,
  };
}

const numberOf = (t: Tensor | undefined): number => must(must(t).data[0]);

/** One number made, one method called, its closure run; the gradients hold `before` at first. */
function scenarioOf(e: Engine, r: Reading, all: ReadonlyMap<string, Tensor>, before: number): Scenario {
  const inputs = r.operation.inputs;
  const steps: Step[] = [];
  const nodes = inputs.map((i, at) => ({ name: at === 0 ? 'a' : 'b', input: i, isNode: i.sort === 'batch' }));
  for (const { name, input, isNode } of nodes.filter((n) => n.isNode)) {
    steps.push({ let: name, call: e.owner.name, args: [float(numberOf(all.get(input.name)))] });
    if (isNode) steps.push({ set: `${name}.${e.gradient}`, value: float(before) });
  }
  const args = nodes.slice(1).map((n) => (n.isNode ? { ref: n.name } : float(numberOf(all.get(n.input.name)))));
  steps.push({ let: 'o', call: must(r.route.forwardPath ?? undefined), args });
  steps.push({ set: `o.${e.gradient}`, value: float(numberOf(all.get('u'))) });
  steps.push({ call: r.route.backwardPath, args: [] });
  return { steps, want: [`o.${e.data}`, ...nodes.filter((n) => n.isNode).map((n) => `${n.name}.${e.gradient}`)] };
}

/** One draw of one method, with the gradients empty or not before; null where it did not run. */
async function trialOf(program: Program, e: Engine, r: Reading, draw: number, before: number): Promise<Trial | null> {
  const sizes = sizesIn(SCALAR, sizesOf(draw));
  const { inputs, all } = environment(r, draw, sizes);
  const scenario = scenarioOf(e, r, all, before);
  const outcome: Outcome = must((await program.run([scenario], { limit: 2 }))[0]);
  const value = (path: string): Tensor | null => {
    const found = outcome.values[path];
    return found === undefined ? null : arrayOf(found);
  };
  const out = value(`o.${e.data}`);
  if (outcome.error !== undefined || out === null) return null;
  const right = must(all.get('out'));
  if (relativeError(reshape(out, right.shape), right) > 1e-9) return null;
  const yours = new Map<string, Tensor>();
  differentiated(r.operation).forEach((i, at) => {
    const g = value(`${at === 0 ? 'a' : 'b'}.${e.gradient}`);
    if (g !== null)
      yours.set(
        `d${i.name}`,
        map(reshape(g, right.shape), (x) => x - before),
      );
  });
  const prepared: Prepared = { scenario, sizes, inputs, all, forwardStep: 0, backwardStep: scenario.steps.length - 1 };
  return {
    reading: r,
    prepared,
    outcome,
    agreement: { kind: 'agrees', factor: 1, rows: false },
    yours,
    left: 0,
    unrated: new Set(),
  };
}

async function trials(program: Program, e: Engine, r: Reading, before: number): Promise<Trial[]> {
  const found: Trial[] = [];
  for (let d = 0; d < draws; d++) {
    const t = await trialOf(program, e, r, d, before);
    if (t !== null) found.push(t);
  }
  return found;
}

/** How one method is judged; null where it could not be run, or is no arithmetic that is known. */
async function judged(program: Program, e: Engine, m: FunctionOutline): Promise<Judgement | null> {
  const o = operationOf(e, m);
  if (o === null) return null;
  const r = readingOf(e, m, o);
  const empty = await trials(program, e, r, 0);
  if (empty.length < draws || must(empty[0]).yours.size === 0) return null;
  const j = judge(empty);
  if (j.error > toleranceOf(r)) return j;
  // Right alone, but what other uses of the number have sent back must stay.
  const held = await trials(program, e, r, BEFORE);
  if (held.length < draws) return j;
  const again = judge(held);
  const id = 'assign-not-accumulate';
  return again.error > toleranceOf(r) ? { ...again, explanations: [{ ids: [id], formulas: new Map() }] } : j;
}

/** The classes of a program that are engines. */
export const enginesOf = (program: Program): readonly Engine[] =>
  program.outline.classes.flatMap((c) => engineOf(c) ?? []);

/** A judgement of each method of an engine whose arithmetic is known. */
export async function judgeEngine(program: Program, e: Engine): Promise<Judgement[]> {
  const found: Judgement[] = [];
  for (const m of e.owner.methods) {
    const j = await judged(program, e, m);
    if (j !== null) found.push(j);
  }
  return found;
}
