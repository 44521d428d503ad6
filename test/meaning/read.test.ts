// What texts mean: spellings of one term, brackets and reach, names, ranks, definitions, questions.
// Not here: hostile texts (`attacks.test.ts`), the development corpus (`read-corpus.test.ts`).
// Invariant: a matrix spelling is compared with the index form written out by hand.
import { describe, expect, test } from 'vitest';
import { WhygradError } from '../../src/term/error.ts';
import { parse, parseEquation, parseTensor, readContext, readQuestion } from '../../src/meaning/parse.ts';
import type { Term } from '../../src/term/term.ts';
import { key } from '../../src/term/walk.ts';

/** The key without the names of sets, which differ with the names of letters. */
const shape = (t: Term): string => key(t).replace(/\.\.:(?:size\([^{}|]*?\)|\w+)(?=[|}])/g, '..');
const contextOf = (givens: readonly string[]) => readContext(givens);

/** Both texts read to the same term (up to the letters of bound indices and of open axes). */
function same(left: string, right: string, givens: readonly string[] = []): void {
  const context = contextOf(givens);
  const [a, b] = [parseTensor(left, { context }), parseTensor(right, { context })];
  expect(shape(a.body), `${left}   and   ${right}`).toBe(shape(b.body));
}
function code(text: string, givens: readonly string[] = []): string {
  try {
    parseTensor(text, { context: contextOf(givens) });
    return 'ok';
  } catch (error) {
    if (error instanceof WhygradError) return error.code;
    throw error;
  }
}

