// Comma-separated values to a table, read piece by piece into typed arrays.
// Not here: one row's bytes (csv-row.ts); which column is the answer.
// Invariant: every row has as many cells as the first; places count lines and columns from 1; a number takes 4 bytes.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import { RowReader, type Fault } from './csv-row.ts';
import type { Dataset, Place } from './dataset.ts';
import { Growing } from './growing.ts';
import { bytesSource, fill, type ByteSource } from './source.ts';
import {
  answerColumn,
  fromTable,
  isMissing,
  requireNumber,
  type Cell,
  type Table,
  type TableOptions,
} from './table.ts';

/** How far reading has come. */
export interface ReadProgress {
  readonly bytes: number;
  readonly of: number;
  readonly rows: number;
}

export interface CsvOptions {
  readonly name?: string;
  /** Whether the first line names the columns; recognised when not given. */
  readonly header?: boolean;
  /** Bytes that are read at once. */
  readonly piece?: number;
  /** Called after each piece of the file. */
  readonly onProgress?: (progress: ReadProgress) => void;
}

const PIECE = 1 << 20;
/** Enough for a first line. */
const START = 1 << 16;
const separators = [',', ';', '\t'];

/** The separator that occurs most in the first line: comma, semicolon or tab. */
function separatorOf(source: ByteSource): number {
  const start = new Uint8Array(START);
  const length = fill(source, 0, start);
  const first = new TextDecoder('latin1').decode(start.subarray(0, length)).split(/[\r\n]/, 1)[0] ?? '';
  const counts = separators.map((s) => ({ s, n: first.split(s).length }));
  return counts.reduce((best, c) => (c.n > best.n ? c : best)).s.charCodeAt(0);
}

/** Whether bytes begin with a byte order mark. */
const hasMark = (b: Uint8Array): boolean => b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf;

/** Where the rows stand in a file. */
class Rows {
  count = 0;
  private readonly offsets: Growing<Float64Array>;
  private readonly lines: Growing<Int32Array>;
  constructor(room: number) {
    this.offsets = new Growing((n) => new Float64Array(n), room);
    this.lines = new Growing((n) => new Int32Array(n), room);
  }
  add(offset: number, line: number): void {
    this.count++;
    this.offsets.upTo(this.count)[this.count - 1] = offset;
    this.lines.upTo(this.count)[this.count - 1] = line;
  }
  offset = (row: number): number => must(this.offsets.upTo(row + 1)[row]);
  line = (row: number): number => must(this.lines.upTo(row + 1)[row]);
}

/** Calls `use` after each row with the reader, the place of its buffer's first byte plus the row's in it, and the row's line, until that says false. */
function eachRow(
  source: ByteSource,
  { name = 'the file', piece = PIECE }: CsvOptions,
  use: (row: RowReader, offset: number, line: number) => boolean,
  onPiece: (bytes: number) => void = () => undefined,
): void {
  let buffer = new Uint8Array(Math.max(piece, 8));
  let filled = fill(source, 0, buffer);
  let whole = filled === 0;
  let base = 0;
  let at = hasMark(buffer) ? 3 : 0;
  let line = 1;
  const row = new RowReader(separatorOf(source), name);
  for (;;) {
    // Rows that lie whole in the buffer.
    while (at < filled) {
      const skipped = row.skip(buffer, at, filled, whole);
      if (skipped === -2) break;
      if (skipped !== -1) {
        at = skipped;
        line++;
        continue;
      }
      const after = row.read(buffer, at, filled, whole);
      if (after === -2) break;
      if (row.fault !== null) throw faultOf(row.fault, buffer.subarray(at, filled), at, name, line);
      if (!use(row, base + at, line)) return;
      line += 1 + row.breaks;
      at = after;
    }
    onPiece(base + filled);
    if (whole) return;
    // The rest of the buffer goes to its front; a row longer than the buffer gets a larger one.
    const rest = buffer.subarray(at, filled);
    const next = rest.length > buffer.length / 2 ? new Uint8Array(2 * buffer.length) : buffer;
    next.set(rest);
    buffer = next;
    base += at;
    const read = fill(source, base + rest.length, buffer.subarray(rest.length));
    filled = rest.length + read;
    at = 0;
    whole = read === 0;
  }
}

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8').decode(bytes);

