// A formula as it was written: the tree that the grammar builds, the same for all three spellings.
// Not here: what names mean, ranks, bound indices (`meaning/typed/elaborate.ts`).
// Invariant: every node knows its span; the tree is at most as deep as `limits.depth` allows, so that recursion over it is safe.
import { must } from '../term/must.ts';
import type { Span } from '../term/error.ts';
import type { Comparison, ReduceOp } from '../term/term.ts';

export type ProductOp = 'juxtaposed' | '*' | '·' | '×' | '/' | '⊙' | '@';

/** What a Σ binds: letters, an optional start and end, an optional condition; nothing at all for a bare Σ. */
export interface Binding extends Span {
  readonly letters: readonly string[];
  readonly from: Surface | null;
  readonly to: Surface | null;
  readonly where: Surface | null;
  /** `j ∈ S`: `to` is a set that is named. */
  readonly member?: boolean;
  /** What it runs over where that is no index letter: `\sum_{(x, y)}`, `\sum_{z^{(i)}}`. */
  readonly over?: readonly Surface[];
}

export type Relation = Comparison | ':=' | '≈' | '∈' | '∉' | '→' | '←' | '⇒' | '⇔' | '∝';

/** Notation that is read and not calculated. */
export type OpaqueSign =
  | 'integral'
  | 'limit'
  | 'supremum'
  | 'infimum'
  | 'argmax'
  | 'argmin'
  | 'binomial'
  | 'factorial'
  | 'at';

export type Surface = Span &
  (
    | { readonly kind: 'number'; readonly num: bigint; readonly den: bigint; readonly digits: string }
    /** `bold` remembers that the author marked a vector or matrix; `run`: several letters typed together. */
    | { readonly kind: 'name'; readonly name: string; readonly bold: boolean; readonly run: boolean }
    | { readonly kind: 'ones' }
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'subscript'; readonly base: Surface; readonly parts: readonly Surface[] }
    /** `style` is the bracket that the exponent was written in; `^{(i)}` has 'paren'. */
    | {
        readonly kind: 'power';
        readonly base: Surface;
        readonly exponent: Surface;
        readonly style: 'none' | 'paren' | 'square';
        /** Written `**`, as in programs. */
        readonly starred?: true;
      }
    | { readonly kind: 'transpose'; readonly base: Surface }
    | { readonly kind: 'prime'; readonly base: Surface; readonly count: number }
    | { readonly kind: 'sum'; readonly terms: readonly { readonly sign: 1 | -1; readonly value: Surface }[] }
    | { readonly kind: 'product'; readonly factors: readonly { readonly op: ProductOp; readonly value: Surface }[] }
    | { readonly kind: 'fraction'; readonly num: Surface; readonly den: Surface }
    /** `implied`: no bracket was written; `x/2\\sigma` divides by the product. */
    | { readonly kind: 'group'; readonly value: Surface; readonly bracket: '(' | '[' | '{'; readonly implied?: true }
    /** A name, maybe with scripts, followed by a bracket: a call or a product. `direct`: no white space before the bracket. */
    | {
        readonly kind: 'apply';
        readonly head: Surface;
        readonly args: readonly Surface[];
        readonly direct: boolean;
        readonly bracket: '(' | '[' | '{' | '';
      }
    | { readonly kind: 'reduce'; readonly op: ReduceOp; readonly binding: Binding; readonly body: Surface }
    /** ∂of/∂by; `of` is null only inside the grammar. */
    | { readonly kind: 'derivative'; readonly order: number; readonly of: Surface; readonly by: readonly Surface[] }
    /** ∂_j f or d_j(f): by entry j of the one input. */
    | { readonly kind: 'entryDerivative'; readonly of: Surface; readonly by: readonly Surface[] }
    | { readonly kind: 'gradient'; readonly order: number; readonly of: Surface; readonly by: Surface | null }
    | {
        readonly kind: 'relation';
        readonly first: Surface;
        readonly links: readonly { readonly op: Relation; readonly value: Surface; readonly at: Span }[];
      }
    | { readonly kind: 'list'; readonly items: readonly Surface[] }
    | { readonly kind: 'logic'; readonly op: 'and' | 'or'; readonly parts: readonly Surface[] }
    /** 1{…}: one where the condition holds. */
    | { readonly kind: 'indicator'; readonly condition: Surface }
    | {
        readonly kind: 'cases';
        readonly rows: readonly { readonly value: Surface; readonly condition: Surface | null }[];
      }
    | { readonly kind: 'matrix'; readonly rows: readonly (readonly Surface[])[] }
    | { readonly kind: 'bars'; readonly value: Surface; readonly double: boolean }
    | { readonly kind: 'conditional'; readonly value: Surface; readonly given: Surface }
    | { readonly kind: 'ellipsis' }
    /** An integral, a limit, a factorial …: what stands under the sign first, then what it is taken of. */
    | { readonly kind: 'opaque'; readonly sign: OpaqueSign; readonly args: readonly Surface[] }
    /** Something that could not be read; `parts` are the formulas inside that could. A fault beside the tree says why. */
    | { readonly kind: 'hole'; readonly parts: readonly Surface[] }
  );

