// How many axes each name has, inferred from its neighbours: transposes, determinants, products, sums, equations.
// Not here: ranks that subscripts tell (`survey.ts`).
// Invariant: only names whose rank is unknown are given one; the number of rounds is bounded.
import { lastOf, must } from '../../term/must.ts';
import { functionNamed, functionRow, rankGiven } from '../../term/functions.ts';
import { factorsOf, isCall } from './application.ts';
import { nameOf } from './names.ts';
import { contains, headName, type Surface, unwrap, unwrapTransposes, visitInnerFirst } from '../../language/surface.ts';
import { demandSummand, isBareE } from './near-readings.ts';
import { isWave, writtenAsNumbers } from './plain-numbers.ts';
import {
  bodyRow,
  dottedRow,
  dottedTerms,
  headRow,
  isIndexed,
  matrixBeforeRow,
  normedRow,
  rowOf,
  termsOf,
} from './rows.ts';
import { countIndices, isCapital, isEntryOfMatrix } from './survey.ts';
import { isGiven, isReserved, type World } from './world.ts';

const rounds = 16;

/** Gives ranks to names that the texts use like vectors and matrices. */
export function inferRanks(texts: readonly Surface[], world: World, latex: boolean): void {
  const inference = new Inference(world, latex);
  inference.numbers = writtenAsNumbers(texts);
  for (let n = 0; n < rounds; n += 1) {
    // What is only likely is asked when what is sure says no more.
    inference.patient = n > 0 && !inference.changed;
    inference.changed = false;
    inference.memo.clear();
    for (const s of texts) {
      inference.indexed = usesIndices(s);
      inference.summed = sums(s);
      visitInnerFirst(s, (node) => inference.look(node));
    }
    if (inference.patient && !inference.changed) return;
  }
}

const usesIndices = (s: Surface): boolean => contains(s, (x) => x.kind === 'subscript' || x.kind === 'reduce');
const sums = (s: Surface): boolean => contains(s, (x) => x.kind === 'reduce');

class Inference {
  changed = false;
  patient = false;
  indexed = false;
  summed = false;
  readonly memo = new Map<Surface, number | null>();
  /** Names that are written as numbers. */
  numbers: ReadonlySet<string> = new Set();
  constructor(
    readonly world: World,
    readonly latex: boolean,
  ) {}

  /** The rank of a node, null where it is not known yet. */
  rank(s: Surface): number | null {
    const known = this.memo.get(s);
    if (known !== undefined) return known;
    const r = this.compute(s);
    this.memo.set(s, r);
    return r;
  }

  private compute(s: Surface): number | null {
    const factors = factorsOf(s, this.world, this.latex);
    if (factors.length > 1) return this.productRank(factors);
    const named = nameOf(s, this.world, this.latex);
    if (named !== null) return this.nameRank(named.name, countIndices(named.indices));
    switch (s.kind) {
      case 'number':
        return 0;
      case 'ones':
        return 1;
      case 'group':
        return this.rank(s.value);
      case 'transpose':
        return this.isOnes(s.base) ? 1 : this.rank(s.base);
      case 'prime':
        return this.rank(s.base);
      case 'subscript':
        if (s.base.kind === 'bars') return 0;
        {
          const r = this.rank(s.base);
          return r === null ? null : Math.max(0, r - countIndices(s.parts));
        }
      case 'power':
        return this.isTranspose(s.exponent)
          ? this.isOnes(s.base)
            ? 1
            : this.rank(s.base)
          : s.base.kind === 'name' && s.base.name === 'e' && !isGiven(this.world, 'e')
            ? this.rank(s.exponent)
            : this.rank(s.base);
      case 'sum':
        return s.terms.reduce((r: number | null, t) => {
          const x = this.rank(t.value);
          return x === null ? r : Math.max(r ?? 0, x);
        }, null);
      case 'product':
        return this.productRank(
          s.factors.flatMap((f) => (f.op === '/' ? [] : factorsOf(f.value, this.world, this.latex))),
          s.factors.some((f) => f.op === '⊙'),
        );
      case 'fraction':
        return this.rank(s.num);
      case 'apply':
        return this.callRank(s);
      case 'reduce':
        return s.binding.letters.length === 0 ? 0 : this.rank(s.body);
      case 'derivative': {
        const all = [s.of, ...s.by].map((x) => this.rank(x));
        return all.some((r) => r === null) ? null : all.reduce((a: number, r) => a + (r as number), 0);
      }
      case 'gradient':
        return s.order;
      case 'matrix':
        return s.rows.length === 1 || s.rows[0]?.length === 1 ? 1 : 2;
      default:
        return 0;
    }
  }

