// Copies of a formula with parts replaced, and spellings that the grammar leaves apart put together.
// Not here: meanings.
// Invariant: the copy has the spans of the original.
import { lastOf, must } from '../term/must.ts';
import { parts, unwrap, visitSurface, type Binding, type Surface } from './surface.ts';
import { letterOf } from './scripted.ts';

/** A copy with `f` applied to every name; products inside products are flattened. */
export const mapSurface = (s: Surface, f: (s: Surface) => Surface): Surface =>
  rewritten(s, (x) => (x.kind === 'name' ? f(x) : x.kind === 'product' ? callsOfPowers(flattened(x)) : x));

/** A copy with `f` applied to every node, innermost first. */
export function rewritten(s: Surface, f: (s: Surface) => Surface): Surface {
  if (parts(s).length === 0) return f(s);
  const copy: Record<string, unknown> = { ...s };
  for (const [key, value] of Object.entries(copy)) copy[key] = rewrittenField(value, f);
  return f(copy as unknown as Surface);
}
function rewrittenField(value: unknown, f: (s: Surface) => Surface): unknown {
  if (Array.isArray(value)) return value.map((v) => rewrittenField(v, f));
  if (value === null || typeof value !== 'object') return value;
  if ('kind' in value && 'start' in value) return rewritten(value as Surface, f);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, rewrittenField(v, f)]));
}

type Product = Extract<Surface, { kind: 'product' }>;
type Factor = Product['factors'][number];

const flattened = (s: Product): Product => ({
  ...s,
  factors: s.factors.flatMap((x) => (x.value.kind === 'product' && x.op === 'juxtaposed' ? x.value.factors : [x])),
});

/** `d²(x, μ)`: the grammar leaves a squared name and a list of arguments side by side. */
function callsOfPowers(s: Product): Surface {
  const factors: Factor[] = [];
  for (const f of s.factors) {
    const before = factors.at(-1);
    const list =
      f.op === 'juxtaposed' && f.value.kind === 'group' && f.value.bracket === '(' && f.value.value.kind === 'list'
        ? f.value.value.items
        : null;
    const head = before === undefined ? null : before.value.kind === 'gradient' ? before.value.of : before.value;
    if (before === undefined || list === null || head === null || head.kind !== 'power' || head.base.kind !== 'name') {
      factors.push(f);
      continue;
    }
    const call: Surface = {
      kind: 'apply',
      head,
      args: list,
      direct: true,
      bracket: '(',
      start: head.start,
      end: f.value.end,
    };
    factors[factors.length - 1] = {
      op: before.op,
      value: before.value.kind === 'gradient' ? { ...before.value, of: call, end: f.value.end } : call,
    };
  }
  const only = factors[0];
  return factors.length === 1 && only !== undefined ? only.value : { ...s, factors };
}

// --- sizes with a word -----------------------------------------------------------------------------------------------

/** `K_{res}`, `d_{\text{in}}`: the name with its word; null for anything else. */
function wordName(s: Surface): string | null {
  if (s.kind !== 'subscript' || s.base.kind !== 'name' || s.parts.length !== 1) return null;
  const word = unwrap(must(s.parts[0]));
  const text = word.kind === 'text' ? word.text.trim() : word.kind === 'name' && word.run ? word.name : spelt(word);
  return /^[A-Za-z]{2,}$/.test(text) ? `${s.base.name}_${text}` : null;
}

/** A word that was typed letter by letter; two letters may be two indices. */
const spelt = (s: Surface): string =>
  s.kind === 'product' && s.factors.length > 2 && s.factors.every((f) => f.value.kind === 'name')
    ? s.factors.map((f) => (f.value.kind === 'name' ? f.value.name : '')).join('')
    : '';

/** The names with a word that end a sum: `Σ_{i=1}^{K_{res}}`. */
export function wordSizes(all: readonly Surface[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const s of all)
    visitSurface(s, (x) => {
      const name = x.kind === 'reduce' && x.binding.to !== null ? wordName(unwrap(x.binding.to)) : null;
      if (name !== null) found.add(name);
    });
  return found;
}

/** A copy in which these are names of their own, as other sizes are. */
export const withWordSizes = (s: Surface, sizes: ReadonlySet<string>): Surface =>
  rewritten(s, (x) => {
    const name = wordName(x);
    return name === null || !sizes.has(name)
      ? x
      : { kind: 'name', name, bold: false, run: true, start: x.start, end: x.end };
  });

