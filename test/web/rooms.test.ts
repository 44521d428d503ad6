// The page's import lines, types, sources and heads.
// Not here: what it does.
// Invariant: the page knows the library by its public door alone, and nothing in it can turn text into code.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { codeOnly, filesBelow, importsOf, read, root } from '../project/sources.ts';

const sources = filesBelow('web', ['.ts', '.tsx']);
const packages = ['preact', 'preact/hooks', '@preact/signals', 'katex', 'whygrad'];
/** Where further packages may be imported. */
const elsewhere: Readonly<Record<string, RegExp>> = {
  '@codemirror/': /^web\/check\//,
  'preact-render-to-string': /^web\/build\//,
};

describe('the rooms of the page', () => {
  test('there are some', () => expect(sources.length).toBeGreaterThan(10));

  test('import the library by its door, each other, and the packages that are theirs', () => {
    const strange = sources
      .flatMap((f) => importsOf(f))
      .filter(({ from, to }) => {
        if (to.startsWith('web/') || packages.includes(to)) return false;
        return !Object.entries(elsewhere).some(([name, where]) => to.startsWith(name) && where.test(from));
      });
    expect(strange).toEqual([]);
  });

  test('open with three sentences and are short', () => {
    for (const f of sources) {
      const [first = '', ...rest] = read(f).split('\n').slice(0, 6);
      expect([f, first.startsWith('// ')]).toEqual([f, true]);
      expect([
        f,
        rest.some((l) => l.startsWith('// Not here:')),
        rest.some((l) => l.startsWith('// Invariant:')),
      ]).toEqual([f, true, true]);
      expect([f, f === 'web/words.ts' || read(f).split('\n').length < 260]).toEqual([f, true]);
    }
  });

  test('hold nothing that turns text into code or markup, and no style attribute', () => {
    const banned =
      /\b(?:inner|outer)HTML\b|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write\b|(?<![\w.])eval\s*\(|\bnew\s+Function\b|\sstyle=/;
    expect(sources.filter((f) => banned.test(codeOnly(read(f))) && !f.startsWith('web/build/'))).toEqual([]);
  });

  test('have the types that they say', async () => {
    const { generate } = await import('../../scripts/site.mjs');
    await generate();
    const run = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'web/tsconfig.json'], {
      cwd: root,
    });
    expect(`${run.stdout}${run.stderr}`).toBe('');
  });
});

describe('the colours', () => {
  const css = read('web/style/tokens.css');
  const tokens = (block: string): Map<string, string> =>
    new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1] as string, m[2] as string]));
  const [light = '', dark = ''] = css.split('prefers-color-scheme: dark');
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((n) => Number.parseInt(hex.slice(n, n + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  for (const [name, all] of [
    ['light', tokens(light)],
    ['dark', new Map([...tokens(light), ...tokens(dark)])],
  ] as const)
    test(`${name}: text on every ground has a contrast of 4.5 at least`, () => {
      for (const text of ['ink', 'quiet', 'p', 'y', 'slip'])
        for (const ground of ['paper', 'raised', 'wash', 'hot']) {
          if (text === 'slip' && ground === 'hot') continue;
          const found = contrast(all.get(text) as string, all.get(ground) as string);
          expect(found, `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
        }
    });
});

test('the policy of the page and of the server are one', () => {
  const policies = ['scripts/site.mjs', 'src/cli/serve.ts'].map((f) => /"default-src[^"]*"/.exec(read(f))?.[0]);
  expect(policies[0]).toBe(policies[1]);
});