  isTranspose(e: Surface): boolean {
    return e.kind === 'name' && e.name === 'T' && !isGiven(this.world, 'T');
  }
  isOnes(s: Surface): boolean {
    return isBareE(this, s) || (s.kind === 'number' && s.num === 1n && s.den === 1n);
  }

  private nameRank(name: string, count: number): number | null {
    const r =
      this.world.ranks.get(name) ??
      (isGiven(this.world, name) ? undefined : this.world.ranks.get(this.world.functions.get(name)?.key ?? ''));
    if (r !== undefined) return Math.max(0, r - count);
    if (name === 'I' && count === 0 && !isGiven(this.world, name)) return 2;
    if (count > 0 || this.world.sizes.has(name) || isReserved(this.world, name) || name === 'pi' || name === 'e')
      return 0;
    return null;
  }

  private productRank(factors: readonly Surface[], elementwise = false): number | null {
    if (this.isScaledIdentity(factors)) return 2;
    let rank = 0;
    let lying = false;
    for (const [n, f] of factors.entries()) {
      const after = factors[n + 1];
      const r: number | null =
        this.isOnes(f) &&
        ((rank === 0 && after !== undefined && this.rank(after) === 1 && this.lies(after)) || rank === 2 || lying)
          ? 1
          : this.rank(f);
      if (r === null) return null;
      const fLies: boolean = r === 1 && this.lies(f);
      if (r === 0 || elementwise) {
        rank = Math.max(rank, r);
        continue;
      }
      if (rank === 0) {
        rank = r;
        lying = fLies;
        continue;
      }
      if (rank === 1 && !lying && fLies) {
        rank = 2;
        continue;
      }
      const next = Math.max(0, rank + r - 2);
      lying = next === 1 && rank === 1;
      rank = next;
    }
    return rank;
  }

  /** `c I`: what stands before the identity is a number, whatever else is known of it. */
  private isScaledIdentity(factors: readonly Surface[]): boolean {
    const last = nameOf(unwrap(lastOf(factors)), this.world, this.latex);
    if (last?.name !== 'I' || last.indices.length > 0 || isGiven(this.world, 'I')) return false;
    return factors.slice(0, -1).every((f) => (this.rank(f) ?? 0) === 0 && this.byCase(f) === 1);
  }

  lies(s: Surface): boolean {
    const u = unwrap(s);
    if (u.kind === 'transpose') return !this.lies(u.base);
    return u.kind === 'power' && this.isTranspose(u.exponent) ? !this.lies(u.base) : false;
  }

  private callRank(s: Surface & { kind: 'apply' }): number | null {
    const name = headName(s.head) ?? '';
    const head =
      this.world.functions.get(nameOf(s.head, this.world, this.latex)?.name ?? name) ?? this.world.functions.get(name);
    const arg = s.args[0];
    if (head !== undefined) {
      const r = this.world.ranks.get(head.key);
      const taken =
        head.indexArgs.filter(Boolean).length +
        (arg !== undefined && this.rank(arg) === 0 && (r ?? 0) > 0 ? 1 : 0) +
        (s.head.kind === 'subscript' ? countIndices(s.head.parts) : 0);
      return r === undefined ? null : Math.max(0, r - taken);
    }
    const row = functionRow(name);
    if (row?.means.kind === 'operation' && row.means.operation === 'dot' && s.args.length === 2)
      return this.productRank(s.args);
    const fixed = row === undefined ? null : rankGiven(row, arg === undefined ? null : this.rank(arg));
    if (row !== undefined && row.gives !== 'same') return fixed;
    if (arg === undefined || s.head.kind === 'subscript') return 0;
    // softmax(z, i) is an entry.
    if (row !== undefined) return s.args.length > 1 && row.takes === 'vector' ? 0 : this.rank(arg);
    return /^[A-Z]/.test(name) || s.args.length > 1 ? 0 : this.rank(arg);
  }

