// Choices as code writes them: `a if x > 0 else b`.
// Not here: `if(…)` (`meaning/typed/calls.ts`), cases of LaTeX environments (`commands.ts`).
// Invariant: an `if` that no `else` follows is left where it is.
import type { Cursor } from './cursor.ts';
import type { Surface } from './surface.ts';

/** What was read, or the choice that it begins. */
export function readChoice(c: Cursor, then: Surface): Surface {
  const mark = c.token;
  if (mark === undefined || !c.isName('if')) return then;
  const at = c.pos;
  c.pos += 1;
  const condition = c.grammar.chain(c);
  if (!c.isName('else')) {
    c.pos = at;
    return then;
  }
  c.pos += 1;
  const otherwise = readChoice(c, c.grammar.sum(c));
  const head: Surface = { kind: 'name', name: 'if', bold: false, run: true, start: mark.start, end: mark.end };
  const args = [condition, then, otherwise];
  const span = { start: then.start, end: otherwise.end };
  return c.node({ kind: 'apply', head, args, direct: true, bracket: '(', ...span });
}

/** Whether `if(x > 0, x, 0)` begins here; but not the `if` of `x if (x > 0) else 0`. */
export function isIfCall(c: Cursor): boolean {
  if (!c.isName('if') || !c.isOp('(', 1)) return false;
  const after = c.tokens[(c.partner.get(c.pos + 1) ?? c.tokens.length) + 1];
  return !(after?.kind === 'name' && after.name === 'else');
}
