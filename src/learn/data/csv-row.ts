// One row of comma-separated values (RFC 4180; semicolons and tabs too) out of a buffer of UTF-8 bytes.
// Not here: the file around it, names of columns, what the cells mean.
// Invariant: no byte is looked at twice but those of texts; nothing is allocated for a number.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { Cell } from './table.ts';

const [TAB, LINE, RETURN, SPACE, QUOTE, HASH, PLUS, MINUS, POINT, ZERO, NINE] = [
  9, 10, 13, 32, 34, 35, 43, 45, 46, 48, 57,
] as const;

/** Powers of ten that a float64 holds without an error. */
const tens = Array.from({ length: 23 }, (_, n) => 10 ** n);
const numeric = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(inf|infinity)$/i;

/** A fault of the text at a byte of the buffer. */
export interface Fault {
  readonly what: string;
  readonly hint: string;
  readonly at: number;
}

/** The row that was read last: values by column, and where each cell stands in the buffer. */
export class RowReader {
  /** Cells of the row. */
  columns = 0;
  /** The number in each column, NaN where a text stands. */
  numbers = new Float64Array(64);
  /** The text in each column that holds one; null where a number stands. */
  readonly texts: (string | null)[] = [];
  /** First byte of each cell and the byte after its last. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** Whether a cell stood in quotation marks. */
  readonly quoted: boolean[] = [];
  /** Line breaks inside the row's quotation marks. */
  breaks = 0;
  fault: Fault | null = null;
  private readonly separator: number;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private readonly name: string;

  constructor(separator: number, name: string) {
    this.separator = separator;
    this.name = name;
  }

  /** The cell in a column as it was read. */
  cell(column: number): Cell {
    return this.texts[column] ?? must(this.numbers[column]);
  }

  /**
   * The byte after blanks, a comment and the line's end; −1 where the line holds a row, −2 where the buffer ends before
   * that is known.
   */
  skip(b: Uint8Array, from: number, end: number, whole: boolean): number {
    let at = from;
    if (this.separator !== TAB) {
      while (at < end && (b[at] === SPACE || b[at] === TAB)) at++;
      if (b[at] === HASH && at < end) while (at < end && b[at] !== LINE && b[at] !== RETURN) at++;
    }
    if (at >= end) return whole ? end : -2;
    return this.lineEnd(b, at, end, whole);
  }

  /** The byte after a line break at `at`; −1 where none stands there, −2 where the buffer ends inside it. */
  private lineEnd(b: Uint8Array, at: number, end: number, whole: boolean): number {
    if (b[at] === LINE) return at + 1;
    if (b[at] !== RETURN) return -1;
    if (at + 1 >= end && !whole) return -2;
    return at + 1 < end && b[at + 1] === LINE ? at + 2 : at + 1;
  }

  /**
   * Reads one row; the byte after its line break, or −2 where the buffer ends before the row does (`whole`: nothing
   * follows the buffer). A fault of the text is left in `fault`.
   */
  read(b: Uint8Array, from: number, end: number, whole: boolean): number {
    this.columns = 0;
    this.breaks = 0;
    this.fault = null;
    for (let at = from; ; ) {
      const after = this.readCell(b, at, end, whole);
      if (after === -2 || this.fault !== null) return after;
      if (after >= end) return whole ? end : -2;
      if (b[after] === this.separator) {
        at = after + 1;
        continue;
      }
      return this.lineEnd(b, after, end, whole);
    }
  }

  private readCell(b: Uint8Array, from: number, end: number, whole: boolean): number {
    let at = from;
    while (at < end && b[at] === SPACE) at++;
    if (at < end && b[at] === QUOTE) return this.readQuoted(b, from, at, end, whole);
    while (at < end && b[at] !== this.separator && b[at] !== LINE && b[at] !== RETURN) at++;
    if (at >= end && !whole) return -2;
    const column = this.room(from, at, false);
    const value = plainNumber(b, from, at);
    this.numbers[column] = value;
    this.texts[column] = Number.isNaN(value) ? this.wordOrNumber(b, from, at, column) : null;
    return at;
  }

