// What people would want to be told about a run that is not wrong, but not what they meant either.
// Not here: errors, which stop a run.
// Invariant: each warning names its evidence as a number and says what to do; each is given once a run.
import { lastOf, must } from '../term/must.ts';
import { visit } from '../term/walk.ts';
import type { Term } from '../term/term.ts';
import type { Engine } from './engine.ts';
import type { Epoch } from './loop.ts';
import type { Network } from './network/network.ts';

/** A remark about a run. */
export interface Warning {
  readonly code:
    | 'double-softmax'
    | 'loss-floor'
    | 'label-sums'
    | 'dead-units'
    | 'rate-too-high'
    | 'chance-level'
    | 'one-class'
    | 'constant-feature';
  readonly message: string;
  readonly hint: string;
}

/** The values of every definition on some rows. */
export type Inside = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float64Array }>;

/** Whether the last axis holds probabilities: nowhere negative, each row summing to 1. */
function isDistribution({ shape, data }: { readonly shape: readonly number[]; readonly data: Float64Array }): boolean {
  const width = shape.at(-1) ?? 1;
  if (shape.length < 2 || width < 2 || data.length === 0) return false;
  for (let n = 0; n < data.length; n += width) {
    let sum = 0;
    for (let o = 0; o < width; o++) {
      if (!(must(data[n + o]) >= 0)) return false;
      sum += must(data[n + o]);
    }
    if (Math.abs(sum - 1) > 1e-4) return false;
  }
  return true;
}

const bodyOf = (network: Network, name: string): Term | null => network.context.definitions.get(name)?.body ?? null;

/** The names of definitions that some exponential is taken of, `exp(p_o)`, and that are themselves made with a function: what softmax may be taken of twice. */
export function exponentiated(network: Network): Set<string> {
  const names = new Set<string>();
  const look = (t: Term): void => {
    if (t.kind === 'call' && t.fn === 'exp' && t.args[0]?.kind === 'entry') names.add(t.args[0].name);
  };
  for (const name of network.order) visit(bodyOf(network, name) as Term, look);
  const isCurved = (name: string): boolean => {
    let found = false;
    const body = bodyOf(network, name);
    if (body !== null)
      visit(body, (t) => {
        found ||= t.kind === 'call' || t.kind === 'pow';
      });
    return found;
  };
  return new Set([...names].filter(isCurved));
}

/** The names of rectified units. */
export const rectified = (network: Network): string[] =>
  network.order.filter((name) => {
    const d = network.context.definitions.get(name);
    return (
      d !== undefined &&
      d.params.length > 1 &&
      d.params[0]?.set === network.examples &&
      d.body.kind === 'call' &&
      (d.body.fn === 'relu' || d.body.fn === 'max')
    );
  });

/** Softmax of what is a distribution already: the loss cannot come near 0. */
export function doubleSoftmax(network: Network, inside: Inside): Warning[] {
  return [...exponentiated(network)].flatMap((name) => {
    const values = inside.get(name);
    if (values === undefined || !isDistribution(values)) return [];
    const classes = lastOf(values.shape);
    const floor = Math.log(1 + (classes - 1) / Math.E);
    return [
      {
        code: 'double-softmax' as const,
        message: `softmax is taken of ${name}, whose rows are probabilities already: with ${classes} classes the cross-entropy cannot fall below ${floor.toFixed(3)}`,
        hint: 'apply softmax to the logits, once',
      },
    ];
  });
}

/** Training rows of one class alone teach nothing: every prediction is that class. */
export function oneClass(labels: Int32Array | null, classes: readonly string[]): Warning[] {
  const first = labels?.[0];
  if (labels === null || first === undefined || labels.some((label) => label !== first)) return [];
  return [
    {
      code: 'one-class',
      message: `all ${labels.length} training rows have the class ${JSON.stringify(classes[first] ?? String(first))}: there is nothing to tell apart`,
      hint: 'is this the right column for the answer (--label)? Give rows of at least two classes',
    },
  ];
}

/** Labels whose rows do not sum to 1 where the document speaks of probabilities. */
export function labelSums(worst: number, row: number, assumed: boolean): Warning[] {
  if (worst <= 1e-4) return [];
  return [
    {
      code: 'label-sums',
      message: `the labels of row ${row + 1} sum to ${assumed ? 'a number that differs from 1 by' : '1 plus or minus'} ${worst.toPrecision(3)}; the gradient is p·Σy − y then, not p − y`,
      hint: 'normalise the labels if they are meant to be probabilities',
    },
  ];
}

