// Random closed programs and inputs for differential tests.
// Not here: the comparison (`differential.test.ts`).
// Invariant: the same seed gives the same program; every value that it computes is finite and of moderate size.
import { seeded, type Random } from '../../src/check/random.ts';
import type { Program, ProgramInput, ProgramOutput } from '../../src/compile/program.ts';
import type { Definition } from '../../src/term/context.ts';
import {
  add,
  affine,
  at,
  bracket,
  call,
  delta,
  divide,
  entry,
  freeIndex,
  ifThen,
  integer,
  inverse,
  determinant,
  mul,
  negate,
  one,
  position,
  pow,
  rational,
  reduce,
  size,
  wholeSet,
  type Condition,
  type Index,
  type Range,
  type SetId,
  type Term,
} from '../../src/term/term.ts';
import { close, closeAll } from '../../src/term/walk.ts';

export interface RandomProgram {
  readonly program: Program;
  readonly sizes: ReadonlyMap<SetId, number>;
  readonly values: ReadonlyMap<string, { shape: number[]; data: number[] }>;
}

interface Tensor {
  readonly name: string;
  readonly sets: readonly SetId[];
}
interface Letter {
  readonly name: string;
  readonly set: SetId;
}

/** What a random term may name. */
interface World {
  readonly random: Random;
  readonly floats: readonly Tensor[];
  readonly labels: readonly Tensor[];
  readonly sets: readonly SetId[];
  readonly sizes: ReadonlyMap<SetId, number>;
  readonly labelSet: SetId;
}

export function randomProgram(seed: number): RandomProgram {
  const random = seeded(seed);
  const sets: SetId[] = ['n', 'm', 'k'];
  const choices = [1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 16, 17, 33];
  const sizes = new Map(sets.map((s) => [s, choices[Math.floor(random() * choices.length)] as number]));
  const inputs: ProgramInput[] = [
    { name: 'a', sets: [] },
    { name: 'x', sets: ['n'] },
    { name: 'y', sets: ['m'] },
    { name: 'A', sets: ['n', 'm'] },
    { name: 'B', sets: ['m', 'k'] },
    { name: 'C', sets: ['k', 'm'] },
    { name: 'Q', sets: ['n', 'n'] },
    { name: 'D', sets: ['n', 'm', 'k'] },
    { name: 'r', sets: ['n'], dtype: 'index' },
  ];
  const floats: Tensor[] = inputs.filter((i) => i.dtype === undefined).map(({ name, sets: s }) => ({ name, sets: s }));
  const labels: Tensor[] = [{ name: 'r', sets: ['n'] }];
  const definitions: Definition[] = [];
  const world = (): World => ({ random, floats, labels, sets, sizes, labelSet: 'm' });
  for (let n = Math.floor(random() * 4); n > 0; n--) {
    const letters = randomLetters(random, sets);
    const body = bounded(randomTerm(world(), letters, 4));
    const name = `f${n}`;
    definitions.push({
      name,
      params: letters.map((l) => ({ letter: l.name, set: l.set })),
      body: closeAll(
        body,
        letters.map((l) => l.name),
      ),
    });
    floats.push({ name, sets: letters.map((l) => l.set) });
  }
  const outputs: ProgramOutput[] = [];
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const letters = randomLetters(random, sets);
    outputs.push({
      name: `out${n}`,
      letters: letters.map((l) => l.name),
      sets: letters.map((l) => l.set),
      body: randomTerm(world(), letters, 5),
    });
  }
  const values = new Map(
    inputs.map((i) => {
      const shape = i.sets.map((s) => sizes.get(s) as number);
      const count = shape.reduce((p, q) => p * q, 1);
      const one = (): number =>
        i.dtype === 'index' ? Math.floor(random() * (sizes.get('m') as number)) : Math.fround(random() * 4 - 2);
      return [i.name, { shape, data: Array.from({ length: count }, one) }];
    }),
  );
  return { program: { inputs, definitions, outputs }, sizes, values };
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
/** Keeps a definition's values moderate, so that powers of powers do not overflow. */
const bounded = (t: Term): Term => call('tanh', mul(rational(1, 4), t));

function randomLetters(random: Random, sets: readonly SetId[]): Letter[] {
  const count = Math.floor(random() * 3.3);
  return ['i', 'j', 'l'].slice(0, count).map((name) => ({ name, set: pick(random, sets) }));
}

let fresh = 0;

