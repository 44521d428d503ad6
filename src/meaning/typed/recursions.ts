// Recursions: `h_t = tanh(w h_{t-1} + x_t)`, `z^l_j = Σ_k w^l_{jk} a^{l-1}_k; a^l_j = σ(z^l_j)`, written out for the
// levels that are asked for.
// Not here: how levels are written (`levels.ts`), definitions by number (`numbered.ts`).
// Invariant: after this no statement is a recursion: each level that is used has a definition of its own, or the text
// is refused.
import { WhygradError } from '../../term/error.ts';
import { lastOf, must } from '../../term/must.ts';
import type { OpenRecursion } from '../../term/context.ts';
import { atLevel, type Level, levelledName, levelOf, levelText, type Levelled } from './levels.ts';
import { mapParts, parts, type Surface, unwrap, visitSurface } from '../../language/surface.ts';

interface Text {
  readonly text: string;
  readonly surface: Surface;
}
/** A definition for every level: its head's level is `letter`. */
interface Template<T extends Text> {
  readonly statement: T;
  readonly name: string;
  readonly place: Levelled['place'];
  readonly letter: string;
}

export interface Unrolled<T> {
  readonly statements: readonly T[];
  readonly others: readonly T[];
  /** Names at the lowest level that is written out, and what lies behind them. */
  readonly open: ReadonlyMap<string, OpenRecursion>;
}

/** More levels than this are not written out. */
const most = 40;

/** The statements with every recursion written out. */
export function unroll<T extends Text>(statements: readonly T[], others: readonly T[]): Unrolled<T> {
  const templates = templatesOf(statements);
  if (templates.size === 0 && !statements.some((s) => usesLevels(s.surface)))
    return { statements, others, open: new Map() };
  return new Unrolling(statements, others, templates).result();
}

const usesLevels = (s: Surface): boolean => layered(s).size > 0 || sumsLabels(s);
/** `Σ_l ‖W^{(l)}‖²` */
const sumsLabels = (s: Surface): boolean =>
  (s.kind === 'reduce' && s.binding.letters.some((l) => labelsWith(s.body, l))) || parts(s).some(sumsLabels);
const labelsWith = (s: Surface, letter: string): boolean =>
  levelledIn(s).some((u) => u.label && u.level.letter === letter);

/** Names with `N^1 = …`: their raised numbers count layers. */
function layered(s: Surface): Set<string> {
  const side = definedSide(s);
  const head = side === null ? null : levelledName(side);
  const isLayer = head?.place === 'above' && head.level.letter === null && head.level.plus === 1;
  return new Set(isLayer ? [head.name] : []);
}

/** The left side of what may be a definition. */
function definedSide(surface: Surface): Surface | null {
  const s = unwrap(surface);
  if (s.kind !== 'relation' || s.links.some((l) => l.op !== '=' && l.op !== ':=')) return null;
  return unwrap(s.first);
}
const bodyOf = (surface: Surface): Surface => {
  const s = unwrap(surface);
  return s.kind === 'relation' ? lastOf(s.links).value : s;
};

/** The definitions for every level that a recursion, or layers, make templates. */
function templatesOf<T extends Text>(statements: readonly T[]): Map<string, Template<T>> {
  const candidates = new Map<string, Template<T>>();
  for (const statement of statements) {
    const side = definedSide(statement.surface);
    const head = side === null ? null : levelledName(side);
    if (head === null || head.level.letter === null || candidates.has(head.name)) continue;
    const { letter, plus } = head.level;
    const shifted = plus === 0 ? statement.surface : atLevel(statement.surface, letter, { letter, plus: -plus });
    candidates.set(head.name, {
      statement: { ...statement, surface: shifted },
      name: head.name,
      place: head.place,
      letter,
    });
  }
  const recursive = new Set([...candidates.keys()].filter((n) => recurs(n, candidates)));
  const isTemplate = (t: Template<T>): boolean =>
    recursive.has(t.name) ||
    (t.place === 'above' && isLayerLetter(t.letter)) ||
    usesOf(t, candidates).some((u) => u.level.letter === t.letter && recursive.has(u.name));
  return new Map([...candidates].filter(([, t]) => isTemplate(t)));
}
const isLayerLetter = (letter: string): boolean => letter === 'l' || letter === 'ell' || letter === 'L';

