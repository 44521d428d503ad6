// LaTeX commands with arguments: fractions, roots, accents, bold letters, cases and matrices.
// Not here: commands that are one token (`term/symbols.ts`), derivatives written as fractions (`differentials.ts`).
// Invariant: a command that is not in the tables is a named error, never dropped in silence.
import { lastOf, must } from '../term/must.ts';
import { environmentAt, type Cursor } from './cursor.ts';
import { accentCommands, boldCommands, transparentCommands } from '../term/symbols.ts';
import { readBinomial } from './opaque.ts';
import { type Surface, unwrap } from './surface.ts';

const fractions: ReadonlySet<string> = new Set(['frac', 'dfrac', 'tfrac', 'cfrac', 'nicefrac', 'sfrac']);

/** `\\abs{x}`, `\\norm{x}`, as packages for physics and mathematics have them. */
const barCommands: ReadonlyMap<string, '|' | '‖'> = new Map([
  ['abs', '|'],
  ['norm', '‖'],
]);
const binomials: ReadonlySet<string> = new Set(['binom', 'dbinom', 'tbinom']);

/** The atom that a command makes. */
export function readCommandAtom(c: Cursor, name: string): Surface {
  const start = c.start;
  if (name === 'begin') return readEnvironment(c);
  if (fractions.has(name)) {
    c.pos += 1;
    const num = readArgument(c);
    const den = readArgument(c);
    return c.node({ kind: 'fraction', num, den, ...c.since(start) });
  }
  if (name === 'sqrt') return readRoot(c);
  if (boldCommands.has(name)) return readBold(c);
  const accent = accentCommands.get(name);
  if (accent !== undefined) {
    c.pos += 1;
    return readAccent(c, accent, start);
  }
  if (transparentCommands.has(name)) {
    c.pos += 1;
    const value = readArgument(c);
    skipLabel(c, name);
    return c.node({ kind: 'group', value, bracket: '{', ...c.since(start) });
  }
  if (name === 'substack') {
    c.pos += 1;
    return readStack(c, start);
  }
  if (name === 'overset' || name === 'underset' || name === 'stackrel') {
    c.pos += 1;
    readArgument(c);
    return readArgument(c);
  }
  const bars = barCommands.get(name);
  if (bars !== undefined) {
    c.pos += 1;
    return c.node({ kind: 'bars', value: readArgument(c), double: bars === '‖', ...c.since(start) });
  }
  if (binomials.has(name)) {
    c.pos += 1;
    return readBinomial(c, [readArgument(c), readArgument(c)], start);
  }
  if (!c.isOp('{', 1) && letterMacro.test(name)) return readUnknown(c, name);
  return c.fail(
    'unknown-command',
    `the command \\${name} is not part of the language`,
    'write it another way, or leave it out',
  );
}

/** A letter with the mark of its style before it (`\bx`, `\vw`, `\rvx`, `\mA`), as authors abbreviate. */
const letterMacro = /^(?:b|bs|bf|v|vec|m|mat|cal|c|s|t|r|rv|ev)[A-Za-z]$/;

/** A command that nothing declares: a name, in doubt. */
function readUnknown(c: Cursor, name: string): Surface {
  const start = c.start;
  const message = `the command \\${name} is not part of the language`;
  c.uncalculated('unknown-command', message, 'write it another way, or leave it out');
  c.pos += 1;
  return c.node({ kind: 'name', name: `\\${name}`, bold: false, run: true, ...c.since(start) });
}

/** `\substack{j = 1 \\ j \neq i}`: its lines are a list. */
function readStack(c: Cursor, start: number): Surface {
  c.expect('{', 'the stack');
  const items = [c.grammar.chain(c)];
  while (c.take('\\\\') || c.take(',')) items.push(c.grammar.chain(c));
  c.expect('}', 'the stack');
  return c.node({ kind: 'list', items, ...c.since(start) });
}

/** `\underbrace{…}_{…}`: the label says nothing about the value. */
function skipLabel(c: Cursor, name: string): void {
  if (!name.endsWith('brace') || !(c.isOp('_') || c.isOp('^'))) return;
  const close = c.partner.get(c.pos + 1);
  if (close !== undefined) c.pos = close + 1;
}

/** A braced argument, or one token (`\frac12`). */
function readArgument(c: Cursor): Surface {
  if (c.isOp('{'))
    return c.bracketed(
      () => readBraced(c),
      (hole) => hole,
    );
  const t = c.token;
  if (t?.kind === 'number' && t.digits.length === 2) return splitDigits(c);
  return c.nested(() => c.grammar.atom(c));
}