function randomEntry(w: World, letters: readonly Letter[]): Term {
  const fitting = w.floats.filter((t) => t.sets.every((s) => letters.some((l) => l.set === s)));
  const t = pick(w.random, fitting);
  return entry(
    t.name,
    ...t.sets.map(
      (s): Index =>
        w.random() < 0.05
          ? at(1 + Math.floor(w.random() * (w.sizes.get(s) as number)))
          : freeIndex(
              pick(
                w.random,
                letters.filter((l) => l.set === s),
              ).name,
            ),
    ),
  );
}

function randomTerm(w: World, letters: readonly Letter[], depth: number): Term {
  const { random } = w;
  if (depth === 0)
    return random() < 0.8
      ? randomEntry(w, letters)
      : pick<Term>(random, [rational(1, 2), integer(2), rational(-3, 4), one]);
  const sub = (): Term => randomTerm(w, letters, depth - 1);
  const kind = pick(random, Object.keys(makers) as (keyof typeof makers)[]);
  return makers[kind](w, letters, depth, sub);
}

type Maker = (w: World, letters: readonly Letter[], depth: number, sub: () => Term) => Term;
const makers = {
  entry: (w, letters) => randomEntry(w, letters),
  entry2: (w, letters) => randomEntry(w, letters),
  add: (_w, _l, _d, sub) => add(sub(), sub()),
  subtract: (_w, _l, _d, sub) => add(sub(), negate(sub())),
  mul: (_w, _l, _d, sub) => mul(sub(), sub()),
  divide: (_w, _l, _d, sub) => divide(sub(), add(one, pow(sub(), integer(2)))),
  function: (w, _l, _d, sub) =>
    call(pick(w.random, ['tanh', 'sigmoid', 'softplus', 'relu', 'abs', 'sin', 'cos', 'erf', 'atan'] as const), sub()),
  exp: (_w, _l, _d, sub) => call('exp', call('tanh', sub())),
  log: (_w, _l, _d, sub) => call('log', add(one, pow(sub(), integer(2)))),
  root: (_w, _l, _d, sub) => call('sqrt', add(one, pow(sub(), integer(2)))),
  power: (w, _l, _d, sub) => pow(call('tanh', sub()), integer(pick(w.random, [2, 3, 5]))),
  extreme: (w, _l, _d, sub) => call(pick(w.random, ['max', 'min'] as const), sub(), sub()),
  choice: (w, letters, _d, sub) => (letters.length > 0 ? ifThen(randomCondition(w, letters), sub(), sub()) : sub()),
  bracket: (w, letters, _d, sub) => (letters.length > 0 ? mul(bracket(randomCondition(w, letters)), sub()) : sub()),
  delta: (w, letters, _d, sub) => {
    const same = letters.filter((l) => letters.some((m) => m !== l && m.set === l.set));
    return same.length === 0
      ? sub()
      : mul(
          delta(
            freeIndex((same[0] as Letter).name),
            freeIndex((same.find((l) => l !== same[0] && l.set === same[0]?.set) ?? (same[0] as Letter)).name),
          ),
          sub(),
        );
  },
  position: (w, letters) =>
    letters.length === 0 ? one : mul(rational(1, 8), position(freeIndex(pick(w.random, letters).name))),
  size: (w) => divide(one, size(pick(w.random, w.sets))),
  sum: (w, letters, depth) => randomReduce(w, letters, depth, 'sum'),
  sum2: (w, letters, depth) => randomReduce(w, letters, depth, 'sum'),
  contraction: (w, letters, depth) => {
    const l = newLetter(w);
    const inner = [...letters, l];
    const product = mul(randomEntry(w, inner), randomEntry(w, inner), ...(depth > 2 ? [randomTerm(w, inner, 1)] : []));
    return mul(rational(1, 4), closed('sum', l, product));
  },
  max: (w, letters, depth) => randomReduce(w, letters, depth, pick(w.random, ['max', 'min'] as const)),
  prod: (w, letters, depth) => randomReduce(w, letters, depth, 'prod'),
  softmax: (w, letters) => {
    const l = newLetter(w);
    const own = letters.filter((x) => x.set === l.set);
    const logit = randomTerm(w, [...letters, l], 1);
    const total = closed('sum', l, call('exp', logit));
    if (own.length === 0) return call('log', total);
    const here = randomTermAt(logit, l, pick(w.random, own));
    return w.random() < 0.3 ? call('log', divide(call('exp', here), total)) : divide(call('exp', here), total);
  },
  labels: (w, letters, depth) => {
    const rows = letters.filter((x) => x.set === 'n');
    if (rows.length === 0) return randomEntry(w, letters);
    const l: Letter = { name: `q${fresh++}`, set: w.labelSet };
    const equal = bracket({
      kind: 'compare',
      op: '=',
      left: position(freeIndex(l.name)),
      right: entry('r', freeIndex(pick(w.random, rows).name)),
    });
    return closed('sum', l, mul(equal, randomTerm(w, [...letters, l], depth - 1)));
  },
  neighbours: (w, letters) => {
    const n = w.sizes.get('n') as number;
    const l: Letter = { name: `q${fresh++}`, set: 'n' };
    const next = affine([{ variable: { kind: 'free', name: l.name }, times: 1 }], 1);
    return closed(
      'sum',
      l,
      mul(entry('x', freeIndex(l.name)), call('tanh', add(entry('x', next), randomTerm(w, [...letters, l], 1)))),
      { set: 'n', from: at(1), to: at(n - 1) },
    );
  },
  inverse: (w, letters, _d, sub) => {
    const own = letters.filter((x) => x.set === 'n');
    const [i, j] = [`q${fresh++}`, `q${fresh++}`];
    const matrix = add(
      mul(rational(1, 16), entry('Q', freeIndex(i), freeIndex(j))),
      mul(integer(2), delta(freeIndex(i), freeIndex(j))),
    );
    if ((w.sizes.get('n') as number) > 10) return sub();
    if (own.length === 0) return mul(rational(1, 1024), determinant(closeAll(matrix, [i, j]), 'n'));
    return inverse(closeAll(matrix, [i, j]), freeIndex((own[0] as Letter).name), at(1), 'n');
  },
} satisfies { [name: string]: Maker };