/** The levelled names in the body of a template that have a template themselves. */
function usesOf<T extends Text>(t: Template<T>, all: ReadonlyMap<string, Template<T>>): Levelled[] {
  return levelledIn(bodyOf(t.statement.surface)).filter((u) => all.get(u.name)?.place === u.place);
}

/** Whether a definition leads back to itself at another level. */
function recurs<T extends Text>(name: string, all: ReadonlyMap<string, Template<T>>): boolean {
  const start = must(all.get(name));
  const seen = new Set<string>();
  const walk = (t: Template<T>, moved: boolean): boolean =>
    usesOf(t, all).some((u) => {
      if (u.level.letter !== t.letter) return false;
      const moves = moved || u.level.plus !== 0;
      if (u.name === name) return moves;
      const k = `${u.name}|${moves}`;
      if (seen.has(k)) return false;
      seen.add(k);
      const next = must(all.get(u.name));
      return next.letter === start.letter && walk(next, moves);
    });
  return walk(start, false);
}

/** The scripts of a name with a level. */
const scriptsOf = (s: Surface): readonly Surface[] => {
  if (s.kind === 'subscript') return [...(s.base.kind === 'name' ? [] : scriptsOf(s.base)), ...s.parts];
  return s.kind === 'power' ? [...(s.base.kind === 'subscript' ? s.base.parts : []), s.exponent] : [];
};

/** Every name with a level in a formula, outermost first. */
function levelledIn(s: Surface): Levelled[] {
  const found: Levelled[] = [];
  const walk = (x: Surface): void => {
    const here = levelledName(x);
    if (here !== null) found.push(here);
    if (x.kind === 'subscript') {
      if (x.base.kind !== 'name') walk(x.base);
      x.parts.forEach(walk);
    } else if (x.kind === 'power' && here !== null) {
      // `h_i^2` may be a power of h_i.
      if (x.base.kind === 'subscript') walk(x.base);
    } else parts(x).forEach(walk);
  };
  walk(s);
  return found;
}

class Unrolling<T extends Text> {
  private readonly written = new Map<string, T>();
  private readonly explicit = new Set<string>();
  private readonly plain: readonly T[];
  private readonly asked: readonly T[];
  private readonly layers: Set<string>;
  /** Names that are defined without a level, too. */
  private readonly named = new Set<string>();

  constructor(
    statements: readonly T[],
    others: readonly T[],
    private readonly templates: ReadonlyMap<string, Template<T>>,
  ) {
    this.layers = new Set([
      ...[...templates.values()].filter((t) => t.place === 'above').map((t) => t.name),
      ...statements.flatMap((s) => [...layered(s.surface)]),
    ]);
    for (const n of this.alwaysRaised([...statements, ...others])) this.layers.add(n);
    const isTemplate = (s: T): boolean => {
      const side = definedSide(s.surface);
      const head = side === null ? null : levelledName(side);
      const t = head === null ? undefined : templates.get(head.name);
      return t !== undefined && head?.level.letter === t.letter;
    };
    const ready = (s: T): T => ({ ...s, surface: this.labelled(this.spread(s.surface, s)) });
    this.plain = statements.filter((s) => !isTemplate(s)).map(ready);
    this.asked = others.map(ready);
    for (const s of this.plain) {
      const side = definedSide(s.surface);
      const head = side === null ? null : levelledName(side);
      if (head !== null) this.explicit.add(`${head.name}|${levelText(head.level)}`);
      if (side?.kind === 'name') this.named.add(side.name);
    }
  }

