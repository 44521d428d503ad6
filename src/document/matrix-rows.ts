// Rows that have a letter of their own: "the rows of $\mathbf Z$ are $\mathbf z_i^\top$", and names that lie as rows.
// Not here: entries of a matrix in a small letter (`meaning/dress.ts`).
// Invariant: only what the words declare is renamed; a row keeps its index.
import { mapParts, type Surface, unwrap } from '../language/surface.ts';
import { letterOf, scripted, type Scripted } from '../language/scripted.ts';
import { must } from '../term/must.ts';
import { flattened } from './prose.ts';
import type { Item } from './statements.ts';

interface Rows {
  readonly name: string;
  readonly bold: boolean;
  readonly matrix: Surface;
  /** `z_i` lies as the row itself; false where the row is written `z_i^T`. */
  readonly lies: boolean;
}

const one = '⟪(\\d+)⟫';
const patterns: readonly {
  readonly is: RegExp;
  readonly matrices: readonly number[];
  readonly rows: readonly number[];
}[] = [
  {
    is: new RegExp(
      `\\brows of (?:the matrix |the |our )?${one}(?: and ${one})? (?:are|be) (?:the )?(?:row )?(?:vectors? |examples? |samples? |inputs? )?${one}(?: and ${one})?`,
      'gi',
    ),
    matrices: [1, 2],
    rows: [3, 4],
  },
  {
    is: new RegExp(
      `${one}(?: and ${one})? (?:is|are|be)\\b[^.⟪]{0,30}⟪\\d+⟫\\s*[;,.] (?:and )?(?:its|their|the) rows are ${one}(?: and ${one})?`,
      'gi',
    ),
    matrices: [1, 2],
    rows: [3, 4],
  },
  {
    is: new RegExp(`${one},? (?:has|with|whose|having)(?: the)?(?: matrix)? rows(?: are| being)? ${one}`, 'gi'),
    matrices: [1],
    rows: [2],
  },
  {
    is: new RegExp(
      `(?<row>⟪(\\d+)⟫),? (?:is|be|denotes?) (?:the )?(?:⟪\\d+⟫[ -]?(?:-?th)?|[a-z]-?th|[a-z]+)? ?row of (?:the matrix |the )?${one}`,
      'gi',
    ),
    matrices: [3],
    rows: [2],
  },
];

/** Writes rows as rows of their matrix: z_i as Z_i. */
export function rowNames(items: readonly Item[]): (s: Surface) => Surface {
  const rows = rowsIn(items);
  return rows.length === 0 ? (s) => s : (s) => renamed(s, rows);
}

function rowsIn(items: readonly Item[]): Rows[] {
  const text = flattened(items);
  const first = (n: string | undefined): Surface | null => {
    const item = n === undefined ? undefined : items[Number(n)];
    return item?.kind === 'statement' ? (item.sides[0]?.surface ?? null) : null;
  };
  return patterns.flatMap(({ is, matrices, rows }) =>
    [...text.matchAll(is)].flatMap((m) =>
      rows.flatMap((at, n) => rowsOf(first(m[at]), first(m[must(matrices[n])])) ?? []),
    ),
  );
}

function rowsOf(row: Surface | null, matrix: Surface | null): Rows | null {
  const [r, m] = [row, matrix].map((s) => (s === null ? null : scripted(unwrap(s))));
  if (r == null || m == null || matrix === null || !hasOneLetter(r) || r.sups.length > 0) return null;
  const isMatrix = /^[A-Z]/.test(m.name) && m.subs.length + m.sups.length === 0 && !m.transposed;
  return isMatrix && r.name !== m.name
    ? { name: r.name, bold: r.bold, matrix: unwrap(matrix), lies: !r.transposed }
    : null;
}

const hasOneLetter = (sc: Scripted): boolean => sc.subs.length === 1 && letterOf(must(sc.subs[0])) !== null;

function renamed(s: Surface, rows: readonly Rows[]): Surface {
  if (s.kind === 'subscript' && s.base.kind === 'name') {
    const { name, bold } = s.base;
    const row = rows.find((r) => r.name === name && r.bold === bold);
    const sc = scripted(s);
    if (row !== undefined && sc !== null && hasOneLetter(sc)) {
      const entry: Surface = { ...s, base: row.matrix };
      return row.lies ? { kind: 'transpose', base: entry, start: s.start, end: s.end } : entry;
    }
  }
  return mapParts(s, (x) => renamed(x, rows));
}

/** Names that the words call rows; `all`: every vector of the text lies as a row. */
export function lyingRows(items: readonly Item[]): { readonly all: boolean; readonly names: readonly Surface[] } {
  const text = flattened(items);
  const named = [
    ...text.matchAll(/⟪(\d+)⟫\s+(?:is|be|are|denotes?) (?:an? |the )?(?:[a-z]+ )?row(?: vectors?)?\b(?! of)/gi),
    ...text.matchAll(/\brow vectors? ⟪(\d+)⟫/gi),
  ];
  return {
    all: /\ball (?:the |our )?vectors (?:here )?(?:are|lie as) (?:rows|row vectors)\b|\bvectors are (?:rows|row vectors)\b/i.test(
      text,
    ),
    names: named.flatMap((m) => {
      const item = items[Number(m[1])];
      const surface = item?.kind === 'statement' ? item.sides[0]?.surface : null;
      return surface == null ? [] : [surface];
    }),
  };
}
