// The matrix spelling of a term with one or two free index letters: diag(p) − p pᵀ from δ_ij p_i − p_i p_j.
// Not here: index forms; vectors and matrices as input.
// Invariant: null when the term has no spelling with products, transposes, ∘ and diag; never an approximation.
import { must } from '../term/must.ts';
import { indexKey, isNumber, type Reduce, type Term } from '../term/term.ts';
import { dataNames, open, visitIndices } from '../term/walk.ts';
import { print } from '../term/print.ts';

/** A matrix expression in plain notation, LaTeX and MathML; `level`: 0 sum, 1 product, 2 atom. */
export interface Spelled {
  readonly text: string;
  readonly latex: string;
  readonly mathml: string;
  readonly level: number;
}

interface Axes {
  readonly row: string;
  readonly column: string | null;
}
type Shape = 'scalar' | 'row' | 'column' | 'both';

const atomOf = (text: string, latex: string, mathml: string): Spelled => ({ text, latex, mathml, level: 2 });
const bracketed = (mathml: string): string => `<mrow><mo>(</mo>${mathml}<mo>)</mo></mrow>`;
const wrap = (s: Spelled, level: number): Spelled =>
  s.level >= level
    ? s
    : { text: `(${s.text})`, latex: `\\left(${s.latex}\\right)`, mathml: bracketed(s.mathml), level: 2 };
/** What stands between factors, in each spelling. */
type Between = Pick<Spelled, 'text' | 'latex' | 'mathml'>;
const space: Between = { text: ' ', latex: ' ', mathml: '<mspace width="0.17em"></mspace>' };
const ring: Between = { text: ' ∘ ', latex: ' \\circ ', mathml: '<mo>∘</mo>' };
const thin: Between = { ...space, latex: '\\, ' };

const joined = (parts: readonly Spelled[], between: Between, least: number, level: number): Spelled => {
  if (parts.length === 1) return must(parts[0]);
  const side = (k: keyof Between): string => parts.map((p) => wrap(p, least)[k]).join(between[k]);
  return { text: side('text'), latex: side('latex'), mathml: side('mathml'), level };
};

const ones: Spelled = atomOf('𝟏', '\\mathbf{1}', '<mi mathvariant="normal">𝟏</mi>');
const identity: Spelled = atomOf('I', 'I', '<mi>I</mi>');
const transposed = (s: Spelled): Spelled => {
  const b = wrap(s, 2);
  // LaTeX has no second superscript: the transpose of an inverse is W^{-⊤}.
  const raised = /\^(?:\{[^^]*\}|\*)$/.test(b.latex);
  const latex = b.latex.endsWith('^{-1}')
    ? b.latex.replace(/1\}$/, '\\top}')
    : `${raised ? `\\left(${b.latex}\\right)` : b.latex}^{\\top}`;
  return { text: `${b.text}^T`, latex, mathml: `<msup><mrow>${b.mathml}</mrow><mo>⊤</mo></msup>`, level: 2 };
};
const times = (...parts: readonly Spelled[]): Spelled => joined(parts, space, 1, 1);
const hadamard = (parts: readonly Spelled[]): Spelled => joined(parts, ring, 2, 0.5);
const scaled = (scalar: Spelled | null, s: Spelled): Spelled => (scalar === null ? s : joined([scalar, s], thin, 1, 1));
const diagonal = (s: Spelled): Spelled =>
  atomOf(`diag(${s.text})`, `\\operatorname{diag}(${s.latex})`, `<mi>diag</mi>${bracketed(s.mathml)}`);

/**
 * The matrix (or, without a column letter, the vector) whose entries are the term; null when there is none of this
 * kind.
 */
export function matrixForm(t: Term, row: string, column: string | null): Spelled | null {
  // rows that data choose have no spelling
  return dataNames(t).size > 0 ? null : expression(t, { row, column });
}

function shapeOf(t: Term, a: Axes): Shape {
  let row = false;
  let column = false;
  visitIndices(t, (i) => {
    const k = indexKey(i);
    row ||= k === a.row;
    column ||= a.column !== null && k === a.column;
  });
  return row ? (column ? 'both' : 'row') : column ? 'column' : 'scalar';
}

