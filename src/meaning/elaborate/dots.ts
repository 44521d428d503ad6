// Sums and vectors written out with dots, `e^{z_1} + e^{z_2} + \cdots + e^{z_n}`, as Σ and as a general entry.
// Not here: matrices with dots.
// Invariant: the first and the last term differ in one index only, and every term between them fits the pattern.
import { lastOf, must } from '../../term/must.ts';
import { addIndices, at, freeIndex, type Index, indexKey, negate, reduce, type Term } from '../../term/term.ts';
import { close, key } from '../../term/walk.ts';
import { headName, mapParts, parts, type Surface, unwrap } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { elementwise, onesVector, scalar, sum, tensor, type Value, withAxes } from '../value.ts';

type Addend = (Surface & { kind: 'sum' })['terms'][number];
type Sum = Surface & { kind: 'sum' };

export const isDots = (s: Surface): boolean => unwrap(s).kind === 'ellipsis';

/** `⋯ x` without a plus in between is still a term of the sum. */
function spreadOut(t: Addend): Addend[] {
  const { value } = t;
  const [first, ...rest] = value.kind === 'product' ? value.factors : [];
  if (value.kind !== 'product' || first === undefined || !isDots(first.value)) return [t];
  const of: Surface = rest.length === 1 ? must(rest[0]).value : { ...value, factors: rest };
  return [
    { sign: 1, value: first.value },
    { sign: t.sign, value: of },
  ];
}

/** The value of a sum with dots, null when it has none. */
export function readDottedSum(e: Env, s: Sum): Value | null {
  const all = s.terms.flatMap(spreadOut);
  const dots = all.findIndex((t) => isDots(t.value));
  if (dots < 0) return null;
  const written = all.filter((t) => !isDots(t.value));
  const last = written.at(-1);
  // Without a last term the sum goes on to the end; only the habits of a text can say that.
  const open = last === undefined || isDots(lastOf(all).value);
  const start = last === undefined ? 0 : patternStart(written, last, dots);
  const first = written[start];
  if (first === undefined || last === undefined || dots === 0 || first.sign !== last.sign || (open && e.strict))
    return e.fail(
      s,
      'bad-ellipsis',
      'these dots do not say where the sum ends',
      'write the last term, or use a sum with an index',
    );
  const pair = difference(first.value, last.value);
  if (pair === null)
    return e.fail(
      s,
      'bad-ellipsis',
      'the first and the last term differ in more than one index',
      'use a sum with an index',
    );
  const pattern = patternOf(e, s, first.value, pair);
  checkBetween(e, written.slice(start), dots - start, pattern);
  const range = e.dottedRange(pattern.from, open ? null : pair.to);
  const total = scalar(reduce('sum', pattern.letter, close(pattern.term, pattern.letter), range));
  const before = written.slice(0, start).map((t) => ({ sign: t.sign, value: e.value(t.value) }));
  return before.length === 0 && first.sign === -1
    ? elementwise(total, e, negate)
    : e.fitting(s, () => sum([...before, { sign: first.sign, value: total }], e));
}

/** The vector `x_1, x_2, …, x_n`, or equal entries with dots between them. */
export function dottedVector(e: Env, s: Surface, items: readonly Surface[]): Value {
  const hint = 'define the vector by its entries';
  const written = items.filter((i) => !isDots(i));
  const [first, last] = [written[0], written.at(-1)];
  const pair = first === undefined || last === undefined || first === last ? null : difference(first, last);
  if (first === undefined || pair === null) return equalEntries(e, s, written);
  const pattern = patternOf(e, s, first, pair);
  const counted = pattern.from.kind === 'at' && pattern.from.position === 1;
  if (!counted && e.strict) return e.fail(s, 'bad-ellipsis', 'the entries of a vector are counted from 1', hint);
  written.slice(1, -1).forEach((item, n) => {
    if (key(instance(pattern, at(n + 2))) !== key(e.term(item)))
      e.fail(item, 'bad-ellipsis', 'this is not the next entry of the vector', hint);
  });
  const axis = e.axis();
  return tensor(instance(pattern, freeIndex(axis)), [axis]);
}

