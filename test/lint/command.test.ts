// `whygrad lint` as an author meets it: files of every kind, patterns, fixes, baselines.
// Not here: verdicts (`verdicts.test.ts`), other verbs (test/project).
// Invariant: each test has a folder of its own.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whygrad } from '../project/command.ts';

const wrong =
  '$$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n\nso that for all $i$ and $j$\n\n$$\\frac{\\partial p_j}{\\partial z_i} = p_j (1 - p_i).$$\n';
const right = wrong.replace('(1 - p_i)', '(\\delta_{ij} - p_i)');
const noColour = { FORCE_COLOR: '0', NO_COLOR: '1' };

interface Folder {
  readonly path: string;
  write(name: string, text: string | Buffer): string;
  read(name: string): string;
  lint(...args: string[]): ReturnType<typeof whygrad>;
}

function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'whygrad-lint-'));
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
    lint: (...args) => whygrad(['lint', ...args], { cwd: path, env: noColour }),
  };
}

describe('what is no document', () => {
  test.each([
    ['a file that is missing', 'none.md', "cannot read 'none.md': there is no such file"],
    ['a folder', 'texts', "cannot read 'texts': it is a folder"],
    ['a binary file', 'plot.png', "'plot.png' is not a text file"],
    ['a pattern that nothing matches', 'texts/*.tex', "no file matches 'texts/*.tex'"],
  ])('%s: exit code 2 and its name', (_name, word, message) => {
    const f = folder();
    f.write('texts/a.md', right);
    f.write('plot.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
    const { code, out, err } = f.lint(word);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  test('an empty file has no equalities', () => {
    const f = folder();
    f.write('empty.md', '');
    expect(f.lint('empty.md')).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(f.lint('empty.md', '--format', 'json').out)).toEqual([]);
  });

  test('a very long text without formulas', () => {
    const f = folder();
    f.write('long.txt', 'These are words, and nothing is said of any quantity.\n'.repeat(100_000));
    expect(f.lint('long.txt')).toMatchObject({ code: 0, err: '' });
  });

  test('one line of a megabyte', () => {
    const f = folder();
    f.write('line.md', `$$${'a + '.repeat(250_000)}a = b$$`);
    expect(f.lint('line.md')).toMatchObject({ code: 3, out: expect.stringContaining('1 formula not read') });
  });
});

describe('patterns in quotes', () => {
  test('** goes through folders, but not hidden or installed ones; every file once, sorted', () => {
    const f = folder();
    for (const name of [
      'notes/b.md',
      'notes/deep/er/a.md',
      'notes/.hidden/x.md',
      'notes/node_modules/y.md',
      'notes/c.txt',
    ])
      f.write(name, wrong);
    const files = JSON.parse(f.lint('notes/**/*.md', 'notes/b.md', '--format', 'json').out)
      .filter((r: { verdict: string }) => r.verdict === 'slip')
      .map((r: { file: string }) => r.file);
    expect(files).toEqual(['notes/b.md', 'notes/deep/er/a.md']);
  });

  test('?, [a-z] and {md,tex}', () => {
    const f = folder();
    for (const name of ['a1.md', 'b2.tex', 'c33.md', 'd4.txt']) f.write(name, wrong);
    const files = (word: string): string[] => [
      ...new Set<string>(JSON.parse(f.lint(word, '--format', 'json').out).map((r: { file: string }) => r.file)),
    ];
    expect(files('??.{md,tex}')).toEqual(['a1.md', 'b2.tex']);
    expect(files('[a-c]*.md')).toEqual(['a1.md', 'c33.md']);
    expect(files('[!a]?.*')).toEqual(['b2.tex', 'd4.txt']);
  });

  test('a file whose name looks like a pattern is that file', () => {
    const f = folder();
    f.write('a[1].md', wrong);
    expect(f.lint('a[1].md').code).toBe(1);
  });
});

describe('--fix', () => {
  test('puts the fix in, tells it, keeps everything else, and the text is clean', () => {
    const f = folder();
    f.write('a.md', wrong);
    const { code, out } = f.lint('a.md', '--fix');
    expect([code, f.read('a.md')]).toEqual([0, right]);
    expect(out).toMatch(/^a\.md:5:\d+: fixed: p_j \(1 - p_i\)\n {4}is now: p_j \(\\delta_\{ij\} - p_i\)$/m);
    expect(f.lint('a.md', '--fix').out).not.toContain('fixed');
  });

  test('a file without slips is not written', () => {
    const f = folder();
    const before = statSync(f.write('a.md', right)).mtimeMs;
    f.lint('a.md', '--fix');
    expect(statSync(join(f.path, 'a.md')).mtimeMs).toBe(before);
  });

  test('a notebook stays a notebook', () => {
    const f = folder();
    const notebook = (text: string): string =>
      `${JSON.stringify(
        {
          cells: [
            { cell_type: 'markdown', metadata: {}, source: text.split(/(?<=\n)/) },
            { cell_type: 'code', metadata: {}, outputs: [], source: ['1\n'] },
          ],
          metadata: {},
          nbformat: 4,
          nbformat_minor: 5,
        },
        null,
        1,
      )}\n`;
    f.write('a.ipynb', notebook(wrong));
    expect(f.lint('a.ipynb', '--fix').code).toBe(0);
    expect(f.read('a.ipynb')).toBe(notebook(right));
  });

  test('byte order mark, line ends, permissions and links stay', () => {
    const f = folder();
    const path = f.write('a.md', `\uFEFF${wrong.replaceAll('\n', '\r\n')}`);
    chmodSync(path, 0o640);
    symlinkSync('a.md', join(f.path, 'link.md'));
    expect(f.lint('link.md', '--fix').code).toBe(0);
    expect(f.read('a.md')).toBe(`\uFEFF${right.replaceAll('\n', '\r\n')}`);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(f.path).sort()).toEqual(['a.md', 'link.md']);
  });

  test('standard input, and a file that is not UTF-8, are refused and unchanged', () => {
    const f = folder();
    expect(f.lint('-', '--fix').code).toBe(2);
    const bytes = Buffer.concat([Buffer.from([0xe9, 0x0a]), Buffer.from(wrong)]);
    f.write('latin.md', bytes);
    const { code, err } = f.lint('latin.md', '--fix');
    expect(code).toBe(2);
    expect(err).toContain('not UTF-8');
    expect(readFileSync(join(f.path, 'latin.md')).equals(bytes)).toBe(true);
  });

  test('with --format json the changes go to standard error', () => {
    const f = folder();
    f.write('a.md', wrong);
    const { out, err } = f.lint('a.md', '--fix', '--format', 'json');
    expect(JSON.parse(out).map((r: { verdict: string }) => r.verdict)).toEqual(['definition', 'holds']);
    expect(err).toContain('a.md:5:');
  });
});

describe('--baseline', () => {
  test('what was accepted is left out, what is new is not', () => {
    const f = folder();
    f.write('docs/a.md', wrong);
    expect(f.lint('docs/a.md', '--baseline', 'accepted.json', '--update-baseline')).toMatchObject({
      code: 0,
      out: 'accepted.json: 1 finding accepted\n',
    });
    const again = f.lint('docs/a.md', '--baseline', 'accepted.json');
    expect(again.code).toBe(0);
    expect(again.out).toContain('left out: 1');
    f.write('docs/a.md', `A line before.\n\n${wrong}\n$$\\frac{\\partial p_i}{\\partial z_i} = p_i$$\n`);
    const { code, out } = f.lint('docs/a.md', '--baseline', 'accepted.json');
    expect(code).toBe(1);
    expect(out.match(/: slip: /g)).toHaveLength(1);
  });

  test('it serves from another folder', () => {
    const f = folder();
    f.write('docs/a.md', wrong);
    f.lint('docs/a.md', '--baseline', 'accepted.json', '--update-baseline');
    expect(
      whygrad(['lint', 'a.md', '--baseline', '../accepted.json'], { cwd: join(f.path, 'docs'), env: noColour }).code,
    ).toBe(0);
  });

  test.each([
    ['missing', null, 'there is no such file'],
    ['no JSON', '{', 'is not JSON'],
    ['another JSON', '[1]', 'is not a baseline'],
  ])('a baseline that is %s: exit code 2', (_name, text, message) => {
    const f = folder();
    f.write('a.md', wrong);
    if (text !== null) f.write('accepted.json', text);
    const { code, err } = f.lint('a.md', '--baseline', 'accepted.json');
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('--update-baseline alone is wrong usage', () => {
    expect(folder().lint('a.md', '--update-baseline').code).toBe(2);
  });
});

describe('--why', () => {
  const text = 'Let $W \\in \\mathbb{R}^{m \\times n}$.\n\n$$h = W x + b$$\n';
  test('tells how each quantity was read, as text and as JSON', () => {
    const f = folder();
    f.write('a.md', text);
    const { code, out } = f.lint('a.md', '--why');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('W: matrix\n    the text says in which set it lies, line 1'),
    ]);
    const [told] = JSON.parse(f.lint('a.md', '--why', '--format', 'json').out) as { symbols: { name: string }[] }[];
    expect(told?.symbols.map((s) => s.name)).toEqual(expect.arrayContaining(['W', 'b', 'h', 'x']));
  });
  test.each([['--fix'], ['--format', 'sarif']])('with %s is wrong usage', (...flags) => {
    const f = folder();
    f.write('a.md', text);
    expect(f.lint('a.md', '--why', ...flags).code).toBe(2);
    expect(f.read('a.md')).toBe(text);
  });
});

describe('formats', () => {
  test('GitHub annotations and SARIF name file, line and mistake', () => {
    const f = folder();
    f.write('a.md', wrong);
    expect(f.lint('a.md', '--format', 'github').out).toMatch(
      /^::error file=a\.md,line=5,col=\d+,title=diagonal-only::/,
    );
    const { runs } = JSON.parse(f.lint('a.md', '--format', 'sarif').out);
    expect(runs[0].results[0]).toMatchObject({
      ruleId: 'diagonal-only',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'a.md' }, region: { startLine: 5 } } }],
    });
  });

  test('--strict: an unclear claim counts', () => {
    const f = folder();
    f.write('a.md', '$$\\frac{\\partial L}{\\partial w} = \\spadesuit$$\n');
    expect([f.lint('a.md').code, f.lint('a.md', '--strict').code]).toEqual([0, 1]);
  });
});
