// Parts of lines as functions of values: the same numbers as `evaluate` of each part's text, whatever the values.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { prepare } from '../../src/derive/prepare.ts';
import { WhygradError } from '../../src/term/error.ts';
import type { Line } from '../../src/term/print.ts';
import { seeded } from '../term/random-term.ts';

const linesOf = (question: string, document: string): readonly Line[] =>
  derive(question, { in: document, detail: 'outline', parts: true }).steps.flatMap((s) =>
    s.lines === undefined ? [] : [s.lines.from, s.lines.to],
  );
const alone = (text: string, document: string, values: Record<string, unknown>): unknown => {
  try {
    return evaluate(text, { in: document, values }).value;
  } catch (error) {
    if (error instanceof WhygradError) return undefined;
    throw error;
  }
};

describe('every part of a derivation has the number that its text has by itself', () => {
  test.each<[string, string, Record<string, readonly number[]>]>([
    ['dL/dz_i', 'softmax-cross-entropy', { z: [], y: [] }],
    ['dp_i/dz_k', 'softmax', { z: [] }],
    ['dh_i/dz_k', 'sigmoid', { z: [] }],
  ])('%s of %s', (question, document, names) => {
    const lines = linesOf(question, document);
    const numbers = prepare(lines, { in: document });
    const random = seeded(7);
    for (let n = 0; n < 5; n++) {
      const size = 2 + n;
      const values = Object.fromEntries(
        Object.keys(names).map((name) => [name, Array.from({ length: size }, () => random() * 4 - 2)]),
      );
      const found = numbers(values);
      let compared = 0;
      lines.forEach((line, at) => {
        for (const part of line.parts) {
          const own = alone(line.text.slice(...part.text), document, values);
          expect([part.path, found[at]?.[part.path]]).toEqual([part.path, own]);
          if (own !== undefined) compared++;
        }
      });
      expect(compared).toBeGreaterThan(10);
    }
  });
});

test('values of other shapes are read anew, and what has no value has no number', () => {
  const line = linesOf('dL/dz_i', 'softmax-cross-entropy').at(-1) as Line;
  const numbers = prepare([line], { in: 'softmax-cross-entropy' });
  expect(numbers({ z: [0, 0], y: [1, 0] })[0]?.['']).toEqual([-0.5, 0.5]);
  expect(numbers({ z: [0, 0, 0, 0], y: [1, 0, 0, 0] })[0]?.['']).toEqual([-0.75, 0.25, 0.25, 0.25]);
  expect(numbers({ z: [0, 0] })[0]?.['']).toBeUndefined();
});
