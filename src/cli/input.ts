// Files and texts that a command line names: formulas' surroundings, values, standard input.
// Not here: what they mean.
// Invariant: a file that cannot be read or is not JSON is a UsageError that names it and, for JSON, the place.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { libraryNames } from '../index.ts';
import { UsageError, type Call } from './verb.ts';

const MOST_BYTES = 64 * 1024 * 1024;

/** The text of a file; `-` is standard input. */
export function readText(file: string): string {
  try {
    if (file !== '-' && statSync(file).size > MOST_BYTES) throw new UsageError(`${file} is larger than 64 MiB`);
    return new TextDecoder('utf-8').decode(file === '-' ? readFileSync(0) : readBytes(file)).replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${file === '-' ? 'standard input' : `'${file}'`}: ${fileReason(error)}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space is left on the device',
  EROFS: 'the file system is read-only',
};
/** Why a file could not be read or written. */
export const fileReason = (error: unknown): string =>
  reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;

/** The bytes of a file, or of something that only looks like one (a pipe, /dev/zero) as far as the limit goes. */
function readBytes(file: string): Uint8Array {
  if (statSync(file).isFile()) return readFileSync(file);
  const parts: Uint8Array[] = [];
  const handle = openSync(file, 'r');
  try {
    for (let total = 0; total <= MOST_BYTES; ) {
      const part = new Uint8Array(1 << 16);
      const count = readSync(handle, part, 0, part.length, null);
      if (count === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, count));
      total += count;
    }
  } finally {
    closeSync(handle);
  }
  throw new UsageError(`${file} is larger than 64 MiB`);
}

/** What `--in` means: a library document's name is kept, anything else is a file whose text is returned. */
export function readIn(call: Call): { in?: string } {
  const name = call.text('in');
  if (name === undefined) return {};
  if (libraryNames().includes(name)) return { in: name };
  try {
    return { in: readText(name) };
  } catch (error) {
    if (error instanceof UsageError && !/[./\\]/.test(name))
      throw new UsageError(
        `'${name}' is neither a document of the library nor a file`,
        'whygrad list shows the library',
      );
    throw error;
  }
}

/** What a DOCUMENT|NAME word means: a library document's name is kept, a file gives its text, anything else is a formula itself. */
export function readDocumentWord(word: string): string {
  if (libraryNames().includes(word)) return word;
  try {
    return readText(word);
  } catch (error) {
    if (error instanceof UsageError && word.includes('=')) return word;
    if (error instanceof UsageError && !/[./\\]/.test(word))
      throw new UsageError(
        `'${word}' is neither a document of the library nor a file`,
        'whygrad list shows the library',
      );
    throw error;
  }
}

/** A JSON object of values: numbers, and arrays of arrays of numbers. */
export function readValues(file: string): Record<string, unknown> {
  const text = readText(file);
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`'${file}' is not JSON: ${(error as Error).message}`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new UsageError(`'${file}' must hold one JSON object, like {"n": 3, "z": [0.1, 2, -1]}`);
  for (const [name, value] of Object.entries(values)) checkNumbers(file, name, value);
  return values as Record<string, unknown>;
}

function checkNumbers(file: string, path: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const [n, v] of value.entries()) checkNumbers(file, `${path}[${n}]`, v);
    return;
  }
  if (typeof value !== 'number') throw new UsageError(`'${file}': ${path} is ${JSON.stringify(value)}, not a number`);
}
