// Calls of functions that are short for a term (`log1p`, `clip`), of statistics (`mean`, `var`, `std`), and of those
// that are refused by name.
// Not here: elementary functions and matrix functions (`calls.ts`), the tables (`term/known-functions.ts`).
// Invariant: a function that has no meaning here is a named error, never a term.
import { must } from '../../term/must.ts';
import { functionSpellings } from '../../term/functions.ts';
import { refusedFunctions, shortFunctions } from '../../term/known-functions.ts';
import { didYouMean } from '../../term/near.ts';
import { call, mul, pow, rational, subtract, type Term } from '../../term/term.ts';
import type { Reader } from './reader.ts';
import { meanOf } from './lengths.ts';
import { headName, type Surface } from '../../language/surface.ts';
import { elementwise, rankOf, scalar, sumAll, termOf, type Value, zip } from './value.ts';
import { isWord } from '../../language/words.ts';

type Apply = Surface & { kind: 'apply' };

/** The value of a call of a function of these tables, or null. */
export function readKnownCall(r: Reader, s: Apply): Value | null {
  const name = headName(s.head) ?? '';
  const hint = refusedFunctions.get(name);
  if (hint !== undefined) return r.fail(s, 'unknown-function', `the function ${name} has no meaning here`, hint);
  const statistic = statistics.get(name);
  if (statistic !== undefined) return readStatistic(r, s, name, statistic);
  if (name === 'inner') return readInner(r, s);
  const short = shortFunctions.get(name);
  if (short === undefined) return null;
  if (s.head.kind !== 'name')
    return r.fail(s.head, 'unexpected-part', `${name} carries a script here`, `write ${name}(…)`);
  if (s.args.length !== short.arity)
    return r.fail(
      s,
      'wrong-arguments',
      `${name} takes ${short.arity} ${short.arity === 1 ? 'argument' : 'arguments'}, not ${s.args.length}`,
      '',
    );
  const values = s.args.map((a) => r.value(a));
  const first = must(values[0]);
  r.copying(s, termOf(first, r), 4);
  if (short.arity === 1) return elementwise(first, r, (t) => short.term(t));
  const widest = values.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a));
  return r.fitting(s, () => {
    // Each argument is brought to the axes of the widest one.
    const placed = values.map((v) =>
      termOf(
        zip(widest, v, r, (_, y) => y, name),
        r,
      ),
    );
    return { ...widest, factors: [short.term(...placed)], pending: [] };
  });
}

/** The sum of the products of entries that stand in the same place. */
function readInner(r: Reader, s: Apply): Value {
  const [a, b] = s.args.map((x) => r.value(x));
  if (s.args.length !== 2 || a === undefined || b === undefined)
    return r.fail(s, 'wrong-arguments', 'an inner product has two factors', 'write \\langle x, y \\rangle');
  if (rankOf(a) !== rankOf(b))
    return r.fail(s, 'rank-mismatch', 'the factors of an inner product must have the same shape', '');
  const products = zip({ ...a, lying: false }, { ...b, lying: false }, r, (x, y) => mul(x, y), 'the inner product');
  return scalar(sumAll(products, r));
}

type Statistic = (r: Reader, s: Apply, v: Value) => Term;

function readStatistic(r: Reader, s: Apply, name: string, statistic: Statistic): Value {
  if (s.args.length !== 1 || s.head.kind !== 'name')
    return r.fail(s, 'wrong-arguments', `${name} takes one vector`, `write ${name}(x), or the sum with its index`);
  const v = r.value(must(s.args[0]));
  if (rankOf(v) === 0)
    return r.fail(
      s,
      'rank-mismatch',
      `the ${name} of a number`,
      `its argument is a vector: write ${name}(x), or (1/n) sum_i x_i with an index`,
    );
  r.copying(s, termOf(v, r), 4);
  return scalar(statistic(r, s, v));
}

const mean = (r: Reader, v: Value, s: Apply): Term => termOf(meanOf(r, v, s), r);
const variance: Statistic = (r, s, v) => {
  const middle = mean(r, v, s);
  const squares = elementwise(v, r, (t) => pow(subtract(t, middle), rational(2)));
  r.readings.push({
    text: r.text.slice(s.start, s.end),
    as: 'the mean of the squared differences from the mean',
    because: 'it is divided by n; write the sum for n - 1',
  });
  return mean(r, squares, s);
};

const statistics: ReadonlyMap<string, Statistic> = new Map<string, Statistic>([
  ['mean', (r, s, v) => mean(r, v, s)],
  ['var', variance],
  ['std', (r, s, v) => call('sqrt', variance(r, s, v))],
]);

/** A name that is called and nearly a known function's is a slip of the pen. */
export function refuseMistyped(r: Reader, s: Apply, name: string): void {
  if (name.length < 4 || isWord(name) || !/^[A-Za-z]+$/.test(name)) return;
  const known = [...functionSpellings(), ...shortFunctions.keys()].filter((f) => f.length >= 4);
  const hint = didYouMean(name, known);
  if (hint !== '')
    r.fail(s.head, 'unknown-function', `the function ${name} is nowhere defined`, `${hint}otherwise define ${name}`);
}
