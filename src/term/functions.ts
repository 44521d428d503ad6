// The function table: one row for every function, elementary or of vectors and matrices, with all its spellings.
// Not here: derivatives (`rules/`), float meanings (`check/`), vector code (`compile/`); the rows of compound functions
// (`known-functions.ts`) and of vectors and matrices (`vector-functions.ts`), which this file joins to those below.
// Invariant: no spelling belongs to two rows; the elementary rows are total over `FunctionName`.
import type { FunctionName } from './term.ts';
import { refusedRows, shortRows } from './known-functions.ts';
import { formRows, vectorRows } from './vector-functions.ts';
import type { FunctionRow } from './function-row.ts';

export interface FunctionRecord {
  readonly spellings: readonly string[];
  readonly latex: string;
  readonly arity: 1 | 'many';
  /** Whether a text may use the bare name for a quantity of its own. */
  readonly definable?: true;
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
  sigmoid: { spellings: ['sigma', 'sigmoid', 'logistic'], latex: '\\sigma', arity: 1, definable: true },
  softplus: { spellings: ['softplus'], latex: '\\operatorname{softplus}', arity: 1, definable: true },
  relu: { spellings: ['relu', 'ReLU', 'Relu'], latex: '\\operatorname{relu}', arity: 1, definable: true },
  erf: { spellings: ['erf'], latex: '\\operatorname{erf}', arity: 1, definable: true },
  max: { spellings: ['max'], latex: '\\max', arity: 'many' },
  min: { spellings: ['min'], latex: '\\min', arity: 'many' },
};

const elementaryRows: readonly FunctionRow[] = (Object.keys(functions) as FunctionName[]).map((fn) => {
  const { spellings, arity, definable } = functions[fn];
  return {
    names: spellings,
    arity,
    takes: 'number',
    gives: 'same',
    reserved: true,
    definable: definable ?? false,
    prefix: spellings.filter((s) => s !== 'sigma'),
    means: { kind: 'elementary', fn },
  };
});

/** Every row of the table. */
export const functionRows: readonly FunctionRow[] = [
  ...elementaryRows,
  ...vectorRows,
  ...formRows,
  ...shortRows,
  ...refusedRows,
];

const bySpelling = new Map(functionRows.flatMap((row) => row.names.map((n): [string, FunctionRow] => [n, row])));

/** The row of a spelling, if it is that of a function. */
export const functionRow = (spelling: string): FunctionRow | undefined => bySpelling.get(spelling);

/** The elementary function with this spelling, if there is one. */
export const functionNamed = (spelling: string): FunctionName | undefined => {
  const means = bySpelling.get(spelling)?.means;
  return means?.kind === 'elementary' ? means.fn : undefined;
};

const spelled = (keep: (row: FunctionRow) => boolean): string[] =>
  functionRows.filter(keep).flatMap((row) => row.names);

const reserved = new Set(spelled((r) => r.reserved));
const builtins = new Set(spelled((r) => r.reserved && r.means.kind !== 'elementary'));

/** Whether a bare name means the function in every text that says nothing else of it. */
export const isReservedFunction = (name: string): boolean => reserved.has(name);
/** The same for functions that are no elementary ones. */
export const isBuiltin = (name: string): boolean => builtins.has(name);
/** Every spelling of these. */
export const functionSpellings = (): string[] => [...reserved];
/** Every spelling of a function with a meaning. */
export const calledFunctions = (): string[] => spelled((r) => r.means.kind !== 'refused');
/** How to write what is meant by a function that has no meaning here; undefined for all others. */
export const refusalOf = (name: string): string | undefined => {
  const means = bySpelling.get(name)?.means;
  return means?.kind === 'refused' ? means.hint : undefined;
};

/** Whether a called name has a meaning, or is refused by name. */
export const isFunction = (name: string): boolean => bySpelling.has(name);
/** Whether a called name has a meaning. */
export const hasMeaning = (name: string): boolean => {
  const row = bySpelling.get(name);
  return row !== undefined && row.means.kind !== 'refused';
};
/** The same for functions that are neither elementary nor reserved: a text may use their names. */
export const isKnownFunction = (name: string): boolean => bySpelling.has(name) && !reserved.has(name);

/** The rank of a call by the rank of its argument; null where that has to be known and is not. */
export function rankGiven(row: FunctionRow, argument: number | null): number | null {
  switch (row.gives) {
    case 'number':
      return 0;
    case 'matrix':
      return 2;
    case 'same':
      return argument;
    case 'diagonal':
      return argument === null ? null : argument === 2 ? 1 : 2;
    case 'column':
      return argument === null ? null : Math.max(0, argument - 1);
  }
}

const prefixes = new Set(functionRows.flatMap((row) => row.prefix));
/** All spellings that people write without a bracket; as LaTeX commands, too. */
export const prefixFunctions = (): string[] => [...prefixes];
/** Whether people write the function without a bracket (`tr A`, `sin x`). */
export const isPrefixFunction = (name: string): boolean => prefixes.has(name);

/** Spellings of functions with a meaning that are no plain words of a language: where one stands, a formula is. */
export const formulaWords: ReadonlySet<string> = new Set(
  spelled((r) => r.means.kind !== 'refused' && !r.english && r.names.every((n) => n.length > 1)),
);

/** Functions whose names are more than letters (`log_softmax`, `log1p`), where one begins at `lastIndex`. */
export const joinedNames = new RegExp(
  `(?:${[...bySpelling.keys()].filter((n) => /[_\d][A-Za-z]/.test(n)).join('|')})(?![A-Za-z])`,
  'y',
);
