// Verdicts do not depend on the clock, on what was judged before, or on the length of the document; a spent budget is loud.
// Not here: what the verdicts are (`verdicts.test.ts`).
// Invariant: budgets here are so small that some claims go without, or as they are for everybody.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lint, type Claim } from '../../src/lint/lint.ts';
import { speaksOfBudget } from '../../src/lint/budget.ts';
import { lintReport } from '../../src/lint/report.ts';
import { granted, OutOfWork, uncounted, work, workDone } from '../../src/term/work.ts';
import { whygrad } from '../project/command.ts';
import { codeOnly, productSources, read } from '../project/sources.ts';

const folder = join(import.meta.dirname, 'documents');
const documents = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
const some = ['layer-norm.md', 'two-layers.md', 'softmax.txt', 'numbers.md', 'notes.md'].map((name) =>
  readFileSync(join(folder, name), 'utf8'),
);
afterEach(() => vi.restoreAllMocks());

describe('no clock', () => {
  test('no room that judges asks for the time; a derivation only tells how long it took', () => {
    const rooms = /^src\/(?:term|rules|check|document|derive|lint)\//;
    const asking = productSources().filter(
      (f) => rooms.test(f) && /performance\s*\.|Date\s*\.|new Date|hrtime|setTimeout/.test(codeOnly(read(f))),
    );
    expect(asking).toEqual(['src/derive/derive.ts']);
    expect(codeOnly(read('src/derive/derive.ts')).match(/performance/g)).toHaveLength(2);
  });

  test('a clock that jumps by hours at every look changes no row', () => {
    const calm = some.map((text) => lint(text));
    let hours = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (hours += 3_600_000));
    vi.spyOn(Date, 'now').mockImplementation(() => (hours += 3_600_000));
    expect(some.map((text) => lint(text))).toEqual(calm);
  });
});

describe('what is counted', () => {
  test.each([0.0003, 0.003, 0.03])('with %d of the usual work: the same rows in any order of documents', (budget) => {
    const first = documents.slice(0, 14).map((text) => lint(text, { budget }));
    const again = documents
      .slice(0, 14)
      .reverse()
      .map((text) => lint(text, { budget }));
    expect(again.reverse()).toEqual(first);
  });

  test('less work makes no row a slip, and no other statement of a row than unclear', () => {
    for (const text of some) {
      const full = lint(text);
      lint(text, { budget: 0.002 }).forEach((row, n) => {
        const usual = full[n]?.verdict;
        if (row.verdict !== usual) expect([row.verdict, usual]).toEqual(['unclear', usual]);
      });
    }
  });

  test('a long document is judged like its parts', () => {
    const section = (n: number): string =>
      `# Part ${n}\n\n$$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n\nso that for all $i$ and $j$\n\n$$\\frac{\\partial p_j}{\\partial z_i} = p_j (${n % 5 === 0 ? '1' : '\\delta_{ij}'} - p_i).$$\n\n`;
    const rows = lint(Array.from({ length: 100 }, (_, n) => section(n)).join(''));
    expect(rows.filter((r) => r.verdict === 'slip').map((r) => r.mistake)).toEqual(Array(20).fill('diagonal-only'));
    expect(rows.filter((r) => speaksOfBudget(r.message))).toEqual([]);
  });

  test('a grant inside another is never larger than it, and what is remembered counts for nobody', () => {
    const spent = (): string => 'spent';
    const busy = (nodes: number) => (): string => {
      for (let n = 0; n < nodes; n++) work(1);
      return 'done';
    };
    expect(granted(10, busy(10), spent)).toBe('done');
    expect(granted(10, busy(11), spent)).toBe('spent');
    expect(granted(5, () => granted(100, busy(6), () => 'inner'), spent)).toBe('spent');
    expect(granted(5, () => granted(2, busy(3), () => 'inner'), spent)).toBe('inner');
    expect(granted(5, () => uncounted(busy(100)), spent)).toBe('done');
    const swallowing = (): string => {
      try {
        return busy(9)();
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfWork);
        return 'swallowed';
      }
    };
    expect(granted(5, swallowing, spent)).toBe('spent');
    const before = workDone();
    uncounted(busy(7));
    expect(workDone()).toBe(before);
  });
});

/** Σ over eleven letters of a power: more than a claim is granted. */
const heavy = `$$s = \\sum_a \\sum_b \\sum_c \\sum_d \\sum_f \\sum_g x_a x_b x_c x_d x_f x_g$$ so $$\\frac{\\partial s}{\\partial x_n} = 3$$\n`;

describe('a spent budget is loud', () => {
  const rows = lint(heavy, { file: 'a.md', budget: 0.001 });
  const spent = rows.filter((r: Claim) => speaksOfBudget(r.message));

  test('its row is unclear and says so', () => {
    expect(spent).toHaveLength(1);
    expect(spent[0]).toMatchObject({ verdict: 'unclear', certainty: null });
  });

  test('every format tells', () => {
    expect(lintReport(rows, 'text')).toMatch(/\nbudget: 1 claim takes more work than is granted \(a\.md:1\)/);
    expect(lintReport(rows, 'github')).toMatch(/^::notice title=lint::budget: 1 claim takes/m);
    const { runs } = JSON.parse(lintReport(rows, 'sarif'));
    expect(runs[0].invocations[0].toolExecutionNotifications).toMatchObject([
      { level: 'warning', message: { text: expect.stringMatching(/^budget: 1 claim takes/) } },
    ]);
    expect(JSON.parse(lintReport(rows, 'json')).filter((r: Claim) => /budget: /.test(r.message))).toHaveLength(1);
  });

  test('exit code 3, or 1 where something is false; with JSON the note goes to standard error', () => {
    const path = mkdtempSync(join(tmpdir(), 'whygrad-budget-'));
    writeFileSync(join(path, 'a.md'), heavy);
    writeFileSync(join(path, 'b.md'), `${heavy}\n$$y = x^2$$\n\n$$\\frac{dy}{dx} = 3x$$\n`);
    const run = (...args: string[]): ReturnType<typeof whygrad> => whygrad(['lint', ...args], { cwd: path });
    expect(run('a.md', '--budget', '0.001')).toMatchObject({ code: 3, err: '' });
    expect(run('b.md', '--budget', '0.005').code).toBe(1);
    const json = run('a.md', '--budget', '0.001', '--format', 'json');
    expect([json.code, Array.isArray(JSON.parse(json.out))]).toEqual([3, true]);
    expect(json.err).toMatch(/^budget: 1 claim takes/);
    expect(run('a.md', '--budget', '0').code).toBe(2);
    expect(run('a.md', '--budget', 'much').code).toBe(2);
  });
});
