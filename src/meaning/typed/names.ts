// Which name stands at the bottom of scripts, with its label and its index subscripts.
// Not here: what a name denotes (`elaborate.ts`), ranks (`ranks.ts`).
// Invariant: one canonical spelling per name: accents as suffixes (`y_hat`), labels as `a^(L)`; it prints so that it
// reads back.
import { must } from '../../term/must.ts';
import type { Span } from '../../term/error.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { isGiven, type World } from './world.ts';

/** A name with the surfaces of its indices, in order. */
export interface Named {
  readonly name: string;
  readonly indices: readonly Surface[];
  readonly bold: boolean;
  readonly span: Span;
}

/** The name and indices that a surface is, or null when it is no name. */
export function nameOf(s: Surface, world: World, latex: boolean): Named | null {
  switch (s.kind) {
    case 'name':
      return { name: s.name, indices: [], bold: s.bold, span: s };
    case 'subscript':
      return subscripted(s, world, latex);
    case 'power':
      return superscripted(s, world, latex);
    case 'prime': {
      const base = nameOf(s.base, world, latex);
      return base === null || base.indices.length > 0
        ? null
        : { ...base, name: base.name + "'".repeat(s.count), span: s };
    }
    case 'group':
      return s.bracket === '{' ? nameOf(s.value, world, latex) : null;
    default:
      return null;
  }
}

function subscripted(s: Surface & { kind: 'subscript' }, world: World, latex: boolean): Named | null {
  const base = nameOf(s.base, world, latex);
  if (base === null) return null;
  const number = variantNumber(base.name, must(s.parts[0]), world);
  if (number !== null && base.indices.length === 0)
    return { ...base, name: withNumber(base.name, number), indices: restOf(s.parts), span: s };
  const label = s.parts.length === 1 ? subscriptLabel(base.name, must(s.parts[0]), world, latex) : null;
  if (label !== null) return { ...base, name: withLabel(base.name, label), span: s };
  return { ...base, indices: [...base.indices, ...s.parts], span: s };
}

/** The 1 of `W_1` where it counts layers, or definitions that are given one by one. */
function variantNumber(name: string, part: Surface, world: World): string | null {
  const first = unwrap(part);
  const n = first.kind === 'list' ? unwrap(must(first.items[0])) : first;
  if (n.kind !== 'number' || n.den !== 1n) return null;
  const number = String(n.num);
  const isVariant = world.numbered.has(name) || (n.num === 0n && world.apart.has(name));
  return isVariant || isGiven(world, withNumber(name, number)) ? number : null;
}
/** What follows the number in a subscript. */
function restOf(parts: readonly Surface[]): readonly Surface[] {
  const first = unwrap(must(parts[0]));
  return first.kind === 'list' ? [...first.items.slice(1), ...parts.slice(1)] : parts.slice(1);
}
/** A name with a number: the `a_1` of `a_1 = …`. */
const withNumber = (name: string, number: string): string => `${name}_${number}`;

/** The indices of the head of a call; the number of `f_1(x)` belongs to its name. */
export function headIndices(head: Surface, key: string, world: World, latex: boolean): readonly Surface[] {
  const named = nameOf(head, world, latex);
  return named?.name === key ? named.indices : head.kind === 'subscript' ? head.parts : [];
}

const dimensionLetters: ReadonlySet<string> = new Set(['k', 'v', 'q', 'h', 'm']);

/** A subscript that is a word or a Greek letter names a variant, it does not count. */
function subscriptLabel(name: string, part: Surface, world: World, latex: boolean): string | null {
  const s = unwrap(part);
  if (s.kind === 'text') return labelText(s);
  if (s.kind !== 'name') return null;
  if (name === 'd' && !isGiven(world, 'd') && dimensionLetters.has(s.name)) return s.name;
  if (latex && s.run && /^[A-Za-z]{2,}\d*$/.test(s.name) && !greekName.test(s.name)) return s.name;
  // Typed letters (`B_pi`) are indices; only a long Greek name (`h_theta`) is surely none.
  if (!latex && s.run && s.name.length < 5) return null;
  return greekName.test(s.name) && !world.indexLetters.has(s.name) ? s.name : null;
}
const greekName =
  /^(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|Theta|Phi|Psi|Omega|Lambda|Gamma|Delta|infinity)(?:_\w+)?$/;

