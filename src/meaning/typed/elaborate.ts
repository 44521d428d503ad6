// The meaning of every surface node: names, sums, products, powers, binders, cases, written-out vectors.
// Not here: calls (`calls.ts`), derivatives (`../elaborate/gradients.ts`), matrices' algebra (`../value.ts`), sets of indices (`term/sets.ts`).
// Invariant: what comes out is well formed: every bound index is bound, ranks fit, no name is used against its rank.
import { boundLetters, type Surface, type SurfaceKind, unwrap, visitSurface } from '../../language/surface.ts';
import { functionNamed } from '../../term/functions.ts';
import { key } from '../../term/key.ts';
import { must } from '../../term/must.ts';
import {
  addIndices,
  at,
  call,
  constant,
  delta,
  endIndex,
  entry,
  freeIndex,
  type Index,
  position,
  pow,
  size,
  type Term,
} from '../../term/term.ts';
import { readCondition } from '../elaborate/cases.ts';
import { type Factor, mayBeOnes, raised, readFactors } from '../elaborate/factors.ts';
import { readDerivative, readEntryDerivative, readGradient } from '../elaborate/gradients.ts';
import { nodesWith } from '../elaborate/nodes.ts';
import { normIn } from '../elaborate/norms.ts';
import { bindLetters, carriesEntries, conditionFromZero, countedFromZero, startsAtZero } from '../elaborate/ranges.ts';
import {
  elementwise,
  entryOf,
  identity,
  onesVector,
  rankOf,
  scalar,
  sumAll,
  tensor,
  transpose,
  type Value,
} from '../value.ts';
import { factorsOf, isBracketIndex } from './application.ts';
import { readCall } from './calls.ts';
import { realExponent } from './imaginary.ts';
import { arePositions, placeNumber, readIndex, readIndices, sizeCall } from './indices.ts';
import { type Named, nameOf } from './names.ts';
import { indexAsNumber, isEulers } from './near-readings.ts';
import type { Meanings, Reader } from './reader.ts';
import { neighbourRange } from './shifts.ts';
import { lettersIn } from './survey.ts';
import { transposed, transposedValue } from './transposes.ts';
import { isGiven } from './world.ts';

type Node<K extends SurfaceKind> = Surface & { kind: K };

/** The value of a node; throws a WhygradError at the part that has no meaning. */
export function readValue(r: Reader, s: Surface): Value {
  const factors = factorsOf(s, r.world, r.latex);
  if (factors.length > 1)
    return readFactors(
      r,
      s,
      factors.map((value) => ({ op: 'juxtaposed', value })),
    );
  if (isBracketIndex(s, r.world, r.latex))
    return readNamed(r, s, { name: (s.head as Node<'name'>).name, indices: s.args, bold: false, span: s });
  const named =
    s.kind === 'name' || s.kind === 'subscript' || s.kind === 'power' || s.kind === 'prime'
      ? nameOf(s, r.world, r.latex)
      : null;
  if (named !== null) return readNamed(r, s, named);
  return node(r, s);
}

export const meanings: Meanings = {
  value: readValue,
  index: readIndex,
  indices: readIndices,
  arePositions,
  placeNumber,
};

const node = nodesWith<Reader>({
  name: (r, s) => r.fail(s, 'bug', 'a name without a reading'),
  subscript: readSubscript,
  power: readPower,
  transpose: (r, s) => (mayBeOnes(r, s.base) ? transpose(onesVector(r)) : transposed(r, s, s.base)),
  prime: (r, s) =>
    r.fail(s, 'unexpected-prime', 'a prime stands after something that is no function', 'write the derivative as d/dx'),
  product: (r, s) => readFactors(r, s, factorsIn(r, s.factors)),
  apply: readCall,
  reduce: readReduce,
  derivative: readDerivative,
  entryDerivative: readEntryDerivative,
  gradient: readGradient,
  opaque: (r, s) => r.fail(s, 'bug', 'a strict reader refuses what is not calculated'),
});

/** Factors, those among them that brackets turned out to multiply taken apart. */
const factorsIn = (r: Reader, factors: readonly Factor[]): Factor[] =>
  factors.flatMap((f) =>
    factorsOf(f.value, r.world, r.latex).map((value, n) => ({ op: n === 0 ? f.op : 'juxtaposed', value })),
  );

function readNamed(r: Reader, s: Surface, written: Named): Value {
  const head = isGiven(r.world, written.name) ? undefined : r.world.functions.get(written.name);
  // σ_k after a definition of σ(z)_j.
  const named = head === undefined || written.indices.length === 0 ? written : { ...written, name: head.key };
  const { name } = named;
  if (named.indices.length === 0) {
    const plain = readBareName(r, s, named);
    if (plain !== null) return plain;
  }
  const rank = r.world.ranks.get(name) ?? null;
  const kronecker = rank === null && (name === 'delta' || name === 'D' || name === 'I');
  const indices = readIndices(r, named.indices, kronecker ? 2 : rank);
  if (kronecker && indices.length === 2) return scalar(delta(must(indices[0]), must(indices[1])));
  const actual = rank ?? indices.length;
  if (indices.length > actual)
    r.fail(
      s,
      'rank-mismatch',
      `${name} has ${actual} ${actual === 1 ? 'index' : 'indices'} elsewhere but ${indices.length} here`,
      'give every use of a name the same number of indices',
    );
  const axes = Array.from({ length: actual - indices.length }, () => r.axis());
  const term = entry(name, ...indices, ...axes.map(freeIndex));
  return axes.length === 0 ? scalar(term) : tensor(term, axes);
}

