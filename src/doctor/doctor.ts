// Judges the gradients of one program: opens it, finds what it offers, tries the readings, and keeps the best supported
// one of each function.
// Not here: running (`run/`), finding (`find/`), comparing (`judge.ts`), the form of the answer (`report/`).
// Invariant: a verdict comes from the best supported readings alone; where those disagree it is `unclear`.
import { basename } from 'node:path';
import { must } from '../term/must.ts';
import { roleName } from './find/roles.ts';
import { enginesOf, judgeEngine } from './engine.ts';
import { readingsOf, type Wish } from './find/readings.ts';
import { routesOf, type Route } from './find/route.ts';
import { confirm, judge, toleranceOf, type Judgement, type Trial } from './judge.ts';
import { bearing, strains, type Texts } from './extremes.ts';
import { leftOut } from './left-out.ts';
import { linearEvidence } from './linear.ts';
import { likelyLine, mend, type Mend } from './mend/mend.ts';
import type { Explanation } from './name/explain.ts';
import type { Reading } from './probe/reading.ts';
import { open } from './run/open.ts';
import type { FunctionOutline, OpenOptions, Program } from './run/program.ts';
import { prior, tried, type Belief } from './trying.ts';

/** How a program is run and what is looked for in it. */
export interface DoctorOptions extends Wish, OpenOptions {
  /** Milliseconds that edits may be tried for each wrong gradient: 1500 unless said. */
  readonly patience?: number;
  /** The function to judge; all gradients unless said. */
  readonly function?: string;
}

export type Verdict = 'correct' | 'wrong' | 'unstable' | 'unclear';

/** One judged function, before it is put into words. */
export interface Finding {
  readonly target: string;
  readonly verdict: Verdict;
  readonly judgement: Judgement | null;
  /** Readings that were as well supported and came out differently. */
  readonly others: readonly Judgement[];
  /** What breaks at extreme inputs though the numbers are right at moderate ones. */
  readonly unstable: Explanation | null;
  /** Side effects beside the numbers. */
  readonly also: readonly string[];
  readonly line: number | null;
  /** The edit that was tried and makes it right. */
  readonly mend: Mend | null;
  /** Why nothing was said. */
  readonly because: string | null;
}

const finding = (target: string, verdict: Verdict, more: Partial<Finding> = {}): Finding => ({
  target,
  verdict,
  judgement: null,
  others: [],
  unstable: null,
  also: [],
  line: null,
  mend: null,
  because: null,
  ...more,
});

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const isAsked = (r: Route, name: string | undefined): boolean =>
  name === undefined ||
  [r.target, r.backward.name, lastPart(r.target), lastPart(r.backward.name)].some(
    (n) => n === name || n === lastPart(name),
  );

/** How much an agreement with the forward pass says; more than every name together. */
const BELIEF: Readonly<Record<Trial['agreement']['kind'] | 'far', number>> = {
  agrees: 100,
  mistaken: 96,
  partly: 94,
  none: 20,
  far: 18,
  differs: 0,
};

/** A forward pass that only stands in the same file, and an operation that the gradient's own name does not name. */
const isFar = (t: { readonly reading: Reading }): boolean => {
  const { route, operation } = t.reading;
  return route.kinship <= 1 && !operation.names.test(`${route.backward.name} ${route.backward.doc}`);
};

/**
 * Readings in the order in which they are believed: the forward pass agrees, then what the file says of the arguments.
 */
const standing = (t: Trial): number => {
  const isLoss = t.reading.operation.kind === 'loss';
  const kind = isFar(t) && t.agreement.kind !== 'differs' ? 'far' : t.agreement.kind;
  const agrees = BELIEF[kind] + (kind === 'agrees' && isLoss ? 6 : 0);
  const odd = kind === 'agrees' && isLoss && isOdd(t) ? 1.5 : 0;
  return agrees - odd + prior(t.reading) - t.left * 2;
};

/** A mean over the entries of a row, or over all: seldom meant. */
const isOdd = (t: Trial): boolean => {
  if (t.agreement.kind !== 'agrees' || t.agreement.rows) return false;
  const f = Math.abs(t.agreement.factor);
  const { N } = t.prepared.sizes;
  return ![1, 0.5, 2, 1 / N, 0.5 / N, 2 / N].some((k) => Math.abs(k - f) < 1e-9);
};

const isUsable = (t: Trial): boolean => t.yours.size > 0 && t.agreement.kind !== 'differs';
const belief: Belief = { isUsable, standing, most: BELIEF.agrees + 6 };

