// Subscripts, superscripts and primes after an atom.
// Not here: what a superscript means (power, label, index, transpose): only `meaning/typed/elaborate.ts` knows the
// names.
// Invariant: a subscript's parts keep the author's order; a known suffix (`y_hat`) becomes part of the name.
import { must } from '../term/must.ts';
import type { Cursor } from './cursor.ts';
import { nameSuffixes } from '../term/symbols.ts';
import { type Surface, unwrap } from './surface.ts';
import type { Token } from './tokens.ts';

/** The script or prime that follows `s`, applied to it; null when there is none. */
export function readScripts(c: Cursor, s: Surface): Surface | null {
  if (c.isOp('_')) return readSubscript(c, s);
  if (c.isOp('^')) return readSuperscript(c, s);
  if (c.isOp("'")) return readPrimes(c, s);
  if (s.kind === 'name' && starEnds(c)) {
    c.pos += 1;
    return c.node({ ...s, name: `${s.name}_star`, ...c.since(s.start) });
  }
  return null;
}

/** `x* = …`: a star with no factor after it belongs to the name. */
function starEnds(c: Cursor): boolean {
  if (c.latex || !c.isOp('*') || c.token?.spaced) return false;
  const next = c.ahead(1);
  return next === undefined || (next.kind === 'op' && ['=', ')', ',', ';', ']', '}', '==', ':='].includes(next.op));
}

function readPrimes(c: Cursor, s: Surface): Surface {
  let count = 0;
  while (c.take("'")) count += 1;
  return c.node({ kind: 'prime', base: s, count, ...c.since(s.start) });
}

function readSubscript(c: Cursor, s: Surface): Surface {
  c.pos += 1;
  const suffix = suffixHere(c);
  if (suffix !== null && s.kind === 'name') {
    c.pos += 1;
    return c.node({ ...s, name: `${s.name}_${suffix}`, run: s.run, ...c.since(s.start) });
  }
  const parts = readScriptParts(c);
  if (s.kind === 'number' && s.num === 1n && s.den === 1n && parts.some((p) => p.kind === 'relation'))
    return indicator(c, s, parts);
  if (s.kind === 'ones' && parts.some((p) => unwrap(p).kind === 'relation')) return indicator(c, s, parts);
  const under = bearer(s, parts);
  if (under !== null) return c.node(under(parts, c.since(s.start)));
  // `a_{i}_{j}` is `a_{ij}` typed in two goes.
  if (s.kind === 'subscript') return c.node({ ...s, parts: [...s.parts, ...parts], ...c.since(s.start) });
  return c.node({ kind: 'subscript', base: s, parts, ...c.since(s.start) });
}

/**
 * `x^2_i` is the square of x_i, `u^T_o` the transpose of u_o; but `X^T_{ij}` and `A^{-1}_{ij}` are entries of the
 * transpose and the inverse; `‖x‖^2_2` is the square of a norm.
 */
function bearer(
  s: Surface,
  parts: readonly Surface[],
): ((parts: readonly Surface[], span: { start: number; end: number }) => Surface) | null {
  if (s.kind !== 'power' && s.kind !== 'transpose') return null;
  const bottom = s.base;
  if (bottom.kind !== 'name' && bottom.kind !== 'prime' && !(bottom.kind === 'bars' && bottom.double)) return null;
  const transposes = s.kind === 'transpose' || (s.exponent.kind === 'name' && s.exponent.name === 'T');
  const isSmall = bottom.kind === 'name' && /^[a-z]/.test(bottom.name) && parts.length === 1;
  if (transposes ? !isSmall : s.kind === 'power' && s.exponent.kind === 'sum') return null;
  return (all, span) => ({
    ...s,
    ...span,
    base: { kind: 'subscript', base: bottom, parts: all, start: bottom.start, end: span.end },
  });
}

function indicator(c: Cursor, s: Surface, parts: readonly Surface[]): Surface {
  const condition =
    parts.length === 1 ? must(parts[0]) : c.node<Surface>({ kind: 'logic', op: 'and', parts, ...c.since(s.start) });
  return c.node({ kind: 'indicator', condition, ...c.since(s.start) });
}

