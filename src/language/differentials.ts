// Derivatives as people write them: \frac{\partial L}{\partial z_i}, dL/dz_i, ∂²L/∂zᵢ∂zⱼ, d/dx f, ∂_j f, ∇_x f.
// Not here: what is held fixed, and which tensor ∂_j means (`meaning/typed/elaborate.ts`).
// Invariant: a fraction is a derivative only when both of its halves begin with ∂ or a d that names nothing else.
import { must } from '../term/must.ts';
import type { Cursor } from './cursor.ts';
import { readScripts } from './scripts.ts';
import { type Surface, unwrap } from './surface.ts';

const fractionCommands: ReadonlySet<string> = new Set(['frac', 'dfrac', 'tfrac', 'cfrac', 'nicefrac', 'sfrac']);

/** Whether a derivative begins at the present token. */
export function differentialHere(c: Cursor): boolean {
  const t = c.token;
  if (t?.kind === 'op' && t.op === '∂') return true;
  if (t?.kind === 'command' && fractionCommands.has(t.name)) return fractionIsDifferential(c);
  return inlineDifferential(c) !== null;
}

/** ∂ or d at a token, with something that may follow it. */
function marksDifferential(c: Cursor, at: number): boolean {
  const t = c.tokens[at];
  if (t?.kind === 'op') return t.op === '∂';
  if (c.differentialName(t) !== null) return true;
  if (t?.kind !== 'name' || t.name !== 'd') return false;
  const next = c.tokens[at + 1];
  if (next?.kind === 'op')
    return (
      next.op === '(' ||
      next.op === '[' ||
      next.op === '{' ||
      next.op === '}' ||
      (next.op === '^' && orderAt(c, at + 1) !== null)
    );
  return next !== undefined && next.kind !== 'text' && next.kind !== 'number';
}

function fractionIsDifferential(c: Cursor): boolean {
  if (!c.isOp('{', 1)) return false;
  const close = c.partner.get(c.pos + 1);
  const open = close === undefined ? undefined : c.tokens[close + 1];
  if (close === undefined || open?.kind !== 'op' || open.op !== '{') return false;
  const den = close + 2;
  const d = c.tokens[den];
  const target = c.tokens[den + 1];
  const denMarks =
    (d?.kind === 'op' && d.op === '∂') ||
    c.differentialName(d) !== null ||
    (d?.kind === 'name' &&
      d.name === 'd' &&
      target !== undefined &&
      !(target.kind === 'op' && ['_', '}', '+', '-', '*', '·', '^', ')', '/'].includes(target.op)));
  return denMarks && marksDifferential(c, c.pos + 2);
}

/** The order written at `^` (`^2`, `^{2}`) and the position after it. */
function orderAt(c: Cursor, at: number): { readonly order: number; readonly next: number } | null {
  const mark = c.tokens[at];
  if (mark?.kind !== 'op' || mark.op !== '^') return null;
  const braced = c.tokens[at + 1]?.kind === 'op' && (c.tokens[at + 1] as { op: string }).op === '{';
  const n = c.tokens[braced ? at + 2 : at + 1];
  if (n?.kind !== 'number' || n.den !== 1n || n.num < 1n || n.num > 99n || n.digits.length > 2) return null;
  return { order: Number(n.num), next: braced ? at + 4 : at + 2 };
}

/** For `dL/dz_i` and its kin: where the slash stands; null when the text here is none. */
function inlineDifferential(c: Cursor): number | null {
  const t = c.token;
  if (t?.kind !== 'name' || t.name[0] !== 'd' || t.char !== '') return null;
  let at = c.pos + 1;
  if (t.name === 'd') {
    if (c.known('d') && !c.isOp('/', 1)) {
      const n = c.tokens[at];
      if (!(n?.kind === 'name') && orderAt(c, at) === null) return null;
    }
    at = orderAt(c, at)?.next ?? at;
    const next = c.tokens[at];
    if (next?.kind === 'op' && next.op === '/') return slashBeforeDifferential(c, at);
    if (next?.kind === 'name') at += 1;
    else if (next?.kind === 'op' && (next.op === '(' || next.op === '[') && !next.spaced)
      at = (c.partner.get(at) ?? c.tokens.length) + 1;
    else if (next?.kind === 'command') at = afterCommand(c, at);
    else return null;
  } else if (c.differentialName(t) === null) return null;
  return slashBeforeDifferential(c, skipScripts(c, at));
}

function afterCommand(c: Cursor, at: number): number {
  const open = c.tokens[at + 1];
  return open?.kind === 'op' && open.op === '{' ? (c.partner.get(at + 1) ?? c.tokens.length) + 1 : at + 2;
}

