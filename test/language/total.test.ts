// The parser is total: any text gives a tree, and what could not be read is a hole with a fault beside the tree.
// Not here: what well-formed texts mean.
// Invariant: faults and holes come together; every span lies in the text; the first fault is what a strict reader throws.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSurface, readSurface } from '../../src/language/parse.ts';
import { contains, isUncalculated, visitSurface, type Surface } from '../../src/language/surface.ts';
import { limits, type Spelling } from '../../src/language/tokens.ts';

const hasHole = (s: Surface): boolean => contains(s, (x) => x.kind === 'hole');

/** The parts of a tree that are no holes, as the text that they cover. */
function names(s: Surface): string[] {
  const found: string[] = [];
  visitSurface(s, (x) => {
    if (x.kind === 'name') found.push(x.name);
  });
  return found;
}

function expectTotal(text: string, spelling?: Spelling): void {
  const { surface, faults, refusal } = parseSurface(text, { spelling });
  expect(hasHole(surface), text).toBe(faults.length > 0);
  visitSurface(surface, (x) => {
    expect(x.start).toBeGreaterThanOrEqual(0);
    expect(x.end).toBeLessThanOrEqual(text.length);
    expect(x.end).toBeGreaterThanOrEqual(x.start);
  });
  expect(refusal !== null, text).toBe(faults.length > 0 || isUncalculated(surface));
  if (refusal === null) expect(readSurface(text, { spelling })).toEqual(surface);
  else expect(() => readSurface(text, { spelling })).toThrow(refusal.message);
}

describe('what is read around a fault', () => {
  test.each([
    ['a + \\foo b + c', ['a', 'c']],
    ['a + (b \\foo c) d', ['a', 'd']],
    ['f(x) + g(\\foo) h', ['f', 'x', 'g', 'h']],
    ['\\frac{a}{\\foo} + b_{\\foo} + c^{\\foo}', ['a', 'b', 'c']],
    ['a = \\foo = c', ['a', 'c']],
    ['a + * + b', ['a', 'b']],
    ['a = b $ c = d', ['a', 'b', 'c', 'd']],
    ['a ) b', ['a', 'b']],
    ['\\begin{cases} a & \\foo \\\\ b & i = j \\end{cases} + c', ['c']],
  ])('%s', (text, kept) => {
    const { surface, faults } = parseSurface(text, { spelling: 'latex' });
    expect(faults.length).toBeGreaterThan(0);
    for (const name of kept) expect(names(surface)).toContain(name);
    expect(names(surface)).not.toContain('foo');
  });

  test('several faults are found in one text', () => {
    const { faults } = parseSurface('\\foo + a + \\sqrt{1 + } + \\goo', { spelling: 'latex' });
    expect(faults.map((f) => f.span?.start)).toEqual([0, 21, 25]);
  });
});

describe('every text gives a tree', () => {
  const folder = join(import.meta.dirname, '../attacks');
  test.each(readdirSync(folder).filter((f) => f.endsWith('.txt')))('%s', (file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    const text = lines.filter((l) => l.startsWith('text: ')).map((l) => l.slice(6));
    expectTotal(
      text.join('\n').replace(/\{\{(.+?)\*(\d+)\}\}/g, (_, unit: string, n: string) => unit.repeat(Number(n))),
    );
  });

  const pieces = [
    ...'abxyLW01 _^{}()[]|,;=+-*/\'"&.…√∂∇∑≠€',
    ...'\\frac{ \\sum_{ \\foo \\left( \\right) \\begin{cases} \\end{cases} \\\\ \\partial \\hat{ \\mathbf{ \\text{if } ‖ \\| ⟨ ⟩ \\mid'.split(
      ' ',
    ),
  ];
  test('random strings of signs', () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let n = 0; n < 2000; n += 1) {
      const text = Array.from({ length: 1 + random(24) }, () => pieces[random(pieces.length)]).join('');
      expectTotal(text, n % 2 === 0 ? 'latex' : 'plain');
    }
  });

  test('faults without end are no endless work', () => {
    for (const text of ['$'.repeat(5000), '((((\\foo'.repeat(2000), '\\foo+'.repeat(5000), '{\\foo}'.repeat(5000)]) {
      const { faults } = parseSurface(text, { spelling: 'latex' });
      expect(faults.length).toBeLessThanOrEqual(limits.faults + 1);
    }
  });
});
