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
import { show } from './tensor/notation.ts';
import { relativeError, scalar, type Tensor } from './tensor/tensor.ts';

/** A change of the scores; y are the labels where there are some. */
interface Extreme {
  readonly id: 'large' | 'small' | 'apart' | 'under';
  readonly change: (z: Tensor, y: Tensor | undefined) => Tensor;
}

const widthOf = (z: Tensor): number => z.shape[z.shape.length - 1] ?? 1;
const each = (z: Tensor, f: (x: number, i: number) => number): Tensor => ({ ...z, data: z.data.map(f) });

const extremes: readonly Extreme[] = [
  { id: 'large', change: (z) => each(z, (x) => x + 1000) },
  { id: 'small', change: (z) => each(z, (x) => x - 1000) },
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
  const hasScores = r.operation.forward.some((s) => /\b(softmax|exp|log|sigmoid|softplus)\(/.test(show(s.value)));
  if (first.draw !== 'normal' || first.sort !== 'batch' || !hasScores) return [];
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

/** A guard that is written down and thrown away: `np.clip(p, 1e-7, 1)` as a statement. */
const UNUSED =
  /^[ \t]*(?:(?:np|numpy|torch|tf)\.)?\w*(?:clip|clamp)\w*\s*\(|^[ \t]*(?!return\b)[\w.]+\.(?:clip|clamp)\(/m;
/** A small number that is added to a probability or a sum: `log(p + eps)`, `/ (s + 1e-10)`. */
const ADDED = /\+\s*(?:\w+\.)?_?(?:eps\w*|epsilon|tiny|small\w*|delta|\d?\.?\d*e-\d+|0?\.0+\d+)\b/i;
const CLIPS = /clip|clamp|(?:np|torch|Math)\.(?:maximum|minimum|max|min)\(|\b(?:max|min)\(/i;
const EXPONENTIATES = /\bexp\(/;

/** What a strain is called: the first that fits what came back and the program's text. */
const UNDER: readonly { readonly gradient: Strain['gradient']; readonly text: RegExp; readonly id: string }[] = [
  { gradient: 'lost', text: UNUSED, id: 'clip-result-unused' },
  { gradient: 'lost', text: /(?:)/, id: 'ratio-of-underflow' },
  { gradient: 'off', text: UNUSED, id: 'clip-result-unused' },
  { gradient: 'off', text: ADDED, id: 'eps-in-log' },
  { gradient: 'off', text: CLIPS, id: 'clip-kills-gradient' },
];

/** The texts of a program that a verdict may rest on. */
export interface Texts {
  /** The gradient's own. */
  readonly own: string;
  /** With those of the forward pass and of what both call. */
  readonly all: string;
  /** Whether the gradient makes the output anew from its input, so that its faults are its own. */
  readonly makesAnew: boolean;
  /** Whether it is the slope of a single entry: only there nobody writes exp without a guard by custom. */
  readonly isSlope: boolean;
}

/** What the strains come to for a program with these texts. */
export function bearing(list: readonly Strain[], { own, all, makesAnew, isSlope }: Texts): Bearing {
  const at = (id: Extreme['id']): Strain | undefined => list.find((s) => s.id === id);
  const suffers = (id: Extreme['id']): boolean => (at(id)?.gradient ?? 'fine') !== 'fine';
  const under = at('under');
  if (suffers('large') || suffers('small')) {
    const id = !suffers('large') && ADDED.test(all) ? 'eps-in-denominator' : 'overflow';
    return isSlope && EXPONENTIATES.test(own) ? { unstable: id, also: [] } : { unstable: null, also: [id] };
  }
  // One maximum for all rows, where rows are meant.
  if (suffers('apart'))
    return makesAnew && /axis|dim/.test(all)
      ? { unstable: 'global-max', also: [] }
      : { unstable: null, also: ['global-max'] };
  const named = UNDER.find((u) => u.gradient === under?.gradient && u.text.test(own));
  if (named !== undefined) return { unstable: named.id, also: [] };
  return { unstable: null, also: under?.forward === 'lost' ? ['log-of-softmax'] : [] };
}
