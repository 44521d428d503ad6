// Notebooks as programs: cells joined, lines of the file kept, magics left out.
// Not here: running Python (`python.test.ts`).
// Invariant: a line of the text and its line in the file hold the same words.
import { expect, test } from 'vitest';
import { readNotebook } from '../../../src/doctor/run/notebook.ts';

const cell = (source: string, cell_type = 'code'): object => ({ cell_type, source: source.split(/(?<=\n)/) });
const notebook = (...cells: readonly object[]): string => JSON.stringify({ cells, nbformat: 4 }, null, 1);

test('code cells are joined; prose is left out', () => {
  const { source } = readNotebook('a.ipynb', notebook(cell('x = 1\n'), cell('# Title', 'markdown'), cell('y = 2')));
  expect(source).toBe('x = 1\n\ny = 2\n\n');
});

test('every line is found again in the file, repeated ones in their order', () => {
  const text = notebook(cell('a = 1\nb = "é"\n'), cell('def f(x):\n    return x\n'), cell('a = 1\n'));
  const { source, lineOf } = readNotebook('a.ipynb', text);
  const lines = source.split('\n');
  const places = lines.flatMap((line, i) => (line.trim() === '' ? [] : [[line, lineOf(i + 1)] as const]));
  for (const [line, at] of places) expect(text.split('\n')[at - 1]).toContain(JSON.stringify(line).slice(1, -1));
  const numbers = places.map(([, at]) => at);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test('what only a notebook understands becomes a comment; cells for other programs go', () => {
  const { source, notes } = readNotebook(
    'a.ipynb',
    notebook(
      cell('%matplotlib inline\n!pip install x\nfor i in y:\n    %time z\n'),
      cell('%%bash\nls\n'),
      cell('%%time\nw = 1'),
    ),
  );
  expect(source).not.toMatch(/^\s*[%!]|ls/m);
  expect(source).toMatch(/^w = 1$/m);
  expect(notes).toEqual(['1 cell for other programs left out']);
});

test.each(['{', '{"cells": 1}', '[]', '{"cells": []}'])('%s is an error that says so', (text) => {
  expect(() => readNotebook('a.ipynb', text)).toThrow(/notebook|code cells/);
});
