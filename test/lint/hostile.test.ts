// Texts that no author would write, and rows that authors write and no grammar expects: lint ends, and throws for none.
// Not here: verdicts about sensible documents (`verdicts.test.ts`), the command line (`command.test.ts`).
// Invariant: random texts come from a fixed seed, so that a failure can be repeated.
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const display = (...rows: string[]): string => `$$\n\\begin{aligned}\n${rows.join(' \\\\\n')}\n\\end{aligned}\n$$\n`;

describe('rows that hold words alone', () => {
  test.each([
    ['\\text{then:}'],
    ['& \\text{and by the chain rule}'],
    ['\\mbox{so we get }'],
    ['\\intertext{now}'],
    ['& \\text{here we use } \\quad \\text{the product rule}'],
    ['&& \\textit{(a remark)}'],
  ])('%s is prose between two statements', (words) => {
    const rows = lint(display('f &= x^2', words, '\\frac{df}{dx} &= 2x'));
    expect(rows.map((r) => r.verdict)).toEqual(['definition', 'holds']);
  });

  test('a slip after the words is found, and a line that goes on from before them is', () => {
    const rows = lint(display('f &= x^2', '\\text{then:}', '\\frac{df}{dx} &= x \\cdot x', '\\text{or}', '&= 2x'));
    expect(rows.map((r) => r.verdict)).toEqual(['definition', 'slip', 'holds']);
  });

  test('a display of words alone', () => expect(lint('$$\\text{then:}$$\n\n$$f = x^2$$\n')).toHaveLength(1));
});

const fragments = [
  ...['$$', '$', '\\[', '\\]', '\\(', '\\)', '\\begin{aligned}', '\\end{aligned}', '\\begin{cases}', '\\end{cases}'],
  ...['\\begin{pmatrix}', '\\end{pmatrix}', '&', '\\\\', '\\text{then:}', '\\text{}', '\\intertext{so}', '=', ':='],
  ...[
    'f',
    'x',
    'x^2',
    '\\frac{d f}{d x}',
    '2x',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '\\left(',
    '\\right.',
    '\\sum_i',
    '\\sum',
  ],
  ...['\\partial', '\\nabla', 'p_i', 'W^T', '\\quad', ',', ';', '.', '\\label{a}', '\n', '\n\n', '# H\n', '```math\n'],
  ...['```\n', '- ', '> ', 'where', 'if', 'assume', '\\implies', '\\approx', '|', '\\|', '\\dots', '<!-- whygrad: '],
  ...['-->', '\\newcommand{\\a}{b}', '\\a', '`', '**', '∂', 'Σ', '^', '_', '_{', '^{', '0', '-', '/', '\\begin{'],
  ...[
    '\u0000',
    '\ufeff',
    '\r\n',
    '\t',
    'é',
    '漢',
    '😀',
    '\\stackrel{(a)}{=}',
    '\\underbrace{x}_{y}',
    '\\mathbb{E}',
    '∈',
  ],
];

test('five hundred texts put together at random', () => {
  let seed = 11;
  const upTo = (n: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * n);
  };
  for (let k = 0; k < 500; k++) {
    const text = Array.from({ length: 1 + upTo(40) }, () => fragments[upTo(fragments.length)]).join(upTo(2) ? ' ' : '');
    expect(() => lint(k % 2 === 0 ? `$$${text}$$` : text), JSON.stringify(text)).not.toThrow();
  }
});

test('a function of two quantities, one of which is given by an entry', () => {
  const text =
    'We define $$P_w(x_i) = e^{-1-w_0-w_1 x_i}$$ and\n\n$$L(P,w) = \\sum_{i=1}^n P(x_i) \\log P(x_i) + w_0 (1 - \\sum_{i=1}^n P(x_i))$$\n\n$$\\max_w L(P_w, w) = -\\sum_{i=1}^n e^{-1-w_0-w_1 x_i} - w_0$$\n';
  expect(lint(text).map((c) => c.verdict)).toContain('unclear');
});