describe('three spellings of one term', () => {
  test.each([
    ['exp(o_j)/sum_k exp(o_k)', '\\frac{e^{o_j}}{\\sum_k e^{o_k}}'],
    ['exp(o_j)/sum_k exp(o_k)', 'exp(o_j)/Sum_k(exp(o_k))'],
    ['exp(o_j)/sum_k exp(o_k)', 'exp(oⱼ)/Σₖ exp(oₖ)'],
    ['exp(o_j)/sum_k exp(o_k)', '{e^{o_j} \\over \\sum\\limits_k e^{o_k}}'],
    ['W_jo', 'W_{jo}'],
    ['W_jo', 'W_{j,o}'],
    ['W_jo', '\\mathbf{W}_{j o}'],
    ['x_nj', 'x[n,j]'],
    ['delta_ij', '\\delta_{ij}'],
    ['delta_ij', 'δᵢⱼ'],
    ['delta_ij', '\\delta^i_j'],
    ['delta_ij', 'D_ij'],
    ['delta_ij', 'delta(i,j)'],
    ['1{i=j}', '1_{i=j}'],
    ['1{i=j}', '\\mathbb{1}\\{i = j\\}'],
    ['1{i=j}', '\\mathbf{1}_{i = j}'],
    ['1{i != j}', '1\\{i \\neq j\\}'],
    ['1{z_i > 0}', '\\mathbb 1[z_i>0]'],
    ['y_hat_o', '\\hat{y}_o'],
    ['y_hat_o', 'ŷ_o'],
    ['y_hat_o', '\\hat y_{o}'],
    ['x_bar', '\\bar{x}'],
    ['x_i^2', 'x_i²'],
    ['x_i^2', 'x^2_i'],
    ['x_i^2', 'xᵢ²'],
    ['x^(-1)', 'x^{-1}'],
    ['x^-1', 'x⁻¹'],
    ['1/2*x', '½x'],
    ['1/2*x', '\\tfrac12 x'],
    ['1/2*x', '\\dfrac{1}{2} x'],
    ['a - b', 'a − b'],
    ['a - b', 'a – b'],
    ['a*b', 'a \\cdot b'],
    ['a*b', 'a \\times b'],
    ['a*b', 'a b'],
    ['a*b', 'a·b'],
    ['sqrt(x)', '\\sqrt{x}'],
    ['sqrt(x)', '√x'],
    ['x^(1/3)', '\\sqrt[3]{x}'],
    ['sigma(x)', 'σ(x)'],
    ['sigma(x)', '\\sigma(x)'],
    ['sigma(x)', 'sigmoid(x)'],
    ['log(p_i)', '\\log p_i'],
    ['log(p_i)', 'ln(p_i)'],
    ['log(p_i)', '\\ln{p_i}'],
    ['log(2*pi)', '\\log 2\\pi'],
    ['sin(x)^2', '\\sin^2 x'],
    ['(x_i/2)^2', '\\Big(\\frac{x_i}{2}\\Big)^2'],
    ['x_i', '\\boxed{x_i}'],
    ['x_i', '\\color{red}{x_i}'],
    ['x_i y_i', 'x_i \\quad y_i'],
    ['if(i = j, a, b)', '\\begin{cases} a & i=j \\\\ b & i \\ne j \\end{cases}'],
    ['if(i = j, a, b)', '\\begin{cases} a, & \\text{if } i=j, \\\\ b, & \\text{otherwise}. \\end{cases}'],
    ['d(L, z_i)', '\\frac{\\partial L}{\\partial z_i}'],
    ['d(L, z_i)', 'dL/dz_i'],
    ['d(L, z_i)', '∂L/∂zᵢ'],
    ['d(L, z_i)', '\\frac{dL}{d{z_i}}'],
    ['d(L, z_i)', '\\frac{\\partial}{\\partial z_i} L'],
    ['d(d(L, z_j), z_i)', '\\frac{\\partial^2 L}{\\partial z_i \\partial z_j}'],
    ['d(d(L, z_j), z_i)', 'd^2L/dz_i dz_j'],
    ['d(d(L, z_j), z_i)', '∂²L/∂zᵢ∂zⱼ'],
    ['d(d(L, x), x)', 'd^2L/dx^2'],
    ['sum_{i=1}^{n-1} x_i', '\\sum_{i=1}^{n-1} x_i'],
    ['sum_{j != i} p_j', '\\sum_{j \\neq i} p_j'],
    ['sum_{i,j} W_ij', '\\sum_{ij} W_{ij}'],
    ['sum_{k=1}^n z_k', '\\sum^n_{k=1} z_k'],
    ['sum_{k=1}^n z_k', '\\sum_{k}^{n} z_k'],
    ['max(0, x)', '\\max(0, x)'],
    ['max_k x_k', '\\max_k x_k'],
    ['norm(x)', '\\|x\\|'],
    ['norm(x)', '||x||'],
    ['norm(x)', '\\|x\\|_2'],
    ['abs(a)', '|a|'],
    ['X^T', 'X^\\top'],
    ['X^T', 'Xᵀ'],
    ['X^T', 'X^{\\intercal}'],
    ['inv(X)', 'X^{-1}'],
    ['inv(X)^T', 'X^{-\\top}'],
    ['tr(X)', '\\operatorname{tr} X'],
    ['det(X)', '\\det X'],
    ['det(X)', '|X|'],
    ['a^(L)', 'a^{(L)}'].slice(1).concat('a^{[L]}'),
    ['a^{(L)}_j', 'a^L_j'],
    ['a^{(l-1)}_k', 'a^{l-1}_k'],
    ['x_ij', 'x^{(i)}_j'],
  ] as [string, string][])('%s is %s', (left, right) => {
    same(left, right);
  });
});

describe('reach and brackets', () => {
  test.each([
    ['sum_i (x_i-a)^2', 'sum_i ((x_i-a)^2)'],
    ['Sum_k(exp(o_k))^2', '(sum_k exp(o_k))^2'],
    ['sum_k x_k * y_k / z_k + w', '(sum_k (x_k*y_k/z_k)) + w'],
    ['\\sum_i(x_i-\\mu)^2', 'sum_i ((x_i-mu)^2)'],
    ['sum_i x_i sum_j y_j', 'sum_i (x_i*(sum_j y_j))'],
    ['-x^2', '-(x^2)'],
    ['a/b c', '(a/b)*c'],
    ['2^x^y', '2^(x^y)'],
    ['a - b - c', 'a + (-b) + (-c)'],
    ['- -x', 'x'],
    ['x(y)^2', 'x*(y^2)'],
    ['a_i(1-a_m)', 'a_i*(1-a_m)'],
    ['2x(x-1)^2/(x+1)', '2*x*((x-1)^2)/(x+1)'],
    ['e^x_i', 'exp(x_i)'],
    ['2^-x_i', '2^(-x_i)'],
    ['\\frac{\\partial}{\\partial x}(x^2) y', 'd(x^2, x)*y'],
    ['d/dx x y', 'd(x*y, x)'],
    ['dL/dp_j dp_j/dz_i', 'd(L, p_j)*d(p_j, z_i)'],
    ['sum_{i<j} (x_i - x_j)^2', 'sum_i sum_{j > i} (x_i - x_j)^2'].slice(0, 1).concat('\\sum_{i<j} (x_i - x_j)^2'),
  ] as [string, string][])('%s is %s', (left, right) => {
    same(left, right);
  });
});

