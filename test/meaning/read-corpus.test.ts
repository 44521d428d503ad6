// Reading what people wrote: the problems and documents of the project's development corpus and its four seed documents.
// Not here: whether what they wrote is true.
// Invariant: every formula reads; the few that cannot are listed with the code that must come back.
import { describe, expect, test } from 'vitest';
import formulas from './facts/formulas.json' with { type: 'json' };
import problems from './facts/problems.json' with { type: 'json' };
import { WhygradError } from '../../src/term/error.ts';
import { parse, parseTensor, readContext, readQuestion } from '../../src/meaning/parse.ts';
import { readStatements } from '../../src/language/parse.ts';
import { freeIndices } from '../../src/term/walk.ts';

interface Problem {
  readonly id: string;
  readonly index: string;
  readonly latex: string;
  readonly wrt: string;
  readonly answer: string | null;
  readonly latexAnswer: string;
  readonly ranks: Record<string, number>;
}

/** `A, NAME = B` as the formula and its definitions. */
const partsOf = (text: string): string[] => text.split(/,\s*(?:\\ )?(?=[A-Za-z]\w*\s*=(?!=))/);

describe('definitions of the development corpus', () => {
  for (const p of problems as readonly Problem[]) {
    test(`${p.id} reads, with the ranks that its sample has`, () => {
      const context = readContext([p.index]);
      for (const [name, rank] of Object.entries(p.ranks))
        if (p.index.includes(name)) expect(context.shapes.get(name)?.length ?? 0, name).toBe(rank);
      for (const d of context.definitions.values())
        expect(freeIndices(d.body).every((l) => context.fixed.has(l))).toBe(true);
      for (const [name, sets] of context.shapes) for (const set of sets) expect(set, `a set of ${name}`).not.toBe('');
    });
    test(`${p.id} is asked for its derivative`, () => {
      const context = readContext([p.index]);
      const definitions = [...context.definitions.values()];
      const of = (p.index.includes(';') ? definitions.at(-1) : definitions[0]) as NonNullable<(typeof definitions)[0]>;
      const rank = context.shapes.get(p.wrt)?.length ?? 0;
      const head = of.name + (of.params.length > 0 ? `_${of.params.map((x) => x.letter).join('')}` : '');
      const question = readQuestion(
        `d${head}/d${p.wrt}${rank > 0 ? `_{${['u', 'v'].slice(0, rank).join(',')}}` : ''}`,
        context,
      );
      expect(question.kind).toBe('derivative');
      if (question.kind === 'derivative')
        expect(question.letters).toEqual([...of.params.map((x) => x.letter), ...['u', 'v'].slice(0, rank)]);
    });
    if (p.answer !== null)
      test(`${p.id} has an answer that reads`, () => {
        const [formula, ...definitions] = partsOf(p.answer as string);
        parse(formula as string, { context: readContext([p.index, ...definitions]) });
      });
    test(`${p.id} reads in LaTeX`, () => {
      readContext([p.latex], { spelling: 'latex' });
    });
  }
});

/** Answers in LaTeX that mean something only with words around them. */
const unreadable = new Map([
  ['mc-055', 'unexpected-part'],
  ['mc-060', 'unexpected-part'],
  ['mc-073', 'unexpected-part'],
  ['ml-softmax', 'unexpected-part'],
  ['sp-tan', 'rank-mismatch'],
  ['ml-layernorm-vjp', 'bad-accent'],
  ['ml-glu', 'rank-mismatch'],
]);

describe('answers of the development corpus in LaTeX', () => {
  for (const p of problems as readonly Problem[]) {
    test(`${p.id} ${unreadable.has(p.id) ? 'is refused' : 'reads'}`, () => {
      const read = (): unknown => {
        const [formula, ...definitions] = partsOf(p.latexAnswer);
        return parseTensor(formula as string, {
          context: readContext([p.latex, ...definitions], { spelling: 'latex' }),
          spelling: 'latex',
        });
      };
      expect(codeOf(read)).toBe(unreadable.get(p.id) ?? 'ok');
    });
  }
});

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'ok';
  } catch (error) {
    if (error instanceof WhygradError) return error.code;
    throw error;
  }
}

/** What the authors mistyped, or wrote in words. */
const refused = new Map([
  ['\\sigma: \\mathbb{R}^K \\rightarrow (0,1)^K', 'unexpected-token'],
  ['d(L, y_hat_j) = { -1 + softmax(y_hat, j)   if i = j', 'unbalanced-bracket'],
  ['{ softmax(y_hat, j)        if i != j', 'unbalanced-bracket'],
  ['-exp(o_j) * Sum_k(d_i(exp(o_k)) / Sum_k(exp(o_k))^2', 'unbalanced-bracket'],
]);

describe('formulas of the development documents', () => {
  test.each(formulas as readonly { from: string; text: string; spelling?: 'latex' }[])(
    '$from $text',
    ({ from, text, spelling }) => {
      const code = codeOf(() => readStatements(text, { spelling }));
      if (code !== 'ok')
        expect({ from, code, text }).toEqual({ from, code: refused.get(text) ?? documented(from, text), text });
    },
  );
});

/** Lines of document 07 with a bracket too many, an algorithm set as a formula, words inside of a formula. */
function documented(from: string, text: string): string {
  if (from === '07' && /\)\)\), y_hat_i\)|\)\), y_hat_i\)\) \//.test(text)) return 'unbalanced-bracket';
  if (from === '13' && text.includes('Repeat')) return 'missing-operand';
  return from === '37' && text.includes('softmax (neuron') ? 'text-in-formula' : 'ok';
}
