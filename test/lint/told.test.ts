// What a text tells in its words, its equations and its order: gradients' names, losses, rows, cases, asides, values that
// are solved for.
// Not here: whole documents (`verdicts.test.ts`), the ranks that notation shows (`test/meaning/solve.test.ts`).
// Invariant: every kind has a right text and the same text with a mistake.
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const verdicts = (text: string): string[] =>
  lint(text)
    .filter((c) => c.verdict !== 'definition' && c.verdict !== 'assumption')
    .map((c) => c.verdict);

describe.each<readonly [kind: string, right: string, wrong: string]>([
  [
    'gradients named after what they belong to',
    'Here $D_M$ denotes the gradient of the loss with respect to $M$.\n\n$V = \\tanh(P)$ and $P = QK$.\n\n$$D_P = D_V \\odot (1 - V \\odot V)$$\n\n$$D_K = Q^T D_P$$\n',
    'Here $D_M$ denotes the gradient of the loss with respect to $M$.\n\n$V = \\tanh(P)$ and $P = QK$.\n\n$$D_P = D_V \\odot (1 - V \\odot V)$$\n\n$$D_K = D_P Q^T$$\n',
  ],
  [
    'a d before the name',
    'Write $du$ for $\\frac{dS}{du}$, and so on. Let $u_j = c v_j$ with a number $c$.\n\n$$dv_j = c \\, du_j$$\n\n$$\\frac{dS}{dc} = \\sum_j du_j v_j$$\n',
    'Write $du$ for $\\frac{dS}{du}$, and so on. Let $u_j = c v_j$ with a number $c$.\n\n$$dv_j = c \\, du_j$$\n\n$$\\frac{dS}{dc} = -\\sum_j du_j v_j$$\n',
  ],
  [
    'an error signal in words',
    'Let $a = Mz$ and $h = \\tanh(a)$; $\\delta$ is the gradient of the cost $J$ with respect to $a$.\n\n$$\\delta_k = \\frac{\\partial J}{\\partial h_k} (1 - h_k^2)$$\n\n$$\\frac{\\partial J}{\\partial M_{kl}} = \\delta_k z_l$$\n',
    'Let $a = Mz$ and $h = \\tanh(a)$; $\\delta$ is the gradient of the cost $J$ with respect to $a$.\n\n$$\\delta_k = \\frac{\\partial J}{\\partial h_k} (1 - h_k^2)$$\n\n$$\\frac{\\partial J}{\\partial M_{kl}} = -\\delta_k z_l$$\n',
  ],
  [
    'a loss in words',
    'The error $E$ is half the sum of the squared differences between the outputs $o_k = w x_k$ and the targets $r_k$.\n\n$$\\frac{\\partial E}{\\partial o_k} = o_k - r_k$$\n',
    'The error $E$ is half the sum of the squared differences between the outputs $o_k = w x_k$ and the targets $r_k$.\n\n$$\\frac{\\partial E}{\\partial o_k} = 2 (o_k - r_k)$$\n',
  ],
  [
    'an intermediate that is written out',
    'With $q_k = \\tanh(s_k)$ the loss is\n\n$$F = \\sum_k (\\tanh(s_k) - g_k)^2$$\n\n$$\\frac{\\partial F}{\\partial q_k} = 2 (q_k - g_k)$$\n',
    'With $q_k = \\tanh(s_k)$ the loss is\n\n$$F = \\sum_k (\\tanh(s_k) - g_k)^2$$\n\n$$\\frac{\\partial F}{\\partial q_k} = -2 (q_k - g_k)$$\n',
  ],
  [
    'an intermediate by its inverse',
    'With $q_k = e^{s_k}$:\n\n$$F_k = e^{s_k} - g_k s_k$$\n\n$$\\frac{d F_k}{d q_k} = 1 - \\frac{g_k}{q_k}$$\n',
    'With $q_k = e^{s_k}$:\n\n$$F_k = e^{s_k} - g_k s_k$$\n\n$$\\frac{d F_k}{d q_k} = 1 + \\frac{g_k}{q_k}$$\n',
  ],
  [
    'sizes with a word',
    'The mean over the $m_{\\text{val}}$ points is $V = \\frac{1}{m_{\\text{val}}} \\sum_{k=1}^{m_{\\text{val}}} z_k^2$.\n\n$$\\frac{\\partial V}{\\partial z_k} = \\frac{2 z_k}{m_{\\text{val}}}$$\n',
    'The mean over the $m_{\\text{val}}$ points is $V = \\frac{1}{m_{\\text{val}}} \\sum_{k=1}^{m_{\\text{val}}} z_k^2$.\n\n$$\\frac{\\partial V}{\\partial z_k} = \\frac{z_k}{m_{\\text{val}}}$$\n',
  ],
  [
    'a remark on any map',
    'The shares add up to one:\n\n$$\\sum_k r_k = 1$$\n\nIn general, if $r = g(c)$ then the chain rule applies.\n\n$$W = a^2 \\sum_k r_k = a^2$$\n',
    'The shares add up to one:\n\n$$\\sum_k r_k = 1$$\n\nIn general, if $r = g(c)$ then the chain rule applies.\n\n$$W = a^2 \\sum_k r_k = -a^2$$\n',
  ],
  [
    'one for the right class',
    'The label $c_k$ is 1 for the true class and 0 for all others, and $u = \\mathrm{softmax}(v)$.\n\n$$Q = -\\sum_k c_k \\log u_k$$\n\n$$\\frac{\\partial Q}{\\partial v_k} = u_k - c_k$$\n',
    'The label $c_k$ is 1 for the true class and 0 for all others, and $u = \\mathrm{softmax}(v)$.\n\n$$Q = -\\sum_k c_k \\log u_k$$\n\n$$\\frac{\\partial Q}{\\partial v_k} = c_k - u_k$$\n',
  ],
  [
    'a penalty written with its argument',
    '$$\\Psi = \\frac{\\mu}{2} \\sum_k w_k^2$$\n\n$$\\nabla_{\\mathbf w} \\Psi(\\mathbf w) = \\mu \\mathbf w$$\n',
    '$$\\Psi = \\frac{\\mu}{2} \\sum_k w_k^2$$\n\n$$\\nabla_{\\mathbf w} \\Psi(\\mathbf w) = 2 \\mu \\mathbf w$$\n',
  ],
  [
    'cases that go on',
    'For $q = \\mathrm{softmax}(z)$ and $L = -\\log q_m$,\n\n$$\\frac{\\partial L}{\\partial z_k} = \\begin{cases} q_k - 1 = -(1 - q_k) & \\text{for } k = m \\\\ q_k & \\text{for } k \\neq m \\end{cases}$$\n',
    'For $q = \\mathrm{softmax}(z)$ and $L = -\\log q_m$,\n\n$$\\frac{\\partial L}{\\partial z_k} = \\begin{cases} q_k - 1 = -(1 + q_k) & \\text{for } k = m \\\\ q_k & \\text{for } k \\neq m \\end{cases}$$\n',
  ],
  [
    'a condition on values beside a formula',
    '$$s(x) = \\begin{cases} x & x > 0 \\\\ \\alpha x & x \\le 0 \\end{cases}$$\n\nand with $u_k = s(x_k)$\n\n$$\\frac{\\partial u_k}{\\partial x_k} = \\begin{cases} 1 = \\frac{u_k}{x_k} & x_k > 0 \\\\ \\alpha = \\frac{u_k}{x_k} & x_k < 0 \\end{cases}$$\n',
    '$$s(x) = \\begin{cases} x & x > 0 \\\\ \\alpha x & x \\le 0 \\end{cases}$$\n\nand with $u_k = s(x_k)$\n\n$$\\frac{\\partial u_k}{\\partial x_k} = \\begin{cases} 1 = \\frac{u_k}{x_k} & x_k > 0 \\\\ 2 \\alpha = \\frac{2 u_k}{x_k} & x_k < 0 \\end{cases}$$\n',
  ],
  [
    'rows of a matrix',
    'The rows of $\\mathbf X$ are $\\mathbf x_i^T$.\n\n$$\\sum_i \\mathbf x_i \\mathbf x_i^T = \\mathbf X^T \\mathbf X$$\n',
    'The rows of $\\mathbf X$ are $\\mathbf x_i^T$, all of length $n$.\n\n$$\\sum_i \\mathbf x_i \\mathbf x_i^T = -\\mathbf X^T \\mathbf X$$\n',
  ],
  [
    'names at the ends of chains',
    'Let $U = XW$, $V = \\tanh(U)$ and $G = \\frac{\\partial S}{\\partial V}$.\n\n$$\\frac{\\partial S}{\\partial U} = G \\odot (1 - V \\odot V) = D_1$$\n\n$$\\frac{\\partial S}{\\partial W} = X^T D_1 = D_2$$\n',
    'Let $U = XW$, $V = \\tanh(U)$ and $G = \\frac{\\partial S}{\\partial V}$.\n\n$$\\frac{\\partial S}{\\partial U} = G \\odot (1 - V \\odot V) = D_1$$\n\n$$\\frac{\\partial S}{\\partial W} = D_1 X^T = D_2$$\n',
  ],
])('%s', (_, right, wrong) => {
  test('right: every line holds', () => {
    const found = verdicts(right);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set(['holds']));
  });
  test('with a mistake: one slip, and no other', () => {
    expect(verdicts(wrong).filter((v) => v === 'slip')).toHaveLength(1);
  });
});

