// What a network says of each place, with the points that it is trained on.
// Not here: computing it.
// Invariant: classes differ by shape and by colour; what is drawn is also said in words.
import { useEffect, useRef } from 'preact/hooks';
import { cells, type Data, type RunFrame } from './settings.ts';

type Color = readonly [number, number, number];
const side = 480;

/** A token of the page's style as a colour. */
function token(name: string): Color {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const long = text.length === 4 ? text.replace(/[0-9a-f]/gi, '$&$&') : text;
  const n = Number.parseInt(long.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}
const mixed = (a: Color, b: Color, share: number): Color =>
  [0, 1, 2].map((k) => a[k as 0] + (b[k as 0] - a[k as 0]) * share) as unknown as Color;

interface Props {
  readonly of: RunFrame;
  readonly data: Data;
  readonly label: string;
  readonly add: (x: number, y: number, other: boolean) => void;
}

export function Plane({ of, data, label, add }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    paint(context, of.plane);
    points(context, data);
  }, [of.plane, data]);
  const place = (x: number, y: number, other: boolean): void => {
    const [left, right, bottom, top] = data.box;
    add(left + x * (right - left), top - y * (top - bottom), other);
  };
  return (
    <canvas
      ref={canvas}
      width={side}
      height={side}
      role="img"
      aria-label={label}
      tabIndex={0}
      onClick={(e) => {
        const box = e.currentTarget.getBoundingClientRect();
        place((e.clientX - box.x) / box.width, (e.clientY - box.y) / box.height, e.shiftKey);
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' || e.key === ' ') {
          e.preventDefault();
          place(0.5, 0.5, e.shiftKey);
        }
      }}
    />
  );
}

const bands = 8;
function paint(context: CanvasRenderingContext2D, plane: Uint8Array): void {
  const [ground, p, y] = [token('--raised'), token('--p'), token('--y')];
  const image = new ImageData(cells, cells);
  plane.forEach((value, n) => {
    // Few bands of colour show the boundary better than a smooth one.
    const share = Math.round((value / 255) * bands) / bands;
    const color = share < 0.5 ? mixed(p, ground, 0.62 + share * 0.7) : mixed(y, ground, 0.62 + (1 - share) * 0.7);
    image.data.set([...color, 255], 4 * n);
  });
  const small = new OffscreenCanvas(cells, cells);
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, side, side);
}

function points(context: CanvasRenderingContext2D, { features, labels, box }: Data): void {
  const [left, right, bottom, top] = box;
  const colors = ['--p', '--y'].map((name) => `rgb(${token(name).join(' ')})`);
  labels.forEach((label, n) => {
    const x = (((features[2 * n] ?? 0) - left) / (right - left)) * side;
    const y = ((top - (features[2 * n + 1] ?? 0)) / (top - bottom)) * side;
    context.fillStyle = colors[label] ?? '';
    context.beginPath();
    if (label === 0) context.arc(x, y, 4.6, 0, 2 * Math.PI);
    else context.rect(x - 4.2, y - 4.2, 8.4, 8.4);
    context.fill();
  });
}
