// The elementary functions: every name under which each is written, and how many arguments it takes.
// Not here: derivatives (`rules/`), float meanings (`check/`), vector code (`compile/`).
// Invariant: the table is total over `FunctionName`; no spelling belongs to two functions.
import type { FunctionName } from './term.ts';

export interface FunctionRecord {
  readonly spellings: readonly string[];
  readonly latex: string;
  readonly arity: 1 | 'many';
}

/** Every elementary function, with its spellings (the first is the plain one) and its LaTeX. */
export const functions: { readonly [F in FunctionName]: FunctionRecord } = {
  exp: { spellings: ['exp'], latex: '\\exp', arity: 1 },
  log: { spellings: ['log', 'ln'], latex: '\\log', arity: 1 },
  sqrt: { spellings: ['sqrt'], latex: '\\sqrt', arity: 1 },
  abs: { spellings: ['abs'], latex: '\\operatorname{abs}', arity: 1 },
  sign: { spellings: ['sign', 'sgn'], latex: '\\operatorname{sign}', arity: 1 },
  sin: { spellings: ['sin'], latex: '\\sin', arity: 1 },
  cos: { spellings: ['cos'], latex: '\\cos', arity: 1 },
  tan: { spellings: ['tan'], latex: '\\tan', arity: 1 },
  asin: { spellings: ['asin', 'arcsin'], latex: '\\arcsin', arity: 1 },
  acos: { spellings: ['acos', 'arccos'], latex: '\\arccos', arity: 1 },
  atan: { spellings: ['atan', 'arctan'], latex: '\\arctan', arity: 1 },
  sinh: { spellings: ['sinh'], latex: '\\sinh', arity: 1 },
  cosh: { spellings: ['cosh'], latex: '\\cosh', arity: 1 },
  tanh: { spellings: ['tanh'], latex: '\\tanh', arity: 1 },
  sigmoid: { spellings: ['sigma', 'sigmoid', 'logistic'], latex: '\\sigma', arity: 1 },
  softplus: { spellings: ['softplus'], latex: '\\operatorname{softplus}', arity: 1 },
  relu: { spellings: ['relu', 'ReLU', 'Relu'], latex: '\\operatorname{relu}', arity: 1 },
  erf: { spellings: ['erf'], latex: '\\operatorname{erf}', arity: 1 },
  max: { spellings: ['max'], latex: '\\max', arity: 'many' },
  min: { spellings: ['min'], latex: '\\min', arity: 'many' },
};

const bySpelling = new Map<string, FunctionName>(
  (Object.keys(functions) as FunctionName[]).flatMap((f) =>
    functions[f].spellings.map((s): [string, FunctionName] => [s, f]),
  ),
);

/** The elementary function with this spelling, if there is one. */
export const functionNamed = (spelling: string): FunctionName | undefined => bySpelling.get(spelling);

/** Every spelling of an elementary function and every name of `builtinNames`. */
export const functionSpellings = (): string[] => [...bySpelling.keys(), ...builtinNames];

/**
 * Names with a meaning of their own that are no elementary function: what they take is told by
 * `meaning/typed/calls.ts`.
 */
export const builtinNames: ReadonlySet<string> = new Set([
  'sum',
  'prod',
  'softmax',
  'log_softmax',
  'logsoftmax',
  'logsumexp',
  'log_sum_exp',
  'lse',
  'inv',
  'det',
  'tr',
  'trace',
  'transpose',
  'norm',
  'diag',
  'delta',
  'if',
  'pos',
  'size',
  'd',
  'mean',
  'vec',
  'dot',
  'square',
  'rowsum',
  'cot',
  'sec',
  'csc',
  'coth',
]);