export type SurfaceKind = Surface['kind'];

type Of<K extends SurfaceKind> = Extract<Surface, { kind: K }>;
interface Shape<K extends SurfaceKind> {
  readonly parts: (s: Of<K>) => readonly Surface[];
  readonly map: (s: Of<K>, f: (s: Surface) => Surface) => Surface;
}
const leaf = { parts: (): readonly Surface[] => [], map: (s: Surface): Surface => s };
const partsOnly = {
  parts: (s: Of<'logic' | 'hole'>): readonly Surface[] => s.parts,
  map: (s: Of<'logic' | 'hole'>, f: (s: Surface) => Surface): Surface => ({ ...s, parts: s.parts.map(f) }),
};
const baseOnly = {
  parts: (s: Of<'transpose' | 'prime'>): readonly Surface[] => [s.base],
  map: (s: Of<'transpose' | 'prime'>, f: (s: Surface) => Surface): Surface => ({ ...s, base: f(s.base) }),
};
const valueOnly = {
  parts: (s: Of<'group' | 'bars'>): readonly Surface[] => [s.value],
  map: (s: Of<'group' | 'bars'>, f: (s: Surface) => Surface): Surface => ({ ...s, value: f(s.value) }),
};
const differentiated = {
  parts: (s: Of<'derivative' | 'entryDerivative'>): readonly Surface[] => [s.of, ...s.by],
  map: (s: Of<'derivative' | 'entryDerivative'>, f: (s: Surface) => Surface): Surface => ({
    ...s,
    of: f(s.of),
    by: s.by.map(f),
  }),
};

/** Where the parts of each kind of node are. */
const shapes: { readonly [K in SurfaceKind]: Shape<K> } = {
  number: leaf,
  name: leaf,
  ones: leaf,
  text: leaf,
  ellipsis: leaf,
  logic: partsOnly,
  hole: partsOnly,
  opaque: { parts: (s) => s.args, map: (s, f) => ({ ...s, args: s.args.map(f) }) },
  transpose: baseOnly,
  prime: baseOnly,
  group: valueOnly,
  bars: valueOnly,
  derivative: differentiated,
  entryDerivative: differentiated,
  subscript: {
    parts: (s) => [s.base, ...s.parts],
    map: (s, f) => ({ ...s, base: f(s.base), parts: s.parts.map(f) }),
  },
  power: { parts: (s) => [s.base, s.exponent], map: (s, f) => ({ ...s, base: f(s.base), exponent: f(s.exponent) }) },
  sum: {
    parts: (s) => s.terms.map((t) => t.value),
    map: (s, f) => ({ ...s, terms: s.terms.map((t) => ({ ...t, value: f(t.value) })) }),
  },
  product: {
    parts: (s) => s.factors.map((x) => x.value),
    map: (s, f) => ({ ...s, factors: s.factors.map((x) => ({ ...x, value: f(x.value) })) }),
  },
  fraction: { parts: (s) => [s.num, s.den], map: (s, f) => ({ ...s, num: f(s.num), den: f(s.den) }) },
  apply: { parts: (s) => [s.head, ...s.args], map: (s, f) => ({ ...s, head: f(s.head), args: s.args.map(f) }) },
  reduce: {
    parts: (s) => [
      ...[s.binding.from, s.binding.to, s.binding.where].filter((x) => x !== null),
      ...(s.binding.over ?? []),
      s.body,
    ],
    map: (s, f) => ({ ...s, binding: mapBinding(s.binding, f), body: f(s.body) }),
  },
  gradient: {
    parts: (s) => (s.by === null ? [s.of] : [s.of, s.by]),
    map: (s, f) => ({ ...s, of: f(s.of), by: s.by && f(s.by) }),
  },
  relation: {
    parts: (s) => [s.first, ...s.links.map((l) => l.value)],
    map: (s, f) => ({ ...s, first: f(s.first), links: s.links.map((l) => ({ ...l, value: f(l.value) })) }),
  },
  list: { parts: (s) => s.items, map: (s, f) => ({ ...s, items: s.items.map(f) }) },
  indicator: { parts: (s) => [s.condition], map: (s, f) => ({ ...s, condition: f(s.condition) }) },
  cases: {
    parts: (s) => s.rows.flatMap((r) => (r.condition === null ? [r.value] : [r.value, r.condition])),
    map: (s, f) => ({
      ...s,
      rows: s.rows.map((r) => ({ value: f(r.value), condition: r.condition && f(r.condition) })),
    }),
  },
  matrix: { parts: (s) => s.rows.flat(), map: (s, f) => ({ ...s, rows: s.rows.map((r) => r.map(f)) }) },
  conditional: {
    parts: (s) => [s.value, s.given],
    map: (s, f) => ({ ...s, value: f(s.value), given: f(s.given) }),
  },
};
const mapBinding = (b: Binding, f: (s: Surface) => Surface): Binding => ({
  ...b,
  from: b.from && f(b.from),
  to: b.to && f(b.to),
  where: b.where && f(b.where),
  ...(b.over === undefined ? {} : { over: b.over.map(f) }),
});
// The table is total, so the shape of a kind fits every node of that kind.
const shapeOf = (s: Surface): Shape<SurfaceKind> => shapes[s.kind] as unknown as Shape<SurfaceKind>;

