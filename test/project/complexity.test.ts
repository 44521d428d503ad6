// How entangled a function may be, and how many parameters it may take.
// Not here: how both are counted (`syntax.ts`).
// Invariant: the lists of exceptions only shrink: what is on one may not grow, and what no longer needs it is taken off.
import { describe, expect, test } from 'vitest';
import { functionsOf } from './syntax.ts';
import { productSources } from './sources.ts';

const complexityLimit = 20;
const parameterLimit = 6;

/** Functions over the limit with today's figure. */
const tooComplex: Readonly<Record<string, number>> = {
  'src/check/replay.ts chain-through': 21,
  'src/compile/schedule-diagonal.ts affineBinary': 21,
  'src/compile/schedule-softmax.ts match': 28,
  'src/compile/values.ts binary': 27,
  'src/derive/collect.ts power': 21,
  'src/derive/matrix-form.ts chain': 21,
  'src/document/directives.ts obey': 22,
  'src/document/markdown.ts linePieces': 22,
  'src/document/notebook.ts readCells': 23,
  'src/language/rewrite.ts sumSign': 22,
  'src/meaning/definitions.ts forwardDefinitions': 25,
  'src/meaning/usage.ts readScripts': 33,
  'src/meaning/usage.ts superscriptRole': 25,
  'src/meaning/usage.ts isIndexSubscript': 28,
  'src/learn/train.ts train': 23,
  'src/lint/compare.ts compareTwo': 31,
  'src/lint/judge.ts claim': 23,
  'src/rules/match.ts matchAt': 38,
  'src/rules/normal.ts settlePowers': 30,
  'src/meaning/typed/application.ts isCall': 28,
  'src/language/differentials.ts slashBeforeDifferential': 21,
  'src/meaning/typed/elaborate.ts limitsOf': 22,
  'src/language/grammar.ts readApplication': 28,
  'src/meaning/typed/heads.ts callHead': 23,
  'src/meaning/typed/names.ts superscripted': 22,
  'src/meaning/typed/ranks.ts compute': 30,
  'src/meaning/typed/ranks.ts callRank': 27,
  'src/meaning/typed/ranks.ts demand': 35,
  'src/meaning/typed/ranks.ts look': 27,
  'src/meaning/typed/ranks.ts adjacent': 31,
  'src/language/scripts.ts readScriptToken': 23,
  'src/meaning/typed/survey.ts lookForNames': 26,
  'src/term/key.ts makeKey': 23,
  'src/term/walk.ts mapNode': 27,
};
/** Functions with more parameters than the limit. */
const tooManyParameters: Readonly<Record<string, number>> = {
  'src/compile/codegen/nest.ts accumulate': 7,
  'src/compile/codegen/softmax.ts evaluate': 7,
  'src/compile/lower-value.ts filled': 7,
  'src/compile/schedules/dense-cross-entropy.ts denseLoss': 8,
  'src/compile/schedules/dense-cross-entropy.ts denseGradient': 9,
  'src/compile/schedules/matmul.ts (in tileFunction)': 7,
  'src/compile/schedules/matmul.ts productRows': 7,
  'src/meaning/elaborate/calls.ts bindEntry': 8,
  'src/kernels/row-kernel.ts applyLarge': 8,
  'src/learn/loop.ts diverged': 7,
  'src/learn/random.ts fillBlock': 8,
  'src/lint/judge.ts push': 10,
  'src/rules/mistakes-gradients.ts jacobian': 8,
  'src/rules/mistakes-gradients.ts vjp': 8,
  'src/rules/mistakes-gradients.ts loss': 8,
  'src/rules/mistakes-programs.ts (in entry)': 7,
  'src/rules/move.ts wholeMove': 7,
};

const all = productSources().flatMap((file) => functionsOf(file));

/** The largest figure for each name of a file. */
function figures(of: 'complexity' | 'parameters'): Map<string, number> {
  const found = new Map<string, number>();
  for (const f of all) {
    const key = `${f.file} ${f.name}`;
    found.set(key, Math.max(found.get(key) ?? 0, f[of]));
  }
  return found;
}

/** What is over its figure or the limit, and what is listed in vain. */
function against(measured: ReadonlyMap<string, number>, listed: Readonly<Record<string, number>>, limit: number) {
  return {
    grown: [...measured].filter(([key, n]) => n > (listed[key] ?? limit)).map(([key, n]) => `${key}: ${n}`),
    'take it off the list': Object.keys(listed).filter((key) => (measured.get(key) ?? 0) <= limit),
  };
}
const clean = { grown: [], 'take it off the list': [] };

describe('functions', () => {
  test(`cyclomatic complexity is ${complexityLimit} at most, save for those that are still to be cut`, () => {
    expect(against(figures('complexity'), tooComplex, complexityLimit)).toEqual(clean);
  });

  test(`parameters are ${parameterLimit} at most, save for those that are still to take a record`, () => {
    expect(against(figures('parameters'), tooManyParameters, parameterLimit)).toEqual(clean);
  });

  test('the lists are what they are called: every figure is over its limit', () => {
    expect(Object.values(tooComplex).every((n) => n > complexityLimit)).toBe(true);
    expect(Object.values(tooManyParameters).every((n) => n > parameterLimit)).toBe(true);
  });
});

describe('how complexity is counted', () => {
  const one = (source: string): number => Math.max(...functionsOf('x.ts', source).map((f) => f.complexity));
  test.each([
    ['a straight line', 'function f() { return 1; }', 1],
    ['if, else if, else', 'function f(a) { if (a) return 1; else if (!a) return 2; else return 3; }', 3],
    ['a choice in an expression', 'const f = (a) => (a ? 1 : 2);', 2],
    ['and, or, what is missing', 'const f = (a, b, c) => (a && b) || (c ?? a);', 4],
    ['assignments that ask', 'function f(a) { a ||= 1; a &&= 2; a ??= 3; a += 4; }', 4],
    [
      'loops',
      'function f(a) { for (;;) {} for (const x of a) {} for (const x in a) {} while (a) {} do {} while (a); }',
      6,
    ],
    ['cases but not the default', 'function f(a) { switch (a) { case 1: case 2: return; default: return; } }', 3],
    ['a catch', 'function f() { try { g(); } catch { h(); } }', 2],
    ['optional chains ask nothing of the reader', 'const f = (a) => a?.b?.c;', 1],
    ['types ask nothing', 'function f<T>(x: T extends string ? 1 : 2): x is T & (1 | 2) { return true; }', 1],
  ])('%s', (_, source, complexity) => {
    expect(one(source)).toBe(complexity);
  });

  test('a function inside another one counts for itself', () => {
    const source = 'function f(a) { if (a) return a.map((x) => (x ? 1 : 2)); }\nclass C { m(a, b) { return a || b; } }';
    expect(functionsOf('x.ts', source).map((f) => [f.name, f.line, f.complexity, f.parameters])).toEqual([
      ['f', 1, 2, 1],
      ['(in f)', 1, 2, 1],
      ['m', 2, 2, 2],
    ]);
  });
});
