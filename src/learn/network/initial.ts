// Values to start from, decided by how a parameter is used in the formulas.
// Not here: values that the caller gives.
// Invariant: the seed and the position of the parameter in the document decide every bit.
import { must } from '../../term/must.ts';
import type { Context } from '../../term/context.ts';
import { asAffine, type Entry, type Index, type SetId, type Term } from '../../term/term.ts';
import { children } from '../../term/walk.ts';
import { random } from '../random.ts';

/** How a parameter enters: its summed axes (fan-in), and whether it multiplies anything. */
interface Use {
  readonly summed: ReadonlySet<number>;
  readonly multiplies: boolean;
}

/**
 * Every use of `name`: which of its axes are summed over by a Σ around it in the same definition, and whether it stands
 * in a product.
 */
function usesOf(context: Context, name: string): Use[] {
  const uses: Use[] = [];
  const go = (t: Term, summedDepths: readonly boolean[], multiplied: boolean): void => {
    if (t.kind === 'entry' && t.name === name)
      uses.push({ summed: summedAxes(t, summedDepths), multiplies: multiplied });
    const product = t.kind === 'mul' && t.factors.filter((f) => f.kind !== 'num').length > 1;
    for (const child of children(t)) {
      const around =
        t.kind === 'reduce'
          ? [t.op === 'sum', ...summedDepths]
          : [...new Array<boolean>(child.binders).fill(false), ...summedDepths];
      go(child.term, around, product || (multiplied && t.kind === 'reduce'));
    }
  };
  for (const d of context.definitions.values())
    go(
      d.body,
      d.params.map(() => false),
      false,
    );
  return uses;
}

function summedAxes(e: Entry, summedDepths: readonly boolean[]): Set<number> {
  const isSummed = (i: Index): boolean =>
    asAffine(i).terms.some(({ variable }) => variable.kind === 'bound' && summedDepths[variable.depth] === true);
  return new Set(e.indices.flatMap((i, axis) => (isSummed(i) ? [axis] : [])));
}

/**
 * The gain that keeps the variance through an activation: √2 after which half the units are cut off (He et al. 2015),
 * else 1 (Glorot and Bengio 2010 for the input side).
 */
export type Gain = number;

/**
 * Start values of a parameter: normal with variance gain²/fan-in where it is summed against something, 1 where it
 * scales entry by entry, 0 where it is added.
 * A parameter that multiplies another one entry by entry within a Σ counts as summed.
 */
export function initialValues(
  context: Context,
  name: string,
  shape: readonly number[],
  seed: number,
  slot: number,
  gain: Gain,
): Float32Array {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const uses = usesOf(context, name);
  const summed = uses.find((u) => u.summed.size > 0);
  if (summed !== undefined) {
    const fanIn = [...summed.summed].reduce((n, axis) => n * must(shape[axis]), 1);
    const scale = gain / Math.sqrt(Math.max(1, fanIn));
    const draws = random(seed, 'parameters', slot);
    for (let i = 0; i < out.length; i++) out[i] = scale * draws.normal();
  } else if (uses.length > 0 && uses.every((u) => u.multiplies)) out.fill(1);
  return out;
}

/** √2 when some definition that uses the parameter leads straight into a rectifier, else 1. */
export function gainOf(context: Context, name: string): Gain {
  const users = [...context.definitions.values()].filter((d) => mentions(d.body, name));
  const rectifies = (t: Term, via: string | null): boolean =>
    (isRectifier(t) && children(t).some((c) => (via === null ? mentions(c.term, name) : mentions(c.term, via)))) ||
    children(t).some((c) => rectifies(c.term, via));
  const direct = users.some((d) => rectifies(d.body, null));
  const onward = users.some((u) => [...context.definitions.values()].some((d) => rectifies(d.body, u.name)));
  return direct || onward ? Math.SQRT2 : 1;
}
const isRectifier = (t: Term): boolean => (t.kind === 'call' && (t.fn === 'relu' || t.fn === 'max')) || t.kind === 'if';
const mentions = (t: Term, name: string): boolean =>
  (t.kind === 'entry' && t.name === name) || children(t).some((c) => mentions(c.term, name));

/** Number of elements of a tensor whose axes have these sets. */
export const shapeOf = (sets: readonly SetId[], sizes: ReadonlyMap<SetId, number>): number[] =>
  sets.map((set) => must(sizes.get(set)));
