// What the functions that are no elementary ones take and give: matrices, vectors, numbers.
// Not here: their meaning (`calls.ts`, `known-calls.ts`).
// Invariant: names alone; a name that a text gives is looked up there first.
export const matrixArguments: ReadonlySet<string> = new Set(['det', 'tr', 'trace', 'inv', 'transpose']);
export const vectorArguments: ReadonlySet<string> = new Set([
  'softmax',
  'logsumexp',
  'log_softmax',
  'logsoftmax',
  'lse',
  'LSE',
]);
export const scalarResults: ReadonlySet<string> = new Set([
  'det',
  'tr',
  'trace',
  'norm',
  'logsumexp',
  'lse',
  'LSE',
  'sum',
  'mean',
  'var',
  'std',
  'pos',
  'size',
  'if',
  'delta',
  'dot',
  'inner',
]);