/** What must differ for two readings to be two: operation, roles; not the layout. */
const meaning = (r: Reading): string =>
  JSON.stringify([r.operation.id, r.route.forwardPath, r.backward.bound.map((b) => [b.parameter.name, b.role])]);

/** The best supported of all readings that ran, after what running tells about their arguments. */
async function best(program: Program, sorted: readonly Trial[]): Promise<Trial[]> {
  const first = standing(must(sorted[0]));
  const near = sorted.filter((t) => standing(t) > first - 8).slice(0, 40);
  const told = await linearEvidence(program, near);
  const total = (t: Trial): number => standing(t) + (told.get(t) ?? 0);
  const again = [...near].sort((a, b) => total(b) - total(a));
  const top = total(must(again[0]));
  return again.filter((t) => total(t) > top - 0.3).slice(0, 12);
}

/** A wrong gradient with the edit that makes it right, or the line where to look. */
async function mended(program: Program, f: Finding, time: number): Promise<Finding> {
  if (f.judgement === null || (f.verdict !== 'wrong' && f.verdict !== 'unstable')) return f;
  const found = f.verdict === 'wrong' ? await mend(program, f.judgement, time) : null;
  return { ...f, mend: found, line: found?.line ?? likelyLine(program, f.judgement.reading.route.backward) };
}

/** The gradient's text, and that with its forward pass and the functions that both call. */
function textsOf(program: Program, { route, operation }: Reading): Texts {
  const { backward, forward, owner } = route;
  const isCalled = (f: FunctionOutline, by: FunctionOutline): boolean =>
    by.calls.some((c) => lastPart(c.callee) === lastPart(f.name));
  const near = [...program.outline.functions, ...(owner?.methods ?? [])].filter(
    (f) => isCalled(f, backward) || (forward !== null && isCalled(f, forward)),
  );
  return {
    own: backward.text,
    all: [backward, ...(forward === null ? [] : [forward]), ...near].map((f) => f.text).join('\n'),
    makesAnew: program.outline.functions.some((f) => f !== backward && isCalled(f, backward)),
    isSlope: operation.kind === 'entries',
  };
}

/** A right gradient with labels that are left out, and at extreme inputs. */
async function strained(program: Program, f: Finding): Promise<Finding> {
  if (f.verdict !== 'correct' || f.judgement === null) return f;
  const id = await leftOut(program, f.judgement);
  if (id !== null) {
    const judgement = { ...f.judgement, explanations: [{ ids: [id], formulas: new Map() }] };
    return { ...f, verdict: 'wrong', judgement };
  }
  const found = bearing(await strains(program, f.judgement), textsOf(program, f.judgement.reading));
  const also = [...f.also, ...found.also];
  if (found.unstable === null) return { ...f, also };
  return { ...f, verdict: 'unstable', unstable: { ids: [found.unstable], formulas: new Map() }, also };
}

/** Judges one gradient from all the routes that lead to it; `file` is the name of its file. */
export async function judgeTarget(
  program: Program,
  routes: readonly Route[],
  file: string,
  wish: DoctorOptions,
): Promise<Finding> {
  const target = (routes[0] as Route).target;
  const readings = routes.flatMap((r) => readingsOf(program, r, file, wish));
  let trials = await tried(program, readings, belief);
  // A transposed product, or a sum that lost its axis, runs only where all sizes are alike.
  if (!trials.some(isUsable))
    trials = await tried(
      program,
      readings.map((r) => ({ ...r, square: true })),
      belief,
    );
  const usable = trials.filter(isUsable).sort((a, b) => standing(b) - standing(a));
  if (usable.length === 0) return finding(target, 'unclear', { because: whyNothing(trials) });
  const leading = await best(program, usable);
  const confirmed = await confirm(program, leading);
  const judged = confirmed.map(judge);
  return mended(program, await strained(program, decide(target, judged)), wish.patience ?? 1500);
}

const isRight = (j: Judgement): boolean => j.error < toleranceOf(j.reading) && j.agreement.kind !== 'mistaken';

const variant = (j: Judgement): string => `${meaning(j.reading)} ${j.reading.layout.id} ${j.agreement.kind}`;
const cost = (j: Judgement): number => j.explanations[0]?.ids.length ?? 99;

/**
 * The first reading decides; one that means something else and is as well supported, with another verdict, makes it
 * unclear.
 */