/** A name without indices: a constant, a size, an index used as a number. */
function readBareName(r: Reader, s: Surface, named: Named): Value | null {
  const { name } = named;
  const binding = r.binding(name);
  if (binding !== undefined && !(isGiven(r.world, name) && !binding.explicit && !r.world.indexLetters.has(name))) {
    if (binding.explicit) return scalar(position(freeIndex(name)));
    return indexAsNumber(r, s, name);
  }
  if (isGiven(r.world, name)) return null;
  if (r.world.sizes.has(name)) return scalar(size(name));
  if (name === 'pi') return scalar(constant('pi'));
  if (name === 'e') return scalar(constant('e'));
  if (name === 'I') return identity(r);
  if (name === 'infinity') return r.fail(s, 'unexpected-part', 'infinity is no number', '');
  const head = r.world.functions.get(name);
  if (head !== undefined && head.key !== name) return readNamed(r, s, { ...named, name: head.key });
  if (functionNamed(name) !== undefined && name !== 'sigma' && name !== 'logistic')
    return r.fail(s, 'missing-operand', `the function ${name} has no argument here`, `write ${name}(…)`);
  if (r.world.indexLetters.has(name) && /^[a-z]$/.test(name) && !r.world.seen.has(name))
    return indexAsNumber(r, s, name);
  return null;
}

function readSubscript(r: Reader, s: Node<'subscript'>): Value {
  const norm = normIn(r, s);
  if (norm !== null) return norm;
  const base = r.value(s.base);
  const indices = readIndices(r, s.parts, rankOf(base));
  return r.fitting(s, () => entryOf(base, indices, r));
}

// --- powers --------------------------------------------------------------------------------------------------------

function readPower(r: Reader, s: Node<'power'>): Value {
  const e = unwrap(s.exponent);
  if (e.kind === 'name' && e.name === 'T') {
    const base =
      mayBeOnes(r, s.base) && !(isGiven(r.world, 'T') && s.base.kind === 'number') ? onesVector(r) : r.value(s.base);
    // T transposes unless it is a quantity of the text and the base is a number.
    if (rankOf(base) > 0 || !(isGiven(r.world, 'T') || r.world.sizes.has('T')))
      return transposedValue(r, s, s.base, base);
    return elementwise(base, r, (t) => pow(t, r.term(s.exponent)));
  }
  if (isEulers(r, s)) return elementwise(r.value(realExponent(r, s.exponent)), r, (t) => call('exp', t));
  if (e.kind === 'text')
    return r.fail(s, 'unexpected-part', `the superscript "${e.text}" has no meaning here`, 'give the quantity a name');
  return raised(r, s, s.base, r.value(s.base), s.exponent);
}

// --- binders --------------------------------------------------------------------------------------------------------

function readReduce(r: Reader, s: Node<'reduce'>): Value {
  const bare =
    s.binding.letters.length === 0 || s.binding.letters.every((l) => /^[A-Z]$/.test(l) && !mentions(s.body, l));
  const letters = bare ? lettersOfBareSum(r, s) : [...s.binding.letters];
  if (letters.length === 0) return sumOfVector(r, s);
  for (const extra of lettersOfOrder(r, s, letters)) letters.push(extra);
  const named = bare ? s.binding.letters[0] : undefined;
  const range = named === undefined ? limitsOf(r, s) : { from: null, to: null, set: named };
  const written = range.from !== null || range.to !== null || (s.binding.from !== null && range.set !== '');
  const explicit = written || startsAtZero(s);
  return r.within(letters, explicit, () => {
    const body = r.value(s.body);
    const where = s.binding.where === null ? null : readCondition(r, s.binding.where);
    if (!startsAtZero(s)) return elementwise(body, r, (t) => bindLetters(s.op, letters, t, range, where));
    const letter = must(letters[0]);
    return elementwise(body, r, (t) =>
      bindLetters(
        s.op,
        letters,
        numbersFromZero(r, s, t),
        rangeFromZero(r, s, range, t),
        where && conditionFromZero(where, letter),
      ),
    );
  });
}

/** k is one less than its place, and that is told. */
function numbersFromZero(r: Reader, s: Node<'reduce'>, t: Term): Term {
  const letter = must(s.binding.letters[0]);
  const counted = countedFromZero(t, letter);
  if (key(counted) !== key(t))
    r.tell(s, `${letter} = 0, 1, …, written pos(${letter}) - 1`, 'places are counted from 1');
  return counted;
}

