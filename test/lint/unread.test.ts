// What cannot be read is told: counted, with its lines, in every format; nothing ends as "0 equalities" in silence.
// Not here: faults of single formulas (`test/term`), budgets (`budget.test.ts`).
// Invariant: texts are as small as the fault allows.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint, lintDocument } from '../../src/lint/lint.ts';
import { isIncomplete, lintReport } from '../../src/lint/report.ts';
import { whygrad } from '../project/command.ts';

const unread = (text: string): [number, string][] => lintDocument(text).unread.map((u) => [u.line, u.message]);
const nested = (n: number, inside: string): string => '('.repeat(n) + inside + ')'.repeat(n);
const sum = (n: number): string => Array(n).fill('x').join(' + ');

describe('too large to be read', () => {
  test.each([
    ['200,000 brackets in one another', `$$${nested(200_000, 'x')} = x$$\n`],
    ['the same without an equation', `$$${nested(200_000, 'x')}$$\n`],
    ['200,000 fractions', `$$y = ${'\\frac{1}{'.repeat(200_000)}x${'}'.repeat(200_000)}$$\n`],
    ['200,000 terms', `$$${sum(200_000)} = 200000 x$$\n`],
    ['200,000 terms between single dollars', `Here $${sum(200_000)} = 200000 x$ stands.\n`],
    ['200,000 terms in brackets of LaTeX', `\\[ ${sum(200_000)} = 200000 x \\]\n`],
    ['200,000 terms in a plain line', `${sum(200_000)} = 200000 x\n`],
    ['20,000 links', `$$${Array(20_000).fill('x').join(' = ')}$$\n`],
  ])('%s: named, and what stands beside it is judged', (_name, text) => {
    const { claims, unread: all } = lintDocument(`${text}\n$$f = x^2$$\n\n$$\\frac{df}{dx} = 2x$$\n`);
    expect(all).toMatchObject([{ line: 1, message: expect.stringMatching(/^limit: /) }]);
    expect(claims.map((c) => c.verdict)).toEqual(['definition', 'holds']);
    expect(isIncomplete(claims, all)).toBe(true);
    expect(lintReport(claims, 'text', { unread: all })).toContain('\nlimit: 1 formula is too large to be read');
  });

  test.each([
    ['brackets', `$$${nested(1500, 'x')} = x$$\n`],
    ['terms', `\\begin{align}\n${sum(100_000)} = 3\n\\end{align}\n`],
  ])('an equation of which one member has too many %s is unclear and says so', (_name, text) => {
    const { claims, unread: all } = lintDocument(text);
    expect([...claims, ...all]).toMatchObject([{ message: expect.stringMatching(/\blimit: /) }]);
    expect(isIncomplete(claims, all)).toBe(true);
  });
});

describe('mathematics that is not read', () => {
  test.each([
    ['a display that is never closed', 'Words.\n\n$$f = x^2\n\nMore words.\n', 3],
    ['an environment that is never closed', 'Words.\n\n\\begin{align}\nf &= x^2\n\nMore words.\n', 3],
    ['a display with a heading inside', '$$f = x^2\n\n# Next\n\n$$\n', 1],
    ['a formula that ends too early', 'Words $\\frac{a}{$ and so on.\n', 1],
    ['an inequality', 'Words\n$$x \\le \\frac{a}{$$\n', 2],
    ['an unknown command', 'Here $\\overrightarrow{AB}$ stands.\n', 1],
  ])('%s', (_name, text, line) => {
    expect(unread(text).map(([at]) => at)).toContain(line);
    expect(lintDocument(text).claims.filter((c) => c.verdict === 'slip')).toEqual([]);
  });

  test.each([
    ['prices', 'It costs $5 and then $7, or 3$ more.\n'],
    ['brackets of links', 'See [\\[1\\]](a.md) and \\(this\\).\n'],
    ['code', 'Call `f(x[` and\n\n```python\nx = f(\n```\n'],
    ['words in a formula', '$$\\text{this is a remark and no formula}$$\n'],
    ['a text without formulas', 'Nothing here.\n'],
    ['formulas that are read', '$$f = x^2$$ and $f(x) \\le 3$, $x \\in \\mathbb{R}$, $p_i$.\n'],
    ['what a directive leaves out', '<!-- whygrad: ignore next -->\n$$x \\le \\frac{a}{$$\n'],
  ])('%s: nothing to tell', (_name, text) => expect(unread(text)).toEqual([]));

  test('an equation that is not read has a row, and is not told twice', () => {
    const { claims, unread: all } = lintDocument('$$f = \\frac{a}{$$\n\n$$\\overrightarrow{AB} = 3$$\n');
    expect(claims.map((c) => c.verdict)).toEqual(['unclear', 'unclear']);
    expect(claims[1]?.message).toMatch(/^what stands before the equals sign is not understood: the command/);
    expect(all).toEqual([]);
  });
});

describe('every format', () => {
  const text = '$$x \\le \\frac{a}{$$\n\n$$y \\in \\overrightarrow{AB}$$\n';
  const { claims, unread: all } = lintDocument(text, { file: 'a.md' });

  test('text: the number and the places; with --strict each', () => {
    expect(lintReport(claims, 'text', { unread: all })).toMatch(/\n2 formulas not read \(a\.md:1, a\.md:3\)$/);
    const strict = lintReport(claims, 'text', { unread: all, strict: true, texts: new Map([['a.md', text]]) });
    expect(strict).toMatch(/^a\.md:1:\d+: not read: .*\n {4}\$\$x .*\n {4} +\^$/m);
    expect(strict).toMatch(/^a\.md:3:\d+: not read: the command \\overrightarrow/m);
  });

  test('GitHub: one notice; with --strict a warning each', () => {
    expect(lintReport(claims, 'github', { unread: all })).toMatch(/^::notice title=lint::2 formulas not read/);
    expect(lintReport(claims, 'github', { unread: all, strict: true })).toMatch(
      /^::warning file=a\.md,line=1,col=\d+,title=not read::/,
    );
  });

  test('SARIF: notifications with places', () => {
    const { runs } = JSON.parse(lintReport(claims, 'sarif', { unread: all }));
    expect(runs[0].invocations[0].toolExecutionNotifications).toMatchObject([
      { level: 'warning', message: { text: expect.stringMatching(/^2 formulas not read/) } },
      { level: 'note', locations: [{ physicalLocation: { region: { startLine: 1 } } }] },
      { level: 'note', locations: [{ physicalLocation: { region: { startLine: 3 } } }] },
    ]);
  });

  test('JSON: the array stays what it was; the command line tells on standard error', () => {
    expect(JSON.parse(lintReport(claims, 'json', { unread: all }))).toEqual(claims);
    expect(lint(text)).toEqual(lintDocument(text).claims);
    const path = mkdtempSync(join(tmpdir(), 'whygrad-unread-'));
    writeFileSync(join(path, 'a.md'), text);
    writeFileSync(join(path, 'b.md'), `$$${sum(50_000)} = 3$$\n`);
    expect(whygrad(['lint', 'a.md', '--format', 'json'], { cwd: path })).toEqual({
      code: 0,
      out: '[]\n',
      err: '2 formulas not read (a.md:1, a.md:3)\n',
    });
    expect(whygrad(['lint', 'a.md'], { cwd: path }).out).toContain('2 formulas not read');
    expect(whygrad(['lint', 'b.md'], { cwd: path }).code).toBe(3);
  });
});