describe('matrices and vectors side by side', () => {
  test('A X B has the entries of the product', () => {
    const context = readContext(['f = sum_{i,j,k} A_ik X_kj B_ji']);
    const { letters, body } = parseTensor('A X B', { context });
    expect(letters).toEqual(['i', 'j']);
    expect(shape(body)).toBe(shape(parse('sum_p sum_q A_ip X_pq B_qj', { context })));
  });
  const vectors = ['f = sum_{i,j} x_i A_ij x_j + b_i x_i y_i', 'g = sum_i p_i a_i'];
  test.each([
    ['x^T A x', 'sum_i sum_j x_i A_ij x_j'],
    ['x^T y', 'sum_i x_i y_i'],
    ['tr(A)', 'sum_i A_ii'],
    ['||x||^2', 'sum_i x_i^2'],
    ['norm(x)', 'sqrt(sum_i x_i^2)'],
    ['(A x)_k', 'sum_i A_ki x_i'],
    ['(A^T x)_k', 'sum_i A_ik x_i'],
    ['(x y^T)_ij', 'x_i y_j'],
    ['(x ⊙ y)_i', 'x_i y_i'],
    ['diag(p)_ij', 'delta_ij p_i'],
    ['(diag(p) - p p^T)_ij', 'delta_ij p_i - p_i p_j'],
    ['inv(A)_ij', 'inv_{a,b}(A_ab)_ij'],
    ['det(A)', 'det_{a,b}(A_ab)'],
    ['inv(A + A^T)_ii', 'inv_{a,b}(A_ab + A_ba)_ii'],
    ['(A^2)_ij', 'sum_k A_ik A_kj'],
    ['sum(x)', 'sum_i x_i'],
    ['(2A)_ij', '2*A_ij'],
    ['exp(x)_k', 'exp(x_k)'],
    ['(A exp(x))_k', 'sum_i A_ki exp(x_i)'],
    ['softmax(x)_k', 'exp(x_k)/sum_i exp(x_i)'],
    ['softmax(x, k)', 'exp(x_k)/sum_i exp(x_i)'],
    ['softmax(x_k)', 'exp(x_k)/sum_i exp(x_i)'],
    ['logsumexp(x)', 'log(sum_i exp(x_i))'],
    ['log_softmax(x)_k', 'x_k - log(sum_i exp(x_i))'],
    ['1^T x', 'sum_i 1*x_i'],
    ['(x - 1)_k', 'x_k - 1'],
  ] as [string, string][])('%s is %s', (left, right) => {
    same(left, right, vectors);
  });
  test('the ones vector e gives the Jacobian of softmax', () => {
    same('(a e^T ∘ (I - e a^T))_ij', 'a_i*1*(delta_ij - 1*a_j)', vectors);
    same('((p 1^T) ∘ (I − 1 p^T))_ij', 'p_i*1*(delta_ij - 1*p_j)', vectors);
  });
  test('ranks come from neighbours and from the case of letters', () => {
    const context = readContext(['f = (X b + c)^T D (X b + c)', 'L = ||t - U v||^2', 'm = x_i^T w']);
    expect(Object.fromEntries([...context.shapes].map(([name, sets]) => [name, sets.length]))).toMatchObject({
      X: 2,
      b: 1,
      c: 1,
      D: 2,
      t: 1,
      U: 2,
      v: 1,
      x: 2,
      w: 1,
      f: 0,
      L: 0,
    });
  });
  test('letters typed together are a product where all of them are known', () => {
    same('(Ax)_k', 'sum_i A_ki x_i', vectors);
    expect(shape(parse('gam + 1'))).toBe('(+ gam[],1)');
    expect(shape(parse('out_d'))).toBe('out[d]');
  });
  test.each([
    ['A + x', 'rank-mismatch'],
    ['A + 1', 'rank-mismatch'],
    ['x y', 'rank-mismatch'],
    ['x^T y^T', 'rank-mismatch'],
    ['x + y^T', 'rank-mismatch'],
    ['x_ij', 'rank-mismatch'],
    ['tr(x)', 'rank-mismatch'],
    ['x^T A_i', 'ok'],
  ])('%s: %s', (text, expected) => {
    expect(code(text, vectors)).toBe(expected);
  });
});

