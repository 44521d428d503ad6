// Rows of a display: what goes on in the next line, equations beside each other, ranges, numbers, ends without a side.
// Not here: what the rows mean.
// Invariant: nothing that belongs to a formula is cut off, nothing that does not is taken into it.
import { describe, expect, test } from 'vitest';
import { formulaRows } from '../../src/document/relations.ts';
import { wholeText } from '../../src/document/mapped.ts';

/** The members of each row, blanks made one. */
const rows = (text: string): string[] =>
  formulaRows(wholeText(text)).map((r) =>
    r.members.map((m) => `${m.link ?? ''}${m.text.text.replace(/\s+/g, ' ').trim()}`).join(' '),
  );

describe('a formula that goes on in the next line', () => {
  test.each([
    ['L &= a \\\\ &+ b', ['L =a + b']],
    ['L &= a \\\\ &\\quad - b', ['L =a \\quad - b']],
    ['L &= a + \\\\ & b', ['L =a + b']],
    ['L &= (a \\\\ &+ b) c', ['L =(a + b) c']],
    ['L &= a \\\\ &\\cdot b \\\\ &= c', ['L =a \\cdot b', '=c']],
  ])('%s', (text, expected) => {
    expect(rows(text)).toEqual(expected);
  });
  test.each([
    ['L &= a \\\\ &= b', ['L =a', '=b']],
    ['L &= a \\\\ -M &= b', ['L =a', '-M =b']],
    ['L &= a \\\\ M &= b', ['L =a', 'M =b']],
    ['L &= (a \\\\ &= b', ['L =(a', '=b']],
  ])('%s are lines of their own', (text, expected) => {
    expect(rows(text)).toEqual(expected);
  });
});

describe('what stands beside an equation', () => {
  test.each([
    ['x_i = y_i, \\quad i = 1, \\ldots, n', ['x_i =y_i']],
    ['x_i = y_i \\qquad i = 1, \\dots, n', ['x_i =y_i']],
    ['x_i = y_i, \\; i = \\overline{0, n-1}', ['x_i =y_i']],
    ['x = y \\qquad (3)', ['x =y']],
    ['x = y \\quad (2.1)', ['x =y']],
    ['x = y \\qquad (*)', ['x =y']],
    ['a &= b && c = d + 1', ['a =b', 'c =d + 1']],
    ['a = b, \\qquad c = 2d', ['a =b', 'c =2d']],
    ['a = b \\quad c = 2d', ['a =b', 'c =2d']],
    ['a = b =', ['a =b']],
    ['\\langle x, y \\rangle = z', ['\\langle x, y \\rangle =z']],
    ['⟨x, y⟩ = z', ['⟨x, y⟩ =z']],
    ['a = b。', ['a =b']],
  ])('%s', (text, expected) => {
    expect(rows(text)).toEqual(expected);
  });
});
