// The quantities and functions that a document defines: their heads, where they stand, and which definition is in force
// where.
// Not here: what a body means (`elaborate/`), whether an equation is a definition at all (`lint/`).
// Invariant: looking up never changes the registry; `enter` and `leave` do.
import { functionRow } from '../term/functions.ts';
import { must } from '../term/must.ts';
import { unwrap, type Surface } from '../language/surface.ts';
import { letterOf, scripted } from '../language/scripted.ts';
import { patternOf } from './patterns.ts';
import { idsIn, type Resolved, resolveScripts, type Usage } from './usage.ts';

/** An argument in the head of a definition: a whole quantity, an entry `z_j`, an index letter, or a number. */
export type Formal =
  | { readonly kind: 'name'; readonly id: string }
  | { readonly kind: 'entry'; readonly id: string; readonly letter: string }
  | { readonly kind: 'letter'; readonly letter: string };

export interface Head {
  readonly id: string;
  readonly stem: string;
  readonly layer: { readonly letter: string; readonly plus: number } | null;
  readonly letters: readonly string[];
  readonly formals: readonly Formal[] | null;
  /** The head was `log p(…)`: the quantity is the exponential of the body. */
  readonly log: boolean;
}

export interface Source extends Head {
  readonly body: Surface;
  /** Number of the statement that it comes from. */
  readonly at: number;
  readonly section: number;
  readonly einstein: boolean;
}

/** Bare names that stand for something else than a quantity. */
const notations = new Set(['d', 'e', 'nabla']);
const isReserved = (name: string): boolean => {
  const row = functionRow(name);
  return notations.has(name) || (row !== undefined && row.means.kind !== 'form' && !row.definable);
};

/** The head of a definition, or null where the surface cannot be one. */
export function readHead(s: Surface, usage: Usage): Head | null {
  const u = unwrapBrackets(s);
  if (u.kind === 'apply') return callHead(u, [], usage);
  if (u.kind === 'subscript') {
    const base = unwrapBrackets(u.base);
    if (base.kind === 'apply') {
      const letters = u.parts.map(letterOf);
      return letters.some((l) => l === null) ? null : callHead(base, letters as string[], usage);
    }
  }
  const sc = scripted(u);
  if (sc === null || sc.transposed || (isReserved(sc.name) && sc.subs.length === 0)) return null;
  const r = resolveScripts(sc, usage);
  if (r.powers.length > 0) return null;
  const letters = r.indices.map(letterOf);
  if (letters.some((l) => l === null) || new Set(letters).size !== letters.length) return null;
  return { id: r.id, stem: r.stem, layer: r.layer, letters: letters as string[], formals: null, log: false };
}

const unwrapBrackets = (s: Surface): Surface => (s.kind === 'group' && s.bracket !== '(' ? unwrapBrackets(s.value) : s);

function callHead(s: Extract<Surface, { kind: 'apply' }>, letters: readonly string[], usage: Usage): Head | null {
  const name = scripted(s.head);
  if (name === null) return null;
  const only = s.args[0] === undefined ? null : unwrap(s.args[0]);
  if ((name.name === 'log' || name.name === 'ln') && name.subs.length === 0 && only !== null && letters.length === 0) {
    const inner = readHead(only, usage);
    return inner === null || inner.formals === null ? null : { ...inner, log: true };
  }
  if (s.args.some((x) => ['conditional', 'relation'].includes(unwrap(x).kind))) return patternHead(s, letters, usage);
  const r = squaredFunction(resolveScripts(name, usage));
  if (isReserved(name.name) && !r.id.includes('^')) return null;
  const own = r.indices.map(letterOf);
  if (r.powers.length > 0 || own.some((l) => l === null)) return null;
  const formals = s.args.map((a) => formalOf(a, usage));
  if (formals.length === 0) return null;
  if (formals.some((f) => f === null)) return givenBy(s, formals, r, [...(own as string[]), ...letters]);
  const fromArgs = (formals as Formal[]).flatMap((f) => (f.kind === 'name' ? [] : [f.letter]));
  const all = [...(own as string[]), ...letters, ...fromArgs.filter((l) => !own.includes(l) && !letters.includes(l))];
  return {
    id: r.id,
    stem: r.stem,
    layer: r.layer,
    letters: [...new Set(all)],
    formals: formals as Formal[],
    log: false,
  };
}