function expression(t: Term, a: Axes): Spelled | null {
  if (t.kind === 'add') {
    const parts = t.terms.map((x) => signed(x, a));
    if (parts.some((p) => p === null)) return null;
    const [first, ...rest] = parts as { negative: boolean; s: Spelled }[];
    const head = first as { negative: boolean; s: Spelled };
    const side = (k: keyof Between): string =>
      rest.reduce(
        (out, p) => out + signs[p.negative ? 'minus' : 'plus'][k] + wrap(p.s, 0.5)[k],
        `${head.negative ? leading[k] : ''}${wrap(head.s, 0.5)[k]}`,
      );
    return { text: side('text'), latex: side('latex'), mathml: side('mathml'), level: 0 };
  }
  const s = signed(t, a);
  if (s === null || !s.negative) return s === null ? null : s.s;
  const inner = wrap(s.s, 0.5);
  const side = (k: keyof Between): string => leading[k] + inner[k];
  return { text: side('text'), latex: side('latex'), mathml: side('mathml'), level: 0 };
}

const leading: Between = { text: '-', latex: '-', mathml: '<mo>−</mo>' };
const signs: { readonly [S in 'plus' | 'minus']: Between } = {
  plus: { text: ' + ', latex: ' + ', mathml: '<mo>+</mo>' },
  minus: { text: ' - ', latex: ' - ', mathml: '<mo>−</mo>' },
};

function signed(t: Term, a: Axes): { negative: boolean; s: Spelled } | null {
  if (t.kind === 'mul' && t.factors[0]?.kind === 'num' && t.factors[0].num < 0n) {
    const [n, ...rest] = t.factors;
    const positive = { ...n, num: -n.num };
    const s = product(isNumber(positive, 1) ? rest : [positive, ...rest], a);
    return s === null ? null : { negative: true, s };
  }
  const s = product(t.kind === 'mul' ? t.factors : [t], a);
  return s === null ? null : { negative: false, s };
}

function product(factors: readonly Term[], a: Axes): Spelled | null {
  const of = (shape: Shape): Term[] => factors.filter((f) => shapeOf(f, a) === shape);
  const scalars = of('scalar');
  const rows = vectors(of('row'), a.row);
  const columns = a.column === null ? [] : vectors(of('column'), a.column);
  if (rows === null || columns === null) return null;
  const scalar =
    scalars.length === 0 || scalars.every((s) => isNumber(s, 1))
      ? null
      : spell(scalars.length === 1 ? must(scalars[0]) : { kind: 'mul', factors: scalars });
  if (a.column === null)
    return rows.length === 0 ? (scalar === null ? ones : scaled(scalar, ones)) : scaled(scalar, hadamard(rows));
  const both = of('both');
  if (both.length === 0) {
    const outer = times(
      rows.length === 0 ? ones : hadamard(rows),
      transposed(columns.length === 0 ? ones : hadamard(columns)),
    );
    return scaled(scalar, outer);
  }
  if (both.length === 1 && both[0]?.kind === 'delta') {
    const all = [...rows, ...columns];
    return scaled(scalar, all.length === 0 ? identity : diagonal(hadamard(all)));
  }
  const matrices = both.map((m) => matrix(m, a));
  if (matrices.some((m) => m === null)) return null;
  const parts = [
    ...(rows.length === 0 ? [] : [times(hadamard(rows), transposed(ones))]),
    ...(columns.length === 0 ? [] : [times(ones, transposed(hadamard(columns)))]),
    ...(matrices as Spelled[]),
  ];
  return scaled(scalar, hadamard(parts));
}

/** Factors of one letter as vectors: v_i, a function of v_i element by element, a matrix times a vector. */
function vectors(factors: readonly Term[], letter: string): Spelled[] | null {
  const out = factors.map((f) => vector(f, letter));
  return out.some((v) => v === null) ? null : (out as Spelled[]);
}

function vector(t: Term, letter: string): Spelled | null {
  if (t.kind === 'entry' && t.indices.length === 1) return spell({ ...t, indices: [] });
  if (t.kind === 'reduce') return matrixTimesVector(t, letter);
  if (t.kind === 'add') return expression(t, { row: letter, column: null });
  if (t.kind === 'pow') {
    const base =
      t.exponent.kind === 'num' && t.exponent.den === 1n && t.exponent.num > 1n && t.exponent.num < 4n
        ? vector(t.base, letter)
        : null;
    return base === null || t.exponent.kind !== 'num'
      ? null
      : hadamard(Array.from({ length: Number(t.exponent.num) }, () => base));
  }
  return t.kind === 'call' ? elementwise(t, letter) : null;
}

