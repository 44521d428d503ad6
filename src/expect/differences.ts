// The derivative of a function that can only be called, by differences of its values.
// Not here: what a hand-written gradient says (`point.ts`).
// Invariant: an entry where the two differences disagree (a kink) is told as such, never given a number.
import { must } from '../term/must.ts';
import { uniform } from '../doctor/probe/draw.ts';
import { arrayOf } from '../doctor/probe/values.ts';
import type { Outcome, Program, Scenario, Value } from '../doctor/run/program.ts';
import type { Tensor } from '../doctor/tensor/tensor.ts';
import { numbersAt, withNumbers, type Leaf } from './leaves.ts';

/** Entries of one array that are differentiated; of larger ones as many are drawn. */
const MOST = 150;
/** A bend that is larger than this, relative to the largest derivative, may be a kink. */
const KINK = 1e-3;

/** The derivative by the entries of one array: those that were asked, in order. */
export interface Derivative {
  readonly entries: readonly number[];
  readonly values: readonly number[];
  /** Entries (among `entries`) without a derivative here. */
  readonly kinks: ReadonlySet<number>;
}

/** The output or loss among what a function returned: the value itself, or the first of several. */
export function outputOf(v: Value | undefined): Tensor | null {
  if (v === undefined) return null;
  if ('items' in v) return outputOf(v.items[0]);
  if ('fields' in v) return outputOf(Object.values(v.fields)[0]);
  const one = arrayOf(v);
  return one === null ? null : { shape: one.shape, data: one.data.map(Number) };
}

/** Σ upstream · output. */
const weighted = (o: Outcome, upstream: Tensor): number => {
  const out = o.error === undefined ? outputOf(o.steps[0]?.result) : null;
  return out === null || out.data.length !== upstream.data.length
    ? Number.NaN
    : out.data.reduce((s, x, i) => s + x * must(upstream.data[i]), 0);
};

const chosen = (count: number): number[] => {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= MOST) return all;
  const next = uniform(count);
  return all
    .map((i) => [next(), i] as const)
    .sort((a, b) => a[0] - b[0])
    .slice(0, MOST)
    .map(([, i]) => i)
    .sort((a, b) => a - b);
};

/** The slope at a point, and how much the slopes on its two sides differ, over h and over h/2. */
interface Slopes {
  readonly value: number;
  readonly bend: number;
  readonly fineBend: number;
  /** How far the differences over h and h/2 are apart. */
  readonly apart: number;
}

function slopes(f: readonly number[], here: number, h: number): Slopes {
  const [a, b, c, d] = f as [number, number, number, number];
  const coarse = (a - b) / (2 * h);
  const fine = (c - d) / h;
  return {
    value: (4 * fine - coarse) / 3,
    bend: Math.abs(a + b - 2 * here) / h,
    fineBend: Math.abs(c + d - 2 * here) / (h / 2),
    apart: Math.abs(coarse - fine),
  };
}

/** A bend of a smooth function is half as large over half the distance; at a kink it stays. */
const hasKink = (s: Slopes, scale: number): boolean =>
  !(s.apart <= KINK * scale) || !(s.fineBend <= 10 * KINK * scale || s.fineBend < 0.75 * s.bend);

/**
 * ∂(Σ upstream · f)/∂(entries of the leaf) at `args`, from f at ±h and ±h/2 with the error term of h² taken out. `step`
 * is h for a number of size 1.
 */
export async function derivative(
  program: Program,
  path: string,
  args: readonly Value[],
  leaf: Leaf,
  upstream: Tensor,
  step: number,
): Promise<Derivative> {
  const at = numbersAt(args, leaf);
  const entries = chosen(at.length);
  const width = (i: number): number => step * Math.max(1, Math.abs(must(at[i])));
  const moved = (i: number, by: number): Scenario => ({
    steps: [
      {
        call: path,
        args: withNumbers(
          args,
          leaf,
          at.map((x, k) => (k === i ? x + by : x)),
        ),
      },
    ],
  });
  const scenarios = entries.flatMap((i) => [1, -1, 0.5, -0.5].map((k) => moved(i, k * width(i))));
  const own: Scenario = { steps: [{ call: path, args }] };
  const [here = Number.NaN, ...f] = (await program.run([own, ...scenarios])).map((o) => weighted(o, upstream));
  const parts = entries.map((i, n) => slopes(f.slice(4 * n, 4 * n + 4), here, width(i)));
  const scale = Math.max(...parts.map((p) => Math.abs(p.value)).filter(Number.isFinite), 1e-12);
  const kinks = entries.filter((_, n) => hasKink(must(parts[n]), scale));
  return { entries, values: parts.map((p) => p.value), kinks: new Set(kinks) };
}
