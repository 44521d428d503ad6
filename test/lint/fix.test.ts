// `--fix` on long texts, on code, on files with several names, and where the disk is full; outputs that cannot be written.
// Not here: single fixes and the other flags (`command.test.ts`).
// Invariant: each test has a folder of its own.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  linkSync,
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
import { describe, expect, test, vi } from 'vitest';
import { fixText } from '../../src/lint/fix.ts';
import { lint } from '../../src/lint/lint.ts';
import { whygrad } from '../project/command.ts';
import { root } from '../project/sources.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'whygrad-fix-'));
const softmax = (factor: string, n = ''): string =>
  `$$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n\nso that for all $i$ and $j$${n}\n\n$$\\frac{\\partial p_j}{\\partial z_i} = p_j (${factor} - p_i).$$\n`;
const [wrong, right] = [softmax('1'), softmax('\\delta_{ij}')];

/** Sections of six kinds of slips and as many true ones. */
const kinds: readonly (readonly [string, string, string])[] = [
  [right, '(\\delta_{ij} - p_i)', '(1 - p_i)'],
  [
    '$$\\mu = \\frac{1}{n} \\sum_i x_i$$\n\n$$\\frac{\\partial \\mu}{\\partial x_i} = \\frac{1}{n}$$\n',
    '= \\frac{1}{n}$',
    '= \\frac{2}{n}$',
  ],
  [
    '$$L = \\frac{1}{2}\\sum_i (\\hat{y}_i - y_i)^2, \\quad \\hat{y}_i = \\sum_j W_{ij} x_j$$\n\n$$\\frac{\\partial L}{\\partial W_{ij}} = (\\hat{y}_i - y_i) x_j$$\n',
    '= (\\hat{y}_i - y_i)',
    '= (\\hat{y}_i + y_i)',
  ],
  [
    '$$\\sigma(t) = \\frac{1}{1+e^{-t}}$$\n\n$$\\begin{aligned}\n\\frac{d\\sigma(t)}{dt} &= \\frac{e^{-t}}{(1+e^{-t})^2} \\\\\n&= \\sigma(t)(1-\\sigma(t))\n\\end{aligned}$$\n',
    '(1-\\sigma(t))',
    '(1+\\sigma(t))',
  ],
];
function sections(count: number, slipEvery: number): { text: string; slips: number } {
  let slips = 0;
  const all = Array.from({ length: count }, (_, n) => {
    const [text, from, to] = kinds[n % kinds.length] as (typeof kinds)[number];
    const isWrong = n % slipEvery === slipEvery - 1;
    if (isWrong) slips++;
    return `## Part ${n}\n\nSome words stand here.\n\n${isWrong ? text.replace(from, () => to) : text}\n`;
  });
  return { text: all.join(''), slips };
}

describe('long documents', () => {
  test('every slip with a fix is mended, in a few rounds of judging', () => {
    const { text, slips } = sections(96, 3);
    const before = lint(text).filter((c) => c.verdict === 'slip');
    expect(before).toHaveLength(slips);
    const { text: after, changes, claims } = fixText(text);
    expect(changes).toHaveLength(before.filter((c) => c.fix !== null).length);
    expect(changes.length).toBeGreaterThan(slips * 0.9);
    expect(claims.filter((c) => c.verdict === 'slip' && c.fix !== null)).toEqual([]);
    expect(lint(after)).toEqual(claims);
  });

  test('a slip that nothing mends keeps no other from being mended', () => {
    const text = `Here \`g = x^2\` and \`dg/dx = 3x\`.\n\n# Next\n\n${wrong}`;
    const { changes, claims } = fixText(text);
    expect(changes.map((c) => c.after)).toEqual(['p_j (\\delta_{ij} - p_i)']);
    expect(claims.map((c) => c.verdict)).toEqual(['definition', 'slip', 'definition', 'holds']);
  });

  test('the mended claims hold, judged anew', () => {
    const { text } = sections(24, 2);
    const { text: after, changes } = fixText(text);
    const rows = lint(after);
    for (const c of changes) expect(rows.find((r) => r.line === c.line)?.verdict).toBe('holds');
  });
});

describe('code in Markdown is left alone', () => {
  const plain = 'p_j = exp(z_j)/sum_k exp(z_k)\n\ndp_j/dz_i = p_j (1 - p_i)\n';
  test.each([
    ['a fenced block', `# A\n\n\`\`\`\n${plain}\`\`\`\n`],
    ['a fenced block of text', `# A\n\n\`\`\`text\n${plain}\`\`\`\n`],
    ['a block fenced with tildes', `# A\n\n~~~\n${plain}~~~\n`],
    [
      'a fenced block of LaTeX',
      `# A\n\n\`\`\`latex\n${wrong.replaceAll('$$', '').replace(/\n\nso that.*\n\n/, ' \\\\\\\\\n')}\`\`\`\n`,
    ],
    ['an indented block', `# A\n\nThis:\n\n    p_j = exp(z_j)/sum_k exp(z_k)\n    dp_j/dz_i = p_j (1 - p_i)\n`],
    ['inline code', '# A\n\nHere `p_j = exp(z_j)/sum_k exp(z_k)` and then `dp_j/dz_i = p_j (1 - p_i)`.\n'],
  ])('%s', (_name, text) => {
    expect(lint(text).some((c) => c.verdict === 'slip')).toBe(true);
    expect(fixText(text)).toMatchObject({ text, changes: [] });
  });

  test('mathematics beside it, and a ```math display, are mended', () => {
    const fence = `\n\`\`\`python\nprint(1)\n\`\`\`\n`;
    expect(fixText(wrong + fence).text).toBe(right + fence);
    const display = (s: string): string => s.replace(/\$\$([^$]+)\$\$/g, '\n```math\n$1\n```\n');
    expect(fixText(display(wrong)).text).toBe(display(right));
  });

  test('plain text has no code', () => {
    expect(fixText(plain, { syntax: 'plain' }).changes).toHaveLength(1);
  });
});

