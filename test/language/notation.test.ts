// Notation that people write, as the tree that it is, in each spelling.
// Not here: what such trees mean in a text (`test/lint/`).
// Invariant: spellings of one thing give one tree.
import { describe, expect, test } from 'vitest';
import { parseSurface, readSurface } from '../../src/language/parse.ts';
import { parts, type Surface } from '../../src/language/surface.ts';

/** The tree as a text: kinds and names. */
function shape(s: Surface): string {
  if (s.kind === 'name') return s.name;
  if (s.kind === 'number' || s.kind === 'text') return s.kind === 'text' ? s.text : `${s.num}`;
  if (s.kind === 'group') return shape(s.value);
  const label = s.kind === 'opaque' ? s.sign : s.kind === 'relation' ? s.links.map((l) => l.op).join() : s.kind;
  return `${label}(${parts(s).map(shape).join(', ')})`;
}
const shapeOf = (text: string): string => {
  const { surface, faults } = parseSurface(text);
  expect(faults.map((f) => f.message)).toEqual([]);
  return shape(surface);
};

const same: readonly (readonly [shape: string, ...spellings: readonly string[]])[] = [
  ['apply(P, conditional(a, b))', 'P(a | b)', 'P(a|b)', 'P(a \\mid b)', 'P\\left(a\\,\\vert\\,b\\right)'],
  ['apply(p, x, conditional(z, list(y, t)))', 'p(x, z | y, t)', 'p(x,z \\mid y;t)', 'p\\big(x, z \\,|\\, y, t\\big)'],
  ['apply(f, bars(x))', 'f(|x|)', 'f(\\lvert x\\rvert)', 'f(\\left|x\\right|)'],
  ['apply(f, product(2, bars(x)))', 'f(2|x|)', 'f(2 |x|)', 'f(2\\,|x|)'],
  ['apply(p, conditional(bars(x), y))', 'p(|x| | y)', 'p(|x| \\mid y)', 'p(\\lvert x \\rvert \\mid y)'],
  ['apply(KL, conditional(p, q))', 'KL(p || q)', 'KL(p ‖ q)', '\\mathrm{KL}(p \\| q)'],
  ['subscript(p, conditional(j, i))', 'p_{j|i}', 'p_{j | i}', 'p_{j \\mid i}'],
  ['argmin(w, apply(f, w))', 'argmin_w f(w)', 'arg min_w f(w)', '\\arg\\min_w f(w)', '\\argmin_{w} f(w)'],
  ['supremum(x, apply(f, x))', 'sup_x f(x)', '\\sup_x f(x)', '\\sup\\limits_{x} f(x)'],
  ['factorial(k)', 'k!', '{k}!', '\\left(k\\right)!'],
  ['product(factorial(n), apply(f, x))', 'n! f(x)', 'n!f(x)', 'n!\\,f(x)'],
  ['at(apply(f, z), =(z, 0))', 'f(z)|_{z=0}', 'f(z)\\Big|_{z=0}', '\\left.f(z)\\right|_{z = 0}'],
  ['product(x, y)', 'x · y', 'x \\bullet y', 'x \\cdot y'],
  ['sum(a, b)', 'a＋b', 'a \\space + \\space b', 'a+b'],
  ['apply(f, x)', 'f（x）', 'f(x)。', 'f\\left(x\\right)'],
  ['product(权重, x)', '权重 x', '权重 \\, x', '{权重} x'],
  ['bars(x)', '‖x‖', '\\norm{x}', '\\lVert x\\rVert'],
  ['indicator(=(i, j))', '1{i = j}', '\\mathbf{1}_{[i = j]}', '\\mathbb{1}_{\\{i=j\\}}'],
  ['product(transpose(ones()), x)', '𝟏ᵀ x', '𝟙ᵀ x', '\\mathbf{1}ᵀ x'],
  ['apply(log1p, u)', 'log1p(u)', '\\operatorname{log1p}(u)', '\\mathrm{log1p}(u)'],
  ['transpose(A)', 'A^⊤', 'A^\\T', 'A^{\\top}'],
  ['power(x, +)', 'x^+', 'x^{+}', 'x^{ + }'],
  ['power(x, -)', 'x^{-}', 'x^{ - }', 'x^-'],
];

describe.each(same)('%s', (expected, ...spellings) => {
  test.each(spellings)('%s', (spelling) => {
    expect(shapeOf(spelling)).toBe(expected);
  });
});

describe('what a sum binds', () => {
  const binding = (text: string): readonly [readonly string[], string, string] => {
    const s = parseSurface(text).surface;
    if (s.kind !== 'reduce') throw new Error(`no sum: ${text}`);
    const { letters, where, over = [] } = s.binding;
    return [letters, where === null ? '' : shape(where), over.map(shape).join()];
  };
  test.each([
    ['\\sum_{j \\neq i, l} x_j', ['j'], 'logic(!=(j, i), !=(j, l))', ''],
    ['sum_{j != i, l} x_j', ['j'], 'logic(!=(j, i), !=(j, l))', ''],
    ['\\sum_{j \\ne i, j \\ne l} x_j', ['j'], 'logic(!=(j, i), !=(j, l))', ''],
    ['\\sum_{i: y_i = 1} x_i', ['i'], '=(subscript(y, i), 1)', ''],
    ['sum_{i : y_i = 1} x_i', ['i'], '=(subscript(y, i), 1)', ''],
    ['\\sum_{i \\mid y_i = 1} x_i', ['i'], '=(subscript(y, i), 1)', ''],
    ['\\sum_{i,j} x_{ij}', ['i', 'j'], '', ''],
    ['\\sum_{z^{(i)}} f(z)', [], '', 'power(z, i)'],
    ['\\sum_{(x,y) \\in D} f(x)', [], '', '∈(list(x, y), D)'],
    ['\\sum_{\\mathbf{x}} f(\\mathbf{x})', [], '', 'x'],
  ] as const)('%s', (text, letters, where, over) => {
    expect(binding(text)).toEqual([letters, where, over]);
  });
});

describe('a strict reader refuses what is not calculated, and points at it', () => {
  test.each([
    ['x + \\int f(x) dx', '\\int'],
    ['x + \\sup_y f(y)', '\\sup'],
    ['1 + argmin_w f(w)', 'argmin'],
    ['2 \\binom{n}{k}', '\\binom{n}{k}'],
    ['3 n! + 1', '!'],
    ['x + 权重 y', '权'],
    ['x + \\bx', '\\bx'],
    ['\\sum_{z^{(i)}} f', 'z^{(i)}'],
  ])('%s', (text, at) => {
    const { refusal } = parseSurface(text);
    expect(refusal?.hint).not.toBe('');
    expect(text.slice(refusal?.span?.start, refusal?.span?.end)).toBe(at);
    expect(() => readSurface(text)).toThrow(refusal?.message);
  });
});
