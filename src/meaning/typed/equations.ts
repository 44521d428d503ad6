// Equations that define nothing new: assumptions, properties, conditions, a name defined twice or by itself.
// Not here: definitions (`givens.ts`), whether assumptions contradict each other (that needs arithmetic).
// Invariant: what was meant as a definition is never filed as an assumption; it is a named error instead.
import { parts, type Surface, unwrap } from '../../language/surface.ts';
import type { Assumption, Definition, SecondDefinition } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import { must } from '../../term/must.ts';
import type { Term } from '../../term/term.ts';
import { entryNames, freeIndices, openAll, sameTerm } from '../../term/walk.ts';
import { readCondition } from '../elaborate/cases.ts';
import { termOf, type Value, withAxes } from '../value.ts';
import type { Head } from './heads.ts';
import { nameOf } from './names.ts';
import type { Reader } from './reader.ts';
import { lettersIn } from './survey.ts';

/**
 * What a statement assumes that is no definition; `self` is its left side where the right side mentions the same name.
 */
export function readAssumption(r: Reader, statement: Surface, self: Head | null): Assumption[] {
  const s = unwrap(statement);
  if (s.kind !== 'relation' && s.kind !== 'logic')
    return r.fail(
      statement,
      'not-an-equation',
      'a given is a definition or an equation',
      'write NAME = …, or an assumption such as sum_i y_i = 1',
    );
  if (s.kind === 'logic' || s.links.some((l) => l.op !== '=' && l.op !== ':=')) return conditions(r, s);
  const result: Assumption[] = [];
  let left = s.first;
  for (const link of s.links) {
    const property = symmetric(r, left, link.value);
    if (property !== null) result.push(property);
    else result.push(...plainEquation(r, left, link.value, s, self));
    left = link.value;
  }
  return result;
}

function plainEquation(r: Reader, left: Surface, right: Surface, whole: Surface, self: Head | null): Assumption[] {
  const sides = equationSides(r, left, right, whole);
  if (sameTerm(sides.left, sides.right)) return [];
  if (self !== null) refuseSelf(r, right, whole, self);
  refusePartial(r, left, whole, sides);
  return [{ kind: 'equation', left: sides.left, right: sides.right }];
}

/** `D_ii = …`, `p_{i1} = …`: some entries of a quantity of which the others are not known. */
function refusePartial(r: Reader, left: Surface, whole: Surface, sides: { left: Term; right: Term }): void {
  const { left: l, right } = sides;
  if (l.kind !== 'entry' || r.world.defined.has(l.name) || r.world.supplied.has(l.name) || l.indices.length === 0)
    return;
  const names = entryNames(right);
  if (names.size === 0 || names.has(l.name)) return;
  const written = r.text.slice(left.start, left.end).trim();
  r.fail(
    whole,
    'entry-definition',
    `${written} is a part of ${l.name} only: what the other entries are is not said`,
    `define ${l.name} for all its letters (a diagonal is ${l.name}_ij = delta_ij …), or give the part a name of its own`,
  );
}

/** `x = x + 1`, `h_t = f(h_{t-1})`: a name that its own right side needs. */
function refuseSelf(r: Reader, right: Surface, whole: Surface, self: Head): never {
  const letter = shiftedLetter(right, self);
  if (letter !== null)
    r.fail(
      whole,
      'recursion',
      `${self.name} is defined by a recursion over ${letter}, which has no end here`,
      `give the steps one by one: ${self.name}_1 = …; ${self.name}_2 = …`,
    );
  return r.fail(
    whole,
    'self-definition',
    `${self.name} is defined by itself`,
    'give the new quantity another name; write an assumption with the other side first',
  );
}

/** The letter of a head that its right side uses shifted, as `t - 1`. */
function shiftedLetter(s: Surface, self: Head): string | null {
  if (s.kind === 'subscript' && s.base.kind === 'name' && s.base.name === self.name)
    for (const p of s.parts.flatMap(pieces)) {
      const letter = p.kind === 'sum' ? p.terms.map((t) => unwrap(t.value)).find((x) => x.kind === 'name') : undefined;
      if (letter?.kind === 'name' && self.letters.includes(letter.name)) return letter.name;
    }
  for (const p of parts(s)) {
    const found = shiftedLetter(p, self);
    if (found !== null) return found;
  }
  return null;
}
const pieces = (s: Surface): readonly Surface[] => {
  const u = unwrap(s);
  return u.kind === 'list' ? u.items.flatMap(pieces) : [u];
};

/**
 * A second definition of a name: nothing where it says the same, an error where it gives another number, else an
 * equation that has to be checked.
 */
export function secondDefinition(r: Reader, statement: Surface, first: Definition, firstText: string): Assumption[] {
  const s = unwrap(statement);
  if (s.kind !== 'relation') return [];
  const right = must(s.links.at(-1)).value;
  const sides = equationSides(r, s.first, right, s);
  const { left } = sides;
  const known =
    left.kind === 'entry' && left.name === first.name && left.indices.length === first.params.length
      ? openAll(first.body, left.indices)
      : left;
  if (sameTerm(known, sides.right)) return [];
  const again = { text: r.text, span: { start: s.start, end: s.end }, first: firstText };
  if (known.kind === 'num' && sides.right.kind === 'num') throw twoDefinitions(first.name, again);
  return [{ kind: 'equation', left, right: sides.right, again }];
}

