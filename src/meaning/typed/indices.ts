// Subscripts as indices, and conditions on them.
// Not here: which name carries them (`names.ts`).
// Invariant: an index is a whole-number combination of letters and of entries of given tensors; anything else in a
// subscript is a named error.
import { type Surface, unwrap } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import { addIndices, affine, at, dataIndex, endIndex, freeIndex, type Index, position } from '../../term/term.ts';
import { scalar, type Value } from '../value.ts';
import { isBracketIndex } from './application.ts';
import { nameOf } from './names.ts';
import type { Reader } from './reader.ts';
import { isGiven } from './world.ts';

/** The indices that subscript parts list; `rank` decides whether `12` is one index or two. */
export function readIndices(r: Reader, parts: readonly Surface[], rank: number | null = null): Index[] {
  const pieces = parts.flatMap((p) => splitPart(p));
  const only = pieces.length === 1 ? pieces[0] : undefined;
  if (only?.kind === 'number' && rank !== null && rank > 1 && only.digits.length === rank)
    return [...only.digits].map((d) => at(Number(d)));
  return pieces.map((p) => readIndex(r, p));
}

/** `ij`, `i1`, `i j` as single indices. */
function splitPart(part: Surface): Surface[] {
  const s = unwrap(part);
  if (s.kind === 'list') return s.items.flatMap(splitPart);
  if (s.kind === 'name' && s.run && /^[a-zA-Z]+\d*$/.test(s.name)) {
    return (s.name.match(/[a-zA-Z]|\d+/g) ?? []).map(
      (piece): Surface =>
        /\d/.test(piece)
          ? { kind: 'number', num: BigInt(piece), den: 1n, digits: piece, start: s.start, end: s.end }
          : { kind: 'name', name: piece, bold: false, run: false, start: s.start, end: s.end },
    );
  }
  if (s.kind === 'prime' && s.base.kind === 'name' && s.base.run && /^[a-zA-Z]{2,}$/.test(s.base.name)) {
    const letters = [...s.base.name].map(
      (name): Surface => ({ kind: 'name', name, bold: false, run: false, start: s.start, end: s.end }),
    );
    const last = must(letters.pop());
    return [...letters, { ...s, base: last }];
  }
  if (
    s.kind === 'product' &&
    s.factors.every((f) => f.op === 'juxtaposed') &&
    unwrap(must(s.factors[0]).value).kind !== 'number'
  )
    return s.factors.flatMap((f) => splitPart(f.value));
  return [s];
}

const hint = 'a subscript is made of index letters, whole numbers, + and −';

/** One index. */
export function readIndex(r: Reader, part: Surface): Index {
  const s = unwrap(part);
  if (isEntry(r, s)) return entryIndex(r, s);
  switch (s.kind) {
    case 'name':
      return letterIndex(r, s, s.name);
    case 'prime':
      if (s.base.kind === 'name') return freeIndex(s.base.name + "'".repeat(s.count));
      break;
    case 'number':
      if (s.den === 1n && s.num <= 1_000_000_000n) return at(Number(s.num));
      break;
    case 'sum':
      return s.terms.map((t) => scaled(readIndex(r, t.value), t.sign)).reduce((a, b) => addIndices(a, b));
    case 'product': {
      const [first, second] = s.factors;
      const n = first === undefined ? undefined : unwrap(first.value);
      if (
        s.factors.length === 2 &&
        second !== undefined &&
        n?.kind === 'number' &&
        n.den === 1n &&
        n.num <= 1000n &&
        second.op !== '/'
      )
        return scaled(readIndex(r, second.value), Number(n.num));
      break;
    }
    case 'apply': {
      const set = sizeCall(r, s);
      if (set !== null) return endIndex(set);
      break;
    }
    case 'relation':
      r.fail(s, 'bad-subscript', 'a condition stands where an index was expected', 'an indicator is written 1{i = j}');
      break;
    default:
      break;
  }
  return r.fail(s, 'bad-subscript', 'this is no index', hint);
}
/** `t_n`, `t[n]`, `t^{(n)}`. */
const isEntry = (r: Reader, s: Surface): boolean =>
  s.kind === 'subscript' ||
  isBracketIndex(s, r.world, r.latex) ||
  (s.kind === 'power' && nameOf(s, r.world, r.latex) !== null);

