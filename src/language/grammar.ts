// The grammar: tokens to the surface tree, by recursive descent with one token of precedence at a time.
// Not here: derivatives (`differentials.ts`), sums and their bindings (`binders.ts`), brackets (`brackets.ts`), LaTeX environments (`commands.ts`), whole
// texts (`parse.ts`), meanings (`meaning/typed/elaborate.ts`).
// Invariant: a rule reads its part of the text or fails with a WhygradError that has a span; a failed term is a hole;
// work is linear in the tokens.
import { must } from '../term/must.ts';
import type { Span } from '../term/error.ts';
import { isPrefixFunction } from '../term/functions.ts';
import { readReduction, reductionHere } from './binders.ts';
import { barIsGiven, holdsRelation, readArguments, readBars, readGroup, readIndicator, readList } from './brackets.ts';
import { isIfCall, readChoice } from './choices.ts';
import { readCommandAtom, readOldCases } from './commands.ts';
import type { Cursor, Grammar } from './cursor.ts';
import { differentialHere, readDifferential, readGradient } from './differentials.ts';
import { relationAhead, relationHere } from './relations.ts';
import { opaqueHere, readAtPoint, readOpaque, readOpaqueMark } from './opaque.ts';
import { readScripts, readScriptToken } from './scripts.ts';
import { gathered } from './slashes.ts';
import { headName, type ProductOp, type Relation, type Surface } from './surface.ts';
import { isOneLetter } from '../term/symbols.ts';

/** `a = b = c`, joined by "and"/"or" where the text says so. */
export function readChain(c: Cursor): Surface {
  const start = c.start;
  const first = readRelation(c);
  const op = logicHere(c);
  if (op === null) return first;
  const all = [first];
  while (logicHere(c) === op) {
    c.pos += 1;
    all.push(readRelation(c));
  }
  return c.node({ kind: 'logic', op, parts: all, ...c.since(start) });
}

function logicHere(c: Cursor): 'and' | 'or' | null {
  if (c.isOp('∧') || c.isName('and')) return 'and';
  if (c.isOp('∨') || c.isName('or')) return 'or';
  return null;
}

function readRelation(c: Cursor): Surface {
  const start = c.start;
  const first = readChoice(c, readSum(c));
  const links: { op: Relation; value: Surface; at: Span }[] = [];
  for (;;) {
    const line = c.pos;
    // A line that begins with its relation continues the chain; lines of words may come between.
    while (c.isOp('\\\\') || (c.pos > line && c.token?.kind === 'text')) {
      c.pos += 1;
      skipLineHeight(c);
    }
    const at = c.here();
    const op = relationHere(c);
    if (op === null) {
      c.pos = line;
      break;
    }
    c.pos += 1;
    links.push({ op, value: readChoice(c, readSum(c)), at });
  }
  return links.length === 0 ? first : c.node({ kind: 'relation', first, links, ...c.since(start) });
}

/** `\\\\[2ex]` */
export function skipLineHeight(c: Cursor): void {
  const close = c.isOp('[') && c.ahead(1)?.kind === 'number' ? c.partner.get(c.pos) : undefined;
  if (close !== undefined && close - c.pos <= 4) c.pos = close + 1;
}

/** A sum; `{a \over b}` is split here because `\over` binds weakest. */
export function readSum(c: Cursor): Surface {
  const start = c.start;
  const sum = readTerms(c);
  if (!c.isCommand('over') && !c.isCommand('atop')) return sum;
  c.pos += 1;
  const den = c.nested(() => readSum(c));
  return c.node({ kind: 'fraction', num: sum, den, ...c.since(start) });
}

function readTerms(c: Cursor): Surface {
  const start = c.start;
  const terms: { sign: 1 | -1; value: Surface }[] = [];
  let sign = readSign(c, true) ?? 1;
  for (;;) {
    terms.push({ sign, value: readTerm(c) });
    // Dots may stand without a sign before what follows them (`+ ... x_n`).
    const next = readSign(c);
    if (next === null) {
      if (terms.at(-1)?.value.kind === 'ellipsis' && startsFactor(c)) {
        sign = 1;
        continue;
      }
      break;
    }
    sign = next;
  }
  const only = terms[0];
  if (terms.length === 1 && only !== undefined && only.sign === 1) return only.value;
  return c.node({ kind: 'sum', terms, ...c.since(start) });
}

