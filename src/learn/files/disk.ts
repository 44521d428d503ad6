// Files on disk: reading, and writing so that a crash at any moment leaves the old file or the new one.
// Not here: what is in the files. Node only: a browser gets a named error; nothing is imported, so bundles for browsers stay clean.
// Invariant: a write goes to a temporary file, is flushed, renamed, and the folder is flushed.
import { WhygradError } from '../../term/error.ts';

type FileSystem = typeof import('node:fs');

/** Node's file system, or `no-file-system` where there is none. */
function fileSystem(): FileSystem {
  const found = (
    globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  ).process?.getBuiltinModule?.('node:fs');
  if (found === undefined)
    throw new WhygradError('no-file-system', 'there is no file system here', {
      hint: 'in a browser, use the functions that take and give bytes',
    });
  return found as FileSystem;
}

export const joinPath = (folder: string, file: string): string => `${folder.replace(/\/+$/, '')}/${file}`;

function cannot(what: string, path: string, error: unknown): WhygradError {
  const code = (error as { code?: string }).code ?? String(error);
  return new WhygradError('file-error', `cannot ${what} ${path} (${code})`, {
    hint: code === 'ENOENT' ? 'check the path' : 'check the path and its permissions',
  });
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
  try {
    const file = fs.openSync(temporary, 'w');
    try {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, path);
    flushFolder(fs, folder);
  } catch (error) {
    throw cannot('write', path, error);
  }
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
