// A text as tokens with their places, one token language for the plain, the Unicode and the LaTeX spelling.
// Not here: what tokens mean together (`grammar.ts`).
// Invariant: linear in the text; each token knows its span; anything that is no token is a named error.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import { decimal } from './decimal.ts';
import { joinedNames } from '../term/functions.ts';
import { foreignWordAt, narrowSign } from './foreign.ts';
import { Lexer, limits, type Token } from './lexer.ts';
import { gluedLetters, isIndexPair, takesDigits } from './glued.ts';
import { doubleOperators } from './signs.ts';
import { capitalWords, typedWords } from './words.ts';
import { uprightToken } from './upright.ts';
import {
  characterOperators,
  combiningAccents,
  commandNames,
  commandOperators,
  droppedCommands,
  fractions,
  letterNames,
  silentCommands,
  sizingCommands,
  subscripts,
  superscripts,
  wordCommands,
} from '../term/symbols.ts';

export { limits, type Token } from './lexer.ts';

export type Spelling = 'plain' | 'latex' | 'unicode';

const isLetter = (c: string): boolean => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
const isDigit = (c: string): boolean => c >= '0' && c <= '9';

/** LaTeX when a backslash command stands in it, otherwise plain (which includes Unicode). */
export function recogniseSpelling(text: string): Spelling {
  if (/\\[a-zA-Z{|,]/.test(text)) return 'latex';
  return /[^\x00-\x7f]/.test(text) ? 'unicode' : 'plain';
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** `too-long`, `unexpected-character` and their kin, in the order of the text. */
  readonly faults: readonly WhygradError[];
  /** What a strict reader says of words in other scripts. */
  readonly foreign: readonly WhygradError[];
}

/** The tokens of a text; words that are `known` are names in LaTeX too. Never throws. */
export function tokenize(text: string, spelling: Spelling, known: (name: string) => boolean = () => false): Tokens {
  if (text.length > limits.characters) {
    const message = `a formula may have ${limits.characters} characters, this one has ${text.length}`;
    return {
      tokens: [],
      faults: [new WhygradError('too-long', message, { hint: 'split the formula into definitions' })],
      foreign: [],
    };
  }
  const lexer = new Lexer(text, spelling === 'latex', known);
  while (lexer.at < text.length) readToken(lexer);
  return lexer;
}

function readToken(lexer: Lexer): void {
  const { text, at } = lexer;
  const c = must(text[at]);
  if (
    /\s/.test(c) ||
    c === '\u2061' ||
    c === '\u200b' ||
    c === '\ufeff' ||
    c === '\u2062' ||
    (lexer.latex && c === '~')
  ) {
    lexer.skip(at + 1);
    return;
  }
  if (isDigit(c) || (c === '.' && isDigit(text[at + 1] ?? ''))) {
    readNumber(lexer);
    return;
  }
  if (isLetter(c)) {
    readWord(lexer);
    return;
  }
  if (c === '\\') {
    readCommand(lexer);
    return;
  }
  if (c === '_' && !lexer.latex && readUnderscored(lexer)) return;
  if (c.charCodeAt(0) > 127) {
    readCharacter(lexer);
    return;
  }
  readOperator(lexer, c);
}

/** `__name__`, as programmers write. */
function readUnderscored(lexer: Lexer): boolean {
  const pattern = /__[A-Za-z]\w*/y;
  pattern.lastIndex = lexer.at;
  const name = pattern.exec(lexer.text)?.[0];
  const last = lexer.tokens.at(-1);
  if (name === undefined || (last?.end === lexer.at && last.kind !== 'op')) return false;
  pushName(lexer, name, lexer.at, lexer.at + name.length, true);
  return true;
}

function readNumber(lexer: Lexer): void {
  const pattern = lexer.latex ? /\d*\.?\d*/y : /\d*\.?\d*(?:[eE][-+]?\d+(?![\w.]))?/y;
  pattern.lastIndex = lexer.at;
  let digits = pattern.exec(lexer.text)?.[0] ?? '';
  // `3.` followed by another dot is an ellipsis, by nothing a full stop.
  if (digits.endsWith('.')) digits = digits.slice(0, -1);
  const end = lexer.at + digits.length;
  const value = decimal(digits, limits.digits);
  if (value === null) lexer.fail('number-too-long', `a number may have ${limits.digits} digits`, lexer.at, end);
  else lexer.push({ kind: 'number', ...value, digits }, lexer.at, end);
}

function readWord(lexer: Lexer): void {
  const { text, at } = lexer;
  joinedNames.lastIndex = at;
  const joined = lexer.latex ? null : joinedNames.exec(text);
  if (joined !== null) {
    pushName(lexer, joined[0], at, at + joined[0].length, true);
    return;
  }
  let end = at + 1;
  while (end < text.length && isLetter(must(text[end]))) end += 1;
  // An accent that follows belongs to the last letter alone.
  if (combiningAccents.has(text[end] ?? '') && end > at + 1) end -= 1;
  const word = text.slice(at, end);
  const first = lexer.latex ? 0 : gluedLetters({ text, at, word, known: lexer.known, raised: isRaised(lexer) });
  if (first > 0) {
    pushName(lexer, word.slice(0, first), at, at + first, first > 1);
    return;
  }
  if (lexer.latex && !isOneName(lexer, word)) {
    pushName(lexer, must(text[at]), at, at + 1, false);
    return;
  }
  if (!lexer.latex && !takesDigits(word, text.slice(end, end + 20), lexer.known))
    while (end < text.length && isDigit(must(text[end]))) end += 1;
  pushName(lexer, text.slice(at, end), at, end, end > at + 1);
}

/** Whether letters that LaTeX sets side by side are one name: a word of mathematics, a known name, capitals before a bracket. */
function isOneName({ tokens, text, at, known }: Lexer, word: string): boolean {
  if (word.length === 1) return true;
  const last = tokens.at(-1);
  if (last?.kind === 'op' && (last.op === '_' || last.op === '^')) return false;
  if (
    (typedWords.has(word) && !isIndexPair(word, text, at)) ||
    ((word.length > 2 || capitalWords.has(word)) && known(word))
  )
    return true;
  return word === word.toUpperCase() && text[at + word.length] === '(';
}

/** Whether the word is an exponent of what is no number and no e (`e^Tx` raises e). */
function isRaised(lexer: Lexer): boolean {
  const mark = lexer.tokens.at(-1);
  const base = lexer.tokens.at(-2);
  if (mark?.kind !== 'op' || mark.op !== '^' || base === undefined) return false;
  return !(base.kind === 'number' || (base.kind === 'name' && base.name === 'e' && !lexer.known('e')));
}

/** A name, with the accents that follow it as combining characters. */
function pushName(lexer: Lexer, name: string, start: number, end: number, run: boolean, char = ''): void {
  let accent = combiningAccents.get(lexer.text[end] ?? '');
  while (accent !== undefined) {
    name = `${name}_${accent}`;
    end += 1;
    accent = combiningAccents.get(lexer.text[end] ?? '');
  }
  lexer.push({ kind: 'name', name, run, char }, start, end);
}

function readCharacter(lexer: Lexer): void {
  const { text, at } = lexer;
  const c = String.fromCodePoint(text.codePointAt(at) as number);
  const end = at + c.length;
  if (superscripts.has(c)) {
    readScripts(lexer, superscripts, '^');
    return;
  }
  if (subscripts.has(c)) {
    readScripts(lexer, subscripts, '_');
    return;
  }
  const fraction = fractions.get(c);
  if (fraction !== undefined) {
    lexer.push({ kind: 'number', num: BigInt(fraction[0]), den: BigInt(fraction[1]), digits: '' }, at, end);
    return;
  }
  const operator = characterOperators.get(c);
  if (operator !== undefined) {
    lexer.op(operator, at, end);
    return;
  }
  const letter = letterNames.get(c);
  if (letter !== undefined) {
    pushName(lexer, letter, at, end, false, c);
    return;
  }
  // Mathematical alphabets (𝐱, ℝ) are the plain letters in another dress.
  const plain = c.normalize('NFKD');
  const base = plain[0] ?? '';
  const accents = [...plain.slice(1)].map((m) => combiningAccents.get(m));
  if ((isLetter(base) || letterNames.has(base)) && accents.every((a) => a !== undefined)) {
    pushName(lexer, [letterNames.get(base) ?? base, ...accents].join('_'), at, end, false, c);
    return;
  }
  if (/^[0-9]$/.test(plain)) {
    readDressedDigit(lexer, plain, end);
    return;
  }
  const sign = narrowSign(c);
  const word = foreignWordAt(text, at);
  if (sign !== null) lexer.op(sign, at, end);
  else if (word === null) lexer.unknown(c);
  else lexer.foreignName(word, c);
}

/** 𝟏 and 𝟙 are what `\mathbf{1}` is in LaTeX. */
function readDressedDigit(lexer: Lexer, digit: string, end: number): void {
  const { at } = lexer;
  lexer.push({ kind: 'command', name: 'mathbf' }, at, at);
  lexer.push({ kind: 'number', num: BigInt(digit), den: 1n, digits: digit }, at, end);
}

/** A run of raised or lowered characters reads as one bracketed exponent or subscript. */
function readScripts(lexer: Lexer, table: ReadonlyMap<string, string>, mark: '^' | '_'): void {
  const start = lexer.at;
  lexer.op(mark, start, start);
  lexer.op('{', start, start);
  let digits = '';
  const flush = (): void => {
    if (digits !== '')
      lexer.push(
        { kind: 'number', num: BigInt(digits.slice(0, limits.digits)), den: 1n, digits },
        lexer.at - digits.length,
        lexer.at,
      );
    digits = '';
  };
  for (let to = table.get(lexer.text[lexer.at] ?? ''); to !== undefined; to = table.get(lexer.text[lexer.at] ?? '')) {
    if (isDigit(to)) {
      digits += to;
      lexer.at += 1;
      continue;
    }
    flush();
    const end = lexer.at + 1;
    if (isLetter(must(to[0]))) lexer.push({ kind: 'name', name: to, run: false, char: '' }, lexer.at, end);
    else lexer.op(to, lexer.at, end);
  }
  flush();
  lexer.op('}', lexer.at, lexer.at);
}

function readOperator(lexer: Lexer, c: string): void {
  const { text, at } = lexer;
  if (c === '.') {
    const dots = /\.+/y;
    dots.lastIndex = at;
    const run = dots.exec(text)?.[0] ?? '.';
    if (run.length >= 2) {
      lexer.op('…', at, at + run.length);
      return;
    }
    if (text[at + 1] === '*') {
      lexer.op('⊙', at, at + 2);
      return;
    }
    // A full stop ends a sentence, not a formula.
    lexer.op('.', at, at + 1);
    return;
  }
  const two = doubleOperators.find(([from]) => text.startsWith(from, at));
  if (two !== undefined) {
    lexer.op(two[1], at, at + 2);
    return;
  }
  if ("+-*/^_=<>(){}[],;:|!'&@".includes(c)) {
    lexer.op(c, at, at + 1);
    return;
  }
  lexer.unknown(c);
}

function readCommand(lexer: Lexer): void {
  const { text, at } = lexer;
  const letters = /[a-zA-Z]+\*?/y;
  letters.lastIndex = at + 1;
  const name = letters.exec(text)?.[0] ?? text[at + 1] ?? '';
  const end = at + 1 + name.length;
  if (name === '\\') {
    lexer.op('\\\\', at, end);
    return;
  }
  if (name === '' || /\s/.test(name)) {
    lexer.skip(end);
    return;
  }
  if (sizingCommands.has(name)) {
    skipNullDelimiter(lexer, end);
    return;
  }
  if (silentCommands.has(name)) {
    lexer.skip(end);
    return;
  }
  if (droppedCommands.has(name)) {
    lexer.skip(skipGroups(text, end, name === 'textcolor' ? 1 : 1));
    return;
  }
  if (wordCommands.has(name)) {
    readUpright(lexer, at, end);
    return;
  }
  const word = commandNames.get(name);
  if (word !== undefined) {
    lexer.push({ kind: 'name', name: word, run: word.length > 1, char: '' }, at, end);
    return;
  }
  const operator = commandOperators.get(name);
  if (operator !== undefined) {
    lexer.op(operator, at, end);
    return;
  }
  lexer.push({ kind: 'command', name }, at, end);
}

/** `\left.` and `\right.` stand for no bracket at all. */
function skipNullDelimiter(lexer: Lexer, end: number): void {
  let next = end;
  while (/\s/.test(lexer.text[next] ?? '')) next += 1;
  lexer.skip(lexer.text[next] === '.' ? next + 1 : end);
}

/** Where the brace group closes, or -1; looks no further than 4,000 characters. */
function groupEnd(text: string, open: number): number {
  let depth = 0;
  for (let n = open; n < Math.min(text.length, open + 4000); n += 1) {
    const c = text[n];
    if (c === '\\') {
      n += 1;
      continue;
    }
    if (c === '{') depth += 1;
    if (c === '}') {
      depth -= 1;
      if (depth === 0) return n;
    }
  }
  return -1;
}
function skipGroups(text: string, from: number, count: number): number {
  let end = from;
  for (let n = 0; n < count; n += 1) {
    let open = end;
    while (/\s/.test(text[open] ?? '')) open += 1;
    if (text[open] !== '{') return end;
    const close = groupEnd(text, open);
    if (close === -1) return end;
    end = close + 1;
  }
  return end;
}

/** `\text{…}`, `\operatorname{…}`: one word is a name, anything else a remark. */
function readUpright(lexer: Lexer, start: number, from: number): void {
  const { text } = lexer;
  let open = from;
  while (/\s/.test(text[open] ?? '')) open += 1;
  if (text[open] !== '{') {
    lexer.skip(from);
    return;
  }
  const close = groupEnd(text, open);
  if (close === -1) lexer.fail('unbalanced-bracket', 'this { is never closed', open, open + 1, 'close the bracket');
  else pushUpright(lexer, start, from, [open, close]);
}

/** The braces stand at `open` and `close`, the command ends at `from`. */
function pushUpright(lexer: Lexer, start: number, from: number, [open, close]: [number, number]): void {
  const { text } = lexer;
  const inner = text
    .slice(open + 1, close)
    .replace(/\\[,;:! ]|~/g, ' ')
    .trim();
  const draft = uprightToken(inner);
  if (draft === null) lexer.skip(from);
  else lexer.push(draft, start, close + 1);
}
