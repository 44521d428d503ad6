// Index expressions: letters, numbers, `i+1`, the end of a range; and conditions between them.
// Not here: which scripts are indices at all (`../usage.ts`).
// Invariant: an index that is no letter, number or sum of such is unreadable, never guessed.
import { letterOf, scripted, scriptText } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import { addIndices, affine, at, dataIndex, endIndex, freeIndex, type Index, variablesOf } from '../../term/term.ts';
import { isPositionEntry } from '../positions.ts';
import type { Usage } from '../usage.ts';
import { Unreadable } from '../value.ts';
import type { Elaboration } from './elaboration.ts';

/** A written position beyond this would make an axis that is too long to calculate with. */
const mostEntries = 500n;

/** The index that a subscript stands for; `zeroBased`: numbers count from 0. */
function indexOf(s: Surface, usage: Usage, bound: ReadonlySet<string>, zeroBased: boolean): Index {
  const u = unwrap(s);
  if (u.kind === 'number' && u.num > mostEntries)
    throw new Unreadable(`an axis with ${u.num} entries is too long to try out`);
  if (u.kind === 'number' && u.den === 1n) return at(Number(u.num) + (zeroBased ? 1 : 0));
  const letter = letterOf(u);
  if (letter !== null)
    return usage.sizes.has(letter) && !bound.has(letter) && !usage.bound.has(letter)
      ? endIndex(letter)
      : freeIndex(letter);
  if (u.kind === 'sum') {
    return u.terms.reduce<Index>(
      (sum, t) => {
        const v = unwrap(t.value);
        if (v.kind === 'number' && v.den === 1n && v.num <= mostEntries)
          return addIndices(sum, at(Number(v.num)), t.sign);
        return addIndices(sum, indexOf(t.value, usage, bound, false), t.sign);
      },
      affine([], 0),
    );
  }
  if (u.kind === 'product' && u.factors.length === 2 && u.factors[0]?.value.kind === 'number') {
    const of = indexOf(must(u.factors[1]).value, usage, bound, false);
    return addIndices(at(0), of, Number(u.factors[0].value.num));
  }
  const entry = u.kind === 'subscript' ? scripted(u) : null;
  if (entry !== null && entry.sups.length === 0 && !entry.transposed && entry.primes === 0)
    return dataIndex(entry.name, ...entry.subs.map((x) => indexOf(x, usage, bound, false)));
  throw new Unreadable(`the index ${scriptText(s)} is neither a letter nor a number`);
}

/** The index, with what its data say of their tensors: no formula defines them. */
export function indexIn(e: Elaboration, s: Surface, zeroBased: boolean): Index {
  const index = indexOf(s, e.model.usage, e.scope.bound, zeroBased);
  for (const v of variablesOf(index)) {
    if (v.kind !== 'data') continue;
    if (e.model.registry.isListed(v.name)) throw new Unreadable(`${v.name} is defined and stands as an index`);
    e.quantity(v.name, v.name, v.indices);
  }
  return index;
}

/** Whether both sides of a relation are indices rather than numbers. */
const isIndexLetter = (s: Surface, usage: Usage, bound: ReadonlySet<string>): boolean => {
  const letter = letterOf(unwrap(s));
  if (letter === null) return false;
  const use = usage.names.get(letter.replace(/'+$/, ''));
  return (
    bound.has(letter) ||
    usage.bound.has(letter) ||
    (usage.indexLetters.has(letter) && (use === undefined || use.subLetters.size === 0) && /^[a-z]/.test(letter))
  );
};

/** Whether a comparison is one of positions: both sides are indices, or one is and the other a number. */
export const arePositions = (left: Surface, right: Surface, usage: Usage, bound: ReadonlySet<string>): boolean =>
  [left, right].some((x) => isIndexLetter(x, usage, bound) || isData(x, usage)) &&
  isPosition(left, usage) &&
  isPosition(right, usage);

/** The t_n of `1{j = t_n}` where t holds positions. */
const isData = (s: Surface, usage: Usage): boolean => isPositionEntry(s, usage.positions);

function isPosition(s: Surface, usage: Usage): boolean {
  const u = unwrap(s);
  return (
    letterOf(u) !== null ||
    (u.kind === 'number' && u.den === 1n) ||
    (u.kind === 'sum' && u.terms.every((t) => isPosition(t.value, usage))) ||
    isData(u, usage)
  );
}
