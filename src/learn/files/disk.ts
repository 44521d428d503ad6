// Files on disk: reading, and writing so that a crash at any moment leaves the old file or the new one.
// Not here: what is in the files. Node only: a browser gets a named error; nothing is imported, so bundles for browsers stay clean.
// Invariant: a write goes to a temporary file, is flushed, renamed, and the folder is flushed.
import { WhygradError } from '../../term/error.ts';
import { bytesSource, type ByteSource } from '../data/source.ts';

type FileSystem = typeof import('node:fs');

/** A module of Node's own, undefined elsewhere. */
export const builtIn = (name: string): unknown =>
  (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process?.getBuiltinModule?.(name);

/** Node's file system, or `no-file-system` where there is none. */
export function fileSystem(): FileSystem {
  const found = builtIn('node:fs');
  if (found === undefined)
    throw new WhygradError('no-file-system', 'there is no file system here', {
      hint: 'in a browser, use the functions that take and give bytes',
    });
  return found as FileSystem;
}

/** Bytes of a pipe. */
const MOST_STREAMED = 2 ** 28;

export const joinPath = (folder: string, file: string): string => `${folder.replace(/\/+$/, '')}/${file}`;

/** What the system's codes mean to a person. */
const reasons: ReadonlyMap<string, readonly [what: string, hint: string]> = new Map([
  ['ENOENT', ['there is no such file or folder', 'check the path']],
  ['EACCES', ['permission denied', 'check the permissions']],
  ['EPERM', ['permission denied', 'check the permissions']],
  ['EISDIR', ['it is a folder', 'name a file']],
  ['ENOTDIR', ['a part of the path is not a folder', 'check the path']],
  ['EEXIST', ['a file of that name stands in the way', 'name another folder']],
  ['ELOOP', ['its links lead round in a circle', 'check the links']],
  ['ENAMETOOLONG', ['the name is too long', 'take a shorter one']],
  ['ENOSPC', ['no space is left on the device', 'make room; the file of before, if any, is unchanged']],
  ['EROFS', ['the file system is read-only', 'write elsewhere']],
]);

function cannot(what: string, path: string, error: unknown): WhygradError {
  if (error instanceof WhygradError) return error;
  const code = (error as { code?: string }).code ?? String(error);
  const [why, hint] = reasons.get(code) ?? [code, 'check the path and its permissions'];
  return new WhygradError('file-error', `cannot ${what} ${path}: ${why} (${code})`, { hint });
}

/** The bytes of a file. Throws `file-error`, `no-file-system`. */
export function readBytes(path: string): Uint8Array {
  const fs = fileSystem();
  try {
    return new Uint8Array(fs.readFileSync(path));
  } catch (error) {
    throw cannot('read', path, error);
  }
}

/** What a pipe gives, as far as that is not without end (/dev/zero). */
function readStream(fs: FileSystem, file: number, path: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let total = 0; total <= MOST_STREAMED; ) {
    const part = new Uint8Array(1 << 16);
    const count = fs.readSync(file, part, 0, part.length, null);
    if (count === 0) return joined(parts, total);
    parts.push(part.subarray(0, count));
    total += count;
  }
  throw new WhygradError('file-too-large', `${path} gives more than ${MOST_STREAMED} bytes`, {
    hint: 'write them to a file, which is read piece by piece',
  });
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A file opened for reading; what is no plain file (a pipe) is read at once. Throws `file-error`, `no-file-system`. */
export function openSource(path: string): ByteSource & { close(): void } {
  const fs = fileSystem();
  try {
    const file = fs.openSync(path, 'r');
    const stat = fs.fstatSync(file);
    if (!stat.isFile()) {
      try {
        return { ...bytesSource(readStream(fs, file, path)), close: () => undefined };
      } finally {
        fs.closeSync(file);
      }
    }
    return {
      length: stat.size,
      read: (at, target) => {
        try {
          return fs.readSync(file, target, 0, target.length, at);
        } catch (error) {
          throw cannot('read', path, error);
        }
      },
      close: () => fs.closeSync(file),
    };
  } catch (error) {
    throw cannot('read', path, error);
  }
}

/** The bytes of a file, or null when there is none. Throws `file-error` for other faults. */
export function readBytesIfThere(path: string): Uint8Array | null {
  return fileSystem().existsSync(path) ? readBytes(path) : null;
}

export function makeFolder(path: string): void {
  const fs = fileSystem();
  try {
    fs.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw cannot('make the folder', path, error);
  }
}

/** Removes a file if it is there. Throws `file-error`. */
export function removeFile(folder: string, name: string): void {
  const path = joinPath(folder, name);
  try {
    fileSystem().rmSync(path, { force: true });
  } catch (error) {
    throw cannot('remove', path, error);
  }
}

/** Replaces a file at once and for good: temporary file, write, flush, rename, flush the folder. Throws `file-error`. */
export function replaceFile(folder: string, name: string, content: Uint8Array | string): void {
  const fs = fileSystem();
  const path = joinPath(folder, name);
  const temporary = `${path}.part`;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  try {
    if (isDevice(fs, path)) writeThrough(fs, path, bytes, false);
    else {
      writeThrough(fs, temporary, bytes, true);
      fs.renameSync(temporary, path);
      flushFolder(fs, folder);
    }
  } catch (error) {
    removePart(fs, temporary);
    throw cannot('write', path, error);
  }
}

/** Removes a part that was not finished; where that fails, the fault before it is what counts. */
function removePart(fs: FileSystem, path: string): void {
  try {
    fs.rmSync(path, { force: true });
  } catch {
    /* told already */
  }
}

function writeThrough(fs: FileSystem, path: string, bytes: Uint8Array, flush: boolean): void {
  const file = fs.openSync(path, 'w');
  try {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at);
    if (flush) fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** Whether something stands there that must not be replaced: a terminal, a pipe, `/dev/full`. */
function isDevice(fs: FileSystem, path: string): boolean {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

/** Makes a rename durable; systems that cannot open folders (Windows) order renames themselves. */
function flushFolder(fs: FileSystem, folder: string): void {
  let handle: number;
  try {
    handle = fs.openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fs.fsyncSync(handle);
  } catch {
    /* not supported here: the rename itself is atomic */
  } finally {
    fs.closeSync(handle);
  }
}
