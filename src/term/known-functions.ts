// Rows of the function table: functions that are short for a term, and those that have no meaning here.
// Not here: elementary functions (`functions.ts`), those of vectors and matrices (`vector-functions.ts`).
// Invariant: what is refused says how to write it instead.
import type { FunctionRow } from './function-row.ts';
import { add, call, ifThen, mul, negate, one, pow, rational, reciprocal, subtract, type Term, zero } from './term.ts';

/** A function that is short for a term of its arguments, entry by entry. */
interface ShortFunction {
  readonly arity: number;
  readonly term: (...args: readonly Term[]) => Term;
}
const short = (names: readonly string[], f: ShortFunction, more: Partial<FunctionRow> = {}): FunctionRow => ({
  names,
  arity: f.arity,
  takes: 'number',
  gives: 'same',
  reserved: false,
  definable: true,
  prefix: [],
  means: { kind: 'short', term: f.term },
  ...more,
});

const two = rational(2);
const half = rational(1, 2);
const log = (t: Term): Term => call('log', t);
const square = (t: Term): Term => pow(t, two);
const over = (a: Term, b: Term): Term => mul(a, reciprocal(b));
const of1 = (term: (x: Term) => Term): ShortFunction => ({ arity: 1, term: (x) => term(x as Term) });
const of2 = (term: (x: Term, y: Term) => Term): ShortFunction => ({
  arity: 2,
  term: (x, y) => term(x as Term, y as Term),
});
const between: ShortFunction = {
  arity: 3,
  term: (x, low, high) => call('min', call('max', x as Term, low as Term), high as Term),
};
const swish = of1((x) => mul(x, call('sigmoid', x)));
const logSigmoid = of1((x) => negate(call('softplus', negate(x))));

/** Functions that are short for a term. */
export const shortRows: readonly FunctionRow[] = [
  short(
    ['log1p'],
    of1((x) => log(add(one, x))),
  ),
  short(
    ['expm1'],
    of1((x) => subtract(call('exp', x), one)),
  ),
  short(
    ['log2'],
    of1((x) => over(log(x), log(two))),
  ),
  short(
    ['log10', 'lg'],
    of1((x) => over(log(x), log(rational(10)))),
  ),
  short(
    ['exp2'],
    of1((x) => pow(two, x)),
  ),
  short(
    ['logit'],
    of1((x) => subtract(log(x), log(subtract(one, x)))),
  ),
  short(
    ['rsqrt'],
    of1((x) => reciprocal(call('sqrt', x))),
  ),
  short(['reciprocal'], of1(reciprocal), { english: true }),
  short(
    ['cot'],
    of1((x) => over(call('cos', x), call('sin', x))),
    { reserved: true, prefix: ['cot'], definable: false },
  ),
  short(
    ['sec'],
    of1((x) => reciprocal(call('cos', x))),
    { reserved: true, prefix: ['sec'], definable: false },
  ),
  short(
    ['csc'],
    of1((x) => reciprocal(call('sin', x))),
    { reserved: true, prefix: ['csc'], definable: false },
  ),
  short(
    ['coth'],
    of1((x) => over(call('cosh', x), call('sinh', x))),
    { reserved: true, prefix: ['coth'], definable: false },
  ),
  short(['square'], of1(square), { reserved: true, english: true }),
  short(
    ['cube'],
    of1((x) => pow(x, rational(3))),
    { english: true },
  ),
  short(['pow', 'power'], of2(pow), { english: true }),
  short(
    ['hypot'],
    of2((x, y) => call('sqrt', add(square(x), square(y)))),
    { english: true },
  ),
  short(
    ['maximum'],
    of2((x, y) => call('max', x, y)),
    { english: true },
  ),
  short(
    ['minimum'],
    of2((x, y) => call('min', x, y)),
    { english: true },
  ),
  short(['clip', 'clamp'], between, { english: true }),
  short(
    ['erfc'],
    of1((x) => subtract(one, call('erf', x))),
  ),
  short(
    ['asinh', 'arcsinh'],
    of1((x) => log(add(x, call('sqrt', add(square(x), one))))),
  ),
  short(
    ['acosh'],
    of1((x) => log(add(x, call('sqrt', subtract(square(x), one))))),
  ),
  short(
    ['atanh', 'arctanh'],
    of1((x) => mul(half, subtract(log(add(one, x)), log(subtract(one, x))))),
  ),
  short(['silu', 'SiLU', 'swish'], swish, { english: true }),
  short(['logsigmoid', 'log_sigmoid'], logSigmoid),
  short(
    ['gelu', 'GELU'],
    of1((x) => mul(half, x, add(one, call('erf', over(x, call('sqrt', two)))))),
  ),
  short(
    ['relu6'],
    of1((x) => call('min', call('relu', x), rational(6))),
  ),
  short(
    ['softsign'],
    of1((x) => over(x, add(one, call('abs', x)))),
  ),
  short(
    ['mish'],
    of1((x) => mul(x, call('tanh', call('softplus', x)))),
    { english: true },
  ),
  short(
    ['heaviside'],
    of1((x) => ifThen({ kind: 'compare', op: '>', left: x, right: zero }, one, zero)),
  ),
];

const order = 'write the entry that is meant with an index, or the formula with if(…)';
const steps = 'it is constant between jumps; write the constant, or leave it out of what is differentiated';
const choice = 'it picks a position and has no derivative; give the position a name (k = …)';
const special =
  'this function is not among those that are known; write it as a sum, or give it a name of its own (f(x)) and its derivative as an assumption';
const random =
  'an expectation needs its distribution; write the sum (sum_k p_k f_k) or the average over samples ((1/n) sum_i f_i)';

const slope = 'its slope is a choice; write if(x > 0, x, a*x) or the formula that is meant';
const indices = 'write what it does with indices and sums';

const refused = (names: readonly string[], hint: string): FunctionRow => ({
  names,
  arity: 'many',
  takes: 'anything',
  gives: 'number',
  reserved: false,
  definable: true,
  prefix: [],
  means: { kind: 'refused', hint },
});

/** Functions that have a meaning in the field but none here, and how to write what is meant. */
export const refusedRows: readonly FunctionRow[] = [
  refused(['median', 'sort', 'sorted', 'quantile', 'percentile', 'topk', 'cumsum', 'cumprod'], order),
  refused(['floor', 'ceil', 'ceiling', 'round', 'trunc', 'mod', 'fmod', 'frac'], steps),
  refused(['argmax', 'argmin', 'argsort', 'Argmax', 'Argmin'], choice),
  refused(['Gamma', 'lgamma', 'gammaln', 'loggamma', 'digamma', 'polygamma', 'besselj', 'lambertw', 'sinc'], special),
  refused(['normcdf', 'ndtr', 'erfinv', 'probit', 'betainc', 'comb', 'binom', 'factorial', 'gcd', 'lcm'], special),
  refused(['Var', 'Cov', 'Corr', 'cov', 'corr', 'Pr', 'Prob', 'expectation', 'Expectation'], random),
  refused(['elu', 'ELU', 'selu', 'SELU', 'prelu', 'PReLU', 'leaky_relu', 'leakyrelu', 'LeakyReLU', 'celu'], slope),
  refused(['dropout', 'Dropout', 'conv', 'fft', 'einsum', 'concat', 'reshape', 'flatten'], indices),
  refused(['rank', 'eig', 'svd', 'expm', 'logm', 'sqrtm', 'argsinh'], indices),
];
