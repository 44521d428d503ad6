// Where the parts of a line come from: for each entry and δ of a step's right side the parts of its left side that it
// was made of.
// Not here: where parts stand in a text (`term/print/line.ts`); the steps (`steps.ts`).
// Invariant: what is called kept or copied is equal to its origin up to the letters of bound indices; a group's origins
// are its moves' put together.
import { lastOf, must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import type { Index, Term } from '../term/term.ts';
import { asAffine, indexKey } from '../term/term.ts';
import { children, entryNames } from '../term/walk.ts';
import type { Move } from '../rules/move.ts';

/**
 * How a part came about: `kept` as it was; `copied`, one of several equal ones; `picked`, the same with another index
 * or out
 * of a sum; `made` by the rule from what stood there.
 */
export type How = 'kept' | 'copied' | 'picked' | 'made';

/** The parts of a step's left side that a part of its right side comes from; paths as those of `Part`. */
export interface Origin {
  readonly to: string;
  readonly from: readonly string[];
  readonly how: How;
}

/** An entry or δ of a term. */
interface Leaf {
  readonly path: string;
  readonly name: string;
  /** Its indices; bound ones begin with #. */
  readonly indices: readonly string[];
  /** Whether it stands below a fraction bar. */
  readonly below: boolean;
  /** The term of a sum that it belongs to. */
  readonly summand: number;
}
/** For each leaf on the right the numbers of the leaves on the left. */
interface From {
  readonly from: readonly number[];
  readonly how: How;
}
type Relation = readonly From[];

const hows: readonly How[] = ['kept', 'copied', 'picked', 'made'];
const worse = (a: How, b: How): How => (hows.indexOf(a) > hows.indexOf(b) ? a : b);

// --- leaves ----------------------------------------------------------------------------------------------------------

function leavesOf(t: Term): Leaf[] {
  const out: Leaf[] = [];
  let summands = 0;
  const go = (x: Term, path: string, letters: readonly string[], below: boolean, summand: number): void => {
    if (x.kind === 'entry' || x.kind === 'delta') {
      const [name, all] = x.kind === 'entry' ? [x.name, x.indices] : ['δ', [x.left, x.right]];
      out.push({ path, name, indices: all.map((i) => indexName(i, letters)), below, summand });
      return;
    }
    const inverted = x.kind === 'pow' && x.exponent.kind === 'num' && x.exponent.num < 0n;
    for (const [n, c] of children(x).entries()) {
      const bound = Array.from({ length: c.binders }, (_, k) => lettersOf(x)[k] ?? '');
      const own = x.kind === 'add' ? ++summands : summand;
      go(c.term, path === '' ? `${n}` : `${path}.${n}`, [...letters, ...bound], below !== (inverted && n === 0), own);
    }
  };
  go(t, '', [], false, 0);
  return out;
}
const lettersOf = (t: Term): readonly string[] =>
  t.kind === 'reduce' ? [t.letter] : t.kind === 'inverse' || t.kind === 'determinant' ? t.letters : [];

function indexName(i: Index, letters: readonly string[]): string {
  if (i.kind === 'bound') return `#${letters[letters.length - 1 - i.depth] ?? ''}`;
  if (i.kind === 'affine' && asAffine(i).terms.some((x) => x.variable.kind === 'bound')) return `#${indexKey(i)}`;
  return indexKey(i);
}

const unlettered = (index: string): string => (index.startsWith('#') ? '#' : index);
const sameUpToLetters = (a: Leaf, b: Leaf): boolean => a.name === b.name && keyOf(a) === keyOf(b);
/** δ is the same with its indices exchanged. */
function keyOf(l: Leaf): string {
  const all = l.indices.map(unlettered);
  return `${l.name} ${(l.name === 'δ' ? all.sort() : all).join()}`;
}

// --- one move --------------------------------------------------------------------------------------------------------

/** The relation of a move: what is outside of its place stays, what is inside is made of what stood there. */
function ofMove(m: Move, context: Context): Relation {
  const [from, to] = [leavesOf(m.from), leavesOf(m.to)];
  const place = m.at === null ? null : placeOf(m.at, from, to);
  const inside = place ?? { before: 0, after: 0 };
  const [left, right] = [
    from.slice(inside.before, from.length - inside.after),
    to.slice(inside.before, to.length - inside.after),
  ];
  const inner = innerRelation(m, left.length, right.length, context) ?? matched(left, right, context);
  const shifted = inner.map((r) => ({ ...r, from: r.from.map((n) => n + inside.before) }));
  const kept = (n: number): From => ({ from: [n], how: 'kept' });
  return [
    ...from.slice(0, inside.before).map((_, n) => kept(n)),
    ...shifted,
    ...from.slice(from.length - inside.after).map((_, n) => kept(from.length - inside.after + n)),
  ];
}

/** How many leaves stand before and after the place of a move, in both of its lines; null where these do not fit. */
function placeOf(
  at: NonNullable<Move['at']>,
  from: readonly Leaf[],
  to: readonly Leaf[],
): { before: number; after: number } | null {
  const prefix = at.path.join('.');
  const isInside = (l: Leaf): boolean => prefix === '' || l.path === prefix || l.path.startsWith(`${prefix}.`);
  const first = from.findIndex(isInside);
  if (first === -1) return null;
  const count = from.filter(isInside).length;
  const [before, after] = [first, from.length - first - count];
  if (before + after + leavesOf(at.after).length !== to.length) return null;
  const same = (a: Leaf | undefined, b: Leaf | undefined): boolean =>
    a !== undefined && b !== undefined && sameUpToLetters(a, b);
  const fits =
    from.slice(0, before).every((l, n) => same(l, to[n])) &&
    from.slice(from.length - after).every((l, n) => same(l, to[to.length - after + n]));
  return fits ? { before, after } : null;
}

/** What the derivation inside a move says, where it leads from what stood there to what stands there now. */
function innerRelation(m: Move, left: number, right: number, context: Context): Relation | null {
  if (m.inner.length === 0) return null;
  const relation = ofMoves(m.inner, context);
  const begins = leavesOf(must(m.inner[0]).from).length;
  return begins === left && relation.length === right ? relation : null;
}

/** The relation of moves that follow each other. */
function ofMoves(moves: readonly Move[], context: Context): Relation {
  return moves.map((m) => ofMove(m, context)).reduce(composed);
}

function composed(first: Relation, second: Relation): Relation {
  return second.map(({ from, how }) => {
    const before = from.map((n) => must(first[n]));
    return {
      from: [...new Set(before.flatMap((b) => b.from))].sort((a, b) => a - b),
      how: before.reduce((h, b) => worse(h, b.how), how),
    };
  });
}

// --- equal parts -----------------------------------------------------------------------------------------------------

/**
 * What stands on the right, from what stood on the left: equal parts first, then parts with another index, then what is
 * gone.
 */
function matched(left: readonly Leaf[], right: readonly Leaf[], context: Context): Relation {
  const near = neighbours(left);
  const nearRight = neighbours(right);
  const equal = right.map((l, r) => closest(l, must(nearRight[r]), left, near));
  const paired = inOrder(equal);
  const used = new Map<number, number>();
  for (const from of paired) for (const n of from) used.set(n, (used.get(n) ?? 0) + 1);
  const gone = left.flatMap((_, n) => (used.has(n) ? [] : [n]));
  return paired.map((from, r): From => {
    if (from.length > 0) return { from, how: from.length === 1 && used.get(must(from[0])) === 1 ? 'kept' : 'copied' };
    const nearest = (all: readonly number[]): number[] =>
      sameSummand(must(right[r]), must(nearRight[r]), all, left, near);
    return (
      picked(must(right[r]), left, nearest) ?? {
        from: madeOf(must(right[r]), left, gone, context, nearest),
        how: 'made',
      }
    );
  });
}

/** Of some leaves of the left side those in the summand that is most like the right side's. */
function sameSummand(
  l: Leaf,
  near: ReadonlySet<string>,
  all: readonly number[],
  left: readonly Leaf[],
  nearLeft: readonly ReadonlySet<string>[],
): number[] {
  const score = (n: number): number => {
    const own = must(nearLeft[n]);
    const shared = [...near].filter((k) => own.has(k)).length;
    return (2 * shared) / (near.size + own.size) + (must(left[n]).summand === l.summand ? 0.1 : 0);
  };
  const best = Math.max(...all.map(score));
  return all.filter((n) => score(n) >= best - 1e-9);
}

/** For each leaf the keys of those that it is multiplied with. */
function neighbours(all: readonly Leaf[]): readonly ReadonlySet<string>[] {
  const bySummand = new Map<number, Set<string>>();
  for (const l of all) bySummand.set(l.summand, (bySummand.get(l.summand) ?? new Set()).add(keyOf(l)));
  return all.map((l) => must(bySummand.get(l.summand)));
}

/** The equal leaves of the left side whose surroundings are most alike. */
function closest(
  l: Leaf,
  near: ReadonlySet<string>,
  left: readonly Leaf[],
  nearLeft: readonly ReadonlySet<string>[],
): number[] {
  const score = (n: number): number => {
    const [other, own] = [must(left[n]), must(nearLeft[n])];
    const shared = [...near].filter((k) => own.has(k)).length;
    return (
      (2 * shared) / (near.size + own.size) +
      (other.below === l.below ? 1 : 0) +
      (other.indices.join() === l.indices.join() ? 0.5 : 0)
    );
  };
  const equal = left.flatMap((o, n) => (sameUpToLetters(o, l) ? [n] : []));
  const best = Math.max(...equal.map(score));
  return equal.filter((n) => score(n) >= best - 1e-9);
}

/** As many equal leaves on the right as they have candidates on the left: one each, in order. */
function inOrder(all: readonly number[][]): number[][] {
  const groups = new Map<string, number[]>();
  all.forEach((from, r) => {
    if (from.length > 1) groups.set(from.join(), [...(groups.get(from.join()) ?? []), r]);
  });
  const out = all.map((from) => [...from]);
  for (const [key, rights] of groups) {
    const from = key.split(',').map(Number);
    if (from.length === rights.length) rights.forEach((r, k) => (out[r] = [must(from[k])]));
  }
  return out;
}

/** An entry that was bound and has another index now, with the δ that picked it. */
type Nearest = (all: readonly number[]) => number[];
function picked(l: Leaf, left: readonly Leaf[], nearest: Nearest): From | null {
  const fits = (o: Leaf): boolean =>
    o.name === l.name &&
    l.name !== 'δ' &&
    o.indices.length === l.indices.length &&
    o.indices.every((i, k) => i.startsWith('#') || unlettered(i) === unlettered(must(l.indices[k])));
  const from = left.flatMap((o, n) => (fits(o) ? [n] : []));
  if (from.length === 0) return null;
  const links = left.flatMap((d, n) => {
    const [a, b] = d.indices;
    const joins = (bound: string | undefined, to: string | undefined): boolean =>
      bound?.startsWith('#') === true &&
      to !== undefined &&
      l.indices.includes(to) &&
      from.some((k) => must(left[k]).indices.includes(bound));
    return d.name === 'δ' && (joins(a, b) || joins(b, a)) ? [n] : [];
  });
  const summands = new Set(links.map((n) => must(left[n]).summand));
  const beside = from.filter((n) => summands.has(must(left[n]).summand) && !must(left[n]).below);
  const own = beside.length > 0 ? beside : nearest(from);
  return { from: [...own, ...links].sort((a, b) => a - b), how: 'picked' };
}

/** What is gone of the left side and could have become the leaf: what defines it where it is defined, else all. */
function madeOf(l: Leaf, left: readonly Leaf[], gone: readonly number[], context: Context, nearest: Nearest): number[] {
  const definition = context.definitions.get(l.name);
  const names = definition === undefined ? null : entryNames(definition.body);
  const parts = names === null ? [] : gone.filter((n) => names.has(must(left[n]).name));
  const own = parts.filter((n) => must(left[n]).indices.every((i) => i.startsWith('#') || l.indices.includes(i)));
  if (own.length > 0) return nearest(own);
  if (parts.length > 0) return nearest(parts);
  return gone.length > 0 ? [...gone] : left.map((_, n) => n);
}

// --- steps -----------------------------------------------------------------------------------------------------------

/** The origins of all parts of the last line of moves in their first line. */
export function originsOf(moves: readonly Move[], context: Context): Origin[] {
  const relation = ofMoves(moves, context);
  const [first, last] = [must(moves[0]).from, lastOf(moves).to];
  const [from, to] = [leavesOf(first), leavesOf(last)];
  const byPath = new Map(to.map((l, n) => [l.path, must(relation[n])]));
  return nodesOf(last).flatMap(({ path, term }): Origin[] => {
    const leaf = byPath.get(path);
    if (leaf !== undefined) return [{ to: path, from: leaf.from.map((n) => must(from[n]).path), how: leaf.how }];
    const below = to.flatMap((l, n) => (isBelow(l.path, path) ? [must(relation[n])] : []));
    return below.length === 0 ? [] : [{ to: path, ...lifted(term, below, from, first) }];
  });
}

const isBelow = (path: string, above: string): boolean => above === '' || path.startsWith(`${above}.`);

function nodesOf(t: Term): { path: string; term: Term }[] {
  const go = (x: Term, path: string): { path: string; term: Term }[] => [
    { path, term: x },
    ...children(x).flatMap((c, n) => go(c.term, path === '' ? `${n}` : `${path}.${n}`)),
  ];
  return go(t, '');
}

/** A part that holds several leaves: the one part that holds their origins where it is the same, else these. */
function lifted(term: Term, below: Relation, from: readonly Leaf[], first: Term): Omit<Origin, 'to'> {
  const leaves = [...new Set(below.flatMap((r) => r.from))].sort((a, b) => a - b);
  const paths = leaves.map((n) => must(from[n]).path);
  if (below.every((r) => r.how === 'kept')) {
    const own = shape(term);
    const same = nodesOf(first).find(({ path, term: t }) => {
      const inside = from.filter((l) => l.path === path || isBelow(l.path, path)).map((l) => l.path);
      return inside.join() === paths.join() && shape(t) === own;
    });
    if (same !== undefined) return { from: [same.path], how: 'kept' };
  }
  return {
    from: paths,
    how: below.some((r) => r.how === 'picked') && !below.some((r) => r.how === 'made') ? 'picked' : 'made',
  };
}

/** What a part looks like, letters and depths of bound indices left out. */
export function shape(t: Term): string {
  if (t.kind === 'entry' || t.kind === 'delta') return leavesOf(t).map(keyOf).join();
  if (t.kind === 'num') return `${t.num}/${t.den}`;
  const name = t.kind === 'call' || t.kind === 'apply' ? t.fn : t.kind === 'reduce' ? t.op : '';
  return `${t.kind} ${name}(${children(t)
    .map((c) => shape(c.term))
    .join(';')})`;
}