/** A product; one that cannot be read leaves a hole as wide as the term. */
function readTerm(c: Cursor): Surface {
  const from = c.pos;
  return c.recovering(
    () => readAtPoint(c, readProduct(c)),
    () => c.termEnd(from),
    (hole) => hole,
  );
}

/** The sign of a run of + and −, or null where none stands. */
function readSign(c: Cursor, first = false): 1 | -1 | null {
  if (!first && c.cellEnds()) return null;
  let sign: 1 | -1 | null = null;
  for (;;) {
    if (c.isOp('±')) c.fail('unexpected-token', 'a formula with ± stands for two', 'write them one by one');
    if (c.take('+')) sign = sign ?? 1;
    else if (c.take('-')) sign = sign === -1 ? 1 : -1;
    else return sign;
  }
}

const productOps: ReadonlyMap<string, ProductOp> = new Map<string, ProductOp>([
  ['*', '*'],
  ['·', '·'],
  ['×', '×'],
  ['/', '/'],
  ['⊙', '⊙'],
  ['@', '@'],
]);

function productOpHere(c: Cursor): ProductOp | null {
  const t = c.token;
  if (t?.kind === 'op') return productOps.get(t.op) ?? null;
  return t?.kind === 'name' && t.name === 'dot' && t.run && !c.isOp('(', 1) && !c.known('dot') ? '·' : null;
}

/** Factors; `narrow` stops at a typeset multiplication sign (the reach of an operator d/dx). */
export function readProduct(c: Cursor, narrow = false): Surface {
  const start = c.start;
  const first = readFactor(c);
  const factors: { op: ProductOp; value: Surface }[] = [{ op: 'juxtaposed', value: first }];
  for (;;) {
    const op = productOpHere(c);
    if (op !== null) {
      if (narrow && (op === '·' || op === '×' || op === '⊙')) break;
      c.pos += 1;
      factors.push({ op, value: readSignedFactor(c) });
    } else if (startsFactor(c) && !c.cellEnds()) {
      if (c.token?.kind === 'number' && factors.at(-1)?.value.kind === 'number')
        c.fail('missing-operator', 'two numbers stand side by side', 'write the sign between them');
      factors.push({ op: 'juxtaposed', value: readFactor(c) });
    } else break;
  }
  if (factors.length === 1) return first;
  const touching = (a: Surface, b: Surface): boolean =>
    c.text.slice(a.end, b.start).trim() === '' && (c.latex || a.end === b.start);
  return c.node({ kind: 'product', factors: gathered(factors, touching), ...c.since(start) });
}

/** A factor after a sign of multiplication may bring its own minus. */
function readSignedFactor(c: Cursor): Surface {
  const start = c.start;
  const sign = readSign(c, true);
  const value = readFactor(c);
  return sign === -1 ? c.node({ kind: 'sum', terms: [{ sign, value }], ...c.since(start) }) : value;
}

const factorOps: ReadonlySet<string> = new Set(['(', '[', '{', '\\{', '∂', '∇', 'Σ', 'Π', '√', '…', '∞', '⟨', '∫']);
/** Words that end an expression. */
const stopWords: ReadonlySet<string> = new Set(['if', 'otherwise', 'else', 'when', 'for', 'and', 'or', 'where', 'in']);

/** Whether the present token can begin a factor. */
export function startsFactor(c: Cursor): boolean {
  const t = c.token;
  if (t === undefined) return false;
  if (t.kind === 'number') return true;
  if (t.kind === 'name')
    return !(t.run && stopWords.has(t.name) && !isIfCall(c)) && !(t.name === 'dot' && productOpHere(c) !== null);
  if (t.kind === 'command')
    return (
      !['over', 'atop', 'end', 'stackrel', 'overset', 'underset', 'not'].includes(t.name) ||
      ((t.name === 'overset' || t.name === 'underset') && relationAhead(c) === false)
    );
  if (t.kind === 'text') return false;
  if (t.op === '|' || t.op === '‖') return c.openBar !== t.op && !barIsGiven(c, t.op);
  return factorOps.has(t.op);
}
/** One factor: a binder, a derivative, a function with or without bracket, or an atom with its scripts. */
export function readFactor(c: Cursor): Surface {
  return c.nested(() => {
    if (reductionHere(c)) return readReduction(c);
    if (opaqueHere(c)) return readOpaque(c);
    if (c.isOp('∇') || isGradWord(c)) return readGradient(c);
    if (differentialHere(c)) return readDifferential(c);
    return readPostfix(c, readAtom(c));
  });
}