  result(): Unrolled<T> {
    for (const s of [...this.plain, ...this.asked]) this.request(s.surface, s);
    return {
      statements: [...this.written.values(), ...this.plain],
      others: this.asked,
      open: this.openNames(),
    };
  }

  /** Of layered texts: the names that never stand without a raised number, like the w of `w^2_{jk}`. */
  private alwaysRaised(texts: readonly T[]): string[] {
    if (this.layers.size === 0) return [];
    const raised = new Set<string>();
    const bare = new Set<string>();
    for (const s of texts)
      visitSurface(s.surface, (x) => {
        const here = levelledName(x);
        if (here?.place === 'above') {
          raised.add(here.name);
          return x.kind === 'power' ? false : undefined;
        }
        if (x.kind === 'name') bare.add(x.name);
        return undefined;
      });
    return [...raised].filter((n) => !bare.has(n) && n !== 'e');
  }

  /** Raised numbers of layered names as labels. */
  private labelled(s: Surface): Surface {
    const inner = mapParts(s, (x) => this.labelled(x));
    if (inner.kind !== 'power' || inner.style !== 'none') return inner;
    const here = levelledName(inner);
    return here !== null && this.layers.has(here.name) ? { ...inner, style: 'paren' } : inner;
  }

  /** Σ over the level of a template as the sum of its terms. */
  private spread(s: Surface, text: Text): Surface {
    const inner = mapParts(s, (x) => this.spread(x, text));
    const letter = inner.kind === 'reduce' ? inner.binding.letters.find((l) => this.needs(inner.body, l)) : undefined;
    if (inner.kind !== 'reduce' || letter === undefined) return inner;
    const [from, to] = [inner.binding.from, inner.binding.to].map((b) => (b === null ? null : levelOf(b)));
    if (inner.op !== 'sum' || inner.binding.letters.length > 1 || inner.binding.where !== null)
      return this.refuse(inner, text, letter);
    if (
      !from ||
      !to ||
      from.letter !== null ||
      to.letter !== null ||
      to.plus - from.plus >= most ||
      to.plus < from.plus
    )
      return this.refuse(inner, text, letter);
    const values = Array.from({ length: to.plus - from.plus + 1 }, (_, n): Surface => {
      const value = atLevel(inner.body, letter, { letter: null, plus: from.plus + n });
      return { kind: 'group', bracket: '(', value, start: inner.start, end: inner.end };
    });
    const sum: Surface = {
      kind: 'sum',
      terms: values.map((value) => ({ sign: 1, value })),
      start: inner.start,
      end: inner.end,
    };
    return { kind: 'group', bracket: '(', value: sum, start: inner.start, end: inner.end };
  }

  /** Whether a formula holds a name whose definition depends on the level `letter`. */
  private needs(s: Surface, letter: string): boolean {
    return (
      labelsWith(s, letter) ||
      levelledIn(s).some((u) => u.level.letter === letter && this.templates.get(u.name)?.place === u.place)
    );
  }

  /** Writes out the levels of templates that a formula uses. */
  private request(s: Surface, text: Text): void {
    const whole = this.wholeName(s);
    if (whole !== null) this.refuse(s, text, must(this.templates.get(whole)).letter, whole);
    for (const u of levelledIn(s)) {
      const t = this.templates.get(u.name);
      if (t === undefined || t.place !== u.place) continue;
      if (u.place === 'below' && u.level.letter !== null) this.refuse(s, text, u.level.letter, u.name);
      if (u.level.letter === null || u.level.plus >= this.lowest(u.level.letter)) this.write(t, u.level, text);
    }
  }

  /** A name with a template that stands without a level. */
  private wholeName(s: Surface): string | null {
    if (s.kind === 'name') return this.templates.has(s.name) && !this.named.has(s.name) ? s.name : null;
    const inner = levelledName(s) === null ? parts(s) : scriptsOf(s);
    for (const p of inner) {
      const found = this.wholeName(p);
      if (found !== null) return found;
    }
    return null;
  }

