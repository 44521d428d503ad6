// What a gradient that is right at moderate numbers gives at extreme ones: large scores, rows far apart, probabilities
// that underflow.
// Not here: moderate numbers (`judge.ts`).
// Invariant: only what is finite and known in exact arithmetic is asked of a program.
import { must } from '../term/must.ts';
import type { Judgement } from './judge.ts';
import { drawInputs, sizesOf } from './probe/draw.ts';
import { gradients, outputs } from './probe/collect.ts';
import { sizesIn } from './probe/layout.ts';
import { prepare, type Prepared, type Reading } from './probe/reading.ts';
import type { Outcome, Program } from './run/program.ts';
import { follow } from './tensor/evaluate.ts';
import { relativeError, scalar, type Tensor } from './tensor/tensor.ts';

/** A change of the scores; y are the labels where there are some. */
interface Extreme {
  readonly id: 'large' | 'apart' | 'under';
  readonly change: (z: Tensor, y: Tensor | undefined) => Tensor;
}

const widthOf = (z: Tensor): number => z.shape[z.shape.length - 1] ?? 1;
const each = (z: Tensor, f: (x: number, i: number) => number): Tensor => ({ ...z, data: z.data.map(f) });

const extremes: readonly Extreme[] = [
  { id: 'large', change: (z) => each(z, (x) => x + 1000) },
  { id: 'apart', change: (z) => each(z, (x, i) => (i < widthOf(z) ? x : x - 1500)) },
  // The label (or the first entry) of every row has a score far below the others.
  {
    id: 'under',
    change: (z, y) =>
      each(z, (x, i) => ((y?.data.length === z.data.length ? y.data[i] === 1 : i % widthOf(z) === 0) ? x - 900 : x)),
  },
];

/** What came back at one extreme. */
export interface Strain {
  readonly id: Extreme['id'];
  readonly gradient: 'fine' | 'lost' | 'off';
  readonly forward: 'fine' | 'lost';
}

const hasHole = (t: Tensor): boolean => t.data.some((x) => !Number.isFinite(x));

function strainOf(r: Reading, id: Extreme['id'], p: Prepared, outcome: Outcome, factor: number): Strain | null {
  if (outcome.error !== undefined) return null;
  const right = follow(r.operation.backward, new Map(p.all).set('r', scalar(factor)));
  const { found } = gradients(r, p, outcome);
  const parts = [...found].map(([name, yours]) => [yours, must(right.get(name))] as const);
  if (parts.some(([, t]) => hasHole(t))) return null;
  const lost = parts.some(([yours]) => hasHole(yours));
  const off = parts.some(([yours, t]) => relativeError(yours, t) > 1e-3);
  const given = outputs(r, p, outcome);
  return {
    id,
    gradient: lost ? 'lost' : off ? 'off' : 'fine',
    forward: given.some((f) => hasHole(f.value)) ? 'lost' : 'fine',
  };
}

/** How a right program bears the extremes; nothing where its operation has no scores. */
export async function strains(program: Program, j: Judgement): Promise<Strain[]> {
  const r = j.reading;
  const first = must(r.operation.inputs[0]);
  if (first.draw !== 'normal' || first.sort !== 'batch') return [];
  const factor = must(must(j.probes[0]).inputs.get('r')).data[0] ?? 1;
  const cases = extremes.map((e) => {
    const sizes = sizesIn(r.layout, sizesOf(0));
    const given = drawInputs(r.operation, sizes, 0);
    given.set(first.name, e.change(must(given.get(first.name)), given.get('y')));
    return { e, p: prepare(r, 0, given) };
  });
  const outcomes = await program.run(
    cases.map((c) => c.p.scenario),
    { limit: 2 },
  );
  return cases.flatMap(({ e, p }, i) => {
    const s = strainOf(r, e.id, p, must(outcomes[i]), factor);
    return s === null ? [] : [s];
  });
}

/**
 * What a program is told about the extremes: the gradient's own fault makes it unstable, the forward pass's is a
 * remark.
 */
export interface Bearing {
  readonly unstable: string | null;
  readonly also: readonly string[];
}

const CLIPS = /clip|clamp|maximum\(|minimum\(|max\(|min\(/i;

/** What the strains come to for a program with this text. */
export function bearing(list: readonly Strain[], text: string): Bearing {
  const at = (id: Extreme['id']): Strain | undefined => list.find((s) => s.id === id);
  const [large, apart, under] = [at('large'), at('apart'), at('under')];
  const also: string[] = [];
  if (large !== undefined && large.gradient !== 'fine') also.push('overflow');
  else if (apart !== undefined && apart.gradient !== 'fine') also.push('global-max');
  const isOwn = also.length === 0 && under !== undefined && under.gradient !== 'fine';
  if (isOwn && under.gradient === 'lost') return { unstable: 'ratio-of-underflow', also };
  if (isOwn && CLIPS.test(text)) return { unstable: 'clip-kills-gradient', also };
  if (also.length === 0 && under?.forward === 'lost') also.push('log-of-softmax');
  return { unstable: null, also };
}