  /** The vector-or-matrix rank that the case of the names suggests: `x` a vector, `X` a matrix, `X b` and `X b + c` vectors. */
  byCase(s: Surface): number {
    const known = this.rank(s);
    if (known !== null && known > 0) return known;
    const factors = factorsOf(s, this.world, this.latex);
    if (factors.length > 1) return this.byCase(lastOf(factors));
    const named = nameOf(s, this.world, this.latex);
    if (named !== null) return isCapital(named.name) && named.indices.length === 0 ? 2 : 1;
    switch (s.kind) {
      case 'sum':
        return s.terms.reduce((r, t) => Math.min(r, t.value.kind === 'number' ? 2 : this.byCase(t.value)), 2);
      case 'product': {
        const last = s.factors.filter((f) => f.op !== '/').at(-1);
        return last === undefined ? 1 : this.productCase(s.factors.map((f) => f.value));
      }
      case 'group':
        return this.byCase(s.value);
      case 'transpose':
      case 'prime':
      case 'subscript':
        return this.byCase(s.base);
      case 'power':
        return this.byCase(s.base.kind === 'name' && s.base.name === 'e' ? s.exponent : s.base);
      case 'fraction':
        return this.byCase(s.num);
      case 'apply':
        return s.args[0] === undefined ? 1 : this.byCase(s.args[0]);
      default:
        return 1;
    }
  }
  /** `A B` is a matrix, `A x` a vector, `x y^T` a matrix. */
  private productCase(factors: readonly Surface[]): number {
    const all = factors.flatMap((f) => factorsOf(f, this.world, this.latex));
    const last = lastOf(all);
    return this.lies(last) && all.length > 1 && this.byCase(must(all[0])) === 1 ? 2 : this.byCase(last);
  }

  /** Gives unknown names in `s` what makes its rank `r`. */
  demand(s: Surface, r: number): void {
    // That a side is a number says little of the names in it.
    if (r === 0 || (this.rank(s) !== null && s.kind !== 'sum')) return;
    const factors = factorsOf(s, this.world, this.latex);
    if (factors.length > 1) {
      this.demandProduct(factors, r);
      return;
    }
    const named = nameOf(s, this.world, this.latex);
    if (named !== null) {
      if (
        this.world.ranks.has(named.name) ||
        this.world.sizes.has(named.name) ||
        isReserved(this.world, named.name) ||
        (this.world.indexLetters.has(named.name) &&
          !named.bold &&
          named.name.length === 1 &&
          named.name === named.name.toLowerCase() &&
          this.indexed)
      )
        return;
      // A capital is taken for a vector only where its subscript says so.
      if (isCapital(named.name) && r === 1 && named.indices.length === 0 && !named.bold) return;
      this.set(named.name, r + countIndices(named.indices));
      return;
    }
    switch (s.kind) {
      case 'group':
        this.demand(s.value, r);
        return;
      case 'transpose':
      case 'prime':
        this.demand(s.base, r);
        return;
      case 'power':
        if (s.base.kind === 'name' && s.base.name === 'e' && !this.isTranspose(s.exponent)) this.demand(s.exponent, r);
        else this.demand(s.base, r);
        return;
      case 'sum':
        for (const t of s.terms) this.demand(t.value, r);
        return;
      case 'product':
        this.demandProduct(
          s.factors.filter((f) => f.op !== '/').flatMap((f) => factorsOf(f.value, this.world, this.latex)),
          r,
        );
        return;
      case 'fraction':
        this.demand(s.num, r);
        return;
      case 'apply':
        if (
          s.args[0] !== undefined &&
          s.args.length === 1 &&
          isCall(s, this.world, this.latex) &&
          functionNamed(headName(s.head) ?? '') !== undefined
        )
          this.demand(s.args[0], r);
        return;
      default:
        return;
    }
  }

  /** In a product of numbers with one unknown, the unknown carries the rank. */
  private demandProduct(factors: readonly Surface[], r: number): void {
    const unknown = factors.filter((f) => this.rank(f) === null);
    const [before, last] = factors.slice(-2);
    // `W x_n` where a vector belongs.
    const matrix = r === 1 && before !== undefined && last !== undefined ? matrixBeforeRow(before, last, this) : null;
    if (matrix !== null && last !== undefined) {
      this.set(matrix, 2);
      rowOf(last, this);
      return;
    }
    if (unknown.length === 1 && factors.every((f) => f === unknown[0] || this.rank(f) === 0))
      this.demand(must(unknown[0]), r);
    else if (r > 0 && factors.every((f) => this.rank(f) === null || this.rank(f) === 0) && unknown.length > 1)
      this.demand(lastOf(unknown), r);
  }

