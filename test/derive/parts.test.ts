// The parts of the lines of a derivation: where each stands, in plain notation and in LaTeX.
// Not here: where they come from (`origins.test.ts`).
// Invariant: what is asked of a line is asked of all lines of every library document, smaller steps included, by KaTeX as an outside judge.
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { print, type Line, type Part } from '../../src/term/print.ts';
import { parse } from '../../src/meaning/parse.ts';
import { linesOf } from './lines.ts';
import { awkwardNames, libraryQuestions, severalAtOnce } from './questions.ts';

const options = { throwOnError: true, strict: false, trust: true } as const;
/** What is seen: the characters that KaTeX sets, without the MathML for readers. */
const glyphs = (latex: string): string =>
  katex
    .renderToString(latex, options)
    .replace(/<span class="katex-mathml">[\s\S]*?<\/math><\/span>/, '')
    .replace(/<svg[\s\S]*?<\/svg>/g, '▲')
    .replace(/<[^>]*>/g, '');

/** The LaTeX with a group around each of the parts. */
function grouped(line: Line, parts: readonly Part[]): string {
  let out = '';
  for (let n = 0; n <= line.latex.length; n++) {
    out += parts
      .filter((p) => p.latex[1] === n)
      .map(() => '}')
      .join('');
    out += parts
      .filter((p) => p.latex[0] === n)
      .map((p) => `\\htmlData{p=${p.path || 'r'}}{`)
      .join('');
    out += line.latex[n] ?? '';
  }
  return out;
}

describe('every line of every library document', () => {
  for (const { name, question, options: asked } of [...libraryQuestions, ...severalAtOnce, ...awkwardNames])
    test(`${name}: ${question}`, () => {
      const plain = derive(question, { ...asked, detail: 'outline' });
      const parted = derive(question, { ...asked, detail: 'outline', parts: true });
      const lines = linesOf(parted);
      expect(lines.length).toBeGreaterThan(0);
      expect(parted.result.latex).toBe(plain.result.latex);
      expect(parted.steps.map((s) => [s.to, s.latex])).toEqual(plain.steps.map((s) => [s.to, s.latex]));
      for (const line of lines) {
        const want = glyphs(line.latex);
        expect(glyphs(grouped(line, line.parts)), line.latex).toBe(want);
        if (line.parts.length < 12)
          for (const p of line.parts) expect(glyphs(grouped(line, [p])), line.latex).toBe(want);
        for (const p of line.parts) {
          expect(p.latex[0]).toBeLessThan(p.latex[1]);
          expect(p.text[0]).toBeLessThan(p.text[1]);
        }
        expect(new Set(line.parts.map((p) => p.path)).size).toBe(line.parts.length);
      }
    });
});

test('a part has the place of its text in both spellings', () => {
  const [, second] = derive('dL/dz_i', { in: 'softmax-cross-entropy', detail: 'outline', parts: true }).steps;
  const line = second?.lines?.to;
  const shown = line?.parts
    .filter((p) => p.kind === 'entry' || p.kind === 'delta')
    .map((p) => [p.path, line.text.slice(...p.text), line.latex.slice(...p.latex)]);
  expect(shown).toEqual([
    ['1.0.0', 'y_j', 'y_j'],
    ['1.0.1', 'p_j', 'p_j'],
    ['1.0.2.0', 'delta_ij', '\\delta_{ij}'],
    ['1.0.2.1.1', 'p_i', 'p_i'],
    ['1.0.3.0', 'p_j', 'p_j'],
  ]);
});

test('what is printed does not depend on whether parts are asked for', () => {
  for (const text of [
    'exp(-z)',
    'p_n^2',
    'sum_k (x_k - mu)^2/n',
    'exp((-x^2 - y^2 - z^2)/(2*s^2))',
    'if(x > 0, x, 0)',
    'x^(n+1)',
  ]) {
    const t = parse(text, {});
    const { lines } = derive('df/dx', { given: [`f = ${text} + x`], parts: true }).steps[0] ?? {};
    expect(lines === undefined || lines.from.latex.length > 0).toBe(true);
    expect(print(t, { spelling: 'latex' })).not.toMatch(/[\ue000-\uf8ff]/);
  }
});
