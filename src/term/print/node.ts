// How each kind of node is printed, in any spelling.
// Not here: the spellings (`style.ts`), products and fractions (`product.ts`), matrix expressions (`matrix.ts`).
// Invariant: one visit a node; brackets stand only where the text would otherwise be read differently.
import { lastOf, must } from '../must.ts';
import { mark } from './marks.ts';
import { level, piece, type Piece } from './piece.ts';
import { atLeast, numberPiece, powerPiece, productPiece, type Signed } from './product.ts';
import { matrixText } from './matrix.ts';
import { chooseLetter } from './scope.ts';
import { indexText, setText, tellingIndices, type Frame, type Printer } from './printer.ts';
import { unicodeStyle, type IndexText } from './style.ts';
import { shiftIndex } from '../walk.ts';
import {
  addIndices,
  asAffine,
  at,
  mul,
  one,
  rational,
  type Comparison,
  type Condition,
  type Entry,
  type Index,
  type Kind,
  type Partial,
  type Range,
  type Reduce,
  type Term,
} from '../term.ts';

// --- conditions ------------------------------------------------------------------------------------------------------

/** The opposite of each comparison, and the comparison with its sides exchanged. */
const opposite: { readonly [K in Comparison]: Comparison } = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const flipped: { readonly [K in Comparison]: Comparison } = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** The condition that holds where `c` does not, without a "not". */
function negated(c: Condition): Condition {
  switch (c.kind) {
    case 'compare':
    case 'position':
      return { ...c, op: opposite[c.op] };
    case 'and':
      return { kind: 'or', all: c.all.map(negated) };
    case 'or':
      return { kind: 'and', all: c.all.map(negated) };
    case 'not':
      return c.of;
  }
}

export function conditionText(c: Condition, p: Printer): string {
  const inner =
    (kind: 'and' | 'or') =>
    (x: Condition): string =>
      x.kind === kind ? p.style.bracketed(piece(conditionText(x, p))).text : conditionText(x, p);
  switch (c.kind) {
    case 'compare':
      return node(c.left, p).text + p.style.comparison[c.op] + node(c.right, p).text;
    case 'position':
      return indexText(c.left, p).text + p.style.comparison[c.op] + indexText(c.right, p).text;
    case 'and':
      return c.all.map(inner('or')).join(p.style.and);
    case 'or':
      return c.all.map(inner('and')).join(p.style.or);
    case 'not':
      return conditionText(negated(c.of), p);
  }
}

/** The conditions of a restricted sum, each as `j ≠ …` for its bound index j; null where one cannot be written so. */
function restrictions(c: Condition, p: Printer): Condition[] | null {
  if (c.kind === 'and') {
    const all = c.all.map((x) => restrictions(x, p));
    return all.some((x) => x === null) ? null : all.flatMap((x) => x ?? []);
  }
  if (c.kind === 'not') return restrictions(negated(c.of), p);
  if (c.kind !== 'position' || c.op === '=') return null;
  const difference = addIndices(c.left, c.right, -1);
  const times = asAffine(difference).terms.find((t) => t.variable.kind === 'bound' && t.variable.depth === 0)?.times;
  if (times !== 1 && times !== -1) return null;
  // `k < i` needs a reader to know i for an index: otherwise it binds both, and a limit i−1 makes i a size.
  if (
    c.op !== '!=' &&
    asAffine(difference).terms.some((t) => t.variable.kind === 'free' && !p.taken.indexLetters.has(t.variable.name))
  )
    return null;
  const own: Index = { kind: 'bound', depth: 0 };
  const other = addIndices(at(0), addIndices(difference, own, -times), -times);
  return [{ kind: 'position', op: times === 1 ? c.op : flipped[c.op], left: own, right: other }];
}

// --- binders ---------------------------------------------------------------------------------------------------------

function bind<T>(letters: readonly string[], p: Printer, inside: (frames: readonly Frame[]) => T): T {
  const frames = letters.map((wanted): Frame => {
    const letter = chooseLetter(wanted, p.taken.letters, p.scope);
    p.scope.add(letter);
    const frame = { letter, told: false };
    p.frames.push(frame);
    return frame;
  });
  const result = inside(frames);
  for (const frame of frames) {
    p.scope.delete(frame.letter);
    p.frames.pop();
  }
  return result;
}

