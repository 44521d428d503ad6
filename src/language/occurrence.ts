// Where one formula stands inside another, up to the letters of its indices and of its sums.
// Not here: what the formulas mean.
// Invariant: a formula found is the same at every value of its letters; spans, brackets and typing styles do not count.
import { letterOf } from './scripted.ts';
import { mapParts, type Surface, unwrap } from './surface.ts';

/** What the open letters of a pattern stand for where it was found. */
export type Letters = ReadonlyMap<string, Surface>;

interface Match {
  readonly open: ReadonlySet<string>;
  readonly letters: Map<string, Surface>;
  /** Letters bound by sums: of the pattern ↦ of the formula. */
  readonly bound: ReadonlyMap<string, string>;
}

/** The letters of a pattern where a formula is the pattern itself; null where it is another. */
export function occurs(pattern: Surface, s: Surface, open: ReadonlySet<string>): Letters | null {
  const letters = new Map<string, Surface>();
  return same(pattern, s, { open, letters, bound: new Map() }) ? letters : null;
}

/** A copy with every occurrence of a pattern replaced; null where there is none. */
export function replaceOccurrences(
  s: Surface,
  pattern: Surface,
  open: ReadonlySet<string>,
  by: (letters: Letters, at: Surface) => Surface,
): Surface | null {
  let found = false;
  const walk = (x: Surface): Surface => {
    const letters = occurs(pattern, x, open);
    if (letters !== null) {
      found = true;
      return by(letters, x);
    }
    const inner = mapParts(x, walk);
    const run = inRun(inner, pattern, open, by);
    found ||= run !== null;
    return run ?? inner;
  };
  const copy = walk(s);
  return found ? copy : null;
}

/** `A X` inside the product `A X w`, `z + b` inside a longer sum. */
function inRun(
  s: Surface,
  pattern: Surface,
  open: ReadonlySet<string>,
  by: (letters: Letters, at: Surface) => Surface,
): Surface | null {
  const p = unwrap(pattern);
  if (s.kind === 'product' && p.kind === 'product')
    return replaceRun(
      s.factors,
      p.factors.length,
      (n, m) => {
        const piece = s.factors.slice(n, m);
        if (piece.some((f, x) => x > 0 && (f.op === '/' || f.op !== p.factors[x]?.op)) || s.factors[n]?.op === '/')
          return null;
        const at: Surface = { ...s, factors: piece.map((f, x) => (x === 0 ? { ...f, op: 'juxtaposed' } : f)) };
        const letters = occurs(p, at, open);
        return letters && { op: piece[0]?.op ?? 'juxtaposed', value: by(letters, at) };
      },
      (factors) => ({ ...s, factors }),
    );
  if (s.kind === 'sum' && p.kind === 'sum')
    return replaceRun(
      s.terms,
      p.terms.length,
      (n, m) => {
        const at: Surface = { ...s, terms: s.terms.slice(n, m) };
        const letters = occurs(p, at, open);
        return letters && { sign: 1 as const, value: by(letters, at) };
      },
      (terms) => ({ ...s, terms }),
    );
  return null;
}

function replaceRun<T>(
  all: readonly T[],
  length: number,
  at: (from: number, to: number) => T | null,
  whole: (all: T[]) => Surface,
): Surface | null {
  if (length < 2 || all.length <= length) return null;
  for (let n = 0; n + length <= all.length; n++) {
    const made = at(n, n + length);
    if (made !== null) return whole([...all.slice(0, n), made, ...all.slice(n + length)]);
  }
  return null;
}

function same(pattern: Surface, s: Surface, m: Match): boolean {
  const [p, x] = [unwrap(pattern), unwrap(s)];
  const letter = letterOf(p);
  if (letter !== null && m.open.has(letter) && !m.bound.has(letter)) {
    const before = m.letters.get(letter);
    if (before === undefined) m.letters.set(letter, x);
    return before === undefined || sameFields(before, x, { ...m, open: new Set(), bound: new Map() });
  }
  if (letter !== null && m.bound.has(letter)) return letterOf(x) === m.bound.get(letter);
  if (p.kind === 'reduce' && x.kind === 'reduce') {
    if (p.op !== x.op || p.binding.letters.length !== x.binding.letters.length) return false;
    const bound = new Map(m.bound);
    p.binding.letters.forEach((l, n) => bound.set(l, x.binding.letters[n] ?? l));
    const inner = { ...m, bound };
    return (
      bothOrNone(p.binding.from, x.binding.from, m) &&
      bothOrNone(p.binding.to, x.binding.to, m) &&
      bothOrNone(p.binding.where, x.binding.where, inner) &&
      same(p.body, x.body, inner)
    );
  }
  return sameFields(p, x, m);
}

const bothOrNone = (p: Surface | null, s: Surface | null, m: Match): boolean =>
  p === null || s === null ? p === s : same(p, s, m);

/** Fields that tell where and how something was typed, and not what. */
const typing: ReadonlySet<string> = new Set([
  'start',
  'end',
  'run',
  'digits',
  'direct',
  'bracket',
  'implied',
  'starred',
]);

function sameFields(p: Surface, s: Surface, m: Match): boolean {
  if (p.kind !== s.kind) return false;
  const own = s as unknown as Record<string, unknown>;
  return Object.entries(p).every(([key, value]) => typing.has(key) || sameValue(value, own[key], m));
}

function sameValue(a: unknown, b: unknown, m: Match): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, n) => sameValue(x, b[n], m));
  if (a === null || typeof a !== 'object') return a === b;
  if (b === null || typeof b !== 'object') return false;
  if ('kind' in a && 'start' in a) return 'kind' in b && same(a as Surface, b as Surface, m);
  const other = b as Record<string, unknown>;
  return Object.entries(a).every(([key, value]) => typing.has(key) || sameValue(value, other[key], m));
}
