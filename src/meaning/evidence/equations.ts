// What an equation tells: a name has as many axes as what it is equal to.
// Not here: what stands beside a name (`neighbours.ts`), the value of a formula (`../value.ts`).
// Invariant: a formula of which one part is not known has no rank here; nothing is told of numbers.
import { functionRow } from '../../term/functions.ts';
import { scripted } from '../../language/scripted.ts';
import { headName, type Surface, unwrap } from '../../language/surface.ts';
import { resolveScripts } from '../usage.ts';
import { bareName, isCapital, type Known, least, type RankFact, type RankHeuristic } from './record.ts';

/** Axes of a formula and whether it lies as a row; null where a part of it is not known. */
interface Shape {
  readonly rank: number;
  readonly row: boolean;
}

const numberShape: Shape = { rank: 0, row: false };

function shapeOf(s: Surface, k: Known): Shape | null {
  const u = unwrap(s);
  if (scripted(u) !== null) return shapeOfName(u, k);
  switch (u.kind) {
    case 'number':
      return numberShape;
    case 'transpose': {
      const inner = shapeOf(u.base, k);
      return inner === null ? null : { rank: inner.rank, row: inner.rank === 1 && !inner.row };
    }
    case 'sum':
      return widest(u.terms.map((t) => shapeOf(t.value, k)));
    case 'product':
      return shapeOfProduct(u, k);
    case 'fraction':
      return (shapeOf(u.den, k)?.rank ?? 0) === 0 ? shapeOf(u.num, k) : null;
    case 'apply':
      return isElementary(u) ? shapeOf(u.args[0] as Surface, k) : null;
    case 'derivative':
      return u.by.length === 1 && u.order === 1 ? gradientBy(u.of, u.by[0] ?? null, k) : null;
    case 'gradient':
      return u.order === 1 ? gradientBy(u.of, u.by, k) : null;
    default:
      return null;
  }
}

function shapeOfName(s: Surface, k: Known): Shape | null {
  const sc = scripted(s);
  if (sc === null) return null;
  const { id, indices } = resolveScripts(sc, k.usage);
  if (indices.length > 0) return { rank: Math.max(0, k.rank(id) - indices.length), row: false };
  const rank = k.rank(id);
  return rank === 0 ? null : { rank, row: rank === 1 && sc.transposed };
}

/** The gradient of a number has the axes of what it is taken by. */
function gradientBy(of: Surface, by: Surface | null, k: Known): Shape | null {
  return by === null || (shapeOf(of, k)?.rank ?? 0) > 0 ? null : shapeOf(by, k);
}

const isElementary = (s: Extract<Surface, { kind: 'apply' }>): boolean => {
  const name = headName(s.head);
  return s.args.length === 1 && name !== null && functionRow(name)?.means.kind === 'elementary';
};

/** What is added to a matrix goes to its rows. */
function widest(all: readonly (Shape | null)[]): Shape | null {
  const known = all.filter((x) => x !== null);
  const most = known.reduce((a, b) => (b.rank > a.rank ? b : a), numberShape);
  return known.length === all.length || most.rank > 1 ? most : null;
}

function shapeOfProduct(s: Extract<Surface, { kind: 'product' }>, k: Known): Shape | null {
  let made: Shape = numberShape;
  for (const f of s.factors) {
    const next = shapeOf(f.value, k);
    if (next === null) return null;
    const both = f.op === '⊙' ? widest([made, next]) : multiplied(made, next);
    if (both === null) return null;
    made = both;
  }
  return made;
}

function multiplied(a: Shape, b: Shape): Shape | null {
  if (a.rank === 0) return b;
  if (b.rank === 0) return a;
  if (a.rank === 2) return { rank: b.rank, row: false };
  if (b.rank === 2) return a.row ? { rank: 1, row: true } : null;
  return a.row === b.row ? null : a.row ? numberShape : { rank: 2, row: false };
}

const told = (name: Surface, by: Surface, k: Known): RankFact[] => {
  const id = bareName(name, k.usage);
  const shape = id === null ? null : shapeOf(by, k);
  // A small letter is often a number in one line of a text and a vector in the next.
  return id === null || shape === null || shape.rank < 2 || !isCapital(id) ? [] : [least(id, shape.rank)];
};

export const equationHeuristics: readonly RankHeuristic[] = [
  {
    name: 'equation',
    strength: 'usual',
    on: 'relation',
    says: 'it is equal to what has as many axes',
    example: { text: 'Z = \\mathbf{X} \\mathbf{A}', of: 'Z', rank: 2 },
    find: (s, k) => {
      const [link] = s.kind === 'relation' && s.links.length === 1 ? s.links : [];
      if (s.kind !== 'relation' || link === undefined) return [];
      return [...told(s.first, link.value, k), ...told(link.value, s.first, k)];
    },
  },
];