/** A function of entries with just this letter, written with the vectors themselves. */
function elementwise(t: Term, letter: string): Spelled | null {
  let plain = true;
  const strip = (x: Term): Term => {
    if (x.kind === 'entry') {
      if (x.indices.length === 1 && indexKey(must(x.indices[0])) === letter) return { ...x, indices: [] };
      if (x.indices.length > 0) plain = false;
      return x;
    }
    if (x.kind === 'call') return { ...x, args: x.args.map(strip) };
    if (x.kind === 'add') return { ...x, terms: x.terms.map(strip) };
    if (x.kind === 'num') return x;
    plain = false;
    return x;
  };
  const s = strip(t);
  return plain ? spell(s) : null;
}

function matrixTimesVector(t: Reduce, letter: string): Spelled | null {
  if (t.op !== 'sum' || t.where !== null || t.range.from !== null) return null;
  const inner = freshLetter(t);
  const s = chain(open(t.body, { kind: 'free', name: inner }), { row: letter, column: null }, inner);
  return s;
}

function matrix(t: Term, a: Axes): Spelled | null {
  if (t.kind === 'delta') return identity;
  if (t.kind === 'add') return expression(t, a);
  if (t.kind === 'entry' || t.kind === 'inverse') {
    const [r, c] = t.kind === 'entry' ? t.indices : [t.row, t.column];
    if (r === undefined || c === undefined || (t.kind === 'entry' && t.indices.length !== 2)) return null;
    const whole = t.kind === 'entry' ? spell({ ...t, indices: [] }) : inverseSpelled(t.body);
    if (whole === null) return null;
    if (indexKey(r) === a.row && indexKey(c) === a.column) return whole;
    return indexKey(r) === a.column && indexKey(c) === a.row ? transposed(whole) : null;
  }
  if (t.kind === 'reduce' && t.op === 'sum' && t.where === null && t.range.from === null) {
    const inner = freshLetter(t);
    return chain(open(t.body, { kind: 'free', name: inner }), a, inner);
  }
  return null;
}

const inverseSpelled = (body: Term): Spelled | null =>
  body.kind === 'entry' &&
  body.indices.length === 2 &&
  indexKey(must(body.indices[0])) === '#1' &&
  indexKey(must(body.indices[1])) === '#0'
    ? atomOf(
        `inv(${print({ ...body, indices: [] })})`,
        `${print({ ...body, indices: [] }, { spelling: 'latex' })}^{-1}`,
        `<msup><mrow>${print({ ...body, indices: [] }, { spelling: 'mathml' })}</mrow><mrow><mo>−</mo><mn>1</mn></mrow></msup>`,
      )
    : null;

let counter = 0;
const freshLetter = (_t: Reduce): string => `~${counter++}`;

/** Σ_k L_ik R_kj as L R, with what depends on k alone as diag in between. */
function chain(body: Term, a: Axes, k: string): Spelled | null {
  const factors = body.kind === 'mul' ? body.factors : [body];
  const left: Term[] = [];
  const right: Term[] = [];
  const middle: Term[] = [];
  for (const f of factors) {
    const withRow = shapeOf(f, { row: a.row, column: null }) === 'row';
    const withColumn = a.column !== null && shapeOf(f, { row: a.column, column: null }) === 'row';
    if (withRow && withColumn) return null;
    (withRow ? left : withColumn ? right : middle).push(f);
  }
  const one = (fs: readonly Term[], axes: Axes): Spelled | null => (fs.length === 1 ? matrix(must(fs[0]), axes) : null);
  const l = left.length === 0 ? null : one(left, { row: a.row, column: k });
  const r = right.length === 0 ? null : one(right, { row: k, column: a.column });
  const m = vectors(middle, k);
  if (m === null || (left.length > 0 && l === null) || (right.length > 0 && r === null)) return null;
  if (l !== null && r !== null) return m.length === 0 ? times(l, r) : times(l, diagonal(hadamard(m)), r);
  if (l !== null && a.column === null) return times(l, m.length === 0 ? ones : hadamard(m));
  return null;
}

function spell(t: Term): Spelled {
  // a Σ reaches over what follows it, below a bar, too, so it is bracketed like a sum
  const isOpen = (f: Term): boolean => f.kind === 'reduce' || (f.kind === 'pow' && f.base.kind === 'reduce');
  const level =
    t.kind === 'add' || isOpen(t) || (t.kind === 'mul' && t.factors.some(isOpen)) ? 0 : t.kind === 'mul' ? 1 : 2;
  return { text: print(t), latex: print(t, { spelling: 'latex' }), mathml: print(t, { spelling: 'mathml' }), level };
}
