// What the words around a formula make of it: values that are given, values of a case or an example, assumptions.
// Not here: conditions on indices, verdicts on claims.
// Invariant: every sentence is tried in Markdown and in LaTeX, with several letters.
import { describe, expect, it } from 'vitest';
import { check, derive, evaluate, libraryDocument, libraryNames } from '../../src/index.ts';
import { readDocument } from '../../src/meaning/document.ts';

const letters = ['\\lambda', 'a', 'T'] as const;
const nameOf = (letter: string): string => letter.replace('\\', '');
const loss = (letter: string): string => `L = \\sum_i (x_i - y_i)^2 + ${letter} \\sum_i x_i^2`;

/** A document with the loss and a sentence, which stands after or before it. */
function documents(sentence: string, letter: string): string[] {
  const said = sentence.replaceAll('@', letter);
  const display = `$$${loss(letter)}$$`;
  return [
    `# A loss\n\nThe loss is\n\n${display}\n\n${said}\n`,
    `# A loss\n\n${said}\n\nThe loss is\n\n${display}\n`,
    `\\documentclass{article}\n\\begin{document}\nThe loss is\n\\[ ${loss(letter)} \\]\n${said}\n\\end{document}\n`,
    `- ${said}\n- ${display}\n`,
  ];
}
const definitionsOf = (text: string): string[] => [...readDocument(text).context.definitions.keys()];

const remarks = [
  'At $@ = 0$ it is plain least squares.',
  'The strength matters little; at $@ = 0$ it is plain.',
  'If $@ = 0$, nothing is shrunk.',
  'When $@ = 0$ the second term vanishes.',
  'Whenever $@ = 0$ we are back at least squares.',
  'For $@ = 0$ this is known.',
  'In the special case $@ = 0$ it is simple.',
  'In the case where $@ = 1$ both count alike.',
  'There is a saddle point at $@ = 0$.',
  'Evaluate it at $@ = 2$.',
  'Try it, e.g. with $@ = 3$.',
  'For example, with $@ = 3$ it is larger.',
  'For instance, let $@ = 3$.',
  'The search is initialised with $@ = 0$.',
  'We initialize $@ = 0.5$ and go on.',
  'Starting from $@ = 1$, it falls.',
  'Setting $@ = 0$ gives least squares.',
  'Choosing $@ = 1$ works best.',
  'Plugging in $@ = 2$, we see it.',
  'With $@ = 0$ we recover least squares.',
  'Ridge with $@ = 0$ is least squares.',
  'Ridge with $@ = 0$ is the problem of least squares.',
  'With $@ = 0$, we recover least squares.',
  'Using $@ = 1$ and $q = 2$, we see it.',
  'Given $@ = 1$ and $q = 2$, compute it.',
  'Note that $2 > 1$ and $@ = 1$ gives it.',
  '**Example.** $@ = 2$, $q = 3$.',
  'Example 2. $@ = 2$.',
  'If we set $@ = 0$, it is least squares.',
  'One could use $@ = 1$.',
  'By using $@ = 0$ we recover it.',
  'The model using $@ = 0$ underfits.',
  'Suppose $@ = 2$ for a moment.',
  '$@ = 0$ is plain least squares.',
  'Then $@ = 4$ follows.',
  'It is convex unless $@ = -1$.',
  'The minimum is reached near $@ = 0$, say.',
  'Example: let $@ = 2$.',
  'As $@ \\to \\infty$ it grows; once $@ = 5$ it is large.',
  'It is flat only for the value $@ = 0$.',
];

describe('a value in a sentence about a case', () => {
  it.each(remarks)('%s', (sentence) => {
    for (const letter of letters)
      for (const text of documents(sentence, letter)) expect(definitionsOf(text), text).toEqual(['L']);
  });
  it('leaves the claims of the document as they are', () => {
    for (const sentence of remarks) {
      const text = documents(sentence, '\\lambda')[0] as string;
      expect(check('dL/dx_k = 2*(x_k - y_k)', { in: text }).verdict, sentence).toBe('slip');
      expect(check('dL/dx_k = 2*(x_k - y_k) + 2*lambda*x_k', { in: text }).certainty, sentence).toBe('proved');
    }
  });
});