function readBraced(c: Cursor): Surface {
  c.pos += 1;
  const outer = { bar: c.openBar, args: c.inArguments };
  c.openBar = '';
  c.inArguments = false;
  const value = c.grammar.chain(c);
  c.expect('}', 'the argument');
  c.openBar = outer.bar;
  c.inArguments = outer.args;
  return value;
}

/** `\frac12`: two arguments typed as one number. The first is taken; the second is what is left of the token. */
function splitDigits(c: Cursor): Surface {
  const t = c.token as { start: number; digits: string };
  const second = c.pendingDigit;
  const digit = must(t.digits[second ? 1 : 0]);
  if (second) c.pos += 1;
  c.pendingDigit = !second;
  const start = t.start + (second ? 1 : 0);
  return c.node({ kind: 'number', num: BigInt(digit), den: 1n, digits: digit, start, end: start + 1 });
}

function readRoot(c: Cursor): Surface {
  const start = c.start;
  c.pos += 1;
  let degree: Surface | null = null;
  if (c.isOp('[')) {
    c.pos += 1;
    degree = c.grammar.sum(c);
    c.expect(']', 'the degree of the root');
  }
  const value = readArgument(c);
  const span = c.since(start);
  if (degree === null)
    return c.node({
      kind: 'apply',
      head: { kind: 'name', name: 'sqrt', bold: false, run: true, ...span },
      args: [value],
      direct: true,
      bracket: '(',
      ...span,
    });
  const one: Surface = { kind: 'number', num: 1n, den: 1n, digits: '1', ...span };
  return c.node({
    kind: 'power',
    base: { kind: 'group', value, bracket: '{', ...span },
    exponent: c.node({ kind: 'fraction', num: one, den: degree, ...span }),
    style: 'none',
    ...span,
  });
}

function readBold(c: Cursor): Surface {
  const start = c.start;
  c.pos += 1;
  const inner = unwrap(c.isOp('{') ? readArgument(c) : c.nested(() => c.grammar.atom(c)));
  return embolden(c, inner, start);
}
function embolden(c: Cursor, s: Surface, start: number): Surface {
  if (s.kind === 'name') return c.node({ ...s, bold: true, ...c.since(start) });
  if (s.kind === 'number' && s.num === 1n && s.den === 1n) return c.node({ kind: 'ones', ...c.since(start) });
  if (s.kind === 'subscript' || s.kind === 'transpose' || s.kind === 'prime')
    return c.node({ ...s, base: embolden(c, s.base, start), ...c.since(start) });
  return c.node({ kind: 'group', value: s, bracket: '{', ...c.since(start) });
}

/** The accent joins the name at the bottom of scripts and primes. */
function readAccent(c: Cursor, accent: string, start: number): Surface {
  const inner = unwrap(c.isOp('{') ? readArgument(c) : c.nested(() => c.grammar.atom(c)));
  const put = (s: Surface): Surface => {
    if (s.kind === 'name') return c.node({ ...s, name: `${s.name}_${accent}`, ...c.since(start) });
    if (s.kind === 'subscript' || s.kind === 'prime' || s.kind === 'power')
      return c.node({ ...s, base: put(s.base), ...c.since(start) });
    return c.fail('bad-accent', 'an accent belongs over a name', 'give the whole expression a name of its own', s);
  };
  return put(inner);
}

function readEnvironment(c: Cursor): Surface {
  const start = c.start;
  const found = environmentAt(c.tokens, c.pos, c.text);
  if (found === null)
    return c.fail('unknown-command', '\\begin without the name of an environment', 'write for example \\begin{cases}');
  c.pos = found.last + 1;
  const name = found.name.replace('*', '');
  if (name === 'cases' || name === 'rcases' || name === 'dcases') return readCases(c, start, name);
  if (name === 'array') {
    const close = c.partner.get(c.pos);
    if (c.isOp('{') && close !== undefined) c.pos = close + 1;
  }
  if (/^(?:[bpvBV]?matrix|smallmatrix|array)$/.test(name)) return readMatrix(c, start, name);
  return c.fail(
    'unknown-command',
    `the environment ${name.slice(0, 40)} is not part of the language`,
    'write it another way',
    { start, end: c.start },
  );
}

function endEnvironment(c: Cursor, name: string): void {
  const found = c.isCommand('end') ? environmentAt(c.tokens, c.pos, c.text) : null;
  if (found === null || found.name.replace('*', '') !== name)
    c.fail('unbalanced-bracket', 'this environment is never ended', 'write \\end{…}');
  c.pos = found.last + 1;
}

