// Files written whole.
// Not here: what is written.
// Invariant: a file is either the old one or the new one, never a part; its permissions stay, and a link keeps pointing where it did.
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { UsageError } from './verb.ts';

/** Writes a text, as UTF-8. Errors: UsageError where that is not possible. */
export function writeText(file: string, text: string): void {
  const known = statSync(file, { throwIfNoEntry: false });
  const path = known === undefined ? file : realpathSync(file);
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    writeFileSync(part, text, { flag: 'wx' });
    if (known !== undefined) chmodSync(part, known.mode);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new UsageError(`cannot write '${file}': ${(error as Error).message}`);
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