describe('a value that is solved for defines nothing above it', () => {
  const solved: readonly (readonly [string, (factor: string) => string])[] = [
    [
      'in one line',
      (f) =>
        `Let $L = (x - m)^2$. Then $$\\frac{\\partial L}{\\partial m} = ${f} (x - m) = 0 \\Leftrightarrow m = x$$\n`,
    ],
    [
      'in a line of its own',
      (f) =>
        `$$L = \\sum_{k=1}^n (x_k - m)^2$$\n\n$$\\frac{\\partial L}{\\partial m} = ${f} \\sum_{k=1}^n (x_k - m)$$\n\n$$m = \\frac{1}{n} \\sum_{k=1}^n x_k$$\n`,
    ],
  ];
  test.each(solved)('%s', (_, text) => {
    expect(verdicts(text('-2'))[0]).toBe('holds');
    expect(verdicts(text('-7'))[0]).toBe('slip');
  });
  test('nor does one that stands above make everything true', () => {
    const text = (f: string): string =>
      `$$m = \\frac{1}{n} \\sum_{k=1}^n x_k$$\n\n$$L = \\sum_{k=1}^n (x_k - m)^2$$\n\n$$\\frac{\\partial L}{\\partial m} = ${f} \\sum_{k=1}^n (x_k - m)$$\n`;
    expect(verdicts(text('-2'))).toEqual(['holds']);
    expect(verdicts(text('-7'))).toEqual(['unclear']);
  });
});

