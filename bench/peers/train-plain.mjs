// One training run by plain loops over flat Float32Arrays, as a careful author writes them by hand; prints one JSON line.
// Not here: anything of whygrad.
// Invariant: the same architecture, optimizer and batch order in kind as every other peer.
import { clocks, settings, shuffled, uniform } from './train-common.mjs';

const { train, test, columns, classes, hidden, rate, batch, seed, epochs } = settings(process.argv.slice(2));
const next = uniform(seed + 1);
const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
const sizes = [columns, ...hidden, classes];
const layers = sizes.slice(1).map((units, l) => {
  const inputs = sizes[l];
  const zeros = (n) => new Float32Array(n);
  return {
    inputs,
    units,
    w: Float32Array.from({ length: inputs * units }, () => normal() * Math.sqrt(2 / inputs)),
    b: zeros(units),
    gw: zeros(inputs * units),
    gb: zeros(units),
    mw: zeros(inputs * units),
    vw: zeros(inputs * units),
    mb: zeros(units),
    vb: zeros(units),
  };
});
const most = Math.max(train.rows, test.rows);
const values = sizes.map((n) => new Float32Array(most * n));
const slopes = sizes.map((n) => new Float32Array(batch * n));

function forward(rows) {
  layers.forEach(({ inputs, units, w, b }, l) => {
    const [a, out] = [values[l], values[l + 1]];
    for (let s = 0; s < rows; s++) {
      for (let j = 0; j < units; j++) out[s * units + j] = b[j];
      for (let i = 0; i < inputs; i++) {
        const x = a[s * inputs + i];
        if (x === 0) continue;
        for (let j = 0; j < units; j++) out[s * units + j] += x * w[i * units + j];
      }
      if (l < layers.length - 1) for (let j = 0; j < units; j++) if (out[s * units + j] < 0) out[s * units + j] = 0;
    }
  });
}

function lossSlopes(rows, labels) {
  const [z, d] = [values[layers.length], slopes[layers.length]];
  let loss = 0;
  for (let s = 0; s < rows; s++) {
    const at = s * classes;
    let top = z[at];
    for (let j = 1; j < classes; j++) if (z[at + j] > top) top = z[at + j];
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += d[at + j] = Math.exp(z[at + j] - top);
    loss += Math.log(sum) + top - z[at + labels[s]];
    for (let j = 0; j < classes; j++) d[at + j] /= sum * rows;
    d[at + labels[s]] -= 1 / rows;
  }
  return loss / rows;
}

function backward(rows) {
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, units, w, gw, gb } = layers[l];
    const [a, d, before] = [values[l], slopes[l + 1], slopes[l]];
    gw.fill(0);
    gb.fill(0);
    for (let s = 0; s < rows; s++) {
      for (let j = 0; j < units; j++) gb[j] += d[s * units + j];
      for (let i = 0; i < inputs; i++) {
        const x = a[s * inputs + i];
        if (x === 0) {
          if (l > 0) before[s * inputs + i] = 0;
          continue;
        }
        let t = 0;
        for (let j = 0; j < units; j++) {
          gw[i * units + j] += x * d[s * units + j];
          t += w[i * units + j] * d[s * units + j];
        }
        if (l > 0) before[s * inputs + i] = t;
      }
    }
  }
}

function adam(p, g, m, v, c1, c2) {
  for (let i = 0; i < p.length; i++) {
    m[i] = 0.9 * m[i] + 0.1 * g[i];
    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
    p[i] -= (rate * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + 1e-8);
  }
}

let step = 0;
const labels = new Int32Array(batch);
function epoch() {
  const order = shuffled(train.rows, next);
  for (let from = 0; from < train.rows; from += batch) {
    const rows = Math.min(batch, train.rows - from);
    for (let s = 0; s < rows; s++) {
      const row = order[from + s];
      for (let i = 0; i < columns; i++) values[0][s * columns + i] = train.x[row * columns + i];
      labels[s] = train.y[row];
    }
    forward(rows);
    lossSlopes(rows, labels);
    backward(rows);
    step++;
    for (const l of layers) {
      adam(l.w, l.gw, l.mw, l.vw, 1 - 0.9 ** step, 1 - 0.999 ** step);
      adam(l.b, l.gb, l.mb, l.vb, 1 - 0.9 ** step, 1 - 0.999 ** step);
    }
  }
}
const stop = clocks();
for (let e = 0; e < epochs; e++) epoch();
const times = stop(epochs);
values[0].set(test.x);
forward(test.rows);
const right = Array.from({ length: test.rows }, (_, n) => {
  const scores = values[layers.length].subarray(n * classes, (n + 1) * classes);
  return scores.indexOf(Math.max(...scores)) === test.y[n];
}).filter(Boolean).length;
console.log(JSON.stringify({ ...times, accuracy: right / test.rows }));
