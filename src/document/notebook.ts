// The Markdown cells of a Jupyter notebook, each character with its place in the .ipynb file.
// Not here: what the cells say.
// Invariant: a file that is no notebook gives null; malformed JSON never throws.
import { lastOf, must } from '../term/must.ts';
import { inserted, join, originOf, slice, wholeText, type Mapped } from './mapped.ts';

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', ''],
  ['b', ''],
  ['f', ''],
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
]);

/** The JSON string whose opening quote stands at `at`, decoded; `end` is after its closing quote. */
function readString(file: Mapped, at: number): { value: Mapped; end: number } {
  const parts: Mapped[] = [];
  let last = at + 1;
  let n = at + 1;
  for (; n < file.text.length && file.text[n] !== '"'; n++) {
    if (file.text[n] !== '\\') continue;
    const c = file.text[n + 1] ?? '';
    const unicode = c === 'u' ? String.fromCharCode(Number.parseInt(file.text.slice(n + 2, n + 6), 16) || 32) : null;
    parts.push(slice(file, last, n), inserted(unicode ?? escapes.get(c) ?? c, originOf(file, n)));
    n += unicode === null ? 1 : 5;
    last = n + 1;
  }
  return { value: join([...parts, slice(file, last, n)]), end: n + 1 };
}

interface Token {
  readonly kind: 'string' | 'other';
  readonly value: Mapped;
  readonly start: number;
}

function* tokens(file: Mapped): Generator<Token> {
  for (let n = 0; n < file.text.length; ) {
    const c = must(file.text[n]);
    if (c === '"') {
      const { value, end } = readString(file, n);
      yield { kind: 'string', value, start: n };
      n = end;
    } else {
      if (!/[\s,]/.test(c)) yield { kind: 'other', value: slice(file, n, n + 1), start: n };
      n++;
    }
  }
}

interface Cell {
  type: string;
  source: Mapped[];
}

/** Reads `"cell_type"` and `"source"` of every cell by going through the tokens once. */
function readCells(file: Mapped): Cell[] {
  const cells: Cell[] = [];
  let cell: Cell = { type: '', source: [] };
  let key = '';
  let depth = 0;
  let cellDepth = -1;
  let inSource = false;
  let previous: Token | null = null;
  for (const token of tokens(file)) {
    const text = token.value.text;
    if (token.kind === 'other') {
      if (text === ':' && previous?.kind === 'string') key = previous.value.text;
      if (text === '{') {
        depth++;
        if (key === 'cells' && cellDepth === -1) cellDepth = depth;
        if (depth === cellDepth) cell = { type: '', source: [] };
      }
      if (text === '}') {
        if (depth === cellDepth) {
          cells.push(cell);
        }
        depth--;
      }
      if (text === '[') inSource = key === 'source' && depth === cellDepth;
      if (text === ']') inSource = false;
      if (text === ']' && depth < cellDepth) break;
    } else if (depth === cellDepth && (inSource || (key === 'source' && previous?.value.text === ':')))
      cell.source.push(token.value);
    else if (key === 'cell_type' && previous?.value.text === ':' && depth === cellDepth) cell.type = text;
    previous = token;
  }
  return cells;
}

/** The text of the Markdown cells, a blank line between two; null when the file is no notebook. */
export function notebookText(text: string): Mapped | null {
  if (!/^\s*\{/.test(text) || !/"cells"\s*:\s*\[/.test(text)) return null;
  const file = wholeText(text);
  const parts: Mapped[] = [];
  for (const cell of readCells(file)) {
    if (cell.type !== 'markdown' || cell.source.length === 0) continue;
    const end = lastOf(cell.source);
    parts.push(...cell.source, inserted('\n\n', originOf(end, end.text.length)));
  }
  return parts.length === 0 ? inserted('', 0) : join(parts);
}