describe('an identity with its size', () => {
  const text = (claim: string): string =>
    `Let $\\mathbf{X} \\in \\mathbb{R}^{n \\times p}$, $H = \\mathbf X (\\mathbf X^\\top \\mathbf X)^{-1} \\mathbf X^\\top$ and $M = I_n - H$.\n\n$$${claim}$$\n`;
  test.each(['M \\mathbf X = 0', 'M^\\top M = M', 'I_p \\mathbf X^\\top = \\mathbf X^\\top'])('%s holds', (claim) => {
    expect(verdicts(text(claim))).toEqual(['holds']);
  });
  test('M M = I_n + H does not', () => {
    expect(verdicts(text('M M = I_n + H'))).toEqual(['slip']);
  });
});

test('what holds for the one entry that counts, written for any letter, is no slip', () => {
  const text = (claim: string): string =>
    `$$p_k = \\frac{e^{f_k}}{\\sum_j e^{f_j}}$$\n\n$$L_i = -\\log(p_{y_i})$$\n\n$$\\frac{\\partial L_i}{\\partial ${claim}$$\n`;
  expect(verdicts(text('p_{y_i}} = -\\frac{1}{p_{y_i}}'))).toEqual(['holds']);
  expect(verdicts(text('p_k} = -\\frac{1}{p_k}'))).toEqual(['unclear']);
  expect(verdicts(text('p_{y_i}} = \\frac{1}{p_{y_i}}'))).toEqual(['slip']);
});