/** `K(t, p(u)) = …`: a quantity, written with what it is calculated from. */
function givenBy(
  s: Extract<Surface, { kind: 'apply' }>,
  formals: readonly (Formal | null)[],
  r: Resolved,
  letters: readonly string[],
): Head | null {
  const isCall = (a: Surface): boolean => {
    const u = unwrap(a);
    return u.kind === 'apply' && u.args.length === 1 && scripted(unwrap(must(u.args[0]))) !== null;
  };
  if (!s.args.every((a, n) => formals[n] != null || isCall(a)) || formals.length < 2) return null;
  return { id: r.id, stem: r.stem, layer: r.layer, letters: [...new Set(letters)], formals: null, log: false };
}

/** `P(y_i = k | x_i) = …`: a quantity named by its whole text, with the index letters in it. */
function patternHead(s: Surface, letters: readonly string[], usage: Usage): Head | null {
  const { id, indices } = patternOf(s, {
    resolve: (sc) => resolveScripts(sc, usage),
    isIndex: (letter) => isIndexHere(letter, usage),
  });
  const own = indices.map((i) => must(letterOf(i) ?? undefined));
  const all = [...own, ...letters];
  return new Set(all).size < all.length ? null : { id, stem: id, layer: null, letters: all, formals: [], log: false };
}

/** `d²(x, μ)` is a name of its own. */
export function squaredFunction<
  R extends { readonly id: string; readonly stem: string; readonly powers: readonly { readonly value: Surface }[] },
>(r: R): R {
  const power = r.powers[0] === undefined ? null : unwrap(r.powers[0].value);
  return r.powers.length === 1 && power?.kind === 'number' && r.id.length === 1
    ? { ...r, id: `${r.id}^${power.num}`, stem: `${r.stem}^${power.num}`, powers: [] }
    : r;
}

function formalOf(s: Surface, usage: Usage): Formal | null {
  const sc = scripted(unwrap(s));
  if (sc === null || sc.transposed) return null;
  const r = resolveScripts(sc, usage);
  if (r.powers.length > 0) return null;
  const letters = r.indices.map(letterOf);
  if (letters.length === 1 && letters[0] !== null) return { kind: 'entry', id: r.id, letter: must(letters[0]) };
  if (letters.length > 0) return null;
  const letter = letterOf(unwrap(s));
  if (letter !== null && !sc.bold && isIndexHere(letter, usage)) return { kind: 'letter', letter };
  return { kind: 'name', id: r.id };
}

/** A lone letter that carries indices nowhere but is one: the i of `softmax(y, i)`. */
export const isIndexHere = (letter: string, usage: Usage): boolean => {
  const use = usage.names.get(letter);
  return (
    /^[a-z]$/.test(letter) &&
    usage.indexLetters.has(letter) &&
    (use === undefined || (use.subLetters.size === 0 && use.subNumbers.size === 0 && use.boldBare === 0)) &&
    (!/^[xyzabvwu]$/.test(letter) || usage.bound.has(letter))
  );
};

/** Which definitions are in force. */
export class Registry {
  private readonly all = new Map<string, Source[]>();
  private readonly force = new Map<string, Source>();
  /** Of quantities that stand for every layer: the first definition of any layer, and the one entered last. */
  private readonly firstOfStem = new Map<string, Source>();
  private readonly forceOfStem = new Map<string, Source>();

  /** Quantities that are defined by their own other entries (`h_t` by `h_{t-1}`). */
  readonly recursive = new Map<string, Surface>();