describe('names', () => {
  test('reserved names give way to a definition, a subscript or a value', () => {
    expect(shape(parse('pi_k'))).toBe('pi[k]');
    expect(shape(parse('pi'))).toBe('!pi');
    expect(shape(parse('e^2'))).toBe('exp(2)');
    expect(shape(parse('e_i^2'))).toBe('(^ e[i],2)');
    expect(shape(parse('o_i/T'))).toBe('(* o[i],(^ T[],-1))');
    expect(shape(parse('x^T', { values: { T: 2, x: 3 } }))).toBe('(^ x[],T[])');
    expect(shape(parse('d', { context: readContext(['d = sqrt(x)']) }))).toBe('d[]');
    expect(shape(parse('e', { values: { e: 2 } }))).toBe('e[]');
    expect(shape(parse('sigma^2'))).toBe('(^ sigma[],2)');
  });
  test('D is a matrix where it is summed over, otherwise δ', () => {
    expect(shape(parse('D_ij * p_j'))).toBe('(* δ(i,j),p[j])');
    expect(shape(parse('sum_j D_ij*p_j'))).toBe('sum{..}((* D[i,#0],p[#0]))');
  });
  test('words of the programming language are ordinary names', () => {
    const values = { constructor: 1, toString: 2 };
    expect(shape(parse('constructor + __proto__ + toString', { values }))).toBe(
      '(+ constructor[],__proto__[],toString[])',
    );
    const context = readContext(['__proto__ = x_1', 'hasOwnProperty_i = x_i']);
    expect([...context.definitions.keys()]).toEqual(['__proto__', 'hasOwnProperty']);
  });
  test('a square that is defined is a quantity of its own', () => {
    const context = readContext(['\\sigma^2 = \\frac1m \\sum_{i=1}^m (x_i - \\mu)^2']);
    expect([...context.definitions.keys()]).toEqual(['sigma^2']);
    expect(shape(parse('\\sqrt{\\sigma^2 + 1}', { context }))).toBe('sqrt((+ sigma^2[],1))');
    expect(shape(parse('\\frac{\\partial f}{\\partial \\sigma^2}', { context }))).toBe('∂(f[];sigma^2[];)');
  });
  test('unknown functions are terms, primes count derivatives', () => {
    expect(shape(parse("f(x) + f'(x) + f''(x)"))).toBe("(+ ?f'0(x[]),?f'1(x[]),?f'2(x[]))");
    expect(shape(parse("f^{'}(z_i)"))).toBe("?f'1(z[i])");
    expect(shape(parse('f^(2,1)(x,y)'))).toBe("?f'2,1(x[],y[])");
    expect(shape(parse("\\sigma'(z_j)"))).toBe('(* sigmoid(z[j]),(+ 1,(* -1,sigmoid(z[j]))))');
  });
});

describe('indices', () => {
  test('sums and literals', () => {
    expect(shape(parse('x_{i+k-1} + z_1 + y_{2i}'))).toBe('(+ x[(1i+1k+-1)],z[=1],y[(2i+0)])');
  });
  test('an index is a number only where its range is written out or pos() asks for it', () => {
    expect(code('sum_i i*x_i')).toBe('index-as-number');
    expect(shape(parse('sum_{i=1}^n i*x_i'))).toBe('sum{..}((* pos(#0),x[#0]))');
    expect(shape(parse('pos(i)*x_i'))).toBe('(* pos(i),x[i])');
    expect(code('\\sigma(k)', ['\\sigma(z_j) = e^{z_j}/\\sum_k e^{z_k}'])).toBe('rank-mismatch');
    expect(code('sum_j e^{z^j}', ['a_i = z_i'])).not.toBe('ok');
  });
  test('a Σ without index binds what occurs in its body only', () => {
    same('\\frac{e^{x_i}}{\\sum e^{x_d}}', 'exp(x_i)/sum_d exp(x_d)');
    const { left, right } = parseEquation('\\frac{dL}{dx_j} = -\\sum t_i \\frac{1}{y_i} \\frac{dy_i}{d{x_j}}');
    expect(shape(left)).toBe('∂(L[];x[j];)');
    expect(shape(right)).toBe('(* -1,sum{..}((* t[#0],(^ y[#0],-1),∂(y[#0];x[j];))))');
  });
  test('dots between terms of one pattern are a Σ', () => {
    same('e^{z_1} + e^{z_2} + \\cdots + e^{z_n}', 'sum_{k=1}^n exp(z_k)');
    same('c + x_1 y_1 + ... + x_n y_n', 'c + sum_{k=1}^n x_k y_k');
  });
});