describe('files', () => {
  test('all names of a file lead to the mended text', () => {
    const path = folder();
    writeFileSync(join(path, 'a.md'), wrong, { mode: 0o604 });
    linkSync(join(path, 'a.md'), join(path, 'b.md'));
    expect(whygrad(['lint', '--fix', 'a.md'], { cwd: path }).code).toBe(0);
    expect(readFileSync(join(path, 'b.md'), 'utf8')).toBe(right);
    expect(statSync(join(path, 'a.md')).ino).toBe(statSync(join(path, 'b.md')).ino);
    expect(statSync(join(path, 'a.md')).mode & 0o777).toBe(0o604);
    expect(readdirSync(path).sort()).toEqual(['a.md', 'b.md']);
  });

  test('a longer text that shrinks leaves no rest behind', () => {
    const path = folder();
    const long = wrong.replace('p_j (1 - p_i)', 'p_j (1 - p_i) + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0');
    writeFileSync(join(path, 'a.md'), long);
    linkSync(join(path, 'a.md'), join(path, 'b.md'));
    whygrad(['lint', '--fix', 'a.md'], { cwd: path });
    expect(readFileSync(join(path, 'b.md'), 'utf8')).toBe(fixText(long).text);
  });

  test('links that lead round in a circle are named', () => {
    const path = folder();
    symlinkSync('b.md', join(path, 'a.md'));
    symlinkSync('a.md', join(path, 'b.md'));
    mkdirSync(join(path, 'inner'));
    symlinkSync('..', join(path, 'inner', 'up'));
    writeFileSync(join(path, 'inner', 'c.md'), right);
    for (const word of ['a.md', 'a.md/c.md']) {
      const { code, err } = whygrad(['lint', word], { cwd: path });
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/^\S*error\S*: cannot read 'a\.md.*': its links lead round in a circle\n$/),
      ]);
    }
    expect(whygrad(['lint', '**/*.md'], { cwd: path })).toMatchObject({ code: 0, err: '' });
  });
});

describe.runIf(process.platform === 'linux')('what cannot be written', () => {
  const shell = (command: string, cwd: string): { status: number | null; stderr: string } =>
    spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  const cli = `"${process.execPath}" "${join(root, 'dist', 'cli.js')}"`;

  test.each(['lint a.md --format json', 'lint a.md', 'list', 'derive "d/dx x^2"'])(
    '%s > /dev/full: an error with its reason',
    (args) => {
      const path = folder();
      writeFileSync(join(path, 'a.md'), right);
      expect(shell(`${cli} ${args} > /dev/full`, path)).toMatchObject({
        status: 2,
        stderr: 'error: cannot write to standard output: no space is left on the device\n',
      });
    },
  );

  test('a reader that closes early is no failure', () => {
    const path = folder();
    writeFileSync(join(path, 'a.md'), right.repeat(50));
    expect(shell(`${cli} lint a.md --format json | head -1`, path)).toMatchObject({ status: 0, stderr: '' });
  });

  /** A disk of 64 KiB, where that is allowed. */
  const small = (path: string): boolean => {
    mkdirSync(join(path, 'disk'));
    return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', join(path, 'disk')]).status === 0;
  };
  test.each([false, true])('--fix on a full disk: the file is as it was (several names: %s)', (linked) => {
    const path = folder();
    if (!small(path)) return;
    const disk = join(path, 'disk');
    try {
      const text = wrong + 'And more words. '.repeat(2500);
      writeFileSync(join(disk, 'a.md'), text);
      if (linked) linkSync(join(disk, 'a.md'), join(disk, 'b.md'));
      const { code, err } = whygrad(['lint', '--fix', 'a.md'], { cwd: disk });
      expect([code, err]).toEqual([2, expect.stringMatching(/cannot write 'a\.md': no space is left on the device/)]);
      expect(readFileSync(join(disk, 'a.md'), 'utf8')).toBe(text);
      expect(readdirSync(disk)).toEqual(linked ? ['a.md', 'b.md'] : ['a.md']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

test('writing over a file with several names is taken back where it fails', async () => {
  const path = folder();
  const file = join(path, 'a.md');
  writeFileSync(file, 'old text');
  linkSync(file, join(path, 'b.md'));
  let writes = 0;
  vi.doMock('node:fs', async (real) => {
    const fs = await real<typeof import('node:fs')>();
    return {
      ...fs,
      writeSync: (fd: number, bytes: Uint8Array, at: number) => {
        // The part and its first bytes over the old text succeed, then the disk is full; putting back succeeds.
        if (++writes === 3)
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        return writes === 2 ? fs.writeSync(fd, bytes, at, 4) : fs.writeSync(fd, bytes, at);
      },
    };
  });
  vi.resetModules();
  const { writeWhole } = await import('../../src/cli/files.ts');
  expect(() => writeWhole(file, 'a new and longer text')).toThrow("cannot write '");
  expect(readFileSync(join(path, 'b.md'), 'utf8')).toBe('old text');
  expect(readdirSync(path).sort()).toEqual(['a.md', 'b.md']);
  vi.doUnmock('node:fs');
});
