// Which index set each free letter ranges over, as far as the formulas around it tell.
// Not here: the inference of sets for reading (`term/sets.ts`).
// Invariant: an axis of a tensor decides before a δ or a condition does, and these before a shifted index or a limit.
import type { Context } from '../term/context.ts';
import {
  asAffine,
  variablesOf,
  type Condition,
  type Index,
  type IndexVariable,
  type Range,
  type SetId,
  type Term,
} from '../term/term.ts';
import { children, visitIndices } from '../term/walk.ts';
import { axesOf } from './environment.ts';

/** Two indices of one set, with the sets of the binders around them (outermost first). */
interface Link {
  readonly left: Index;
  readonly right: Index;
  readonly binders: readonly SetId[];
}

interface Found {
  /** Letters at an axis whose set is known; shifted indices in `loose`. */
  readonly exact: Map<string, SetId>;
  readonly loose: Map<string, SetId>;
  readonly links: Link[];
}

/** The sets of the free letters of the terms, which share their letters. */
export function letterSets(terms: readonly Term[], context: Context): Map<string, SetId> {
  const found: Found = { exact: new Map(), loose: new Map(), links: [] };
  for (const t of terms) {
    collect(t, [], context, found);
    insideData(t, context, found);
  }
  const sets = new Map(found.exact);
  propagate(found.links, sets, false);
  for (const [letter, set] of found.loose) if (!sets.has(letter)) sets.set(letter, set);
  propagate(found.links, sets, true);
  return sets;
}

function collect(t: Term, binders: readonly SetId[], context: Context, found: Found): void {
  const at = (i: Index, set: SetId | undefined): void => atAxis(i, set, found);
  const e = t.kind === 'entry' ? t : t.kind === 'partial' ? t.by : null;
  e?.indices.forEach((i, n) => at(i, axesOf(e.name, context)?.[n]));
  switch (t.kind) {
    case 'delta':
      found.links.push({ left: t.left, right: t.right, binders });
      break;
    case 'bracket':
    case 'if':
      conditionLinks(t.condition, binders, found);
      break;
    case 'inverse':
      at(t.row, t.set);
      at(t.column, t.set);
      break;
    case 'reduce':
      limits(t.range, found);
      if (t.where !== null) conditionLinks(t.where, [...binders, t.range.set], found);
      break;
    default:
      break;
  }
  const set = t.kind === 'reduce' ? t.range.set : t.kind === 'inverse' || t.kind === 'determinant' ? t.set : '';
  for (const c of children(t))
    collect(
      c.term,
      c.binders === 0 ? binders : [...binders, ...Array.from({ length: c.binders }, () => set)],
      context,
      found,
    );
}

/** The letters that stand inside data indices. */
function insideData(t: Term, context: Context, found: Found): void {
  visitIndices(t, (i) => {
    for (const v of variablesOf(i))
      if (v.kind === 'data') v.indices.forEach((x, n) => atAxis(x, axesOf(v.name, context)?.[n], found));
  });
}

function atAxis(i: Index, set: SetId | undefined, found: Found): void {
  if (set === undefined || set === '') return;
  const own = i.kind === 'at' || i.kind === 'affine' ? null : letterOf(i);
  if (own !== null) {
    if (!found.exact.has(own)) found.exact.set(own, set);
    return;
  }
  const [only, second] = asAffine(i).terms;
  const letter = only === undefined || second !== undefined ? null : letterOf(only.variable);
  if (letter !== null && !found.loose.has(letter)) found.loose.set(letter, set);
}

/** The entries of a tensor that stand as indices run over one set: it is kept under this name. */
export const dataLetter = (tensor: string): string => `@${tensor}`;
const letterOf = (v: IndexVariable): string | null =>
  v.kind === 'free' ? v.name : v.kind === 'data' ? dataLetter(v.name) : null;

function limits(range: Range, found: Found): void {
  for (const limit of [range.from, range.to])
    if (limit !== null)
      atAxis(
        limit.kind === 'free' ? { kind: 'affine', terms: [{ variable: limit, times: 1 }], plus: 0 } : limit,
        range.set,
        found,
      );
}

function conditionLinks(c: Condition, binders: readonly SetId[], found: Found): void {
  if (c.kind === 'position') found.links.push({ left: c.left, right: c.right, binders });
  else if (c.kind === 'and' || c.kind === 'or') for (const x of c.all) conditionLinks(x, binders, found);
  else if (c.kind === 'not') conditionLinks(c.of, binders, found);
}

/** The one variable of an index; of a shifted one only where that is allowed. */
function variableOf(i: Index, shifted: boolean): IndexVariable | null {
  if (i.kind === 'at') return null;
  if (i.kind !== 'affine') return i;
  const [only] = i.terms;
  // A multiple, as in δ_{2i,k}, runs over no set that its letter has.
  return shifted && i.terms.length === 1 && only?.times === 1 ? only.variable : null;
}

function propagate(links: readonly Link[], sets: Map<string, SetId>, shifted: boolean): void {
  const setOf = (v: IndexVariable, binders: readonly SetId[]): SetId | undefined =>
    v.kind === 'end' ? v.set : v.kind === 'bound' ? binders[binders.length - 1 - v.depth] : sets.get(letterOf(v) ?? '');
  for (let changed = true; changed; ) {
    changed = false;
    for (const { left, right, binders } of links) {
      const [a, b] = [variableOf(left, shifted), variableOf(right, shifted)];
      if (a === null || b === null) continue;
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const set = setOf(from, binders);
        const letter = letterOf(to);
        if (letter !== null && !sets.has(letter) && set !== undefined && set !== '') {
          sets.set(letter, set);
          changed = true;
        }
      }
    }
  }
}
