// The code cells of a Jupyter notebook as one Python text, each line with its place in the file.
// Not here: running it, its Markdown cells (`../../document/notebook.ts`).
// Invariant: lines that only a notebook understands (`%matplotlib inline`, `!pip …`, `?`) become comments.
import { must } from '../../term/must.ts';
import { RunError } from './program.ts';

export interface Notebook {
  readonly source: string;
  /** The line of the file where a line of `source` stands, both from 1. */
  readonly lineOf: (line: number) => number;
  readonly notes: readonly string[];
}

interface Cell {
  readonly cell_type?: unknown;
  readonly source?: unknown;
}

const linesOf = (source: unknown): string[] => {
  const text = Array.isArray(source) ? source.map(String).join('') : typeof source === 'string' ? source : '';
  return text.replace(/\n$/, '').split('\n');
};

const cellsOf = (text: string): readonly Cell[] | null => {
  try {
    const value = JSON.parse(text) as { readonly cells?: unknown } | null;
    return Array.isArray(value?.cells) ? (value.cells as readonly Cell[]) : null;
  } catch {
    return null;
  }
};

/** A cell for another program (`%%bash`, `%%html`); `%%time` and the like only measure. */
const isForeign = (lines: readonly string[]): boolean => /^\s*%%(?!time|timeit|capture|prun)/.test(lines[0] ?? '');
const understood = (line: string): string =>
  line.replace(/^(\s*)([%!?].*)$/, '$1pass  # $2').replace(/^(\s*)(\w+ = )?[%!].*$/, '$1pass');

/** The number of the line at each place of a text. */
const counter = (text: string): ((at: number) => number) => {
  let line = 1;
  let seen = 0;
  return (at) => {
    for (; seen < at; seen++) if (text[seen] === '\n') line++;
    return line;
  };
};

/** Reads a notebook. Errors: RunError where the file is none, or holds no code. */
export function readNotebook(path: string, text: string): Notebook {
  const cells = cellsOf(text);
  if (cells === null) throw new RunError('run-unreadable', `${path} is no notebook: it holds no list of cells`);
  const code = cells.filter((c) => c.cell_type === 'code').map((c) => linesOf(c.source));
  const usable = code.filter((lines) => !isForeign(lines));
  const skipped = code.length - usable.length;
  const lines: string[] = [];
  const places: number[] = [];
  const lineAt = counter(text);
  let from = 0;
  for (const cell of code) {
    for (const line of cell) {
      const at = text.indexOf(JSON.stringify(line).slice(1, -1), from);
      if (at >= 0) from = at;
      if (isForeign(cell)) continue;
      lines.push(understood(line));
      places.push(lineAt(from));
    }
    if (!isForeign(cell)) {
      lines.push('');
      places.push(lineAt(from));
    }
  }
  if (lines.length === 0) throw new RunError('run-unreadable', `${path} has no code cells`);
  return {
    source: `${lines.join('\n')}\n`,
    lineOf: (line) => places[line - 1] ?? must(places[places.length - 1]),
    notes: skipped === 0 ? [] : [`${skipped} cell${skipped === 1 ? '' : 's'} for other programs left out`],
  };
}
