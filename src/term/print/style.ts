// What a spelling decides: how names, indices, fractions, powers, functions and big operators look.
// Not here: bracketing and the walk over a term (`node.ts`, `product.ts`), which are the same in all spellings.
// Invariant: plain text is read back as the same formula, so whatever it leaves out the reader puts back.
import { must } from '../must.ts';
import { bare } from './marks.ts';
import { brackets, level, piece, type Piece } from './piece.ts';
import { latexName, lower, plainName, raise, unicodeName, type NameText } from './names.ts';
import { nameSuffixes } from '../symbols.ts';
import type { Comparison, FunctionName, ReduceOp } from '../term.ts';

/** One index as text; `simple` = one letter, which may stand in a run of letters. */
export interface IndexText {
  readonly text: string;
  readonly simple: boolean;
}

export interface Style {
  readonly name: (name: string) => NameText;
  /** A name, or whatever else has indices, with them. */
  readonly indexed: (base: string, indices: readonly IndexText[]) => string;
  readonly digits: (digits: string) => string;
  /** A sign between two parts, with the spaces that belong to it in text. */
  readonly sign: (sign: string) => string;
  /** The name of a function that is no tensor: size, pos, diag, det, inv. */
  readonly word: (name: string) => string;
  /** Whether the text of an index is one letter. */
  readonly isLetter: (text: string) => boolean;
  readonly primed: (name: string, orders: readonly number[]) => string;
  readonly inverted: (base: string) => string;
  readonly transposed: (base: string) => string;
  /** A value for each condition and one for the rest; null where a spelling nests them as `if(…)`. */
  readonly cases:
    | ((rows: readonly (readonly [value: string, condition: string])[], otherwise: string) => string)
    | null;
  /** Between two factors. */
  readonly times: (left: Piece, right: Piece) => string;
  readonly minus: string;
  /** Whether a fraction is drawn with a bar, so that its parts need no brackets. */
  readonly barred: boolean;
  readonly fraction: (numerator: Piece, denominator: Piece) => Piece;
  readonly power: (base: Piece, exponent: Piece, bare: boolean) => Piece;
  readonly bracketed: (p: Piece) => Piece;
  /** `1/n` before a trailing sum. */
  readonly coefficient: (p: Piece) => Piece;
  readonly reduceHead: (op: ReduceOp, below: string, simple: boolean, above: string | null) => string;
  readonly call: (fn: FunctionName, args: readonly Piece[], names: ReadonlySet<string>) => Piece;
  readonly derivative: (body: Piece, by: readonly Piece[], atomic: boolean, held: readonly string[]) => Piece;
  readonly comparison: { readonly [K in Comparison]: string };
  readonly and: string;
  readonly or: string;
  readonly iverson: (condition: string) => string;
  readonly constant: { readonly pi: string; readonly e: string };
  readonly delta: string;
}

const run = (indices: readonly IndexText[]): string | null =>
  indices.every((i) => i.simple) ? indices.map((i) => i.text).join('') : null;
const list = (args: readonly Piece[]): string => args.map((a) => a.text).join(', ');

const primes = (name: string, orders: readonly number[]): string =>
  name +
  (orders.length === 1 ? "'".repeat(must(orders[0])) : orders.some((o) => o > 0) ? `^{(${orders.join(',')})}` : '');

/** What the spellings that are text have in common. */
const inText = {
  digits: (digits: string): string => digits,
  sign: (sign: string): string => sign,
  word: (name: string): string => name,
  isLetter: (text: string): boolean => /^(?:\p{L}|\\[A-Za-z]+)$/u.test(text),
  primed: primes,
  inverted: (base: string): string => `${base}⁻¹`,
  transposed: (base: string): string => `${base}ᵀ`,
  cases: null,
};

const functionOf = (text: string, args: readonly Piece[]): Piece => piece(`${text}(${list(args)})`);

export const plainStyle: Style = {
  ...inText,
  name: plainName,
  indexed: (base, indices) => {
    const letters = run(indices);
    if (letters !== null && !nameSuffixes.has(letters)) return `${base}_${letters}`;
    const only = must(indices[0]);
    return indices.length === 1 && /^\d+$/.test(only.text)
      ? `${base}_${only.text}`
      : `${base}_{${indices.map((i) => i.text).join(',')}}`;
  },
  times: () => '*',
  minus: '-',
  barred: false,
  fraction: (n, d) => piece(`${n.text}/${d.text}`, level.product, { compound: true, open: d.open }),
  power: (b, e, bare) => piece(`${b.text}^${bare ? e.text : `(${e.text})`}`, level.power),
  bracketed: (p) => brackets(p, '(', ')'),
  coefficient: (p) => p,
  reduceHead: (op, below, simple, above) =>
    `${op}_${simple ? below : `{${below}}`}${above === null ? '' : `^{${above}}`} `,
  call: (fn, args) => functionOf(fn, args),
  derivative: (body, by, _atomic, held) => piece(`d(${[body.text, ...by.map((b) => b.text), ...held].join(', ')})`),
  comparison: { '=': '=', '!=': ' != ', '<': ' < ', '<=': ' <= ', '>': ' > ', '>=': ' >= ' },
  and: ' and ',
  or: ' or ',
  iverson: (c) => `1{${c}}`,
  constant: { pi: 'pi', e: 'e' },
  delta: 'delta',
};

