// Patterns for files that the shell did not expand: `*`, `?`, `[a-z]`, `{md,tex}` and `**`.
// Not here: reading the files.
// Invariant: a word that names an existing file is that file, whatever characters it holds; matches are sorted, each
// once, and hidden or installed folders are only entered where the pattern names them.
import { existsSync, readdirSync, statSync, type Stats } from 'node:fs';
import { UsageError } from './verb.ts';

const isPattern = (word: string): boolean => /[*?[{]/.test(word);

/** The files that words name. Errors: UsageError for a pattern that matches nothing, and for a folder. */
export function filesOf(words: readonly string[]): string[] {
  return [
    ...new Set(
      words.flatMap((word) => {
        if (word === '-' || !isPattern(word) || existsSync(word)) return [refuseFolder(word)];
        const found = alternatives(word).flatMap(matches).sort();
        if (found.length === 0) throw new UsageError(`no file matches '${word}'`);
        return found;
      }),
    ),
  ];
}

function refuseFolder(word: string): string {
  if (word !== '-' && kindOf(word)?.isDirectory() === true)
    throw new UsageError(
      `cannot read '${word}': it is a folder`,
      `"${word.replace(/\/+$/, '')}/**/*.md" names the Markdown files in it`,
    );
  return word;
}

/** `a{b,c}d` is `abd` and `acd`. */
function alternatives(pattern: string): string[] {
  const found = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (found === null) return [pattern];
  const [before, after] = [pattern.slice(0, found.index), pattern.slice(found.index + found[0].length)];
  return (found[1] as string).split(',').flatMap((x) => alternatives(before + x + after));
}

function matches(pattern: string): string[] {
  const parts = pattern.split(/[/\\]/).filter((p, n) => p !== '' || n === 0);
  const [root, rest] = parts[0] === '' ? ['/', parts.slice(1)] : ['', parts];
  return walk(root, rest);
}

const inside = (folder: string, name: string): string =>
  folder === '' || folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;

/** Files below a folder that the rest of a pattern names. */
function walk(folder: string, [part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return [];
  if (part === '**')
    return [
      ...walk(folder, rest),
      ...folders(folder, (name) => !name.startsWith('.') && name !== 'node_modules').flatMap((name) =>
        walk(inside(folder, name), ['**', ...rest]),
      ),
    ];
  if (!isPattern(part)) {
    const path = inside(folder, part);
    return rest.length > 0 ? walk(path, rest) : isFile(path) ? [path] : [];
  }
  const named = matcher(part);
  const fits = (name: string): boolean => named.test(name) && (!name.startsWith('.') || part.startsWith('.'));
  if (rest.length > 0) return folders(folder, fits).flatMap((name) => walk(inside(folder, name), rest));
  return entries(folder)
    .filter((e) => fits(e.name) && isFile(inside(folder, e.name)))
    .map((e) => inside(folder, e.name));
}

/**
 * What stands at a path; nothing where no path leads there (a link that leads back to itself, a part that is no folder
 * or closed to the reader).
 */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
const isFile = (path: string): boolean => kindOf(path)?.isFile() === true;
// Links to folders are not followed: they may lead back.
const folders = (folder: string, fits: (name: string) => boolean): string[] =>
  entries(folder)
    .filter((e) => e.isDirectory() && fits(e.name))
    .map((e) => e.name);

function entries(folder: string): { name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** One part of a path: `*` any characters, `?` one, `[a-z]` one of these. */
function matcher(part: string): RegExp {
  const source = part.replace(/\[!?[^\]]+\]|[\s\S]/g, (c) => {
    if (c === '*') return '.*';
    if (c === '?') return '.';
    if (c.length > 1) return `[${c.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    return c.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  });
  return new RegExp(`^(?:${source})$`, 'su');
}
