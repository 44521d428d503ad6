// Curves for a terminal, drawn in braille: two by four dots a character.
// Not here: colours, progress lines.
// Invariant: the same numbers give the same text; nothing is wider than asked.
import { must } from '../../term/must.ts';

/** A named curve; values are taken at equal distances. */
export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
}

const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

class Canvas {
  private readonly cells: Uint8Array;
  private readonly width: number;
  private readonly height: number;
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.cells = new Uint8Array(width * height);
  }
  dot(x: number, y: number): void {
    const column = x >> 1;
    const row = y >> 2;
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return;
    const at = row * this.width + column;
    this.cells[at] = must(this.cells[at]) | must(dots[y & 3])[x & 1 ? 1 : 0];
  }
  line(x0: number, y0: number, x1: number, y1: number): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let s = 0; s <= steps; s++)
      this.dot(Math.round(x0 + ((x1 - x0) * s) / steps), Math.round(y0 + ((y1 - y0) * s) / steps));
  }
  rows(): string[] {
    const row = (n: number): number[] =>
      Array.from(this.cells.subarray(n * this.width, (n + 1) * this.width), (cell) => 0x2800 + cell);
    return Array.from({ length: this.height }, (_, n) => String.fromCharCode(...row(n)));
  }
}

/** Three significant digits, short: 0.0123, 4.57, 1.2e-8. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/**
 * Curves over a common horizontal axis with their range on the left; values that are not finite leave gaps. Empty for
 * fewer than two values.
 */
export function plotCurves(
  curves: readonly Curve[],
  options: { readonly width?: number; readonly height?: number } = {},
): string {
  const all = curves.flatMap((c) => c.values.filter(Number.isFinite));
  const longest = Math.max(0, ...curves.map((c) => c.values.length));
  if (all.length === 0 || longest < 2) return '';
  const high = all.reduce((a, b) => Math.max(a, b));
  const low = all.reduce((a, b) => Math.min(a, b));
  const labels = [short(high), short(low)];
  const gutter = Math.max(...labels.map((l) => l.length)) + 1;
  const width = Math.max(8, (options.width ?? 72) - gutter - 1);
  const height = Math.max(2, options.height ?? 8);
  const canvas = new Canvas(width, height);
  const across = (i: number): number => Math.round((i / (longest - 1)) * (2 * width - 1));
  const down = (v: number): number => Math.round(((high - v) / (high - low || 1)) * (4 * height - 1));
  for (const { values } of curves) {
    values.forEach((v, i) => {
      const before = values[i - 1];
      if (!Number.isFinite(v)) return;
      if (before === undefined || !Number.isFinite(before)) canvas.dot(across(i), down(v));
      else canvas.line(across(i - 1), down(before), across(i), down(v));
    });
  }
  const label = (row: number): string => (row === 0 ? labels[0] : row === height - 1 ? labels[1] : '') ?? '';
  const lines = canvas.rows().map((cells, row) => `${label(row).padStart(gutter)}│${cells}`);
  return [
    ...lines,
    `${' '.repeat(gutter)}└${'─'.repeat(width)}`,
    `${' '.repeat(gutter + 1)}${curves.map((c) => c.name).join(', ')}; epochs 1 to ${longest}`,
  ].join('\n');
}