// --- Σ as a letter ---------------------------------------------------------------------------------------------------

/** The binding of a capital sigma that is used as a sum sign: `\Sigma_j`, `\Sigma_{i=1}^n`; null where it is a name. */
function sumSign(s: Surface, bare: boolean): Binding | null {
  const at = { start: s.start, end: s.end };
  const to = s.kind === 'power' && s.style === 'none' ? s.exponent : null;
  const base = to === null ? s : (s as Extract<Surface, { kind: 'power' }>).base;
  const power = base.kind === 'subscript' && base.base.kind === 'power' ? base.base : null;
  const name = base.kind === 'subscript' ? (power === null ? base.base : power.base) : base;
  if (name.kind !== 'name' || name.name !== 'Sigma' || name.bold) return null;
  if (base.kind !== 'subscript')
    return bare && to === null ? { letters: [], from: null, to: null, where: null, ...at } : null;
  const sub = base.parts.length === 1 ? unwrap(must(base.parts[0])) : null;
  const end = to ?? power?.exponent ?? null;
  if (sub?.kind === 'relation') {
    const letter = letterOf(sub.first);
    const link = sub.links[0];
    if (letter === null || link === undefined) return null;
    return link.op === '='
      ? { letters: [letter], from: link.value, to: end, where: null, ...at }
      : { letters: [letter], from: null, to: end, where: sub, ...at };
  }
  const letters = base.parts.map(letterOf);
  return letters.some((l) => l === null)
    ? null
    : { letters: letters as string[], from: null, to: end, where: null, ...at };
}

/** Whether a bare Σ always stands before something to be summed and never as a matrix or an abbreviation. */
export function isBareSumSign(all: readonly Surface[]): boolean {
  let before = 0;
  let other = 0;
  for (const s of all) {
    visitSurface(s, (x) => {
      if (x.kind === 'product')
        x.factors.forEach((f, n) => {
          if (isSigma(f.value)) {
            if (n + 1 < x.factors.length && x.factors[n + 1]?.op === 'juxtaposed') before++;
            else other++;
          }
        });
      else for (const p of parts(x)) if (isSigma(p)) other++;
    });
    if (isSigma(s)) other++;
  }
  return before > 0 && other === 0;
}
const isSigma = (s: Surface): boolean => s.kind === 'name' && s.name === 'Sigma' && !s.bold;

/** A copy in which a capital sigma with an index is the sum sign that it stands for. */
export function withSumSigns(s: Surface, bare: boolean): Surface {
  return rewritten(s, (x) => {
    if (x.kind === 'apply' && x.args.length === 1) {
      const b = sumSign(x.head, bare);
      return b === null
        ? x
        : reduction(b, { kind: 'group', value: must(x.args[0]), bracket: '(', start: x.start, end: x.end }, x);
    }
    if (x.kind === 'power' && x.base.kind === 'reduce' && x.base.body.kind === 'group' && x.base.start === x.start) {
      const r = x.base;
      return sumOfPower(r, x);
    }
    return x.kind === 'product' ? sumsInProduct(x, bare) : x;
  });
}

const reduction = (binding: Binding, body: Surface, at: Surface): Surface => ({
  kind: 'reduce',
  op: 'sum',
  binding,
  body,
  start: at.start,
  end: at.end,
});
/** `\Sigma_i (x_i - a)^2` sums squares. */
const sumOfPower = (r: Extract<Surface, { kind: 'reduce' }>, x: Extract<Surface, { kind: 'power' }>): Surface => ({
  ...r,
  body: { ...x, base: r.body },
  end: x.end,
});

function sumsInProduct(s: Product, bare: boolean): Surface {
  for (let n = s.factors.length - 2; n >= 0; n--) {
    const f = must(s.factors[n]);
    const binding = sumSign(f.value, bare);
    if (binding === null) continue;
    const rest = s.factors.slice(n + 1);
    const body: Surface = rest.length === 1 ? must(rest[0]).value : { ...s, factors: rest };
    const sum: Factor = { op: f.op, value: reduction(binding, body, f.value) };
    return n === 0 ? sum.value : sumsInProduct({ ...s, factors: [...s.factors.slice(0, n), sum] }, bare);
  }
  return s;
}

// --- sizes and gradients named by habit ------------------------------------------------------------------------------