  private write(t: Template<T>, level: Level, text: Text): void {
    const k = `${t.name}|${levelText(level)}`;
    if (this.written.has(k) || this.explicit.has(k) || (level.letter === null && level.plus < 1)) return;
    if (this.written.size >= most * this.templates.size) this.refuse(t.statement.surface, text, t.letter, t.name);
    const surface = this.labelled(atLevel(t.statement.surface, t.letter, level));
    this.written.set(k, { ...t.statement, surface });
    this.request(bodyOf(surface), t.statement);
  }

  private readonly floors = new Map<string, number>();
  /** The lowest level `L - k` of a symbol that the text itself names. */
  private lowest(symbol: string): number {
    let floor = this.floors.get(symbol);
    if (floor === undefined) {
      const named = [...this.plain, ...this.asked].flatMap((s) => levelledIn(s.surface));
      const templates = [...this.templates.values()];
      const mine = templates.some((t) => t.letter === symbol) ? [0] : [];
      const all = named.filter((u) => u.place === 'above' && u.level.letter === symbol).map((u) => u.level.plus);
      // Of the template's own letter one level is a step of its own: what it starts from is held.
      floor = mine.length > 0 ? 0 : Math.min(0, ...all);
      this.floors.set(symbol, floor);
    }
    return floor;
  }

  /** The names at levels of a symbol that are not written out, with what lies behind them. */
  private openNames(): Map<string, OpenRecursion> {
    const open = new Map<string, OpenRecursion>();
    const behind = this.behind();
    for (const s of this.written.values())
      for (const u of levelledIn(bodyOf(s.surface))) {
        const k = `${u.name}|${levelText(u.level)}`;
        const t = this.templates.get(u.name);
        if (t === undefined || u.level.letter === null || this.written.has(k) || this.explicit.has(k)) continue;
        open.set(`${u.name}^(${levelText(u.level)})`, {
          letter: t.letter,
          at: u.level.letter,
          plus: u.level.plus,
          ...behind,
        });
      }
    return open;
  }

  /** What the templates and the explicit levels depend on: names without a level, and names with one. */
  private behind(): { readonly shared: ReadonlySet<string>; readonly levelled: ReadonlySet<string> } {
    const shared = new Set<string>();
    const levelled = new Set<string>(this.templates.keys());
    const explicit = this.plain.filter((s) => {
      const side = definedSide(s.surface);
      const head = side === null ? null : levelledName(side);
      return head !== null && this.templates.has(head.name);
    });
    for (const s of [...[...this.templates.values()].map((t) => t.statement), ...explicit]) {
      for (const u of levelledIn(s.surface)) if (u.place === 'above') levelled.add(u.name);
      visitSurface(s.surface, (x) => {
        if (x.kind === 'name') shared.add(x.name);
      });
    }
    for (const n of levelled) shared.delete(n);
    return { shared, levelled };
  }

  private refuse(at: Surface, text: Text, letter: string, name?: string): never {
    const used = name ?? levelledIn(at).find((u) => this.templates.has(u.name))?.name;
    if (used === undefined)
      throw new WhygradError('label-sum', `${letter} counts names here, and where it ends is open`, {
        text: text.text,
        span: { start: at.start, end: at.end },
        hint: 'end the sum at a number, or write its terms one by one',
      });
    const above = this.templates.get(used)?.place === 'above';
    const step = (n: number): string => (above ? `${used}^{(${n})}` : `${used}_${n}`);
    throw new WhygradError(
      'recursion',
      `${used} is defined by a recursion over ${this.templates.get(used)?.letter ?? letter}, and how far it goes is open here`,
      {
        text: text.text,
        span: { start: at.start, end: at.end },
        hint: `give the steps one by one (${step(1)} = …; ${step(2)} = …), or ask for a step with a number`,
      },
    );
  }
}