/**
 * `k < i` as the range 1 … i−1, because below a big operator it could be read as binding both letters; the conditions
 * that are left.
 */
function asRange(
  t: Reduce,
  conditions: readonly Condition[],
): { readonly range: Range; readonly rest: readonly Condition[] } {
  let range = t.range;
  const rest: Condition[] = [];
  for (const c of conditions) {
    if (c.kind !== 'position' || c.op === '!=' || range.set === '') {
      rest.push(c);
      continue;
    }
    const outside = shiftIndex(c.right, -1, 1);
    if ((c.op === '<' || c.op === '<=') && range.to === null)
      range = { ...range, from: range.from ?? at(1), to: addIndices(outside, at(c.op === '<' ? -1 : 0)) };
    else if ((c.op === '>' || c.op === '>=') && range.from === null)
      range = { ...range, from: addIndices(outside, at(c.op === '>' ? 1 : 0)) };
    else rest.push(c);
  }
  return { range, rest };
}

/** A sum or product whose condition cannot stand below its sign has it as a bracket or case in its body. */
function conditionInside(t: Reduce, where: Condition): Reduce {
  if (t.op === 'sum') return { ...t, where: null, body: mul({ kind: 'bracket', condition: where }, t.body) };
  if (t.op === 'prod') return { ...t, where: null, body: { kind: 'if', condition: where, then: t.body, else: one } };
  return t;
}

const isWhole = (t: Reduce): boolean => t.range.from === null && t.range.to === null && t.where === null;

function reducePiece(given: Reduce, p: Printer): Piece {
  const restricted = given.where === null ? [] : restrictions(given.where, p);
  const t = given.where !== null && restricted === null ? conditionInside(given, given.where) : given;
  const { range, rest } = asRange(t, restricted ?? []);
  const chain: Reduce[] = [t];
  for (let b = t.body; isWhole(t) && b.kind === 'reduce' && b.op === t.op && isWhole(b); b = b.body) chain.push(b);
  const written = rangeText(range, p);
  const last = lastOf(chain);
  return bind(
    chain.map((c) => c.letter),
    p,
    (frames) => {
      const body = node(last.body, p);
      // An index that no tensor has in the body must say its range, which nothing else tells.
      const silent = frames.map((f, n) => !f.told && must(chain[n]).range.set !== '');
      const limits =
        t.where !== null && silent[0] === true && written.to === null
          ? { from: p.style.digits('1'), to: setText(t.range.set, p) }
          : written;
      const letter = p.style.name(must(frames[0]).letter).text;
      const below =
        restricted === null && t.where !== null
          ? letter + p.style.sign(': ') + conditionText(t.where, p)
          : rest.length === 0
            ? null
            : rest.map((c) => conditionText(c, p)).join(p.style.sign(', '));
      const text = heads(chain, frames, silent, limits, below, p) + atLeast(body, level.product, p.style).text;
      return piece(text, level.product, { open: true, tall: true, compound: body.compound });
    },
  );
}

function rangeText({ from, to, set }: Range, p: Printer): { from: string | null; to: string | null } {
  if (from === null && to === null) return { from: null, to: null };
  return {
    from: from === null ? p.style.digits('1') : indexText(from, p).text,
    to: to === null ? setText(set, p) : indexText(to, p).text,
  };
}

function heads(
  chain: readonly Reduce[],
  frames: readonly Frame[],
  silent: readonly boolean[],
  range: { from: string | null; to: string | null },
  where: string | null,
  p: Printer,
): string {
  const first = must(chain[0]);
  const letter = (n: number): string => p.style.name(must(frames[n]).letter).text;
  if (range.to !== null) {
    const from = letter(0) + p.style.sign('=') + range.from;
    return p.style.reduceHead(first.op, where === null ? from : from + p.style.sign(', ') + where, false, range.to);
  }
  if (where !== null) return p.style.reduceHead(first.op, where, false, null);
  if (silent.every((s) => !s) && chain.length > 1)
    return p.style.reduceHead(first.op, frames.map((_, n) => letter(n)).join(p.style.sign(',')), false, null);
  return chain
    .map((c, n) =>
      silent[n] === true
        ? p.style.reduceHead(c.op, letter(n) + p.style.sign('=') + p.style.digits('1'), false, setText(c.range.set, p))
        : p.style.reduceHead(c.op, letter(n), [...letter(n)].length === 1, null),
    )
    .join('');
}

