// The product rule over an index, without a division: ∂ Π_k f_k = Σ_k (∂f_k) Π_{l≠k} f_l.
// Not here: products of factors that are known not to be 0 (`calculus.ts`); a pattern cannot say that l runs over what
// k runs over.
// Invariant: the result has a value wherever all factors and their derivatives have one.
import {
  boundIndex,
  bracket,
  mul,
  partial,
  reduce,
  type Condition,
  type Partial,
  type Range,
  type Term,
} from '../term/term.ts';
import { shift, shiftIndex } from '../term/walk.ts';

/** Each factor differentiated once beside all others; null where the body is no product over an index. */
export function eachFactorOnce(p: Partial): Term | null {
  const product = p.body;
  if (product.kind !== 'reduce' || product.op !== 'prod') return null;
  const { letter, range, where, body } = product;
  const by = shift(p.by, 1);
  if (by.kind !== 'entry') throw new Error('bug: entry shifted into something else');
  const inside: Range = {
    set: range.set,
    from: range.from && shiftIndex(range.from, 1),
    to: range.to && shiftIndex(range.to, 1),
  };
  const others: Condition = { kind: 'position', op: '!=', left: boundIndex(0), right: boundIndex(1) };
  const rest = reduce('prod', letter, shift(body, 1, 1), inside, both(moved(where), others));
  return reduce('sum', letter, mul(partial(body, by, p.held), rest), range, where);
}

/** A condition under the binder of the product, written under that of the sum around it as well. */
function moved(c: Condition | null): Condition | null {
  if (c === null) return null;
  const t = shift(bracket(c), 1, 1);
  if (t.kind !== 'bracket') throw new Error('bug: a bracket moved into something else');
  return t.condition;
}
const both = (a: Condition | null, b: Condition): Condition =>
  a === null ? b : { kind: 'and', all: [...(a.kind === 'and' ? a.all : [a]), b] };
