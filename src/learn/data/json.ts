// JSON data: an array of rows, an array of records, or {"x": rows, "y": answers}.
// Not here: model files, which have their own reader.
// Invariant: only own properties of plain objects and arrays are looked at; nothing is allocated beyond the parsed
// text.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { Cell, Table } from './table.ts';

const wrong = (name: string, what: string): WhygradError =>
  new WhygradError('bad-json-data', `${name}: ${what}`, {
    hint: 'give an array of rows, an array of records, or {"x": rows, "y": answers}',
  });

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(name, `it is not JSON (${(error as Error).message})`);
  }
}
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const toCell = (v: unknown): Cell =>
  typeof v === 'number' || typeof v === 'string' ? v : typeof v === 'boolean' ? Number(v) : '';

/** A table from JSON text. Throws `bad-json-data`. */
export function jsonTable(text: string, name = 'the file'): Table {
  const value = parseJson(text, name);
  if (Array.isArray(value))
    return value.length > 0 && isRecord(value[0]) ? fromRecords(value, name) : fromRows(value, null, name);
  if (isRecord(value) && Object.hasOwn(value, 'x')) return fromColumns(value, name);
  throw wrong(name, 'neither an array nor an object with x');
}

function fromColumns(value: Record<string, unknown>, name: string): Table {
  const { x, y } = value;
  if (!Array.isArray(x)) throw wrong(name, 'x is not an array of rows');
  if (y === undefined) return fromRows(x, null, name);
  if (!Array.isArray(y) || y.length !== x.length)
    throw wrong(name, `x has ${x.length} rows and y has ${Array.isArray(y) ? y.length : 'no'} answers`);
  const rows = x.map((row, n) => (Array.isArray(row) ? [...row, y[n]] : row));
  const width = Array.isArray(x[0]) ? x[0].length : 0;
  return fromRows(rows, [...Array.from({ length: width }, (_, i) => `x${i + 1}`), 'y'], name);
}

function fromRows(rows: readonly unknown[], header: readonly string[] | null, name: string): Table {
  const columns = Array.isArray(rows[0]) ? rows[0].length : 0;
  rows.forEach((row, n) => {
    if (!Array.isArray(row)) throw wrong(name, `row ${n + 1} is not an array`);
    if (row.length !== columns) throw wrong(name, `row ${n + 1} has ${row.length} values, the first has ${columns}`);
  });
  const cells = rows as readonly (readonly unknown[])[];
  return {
    name,
    header,
    rows: rows.length,
    columns,
    cell: (n, c) => toCell(must(cells[n])[c]),
    place: (n, c) => ({ said: `row ${n + 1}, column ${c + 1}${header === null ? '' : ` (${header[c]})`}` }),
  };
}

function fromRecords(records: readonly unknown[], name: string): Table {
  const header = Object.keys(records[0] as object);
  const rows = records.map((record, n) => {
    if (!isRecord(record)) throw wrong(name, `row ${n + 1} is not a record`);
    const unknown = Object.keys(record).find((key) => !header.includes(key));
    if (unknown !== undefined)
      throw wrong(name, `row ${n + 1} has a field ${JSON.stringify(unknown)} that the first lacks`);
    return header.map((key) => (Object.hasOwn(record, key) ? record[key] : null));
  });
  return fromRows(rows, header, name);
}