/** A row's text with as many lines before it as the file has, so that the number beside the caret is the file's. */
const withLines = (line: number, row: string): string => `${'\n'.repeat(line - 1)}${row}`;

function faultOf({ what, hint, at }: Fault, rest: Uint8Array, start: number, name: string, line: number): WhygradError {
  const before = text(rest.subarray(0, at - start));
  const said = line + (before.match(/\r\n|\n|\r/g)?.length ?? 0);
  const shown = withLines(line, before + text(rest.subarray(at - start, at - start + 200)));
  const place = line - 1 + before.length;
  return new WhygradError('unbalanced-quote', `${name}, line ${said}: ${what}`, {
    hint,
    text: shown,
    span: { start: place, end: place + 1 },
  });
}

/** The line and column of a cell, with the text of its row, which is read again. */
function placeIn(source: ByteSource, name: string, rows: Rows, header: readonly string[] | null): PlaceOfCell {
  return (row, column) => {
    const line = rows.line(row);
    const said = `line ${line}, column ${column + 1}${header === null ? '' : ` (${header[column]})`}`;
    const reader = new RowReader(separatorOf(source), name);
    for (let size = 1 << 16; ; size *= 2) {
      const buffer = new Uint8Array(size);
      const filled = fill(source, rows.offset(row), buffer);
      const after = reader.read(buffer, 0, filled, filled < size);
      if (after === -2) continue;
      const lead = text(buffer.subarray(0, reader.starts[column])).length + line - 1;
      const cell = text(buffer.subarray(reader.starts[column], reader.ends[column]));
      const shown = withLines(line, text(buffer.subarray(0, after)).trimEnd());
      return { said, text: shown, span: { start: lead, end: lead + Math.max(1, cell.length) } };
    }
  };
}
type PlaceOfCell = (row: number, column: number) => ReturnType<Place>;

/** Whether the first row names the columns: no number in it, and some cell is text where the next row has a number; a row that stands alone does where it holds nothing but texts. */
function isHeader(first: readonly Cell[], second: readonly Cell[] | null): boolean {
  if (first.some((c) => typeof c === 'number')) return false;
  if (second === null) return first.every((c) => !isMissing(c));
  return first.some((c, i) => c !== '' && typeof second[i] === 'number');
}

/** Cells as they come: numbers as float32 row by row, texts by number, one column exactly. */
class Store {
  readonly rows: Rows;
  readonly width: number;
  readonly exact: number | null;
  readonly answers: Cell[] = [];
  private readonly numbers: Growing<Float32Array>;
  private readonly words: string[] = [];
  private readonly ids = new Map<string, number>();
  private readonly texts = new Map<number, Growing<Int32Array>>();
  private readonly columns: number;

  constructor(columns: number, exact: number | null, room: number) {
    this.columns = columns;
    this.exact = exact;
    this.width = columns - (exact === null ? 0 : 1);
    this.rows = new Rows(room);
    this.numbers = new Growing((n) => new Float32Array(n), room * this.width);
  }

  private slot = (row: number, column: number): number =>
    row * this.width + column - (this.exact !== null && column > this.exact ? 1 : 0);

  private idOf(word: string): number {
    let id = this.ids.get(word);
    if (id === undefined) {
      id = this.words.push(word);
      this.ids.set(word, id);
    }
    return id;
  }

  /** Keeps a row; `check` looks at every cell that is no finite float32. */
  add(row: RowReader, offset: number, line: number, check: (cell: Cell, column: number) => void): void {
    const n = this.rows.count;
    this.rows.add(offset, line);
    const numbers = this.numbers.upTo((n + 1) * this.width);
    let at = n * this.width;
    for (let c = 0; c < this.columns; c++) {
      const word = row.texts[c];
      const value = must(row.numbers[c]);
      if (c === this.exact) {
        this.answers.push(typeof word === 'string' ? must(this.words[this.idOf(word) - 1]) : value);
        continue;
      }
      numbers[at] = value;
      if (typeof word === 'string') this.textColumn(c, n)[n] = this.idOf(word);
      if (!Number.isFinite(numbers[at])) check(word ?? value, c);
      at++;
    }
  }