/** A name with a label added to it. */
export const withLabel = (name: string, label: string): string => `${name}^(${label})`;

/** The text of a label without spaces, or null when it is too involved for a name. */
export function labelText(s: Surface): string | null {
  switch (s.kind) {
    case 'text':
      return /^[\w*+\- ]{1,40}$/.test(s.text) ? s.text.trim().replace(/\s+/g, '-') : null;
    case 'name':
      return s.name;
    case 'number':
      return s.den === 1n ? String(s.num) : null;
    case 'group':
      return labelText(s.value);
    case 'sum': {
      const all = s.terms.map((t) => ({ sign: t.sign, text: labelText(t.value) }));
      return all.some((t) => t.text === null)
        ? null
        : all.map((t, n) => `${t.sign === -1 ? '-' : n > 0 ? '+' : ''}${t.text}`).join('');
    }
    default:
      return null;
  }
}

function superscripted(s: Surface & { kind: 'power' }, world: World, latex: boolean): Named | null {
  const base = nameOf(s.base, world, latex);
  if (base === null) return null;
  const e = unwrap(s.exponent);
  if (
    s.style === 'none' &&
    e.kind === 'number' &&
    e.den === 1n &&
    base.indices.length === 0 &&
    isGiven(world, `${base.name}^${e.num}`)
  )
    return { ...base, name: `${base.name}^${e.num}`, span: s };
  if (s.style === 'none' && e.kind === 'number' && !isGiven(world, base.name)) {
    // `w^2_{jk}` of a text whose layers are counted above.
    const layer = withLabel(base.name, String(e.num));
    if (isGiven(world, layer)) return { ...base, name: layer, span: s };
  }
  if (e.kind === 'text')
    return e.text === '*' || e.text === '⋆' ? { ...base, name: `${base.name}_star`, span: s } : null;
  if (s.style === 'none') {
    const indices = superIndices(base.name, e, world);
    if (indices !== null) return { ...base, indices: [...base.indices, ...indices], span: s };
    if (!isLayer(e, world)) return null;
  } else if (s.style === 'paren' && isExampleOf(base.name, e, world)) {
    // An example number is the leading index: x^{(i)}_j is x_ij.
    return { ...base, indices: [e, ...base.indices], span: s };
  }
  const label = e.kind === 'list' ? null : labelText(e);
  return label === null ? null : { ...base, name: withLabel(base.name, label), span: s };
}

/** The `(i)` of `x^{(i)}`; but `d^{(k)}` is a name where that is given. */
const isExampleOf = (base: string, e: Surface, world: World): boolean =>
  e.kind === 'name' && isExampleLetter(e.name, world) && !isGiven(world, withLabel(base, e.name));
const isExampleLetter = (name: string, world: World): boolean =>
  /^[a-z]$/.test(name) &&
  name !== 'l' &&
  !isGiven(world, name) &&
  (world.indexLetters.has(name) || 'ijnmt'.includes(name));

/** `a^L`, `z^{l-1}`: layers are counted with the letter l. */
function isLayer(e: Surface, world: World): boolean {
  if (e.kind === 'name') return (e.name === 'L' || e.name === 'l' || e.name === 'ell') && !isGiven(world, e.name);
  if (e.kind !== 'sum' || e.terms.length !== 2) return false;
  const [a, b] = e.terms.map((t) => unwrap(t.value));
  return a !== undefined && b?.kind === 'number' && isLayer(a, world);
}

/** Index letters raised to the place of a power, for names that are written so. */
export function superIndices(name: string, e: Surface, world: World): readonly Surface[] | null {
  if (!world.superIndexed.has(name)) return null;
  if (e.kind === 'product')
    return e.factors.every((f) => f.op === 'juxtaposed' && isIndexSurface(f.value))
      ? e.factors.map((f) => f.value)
      : null;
  if (e.kind === 'list') return e.items.every(isIndexSurface) ? e.items : null;
  return isIndexSurface(e) ? [e] : null;
}

/** A single letter, with or without primes. */
export function isIndexSurface(s: Surface): boolean {
  const u = unwrap(s);
  if (u.kind === 'prime') return isIndexSurface(u.base);
  return u.kind === 'name' && /^[a-zA-Z]{1,3}$/.test(u.name) && u.name !== 'T';
}