function decide(target: string, judged: readonly Judgement[]): Finding {
  const first = judged[0];
  if (first === undefined) return finding(target, 'unclear', { because: 'no reading held in every draw' });
  // Two forms of one operation (exact gelu and its tanh form) where nothing in the file says which: any that is right
  // will do.
  const same = judged.filter((j) => variant(j) === variant(first));
  const rivals = judged.some(isRight) ? same : judged;
  const chosen = same.find(isRight) ?? rivals.reduce((a, b) => (cost(b) < cost(a) ? b : a), first);
  if (isGuess(chosen)) return finding(target, 'unclear', { because: unnamed });
  const verdict = isRight(chosen) ? 'correct' : 'wrong';
  const others = judged.filter((j) => isRight(j) !== isRight(chosen) && meaning(j.reading) !== meaning(chosen.reading));
  return finding(target, others.length > 0 ? 'unclear' : verdict, {
    judgement: chosen,
    others,
    because: others.length > 0 ? betweenReadings(chosen, others) : null,
  });
}

/** Wrong in a way that has no name, or only a far-fetched one: as likely as not another reading was meant. */
const isGuess = (j: Judgement): boolean =>
  !isRight(j) && (cost(j) > 2 || (j.agreement.kind !== 'agrees' && (isFarFetched(j) || isAConvention(j))));

/** Slips that fit nearly anything when there are two of them. */
const GENERAL = new Set([
  'wrong-quantity',
  'lost-factor',
  'lost-term',
  'extra-factor',
  'exponent',
  'lost-constant-factor',
]);
const isFarFetched = (j: Judgement): boolean => {
  const ids = j.explanations[0]?.ids ?? [];
  return ids.length > 1 && ids.some((id) => GENERAL.has(id));
};

/** Where no forward pass says what the upstream gradient is of, a mean may be meant in every gradient. */
const AVERAGES = new Set(['weight-mean', 'bias-mean', 'n-twice', 'n-dropped', 'extra-factor', 'lost-constant-factor']);
const isAConvention = (j: Judgement): boolean =>
  j.reading.operation.kind !== 'loss' &&
  j.reading.route.forward === null &&
  (j.explanations[0]?.ids ?? []).every((id) => AVERAGES.has(id));

const unnamed = 'its numbers are not those of any operation that was tried, nor of a known slip in one';

/** The most telling reason why no reading could be judged. */
function whyNothing(trials: readonly Trial[]): string {
  if (trials.length === 0) return 'no operation is known that this could be the gradient of';
  const failed = trials.find((t) => t.outcome.error !== undefined)?.outcome.error;
  return failed === undefined
    ? 'what it returns fits no gradient of the operations that were tried'
    : `it could not be called in a way that was tried: ${failed.type}: ${failed.message}`;
}

const betweenReadings = (first: Judgement, others: readonly Judgement[]): string =>
  [first, ...others.slice(0, 1)]
    .map(
      (j) =>
        `${isRight(j) ? 'right' : 'wrong'} if ${j.reading.backward.bound.map((b) => `${b.parameter.name} is ${roleName(b.role)}`).join(', ')}`,
    )
    .join('; ');

const RANK: Readonly<Record<Verdict, number>> = { wrong: 0, unstable: 1, unclear: 2, correct: 3 };

const noGradient = (name: string | undefined): string =>
  name === undefined ? 'no gradient was found in it' : `no gradient was found that is called ${name}`;

/** Findings for every gradient of a program, worst first. */
export async function examine(program: Program, file: string, options: DoctorOptions): Promise<Finding[]> {
  const engines = enginesOf(program);
  const routes = routesOf(program.outline)
    .filter((r) => isAsked(r, options.function))
    .filter((r) => !engines.some((e) => e.owner.name === r.owner?.name));
  const targets = [...new Set(routes.map((r) => r.target))];
  const findings: Finding[] = [];
  for (const e of engines)
    for (const j of await judgeEngine(program, e))
      if (isAsked(j.reading.route, options.function))
        findings.push(finding(j.reading.route.target, isRight(j) ? 'correct' : 'wrong', { judgement: j }));
  if (targets.length === 0 && findings.length === 0)
    return [finding(options.function ?? '', 'unclear', { because: noGradient(options.function) })];
  for (const t of targets)
    findings.push(
      await judgeTarget(
        program,
        routes.filter((r) => r.target === t),
        basename(file),
        options,
      ),
    );
  return findings.sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
}

/** Opens a file and examines it. Errors: RunError. */
export async function examineFile(file: string, options: DoctorOptions = {}): Promise<Finding[]> {
  const program = await open(file, options);
  try {
    return await examine(program, file, options);
  } finally {
    await program.close();
  }
}