/** Σ_{k=0}^n has one summand more than n, unless a quantity says how many there are. */
function rangeFromZero(r: Reader, s: Node<'reduce'>, range: WrittenRange, t: Term): WrittenRange {
  const { to } = s.binding;
  if (range.set !== '' || to === null || carriesEntries(t, must(s.binding.letters[0]))) return range;
  return { set: '', from: at(1), to: addIndices(limitIndex(r, unwrap(to)), at(1)) };
}

const mentions = (s: Surface, letter: string): boolean => {
  let found = false;
  visitSurface(s, (x) => {
    if (x.kind === 'subscript') found ||= x.parts.some((p) => lettersIn(p).includes(letter));
  });
  return found;
};

interface WrittenRange {
  readonly from: Index | null;
  readonly to: Index | null;
  readonly set: string;
}

/** `\sum_{i<j}` binds both letters when neither is bound outside. */
function lettersOfOrder(r: Reader, s: Node<'reduce'>, letters: readonly string[]): string[] {
  return boundLetters(s).filter(
    (l) => !letters.includes(l) && !r.isBound(l) && !r.outside.has(l) && !isGiven(r.world, l) && !r.world.sizes.has(l),
  );
}

function limitsOf(r: Reader, s: Node<'reduce'>): WrittenRange {
  const { from, to } = s.binding;
  const named = r.found.sizeOfSum.get(s) ?? '';
  if (from === null && to === null) return { from: null, to: null, ...neighbourRange(r, s), set: named };
  const start = from === null ? null : unwrap(from);
  const end = to === null ? null : unwrap(to);
  const startsAtOne = start === null || (start.kind === 'number' && start.num === 1n && start.den === 1n);
  const startsAtZero = start?.kind === 'number' && start.num === 0n;
  if (end === null) return { from: start === null || startsAtOne ? null : readIndex(r, start), to: null, set: named };
  if (end.kind === 'name' && (startsAtOne || startsAtZero) && isSizeName(r, end.name)) {
    // Counting from 0 to m is one more than m: the set keeps no name.
    return { from: null, to: null, set: startsAtOne ? end.name : '' };
  }
  if (startsAtZero) return zeroBased(r, s, end);
  const counted = startsAtOne ? sizeCall(r, end) : null;
  if (counted !== null) return { from: null, to: null, set: counted };
  return { from: startsAtOne ? at(1) : readIndex(r, start as Surface), to: limitIndex(r, end), set: '' };
}

function zeroBased(r: Reader, s: Node<'reduce'>, end: Surface): WrittenRange {
  if (end.kind === 'sum' && end.terms.length === 2) {
    const [a, b] = end.terms;
    const last = unwrap((b as { value: Surface }).value);
    const name = unwrap((a as { value: Surface }).value);
    if (b?.sign === -1 && last.kind === 'number' && last.num === 1n && name.kind === 'name' && isSizeName(r, name.name))
      return { from: null, to: null, set: name.name };
  }
  return r.fail(s, 'counted-from-zero', 'indices are counted from 1', 'let the sum begin at 1');
}

const isSizeName = (r: Reader, name: string): boolean =>
  !r.isBound(name) &&
  (r.world.sizes.has(name) ||
    (!r.world.defined.has(name) &&
      (r.world.ranks.get(name) ?? 0) === 0 &&
      !(r.world.indexLetters.has(name) && /^[a-z]$/.test(name))) ||
    r.world.supplied.has(name));
function limitIndex(r: Reader, s: Surface): Index {
  if (s.kind === 'name' && isSizeName(r, s.name)) {
    r.world.sizes.add(s.name);
    return endIndex(s.name);
  }
  return readIndex(r, s);
}

/** A Σ without index binds the letters that occur in its body only. */
function lettersOfBareSum(r: Reader, s: Node<'reduce'>): string[] {
  const inBody = new Set<string>();
  visitSurface(s.body, (x) => {
    if (x.kind === 'reduce') {
      for (const l of x.binding.letters) inBody.delete(l);
    }
    if (x.kind === 'subscript') for (const p of x.parts) for (const l of lettersIn(p)) inBody.add(l);
  });
  visitSurface(s.body, (x) => {
    if (x.kind === 'reduce') for (const l of x.binding.letters) inBody.delete(l);
  });
  return [...inBody].filter((l) => !r.isBound(l) && !r.outside.has(l));
}

/** A Σ over nothing named sums the entries of a vector. */
function sumOfVector(r: Reader, s: Node<'reduce'>): Value {
  const v = r.value(s.body);
  if (rankOf(v) === 0)
    return r.fail(
      s,
      'index-balance',
      'this sum binds no index: every index of its summand is used outside as well',
      'write the index under the sum',
    );
  if (s.op !== 'sum') return r.fail(s, 'index-balance', 'this binds no index', 'write the index');
  return scalar(sumAll(v, r));
}
