// The float meaning of every node, against finite differences, hand-checked values and definitions.
import { describe, expect, test } from 'vitest';
import { evaluateTensor, meaning } from '../../src/check/evaluate.ts';
import type { Environment, TensorValue } from '../../src/check/environment.ts';
import { emptyContext, type Context } from '../../src/term/context.ts';
import {
  add,
  affine,
  at,
  apply,
  boundIndex,
  bracket,
  call,
  delta,
  determinant,
  divide,
  endIndex,
  entry,
  freeIndex,
  ifThen,
  integer,
  inverse,
  mul,
  negate,
  one,
  partial,
  position,
  pow,
  rational,
  reduce,
  size,
  subtract,
  wholeSet,
  type Entry,
  type Index,
  type Term,
} from '../../src/term/term.ts';
import { nodeCount } from '../../src/term/count.ts';
import { freeIndices } from '../../src/term/walk.ts';
import { randomTerm, seeded } from '../term/random-term.ts';
import { moved, randomEnvironment } from './random-environment.ts';

const [i, j, k] = [freeIndex('i'), freeIndex('j'), freeIndex('k')];
const b0 = boundIndex(0);
const vector = (...v: number[]): TensorValue => ({ shape: [v.length], data: Float64Array.from(v) });
const scalar = (v: number): TensorValue => ({ shape: [], data: Float64Array.of(v) });
function environment(
  context: Partial<Context>,
  values: Record<string, TensorValue>,
  sizes: Record<string, number> = {},
  indices: Record<string, number> = {},
): Environment {
  return {
    context: { ...emptyContext, ...context },
    values: new Map(Object.entries(values)),
    sizes: new Map(Object.entries(sizes)),
    indices: new Map(Object.entries(indices)),
    seed: 7,
  };
}
const definition = (name: string, params: readonly string[], body: Term) =>
  [name, { name, params: params.map((letter) => ({ letter, set: 'n' })), body }] as const;

const softmax: Context = {
  ...emptyContext,
  definitions: new Map([
    definition('Z', [], reduce('sum', 'k', call('exp', entry('o', b0)), wholeSet('n'))),
    definition('p', ['j'], divide(call('exp', entry('o', b0)), entry('Z'))),
    definition('L', [], negate(reduce('sum', 'k', mul(entry('y', b0), call('log', entry('p', b0))), wholeSet('n')))),
  ]),
  shapes: new Map([
    ['o', ['n']],
    ['y', ['n']],
    ['p', ['n']],
    ['Z', []],
    ['L', []],
  ]),
};
const o = [0.3, -1.2, 0.7];
const y = [0.2, 0.5, 0.3];
const p = o.map((v) => Math.exp(v) / o.reduce((s, w) => s + Math.exp(w), 0));
const softmaxAt = (indices: Record<string, number> = {}): Environment =>
  environment(softmax, { o: vector(...o), y: vector(...y) }, { n: 3 }, indices);

