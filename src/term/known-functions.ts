// Functions of the field beside the elementary ones: those that are short for a term, and those that have no meaning
// here.
// Not here: elementary functions and what only the reader can take apart (`functions.ts`, `meaning/typed/calls.ts`).
// Invariant: a name stands in one table alone; what is refused says how to write it instead.
import { functionNamed } from './functions.ts';
import { add, call, ifThen, mul, negate, one, pow, rational, reciprocal, subtract, type Term, zero } from './term.ts';

/** A function that is short for a term of its arguments, entry by entry. */
export interface ShortFunction {
  readonly arity: number;
  readonly term: (...args: readonly Term[]) => Term;
}

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

/** Functions that are short for a term. Aliases are rows of their own. */
export const shortFunctions: ReadonlyMap<string, ShortFunction> = new Map<string, ShortFunction>([
  ['log1p', of1((x) => log(add(one, x)))],
  ['expm1', of1((x) => subtract(call('exp', x), one))],
  ['log2', of1((x) => over(log(x), log(two)))],
  ['log10', of1((x) => over(log(x), log(rational(10))))],
  ['lg', of1((x) => over(log(x), log(rational(10))))],
  ['exp2', of1((x) => pow(two, x))],
  ['logit', of1((x) => subtract(log(x), log(subtract(one, x))))],
  ['rsqrt', of1((x) => reciprocal(call('sqrt', x)))],
  ['reciprocal', of1(reciprocal)],
  ['cot', of1((x) => over(call('cos', x), call('sin', x)))],
  ['sec', of1((x) => reciprocal(call('cos', x)))],
  ['csc', of1((x) => reciprocal(call('sin', x)))],
  ['coth', of1((x) => over(call('cosh', x), call('sinh', x)))],
  ['square', of1(square)],
  ['cube', of1((x) => pow(x, rational(3)))],
  ['pow', of2(pow)],
  ['power', of2(pow)],
  ['hypot', of2((x, y) => call('sqrt', add(square(x), square(y))))],
  ['maximum', of2((x, y) => call('max', x, y))],
  ['minimum', of2((x, y) => call('min', x, y))],
  ['clip', between],
  ['clamp', between],
  ['erfc', of1((x) => subtract(one, call('erf', x)))],
  ['asinh', of1((x) => log(add(x, call('sqrt', add(square(x), one)))))],
  ['acosh', of1((x) => log(add(x, call('sqrt', subtract(square(x), one)))))],
  ['atanh', of1((x) => mul(half, subtract(log(add(one, x)), log(subtract(one, x)))))],
  ['arcsinh', of1((x) => log(add(x, call('sqrt', add(square(x), one)))))],
  ['arctanh', of1((x) => mul(half, subtract(log(add(one, x)), log(subtract(one, x)))))],
  ['silu', swish],
  ['SiLU', swish],
  ['swish', swish],
  ['logsigmoid', logSigmoid],
  ['log_sigmoid', logSigmoid],
  ['gelu', of1((x) => mul(half, x, add(one, call('erf', over(x, call('sqrt', two))))))],
  ['GELU', of1((x) => mul(half, x, add(one, call('erf', over(x, call('sqrt', two))))))],
  ['relu6', of1((x) => call('min', call('relu', x), rational(6)))],
  ['softsign', of1((x) => over(x, add(one, call('abs', x))))],
  ['mish', of1((x) => mul(x, call('tanh', call('softplus', x))))],
  ['heaviside', of1((x) => ifThen({ kind: 'compare', op: '>', left: x, right: zero }, one, zero))],
]);

const order = 'write the entry that is meant with an index, or the formula with if(…)';
const steps = 'it is constant between jumps; write the constant, or leave it out of what is differentiated';
const choice = 'it picks a position and has no derivative; give the position a name (k = …)';
const special =
  'this function is not among those that are known; write it as a sum, or give it a name of its own (f(x)) and its derivative as an assumption';
const random =
  'an expectation needs its distribution; write the sum (sum_k p_k f_k) or the average over samples ((1/n) sum_i f_i)';

/** Functions that have a meaning in the field but none here, and how to write what is meant. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ...['median', 'sort', 'sorted', 'quantile', 'percentile', 'topk', 'cumsum', 'cumprod'].map((n): [string, string] => [
    n,
    order,
  ]),
  ...['floor', 'ceil', 'ceiling', 'round', 'trunc', 'mod', 'fmod', 'frac'].map((n): [string, string] => [n, steps]),
  ...['argmax', 'argmin', 'argsort', 'Argmax', 'Argmin'].map((n): [string, string] => [n, choice]),
  ...[
    'Gamma',
    'lgamma',
    'gammaln',
    'loggamma',
    'digamma',
    'polygamma',
    'besselj',
    'lambertw',
    'sinc',
    'normcdf',
    'ndtr',
    'erfinv',
    'probit',
    'betainc',
    'comb',
    'binom',
    'factorial',
    'gcd',
    'lcm',
  ].map((n): [string, string] => [n, special]),
  ...['Var', 'Cov', 'Corr', 'cov', 'corr', 'Pr', 'Prob', 'expectation', 'Expectation'].map((n): [string, string] => [
    n,
    random,
  ]),
  ...['elu', 'ELU', 'selu', 'SELU', 'prelu', 'PReLU', 'leaky_relu', 'leakyrelu', 'LeakyReLU', 'celu'].map(
    (n): [string, string] => [n, 'its slope is a choice; write if(x > 0, x, a*x) or the formula that is meant'],
  ),
  ...[
    'dropout',
    'Dropout',
    'conv',
    'fft',
    'einsum',
    'concat',
    'reshape',
    'flatten',
    'rank',
    'eig',
    'svd',
    'expm',
    'logm',
    'sqrtm',
    'argsinh',
  ].map((n): [string, string] => [n, 'write what it does with indices and sums']),
]);

/** Whether a name that is called has a meaning, or is refused, by this table. */
export const isKnownFunction = (name: string): boolean =>
  functionNamed(name) === undefined &&
  (shortFunctions.has(name) || refusedFunctions.has(name) || vectorFunctions.has(name));
/** Functions of a whole vector that are read apart from the tables. */
const vectorFunctions: ReadonlySet<string> = new Set(['LSE', 'var', 'std', 'inner']);

/** Whether a name is that of an elementary function or of one of these tables. */
export const isFunction = (name: string): boolean => functionNamed(name) !== undefined || isKnownFunction(name);
