// Formulas that are read and not calculated (probabilities under a condition, expectations, integrals, limits, sums
// over
// what is no index): each is one number that depends on all it speaks of.
// Not here: their names (`../patterns.ts`), their grammar (`../../language/opaque.ts`).
// Invariant: the same formula is the same number; whatever else holds of it is in doubt, so that it never makes a slip.
import { must } from '../../term/must.ts';
import { call, entry, mul, reduce, wholeSet } from '../../term/term.ts';
import { close } from '../../term/walk.ts';
import { contains, unwrap, visitSurface, type Surface } from '../../language/surface.ts';
import { scripted, scriptText, visitNames, type Scripted } from '../../language/scripted.ts';
import { patternOf, type Pattern } from '../patterns.ts';
import { isIndexHere } from '../registry.ts';
import { elementwise, scalar, sum, Unreadable, type Value } from '../value.ts';
import type { Elaboration } from './elaboration.ts';
import { outermost } from './model.ts';

type Call = Extract<Surface, { kind: 'apply' }>;
type Reduction = Extract<Surface, { kind: 'reduce' }>;

/** The number that such a formula stands for; `what` begins the sentence that says why no more is known of it. */
export function opaqueValue(e: Elaboration, s: Surface, what: string): Value {
  const { id, indices, names } = patternIn(e, s);
  const at = indices.map((i) => e.index(i));
  if (e.model.registry.isListed(id)) return e.quantity(id, id, at);
  e.doubts.add(`${what} are not calculated`);
  e.uncalculated.add(id);
  if (names.some((n) => e.scope.replaced.has(n))) throw new Unreadable(`${what} are not calculated at other arguments`);
  for (const n of names) e.under(outermost([], false), () => e.quantity(n, n, []));
  e.depends.set(id, names);
  e.ranks.set(id, at.length);
  const value = entry(id, ...at);
  // Their logarithms are taken.
  return scalar(what.startsWith(probabilities) ? call('exp', value) : value);
}

const probabilities = 'probabilities';

const patternIn = (e: Elaboration, s: Surface): Pattern =>
  patternOf(s, {
    resolve: (sc) => e.resolve(sc),
    isIndex: (letter) => e.scope.bound.has(letter) || isIndexHere(letter, e.model.usage),
  });

const signs: Readonly<Record<string, string>> = {
  integral: 'integrals',
  limit: 'limits',
  supremum: 'suprema',
  infimum: 'infima',
  argmax: 'maximisers',
  argmin: 'minimisers',
  binomial: 'binomials',
  factorial: 'factorials',
  at: 'values at a point',
};

export const opaqueSign = (e: Elaboration, s: Extract<Surface, { kind: 'opaque' }>): Value =>
  opaqueValue(e, s, signs[s.sign] ?? s.sign);

/** Operators of statistics, by the name before the bracket. */
const statistics: ReadonlyMap<string, string> = new Map([
  ...['Var', 'Cov', 'Corr', 'Std', 'V'].map((n): [string, string] => [n, 'variances']),
  ...['KL', 'D_{KL}', 'JS', 'JSD', 'D_{JS}'].map((n): [string, string] => [n, 'divergences']),
  ...['P', 'Pr', 'p', 'q', 'Q'].map((n): [string, string] => [n, probabilities]),
]);

/** Words of statistics; letters (p, P) may be other functions. */
export const isStatistic = (name: string): boolean => name.length > 1 && statistics.has(name);

/** `P(a | b)`, `E_{x∼p}[f(x)]`, `Var(x)`: null where the call is none of these. */
export function opaqueCall(e: Elaboration, s: Call): Value | null {
  const what = kindOfCall(e, s);
  if (what === null) return null;
  return what === expectations && s.args.length === 1 ? expectation(e, s, must(s.args[0])) : opaqueValue(e, s, what);
}

const expectations = 'expectations';

