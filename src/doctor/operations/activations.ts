// Activations entry by entry: one table of functions, their derivatives and what people write instead.
// Not here: softmax, whose entries depend on each other (`softmax.ts`).
// Invariant: each is one record: f of x, f′ in x and o = f(x), and the slips that belong to it alone.
import { operation, type Operation } from './operation.ts';

interface Activation {
  readonly id: string;
  readonly names: RegExp;
  /** f(x); other names may be made first. */
  readonly f: string;
  readonly slope: string;
  /** Whether people write the slope in the output o alone: then giving the input instead is a slip. */
  readonly inOutput?: string;
  readonly slips?: readonly (readonly [id: string, gives: string])[];
  readonly constants?: readonly string[];
}

const OUTPUT =
  /^(o|a|s|y|t|h|p|out|outputs?|act\w*|sig\w*|tanh\w*|A\d?|result|probs?|y_?hat|last_?output|value|hidden\w*|l\d|th)$/i;

const table: readonly Activation[] = [
  {
    id: 'sigmoid',
    names: /sigmoid|logistic|nonlin|expit|\bsigm\b|\bsig\b/i,
    f: 'sigmoid(z)',
    slope: 'o * (1 - o)',
    inOutput: 'x * (1 - x)',
    slips: [
      ['lost-term', 'dz = u * o'],
      ['lost-term', 'dz = u * (1 - o)'],
      ['exponent', 'dz = u * (1 - o * o)'],
      ['exponent', 'dz = u * o * (1 - o) ** 2'],
      ['exponent', 'dz = u * o ** 2 * (1 - o)'],
      ['sign', 'dz = u * o * (1 + o)'],
      ['sign', 'dz = u * o * (o - 1)'],
      ['half-input', 'dz = u * o * (1 - z)'],
      ['half-input', 'dz = u * z * (1 - o)'],
      ['wrong-quantity', 'dz = u * exp(-z) / (1 + exp(-z))'],
      ['exponent', 'dz = u * exp(-z) / (1 + exp(-z))'],
    ],
  },
  {
    id: 'tanh',
    names: /tanh/i,
    f: 'tanh(z)',
    slope: '1 - o ** 2',
    inOutput: '1 - x ** 2',
    slips: [
      ['exponent', 'dz = u * (1 - o)'],
      ['lost-term', 'dz = -u * o ** 2'],
      ['sign', 'dz = u * (1 + o ** 2)'],
      ['exponent', 'dz = u * (1 - o) ** 2'],
      ['wrong-quantity', 'dz = u * o * (1 - o)'],
      ['exponent', 'dz = u * (1 - o ** 4)'],
    ],
  },
  {
    id: 'relu',
    names: /relu|rectif/i,
    f: 'relu(z)',
    slope: 'z > 0',
    slips: [
      ['relu-mask-ge', 'dz = u'],
      ['relu-returns-input', 'dz = relu(z)'],
      ['relu-returns-input', 'dz = u * relu(z)'],
      ['input-not-output', 'dz = u * (u > 0)'],
      ['wrong-quantity', 'dz = u * (u > 0)'],
      ['wrong-quantity', 'dz = u * z'],
      ['sign', 'dz = u * (z < 0)'],
      ['upstream-ignored', 'dz = z > 0'],
      ['relu-mask-ge', 'dz = one(u)'],
    ],
  },
  {
    id: 'leaky-relu',
    names: /leaky|lrelu|prelu/i,
    f: 'where(z > 0, z, alpha * z)',
    slope: 'where(z > 0, one(z), alpha)',
    constants: ['alpha constant small'],
    slips: [
      ['lost-factor', 'dz = u * (z > 0)'],
      ['wrong-quantity', 'dz = u * where(z > 0, one(z), alpha * z)'],
      ['lost-term', 'dz = u * where(z > 0, one(z), zero(z))'],
      ['relu-returns-input', 'dz = where(z > 0, z, alpha * z)'],
      ['relu-mask-ge', 'dz = u'],
    ],
  },
  {
    id: 'elu',
    names: /(^|[^gs])elu\b|_elu|ELU/,
    f: 'where(z > 0, z, alpha * (exp(z) - 1))',
    slope: 'where(z > 0, one(z), alpha * exp(z))',
    constants: ['alpha constant positive'],
    slips: [
      ['lost-term', 'dz = u * where(z > 0, one(z), alpha * (exp(z) - 1))'],
      ['lost-term', 'dz = u * where(z > 0, one(z), o)'],
      ['lost-constant-factor', 'dz = u * where(z > 0, one(z), exp(z))'],
      ['wrong-quantity', 'dz = u * where(z > 0, one(z), alpha)'],
    ],
  },
  {
    id: 'gelu',
    names: /gelu/i,
    f: 'z * cdf(z)',
    slope: 'cdf(z) + z * density(z)',
    slips: [
      ['lost-term', 'dz = u * cdf(z)'],
      ['lost-term', 'dz = u * z * density(z)'],
      ['lost-factor', 'dz = u * (cdf(z) + density(z))'],
      ['sign', 'dz = u * (cdf(z) - z * density(z))'],
    ],
  },
  {
    id: 'gelu',
    names: /gelu/i,
    f: 'z * (1 + tanh(0.7978845608028654 * (z + 0.044715 * z ** 3))) / 2',
    slope:
      '(1 + tanh(0.7978845608028654 * (z + 0.044715 * z ** 3))) / 2 + z / 2 * (1 - tanh(0.7978845608028654 * (z + 0.044715 * z ** 3)) ** 2) * 0.7978845608028654 * (1 + 3 * 0.044715 * z ** 2)',
    slips: [
      ['lost-term', 'dz = u * (1 + tanh(0.7978845608028654 * (z + 0.044715 * z ** 3))) / 2'],
      [
        'lost-inner-derivative',
        'th = tanh(0.7978845608028654 * (z + 0.044715 * z ** 3)); dz = u * ((1 + th) / 2 + z / 2 * (1 - th ** 2))',
      ],
      [
        'lost-inner-derivative',
        'th = tanh(0.7978845608028654 * (z + 0.044715 * z ** 3)); dz = u * ((1 + th) / 2 + z / 2 * (1 - th ** 2) * 0.7978845608028654)',
      ],
      [
        'lost-inner-derivative',
        'th = tanh(0.7978845608028654 * (z + 0.044715 * z ** 3)); dz = u * ((1 + th) / 2 + z / 2 * (1 - th ** 2) * 0.7978845608028654 * (1 + 0.044715 * z ** 2))',
      ],
      [
        'lost-constant-factor',
        'th = tanh(0.7978845608028654 * (z + 0.044715 * z ** 3)); dz = u * ((1 + th) / 2 + z / 2 * (1 - th ** 2) * 0.7978845608028654 * (1 + 0.044715 * z ** 2))',
      ],
      [
        'lost-constant-factor',
        'th = tanh(0.7978845608028654 * (z + 0.044715 * z ** 3)); dz = u * ((1 + th) / 2 + z * (1 - th ** 2) * 0.7978845608028654 * (1 + 3 * 0.044715 * z ** 2))',
      ],
      [
        'exponent',
        'th = tanh(0.7978845608028654 * (z + 0.044715 * z ** 3)); dz = u * ((1 + th) / 2 + z / 2 * (1 - th) * 0.7978845608028654 * (1 + 3 * 0.044715 * z ** 2))',
      ],
    ],
  },
  {
    id: 'silu',
    names: /silu|swish/i,
    f: 'z * sigmoid(z)',
    slope: 'sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))',
    slips: [
      ['lost-term', 'dz = u * z * sigmoid(z) * (1 - sigmoid(z))'],
      ['lost-term', 'dz = u * sigmoid(z)'],
      ['lost-factor', 'dz = u * (sigmoid(z) + sigmoid(z) * (1 - sigmoid(z)))'],
      ['sign', 'dz = u * (sigmoid(z) - z * sigmoid(z) * (1 - sigmoid(z)))'],
      ['lost-term', 'dz = u * sigmoid(z) * (1 - sigmoid(z))'],
      ['wrong-quantity', 'dz = u * (o + z * sigmoid(z) * (1 - sigmoid(z)))'],
      ['wrong-quantity', 'dz = u * o * (1 - o)'],
    ],
  },
  {
    id: 'softplus',
    names: /softplus/i,
    f: 'softplus(z)',
    slope: 'sigmoid(z)',
    slips: [
      ['sign-in-argument', 'dz = u * sigmoid(-z)'],
      ['wrong-quantity', 'dz = u * sigmoid(z) * (1 - sigmoid(z))'],
      ['lost-factor', 'dz = u / (1 + exp(z))'],
      ['lost-factor', 'dz = u * exp(z)'],
    ],
  },
  {
    id: 'softsign',
    names: /softsign/i,
    f: 'z / (1 + abs(z))',
    slope: '1 / (1 + abs(z)) ** 2',
    slips: [['exponent', 'dz = u / (1 + abs(z))']],
  },
  {
    id: 'exp',
    names: /^exp(_|\b)|\bexp(onential)?_?layer/i,
    f: 'exp(z)',
    slope: 'o',
    slips: [['identity-backward', 'dz = u']],
  },
  { id: 'square', names: /^square(d)?$|^square_/i, f: 'z ** 2', slope: '2 * z' },
  { id: 'sqrt', names: /^sqrt/i, f: 'sqrt(abs(z))', slope: 'sign(z) / (2 * sqrt(abs(z)))' },
];

/** f′ with its input or its output in the other's place, the upstream left out, and the like. */
const common = (a: Activation): [string, string][] => {
  const at = (x: string): string => (a.inOutput ?? '').replaceAll('x', x);
  const slips: [string, string][] = [
    ['identity-backward', 'dz = u'],
    ['upstream-ignored', `dz = ${a.slope}`],
    ['wrong-quantity', 'dz = o'],
    ['missing-dot', 'dz = u * o'],
  ];
  if (a.inOutput !== undefined)
    slips.unshift(
      ['input-not-output', `dz = u * (${at('z')})`],
      ['activation-twice', `w = ${a.f.replaceAll('z', 'o')}; dz = u * (${at('w')})`],
    );
  // exp is its own slope, so that some of these are right.
  return slips.filter(([, gives]) => gives !== `dz = u * ${a.slope}`);
};

export const activations: readonly Operation[] = table.map((a) =>
  operation(a.id, {
    names: a.names,
    inputs: ['z batch N C normal', ...(a.constants ?? [])],
    forward: `o = ${a.f}; out = o`,
    kind: 'entries',
    backward: `dz = u * (${a.slope})`,
    given: { o: OUTPUT },
    wrongs: [...(a.slips ?? []), ...common(a)],
  }),
);
