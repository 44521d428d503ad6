// SARIF: places that lead to the member, paths as URIs, and the shape that the published schema asks for.
// Not here: which claims there are.
// Invariant: the shape below is the part of the OASIS schema 2.1.0 (draft 7, no additional properties) that the report uses; the whole reports were validated with the whole schema when it was written down.
import { describe, expect, test } from 'vitest';
import { lintDocument } from '../../src/lint/lint.ts';
import { lintReport } from '../../src/lint/report.ts';

type Shape =
  | 'string'
  | 'positive'
  | 'boolean'
  | readonly string[]
  | readonly [Shape]
  | { readonly [key: string]: Shape };
const each = (shape: Shape): Shape => [shape] as unknown as Shape;
const location: Shape = {
  physicalLocation: { artifactLocation: { uri: 'string' }, region: { startLine: 'positive', startColumn: 'positive' } },
};
const message: Shape = { text: 'string' };
const report: Shape = {
  $schema: 'string',
  version: ['2.1.0', ''],
  runs: each({
    tool: { driver: { name: 'string', rules: each({ id: 'string' }) } },
    columnKind: ['utf16CodeUnits', 'unicodeCodePoints'],
    invocations: each({
      executionSuccessful: 'boolean',
      toolExecutionNotifications: each({
        level: ['none', 'note', 'warning', 'error'],
        message,
        'locations?': each(location),
      }),
    }),
    results: each({
      ruleId: 'string',
      level: ['none', 'note', 'warning', 'error'],
      message,
      locations: each(location),
    }),
  }),
};

/** Where a value is not of a shape. */
function misfits(value: unknown, shape: Shape, at = '$'): string[] {
  if (shape === 'string') return typeof value === 'string' && value !== '' ? [] : [`${at}: no text`];
  if (shape === 'boolean') return typeof value === 'boolean' ? [] : [`${at}: no boolean`];
  if (shape === 'positive') return Number.isInteger(value) && (value as number) >= 1 ? [] : [`${at}: not from 1`];
  if (Array.isArray(shape)) {
    if (shape.length > 1) return shape.includes(value as string) ? [] : [`${at}: ${String(value)}`];
    return Array.isArray(value)
      ? value.flatMap((v, n) => misfits(v, shape[0] as Shape, `${at}[${n}]`))
      : [`${at}: no array`];
  }
  const fields = shape as { readonly [key: string]: Shape };
  const own = value as Record<string, unknown>;
  const known = new Map(Object.entries(fields).map(([k, s]) => [k.replace('?', ''), s]));
  return [
    ...Object.keys(own).flatMap((k) => (known.has(k) ? [] : [`${at}.${k}: not known`])),
    ...[...known].flatMap(([k, s]) =>
      k in own ? misfits(own[k], s, `${at}.${k}`) : `${k}?` in fields ? [] : [`${at}.${k}: missing`],
    ),
  ];
}

const text =
  '# A\n\nHere 😀 $f = x^2$ with\n\n$$\\frac{df}{dx} = 3x$$\n\n$$\n\\begin{aligned}\n\\frac{df}{dx} &= 2 x \\\\\n   &=   2 x + x^3 - x\n\\end{aligned}\n$$\n\nand $x \\le \\frac{a}{$ and $\\frac{df}{dx} = \\spadesuit$.\n';
const of = (file: string): { runs: [{ results: Result[]; tool: { driver: { rules: { id: string }[] } } }] } => {
  const { claims, unread } = lintDocument(text, { file });
  return JSON.parse(lintReport(claims, 'sarif', { strict: true, unread }));
};
interface Result {
  readonly ruleId: string;
  readonly locations: [
    { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number; startColumn: number } } },
  ];
}
const uriFor = (file: string): string | undefined =>
  of(file).runs[0].results[0]?.locations[0].physicalLocation.artifactLocation.uri;

describe('SARIF', () => {
  test('the shape of the schema, and every rule is listed', () => {
    const found = of('a.md');
    expect(misfits(found, report)).toEqual([]);
    const { results, tool } = found.runs[0];
    expect(results.length).toBeGreaterThan(2);
    for (const r of results) expect(tool.driver.rules.map((x) => x.id)).toContain(r.ruleId);
    expect(misfits(JSON.parse(lintReport([], 'sarif')), report)).toEqual([]);
  });

  test('startLine and startColumn lead to the first character after the equals sign', () => {
    const lines = text.split('\n');
    const there = of('a.md').runs[0].results.map(
      ({
        locations: [
          {
            physicalLocation: { region },
          },
        ],
      }) => lines[region.startLine - 1]?.slice(region.startColumn - 1, region.startColumn + 4),
    );
    expect(there).toEqual(['3x$$', '2 x +', '\\spad']);
  });

  test.each([
    ['a.md', 'a.md'],
    ['notes/week 1.md', 'notes/week%201.md'],
    ['100%.md', '100%25.md'],
    ['a#b?c.md', 'a%23b%3Fc.md'],
    ['x:y.md', 'x%3Ay.md'],
    ['größe/ñ.md', 'gr%C3%B6%C3%9Fe/%C3%B1.md'],
    ['[draft] {2}.md', '%5Bdraft%5D%20%7B2%7D.md'],
    ['../up.md', '../up.md'],
    ['/home/me/my notes.md', 'file:///home/me/my%20notes.md'],
    ['C:\\my notes\\a.md', 'file:///C:/my%20notes/a.md'],
    ['\ud800.md', '%EF%BF%BD.md'],
  ])('the path %s', (file, uri) => {
    expect(uriFor(file)).toBe(uri);
    expect(uri).toMatch(/^[A-Za-z0-9\-._~:/%!$&'()*+,;=@]*$/);
  });
});

test('GitHub: what would end a property is escaped', () => {
  const { claims } = lintDocument(text, { file: 'a,b:c%.md' });
  expect(lintReport(claims, 'github')).toMatch(/^::error file=a%2Cb%3Ac%25\.md,line=5,col=\d+,/);
});