  private textColumn(column: number, row: number): Int32Array {
    let texts = this.texts.get(column);
    if (texts === undefined) this.texts.set(column, (texts = new Growing((n) => new Int32Array(n), row + 1)));
    return texts.upTo(row + 1);
  }

  cell(row: number, column: number): Cell {
    if (column === this.exact) return must(this.answers[row]);
    const id = this.texts.get(column)?.upTo(row + 1)[row] ?? 0;
    return id === 0 ? must(this.numbers.upTo(0)[this.slot(row, column)]) : must(this.words[id - 1]);
  }

  /** All numbers but those of the exact column, where no text stands among them. */
  block(used: readonly number[]): Float32Array | null {
    const all =
      used.length === this.width && used.every((c, i) => c === (this.exact !== null && i >= this.exact ? i + 1 : i));
    return all && this.texts.size === 0 ? this.numbers.first(this.rows.count * this.width) : null;
  }
}

/** What the first two rows say: the names of the columns, how many there are, how long a row is. */
interface Opening {
  readonly header: readonly string[] | null;
  readonly columns: number;
  readonly bytes: number;
}

function openingOf(source: ByteSource, options: CsvOptions): Opening {
  const rows: (readonly Cell[])[] = [];
  let bytes = 1;
  eachRow(source, options, (row, offset) => {
    rows.push(Array.from({ length: row.columns }, (_, c) => row.cell(c)));
    bytes = Math.max(1, (offset + must(row.ends[row.columns - 1])) / rows.length);
    return rows.length < 2;
  });
  const [first, second] = rows;
  const header = first !== undefined && (options.header ?? isHeader(first, second ?? null)) ? first.map(String) : null;
  return { header, columns: first?.length ?? 0, bytes };
}

/** Reads a file. The column that `answerOf` names is kept exactly, and where it names one every other cell must be a number. */
function readTable(
  source: ByteSource,
  options: CsvOptions,
  answerOf: (header: readonly string[] | null, columns: number) => number | null,
): Table {
  const name = options.name ?? 'the file';
  const { header, columns, bytes } = openingOf(source, options);
  const exact = columns === 0 ? null : answerOf(header, columns);
  // Room for as many rows as there are if all are as long as the first ones, and a little more.
  const store = new Store(columns, exact, Math.ceil((source.length / bytes) * 1.05));
  const place = placeIn(source, name, store.rows, header);
  const check = (cell: Cell, column: number): void => {
    if (exact !== null) requireNumber(cell, name, () => place(store.rows.count - 1, column));
  };
  let names = header !== null;
  eachRow(
    source,
    options,
    (row, offset, line) => {
      if (row.columns !== columns) throw raggedRow(name, line, row.columns, columns);
      if (!names) store.add(row, offset, line, check);
      names = false;
      return true;
    },
    (done) => options.onProgress?.({ bytes: done, of: source.length, rows: store.rows.count }),
  );
  return {
    name,
    header,
    rows: store.rows.count,
    columns,
    cell: (row, column) => store.cell(row, column),
    place,
    block: (used) => store.block(used),
  };
}

const raggedRow = (name: string, line: number, have: number, columns: number): WhygradError =>
  new WhygradError('ragged-row', `${name}, line ${line}: ${have} values where the first line has ${columns}`, {
    hint: 'give every line the same number of columns',
  });

const sourceOf = (given: string | ByteSource): ByteSource =>
  typeof given === 'string' ? bytesSource(new TextEncoder().encode(given)) : given;

/** A table from CSV; a first line of names is recognised unless `header` says. Lines that start with # are comments. Throws `ragged-row`, `unbalanced-quote`, `not-text`. */
export const csvTable = (given: string | ByteSource, options: CsvOptions = {}): Table =>
  readTable(sourceOf(given), options, () => null);

/** A data set from CSV. Throws what `csvTable` and `fromTable` throw. */
export const readCsv = (given: string | ByteSource, options: TableOptions & CsvOptions = {}): Dataset =>
  fromTable(
    readTable(sourceOf(given), options, (header, columns) =>
      answerColumn({ header, columns, name: options.name ?? 'the file' }, options.label),
    ),
    options,
  );