describe('a value that the text gives', () => {
  it.each([
    'Let $@ = 0.1$.',
    'Let $@ = 0.1$ throughout.',
    'We set $@ = 10^{-5}$.',
    'We use $@ = 0.1$ in all runs.',
    'We fix $@ = 0.5$.',
    'Set $@ = 0.01$.',
    'By default $@ = 0.9$.',
    'Define $@ = 2$.',
    'The hyperparameter $@ = 0.3$ was found by search.',
    'Parameters: $@ = 0.3$.',
    '$@ = 0.3$',
    'Here we choose $@ = 0.2$.',
  ])('%s', (sentence) => {
    for (const letter of letters)
      for (const text of documents(sentence, letter))
        expect(definitionsOf(text).sort(), text).toEqual(['L', nameOf(letter)].sort());
  });
  it.each([
    'where $@ = 10$ is the strength.',
    'where $@ = 10$.',
    'with $@ = 0.1$ unless said.',
    'where $@ = 10$',
    'using $@ = 0.1$.',
  ])('after a formula: %s', (sentence) => {
    for (const letter of letters)
      expect(definitionsOf(documents(sentence, letter)[0] as string)).toEqual(['L', nameOf(letter)]);
  });
  it('several of them share what is said of the first', () => {
    expect(definitionsOf('$$L = a x^2 + b$$\n\nwith $a = 2$, $b = 3$ and $c = 4$.')).toEqual(['L', 'a', 'b', 'c']);
    expect(definitionsOf('$$L = a x^2 + b$$\n\nAt $a = 2$, $b = 3$ and $x = 4$ it is 35.')).toEqual(['L']);
  });
});

describe('equations in a case', () => {
  it.each([
    ['If $\\lambda = 0$, the loss is $L = \\sum_i x_i^4$.\n\n$$L = \\sum_i x_i^2 + \\lambda$$', '2'],
    ['When $\\lambda = 1$ it is\n\n$$L = \\sum_i x_i^4$$\n\nIn general\n\n$$L = \\sum_i x_i^2 + \\lambda$$', '2'],
    ['It is $L = \\sum_i x_i^4$ at $\\lambda = 0$. In general\n\n$$L = \\sum_i x_i^2 + \\lambda$$', '2'],
    ['$$L = \\sum_i x_i^4 \\quad \\text{if } \\lambda = 0$$\n\nIn general\n\n$$L = \\sum_i x_i^2 + \\lambda$$', '2'],
  ])('%j does not define the quantity', (text) => {
    expect(derive('dL/dx_k', { in: text }).result.text).toBe('2*x_k');
  });
  it('are all there is where nothing else is said', () => {
    expect(derive('dL/dx_k', { in: 'For $n = 3$ entries, $L = \\sum_i x_i^2$.' }).result.text).toBe('2*x_k');
  });
  it.each([
    '## Example\n\nLet $x = 2$ and $w = 3$.',
    '## A worked example\n\n$$x = 2$$',
    '### Exercise 3\n\nTake $w = 1$.',
  ])('values below such a heading are local: %j', (text) => {
    expect(definitionsOf(`# F\n\n$$f = w x^3$$\n\n${text}\n`)).toEqual(['f']);
    expect(check('df/dx = 3*w*x^2', { in: `# F\n\n$$f = w x^3$$\n\n${text}\n` }).certainty).toBe('proved');
  });
  it('a value of a function at a point defines nothing', () => {
    expect(definitionsOf('$$f(0) = 1$$\n\n$$f(x) = e^x$$')).toEqual(['f']);
  });
});

