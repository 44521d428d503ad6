// Sums, products and maxima: their bound letters, ranges and conditions; bare Σ; sums with dots.
// Not here: the summation convention (`elaborator.ts`).
// Invariant: a letter is guessed only where one candidate is left.
import { scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import type { Condition, Term } from '../../term/term.ts';
import { freeIndices } from '../../term/walk.ts';
import { isFresh, tensor, termOf, Unreadable, type Value } from '../value.ts';
import { readCondition } from './cases.ts';
import type { Elaboration } from './elaboration.ts';
import { sumOverValues } from './opaque.ts';
import { bindLetters, carriesEntries, conditionFromZero, countedFromZero, rangeOf, startsAtZero } from './ranges.ts';

type Reduction = Extract<Surface, { kind: 'reduce' }>;

export function reduceValue(e: Elaboration, s: Reduction): Value {
  const overValues = sumOverValues(e, s);
  if (overValues !== null) return overValues;
  const written = s.binding.letters;
  return e.under({ bound: new Set([...e.scope.bound, ...written]) }, () => reduced(e, s, written));
}

function reduced(e: Elaboration, s: Reduction, written: readonly string[]): Value {
  const body = e.value(s.body);
  let term = termOf(body, e);
  const letters = written.length === 0 ? [guessLetter(e, term)] : written.map((l) => bindingLetter(e, l, term));
  let where = s.binding.where === null ? null : whereOf(e, s.binding.where);
  const [only] = letters;
  const entries = only === undefined || carriesEntries(term, only);
  const range = rangeOf(e, s, entries);
  if (only !== undefined && startsAtZero(s)) {
    term = countedFromZero(term, only);
    where = where && conditionFromZero(where, only);
  }
  return tensor(bindLetters(s.op, letters, term, range, where), body.axes, body.row);
}

/** `j ∈ C` names the set and restricts nothing. */
function whereOf(e: Elaboration, s: Surface): Condition | null {
  const u = unwrap(s);
  if (u.kind === 'relation' && u.links.length === 1 && u.links[0]?.op === '∈') {
    const set = scripted(u.links[0].value);
    if (set === null && u.links[0].value.kind === 'apply')
      throw new Unreadable('the range of the sum is told by a function');
    return null;
  }
  if (u.kind === 'relation' && u.links.some((l) => l.op === '∉' || l.op === '→'))
    throw new Unreadable('the range of the sum is not understood');
  return readCondition(e, s);
}

/** Free letters that a bare Σ could run over. */
const candidates = (e: Elaboration, t: Term): string[] =>
  freeIndices(t).filter((l) => !isFresh(l) && !e.scope.bound.has(l));

function guessLetter(e: Elaboration, body: Term): string {
  const open = candidates(e, body);
  const free = open.filter((l) => !e.scope.head.has(l));
  if (free.length === 1) return must(free[0]);
  if (free.length === 0 && open.length === 1) return must(open[0]);
  throw new Unreadable('the sum does not say which index it runs over');
}

/** `\sum_K e^{z_k}`: a capital names the range, the letter stands in the body. */
function bindingLetter(e: Elaboration, written: string, body: Term): string {
  const free = freeIndices(body);
  if (free.includes(written) || /^[a-z]/.test(written)) return written;
  const open = free.filter((l) => !isFresh(l) && !e.scope.bound.has(l));
  const lower = written.toLowerCase();
  if (open.includes(lower)) return lower;
  const others = open.filter((l) => !e.scope.head.has(l));
  return others.length === 1 ? must(others[0]) : written;
}
