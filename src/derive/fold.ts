// Naming quantities: where the body of a definition stands, its name is put.
// Not here: unfolding (a step of differentiation).
// Invariant: each replacement is an instance of a definition, found by meaning and not by letters.
import { memo } from '../term/memo.ts';
import { must } from '../term/must.ts';
import { entry, freeIndex, minusOne, type Index, type Num, type Term } from '../term/term.ts';
import type { Context, Definition } from '../term/context.ts';
import { indexKey } from '../term/term.ts';
import { entryNames, mapNode, openAll, visit, visitIndices } from '../term/walk.ts';
import { compare, absolute, signOf, times } from '../rules/rational.ts';
import { meaningKey } from '../rules/keys.ts';
import { atom, multiply, product, write, writeProduct, type Collector, type Product } from './products.ts';

export interface Folder {
  readonly context: Context;
  readonly collector: Collector;
  readonly names: readonly string[];
}
export interface Folded {
  readonly term: Term;
  readonly used: readonly string[];
}

/** The term with every body of the named definitions replaced by the name, outermost quantities first. */
export function foldDefinitions(t: Term, f: Folder): Folded {
  const used = new Set<string>();
  let now = t;
  for (let round = 0; round < 4; round++) {
    const next = foldIn(now, f, used);
    if (next === now) break;
    now = next;
  }
  return { term: now, used: [...used] };
}

const named = memo<Term, ReadonlySet<string>>();
/** The names of all entries in a term, remembered. */
function namesIn(t: Term): ReadonlySet<string> {
  return named.get(t) ?? named.set(t, entryNames(t));
}
/** What defines a name can only stand where everything it is made of stands. */
function mayStandIn(name: string, t: Term, f: Folder): boolean {
  const d = f.context.definitions.get(name);
  if (d === undefined) return false;
  const here = namesIn(t);
  return [...namesIn(d.body)].every((n) => here.has(n));
}

function foldIn(t: Term, f: Folder, used: Set<string>): Term {
  if (!f.names.some((n) => mayStandIn(n, t, f))) return t;
  const node = mapNode(t, (x) => foldIn(x, f, used));
  if (!f.names.some((n) => mayStandIn(n, node, f))) return unchanged(t, node);
  if (node.kind === 'num' || node.kind === 'entry' || node.kind === 'delta' || node.kind === 'size')
    return unchanged(t, node);
  const ps = f.collector.collect(node, { ...f.collector, expand: 'none' });
  let touched = false;
  const folded = ps.map((p) => {
    let now = p;
    for (const name of f.names)
      for (let again = true; again; ) {
        const d = f.context.definitions.get(name);
        const next = d === undefined ? null : foldProduct(now, d, f);
        again = next !== null;
        if (next !== null) {
          now = next;
          touched = true;
          used.add(name);
        }
      }
    return now;
  });
  return touched ? write(folded) : unchanged(t, node);
}
/** The same object when nothing below changed, so that a round without effect is seen. */
const unchanged = (before: Term, after: Term): Term => (meaningKey(before) === meaningKey(after) ? before : after);

/** One instance of the definition taken out of a product, or null. */
function foldProduct(p: Product, d: Definition, f: Folder): Product | null {
  if (d.body.kind === 'entry' || d.body.kind === 'num') return null;
  for (const indices of candidates(p, d.params.length)) {
    const body = instanceOf(d, indices, f.collector);
    if (body === null) continue;
    if (hasCollapsed(d, indices, body, f.collector)) continue;
    const found = divideOut(p, body);
    if (found !== null) return multiply(found.rest, atom(entry(d.name, ...indices), found.exponent));
  }
  return null;
}

/**
 * Whether equal indices have made what defines a name so much shorter that the name is no simplification: s² for K_ii
 * of K_ij = s² exp(−(x_i − x_j)²).
 */
function hasCollapsed(d: Definition, indices: readonly Index[], instance: Product, c: Collector): boolean {
  if (new Set(indices.map(indexKey)).size === indices.length) return false;
  const general = instanceOf(
    d,
    d.params.map((_, n) => freeIndex(`?${n}`)),
    c,
  );
  return general !== null && operations(instance) < operations(general);
}
/** How many functions, Σ and sums stand in a product. */
function operations(p: Product): number {
  let n = 0;
  visit(writeProduct(p), (t) => {
    if (t.kind === 'call' || t.kind === 'reduce' || t.kind === 'add') n++;
  });
  return n;
}

const instances = new WeakMap<Definition, Map<string, Product | null>>();
function instanceOf(d: Definition, indices: readonly Index[], c: Collector): Product | null {
  let known = instances.get(d);
  if (known === undefined) {
    known = new Map();
    instances.set(d, known);
  }
  const k = indices.map(indexKey).join(',');
  let p = known.get(k);
  if (p === undefined) {
    const ps = c.collect(openAll(d.body, indices), { ...c, expand: 'none' });
    p = ps.length === 1 ? must(ps[0]) : ps.length === 0 ? null : atom(write(ps));
    known.set(k, p);
  }
  return p;
}

/** p = rest · body^exponent with exponent 1 or −1. */
function divideOut(p: Product, body: Product): { rest: Product; exponent: Num } | null {
  if (body.pieces.size === 0) return null;
  for (const exponent of [1, -1]) {
    let fits = true;
    for (const [k, x] of body.pieces) {
      const have = p.pieces.get(k)?.exponent;
      if (
        have === undefined ||
        signOf(have) !== signOf(x.exponent) * exponent ||
        (body.pieces.size === 1 && have.den !== x.exponent.den) ||
        compare(absolute(have), absolute(x.exponent)) < 0
      ) {
        fits = false;
        break;
      }
    }
    if (!fits) continue;
    const e: Num = { kind: 'num', num: BigInt(exponent), den: 1n };
    const inverse = [...body.pieces].map(
      ([k, x]) => [k, { base: x.base, exponent: times(x.exponent, times(e, minusOne)) }] as const,
    );
    const coefficient: Num =
      exponent === 1 ? { kind: 'num', num: body.coefficient.den, den: body.coefficient.num } : body.coefficient;
    const positive: Num =
      coefficient.den < 0n ? { kind: 'num', num: -coefficient.num, den: -coefficient.den } : coefficient;
    const rest = multiply(p, product(positive, inverse));
    return { rest, exponent: e };
  }
  return null;
}

/** All ways of giving a definition's slots indices that stand in the product. */
function candidates(p: Product, slots: number): readonly (readonly Index[])[] {
  if (slots === 0) return [[]];
  const seen = new Map<string, Index>();
  for (const x of p.pieces.values())
    visitIndices(x.base, (i, d) => {
      if (i.kind === 'bound') {
        if (i.depth >= d) {
          const out: Index = { kind: 'bound', depth: i.depth - d };
          seen.set(indexKey(out), out);
        }
      } else seen.set(indexKey(i), i);
    });
  const indices = [...seen.values()];
  let out: (readonly Index[])[] = [[]];
  for (let s = 0; s < slots; s++) out = out.flatMap((o) => indices.map((i) => [...o, i]));
  return out.slice(0, 400);
}
