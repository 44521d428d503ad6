// Which reader a data file wants: by its first bytes and its name.
// Not here: opening the file.
// Invariant: a file of any content gives a table or a named error.
import { WhygradError } from '../../term/error.ts';
import { csvTable } from './csv.ts';
import type { Dataset } from './dataset.ts';
import { jsonTable } from './json.ts';
import { npyTable, readNpy } from './npy.ts';
import { fromTable, type Table, type TableOptions } from './table.ts';

const LIMIT = 256 * 1024 * 1024;

/** The table in the bytes of a .csv, .tsv, .npy or .json file. Throws the readers' errors and `file-too-large`, `not-text`. */
export function readTable(bytes: Uint8Array, name: string): Table {
  if (bytes.length > LIMIT)
    throw new WhygradError('file-too-large', `${name} has ${bytes.length} bytes; at most ${LIMIT} are read`, {
      hint: 'train on a part of it',
    });
  if (bytes[0] === 0x93 || name.toLowerCase().endsWith('.npy')) return npyTable(readNpy(bytes, name), name);
  const text = decode(bytes, name);
  return name.toLowerCase().endsWith('.json') || /^\s*[[{]/.test(text.slice(0, 1000))
    ? jsonTable(text, name)
    : csvTable(text, { name });
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new WhygradError('not-text', `${name} is neither a .npy file nor UTF-8 text`, { hint: 'save it as UTF-8' });
  }
}

/** A data set from the bytes of a file. Throws what `readTable` and `fromTable` throw. */
export const readDataset = (bytes: Uint8Array, name: string, options: TableOptions = {}): Dataset =>
  fromTable(readTable(bytes, name), options);
