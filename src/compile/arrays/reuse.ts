// Arrays that several stages compute alike, computed once.
// Not here: what is costly or an operand of a contraction (`../schedule-share.ts`).
// Invariant: every stored value equals the ones it replaces; values over one letter or none stay where they are.
import { must } from '../../term/must.ts';
import type { Axis, LoopProgram, MapStage, Stage, Tensor, Value } from '../loops.ts';
import { loopsOf } from '../stages.ts';
import { axisPlace, canonical, load, mapValue, valueKey } from '../values.ts';

interface Known {
  readonly name: string;
  /** For each axis of the tensor its number in the canonical order. */
  readonly order: readonly number[];
}

/** The program with arrays that at least two stages compute stored by the first of them. */
export function reuseArrays(p: LoopProgram): LoopProgram {
  const repeated = repeatedIn(p.stages);
  const known = new Map<string, Known>();
  const tensors = new Map(p.tensors);
  const out: Stage[] = [];
  for (const s of p.stages) {
    if (s.kind === 'map') {
      const whole = keyOf(s.body, loopsOf(s));
      const fills = s.reduce === null && s.at === undefined && whole !== null;
      const isFirst = fills && !known.has(whole.key);
      const body = isFirst ? inside(s.body, loopsOf(s)) : reused(s.body, loopsOf(s));
      out.push({ ...s, body });
      if (isFirst && whole.axes.length === s.axes.length)
        known.set(whole.key, {
          name: s.target,
          order: s.axes.map((a) => whole.axes.findIndex((x) => x.name === a.name)),
        });
    } else out.push(s);
  }
  return { ...p, tensors, stages: out };

  function inside(v: Value, loops: readonly Axis[]): Value {
    return mapValue(
      v,
      (x) => reused(x, loops),
      (q) => q,
    );
  }
  function reused(v: Value, loops: readonly Axis[]): Value {
    const k = keyOf(v, loops);
    if (k === null) return v.kind === 'load' || v.kind === 'number' ? v : inside(v, loops);
    if (!known.has(k.key) && repeated.has(k.key)) store(v, loops, k);
    const found = known.get(k.key);
    return found === undefined
      ? inside(v, loops)
      : load(
          found.name,
          found.order.map((n) => axisPlace(must(k.axes[n]).name)),
        );
  }
  function store(v: Value, loops: readonly Axis[], k: { key: string; axes: readonly Axis[] }): void {
    const name = freshName(tensors);
    const axes = k.axes;
    const stage: MapStage = { kind: 'map', target: name, axes, reduce: null, body: inside(v, loops) };
    tensors.set(name, {
      name,
      dims: axes.map((a) => a.size),
      sets: axes.map((a) => a.set ?? ''),
      role: 'temporary',
      dtype: 'float',
    });
    out.push(stage);
    known.set(k.key, { name, order: axes.map((_, n) => n) });
  }
}

/** The key of a value that is worth storing: an operation on arrays of two letters or more. */
function keyOf(v: Value, loops: readonly Axis[]): { key: string; axes: Axis[] } | null {
  if (v.kind !== 'binary' && v.kind !== 'select' && (v.kind !== 'unary' || v.op === 'neg')) return null;
  const k = canonical(v, loops);
  return k.axes.length < 2 ? null : k;
}

/** Keys of values that stand at two different points of the stages. */
function repeatedIn(stages: readonly Stage[]): Set<string> {
  const uses = new Map<string, Set<string>>();
  for (const [n, s] of stages.entries()) if (s.kind === 'map') count(s.body, loopsOf(s), n);
  return new Set([...uses].filter(([, at]) => at.size > 1).map(([k]) => k));

  function count(v: Value, loops: readonly Axis[], n: number): void {
    const k = keyOf(v, loops);
    if (k !== null) {
      const at = uses.get(k.key) ?? new Set();
      uses.set(k.key, at.add(`${n}:${valueKey(v)}`));
      // What stands inside a repeated value is computed with it.
      if (at.size > 1) return;
    }
    mapValue(
      v,
      (x) => {
        count(x, loops, n);
        return x;
      },
      (q) => q,
    );
  }
}

function freshName(tensors: ReadonlyMap<string, Tensor>): string {
  for (let n = 1; ; n++) if (!tensors.has(`array${n}`)) return `array${n}`;
}
