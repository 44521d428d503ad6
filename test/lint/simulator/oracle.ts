// What an expression is worth at a random point, by plain arithmetic and central differences.
// Not here: any code of the product; the simulator's truth must not come from what it judges.
// Invariant: a claim is called false only where its sides differ by far more than a central difference can err.
import type { Index, Maths, SetName } from './maths.ts';
import { freeIndices } from './maths.ts';
import type { Random } from './random.ts';

/** Numbers with axes: `data[i][j]` as one row. */
export interface Values {
  readonly sizes: readonly number[];
  readonly data: readonly number[];
}

/** An input and what its numbers are like. */
export interface Input {
  readonly name: string;
  readonly axes: readonly SetName[];
  /** `share`: positive, and the last axis sums to 1. */
  readonly kind?: 'any' | 'positive' | 'share';
}

export interface Definition {
  readonly name: string;
  readonly at: readonly Index[];
  readonly body: Maths;
}

type Sizes = Readonly<Record<SetName, number>>;
type Matrix = readonly (readonly number[])[];
const setOf = (i: Index): SetName => i[0] as SetName;

/** One assignment of numbers to the inputs of a derivation. */
export class World {
  private readonly known: Map<string, Values>;
  constructor(
    readonly sizes: Sizes,
    private readonly given: ReadonlyMap<string, Values>,
    private readonly definitions: ReadonlyMap<string, Definition>,
    /** Whether vectors are rows and matrices are stored transposed. */
    readonly rows: boolean,
  ) {
    this.known = new Map(given);
  }

  static random(inputs: readonly Input[], definitions: readonly Definition[], rows: boolean, random: Random): World {
    const sizes: Sizes = { N: 2, C: 3, D: 2, H: 3, V: 3 };
    const given = new Map(inputs.map((input) => [input.name, drawn(input, sizes, random)]));
    return new World(sizes, given, new Map(definitions.map((d) => [d.name, d])), rows);
  }

  valuesOf(name: string): Values {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const d = this.definitions.get(name);
    if (d === undefined) throw new Error(`bug: the simulator knows nothing of ${name}`);
    const sizes = d.at.map((i) => this.sizes[setOf(i)]);
    const values = { sizes, data: everywhere(sizes).map((p) => this.number(d.body, bind(d.at, p))) };
    this.known.set(name, values);
    return values;
  }

  /** The value of an expression in index form. */
  number(m: Maths, at: ReadonlyMap<Index, number>): number {
    const of = (x: Maths): number => this.number(x, at);
    switch (m.k) {
      case 'number':
        return m.value;
      case 'size':
        return this.sizes[m.of];
      case 'entry':
        return entryOf(
          this.valuesOf(m.name),
          m.at.map((i) => at.get(i) ?? 0),
        );
      case 'add':
        return m.terms.reduce((a, t) => a + of(t), 0);
      case 'minus':
        return -of(m.body);
      case 'times':
        return m.factors.reduce((a, f) => a * of(f), 1);
      case 'over':
        return of(m.top) / of(m.bottom);
      case 'power':
        return of(m.base) ** of(m.exponent);
      case 'call':
        return Math[m.name](of(m.body));
      case 'sum': {
        const each = Array.from({ length: this.sizes[setOf(m.over)] }, (_, n) => n);
        return each.reduce((a, n) => a + this.number(m.body, new Map([...at, [m.over, n]])), 0);
      }
      case 'delta':
        return at.get(m.a) === at.get(m.b) ? 1 : 0;
      case 'cases':
        return of(at.get(m.a) === at.get(m.b) ? m.equal : m.unequal);
      case 'partial':
        return this.derivative(m.of, m.by, at);
      default:
        throw new Error(`bug: ${m.k} has no entries`);
    }
  }

  /** The value of an expression in vectors and matrices; numbers are 1 × 1. */
  matrix(m: Maths): Matrix {
    const of = (x: Maths): Matrix => this.matrix(x);
    switch (m.k) {
      case 'whole':
        return this.whole(this.valuesOf(m.name));
      case 'add':
        return m.terms.map(of).reduce((a, b) => zip(a, b, (x, y) => x + y));
      case 'minus':
        return of(m.body).map((r) => r.map((x) => -x));
      case 'times':
      case 'entrywise':
        return m.factors.map(of).reduce((a, b) => zip(a, b, (x, y) => x * y));
      case 'over':
        return zip(of(m.top), of(m.bottom), (x, y) => x / y);
      case 'power':
        return zip(of(m.base), of(m.exponent), (x, y) => x ** y);
      case 'call':
        return of(m.body).map((r) => r.map((x) => Math[m.name](x)));
      case 'product':
        return m.factors.map(of).reduce(multiplied);
      case 'transpose':
        return flipped(of(m.body));
      case 'partial':
        return this.gradient(m.of, m.by[0] as Maths);
      default:
        return [[this.number(m, new Map())]];
    }
  }

  private whole({ sizes, data }: Values): Matrix {
    const [r = 1, c = 1] = sizes;
    const m = Array.from({ length: r }, (_, i) => data.slice(i * c, (i + 1) * c));
    return this.rows ? flipped(m) : m;
  }