/** The error of a name that has two different definitions. */
export const twoDefinitions = (name: string, again: SecondDefinition): WhygradError =>
  new WhygradError(
    'two-definitions',
    `${name} is defined twice, by "${again.first.trim()}" and by "${again.text.slice(again.span.start, again.span.end).trim()}"`,
    { text: again.text, span: again.span, hint: 'keep one of them, or give the other quantity another name' },
  );

/** `x > 0` of a whole tensor is a property, other comparisons are conditions. */
function conditions(r: Reader, s: Surface): Assumption[] {
  if (s.kind === 'relation' && s.links.length === 1) {
    const [left, right] = [unwrap(s.first), unwrap(must(s.links[0]).value)];
    const op = s.links[0]?.op;
    const isZero = (x: Surface): boolean => x.kind === 'number' && x.num === 0n;
    const base = left.kind === 'subscript' ? left.base : left;
    if (op === '>' && isZero(right) && base.kind === 'name')
      return [{ kind: 'property', of: base.name, property: 'positive' }];
    if (left.kind === 'name' && (r.world.ranks.get(left.name) ?? 0) > 0) return [];
  }
  return [{ kind: 'condition', condition: readCondition(r, s) }];
}

/** `A = A^T`, `A_ij = A_ji` */
function symmetric(r: Reader, a: Surface, b: Surface): Assumption | null {
  const [u, v] = [unwrap(a), unwrap(b)];
  const property = (of: string): Assumption => ({ kind: 'property', of, property: 'symmetric' });
  const [one, other] = [nameOf(u, r.world, r.latex), nameOf(v, r.world, r.latex)];
  if (one !== null && one.name === other?.name && areSwapped(one.indices, other.indices)) return property(one.name);
  const name = u.kind === 'name' ? u.name : null;
  if (name === null) return null;
  const turned =
    v.kind === 'transpose' || (v.kind === 'power' && v.exponent.kind === 'name' && v.exponent.name === 'T')
      ? unwrap(v.base)
      : null;
  return turned?.kind === 'name' && turned.name === name && (r.world.ranks.get(name) ?? 2) === 2
    ? property(name)
    : null;
}

/** `ij` and `ji`: two different letters and the same the other way round. */
function areSwapped(a: readonly Surface[], b: readonly Surface[]): boolean {
  const [one, other] = [a.flatMap(lettersIn), b.flatMap(lettersIn)];
  return one.length === 2 && other.length === 2 && one[0] !== one[1] && one[0] === other[1] && one[1] === other[0];
}

/** Both sides of an equation with the same letters for their open axes. */
export function equationSides(
  r: Reader,
  left: Surface,
  right: Surface,
  whole: Surface,
): { left: Term; right: Term; letters: string[] } {
  const [a, b] = [r.value(left), r.value(right)];
  const [ta, tb] = [termOf(a, r), termOf(b, r)];
  const isNumeral = (t: Term): boolean => t.kind === 'num' || (t.kind === 'mul' && t.factors.every(isNumeral));
  if (a.axes.length !== b.axes.length && !isNumeral(a.axes.length === 0 ? ta : tb))
    return r.fail(
      whole,
      'rank-mismatch',
      `the left side has ${a.axes.length} open indices, the right side ${b.axes.length}`,
      'both sides must have the same shape',
    );
  const wide = a.axes.length >= b.axes.length ? a : b;
  const taken = new Set([...freeIndices(ta), ...freeIndices(tb)]);
  const letters = [...'ijklmnpqrst'].filter((l) => !taken.has(l) && !r.world.sizes.has(l)).slice(0, wide.axes.length);
  const place = (t: Term, v: Value): Term =>
    withAxes(
      t,
      v.axes,
      letters.slice(0, v.axes.length).map((name) => ({ kind: 'free', name })),
    );
  const result = { left: place(ta, a), right: place(tb, b) };
  return { ...result, letters: [...new Set([...letters, ...freeIndices(result.left), ...freeIndices(result.right)])] };
}

/** `log h(x) = f` defines h by its logarithm: h(x) = exp(f). */
export function withoutLogarithm(surface: Surface): Surface {
  const s = unwrap(surface);
  const left = s.kind === 'relation' ? unwrap(s.first) : s;
  const [link] = s.kind === 'relation' ? s.links : [];
  if (s.kind !== 'relation' || link === undefined || s.links.length > 1 || left.kind !== 'apply') return surface;
  const named = unwrap(must(left.args[0] ?? left));
  const isLogarithm = left.head.kind === 'name' && (left.head.name === 'log' || left.head.name === 'ln');
  if (!isLogarithm || left.args.length !== 1 || !['name', 'subscript', 'apply'].includes(named.kind)) return surface;
  const { start, end } = link.value;
  const exponential: Surface = { ...left, head: { ...left.head, name: 'exp' }, args: [link.value], start, end };
  return { ...s, first: named, links: [{ ...link, value: exponential }] };
}
