// Pictures as SVG: the decision boundary with the data, and the loss over the epochs.
// Not here: terminals.
// Invariant: plain shapes and escaped text, no scripts, no times; the same numbers give the same bytes.
import { must } from '../../term/must.ts';
import type { Dataset } from '../data/dataset.ts';
import { short, type Curve } from './braille.ts';
import { classAt, type BoundaryGrid } from './boundary.ts';

/** Colours that differ for colour-blind readers too (Okabe and Ito). */
const colours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#f0e442',
  '#555555',
  '#8c564b',
  '#17becf',
];
const colourOf = (c: number): string => must(colours[c % colours.length]);
const fixed = (v: number): string => String(Number(v.toFixed(2)));
const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/g, '?');

function frame(width: number, height: number, title: string, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** Runs of one class in a row become one rectangle. */
function regionRectangles(grid: BoundaryGrid, x: (c: number) => number, y: (r: number) => number): string[] {
  const out: string[] = [];
  for (let r = 0; r < grid.rows; r++) {
    for (let c = 0; c < grid.columns; ) {
      const of = classAt(grid, r, c);
      let end = c + 1;
      while (end < grid.columns && classAt(grid, r, end) === of) end++;
      out.push(
        `<rect x="${fixed(x(c))}" y="${fixed(y(r))}" width="${fixed(x(end) - x(c))}" height="${fixed(y(r + 1) - y(r))}" fill="${colourOf(of)}"/>`,
      );
      c = end;
    }
  }
  return out;
}

/** How far class `of` leads the best other class at a grid point: 0 on the boundary. */
function lead(grid: BoundaryGrid, r: number, c: number, of: number): number {
  const at = (r * grid.columns + c) * grid.classes;
  let other = -Infinity;
  for (let k = 0; k < grid.classes; k++) if (k !== of) other = Math.max(other, must(grid.scores[at + k]));
  return must(grid.scores[at + of]) - other;
}

/**
 * The boundary of one class by marching squares: segments between the points where its lead changes sign along the
 * edges of a cell.
 */
function contour(grid: BoundaryGrid, of: number, x: (c: number) => number, y: (r: number) => number): string {
  let path = '';
  for (let r = 0; r + 1 < grid.rows; r++) {
    for (let c = 0; c + 1 < grid.columns; c++) {
      const corners = [
        [r, c],
        [r, c + 1],
        [r + 1, c + 1],
        [r + 1, c],
      ] as const;
      const leads = corners.map(([i, j]) => lead(grid, i, j, of));
      const cuts = corners.flatMap(([i, j], k) => {
        const a = must(leads[k]);
        const b = must(leads[(k + 1) % 4]);
        if (a > 0 === b > 0) return [];
        const next = must(corners[(k + 1) % 4]);
        const t = a === b ? 0.5 : a / (a - b);
        return [`${fixed(x(j + 0.5 + t * (next[1] - j)))} ${fixed(y(i + 0.5 + t * (next[0] - i)))}`];
      });
      for (let k = 0; k + 1 < cuts.length; k += 2) path += `M${cuts[k]}L${cuts[k + 1]}`;
    }
  }
  return path === '' ? '' : `<path d="${path}" fill="none" stroke="#222222" stroke-width="1.2"/>`;
}

/** The decision boundary of a classifier of two features, as SVG text. */
export function boundarySvg(grid: BoundaryGrid, data: Dataset, title: string): string {
  const [width, height, edge] = [640, 480, 40];
  const x = (c: number): number => edge + (c / grid.columns) * (width - 2 * edge);
  const y = (r: number): number => edge + (r / grid.rows) * (height - 2 * edge);
  const points = Array.from({ length: data.rows }, (_, n) => {
    const px = x(((must(data.features[2 * n]) - grid.left) / (grid.right - grid.left)) * grid.columns);
    const py = y(((grid.top - must(data.features[2 * n + 1])) / (grid.top - grid.bottom)) * grid.rows);
    return `<circle cx="${fixed(px)}" cy="${fixed(py)}" r="3" fill="${colourOf(must((data.labels as Int32Array)[n]))}" stroke="#ffffff" stroke-width="0.6"/>`;
  });
  const legend = data.classes.map(
    (name, c) =>
      `<circle cx="${edge + 6 + c * 90}" cy="20" r="5" fill="${colourOf(c)}"/><text x="${edge + 16 + c * 90}" y="24">${escape(name.slice(0, 12))}</text>`,
  );
  const pairs = grid.classes === 2 ? [0] : Array.from({ length: grid.classes }, (_, c) => c);
  return frame(width, height, title, [
    `<g opacity="0.22" shape-rendering="crispEdges">`,
    ...regionRectangles(grid, x, y),
    '</g>',
    ...pairs.map((c) => contour(grid, c, x, y)),
    ...points,
    ...legend,
    `<rect x="${edge}" y="${edge}" width="${width - 2 * edge}" height="${height - 2 * edge}" fill="none" stroke="#888888"/>`,
    `<text x="${edge}" y="${height - 16}">${escape(`${data.featureNames[0]}: ${short(grid.left)} to ${short(grid.right)}, ${data.featureNames[1]}: ${short(grid.bottom)} to ${short(grid.top)}`)}</text>`,
  ]);
}

/** Curves over the epochs with a scale, as SVG text. */
export function curvesSvg(curves: readonly Curve[], title: string): string {
  const [width, height, left, edge] = [640, 360, 64, 40];
  const all = curves.flatMap((c) => c.values.filter(Number.isFinite));
  const high = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const low = all.reduce((a, b) => Math.min(a, b), Infinity);
  const longest = Math.max(2, ...curves.map((c) => c.values.length));
  const x = (i: number): number => left + (i / (longest - 1)) * (width - left - edge);
  const y = (v: number): number => edge + ((high - v) / (high - low || 1)) * (height - 2 * edge);
  const lines = curves.map(
    ({ values }, c) =>
      `<polyline fill="none" stroke="${colourOf(c)}" stroke-width="1.5" points="${values.flatMap((v, i) => (Number.isFinite(v) ? [`${fixed(x(i))},${fixed(y(v))}`] : [])).join(' ')}"/>`,
  );
  const grid = [0, 0.25, 0.5, 0.75, 1]
    .map((t) => high + (low - high) * t)
    .map(
      (v) =>
        `<line x1="${left}" x2="${width - edge}" y1="${fixed(y(v))}" y2="${fixed(y(v))}" stroke="#dddddd"/><text x="${left - 6}" y="${fixed(y(v) + 4)}" text-anchor="end">${short(v)}</text>`,
    );
  const legend = curves.map(
    ({ name }, c) =>
      `<rect x="${left + c * 150}" y="14" width="12" height="4" fill="${colourOf(c)}"/><text x="${left + 18 + c * 150}" y="22">${escape(name)}</text>`,
  );
  return frame(width, height, title, [
    ...(all.length === 0 ? [] : grid),
    ...lines,
    ...legend,
    `<text x="${left}" y="${height - 12}">epoch 1</text>`,
    `<text x="${width - edge}" y="${height - 12}" text-anchor="end">epoch ${longest}</text>`,
  ]);
}