describe('derivatives', () => {
  test('a random term and its derivative agree with central differences', () => {
    const seed = 20240611;
    const random = seeded(seed);
    let compared = 0;
    for (let n = 0; n < 600; n++) {
      const t = randomTerm(random, { depth: 5, free: [{ letter: 'i', set: 'n' }], matrices: true });
      const env = randomEnvironment(random, { i: 1 + Math.floor(random() * 3) });
      const [name, offset, by] = (
        [
          ['x', 1, entry('x', at(2))],
          ['a', 0, entry('a')],
          ['A', 5, entry('A', at(2), at(3))],
          ['W', 2, entry('W', at(1), at(3))],
        ] as const
      )[n % 4] as [string, number, Entry];
      const exact = meaning(partial(t, by), env);
      const h = 1e-4;
      const f = (s: number): number => meaning(t, moved(env, name, offset, s * h));
      const difference = (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * h);
      const scale = Math.max(1, Math.abs(exact), Math.abs(f(0)));
      if (!Number.isFinite(scale) || scale > 1e4) continue;
      compared += 1;
      expect(Math.abs(exact - difference), `seed ${seed}, term ${n}: ${exact} against ${difference}`).toBeLessThan(
        2e-6 * scale,
      );
    }
    expect(compared).toBeGreaterThan(500);
  });

  test('second derivatives are symmetric and are differences of first ones', () => {
    const seed = 77;
    const random = seeded(seed);
    for (let n = 0; n < 150; n++) {
      const t = randomTerm(random, { depth: 4, matrices: true });
      const env = randomEnvironment(random);
      const [u, v] = [entry('x', at(1)), entry('A', at(2), at(1))];
      const mixed = meaning(partial(partial(t, u), v), env);
      if (!Number.isFinite(mixed) || Math.abs(mixed) > 1e5) continue;
      expect(meaning(partial(partial(t, v), u), env), `seed ${seed}, term ${n}`).toBeCloseTo(mixed, 6);
      const h = 1e-5;
      const slope =
        (meaning(partial(t, u), moved(env, 'A', 3, h)) - meaning(partial(t, u), moved(env, 'A', 3, -h))) / (2 * h);
      expect(Math.abs(slope - mixed), `seed ${seed}, term ${n}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(mixed)) ** 2);
    }
  });

  test('a perturbation inside another one is not confused with it', () => {
    // d/dx (x · d/dy (x y)) = d/dx x² = 2x; a confused implementation says 3x or x.
    const t = partial(mul(entry('x'), partial(mul(entry('x'), entry('y')), entry('y'))), entry('x'));
    expect(meaning(t, environment({}, { x: scalar(1.5), y: scalar(-4) }))).toBeCloseTo(3, 14);
  });

  test('softmax has its Jacobian, and cross-entropy its gradient, through the definitions', () => {
    for (let a = 1; a <= 3; a++) {
      for (let b = 1; b <= 3; b++) {
        const expected = (p[a - 1] as number) * ((a === b ? 1 : 0) - (p[b - 1] as number));
        expect(meaning(partial(entry('p', j), entry('o', i)), softmaxAt({ i: b, j: a }))).toBeCloseTo(expected, 14);
      }
      expect(meaning(partial(entry('L'), entry('o', i)), softmaxAt({ i: a }))).toBeCloseTo(
        (p[a - 1] as number) - (y[a - 1] as number),
        14,
      );
    }
  });

  test('a derivative by a defined name holds that name as independent', () => {
    expect(meaning(partial(entry('L'), entry('p', i)), softmaxAt({ i: 2 }))).toBeCloseTo(
      -(y[1] as number) / (p[1] as number),
      12,
    );
    expect(meaning(partial(entry('p', j), entry('Z')), softmaxAt({ j: 1 }))).toBeCloseTo(
      -Math.exp(o[0] as number) / o.reduce((s, v) => s + Math.exp(v), 0) ** 2,
      12,
    );
    expect(meaning(partial(entry('p', j), entry('p', i)), softmaxAt({ i: 2, j: 1 }))).toBe(0);
    expect(meaning(partial(entry('p', i), entry('p', i)), softmaxAt({ i: 2 }))).toBe(1);
  });

  test('the chain rule through a defined name holds for second derivatives too', () => {
    const direct = partial(partial(entry('L'), entry('o', i)), entry('o', j));
    const through = partial(
      reduce(
        'sum',
        'k',
        mul(partial(entry('L'), entry('p', b0)), partial(entry('p', b0), entry('o', i))),
        wholeSet('n'),
      ),
      entry('o', j),
    );
    for (const [a, b] of [
      [1, 1],
      [1, 3],
      [2, 3],
    ] as const) {
      const env = softmaxAt({ i: a, j: b });
      expect(meaning(through, env)).toBeCloseTo(meaning(direct, env), 13);
      expect(meaning(direct, env)).toBeCloseTo((p[a - 1] as number) * ((a === b ? 1 : 0) - (p[b - 1] as number)), 13);
    }
  });

  test('a held name keeps its value', () => {
    const context: Partial<Context> = {
      definitions: new Map([
        definition('mu', [], divide(reduce('sum', 'k', entry('x', b0), wholeSet('n')), size('n'))),
        definition(
          'v',
          [],
          divide(reduce('sum', 'k', pow(subtract(entry('x', b0), entry('mu')), integer(2)), wholeSet('n')), size('n')),
        ),
        definition('q', [], mul(entry('v'), entry('mu'))),
      ]),
    };
    const env = environment(context, { x: vector(1, 4, 7) }, { n: 3 }, { i: 3 });
    expect(meaning(partial(entry('q'), entry('x', i), ['mu']), env)).toBeCloseTo((2 / 3) * 3 * 4, 12);
    expect(meaning(partial(entry('q'), entry('x', i), ['v']), env)).toBeCloseTo(6 / 3, 12);
    expect(meaning(partial(entry('q'), entry('x', i)), env)).toBeCloseTo((2 / 3) * 3 * 4 + 6 / 3, 12);
    expect(meaning(partial(entry('v'), entry('mu')), env)).toBeCloseTo(0, 12);
  });
});

describe('unknown functions', () => {
  const context: Partial<Context> = {
    depends: new Map([['L', ['Y']]]),
    shapes: new Map([
      ['Y', ['n']],
      ['x', ['n']],
    ]),
    definitions: new Map([definition('Y', ['i'], mul(entry('a'), entry('x', b0), entry('x', b0)))]),
  };
  const env = (indices: Record<string, number>, a = 0.7): Environment =>
    environment(context, { x: vector(0.5, -0.3, 0.8), a: scalar(a) }, { n: 3 }, indices);

  test('the chain rule holds through an unknown quantity', () => {
    const direct = partial(entry('L'), entry('x', i));
    const chain = reduce(
      'sum',
      'k',
      mul(partial(entry('L'), entry('Y', b0)), partial(entry('Y', b0), entry('x', i))),
      wholeSet('n'),
    );
    for (const a of [1, 2, 3]) expect(meaning(chain, env({ i: a }))).toBeCloseTo(meaning(direct, env({ i: a })), 13);
    expect(meaning(direct, env({ i: 1 }))).not.toBe(0);
  });

  test("f', f'' and mixed derivatives belong to one function", () => {
    const f = (x: Term, y: Term, orders: readonly number[] = [0, 0]): Term => apply('f', [x, y], orders);
    const a = entry('a');
    expect(meaning(partial(f(mul(a, a), a), a), env({}))).toBeCloseTo(
      meaning(add(mul(integer(2), a, f(mul(a, a), a, [1, 0])), f(mul(a, a), a, [0, 1])), env({})),
      13,
    );
    const h = 1e-5;
    const slope =
      (meaning(apply('g', [a], [2]), env({}, 0.7 + h)) - meaning(apply('g', [a], [2]), env({}, 0.7 - h))) / (2 * h);
    expect(meaning(apply('g', [a], [3]), env({}))).toBeCloseTo(slope, 6);
    expect(meaning(apply('g', [a]), env({}))).not.toBe(meaning(apply('f', [a]), env({})));
  });
});

describe('nodes', () => {
  test('sums, products, maxima and minima respect their ranges and conditions', () => {
    const env = environment({}, { x: vector(3, -1, 4, 1) }, { n: 4 }, { i: 2 });
    const over = (op: 'sum' | 'prod' | 'max' | 'min', body: Term = entry('x', b0)) =>
      meaning(reduce(op, 'k', body, wholeSet('n')), env);
    expect([over('sum'), over('prod'), over('max'), over('min')]).toEqual([7, -12, 4, -1]);
    expect(
      meaning(
        reduce('sum', 'k', entry('x', b0), wholeSet('n'), { kind: 'position', op: '!=', left: b0, right: i }),
        env,
      ),
    ).toBe(8);
    const next: Index = affine([{ variable: { kind: 'bound', depth: 0 }, times: 1 }], 1);
    expect(
      meaning(
        reduce('sum', 'k', subtract(entry('x', next), entry('x', b0)), {
          set: 'n',
          from: at(1),
          to: affine([{ variable: { kind: 'end', set: 'n' }, times: 1 }], -1),
        }),
        env,
      ),
    ).toBe(-2);
    expect(meaning(add(entry('x', endIndex('n')), size('n'), position(i)), env)).toBe(7);
    expect(() => meaning(reduce('sum', 'k', entry('x', next), wholeSet('n')), env)).toThrow(
      expect.objectContaining({ code: 'index-out-of-range' }),
    );
    expect(
      meaning(
        reduce(
          'sum',
          'k',
          mul(bracket({ kind: 'position', op: '<', left: b0, right: endIndex('n') }), entry('x', next)),
          wholeSet('n'),
        ),
        env,
      ),
    ).toBe(4);
  });

  test('cases look only at the case that holds', () => {
    const t = ifThen(
      { kind: 'compare', op: '>', left: entry('x'), right: integer(0) },
      call('log', entry('x')),
      integer(-1),
    );
    expect(meaning(t, environment({}, { x: scalar(-3) }))).toBe(-1);
    expect(meaning(partial(t, entry('x')), environment({}, { x: scalar(4) }))).toBe(0.25);
  });

  test('inverse and determinant match a 2 by 2 matrix done by hand, derivatives included', () => {
    const A: TensorValue = { shape: [2, 2], data: Float64Array.of(2, 1, 5, 4) };
    const body = entry('A', boundIndex(1), b0);
    const at2 = (indices: Record<string, number>): Environment =>
      environment({ shapes: new Map([['A', ['n', 'n']]]) }, { A }, { n: 2 }, indices);
    expect(Array.from(evaluateTensor(inverse(body, i, j, 'n'), ['i', 'j'], at2({})).data)).toEqual(
      [4 / 3, -1 / 3, -5 / 3, 2 / 3].map((v) => expect.closeTo(v, 14)),
    );
    expect(meaning(determinant(body, 'n'), at2({}))).toBeCloseTo(3, 14);
    expect(meaning(partial(determinant(body, 'n'), entry('A', i, j)), at2({ i: 2, j: 1 }))).toBeCloseTo(-1, 14);
    expect(meaning(partial(inverse(body, i, j, 'n'), entry('A', k, k)), at2({ i: 1, j: 2, k: 2 }))).toBeCloseTo(
      (1 / 3) * (2 / 3),
      14,
    );
    const singular = environment({}, { A: { shape: [2, 2], data: Float64Array.of(0, 0, 0, 4) } }, { n: 2 });
    expect(meaning(partial(determinant(body, 'n'), entry('A', at(1), at(1))), singular)).toBe(4);
  });

  test('a fixed letter reaches the definitions that use it', () => {
    const context: Partial<Context> = {
      definitions: new Map([definition('l', [], call('log', entry('x', freeIndex('c'))))]),
      fixed: new Set(['c']),
      shapes: new Map([['x', ['n']]]),
    };
    const env = environment(context, { x: vector(1, Math.E) }, { n: 2 }, { c: 2 });
    expect(meaning(entry('l'), env)).toBe(1);
    expect(Array.from(evaluateTensor(mul(entry('l'), entry('x', freeIndex('c'))), ['c'], env).data)).toEqual([
      0,
      Math.E,
    ]);
  });

  test('what is missing is named', () => {
    const env = environment({}, { x: vector(1, 2) });
    const code = (t: Term): unknown => {
      try {
        meaning(t, env);
      } catch (e) {
        return (e as { code: string }).code;
      }
      return null;
    };
    expect(code(entry('q'))).toBe('value-missing');
    expect(code(entry('x', i))).toBe('index-missing');
    expect(code(entry('x'))).toBe('wrong-rank');
    expect(code(size('q'))).toBe('size-missing');
    expect(code(entry('x', at(3)))).toBe('index-out-of-range');
    const circular: Partial<Context> = {
      definitions: new Map([definition('u', [], add(entry('v'), one)), definition('v', [], add(entry('u'), one))]),
    };
    expect(() => meaning(entry('u'), environment(circular, {}))).toThrow(
      expect.objectContaining({ code: 'circular-definition' }),
    );
  });

  test('all values over free letters come in their order', () => {
    const env = environment(
      {
        shapes: new Map([
          ['x', ['n']],
          ['W', ['m', 'n']],
        ]),
      },
      { x: vector(1, 2, 3), W: { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) } },
    );
    const t = mul(entry('W', freeIndex('a'), i), entry('x', i));
    expect(evaluateTensor(t, ['i', 'a'], env)).toEqual({ shape: [3, 2], data: Float64Array.of(1, 4, 4, 10, 9, 18) });
    expect(evaluateTensor(add(delta(i, j), mul(integer(0), entry('x', i))), ['i', 'j'], env).shape).toEqual([3, 3]);
  });

  test('a chain of a thousand definitions is evaluated once each', () => {
    const deep = Array.from({ length: 600 }, (_, n) =>
      definition(`h${n + 1}`, [], add(mul(rational(1, 3), entry(`h${n}`)), mul(rational(1, 3), entry(`h${n}`)))),
    );
    const env = environment({ definitions: new Map([definition('h0', [], entry('x')), ...deep]) }, { x: scalar(1) });
    expect(meaning(partial(entry('h600'), entry('x')), env)).toBeCloseTo((2 / 3) ** 600, 110);
  });
});

test('random terms are well formed', () => {
  const random = seeded(5);
  let nodes = 0;
  for (let n = 0; n < 500; n++) {
    const t = randomTerm(random, {
      depth: 5,
      free: [{ letter: 'i', set: 'n' }],
      matrices: true,
      partials: true,
      shifts: true,
      smooth: n % 2 === 0,
    });
    nodes += nodeCount(t);
    expect(freeIndices(t).every((l) => l === 'i')).toBe(true);
    meaning(t, randomEnvironment(random, { i: 2 }));
  }
  expect(nodes).toBeGreaterThan(5000);
});
