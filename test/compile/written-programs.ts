// Programs for tests, written as formulas.
// Not here: random programs (`random-program.ts`).
// Invariant: index sets are those that reading the formulas infers, unless shapes are given.
import type { Program, ProgramInput, ProgramOutput } from '../../src/compile/program.ts';
import type { Definition } from '../../src/term/context.ts';
import { readContext } from '../../src/meaning/parse.ts';
import {
  add,
  bracket,
  call,
  divide,
  entry,
  freeIndex,
  integer,
  mul,
  negate,
  one,
  position,
  pow,
  rational,
  reciprocal,
  reduce,
  size,
  subtract,
  wholeSet,
  zero,
  type SetId,
  type Term,
} from '../../src/term/term.ts';
import { close, closeAll, entryNames, mapIndices, mapNode } from '../../src/term/walk.ts';

/** The program of definitions in plain notation; `outputs` are names among them. `shapes` renames the index sets of tensors. */
export function program(
  lines: readonly string[],
  outputs: readonly string[],
  shapes: Readonly<Record<string, readonly SetId[]>> = {},
): Program {
  const context = readContext(lines);
  const names = new Map<SetId, SetId>();
  for (const [tensor, sets] of Object.entries(shapes))
    (context.shapes.get(tensor) ?? []).forEach((set, n) => names.set(set, sets[n] as SetId));
  const set = (s: SetId): SetId => names.get(s) ?? s;
  const definitions = [...context.definitions.values()].map(
    (d): Definition => ({
      ...d,
      params: d.params.map((p) => ({ ...p, set: set(p.set) })),
      body: renameSets(d.body, set),
    }),
  );
  const defined = new Set(definitions.map((d) => d.name));
  const used = new Set(definitions.flatMap((d) => [...entryNames(d.body)]));
  const inputs = [...used]
    .filter((n) => !defined.has(n))
    .map((name): ProgramInput => ({ name, sets: (context.shapes.get(name) ?? []).map(set) }));
  return {
    inputs,
    definitions: inOrder(definitions),
    outputs: outputs.map((name) => outputOf(definitions, name)),
  };
}
function renameSets(t: Term, set: (s: SetId) => SetId): Term {
  const here =
    t.kind === 'size'
      ? { ...t, set: set(t.set) }
      : t.kind === 'reduce'
        ? { ...t, range: { ...t.range, set: set(t.range.set) } }
        : t;
  const ends = mapIndices(here, (i) => (i.kind === 'end' ? { ...i, set: set(i.set) } : i));
  return mapNode(ends, (x) => renameSets(x, set));
}
function inOrder(definitions: readonly Definition[]): Definition[] {
  const out: Definition[] = [];
  const add = (d: Definition): void => {
    if (out.includes(d)) return;
    for (const n of entryNames(d.body)) {
      const other = definitions.find((x) => x.name === n && x !== d);
      if (other !== undefined) add(other);
    }
    out.push(d);
  };
  definitions.forEach(add);
  return out;
}

type Axes = readonly (readonly [letter: string, set: SetId])[];
const e = (name: string, ...letters: readonly string[]): Term => entry(name, ...letters.map(freeIndex));
const sum = (letter: string, set: SetId, body: Term): Term => reduce('sum', letter, close(body, letter), wholeSet(set));
const define = (name: string, axes: Axes, body: Term): Definition => ({
  name,
  params: axes.map(([letter, set]) => ({ letter, set })),
  body: closeAll(
    body,
    axes.map(([letter]) => letter),
  ),
});
const is = (letter: string, label: Term): Term =>
  bracket({ kind: 'compare', op: '=', left: position(freeIndex(letter)), right: label });
/** A decimal as a fraction. */
const decimal = (x: number): Term => rational(Math.round(x * 1e8), 100_000_000);

export interface NetworkOptions {
  readonly hidden: readonly number[];
  readonly activation: 'tanh' | 'relu';
}

