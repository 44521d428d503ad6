// Notation that is read and not calculated: integrals, limits, suprema and minimisers, binomials, factorials, values at
// a
// point.
// Not here: sums over what is no index (`binders.ts`), what such a node stands for in a text
// (`meaning/elaborate/opaque.ts`).
// Invariant: each such node is noted with the error that a strict reader gives for it.
import { functionRow } from '../term/functions.ts';
import { must } from '../term/must.ts';
import type { Cursor } from './cursor.ts';
import type { OpaqueSign, Surface } from './surface.ts';

/** Signs that take what is under them and the product that follows. */
const operators: ReadonlyMap<string, OpaqueSign> = new Map<string, OpaqueSign>([
  ['lim', 'limit'],
  ['limsup', 'limit'],
  ['liminf', 'limit'],
  ['sup', 'supremum'],
  ['inf', 'infimum'],
  ['esssup', 'supremum'],
  ['argmax', 'argmax'],
  ['argmin', 'argmin'],
]);

/** The operator that begins here and how many tokens name it. */
function operatorHere(c: Cursor): { readonly sign: OpaqueSign; readonly length: number } | null {
  const t = c.token;
  if (t?.kind !== 'command' && t?.kind !== 'name') return null;
  if (t.name === 'arg' && (t.kind === 'command' || t.run)) {
    const next = c.ahead(1);
    if (next?.kind === 'name' && (next.name === 'max' || next.name === 'min'))
      return { sign: next.name === 'max' ? 'argmax' : 'argmin', length: 2 };
  }
  const sign = operators.get(t.name);
  // A typed word is an operator where something stands under it.
  return sign === undefined || (t.kind === 'name' && (!t.run || c.known(t.name) || !c.isOp('_', 1)))
    ? null
    : { sign, length: 1 };
}

export const opaqueHere = (c: Cursor): boolean => c.isOp('∫') || operatorHere(c) !== null;

/** The integral, limit or extremum that begins here. */
export function readOpaque(c: Cursor): Surface {
  return c.isOp('∫') ? readIntegral(c) : readOperator(c);
}

function opaque(c: Cursor, sign: OpaqueSign, args: readonly Surface[], start: number): Surface {
  return c.node({ kind: 'opaque', sign, args, ...c.since(start) });
}

function readOperator(c: Cursor): Surface {
  const start = c.start;
  const found = must(operatorHere(c) ?? undefined);
  const name = c.text.slice(start, c.here().end);
  const row = functionRow(found.sign)?.means;
  if (row?.kind === 'refused') c.uncalculated('unknown-function', `the function ${name} has no meaning here`, row.hint);
  else c.uncalculated('unknown-command', `${name} is not part of the language`, 'leave the formula out');
  c.pos += found.length;
  const under = readUnder(c);
  const body = c.grammar.startsFactor(c) ? [c.nested(() => c.grammar.product(c))] : [];
  return opaque(c, found.sign, [...under, ...body], start);
}

/** What stands under and over a sign. */
function readUnder(c: Cursor): Surface[] {
  const parts: Surface[] = [];
  while (c.isOp('_') || c.isOp('^')) {
    c.pos += 1;
    if (!c.isOp('{')) {
      parts.push(c.grammar.script(c));
      continue;
    }
    parts.push(
      ...c.bracketed(
        () => {
          c.pos += 1;
          const items = c.isOp('}') ? [] : c.nested(() => c.grammar.list(c, '}'));
          c.expect('}', 'the limits');
          return items;
        },
        (hole) => [hole],
      ),
    );
  }
  return parts;
}

/** `∫ f(x) dx`: terms up to the one with the differential. */
function readIntegral(c: Cursor): Surface {
  const start = c.start;
  c.uncalculated('unknown-command', 'integrals are not part of the language', 'leave the formula out');
  while (c.take('∫'));
  const parts = readUnder(c);
  for (;;) {
    const from = c.pos;
    while (c.take('-') || c.take('+'));
    parts.push(c.nested(() => c.grammar.product(c)));
    if (hasDifferential(c, from) || !(c.isOp('+') || c.isOp('-'))) break;
  }
  return opaque(c, 'integral', parts, start);
}
const hasDifferential = (c: Cursor, from: number): boolean =>
  c.tokens.slice(from, c.pos).some((t) => t.kind === 'name' && (t.name === 'd' || c.differentialName(t) !== null));

/** `\binom{n}{k}` */
export function readBinomial(c: Cursor, args: readonly Surface[], start: number): Surface {
  c.uncalculated('unknown-command', 'binomials are not part of the language', 'write it with products', c.since(start));
  return opaque(c, 'binomial', args, start);
}

/** `k!` and `f|_{x=a}`, after an atom; null where neither stands. */
export function readOpaqueMark(c: Cursor, s: Surface): Surface | null {
  if (c.isOp('!')) {
    c.uncalculated('unexpected-token', 'factorials are not part of the language', 'write the product that is meant');
    c.pos += 1;
    return opaque(c, 'factorial', [s], s.start);
  }
  return null;
}

/** `… |_{z=a}`: what stands before the bar, at a point; the bar is no bracket when a subscript follows it directly. */
export function readAtPoint(c: Cursor, s: Surface): Surface {
  let value = s;
  while (c.openBar === '' && c.isOp('|') && (c.isOp('_', 1) || c.isOp('^', 1))) {
    c.uncalculated('unexpected-token', 'a value at a point is not part of the language', 'put the value in');
    c.pos += 1;
    const under = readUnder(c);
    value = opaque(c, 'at', [value, ...under], s.start);
  }
  return value;
}
