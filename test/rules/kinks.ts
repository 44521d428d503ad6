// Points of which a rule does not speak: where what it differentiates has a kink, a tie or a vertical slope.
// Not here: conditions of rules, which are not about points.
// Invariant: each entry repeats what the rule's own sentence says.
import { openAll } from '../../src/term/walk.ts';
import { at } from '../../src/term/term.ts';
import type { Environment } from '../../src/check/evaluate.ts';
import { sizeOf } from '../../src/check/environment.ts';
import type { Instance } from './instances.ts';
import { valueAt } from './truth.ts';

type Kink = (i: Instance, env: Environment) => boolean;

const valueOf = (name: string, i: Instance, env: Environment): number => {
  const b = i.substitution.terms.get(name);
  return b === undefined ? NaN : valueAt(b.body, env);
};
/** All values of a metavariable with one index, over its whole set. */
function valuesOf(name: string, i: Instance, env: Environment): number[] {
  const b = i.substitution.terms.get(name);
  const set = [...i.substitution.binders.values()][0]?.range.set ?? 'n';
  return b === undefined
    ? []
    : Array.from({ length: sizeOf(set, env) }, (_, n) => valueAt(openAll(b.body, [at(n + 1)]), env));
}
const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;
const zero: Kink = (i, env) => near(valueOf('f', i, env), 0);
const one: Kink = (i, env) => near(Math.abs(valueOf('f', i, env)), 1);
const tie: Kink = (i, env) => {
  const all = valuesOf('f', i, env);
  return all.some((a, n) => all.some((b, m) => m < n && near(a, b)));
};

export const kinks: Readonly<Record<string, Kink>> = {
  power: zero,
  'derivative-sqrt': zero,
  'derivative-abs': zero,
  'derivative-relu': zero,
  'derivative-sign': zero,
  'derivative-asin': one,
  'derivative-acos': one,
  'through-max': tie,
  'through-min': tie,
  'derivative-max': (i, env) => near(valueOf('f', i, env), valueOf('g', i, env)),
  'derivative-min': (i, env) => near(valueOf('f', i, env), valueOf('g', i, env)),
};
