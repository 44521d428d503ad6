// What is worth storing: operands of contractions, costly values that do not change in an inner loop, costly values
// used twice.
// Not here: which stages run together (`schedule-fuse`), what is recomputed because it is cheap (`schedule-inline`).
// Invariant: every stored value equals the one it replaces; a value is stored once for all stages.
import { must } from '../term/must.ts';
import type { Axis, LoopProgram, MapStage, Stage, Tensor, Value } from './loops.ts';
import { factorsOf, isTranscendental, loopsOf, volume } from './stages.ts';
import { axesOf, axisPlace, canonical, load, mapValue, times, valueKey, visitValue } from './values.ts';

interface Sharing {
  readonly tensors: Map<string, Tensor>;
  readonly out: Stage[];
  /** Canonical value → the tensor that holds it, with its axes in canonical order as positions of the tensor's dims. */
  readonly stored: Map<string, { readonly name: string; readonly order: readonly number[] }>;
  /** Canonical values that occur at several places. */
  readonly repeated: ReadonlySet<string>;
}

/** The program with costly shared values in temporaries of their own. */
export function shareValues(p: LoopProgram): LoopProgram {
  const s: Sharing = { tensors: new Map(p.tensors), out: [], stored: new Map(), repeated: repeatedValues(p.stages) };
  for (const stage of p.stages) {
    if (stage.kind !== 'map') {
      s.out.push(stage);
      continue;
    }
    const body = shareWithin(s, stage.body, loopsOf(stage), stage.reduce === null);
    const operands = stage.reduce?.op === 'sum' ? shareOperands(s, body, loopsOf(stage)) : body;
    const made: MapStage = { ...stage, body: operands };
    s.out.push(made);
    if (made.reduce === null && made.at === undefined) remember(s, made, stage.body);
  }
  return { ...p, tensors: s.tensors, stages: s.out };
}

function remember(s: Sharing, stage: MapStage, body: Value): void {
  for (const b of [body, stage.body]) {
    const c = canonical(b, stage.axes);
    if (c.axes.length !== stage.axes.length || b.kind === 'number' || b.kind === 'load') continue;
    const order = stage.axes.map((a) => c.axes.findIndex((x) => x.name === a.name));
    if (!s.stored.has(c.key)) s.stored.set(c.key, { name: stage.target, order });
  }
}

/** Costly values that are written at several points, up to the names of axes. */
function repeatedValues(stages: readonly Stage[]): Set<string> {
  const seen = new Map<string, Set<string>>();
  for (const [n, stage] of stages.entries()) {
    if (stage.kind !== 'map') continue;
    visitValue(stage.body, (v) => {
      if (!isTranscendental(v)) return;
      const k = canonical(v, loopsOf(stage)).key;
      const uses = seen.get(k) ?? new Set();
      seen.set(k, uses.add(`${n}:${valueKey(v)}`));
    });
  }
  return new Set([...seen].filter(([, uses]) => uses.size > 1).map(([k]) => k));
}

const isCostly = (v: Value): boolean => {
  let found = false;
  visitValue(v, (x) => {
    found ||= isTranscendental(x);
  });
  return found;
};

/**
 * Sub-values that the loops around would compute again and again, or that stand elsewhere too, replaced by loads of
 * temporaries.
 */
function shareWithin(s: Sharing, v: Value, loops: readonly Axis[], isWholeStage: boolean): Value {
  if (v.kind === 'number' || v.kind === 'size' || v.kind === 'load' || v.kind === 'place' || !isCostly(v)) return v;
  const own = axesOf(v);
  const used = loops.filter((a) => own.has(a.name));
  const again = volume(loops) / Math.max(1, volume(used));
  const repeated = isTranscendental(v) && (s.repeated.has(canonical(v, loops).key) || isLogOfSum(s, v));
  if ((again >= 2 || repeated) && !(isWholeStage && used.length === loops.length)) return store(s, v, loops);
  return mapValue(
    v,
    (x) => shareWithin(s, x, loops, false),
    (p) => p,
  );
}

/** log Σ: its sum may then be computed by a row schedule, which knows the logarithm only. */
function isLogOfSum(s: Sharing, v: Value): boolean {
  if (v.kind !== 'unary' || v.op !== 'log' || v.of.kind !== 'load') return false;
  const name = v.of.tensor;
  return (
    s.out.some((x) => x.target === name && x.kind === 'map' && x.reduce?.op === 'sum' && isCostly(x.body)) ||
    s.out.some((x) => x.target === name && x.kind === 'map' && x.reduce?.op === 'sum' && x.body.kind === 'load')
  );
}

/** A load of the tensor that holds the value; made where it is new. */
function store(s: Sharing, v: Value, loops: readonly Axis[]): Value {
  const c = canonical(v, loops);
  let known = s.stored.get(c.key);
  if (known === undefined) {
    const name = fresh(s, 'value');
    known = { name, order: c.axes.map((_, n) => n) };
    s.tensors.set(name, {
      name,
      dims: c.axes.map((a) => a.size),
      sets: c.axes.map((a) => a.set ?? ''),
      role: 'temporary',
      dtype: 'float',
    });
    const body = mapValue(
      v,
      (x) => shareWithin(s, x, c.axes, false),
      (p) => p,
    );
    s.out.push({ kind: 'map', target: name, axes: c.axes, reduce: null, body });
    s.stored.set(c.key, known);
  }
  return load(
    known.name,
    known.order.map((n) => axisPlace(must(c.axes[n]).name)),
  );
}

/**
 * The two operands of a contraction as plain loads: a factor that is more than a load is computed once, not at every
 * point.
 */
function shareOperands(s: Sharing, body: Value, loops: readonly Axis[]): Value {
  const groups: { axes: ReadonlySet<string>; factors: Value[] }[] = [];
  const factors = factorsOf(body)
    .map((f) => ({ f, axes: axesOf(f) }))
    .sort((a, b) => b.axes.size - a.axes.size);
  for (const { f, axes } of factors) {
    const home = groups.find((g) => [...axes].every((a) => g.axes.has(a)));
    if (home === undefined) groups.push({ axes, factors: [f] });
    else home.factors.push(f);
  }
  if (groups.length < 2 || groups.some((g) => g.axes.size === loops.length)) return body;
  const parts = groups.map((g) => {
    const product = g.factors.reduce(times);
    return isPlainLoad(product) ? product : store(s, product, loops);
  });
  return parts.reduce(times);
}
const isPlainLoad = (v: Value): boolean =>
  v.kind === 'number' || (v.kind === 'load' && v.at.every((p) => p.by.length === 0));

function fresh(s: Sharing, label: string): string {
  for (let n = 1; ; n++) if (!s.tensors.has(`${label}${n}`)) return `${label}${n}`;
}
