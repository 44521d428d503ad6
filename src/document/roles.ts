// What the sentence around a formula makes of it: something given, something assumed, or a remark that holds there
// alone.
// Not here: what a formula says (`statements.ts`), which equation of a name defines it (`meaning/document.ts`).
// Invariant: the words are the tables below; a value in the middle of a sentence is given only where the sentence gives
// it.
import { must } from '../term/must.ts';
import { parts, unwrap, type Surface } from '../language/surface.ts';
import type { Item, Statement } from './statements.ts';

/**
 * `local`: a value for its sentence or its example alone. `case`: an equation in such a case, a definition only where
 * there is no other.
 */
export type Role = 'given' | 'assumed' | 'local' | 'case';

const small =
  '(?:\\s+(?:that|the|a|an|each|every|any|all|only|special|particular|extreme|cases?|points?|values?|choice|where|of|with|to|we|have|had)\\b,?){0,5}\\s*[:,(]?\\s*$';
/** Directly before an equation, small words between: it holds in a case that the sentence speaks of. */
const conditions = new RegExp(`\\b(?:if|when|whenever|unless)${small}`, 'i');
/** Directly before a value: the sentence speaks of a point or puts the value in. */
const points = new RegExp(
  `\\b(?:at|for|once|until|near|around|case|suppose|supposing|consider|imagine|say|setting|choosing|taking|putting|in|substituting|inserting|evaluating|letting|fixing|try|only)${small}`,
  'i',
);
/** Directly before a sum that is said to be a number: it restrains the quantities in a case or an example alone. */
const special = new RegExp(
  `\\b(?:(?:special|simple|simplest|particular|common|usual) cases?|imagine|only|for (?:a moment|now|example|instance)|e\\.g\\.)${small}`,
  'i',
);
/** Anywhere in a sentence: its values are examples. */
const examples =
  /\b(?:e\.g\.|for (?:example|instance)|example|examples|such as|initiali[sz]\w*|initial|starting|starts?|begins?|beginning|special case|limit|suppose|imagine|sanity|numeric\w*|evaluat\w*|plug\w*|substitut\w*|exercise)(?![\w-])/i;
/** Before a value: the sentence gives it. */
const declarations =
  /\b(?:let|set|sets|define|defines|defined|denote|fix|fixed|choose|chose|use|uses|take|put|default|defaults|assum\w*|hyper-?parameters?|parameters?|constants?)\b/i;
/**
 * These give a value only where the sentence then ends: `L = … with λ = 0.1`, but not `Ridge with λ = 0 is least
 * squares`.
 */
const attached = /\b(?:with|where|using|given)\b/i;
/** Before a declaration: what it would be, were it so. */
const unreal = /\b(?:if|when|whenever|unless|could|might|may|can|would|were|for the|at the|by)\b/i;
/** Before an equation: it is assumed. */
const assumptions = /\b(?:assum\w*|given that|subject to|provided that|where we require)\b[^.]*$/i;
const coordinates = /^\s*(?:,|;|and|,\s*and|or|&)\s*$/i;
/** What may follow a value that is given: others like it, then nothing or a clause of its own. */
const rest =
  /^\s*(?:(?:,|;|and|,\s*and)\s*⟪⟫\s*)*(?:$|[.;:)!?]|,\s*(?:where|which|unless)\b|unless\b|by default|throughout|from here|everywhere|always|here\b|(?:in|for) all\b|\()/i;
/** After a value: it was put in for what follows. */
const hence = /^\s*(?:to|and\s+(?:the|we|it|this|get|obtain)|then|gives?)\b/i;
/** Headings over values that hold below them alone. */
const exampleHeading =
  /\b(?:examples?|exercises?|numeric\w*|worked|sanity|special cases?|test|check|in numbers|demo|try)\b/i;
/** A full stop after these ends no sentence; `Example 3.` labels what follows. */
const abbreviation =
  /(?:^\s*(?:worked |numerical |an )?(?:example|exercise)s?(?:\s+[\d.]+)?|\b(?:e\.g|i\.e|w\.r\.t|cf|vs|resp|eqs?|figs?|secs?|approx|etc|a\.k\.a))$/i;

/** The statements of a document with the role that their sentences give them. */
export function roles(items: readonly Item[]): ReadonlyMap<Statement, Role> {
  const out = new Map<Statement, Role>();
  const reader = new Sentences();
  items.forEach((item, n) => {
    if (item.kind === 'statement') reader.statement(item, items.slice(n + 1, n + 20), out);
    else if (item.kind === 'prose') reader.words(item.text.text);
    else if (item.kind === 'heading') reader.heading(item.level, item.text.text);
    else if (item.kind === 'item' || item.kind === 'endheading') reader.end();
    else if (item.kind === 'paragraph') reader.paragraph();
  });
  return out;
}

class Sentences {
  /** The sentence so far, each statement as `⟪⟫`. */
  private before = '';
  private last: { readonly statement: Statement; readonly role: Role; readonly value: boolean } | null = null;
  /** A value that the sentence speaks under. */
  private condition = false;
  private example: number | null = null;

