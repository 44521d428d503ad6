// Comma-separated values (RFC 4180; semicolons and tabs too) to a table.
// Not here: which column is the answer.
// Invariant: every row has as many cells as the first; places count lines and columns from 1.
import { must } from '../../term/must.ts';
import { WhygradError, type Span } from '../../term/error.ts';
import { fromTable, type Cell, type Table, type TableOptions } from './table.ts';
import type { Dataset } from './dataset.ts';

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(inf|infinity)$/i;

/** The cell's number, or its text. */
function toCell(text: string): Cell {
  const trimmed = text.trim();
  if (!numeric.test(trimmed)) return trimmed;
  const value = Number(trimmed);
  return Number.isNaN(value) ? (trimmed.startsWith('-') ? -Infinity : Infinity) : value;
}

interface Scan {
  readonly cells: Cell[];
  readonly spans: Span[];
  readonly lines: number[];
  readonly columns: number;
  readonly quoted: boolean[];
}

/** The separator that occurs most in the first line: comma, semicolon or tab. */
function separatorOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const first = end === -1 ? text : text.slice(0, end);
  const counts = [',', ';', '\t'].map((s) => ({ s, n: first.split(s).length }));
  return counts.reduce((best, c) => (c.n > best.n ? c : best)).s;
}

/** One cell from `start`: its raw text and the offset after it. Throws `unbalanced-quote`. */
function scanCell(
  text: string,
  start: number,
  separator: string,
  name: string,
  line: number,
): { raw: string; end: number; quoted: boolean } {
  let at = start;
  while (text[at] === ' ') at++;
  if (text[at] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
    return { raw: text.slice(start, end), end, quoted: false };
  }
  let raw = '';
  for (let from = at + 1; ; ) {
    const close = text.indexOf('"', from);
    if (close === -1)
      throw new WhygradError('unbalanced-quote', `${name}, line ${line}: a quoted value is not closed`, {
        hint: 'a quotation mark inside a quoted value is written twice',
        text,
        span: { start: at, end: at + 1 },
      });
    raw += text.slice(from, close);
    if (text[close + 1] !== '"') {
      at = close + 1;
      break;
    }
    raw += '"';
    from = close + 2;
  }
  while (text[at] === ' ') at++;
  if (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r')
    throw new WhygradError('unbalanced-quote', `${name}, line ${line}: text follows a quoted value`, {
      hint: 'put the whole value in quotation marks',
      text,
      span: { start: at, end: at + 1 },
    });
  return { raw, end: at, quoted: true };
}

function scan(text: string, name: string): Scan {
  const separator = separatorOf(text);
  const out = { cells: [] as Cell[], spans: [] as Span[], lines: [] as number[], columns: 0, quoted: [] as boolean[] };
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const blank = /[ \t]*(#[^\r\n]*)?(\r\n|\n|\r|$)/y;
    blank.lastIndex = at;
    const skipped = separator === '\t' ? null : blank.exec(text);
    if (skipped !== null && (skipped[0] !== '' || text[at] === '\n')) {
      at += skipped[0].length;
      line++;
      continue;
    }
    if (separator === '\t' && (text[at] === '\n' || text[at] === '\r')) {
      at += text.startsWith('\r\n', at) ? 2 : 1;
      line++;
      continue;
    }
    const first = out.cells.length;
    const rowLine = line;
    for (;;) {
      const { raw, end, quoted } = scanCell(text, at, separator, name, line);
      out.cells.push(quoted ? raw.trim() : toCell(raw));
      out.quoted.push(quoted);
      out.spans.push({ start: at, end });
      if (quoted) line += text.slice(at, end).split('\n').length - 1;
      at = end;
      if (text[at] !== separator) break;
      at++;
    }
    out.lines.push(rowLine);
    const width = out.cells.length - first;
    if (out.lines.length === 1) out.columns = width;
    else if (width !== out.columns)
      throw new WhygradError(
        'ragged-row',
        `${name}, line ${rowLine}: ${width} values where the first line has ${out.columns}`,
        {
          hint: 'give every line the same number of columns',
          text,
          span: { start: must(out.spans[first]).start, end: at },
        },
      );
    if (text.startsWith('\r\n', at)) at += 2;
    else if (at < text.length) at++;
    line++;
  }
  return out;
}

/** Whether the first row names the columns: some cell is text where the next row has a number, or there are only texts and none is missing. */
function hasHeader({ cells, columns }: Scan): boolean {
  const first = cells.slice(0, columns);
  const second = cells.slice(columns, 2 * columns);
  if (first.some((c) => typeof c === 'number')) return false;
  if (second.length === 0) return false;
  return first.some((c, i) => c !== '' && typeof second[i] === 'number');
}

/** A table from the text of a CSV file; a first line of names is recognised unless `header` says. Lines that start with # are comments. Throws `ragged-row`, `unbalanced-quote`. */
export function csvTable(text: string, options: { readonly name?: string; readonly header?: boolean } = {}): Table {
  const name = options.name ?? 'the file';
  const clean = text.startsWith('\ufeff') ? text.slice(1) : text;
  const found = scan(clean, name);
  const header = (options.header ?? hasHeader(found)) ? found.cells.slice(0, found.columns).map(String) : null;
  const skip = header === null ? 0 : 1;
  const slot = (row: number, column: number): number => (row + skip) * found.columns + column;
  return {
    name,
    header,
    rows: Math.max(0, found.lines.length - skip),
    columns: found.columns,
    cell: (row, column) => must(found.cells[slot(row, column)]),
    place: (row, column) => ({
      said: `line ${found.lines[row + skip]}, column ${column + 1}${header === null ? '' : ` (${header[column]})`}`,
      text: clean,
      span: must(found.spans[slot(row, column)]),
    }),
  };
}

/** A data set from the text of a CSV file. Throws what `csvTable` and `fromTable` throw. */
export function readCsv(
  text: string,
  options: TableOptions & { readonly name?: string; readonly header?: boolean } = {},
): Dataset {
  return fromTable(csvTable(text, options), options);
}
