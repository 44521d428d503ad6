// The MathML spelling: what browsers and printers show without a script.
// Not here: bracketing and the walk over a term (`node.ts`, `product.ts`), which are the same in all spellings.
// Invariant: every text of a piece is a row of whole elements, so that pieces may stand side by side; what a user wrote
// is escaped.
import { must } from '../must.ts';
import { level, piece, type Piece } from './piece.ts';
import { greekLetter, nameParts, type NameText } from './names.ts';
import type { IndexText, Style } from './style.ts';
import type { Comparison, FunctionName, ReduceOp } from '../term.ts';

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);
const escaped = (text: string): string => text.replace(/[&<>]/g, (c) => must(entities.get(c)));
const operator = (sign: string): string => `<mo>${escaped(sign)}</mo>`;
const identifier = (name: string): string => `<mi>${escaped(name)}</mi>`;
const row = (inside: string): string => `<mrow>${inside}</mrow>`;
const word = (text: string): string => `<mtext>${escaped(text)}</mtext>`;
/** Brackets do not grow around what is one line high. */
const bracketed = (p: Piece, left = '(', right = ')'): string => {
  const side = (sign: string): string => `<mo stretchy="${p.tall}">${sign}</mo>`;
  return row(side(left) + p.text + side(right));
};
const thin = '<mspace width="0.17em"></mspace>';

const accents: ReadonlyMap<string, string> = new Map([
  ['hat', '^'],
  ['bar', '¯'],
  ['tilde', '~'],
  ['dot', '˙'],
  ['ddot', '¨'],
  ['check', 'ˇ'],
  ['breve', '˘'],
  ['acute', '´'],
  ['grave', '`'],
]);

/** A label that stands above: `(L)`, `*`. */
const labelled = (base: string, label: string): string => `<msup>${base}${row(label)}</msup>`;

function mathmlName(name: string): NameText {
  const parts = nameParts(name);
  const base = parts.base.includes('_')
    ? mathmlName(parts.base).text
    : identifier(greekLetter(parts.base) ?? parts.base);
  const marked =
    parts.accent === null
      ? base
      : `<mover accent="true">${base}${operator(accents.get(parts.accent) ?? parts.accent)}</mover>`;
  const suffixed =
    parts.suffix === 'star'
      ? labelled(marked, operator('*'))
      : parts.suffix !== ''
        ? labelled(marked, operator('(') + identifier(greekLetter(parts.suffix) ?? parts.suffix) + operator(')'))
        : parts.label !== null
          ? labelled(marked, word(parts.label))
          : marked;
  const raised = parts.suffix !== '' || parts.label !== null;
  if (parts.args === null) return { text: suffixed, raised, call: false };
  const args = parts.args.map((a) => mathmlName(a).text).join(operator(','));
  return { text: suffixed + bracketed(piece(args)), raised: false, call: true };
}

const operators: { readonly [O in ReduceOp]: string } = { sum: '∑', prod: '∏', max: 'max', min: 'min' };
const functions: { readonly [F in FunctionName]: string } = {
  exp: 'exp',
  log: 'log',
  sqrt: '√',
  abs: '|',
  sign: 'sign',
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  asin: 'arcsin',
  acos: 'arccos',
  atan: 'arctan',
  sinh: 'sinh',
  cosh: 'cosh',
  tanh: 'tanh',
  sigmoid: 'σ',
  softplus: 'softplus',
  relu: 'ReLU',
  erf: 'erf',
  max: 'max',
  min: 'min',
};
const comparisons: { readonly [C in Comparison]: string } = {
  '=': '=',
  '!=': '≠',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
};
const list = (args: readonly Piece[]): string => args.map((a) => a.text).join(operator(','));
const subscript = (indices: readonly IndexText[]): string =>
  row(indices.map((i) => i.text).join(indices.every((i) => i.simple) ? '' : operator(',')));

/** A sum with its limits; `head` alone where it has none above. */
function limits(op: ReduceOp, below: string, above: string | null): string {
  const sign = `<mo movablelimits="false">${operators[op]}</mo>`;
  return above === null
    ? `<munder>${sign}${row(below)}</munder>`
    : `<munderover>${sign}${row(below)}${row(above)}</munderover>`;
}

