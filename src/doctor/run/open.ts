// Opens a person's program: reads the file, finds its language, starts the child that runs it.
// Not here: the languages' own ways (`python.ts`).
// Invariant: the file is read, never written; the child sees its folder as the current one.
import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { Child } from './child.ts';
import { startNode } from './javascript.ts';
import { readNotebook } from './notebook.ts';
import { RunError, type Language, type OpenOptions, type Program } from './program.ts';
import { findPython, importsOf, startPython } from './python.ts';
import { openSession } from './session.ts';

/** Bytes of memory for the tree of processes unless said otherwise. */
const MEMORY = 2 * 1024 ** 3;
/** Seconds for the import and for each scenario unless said otherwise. */
const TIMEOUT = 10;

const unchanged = (line: number): number => line;

/** Starts a program in a child process. Rejects with a RunError that names why it cannot be run. */
export async function open(file: string, options: OpenOptions = {}): Promise<Program> {
  const path = resolve(file);
  const source = options.source ?? readSource(path);
  const language = languages[extname(path).toLowerCase()];
  if (language === undefined) {
    throw new RunError('run-language', `${file}: a file ending in '${extname(path)}' is not known here`, {
      hint: `known: ${Object.keys(languages).join(' ')}`,
    });
  }
  return language(path, source, options);
}

function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RunError(
      'run-unreadable',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

type Opener = (path: string, source: string, options: OpenOptions) => Promise<Program>;

const languages: Readonly<Record<string, Opener>> = {
  '.py': openPython,
  '.ipynb': openNotebook,
  '.js': openNode('javascript'),
  '.mjs': openNode('javascript'),
  '.cjs': openNode('javascript'),
  '.jsx': openNode('javascript'),
  '.ts': openNode('typescript'),
  '.mts': openNode('typescript'),
  '.cts': openNode('typescript'),
  '.tsx': openNode('typescript'),
};

/** An edited notebook is text of its cells already. */
async function openNotebook(path: string, text: string, options: OpenOptions): Promise<Program> {
  const { source, lineOf, notes } = readNotebook(path, text);
  return openPython(path, source, options, { lineOf, notes });
}

async function openPython(
  path: string,
  source: string,
  options: OpenOptions,
  told: { readonly lineOf: (line: number) => number; readonly notes: readonly string[] } = {
    lineOf: unchanged,
    notes: [],
  },
): Promise<Program> {
  const cwd = dirname(path);
  const needs = importsOf(source, cwd);
  const memory = options.memory ?? MEMORY;
  const { child, seat } = await findPython(needs, { cwd, memory, python: options.python });
  const start = async (): Promise<Child> => (await startPython(seat.python, [], { cwd, memory })).child;
  const notes = [`Python ${seat.version} (${seat.python})`, ...told.notes];
  if (seat.missing.length > 0) notes.push(`not installed: ${seat.missing.join(', ')}`);
  const setting = {
    language: 'python',
    path,
    source,
    timeout: options.timeout ?? TIMEOUT,
    absent: seat.missing,
    notes,
  } as const;
  return openSession({ ...setting, lineOf: told.lineOf, start }, child);
}

function openNode(language: Language): Opener {
  return async (path, source, options) => {
    const start = (): Promise<Child> => startNode({ cwd: dirname(path), memory: options.memory ?? MEMORY });
    const setting = { language, path, source, timeout: options.timeout ?? TIMEOUT, absent: [], notes: [] } as const;
    return openSession({ ...setting, lineOf: unchanged, start }, await start());
  };
}
