// Sums written out with dots, `e^{z_1} + e^{z_2} + \cdots + e^{z_n}`, as Σ.
// Not here: dots in vectors (`elaborate.ts`).
// Invariant: the first and the last term differ in one index only, and the terms between them fit the pattern.
import { lastOf, must } from '../../term/must.ts';
import { addIndices, at, endIndex, type Index, indexKey, reduce, type Term } from '../../term/term.ts';
import { close, key } from '../../term/walk.ts';
import { readIndex } from './indices.ts';
import type { Reader } from './reader.ts';
import { mapParts, parts, type Surface, unwrap } from '../../language/surface.ts';
import { elementwise, scalar, sum, tensor, type Value, withAxes } from '../value.ts';

type Sum = Surface & { kind: 'sum' };

/** The value of a sum with dots, null when it has none. */
export function readEllipsis(r: Reader, s: Sum): Value | null {
  const dots = s.terms.findIndex((t) => t.value.kind === 'ellipsis');
  if (dots === -1) return null;
  const last = lastOf(s.terms);
  const first = must(s.terms[patternStart(r, s, dots)]);
  if (dots === 0 || last.value.kind === 'ellipsis' || first.sign !== last.sign)
    return r.fail(
      s,
      'bad-ellipsis',
      'these dots do not say where the sum ends',
      'write the last term, or use a sum with an index',
    );
  const pair = difference(first.value, last.value);
  if (pair === null)
    return r.fail(
      s,
      'bad-ellipsis',
      'the first and the last term differ in more than one index',
      'use a sum with an index',
    );
  const pattern = patternOf(r, s, first.value, pair);
  checkBetween(r, s, dots, pattern);
  const total = { ...scalar(reduce('sum', pattern.letter, close(pattern.term, pattern.letter), pattern.range)) };
  const signed =
    first.sign === 1
      ? total
      : elementwise(total, r, (t) => ({ kind: 'mul', factors: [{ kind: 'num', num: -1n, den: 1n }, t] }));
  const before = s.terms.slice(0, s.terms.indexOf(first)).map((t) => ({ sign: t.sign, value: r.value(t.value) }));
  return before.length === 0 ? signed : r.fitting(s, () => sum([...before, { sign: 1, value: signed }], r));
}

/** The vector `x_1, x_2, …, x_n`, or equal entries with dots between them. */
export function readDottedVector(r: Reader, s: Surface, items: readonly Surface[]): Value {
  const written = items.filter((i) => i.kind !== 'ellipsis');
  const [first, last] = [written[0], written.at(-1)];
  const pair = first === undefined || last === undefined || first === last ? null : difference(first, last);
  const axis = r.axis();
  if (pair === null) {
    const terms = written.map((i) => r.term(i));
    if (terms[0] === undefined || terms.some((t) => key(t) !== key(must(terms[0]))))
      return r.fail(s, 'bad-ellipsis', 'the dots in this vector follow no pattern', 'define the vector by its entries');
    return tensor(terms[0], [axis]);
  }
  const pattern = patternOf(r, s, first as Surface, pair);
  if (pattern.from.kind !== 'at' || pattern.from.position !== 1)
    return r.fail(s, 'bad-ellipsis', 'the entries of a vector are counted from 1', 'define the vector by its entries');
  written.slice(1, -1).forEach((item, n) => {
    if (key(withAxes(pattern.term, [pattern.letter], [at(n + 2)])) !== key(r.term(item)))
      r.fail(item, 'bad-ellipsis', 'this is not the next entry of the vector', 'define the vector by its entries');
  });
  return tensor(withAxes(pattern.term, [pattern.letter], [{ kind: 'free', name: axis }]), [axis]);
}

/** Terms before the pattern (a constant, say) stay outside. */
function patternStart(_r: Reader, s: Sum, dots: number): number {
  const last = must(s.terms.at(-1)?.value);
  for (let n = 0; n < dots; n += 1) if (difference(must(s.terms[n]).value, last) !== null) return n;
  return 0;
}

interface Pair {
  readonly from: Surface;
  readonly to: Surface;
}

/** The one pair of subscripts in which two trees differ. */
function difference(a: Surface, b: Surface): Pair | null {
  const pairs: Pair[] = [];
  const walk = (x: Surface, y: Surface, inSubscript: boolean): boolean => {
    const [u, v] = [unwrap(x), unwrap(y)];
    if (inSubscript && text(u) !== text(v)) {
      pairs.push({ from: u, to: v });
      return true;
    }
    if (u.kind !== v.kind) return false;
    if (u.kind === 'name' && v.kind === 'name') return u.name === v.name;
    if (u.kind === 'number' && v.kind === 'number') return u.num === v.num && u.den === v.den;
    if (u.kind === 'subscript' && v.kind === 'subscript')
      return (
        walk(u.base, v.base, false) &&
        u.parts.length === v.parts.length &&
        u.parts.every((p, n) => walk(p, must(v.parts[n]), true))
      );
    const [p, q] = [parts(u), parts(v)];
    return p.length === q.length && p.every((x1, n) => walk(x1, must(q[n]), false));
  };
  if (!walk(a, b, false)) return null;
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
  readonly letter: string;
  readonly from: Index;
  readonly term: Term;
  readonly range: { set: string; from: Index | null; to: Index | null };
}

function patternOf(r: Reader, s: Surface, first: Surface, pair: Pair): Pattern {
  const letter = r.printed();
  const replaced = replaceSubscript(first, text(pair.from), letter);
  const term = r.within([letter], false, () => r.term(replaced));
  const from = readIndex(r, pair.from);
  const to =
    pair.to.kind === 'name' && !r.isBound(pair.to.name) && !isFreeIndexElsewhere(r, pair.to.name)
      ? endIndex(pair.to.name)
      : readIndex(r, pair.to);
  if (to.kind === 'end') r.world.sizes.add(to.set);
  const whole = from.kind === 'at' && from.position === 1 && to.kind === 'end';
  if (key(term) === key(r.term(first)))
    r.fail(s, 'bad-ellipsis', 'the terms of this sum do not change', 'use a sum with an index');
  return { letter, from, term, range: whole ? { set: to.set, from: null, to: null } : { set: '', from, to } };
}
const isFreeIndexElsewhere = (r: Reader, name: string): boolean => r.outside.has(name) && !/^[nmNMK]$/.test(name);

function replaceSubscript(s: Surface, from: string, letter: string): Surface {
  const go = (x: Surface): Surface =>
    x.kind === 'subscript' ? { ...x, base: go(x.base), parts: x.parts.map(inside) } : mapParts(x, go);
  const inside = (x: Surface): Surface =>
    text(x) === from
      ? { kind: 'name', name: letter, bold: false, run: false, start: x.start, end: x.end }
      : mapParts(x, inside);
  return go(s);
}

/** The second term must be the next of the pattern. */
function checkBetween(r: Reader, s: Sum, dots: number, pattern: Pattern): void {
  const start = patternStart(r, s, dots);
  for (let n = start + 1; n < dots; n += 1) {
    const t = must(s.terms[n]);
    const next = addIndices(pattern.from, at(1), n - start);
    const expected = withAxes(pattern.term, [pattern.letter], [next]);
    if (key(expected) !== key(r.term(t.value)))
      r.fail(
        t.value,
        'bad-ellipsis',
        `this is not the next term of the sum (its index should be ${indexKey(next).replace('=', '')})`,
        'use a sum with an index',
      );
  }
}
