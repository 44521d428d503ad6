// Sums, products, quotients and cases as tensor values.
// Not here: sums over an index (`sums.ts`), what a product of tensors is (`../value.ts`).
// Invariant: which factors belong together is decided before any of them is multiplied.
import type { Surface } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import { divide, ifThen, mul, reduce } from '../../term/term.ts';
import { close, freeIndices } from '../../term/walk.ts';
import { dotProduct, isFresh, product, rankOf, settled, sum, termOf, Unreadable, type Value, zip } from '../value.ts';
import { groupAsArgument } from './calls.ts';
import { entryDerivativeValue } from './derivatives.ts';
import type { Elaboration } from './elaboration.ts';
import { letterCounts, operatorLetters, widened } from './operators.ts';
import { ellipsisSum } from './sums.ts';

type Of<K extends Surface['kind']> = Extract<Surface, { kind: K }>;

const isDotted = (s: Surface): boolean =>
  s.kind === 'ellipsis' || (s.kind === 'product' && s.factors[0]?.value.kind === 'ellipsis');

export function sumValue(e: Elaboration, s: Of<'sum'>): Value {
  if (s.terms.some((t) => isDotted(t.value))) return ellipsisSum(e, s);
  return sum(
    s.terms.map((t) => ({ sign: t.sign, value: e.value(t.value) })),
    e,
  );
}

export function productValue(e: Elaboration, s: Of<'product'>): Value {
  const parts: { op: string; value: Value }[] = [];
  const factors = s.factors;
  const wide = widened(factors);
  if (wide !== null) e.choices.add('wide');
  if (wide !== null && e.reading.scope === 'wide') return e.value(wide);
  const letters = operatorLetters(factors, e);
  if (letters !== null) return entryDerivativeValue(e, letters.of, [letters.by]);
  for (let n = 0; n < factors.length; n++) {
    const f = must(factors[n]);
    const argument = groupAsArgument(e, f.value, factors[n + 1]?.value, factors[n + 1]?.op);
    if (argument !== null) {
      parts.push({ op: f.op, value: argument });
      n++;
      continue;
    }
    parts.push({ op: f.op, value: e.value(f.value) });
  }
  const [first, ...rest] = parts as [{ op: string; value: Value }, ...{ op: string; value: Value }[]];
  const all = rest.reduce((a, f) => times(e, a, f.op, f.value), first.value);
  return e.scope.einstein
    ? summedRepeats(
        e,
        parts.map((p) => p.value),
        all,
      )
    : all;
}

function times(e: Elaboration, a: Value, op: string, b: Value): Value {
  if (rankOf(a) >= 1 && rankOf(b) >= 1 && op !== '/' && op !== '⊙' && !a.row) e.choices.add('vectors');
  if (op === '/') return quotient(e, a, b);
  if (op === '⊙') return entrywise(e, a, b);
  if (op === '·') return dotProduct(a, b, e);
  if ((op === '*' || op === '×') && rankOf(a) === 1 && rankOf(b) === 1 && !a.row && !b.row) return entrywise(e, a, b);
  return product(a, b, e);
}

const entrywise = (e: Elaboration, a: Value, b: Value): Value =>
  zip(a, b, e, (x, y) => mul(x, y), 'the entrywise product');
const quotient = (e: Elaboration, a: Value, b: Value): Value => zip(a, b, e, divide, 'the quotient');

/** The summation convention: a letter that occurs twice in a product, and not on the other side, is summed. */
function summedRepeats(e: Elaboration, factors: readonly Value[], all: Value): Value {
  const counts = new Map<string, number>();
  for (const f of factors) for (const [l, n] of letterCounts(termOf(f, e))) counts.set(l, (counts.get(l) ?? 0) + n);
  const whole = termOf(all, e);
  let term = whole;
  for (const [letter, n] of counts) {
    if (
      n < 2 ||
      e.scope.head.has(letter) ||
      e.scope.bound.has(letter) ||
      isFresh(letter) ||
      !freeIndices(term).includes(letter)
    )
      continue;
    term = reduce('sum', letter, close(term, letter));
  }
  return term === whole ? all : { ...settled(all, e), factors: [term] };
}

export function fractionValue(e: Elaboration, s: Of<'fraction'>): Value {
  const a = e.value(s.num);
  const b = e.value(s.den);
  if (rankOf(b) === 2 && b.whole !== null && rankOf(a) > 0) throw new Unreadable('a matrix stands in the denominator');
  return quotient(e, a, b);
}

export function casesValue(e: Elaboration, s: Of<'cases'>): Value {
  const rows = s.rows.map((r) => ({
    value: e.value(r.value),
    condition: r.condition === null ? null : e.condition(r.condition),
  }));
  const last = rows.at(-1);
  if (last === undefined) throw new Unreadable('there is no case here');
  return rows.slice(0, -1).reduceRight((rest, r) => {
    if (r.condition === null) throw new Unreadable('a case has no condition');
    const c = r.condition;
    return zip(r.value, rest, e, (x, y) => ifThen(c, x, y), 'the cases');
  }, last.value);
}
