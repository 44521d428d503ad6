// The layouts of a derivation: one chain a quantity, readable words, no form twice.
// Not here: LaTeX that compiles (latex.test.ts), MathML (html.test.ts).
// Invariant: what is joined by = is one chain of steps that lead on from each other.
import { describe, expect, it } from 'vitest';
import type { Derivation, Step } from '../../../src/derive/derivation.ts';
import { derive } from '../../../src/derive/derive.ts';
import { report } from '../../../src/derive/report.ts';
import { lint } from '../../../src/lint/lint.ts';
import { awkwardNames, libraryQuestions, severalAtOnce } from '../questions.ts';

const asked = [...libraryQuestions, ...severalAtOnce, ...awkwardNames];
const all: readonly { head: string; d: Derivation }[] = asked.map(({ name, question, options }) => ({
  head: `${name}, ${question}`,
  d: derive(question, options),
}));
const stepsIn = (steps: readonly Step[]): Step[] => steps.flatMap((s) => [s, ...stepsIn(s.steps ?? [])]);

describe.each(severalAtOnce)('$question of $name', ({ question, options }) => {
  const d = derive(question, options);
  const answers = d.result.text.split('; ');

  it('is LaTeX with an align and a heading for each quantity that needs steps', () => {
    const text = report(d, 'latex');
    const headings = [...text.matchAll(/\\textbf\{Derivation of \$(.*)\$\}\n\\begin\{align\*\}\n(.*?) &= /g)];
    for (const [, of, left] of headings) expect(left).toBe(of);
    expect(new Set(headings.map((m) => m[1])).size).toBe(headings.length);
    expect(headings.length).toBe(answers.length);
  });

  it('is Markdown with a heading for each, and no line goes on from another quantity', () => {
    const sections = report(d, 'markdown').split('\n## Derivation of ').slice(1);
    expect(sections.length).toBe(answers.length);
    for (const section of sections) {
      const head = section.slice(1, section.indexOf('$\n'));
      const first = [...section.matchAll(/\$\$(.*?)\$\$/gs)].map((m) => m[1] as string)[0];
      expect(first?.startsWith(`${head} = `)).toBe(true);
    }
  });

  it('names the question as mathematics', () => {
    expect(d.question.latex).toMatch(/^\\(nabla|operatorname\{(vjp|hvp)\}) /);
  });
});

describe('words', () => {
  it('hold no plain notation', () => {
    // Some letters have no lowered form, so that x_ic is readable Unicode.
    const plain = /\^|\bsum_|\*|_hat|_bar|\bd\(/;
    const said = all.flatMap(({ head, d }) => stepsIn(d.steps).map((s) => `${head}: ${s.title}. ${s.say}`));
    expect(said.filter((s) => plain.test(s.slice(s.indexOf(': '))))).toEqual([]);
  });

  it('that name formulas have these in both spellings', () => {
    const named = all.flatMap(({ d }) => stepsIn(d.steps).filter((s) => s.words !== undefined));
    expect(named.length).toBeGreaterThan(3);
    for (const s of named) {
      expect(s.say).toMatch(/^Assumed: |, by definition\./);
      expect(s.words?.some((w) => typeof w !== 'string' && w.latex !== '' && w.text.includes(' = '))).toBe(true);
    }
  });
});

it('no form repeats another', () => {
  for (const { head, d } of all) {
    const answers = d.result.forms.map((f) => `${f.form === 'matrix' ? 'matrix ' : ''}${f.when ?? ''} ${f.text}`);
    const repeated = answers.filter((f, n) => answers.indexOf(f) !== n);
    expect(d.result.text.includes('; ') ? [] : repeated, head).toEqual([]);
  }
});

it.each(['softmax-cross-entropy', 'sigmoid', 'mean-squared-error'])(
  'Markdown of %s is read back without a slip',
  (name) => {
    for (const { question, options } of libraryQuestions.filter((q) => q.name === name)) {
      const claims = lint(report(derive(question, options), 'markdown'), { syntax: 'markdown' });
      expect(claims.filter((c) => c.verdict === 'slip')).toEqual([]);
      expect(claims.filter((c) => c.verdict === 'holds').length).toBeGreaterThan(2);
    }
  },
);