/** An expectation is linear: sums and numbers come out of it. */
function expectation(e: Elaboration, s: Call, of: Surface): Value {
  const u = unwrap(of);
  const inside = (x: Surface): Value => expectation(e, s, x);
  if (u.kind === 'number') return e.value(u);
  if (u.kind === 'sum')
    return sum(
      u.terms.map((t) => ({ sign: t.sign, value: inside(t.value) })),
      e,
    );
  if (u.kind === 'product' && u.factors.every((f) => f.op !== '/')) {
    const isNumber = (x: Surface): boolean => !contains(x, (y) => y.kind !== 'number' && y.kind !== 'fraction');
    const numbers = u.factors.filter((f) => isNumber(f.value));
    const rest = u.factors.filter((f) => !isNumber(f.value));
    const only = rest[0];
    if (numbers.length > 0 && only !== undefined) {
      const left = rest.length === 1 ? only.value : { ...u, factors: rest };
      return numbers.reduce((v, n) => elementwise(v, e, (t) => mul(e.term(n.value), t)), inside(left));
    }
  }
  return opaqueValue(e, { ...s, args: [u] }, expectations);
}

function kindOfCall(e: Elaboration, s: Call): string | null {
  const head = scripted(s.head);
  if (head === null) return null;
  const args = s.args.map(unwrap);
  if (args.some((a) => a.kind === 'conditional')) return `${probabilities} under a condition`;
  if (args.some((a) => a.kind === 'relation') && head.name !== 'if') return probabilities;
  // A bold letter counts as a matrix, which is no reason here.
  if (e.model.registry.isListed(head.name) || e.scope.replaced.has(head.name)) return null;
  if (isExpectation(head, s)) return expectations;
  if (isStatistic(head.name)) return must(statistics.get(head.name));
  return null;
}

/** `\mathbb{E}[…]`, `E_{x∼p}(…)`, `E[…]` */
const isExpectation = (head: Scripted, s: Call): boolean =>
  head.name === 'E' &&
  (head.bold || s.bracket === '[' || head.subs.some((x) => contains(x, (y) => y.kind === 'relation')));

/** `Var(x)`, `p(x)`, where the text defines no such function. */
export function statisticCall(e: Elaboration, id: string, s: Call): Value | null {
  const what = statistics.get(id);
  return what === undefined ? null : opaqueValue(e, s, what);
}

/**
 * A sum over the values of a quantity: its summand carries no index, so that it counts as often as there are values.
 * That is right for all that is linear in such sums, and products of them are not read.
 */
export function sumOverValues(e: Elaboration, s: Reduction): Value | null {
  const over = s.binding.over;
  if (over === undefined && !s.binding.letters.some((l) => isQuantity(e, s, l))) return null;
  if (s.op !== 'sum') return opaqueValue(e, s, 'extrema and products over values');
  const what = 'sums over values are not calculated';
  e.doubts.add(what);
  e.uncalculated.add(what);
  if (over === undefined) return null;
  const set = over.map(scriptText).join();
  if (rangesIn(s.body).has(set)) throw new Unreadable('products of sums over values are not calculated');
  const body = e.value(s.body);
  return elementwise(body, e, (t) => reduce('sum', 'v', close(t, '∗'), wholeSet(set)));
}

function isQuantity(e: Elaboration, s: Reduction, letter: string): boolean {
  const isVector = e.model.ranks.rankOf(letter) > 0 || e.model.registry.isListed(letter);
  if (s.op === 'sum' || s.op === 'prod') {
    if (!isVector) return false;
  } else if (/^[a-z]$/.test(letter) && !isVector) return false;
  let stands = false;
  visitNames(s.body, (sc) => {
    stands ||= sc.name === letter;
  });
  return stands;
}

/** What the sums over values inside of a formula run over. */
function rangesIn(s: Surface): Set<string> {
  const found = new Set<string>();
  visitSurface(s, (x) => {
    if (x.kind === 'reduce' && x.binding.over !== undefined) found.add(x.binding.over.map(scriptText).join());
  });
  return found;
}

/** Refuses products and quotients of sums over the same values. */
export function refuseProducts(factors: readonly Surface[]): void {
  const all = factors.flatMap((f) => [...rangesIn(f)]);
  if (new Set(all).size < all.length) throw new Unreadable('products of sums over values are not calculated');
}

/** A command that the text does not declare may be anything. */
export function noteUndeclared(e: Elaboration, name: string): void {
  if (!name.startsWith('\\')) return;
  e.doubts.add(`the text does not declare the command ${name}`);
  e.uncalculated.add(name);
}
