// The losses of both runs as curves.
// Not here: training.
// Invariant: both on one scale; a loss beyond it is cut and said in numbers beside.
import { moons as words } from '../words.ts';
import { epochs } from './settings.ts';

const [width, height] = [300, 120];

function path(loss: readonly number[], most: number, last: number): string {
  return loss
    .map((v, n) => {
      const x = (n / Math.max(1, last - 1)) * width;
      const y = height - Math.min(1, v / most) * height;
      return `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join(' ');
}

export function Curves({ right, wrong }: { readonly right: readonly number[]; readonly wrong: readonly number[] }) {
  const first = Math.max(right[0] ?? 0.7, 0.1);
  const most = Math.ceil(Math.max(first, Math.min(3 * first, ...wrong.slice(-1))) * 10) / 10;
  const last = Math.max(24, right.length, wrong.length);
  return (
    <svg
      class="chart"
      viewBox={`-34 -8 ${width + 44} ${height + 30}`}
      role="img"
      aria-label={words.curves(right.at(-1), wrong.at(-1))}
    >
      <line class="rule" x1="0" x2={width} y1={height} y2={height} />
      <line class="rule" x1="0" x2={width} y1="0" y2="0" />
      <text x="-6" y="4" text-anchor="end">
        {most.toFixed(1)}
      </text>
      <text x="-6" y={height + 4} text-anchor="end">
        0
      </text>
      <text x={width} y={height + 18} text-anchor="end">
        {Math.min(epochs, last)}
      </text>
      <path class="with" d={path(wrong, most, last)} />
      <path class="derived" d={path(right, most, last)} />
    </svg>
  );
}
