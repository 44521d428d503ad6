// Sums, products, quotients and cases as tensor values.
// Not here: sums over an index (`sums.ts`), what a product of tensors is (`../value.ts`).
// Invariant: which factors belong together is decided before any of them is multiplied.
import type { Surface } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import { reduce } from '../../term/term.ts';
import { close } from '../../term/walk.ts';
import { isFresh, settled, termOf, type Value } from '../value.ts';
import { groupAsArgument } from './calls.ts';
import type { Elaboration } from './elaboration.ts';
import { type Factor, readFactors } from './factors.ts';
import { refuseProducts } from './opaque.ts';
import { letterCounts, operatorLetters, widened } from './operators.ts';

type Of<K extends Surface['kind']> = Extract<Surface, { kind: K }>;

export function productValue(e: Elaboration, s: Of<'product'>): Value {
  const { factors } = s;
  refuseProducts(factors.map((f) => f.value));
  const wide = widened(factors);
  if (wide !== null) e.choices.add('wide');
  if (wide !== null && e.reading.scope === 'wide') return e.value(wide);
  const letters = operatorLetters(factors, e);
  if (letters !== null)
    return e.value({ kind: 'entryDerivative', of: letters.of, by: [letters.by], start: s.start, end: s.end });
  const all = readFactors(e, s, withCalls(e, factors));
  return e.scope.einstein ? summedRepeats(e, all) : all;
}

/** `d²(x, μ)`, `\log \sigma(z)`: a name and a bracket that the grammar left side by side are a call. */
function withCalls(e: Elaboration, factors: readonly Factor[]): Factor[] {
  const items: Factor[] = [];
  for (let n = 0; n < factors.length; n++) {
    const f = must(factors[n]);
    const call = groupAsArgument(e, f.value, factors[n + 1]?.value, factors[n + 1]?.op);
    items.push(call === null ? f : { op: f.op, value: call });
    if (call !== null) n++;
  }
  return items;
}

/** The summation convention: a letter that occurs twice in a product, and not on the other side, is summed. */
function summedRepeats(e: Elaboration, all: Value): Value {
  const whole = termOf(all, e);
  let term = whole;
  for (const [letter, n] of letterCounts(whole)) {
    if (n < 2 || e.scope.head.has(letter) || e.scope.bound.has(letter) || isFresh(letter)) continue;
    term = reduce('sum', letter, close(term, letter));
  }
  return term === whole ? all : { ...settled(all, e), factors: [term] };
}
