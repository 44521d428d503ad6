// Brackets: groups, arguments, lists, bars, indicators, matrices written out in square brackets.
// Not here: whether a bracket after a name is a call (`meaning/typed/application.ts`).
// Invariant: what a bracket changes in the cursor's state is put back when it closes.
import { lastOf, must } from '../term/must.ts';
import type { Cursor } from './cursor.ts';
import type { Span } from '../term/error.ts';
import { relations } from './signs.ts';
import type { Surface } from './surface.ts';

/** The partner of an opening bracket. */
const closeOf = (open: string): string =>
  open === '(' ? ')' : open === '[' ? ']' : open === '{' ? '}' : open === '⟨' ? '⟩' : '\\}';

/** Whether the bracket here holds a relation at its own level. */
export function holdsRelation(c: Cursor): boolean {
  const close = c.partner.get(c.pos);
  if (close === undefined) return false;
  for (let n = c.pos + 1; n < close; n += 1) {
    const t = must(c.tokens[n]);
    if (t.kind === 'op' && relations.has(t.op)) return true;
    if (t.kind === 'command' && t.name === 'not') return true;
    const inner = c.partner.get(n);
    if (inner !== undefined && inner > n && t.kind === 'op' && t.op !== '{') n = inner;
  }
  return false;
}

/** 1{…}: one where the condition holds. */
export function readIndicator(c: Cursor, start: number): Surface {
  const open = (c.token as { op: string }).op;
  c.pos += 1;
  const condition = readList(c, closeOf(open));
  c.expect(closeOf(open), 'the condition');
  return c.node({
    kind: 'indicator',
    condition:
      condition.length === 1
        ? must(condition[0])
        : c.node({ kind: 'logic', op: 'and', parts: condition, ...c.since(start) }),
    ...c.since(start),
  });
}

/** The arguments of the bracket that opens here. */
export const readArguments = (c: Cursor): Surface[] =>
  c.bracketed(
    () => readItems(c),
    (hole) => [hole],
  );

function readItems(c: Cursor): Surface[] {
  const open = (c.token as { op: string }).op;
  c.pos += 1;
  const outer = { bars: c.openBar, args: c.inArguments, cells: c.cells };
  c.openBar = '';
  c.inArguments = true;
  c.cells = false;
  const args = c.isOp(closeOf(open)) ? [] : readList(c, closeOf(open));
  c.expect(closeOf(open), 'the bracket');
  c.openBar = outer.bars;
  c.inArguments = outer.args;
  c.cells = outer.cells;
  return args;
}

/** Chains separated by commas (or semicolons) up to, not including, `close`. */
export function readList(c: Cursor, close: string): Surface[] {
  const items: Surface[] = [];
  for (;;) {
    const item = c.grammar.chain(c);
    if (givenHere(c)) {
      items.push(readGiven(c, item, close));
      return items;
    }
    items.push(item);
    if (!c.take(',') && !c.take(';')) return items;
    if (c.isOp(close)) return items;
  }
}

const givenHere = (c: Cursor): boolean =>
  c.inArguments && (c.isOp('|') || c.isOp('‖') || (c.colonGives && c.isOp(':')));

/** `… | given`, up to the bracket's end. */
function readGiven(c: Cursor, value: Surface, close: string): Surface {
  c.pos += 1;
  const start = c.start;
  const all = readList(c, close);
  const given = all.length === 1 ? must(all[0]) : c.node<Surface>({ kind: 'list', items: all, ...c.since(start) });
  return c.node({ kind: 'conditional', value, given, ...c.since(value.start) });
}

/** How far a bracket is searched for the partner of a bar. */
const barReach = 400;

/** Whether the bar here stands between two things rather than around one: no partner follows it in its bracket. */
export function barIsGiven(c: Cursor, op: '|' | '‖'): boolean {
  if (c.isOp('_', 1) || c.isOp('^', 1)) return true;
  if (!c.inArguments) return false;
  let bars = 0;
  for (let n = c.pos; n < Math.min(c.tokens.length, c.pos + barReach); n += 1) {
    const t = must(c.tokens[n]);
    if (t.kind !== 'op') continue;
    if (t.op === op) bars += 1;
    const inner = c.partner.get(n);
    if (inner !== undefined && inner < n) break;
    n = inner ?? n;
  }
  return bars % 2 === 1;
}

