// Whole texts: one formula, or statements one after the other, for readers that go on at a fault and for strict ones.
// Not here: the rules (`grammar.ts`).
// Invariant: `parseSurface` never throws; a tree has a hole where and only where a fault stands beside it.
import { WhygradError } from '../term/error.ts';
import { Cursor } from './cursor.ts';
import { grammar, readChain, skipLineHeight } from './grammar.ts';
import type { Surface } from './surface.ts';
import { recogniseSpelling, type Spelling } from './tokens.ts';

export interface GrammarOptions {
  readonly spelling?: Spelling | undefined;
  readonly known?: (name: string) => boolean;
}

const nothingKnown = (): boolean => false;
const cursorFor = (text: string, options: GrammarOptions): Cursor =>
  new Cursor(text, options.spelling ?? recogniseSpelling(text), options.known ?? nothingKnown, grammar);

export interface Parsed {
  readonly surface: Surface;
  /** Why there are holes in the tree; none without holes. */
  readonly faults: readonly WhygradError[];
  /** What a strict reader says of the text: the first fault, or the first notation that is not calculated. */
  readonly refusal: WhygradError | null;
}

/** One expression, equation, chain or condition of any text; never throws. */
export function parseSurface(text: string, options: GrammarOptions = {}): Parsed {
  const c = cursorFor(text, options);
  const surface = readWhole(c);
  return { surface, faults: c.faults, refusal: c.refusal };
}

/** The same for a strict reader: throws the first fault, a WhygradError with its place. */
export function readSurface(text: string, options: GrammarOptions = {}): Surface {
  const { surface, refusal } = parseSurface(text, options);
  if (refusal !== null) throw refusal;
  return surface;
}

function readWhole(c: Cursor): Surface {
  try {
    skipRemarks(c);
    if (c.token === undefined) c.fail('empty', 'there is no formula here', 'write a formula');
    const chain = readChain(c);
    skipRemarks(c);
    return c.token === undefined ? chain : readLeftOver(c, chain);
  } catch (error) {
    if (!(error instanceof WhygradError)) throw error;
    c.faults.push(error);
    return { kind: 'hole', parts: [], start: 0, end: c.text.length };
  }
}

/** Formulas with something between them that belongs to none. */
function readLeftOver(c: Cursor, first: Surface): Surface {
  const parts = [first];
  const take = (rule: () => void): void =>
    c.recovering(
      rule,
      () => c.pos + 1,
      () => undefined,
    );
  while (c.token !== undefined) {
    take(() => endOfText(c));
    if (c.token !== undefined) take(() => parts.push(readChain(c)));
    skipRemarks(c);
  }
  return { kind: 'hole', parts, start: 0, end: c.text.length };
}

/** How many steps the grammar takes on a text, whether it reads or not; for measuring that its work stays linear. */
export function stepsOf(text: string, options: GrammarOptions = {}): number {
  let c: Cursor | null = null;
  try {
    c = cursorFor(text, options);
    while (c.token !== undefined) {
      readChain(c);
      c.pos += 1;
    }
  } catch (error) {
    if (!(error instanceof WhygradError)) throw error;
  }
  return c === null ? 0 : c.steps + c.tokens.length;
}

/** The statements of a text: separated by `;`, by commas outside brackets, or by `\\`. */
export function readStatements(text: string, options: GrammarOptions = {}): Surface[] {
  const c = cursorFor(text, options);
  const statements: Surface[] = [];
  for (;;) {
    skipRemarks(c);
    while (c.take(';') || c.take(',') || c.take('\\\\')) {
      skipLineHeight(c);
      skipRemarks(c);
    }
    if (c.refusal !== null) throw c.refusal;
    if (c.token === undefined) return statements;
    statements.push(readChain(c));
    if (c.refusal !== null) throw c.refusal;
    skipRemarks(c);
    if (c.token !== undefined && !c.isOp(';') && !c.isOp(',') && !c.isOp('\\\\')) endOfText(c);
  }
}

/** Remarks and full stops at the rim of a formula say nothing. */
function skipRemarks(c: Cursor): void {
  for (;;) {
    const t = c.token;
    if (
      t?.kind === 'text' ||
      (t?.kind === 'op' && ['.', '∴', '∵', '∎'].includes(t.op)) ||
      (t?.kind === 'op' && t.op === ',' && c.ahead(1) === undefined)
    )
      c.pos += 1;
    else return;
  }
}

function endOfText(c: Cursor): void {
  const t = c.token;
  if (t === undefined) return;
  if (t.kind === 'op' && [')', ']', '}', '\\}'].includes(t.op))
    c.fail('unbalanced-bracket', `this "${t.op}" closes nothing`, 'remove it, or open the bracket before');
  const isChoice = t.kind === 'name' && (t.name === 'if' || t.name === 'otherwise');
  const hint = isChoice ? 'write if(x > 0, a, b), or a if x > 0 else b' : 'one formula was expected';
  c.fail('unexpected-token', `"${c.text.slice(t.start, t.end)}" does not belong here`, hint);
}
