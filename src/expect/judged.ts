// The verdict on a function and its hand-written gradient, in the doctor's words.
// Not here: how the functions are called (a Program), how a test fails (`expect.ts`, the Python package).
// Invariant: where a test names a point, the function itself is the truth; the doctor's operations only name the
// mistake.
import { mistakeNamed } from '../rules/mistakes.ts';
import { judgeTarget } from '../doctor/doctor.ts';
import { diagnosisOf, namedMistake, nested, type Diagnosis, type Evidence } from '../doctor/report/diagnosis.ts';
import { doctorReport } from '../doctor/report/layout.ts';
import type { FunctionOutline, Program, Value } from '../doctor/run/program.ts';
import { must } from '../term/must.ts';
import { functionsOf, routeOf, type Pair } from './pair.ts';
import { judgeAt, type PointOptions, type PointResult, type PointVerdict } from './point.ts';
import { leavesOf, nameAt } from './leaves.ts';
import { residualOf, type Residual } from './residual.ts';

export type { Diagnosis } from '../doctor/report/diagnosis.ts';
export type { Program } from '../doctor/run/program.ts';
export type { Pair } from './pair.ts';

/** What is asked of a pair. */
export interface Asked extends PointOptions {
  /** Arguments of the function at which it is asked; the doctor draws them unless said. */
  readonly at?: readonly Value[];
  /** The operation: softmax, softmax-cross-entropy, …; found from names and numbers unless said. */
  readonly of?: string;
  /** What the arguments of the gradient are, in order, in the doctor's words. */
  readonly args?: readonly string[];
  /** The file that the functions come from, for the report. */
  readonly file?: string;
}

/** The doctor's own verdict, with arguments that it draws. */
async function drawn(program: Program, pair: Pair, asked: Asked): Promise<Diagnosis> {
  const file = asked.file ?? '';
  const wish = {
    patience: 0,
    ...(asked.of === undefined ? {} : { of: asked.of }),
    ...(asked.args === undefined ? {} : { args: asked.args }),
  };
  const found = await judgeTarget(program, [routeOf(program, pair)], file, wish);
  // Numbers of two operations can agree where labels are 0 and 1: a word has to speak for one, too.
  const isSaid = asked.of !== undefined || (found.judgement?.reading.backing ?? 0) > 0;
  return diagnosisOf(file, isSaid ? found : { ...found, verdict: 'unclear', because: found.because ?? UNSAID });
}

const UNSAID = 'no name in it says which operation it is';

const MEANS = /mean|average|\/\s*\(?\s*(?:n|N|m|M|B|len|batch|rows|[\w.]+\.(?:length|shape|size))\b/;

/** Results by array, each over its draws; the worst array first. */
function byArray(v: PointVerdict): PointResult[][] {
  const names = [...new Set(v.results.map((r) => r.name))];
  const lists = names.map((n) => v.results.filter((r) => r.name === n));
  const worst = (l: readonly PointResult[]): number => Math.max(...l.map((r) => r.error));
  return lists.filter((l) => worst(l) > v.tolerance).sort((a, b) => worst(b) - worst(a));
}

const evidenceOf = (r: PointResult, forward: FunctionOutline): Evidence => ({
  input: {
    of: r.name,
    ...(r.upstream.shape.length === 0 ? {} : { upstream: nested(r.upstream) }),
    ...Object.fromEntries(
      r.args.flatMap((a, i) =>
        leavesOf(a, i, nameAt(forward, i, a)).map((l) => [
          l.name,
          nested({ shape: l.shape, data: Float64Array.from(l.numbers) }),
        ]),
      ),
    ),
  },
  yours: nested(r.yours),
  true: nested(r.right),
});

const structure = (v: PointVerdict, means: boolean): Residual | null => {
  if (v.ignoresUpstream) return { id: 'upstream-ignored', say: 'the upstream gradient changes nothing' };
  const [worst] = byArray(v);
  return worst === undefined ? null : residualOf(worst, means);
};

/** What a wrong gradient is called: as the doctor calls it, else by the structure of its difference. */
function nameOf(known: Diagnosis | null, told: Residual | null): Pick<Diagnosis, 'mistake' | 'because'> {
  if (known !== null) return { mistake: known.mistake, because: null };
  const id = told?.id ?? null;
  return {
    mistake: id === null || mistakeNamed(id) === undefined ? null : namedMistake(id, new Map()),
    because: told?.say ?? 'it is not the derivative, and differs in no simple way',
  };
}

/** A diagnosis from the points that a test names; `named` is the doctor's, for the name of the mistake alone. */
function fromPoints(program: Program, pair: Pair, v: PointVerdict, asked: Asked, named: Diagnosis | null): Diagnosis {
  const { backward, forward } = functionsOf(program, pair);
  const known = named?.verdict === 'wrong' && named.mistake !== null ? named : null;
  const right = { mistake: null, because: null };
  const shown = byArray(v).map((l) => l.find((r) => r.error > v.tolerance) ?? must(l[0]));
  return {
    file: asked.file ?? '',
    function: backward.name,
    convention: `the derivative of ${forward.name}${v.place === 'none' ? '' : `, upstream gradient ${v.place}`}`,
    verdict: isWrong(v) ? 'wrong' : 'correct',
    relativeError: Number.isFinite(v.error) ? v.error : null,
    ...(isWrong(v) ? nameOf(known, structure(v, MEANS.test(forward.text))) : right),
    mistakes: known?.mistakes ?? [],
    alternatives: known?.alternatives ?? [],
    evidence: isWrong(v) ? shown.map((r) => evidenceOf(r, forward)) : [],
    also: v.changes.length > 0 ? ['mutates-input'] : [],
    line: backward.line,
    tried: null,
    edit: null,
    truth: 'forward',
    right: known?.right ?? null,
  };
}

const isWrong = (v: PointVerdict): boolean => !(v.error <= v.tolerance);

/** Judges a pair. Errors: WhygradError where a call fails or is not understood. */
export async function judgePair(program: Program, pair: Pair, asked: Asked): Promise<Diagnosis> {
  if (asked.at === undefined) return drawn(program, pair, asked);
  const verdict = await judgeAt(program, pair, asked.at, asked);
  const named =
    isWrong(verdict) && asked.args === undefined ? await drawn(program, pair, asked).catch(() => null) : null;
  return fromPoints(program, pair, verdict, asked, named);
}

/** The diagnosis as text, with what to give where it could not be judged. */
export const reportOf = (d: Diagnosis): string =>
  doctorReport([d], 'text') + (d.verdict === 'unclear' ? `\n  give    ${ADVICE}` : '');
const ADVICE =
  '`at`: arguments at which it is compared with differences; or `of` (softmax, …) and `args`, which say what it is';