export const mathmlStyle: Style = {
  name: mathmlName,
  indexed: (base, indices) => `<msub>${row(base)}${subscript(indices)}</msub>`,
  digits: (text) => `<mn>${text}</mn>`,
  sign: (text) => operator(text.trim().replace('-', '−')),
  word: (text) => identifier(text),
  isLetter: (text) => /^<mi>\p{L}<\/mi>$/u.test(text),
  primed: (name, orders) =>
    orders.length === 1
      ? `<msup>${name}${operator('′'.repeat(must(orders[0])))}</msup>`
      : orders.some((o) => o > 0)
        ? `<msup>${name}${row(operator('(') + orders.map((o) => `<mn>${o}</mn>`).join(operator(',')) + operator(')'))}</msup>`
        : name,
  inverted: (base) => `<msup>${row(base)}${row(`${operator('−')}<mn>1</mn>`)}</msup>`,
  transposed: (base) => `<msup>${row(base)}${operator('⊤')}</msup>`,
  cases: (rows, otherwise) => {
    const line = (value: string, when: string): string => `<mtr><mtd>${value}</mtd><mtd>${when}</mtd></mtr>`;
    const lines = rows.map(([value, when]) => line(value, `${word('if ')}${when}`)).join('');
    return row(`${operator('{')}<mtable columnalign="left">${lines}${line(otherwise, word('otherwise'))}</mtable>`);
  },
  times: (left, right) =>
    right.begins === 'digit' || (left.ends === 'name' && right.begins === 'bracket') ? operator('·') : thin,
  minus: operator('−'),
  barred: true,
  fraction: (n, d) =>
    piece(`<mfrac>${row(n.text)}${row(d.text)}</mfrac>`, level.power, {
      tall: true,
      begins: n.begins === 'digit' ? 'digit' : 'other',
      ends: 'fraction',
    }),
  power: (b, e) => piece(`<msup>${row(b.text)}${row(e.text)}</msup>`, level.power, { tall: b.tall, begins: b.begins }),
  bracketed: (p) => piece(bracketed(p), level.atom, { tall: p.tall, begins: 'bracket' }),
  coefficient: (p) => p,
  reduceHead: (op, below, _simple, above) => limits(op, below, above) + thin,
  call: (fn, args, names) => {
    const only = must(args[0]);
    const tall = args.some((a) => a.tall);
    if (fn === 'abs') return piece(bracketed(only, '|', '|'), level.atom, { tall, begins: 'digit' });
    if (fn === 'sqrt') return piece(`<msqrt>${only.text}</msqrt>`, level.atom, { tall: true });
    if (fn === 'exp' && !names.has('e') && !only.tall)
      return piece(`<msup><mi>e</mi>${row(only.text)}</msup>`, level.power);
    const head = fn === 'sigmoid' && names.has('sigma') ? 'sigmoid' : functions[fn];
    return piece(identifier(head) + bracketed(piece(list(args), level.atom, { tall })), level.atom, { tall });
  },
  derivative: (body, by, atomic, held) => {
    const order = by.length === 1 ? operator('∂') : `<msup>${operator('∂')}<mn>${by.length}</mn></msup>`;
    const below = by.map((b) => operator('∂') + b.text).join(thin);
    const what = atomic
      ? `<mfrac>${row(order + body.text)}${row(below)}</mfrac>`
      : `<mfrac>${order}${row(below)}</mfrac>${bracketed(body)}`;
    const fixed = held.map((h) => mathmlName(h).text).join(operator(','));
    const text = held.length === 0 ? what : `<msub>${row(`${what}<mo>|</mo>`)}${row(fixed)}</msub>`;
    return piece(text, level.power, { tall: true });
  },
  comparison: {
    '=': operator('='),
    '!=': operator(comparisons['!=']),
    '<': operator('<'),
    '<=': operator(comparisons['<=']),
    '>': operator('>'),
    '>=': operator(comparisons['>=']),
  },
  and: operator('∧'),
  or: operator('∨'),
  iverson: (condition) => `<mn>1</mn>${row(`<mo stretchy="false">{</mo>${condition}<mo stretchy="false">}</mo>`)}`,
  constant: { pi: identifier('π'), e: identifier('e') },
  delta: identifier('δ'),
};
