// The parts of printed lines as functions of values, for numbers that follow a hand: read once, computed often.
// Not here: evaluating one expression (`evaluate.ts`).
// Invariant: a part's number is what `evaluate` gives for the part's own text; a part that has no number by itself has
// none here.
import { WhygradError } from '../term/error.ts';
import type { Line } from '../term/print.ts';
import { planOf, type Nested, type Planned } from './evaluate.ts';
import type { Givens } from './given.ts';

/** What lines are computed from: numbers and nested arrays by name. */
export type PreparedValues = Readonly<Record<string, unknown>>;
/** For each line the numbers of its parts by path; arrays run over a part's free letters, as `evaluate` orders them. */
export type Prepared = (values: PreparedValues) => readonly Readonly<Record<string, Nested>>[];

/**
 * Lines ready to be computed at many values: `prepare(lines, { in: 'softmax-cross-entropy' })({ z, y })`. The lines are
 * read when values of new names or shapes come first; after that only numbers are computed.
 */
export function prepare(lines: readonly Pick<Line, 'text' | 'parts'>[], givens: Givens): Prepared {
  const known = new Map<string, readonly (readonly [path: string, plan: Planned])[][]>();
  return (values) => {
    const signature = JSON.stringify(Object.entries(values).map(([name, v]) => [name, shapeOf(v)]));
    let plans = known.get(signature);
    if (plans === undefined) known.set(signature, (plans = plansOf(lines, givens, values)));
    return plans.map((parts) => Object.fromEntries(parts.flatMap(([path, plan]) => numberOf(path, plan, values))));
  };
}

function shapeOf(v: unknown): number[] {
  if (!Array.isArray(v) && !ArrayBuffer.isView(v)) return [];
  const list = v as unknown as ArrayLike<unknown>;
  return [list.length, ...shapeOf(list[0])];
}

/** Equal texts are read once, whatever line they stand in. */
function plansOf(
  lines: readonly Pick<Line, 'text' | 'parts'>[],
  givens: Givens,
  values: PreparedValues,
): (readonly [string, Planned])[][] {
  const byText = new Map<string, Planned | null>();
  const plan = (text: string): Planned | null => {
    if (!byText.has(text)) byText.set(text, readable(text, givens, values));
    return byText.get(text) ?? null;
  };
  return lines.map((line) =>
    line.parts.flatMap((part): (readonly [string, Planned])[] => {
      const read = plan(line.text.slice(...part.text));
      return read === null ? [] : [[part.path, read]];
    }),
  );
}

function readable(text: string, givens: Givens, values: PreparedValues): Planned | null {
  return orNull(() => planOf(text, { ...givens, values }));
}

function numberOf(path: string, plan: Planned, values: PreparedValues): (readonly [string, Nested])[] {
  const found = orNull(() => plan(values));
  return found === null ? [] : [[path, found.value]];
}

/** A part may have no number by itself: δ without a tensor beside it, an index, a name without a value. */
function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}