/** The direct parts of a node, those of bindings and subscripts included. */
export const parts = (s: Surface): readonly Surface[] => shapeOf(s).parts(s as never);

/** The same node with its direct parts (all that `parts` lists) mapped. */
export const mapParts = (s: Surface, f: (s: Surface) => Surface): Surface => shapeOf(s).map(s as never, f);

/** Calls `f` on the node and everything below it, outermost first; `f` returns false to stay out of a node. */
export function visitSurface(s: Surface, f: (s: Surface) => boolean | void): void {
  if (f(s) === false) return;
  for (const p of parts(s)) visitSurface(p, f);
}

/** The node without transposes around it. */
export const unwrapTransposes = (s: Surface): Surface =>
  s.kind === 'transpose' || (s.kind === 'power' && s.exponent.kind === 'name' && s.exponent.name === 'T')
    ? unwrapTransposes(s.base)
    : s;

/** Whether a part of any depth is such. */
export function contains(s: Surface, what: (x: Surface) => boolean): boolean {
  let found = false;
  visitSurface(s, (x) => {
    found ||= what(x);
  });
  return found;
}

/** Whether a part of any depth is read and not calculated. */
export const isUncalculated = (s: Surface): boolean =>
  contains(s, (x) => x.kind === 'opaque' || (x.kind === 'reduce' && x.binding.over !== undefined));

/** Like `visitSurface`, the parts before the whole. */
export function visitInnerFirst(s: Surface, f: (s: Surface) => void): void {
  for (const p of parts(s)) visitInnerFirst(p, f);
  f(s);
}

/** The letters that a Σ binds; `\sum_{i<j}` binds both. */
export function boundLetters(s: Surface & { kind: 'reduce' }): readonly string[] {
  const w = s.binding.where === null ? null : unwrap(s.binding.where);
  if (
    w?.kind !== 'relation' ||
    s.binding.letters.length !== 1 ||
    !['<', '>', '<=', '>='].includes(w.links[0]?.op ?? '')
  )
    return s.binding.letters;
  const right = unwrap(must(w.links[0]).value);
  return right.kind === 'name' && /^[a-z]$/.test(right.name) ? [...s.binding.letters, right.name] : s.binding.letters;
}

/** The node without brackets around it. */
export const unwrap = (s: Surface): Surface => (s.kind === 'group' ? unwrap(s.value) : s);

/** The name at the bottom of scripts and primes. */
export function headName(s: Surface): string | null {
  if (s.kind === 'name') return s.name;
  return s.kind === 'subscript' || s.kind === 'prime' || s.kind === 'power' ? headName(s.base) : null;
}
