// Sizes that index arithmetic tells: x_{i+a−1} with a from 1 to 3 on an axis of 8 leaves 6 positions for i, and k_a has
// 3 entries.
// Not here: sizes from data or from the caller.
// Invariant: a size is inferred only where all other parts of the index expression are known; no known size is changed.
import type { Context } from '../../term/context.ts';
import { asAffine, type Index, type Range, type SetId, type Term } from '../../term/term.ts';
import { children } from '../../term/walk.ts';
import { setsOf } from './network.ts';

/** The largest value of an index variable: a number, or the size of a set. */
type Extent = { readonly most: number } | { readonly set: SetId };
/** One use of one axis: the index expression there as multiples of extents. */
interface Use {
  readonly axis: SetId;
  readonly terms: readonly { readonly extent: Extent; readonly times: number }[];
  readonly plus: number;
}

function extentOf(range: Range): Extent {
  return range.to?.kind === 'at' ? { most: range.to.position } : { set: range.set };
}

/** Every use of an axis in the definitions needed, with the ranges of its index variables. */
function usesIn(context: Context, order: readonly string[]): Use[] {
  const uses: Use[] = [];
  for (const name of order) {
    const d = context.definitions.get(name);
    if (d === undefined) continue;
    const visit = (t: Term, around: readonly Extent[]): void => {
      if (t.kind === 'entry')
        t.indices.forEach((i, axis) => {
          const use = useOf(i, around, setsOf(context, t.name)[axis] ?? '');
          if (use !== null) uses.push(use);
        });
      for (const c of children(t)) {
        const entered =
          t.kind === 'reduce'
            ? [extentOf(t.range)]
            : new Array<Extent>(c.binders).fill({ set: t.kind === 'inverse' || t.kind === 'determinant' ? t.set : '' });
        visit(c.term, c.binders === 0 ? around : [...entered, ...around]);
      }
    };
    visit(
      d.body,
      [...d.params].reverse().map((p) => ({ set: p.set })),
    );
  }
  return uses;
}

function useOf(i: Index, around: readonly Extent[], axis: SetId): Use | null {
  const { terms, plus } = asAffine(i);
  const parts = terms.map(({ variable, times }) => ({
    extent:
      variable.kind === 'bound' ? around[variable.depth] : variable.kind === 'end' ? { set: variable.set } : undefined,
    times,
  }));
  return parts.some((p) => p.extent === undefined) ? null : { axis, terms: parts as Use['terms'], plus };
}

/** Adds to `sizes` what index arithmetic tells. */
export function inferExtents(context: Context, order: readonly string[], sizes: Map<SetId, number>): void {
  const uses = usesIn(context, order);
  const most = (e: Extent): number | undefined => ('most' in e ? e.most : sizes.get(e.set));
  for (let before = -1; before !== sizes.size; ) {
    before = sizes.size;
    for (const use of uses) leaveRoom(use, sizes, most);
    if (before === sizes.size) holdAll(uses, sizes, most);
  }
}

/** The axis is known and one variable is open: what is left for it. */
function leaveRoom(
  { axis, terms, plus }: Use,
  sizes: Map<SetId, number>,
  most: (e: Extent) => number | undefined,
): void {
  const length = sizes.get(axis);
  const open = terms.filter((t) => most(t.extent) === undefined);
  const [only] = open;
  if (
    length === undefined ||
    open.length !== 1 ||
    only === undefined ||
    only.times <= 0 ||
    terms.length < 2 ||
    'most' in only.extent
  )
    return;
  const others = terms
    .filter((t) => t !== only)
    .reduce((sum, t) => sum + t.times * (t.times > 0 ? (most(t.extent) as number) : 1), 0);
  const room = Math.floor((length - plus - others) / only.times);
  if (room >= 1) sizes.set(only.extent.set, room);
}

/** The variables are known and the axis is open: the largest position that is reached. */
function holdAll(uses: readonly Use[], sizes: Map<SetId, number>, most: (e: Extent) => number | undefined): void {
  for (const { axis } of uses) {
    const own = uses.filter((u) => u.axis === axis);
    if (axis === '' || sizes.has(axis) || own.some((u) => u.terms.some((t) => most(t.extent) === undefined))) continue;
    sizes.set(
      axis,
      Math.max(
        1,
        ...own.map((u) =>
          u.terms.reduce((sum, t) => sum + t.times * (t.times > 0 ? (most(t.extent) as number) : 1), u.plus),
        ),
      ),
    );
  }
}
