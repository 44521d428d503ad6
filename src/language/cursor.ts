// The place of the grammar in the token list: looking, taking, counting depth and nodes, and every syntax error.
// Not here: any rule of the grammar (`grammar.ts` and its neighbours).
// Invariant: `depth` and `nodes` never pass the limits, whatever the text.
import { must } from '../term/must.ts';
import { WhygradError, type Span } from '../term/error.ts';
import { isReservedFunction } from '../term/functions.ts';
import { relations } from './signs.ts';
import type { Surface } from './surface.ts';
import { limits, tokenize, type Spelling, type Token } from './tokens.ts';

const closing: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['\\{', '\\}'],
  ['⟨', '⟩'],
]);
const opening: ReadonlySet<string> = new Set(closing.keys());
const closers: ReadonlyMap<string, string> = new Map([...closing].map(([open, close]) => [close, open]));

/** Environments that only arrange their lines. */
const arranging: ReadonlySet<string> = new Set([
  'aligned',
  'align',
  'align*',
  'equation',
  'equation*',
  'split',
  'gather',
  'gather*',
  'gathered',
  'eqnarray',
  'eqnarray*',
  'multline',
  'multline*',
  'alignat',
  'alignat*',
  'flalign',
  'flalign*',
  'displaymath',
  'math',
]);

/** The rules that other files of the grammar call back; `grammar.ts` gives them. */
export interface Grammar {
  readonly chain: (c: Cursor) => Surface;
  readonly list: (c: Cursor, close: string) => Surface[];
  readonly sum: (c: Cursor) => Surface;
  /** `narrow` stops at a typeset multiplication sign. */
  readonly product: (c: Cursor, narrow?: boolean) => Surface;
  readonly factor: (c: Cursor) => Surface;
  /** What follows `_` or `^` without braces. */
  readonly script: (c: Cursor) => Surface;
  readonly atom: (c: Cursor) => Surface;
  readonly postfix: (c: Cursor, atom: Surface) => Surface;
  readonly startsFactor: (c: Cursor) => boolean;
}