// In LaTeX a name before a bracket could be a function; elsewhere a space tells.
const juxtapose =
  (dot: string, bracketAsksDot: boolean) =>
  (left: Piece, right: Piece): string =>
    right.begins === 'digit' || (bracketAsksDot && left.ends === 'name' && right.begins === 'bracket')
      ? ` ${dot} `
      : ' ';

const unicodeFunctions: Partial<Record<FunctionName, string>> = {
  sigmoid: 'σ',
  asin: 'arcsin',
  acos: 'arccos',
  atan: 'arctan',
};
const unicodeOperators: Record<ReduceOp, string> = { sum: 'Σ', prod: 'Π', max: 'max', min: 'min' };

export const unicodeStyle: Style = {
  ...inText,
  name: unicodeName,
  indexed: (base, indices) => {
    const letters = run(indices);
    const joined = letters ?? indices.map((i) => i.text).join(',');
    const low = letters === null ? (indices.length === 1 ? lower(joined) : null) : lower(letters);
    return base + (low ?? (letters !== null && !nameSuffixes.has(letters) ? `_${letters}` : `_{${joined}}`));
  },
  times: juxtapose('·', false),
  minus: '−',
  barred: false,
  fraction: (n, d) =>
    piece(`${n.text}/${d.text}`, level.product, { compound: true, open: d.open, begins: n.begins, ends: d.ends }),
  power: (b, e, bare) => {
    const up = raise(e.text.replaceAll('−', '-').replaceAll(' ', ''));
    return piece(up !== null ? b.text + up : `${b.text}^${bare ? e.text : `(${e.text})`}`, level.power, {
      begins: b.begins,
    });
  },
  bracketed: (p) => brackets(p, '(', ')'),
  coefficient: (p) => (p.compound ? brackets(p, '(', ')') : p),
  reduceHead: (op, below, simple, above) => {
    const low = simple || above === null ? lower(below.replaceAll(' ', '')) : null;
    const foot = low ?? (simple ? `_${below}` : `_{${below}}`);
    return `${unicodeOperators[op]}${foot}${above === null ? '' : (raise(above.replaceAll('−', '-').replaceAll(' ', '')) ?? `^{${above}}`)} `;
  },
  call: (fn, args, names) => {
    // After a name and in a list of arguments, a bar without a sign before it could mean "given".
    if (fn === 'abs') return piece(`|${list(args)}|`, level.atom, { begins: 'digit' });
    // √(x)² would be read as the root of x².
    if (fn === 'sqrt') return piece(`√(${list(args)})`, level.power);
    return functionOf(fn === 'sigmoid' && names.has('sigma') ? fn : (unicodeFunctions[fn] ?? fn), args);
  },
  derivative: (body, by, atomic, held) => {
    const order = by.length === 1 ? '' : (raise(`${by.length}`) as string);
    const below = by.map((b) => `∂${b.text}`).join('');
    const what = atomic ? `∂${order}${body.text}/${below}` : `∂${order}(${body.text})/${below}`;
    return piece(
      held.length === 0 ? what : `(${what})|_{${held.map((h) => unicodeName(h).text).join(',')}}`,
      level.product,
      { compound: true },
    );
  },
  comparison: { '=': '=', '!=': '≠', '<': '<', '<=': '≤', '>': '>', '>=': '≥' },
  and: ' ∧ ',
  or: ' ∨ ',
  iverson: (c) => `1{${c}}`,
  constant: { pi: 'π', e: 'e' },
  delta: 'δ',
};

