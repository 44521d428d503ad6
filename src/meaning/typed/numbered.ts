// Names that are defined number by number: `a_1 = …; a_2 = …`, `h_{1,i} = …`, `z^1_j = …`.
// Not here: layers of a network that are only used (`noticeLayers` in `survey.ts`), recursions.
// Invariant: a numbered name is one variant everywhere; where it also stands with a letter or alone, the variants are
// its entries.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import { parts, type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { lettersIn } from './survey.ts';
import type { World } from './world.ts';

interface Text {
  readonly text: string;
  readonly surface: Surface;
}

/** The head of a numbered definition: `h_{2,i}` is number 2 of h, with one letter more. */
interface Numbered {
  readonly name: string;
  readonly number: bigint;
  readonly rest: number;
}

/**
 * Recognises numbered definitions among the statements. `others` are texts that use them; each vector that has to be
 * put together of entries is handed to `join`.
 */
export function noticeNumbered<T extends Text>(
  statements: readonly T[],
  others: readonly Text[],
  world: World,
  join: (name: string, whole: Surface, first: T) => void,
): void {
  const heads = new Map<string, { readonly head: Numbered; readonly statement: T }[]>();
  const lettered = new Set<string>();
  for (const s of statements) {
    const side = definedSide(s.surface);
    if (side === null) continue;
    const head = numberedHead(side);
    if (head === null) for (const name of letteredHead(side)) lettered.add(name);
    else heads.set(head.name, [...(heads.get(head.name) ?? []), { head, statement: s }]);
  }
  const texts = [...statements, ...others];
  for (const name of countedFromZero(texts))
    if (!heads.has(name) && !lettered.has(name) && !world.supplied.has(name)) world.numbered.add(name);
  for (const [name, list] of heads) {
    if (lettered.has(name) || world.supplied.has(name)) continue;
    world.numbered.add(name);
    const use = texts.find((s) => usesWhole(s.surface, name));
    if (use !== undefined) join(name, entriesOf(name, list, use), must(list[0]).statement);
  }
}

/**
 * Names with a number 0, `θ_0 + θ_1 x`, that never stand with a letter or alone: entries count from 1, so these are
 * names of their own.
 */
function countedFromZero(texts: readonly Text[]): string[] {
  const found = new Set<string>();
  for (const t of texts)
    visitSurface(t.surface, (x) => {
      if (x.kind !== 'subscript' || x.base.kind !== 'name') return;
      const scripts = x.parts.flatMap(pieces);
      if (scripts.length === 1 && wholeNumber(must(scripts[0])) === 0n) found.add(x.base.name);
    });
  return [...found].filter((name) => !texts.some((t) => usesWhole(t.surface, name)));
}

/** The left side of what may be a definition. */
function definedSide(surface: Surface): Surface | null {
  const s = unwrap(surface);
  if (s.kind !== 'relation' || s.links.some((l) => l.op !== '=' && l.op !== ':=')) return null;
  return unwrap(s.first);
}

function numberedHead(side: Surface): Numbered | null {
  const s = side.kind === 'apply' ? side.head : side;
  if (s.kind !== 'subscript' || s.base.kind !== 'name') return null;
  const [first, ...rest] = s.parts.flatMap(pieces);
  const number = first === undefined ? null : wholeNumber(first);
  const letters = rest.flatMap(lettersIn);
  if (number === null || letters.length !== rest.length || new Set(letters).size !== letters.length) return null;
  return { name: s.base.name, number, rest: rest.length };
}

/** A name that is defined for a letter: its numbers are values of the letter. */
function letteredHead(side: Surface): string[] {
  const s = side.kind === 'apply' ? side.head : side;
  if (s.kind === 'name' && side.kind !== 'apply') return [s.name];
  return s.kind === 'subscript' && s.base.kind === 'name' ? [s.base.name] : [];
}

const pieces = (s: Surface): readonly Surface[] => {
  const u = unwrap(s);
  return u.kind === 'list' ? u.items.flatMap(pieces) : [u];
};
const wholeNumber = (s: Surface): bigint | null => (s.kind === 'number' && s.den === 1n ? s.num : null);

/** Whether a name stands alone or with a letter where its number would be. */
function usesWhole(s: Surface, name: string): boolean {
  let found = false;
  visitSurface(s, (x) => {
    if (found) return false;
    if (x.kind === 'name') found ||= x.name === name;
    if (x.kind !== 'subscript' || x.base.kind !== 'name' || x.base.name !== name) return undefined;
    const first = must(x.parts.flatMap(pieces)[0]);
    found ||= wholeNumber(first) === null || x.parts.some((p) => usesWhole(p, name));
    return false;
  });
  return found;
}

/** The vector [a_1, a_2, …, a_n] of definitions without a gap. */
function entriesOf(
  name: string,
  list: readonly { readonly head: Numbered; readonly statement: Text }[],
  use: Text,
): Surface {
  const numbers = new Set(list.map((l) => l.head.number));
  const size = BigInt(numbers.size);
  const isWhole = size > 1n && list.every((l) => l.head.rest === 0 && l.head.number >= 1n && l.head.number <= size);
  const first = must(list[0]);
  if (!isWhole)
    throw new WhygradError(
      'entries-and-letters',
      `${name}_${first.head.number} is defined by itself, but ${name} also stands without a number`,
      {
        text: use.text,
        span: placeOf(use.surface, name) ?? use.surface,
        hint: `define ${name}_1, ${name}_2, … without a gap, or ${name}_i = … for every i at once`,
      },
    );
  const span = { start: first.statement.surface.start, end: first.statement.surface.end };
  const entry = (number: bigint): Surface => ({
    kind: 'subscript',
    base: { kind: 'name', name, bold: false, run: false, ...span },
    parts: [{ kind: 'number', num: number, den: 1n, digits: String(number), ...span }],
    ...span,
  });
  return { kind: 'list', items: Array.from({ length: numbers.size }, (_, n) => entry(BigInt(n + 1))), ...span };
}

/** Where a name stands without a number. */
function placeOf(s: Surface, name: string): Surface | null {
  if (s.kind === 'name' && s.name === name) return s;
  if (s.kind === 'subscript' && s.base.kind === 'name' && s.base.name === name)
    return wholeNumber(must(s.parts.flatMap(pieces)[0])) === null ? s : null;
  for (const p of parts(s)) {
    const found = placeOf(p, name);
    if (found !== null) return found;
  }
  return null;
}