/** `np.log(x)`: the library that a function is called from says nothing of its meaning. Places stay what they are. */
const withoutModules = (text: string): string =>
  text.replace(/(?<![\w.\\])(?:np|numpy|jnp|torch|tf|math)\.(?=[a-z]\w*\()/g, (module) => ' '.repeat(module.length));

export class Cursor {
  readonly tokens: readonly Token[];
  /** What could not be read, in the order in which it was met; the first is the error of a strict reader. */
  readonly faults: WhygradError[];
  /**
   * Notation that is read and not calculated: what a strict reader says of it, and after how many faults it was met.
   */
  readonly opaques: { readonly error: WhygradError; readonly after: number }[] = [];
  /** For each opening bracket the position of its partner, and the other way round. */
  readonly partner: ReadonlyMap<number, number>;
  pos = 0;
  depth = 0;
  nodes = 0;
  /** Rules begun and nodes made: what the grammar's work is measured by. */
  steps = 0;
  /** Inside |…| or ‖…‖: the next such sign closes. */
  openBar: '' | '|' | '‖' = '';
  /** Directly inside a bracket: a bar may mean "given". */
  inArguments = false;
  /** Directly inside what a sum binds: a colon means "given", too. */
  colonGives = false;
  /** Inside of [2 -1; x₁ x₂]: white space separates cells. */
  cells = false;
  /** Half of a two-digit number was taken as the first argument of a `\frac12`. */
  pendingDigit = false;

  constructor(
    readonly text: string,
    readonly spelling: Spelling,
    readonly known: (name: string) => boolean,
    readonly grammar: Grammar,
  ) {
    const { tokens, faults, foreign } = tokenize(withoutModules(text), spelling, known);
    this.faults = [...faults];
    for (const error of foreign) this.opaques.push({ error, after: faults.length });
    this.tokens = withoutArrangement(tokens, text);
    this.partner = matchBrackets(this.tokens);
  }

  get latex(): boolean {
    return this.spelling === 'latex';
  }
  get token(): Token | undefined {
    return this.tokens[this.pos];
  }
  ahead(n: number): Token | undefined {
    return this.tokens[this.pos + n];
  }
  isOp(op: string, n = 0): boolean {
    const t = this.tokens[this.pos + n];
    return t?.kind === 'op' && t.op === op;
  }
  isName(name: string, n = 0): boolean {
    const t = this.tokens[this.pos + n];
    return t?.kind === 'name' && t.name === name;
  }
  isCommand(name: string): boolean {
    const t = this.token;
    return t?.kind === 'command' && t.name === name;
  }
  take(op: string): boolean {
    if (!this.isOp(op)) return false;
    this.pos += 1;
    return true;
  }

  expect(op: string, why: string): void {
    if (this.take(op)) return;
    if (this.token === undefined && closers.has(op))
      this.fail('unbalanced-bracket', `${why} is never closed`, 'close the bracket');
    this.fail(
      closers.has(op) ? 'unbalanced-bracket' : 'unexpected-token',
      `expected "${op}" to end ${why}`,
      closers.has(op) ? 'check the brackets' : '',
    );
  }

  /** In a written-out matrix: whether a new cell begins at the present token. */
  cellEnds(): boolean {
    const t = this.token;
    if (!this.cells || t === undefined || !t.spaced) return false;
    // `[3 -1]` are two cells, `[3 - 1]` and `[3-1]` one.
    return t.kind !== 'op' || (t.op === '-' && this.ahead(1)?.spaced === false) || t.op === '(';
  }

  /** The span of the present token, or the end of the text. */
  here(): Span {
    const t = this.token;
    return t === undefined ? { start: this.text.length, end: this.text.length } : { start: t.start, end: t.end };
  }
  get start(): number {
    return this.here().start;
  }
  since(start: number): Span {
    return { start, end: Math.max(start, this.tokens[this.pos - 1]?.end ?? start) };
  }

  fail(code: string, message: string, hint = '', span: Span = this.here()): never {
    throw new WhygradError(code, message, { text: this.text, span, hint });
  }

  /** Notes what stands here as read and not calculated. */
  uncalculated(code: string, message: string, hint: string, span: Span = this.here()): void {
    const error = new WhygradError(code, message, { text: this.text, span, hint });
    if (this.opaques.length < limits.faults) this.opaques.push({ error, after: this.faults.length });
  }

  /** The error of a strict reader: the first fault, or the first notation that is not calculated. */
  get refusal(): WhygradError | null {
    const opaque = this.opaques[0];
    return opaque?.after === 0 ? opaque.error : (this.faults[0] ?? opaque?.error ?? null);
  }

  /** Reads a formula that stands inside of words; faults are reported at the words. */
  readInner(text: string, span: Span): Surface {
    const inner = new Cursor(text, this.spelling, this.known, this.grammar);
    inner.depth = this.depth;
    const surface = inner.grammar.chain(inner);
    const fault = inner.faults[0];
    this.opaques.push(...inner.opaques);
    return fault === undefined ? surface : this.fail(fault.code, fault.message, fault.hint, span);
  }

  /**
   * What the rule reads. Where it fails, the fault is noted, the text goes on at the token that `end` names (or where
   * the rule failed, if that is later), and a hole stands for what lies between.
   */
  recovering<T>(rule: () => T, end: () => number, instead: (hole: Surface) => T): T {
    const { start, depth, openBar, inArguments, colonGives, cells, pendingDigit } = this;
    try {
      return rule();
    } catch (error) {
      if (!(error instanceof WhygradError) || this.faults.length >= limits.faults) throw error;
      this.faults.push(error);
      Object.assign(this, { depth, openBar, inArguments, colonGives, cells, pendingDigit });
      this.pos = Math.max(this.pos, end());
      return instead({ kind: 'hole', parts: [], ...this.since(start) });
    }
  }

  /** A rule that begins with a bracket: a fault inside costs what the bracket holds, no more. */
  bracketed<T>(rule: () => T, instead: (hole: Surface) => T): T {
    const close = this.partner.get(this.pos);
    return close === undefined ? rule() : this.recovering(rule, () => close + 1, instead);
  }

  /** Where the term that begins at token `from` ends: before a sign, a relation, a separator or a closing bracket. */
  termEnd(from: number): number {
    let at = from;
    while (at < this.tokens.length) {
      const t = must(this.tokens[at]);
      if (at >= this.pos && endsTerm(t)) return at;
      const close = this.partner.get(at);
      at = close !== undefined && close > at ? close + 1 : at + 1;
    }
    return at;
  }

  /** Counts one node of the tree. */
  node<S extends Surface>(s: S): S {
    this.nodes += 1;
    this.steps += 1;
    if (this.nodes > limits.nodes)
      this.fail('too-many-nodes', `a formula may have ${limits.nodes} parts`, 'split the formula into definitions', s);
    return s;
  }

  /** Runs a rule one level deeper. */
  nested<T>(rule: () => T): T {
    this.depth += 1;
    this.steps += 1;
    if (this.depth > limits.depth)
      this.fail('too-deep', `a formula may be nested ${limits.depth} deep`, 'split the formula into definitions');
    const result = rule();
    this.depth -= 1;
    return result;
  }

  /** A name that starts with the d of a differential (`dz`), unless it means something of its own. */
  differentialName(t: Token | undefined): string | null {
    if (t?.kind !== 'name' || t.char !== '' || t.name.length < 2 || t.name[0] !== 'd' || !t.run) return null;
    if (this.latex || this.known(t.name) || isReservedFunction(t.name)) return null;
    return t.name.slice(1);
  }
}

const termEnds: ReadonlySet<string> = new Set(['+', '-', ',', ';', '&', '&&', '\\\\', ...closers.keys()]);
const endsTerm = (t: Token): boolean =>
  (t.kind === 'op' && (termEnds.has(t.op) || relations.has(t.op))) || (t.kind === 'command' && t.name === 'end');

/** The tokens without `align` and the like, without the & outside of cases and matrices, without reasons after &&. */
function withoutArrangement(tokens: readonly Token[], text: string): Token[] {
  const kept: Token[] = [];
  const open: string[] = [];
  for (let n = 0; n < tokens.length; n += 1) {
    const t = must(tokens[n]);
    const environment =
      t.kind === 'command' && (t.name === 'begin' || t.name === 'end') ? environmentAt(tokens, n, text) : null;
    if (environment !== null && t.kind === 'command') {
      if (t.name === 'begin') open.push(environment.name);
      else open.pop();
      if (arranging.has(environment.name)) {
        n = environment.last;
        continue;
      }
    }
    const inside = open.findLast((name) => !arranging.has(name));
    if (t.kind === 'op' && t.op === '&&' && inside === undefined) {
      n = afterReason(tokens, n) - 1;
      continue;
    }
    if (t.kind === 'op' && t.op === '&' && inside === undefined) continue;
    kept.push(t.kind === 'op' && t.op === '&&' ? { ...t, op: '&' } : t);
  }
  return kept;
}

/** `&& \text{quotient rule}`: the position after a reason in words; a second column of formulas is kept. */
function afterReason(tokens: readonly Token[], at: number): number {
  let end = at + 1;
  let hasWords = false;
  for (; end < tokens.length; end += 1) {
    const t = must(tokens[end]);
    if ((t.kind === 'op' && t.op === '\\\\') || (t.kind === 'command' && t.name === 'end')) break;
    hasWords ||= t.kind === 'text' || (t.kind === 'op' && t.op === '…');
  }
  return hasWords ? end : at + 1;
}

/** The name of the environment at a `\begin` or `\end` token and the last token of that name. */
export function environmentAt(
  tokens: readonly Token[],
  at: number,
  text: string,
): { readonly name: string; readonly last: number } | null {
  const open = tokens[at + 1];
  if (open?.kind !== 'op' || open.op !== '{') return null;
  for (let n = at + 2; n < Math.min(tokens.length, at + 24); n += 1) {
    const t = must(tokens[n]);
    if (t.kind === 'op' && t.op === '}') return { name: text.slice(open.end, t.start).trim(), last: n };
  }
  return null;
}

function matchBrackets(tokens: readonly Token[]): Map<number, number> {
  const partner = new Map<number, number>();
  const open: { op: string; at: number }[] = [];
  tokens.forEach((t, at) => {
    if (t.kind !== 'op') return;
    if (opening.has(t.op)) {
      open.push({ op: t.op, at });
      return;
    }
    const wanted = closers.get(t.op);
    if (wanted === undefined) return;
    const last = open.at(-1);
    if (last?.op !== wanted) return;
    open.pop();
    partner.set(last.at, at);
    partner.set(at, last.at);
  });
  return partner;
}
