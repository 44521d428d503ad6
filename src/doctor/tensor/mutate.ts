// Every formula that differs from a right one by a single slip: a lost factor, a sign, an axis, another name.
// Not here: slips with a name of their own (`../operations`), the search for the one that fits (`../name`).
// Invariant: a mutant is a formula again; each carries the id of the kind of slip.
import type { Node, Recipe } from './notation.ts';

export interface Mutant {
  readonly id: string;
  readonly recipe: Recipe;
  /** The statement that was changed. */
  readonly at: string;
}
interface Change {
  readonly id: string;
  readonly node: Node;
}

const number = (value: number): Node => ({ kind: 'number', value });
const call = (name: string, ...args: Node[]): Node => ({ kind: 'call', name, args });
const negative = (of: Node): Node => ({ kind: 'negative', of });
const binary = (operator: Extract<Node, { kind: 'binary' }>['operator'], left: Node, right: Node): Node => ({
  kind: 'binary',
  operator,
  left,
  right,
});
const isNumber = (n: Node): boolean => n.kind === 'number';

/** What stands for what: a name of the forward pass and those that people take for it. */
export interface Names {
  /** Names with a value, all of which may be taken for another. */
  readonly known: readonly string[];
  /** Whether a is an input of the step whose result is b. */
  readonly isInputOf: (a: string, b: string) => boolean;
}

const inBinary = (n: Extract<Node, { kind: 'binary' }>): Change[] => {
  const { left, right, operator } = n;
  switch (operator) {
    case '+':
      return [
        { id: 'lost-term', node: left },
        { id: 'lost-term', node: right },
        { id: 'sign', node: binary('-', left, right) },
        { id: 'sign', node: binary('-', right, left) },
      ];
    case '-':
      return [
        { id: 'lost-term', node: left },
        { id: 'lost-term', node: negative(right) },
        { id: 'sign', node: binary('+', left, right) },
        { id: 'sign', node: binary('-', right, left) },
      ];
    case '*':
      return [
        { id: isNumber(right) ? 'lost-constant-factor' : 'lost-factor', node: left },
        { id: isNumber(left) ? 'lost-constant-factor' : 'lost-factor', node: right },
        { id: 'wrong-quantity', node: binary('/', left, right) },
        { id: 'extra-factor', node: binary('*', n, right) },
        { id: 'extra-factor', node: binary('*', n, left) },
      ];
    case '/':
      return [
        { id: isNumber(right) ? 'lost-constant-factor' : 'lost-factor', node: left },
        { id: 'wrong-quantity', node: binary('*', left, right) },
        { id: 'exponent', node: binary('/', n, right) },
        { id: 'exponent', node: binary('/', left, call('sqrt', right)) },
      ];
    case '**':
      return [
        { id: 'exponent', node: left },
        { id: 'exponent', node: binary('**', left, binary('+', right, number(1))) },
        { id: 'exponent', node: binary('**', left, binary('-', right, number(1))) },
      ];
    case '@':
      return [
        { id: 'transpose', node: binary('@', call('T', left), right) },
        { id: 'transpose', node: binary('@', left, call('T', right)) },
        { id: 'transpose', node: binary('@', right, left) },
      ];
    default:
      return [{ id: 'sign', node: binary('<', left, right) }];
  }
};

const REDUCTIONS = new Set(['sum', 'mean', 'max']);

const inCall = (n: Extract<Node, { kind: 'call' }>): Change[] => {
  const [first, second] = n.args as [Node, Node | undefined];
  const along = (name: string, axis: Node | undefined): Node =>
    axis === undefined ? call(name, first) : call(name, first, axis);
  if (REDUCTIONS.has(n.name)) {
    const other = second === undefined ? number(0) : undefined;
    const swapped = n.name === 'sum' ? 'mean' : 'sum';
    return [
      { id: 'wrong-axis', node: along(n.name, other) },
      {
        id: 'dot-over-batch',
        node: n.name === 'sum' ? call('total', first) : binary('/', call('total', first), call('count', first)),
      },
      { id: n.name === 'sum' ? 'mean-not-sum' : 'norm-mean-factor-lost', node: along(swapped, second) },
      { id: 'lost-sum', node: first },
      { id: 'one-term-of-sum', node: along('last', second) },
      { id: 'accumulator-not-reset', node: call('cumsum', n, number(second === undefined ? 0 : 1)) },
    ];
  }
  if (n.name === 'T') return [{ id: 'transpose', node: first }];
  if (n.args.length === 1)
    return [
      { id: 'wrong-quantity', node: first },
      { id: 'activation-twice', node: call(n.name, n) },
      { id: 'sign-in-argument', node: call(n.name, negative(first)) },
    ];
  if (n.name === 'where') return [{ id: 'sign', node: call('where', first, n.args[2] as Node, second as Node) }];
  return [];
};

const inName = (n: Extract<Node, { kind: 'name' }>, names: Names): Change[] => {
  const others = names.known
    .filter((k) => k !== n.name)
    .map(
      (k): Change => ({
        id: names.isInputOf(k, n.name) ? 'input-not-output' : 'wrong-quantity',
        node: { kind: 'name', name: k },
      }),
    );
  others.push({ id: 'exponent', node: binary('**', n, number(2)) });
  if (n.name === 'u') others.push({ id: 'upstream-ignored', node: call('one', n) });
  if (n.name === 'y')
    for (const by of [number(1), negative(number(1))])
      others.push(
        { id: 'label-off-by-one', node: call('shift', n, by) },
        { id: 'label-off-by-one', node: call('roll', n, by) },
      );
  return others;
};

function changesAt(n: Node, names: Names): Change[] {
  switch (n.kind) {
    case 'binary':
      return inBinary(n);
    case 'call':
      return inCall(n);
    case 'negative':
      return [{ id: 'sign', node: n.of }];
    case 'name':
      return inName(n, names);
    case 'number':
      return [];
  }
}

/** n with each change of a part of it. */
function changed(n: Node, names: Names): Change[] {
  const here = changesAt(n, names);
  const below = (part: Node, put: (p: Node) => Node): Change[] =>
    changed(part, names).map((c) => ({ id: c.id, node: put(c.node) }));
  switch (n.kind) {
    case 'negative':
      return [...here, ...below(n.of, (of) => ({ ...n, of }))];
    case 'binary':
      return [...here, ...below(n.left, (left) => ({ ...n, left })), ...below(n.right, (right) => ({ ...n, right }))];
    case 'call':
      return [
        ...here,
        ...n.args.flatMap((arg, i) => below(arg, (a) => ({ ...n, args: n.args.map((b, k) => (k === i ? a : b)) }))),
      ];
    default:
      return here;
  }
}

/** Every recipe with one slip in one of its statements. */
export const mutants = (recipe: Recipe, names: Names): Mutant[] =>
  recipe.flatMap((statement, i) =>
    changed(statement.value, names).map((c) => ({
      id: c.id,
      at: statement.name,
      recipe: recipe.map((s, k) => (k === i ? { name: s.name, value: c.node } : s)),
    })),
  );
