// Random environments for terms in a context: sizes, values where the formulas are defined, assumptions honoured.
// Not here: patterns of coincidence of free letters (`patterns.ts`), comparing (`equal.ts`).
// Invariant: distinct index sets get distinct sizes (unless an assumption ties them), so an exchanged axis cannot hide.
import { must } from '../term/must.ts';
import type { Assumption, Context } from '../term/context.ts';
import type { SetId, Term } from '../term/term.ts';
import { entryNames, freeIndices, visit } from '../term/walk.ts';
import { assumedTerms, isOutside, movableNames, project, satisfies } from './assume.ts';
import { inferDomains, type Domain } from './domains.ts';
import { edgesOf, withEdges, type Edges } from './edges.ts';
import type { Environment, TensorValue } from './environment.ts';
import { assignments } from './patterns.ts';
import { integerBetween, seeded, shuffled, type Random } from './random.ts';
import { reach, type Reach } from './reach.ts';

/** What has to be drawn for some terms, worked out once. */
export interface Plan {
  readonly context: Context;
  readonly reach: Reach;
  readonly assumptions: readonly Assumption[];
  readonly domains: ReadonlyMap<string, Domain>;
  /** Whether sums are nested so deeply that sizes have to stay small. */
  readonly deep: boolean;
  readonly edges: Edges;
}

/** A point set: one environment, and one assignment of the free letters for each pattern of coincidence. */
export interface Sample {
  readonly environment: Environment;
  readonly assignments: readonly ReadonlyMap<string, number>[];
}

/** The plan for sampling these terms under the assumptions of the context that concern them. */
export function planSamples(terms: readonly Term[], context: Context): Plan {
  let all = [...terms];
  let chosen: readonly Assumption[] = [];
  for (;;) {
    const here = reach(all, context);
    const names = new Set([...here.inputs.keys(), ...here.bodies.flatMap((b) => [...entryNames(b)])]);
    const relevant = context.assumptions.filter((a) => (a.kind === 'property' ? names.has(a.of) : concerns(a, names)));
    if (relevant.length === chosen.length) return finish(terms, here, relevant, context);
    chosen = relevant;
    all = [...terms, ...relevant.flatMap(assumedTerms)];
  }
}

function concerns(a: Assumption, names: ReadonlySet<string>): boolean {
  const mentioned = assumedTerms(a).flatMap((t) => [...entryNames(t)]);
  return mentioned.length === 0 || mentioned.some((n) => names.has(n));
}

function finish(terms: readonly Term[], here: Reach, assumptions: readonly Assumption[], context: Context): Plan {
  // Letters of assumptions run over everything; only those of the terms and fixed ones take values.
  const own = new Set([
    ...terms.flatMap(freeIndices),
    ...here.bodies.flatMap(freeIndices).filter((l) => context.fixed.has(l)),
  ]);
  const assumed = new Set(assumptions.flatMap(assumedTerms).flatMap(freeIndices));
  const letters = new Map([...here.letters].filter(([l]) => own.has(l) || !assumed.has(l)));
  const domains = inferDomains(here.bodies, context);
  for (const a of assumptions) {
    if (a.kind === 'property' && a.property === 'positive')
      domains.set(a.of, domains.get(a.of) === 'unit' ? 'unit' : 'positive');
    if (a.kind === 'condition' && a.condition.kind === 'compare') domainsOfCondition(a.condition, domains);
  }
  return {
    context,
    reach: { ...here, letters },
    assumptions,
    domains,
    deep: Math.max(0, ...here.bodies.map(nesting)) >= deepNest,
    edges: edgesOf(here.bodies),
  };
}