  set(name: string, rank: number): void {
    if (this.world.ranks.has(name)) return;
    this.learn(name, rank);
  }

  /** Remembers a rank. What was computed before is forgotten, but not without end: a text with very many names waits for the next round. */
  learn(name: string, rank: number): void {
    this.world.ranks.set(name, rank);
    this.changed = true;
    this.learned += 1;
    if (this.learned < 200) this.memo.clear();
  }
  private learned = 0;

  /** What one node tells about its parts. */
  look(s: Surface): void {
    const named = nameOf(s, this.world, this.latex);
    if (named?.bold && !this.world.ranks.has(named.name))
      this.set(named.name, (isCapital(named.name) ? 2 : 1) + countIndices(named.indices));
    switch (s.kind) {
      case 'transpose':
        this.lookAtTransposed(s.base);
        return;
      case 'power':
        if (this.isTranspose(s.exponent)) this.lookAtTransposed(s.base);
        else this.lookAtPower(s);
        return;
      case 'bars':
        if (s.double || this.isBareCapital(s.value)) this.demand(s.value, this.byCase(s.value));
        // ‖x_n‖ is the norm of a row; of a number one writes |x_n|.
        if (s.double && this.patient) for (const t of [unwrap(s.value), ...termsOf(s.value)]) normedRow(t, this);
        return;
      case 'derivative':
        for (const by of s.by) if (this.isBareCapital(by)) this.demand(by, 2);
        return;
      case 'apply':
        this.lookAtCall(s);
        return;
      case 'sum': {
        dottedTerms(s, this);
        const r = this.rank(s);
        if (r !== null && r > 0) for (const t of s.terms) demandSummand(this, t.value, r);
        // `W x_n - y_n`: beside a vector the entry is a vector.
        if (r === 1 && this.patient) for (const t of s.terms) if (this.rank(t.value) === 0) rowOf(t.value, this);
        return;
      }
      case 'product':
        this.lookAtProduct(s);
        return;
      case 'relation':
        this.lookAtRelation(s);
        return;
      default:
        return;
    }
  }

  private lookAtTransposed(written: Surface): void {
    // `r_nk (x_n - m)^T` looks like a call: the bracket is its last factor.
    const base = lastOf(factorsOf(written, this.world, this.latex));
    const named = nameOf(base, this.world, this.latex);
    // `x_i^T w`: the entry x_i is itself a vector.
    if (named !== null && named.indices.length > 0 && !isEntryOfMatrix(named)) rowOf(base, this);
    else if (!this.isOnes(base)) this.demand(base, this.byCase(base));
    for (const t of termsOf(base)) rowOf(t, this);
  }

  private lookAtPower(s: Surface & { kind: 'power' }): void {
    const e = unwrap(s.exponent);
    const isInverse =
      e.kind === 'sum' && e.terms.length === 1 && e.terms[0]?.sign === -1 && e.terms[0].value.kind === 'number';
    const base = unwrap(s.base);
    if (isInverse && !this.indexed && base.kind === 'name' && isCapital(base.name)) this.demand(base, 2);
  }

  private lookAtCall(s: Surface & { kind: 'apply' }): void {
    const name = headName(s.head) ?? '';
    const arg = s.args[0];
    if (arg === undefined || isGiven(this.world, name) || s.head.kind === 'subscript') return;
    const row = functionRow(name);
    if (row?.takes === 'matrix') this.demand(arg, 2);
    else if (row?.takes === 'vector' || row?.takes === 'whole')
      for (const a of s.args.slice(0, row.arity === 2 ? 2 : 1)) this.demand(a, this.byCase(a));
  }

