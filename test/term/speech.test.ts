// Spoken formulas: what is heard groups as what is seen.
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/meaning/parse.ts';
import { print } from '../../src/term/print.ts';
import { randomTerm, randomTermContext, seeded } from './random-term.ts';

const said = (text: string): string => print(parse(text), { spelling: 'speech' });

describe('a formula in words', () => {
  test.each([
    ['dL/dz_i', 'partial L by z sub i'],
    ['p_i - y_i', 'p sub i minus y sub i'],
    ['p_j*(delta_ij - p_i)', 'p sub j times open bracket delta sub i j minus p sub i close bracket'],
    ['exp(z_j)/sum_k exp(z_k)', 'e to the z sub j over the sum over k of e to the z sub k'],
    ['-sum_j y_j*log(p_j)', 'minus the sum over j of y sub j times log of p sub j'],
    ['x^2 + y_hat^3', 'x squared plus y hat cubed'],
    ['sum_{j != i} w_{ij}*x_j', 'the sum over j not equal to i of w sub i j times x sub j'],
    ['1{x_i > 0}*g_i', 'the indicator of open bracket x sub i greater than 0 close bracket times g sub i'],
    ['x_{i+1}', 'x sub open bracket i plus 1 close bracket'],
    ['sqrt(v + epsilon)', 'the square root of open bracket v plus epsilon close bracket'],
  ])('%s', (text, words) => expect(said(text)).toBe(words));

  test('400 random terms: words alone, brackets in pairs, and no two formulas are told alike', () => {
    const random = seeded(11);
    const byWords = new Map<string, string>();
    for (let n = 0; n < 400; n++) {
      const t = randomTerm(random, { depth: 3, matrices: true, shifts: true, partials: true });
      const [words, plain] = [
        print(t, { spelling: 'speech', context: randomTermContext }),
        print(t, { context: randomTermContext }),
      ];
      expect(words).toMatch(/^[A-Za-z0-9,. ]+$/);
      let depth = 0;
      for (const [word] of words.matchAll(/open bracket|close bracket/g)) {
        depth += word === 'open bracket' ? 1 : -1;
        expect(depth).toBeGreaterThanOrEqual(0);
      }
      expect(depth).toBe(0);
      expect([words, byWords.get(words) ?? plain]).toEqual([words, plain]);
      byWords.set(words, plain);
    }
  });
});
