// Derivatives by finite differences of functions written by hand: truth that shares no code with the reader.
// Not here: dual numbers (`check/`).
// Invariant: central differences of fourth order; a derived result has to agree to 1e-6.
import { expect } from 'vitest';
import { derive, evaluate } from '../../src/index.ts';
import { must } from '../../src/term/must.ts';

export type Nested = number | readonly Nested[];
export type Values = Readonly<Record<string, Nested>>;
/** The formula by hand, at given values. */
// biome-ignore lint/suspicious/noExplicitAny: values of tests are nested arrays of known shape
export type ByHand = (v: any) => Nested;

const map = (x: Nested, f: (n: number) => Nested): Nested => (typeof x === 'number' ? f(x) : x.map((y) => map(y, f)));
const zip = (xs: readonly Nested[], f: (ns: readonly number[]) => number): Nested => {
  const first = must(xs[0]);
  if (typeof first === 'number') return f(xs as readonly number[]);
  return first.map((_, i) =>
    zip(
      xs.map((x) => must((x as readonly Nested[])[i])),
      f,
    ),
  );
};
/** Every place of a nested value, with the value where that place is moved by h. */
function moved(x: Nested, h: number): Nested {
  if (typeof x === 'number') return x + h;
  throw new Error('bug: only numbers are moved');
}
function derivativeBy(at: Nested, f: (x: Nested) => Nested): Nested {
  if (typeof at !== 'number')
    return at.map((y, i) => derivativeBy(y, (z) => f(at.map((old, k) => (k === i ? z : old)))));
  const h = 1e-3;
  return zip(
    [-2, -1, 1, 2].map((k) => f(moved(at, k * h))),
    ([a, b, c, d]) => (must(a) - 8 * must(b) + 8 * must(c) - must(d)) / (12 * h),
  );
}

/** The axes of the variable come first in `derivativeBy`; a result has those of the function first. */
function turned(x: Nested, depth: number): Nested {
  if (depth === 0 || typeof x === 'number') return x;
  const inner = x.map((y) => turned(y, depth - 1));
  const first = must(inner[0]);
  return typeof first === 'number' ? inner : first.map((_, i) => inner.map((y) => must((y as readonly Nested[])[i])));
}
const depthOf = (x: Nested): number => (typeof x === 'number' ? 0 : 1 + depthOf(must(x[0])));

/** Derives, evaluates, and compares with finite differences of the function by hand. */
export function expectTruth(
  given: readonly string[],
  question: string,
  by: string | ((v: Values, x: Nested) => Values),
  start: Nested,
  values: Values,
  byHand: ByHand,
): void {
  const put = typeof by === 'string' ? (v: Values, x: Nested): Values => ({ ...v, [by]: x }) : by;
  const derivation = derive(question, { given });
  // Values that only the function by hand reads name nothing in the formulas.
  const written = [...given, derivation.result.text].join(' ');
  const isInput = (n: string): boolean => written.includes(n.replace(/[_^].*$/, '')) && !written.includes(`${n} = `);
  const named = Object.fromEntries(Object.entries(values).filter(([n]) => isInput(n)));
  const result = evaluate(derivation.result.text, { given, values: named as never, axes: derivation.result.axes });
  const raw = derivativeBy(start, (x) => byHand(put(values, x)));
  let wanted = raw;
  for (let n = depthOf(byHand(values)); n > 0; n -= 1) wanted = turned(wanted, depthOf(start));
  const flat = (x: Nested): number[] => [x].flat(9) as number[];
  const [mine, truth] = [flat(result.value as Nested), flat(wanted)];
  expect(mine.length, `${question} = ${derivation.result.text}`).toBe(truth.length);
  mine.forEach((m, i) => {
    const t = must(truth[i]);
    expect(Math.abs(m - t) / Math.max(1, Math.abs(t)), `${question} = ${derivation.result.text}`).toBeLessThan(1e-6);
  });
}
export { map };