/** `grad_x f`, typed for ∇_x f. */
const isGradWord = (c: Cursor): boolean => c.isName('grad') && c.isOp('_', 1) && !c.known('grad');

/** Scripts, primes and brackets after an atom. */
export function readPostfix(c: Cursor, atom: Surface): Surface {
  let s = atom;
  const depth = c.depth;
  for (;;) {
    const next = readScripts(c, s) ?? readEntry(c, s) ?? readApplication(c, s) ?? readOpaqueMark(c, s);
    if (next === null) break;
    s = next;
    // Every script nests the tree one deeper.
    c.depth += 1;
    if (c.depth > 200) c.nested(() => null);
  }
  c.depth = depth;
  const head = headName(s);
  if (head !== null && isPrefixFunction(head) && !c.known(head) && startsFactor(c)) return readBareArgument(c, s);
  return s;
}

/** `softmax(z)[1]`, `(A x)[i]`, `w[1][2]` in plain text: the entry of what a bracket closed. */
function readEntry(c: Cursor, s: Surface): Surface | null {
  const closed = s.kind === 'apply' || s.kind === 'group' || (s.kind === 'subscript' && s.base.kind !== 'name');
  if (c.latex || !closed || !c.isOp('[') || c.token?.spaced || !holdsIndices(c)) return null;
  return c.node({ kind: 'subscript', base: s, parts: readArguments(c), ...c.since(s.start) });
}

/** Whether the bracket here holds letters and numbers alone, with commas between them. */
function holdsIndices(c: Cursor): boolean {
  const close = c.partner.get(c.pos) ?? c.pos;
  const inside = c.tokens.slice(c.pos + 1, close);
  return (
    inside.length % 2 === 1 &&
    inside.every((t, n) =>
      n % 2 === 1 ? t.kind === 'op' && t.op === ',' : t.kind === 'number' || (t.kind === 'name' && t.name.length === 1),
    )
  );
}

/** `f(…)`, `x[…]`, `1{…}`. */
function readApplication(c: Cursor, s: Surface): Surface | null {
  const t = c.token;
  if (t?.kind !== 'op' || !['(', '[', '{', '\\{'].includes(t.op)) return null;
  const ones = s.kind === 'ones' || (s.kind === 'number' && s.num === 1n && s.den === 1n);
  if (ones && (t.op !== '(' || s.kind === 'ones') && holdsRelation(c)) return readIndicator(c, s.start);
  if (ones && t.op === '(' && !t.spaced && holdsRelation(c)) return readIndicator(c, s.start);
  if (t.op === '{' || t.op === '\\{') return null;
  const head = headName(s);
  if (
    head === null ||
    (s.kind === 'power' &&
      s.style === 'none' &&
      !isPrefixFunction(head) &&
      !isPrimeMark(s.exponent) &&
      !(s.base.kind === 'name' && s.exponent.kind === 'number'))
  )
    return null;
  if (s.kind === 'power' && s.style === 'square') return null;
  if (!c.latex && t.spaced && !isPrefixFunction(head)) return null;
  const args = readArguments(c);
  return c.node({ kind: 'apply', head: s, args, direct: !t.spaced, bracket: t.op as '(' | '[', ...c.since(s.start) });
}
const isPrimeMark = (s: Surface): boolean => s.kind === 'prime';

