// Comparing two terms in exact modular arithmetic, which no rounding and no cancellation can deceive.
// Not here: the arithmetic (`residues.ts`), float comparison (`equal.ts`).
// Invariant: agreement is evidence, never proof; disagreement is only a reason to look closer, because functions other
// than exp and log know no identities here.
import { lastOf, must } from '../term/must.ts';
import type { Assumption } from '../term/context.ts';
import { at, entry, partial, subtract, type Entry, type Term } from '../term/term.ts';
import { freeIndices } from '../term/walk.ts';
import { isOutside, movableNames } from './assume.ts';
import { compiledIn, compiler } from './compile.ts';
import { outOfRange, sizeOf, type Environment } from './environment.ts';
import { letterSets } from './letters.ts';
import { reachDefinitions } from './evaluate.ts';
import { tuples, type Unit } from './meaning.ts';
import { seeded } from './random.ts';
import { randomResidues, residues, sameResidues, type Residues } from './residues.ts';
import { Outside } from './ring.ts';
import { samples, type Plan } from './sample.ts';

export interface ExactResult {
  readonly equal: boolean;
  readonly points: number;
}

const unitOf = compiler(residues);
const environmentsWanted = 4;
const mostPoints = 400;

/**
 * Compares the terms at random points for sizes 3, 2, 5 and 1; null where they leave the arithmetic (an order, a kink,
 * an assumption that cannot be solved exactly).
 */
export function exactlyEqual(a: Term, b: Term, plan: Plan, seed: number): ExactResult | null {
  if (!plan.assumptions.every(isSolvable)) return null;
  let [points, used] = [0, 0];
  for (const { environment, assignments } of samples(plan, { seed, attempts: 2 * environmentsWanted })) {
    const point = place(plan, environment, seed + used);
    if (point === null) return null;
    const [left, right] = [valueOf(a, plan, point), valueOf(b, plan, point)];
    let here = 0;
    for (const assignment of assignments) {
      const same = compareAt(left, right, assignment);
      if (same === false) return { equal: false, points };
      if (same === true) here += 1;
    }
    if (here === 0 && used === 0) return null;
    points += here;
    used += 1;
    if (used >= environmentsWanted || points >= mostPoints) break;
  }
  return points === 0 ? null : { equal: true, points };
}

const isSolvable = (a: Assumption): boolean => a.kind !== 'property' || a.property !== 'orthogonal';

type At = (assignment: ReadonlyMap<string, number>) => Residues;

/** null where a side is not defined there or has left the arithmetic. */
function compareAt(left: At, right: At, assignment: ReadonlyMap<string, number>): boolean | null {
  try {
    return sameResidues(left(assignment), right(assignment));
  } catch (e) {
    if (e instanceof Outside || isOutside(e)) return null;
    throw e;
  }
}

// --- points ----------------------------------------------------------------------------------------------------------

/** An environment with residues in place of floats. */
interface Point {
  readonly environment: Environment;
  readonly values: Map<string, Residues[]>;
}

function place(plan: Plan, environment: Environment, seed: number): Point | null {
  const random = seeded(seed * 31 + 17);
  const values = new Map<string, Residues[]>();
  for (const [name, tensor] of environment.values) {
    const domain = plan.domains.get(name);
    const positive = domain === 'positive' || domain === 'unit';
    values.set(
      name,
      Array.from(tensor.data, (v) =>
        isHot(plan, name) ? residues.ring.integer(v) : randomResidues(random(), random(), positive),
      ),
    );
    if (hasProperty(plan, name, 'symmetric')) mirror(must(values.get(name)), lastOf(tensor.shape));
  }
  const point = { environment, values };
  return solve(plan, point) ? point : null;
}

const hasProperty = (plan: Plan, name: string, property: string): boolean =>
  plan.assumptions.some((a) => a.kind === 'property' && a.of === name && a.property === property);
const isHot = (plan: Plan, name: string): boolean => hasProperty(plan, name, 'oneHot');

function mirror(data: Residues[], n: number): void {
  for (let start = 0; start + n * n <= data.length; start += n * n) {
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[start + i * n + j] = must(data[start + j * n + i]);
  }
}

function lookup(point: Point): (name: string, position: readonly number[]) => Residues {
  return (name, position) => {
    const shape = point.environment.values.get(name)?.shape ?? [];
    let offset = 0;
    position.forEach((i, n) => {
      const length = shape[n] ?? 0;
      if (i < 1 || i > length) outOfRange(name, n, i, length);
      offset = offset * length + i - 1;
    });
    return must(must(point.values.get(name))[offset]);
  };
}

function valueOf(t: Term, plan: Plan, point: Point): At {
  const unit: Unit<Residues> = unitOf(plan.context);
  const letters = freeIndices(t);
  const start = compiledIn(t, letters, unit);
  const input = lookup(point);
  const shared = start(point.environment, input);
  const alone = reachDefinitions([...plan.reach.letters.keys()], plan.context);
  return (assignment) => {
    const positions = letters.map((l) => must(assignment.get(l)));
    return alone ? start({ ...point.environment, indices: assignment }, input)(positions) : shared(positions);
  };
}

// --- assumed equations -----------------------------------------------------------------------------------------------

/** Meets every assumed equation by moving, for each of its instances, one entry in which it is linear. */
function solve(plan: Plan, point: Point): boolean {
  const equations = plan.assumptions.flatMap((a) => (a.kind === 'equation' ? [subtract(a.left, a.right)] : []));
  if (equations.length === 0) return true;
  const moved = new Set<string>();
  const names = movableNames(plan.assumptions, plan.context).filter(
    (n) => point.values.has(n) && !isHot(plan, n) && !hasProperty(plan, n, 'symmetric'),
  );
  try {
    for (const equation of equations)
      for (const positions of instances(equation, plan, point))
        if (!solveOne(equation, positions, names, moved, plan, point)) return false;
    return equations.every((equation) =>
      instances(equation, plan, point).every((positions) => isZero(residual(equation, positions, plan, point))),
    );
  } catch (e) {
    if (e instanceof Outside) return false;
    throw e;
  }
}

const isZero = (x: Residues): boolean => sameResidues(x, residues.zero) === true;

function instances(equation: Term, plan: Plan, point: Point): number[][] {
  const sets = letterSets([equation], plan.context);
  return tuples(freeIndices(equation).map((l) => sizeOf(sets.get(l) ?? '', point.environment)));
}

function residual(equation: Term, positions: readonly number[], plan: Plan, point: Point): Residues {
  return compiledIn(equation, freeIndices(equation), unitOf(plan.context))(point.environment, lookup(point))(positions);
}

function solveOne(
  equation: Term,
  positions: readonly number[],
  names: readonly string[],
  moved: Set<string>,
  plan: Plan,
  point: Point,
): boolean {
  const off = residual(equation, positions, plan, point);
  if (isZero(off)) return true;
  for (const name of names) {
    const shape = point.environment.values.get(name)?.shape ?? [];
    for (const [offset, tuple] of tuples(shape).entries()) {
      if (moved.has(`${name} ${offset}`)) continue;
      const slope = residual(partial(equation, entry(name, ...tuple.map(at)) as Entry), positions, plan, point);
      if (isZero(slope)) continue;
      const data = must(point.values.get(name));
      const step = residues.divide(residues.negate(off), slope);
      data[offset] = residues.real(residues.add(must(data[offset]), step));
      moved.add(`${name} ${offset}`);
      return isZero(residual(equation, positions, plan, point));
    }
  }
  return false;
}
