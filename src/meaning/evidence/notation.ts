// What the dress of a single name or bracket tells: bold letters, transposes, inverses, norms, arguments of functions.
// Not here: what stands beside a name (`neighbours.ts`), what the text says in words (`../declared.ts`).
// Invariant: one record for one habit; its example shows it.
import { functionRow } from '../../term/functions.ts';
import { isTransposeMark, scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { resolveScripts } from '../usage.ts';
import {
  bareName,
  bareNames,
  exactly,
  isCapital,
  isMatrixName,
  type Known,
  least,
  type RankHeuristic,
} from './record.ts';

/** A name with its scripts as the document reads them. */
function named(s: Surface, k: Known) {
  const sc = scripted(s);
  return sc === null ? null : { sc, ...resolveScripts(sc, k.usage) };
}

const isMinusOne = (s: Surface): boolean => {
  const u = unwrap(s);
  const [term] = u.kind === 'sum' && u.terms.length === 1 ? u.terms : [];
  return term?.sign === -1 && term.value.kind === 'number' && term.value.num === 1n;
};

/** The inside of a bracket that is transposed. */
function turned(s: Surface): Surface | null {
  if (s.kind === 'transpose') return s.base.kind === 'group' ? s.base : null;
  return s.kind === 'power' && s.base.kind === 'group' && isTransposeMark(unwrap(s.exponent)) ? s.base : null;
}

const takes = (s: Surface, k: Known): { readonly what: string; readonly ids: readonly string[] } => {
  const head = s.kind === 'apply' ? scripted(s.head) : null;
  if (s.kind !== 'apply' || head === null) return { what: '', ids: [] };
  const what = head.name === 'norm' ? 'vector' : (functionRow(head.name)?.takes ?? '');
  return { what, ids: s.args.flatMap((a) => bareName(a, k.usage) ?? []) };
};

export const notationHeuristics: readonly RankHeuristic[] = [
  {
    name: 'transposed',
    strength: 'shown',
    on: 'name',
    says: 'it is transposed',
    example: { text: 'q = v^T M', of: 'v', rank: 1 },
    find: (s, k) => {
      const n = named(s, k);
      return n?.sc.transposed && n.indices.length < 2 ? [least(n.id, n.indices.length + 1)] : [];
    },
  },
  {
    name: 'transposed-bracket',
    strength: 'shown',
    on: 'raised',
    says: 'it stands in a bracket that is transposed',
    example: { text: 'q = (x - m)^T', of: 'm', rank: 1 },
    find: (s, k) => {
      const inside = turned(s);
      return inside === null ? [] : bareNames(inside, k.usage).map((id) => least(id, 1));
    },
  },
  {
    name: 'norm',
    strength: 'shown',
    on: 'bars',
    says: 'its norm is taken',
    example: { text: 'r = \\|u\\|', of: 'u', rank: 1 },
    find: (s, k) => (s.kind === 'bars' && s.double ? bareNames(s.value, k.usage).map((id) => least(id, 1)) : []),
  },
  {
    name: 'vector-argument',
    strength: 'shown',
    on: 'apply',
    says: 'it is the argument of a function of vectors',
    example: { text: 'p = \\operatorname{softmax}(z)', of: 'z', rank: 1 },
    find: (s, k) => {
      const { what, ids } = takes(s, k);
      return what === 'vector' ? ids.map((id) => least(id, 1)) : [];
    },
  },
  {
    name: 'matrix-argument',
    strength: 'shown',
    on: 'apply',
    says: 'it is the argument of a function of matrices',
    example: { text: 'f = \\det(K)', of: 'K', rank: 2 },
    find: (s, k) => {
      const { what, ids } = takes(s, k);
      return what === 'matrix' ? ids.map((id) => least(id, 2)) : [];
    },
  },
  {
    name: 'bold',
    strength: 'usual',
    on: 'name',
    says: 'it is set in bold letters',
    example: { text: 'y = \\mathbf{v}', of: 'v', rank: 1 },
    find: (s, k) => {
      const n = named(s, k);
      if (n === null || !n.sc.bold || n.indices.length > 0) return [];
      return [least(n.id, /^[A-Z]/.test(n.sc.name) || n.sc.name === 'Sigma' ? 2 : 1)];
    },
  },
  {
    name: 'transposed-capital',
    strength: 'usual',
    on: 'name',
    says: 'a capital that is transposed is a matrix',
    example: { text: 'G = A^T', of: 'A', rank: 2 },
    find: (s, k) => {
      const n = named(s, k);
      return n?.sc.transposed && n.indices.length === 0 && isCapital(n.id) ? [least(n.id, 2)] : [];
    },
  },
  {
    name: 'inverted-capital',
    strength: 'usual',
    on: 'name',
    says: 'a capital that is inverted is a matrix',
    example: { text: 'G = A^{-1}', of: 'A', rank: 2 },
    find: (s, k) => {
      const n = named(s, k);
      if (n === null || n.indices.length > 0 || !isMatrixName(n.id)) return [];
      return n.powers.some((p) => isMinusOne(p.value)) ? [exactly(n.id, 2)] : [];
    },
  },
  {
    name: 'capital-in-bars',
    strength: 'usual',
    on: 'bars',
    says: 'a capital between bars is a matrix, and the bars its determinant',
    example: { text: 'd = |A|', of: 'A', rank: 2 },
    find: (s, k) => {
      const id = s.kind === 'bars' && !s.double ? bareName(s.value, k.usage) : null;
      return id !== null && /^(?:Sigma|[A-Z])/.test(id) ? [exactly(id, 2)] : [];
    },
  },
];
