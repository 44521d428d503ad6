// Values and derivatives against SymPy and mpmath (committed vectors; see scripts/vectors/evaluation.py).
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { meaning } from '../../src/check/evaluate.ts';
import type { Environment, TensorValue } from '../../src/check/environment.ts';
import { emptyContext } from '../../src/term/context.ts';
import { at, call, entry, partial, rational, type Entry, type FunctionName } from '../../src/term/term.ts';
import { fromJSON } from '../../src/term/print.ts';

interface Item {
  term: unknown;
  by: [string, string];
  a: number;
  b: number;
  x: number[];
  A: number[][];
  value: number;
  first: number;
  second: number;
}
const vectors = JSON.parse(readFileSync(new URL('evaluation-vectors.json', import.meta.url), 'utf8')) as {
  source: string;
  items: Item[];
  functions: { fn: FunctionName; at: number; value: number }[];
};

const tensor = (shape: number[], data: number[]): TensorValue => ({ shape, data: Float64Array.from(data) });
const environment = (item: Item): Environment => ({
  context: {
    ...emptyContext,
    shapes: new Map([
      ['x', ['n']],
      ['A', ['n', 'n']],
    ]),
  },
  values: new Map([
    ['a', tensor([], [item.a])],
    ['b', tensor([], [item.b])],
    ['x', tensor([3], item.x)],
    ['A', tensor([3, 3], item.A.flat())],
  ]),
  sizes: new Map([['n', 3]]),
  indices: new Map(),
  seed: 1,
});
const symbol = (name: string): Entry => entry(name[0] as string, ...[...name.slice(1)].map((d) => at(Number(d))));
const closeTo = (got: number, expected: number, what: string): void => {
  expect(Math.abs(got - expected), what).toBeLessThan(1e-10 * Math.max(1, Math.abs(expected)));
};

test(`values, first and second derivatives of ${vectors.items.length} random terms (${vectors.source})`, () => {
  expect(vectors.items.length).toBeGreaterThanOrEqual(700);
  vectors.items.forEach((item, n) => {
    const env = environment(item);
    const t = fromJSON(item.term);
    const [u, v] = [symbol(item.by[0]), symbol(item.by[1])];
    closeTo(meaning(t, env), item.value, `value ${n}`);
    closeTo(meaning(partial(t, u), env), item.first, `first derivative ${n}`);
    closeTo(meaning(partial(partial(t, u), v), env), item.second, `second derivative ${n}`);
  });
});

test.each(['erf', 'sigmoid', 'softplus', 'tanh'] as const)('%s is accurate to a few ulp', (fn) => {
  for (const { at: x, value } of vectors.functions.filter((f) => f.fn === fn)) {
    const exact = rational(BigInt(Math.round(x * 1e8)), 10n ** 8n);
    const got = meaning(call(fn, exact), {
      context: emptyContext,
      values: new Map(),
      sizes: new Map(),
      indices: new Map(),
      seed: 1,
    });
    expect(Math.abs(got - value), `${fn}(${x})`).toBeLessThanOrEqual(8 * Number.EPSILON * Math.abs(value));
  }
});