/** A bracket: one expression, or a list (a vector written out, rows separated by semicolons). */
export const readGroup = (c: Cursor, open: string): Surface =>
  c.bracketed(
    () => readRows(c, open),
    (hole) => hole,
  );

function readRows(c: Cursor, open: string): Surface {
  const start = c.start;
  const opened = c.here();
  c.pos += 1;
  const outer = { bars: c.openBar, args: c.inArguments, cells: c.cells };
  const isRows = open === '[' && !c.latex && hasCells(c);
  c.openBar = '';
  c.inArguments = true;
  c.cells = isRows;
  if (open === '{' && c.take('}')) {
    c.cells = outer.cells;
    c.openBar = outer.bars;
    c.inArguments = outer.args;
    return emptyGroup(c, start);
  }
  const rows: Surface[][] = [[]];
  for (;;) {
    const item = c.grammar.chain(c);
    lastOf(rows).push(givenHere(c) ? readGiven(c, item, closeOf(open)) : item);
    if (c.take(',') || c.cellEnds()) continue;
    if (c.take(';')) {
      rows.push([]);
      continue;
    }
    break;
  }
  c.cells = outer.cells;
  if (c.token === undefined)
    c.fail('unbalanced-bracket', `this "${open.replace('\\', '')}" is never closed`, 'close the bracket', opened);
  c.expect(closeOf(open), 'the bracket');
  c.openBar = outer.bars;
  c.inArguments = outer.args;
  const first = must(rows[0]);
  const span = c.since(start);
  if (open === '⟨') return innerProduct(c, first, span);
  if (rows.length > 1 || (isRows && first.length > 1)) return c.node({ kind: 'matrix', rows, ...span });
  const value = first.length === 1 ? must(first[0]) : c.node<Surface>({ kind: 'list', items: first, ...span });
  return c.node({
    kind: 'group',
    value,
    bracket: open === '(' ? '(' : open === '[' ? '[' : '{',
    ...span,
  });
}

/** `⟨x, y⟩` */
function innerProduct(c: Cursor, args: readonly Surface[], span: Span): Surface {
  if (args.length !== 2)
    c.fail(
      'not-in-language',
      'pointed brackets around one thing mean its average',
      'write the sum that is meant',
      span,
    );
  const head: Surface = { kind: 'name', name: 'inner', bold: false, run: true, start: span.start, end: span.start + 1 };
  return c.node({ kind: 'apply', head, args, direct: true, bracket: '(', ...span });
}

/** Whether the square bracket that was just opened holds a matrix: rows after `;`, or numbers and entries with only white space between. */
function hasCells(c: Cursor): boolean {
  const close = c.partner.get(c.pos - 1);
  if (close === undefined) return false;
  let operands = 0;
  for (let n = c.pos; n < close; n += 1) {
    const t = must(c.tokens[n]);
    if (t.kind === 'op' && t.op === ';') return true;
    if (t.kind === 'op' && (t.op === ',' || '+*/=<>'.includes(t.op))) return false;
    const inner = c.partner.get(n);
    if (inner !== undefined && inner > n) {
      n = inner;
      continue;
    }
    if (t.kind === 'number' && t.spaced) operands += 1;
    if (
      t.kind === 'name' &&
      t.spaced &&
      c.tokens[n + 1]?.kind === 'op' &&
      (c.tokens[n + 1] as { op: string }).op === '_'
    )
      operands += 1;
  }
  return operands > 0;
}

/** `{}` stands for nothing: the factor after it, or one. */
function emptyGroup(c: Cursor, start: number): Surface {
  return c.grammar.startsFactor(c)
    ? c.grammar.factor(c)
    : c.node({ kind: 'number', num: 1n, den: 1n, digits: '', ...c.since(start) });
}

export function readBars(c: Cursor, op: string): Surface {
  const start = c.start;
  const opened = c.here();
  c.pos += 1;
  const outer = { bars: c.openBar, args: c.inArguments, cells: c.cells };
  c.openBar = op === '|' ? '|' : '‖';
  c.inArguments = false;
  c.cells = false;
  const value = c.grammar.sum(c);
  if (!c.isOp(op))
    c.fail(
      'unbalanced-bracket',
      `this "${op}" is never closed`,
      'close the bar',
      c.token === undefined ? opened : c.here(),
    );
  c.pos += 1;
  c.openBar = outer.bars;
  c.inArguments = outer.args;
  c.cells = outer.cells;
  return c.node({ kind: 'bars', value, double: op === '‖', ...c.since(start) });
}
