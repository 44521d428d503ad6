// One example on its way through the network, in numbers.
// Not here: showing them (`slow.tsx`).
// Invariant: every number is the library's, for the parameters that the run has now.
import { evaluate, type Nested, type Training } from 'whygrad';
import { loadedText } from '../work/documents.ts';
import { networkOf, rateOf, type Data, type Settings, type Trace } from './settings.ts';

interface Named {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function nested({ shape, data }: Named): Nested {
  const [first = 0, ...rest] = shape;
  if (shape.length === 0) return data[0] ?? 0;
  const stride = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: first }, (_, n) =>
    nested({ shape: rest, data: data.subarray(n * stride, (n + 1) * stride) }),
  );
}
const rowOf = (v: Nested): readonly number[] => [v].flat(9).map(Number);

/** The trace of a row, and the step that it alone would make. */
export function traceOf(
  training: Training,
  data: Data,
  settings: Settings,
  asked: number,
  wrong: Float32Array | null,
): Trace {
  const rows = data.labels.length;
  const row = ((asked % rows) + rows) % rows;
  const truth = data.labels[row] ?? 0;
  const x = [...data.features.subarray(2 * row, 2 * row + 2)];
  const y = [0, 1].map((k) => (k === truth ? 1 : 0));
  const parameters = Object.fromEntries([...training.model.parameters].map(([name, v]) => [name, nested(v)]));
  const at = (expression: string): readonly number[] =>
    rowOf(
      evaluate(expression, { in: loadedText(networkOf(settings)), values: { ...parameters, x: [x], y: [y] } }).value,
    );
  const gap = at('N*dL/dz_{no}');
  const bias = rowOf(parameters['b'] ?? []);
  return {
    ...{ row, x, truth, y, gap, bias },
    z: at('z_{no}'),
    p: at('\\hat{y}_{no}'),
    loss: at('L')[0] ?? Number.NaN,
    wrong: wrong === null ? null : [0, 1].map((k) => rows * (wrong[2 * row + k] ?? 0)),
    after: bias.map((b, k) => b - rateOf(settings) * (gap[k] ?? 0)),
  };
}