const newLetter = (w: World): Letter => ({ name: `q${fresh++}`, set: pick(w.random, w.sets) });
const closed = (
  op: 'sum' | 'prod' | 'max' | 'min',
  l: Letter,
  body: Term,
  range: Range = wholeSet(l.set),
  where: Condition | null = null,
): Term => {
  const under = where === null ? null : close(bracket(where), l.name);
  return reduce(op, l.name, close(body, l.name), range, under?.kind === 'bracket' ? under.condition : null);
};
function randomTermAt(t: Term, from: Letter, to: Letter): Term {
  const under = close(t, from.name);
  return openWith(under, freeIndex(to.name));
}
import { open as openWith } from '../../src/term/walk.ts';

function randomReduce(w: World, letters: readonly Letter[], depth: number, op: 'sum' | 'prod' | 'max' | 'min'): Term {
  const l = newLetter(w);
  const inner = [...letters, l];
  const n = w.sizes.get(l.set) as number;
  const own = letters.filter((x) => x.set === l.set);
  const restricted =
    w.random() < 0.2 && own.length > 0 && op !== 'max' && op !== 'min'
      ? ({ kind: 'position', op: '!=', left: freeIndex(l.name), right: freeIndex((own[0] as Letter).name) } as const)
      : null;
  const partial =
    w.random() < 0.15 && restricted === null && n > 1 ? { set: l.set, from: at(2), to: at(n) } : wholeSet(l.set);
  const body = randomTerm(w, inner, depth - 1);
  if (op === 'prod') return closed(op, l, add(one, mul(rational(1, 8), call('tanh', body))), partial, restricted);
  const t = closed(op, l, body, partial, restricted);
  return op === 'sum' ? mul(rational(1, Math.max(1, n)), t) : t;
}

function randomCondition(w: World, letters: readonly Letter[]): Condition {
  const l = pick(w.random, letters);
  const others = letters.filter((x) => x.set === l.set && x !== l);
  const right =
    others.length > 0
      ? freeIndex((others[0] as Letter).name)
      : at(1 + Math.floor(w.random() * (w.sizes.get(l.set) as number)));
  const c: Condition = {
    kind: 'position',
    op: pick(w.random, ['=', '!=', '<', '<=', '>', '>='] as const),
    left: freeIndex(l.name),
    right,
  };
  return w.random() < 0.2
    ? { kind: 'not', of: c }
    : w.random() < 0.2
      ? { kind: 'or', all: [c, { kind: 'compare', op: '<', left: randomEntry(w, letters), right: rational(1, 3) }] }
      : c;
}