// --- nodes -----------------------------------------------------------------------------------------------------------

function entryPiece(e: Entry, p: Printer): Piece {
  const numbered = /^(.+)_(\d+)$/.exec(e.name);
  const { text, raised } = p.style.name(numbered === null ? e.name : must(numbered[1]));
  if (numbered !== null) {
    const all = [{ text: p.style.digits(must(numbered[2])), simple: false }, ...tellingIndices(e.indices, p)];
    return piece(p.style.indexed(text, all), raised ? level.power : level.atom, { ends: 'entry' });
  }
  if (e.indices.length === 0) return piece(text, raised ? level.power : level.atom, { ends: 'name' });
  return piece(p.style.indexed(text, tellingIndices(e.indices, p)), raised ? level.power : level.atom, {
    ends: 'entry',
  });
}

/** δ_ik tells the set of k where a tensor tells that of i. */
function deltaIndices(t: Extract<Term, { kind: 'delta' }>, p: Printer): readonly [IndexText, IndexText] {
  const known = (i: Index): boolean => i.kind === 'free' && p.taken.indexLetters.has(i.name);
  const text = (i: Index, other: Index): IndexText =>
    known(other) ? must(tellingIndices([i], p)[0]) : indexText(i, p);
  return [text(t.left, t.right), text(t.right, t.left)];
}

function signed(t: Term, p: Printer): Signed {
  const s = withoutSign(t, p);
  const n = t.kind === 'num' || t.kind === 'mul' ? p.marked?.get(t) : undefined;
  return n === undefined ? s : { ...s, piece: mark(s.piece, n) };
}
function withoutSign(t: Term, p: Printer): Signed {
  if (t.kind === 'num')
    return { negative: t.num < 0n, piece: numberPiece(t.num < 0n ? rational(-t.num, t.den) : t, p.style) };
  if (t.kind === 'mul') return productPiece(t.factors, (x) => node(x, p), p.style);
  return { negative: false, piece: node(t, p) };
}

function signedPiece(t: Term, p: Printer): Piece {
  const s = signed(t, p);
  if (!s.negative) return s.piece;
  const inner = atLeast(s.piece, level.product, p.style);
  return piece(p.style.minus + inner.text, level.negative, {
    open: inner.open,
    tall: inner.tall,
    compound: inner.compound,
  });
}

function sumPiece(terms: readonly Term[], p: Printer): Piece {
  let text = '';
  let tall = false;
  terms.forEach((t, n) => {
    const s = signed(t, p);
    const inner = atLeast(s.piece, s.negative || n > 0 ? level.product : level.sum, p.style);
    tall ||= inner.tall;
    text += n === 0 ? (s.negative ? p.style.minus : '') : s.negative ? ` ${p.style.minus} ` : p.style.sign(' + ');
    text += inner.text;
  });
  return piece(text, level.sum, { tall });
}

function applied(name: string, args: readonly Piece[], p: Printer): Piece {
  const inside = p.style.bracketed(
    piece(args.map((a) => a.text).join(p.style.sign(', ')), level.atom, { tall: args.some((a) => a.tall) }),
  );
  return { ...inside, text: name + inside.text, begins: 'other' };
}

function casesPiece(t: Extract<Term, { kind: 'if' }>, p: Printer): Piece {
  const { cases } = p.style;
  if (cases === null)
    return piece(`if(${conditionText(t.condition, p)}, ${node(t.then, p).text}, ${node(t.else, p).text})`);
  const rows: (readonly [string, string])[] = [];
  let rest: Term = t;
  while (rest.kind === 'if') {
    rows.push([node(rest.then, p).text, conditionText(rest.condition, p)]);
    rest = rest.else;
  }
  return piece(cases(rows, node(rest, p).text), level.atom, { tall: true });
}

