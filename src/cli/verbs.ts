// The verbs of the command line: their words, flags and examples.
// Not here: what they do; each has a file of its own, loaded when it is called.
// Invariant: this table is all that `--help` says and all that is accepted.
import type { Flag, Verb } from './verb.ts';

const help: Flag = { say: 'show this' };
const within: Flag = {
  value: 'FILE|NAME',
  say: 'the document that says what the names mean: a file, or a name from whygrad list',
};
const given: Flag = {
  value: 'EQ',
  many: true,
  say: 'a definition, assumption or size, like "p_j = exp(z_j)/sum_k exp(z_k)" or "sum_j y_j = 1"',
};
const format = (...oneOf: string[]): Flag => ({
  value: oneOf.join('|'),
  oneOf,
  say: `how to print the result (${oneOf[0]} unless said)`,
});

const derive: Verb = {
  words: 'QUESTION',
  least: 1,
  most: 1,
  say: 'Derive a derivative, with every step named and checked.',
  flags: {
    in: within,
    given,
    by: { value: 'ROUTE', oneOf: ['auto', 'quotient', 'product', 'log'], say: 'the way to go' },
    detail: { value: 'LEVEL', oneOf: ['outline', 'steps', 'all'], say: 'how many steps to print' },
    at: { value: 'FILE.json', say: 'also evaluate the result at these values' },
    format: format('text', 'latex', 'markdown', 'html', 'json'),
    help,
  },
  examples: [
    'whygrad derive dL/dz_i --in softmax-cross-entropy',
    'whygrad derive dp_j/do_i --given "p_j = exp(o_j)/sum_k exp(o_k)" --by quotient',
    'whygrad derive "d^2L/dz_i dz_j" --in notes.md --format markdown',
  ],
  load: () => import('./derive.ts'),
};

const check: Verb = {
  words: '"A = B"',
  least: 0,
  most: 1,
  say: 'Check one claim; exit code 1 when it is false.',
  flags: {
    in: within,
    given,
    jsonl: {
      say: 'read one JSON object a line from standard input, {"claim": …, "in"?, "given"?} or a step {"from": …, "to": …, "given"?, "all"?, "goal"?}, and write one verdict a line',
    },
    format: format('text', 'json'),
    help,
  },
  examples: ['whygrad check "dL/dz_i = p_i - y_i" --in softmax-cross-entropy', 'whygrad check "(a + b)^2 = a^2 + b^2"'],
  load: () => import('./check.ts'),
};

const mcp: Verb = {
  words: '',
  least: 0,
  most: 0,
  say: 'Serve assistants over standard input and output (Model Context Protocol): they can check every line they write.',
  flags: { root: { value: 'DIR', say: 'files below this folder may be named; without it no file is read' }, help },
  examples: ['whygrad mcp', 'whygrad mcp --root docs'],
  load: () => import('./mcp.ts'),
};

const lsp: Verb = {
  words: '',
  least: 0,
  most: 0,
  say: 'Serve editors over standard input and output (Language Server Protocol): verdicts as a derivation is written.',
  flags: { stdio: { say: 'as editors say it; there is nothing else' }, help },
  examples: ['whygrad lsp'],
  load: () => import('./lsp.ts'),
};

const evaluate: Verb = {
  words: 'EXPRESSION',
  least: 1,
  most: 1,
  say: 'Evaluate an expression, derivatives included, at given values.',
  flags: {
    in: within,
    given,
    values: { value: 'FILE.json', say: 'values by name: {"n": 3, "z": [1, 2, 3]}' },
    base: { value: '0|1', oneOf: ['0', '1'], say: 'where integers given for index names count from (1 unless said)' },
    format: format('text', 'json'),
    help,
  },
  examples: [
    'whygrad evaluate "exp(z_j)/sum_k exp(z_k)" --values values.json',
    'whygrad evaluate dL/dz_i --in softmax-cross-entropy --values values.json --format json',
  ],
  load: () => import('./evaluate.ts'),
};

const lint: Verb = {
  words: 'FILE...',
  least: 1,
  most: Infinity,
  say: 'Judge every equality of documents; exit code 1 when one is false. FILE may be a pattern in quotes; - reads standard input.',
  flags: {
    format: format('text', 'json', 'sarif', 'github'),
    strict: { say: 'show unclear claims, too, and exit with code 1 for them' },
    budget: {
      value: 'N',
      say: 'grant each claim N times the usual work (1); exit code 3 when that was not enough for one',
    },
    fix: { say: 'put in every fix that makes its claim hold, and write the files' },
    why: { say: 'show how the quantities were read, with the evidence, and what became of each statement' },
    baseline: { value: 'FILE', say: 'leave out the findings that this file accepts' },
    'update-baseline': { say: 'accept all findings: write them to the baseline' },
    help,
  },
  examples: [
    'whygrad lint notes.md',
    'whygrad lint "notes/**/*.{md,tex,ipynb}" --strict',
    'whygrad lint notes.md --fix',
    'whygrad lint old.tex --baseline lint-baseline.json --update-baseline',
    'cat notes.tex | whygrad lint - --format json',
  ],
  load: () => import('./lint.ts'),
};

const explain: Verb = {
  words: 'MISTAKE',
  least: 1,
  most: 1,
  say: 'Explain a mistake that lint names: what people write, why it is wrong, the right form.',
  flags: { format: format('text', 'json'), help },
  examples: ['whygrad explain missing-sum-in-chain-rule'],
  load: () => import('./explain.ts'),
};

