// Signs that relate two sides, typed in any way.
// Not here: chains of them (`grammar.ts`).
// Invariant: looking moves the cursor only past what decorates the sign.
import type { Cursor } from './cursor.ts';
import { relations } from './signs.ts';
import type { Relation } from './surface.ts';

/** `:=` typed with a space, `\stackrel{…}{=}` and the one-sign forms. */
export function relationHere(c: Cursor): Relation | null {
  const t = c.token;
  if (t?.kind === 'command' && (t.name === 'stackrel' || t.name === 'overset' || t.name === 'underset')) {
    const close = c.partner.get(c.pos + 1);
    if (close === undefined) return null;
    const inner = c.tokens[close + 1];
    const sign = inner?.kind === 'op' && inner.op === '{' ? c.tokens[close + 2] : inner;
    const relation = sign?.kind === 'op' ? relations.get(sign.op) : undefined;
    if (relation === undefined) return null;
    c.pos = inner === sign ? close + 1 : (c.partner.get(close + 1) ?? close + 3);
    return relation;
  }
  if (t?.kind === 'command' && t.name === 'not') {
    if (c.ahead(1)?.kind === 'op' && c.isOp('=', 1)) {
      c.pos += 1;
      return '!=';
    }
    return null;
  }
  if (isTypedIn(c)) return '∈';
  return t?.kind === 'op' ? (relations.get(t.op) ?? null) : null;
}
/** `sum_{j in S}`, typed as a word. */
function isTypedIn(c: Cursor): boolean {
  const t = c.token;
  return t?.kind === 'name' && t.run && t.name === 'in' && !c.latex && c.ahead(1)?.kind === 'name';
}

/** Whether a relation follows, without taking it. */
export function relationAhead(c: Cursor): boolean {
  const at = c.pos;
  const found = relationHere(c) !== null;
  c.pos = at;
  return found;
}
