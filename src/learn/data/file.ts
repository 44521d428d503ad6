// Which reader a data file wants: by its first bytes and its name.
// Not here: opening the file.
// Invariant: a file of any content gives a table or a named error.
import { WhygradError } from '../../term/error.ts';
import { csvTable, readCsv, type CsvOptions } from './csv.ts';
import type { Dataset } from './dataset.ts';
import { jsonTable } from './json.ts';
import { npyTable, readNpy } from './npy.ts';
import { allBytes, bytesSource, fill, type ByteSource } from './source.ts';
import { fromTable, type Table, type TableOptions } from './table.ts';

/** Text is read piece by piece; what is read as a whole must be smaller. */
const LIMITS = { csv: 2 ** 30, whole: 2 ** 28 };

type Reading = Pick<CsvOptions, 'onProgress'>;

function refuseAbove(source: ByteSource, name: string, limit: number): void {
  if (source.length <= limit) return;
  throw new WhygradError('file-too-large', `${name} has ${source.length} bytes; at most ${limit} are read`, {
    hint: 'train on a part of it',
  });
}

/** The table of a file that is read as a whole (.npy, .json); null for comma-separated values. */
function wholeTable(source: ByteSource, name: string): Table | null {
  const start = new Uint8Array(1000);
  const length = fill(source, 0, start);
  const isNpy = start[0] === 0x93 || name.toLowerCase().endsWith('.npy');
  const first = new TextDecoder('latin1').decode(start.subarray(0, length));
  const isJson = name.toLowerCase().endsWith('.json') || /^(?:\xef\xbb\xbf)?\s*[[{]/.test(first);
  refuseAbove(source, name, isNpy || isJson ? LIMITS.whole : LIMITS.csv);
  if (isNpy) return npyTable(readNpy(allBytes(source), name), name);
  return isJson ? jsonTable(decode(allBytes(source), name), name) : null;
}

/** The table in a .csv, .tsv, .npy or .json file. Throws the readers' errors and `file-too-large`, `not-text`. */
export function readTable(given: Uint8Array | ByteSource, name: string, reading: Reading = {}): Table {
  const source = given instanceof Uint8Array ? bytesSource(given) : given;
  return wholeTable(source, name) ?? csvTable(source, { name, ...reading });
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new WhygradError('not-text', `${name} is neither a .npy file nor UTF-8 text`, { hint: 'save it as UTF-8' });
  }
}

/** A data set from a file's bytes, or from an open file. Throws what `readTable` and `fromTable` throw. */
export function readDataset(
  given: Uint8Array | ByteSource,
  name: string,
  options: TableOptions = {},
  reading: Reading = {},
): Dataset {
  const source = given instanceof Uint8Array ? bytesSource(given) : given;
  const table = wholeTable(source, name);
  return table === null ? readCsv(source, { name, ...options, ...reading }) : fromTable(table, options);
}