/** The `t_n` of `p_{n,t_n}`: an entry of given whole numbers. */
function entryIndex(r: Reader, s: Surface): Index {
  const named = isBracketIndex(s, r.world, r.latex)
    ? { name: (s.head as { name: string }).name, indices: s.args }
    : nameOf(s, r.world, r.latex);
  if (named === null || named.indices.length === 0) return r.fail(s, 'bad-subscript', 'this is no index', hint);
  if (r.world.defined.has(named.name))
    return r.fail(
      s,
      'number-as-index',
      `${named.name} is defined by a formula and stands where an index was expected`,
      'an index may be an entry of given whole numbers: p_{n,t_n}',
    );
  return dataIndex(named.name, ...readIndices(r, named.indices));
}

/** The index set whose size `size(x,1)` asks for; null for anything else. */
export function sizeCall(r: Reader, s: Surface): string | null {
  const u = unwrap(s);
  if (u.kind !== 'apply' || u.head.kind !== 'name' || u.head.name !== 'size') return null;
  const term = r.term(u);
  return term.kind === 'size' ? term.set : null;
}
const scaled = (i: Index, times: number): Index => (times === 1 ? i : addIndices(affine([], 0), i, times));

function letterIndex(r: Reader, s: Surface, name: string): Index {
  if (!r.isBound(name) && r.world.sizes.has(name)) return endIndex(name);
  if (!r.isBound(name) && isTensor(r, name))
    r.fail(s, 'number-as-index', `${name} is a tensor and stands where an index was expected`, hint);
  return freeIndex(name);
}
const isTensor = (r: Reader, name: string): boolean => (r.world.ranks.get(name) ?? 0) > 0 && name.length > 1;

/** Whether a node reads as an index where a condition compares it. */
function isIndexLike(r: Reader, part: Surface): boolean {
  const s = unwrap(part);
  if (s.kind === 'prime') return s.base.kind === 'name' && isLetter(r, s.base.name + "'".repeat(s.count));
  if (s.kind === 'name') return isLetter(r, s.name);
  if (s.kind === 'number') return s.den === 1n && s.digits !== '' && !s.digits.includes('.');
  if (s.kind === 'apply') return s.head.kind === 'name' && s.head.name === 'size' && sizeCall(r, s) !== null;
  if (s.kind === 'subscript') return isPositionEntry(r, s);
  return s.kind === 'sum' && s.terms.every((t) => isIndexLike(r, t.value));
}
/** The t_n of `1{j = t_n}` where t holds positions. */
const isPositionEntry = (r: Reader, s: Surface & { kind: 'subscript' }): boolean =>
  s.base.kind === 'name' && r.world.positions.has(s.base.name) && !r.world.defined.has(s.base.name);
function isLetter(r: Reader, name: string): boolean {
  if (r.isBound(name)) return true;
  if (!/^[a-zA-Z]'*$/.test(name)) return false;
  if (r.world.indexLetters.has(name) && (r.world.ranks.get(name) ?? 0) === 0 && !r.world.defined.has(name)) return true;
  return r.world.sizes.has(name) || (/^[a-z]'*$/.test(name) && !isGiven(r.world, name) && !r.world.numbers.has(name));
}
const isPlainNumber = (s: Surface): boolean => unwrap(s).kind === 'number';

/** Whether a comparison of two sides is one of positions. */
export function arePositions(r: Reader, left: Surface, right: Surface): boolean {
  const indexLike = isIndexLike(r, left) && isIndexLike(r, right) && !(isPlainNumber(left) && isPlainNumber(right));
  // `x > 0` with a number on one side is about an index only where the letter is known to be one.
  const sure = [left, right].every(
    (x) => isPlainNumber(x) || unwrap(x).kind !== 'name' || isSureLetter(r, (unwrap(x) as { name: string }).name),
  );
  return indexLike && (sure || !(isPlainNumber(left) || isPlainNumber(right)));
}
const isSureLetter = (r: Reader, name: string): boolean => r.isBound(name) || r.world.indexLetters.has(name);

/** The i of `log(1 + i)` under Σ_i is the number of its place, and that is told. */
export function placeNumber(r: Reader, s: Surface): Value | null {
  const letter = s.kind === 'name' && !isGiven(r.world, s.name) ? r.binding(s.name) : undefined;
  if (letter === undefined || letter.explicit) return null;
  r.readings.push({
    text: letter.letter,
    as: `the number of its place, pos(${letter.letter})`,
    because: 'it is an index and a number is added to it',
  });
  return scalar(position(freeIndex(letter.letter)));
}
