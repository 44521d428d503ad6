// Names that an author gives gradients after what they belong to: "write $g_v$ for the gradient with respect to $v$",
// "$do_j$ for $dM/do_j$".
// Not here: a single name for one gradient (`prose.ts`).
// Invariant: only what the words declare is a scheme; a name that the scheme does not fit stays what it is.
import { rewritten, withGradientNames } from '../language/rewrite.ts';
import { scripted, visitNames } from '../language/scripted.ts';
import { type Surface, unwrap } from '../language/surface.ts';
import { must } from '../term/must.ts';
import { gradientInWords } from './gradient-words.ts';
import { flattened, mostDifferentiated } from './prose.ts';
import type { Item } from './statements.ts';

/** `subscript`: g_v is the gradient by v; `prefix`: dv is. */
interface Scheme {
  readonly by: 'subscript' | 'prefix';
  readonly mark: string;
  readonly loss: Surface;
}

/** "write $do_j$ for $dM/do_j$". */
const asFormula =
  /(?:write|denote|use|abbreviate|call|let)\s+⟪(\d+)⟫\s+(?:for|as|be|denote|mean|stand for|instead of)\s+⟪(\d+)⟫/gi;

/** Writes such names out as derivatives, as the words of a document declare them. */
export function gradientNames(items: readonly Item[]): (s: Surface) => Surface {
  const schemes = schemesIn(items);
  if (schemes.length === 0) return (s) => s;
  const quantities = quantitiesOf(items);
  const prefixed = schemes.some((x) => x.by === 'prefix');
  return (s) => rewritten(prefixed ? withPrefixes(s, quantities) : s, (x) => writtenOut(x, schemes, quantities) ?? x);
}

/** `d o` as the one name `do`, for every quantity o. */
const withPrefixes = (s: Surface, quantities: ReadonlySet<string>): Surface =>
  withGradientNames(s, new Set([...quantities].map((q) => `d ${q}`)));

function schemesIn(items: readonly Item[]): Scheme[] {
  const quantities = quantitiesOf(items);
  const text = flattened(items);
  const alone = (n: string | undefined): Surface | null => {
    const item = n === undefined ? undefined : items[Number(n)];
    return item?.kind === 'statement' && item.sides.length === 1 ? (item.sides[0]?.surface ?? null) : null;
  };
  const found: Scheme[] = [];
  for (const m of text.matchAll(gradientInWords)) {
    const loss = alone(m[2]) ?? mostDifferentiated(items) ?? someLoss;
    const name = alone(m[1]);
    const scheme = schemeOf(name && withPrefixes(name, quantities), alone(m[3]), loss);
    if (scheme !== null) found.push(scheme);
  }
  for (const m of text.matchAll(asFormula)) {
    const derivative = alone(m[2]);
    const d = derivative === null ? null : unwrap(derivative);
    if (d?.kind !== 'derivative' || d.by.length !== 1) continue;
    const name = alone(m[1]);
    const scheme = schemeOf(name && withPrefixes(name, quantities), must(d.by[0]), d.of);
    if (scheme !== null) found.push(scheme);
  }
  return found;
}

/** The loss of a text that gives it no letter. */
const someLoss: Surface = { kind: 'name', name: 'loss', bold: false, run: true, start: 0, end: 0 };

function schemeOf(name: Surface | null, by: Surface | null, loss: Surface): Scheme | null {
  const [n, b] = [name, by].map((s) => (s === null ? null : scripted(unwrap(s))));
  if (n == null || b == null) return null;
  const sub = n.subs.length === 1 ? scripted(unwrap(must(n.subs[0]))) : null;
  if (sub?.name === b.name && sub.bold === b.bold && b.subs.length === 0)
    return { by: 'subscript', mark: n.name, loss };
  return /^d.+/.test(n.name) && n.name.slice(1) === b.name ? { by: 'prefix', mark: 'd', loss } : null;
}

/** Names that stand for quantities somewhere, not for indices alone. */
function quantitiesOf(items: readonly Item[]): Set<string> {
  const names = new Set<string>();
  for (const item of items)
    if (item.kind === 'statement')
      for (const side of item.sides) if (side.surface !== null) visitNames(side.surface, (sc) => names.add(sc.name));
  return names;
}

function writtenOut(s: Surface, schemes: readonly Scheme[], quantities: ReadonlySet<string>): Surface | null {
  for (const { by, mark, loss } of schemes) {
    const target = by === 'subscript' ? subscriptOf(s, mark) : withoutPrefix(s, mark);
    const name = target === null ? null : scripted(unwrap(target));
    if (target === null || name === null || !quantities.has(name.name)) continue;
    return { kind: 'derivative', order: 1, of: loss, by: [unwrap(target)], start: s.start, end: s.end };
  }
  return null;
}

/** The v of `g_v`. */
const subscriptOf = (s: Surface, mark: string): Surface | null =>
  s.kind === 'subscript' && s.base.kind === 'name' && s.base.name === mark && s.parts.length === 1
    ? must(s.parts[0])
    : null;

/** `o_j` for `do_j`. */
function withoutPrefix(s: Surface, mark: string): Surface | null {
  if (s.kind === 'name') return s.name.startsWith(mark) && s.name.length > 1 ? { ...s, name: s.name.slice(1) } : null;
  // The base was written out before the scripts around it.
  if (s.kind !== 'subscript' || s.base.kind !== 'derivative') return null;
  return { ...s, base: must(s.base.by[0]) };
}