const sizeName = /^[NMnmBKCDdTS]$/;

/** `\frac{1}{N}\sum_i …`: the sum runs to N. */
export function withSizes(s: Surface, isDefined: (name: string) => boolean): Surface {
  const sizeOf = (x: Surface): Surface | null => {
    const u = unwrap(x);
    return u.kind === 'name' && sizeName.test(u.name) && !isDefined(u.name) ? u : null;
  };
  const bounded = (x: Surface, to: Surface): Surface =>
    x.kind === 'reduce' &&
    x.op === 'sum' &&
    x.binding.letters.length === 1 &&
    x.binding.to === null &&
    x.binding.from === null &&
    x.binding.where === null
      ? { ...x, binding: { ...x.binding, to } }
      : x;
  /** `Σ_i x_i / n`: what every summand is divided by, where it is named like a count. */
  const countOf = (body: Surface): Surface | null => {
    const u = unwrap(body);
    const last = u.kind === 'product' ? u.factors.at(-1) : undefined;
    const n = u.kind === 'fraction' ? sizeOf(u.den) : last?.op === '/' ? sizeOf(last.value) : null;
    return n?.kind === 'name' && /^[NnMm]$/.test(n.name) ? n : null;
  };
  return rewritten(s, (x) => {
    if (x.kind === 'fraction') {
      const n = sizeOf(x.den);
      return n === null ? x : { ...x, num: bounded(x.num, n) };
    }
    if (x.kind === 'reduce') {
      const n = countOf(x.body);
      return n === null ? x : bounded(x, n);
    }
    if (x.kind !== 'product') return x;
    return {
      ...x,
      factors: x.factors.map((f, k) => {
        const before = k === 0 ? undefined : x.factors[k - 1];
        const fraction = before === undefined ? null : unwrap(before.value);
        const n =
          before?.op === '/'
            ? sizeOf(before.value)
            : fraction?.kind === 'fraction'
              ? sizeOf(fraction.den)
              : fraction?.kind === 'product' && fraction.factors.at(-1)?.op === '/'
                ? sizeOf(lastOf(fraction.factors).value)
                : null;
        return n === null || (f.op !== 'juxtaposed' && f.op !== '·' && f.op !== '*')
          ? f
          : { ...f, value: bounded(f.value, n) };
      }),
    };
  });
}

/** The X of `dX = ∂L/∂X`: the author names gradients after what they belong to. */
export function gradientName(left: Surface): string | null {
  if (left.kind !== 'product' || left.factors.length !== 2) return null;
  const [d, x] = left.factors.map((f) => f.value) as [Surface, Surface];
  const base = bottomName(x);
  return d.kind === 'name' && (d.name === 'd' || d.name === 'delta' || d.name === 'Delta') && base !== null
    ? `${d.name} ${base}`
    : null;
}
const bottomName = (s: Surface): string | null =>
  s.kind === 'name'
    ? s.name
    : s.kind === 'subscript' || s.kind === 'power' || s.kind === 'transpose'
      ? bottomName(s.base)
      : null;

/** A copy in which `d` before one of the names is part of the name. */
export function withGradientNames(s: Surface, names: ReadonlySet<string>): Surface {
  const rename = (x: Surface, d: string): Surface =>
    x.kind === 'name'
      ? { ...x, name: `${d}${x.name}`, run: true }
      : x.kind === 'subscript' || x.kind === 'power' || x.kind === 'transpose'
        ? { ...x, base: rename(x.base, d) }
        : x;
  return rewritten(s, (x) => {
    if (x.kind === 'apply' && x.head.kind === 'name' && x.head.name === 'd') return x;
    if (x.kind !== 'product') return x;
    const factors: Factor[] = [];
    for (const f of x.factors) {
      const before = factors.at(-1);
      const base = bottomName(f.value);
      const d = before?.value.kind === 'name' ? before.value.name : '';
      const prefixes = d === 'delta' ? [...names].some((n) => n.startsWith('delta ')) : names.has(`${d} ${base}`);
      if (before !== undefined && /^(?:d|delta|Delta)$/.test(d) && f.op === 'juxtaposed' && base !== null && prefixes)
        factors[factors.length - 1] = { op: before.op, value: rename(f.value, d) };
      else factors.push(f);
    }
    const only = factors[0];
    return factors.length === 1 && only !== undefined ? only.value : { ...x, factors };
  });
}