/** The position after the scripts, primes and arguments that begin at a position. */
function skipScripts(c: Cursor, at: number): number {
  for (;;) {
    const t = c.tokens[at];
    if (t?.kind !== 'op') return at;
    if (t.op === "'") {
      at += 1;
      continue;
    }
    if ((t.op === '(' || t.op === '[') && !t.spaced) {
      at = (c.partner.get(at) ?? c.tokens.length) + 1;
      continue;
    }
    if (t.op !== '_' && t.op !== '^') return at;
    const open = c.tokens[at + 1];
    at =
      open?.kind === 'op' && (open.op === '{' || open.op === '(')
        ? (c.partner.get(at + 1) ?? c.tokens.length) + 1
        : open?.kind === 'command'
          ? afterCommand(c, at + 1)
          : at + 2;
  }
}

function slashBeforeDifferential(c: Cursor, at: number): number | null {
  const slash = c.tokens[at];
  if (slash?.kind !== 'op' || slash.op !== '/') return null;
  let next = at + 1;
  const open = c.tokens[next];
  if (open?.kind === 'op' && (open.op === '(' || open.op === '{')) next += 1;
  const d = c.tokens[next];
  if (d?.kind === 'op' && d.op === '∂') return at;
  if (c.differentialName(d) !== null) return at;
  if (d?.kind !== 'name' || d.name !== 'd') return null;
  const after = c.tokens[next + 1];
  // `d p_j / d o_i`: white space after both marks, or after neither.
  const numerator = c.tokens[c.pos + 1];
  return (after?.kind === 'name' &&
    (!after.spaced || (numerator?.kind === 'name' && numerator.spaced && !c.known('d')))) ||
    after?.kind === 'command' ||
    (after?.kind === 'op' && (after.op === '{' || after.op === '(') && !after.spaced)
    ? at
    : null;
}

/** The derivative that begins here. */
export function readDifferential(c: Cursor): Surface {
  const t = must(c.token);
  if (t.kind === 'command') return readFraction(c);
  if (t.kind === 'op' && c.isOp('_', 1)) return readEntryDerivative(c);
  return readInline(c);
}

/** Takes ∂ or d; a plain `dz` is left as the name `z`. Returns that name, or null when it stands in the next token. */
function takeMark(c: Cursor): Surface | null {
  const t = must(c.token);
  const name = c.differentialName(t);
  c.pos += 1;
  if (name === null) return null;
  return c.node({ kind: 'name', name, bold: false, run: name.length > 1, start: t.start + 1, end: t.end });
}

function takeOrder(c: Cursor): number {
  const found = orderAt(c, c.pos);
  if (found === null) return 1;
  c.pos = found.next;
  return found.order;
}

/** What the denominator lists, `order` targets in all; `\partial x^2` counts twice. */
function readTargets(c: Cursor, order: number, ends: () => boolean): Surface[] {
  const targets: Surface[] = [];
  while (targets.length < order) {
    if (targets.length > 0 && (ends() || !marksDifferential(c, c.pos))) break;
    if (!marksDifferential(c, c.pos))
      c.fail(
        'bad-derivative',
        'a derivative was begun here, but what it is taken by is missing',
        'write for example dL/dz_i',
      );
    const name = takeMark(c);
    const target = unwrap(readTarget(c, name ?? c.grammar.atom(c)));
    const repeated =
      order > 1 && target.kind === 'power' && target.exponent.kind === 'number' ? Number(target.exponent.num) : 1;
    const base = repeated > 1 && target.kind === 'power' ? target.base : target;
    for (let n = 0; n < Math.min(repeated, 9); n += 1) targets.push(base);
  }
  if (targets.length !== order)
    c.fail(
      'bad-derivative',
      `this derivative is of order ${order} but names ${targets.length} variables`,
      'name as many variables as the order says',
    );
  return targets;
}

/** A target takes scripts; a bracket after it is already the operand, unless the fraction bar closes it off. */
function readTarget(c: Cursor, atom: Surface): Surface {
  let s = atom;
  for (;;) {
    const next = readScripts(c, s);
    if (next === null) break;
    s = next;
  }
  const close = c.isOp('(') ? c.partner.get(c.pos) : undefined;
  return close !== undefined && closesFraction(c, close + 1) ? c.grammar.postfix(c, s) : s;
}
const closesFraction = (c: Cursor, at: number): boolean => {
  const t = c.tokens[at];
  return t?.kind === 'op' && t.op === '}';
};