  /** Lists a definition without putting it in force: it answers uses that stand before it. */
  list(source: Source): void {
    const before = this.all.get(source.id) ?? [];
    before.push(source);
    this.all.set(source.id, before);
    if (source.layer !== null && !this.firstOfStem.has(source.stem)) this.firstOfStem.set(source.stem, source);
  }
  /** Definitions written in another way; before any is in force. */
  replace(sources: ReadonlyMap<Source, Source>): void {
    const now = (s: Source): Source => sources.get(s) ?? s;
    for (const [id, all] of this.all) this.all.set(id, all.map(now));
    for (const [stem, s] of this.firstOfStem) this.firstOfStem.set(stem, now(s));
  }
  /** From here on this definition holds. */
  enter(source: Source): void {
    this.force.set(source.id, source);
    if (source.layer !== null) this.forceOfStem.set(source.stem, source);
  }
  /** It holds no longer. */
  leave(source: Source): void {
    if (this.force.get(source.id) === source) this.force.delete(source.id);
  }
  /** The same without the definitions of one quantity. */
  without(id: string): Registry {
    const other = this.copy();
    other.all.delete(id);
    other.force.delete(id);
    return other;
  }
  /** The same with another definition in force. */
  instead(source: Source): Registry {
    const other = this.copy();
    other.enter(source);
    return other;
  }
  private copy(): Registry {
    const other = new Registry();
    for (const [id, sources] of this.all) other.all.set(id, sources);
    for (const [id, s] of this.force) other.force.set(id, s);
    for (const [stem, s] of this.firstOfStem) other.firstOfStem.set(stem, s);
    for (const [stem, s] of this.forceOfStem) other.forceOfStem.set(stem, s);
    for (const [id, s] of this.recursive) other.recursive.set(id, s);
    return other;
  }
  isListed(id: string): boolean {
    return this.all.has(id);
  }
  /** `F''(x)` where F(x) is defined: a derivative, and no new function. */
  isDerivative(s: Surface | null | undefined, usage: Usage): boolean {
    const head = s ? readHead(s, usage) : null;
    const of = head?.id.endsWith("'") ? this.lookUp(head.id.replace(/'+$/, '')) : null;
    return head?.formals != null && of?.formals?.length === 1;
  }
  isInForce(id: string): boolean {
    return this.force.has(id);
  }
  inForce(id: string): Source | null {
    return this.force.get(id) ?? null;
  }

  /** The definition of a quantity at this place: the one in force, else the first that follows. */
  lookUp(id: string): Source | null {
    return this.force.get(id) ?? this.all.get(id)?.[0] ?? null;
  }

  /** A definition of the same quantity for another layer. */
  lookUpLayer(stem: string): Source | null {
    return this.forceOfStem.get(stem) ?? this.firstOfStem.get(stem) ?? null;
  }
  /** Whether some definition speaks of a quantity. */
  isUsed(id: string, usage: Usage): boolean {
    if (this.used === null)
      this.used = new Set(
        this.sources().flatMap((s) => [
          s.id,
          ...idsIn(s.body, usage),
          ...(s.formals ?? []).flatMap((f) => (f.kind === 'letter' ? [] : [f.id])),
        ]),
      );
    return this.used.has(id);
  }
  private used: Set<string> | null = null;
  /** Whether a quantity is defined in two ways under different letters: `net_k` of one layer, `net_j` of another. */
  isTwofold(id: string, usage: Usage): boolean {
    const [first, ...others] = (this.all.get(id) ?? []).filter((s) => s.letters.length > 0 && s.formals === null);
    if (first === undefined) return false;
    const speaks = (s: Source): string => [...new Set(idsIn(s.body, usage))].sort().join();
    return others.some(
      (s) => s.letters.join() !== first.letters.join() && s.section === first.section && speaks(s) !== speaks(first),
    );
  }
  ids(): string[] {
    return [...this.all.keys()];
  }
  sources(): Source[] {
    return [...this.all.values()].flat();
  }
}