function equalEntries(e: Env, s: Surface, written: readonly Surface[]): Value {
  const terms = written.map((i) => e.term(i));
  const [first] = terms;
  if (first === undefined || terms.some((t) => key(t) !== key(first)))
    return e.fail(s, 'bad-ellipsis', 'the dots in this vector follow no pattern', 'define the vector by its entries');
  return elementwise(onesVector(e), e, () => first);
}

/** Terms before the pattern (a constant, say) stay outside. */
function patternStart(written: readonly Addend[], last: Addend, dots: number): number {
  const found = written.slice(0, dots).findIndex((t) => t !== last && difference(t.value, last.value) !== null);
  return Math.max(0, found);
}

interface Pair {
  readonly from: Surface;
  readonly to: Surface;
  /** The name that carries it. */
  readonly of: string;
}

/** The one pair of subscripts in which two trees differ. */
function difference(a: Surface, b: Surface): Pair | null {
  const pairs: Pair[] = [];
  const walk = (x: Surface, y: Surface, of: string | null): boolean => {
    const [u, v] = [unwrap(x), unwrap(y)];
    if (of !== null && text(u) !== text(v)) {
      pairs.push({ from: u, to: v, of });
      return true;
    }
    if (u.kind !== v.kind) return false;
    if (u.kind === 'name' && v.kind === 'name') return u.name === v.name;
    if (u.kind === 'number' && v.kind === 'number') return u.num === v.num && u.den === v.den;
    if (u.kind === 'subscript' && v.kind === 'subscript')
      return (
        walk(u.base, v.base, null) &&
        u.parts.length === v.parts.length &&
        u.parts.every((p, n) => walk(p, must(v.parts[n]), headName(u.base) ?? ''))
      );
    const [p, q] = [parts(u), parts(v)];
    return p.length === q.length && p.every((x1, n) => walk(x1, must(q[n]), null));
  };
  if (!walk(a, b, null)) return null;
  const first = pairs[0];
  if (first === undefined || pairs.some((p) => text(p.from) !== text(first.from) || text(p.to) !== text(first.to)))
    return null;
  return first;
}

/** A short spelling of a subscript, for comparison only. */
function text(s: Surface): string {
  const u = unwrap(s);
  if (u.kind === 'name') return u.name;
  if (u.kind === 'number') return `${u.num}/${u.den}`;
  if (u.kind === 'sum') return u.terms.map((t) => `${t.sign}${text(t.value)}`).join('');
  return `${u.kind}(${parts(u).map(text).join(',')})`;
}

interface Pattern {
  readonly first: Surface;
  readonly letter: string;
  readonly from: Index;
  readonly term: Term;
}
const instance = (p: Pattern, index: Index): Term => withAxes(p.term, [p.letter], [index]);

function patternOf(e: Env, s: Surface, first: Surface, pair: Pair): Pattern {
  const letter = e.unusedLetter();
  const term = e.within([letter], false, () => e.term(replaceSubscript(first, text(pair.from), letter)));
  if (key(term) === key(e.term(first)))
    e.fail(s, 'bad-ellipsis', 'the terms of this sum do not change', 'use a sum with an index');
  return { first, letter, from: e.index(pair.from, pair.of), term };
}

function replaceSubscript(s: Surface, from: string, letter: string): Surface {
  const go = (x: Surface): Surface =>
    x.kind === 'subscript' ? { ...x, base: go(x.base), parts: x.parts.map(inside) } : mapParts(x, go);
  const inside = (x: Surface): Surface =>
    text(x) === from
      ? { kind: 'name', name: letter, bold: false, run: false, start: x.start, end: x.end }
      : mapParts(x, inside);
  return go(s);
}

/** Terms up to the dots are the next of the pattern, those behind them are of it. */
function checkBetween(e: Env, written: readonly Addend[], dots: number, pattern: Pattern): void {
  written.slice(1).forEach(({ value }, n) => {
    const next = addIndices(pattern.from, at(1), n + 1);
    const pair = difference(pattern.first, value);
    const index = n + 1 < dots || pair === null ? next : e.index(pair.to, pair.of);
    if (key(instance(pattern, index)) !== key(e.term(value)))
      e.fail(
        value,
        'bad-ellipsis',
        `this is not the next term of the sum (its index should be ${indexKey(next).replace('=', '')})`,
        'use a sum with an index',
      );
  });
}
