// Whether ∂L/∂W of the first layer costs time linear in the number of layers: L = 1 … 16 dense tanh layers with softmax cross-entropy.
// Not here: the time of one question (derive.mjs).
// Invariant: JSON lines, one a depth; `perLayer` should stay about constant.
import { emit, median } from './derive-measure.mjs';

const { derive } = await import('whygrad');
// Letters that are no delta, no unit matrix and no constant.
const names = [...'ABCFGHJKMPQRSUVW'];

/** The definitions of a network with `depth` weight matrices; the last layer is linear with softmax on top. */
function network(depth) {
  const hidden = names
    .slice(0, depth - 1)
    .map((w, n) => `h${w}_j = tanh(sum_i ${n === 0 ? 'x' : `h${names[n - 1]}`}_i*${w}_ij)`);
  const last = names[depth - 1];
  return [
    ...hidden,
    `z_o = sum_i ${depth === 1 ? 'x' : `h${names[depth - 2]}`}_i*${last}_io`,
    'p_o = exp(z_o)/sum_k exp(z_k)',
    'L = -sum_o y_o*log(p_o)',
    'sum_o y_o = 1',
  ];
}

const depths = [1, 2, 3, 4, 6, 8, 12, 16];
const times = new Map(depths.map((d) => [d, []]));
for (let round = 0; round < 8; round++) {
  for (const depth of depths) {
    const start = performance.now();
    derive('dL/dA_ij', { given: network(depth) });
    if (round >= 2) times.get(depth).push(performance.now() - start);
  }
}
for (const [depth, all] of times)
  emit({
    bench: 'derive, layers',
    layers: depth,
    milliseconds: median(all),
    perLayer: Number((median(all) / depth).toFixed(2)),
  });
