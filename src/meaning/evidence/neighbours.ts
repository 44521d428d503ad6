// What stands beside a name: matrices before vectors, rows before columns, summands of vectors.
// Not here: the dress of a single name (`notation.ts`).
// Invariant: one record for one habit; its example shows it.
import { scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { resolveScripts } from '../usage.ts';
import {
  bareName,
  exactly,
  isCapital,
  isMatrixName,
  type Known,
  least,
  type RankFact,
  type RankHeuristic,
} from './record.ts';

/** Two factors side by side. */
interface Pair {
  readonly a: Surface;
  readonly b: Surface;
  readonly op: string;
  /** What they are without indices; null where they are anything else. */
  readonly left: string | null;
  readonly right: string | null;
}

const beside: ReadonlySet<string> = new Set(['juxtaposed', '·', '@']);

function pairs(s: Surface, k: Known): Pair[] {
  if (s.kind !== 'product') return [];
  return s.factors.slice(1).flatMap((f, n): Pair[] => {
    const a = s.factors[n]?.value;
    if (a === undefined || !beside.has(f.op)) return [];
    return [{ a, b: f.value, op: f.op, left: bareName(a, k.usage), right: bareName(f.value, k.usage) }];
  });
}

const isMatrix = (id: string, k: Known): boolean => isCapital(id) && k.rank(id) >= 2;
const isSize = (id: string, k: Known): boolean => k.usage.sizes.has(id);
const isSmall = (id: string): boolean => /^[a-z]/.test(id);

/** What every pair of neighbours in a product tells. */
const ofPairs =
  (tell: (p: Pair, k: Known) => RankFact | null) =>
  (s: Surface, k: Known): RankFact[] =>
    pairs(s, k).flatMap((p) => tell(p, k) ?? []);

/** Whether a summand is a vector: a name of rank 1, an entry with one index, a matrix before a vector. */
function isVector(x: Surface, k: Known): boolean {
  const u = unwrap(x);
  if (u.kind === 'product' && u.factors.length >= 2) {
    if (u.factors.slice(0, -2).some((f) => scripted(unwrap(f.value))?.transposed === true)) return false;
    const [a, b] = u.factors.slice(-2).map((f) => bareName(f.value, k.usage));
    return a != null && b != null && k.rank(a) >= 2 && k.rank(b) === 1;
  }
  const id = bareName(u, k.usage);
  return id !== null && (k.rank(id) === 1 || k.indices(id) === 1);
}
const vectorLetter = /^[abcdghopqrstuvwxyz](?:_|$|\^)/;

/** The capital and the small letter of `W x`. */
function matrixTimes(x: Surface, k: Known): { readonly matrix: string; readonly vector: string } | null {
  const u = unwrap(x);
  if (u.kind !== 'product' || u.factors.length !== 2) return null;
  const [p] = pairs(u, k);
  if (p === undefined || p.left === null || p.right === null || p.op === '·') return null;
  const fits = isMatrixName(p.left) && vectorLetter.test(p.right) && !isSize(p.left, k) && !isSize(p.right, k);
  return fits ? { matrix: p.left, vector: p.right } : null;
}

export const neighbourHeuristics: readonly RankHeuristic[] = [
  {
    name: 'after-row',
    strength: 'shown',
    on: 'product',
    says: 'it stands behind a row',
    example: { text: 'q = v^T w', of: 'w', rank: 1 },
    find: ofPairs(({ a, left, right }, k) => {
      const row = scripted(unwrap(a));
      if (row?.transposed !== true || !isSmall(row.name) || right === null || right === left || isSize(right, k))
        return null;
      return resolveScripts(row, k.usage).indices.length === 0 ? least(right, /^[A-Z]/.test(right) ? 2 : 1) : null;
    }),
  },
  {
    name: 'after-indexed-row',
    strength: 'shown',
    on: 'product',
    says: 'it stands behind a row that carries an index',
    example: { text: 's_{ij} = u_i^T v_j', of: 'v', rank: 2 },
    find: ofPairs(({ a, b }, k) => {
      const [row, column] = [scripted(unwrap(a)), scripted(unwrap(b))];
      if (row?.transposed !== true || column === null || column.transposed || row.name === column.name) return null;
      if (!isSmall(row.name) || !isSmall(column.name)) return null;
      const [l, r] = [resolveScripts(row, k.usage), resolveScripts(column, k.usage)];
      const fits = l.indices.length === 1 && r.powers.length === 0 && r.indices.length <= 1 && !isSize(r.id, k);
      return fits ? least(r.id, r.indices.length + 1) : null;
    }),
  },
  {
    name: 'example-after-row',
    strength: 'usual',
    on: 'product',
    says: 'it stands behind a row, one vector for each index',
    example: { text: 'q = \\sum_s \\mathbf{v}^T \\mathbf{r}_s', of: 'r', rank: 2 },
    find: ofPairs(({ a, b }, k) => {
      const [row, column] = [scripted(unwrap(a)), scripted(unwrap(b))];
      if (row?.transposed !== true || column === null || column.transposed || !column.bold) return null;
      const [l, r] = [resolveScripts(row, k.usage), resolveScripts(column, k.usage)];
      const fits = isSmall(row.name) && l.indices.length === 0 && r.indices.length === 1 && r.powers.length === 0;
      return fits && isSmall(column.name) ? least(r.id, 2) : null;
    }),
  },
  {
    name: 'after-matrix',
    strength: 'usual',
    on: 'product',
    says: 'it stands behind a matrix',
    example: { text: 'y = \\mathbf{A} x', of: 'x', rank: 1 },
    find: ofPairs(({ left, right }, k) => {
      if (left === null || right === null || left === right || !isMatrix(left, k) || isSize(right, k)) return null;
      if (!/^[A-Z]/.test(right)) return least(right, 1);
      return isMatrixName(right) || !isCapital(right) ? least(right, 2) : null;
    }),
  },
  {
    name: 'before-matrix',
    strength: 'usual',
    on: 'product',
    says: 'a capital before a matrix is a matrix',
    example: { text: 'Y = A \\mathbf{B}', of: 'A', rank: 2 },
    find: ofPairs(({ left, right }, k) =>
      left !== null && right !== null && /^[A-Z]/.test(left) && isMatrix(right, k) && isMatrixLike(left, k)
        ? least(left, 2)
        : null,
    ),
  },
  {
    name: 'before-vector',
    strength: 'usual',
    on: 'product',
    says: 'a capital before a vector is a matrix',
    example: { text: 'y = A \\mathbf{x}', of: 'A', rank: 2 },
    find: ofPairs(({ left, right, op }, k) =>
      op !== '·' && left !== null && right !== null && isSmall(right) && k.rank(right) === 1 && isMatrixLike(left, k)
        ? exactly(left, 2)
        : null,
    ),
  },
  {
    name: 'dotted-vector',
    strength: 'usual',
    on: 'product',
    says: 'a vector is dotted with it',
    example: { text: 'q = \\mathbf{v} \\cdot w', of: 'w', rank: 1 },
    find: ofPairs(({ a, op, left, right }, k) =>
      op === '·' &&
      a.kind === 'name' &&
      left !== null &&
      right !== null &&
      isSmall(right) &&
      !isSize(right, k) &&
      k.rank(left) + k.indices(left) === 1
        ? least(right, 1)
        : null,
    ),
  },
  {
    name: 'summand-of-vector',
    strength: 'usual',
    on: 'sum',
    says: 'it is added to a vector',
    example: { text: 'y = \\mathbf{x} + b', of: 'b', rank: 1 },
    find: (s, k) => {
      if (s.kind !== 'sum' || !s.terms.some((t) => isVector(t.value, k))) return [];
      return s.terms.flatMap((t) => {
        const id = bareName(t.value, k.usage);
        return id !== null && vectorLetter.test(id) && !isSize(id, k) ? [least(id, 1)] : [];
      });
    },
  },
  {
    name: 'affine-map',
    strength: 'usual',
    on: 'sum',
    says: 'W x + b is an affine map: a matrix, a vector, a vector',
    example: { text: 'a = W x + b', of: 'W', rank: 2 },
    find: (s, k) => {
      if (s.kind !== 'sum' || s.terms.length < 2) return [];
      const maps = s.terms.map((t) => matrixTimes(t.value, k));
      const added = s.terms.flatMap((t) => bareName(t.value, k.usage) ?? []);
      const fits = added.length === 1 && added.every((id) => vectorLetter.test(id) && !isSize(id, k));
      if (!fits || maps.filter((m) => m !== null).length + 1 !== s.terms.length) return [];
      return maps.flatMap((m) => (m === null ? [] : [exactly(m.matrix, 2), exactly(m.vector, 1)]));
    },
  },
];

const isMatrixLike = (id: string, k: Known): boolean => isMatrixName(id) && !isSize(id, k) && k.indices(id) === 0;