function domainsOfCondition(
  c: { readonly op: string; readonly left: Term; readonly right: Term },
  domains: Map<string, Domain>,
): void {
  const [small, large] =
    c.op === '<' || c.op === '<='
      ? [c.left, c.right]
      : c.op === '>' || c.op === '>='
        ? [c.right, c.left]
        : [null, null];
  if (large?.kind === 'entry' && !domains.has(large.name)) domains.set(large.name, 'positive');
  if (small?.kind === 'entry' && large?.kind === 'num')
    if (large.num > 0n) domains.set(small.name, 'unit');
    else if (!domains.has(small.name)) domains.set(small.name, 'negative');
}

// --- sizes ---------------------------------------------------------------------------------------------------------------

const pool = [3, 2, 5, 1, 4, 6, 7];
// Deeply nested sums are tried with small sizes only.
const smallPool = [2, 3, 1, 4];
const deepNest = 5;

/** How many binders stand inside one another at most. */
function nesting(t: Term): number {
  let deepest = 0;
  visit(t, (_, depth) => {
    deepest = Math.max(deepest, depth);
  });
  return deepest;
}

/** Sizes for all sets: the `round`-th rotation of 3, 2, 5, 1, …, later random ones. */
function drawSizes(plan: Plan, round: number, random: Random): Map<SetId, number> {
  const sets = [...plan.reach.sets.keys()];
  const from = plan.deep ? smallPool : pool;
  const length = Math.max(4, Math.min(sets.length, from.length));
  const offsets =
    round < length
      ? sets.map((_, n) => must(from[(round + n) % length]))
      : shuffled(random, plan.deep ? smallPool : [1, 2, 3, 4, 5, 6, 7]);
  const free = round >= 3 * length && !plan.deep;
  return new Map(
    sets.map((set, n) => {
      // a set named by a number has that many elements
      if (/^\d+$/.test(set)) return [set, Number(set)];
      const base = free
        ? integerBetween(random, 1, 6)
        : must(offsets[n % offsets.length]) + Math.floor(n / from.length) * 2;
      const least = must(plan.reach.sets.get(set));
      // A set that is named by a number has that many elements.
      if (/^[1-9]\d?$/.test(set)) return [set, Number(set)];
      return [set, base >= least ? base : least + (base % 2)];
    }),
  );
}

// --- values --------------------------------------------------------------------------------------------------------------

/** Where values are looked for when the first choice leads nowhere. */
type Mood = 'inferred' | 'positive' | 'unit' | 'small' | 'wide';
const moods: readonly Mood[] = ['inferred', 'inferred', 'inferred', 'positive', 'unit', 'small', 'wide'];

const drawNumber = (domain: Domain, mood: Mood, random: Random, edges: Edges): number =>
  domain === 'negative' ? -drawUnsigned('positive', mood, random, edges) : drawUnsigned(domain, mood, random, edges);

function drawUnsigned(domain: Domain, mood: Mood, random: Random, { kinked, thresholds }: Edges): number {
  const sign = random() < 0.5 ? -1 : 1;
  // now and then beside a number where cases meet
  if (kinked && domain !== 'unit' && domain !== 'dominant' && random() < 0.4) {
    const near = must(thresholds[integerBetween(random, 0, thresholds.length - 1)]) + sign * (0.01 + 0.09 * random());
    return domain === 'positive' || mood === 'positive' || mood === 'unit' ? Math.abs(near) : near;
  }
  if (mood === 'wide') return (domain === 'positive' || domain === 'unit' ? 1 : sign) * 10 ** (3 * random());
  if (mood === 'small') return 0.02 + 0.2 * random();
  if (domain === 'unit' || mood === 'unit') return 0.08 + 0.84 * random();
  if (domain === 'positive' || mood === 'positive') return 0.2 + 1.4 * random();
  if (kinked && domain === 'any' && random() < 0.05) return sign * (2 + 4 * random());
  return sign * (0.15 + 1.35 * random());
}