describe('definitions', () => {
  const names = (givens: readonly string[]): string[] => [...readContext(givens).definitions.keys()];
  test('several in one text, in any order', () => {
    const context = readContext(['L = sum_i g_i*h_i, h_i = (x_i-mu)/s; mu = (1/n)*sum_j x_j']);
    expect([...context.definitions.keys()]).toEqual(['L', 'h', 'mu']);
    expect(context.shapes.get('x')).toEqual(['n']);
    expect(context.shapes.get('g')).toEqual(['n']);
  });
  test('heads with arguments define entries', () => {
    const context = readContext([
      '\\sigma(z_j) = \\frac{e^{z_j}}{e^{z_1} + e^{z_2} + \\cdots + e^{z_n}}, j \\in \\{1, 2, \\cdots, n\\}',
    ]);
    expect([...context.definitions.keys()]).toEqual(['sigma(z)']);
    for (const use of ['\\sigma(z_k)', '\\sigma(z)_k', '\\sigma_k', 'sigma(z)_k'])
      expect(key(parse(use, { context }))).toBe('sigma(z)[k]');
    expect(shape(parse('\\sigma(a_k)', { context: readContext(['\\sigma(z)_j = z_j^2', 'L = sum_i a_i']) }))).toBe(
      '(^ a[k],2)',
    );
  });
  test.each([
    ['softmax(y_hat, i) = exp(y_hat_i) / sum_k(exp(y_hat_k))', 'softmax(y_hat, j)', 'softmax(y_hat)[j]'],
    ['S_i(\\mathbf z) = \\frac{e^{z_i}}{\\sum_k{e^{z_k}}}', 'S_j', 'S[j]'],
    ['L(y, y_hat) = sum_i y_i log(y_hat_i)', 'L(y, y_hat)', 'L[]'],
    ['f(x) = x^2', 'f(3 t)', '(^ (* 3,t[]),2)'],
  ])('%s', (definition, use, expected) => {
    expect(shape(parse(use, { context: readContext([definition]) }))).toBe(expected);
  });
  test('a head without indices takes the axes of its body', () => {
    const context = readContext(['h = W x + b', 'y = softmax(V h + c)']);
    expect(context.definitions.get('h')?.params.map((p) => p.set)).toEqual(['size(W,1)']);
    expect(context.shapes.get('y')).toEqual(['size(V,1)']);
  });
  test('free letters of a body that its head does not bind are fixed', () => {
    expect([...readContext(['L = -h_c + log(sum_j exp(h_j))']).fixed]).toEqual(['c']);
    expect([...readContext(['f = log(exp(s_a)/(exp(s_a)+exp(s_b)))']).fixed]).toEqual(['a', 'b']);
  });
  test('sizes: the symbol that divides, the limit of a sum, otherwise the first axis', () => {
    expect(readContext(['m = (1/n)*sum_i x_i']).shapes.get('x')).toEqual(['n']);
    expect(readContext(['h = n/(sum_i 1/x_i)']).shapes.get('x')).toEqual(['n']);
    expect(readContext(['f = sum_{i=1}^N x_i']).shapes.get('x')).toEqual(['N']);
    expect(readContext(['f = sum_i x_i y_i']).shapes.get('y')).toEqual(['size(x,1)']);
    expect(readContext(['L = (1/s^2)*sum_i x_i']).shapes.get('s')).toEqual([]);
    expect(shape(parse('size(x,1) + 1'))).toBe('(+ size:size(x,1),1)');
  });
  test('equations and remarks are assumptions', () => {
    const context = readContext([
      'L = -sum_i y_i log p_i',
      'sum_i y_i = 1',
      'y is one-hot',
      'A symmetric',
      'B = B^T',
      'p > 0',
      'x in R^n',
      'W ∈ ℝ^{m×n}',
    ]);
    expect(context.assumptions.filter((a) => a.kind === 'property').map((a) => [a.of, a.property])).toEqual([
      ['y', 'oneHot'],
      ['A', 'symmetric'],
      ['B', 'symmetric'],
      ['p', 'positive'],
    ]);
    expect(context.assumptions.filter((a) => a.kind === 'equation')).toHaveLength(1);
    expect(context.shapes.get('W')).toEqual(['m', 'n']);
  });
  test('an unknown quantity depends on what it is differentiated by, nearest first', () => {
    const context = readContext(['y_i = W_ij x_j'.replace('W_ij x_j', 'sum_j W_ij x_j')], {
      also: ['dL/dy_i', 'dL/dx_j'],
    });
    expect([...context.depends]).toEqual([['L', ['y']]]);
  });
  test('a cycle through functions is refused', () => {
    expect(() => names(['f(x) = g(x+1)', 'g(x) = f(x+1)'])).toThrow(WhygradError);
  });
  test('a definition that does not fit the use of its name is refused', () => {
    expect(() => names(['E = sum_i (a_i - y_i)^2', 'a = f(z)', 'z = w*x'])).toThrow(/a has 1 index elsewhere/);
  });
});