/** One step of Adam on a network for classes, its gradients written by hand; rows of X are chosen by `rows`, classes are the integers y of the chosen rows. */
export function network({ hidden, activation }: NetworkOptions): Program {
  const last = hidden.length + 1;
  const set = (l: number): SetId => (l === 0 ? 'D' : l === last ? 'K' : `H${l}`);
  const letter = (l: number): string => 'ijklm'[l] as string;
  const layer = (l: number, at: string): Term => (l === 0 ? e('x', 'n', at) : e(`h${l}`, 'n', at));
  const definitions: Definition[] = [];
  const inputs: ProgramInput[] = [
    { name: 'X', sets: ['N', 'D'] },
    { name: 'rows', sets: ['B'], dtype: 'index' },
    { name: 'y', sets: ['B'], dtype: 'index' },
    { name: 't', sets: [] },
  ];
  const outputs: string[] = ['loss', 't_next'];
  const state: Record<string, string> = { t: 't_next' };
  const row = (name: string, l: number, body: Term): void => {
    definitions.push(
      define(
        name,
        [
          ['n', 'B'],
          [letter(l), set(l)],
        ],
        body,
      ),
    );
  };
  for (let l = 1; l <= last; l++) {
    const [a, b] = [letter(l - 1), letter(l)];
    row(`z${l}`, l, add(sum(a, set(l - 1), mul(layer(l - 1, a), e(`w${l}`, a, b))), e(`b${l}`, b)));
    if (l < last) row(`h${l}`, l, call(activation, e(`z${l}`, 'n', b)));
  }
  const o = letter(last);
  row('p', last, divide(call('exp', e(`z${last}`, 'n', o)), sum('c', 'K', call('exp', e(`z${last}`, 'n', 'c')))));
  row(`d${last}`, last, mul(reciprocal(size('B')), subtract(e('p', 'n', o), is(o, e('y', 'n')))));
  definitions.push(
    define(
      'loss',
      [],
      negate(
        mul(reciprocal(size('B')), sum('n', 'B', sum(o, 'K', mul(is(o, e('y', 'n')), call('log', e('p', 'n', o)))))),
      ),
    ),
  );
  for (let l = last - 1; l >= 1; l--) {
    const [b, c] = [letter(l), letter(l + 1)];
    const slope =
      activation === 'tanh'
        ? subtract(one, pow(e(`h${l}`, 'n', b), integer(2)))
        : bracket({ kind: 'compare', op: '>', left: e(`z${l}`, 'n', b), right: zero });
    row(`d${l}`, l, mul(sum(c, set(l + 1), mul(e(`d${l + 1}`, 'n', c), e(`w${l + 1}`, b, c))), slope));
  }
  definitions.push(
    define('t_next', [], add(e('t'), one)),
    define('c1', [], subtract(one, pow(decimal(0.9), e('t_next')))),
    define('c2', [], subtract(one, pow(decimal(0.999), e('t_next')))),
  );
  for (let l = 1; l <= last; l++) {
    const [a, b] = [letter(l - 1), letter(l)];
    adam(
      `w${l}`,
      [
        [a, set(l - 1)],
        [b, set(l)],
      ],
      sum('n', 'B', mul(layer(l - 1, a), e(`d${l}`, 'n', b))),
    );
    adam(`b${l}`, [[b, set(l)]], sum('n', 'B', e(`d${l}`, 'n', b)));
  }
  function adam(name: string, axes: Axes, gradient: Term): void {
    const at = axes.map(([x]) => x);
    const [g, m, v] = [e(`g_${name}`, ...at), e(`m_${name}_next`, ...at), e(`v_${name}_next`, ...at)];
    definitions.push(
      define(`g_${name}`, axes, gradient),
      define(`m_${name}_next`, axes, add(mul(decimal(0.9), e(`m_${name}`, ...at)), mul(decimal(0.1), g))),
      define(
        `v_${name}_next`,
        axes,
        add(mul(decimal(0.999), e(`v_${name}`, ...at)), mul(decimal(0.001), pow(g, integer(2)))),
      ),
      define(
        `${name}_next`,
        axes,
        subtract(
          e(name, ...at),
          mul(decimal(0.01), divide(divide(m, e('c1')), add(call('sqrt', divide(v, e('c2'))), decimal(1e-8)))),
        ),
      ),
    );
    for (const x of [name, `m_${name}`, `v_${name}`]) {
      inputs.push({ name: x, sets: axes.map(([, s]) => s) });
      outputs.push(`${x}_next`);
      state[x] = `${x}_next`;
    }
  }
  return {
    inputs,
    definitions,
    outputs: outputs.map((name) => outputOf(definitions, name)),
    state,
    gathers: [{ name: 'x', from: 'X', rows: 'rows' }],
  };
}
/** Sizes for such a network: 100 examples of 2 features and 3 classes, 32 a step. */
export const networkSizes = (hidden: readonly number[], batch = 32): Record<string, number> => ({
  N: 100,
  B: batch,
  D: 2,
  K: 3,
  ...Object.fromEntries(hidden.map((n, l) => [`H${l + 1}`, n])),
});

/** The output that asks for a definition itself. */
function outputOf(definitions: readonly Definition[], name: string): ProgramOutput {
  const params = definitions.find((d) => d.name === name)?.params ?? [];
  return {
    name,
    letters: params.map((p) => p.letter),
    sets: params.map((p) => p.set),
    body: entry(name, ...params.map((p) => freeIndex(p.letter))),
  };
}
