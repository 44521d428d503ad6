// A table of cells with their places, and how a table becomes a data set: which column is the answer, what it means.
// Not here: the file formats (csv, npy, json), which only produce tables.
// Invariant: every complaint names line and column as the file's reader counts them.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import { guessTask, labelled, rowNames, type Dataset, type Place } from './dataset.ts';

/** A cell: a number, or text that is none. */
export type Cell = number | string;

/** Cells row by row with the means to say where one stands. */
export interface Table {
  readonly name: string;
  readonly header: readonly string[] | null;
  readonly rows: number;
  readonly columns: number;
  cell(row: number, column: number): Cell;
  /** `line 3, column 2` and, for texts, the span. */
  place(row: number, column: number): ReturnType<Place>;
  /** The finite numbers of these columns row by row, where the table has them so; null otherwise. */
  block?(used: readonly number[]): Float32Array | null;
}

/** How to read a table. */
export interface TableOptions {
  /** The column with the answer: its name, or its number from 1, or from the right as −1, −2 …. Default: a column called label, class, target, species or y, else the last. */
  readonly label?: string | number;
  /** What the answer means; recognised when not given: names and few distinct whole numbers are classes. */
  readonly task?: 'classification' | 'regression';
  /** Names of the classes in order, when they are known beforehand. */
  readonly classes?: readonly string[];
}

const missing = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-', 'missing']);
export const isMissing = (cell: Cell): boolean =>
  typeof cell === 'number' ? Number.isNaN(cell) : missing.has(cell.trim().toLowerCase());
const usualNames = ['label', 'class', 'target', 'species', 'y'];

/** The position (from 0) of the answer's column. Throws `unknown-column`. */
export function answerColumn(
  table: Pick<Table, 'header' | 'columns' | 'name'>,
  label: string | number | undefined,
): number {
  const names = table.header;
  if (label === undefined) {
    const usual = names?.findIndex((name) => usualNames.includes(name.trim().toLowerCase())) ?? -1;
    return usual === -1 ? table.columns - 1 : usual;
  }
  const named = names?.indexOf(String(label)) ?? -1;
  if (named !== -1) return named;
  const number = Number(label);
  const at = number > 0 ? number - 1 : table.columns + number;
  if (Number.isInteger(number) && number !== 0 && at >= 0 && at < table.columns) return at;
  const known =
    names === null ? `numbers from 1 to ${table.columns}, or −1 for the last` : names.slice(0, 20).join(', ');
  throw new WhygradError('unknown-column', `${table.name} has no column ${JSON.stringify(label)}`, {
    hint: `its columns are ${known}`,
  });
}

/** A data set from a table. Throws `unknown-column`, `missing-value`, `not-a-number`, `label-out-of-range`, `empty-data`. */
export function fromTable(table: Table, options: TableOptions = {}): Dataset {
  requireRows(table, 2);
  const answer = answerColumn(table, options.label);
  const used = Array.from({ length: table.columns }, (_, c) => c).filter((c) => c !== answer);
  const base = { name: table.name, rows: table.rows, ...readFeatures(table, used) };
  const answers = Array.from({ length: table.rows }, (_, n) => present(table, n, answer));
  if ((options.task ?? guessTask(answers)) === 'classification') {
    return { ...base, ...labelled(answers, options.classes, (n) => table.place(n, answer)), targets: null };
  }
  return {
    ...base,
    labels: null,
    classes: [],
    targets: Float32Array.from(answers, (v, n) => requireNumber(v, table.name, () => table.place(n, answer))),
    outputs: 1,
  };
}

/** The features of a table that may lack an answer, for prediction: `columns` of them, with or without one more column for the answer. Throws as `fromTable`, and `wrong-columns`. */
export function featuresOf(
  table: Table,
  columns: number,
  featureNames: readonly string[],
  label?: string | number,
): { features: Float32Array; rows: number } {
  requireRows(table, 1);
  const all = Array.from({ length: table.columns }, (_, c) => c);
  const byName =
    table.header === null ? [] : featureNames.map((name) => (table.header as readonly string[]).indexOf(name));
  const named = byName.length === columns && byName.every((c) => c !== -1);
  const used = named
    ? byName
    : table.columns === columns
      ? all
      : table.columns === columns + 1
        ? all.filter((c) => c !== answerColumn(table, label))
        : null;
  if (used === null)
    throw new WhygradError(
      'wrong-columns',
      `${table.name} has ${table.columns} columns; the model takes ${columns} features`,
      { hint: `the features are ${featureNames.slice(0, 12).join(', ')}${columns > 12 ? ', …' : ''}` },
    );
  return { features: readFeatures(table, used).features, rows: table.rows };
}

function requireRows(table: Table, columns: number): void {
  if (table.rows === 0 && table.header !== null)
    throw new WhygradError('empty-data', `${table.name} holds the names of ${table.columns} columns and no rows`, {
      hint: 'below the names at least one row is needed',
    });
  if (table.rows === 0 || table.columns < columns)
    throw new WhygradError('empty-data', `${table.name} holds ${table.rows} rows of ${table.columns} columns`, {
      hint: 'at least one row with one feature and an answer is needed',
    });
}

function readFeatures(
  table: Table,
  used: readonly number[],
): { features: Float32Array; featureNames: readonly string[]; columns: number } {
  const header = table.header;
  return {
    features: table.block?.(used) ?? featuresByCell(table, used),
    featureNames: header === null ? rowNames(used.length) : used.map((c) => must(header[c])),
    columns: used.length,
  };
}

function featuresByCell(table: Table, used: readonly number[]): Float32Array {
  const features = new Float32Array(table.rows * used.length);
  for (let n = 0; n < table.rows; n++)
    used.forEach((c, i) => {
      features[n * used.length + i] = requireNumber(table.cell(n, c), table.name, () => table.place(n, c));
    });
  return features;
}

type PlaceOfOne = () => ReturnType<Place>;

const present = (table: Table, row: number, column: number): Cell =>
  requirePresent(table.cell(row, column), table.name, () => table.place(row, column));

function requirePresent(cell: Cell, name: string, place: PlaceOfOne): Cell {
  if (!isMissing(cell)) return cell;
  const { said, ...at } = place();
  throw new WhygradError(
    'missing-value',
    `${name}, ${said}: the value is missing${cell === '' || typeof cell === 'number' ? '' : ` (${cell})`}`,
    { hint: 'fill or remove rows with missing values first', ...at },
  );
}

/** The number in a cell. Throws `missing-value`, `not-a-number`. */
export function requireNumber(given: Cell, name: string, place: PlaceOfOne): number {
  const cell = requirePresent(given, name, place);
  if (typeof cell === 'number' && Number.isFinite(Math.fround(cell))) return cell;
  const { said, ...at } = place();
  const hint =
    typeof cell === 'number'
      ? 'numbers must fit into 32-bit floats'
      : 'features are numbers; give each category a column of zeros and ones, or name the answer with the label option';
  const shown = typeof cell === 'number' ? String(cell) : JSON.stringify(cell);
  throw new WhygradError(
    'not-a-number',
    `${name}, ${said}: ${shown} is not a ${typeof cell === 'number' ? 'finite ' : ''}number`,
    { hint, ...at },
  );
}
