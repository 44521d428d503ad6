// Left sides of equations: whether one can name something, and what.
// Not here: the right sides.
// Invariant: a head's letters are distinct index letters; anything else is an equation, not a definition.
import { functionRow, isReservedFunction, isBuiltin } from '../../term/functions.ts';
import { nameOf } from './names.ts';
import { type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { lettersIn } from './survey.ts';
import type { FunctionHead, World } from './world.ts';

export interface Head {
  /** The name of the definition. */
  readonly key: string;
  /** The bare name that its uses are written with. */
  readonly name: string;
  readonly letters: readonly string[];
  readonly call: FunctionHead | null;
}

/** The head that a left side is, or null. `body` tells which arguments are index letters. */
export function headOf(side: Surface, body: Surface | null, world: World, latex: boolean): Head | null {
  const s = unwrap(side);
  const own = s.kind === 'subscript' && s.base.kind === 'apply' ? letterList(s.parts) : [];
  const inner = s.kind === 'subscript' && s.base.kind === 'apply' ? s.base : s;
  if (own === null) return null;
  if (inner.kind === 'apply') return callHead(inner, own, body, world, latex);
  if (
    s.kind === 'power' &&
    s.base.kind === 'name' &&
    s.exponent.kind === 'number' &&
    s.exponent.num === 2n &&
    s.style === 'none'
  )
    return { key: `${s.base.name}^2`, name: `${s.base.name}^2`, letters: [], call: null };
  const named = nameOf(s, world, latex);
  if (named === null || named.name === '∂') return null;
  if (s.kind === 'power' && s.style === 'none' && named.indices.length === 0) return null;
  const letters = letterList(named.indices);
  return letters === null ? null : { key: named.name, name: named.name, letters, call: null };
}

/** Distinct letters, or null. */
function letterList(parts: readonly Surface[]): string[] | null {
  const letters: string[] = [];
  for (const p of parts) {
    const s = unwrap(p);
    const found = lettersIn(s);
    if (
      found.length === 0 ||
      s.kind === 'sum' ||
      (s.kind === 'product' && s.factors.some((f) => unwrap(f.value).kind === 'number'))
    )
      return null;
    letters.push(...found);
  }
  return new Set(letters).size === letters.length ? letters : null;
}

function callHead(
  s: Surface & { kind: 'apply' },
  own: readonly string[],
  body: Surface | null,
  world: World,
  latex: boolean,
): Head | null {
  if (s.args.length === 0 || s.bracket === '') return null;
  const named = nameOf(s.head, world, latex) ?? squareOf(s.head);
  const under = named === null ? null : letterList(named.indices);
  if (named === null || under === null || (isBuiltin(named.name) && functionRow(named.name)?.definable !== true))
    return null;
  if (s.bracket === '[' && !latex) {
    const letters = letterList(s.args);
    return letters === null ? null : { key: named.name, name: named.name, letters, call: null };
  }
  const used = body === null ? new Set<string>() : lettersUsed(body);
  const letters = [...own, ...under];
  const args: string[] = [];
  const indexArgs: boolean[] = [];
  for (const arg of s.args.flatMap(flattened)) {
    const a = nameOf(unwrap(arg), world, latex);
    if (a === null) return null;
    const isIndex = a.indices.length === 0 && used.has(a.name) && !world.ranks.has(a.name);
    const below = letterList(a.indices);
    if (below === null) return null;
    args.push(a.name);
    indexArgs.push(isIndex);
    for (const l of isIndex ? [a.name] : below) if (!letters.includes(l)) letters.push(l);
  }
  const isTaken = isReservedFunction(named.name);
  const shown = args.filter((_, n) => !indexArgs[n]);
  const key = isTaken ? `${named.name}(${shown.join(',')})` : named.name;
  return { key, name: named.name, letters, call: { key, args, indexArgs } };
}
/** `d²(x, μ) = …` names the square. */
function squareOf(s: Surface): { name: string; indices: readonly Surface[] } | null {
  return s.kind === 'power' && s.base.kind === 'name' && s.exponent.kind === 'number' && s.style === 'none'
    ? { name: `${s.base.name}^${s.exponent.num}`, indices: [] }
    : null;
}

function flattened(s: Surface): Surface[] {
  if (s.kind === 'conditional') return [...flattened(s.value), ...flattened(s.given)];
  return s.kind === 'list' ? s.items.flatMap(flattened) : [s];
}

function lettersUsed(body: Surface): Set<string> {
  const used = new Set<string>();
  visitSurface(body, (x) => {
    if (x.kind === 'subscript') for (const p of x.parts) for (const l of lettersIn(p)) used.add(l);
  });
  return used;
}

/** Whether a name is mentioned in a text. */
export function mentions(s: Surface, name: string, world: World, latex: boolean): boolean {
  let found = false;
  visitSurface(s, (x) => {
    if (found) return false;
    const named = nameOf(x, world, latex);
    if (named?.name === name) {
      found = true;
      return false;
    }
    return undefined;
  });
  return found;
}
