// Calls of functions that are short for a term (`log1p`, `clip`), inner products, and those that are refused by name.
// Not here: elementary functions and those of vectors and matrices (`calls.ts`), the table (`term/functions.ts`).
// Invariant: a function that has no meaning here is a named error, never a term.
import { must } from '../../term/must.ts';
import { calledFunctions, functionRow } from '../../term/functions.ts';
import { didYouMean } from '../../term/near.ts';
import { mul, type Term } from '../../term/term.ts';
import type { Reader } from './reader.ts';
import { headName, type Surface } from '../../language/surface.ts';
import { elementwise, rankOf, scalar, sumAll, termOf, type Value, zip } from '../value.ts';
import { isWord } from '../../language/words.ts';

type Apply = Surface & { kind: 'apply' };

/** The value of a call of a function that is short for a term, or null. Throws where it has no meaning here. */
export function readKnownCall(r: Reader, s: Apply): Value | null {
  const name = headName(s.head) ?? '';
  const row = functionRow(name);
  if (row === undefined) return null;
  if (row.means.kind === 'refused')
    return r.fail(s, 'unknown-function', `the function ${name} has no meaning here`, row.means.hint);
  return row.means.kind === 'short' ? readShort(r, s, name, { arity: row.arity, term: row.means.term }) : null;
}

function readShort(
  r: Reader,
  s: Apply,
  name: string,
  short: { readonly arity: number | 'many'; readonly term: (...args: readonly Term[]) => Term },
): Value {
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
export function readInner(r: Reader, s: Apply): Value {
  const [a, b] = s.args.map((x) => r.value(x));
  if (s.args.length !== 2 || a === undefined || b === undefined)
    return r.fail(s, 'wrong-arguments', 'an inner product has two factors', 'write \\langle x, y \\rangle');
  if (rankOf(a) !== rankOf(b))
    return r.fail(s, 'rank-mismatch', 'the factors of an inner product must have the same shape', '');
  const products = zip({ ...a, row: false }, { ...b, row: false }, r, (x, y) => mul(x, y), 'the inner product');
  return scalar(sumAll(products, r));
}

/** A name that is called and nearly a known function's is a slip of the pen. */
export function refuseMistyped(r: Reader, s: Apply, name: string): void {
  if (name.length < 4 || isWord(name) || !/^[A-Za-z]+$/.test(name)) return;
  const known = calledFunctions().filter((f) => f.length >= 4);
  const hint = didYouMean(name, known);
  if (hint !== '')
    r.fail(s.head, 'unknown-function', `the function ${name} is nowhere defined`, `${hint}otherwise define ${name}`);
}
