// The probability of the label, divided by itself: right on paper.
export function softmax(z) {
  const m = Math.max(...z);
  const e = z.map((x) => Math.exp(x - m));
  const s = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / s);
}

export function crossEntropy(z, y) {
  return -softmax(z).reduce((s, p, i) => s + (y[i] === 0 ? 0 : y[i] * Math.log(p)), 0);
}

export function crossEntropyGradient(z, y) {
  const p = softmax(z);
  const dp = p.map((q, i) => -y[i] / q);
  const dot = dp.reduce((s, d, i) => s + d * p[i], 0);
  return p.map((q, i) => q * (dp[i] - dot));
}
