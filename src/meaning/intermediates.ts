// Names for what other definitions write out: L = (σ(z) − t)² beside p = σ(z), so that ∂L/∂p is a question about L.
// Not here: where a formula stands inside another (`language/occurrence.ts`).
// Invariant: a definition is only written in another way; where the rest of it still leads to what the name is made
// of, the name would say half of it, and the definition stays as it is.
import { replaceOccurrences, type Letters } from '../language/occurrence.ts';
import { rewritten } from '../language/rewrite.ts';
import { letterOf, scripted, visitNames } from '../language/scripted.ts';
import { readSurface } from '../language/parse.ts';
import { contains, headName, type Surface, unwrap, visitSurface } from '../language/surface.ts';
import { must } from '../term/must.ts';
import { isReservedFunction } from '../term/functions.ts';
import type { Source } from './registry.ts';
import { idsIn, resolveScripts, type Usage } from './usage.ts';

/** The sources that are written anew, by the old ones. `headOf`: the left side that a definition was written with. */
export function throughIntermediates(
  sources: readonly Source[],
  all: readonly Surface[],
  usage: Usage,
  headOf: (s: Source) => Surface | null,
): ReadonlyMap<Source, Source> {
  const names = intermediates(sources, all, usage);
  const changed = new Map<Source, Source>();
  for (const source of sources) {
    // What a derivative is taken by has to stay a name.
    if (contains(source.body, (x) => differentiates(x) || x.kind === 'conditional' || x.kind === 'opaque')) continue;
    let now = source;
    for (const name of names) {
      const head = headOf(name);
      if (head === null || name.id === source.id || name.section !== source.section) continue;
      if (leadsTo(name, source.id, sources, usage)) continue;
      const body = through(now.body, name, head, usage);
      // Another name for the same is nothing in between.
      if (body !== null && scripted(unwrap(body)) === null) now = { ...now, body };
    }
    if (now !== source) changed.set(source, now);
  }
  return changed;
}

/** Whether the definition of a quantity leads to another one. */
function leadsTo(from: Source, id: string, sources: readonly Source[], usage: Usage): boolean {
  const seen = new Set<string>();
  const walk = (s: Source): boolean =>
    idsIn(s.body, usage).some((x) => {
      if (x === id) return true;
      if (seen.has(x)) return false;
      seen.add(x);
      return sources.some((y) => y.id === x && walk(y));
    });
  return walk(from);
}

/** Quantities with one definition that some derivative is taken by. */
function intermediates(sources: readonly Source[], all: readonly Surface[], usage: Usage): Source[] {
  const by = new Set<string>();
  const note = (s: Surface): void => {
    const sc = scripted(unwrap(s));
    if (sc !== null) by.add(resolveScripts({ ...sc, transposed: false, primes: 0 }, usage).id);
  };
  for (const s of all)
    visitSurface(s, (x) => {
      if (x.kind === 'derivative') x.by.forEach(note);
      else if (x.kind === 'gradient' && x.by !== null) note(x.by);
    });
  const once = (s: Source): boolean => sources.filter((x) => x.id === s.id).length === 1;
  return sources.filter(
    (s) => by.has(s.id) && s.formals === null && !s.log && s.layer === null && once(s) && isMade(s.body, usage),
  );
}

const differentiates = (s: Surface): boolean =>
  s.kind === 'derivative' || s.kind === 'gradient' || s.kind === 'entryDerivative';

/** More than a name or a number. */
const isMade = (body: Surface, usage: Usage): boolean => {
  const u = unwrap(body);
  const sc = scripted(u);
  if (sc !== null) return !sc.transposed && resolveScripts(sc, usage).powers.length > 0;
  return u.kind !== 'number' && u.kind !== 'derivative' && u.kind !== 'cases';
};

function through(body: Surface, name: Source, head: Surface, usage: Usage): Surface | null {
  const ids = idsIn(body, usage);
  if (ids.includes(name.id)) return null;
  const open = new Set(name.letters);
  const put = (letters: Letters, at: Surface): Surface => placed(head, letters, at);
  const direct = replaceOccurrences(body, name.body, open, put);
  const left = made(name, usage);
  const rest = direct ?? body;
  if (!idsIn(rest, usage).some((id) => left.has(id))) return direct;
  return throughInverse(body, name, head, usage);
}

/** The quantities that a definition is made of. */
function made(name: Source, usage: Usage): Set<string> {
  const out = new Set<string>();
  visitNames(name.body, (sc) => {
    const { id } = resolveScripts(sc, usage);
    if (sc.name !== 'e' && !isReservedFunction(sc.name) && !usage.sizes.has(id)) out.add(id);
  });
  visitSurface(name.body, (x) => {
    if (x.kind === 'apply') out.delete(headName(x.head) ?? '');
  });
  return out;
}

/** What is applied to a quantity by itself, and the quantity from the result. */
const inverses: readonly { readonly of: (s: Surface) => Surface | null; readonly back: string }[] = [
  {
    of: (s) => {
      const u = unwrap(s);
      return u.kind === 'power' && u.style === 'none' && u.base.kind === 'name' && u.base.name === 'e'
        ? unwrap(u.exponent)
        : called(u, /^exp$/);
    },
    back: '\\log(x)',
  },
  { of: (s) => called(unwrap(s), /^(?:sigma|sigmoid|logistic)$/), back: '\\log(\\frac{x}{1 - x})' },
  { of: (s) => called(unwrap(s), /^tanh$/), back: '\\frac{1}{2} \\log(\\frac{1 + x}{1 - x})' },
  { of: (s) => called(unwrap(s), /^(?:log|ln)$/), back: '\\exp(x)' },
];

const called = (u: Surface, name: RegExp): Surface | null =>
  u.kind === 'apply' && u.args.length === 1 && name.test(headName(u.head) ?? '') ? unwrap(must(u.args[0])) : null;

/** `r = e^u`: u is log r, wherever it stands. */
function throughInverse(body: Surface, name: Source, head: Surface, usage: Usage): Surface | null {
  for (const { of, back } of inverses) {
    const inner = of(name.body);
    const sc = inner === null ? null : scripted(inner);
    if (inner === null || sc === null || sc.transposed || usage.bound.has(sc.name)) continue;
    const r = resolveScripts(sc, usage);
    if (r.powers.length > 0 || r.indices.some((i) => letterOf(i) === null)) return null;
    return replaceOccurrences(body, inner, new Set(name.letters), (letters, at) => {
      const value = placed(head, letters, at);
      return bracketed(
        rewritten(readSurface(back, { spelling: 'latex' }), (x) => (x.kind === 'name' && x.name === 'x' ? value : x)),
      );
    });
  }
  return null;
}

const bracketed = (value: Surface): Surface => ({
  kind: 'group',
  bracket: '(',
  value,
  start: value.start,
  end: value.end,
});

/** The left side of a definition with other letters, where its body stood. */
function placed(head: Surface, letters: Letters, at: Surface): Surface {
  const other = rewritten(head, (x) => {
    const letter = letterOf(x);
    return x.kind === 'name' && letter !== null ? (letters.get(letter) ?? x) : x;
  });
  return { ...other, start: at.start, end: at.end };
}