const doctor: Verb = {
  words: 'FILE',
  least: 1,
  most: 1,
  say: 'Run a program and judge the gradients in it; exit code 1 when one is wrong. It runs the file: limits on time, memory and files protect against accidents, but this is no sandbox.',
  flags: {
    function: { value: 'NAME', say: 'the function or Class.method to judge; every gradient unless said' },
    of: { value: 'NAME', say: 'what it is the gradient of: softmax, softmax-cross-entropy, …' },
    args: {
      value: 'z,y',
      say: 'what its arguments are, in order: z logits, p probabilities, y labels, u upstream gradient, …',
    },
    python: { value: 'PATH', say: 'the Python to run it with; the first that has what the file imports unless said' },
    timeout: { value: 'S', say: 'seconds that importing it, and each call, may take (10)' },
    strict: { say: 'exit with code 1 for an unclear verdict, too' },
    fix: { say: 'show the edit that was tried and makes it right, as a diff' },
    yes: { say: 'with --fix: change the file' },
    format: format('text', 'json', 'sarif', 'github'),
    help,
  },
  examples: ['whygrad doctor my_softmax.py', 'whygrad doctor layers.py --function Softmax.backward --of softmax'],
  load: () => import('./doctor.ts'),
};

const list: Verb = {
  words: '',
  least: 0,
  most: 0,
  say: 'List the documents of the library, or the mistakes that can be explained.',
  flags: {
    mistakes: { say: 'the mistakes instead of the documents' },
    format: format('text', 'json'),
    help,
  },
  examples: ['whygrad list', 'whygrad list --mistakes'],
  load: () => import('./list.ts'),
};

const train: Verb = {
  words: '[DOCUMENT|moons|circles|blobs|spiral|iris|digits]',
  least: 0,
  most: 1,
  say: 'Train a network that is written as formulas.',
  flags: {
    data: { value: 'FILE.csv|.npy', say: 'the examples' },
    label: { value: 'COLUMN', say: 'the column that holds the labels, by name or number' },
    hidden: { value: 'SIZES', say: 'units of the hidden layers, like 16,16' },
    epochs: { value: 'N', say: 'passes over the examples' },
    batch: { value: 'N', say: 'examples a step' },
    rate: { value: 'X', say: 'learning rate' },
    optimizer: { value: 'NAME', oneOf: ['sgd', 'momentum', 'adam', 'adamw'], say: 'the rule of the step' },
    seed: { value: 'N', say: 'the same seed gives the same bytes' },
    validation: { value: 'X', say: 'share of the examples kept for validation' },
    patience: { value: 'N', say: 'stop after so many epochs without improvement' },
    check: { say: 'compare the gradients with dual numbers before the first step' },
    out: { value: 'DIR', say: 'where the model, its history and checkpoints go' },
    resume: { value: 'DIR', say: 'go on from the last checkpoint' },
    plot: { value: 'FILE.svg', say: 'draw the decision boundary or the loss' },
    format: format('text', 'json'),
    help,
  },
  examples: [
    'whygrad train moons --seed 1 --plot moons.svg',
    'whygrad train --data flowers.csv --label species --hidden 16 --out model',
  ],
  load: () => import('./train.ts'),
};

const emit: Verb = {
  words: 'DOCUMENT|NAME',
  least: 1,
  most: 1,
  say: 'Write a document as a program in another language.',
  flags: {
    to: {
      value: 'TARGET',
      oneOf: ['javascript', 'wasm', 'numpy', 'torch', 'jax', 'c', 'onnx', 'latex'],
      say: 'the language',
    },
    question: {
      value: 'Q',
      many: true,
      say: 'what is computed: a defined name, or a question like dL/dz_i, which is derived; repeatable',
    },
    given,
    autograd: { say: 'a torch.autograd.Function, or a custom_vjp for jax, with the gradients by all inputs' },
    test: { say: 'with --to torch --autograd: tests of the gradients in test_FILE beside, for pytest' },
    shard: {
      value: 'v=tp',
      many: true,
      say: 'split the set of a letter (or of an axis: W.2=tp) over the processes of a mesh axis; repeatable (torch, jax)',
    },
    chunk: {
      value: 'v=4096',
      say: 'walk the set of a letter (or of an axis: W.2=4096) so many entries at a time, or within memory: v=200MB; nothing along it is stored but arguments and results (torch, numpy)',
    },
    names: { value: 'z=logits,y=target', say: 'other names for arguments and results' },
    sizes: { value: 'n=10,X=64x10', say: 'fixed sizes for --to wasm: faster code for these alone' },
    out: { value: 'FILE', say: 'where it is written; a loader stands beside a .wasm' },
    help,
  },
  examples: [
    'whygrad emit softmax-cross-entropy --question L --question dL/dz_i --to numpy',
    'whygrad emit softmax --to wasm --out softmax.wasm',
  ],
  load: () => import('./emit.ts'),
};

const predict: Verb = {
  words: 'DIR',
  least: 1,
  most: 1,
  say: 'Predict with a trained model.',
  flags: {
    data: { value: 'FILE', say: 'the examples' },
    label: { value: 'COLUMN', say: 'a column to leave out, by name or number' },
    format: format('text', 'json'),
    help,
  },
  examples: ['whygrad predict model --data new.csv'],
  load: () => import('./predict.ts'),
};

const serve: Verb = {
  words: '',
  least: 0,
  most: 0,
  say: 'Open the page: derivations to touch, numbers to move, lines to check. Served from the built files, for this machine alone.',
  flags: {
    port: { value: 'N', say: 'the port on 127.0.0.1 (4173; 0: any that is free)' },
    open: { say: 'open it in the browser' },
    help,
  },
  examples: ['whygrad serve --open'],
  load: () => import('./serve.ts'),
};

export const verbs: ReadonlyMap<string, Verb> = new Map(
  Object.entries({ derive, check, evaluate, lint, doctor, explain, list, train, predict, emit, serve, mcp, lsp }),
);
