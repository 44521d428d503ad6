// The mathematics of a simulated document, before anybody has written it down: what is meant, without letters.
// Not here: its values (`oracle.ts`), its spelling (`spell.ts`).
// Invariant: an index is a set and a number (`C2` is the second index over the classes); quantities have roles for names.

export type Index = `${SetName}${number}`;
/** Examples, classes, features, hidden units, entries of a vector, sizes of no other kind. */
export type SetName = 'N' | 'C' | 'D' | 'H' | 'V';
export type CallName = 'exp' | 'log' | 'tanh' | 'sqrt';

export type Maths =
  | { readonly k: 'number'; readonly value: number }
  | { readonly k: 'size'; readonly of: SetName }
  /** An entry; a number has no index. */
  | { readonly k: 'entry'; readonly name: string; readonly at: readonly Index[] }
  /** A vector (a column) or a matrix as a whole. */
  | { readonly k: 'whole'; readonly name: string }
  | { readonly k: 'add'; readonly terms: readonly Maths[] }
  | { readonly k: 'minus'; readonly body: Maths }
  | { readonly k: 'times'; readonly factors: readonly Maths[] }
  | { readonly k: 'over'; readonly top: Maths; readonly bottom: Maths }
  | { readonly k: 'power'; readonly base: Maths; readonly exponent: Maths }
  | { readonly k: 'call'; readonly name: CallName; readonly body: Maths }
  | { readonly k: 'sum'; readonly over: Index; readonly body: Maths }
  | { readonly k: 'delta'; readonly a: Index; readonly b: Index }
  | { readonly k: 'cases'; readonly a: Index; readonly b: Index; readonly equal: Maths; readonly unequal: Maths }
  | { readonly k: 'partial'; readonly of: Maths; readonly by: readonly Maths[] }
  | { readonly k: 'product'; readonly factors: readonly Maths[] }
  | { readonly k: 'transpose'; readonly body: Maths }
  | { readonly k: 'entrywise'; readonly factors: readonly Maths[] };

export const num = (value: number): Maths => ({ k: 'number', value });
export const sizeOf = (of: SetName): Maths => ({ k: 'size', of });
export const at = (name: string, ...indices: Index[]): Maths => ({ k: 'entry', name, at: indices });
export const all = (name: string): Maths => ({ k: 'whole', name });
export const add = (...terms: Maths[]): Maths => ({ k: 'add', terms });
export const minus = (body: Maths): Maths => ({ k: 'minus', body });
export const sub = (a: Maths, b: Maths): Maths => add(a, minus(b));
export const times = (...factors: Maths[]): Maths => ({ k: 'times', factors });
export const over = (top: Maths, bottom: Maths): Maths => ({ k: 'over', top, bottom });
export const power = (base: Maths, exponent: Maths | number): Maths => ({
  k: 'power',
  base,
  exponent: typeof exponent === 'number' ? num(exponent) : exponent,
});
export const call = (name: CallName, body: Maths): Maths => ({ k: 'call', name, body });
export const sum = (over: Index, body: Maths): Maths => ({ k: 'sum', over, body });
export const delta = (a: Index, b: Index): Maths => ({ k: 'delta', a, b });
export const cases = (a: Index, b: Index, equal: Maths, unequal: Maths): Maths => ({
  k: 'cases',
  a,
  b,
  equal,
  unequal,
});
export const partial = (of: Maths, ...by: Maths[]): Maths => ({ k: 'partial', of, by });
export const product = (...factors: Maths[]): Maths => ({ k: 'product', factors });
export const tr = (body: Maths): Maths => ({ k: 'transpose', body });
export const entrywise = (...factors: Maths[]): Maths => ({ k: 'entrywise', factors });

/** The parts of an expression, in the order of `rebuilt`. */
export function parts(m: Maths): readonly Maths[] {
  switch (m.k) {
    case 'add':
      return m.terms;
    case 'times':
    case 'product':
    case 'entrywise':
      return m.factors;
    case 'minus':
    case 'call':
    case 'sum':
    case 'transpose':
      return [m.body];
    case 'over':
      return [m.top, m.bottom];
    case 'power':
      return [m.base, m.exponent];
    case 'cases':
      return [m.equal, m.unequal];
    default:
      return [];
  }
}

/** The expression with other parts, as many as it had (sums and products may have fewer). */
export function rebuilt(m: Maths, p: readonly Maths[]): Maths {
  const [first, second] = p as [Maths, Maths];
  switch (m.k) {
    case 'add':
      return { ...m, terms: p };
    case 'times':
    case 'product':
    case 'entrywise':
      return { ...m, factors: p };
    case 'minus':
    case 'call':
    case 'sum':
    case 'transpose':
      return { ...m, body: first };
    case 'over':
      return over(first, second);
    case 'power':
      return power(first, second);
    case 'cases':
      return { ...m, equal: first, unequal: second };
    default:
      return m;
  }
}

/** Every place of an expression with the function that puts something else there. */
export function places(m: Maths): { at: Maths; put: (other: Maths) => Maths }[] {
  const inner = parts(m).flatMap((part, n) =>
    places(part).map(({ at, put }) => ({
      at,
      put: (other: Maths) =>
        rebuilt(
          m,
          parts(m).map((p, k) => (k === n ? put(other) : p)),
        ),
    })),
  );
  return [{ at: m, put: (other) => other }, ...inner];
}

/** Free indices, in order of appearance. */
export function freeIndices(m: Maths, bound: readonly Index[] = []): Index[] {
  const own: readonly Index[] =
    m.k === 'entry'
      ? m.at
      : m.k === 'delta' || m.k === 'cases'
        ? [m.a, m.b]
        : m.k === 'partial'
          ? [m.of, ...m.by].flatMap((x) => freeIndices(x))
          : [];
  const below =
    m.k === 'sum' ? freeIndices(m.body, [...bound, m.over]) : parts(m).flatMap((p) => freeIndices(p, bound));
  return [...new Set([...own.filter((i) => !bound.includes(i)), ...below])];
}

/** The same in the convention of the other side: rows for columns, every vector and matrix stored transposed. */
export function inRows(m: Maths): Maths {
  return transposed(m);
}

/** The transpose of an expression whose quantities are all stored transposed: `(AB)ᵀ` becomes `B'A'`. */
function transposed(m: Maths): Maths {
  switch (m.k) {
    case 'product':
      return { ...m, factors: [...m.factors].reverse().map(transposed) };
    case 'transpose':
      return m.body.k === 'whole'
        ? m
        : transposed(m.body).k === 'whole'
          ? tr(transposed(m.body))
          : tr(transposed(m.body));
    default:
      return rebuilt(m, parts(m).map(transposed));
  }
}
