// Sums, products, quotients and cases as tensor values.
// Not here: sums over an index (`sums.ts`), what a product of tensors is (`../tensors.ts`).
// Invariant: which factors belong together is decided before any of them is multiplied.
import { must } from '../../term/must.ts';
import { ifThen, reduce } from '../../term/term.ts';
import { close, freeIndices } from '../../term/walk.ts';
import type { Surface } from '../../language/surface.ts';
import { elementwise, isFresh, product, quotient, rank, sum, Unreadable, zip, type Value } from '../tensors.ts';
import { groupAsArgument } from './calls.ts';
import { entryDerivativeValue } from './derivatives.ts';
import type { Elaboration } from './elaboration.ts';
import type { Scope } from './model.ts';
import { letterCounts, operatorLetters, widened } from './operators.ts';
import { ellipsisSum } from './sums.ts';

type Of<K extends Surface['kind']> = Extract<Surface, { kind: K }>;

const isDotted = (s: Surface): boolean =>
  s.kind === 'ellipsis' || (s.kind === 'product' && s.factors[0]?.value.kind === 'ellipsis');

export function sumValue(e: Elaboration, s: Of<'sum'>, scope: Scope): Value {
  if (s.terms.some((t) => isDotted(t.value))) return ellipsisSum(e, s, scope);
  return sum(s.terms.map((t) => ({ sign: t.sign, value: e.value(t.value, scope) })));
}

export function productValue(e: Elaboration, s: Of<'product'>, scope: Scope): Value {
  const parts: { op: string; value: Value }[] = [];
  const factors = s.factors;
  const wide = widened(factors);
  if (wide !== null) e.choices.add('wide');
  if (wide !== null && e.reading.scope === 'wide') return e.value(wide, scope);
  const letters = operatorLetters(factors, e, scope);
  if (letters !== null) return entryDerivativeValue(e, letters.of, [letters.by], scope);
  for (let n = 0; n < factors.length; n++) {
    const f = must(factors[n]);
    const argument = groupAsArgument(e, f.value, factors[n + 1]?.value, factors[n + 1]?.op, scope);
    if (argument !== null) {
      parts.push({ op: f.op, value: argument });
      n++;
      continue;
    }
    parts.push({ op: f.op, value: e.value(f.value, scope) });
  }
  const [first, ...rest] = parts as [{ op: string; value: Value }, ...{ op: string; value: Value }[]];
  const all = rest.reduce((a, f) => times(e, a, f.op, f.value), first.value);
  return scope.einstein
    ? summedRepeats(
        parts.map((p) => p.value),
        all,
        scope,
      )
    : all;
}

function times(e: Elaboration, a: Value, op: string, b: Value): Value {
  if (rank(a) >= 1 && rank(b) >= 1 && op !== '/' && op !== '⊙' && !a.row) e.choices.add('vectors');
  if (op === '/') return quotient(a, b);
  if (op === '⊙') return elementwise(a, b);
  if (op === '·') return product(a, b, 'dot');
  if (op === '*' || op === '×')
    return rank(a) === 1 && rank(b) === 1 && !a.row && !b.row ? elementwise(a, b) : product(a, b, e.reading.vectors);
  return product(a, b, e.reading.vectors);
}

/** The summation convention: a letter that occurs twice in a product, and not on the other side, is summed. */
function summedRepeats(factors: readonly Value[], all: Value, scope: Scope): Value {
  const counts = new Map<string, number>();
  for (const f of factors) for (const [l, n] of letterCounts(f.term)) counts.set(l, (counts.get(l) ?? 0) + n);
  let term = all.term;
  for (const [letter, n] of counts) {
    if (
      n < 2 ||
      scope.head.has(letter) ||
      scope.bound.has(letter) ||
      isFresh(letter) ||
      !freeIndices(term).includes(letter)
    )
      continue;
    term = reduce('sum', letter, close(term, letter));
  }
  return term === all.term ? all : { ...all, term };
}

export function fractionValue(e: Elaboration, s: Of<'fraction'>, scope: Scope): Value {
  const a = e.value(s.num, scope);
  const b = e.value(s.den, scope);
  if (rank(b) === 2 && b.of !== null && rank(a) > 0) throw new Unreadable('a matrix stands in the denominator');
  return quotient(a, b);
}

export function casesValue(e: Elaboration, s: Of<'cases'>, scope: Scope): Value {
  const rows = s.rows.map((r) => ({
    value: e.value(r.value, scope),
    condition: r.condition === null ? null : e.condition(r.condition, scope),
  }));
  const last = rows.at(-1);
  if (last === undefined) throw new Unreadable('there is no case here');
  return rows.slice(0, -1).reduceRight((rest, r) => {
    if (r.condition === null) throw new Unreadable('a case has no condition');
    const c = r.condition;
    return zip(r.value, rest, (x, y) => ifThen(c, x, y), 'the cases');
  }, last.value);
}
