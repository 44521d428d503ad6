// One mistake of the catalogue, put into one member of one claim.
// Not here: whether lint finds it.
// Invariant: the oracle finds the member unequal to what it was, at two points.
import { delta, freeIndices, num, over, places, type Index, type Maths } from './maths.ts';
import type { Random } from './random.ts';

/** What a mistake makes of a place; null where it cannot be made. */
type Slip = (m: Maths, whole: Maths, random: Random) => Maths | null;

const dropOne = (items: readonly Maths[], random: Random, kept: (m: Maths) => boolean): Maths[] | null => {
  const may = items.map((m, n) => ({ m, n })).filter(({ m }) => kept(m));
  if (items.length < 2 || may.length === 0) return null;
  const { n } = random.pick(may);
  return items.filter((_, k) => k !== n);
};
const isConstant = (m: Maths): boolean =>
  m.k === 'number' || m.k === 'size' || (m.k === 'over' && isConstant(m.top) && isConstant(m.bottom));
const only = (k: 'times' | 'add' | 'product', items: readonly Maths[]): Maths =>
  items.length === 1 ? (items[0] as Maths) : k === 'add' ? { k, terms: items } : { k, factors: items };

/** Kinds by the catalogue's ids. */
export const slips: Readonly<Record<string, Slip>> = {
  sign: (m, _, random) => {
    if (m.k === 'minus') return m.body;
    if (m.k !== 'add') return null;
    const n = Math.floor(random.number() * m.terms.length);
    return { ...m, terms: m.terms.map((t, k) => (k !== n ? t : t.k === 'minus' ? t.body : { k: 'minus', body: t })) };
  },
  'lost-constant-factor': (m, _, random) => {
    if (m.k === 'over' && isConstant(m) && m.top.k === 'number' && m.top.value !== 1) return over(num(1), m.bottom);
    if (m.k !== 'times') return null;
    const kept = dropOne(m.factors, random, isConstant);
    return kept === null ? null : only('times', kept);
  },
  'extra-factor': (m, whole) => (m === whole && m.k !== 'add' ? { k: 'times', factors: [num(2), m] } : null),
  'lost-sum': (m) => (m.k === 'sum' ? m.body : null),
  exponent: (m) => {
    if (m.k !== 'power' || m.exponent.k !== 'number') return null;
    return m.exponent.value === 2 ? m.base : { ...m, exponent: num(m.exponent.value - 1) };
  },
  'index-swap': (m, whole, random) => {
    if (m.k !== 'entry' || m.at.length === 0) return null;
    const n = Math.floor(random.number() * m.at.length);
    const old = m.at[n] as Index;
    const others = freeIndices(whole).filter((i) => i[0] === old[0] && i !== old);
    return others.length === 0 ? null : { ...m, at: m.at.map((i, k) => (k === n ? random.pick(others) : i)) };
  },
  'lost-factor': (m, _, random) => {
    if (m.k !== 'times') return null;
    const kept = dropOne(m.factors, random, (f) => !isConstant(f));
    return kept === null ? null : only('times', kept);
  },
  'lost-term': (m, _, random) => {
    const kept = m.k === 'add' ? dropOne(m.terms, random, () => true) : null;
    return kept === null ? null : only('add', kept);
  },
  'diagonal-only': (m) => (m.k === 'delta' ? num(1) : null),
  'one-term-of-sum': (m, whole) => {
    if (m.k !== 'sum') return null;
    const free = freeIndices(whole).find((i) => i[0] === m.over[0]);
    return free === undefined ? null : renamed(m.body, m.over, free);
  },
  transpose: (m) => (m.k === 'transpose' ? m.body : m.k === 'whole' ? { k: 'transpose', body: m } : null),
  'wrong-quantity': (m) => {
    const twins: Readonly<Record<string, string>> = {
      probabilities: 'labels',
      labels: 'probabilities',
      prediction: 'targets',
      output: 'aims',
      normalised: 'vector',
    };
    const other = m.k === 'entry' || m.k === 'whole' ? twins[m.name] : undefined;
    return other === undefined ? null : { ...(m as Maths & { name: string }), name: other };
  },
};

function renamed(m: Maths, from: Index, to: Index): Maths {
  const put = (i: Index): Index => (i === from ? to : i);
  if (m.k === 'entry') return { ...m, at: m.at.map(put) };
  if (m.k === 'delta') return delta(put(m.a), put(m.b));
  if (m.k === 'partial') return { ...m, of: renamed(m.of, from, to), by: m.by.map((b) => renamed(b, from, to)) };
  const copy = JSON.parse(JSON.stringify(m), (_, v: unknown) => (v === from ? to : v)) as Maths;
  return copy;
}

/** The member with one mistake of the kind, wherever it can be made; in random order. */
export function withMistake(kind: string, member: Maths, random: Random): Maths[] {
  const slip = slips[kind];
  if (slip === undefined) throw new Error(`bug: no mistake is called ${kind}`);
  return random.shuffled(places(member)).flatMap(({ at, put }) => {
    const wrong = slip(at, member, random);
    return wrong === null ? [] : [put(wrong)];
  });
}