  private lookAtProduct(s: Surface & { kind: 'product' }): void {
    const items = s.factors.flatMap((f) =>
      factorsOf(f.value, this.world, this.latex).map((value, n) => ({
        value,
        op: n === 0 ? f.op : ('juxtaposed' as const),
      })),
    );
    for (let n = 1; n < items.length; n += 1) {
      const left = must(items[n - 1]);
      const right = must(items[n]);
      const [ra, rb] = [this.rank(left.value), this.rank(right.value)];
      const end = items.slice(n + 1).at(-1)?.value;
      if (right.op === '·') dottedRow(left.value, right.value, this);
      if (right.op === '⊙' || (right.op === '·' && (ra === 1 || rb === 1) && !this.summed))
        this.same(left.value, right.value);
      else if (right.op === '*' && this.world.programming) this.entrywise(left.value, right.value);
      else if (!['/', '*', '×'].includes(right.op)) this.adjacent(left.value, right.value, end);
    }
  }

  /** A capital that nothing is known of, in a text without indices. */
  private isBareCapital(s: Surface): boolean {
    const u = unwrap(s);
    return (
      !this.indexed && u.kind === 'name' && isCapital(u.name) && !this.numbers.has(u.name) && this.rank(u) === null
    );
  }

  private same(a: Surface, b: Surface): void {
    const [ra, rb] = [this.rank(a), this.rank(b)];
    if (ra !== null && rb === null) this.demand(b, ra);
    if (rb !== null && ra === null) this.demand(a, rb);
  }

  /** `Y * np.log(P)`: beside a matrix, a capital that nothing is known of is a matrix. */
  private entrywise(a: Surface, b: Surface): void {
    if (this.rank(a) === 2 && this.byCase(b) === 2) this.demand(b, 2);
    if (this.rank(b) === 2 && this.byCase(a) === 2) this.demand(a, 2);
  }

  private adjacent(a: Surface, b: Surface, end: Surface | undefined): void {
    const [ra, rb] = [this.rank(a), this.rank(b)];
    if (rb === 0 && ra === 1 && this.lies(a) && unwrap(a).kind !== 'group') {
      rowOf(b, this);
      headRow(b, this);
      return;
    }
    if (rb === 0 && ra === 2 && nameOf(unwrapTransposes(a), this.world, this.latex)?.indices.length === 0) {
      rowOf(b, this);
      return;
    }
    if (rb === null && (ra === 2 || (ra === 1 && this.lies(a)))) {
      this.demand(b, this.byCase(b));
      return;
    }
    // `a b^T` is a matrix; but in `a b^T c`, `a b^T M c` a number stands before a product that is a number.
    const closes = end !== undefined && (this.rank(end) ?? this.byCase(end)) === 1 && !this.lies(end);
    if (ra === null && rb === 1 && this.lies(b) && this.byCase(a) === 1 && !closes) {
      this.demand(a, 1);
      return;
    }
    if (ra === null && (rb === 2 || (rb === 1 && !this.lies(b))) && this.byCase(a) === 2) {
      this.demand(a, 2);
      return;
    }
    // Two capitals, or a capital before a small letter, in a text without indices.
    const isPlain = (x: Surface): boolean => {
      const named = nameOf(x, this.world, this.latex);
      if (named !== null) return !this.numbers.has(named.name);
      if (x.kind !== 'apply' || isWave(x)) return false;
      return isCall(x, this.world, this.latex) && functionNamed(headName(x.head) ?? '') !== undefined;
    };
    if (
      ra === null &&
      !this.indexed &&
      nameOf(a, this.world, this.latex) !== null &&
      this.byCase(a) === 2 &&
      isPlain(b) &&
      rb === null
    ) {
      this.demand(a, 2);
      this.demand(b, this.byCase(b));
    }
  }

  private lookAtRelation(s: Surface & { kind: 'relation' }): void {
    const sides = [s.first, ...s.links.filter((l) => l.op === '=' || l.op === ':=').map((l) => l.value)];
    for (let n = 1; n < sides.length; n += 1) {
      const [a, b] = [must(sides[n - 1]), must(sides[n])];
      this.same(a, b);
      if (n === 1 && this.rank(a) === 0 && this.rank(b) === 1) headRow(a, this);
      if (n === 1 && this.rank(a) === 1 && this.rank(b) === 0 && this.patient && isIndexed(a, this)) bodyRow(b, this);
      if (this.isBareCapital(a) && this.isBareCapital(b)) {
        this.demand(a, 2);
        this.demand(b, 2);
      }
    }
  }
}
