// Σ, Π, max and min with what they bind: `sum_k`, `\sum_{i=1}^{n}`, `sum_{j != i}`, a bare `\sum`.
// Not here: the sets that indices range over (`term/sets.ts`).
// Invariant: the summand reaches over products and stops at + and −, except for a word called with a bracket directly (`Sum_k(…)`).
import { must } from '../term/must.ts';
import type { Cursor } from './cursor.ts';
import type { ReduceOp } from '../term/term.ts';
import { type Binding, type Surface, unwrap } from './surface.ts';

const words: ReadonlyMap<string, ReduceOp> = new Map<string, ReduceOp>([
  ['sum', 'sum'],
  ['Sum', 'sum'],
  ['SUM', 'sum'],
  ['prod', 'prod'],
  ['Prod', 'prod'],
  ['max', 'max'],
  ['Max', 'max'],
  ['min', 'min'],
  ['Min', 'min'],
]);

interface Sign {
  readonly op: ReduceOp;
  readonly word: boolean;
}

function signHere(c: Cursor): Sign | null {
  const t = c.token;
  if (t?.kind === 'op' && (t.op === 'Σ' || t.op === 'Π')) return { op: t.op === 'Σ' ? 'sum' : 'prod', word: false };
  if (t?.kind !== 'name') return null;
  const scripted = c.isOp('_', 1);
  // The Greek letters serve as signs where they carry what a sign carries.
  if (
    (t.name === 'Sigma' || t.name === 'Pi') &&
    scripted &&
    (t.char !== '' || bindsAt(c, c.pos + 2)) &&
    !c.known(t.name)
  )
    return { op: t.name === 'Sigma' ? 'sum' : 'prod', word: false };
  const op = t.run ? words.get(t.name) : undefined;
  if (op === undefined || c.known(t.name) || (!scripted && !(c.isOp('^', 1) && op === 'sum'))) return null;
  return { op, word: true };
}

/** Whether the braced script at token `at` holds `i = …`. */
function bindsAt(c: Cursor, at: number): boolean {
  const close = c.partner.get(at);
  if (close === undefined) return false;
  for (let n = at + 1; n < Math.min(close, at + 8); n += 1) {
    const t = c.tokens[n];
    if (t?.kind === 'op' && t.op === '=') return true;
  }
  return false;
}

export const reductionHere = (c: Cursor): boolean => signHere(c) !== null;

/** The reduction that begins here, with its summand. */
export function readReduction(c: Cursor): Surface {
  const start = c.start;
  const sign = signHere(c) as Sign;
  c.pos += 1;
  const binding = readBinding(c, start);
  const t = c.token;
  if (sign.word && t?.kind === 'op' && (t.op === '(' || t.op === '[') && !t.spaced) {
    const body = c.grammar.atom(c);
    const node = c.node<Surface>({ kind: 'reduce', op: sign.op, binding, body, ...c.since(start) });
    return c.grammar.postfix(c, { kind: 'group', value: node, bracket: '{', ...c.since(start) });
  }
  const body = readSummand(c);
  return c.node({ kind: 'reduce', op: sign.op, binding, body, ...c.since(start) });
}

/** Products are within reach; a leading minus belongs to the summand. */
function readSummand(c: Cursor): Surface {
  const start = c.start;
  if (c.token === undefined) c.fail('unexpected-end', 'this sum has no summand', 'write what is summed');
  let sign: 1 | -1 = 1;
  while (c.isOp('-') || c.isOp('+')) {
    if (c.isOp('-')) sign = sign === 1 ? -1 : 1;
    c.pos += 1;
  }
  const value = c.nested(() => c.grammar.product(c));
  return sign === 1 ? value : c.node({ kind: 'sum', terms: [{ sign, value }], ...c.since(start) });
}

function readBinding(c: Cursor, start: number): Binding {
  let below: Surface[] = [];
  let above: Surface | null = null;
  for (let n = 0; n < 2; n += 1) {
    if (c.isOp('_') && below.length === 0) {
      c.pos += 1;
      below = readBelow(c);
    } else if (c.isOp('^') && above === null) {
      c.pos += 1;
      above = readAbove(c);
    }
  }
  const draft: Draft = { letters: [], from: null, to: above, where: [], over: [] };
  for (const part of below) bind(c, part, draft);
  const where =
    draft.where.length === 0
      ? null
      : draft.where.length === 1
        ? must(draft.where[0])
        : c.node<Surface>({ kind: 'logic', op: 'and', parts: draft.where, ...c.since(start) });
  const member = draft.member === true ? { member: true } : {};
  const over = draft.over.length === 0 ? {} : { over: draft.over };
  return { letters: draft.letters, from: draft.from, to: draft.to, where, ...member, ...over, ...c.since(start) };
}