function readFraction(c: Cursor): Surface {
  const start = c.start;
  c.pos += 2;
  const name = takeMark(c);
  const order = name === null ? takeOrder(c) : 1;
  let of: Surface | null = null;
  if (name !== null) of = c.grammar.postfix(c, name);
  else if (!c.isOp('}')) of = c.nested(() => c.grammar.sum(c));
  c.expect('}', 'the numerator');
  c.pos += 1;
  const by = readTargets(c, order, () => c.isOp('}'));
  c.expect('}', 'the denominator');
  return c.node({ kind: 'derivative', order, of: of ?? readOperand(c), by, ...c.since(start) });
}

function readInline(c: Cursor): Surface {
  const start = c.start;
  const name = takeMark(c);
  const order = name === null ? takeOrder(c) : 1;
  let of: Surface | null = null;
  if (name !== null) of = c.grammar.postfix(c, name);
  else if (!c.isOp('/')) of = c.nested(() => c.grammar.postfix(c, c.grammar.atom(c)));
  if (!c.take('/'))
    c.fail('bad-derivative', 'this ∂ is not the numerator of a derivative', 'write for example ∂L/∂z_i', {
      start,
      end: c.start,
    });
  const open = c.isOp('(') ? '(' : c.isOp('{') ? '{' : null;
  if (open !== null) c.pos += 1;
  const by = readTargets(c, order, () => false);
  if (open !== null) c.expect(open === '(' ? ')' : '}', 'the denominator');
  return c.node({ kind: 'derivative', order, of: of ?? readOperand(c), by, ...c.since(start) });
}

/** What an operator d/dx is applied to: a bracket alone, otherwise the product that follows. */
function readOperand(c: Cursor): Surface {
  const start = c.start;
  let sign: 1 | -1 = 1;
  while (c.isOp('-')) {
    sign = sign === 1 ? -1 : 1;
    c.pos += 1;
  }
  const value = c.nested(() =>
    c.isOp('(') || c.isOp('[') || c.isOp('{') ? c.grammar.postfix(c, c.grammar.atom(c)) : c.grammar.product(c, true),
  );
  return sign === 1 ? value : c.node({ kind: 'sum', terms: [{ sign, value }], ...c.since(start) });
}

/** `∂_j f`, `∂ⱼ f`. */
function readEntryDerivative(c: Cursor): Surface {
  const start = c.start;
  c.pos += 1;
  const marked = c.grammar.postfix(c, { kind: 'name', name: '∂', bold: false, run: false, start, end: start + 1 });
  if (marked.kind === 'apply' && marked.head.kind === 'subscript') {
    const of = marked.args[0] ?? c.fail('nothing-to-differentiate', 'the brackets are empty', 'write ∂_i(p_j)');
    return c.node({ kind: 'entryDerivative', of, by: marked.head.parts, ...c.since(start) });
  }
  if (marked.kind !== 'subscript')
    return c.fail('bad-derivative', 'this ∂ is not part of a derivative', 'write for example ∂_j f', {
      start,
      end: c.start,
    });
  return c.node({ kind: 'entryDerivative', of: readOperand(c), by: marked.parts, ...c.since(start) });
}

/** `∇f`, `∇_x f`, `∇²f`. */
export function readGradient(c: Cursor): Surface {
  const start = c.start;
  c.pos += 1;
  let by: Surface | null = null;
  let order = 1;
  for (let n = 0; n < 2; n += 1) {
    if (c.isOp('^')) order = takeOrder(c);
    else if (c.isOp('_')) {
      const marked: Surface = c.grammar.postfix(c, {
        kind: 'name',
        name: '∇',
        bold: false,
        run: false,
        start,
        end: start + 1,
      });
      const scripted = marked.kind === 'apply' ? marked.head : marked;
      const below: Surface = scripted.kind === 'power' ? scripted.base : scripted;
      if (scripted.kind === 'power' && scripted.exponent.kind === 'number') order = Number(scripted.exponent.num);
      if (below.kind === 'subscript') by = below.parts[0] ?? null;
      if (marked.kind === 'apply') {
        const of = marked.args[0] ?? c.fail('nothing-to-differentiate', 'the brackets are empty', 'write ∇_x(f)');
        return c.node({ kind: 'gradient', order, by, of, ...c.since(start) });
      }
    }
  }
  if (order > 2) c.fail('bad-derivative', 'only ∇ and ∇² are known', 'write partial derivatives instead');
  return c.node({ kind: 'gradient', order, by, of: c.nested(() => c.grammar.factor(c)), ...c.since(start) });
}