/** The argument of `log p_i`: a bracketed group alone, otherwise numbers and names side by side. */
function readBareArgument(c: Cursor, head: Surface): Surface {
  const start = head.start;
  const braced = c.isOp('{');
  const first = readFactor(c);
  const factors: { op: ProductOp; value: Surface }[] = [{ op: 'juxtaposed', value: first }];
  const simple = (s: Surface): boolean =>
    s.kind === 'number' ||
    s.kind === 'name' ||
    ((s.kind === 'subscript' || s.kind === 'power' || s.kind === 'transpose') && simple(s.base));
  while (!braced && simple(must(factors.at(-1)?.value)) && simpleFollows(c))
    factors.push({ op: 'juxtaposed', value: readFactor(c) });
  const arg = factors.length === 1 ? first : c.node<Surface>({ kind: 'product', factors, ...c.since(first.start) });
  return c.node({
    kind: 'apply',
    head,
    args: [arg.kind === 'group' && arg.bracket === '{' ? arg.value : arg],
    direct: false,
    bracket: '',
    ...c.since(start),
  });
}
function simpleFollows(c: Cursor): boolean {
  const t = c.token;
  if (
    t?.kind === 'command' &&
    ['hat', 'bar', 'tilde', 'mathbf', 'boldsymbol', 'bm', 'vec', 'widehat', 'dot'].includes(t.name)
  )
    return true;
  return (
    startsFactor(c) &&
    (t?.kind === 'name' || t?.kind === 'number') &&
    !reductionHere(c) &&
    !differentialHere(c) &&
    !(t.kind === 'name' && isPrefixFunction(t.name))
  );
}

/** A number, a name, a bracket, bars, a root, or what a LaTeX command makes. */
export function readAtom(c: Cursor): Surface {
  const t = c.token;
  if (t === undefined) c.fail('unexpected-end', 'the formula ends where an operand was expected', 'finish the formula');
  const span = { start: t.start, end: t.end };
  if (t.kind === 'number') {
    c.pos += 1;
    return c.node({ kind: 'number', num: t.num, den: t.den, digits: t.digits, ...span });
  }
  if (t.kind === 'name') {
    c.pos += 1;
    return c.node({
      kind: 'name',
      name: t.name === 'Softmax' ? 'softmax' : t.name,
      bold: false,
      run: t.run && t.char === '' && !isOneLetter(t.name, c.latex),
      ...span,
    });
  }
  if (t.kind === 'command') return readCommandAtom(c, t.name);
  if (t.kind === 'text')
    c.fail(
      'text-in-formula',
      `the words "${t.text.slice(0, 40)}" stand where an operand was expected`,
      'write them outside of the formula',
    );
  return readBracketed(c, t.op);
}

function readBracketed(c: Cursor, op: string): Surface {
  const start = c.start;
  switch (op) {
    case '(':
    case '[':
    case '{':
    case '⟨':
      return readGroup(c, op);
    case '\\{':
      return readOldCases(c) ?? readGroup(c, op);
    case '|':
    case '‖':
      return readBars(c, op);
    case '√': {
      c.pos += 1;
      const value = readFactor(c);
      return c.node({
        kind: 'apply',
        head: { kind: 'name', name: 'sqrt', bold: false, run: true, ...c.since(start) },
        args: [value],
        direct: true,
        bracket: '(',
        ...c.since(start),
      });
    }
    case '…':
      c.pos += 1;
      return c.node({ kind: 'ellipsis', ...c.since(start) });
    case '∞':
      c.pos += 1;
      return c.node({ kind: 'name', name: 'infinity', bold: false, run: true, ...c.since(start) });
    case ')':
    case ']':
    case '}':
    case '\\}':
      return c.fail('unbalanced-bracket', `this "${op}" comes where an operand was expected`, 'check the brackets');
    case "'":
      return c.fail(
        'missing-operand',
        'a text in quotes is no formula',
        'write the sum that it means: y_i = sum_j A_ij x_j',
      );
    default:
      return c.fail('missing-operand', `an operand is missing before "${op}"`, 'write what stands there');
  }
}

/** The rules, as the files around this one call them. */
export const grammar: Grammar = {
  chain: readChain,
  list: readList,
  sum: readSum,
  product: readProduct,
  factor: readFactor,
  script: readScriptToken,
  atom: readAtom,
  postfix: readPostfix,
  startsFactor,
};