describe('assumptions in sentences', () => {
  const body = '$$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n\n$$L = -\\sum_j y_j \\log p_j$$\n\n';
  it.each([
    'where $\\sum_k y_k = 1$.',
    'with $\\sum_j y_j = 1$.',
    'Since $y$ is one-hot, it is simple.',
    'since $\\sum_j y_j = 1$',
    'Assume $y_j \\ge 0$ and $\\sum_j y_j = 1$.',
    'Assume that $\\sum_j y_j = 1$, $y_j \\ge 0$.',
    'The label vector $y$ is one-hot.',
    'The target $y$ is a one-hot vector.',
    'Here $\\mathbf{y}$ are one-hot encoded labels.',
    'We compare with the one-hot label $y$.',
    'y is one-hot.',
    '$$\\sum_i y_i = 1$$',
  ])('%s', (sentence) => {
    for (const text of [`${body}${sentence}\n`, `${sentence}\n\n${body}`])
      expect(derive('dL/dz_i', { in: text }).result.text, text).toBe('p_i - y_i');
  });
  it.each([
    'If $y$ is one-hot, it is simpler.',
    'It is simpler when $y$ is one-hot.',
    'For one-hot $y$ this is known.',
    'The vector $y$ need not be one-hot.',
    'The vector $y$ is not one-hot.',
    'Unless $y$ is one-hot, the sum stays.',
  ])('%s is none', (sentence) => {
    expect(readDocument(`${body}${sentence}\n`).context.assumptions).toEqual([]);
  });
  it.each([
    'If $\\sum_k y_k = 1$, it is simpler.',
    'When $\\sum_k y_k = 1$ it is simpler.',
    'Unless $\\sum_k y_k = 1$, the sum stays.',
    'Consider the special case $\\sum_k y_k = 1$.',
    'For example $\\sum_k y_k = 1$ for probabilities.',
    'Suppose for a moment that $\\sum_k y_k = 1$.',
  ])('%s holds in a case alone', (sentence) => {
    for (const text of [`${body}${sentence}\n`, `${sentence}\n\n${body}`]) {
      expect(readDocument(text).context.assumptions, text).toEqual([]);
      // It would hold where they sum to 1, and the text does not say that they do.
      expect(check('dL/dz_k = p_k - y_k', { in: text }).verdict, text).toBe('unclear');
    }
  });
  it('a sum of what the document defines is a claim', () => {
    expect(readDocument(`${body}$$\\sum_j p_j = 1$$`).claims).toHaveLength(1);
  });
  it.each([
    ['The matrix $A$ is symmetric.', 1],
    ['where $A$ is a symmetric matrix', 1],
    ['with a symmetric matrix $A$.', 1],
    ['If $A$ is symmetric, it is $2 A x$.', 0],
    ['Here $A_{ij} = A_{ji}$.', 1],
    ['We have $A_{nm} = A_{mn}$ for all entries.', 1],
    ['If $A_{ij} = A_{ji}$, it is $2 A x$.', 0],
    ['For symmetric $A$ it is $2 A x$.', 0],
    ['$A$ is non-symmetric.', 0],
  ] as const)('%s', (sentence, n) => {
    const text = `$$f = \\sum_{i,j} x_i A_{ij} x_j$$\n\n${sentence}\n`;
    expect(readDocument(text).context.assumptions).toHaveLength(n);
  });
  it('those of kl-divergence are used by derive and check', () => {
    expect(derive('dD/dz_i', { in: 'kl-divergence' }).result.text).toBe('p_i - q_i');
    expect(check('dD/dz_i = p_i - q_i', { in: 'kl-divergence' }).certainty).toBe('proved');
  });
});

describe('the library by itself', () => {
  it.each(libraryNames())('every claim of %s holds in it', (name) => {
    for (const claim of readDocument(libraryDocument(name)).claims)
      expect(check(claim, { in: name }).verdict, claim).toBe('holds');
  });
  it('focal loss keeps its γ', () => {
    const values = { gamma: 2, z: [1, 0.5, -1], y: [0, 1, 0] };
    expect(evaluate('L', { in: 'focal-loss', values }).value).not.toBe(
      evaluate('L', { in: 'focal-loss', values: { ...values, gamma: 0 } }).value,
    );
    expect(check('dL/dp_j = -y_j/p_j', { in: 'focal-loss' }).verdict).toBe('slip');
  });
});
