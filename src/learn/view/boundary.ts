// The decision boundary of a classifier of two features: sampled on a grid, drawn for a terminal.
// Not here: SVG (svg.ts); how the model predicts (the caller passes a function).
// Invariant: the same model and points give the same picture.
import { must } from '../../term/must.ts';
import type { Dataset } from '../data/dataset.ts';
import { argmax } from '../metrics.ts';

/** Class scores on a grid: `scores` is (rows · columns) × classes; row 0 is the top. */
export interface BoundaryGrid {
  readonly columns: number;
  readonly rows: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly classes: number;
  readonly scores: Float32Array;
}

/** Scores of rows × 2 features, as rows × classes. */
export type Scorer = (features: Float32Array) => Float32Array;

function extent(data: Dataset, column: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let n = 0; n < data.rows; n++) {
    const v = must(data.features[n * data.columns + column]);
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const margin = (high - low || 1) * 0.08;
  return [low - margin, high + margin];
}

/** Scores sampled on a grid that covers the data with a margin. Two features are required of the data. */
export function sampleBoundary(
  data: Dataset,
  classes: number,
  score: Scorer,
  columns: number,
  rows: number,
): BoundaryGrid {
  const [left, right] = extent(data, 0);
  const [bottom, top] = extent(data, 1);
  const points = new Float32Array(2 * rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      points[2 * (r * columns + c)] = left + ((c + 0.5) * (right - left)) / columns;
      points[2 * (r * columns + c) + 1] = top - ((r + 0.5) * (top - bottom)) / rows;
    }
  }
  return { columns, rows, left, right, bottom, top, classes, scores: score(points) };
}

export const classAt = (grid: BoundaryGrid, row: number, column: number): number =>
  argmax(grid.scores, (row * grid.columns + column) * grid.classes, grid.classes);

const regions = [' ', '·', '-', ':', '=', "'", '~', '^', '"', ','];
const marks = ['o', 'x', '+', '*', '#', '@', '%', '&', '$', '='];
export const markOf = (c: number): string => must(marks[c % marks.length]);

/** The regions as faint characters and the data as marks; `paint` may colour a character by its class. */
export function drawBoundary(
  grid: BoundaryGrid,
  data: Dataset,
  paint: (text: string, of: number) => string = (text) => text,
): string {
  const cells = Array.from({ length: grid.rows }, (_, r) =>
    Array.from({ length: grid.columns }, (_, c) => {
      const of = classAt(grid, r, c);
      return paint(must(regions[of % regions.length]), of);
    }),
  );
  for (let n = 0; n < data.rows; n++) {
    const x = (must(data.features[2 * n]) - grid.left) / (grid.right - grid.left);
    const y = (grid.top - must(data.features[2 * n + 1])) / (grid.top - grid.bottom);
    const of = must((data.labels as Int32Array)[n]);
    const row = must(cells[Math.min(grid.rows - 1, Math.max(0, Math.floor(y * grid.rows)))]);
    row[Math.min(grid.columns - 1, Math.max(0, Math.floor(x * grid.columns)))] = paint(markOf(of), of);
  }
  const rule = '─'.repeat(grid.columns);
  return [`┌${rule}┐`, ...cells.map((row) => `│${row.join('')}│`), `└${rule}┘`].join('\n');
}