function readBelow(c: Cursor): Surface[] {
  if (!c.isOp('{') && !(c.isOp('(') && !c.latex)) {
    const atom = c.grammar.atom(c);
    return [c.isOp("'") ? primed(c, atom) : atom];
  }
  const close = c.isOp('{') ? '}' : ')';
  c.pos += 1;
  const outer = { colon: c.colonGives, args: c.inArguments };
  c.colonGives = true;
  c.inArguments = true;
  const parts = c.nested(() => c.grammar.list(c, close));
  c.expect(close, 'what the sum binds');
  c.colonGives = outer.colon;
  c.inArguments = outer.args;
  return parts;
}
function primed(c: Cursor, base: Surface): Surface {
  let count = 0;
  while (c.take("'")) count += 1;
  return c.node({ kind: 'prime', base, count, ...c.since(base.start) });
}
function readAbove(c: Cursor): Surface {
  if (!c.isOp('{')) return c.grammar.atom(c);
  c.pos += 1;
  const value = c.nested(() => c.grammar.sum(c));
  c.expect('}', 'the upper limit');
  return value;
}

interface Draft {
  letters: string[];
  from: Surface | null;
  to: Surface | null;
  where: Surface[];
  member?: boolean;
  /** What is no index letter and takes no part in a condition. */
  over: Surface[];
}

function bind(c: Cursor, part: Surface, draft: Draft): void {
  const s = unwrap(part);
  if (s.kind === 'list') for (const item of s.items) bind(c, item, draft);
  else if (s.kind === 'logic' && s.op === 'and') for (const item of s.parts) bind(c, item, draft);
  else if (s.kind === 'conditional') bindSuch(c, s, draft);
  else if (s.kind === 'relation') bindRelation(c, s, draft);
  else if (s.kind !== 'text') {
    const unequal = excluded(s, draft);
    if (unequal !== null) draft.where.push(unequal);
    else bindLetters(c, s, s, draft);
  }
}

/** The l of `j \\neq i, l`: j is not l either. */
function excluded(s: Surface, draft: Draft): Surface | null {
  const last = draft.where.at(-1);
  const letters = lettersOf(s);
  if (last?.kind !== 'relation' || last.links.length !== 1 || letters === null) return null;
  const link = must(last.links[0]);
  return link.op === '!=' && !letters.some((l) => draft.letters.includes(l))
    ? { ...last, end: s.end, links: [{ ...link, value: s }] }
    : null;
}

/** The letters of `s`; where it has none, the sum runs over all of `whole`. */
function bindLetters(c: Cursor, s: Surface, whole: Surface, draft: Draft): boolean {
  const letters = lettersOf(s);
  if (letters === null) {
    c.uncalculated('bad-binding', 'a sum binds index letters', 'write for example sum_{i=1}^{n} or sum_{j != i}', s);
    draft.over.push(whole);
  } else for (const letter of letters) if (!draft.letters.includes(letter)) draft.letters.push(letter);
  return letters !== null;
}

/** `i : y_i = k`, `i | y_i = k`: the letters for which the condition holds. */
function bindSuch(c: Cursor, s: Surface & { kind: 'conditional' }, draft: Draft): void {
  const given = unwrap(s.given);
  if (lettersOf(unwrap(s.value)) === null || given.kind !== 'relation') {
    bindLetters(c, s, s, draft);
    return;
  }
  bindLetters(c, unwrap(s.value), s, draft);
  draft.where.push(given);
}

function bindRelation(c: Cursor, s: Surface & { kind: 'relation' }, draft: Draft): void {
  const [link, second] = s.links;
  if (link === undefined) return;
  if (second !== undefined && (link.op === '<=' || link.op === '<')) {
    bindBetween(c, s, draft);
    return;
  }
  const left = unwrap(s.first);
  if (link.op === '=' || link.op === ':=') {
    if (bindLetters(c, left, s, draft)) draft.from = link.value;
    return;
  }
  // The letter may be bound already (`sum_{j=1, j != i}`).
  if (left.kind !== 'number' && !bindLetters(c, left, s, draft)) return;
  if (link.op === '∈') {
    if (unwrap(link.value).kind === 'name') {
      draft.to ??= link.value;
      draft.member = true;
    }
    return;
  }
  draft.where.push(s);
}

function bindBetween(c: Cursor, s: Surface & { kind: 'relation' }, draft: Draft): void {
  const [lower, upper] = s.links;
  if (lower === undefined || upper === undefined || !bindLetters(c, unwrap(lower.value), s, draft)) return;
  if (lower.op === '<=' && upper.op === '<=') {
    draft.from = s.first;
    draft.to = upper.value;
  } else draft.where.push(s);
}

/** Index letters of a subscript or binding: each letter of a run, or a primed letter; null where it is something else. */
export function lettersOf(s: Surface): string[] | null {
  if (s.kind === 'name') return s.bold ? null : s.run && /^[A-Za-z]+$/.test(s.name) ? [...s.name] : [s.name];
  if (s.kind === 'prime' && s.base.kind === 'name') return [s.base.name + "'".repeat(s.count)];
  if (s.kind !== 'product' || !s.factors.every((f) => f.op === 'juxtaposed')) return null;
  const all = s.factors.map((f) => lettersOf(unwrap(f.value)));
  return all.some((l) => l === null) ? null : all.flatMap((l) => l ?? []);
}