  /** What is no plain decimal: 1e5, inf, a text. */
  private wordOrNumber(b: Uint8Array, from: number, to: number, column: number): string | null {
    const text = this.decode(b, from, to).trim();
    if (!numeric.test(text)) return text;
    const value = Number(text);
    this.numbers[column] = Number.isNaN(value) ? (text.startsWith('-') ? -Infinity : Infinity) : value;
    return null;
  }

  private readQuoted(b: Uint8Array, from: number, quote: number, end: number, whole: boolean): number {
    let text = '';
    let at = quote + 1;
    for (let start = at; ; at++) {
      at = this.toQuote(b, at, end);
      if (at >= end)
        return whole
          ? this.refuse(
              'a quoted value is not closed',
              'a quotation mark inside a quoted value is written twice',
              quote,
            )
          : -2;
      if (at + 1 >= end && !whole) return -2;
      text += this.decode(b, start, at);
      if (at + 1 >= end || b[at + 1] !== QUOTE) break;
      text += '"';
      at++;
      start = at + 1;
    }
    at++;
    while (at < end && b[at] === SPACE) at++;
    if (at >= end && !whole) return -2;
    if (at < end && b[at] !== this.separator && b[at] !== LINE && b[at] !== RETURN)
      return this.refuse('text follows a quoted value', 'put the whole value in quotation marks', at);
    const column = this.room(from, at, true);
    this.numbers[column] = NaN;
    this.texts[column] = text.trim();
    return at;
  }

  /** The next quotation mark; line breaks before it are counted. */
  private toQuote(b: Uint8Array, from: number, end: number): number {
    let at = from;
    for (; at < end && b[at] !== QUOTE; at++)
      if (b[at] === LINE || (b[at] === RETURN && b[at + 1] !== LINE)) this.breaks++;
    return at;
  }

  private refuse(what: string, hint: string, at: number): number {
    this.fault = { what, hint, at };
    return at;
  }

  /** A place for one more cell. */
  private room(from: number, to: number, quoted: boolean): number {
    const column = this.columns++;
    if (column >= this.numbers.length) {
      const [numbers, starts, ends] = [this.numbers, this.starts, this.ends];
      this.numbers = new Float64Array(2 * column);
      this.starts = new Int32Array(2 * column);
      this.ends = new Int32Array(2 * column);
      this.numbers.set(numbers);
      this.starts.set(starts);
      this.ends.set(ends);
    }
    this.starts[column] = from;
    this.ends[column] = to;
    this.quoted[column] = quoted;
    return column;
  }

  private decode(b: Uint8Array, from: number, to: number): string {
    try {
      return this.decoder.decode(b.subarray(from, to));
    } catch {
      throw new WhygradError('not-text', `${this.name} is neither a .npy file nor UTF-8 text`, {
        hint: 'save it as UTF-8',
      });
    }
  }
}

/**
 * The value of digits with at most one point and a sign, spaces around them; NaN for everything else. Exact as `Number`
 * is: up to 15 digits over a power of ten is one rounding.
 */
function plainNumber(b: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (b[at] === SPACE || b[at] === TAB)) at++;
  while (to > at && (b[to - 1] === SPACE || b[to - 1] === TAB)) to--;
  const negative = b[at] === MINUS && at < to;
  if (at < to && (b[at] === MINUS || b[at] === PLUS)) at++;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (; at < to; at++) {
    const c = must(b[at]);
    if (c >= ZERO && c <= NINE) {
      value = value * 10 + (c - ZERO);
      digits++;
    } else if (c === POINT && point === -1) point = digits;
    else return NaN;
  }
  if (digits === 0 || digits > 15) return NaN;
  const size = point === -1 ? value : value / must(tens[digits - point]);
  return negative ? -size : size;
}