function matrixFunction(head: 'inv' | 'det', t: Extract<Term, { kind: 'inverse' | 'determinant' }>, p: Printer): Piece {
  const matrix = matrixText(t.body, p, (x) => node(x, { ...p, marked: new Map() }));
  const word = p.style.word(head);
  if (matrix !== null) {
    if (head === 'det' || p.spelling === 'plain') return piece(word + p.style.bracketed(matrix).text);
    const base = matrix.level >= level.atom ? matrix.text : p.style.bracketed(matrix).text;
    return piece(p.style.inverted(base), level.power);
  }
  return bind(t.letters, p, (frames) => {
    const body = node(t.body, p);
    const letters = frames.map((f) => ({ text: p.style.name(f.letter).text, simple: false }));
    return piece(p.style.indexed(word, letters) + p.style.bracketed(body).text, level.atom, { tall: body.tall });
  });
}

const printers: { readonly [K in Kind]: (t: Extract<Term, { kind: K }>, p: Printer) => Piece } = {
  num: (t, p) => signedPiece(t, p),
  constant: (t, p) => {
    if (!p.taken.names.has(t.name)) return piece(p.style.constant[t.name], level.atom, { ends: 'name' });
    return p.style.call(
      t.name === 'e' ? 'exp' : 'acos',
      [signedPiece(rational(t.name === 'e' ? 1 : -1), p)],
      p.taken.names,
    );
  },
  size: (t, p) => piece(setText(t.set, p), level.atom, { ends: 'name' }),
  position: (t, p) => {
    const index = indexText(t.index, p).text;
    return piece(p.style.word('pos') + p.style.bracketed(piece(index)).text);
  },
  entry: entryPiece,
  delta: (t, p) => {
    const [left, right] = deltaIndices(t, p);
    if (p.taken.names.has('delta')) return piece(p.style.iverson(left.text + p.style.comparison['='] + right.text));
    return piece(p.style.indexed(p.style.delta, [left, right]), level.atom, { ends: 'entry' });
  },
  bracket: (t, p) =>
    piece(p.style.iverson(conditionText(t.condition, p)), level.atom, {
      begins: p.style.barred ? 'other' : 'digit',
    }),
  if: casesPiece,
  add: (t, p) => sumPiece(t.terms, p),
  mul: signedPiece,
  pow: (t, p) => {
    if (t.exponent.kind === 'num' && t.exponent.num < 0n) return signedPiece({ kind: 'mul', factors: [t] }, p);
    return powerPiece(t.base, t.exponent, (x) => node(x, p), p.style);
  },
  call: (t, p) =>
    p.style.call(
      t.fn,
      t.args.map((a) => node(a, p)),
      p.taken.names,
    ),
  apply: (t, p) =>
    applied(
      p.style.primed(p.style.name(t.fn).text, t.orders),
      t.args.map((a) => node(a, p)),
      p,
    ),
  reduce: reducePiece,
  inverse: (t, p) => {
    const matrix = matrixFunction('inv', t, p);
    return piece(p.style.indexed(matrix.text, tellingIndices([t.row, t.column], p)), matrix.level, {
      tall: matrix.tall,
    });
  },
  determinant: (t, p) => matrixFunction('det', t, p),
  partial: (t, p) => partialPiece(t, p),
};

// ∂²L/∂z_i∂z_j is one fraction where a spelling has one for it; the outermost derivative is written first.
function partialPiece(t: Partial, p: Printer): Piece {
  const chain: Partial[] = [t];
  for (let b = t.body; b.kind === 'partial' && b.held.join() === t.held.join(); b = b.body) chain.push(b);
  const innermost = lastOf(chain).body;
  // Where d is a quantity, d(x, y) would be its product with a bracket.
  if (p.spelling === 'plain' && p.taken.names.has('d')) {
    const written = unicodeStyle.derivative(node(t.body, p), [entryPiece(t.by, p)], t.body.kind === 'entry', t.held);
    return piece(`(${written.text})`);
  }
  if (p.spelling === 'plain' || chain.length === 1)
    return p.style.derivative(node(t.body, p), [entryPiece(t.by, p)], t.body.kind === 'entry', t.held);
  return p.style.derivative(
    node(innermost, p),
    chain.map((c) => entryPiece(c.by, p)),
    innermost.kind === 'entry',
    t.held,
  );
}

/** The piece of any term. */
export function node(t: Term, p: Printer): Piece {
  const printed = (printers[t.kind] as (t: Term, p: Printer) => Piece)(t, p);
  // A sign in front is no part of a number or product: those are marked inside (`signed`).
  return t.kind === 'num' || t.kind === 'mul' ? printed : mark(printed, p.marked?.get(t));
}
