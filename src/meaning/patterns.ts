// What is read and not calculated, as a name: its whole text with the index letters taken out.
// Not here: which formulas those are (`elaborate/opaque.ts`).
// Invariant: two formulas have the same pattern only if they are the same but for their index letters.
import { parts, type Surface } from '../language/surface.ts';
import { letterOf, scripted, scriptText, type Scripted } from '../language/scripted.ts';
import type { Resolved } from './usage.ts';

export interface Pattern {
  readonly id: string;
  /** The index letters in the order of the text, each as often as it stands there. */
  readonly indices: readonly Surface[];
  /** The quantities that it speaks of. */
  readonly names: readonly string[];
}

export interface PatternOptions {
  readonly resolve: (sc: Scripted) => Resolved;
  /** Whether a bare letter is an index. */
  readonly isIndex: (letter: string) => boolean;
}

/** `P(z_i = k | x_i)` is `P(z_·=·|x_·)` at i, k, i. */
export function patternOf(s: Surface, options: PatternOptions): Pattern {
  const walk = new Walk(options);
  const id = walk.text(s);
  return { id, indices: walk.indices, names: [...walk.names] };
}

class Walk {
  readonly indices: Surface[] = [];
  readonly names = new Set<string>();
  /** Letters bound inside of the formula itself. */
  private readonly own: string[] = [];

  constructor(private readonly options: PatternOptions) {}

  text(s: Surface): string {
    const sc = scripted(s);
    if (sc !== null) return this.named(s, sc);
    switch (s.kind) {
      case 'number':
      case 'text':
        return scriptText(s);
      case 'ones':
      case 'ellipsis':
        return s.kind;
      case 'group':
        return `(${this.text(s.value)})`;
      case 'reduce':
        return this.bound(s);
      case 'apply':
        return `${this.text(s.head)}(${s.args.map((x) => this.text(x)).join(', ')})`;
      case 'conditional':
        return `${this.text(s.value)}|${this.text(s.given)}`;
      case 'list':
        return s.items.map((x) => this.text(x)).join(', ');
      case 'relation':
        return this.text(s.first) + s.links.map((l) => `${l.op}${this.text(l.value)}`).join('');
      case 'sum':
        return `(${s.terms.map((t) => (t.sign === 1 ? '+' : '-') + this.text(t.value)).join('')})`;
      case 'product':
        return `(${s.factors.map((f) => (f.op === 'juxtaposed' ? ' ' : f.op) + this.text(f.value)).join('')})`;
      default:
        return `${this.label(s)}(${parts(s)
          .map((x) => this.text(x))
          .join(', ')})`;
    }
  }

  /** What tells a node from others with the same parts. */
  private label(s: Surface): string {
    switch (s.kind) {
      case 'opaque':
        return s.sign;
      case 'bars':
        return s.double ? '‖' : '|';
      case 'prime':
        return `'${s.count}`;
      case 'derivative':
      case 'gradient':
        return `${s.kind}${s.order}`;
      default:
        return s.kind;
    }
  }

  private bound(s: Extract<Surface, { kind: 'reduce' }>): string {
    this.own.push(...s.binding.letters);
    const inside = `${s.op} ${s.binding.letters.join()}(${parts(s)
      .map((x) => this.text(x))
      .join()})`;
    this.own.length -= s.binding.letters.length;
    return inside;
  }

  private named(s: Surface, sc: Scripted): string {
    if (sc.subs.length === 0 && sc.sups.length === 0 && this.isIndex(sc.name)) return this.index(s);
    const r = this.options.resolve(sc);
    this.names.add(r.id);
    const indices = r.indices.map((i) => (this.isIndexExpression(i) ? this.index(i) : this.text(i)));
    const powers = r.powers.map((p) => `^${this.text(p.value)}`);
    return `${r.id}${indices.length > 0 ? `_${indices.join(',')}` : ''}${powers.join('')}${sc.transposed ? 'ᵀ' : ''}`;
  }

  private index(s: Surface): string {
    const letter = letterOf(s);
    if (letter !== null && this.own.includes(letter)) return letter;
    this.indices.push(s);
    return '·';
  }

  /** A letter: everything else in a subscript is part of the text. */
  private isIndexExpression(s: Surface): boolean {
    return letterOf(s) !== null;
  }

  private isIndex(name: string): boolean {
    return this.own.includes(name) || this.options.isIndex(name);
  }
}