function drawTensor(
  name: string,
  sets: readonly SetId[],
  plan: Plan,
  sizes: ReadonlyMap<SetId, number>,
  mood: Mood,
  random: Random,
): TensorValue {
  const shape = sets.map((set) => sizes.get(set) ?? 1);
  const positions = plan.reach.data.get(name);
  if (positions !== undefined) return drawPositions(shape, sizes.get(positions) ?? 1, random);
  const domain = plan.domains.get(name) ?? 'any';
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
    drawNumber(domain, mood, random, plan.edges),
  );
  const tensor = { shape, data };
  if (domain === 'dominant')
    onLastTwo(tensor, (rows) =>
      rows.forEach((row, i) =>
        row.forEach((v, j) => {
          row[j] = v * 0.5 + (i === j ? 2.2 : 0);
        }),
      ),
    );
  for (const a of plan.assumptions) if (a.kind === 'property' && a.of === name) properties[a.property](tensor, random);
  return tensor;
}

/** Whole numbers that are positions of a set. */
function drawPositions(shape: readonly number[], length: number, random: Random): TensorValue {
  const count = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float64Array.from({ length: count }, () => integerBetween(random, 1, length)) };
}

/** Rewrites every matrix of the last two axes, where it is square. */
function onLastTwo({ shape, data }: TensorValue, change: (rows: number[][]) => void): void {
  const n = shape[shape.length - 1] ?? 0;
  if (shape.length < 2 || shape[shape.length - 2] !== n) return;
  for (let start = 0; start < data.length; start += n * n) {
    const rows = Array.from({ length: n }, (_, i) => Array.from(data.subarray(start + i * n, start + (i + 1) * n)));
    change(rows);
    rows.forEach((row, i) => data.set(row, start + i * n));
  }
}

const properties: {
  readonly [P in Extract<Assumption, { kind: 'property' }>['property']]: (t: TensorValue, random: Random) => void;
} = {
  oneHot: ({ shape, data }, random) => {
    const n = shape[shape.length - 1] ?? 1;
    data.fill(0);
    for (let start = 0; start < data.length; start += n) data[start + integerBetween(random, 0, n - 1)] = 1;
  },
  symmetric: (t) =>
    onLastTwo(t, (rows) =>
      rows.forEach((row, i) =>
        row.forEach((_, j) => {
          if (j < i) row[j] = must(rows[j]?.[i]);
        }),
      ),
    ),
  positive: ({ data }) => {
    data.forEach((v, n) => {
      data[n] = Math.abs(v);
    });
  },
  orthogonal: (t) =>
    onLastTwo(t, (rows) =>
      rows.forEach((row, i) => {
        for (let pass = 0; pass < 2; pass++)
          for (const other of rows.slice(0, i)) {
            const dot = row.reduce((s, v, k) => s + v * must(other[k]), 0);
            row.forEach((v, k) => {
              row[k] = v - dot * must(other[k]);
            });
          }
        const norm = Math.hypot(...row);
        row.forEach((v, k) => {
          row[k] = v / norm;
        });
      }),
    ),
};

// --- environments ----------------------------------------------------------------------------------------------------------

/** Values for everything, or null where the assumptions could not be met. */
function drawEnvironment(plan: Plan, round: number, mood: Mood, seed: number, tidy: boolean): Environment | null {
  const random = seeded(seed);
  const sizes = drawSizes(plan, round, random);
  const values = new Map<string, TensorValue>();
  for (const [name, sets] of plan.reach.inputs) {
    const tensor = drawTensor(name, sets, plan, sizes, mood, random);
    if (tidy && !plan.reach.data.has(name))
      tensor.data.forEach((v, n) => {
        tensor.data[n] = Math.round(v * 10) / 10 || 0.1;
      });
    values.set(name, tensor);
  }
  const sizesOnly = new Map([...sizes].filter(([set]) => set !== ''));
  if (sizes.has('')) sizesOnly.set('', must(sizes.get('')));
  const environment: Environment = { context: plan.context, values, sizes: sizesOnly, indices: new Map(), seed };
  const stated = plan.assumptions.filter((a) => a.kind !== 'property');
  if (stated.length === 0) return environment;
  const ready = { ...environment, indices: fixedPositions(plan, stated, sizes, random) };
  const kept = new Set(
    plan.assumptions.flatMap((a) => (a.kind === 'property' && a.property !== 'positive' ? [a.of] : [])),
  );
  const movable = movableNames(stated, plan.context).filter((n) => plan.reach.inputs.has(n) && !kept.has(n));
  const projected = project(stated, movable, ready);
  return projected !== null && satisfies(stated, projected) && keepsDomains(plan, projected) ? projected : null;
}

