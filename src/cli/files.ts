// Files written whole.
// Not here: what is written.
// Invariant: a file is either the old one or the new one, never a part; its permissions stay, and links of both kinds keep leading to it.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { fileReason } from './input.ts';
import { UsageError } from './verb.ts';

/** Writes bytes, or a text as UTF-8. Errors: UsageError where that is not possible. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    const known = statSync(file, { throwIfNoEntry: false });
    // What is no file (a pipe, a terminal, /dev/full) is written to, never replaced.
    if (known !== undefined && !known.isFile()) writeFileSync(file, bytes);
    else replace(known === undefined ? file : realpathSync(file), known, bytes);
  } catch (error) {
    throw new UsageError(`cannot write '${file}': ${fileReason(error)}`);
  }
}

function replace(path: string, known: Stats | undefined, bytes: Uint8Array): void {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    writeAll(part, 'wx', bytes);
    if (known !== undefined && known.nlink > 1) overwrite(path, bytes);
    else {
      if (known !== undefined) chmodSync(part, known.mode);
      renameSync(part, path);
    }
  } finally {
    rmSync(part, { force: true });
  }
}

function writeAll(path: string, flags: 'wx' | 'r+', bytes: Uint8Array): void {
  const fd = openSync(path, flags);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    ftruncateSync(fd, bytes.length);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A file with several names cannot be replaced, or the other names would keep the old text: it is written over, and put back if that fails. */
function overwrite(path: string, bytes: Uint8Array): void {
  const before = readFileSync(path);
  try {
    writeAll(path, 'r+', bytes);
  } catch (error) {
    // The old bytes still have their place on the disk.
    writeAll(path, 'r+', before);
    throw error;
  }
}

/** Whether a file is UTF-8, so that it can be written back without a change to the rest of it. */
export function isUtf8(file: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return true;
  } catch {
    return false;
  }
}

/** Whether a file begins with a byte order mark, which reading leaves out. */
export const hasMark = (file: string): boolean =>
  readFileSync(file)
    .subarray(0, 3)
    .equals(Buffer.from([0xef, 0xbb, 0xbf]));