function suffixHere(c: Cursor): string | null {
  const t = c.token;
  if (t?.kind !== 'name' || !t.run || c.latex) return null;
  return nameSuffixes.has(t.name) && !c.isOp('(', 1) ? t.name : null;
}

/** What stands in a subscript: a bracketed list, or one token. */
function readScriptParts(c: Cursor): Surface[] {
  return c.isOp('{') || (c.isOp('(') && !c.latex)
    ? c.bracketed(
        () => readBracedSubscript(c),
        (hole) => [hole],
      )
    : [readScriptToken(c)];
}
function readBracedSubscript(c: Cursor): Surface[] {
  const close = c.isOp('{') ? '}' : ')';
  c.pos += 1;
  if (c.isOp(close)) c.fail('bad-subscript', 'this subscript is empty', 'write an index, or remove the subscript');
  if (c.isOp(close, 1) && (c.token?.kind === 'text' || signMarks.some((op) => c.isOp(op)))) {
    const part = readScriptToken(c);
    c.pos += 1;
    return [part];
  }
  const outer = { bar: c.openBar, args: c.inArguments };
  c.openBar = '';
  c.inArguments = true;
  const parts = c.nested(() => c.grammar.list(c, close));
  c.expect(close, 'the subscript');
  c.openBar = outer.bar;
  c.inArguments = outer.args;
  return parts;
}

/** One token as a script; a run of letters and digits (`W_ij`, `x_1k`) is kept as a run. */
export function readScriptToken(c: Cursor): Surface {
  const t = c.token;
  if (t === undefined) c.fail('unexpected-end', 'the formula ends where a script was expected', 'finish the formula');
  const span = { start: t.start, end: t.end };
  if (t.kind === 'number' || t.kind === 'name') {
    const digit = c.latex && t.kind === 'number' ? firstDigit(c, t) : null;
    if (digit !== null) return digit;
    const atom = c.grammar.atom(c);
    return c.isOp("'") && t.kind === 'name' ? readPrimes(c, atom) : atom;
  }
  if (t.kind === 'command') return c.grammar.atom(c);
  if (t.kind === 'text') {
    c.pos += 1;
    return c.node({ kind: 'text', text: t.text, ...span });
  }
  if (t.op === '⊤' || (t.op !== '-' && signMarks.includes(t.op)) || isLoneMinus(c)) {
    c.pos += 1;
    return c.node({ kind: 'text', text: t.op, ...span });
  }
  if (t.op === "'") {
    const s: Surface = { kind: 'text', text: "'", ...span };
    let count = 0;
    while (c.take("'")) count += 1;
    return c.node({ kind: 'prime', base: s, count, ...span });
  }
  if (t.op === '(' || t.op === '[' || t.op === '|') return c.grammar.atom(c);
  if (t.op === '-' && c.ahead(1) !== undefined) {
    c.pos += 1;
    const value = c.grammar.atom(c);
    return c.node({ kind: 'sum', terms: [{ sign: -1, value }], ...c.since(t.start) });
  }
  return c.fail('bad-subscript', `"${t.op}" cannot be a subscript or superscript`, 'put it in braces');
}

/** Signs that may stand alone in a script. */
const signMarks: readonly string[] = ['*', '+', '-', '⊙', '⋆'];

/** `x^-`, `x_{-}`: a sign that belongs to the name. */
const isLoneMinus = (c: Cursor): boolean => {
  const next = c.ahead(1);
  return (
    c.isOp('-') &&
    (next === undefined || (next.kind === 'op' && ['}', ')', ']', '=', ',', '_', '^', '+', '-', '|'].includes(next.op)))
  );
};

/** In LaTeX a script without braces is one character: `x^12` is x¹·2. */
function firstDigit(c: Cursor, t: Token & { kind: 'number' }): Surface | null {
  if (t.digits.length <= 1) return null;
  return c.fail(
    'bad-subscript',
    `"${t.digits}" without braces: only its first digit is a script`,
    'put the number in braces',
    t,
  );
}

function readSuperscript(c: Cursor, s: Surface): Surface {
  const t = must(c.token);
  c.pos += 1;
  // ** is two characters wide
  if (t.end - t.start < 2) return readExponent(c, s);
  const power = readExponent(c, s);
  return power.kind === 'power' ? { ...power, starred: true } : power;
}

