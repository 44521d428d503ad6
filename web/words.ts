// Every sentence of the page, so that its wording is read in one place.
// Not here: what the library says of steps, claims and mistakes.
// Invariant: no sentence claims more than what was computed.

const numbers = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
];
export const count = (n: number): string => numbers[n] ?? `${n}`;
export const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

export const views = {
  derive: 'Derive',
  numbers: 'Numbers',
  check: 'Check',
  moons: 'Moons',
  mistakes: 'Mistakes',
} as const;

export const page = {
  skip: 'Skip to the content',
  views: 'Views',
  home: 'whygrad, the entrance',
  copyLink: 'Copy link',
  copied: 'Copied',
  local: 'Runs in this tab. Nothing is sent anywhere.',
  offline: 'Works offline',
  terminal: 'npx whygrad',
  keys: 'Keys',
  working: 'working …',
  giveUp: 'give up',
  failed: 'The page itself failed here. What you wrote is still in the address.',
  timeout: 'This took too long and was given up.',
  hint: 'Try a smaller question, or the command line, which has no clock.',
};

export const derive = {
  other: 'Where does it come from?',
  lead: (steps: number, proved: boolean): string =>
    `${count(steps)} small step${steps === 1 ? '' : 's'}, ${proved ? (steps === 1 ? 'proved' : 'each one proved') : 'each one checked'} while you wait. Touch any term to see where it comes from.`,
  tour: 'Show me in two minutes',
  tourMore: 'seven stops, or read on',
  derive: 'Derive',
  for: 'for',
  question: 'The derivative to derive',
  document: 'The document that says what the names mean',
  own: 'your own formulas',
  ownLabel: 'Your formulas, one a line: definitions, then what you assume',
  ask: 'Derive',
  or: 'or',
  pasteOwn: 'paste your own formulas',
  examples: {
    softmax: 'softmax alone',
    layer: 'layer norm',
    network: 'two-layer network',
    attention: 'attention',
  },
  kinds: { definition: 'where', assumption: 'assume', size: 'size', domain: 'for' } as const,
  smaller: (n: number): string => plural(n, 'smaller step'),
  hide: 'hide',
  proved: 'proved',
  tested: 'tested',
  verdict: (proved: number, tested: number): string =>
    tested === 0 ? `✓ ${plural(proved, 'step')} proved` : `✓ ${plural(proved, 'step')} proved, ≈ ${tested} tested`,
  agrees: (points: number): string =>
    `agrees with dual numbers at ${plural(points, 'random point')}, largest difference `,
  route: 'by',
  routes: { auto: 'what fits best', quotient: 'the quotient rule', product: 'product and power', log: 'the logarithm' },
  detail: 'in',
  details: { outline: 'few steps', steps: 'more steps', all: 'all steps' },
  forms: {
    index: 'with indices',
    cases: 'by cases',
    matrix: 'as matrix',
    expanded: 'multiplied out',
    factored: 'factored',
  },
  numpy: 'NumPy',
  torch: 'PyTorch',
  latex: 'LaTeX',
  copy: 'Copy',
  formsLabel: 'The result in other forms',
  steps: 'The derivation, line by line',
  numberLine: (i: number): string => `for i = ${i}, with the numbers beside`,
  readAs: (text: string, as: string): string => `${text} is read as ${as}`,
  touch: 'Touch a term to see its number and where it comes from.',
  touched: 'Touched:',
  is: 'is',
  are: 'has the values',
  atIndex: (i: number): string => `at i = ${i}`,
  comesFrom: 'It comes from',
  and: 'and',
  made: 'made by',
  picked: 'picked by',
  copied: 'copied by',
  keys: 'Arrow keys go through lines and terms, Enter opens the smaller steps, t is your turn.',
};

export const bars = {
  title: 'The same, in numbers',
  p: 'p, what it says',
  y: 'y, what is true',
  gap: 'p − y, the gap',
  logit: (n: number): string => `z ${n}`,
  truth: 'true class',
  classes: 'classes',
  loss: 'loss',
  summary: (n: number, p: string, y: string, gap: string): string => `class ${n}: p ${p}, y ${y}, gap ${gap}`,
};
