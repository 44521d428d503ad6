// tfjs's kernels as formulas, which `compile` makes into plans.
// Not here: shapes and broadcasting (`backend.ts`).
// Invariant: each formula says what the operator's documentation says, for float32.

/** Element by element; other letters are `scalars`. */
export const unary: Readonly<Record<string, string>> = {
  Abs: 'abs(x_i)',
  Acos: 'acos(x_i)',
  Acosh: 'log(x_i + sqrt(x_i - 1) sqrt(x_i + 1))',
  Asin: 'asin(x_i)',
  Asinh: 'sign(x_i) log(abs(x_i) + sqrt(x_i^2 + 1))',
  Atan: 'atan(x_i)',
  Atanh: '1/2 log((1 + x_i)/(1 - x_i))',
  ClipByValue: 'max(l, min(h, x_i))',
  Cos: 'cos(x_i)',
  Cosh: 'cosh(x_i)',
  Elu: 'if(x_i >= 0, x_i, exp(x_i) - 1)',
  Erf: 'erf(x_i)',
  Exp: 'exp(x_i)',
  Expm1: 'exp(x_i) - 1',
  LeakyRelu: 'if(x_i < 0, a x_i, x_i)',
  Log: 'log(x_i)',
  Log1p: 'log(1 + x_i)',
  Neg: '-x_i',
  Reciprocal: '1/x_i',
  Relu6: 'min(max(x_i, 0), 6)',
  Rsqrt: '1/sqrt(x_i)',
  Selu: 'if(x_i >= 0, s x_i, a (exp(x_i) - 1))',
  Sign: 'if(x_i > 0, 1, if(x_i < 0, -1, 0))',
  Sin: 'sin(x_i)',
  Sinh: 'sinh(x_i)',
  Sqrt: 'sqrt(x_i)',
  Square: 'x_i^2',
  Tan: 'tan(x_i)',
};
/** What the letters are: the operator's attribute, or a constant of its definition (Klambauer et al. 2017 for SELU). */
export const scalars: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  ClipByValue: { l: 'clipValueMin', h: 'clipValueMax' },
  LeakyRelu: { a: 'alpha' },
  Selu: { s: 1.0507009873554805, a: 1.0507009873554805 * 1.6732632423543772 },
};

/** Element by element of two operands of one shape. */
export const binary: Readonly<Record<string, string>> = {
  Add: 'a_i + b_i',
  Sub: 'a_i - b_i',
  Multiply: 'a_i b_i',
  RealDiv: 'a_i/b_i',
  Maximum: 'max(a_i, b_i)',
  Minimum: 'min(a_i, b_i)',
  Pow: 'a_i^b_i',
  SquaredDifference: '(a_i - b_i)^2',
  Prelu: 'if(a_i < 0, b_i a_i, a_i)',
  EluGrad: 'if(b_i >= 0, a_i, a_i (b_i + 1))',
};
/** Comparisons: 1 where they hold. */
export const comparisons: Readonly<Record<string, string>> = {
  Greater: '>',
  GreaterEqual: '>=',
  Less: '<',
  LessEqual: '<=',
  Equal: '==',
  NotEqual: '!=',
};

/** Over the second index. */
export const reductions: Readonly<Record<string, string>> = {
  Sum: 'sum_j x_ij',
  Mean: '(1/m) sum_{j=1}^{m} x_ij',
  Max: 'max_j x_ij',
  Min: '-max_j (-x_ij)',
  Prod: 'prod_j x_ij',
};
