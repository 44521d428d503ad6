// What the tokens of a text are collected in: their kinds, their places, and the faults beside them.
// Not here: which characters make which token (`tokens.ts`).
// Invariant: tokens come in the order of the text; a fault leaves a token of its own in its place.
import { WhygradError, type Span } from '../term/error.ts';
import { unknownCharacter } from './foreign.ts';

/**
 * `spaced`: white space stands before the token. `accent` counts as part of the name. `char` is the character typed for
 * a name that is one.
 */
export type Token = Span & { readonly spaced: boolean } & (
    | { readonly kind: 'number'; readonly num: bigint; readonly den: bigint; readonly digits: string }
    | { readonly kind: 'name'; readonly name: string; readonly run: boolean; readonly char: string }
    | { readonly kind: 'op'; readonly op: string }
    | { readonly kind: 'command'; readonly name: string }
    | { readonly kind: 'text'; readonly text: string }
  );

/** `faults`: after so many the rest of a text is one hole. */
export const limits = { characters: 65536, depth: 200, nodes: 20000, digits: 400, faults: 64 } as const;

/** The token that stands for what is none. */
const unknownMark = '\ufffd';

type Draft = Token extends infer T ? (T extends Token ? Omit<T, 'start' | 'end' | 'spaced'> : never) : never;

export class Lexer {
  readonly tokens: Token[] = [];
  readonly faults: WhygradError[] = [];
  readonly foreign: WhygradError[] = [];
  at = 0;
  private spaced = false;
  constructor(
    readonly text: string,
    readonly latex: boolean,
    readonly known: (name: string) => boolean,
  ) {}

  push(draft: Draft, start: number, end: number): void {
    // The draft was made for this call: completing it in place is much faster than copying it.
    const token = draft as { start?: number; end?: number; spaced?: boolean };
    token.start = start;
    token.end = end;
    token.spaced = this.spaced;
    this.tokens.push(draft as Token);
    this.spaced = false;
    this.at = end;
  }
  op(op: string, start: number, end: number): void {
    this.push({ kind: 'op', op }, start, end);
  }
  skip(end: number): void {
    this.spaced = true;
    this.at = end;
  }
  /** Notes the fault; an unknown token stands in its place. */
  fail(code: string, message: string, start: number, end: number, hint = ''): void {
    if (this.faults.length < limits.faults)
      this.faults.push(new WhygradError(code, message, { text: this.text, span: { start, end }, hint }));
    this.op(unknownMark, start, end);
  }
  /** A word in another script. */
  foreignName(name: string, c: string): void {
    if (this.foreign.length < limits.faults) this.foreign.push(unknownCharacter(this.text, c, this.at));
    this.push({ kind: 'name', name, run: true, char: '' }, this.at, this.at + name.length);
  }
  /** A character without a meaning. */
  unknown(c: string): void {
    if (this.faults.length < limits.faults) this.faults.push(unknownCharacter(this.text, c, this.at));
    this.op(unknownMark, this.at, this.at + c.length);
  }
}
