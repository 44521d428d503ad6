// Rows of the function table: functions of vectors and matrices, and notations that look like calls.
// Not here: elementary functions (`functions.ts`), compound and refused ones (`known-functions.ts`).
// Invariant: what a row says is all that is said of the function; every reader takes its meaning from here.
import { must } from './must.ts';
import { call, divide, mul, negate, pow, rational, reciprocal, subtract, type Term } from './term.ts';
import type { Along, FormName, FunctionRow, Gives, Operation, Takes } from './function-row.ts';

const exp = (t: Term): Term => call('exp', t);
const log = (t: Term): Term => call('log', t);
const square = (t: Term): Term => pow(t, rational(2));

/** A function of the entries of one vector. */
const entries = (
  names: readonly string[],
  along: 'last' | 'all',
  gives: Gives,
  term: (x: Term, along: Along) => Term,
  more: Partial<FunctionRow> = {},
): FunctionRow => ({
  names,
  arity: 1,
  takes: 'vector',
  gives,
  reserved: true,
  definable: true,
  prefix: [],
  means: { kind: 'entries', along, term: ([x], a) => term(must(x), a) },
  ...more,
});
const pairs = (names: readonly string[], term: (x: Term, y: Term, along: Along) => Term): FunctionRow => ({
  names,
  arity: 2,
  takes: 'vector',
  gives: 'number',
  reserved: false,
  definable: true,
  prefix: [],
  means: { kind: 'entries', along: 'all', term: ([x, y], a) => term(must(x), must(y), a) },
});

const mean = (t: Term, along: Along): Term => mul(reciprocal(along.count()), along.sum(t));
const variance = (x: Term, along: Along): Term => {
  const middle = mean(x, along);
  return mean(square(subtract(x, middle)), along);
};

const tells = {
  as: 'the mean of the squared differences from the mean',
  because: 'it is divided by n; write the sum for n - 1',
};

const operation = (
  names: readonly string[],
  operation: Operation,
  takes: Takes,
  gives: Gives,
  more: Partial<FunctionRow> = {},
): FunctionRow => ({
  names,
  arity: 1,
  takes,
  gives,
  reserved: true,
  definable: false,
  prefix: [],
  means: { kind: 'operation', operation },
  ...more,
});

export const vectorRows: readonly FunctionRow[] = [
  entries(['softmax', 'Softmax', 'SoftMax'], 'last', 'same', (x, a) => divide(exp(x), a.sum(exp(x))), {
    prefix: ['softmax', 'Softmax'],
  }),
  entries(['log_softmax', 'logsoftmax', 'LogSoftmax'], 'last', 'same', (x, a) => subtract(x, log(a.sum(exp(x))))),
  entries(['logsumexp', 'lse', 'LSE', 'log_sum_exp'], 'last', 'number', (x, a) => log(a.sum(exp(x))), {
    prefix: ['logsumexp'],
  }),
  entries(['norm'], 'all', 'number', (x, a) => call('sqrt', a.sum(square(x))), { takes: 'whole', english: true }),
  entries(['sum'], 'all', 'number', (x, a) => a.sum(x), { takes: 'whole', definable: false, runs: true }),
  entries(['mean'], 'all', 'number', mean, { takes: 'whole' }),
  entries(['var', 'variance'], 'all', 'number', variance, { takes: 'whole', reserved: false, english: true, tells }),
  entries(['std', 'stddev'], 'all', 'number', (x, a) => call('sqrt', variance(x, a)), {
    takes: 'whole',
    reserved: false,
    tells,
  }),
  pairs(['CE', 'CrossEntropy', 'cross_entropy'], (y, p, a) => negate(a.sum(mul(y, log(p))))),
  operation(['tr', 'trace', 'Tr'], 'trace', 'matrix', 'number', { prefix: ['tr', 'trace', 'Tr'] }),
  operation(['det'], 'determinant', 'matrix', 'number', { prefix: ['det'] }),
  operation(['inv'], 'inverse', 'matrix', 'matrix'),
  operation(['transpose'], 'transpose', 'matrix', 'matrix'),
  operation(['diag', 'Diag'], 'diagonal', 'whole', 'diagonal', { prefix: ['diag'] }),
  operation(['rowsum'], 'row-sum', 'matrix', 'column', { definable: true }),
  operation(['dot'], 'dot', 'whole', 'number', { arity: 2, definable: true }),
  operation(['inner'], 'inner', 'whole', 'number', { arity: 2, reserved: false, definable: true, english: true }),
];

const form = (name: string, form: FormName, arity: number | 'many', gives: Gives = 'number'): FunctionRow => ({
  names: [name],
  arity,
  takes: 'anything',
  gives,
  reserved: true,
  definable: name === 'd',
  prefix: [],
  ...(name === 'size' || name === 'if' ? { english: true as const } : {}),
  means: { kind: 'form', form },
});

/** Notations that look like calls: a case, the number of a position, a length, a derivative, δ(i, j). */
export const formRows: readonly FunctionRow[] = [
  form('if', 'if', 3),
  form('pos', 'position', 1),
  form('size', 'size', 2),
  form('d', 'derivative', 'many'),
  form('delta', 'delta', 2),
  form('prod', 'product', 1),
  form('vec', 'vec', 1, 'same'),
];
