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
}

export type Relation = Comparison | ':=' | '≈' | '∈' | '∉' | '→' | '←' | '⇒' | '⇔' | '∝';

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
      }
    | { readonly kind: 'transpose'; readonly base: Surface }
    | { readonly kind: 'prime'; readonly base: Surface; readonly count: number }
    | { readonly kind: 'sum'; readonly terms: readonly { readonly sign: 1 | -1; readonly value: Surface }[] }
    | { readonly kind: 'product'; readonly factors: readonly { readonly op: ProductOp; readonly value: Surface }[] }
    | { readonly kind: 'fraction'; readonly num: Surface; readonly den: Surface }
    | { readonly kind: 'group'; readonly value: Surface; readonly bracket: '(' | '[' | '{' }
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
    /** Something that could not be read; `parts` are the formulas inside that could. A fault beside the tree says why. */
    | { readonly kind: 'hole'; readonly parts: readonly Surface[] }
  );

export type SurfaceKind = Surface['kind'];

/** The direct parts of a node, those of bindings and subscripts included. */
export function parts(s: Surface): readonly Surface[] {
  switch (s.kind) {
    case 'number':
    case 'name':
    case 'ones':
    case 'text':
    case 'ellipsis':
      return [];
    case 'subscript':
      return [s.base, ...s.parts];
    case 'power':
      return [s.base, s.exponent];
    case 'transpose':
    case 'prime':
      return [s.base];
    case 'sum':
      return s.terms.map((t) => t.value);
    case 'product':
      return s.factors.map((f) => f.value);
    case 'fraction':
      return [s.num, s.den];
    case 'group':
    case 'bars':
      return [s.value];
    case 'apply':
      return [s.head, ...s.args];
    case 'reduce':
      return [s.binding.from, s.binding.to, s.binding.where, s.body].filter((x) => x !== null);
    case 'derivative':
    case 'entryDerivative':
      return [s.of, ...s.by];
    case 'gradient':
      return s.by === null ? [s.of] : [s.of, s.by];
    case 'relation':
      return [s.first, ...s.links.map((l) => l.value)];
    case 'list':
      return s.items;
    case 'logic':
    case 'hole':
      return s.parts;
    case 'indicator':
      return [s.condition];
    case 'cases':
      return s.rows.flatMap((r) => (r.condition === null ? [r.value] : [r.value, r.condition]));
    case 'matrix':
      return s.rows.flat();
    case 'conditional':
      return [s.value, s.given];
  }
}

/** The same node with its direct parts (all that `parts` lists) mapped. */
export function mapParts(s: Surface, f: (s: Surface) => Surface): Surface {
  switch (s.kind) {
    case 'number':
    case 'name':
    case 'ones':
    case 'text':
    case 'ellipsis':
      return s;
    case 'subscript':
      return { ...s, base: f(s.base), parts: s.parts.map(f) };
    case 'power':
      return { ...s, base: f(s.base), exponent: f(s.exponent) };
    case 'transpose':
    case 'prime':
      return { ...s, base: f(s.base) };
    case 'sum':
      return { ...s, terms: s.terms.map((t) => ({ ...t, value: f(t.value) })) };
    case 'product':
      return { ...s, factors: s.factors.map((x) => ({ ...x, value: f(x.value) })) };
    case 'fraction':
      return { ...s, num: f(s.num), den: f(s.den) };
    case 'group':
    case 'bars':
      return { ...s, value: f(s.value) };
    case 'apply':
      return { ...s, head: f(s.head), args: s.args.map(f) };
    case 'reduce': {
      const b = s.binding;
      return {
        ...s,
        binding: { ...b, from: b.from && f(b.from), to: b.to && f(b.to), where: b.where && f(b.where) },
        body: f(s.body),
      };
    }
    case 'derivative':
    case 'entryDerivative':
      return { ...s, of: f(s.of), by: s.by.map(f) };
    case 'gradient':
      return { ...s, of: f(s.of), by: s.by && f(s.by) };
    case 'relation':
      return { ...s, first: f(s.first), links: s.links.map((l) => ({ ...l, value: f(l.value) })) };
    case 'list':
      return { ...s, items: s.items.map(f) };
    case 'logic':
    case 'hole':
      return { ...s, parts: s.parts.map(f) };
    case 'indicator':
      return { ...s, condition: f(s.condition) };
    case 'cases':
      return { ...s, rows: s.rows.map((r) => ({ value: f(r.value), condition: r.condition && f(r.condition) })) };
    case 'matrix':
      return { ...s, rows: s.rows.map((r) => r.map(f)) };
    case 'conditional':
      return { ...s, value: f(s.value), given: f(s.given) };
  }
}

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