/** The entropy of soft labels: no prediction has a smaller mean cross-entropy. */
export function lossFloor(targets: Float32Array | null, width: number): Warning[] {
  if (targets === null || width < 2) return [];
  let entropy = 0;
  for (const p of targets) {
    if (p < 0 || p > 1) return [];
    if (p > 0) entropy -= p * Math.log(p);
  }
  const floor = entropy / (targets.length / width);
  return floor < 1e-3
    ? []
    : [
        {
          code: 'loss-floor',
          message: `the labels are soft: their entropy is ${floor.toFixed(4)}, and no cross-entropy is smaller`,
          hint: `judge the loss by what exceeds ${floor.toFixed(4)}`,
        },
      ];
}

/** Rectified units that are 0 on every row looked at; `alive` tells for each definition which of its units are not. */
export function deadUnits(alive: ReadonlyMap<string, Uint8Array>): Warning[] {
  return [...alive].flatMap(([name, units]) => {
    const dead = units.filter((lives) => lives === 0).length;
    return dead * 4 < units.length || dead === 0
      ? []
      : [
          {
            code: 'dead-units' as const,
            message: `${dead} of the ${units.length} units of ${name} are 0 on every row looked at and learn nothing any more`,
            hint: 'a lower learning rate, standardised features or another activation keep units alive',
          },
        ];
  });
}

/** Which rectified units are not 0 on some of the first 1,024 training rows: a pass of steps with rate 0, after which the state is put back. */
export function aliveUnits(
  engine: Engine,
  network: Network,
  rows: number,
  batch: number,
): ReadonlyMap<string, Uint8Array> {
  const alive = new Map<string, Uint8Array>();
  const names = rectified(network);
  if (names.length === 0) return alive;
  const kept = Array.from(engine.state.values(), ({ data }) => ({ data, copy: new Float32Array(data) }));
  const order = Int32Array.from({ length: rows }, (_, n) => n);
  for (let from = 0; from < Math.min(rows, 1024); from += batch) {
    const count = Math.min(batch, rows - from);
    engine.step(order, from, count, 0, 1);
    for (const name of names) {
      const values = engine.watched(name);
      const units = alive.get(name) ?? new Uint8Array(values.length / count);
      alive.set(name, units);
      markAlive(units, values);
    }
  }
  for (const { data, copy } of kept) data.set(copy);
  return alive;
}

function markAlive(units: Uint8Array, values: Float32Array): void {
  for (let at = 0; at < values.length; at += units.length) {
    for (let unit = 0; unit < units.length; unit++) if (must(values[at + unit]) > 0) units[unit] = 1;
  }
}

/** A loss that ends far above where it started, or that rises by a tenth and more in two epochs of five without having come far down. */
export function rateTooHigh(history: readonly Epoch[]): Warning[] {
  const losses = history.map((e) => e.loss);
  const [first, last] = [losses[0], losses.at(-1)];
  if (first === undefined || last === undefined || losses.length < 2) return [];
  const recent = losses.slice(-11);
  const rises = recent.filter((loss, i) => i > 0 && loss > 1.1 * must(recent[i - 1])).length;
  const restless = recent.length >= 6 && rises >= 0.4 * (recent.length - 1) && last > 0.1 * first;
  if (last <= 1.5 * first && !restless) return [];
  const best = losses.reduce((a, b) => Math.min(a, b));
  return [
    {
      code: 'rate-too-high',
      message: `the loss is ${last.toPrecision(3)} in epoch ${losses.length} after ${best.toPrecision(3)} in epoch ${losses.indexOf(best) + 1}`,
      hint: `the learning rate ${history.at(-1)?.rate} is probably too high`,
    },
  ];
}

/** A loss that has stayed at ln C, the loss of equal probabilities. */
export function chanceLevel(history: readonly Epoch[], classes: number): Warning[] {
  const last = history.at(-1);
  if (last === undefined || classes < 2 || history.length < 5 || last.accuracy === null) return [];
  const chance = Math.log(classes);
  const stuck = history.slice(-5).every((e) => Math.abs(e.loss - chance) < 0.01 * chance);
  return !stuck
    ? []
    : [
        {
          code: 'chance-level',
          message: `the loss stays at ${last.loss.toFixed(4)}, that is ln ${classes}: the network gives every class the same probability`,
          hint: 'look at the learning rate, the scale of the features and the start values',
        },
      ];
}
