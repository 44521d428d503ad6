// The verbs of the command line: their words, flags and examples.
// Not here: what they do; each has a file of its own, loaded when it is called.
// Invariant: this table is all that `--help` says and all that is accepted.
import type { Flag, Verb } from './verb.ts';

const help: Flag = { say: 'show this' };
const within: Flag = { value: 'FILE|NAME', say: 'the document that says what the names mean: a file, or a name from whygrad list' };
const given: Flag = { value: 'EQ', many: true, say: 'a definition, assumption or size, like "p_j = exp(z_j)/sum_k exp(z_k)" or "sum_j y_j = 1"' };
const format = (...oneOf: string[]): Flag => ({ value: oneOf.join('|'), oneOf, say: `how to print the result (${oneOf[0]} unless said)` });

const derive: Verb = {
  words: 'QUESTION', least: 1, most: 1,
  say: 'Derive a derivative, with every step named and checked.',
  flags: {
    in: within, given,
    by: { value: 'ROUTE', oneOf: ['auto', 'quotient', 'product', 'log'], say: 'the way to go' },
    detail: { value: 'LEVEL', oneOf: ['outline', 'steps', 'all'], say: 'how many steps to print' },
    at: { value: 'FILE.json', say: 'also evaluate the result at these values' },
    format: format('text', 'latex', 'markdown', 'html', 'json'), help,
  },
  examples: [
    'whygrad derive dL/dz_i --in softmax-cross-entropy',
    'whygrad derive dp_j/do_i --given "p_j = exp(o_j)/sum_k exp(o_k)" --by quotient',
    'whygrad derive "d^2L/dz_i dz_j" --in notes.md --format markdown',
  ],
  load: () => import('./derive.ts'),
};

const evaluate: Verb = {
  words: 'EXPRESSION', least: 1, most: 1,
  say: 'Evaluate an expression, derivatives included, at given values.',
  flags: {
    in: within, given,
    values: { value: 'FILE.json', say: 'values by name: {"n": 3, "z": [1, 2, 3]}' },
    base: { value: '0|1', oneOf: ['0', '1'], say: 'where integers given for index names count from (1 unless said)' },
    format: format('text', 'json'), help,
  },
  examples: ['whygrad evaluate "exp(z_j)/sum_k exp(z_k)" --values values.json', 'whygrad evaluate dL/dz_i --in softmax-cross-entropy --values values.json --format json'],
  load: () => import('./evaluate.ts'),
};

const list: Verb = {
  words: '', least: 0, most: 0,
  say: 'List the documents of the library.',
  flags: { format: format('text', 'json'), help },
  examples: [],
  load: () => import('./list.ts'),
};

export const verbs: ReadonlyMap<string, Verb> = new Map(Object.entries({ derive, evaluate, list }));