const latexOperators: Record<ReduceOp, string> = { sum: '\\sum', prod: '\\prod', max: '\\max', min: '\\min' };
const latexFunctions: { readonly [F in FunctionName]: string } = {
  exp: '\\exp',
  log: '\\log',
  sqrt: '\\sqrt',
  abs: '\\left|',
  sign: '\\operatorname{sign}',
  sin: '\\sin',
  cos: '\\cos',
  tan: '\\tan',
  asin: '\\arcsin',
  acos: '\\arccos',
  atan: '\\arctan',
  sinh: '\\sinh',
  cosh: '\\cosh',
  tanh: '\\tanh',
  sigmoid: '\\sigma',
  softplus: '\\operatorname{softplus}',
  relu: '\\operatorname{ReLU}',
  erf: '\\operatorname{erf}',
  max: '\\max',
  min: '\\min',
};
const latexBrackets = (p: Piece): Piece => (p.tall ? brackets(p, '\\left(', '\\right)') : brackets(p, '(', ')'));
// An exponent longer than this is easier to read as the argument of \exp.
const longExponent = 30;

export const latexStyle: Style = {
  ...inText,
  word: (name) => (name === 'det' ? '\\det' : `\\operatorname{${name}}`),
  inverted: (base) => `${base}^{-1}`,
  transposed: (base) => `${base}^\\top`,
  cases: (rows, otherwise) => {
    const lines = rows.map(([value, condition]) => `${value} & \\text{if } ${condition} \\\\ `).join('');
    return `\\begin{cases} ${lines}${otherwise} & \\text{otherwise} \\end{cases}`;
  },
  name: latexName,
  indexed: (base, indices) => {
    const letters = run(indices);
    if (letters === null) return `${base}_{${indices.map((i) => i.text).join(',')}}`;
    return letters.length === 1
      ? `${base}_${letters}`
      : `${base}_{${indices.map((i, n) => (i.text.startsWith('\\') && n + 1 < indices.length ? `${i.text} ` : i.text)).join('')}}`;
  },
  times: juxtapose('\\cdot', true),
  minus: '-',
  barred: true,
  fraction: (n, d) =>
    piece(`\\frac{${n.text}}{${d.text}}`, level.power, {
      tall: true,
      begins: n.begins === 'digit' ? 'digit' : 'other',
      ends: 'fraction',
    }),
  power: (b, e) =>
    piece(/^[\p{L}\d]$/u.test(bare(e.text)) ? `${b.text}^${e.text}` : `${b.text}^{${e.text}}`, level.power, {
      tall: b.tall,
      begins: b.begins,
    }),
  bracketed: latexBrackets,
  coefficient: (p) => p,
  reduceHead: (op, below, simple, above) =>
    `${latexOperators[op]}_${simple && below.length === 1 ? below : `{${below}}`}${above === null ? '' : `^{${above}}`} `,
  call: (fn, args, names) => {
    const only = must(args[0]);
    if (fn === 'abs') return piece(`\\left|${only.text}\\right|`, level.atom, { tall: only.tall, begins: 'digit' });
    if (fn === 'sqrt') return piece(`\\sqrt{${only.text}}`, level.atom, { tall: true });
    if (fn === 'exp' && !names.has('e') && !only.tall && bare(only.text).length <= longExponent)
      return piece(`e^{${only.text}}`, level.power);
    const head = fn === 'sigmoid' && names.has('sigma') ? '\\operatorname{sigmoid}' : latexFunctions[fn];
    const tall = args.some((a) => a.tall);
    const closed = piece(head + latexBrackets(piece(list(args), level.atom, { tall })).text, level.atom, { tall });
    const alone =
      only.ends === 'fraction'
        ? only.level === level.power
        : only.level === level.atom && (only.ends === 'name' || only.ends === 'entry');
    const mayOpen = args.length === 1 && alone && fn !== 'sigmoid' && !latexFunctions[fn].startsWith('\\operatorname');
    return mayOpen ? piece(`${head} ${only.text}`, level.product, { open: true, tall, closed }) : closed;
  },
  derivative: (body, by, atomic, held) => {
    const order = by.length === 1 ? '\\partial' : `\\partial^${by.length}`;
    const below = by.map((b) => `\\partial ${b.text}`).join(' ');
    const what = atomic
      ? `\\frac{${order} ${body.text}}{${below}}`
      : `\\frac{${order}}{${below}} ${latexBrackets(body).text}`;
    const fixed = held.map((h) => latexName(h).text).join(',');
    return piece(held.length === 0 ? what : `\\left.${what}\\right|_{${fixed}}`, level.power, { tall: true });
  },
  comparison: { '=': ' = ', '!=': ' \\neq ', '<': ' < ', '<=': ' \\le ', '>': ' > ', '>=': ' \\ge ' },
  and: ' \\land ',
  or: ' \\lor ',
  iverson: (c) => `\\mathbb{1}\\{${c}\\}`,
  constant: { pi: '\\pi', e: 'e' },
  delta: '\\delta',
};
