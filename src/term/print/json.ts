// Terms as JSON and back; whole numbers of any size travel as strings.
// Not here: text notations.
// Invariant: fromJSON(toJSON(t)) is t, and anything that is no term is a named error.
import type { Condition, Index, IndexVariable, Kind, Range, Term } from '../term.ts';
import { WhygradError } from '../error.ts';

/** The term as plain JSON values. */
export function toJSON(t: Term): unknown {
  return JSON.parse(JSON.stringify(t, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)));
}

type Json = Readonly<Record<string, unknown>>;

function fail(what: string): never {
  throw new WhygradError('bad-term', `This is not a formula in JSON: ${what}.`, { hint: 'Use what toJSON returned.' });
}
function object(v: unknown): Json {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) fail('an object is missing');
  return v as Json;
}
const list = (v: unknown): readonly unknown[] => (Array.isArray(v) ? v : fail('a list is missing'));
const text = (v: unknown): string => (typeof v === 'string' ? v : fail('a text is missing'));
const whole = (v: unknown): number =>
  typeof v === 'number' && Number.isSafeInteger(v) ? v : fail('a whole number is missing');
const big = (v: unknown): bigint =>
  typeof v === 'string' && /^-?\d{1,10000}$/.test(v) ? BigInt(v) : fail('a number is malformed');
function oneOf<T extends string>(v: unknown, allowed: readonly T[]): T {
  return allowed.find((a) => a === v) ?? fail(`${JSON.stringify(v)} is not one of ${allowed.join(', ')}`);
}

function variable(v: unknown, depth: number): IndexVariable {
  if (depth > deepest) fail('it is nested too deeply');
  const j = object(v);
  switch (oneOf(j['kind'], ['free', 'bound', 'end', 'data'])) {
    case 'free':
      return { kind: 'free', name: text(j['name']) };
    case 'bound':
      return { kind: 'bound', depth: whole(j['depth']) };
    case 'end':
      return { kind: 'end', set: text(j['set']) };
    case 'data':
      return { kind: 'data', name: text(j['name']), indices: list(j['indices']).map((i) => index(i, depth + 1)) };
  }
}

function index(v: unknown, depth = 0): Index {
  const j = object(v);
  if (j['kind'] === 'at') return { kind: 'at', position: whole(j['position']) };
  if (j['kind'] !== 'affine') return variable(v, depth);
  return {
    kind: 'affine',
    terms: list(j['terms']).map((t) => ({
      variable: variable(object(t)['variable'], depth),
      times: whole(object(t)['times']),
    })),
    plus: whole(j['plus']),
  };
}

const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const;

function condition(v: unknown, depth: number): Condition {
  const j = object(v);
  const kind = oneOf(j['kind'], ['compare', 'position', 'and', 'or', 'not']);
  switch (kind) {
    case 'compare':
      return { kind, op: oneOf(j['op'], comparisons), left: term(j['left'], depth), right: term(j['right'], depth) };
    case 'position':
      return { kind, op: oneOf(j['op'], comparisons), left: index(j['left']), right: index(j['right']) };
    case 'and':
    case 'or':
      return { kind, all: list(j['all']).map((c) => condition(c, depth + 1)) };
    case 'not':
      return { kind, of: condition(j['of'], depth + 1) };
  }
}

function range(v: unknown): Range {
  const j = object(v);
  return {
    set: text(j['set']),
    from: j['from'] === null ? null : index(j['from']),
    to: j['to'] === null ? null : index(j['to']),
  };
}
const letters = (v: unknown): readonly [string, string] => {
  const [a, b] = list(v);
  return [text(a), text(b)];
};

const functions = [
  'exp',
  'log',
  'sqrt',
  'abs',
  'sign',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'sigmoid',
  'softplus',
  'relu',
  'erf',
  'max',
  'min',
] as const;

const readers: {
  readonly [K in Kind]: (j: Json, below: (v: unknown) => Term, depth: number) => Extract<Term, { kind: K }>;
} = {
  num: (j) => {
    const [num, den] = [big(j['num']), big(j['den'])];
    return den > 0n ? { kind: 'num', num, den } : fail('a denominator is not positive');
  },
  constant: (j) => ({ kind: 'constant', name: oneOf(j['name'], ['pi', 'e']) }),
  size: (j) => ({ kind: 'size', set: text(j['set']) }),
  position: (j) => ({ kind: 'position', index: index(j['index']) }),
  entry: (j) => ({ kind: 'entry', name: text(j['name']), indices: list(j['indices']).map((i) => index(i)) }),
  delta: (j) => ({ kind: 'delta', left: index(j['left']), right: index(j['right']) }),
  bracket: (j, _below, depth) => ({ kind: 'bracket', condition: condition(j['condition'], depth) }),
  if: (j, below, depth) => ({
    kind: 'if',
    condition: condition(j['condition'], depth),
    then: below(j['then']),
    else: below(j['else']),
  }),
  add: (j, below) => ({ kind: 'add', terms: list(j['terms']).map(below) }),
  mul: (j, below) => ({ kind: 'mul', factors: list(j['factors']).map(below) }),
  pow: (j, below) => ({ kind: 'pow', base: below(j['base']), exponent: below(j['exponent']) }),
  call: (j, below) => ({ kind: 'call', fn: oneOf(j['fn'], functions), args: list(j['args']).map(below) }),
  apply: (j, below) => ({
    kind: 'apply',
    fn: text(j['fn']),
    orders: list(j['orders']).map(whole),
    args: list(j['args']).map(below),
  }),
  reduce: (j, below, depth) => ({
    kind: 'reduce',
    op: oneOf(j['op'], ['sum', 'prod', 'max', 'min']),
    letter: text(j['letter']),
    range: range(j['range']),
    where: j['where'] === null ? null : condition(j['where'], depth),
    body: below(j['body']),
  }),
  inverse: (j, below) => ({
    kind: 'inverse',
    letters: letters(j['letters']),
    set: text(j['set']),
    body: below(j['body']),
    row: index(j['row']),
    column: index(j['column']),
  }),
  determinant: (j, below) => ({
    kind: 'determinant',
    letters: letters(j['letters']),
    set: text(j['set']),
    body: below(j['body']),
  }),
  partial: (j, below, depth) => {
    const by = term(j['by'], depth);
    return by.kind === 'entry'
      ? { kind: 'partial', body: below(j['body']), by, held: list(j['held']).map(text) }
      : fail('a derivative is by an entry');
  },
};
const kinds = Object.keys(readers) as Kind[];

// Deeper than anything that reading produces (the limit there is 200), so that a hostile file cannot overflow the
// stack.
const deepest = 1000;

function term(v: unknown, depth: number): Term {
  if (depth > deepest) fail('it is nested too deeply');
  const j = object(v);
  const read = readers[oneOf(j['kind'], kinds)];
  return read(j, (x) => term(x, depth + 1), depth + 1);
}

/** The term that `toJSON` wrote. Throws WhygradError('bad-term') for anything else. */
export const fromJSON = (json: unknown): Term => term(json, 0);
