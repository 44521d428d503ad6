// Comma-separated values read piece by piece: the same at any piece size, exact numbers, right places, little memory.
// Not here: what a table means (data.test.ts).
// Invariant: the reference reader below knows nothing of pieces; SEED chooses the random files.
import { describe, expect, test } from 'vitest';
import { csvTable, readCsv } from '../../src/learn/data/csv.ts';
import { readDataset } from '../../src/learn/data/file.ts';
import type { ByteSource } from '../../src/learn/data/source.ts';
import { random } from '../../src/learn/random.ts';
import { describe as show, WhygradError } from '../../src/term/error.ts';

const seed = Number(process.env.SEED ?? 1);
const fault = (f: () => unknown): WhygradError => {
  try {
    f();
  } catch (error) {
    if (error instanceof WhygradError) return error;
    throw error;
  }
  throw new Error('no error');
};

const draws = random(seed, 'check', 5);
const pick = <T>(of: readonly T[]): T => of[Math.floor(draws.uniform() * of.length)] as T;

interface Written {
  readonly text: string;
  readonly cells: readonly (readonly (string | number)[])[];
  readonly lines: readonly number[];
}

/** A random file with what its cells are and the lines of its rows. */
function written(rows: number, columns: number): Written {
  const end = pick(['\n', '\r\n', '\r']);
  const separator = pick([',', ';', '\t']);
  const texts = [
    'red',
    'größe',
    'naïve 日本',
    'x y',
    'a"b',
    'line\nbreak',
    'two\r\nlines',
    `with${separator}one`,
    '-',
    '1e',
    '0x10',
  ];
  const numbers = [
    '0',
    '-0',
    '7',
    '3.25',
    '.5',
    '5.',
    '+4',
    '1e5',
    '-2.5E-3',
    '123456789012345678',
    '0.1234567890123456789',
    'inf',
  ];
  const cells: (string | number)[][] = [];
  const lines: number[] = [];
  let text = '';
  let line = 1;
  const raw = (): { said: string; is: string | number } => {
    if (draws.uniform() < 0.6) {
      const said = pick(numbers);
      return { said: draws.uniform() < 0.3 ? ` ${said} ` : said, is: said === 'inf' ? Infinity : Number(said) };
    }
    const is = pick(texts);
    const quoted = /["\n\r]/.test(is) || is.includes(separator) || draws.uniform() < 0.3;
    return { said: quoted ? `"${is.replaceAll('"', '""')}"` : is, is };
  };
  for (let n = 0; n < rows; n++) {
    if (separator !== '\t' && draws.uniform() < 0.1) {
      text += `# a remark${end}`;
      line++;
    }
    if (draws.uniform() < 0.1) {
      text += end;
      line++;
    }
    const row = Array.from({ length: columns }, raw);
    cells.push(row.map((c) => c.is));
    lines.push(line);
    text += row.map((c) => c.said).join(separator) + (n + 1 < rows || draws.uniform() < 0.5 ? end : '');
    line += 1 + row.reduce((k, c) => k + (String(c.is).match(/\r\n|\n|\r/g)?.length ?? 0), 0);
  }
  return { text, cells, lines };
}

describe('pieces', () => {
  test('of any size give the cells and the lines that were written', () => {
    for (let n = 0; n < 200; n++) {
      // The first row decides on the separator, so it has plain cells.
      const { text, cells, lines } = written(1 + Math.floor(draws.uniform() * 12), 2 + Math.floor(draws.uniform() * 4));
      const columns = cells[0]?.length ?? 0;
      const first = text.split(/[\r\n]/).find((l) => l !== '' && !l.startsWith('#')) ?? '';
      if (first.includes('"') || [',', ';', '\t'].filter((s) => first.includes(s)).length !== 1) continue;
      if (/^[\r\n#]/.test(text)) continue;
      for (const most of [8, 9, 13, 40, 1000]) {
        const table = csvTable(text, { header: false, piece: most });
        const read = Array.from({ length: table.rows }, (_, r) =>
          Array.from({ length: columns }, (_, c) => table.cell(r, c)),
        );
        expect(read, JSON.stringify(text)).toEqual(
          cells.map((row) => row.map((c) => (typeof c === 'number' ? Math.fround(c) : c))),
        );
        expect(read.map((_, r) => Number(/line (\d+)/.exec(table.place(r, 0).said)?.[1]))).toEqual(lines);
      }
    }
  });

  test('numbers are those of Number, at any number of digits', () => {
    for (let n = 0; n < 3000; n++) {
      const digits = 1 + Math.floor(draws.uniform() * 20);
      const all = Array.from({ length: digits }, () => Math.floor(draws.uniform() * 10)).join('');
      const cut = Math.floor(draws.uniform() * (digits + 1));
      const said = `${pick(['', '-', '+'])}${all.slice(0, cut)}${pick(['.', ''])}${all.slice(cut)}`;
      const answers = readCsv(`a,y\n1,${said}\n2,0.5\n`, { task: 'regression' }).targets;
      expect(answers?.[0], said).toBe(Math.fround(Number(said)));
      expect(readCsv(`a,y\n${said},1\n2,0\n`).features[0], said).toBe(Math.fround(Number(said)));
    }
  });

  test('the answer keeps all its digits', () => {
    expect(readCsv('x,id\n1,123456789\n2,123456790\n', { task: 'classification' }).classes).toEqual([
      '123456789',
      '123456790',
    ]);
  });
});

describe('places', () => {
  test.each([
    ['after a quoted line break', 'x,kind\n1,"a\nb"\n2,"c\r\nd"\nred,e\n', 'line 6, column 1 (x)'],
    ['after remarks and blank lines', '# one\nx,kind\n\n1,a\n# two\nred,b\n', 'line 6, column 1 (x)'],
    ['under a quoted name', 'x,"size, in ""mm""",kind\n1,2,a\n3,red,b\n', 'line 3, column 2 (size, in "mm")'],
    ['under a quoted name before it', '"the x, at last",z,kind\n1,2,a\n3,red,b\n', 'line 3, column 2 (z)'],
    ['under a name with a line break', 'x,"si\nze",kind\n1,2,a\n3,red,b\n', 'line 4, column 2 (si\nze)'],
    ['in the last column but one', 'a,b,c,kind\n1,2,3,p\n1,2,x,q\n', 'line 3, column 3 (c)'],
    ['behind the answer', 'species,b,c\np,2,3\nq,2,x\n', 'line 3, column 3 (c)'],
  ])('%s', (_, text, place) => {
    for (const most of [8, 11, 1000]) {
      const error = fault(() => readCsv(text, { piece: most }));
      expect(error.code).toBe('not-a-number');
      expect(error.message).toContain(place);
      const line = /line (\d+)/.exec(error.message)?.[1];
      expect(show(error)).toContain(`\n${line} | `);
      expect(error.text?.slice(error.span?.start, error.span?.end)).toMatch(/^(red|x)$/);
    }
  });
  test('a row that is too short is told with its line, after quoted line breaks too', () => {
    expect(fault(() => readCsv('x,kind\n1,"a\nb"\n2\n')).message).toContain('line 4: 1 values');
  });
  test('an open quote is told with the line where it opens', () => {
    const error = fault(() => readCsv('x,kind\n1,"a\nb"\n2,"c\nd\n'));
    expect([error.code, error.message]).toEqual(['unbalanced-quote', 'the file, line 4: a quoted value is not closed']);
    expect(show(error)).toContain('4 | 2,"c');
  });
  test.each(['x,y\n', 'x,"a ""b""",kind', '"only"\n', '# made by hand\nx,y\n\n'])('names without rows: %j', (text) => {
    const error = fault(() => readCsv(text));
    expect(error.code).toBe('empty-data');
    expect(error.message).toMatch(/names of \d columns? and no rows|0 rows/);
  });
  test('bytes that are no text', () => {
    for (const bytes of [
      [0xff, 0xfe, 65, 0, 44, 0],
      [0x89, 0x50, 0x4e, 0x47],
      [49, 44, 0xc3, 10],
    ])
      expect(fault(() => readDataset(Uint8Array.from(bytes), 'd.csv')).code).toMatch(/not-text|empty-data|ragged-row/);
  });
  test('an answer with a name for every row is no class', () => {
    const text = `x,id\n${Array.from({ length: 10_001 }, (_, n) => `1,row${n}`).join('\n')}\n`;
    expect(fault(() => readCsv(text)).code).toBe('too-many-classes');
  });
});

test('a large file takes a few bytes a cell, and tells how far it is', () => {
  const [rows, columns] = [200_000, 20];
  const line = new TextEncoder().encode(`${Array.from({ length: columns - 1 }, (_, c) => `${c}.25`).join(',')},a\n`);
  const length = rows * line.length;
  const source: ByteSource = {
    length,
    read: (at, target) => {
      const count = Math.min(target.length, length - at);
      for (let i = 0; i < count; i++) target[i] = line[(at + i) % line.length] as number;
      return count;
    },
  };
  const before = process.memoryUsage();
  let heap = 0;
  let buffers = 0;
  const told: number[] = [];
  const data = readCsv(source, {
    task: 'classification',
    onProgress: ({ bytes, of }) => {
      const now = process.memoryUsage();
      heap = Math.max(heap, now.heapUsed - before.heapUsed);
      buffers = Math.max(buffers, now.arrayBuffers - before.arrayBuffers);
      told.push(bytes / of);
    },
  });
  expect([data.rows, data.columns, data.features[20]]).toEqual([rows, columns - 1, Math.fround(1.25)]);
  expect(told.length).toBeGreaterThan(10);
  expect(told.at(-1)).toBe(1);
  expect(heap).toBeLessThan(100e6);
  expect(buffers).toBeLessThan(1.5 * 4 * rows * columns + 20e6);
});
