// Letters typed together: one name, several names side by side (`Ax`, `wx`), or nothing that is known.
// Not here: the list of words (`language/words.ts`), runs of functions (`language/tokens.ts` parts them), the text's
// spelling.
// Invariant: a run that is defined, supplied, reserved or a word stays one name; every split is told as a reading; what
// is left is asked for.
import { lastOf } from '../../term/must.ts';
import type { Reading } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import { functionSpellings, isFunction } from '../../term/functions.ts';
import { didYouMean } from '../../term/near.ts';
import { gate } from './gate.ts';
import { gluedReadings, isWordOrCall } from '../../language/glued.ts';
import { notePrimed, noteUnprimed, tightened, turned, turnsPrimes } from './factors.ts';
import { mapParts, parts, type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { toldReach } from '../../language/slashes.ts';
import { isWord } from '../../language/words.ts';
import { pairsBound } from './pairs.ts';
import { isGiven, type World } from './world.ts';

type Name = Surface & { kind: 'name' };

/** A text to be split, with the spelling that it is written in. */
export interface Written {
  readonly text: string;
  readonly latex: boolean;
  readonly surface: Surface;
}

/** Runs of one reading: what is known is gathered from all texts that belong together. */
export class Runs {
  private readonly known = new Set<string>();
  private readonly declared = new Set<string>();
  /** Names that stand somewhere without a prime. */
  private readonly unprimed = new Set<string>();

  constructor(
    readonly world: World,
    texts: readonly Written[],
    /** Letters that stay free, because somebody asked for them. */
    private readonly asked: ReadonlySet<string> = new Set(),
  ) {
    for (const name of [...world.seen, ...world.sizes]) this.known.add(name);
    for (const head of world.functions.values()) for (const name of head.args) this.declared.add(name);
    for (const t of texts) {
      this.declare(t.surface);
      noteUnprimed(t.surface, this.unprimed);
    }
    if (texts.some((t) => turnsPrimes(t.surface, this.unprimed)))
      for (const t of texts) notePrimed(t.surface, this.unprimed);
    this.close(texts);
  }

  /** What a derivative is taken by is a name, however it is spelled. */
  private declare(s: Surface): void {
    visitSurface(s, (x) => {
      if (x.kind !== 'derivative') return;
      for (const by of x.by) {
        const u = unwrap(by);
        const base = u.kind === 'subscript' ? u.base : u;
        if (base.kind === 'name' && base.name.length > 1) this.declared.add(base.name);
      }
    });
  }

  /** Letters of runs that are products are known in the next run (`3xy + 2yz`); so are letters that two runs share. */
  private close(texts: readonly Written[]): void {
    const open = new Map<string, { run: Name; latex: boolean; power: boolean }>();
    for (const t of texts) collect(t.surface, (run, power) => open.set(run.name, { run, latex: t.latex, power }));
    const times = new Map<string, number>();
    for (const { run } of open.values())
      if (this.isOpen(run) && !isWord(lettersOf(run.name).join('')))
        for (const l of new Set(lettersOf(run.name))) times.set(l, (times.get(l) ?? 0) + 1);
    for (const [letter, n] of times) if (n > 1) this.known.add(letter);
    for (let changed = true; changed; ) {
      changed = false;
      for (const [name, { run, latex, power }] of open) {
        if (!this.isProduct(run, latex, power)) continue;
        for (const part of partsOfRun(name)) {
          this.known.add(part);
          this.world.seen.add(part);
        }
        open.delete(name);
        changed = true;
      }
    }
  }

  /** Whether nothing says that this run is a name. */
  private isOpen(s: Surface): s is Name {
    return (
      s.kind === 'name' &&
      s.run &&
      !s.bold &&
      /^[A-Za-z]{2,}\d*$/.test(s.name) &&
      !isGiven(this.world, s.name) &&
      !this.declared.has(s.name) &&
      !this.world.sizes.has(s.name) &&
      !this.world.functions.has(s.name) &&
      !isFunction(s.name)
    );
  }

  private isKnown = (letter: string): boolean => isGiven(this.world, letter) || this.known.has(letter);

  /** A run of two letters or of capitals with a known one, or of known letters alone, is a product. */
  private isProduct(s: Surface, latex: boolean, power: boolean): s is Name {
    if (!this.isOpen(s) || isWord(s.name)) return false;
    const all = partsOfRun(s.name);
    const knows = (l: string, n: number): boolean => this.isKnown(l) || (power && l === 'e' && n === all.length - 1);
    if (all.length > 6) return false;
    if (latex || !(all.length === 2 || /^[A-Z]{2,4}$/.test(s.name))) return all.every(knows);
    return all.some(knows);
  }

  /** The text split; throws where a run is nothing that is known. */
  splitOrAsk(t: Written, told: Reading[]): Surface {
    gate(t, this.world);
    told.push(...toldReach(t.surface, t.text));
    const surface = pairsBound(t.surface, t.text, (letter) => this.asked.has(letter), told);
    return this.split({ ...t, surface }, told, (run) => {
      throw this.unknown(run, t.text);
    });
  }

  /**
   * The text with every run as what it is; a script belongs to the last letter. `asks` gets the runs that nobody knows.
   */
  split(t: Written, told: Reading[], asks: (run: Name) => void): Surface {
    const inner = (s: Surface): Surface => go(s);
    const tell = (run: Name): void => void told.push(this.reading(run));
    const part = (s: Surface, dress: (last: Surface) => Surface, whole: Surface, power = false): Surface => {
      if (this.isProduct(s, t.latex, power)) {
        tell(s);
        const all = lettersAsNames(s);
        return product(whole, [...all.slice(0, -1), dress(lastOf(all))]);
      }
      if (!t.latex && this.isOpen(s) && (!isWord(s.name) || isWordOrCall(s.name, this.isKnown))) asks(s);
      return dress(s);
    };
    const go = (s: Surface): Surface => {
      switch (s.kind) {
        case 'name':
          return part(s, (x) => x, s);
        case 'apply':
          return this.splitCall(s, t, inner, tell);
        case 'subscript':
          return s.base.kind === 'name' ? this.splitIndexed(s, tell) : { ...s, base: inner(s.base) };
        case 'power': {
          const exponent = inner(s.exponent);
          return s.base.kind === 'name'
            ? part(s.base, (base) => ({ ...s, base, exponent }), s, true)
            : flat({ ...s, base: inner(s.base), exponent });
        }
        case 'transpose':
        case 'prime':
          return s.base.kind === 'name'
            ? part(s.base, (base) => ({ ...s, base }), s)
            : flat({ ...s, base: inner(s.base) });
        // A product in a product is one product: `x^T Ax` has three factors.
        case 'product':
          return tightened({
            ...s,
            factors: turned(s.factors, this.unprimed, this.world, told).flatMap((f) => {
              const to = inner(f.value);
              return to.kind === 'product' && f.value.kind !== 'product' && f.op !== '/'
                ? to.factors.map((x, n) => (n === 0 ? { ...x, op: f.op } : x))
                : [{ ...f, value: to }];
            }),
          });
        default:
          return mapParts(s, inner);
      }
    };
    if (!t.latex) told.push(...gluedReadings(t.text, t.surface));
    return go(t.surface);
  }

  /** `kx(t + 1)` is k x (t + 1); `net(x)` calls net. */
  private splitCall(
    s: Surface & { kind: 'apply' },
    t: Written,
    inner: (s: Surface) => Surface,
    tell: (run: Name) => void,
  ): Surface {
    // In plain text `W[in, out]` names an entry.
    if (s.bracket === '[' && !t.latex && s.head.kind === 'name') return s;
    const args = s.args.map(inner);
    if (s.head.kind !== 'name') return { ...s, head: keepsName(s.head) ? s.head : inner(s.head), args };
    if (!this.isProduct(s.head, t.latex, false)) return { ...s, args };
    tell(s.head);
    const all = lettersAsNames(s.head);
    const last = lastOf(all);
    return product(s, [...all.slice(0, -1), { ...s, head: last, args, start: last.start }]);
  }

  /** A run with indices is declared by them, unless two letters stand there and one is known. */
  private splitIndexed(s: Surface & { kind: 'subscript' }, tell: (run: Name) => void): Surface {
    if (s.base.kind !== 'name' || s.base.name.length !== 2 || !this.isProduct(s.base, false, false)) return s;
    tell(s.base);
    const all = lettersAsNames(s.base);
    const last = lastOf(all);
    return product(s, [...all.slice(0, -1), { ...s, base: last, start: last.start }]);
  }

  private reading(run: Name): Reading {
    const all = partsOfRun(run.name);
    const known = all.find(this.isKnown) ?? lastOf(all);
    return { text: run.name, as: all.join(' '), because: this.because(known) };
  }
  private because(letter: string): string {
    if (this.world.defined.has(letter)) return `${letter} is defined`;
    if (this.world.supplied.has(letter)) return `${letter} has a value`;
    return letter === 'e' && !this.isKnown('e') ? 'e is the base of exp' : `${letter} stands elsewhere by itself`;
  }

  /** The error that asks what a run is. */
  private unknown(run: Name, text: string): WhygradError {
    const all = partsOfRun(run.name);
    const names = [...this.world.ranks.keys(), ...this.world.defined, ...this.world.supplied, ...functionSpellings()];
    return new WhygradError('unknown-name', `"${run.name}" is no name that is known here`, {
      text,
      span: { start: run.start, end: run.end },
      hint: `${didYouMean(run.name, names)}write ${all.join(' ')} or ${all.join('*')} for a product; for one name, define ${run.name}, give it a value, or write its index (${run.name}_i)`,
    });
  }
}

const keepsName = (head: Surface): boolean =>
  (head.kind === 'subscript' || head.kind === 'power' || head.kind === 'prime') &&
  (head.base.kind === 'name' || keepsName(head.base));

/** The letters of a run; digits at its end belong to the last one. */
const partsOfRun = (run: string): string[] => run.match(/[A-Za-z]\d*/g) ?? [run];
const lettersOf = (run: string): string[] => run.match(/[A-Za-z]/g) ?? [];

function lettersAsNames(run: Name): Surface[] {
  let at = run.start;
  return partsOfRun(run.name).map((name): Surface => {
    const start = at;
    at += name.length;
    return { kind: 'name', name, bold: false, run: name.length > 1, start, end: at };
  });
}

const product = (span: Surface, values: readonly Surface[]): Surface => ({
  kind: 'product',
  factors: values.map((value) => ({ op: 'juxtaposed', value })),
  start: span.start,
  end: span.end,
});

/** A script on what turned out to be a product belongs to the last factor. */
function flat(s: Surface & { kind: 'power' | 'transpose' | 'prime' }): Surface {
  if (s.base.kind !== 'product') return s;
  const last = lastOf(s.base.factors);
  return {
    ...s.base,
    start: s.start,
    end: s.end,
    factors: [...s.base.factors.slice(0, -1), { ...last, value: { ...s, base: last.value, start: last.value.start } }],
  };
}

/** Every run of a text that stands where a name may stand, and whether it is the base of a power. */
function collect(s: Surface, f: (run: Name, power: boolean) => void, power = false): void {
  if (s.kind === 'name') {
    if (s.run) f(s, power);
    return;
  }
  if (s.kind === 'power') {
    collect(s.base, f, true);
    collect(s.exponent, f);
    return;
  }
  if (s.kind === 'subscript') {
    if (s.base.kind !== 'name' || s.base.name.length === 2) collect(s.base, f);
    return;
  }
  for (const p of parts(s)) collect(p, f);
}
