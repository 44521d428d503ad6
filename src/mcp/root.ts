// Files that an assistant may name: only those below the folder that `--root` names, and none without it.
// Not here: what is done with their texts.
// Invariant: links that lead out of the folder are refused like any other path outside of it.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { WhygradError } from '../index.ts';

/** More than any document. */
const mostBytes = 4 * 1024 * 1024;
const looksLikeFile = /^[^\n$]{1,500}\.(?:md|markdown|qmd|tex|ipynb|txt)$/;

/** What `in` means: a file below the root, else the word itself (a library name or a text). */
export function documentsBelow(root: string | undefined): (word: string) => string {
  const folder = root === undefined ? null : realpathSync(root);
  return (word) => {
    if (!looksLikeFile.test(word)) return word;
    if (folder === null)
      throw new WhygradError('no-files', 'No file is read.', {
        hint: 'Start whygrad mcp with --root DIR, or pass the text.',
      });
    let real: string;
    try {
      real = realpathSync(resolve(folder, word));
    } catch {
      throw new WhygradError('unknown-file', `There is no file "${word}" below the root.`, {
        hint: 'Name it from there.',
      });
    }
    const inside = relative(folder, real);
    if (inside.startsWith('..') || isAbsolute(inside))
      throw new WhygradError('outside-root', `"${word}" is not below the root.`, {
        hint: 'Files outside are not read.',
      });
    if (!statSync(real).isFile() || statSync(real).size > mostBytes)
      throw new WhygradError('unreadable-file', `"${word}" is no file of at most 4 MiB.`, {
        hint: 'Pass a part of its text.',
      });
    return readFileSync(real, 'utf8');
  };
}
