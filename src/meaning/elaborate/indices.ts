// Index expressions: letters, numbers, `i+1`, the end of a range; and conditions between them.
// Not here: which scripts are indices at all (`../usage.ts`).
// Invariant: an index that is no letter, number or sum of such is unreadable, never guessed.
import { must } from '../../term/must.ts';
import {
  addIndices,
  affine,
  at,
  endIndex,
  freeIndex,
  position,
  type Comparison,
  type Condition,
  type Index,
  type Term,
} from '../../term/term.ts';
import { unwrap, type Surface } from '../../language/surface.ts';
import { letterOf, scriptText } from '../../language/scripted.ts';
import { Unreadable } from '../value.ts';
import type { Usage } from '../usage.ts';

/** A written position beyond this would make an axis that is too long to calculate with. */
const mostEntries = 500n;

/** The index that a subscript stands for; `zeroBased`: numbers count from 0. */
export function indexOf(s: Surface, usage: Usage, bound: ReadonlySet<string>, zeroBased: boolean): Index {
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
  throw new Unreadable(`the index ${scriptText(s)} is neither a letter nor a number`);
}

/** Whether both sides of a relation are indices rather than numbers. */
export const isIndexLetter = (s: Surface, usage: Usage, bound: ReadonlySet<string>): boolean => {
  const letter = letterOf(unwrap(s));
  if (letter === null) return false;
  const use = usage.names.get(letter.replace(/'+$/, ''));
  return (
    bound.has(letter) ||
    usage.bound.has(letter) ||
    (usage.indexLetters.has(letter) && (use === undefined || use.subLetters.size === 0) && /^[a-z]/.test(letter))
  );
};

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['=', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/** A condition: between indices where both sides are indices (or one and a number), else between numbers. */
export function conditionOf(
  s: Surface,
  usage: Usage,
  bound: ReadonlySet<string>,
  term: (s: Surface) => Term,
): Condition {
  const u = unwrap(s);
  if (u.kind === 'logic') return { kind: u.op, all: u.parts.map((p) => conditionOf(p, usage, bound, term)) };
  if (u.kind !== 'relation') throw new Unreadable('a condition was expected here');
  const all: Condition[] = [];
  let left = u.first;
  for (const link of u.links) {
    const op = comparisons.get(link.op);
    if (op === undefined) throw new Unreadable(`the relation ${link.op} is not understood as a condition`);
    const indices =
      (isIndexLetter(left, usage, bound) || isIndexLetter(link.value, usage, bound)) &&
      isPosition(left) &&
      isPosition(link.value);
    all.push(
      indices
        ? {
            kind: 'position',
            op,
            left: indexOf(left, usage, bound, false),
            right: indexOf(link.value, usage, bound, false),
          }
        : { kind: 'compare', op, left: term(left), right: term(link.value) },
    );
    left = link.value;
  }
  return all.length === 1 ? must(all[0]) : { kind: 'and', all };
}

function isPosition(s: Surface): boolean {
  const u = unwrap(s);
  return (
    letterOf(u) !== null ||
    (u.kind === 'number' && u.den === 1n) ||
    (u.kind === 'sum' && u.terms.every((t) => isPosition(t.value)))
  );
}

/** An index as a number, for formulas that calculate with it. */
export const indexAsNumber = (i: Index): Term => position(i);