/** Random positions for the fixed letters that assumptions speak of (the c of y_c = 1): these letters keep them. */
function fixedPositions(
  plan: Plan,
  stated: readonly Assumption[],
  sizes: ReadonlyMap<SetId, number>,
  random: Random,
): Map<string, number> {
  const letters = stated
    .flatMap(assumedTerms)
    .flatMap(freeIndices)
    .filter((l) => plan.context.fixed.has(l));
  return new Map(letters.map((l) => [l, integerBetween(random, 1, sizes.get(plan.reach.letters.get(l) ?? '') ?? 1)]));
}

/** An assignment with the positions of each set exchanged so that the fixed letters stand where they have to; null where two of them cannot. */
function keepFixed(
  assignment: ReadonlyMap<string, number>,
  fixed: ReadonlyMap<string, number>,
  sets: ReadonlyMap<string, SetId>,
): ReadonlyMap<string, number> | null {
  let result = assignment;
  for (const [letter, wanted] of fixed) {
    const now = result.get(letter);
    if (now === undefined || now === wanted) continue;
    const set = sets.get(letter);
    result = new Map(
      [...result].map(([l, i]) => [l, sets.get(l) !== set ? i : i === now ? wanted : i === wanted ? now : i]),
    );
  }
  return [...fixed].every(([l, i]) => (result.get(l) ?? i) === i) ? result : null;
}

function keepsDomains(plan: Plan, env: Environment): boolean {
  return [...plan.domains].every(
    ([name, domain]) =>
      (domain !== 'positive' && domain !== 'unit') || (env.values.get(name)?.data.every((v) => v > 0) ?? true),
  );
}

export interface SampleOptions {
  readonly seed?: number;
  /** How many environments to try at most. */
  readonly attempts?: number;
  /** Values with one decimal, for showing. */
  readonly tidy?: boolean;
  /** Smallest sizes first, for showing. */
  readonly smallest?: boolean;
}

/** Samples one after the other: first every set with sizes 3, 2, 5, 1, then random sizes and ever tamer values. An attempt that cannot satisfy the assumptions yields nothing. */
export function* samples(
  plan: Plan,
  { seed = 1, attempts = 64, tidy = false, smallest = false }: SampleOptions = {},
): Generator<Sample> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const own = seed * 7919 + attempt * 104729;
    const mood = must(moods[Math.floor(attempt / 8) % moods.length]);
    const environment = attemptEnvironment(plan, smallest ? smallestRound(attempt) : attempt, mood, own, tidy);
    if (environment === null) continue;
    const random = seeded(own ^ 0x5bd1e995);
    const size = (set: SetId): number => environment.sizes.get(set) ?? 1;
    const all = withEdges(assignments(plan.reach.letters, size, random), plan.edges, plan.reach.letters, size);
    yield { environment, assignments: all.flatMap((a) => keepFixed(a, environment.indices, plan.reach.letters) ?? []) };
  }
}

// Rounds 3, 1, 0, 2 of the pool start with sizes 1, 2, 3, 5.
const smallestRound = (attempt: number): number => [3, 3, 1, 1, 1, 0, 0, 0, 2, 2][attempt] ?? attempt;

function attemptEnvironment(plan: Plan, round: number, mood: Mood, seed: number, tidy: boolean): Environment | null {
  try {
    return drawEnvironment(plan, round, mood, seed, tidy);
  } catch (e) {
    if (isOutside(e)) return null;
    throw e;
  }
}