describe('questions', () => {
  const softmax = ['p_j = exp(o_j)/sum_k exp(o_k)'];
  test.each([
    ['dp_j/do_i', softmax, ['j', 'i']],
    ['dp_k/do_k', softmax, ['k']],
    ['d p_j / d o_i', softmax, ['j', 'i']],
    ['∂pⱼ/∂oᵢ', softmax, ['j', 'i']],
    ['\\frac{\\partial p_j}{\\partial o_i}', softmax, ['j', 'i']],
    ['d(p_j, o_i)', softmax, ['j', 'i']],
    ['d/do_i p_j', softmax, ['j', 'i']],
    ['d_i(p_j)', softmax, ['j', 'i']],
    ['df/dX', ['f = det(A X B)'], ['i', 'j']],
    ['df/dX_{m,n}', ['f = det(A X B)'], ['m', 'n']],
    ['dY_kl/dX_mn', ['Y_kl = inv(X)_kl'], ['k', 'l', 'm', 'n']],
    ['d^2L/dz_i dz_j', ['L = sum_k z_k^3'], ['i', 'j']],
    ['d^2L/dw^2', ['L = sum_k w_k^3'], ['i', 'j']],
    ['dd/dx_k', ['d = sqrt(sum_i x_i^2)'], ['k']],
    ['dlam/dmu', ['lam = mu^2'], []],
  ] as [string, string[], string[]][])('%s', (text, givens, letters) => {
    const q = readQuestion(text, readContext(givens));
    expect(q.kind).toBe('derivative');
    if (q.kind === 'derivative') expect(q.letters).toEqual(letters);
  });
  test.each([
    ['grad L', 'gradient'],
    ['∇L', 'gradient'],
    ['hvp L', 'hvp'],
    ['vjp p', 'vjp'],
  ])('%s', (text, kind) => {
    expect(readQuestion(text, readContext(['L = sum_i x_i^2', ...softmax])).kind).toBe(kind);
  });
  test('what is no derivative is refused', () => {
    expect(() => readQuestion('x + 1', readContext([]))).toThrow(/a question is a derivative/);
  });
});

describe('layers', () => {
  const network = [
    'h_1 = tanh(W_1 x + b_1)',
    'h_2 = tanh(W_2 h_1 + b_2)',
    'L = -sum_k y_k log(softmax(W_3 h_2 + b_3)_k)',
  ];
  test('numbers under capitals that stand before something count layers', () => {
    const context = readContext(network);
    expect([...context.definitions.keys()]).toEqual(['h_1', 'h_2', 'L']);
    expect(context.shapes.get('W_2')).toHaveLength(2);
    const q = readQuestion('dL/dW_1', context);
    if (q.kind === 'derivative') expect([q.by[0]?.name, q.letters]).toEqual(['W_1', ['i', 'j']]);
    expect(key(parse('W_{1,ij}', { context }))).toBe('W_1[i,j]');
  });
  test('numbers under small letters count entries', () => {
    expect(shape(parse('2x₁² + x₁x₂'))).toBe('(+ (* 2,(^ x[=1],2)),(* x[=1],x[=2]))');
  });
});