function readExponent(c: Cursor, s: Surface): Surface {
  if (c.isOp('{') || (c.isOp('(') && !c.latex))
    return c.bracketed(
      () => readBracedSuperscript(c, s),
      (exponent) => ({ kind: 'power', base: s, exponent, style: 'none', ...c.since(s.start) }),
    );
  const exponent = c.latex ? readScriptToken(c) : readPlainExponent(c, s);
  return superscript(c, s, exponent);
}

/** Layers are counted with l: `a^l_j` is entry j of layer l. */
const layerLetters: ReadonlySet<string> = new Set(['l', 'L', 'ell']);

/** `x^2`, `e^o_i`, `x^-1`, `2^k^2`: in plain text the exponent takes its own scripts. */
function readPlainExponent(c: Cursor, base: Surface): Surface {
  const start = c.start;
  if (c.isOp('-') && c.ahead(1) !== undefined) {
    c.pos += 1;
    const value = c.nested(() => readPlainExponent(c, base));
    return c.node({ kind: 'sum', terms: [{ sign: -1, value }], ...c.since(start) });
  }
  const atom = readScriptToken(c);
  const isLayer = atom.kind === 'name' && layerLetters.has(atom.name) && !(base.kind === 'name' && base.name === 'e');
  if (atom.kind !== 'name' || atom.name === 'T' || isLayer)
    return atom.kind === 'number' && c.isOp('^') ? c.nested(() => readSuperscript(c, atom)) : atom;
  return c.nested(() => c.grammar.postfix(c, atom));
}

function readBracedSuperscript(c: Cursor, s: Surface): Surface {
  const close = c.isOp('{') ? '}' : ')';
  const start = c.start;
  c.pos += 1;
  const only = c.token;
  if (
    only?.kind === 'op' &&
    ['⊤', '*', '+', '-', '⊙', '⋆', "'"].includes(only.op) &&
    (c.isOp(close, 1) || only.op === "'")
  ) {
    const exponent = readScriptToken(c);
    c.expect(close, 'the superscript');
    return superscript(c, s, exponent);
  }
  if (c.isOp('-') && c.isOp('⊤', 1) && c.isOp(close, 2)) {
    c.pos += 3;
    return inverseTranspose(c, s);
  }
  if (c.take(close)) return s;
  const outer = { bar: c.openBar, args: c.inArguments };
  c.openBar = '';
  c.inArguments = false;
  const inner = c.nested(() => c.grammar.list(c, close));
  c.expect(close, 'the superscript');
  c.openBar = outer.bar;
  c.inArguments = outer.args;
  const first = must(inner[0]);
  // `x^(n)` in plain text is a power; only braces around the bracket make it a label.
  const value = inner.length === 1 ? first : c.node<Surface>({ kind: 'list', items: inner, ...c.since(start) });
  return superscript(c, s, value, close === ')' && inner.length > 1);
}

/** `X^{-\top}` */
function inverseTranspose(c: Cursor, s: Surface): Surface {
  const span = c.since(s.start);
  const one: Surface = { kind: 'number', num: 1n, den: 1n, digits: '1', ...span };
  const minus = c.node<Surface>({ kind: 'sum', terms: [{ sign: -1, value: one }], ...span });
  return c.node({
    kind: 'transpose',
    base: c.node({ kind: 'power', base: s, exponent: minus, style: 'none', ...span }),
    ...span,
  });
}

function superscript(c: Cursor, s: Surface, exponent: Surface, label = false): Surface {
  const span = c.since(s.start);
  if (exponent.kind === 'text' && exponent.text === '⊤') return c.node({ kind: 'transpose', base: s, ...span });
  if (exponent.kind === 'prime' && exponent.base.kind === 'text')
    return c.node({ kind: 'prime', base: s, count: exponent.count, ...span });
  const style = label
    ? 'paren'
    : exponent.kind !== 'group'
      ? 'none'
      : exponent.bracket === '('
        ? 'paren'
        : exponent.bracket === '['
          ? 'square'
          : 'none';
  return c.node({
    kind: 'power',
    base: s,
    exponent: exponent.kind === 'group' ? unwrap(exponent) : exponent,
    style,
    ...span,
  });
}
