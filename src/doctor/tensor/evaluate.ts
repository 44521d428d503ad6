// What the words of `notation.ts` mean.
// Not here: reading, changing.
// Invariant: a formula whose shapes do not fit throws ShapeError and nothing else.
import { must } from '../../term/must.ts';
import type { Node, Operator, Recipe } from './notation.ts';
import * as words from './words.ts';
import { ShapeError, map, matmul, scalar, zip, type Tensor } from './tensor.ts';

export type Environment = ReadonlyMap<string, Tensor>;

const OPERATORS: Readonly<Record<Exclude<Operator, '@'>, (x: number, y: number) => number>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
  '**': (x, y) => x ** y,
  '>': (x, y) => (x > y ? 1 : 0),
  '>=': (x, y) => (x >= y ? 1 : 0),
  '<': (x, y) => (x < y ? 1 : 0),
  '==': (x, y) => (x === y ? 1 : 0),
};

/** The value of a formula. Errors: ShapeError where the shapes do not fit or a name has no value. */
export function valueOf(n: Node, env: Environment): Tensor {
  switch (n.kind) {
    case 'number':
      return scalar(n.value);
    case 'name': {
      const value = env.get(n.name);
      if (value === undefined) throw new ShapeError(`${n.name} has no value`);
      return value;
    }
    case 'negative':
      return map(valueOf(n.of, env), (x) => -x);
    case 'binary': {
      const [left, right] = [valueOf(n.left, env), valueOf(n.right, env)];
      return n.operator === '@' ? matmul(left, right) : zip(left, right, OPERATORS[n.operator]);
    }
    case 'call':
      return word(n.name)(n.args.map((a) => valueOf(a, env)));
  }
}

/** Runs the statements one after the other; the answer has every name. Errors: ShapeError. */
export function follow(steps: Recipe, env: Environment): Map<string, Tensor> {
  const known = new Map(env);
  for (const s of steps) known.set(s.name, valueOf(s.value, known));
  return known;
}

const word = (name: string): ((args: Tensor[]) => Tensor) => must(words.table[name]);