  private gradient(of: Maths, by: Maths): Matrix {
    if (of.k !== 'entry' || by.k !== 'whole') throw new Error('bug: only a number has a gradient here');
    const { sizes } = this.valuesOf(by.name);
    const data = everywhere(sizes).map((p) => this.slope(by.name, p, (w) => w.number(of, new Map())));
    return this.whole({ sizes, data });
  }

  private derivative(of: Maths, by: readonly Maths[], at: ReadonlyMap<Index, number>): number {
    const [first, ...rest] = by;
    if (first === undefined) return this.number(of, at);
    if (first.k !== 'entry') throw new Error('bug: a derivative is by an entry');
    const where = first.at.map((i) => at.get(i) ?? 0);
    return this.slope(first.name, where, (w) => w.derivative(of, rest, at));
  }

  private slope(name: string, where: readonly number[], f: (w: World) => number): number {
    const h = 1e-4;
    return (f(this.moved(name, where, h)) - f(this.moved(name, where, -h))) / (2 * h);
  }

  private moved(name: string, where: readonly number[], by: number): World {
    const { sizes, data } = this.valuesOf(name);
    const n = offset(sizes, where);
    const given = new Map(this.given).set(name, { sizes, data: data.map((x, k) => (k === n ? x + by : x)) });
    return new World(this.sizes, given, this.definitions, this.rows);
  }
}

/** Whether two expressions are equal at a point, for every value of their indices. */
export function agree(a: Maths, b: Maths, w: World): boolean {
  const indices = [...new Set([...freeIndices(a), ...freeIndices(b)])];
  if (indices.length === 0 && (hasWhole(a) || hasWhole(b))) {
    const [x, y] = [w.matrix(a), w.matrix(b)];
    return (
      x.length === y.length && x[0]?.length === y[0]?.length && x.every((r, i) => r.every((v, j) => near(v, y[i]?.[j])))
    );
  }
  const sizes = indices.map((i) => w.sizes[setOf(i)]);
  return everywhere(sizes).every((p) => near(w.number(a, bind(indices, p)), w.number(b, bind(indices, p))));
}

const near = (a: number, b: number | undefined): boolean =>
  b !== undefined && Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a), Math.abs(b));

const hasWhole = (m: Maths): boolean =>
  m.k === 'partial'
    ? m.by.some(hasWhole)
    : m.k === 'whole' ||
      ('terms' in m
        ? m.terms
        : 'factors' in m
          ? m.factors
          : 'body' in m
            ? [m.body]
            : 'top' in m
              ? [m.top, m.bottom]
              : 'base' in m
                ? [m.base]
                : []
      ).some(hasWhole);

const everywhere = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>((all, n) => all.flatMap((p) => Array.from({ length: n }, (_, k) => [...p, k])), [[]]);
const bind = (indices: readonly Index[], p: readonly number[]): Map<Index, number> =>
  new Map(indices.map((i, n) => [i, p[n] ?? 0]));
const offset = (sizes: readonly number[], where: readonly number[]): number =>
  sizes.reduce((n, size, k) => n * size + (where[k] ?? 0), 0);
const entryOf = ({ sizes, data }: Values, where: readonly number[]): number => data[offset(sizes, where)] ?? Number.NaN;

const flipped = (m: Matrix): Matrix => (m[0] ?? []).map((_, j) => m.map((r) => r[j] ?? 0));
const multiplied = (a: Matrix, b: Matrix): Matrix => {
  if (a[0]?.length !== b.length) return isNumber(a) || isNumber(b) ? zip(a, b, (x, y) => x * y) : [[Number.NaN]];
  return a.map((r) => (b[0] ?? []).map((_, j) => r.reduce((s, x, k) => s + x * (b[k]?.[j] ?? 0), 0)));
};
const isNumber = (m: Matrix): boolean => m.length === 1 && m[0]?.length === 1;
function zip(a: Matrix, b: Matrix, f: (x: number, y: number) => number): Matrix {
  if (isNumber(a) && !isNumber(b)) return b.map((r) => r.map((y) => f(a[0]?.[0] ?? 0, y)));
  if (isNumber(b)) return a.map((r) => r.map((x) => f(x, b[0]?.[0] ?? 0)));
  if (a.length !== b.length || a[0]?.length !== b[0]?.length) return [[Number.NaN]];
  return a.map((r, i) => r.map((x, j) => f(x, b[i]?.[j] ?? 0)));
}

function drawn({ axes, kind }: Input, all: Sizes, random: Random): Values {
  const sizes = axes.map((a) => all[a]);
  const raw = everywhere(sizes).map(() =>
    kind === 'any' || kind === undefined ? 2 * random.number() - 1 : 0.3 + random.number(),
  );
  const last = sizes.at(-1) ?? 1;
  if (kind !== 'share') return { sizes, data: raw };
  const total = (n: number): number => raw.slice(n - (n % last), n - (n % last) + last).reduce((a, x) => a + x, 0);
  return { sizes, data: raw.map((x, n) => x / total(n)) };
}