  end(): void {
    this.before = '';
    this.last = null;
    this.condition = false;
  }
  heading(level: number, text: string): void {
    this.end();
    if (this.example !== null && level > this.example) return;
    this.example = exampleHeading.test(text) ? level : null;
  }
  /** A break ends a sentence that leads to nothing. */
  paragraph(): void {
    if (this.condition && this.clause().trim() === '') this.end();
  }
  words(text: string): void {
    // A capital after a display begins a sentence, with or without a full stop before it.
    if (this.last?.statement.display === true && /⟫\s*$/.test(this.before) && /^\s*[A-Z][a-z]/.test(text)) this.end();
    this.before += text;
    const ends = [...this.before.matchAll(/[.!?](?=\s|$)/g)].filter(
      (m) => !abbreviation.test(this.before.slice(0, m.index)),
    );
    const end = ends.at(-1);
    if (end === undefined) return;
    const after = this.before.slice(end.index + 1);
    this.end();
    this.before = after;
  }
  private clause(): string {
    return this.before.slice(this.before.lastIndexOf('⟫') + 1);
  }

  statement(s: Statement, next: readonly Item[], out: Map<Statement, Role>): void {
    const clause = this.clause();
    const value = isValue(s);
    const role = this.roleOf(s, value, clause, next);
    if (isRelation(s)) {
      out.set(s, role);
      if (role === 'local' && value) {
        this.condition = true;
        // `f = x^2 when λ = 0`: what stands before the condition is under it, too.
        if (this.last !== null && isBare(clause)) out.set(this.last.statement, this.last.value ? 'local' : 'case');
      }
      this.last = { statement: s, role, value };
    }
    this.before += '⟪⟫';
    if (s.display && /[.!?]\s*(?:\\\S*\s*)?$/.test(s.text)) this.end();
  }

  private roleOf(s: Statement, value: boolean, clause: string, next: readonly Item[]): Role {
    if (s.reasons.some(isValueCondition)) return value ? 'local' : 'case';
    if (this.last !== null && coordinates.test(clause) && goesOn(this.last, value)) return this.last.role;
    if (isRange(s)) return 'given';
    if (conditions.test(clause) || (value ? points : special).test(clause)) return value ? 'local' : 'case';
    if (!value) return this.condition ? 'case' : assumptions.test(clause) ? 'assumed' : 'given';
    if (this.example !== null || examples.test(this.before)) return 'local';
    if (assumptions.test(clause)) return 'assumed';
    if (s.display) return 'given';
    return this.gives(clause, next) ? 'given' : 'local';
  }

  /** Whether the sentence gives the value. */
  private gives(clause: string, next: readonly Item[]): boolean {
    const follows = following(next);
    if (unreal.test(clause)) return /\bby default\s*$/i.test(clause);
    if (declarations.test(clause)) return !hence.test(follows);
    if (attached.test(clause))
      return rest.test(follows) || (/\bwhere\s*$/i.test(clause) && /^\s*(?:is|are|denotes?)\b/i.test(follows));
    // A value that stands by itself, after nothing or after a colon.
    return (clause.trim() === '' || /[:(]\s*$/.test(clause)) && rest.test(follows);
  }
}

/** The words after a statement up to the end of its paragraph, other statements as `⟪⟫`. */
function following(next: readonly Item[]): string {
  let text = '';
  for (const item of next) {
    if (item.kind === 'prose') text += item.text.text;
    else if (item.kind === 'statement') text += '⟪⟫';
    else break;
  }
  return text;
}

/** Only the words of a condition stand between two statements: `f = x^2 at x = 0`. */
const isBare = (clause: string): boolean =>
  (conditions.test(clause) || points.test(clause)) && clause.trim().split(/\s+/).length <= 4;

/** `x = 0 and y = 1`: what stands beside a value, or beside what is assumed, has its role. */
const goesOn = (last: { readonly role: Role; readonly value: boolean }, value: boolean): boolean =>
  (value && last.value) || last.role === 'assumed';

const isRelation = (s: Statement): boolean => s.sides.length > 1;
const isRange = (s: Statement): boolean => /\\[lc]?dots|\.\.\.|…/.test(s.text);

/** `γ = 0`, `x = [1, 2]`, `n = 10^{-5}`: a quantity with a number, or several. */
function isValue(s: Statement): boolean {
  const [left, right] = s.sides;
  if (s.sides.length !== 2 || !left?.surface || !right?.surface) return false;
  return right.link === '=' && isQuantity(unwrap(left.surface)) && isNumeric(unwrap(right.surface));
}
const isQuantity = (s: Surface): boolean =>
  s.kind === 'name' || s.kind === 'list' || ['subscript', 'prime', 'accent', 'power'].includes(s.kind);
const isNumeric = (s: Surface): boolean => {
  let names = false;
  visitNames(s, () => {
    names = true;
  });
  return !names;
};
function visitNames(s: Surface, at: (name: string) => void): void {
  if (s.kind === 'name') at(s.name);
  for (const p of parts(s)) visitNames(p, at);
}

/** `\text{when } \gamma = 0` beside a formula. */
function isValueCondition(remark: string): boolean {
  const text = remark.replace(/\\(?:text\w*|mbox|mathrm)\s*\{([^}]*)\}/g, ' $1 ').replace(/\\[,;:! ]|\\q?quad/g, ' ');
  const found = /\b(?:at|if|when|whenever|for|where)\s+\\?[A-Za-zα-ωΑ-Ω]\w*\s*=\s*-?[\d.]+\s*[.,]?\s*\)?\s*$/iu.exec(
    text,
  );
  return found !== null && !/\bwhere\b/i.test(must(found[0]));
}
