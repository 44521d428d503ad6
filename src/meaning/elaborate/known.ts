// Calls of functions of the function table that are no elementary ones: functions of vectors and matrices, functions
// that are short for a term, notations that look like calls.
// Not here: what the functions are (`term/functions.ts`), terms of the entries of a vector (`entries.ts`).
// Invariant: a function that has no meaning here is a fault that says how to write what is meant.
import type { FormName, FunctionRow, Meaning, Operation } from '../../term/function-row.ts';
import { must } from '../../term/must.ts';
import { delta, determinant, freeIndex, ifThen, inverse, mul, position, type Term } from '../../term/term.ts';
import { closeAll } from '../../term/walk.ts';
import { headName, type Surface } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { readCondition } from './cases.ts';
import { argument, arity, readEntries } from './entries.ts';
import {
  determinantOf,
  diagonal,
  dotProduct,
  elementwise,
  inverseOf,
  rankOf,
  rowSum,
  scalar,
  sumAll,
  tensor,
  termOf,
  traceOf,
  transpose,
  type Value,
  zip,
} from '../value.ts';

type Apply = Surface & { kind: 'apply' };
type Builtin = (e: Env, s: Apply) => Value;

/** The value of a call of a function of the table; null where its meaning stands elsewhere (an elementary one, `d`). */
export function readKnown(e: Env, s: Apply, row: FunctionRow): Value | null {
  const { means } = row;
  const name = headName(s.head) ?? '';
  switch (means.kind) {
    case 'refused':
      return e.fail(s, 'unknown-function', `the function ${name} has no meaning here`, means.hint);
    case 'short':
      return readShort(e, s, name, row, means);
    case 'entries':
      return e.fitting(s, () => readEntries(e, s, row, means));
    case 'operation':
      return e.fitting(s, () => operations[means.operation](e, s));
    case 'form': {
      const read = forms[means.form];
      return read === null ? null : e.fitting(s, () => read(e, s));
    }
    case 'elementary':
      return null;
  }
}

function readShort(e: Env, s: Apply, name: string, row: FunctionRow, means: Meaning & { kind: 'short' }): Value {
  if (s.head.kind !== 'name')
    return e.fail(s.head, 'unexpected-part', `${name} carries a script here`, `write ${name}(…)`);
  arity(e, s, row, name);
  const values = s.args.map((a) => e.value(a));
  const first = must(values[0]);
  e.copying(s, termOf(first, e), 4);
  if (row.arity === 1) return elementwise(first, e, (t) => means.term(t));
  // Each argument is brought to the axes of the widest one.
  const widest = values.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a));
  return e.fitting(s, () => {
    const placed = values.map((v) =>
      termOf(
        zip(widest, v, e, (_, y) => y, name),
        e,
      ),
    );
    return tensor(means.term(...placed), widest.axes, widest.row);
  });
}

/** An operation on the values of its arguments. */
const of =
  (count: 1 | 2, f: (e: Env, a: Value, b: Value, s: Apply) => Value): Builtin =>
  (e, s) => {
    arity(e, s, { arity: count });
    const values = s.args.map((a) => e.value(a));
    return f(e, must(values[0]), must(values[count - 1]), s);
  };

/** `inv_{a,b}(body)` and `det_{a,b}(body)`: rows and columns named by letters. */
function letteredBody(
  e: Env,
  s: Apply,
  head: Surface & { kind: 'subscript' },
): { body: Term; letters: [string, string] } {
  const letters = e.lettersOf(head.parts);
  const [row, column] = letters;
  if (letters.length !== 2 || row === undefined || column === undefined)
    return e.fail(head, 'bad-binding', 'a row letter and a column letter are needed here', 'write inv_{a,b}(X_ab)');
  const body = e.within(letters, false, () => closeAll(e.term(argument(e, s)), [row, column]));
  return { body, letters: [row, column] };
}

const inverted: Builtin = (e, s) => {
  if (s.head.kind !== 'subscript') return of(1, (_, v) => inverseOf(v, e))(e, s);
  const { body, letters } = letteredBody(e, s, s.head);
  const [row, column] = [e.axis(), e.axis()];
  return tensor(inverse(body, freeIndex(row), freeIndex(column), '', letters), [row, column]);
};
const determined: Builtin = (e, s) => {
  if (s.head.kind !== 'subscript') return of(1, (_, v) => scalar(determinantOf(v, e)))(e, s);
  const { body, letters } = letteredBody(e, s, s.head);
  return scalar(determinant(body, '', letters));
};

/** The sum of the products of entries that stand in the same place. */
function innerOf(e: Env, a: Value, b: Value, s: Apply): Value {
  if (rankOf(a) !== rankOf(b))
    return e.fail(s, 'rank-mismatch', 'the factors of an inner product must have the same shape');
  const products = zip({ ...a, row: false }, { ...b, row: false }, e, (x, y) => mul(x, y), 'the inner product');
  return scalar(sumAll(products, e));
}

const operations: { readonly [O in Operation]: Builtin } = {
  inverse: inverted,
  determinant: determined,
  trace: of(1, (_, v) => traceOf(v)),
  transpose: of(1, (_, v) => transpose(v)),
  diagonal: of(1, (e, v) => diagonal(v, e)),
  'row-sum': of(1, (e, v) => (rankOf(v) < 2 ? v : rowSum(v, e))),
  dot: of(2, (e, a, b) => dotProduct(a, b, e)),
  inner: of(2, innerOf),
};

/** Notations whose meaning is not the reader's own. */
const forms: { readonly [F in FormName]: Builtin | null } = {
  if: (e, s) => {
    arity(e, s, { arity: 3 });
    const condition = readCondition(e, argument(e, s));
    const [then, otherwise] = [e.value(argument(e, s, 1)), e.value(argument(e, s, 2))];
    return zip(then, otherwise, e, (x, y) => ifThen(condition, x, y), 'the cases');
  },
  position: (e, s) => {
    arity(e, s, { arity: 1 });
    return scalar(position(e.index(argument(e, s))));
  },
  delta: (e, s) => {
    arity(e, s, { arity: 2 });
    return scalar(delta(e.index(argument(e, s)), e.index(argument(e, s, 1))));
  },
  size: null,
  derivative: null,
  product: null,
  vec: null,
};
