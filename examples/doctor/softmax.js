// Softmax of one row of scores and its vector–Jacobian product, as many a blog has it: with the mistake.

export function softmax(z) {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / total);
}

export function softmaxBackward(z, upstream) {
  const p = softmax(z);
  const dot = p.reduce((s, v, i) => s + v * upstream[i], 0);
  return p.map((v, i) => v * (upstream[i] + dot));
}