/** A `\\`, maybe with the extra space that some authors ask for (`\\[2ex]`). */
function takeNewline(c: Cursor): boolean {
  if (!c.take('\\\\')) return false;
  if (c.isOp('[') && c.ahead(1)?.kind === 'number') {
    const close = c.partner.get(c.pos);
    if (close !== undefined && close - c.pos <= 3) c.pos = close + 1;
  }
  return true;
}

const conditionWords: ReadonlySet<string> = new Set(['if', 'when', 'for', 'where', 'otherwise', 'else']);

function skipConditionWords(c: Cursor): boolean {
  let otherwise = false;
  for (;;) {
    const t = c.token;
    if (t?.kind === 'name' && conditionWords.has(t.name)) otherwise ||= t.name === 'otherwise' || t.name === 'else';
    else if (t?.kind === 'text' && /^[\s.,]*(?:if|when|for|where|otherwise|else|elsewhere)?[\s.,]*$/.test(t.text))
      otherwise ||= /otherwise|else/.test(t.text);
    else if (!(t?.kind === 'op' && (t.op === ',' || t.op === '&' || t.op === '.'))) return otherwise;
    c.pos += 1;
  }
}

/**
 * `\left\{ \begin{array}{ll} a & i = j \\ b & i \neq j \end{array} \right.`: cases, as they were set before `cases`.
 */
export function readOldCases(c: Cursor): Surface | null {
  if (c.partner.has(c.pos)) return null;
  const found = c.ahead(1)?.kind === 'command' ? environmentAt(c.tokens, c.pos + 1, c.text) : null;
  if (found === null || !/^(?:array|matrix)$/.test(found.name)) return null;
  const start = c.start;
  c.pos = found.last + 1;
  const close = c.partner.get(c.pos);
  if (found.name === 'array' && c.isOp('{') && close !== undefined) c.pos = close + 1;
  return readCases(c, start, found.name);
}

function readCases(c: Cursor, start: number, name: string): Surface {
  const rows: { value: Surface; condition: Surface | null }[] = [];
  while (!c.isCommand('end')) {
    if (c.token === undefined)
      c.fail('unbalanced-bracket', 'these cases are never ended', 'write \\end{cases}', { start, end: start + 6 });
    if (takeNewline(c)) continue;
    const value = c.grammar.sum(c);
    const otherwise = skipConditionWords(c);
    rows.push({ value, condition: otherwise ? null : readCondition(c) });
    skipConditionWords(c);
    if (!takeNewline(c)) break;
  }
  endEnvironment(c, name);
  return c.node({ kind: 'cases', rows, ...c.since(start) });
}

/** The condition of a case; inside `\text{if i = j}` the words are taken off. */
function readCondition(c: Cursor): Surface {
  const t = c.token;
  if (t?.kind !== 'text') {
    const parts = [c.grammar.chain(c)];
    while (
      c.isOp(',') &&
      !c.isOp('\\\\', 1) &&
      c.ahead(1) !== undefined &&
      c.ahead(1)?.kind !== 'command' &&
      c.ahead(1)?.kind !== 'text'
    ) {
      c.pos += 1;
      parts.push(c.grammar.chain(c));
    }
    return parts.length === 1 ? must(parts[0]) : c.node({ kind: 'logic', op: 'and', parts, ...c.since(t?.start ?? 0) });
  }
  const words = t.text.replace(/^[\s,]*(?:if|when|for|where)\b/, '').replace(/[\s.,]+$/, '');
  c.pos += 1;
  if (words.trim() === '') return c.grammar.chain(c);
  return c.readInner(words, t);
}

function readMatrix(c: Cursor, start: number, name: string): Surface {
  const rows: Surface[][] = [[]];
  for (;;) {
    if (c.isCommand('end')) break;
    if (c.token === undefined)
      c.fail('unbalanced-bracket', 'this matrix is never ended', 'write \\end{…}', { start, end: start + 6 });
    if (c.take('&') || c.take(',')) continue;
    if (takeNewline(c)) {
      rows.push([]);
      continue;
    }
    const at = c.pos;
    lastOf(rows).push(c.grammar.sum(c));
    if (c.pos === at) c.fail('unexpected-token', 'this has no place in a matrix', 'divide its entries with &');
  }
  endEnvironment(c, name);
  if (rows.at(-1)?.length === 0) rows.pop();
  const matrix = c.node<Surface>({ kind: 'matrix', rows, ...c.since(start) });
  return name === 'vmatrix' ? c.node({ kind: 'bars', value: matrix, double: false, ...c.since(start) }) : matrix;
}
