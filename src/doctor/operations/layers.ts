// Layers: linear, normalisation, attention, embedding, dropout, recurrent cell, convolution, small networks.
// Not here: activations and losses by themselves.
// Invariant: parameters of all samples get the sum over them; nothing here divides by N but a loss (r).
import { operation, type Operation } from './operation.ts';

export const linear = operation('linear-layer', {
  names: /linear|affine|dense|fully?_?_?connected|\bfc\b|_fc|matmul|layer(?!_?norm)/i,
  inputs: ['x batch N D normal', 'W weights D M normal', 'b units M normal'],
  forward: 'out = x @ W + b',
  backward: 'dx = u @ T(W); dW = T(x) @ u; db = sum(u, 0)',
  wrongs: [
    ['bias-mean', 'db = mean(u, 0)'],
    ['weight-mean', 'dW = T(x) @ u / size(x, 0)'],
    ['bias-summed-over-all', 'db = total(u) + zero(b)'],
    ['bias-summed-over-all', 'db = total(u)'],
    ['bias-not-summed', 'db = u'],
    ['bias-times-input', 'db = sum(T(x) @ u, 0)'],
    ['bias-times-input', 'db = sum(sum(x) * u, 0)'],
    ['updated-weights-used', 'dx = u @ T(W - rate * T(x) @ u)'],
    ['updated-weights-used', 'dx = u @ T(W - rate * T(x) @ u / size(x, 0))'],
    ['updated-weights-used', 'dx = u @ T(W - T(x) @ u)'],
    ['identity-backward', 'dx = u'],
    ['wrong-axis', 'db = sum(u)'],
    ['lost-sum', 'db = last(T(u))'],
  ],
});

export const linearNoBias = operation('linear-layer', {
  names: /linear|affine|dense|fully?_?connected|matmul|layer(?!_?norm)/i,
  inputs: ['x batch N D normal', 'W weights D M normal'],
  forward: 'out = x @ W',
  backward: 'dx = u @ T(W); dW = T(x) @ u',
  wrongs: [
    ['weight-mean', 'dW = T(x) @ u / size(x, 0)'],
    ['updated-weights-used', 'dx = u @ T(W - rate * T(x) @ u)'],
  ],
});

/**
 * Normalisation over an axis (as `sum(…)` reads it: '' the last one, ', 0' the samples); γ and β belong to the
 * features.
 */
const norm = (id: string, names: RegExp, axis: string, other: string, ddof: number): Operation => {
  const n = ddof === 0 ? `size(x${axis})` : `(size(x${axis}) - ${ddof})`;
  const forward = `mu = mean(x${axis}); var = sum((x - mu) ** 2${axis}) / ${n}; s = sqrt(var + eps); h = (x - mu) / s; out = gamma * h + beta`;
  return operation(id, {
    names,
    inputs: ['x batch N C normal', 'gamma units C positive', 'beta units C normal', 'eps constant small'],
    forward,
    given: { h: /^(x_?hat|x_?norm\w*|xh|normali[sz]ed|xn|h|y)$/i, s: /^(std|s|sigma)$/i },
    backward: `d = u * gamma; dx = (d - mean(d${axis}) - h * sum(d * h${axis}) / ${n}) / s; dgamma = sum(u * h, 0); dbeta = sum(u, 0)`,
    wrongs: [
      ['norm-stats-constant', 'dx = d / s'],
      ['norm-variance-term-lost', `dx = (d - mean(d${axis})) / s`],
      ['norm-mean-term-lost', `dx = (d - h * sum(d * h${axis}) / ${n}) / s`],
      ['norm-wrong-axis', `dx = (d - mean(d${other}) - h * mean(d * h${other})) / s`],
      [
        'norm-wrong-axis',
        `mv = mean(x${other}); sv = sqrt(mean((x - mv) ** 2${other}) + eps); hv = (x - mv) / sv; dx = (d - mean(d${other}) - hv * mean(d * hv${other})) / sv`,
      ],
      ['norm-wrong-axis', `dx = (d - sum(d${other}) / size(x${axis}) - h * sum(d * h${other}) / size(x${axis})) / s`],
      ['norm-gamma-lost', `dx = (u - mean(u${axis}) - h * sum(u * h${axis}) / ${n}) / s`],
      ['norm-gamma-lost+norm-stats-constant', 'dx = u / s'],
      ['norm-gamma-lost+norm-mean-term-lost', `dx = (u - h * sum(u * h${axis}) / ${n}) / s`],
      ['norm-gamma-lost+norm-variance-term-lost', `dx = (u - mean(u${axis})) / s`],
      ['norm-mean-factor-lost', `dx = (d - sum(d${axis}) - h * sum(d * h${axis})) / s`],
      ['norm-mean-factor-lost', `dx = (d - mean(d${axis}) - h * sum(d * h${axis})) / s`],
      ['norm-mean-factor-lost', `dx = (d - sum(d${axis}) - h * mean(d * h${axis})) / s`],
      [
        'ddof-mismatch',
        `dx = (d - mean(d${axis}) - h * sum(d * h${axis}) / ${ddof === 0 ? `(size(x${axis}) - 1)` : `size(x${axis})`}) / s`,
      ],
      ['exponent', `dx = (d - mean(d${axis}) - h * mean(d * h${axis})) / s ** 2`],
      ['exponent', `dx = (d - mean(d${axis}) - h * mean(d * h${axis})) / var`],
      ['lost-factor', `dx = d - mean(d${axis}) - h * mean(d * h${axis})`],
      ['sign', `dx = (d - mean(d${axis}) + h * mean(d * h${axis})) / s`],
      ['sign', `dx = (d + mean(d${axis}) - h * mean(d * h${axis})) / s`],
      ['gamma-not-summed', 'dgamma = u * h'],
      ['lost-sum', 'dbeta = u'],
      ['wrong-quantity', 'dgamma = sum(u * x, 0)'],
      ['input-not-output', 'dgamma = sum(u * x, 0)'],
      ['wrong-quantity', 'dgamma = sum(u * out, 0)'],
      ['wrong-quantity', 'dgamma = sum(u, 0)'],
      ['bias-mean', 'dbeta = mean(u, 0)'],
      ['weight-mean', 'dgamma = mean(u * h, 0)'],
      ['extra-factor', 'dgamma = sum(u * gamma * h, 0)'],
      ['extra-factor', 'dbeta = sum(u * gamma, 0)'],
    ],
  });
};

const LAYER = /layer_?norm|\bln(_|\b)/i;
const BATCH = /batch_?norm|\bbn(_|\b)/i;
export const norms: readonly Operation[] = [
  norm('layer-norm', LAYER, '', ', 0', 0),
  norm('batch-norm', BATCH, ', 0', '', 0),
  norm('batch-norm', BATCH, ', 0', '', 1),
  norm('layer-norm', LAYER, '', ', 0', 1),
];

/** Normalisation without scale and shift. */
const bareNorm = (id: string, names: RegExp, axis: string, other: string): Operation =>
  operation(id, {
    names,
    inputs: ['x batch N C normal', 'eps constant small'],
    forward: `mu = mean(x${axis}); var = mean((x - mu) ** 2${axis}); s = sqrt(var + eps); h = (x - mu) / s; out = h`,
    given: { h: /^(x_?hat|x_?norm\w*|normali[sz]ed|xn|h|y|out)$/i },
    backward: `dx = (u - mean(u${axis}) - h * mean(u * h${axis})) / s`,
    wrongs: [
      ['norm-stats-constant', 'dx = u / s'],
      ['norm-variance-term-lost', `dx = (u - mean(u${axis})) / s`],
      ['norm-mean-term-lost', `dx = (u - h * mean(u * h${axis})) / s`],
      ['norm-wrong-axis', `dx = (u - mean(u${other}) - h * mean(u * h${other})) / s`],
      ['norm-mean-factor-lost', `dx = (u - sum(u${axis}) - h * sum(u * h${axis})) / s`],
      ['norm-mean-factor-lost', `dx = (u - mean(u${axis}) - h * sum(u * h${axis})) / s`],
      ['exponent', `dx = (u - mean(u${axis}) - h * mean(u * h${axis})) / s ** 2`],
      ['lost-factor', `dx = u - mean(u${axis}) - h * mean(u * h${axis})`],
      ['sign', `dx = (u - mean(u${axis}) + h * mean(u * h${axis})) / s`],
    ],
  });
export const bareNorms = [bareNorm('layer-norm', LAYER, '', ', 0'), bareNorm('batch-norm', BATCH, ', 0', '')];

export const rmsNorm = operation('rms-norm', {
  names: /rms_?norm|root_?mean/i,
  inputs: ['x batch N C normal', 'gamma units C positive', 'eps constant small'],
  forward: 's = sqrt(mean(x * x) + eps); h = x / s; out = gamma * h',
  given: { h: /^(x_?hat|x_?norm\w*|normali[sz]ed|xn|h)$/i, s: /^(rms|s|r)$/i },
  backward: 'd = u * gamma; dx = d / s - x * mean(d * x) / s ** 3; dgamma = sum(u * h, 0)',
  forms: ['d = u * gamma; dx = (d - h * mean(d * h)) / s; dgamma = sum(u * h, 0)'],
  wrongs: [
    ['rms-cube-lost', 'dx = d / s - x * mean(d * x) / s ** 2'],
    ['rms-cube-lost', 'dx = d / s - x * mean(d * x) / s'],
    ['norm-mean-factor-lost', 'dx = d / s - x * sum(d * x) / s ** 3'],
    ['norm-stats-constant', 'dx = d / s'],
    ['norm-gamma-lost', 'dx = u / s - x * mean(u * x) / s ** 3'],
    ['norm-gamma-lost+norm-stats-constant', 'dx = u / s'],
    ['norm-gamma-lost', 'dx = d / s - x * mean(u * x) / s ** 3'],
    ['norm-gamma-lost', 'dx = u / s - x * mean(d * x) / s ** 3'],
    ['norm-wrong-axis', 'dx = d / s - x * mean(d * x, 0) / s ** 3'],
    ['norm-wrong-axis', 'dx = (d - h * mean(d * h, 0)) / s'],
    ['sign', 'dx = d / s + x * mean(d * x) / s ** 3'],
    ['gamma-not-summed', 'dgamma = u * h'],
    ['wrong-quantity', 'dgamma = sum(u * x, 0)'],
    ['weight-mean', 'dgamma = mean(u * h, 0)'],
    ['extra-factor', 'dgamma = sum(u * gamma * h, 0)'],
  ],
});

export const l2Normalise = operation('l2-normalise', {
  names: /l2_?norm|normali[sz]e|unit_?(norm|vector)/i,
  inputs: ['x batch N C normal'],
  forward: 's = sqrt(sum(x * x)); h = x / s; out = h',
  given: { h: /^(y|out\w*|h|x_?hat|n)$/i },
  backward: 'dx = (u - h * sum(u * h)) / s',
  wrongs: [
    ['norm-stats-constant', 'dx = u / s'],
    ['exponent', 'dx = (u - h * sum(u * h)) / s ** 2'],
    ['lost-factor', 'dx = u - h * sum(u * h)'],
    ['wrong-quantity', 'dx = (u - x * sum(u * x)) / s'],
    ['dot-over-batch', 'dx = (u - h * total(u * h)) / s'],
  ],
});

const ATTENTION = (scale: string, back: string): Operation =>
  operation('attention', {
    names: /attention|attn|sdpa|\bhead\b/i,
    inputs: ['Q batch N D normal', 'K batch M D normal', 'V batch M E normal'],
    forward: `S = Q @ T(K)${scale}; P = softmax(S); out = P @ V`,
    given: { P: /^(P|A|attn|weights|probs|attention\w*|scores|p|w|a)$/i, S: /^(S|scores)$/ },
    backward: `dV = T(P) @ u; dP = u @ T(V); dS = P * (dP - sum(dP * P))${back}; dQ = dS @ K; dK = T(dS) @ Q`,
    wrongs: [
      ...(back === ''
        ? []
        : ([
            ['attention-scale-lost', 'dS = P * (dP - sum(dP * P)); dQ = dS @ K; dK = T(dS) @ Q'],
            ['attention-scale-lost', `dS = P * (dP - sum(dP * P))${back}${back}; dQ = dS @ K; dK = T(dS) @ Q`],
          ] as const)),
      ['identity-backward', `dS = dP${back}; dQ = dS @ K; dK = T(dS) @ Q`],
      ['diag-only', `dS = P * (1 - P) * dP${back}; dQ = dS @ K; dK = T(dS) @ Q`],
      ['missing-dot', `dS = P * dP${back}; dQ = dS @ K; dK = T(dS) @ Q`],
      ['dot-over-batch', `dS = P * (dP - total(dP * P))${back}; dQ = dS @ K; dK = T(dS) @ Q`],
      ['dot-wrong-axis', `dS = P * (dP - sum(dP * P, 0))${back}; dQ = dS @ K; dK = T(dS) @ Q`],
      ['mean-not-sum', `dS = P * (dP - mean(dP * P))${back}; dQ = dS @ K; dK = T(dS) @ Q`],
      ['input-not-output', `dS = S * (dP - sum(dP * S))${back}; dQ = dS @ K; dK = T(dS) @ Q`],
      ['missing-leading-factor', `dS = (dP - sum(dP * P))${back}; dQ = dS @ K; dK = T(dS) @ Q`],
    ],
    wrongForwards: [
      ['wrong-axis', `out = softmax(Q @ T(K)${scale}, 0) @ V`],
      ['global-normalisation', `S = Q @ T(K)${scale}; out = exp(S) / total(exp(S)) @ V`],
    ],
  });
export const attentions = [ATTENTION(' / sqrt(size(Q))', ' / sqrt(size(Q))'), ATTENTION('', '')];

export const embedding = operation('embedding', {
  names: /embed|lookup/i,
  inputs: ['W image V M normal', 'ix constant N places'],
  forward: 'out = gather(W, ix)',
  backward: 'dW = scatter(ix, u, W)',
  wrongs: [
    ['assign-not-accumulate', 'dW = place(ix, u, W)'],
    ['n-twice', 'dW = scatter(ix, u, W) / count(ix)'],
    ['label-off-by-one', 'dW = scatter(ix - 1, u, W)'],
  ],
});

export const dropout = operation('dropout', {
  names: /drop_?out/i,
  inputs: ['x batch N C normal', 'keep constant keep'],
  coupled: false,
  forward: 'out = x * mask / keep',
  observed: 'mask = abs(seen) > 0',
  backward: 'dx = u * mask / keep',
  wrongs: [
    ['dropout-scale-lost', 'dx = u * mask'],
    ['dropout-scale-lost', 'dx = u * mask * keep'],
    ['dropout-scale-lost', 'dx = u * mask / (1 - keep)'],
    ['lost-factor', 'dx = u / keep'],
    ['identity-backward', 'dx = u'],
    ['extra-factor', 'dx = u * mask / keep / keep'],
  ],
});

const RECURRENT_INPUTS = [
  'x batch N D normal',
  'h batch N M normal',
  'Wx weights D M normal',
  'Wh weights M M normal',
  'b units M normal',
];
const AFTER_RECURRENT = 'dx = da @ T(Wx); dh = da @ T(Wh); dWx = T(x) @ da; dWh = T(h) @ da; db = sum(da, 0)';
const SLIPS_RECURRENT: readonly (readonly [string, string])[] = [
  ['input-not-output', '1 - a ** 2'],
  ['lost-activation-derivative', 'one(a)'],
  ['exponent', '1 - o'],
  ['wrong-quantity', 'o * (1 - o)'],
  ['wrong-quantity', '1 - h ** 2'],
  ['activation-twice', '1 - tanh(o) ** 2'],
];
export const recurrent = operation('recurrent-cell', {
  names: /rnn|recurrent|cell/i,
  inputs: RECURRENT_INPUTS,
  forward: 'a = x @ Wx + h @ Wh + b; o = tanh(a); out = o',
  given: { o: /^(h_?next|next_?h|h_?t|h|o|out)$/i },
  backward: `da = u * (1 - o ** 2); ${AFTER_RECURRENT}`,
  wrongs: [
    ...SLIPS_RECURRENT.map(([id, slope]) => [id, `da = u * (${slope}); ${AFTER_RECURRENT}`] as const),
    ['bias-mean', 'db = mean(da, 0)'],
    ['bias-not-summed', 'db = da'],
    ['bias-summed-over-all', 'db = total(da) + zero(b)'],
    ['stale-buffer', 'dWh = T(o) @ da'],
    ['wrong-quantity', 'dh = da @ Wh'],
    ['transpose', 'dh = da @ Wh'],
    ['lost-factor', 'dh = da'],
    ['wrong-quantity', 'dWh = T(o) @ da'],
  ],
});

export const convolution = operation('convolution', {
  names: /conv|correlat/i,
  inputs: ['x image V C normal', 'k image H K normal'],
  forward: 'out = correlate(x, k)',
  backward: 'dx = correlate(pad(u, k), turn(k)); dk = correlate(x, u)',
  wrongs: [
    ['kernel-flipped', 'dx = correlate(pad(u, k), k)'],
    ['kernel-flipped', 'dk = turn(correlate(x, u))'],
  ],
});

export const convolutionFlipped = operation('convolution', {
  names: /conv|correlat/i,
  inputs: ['x image V C normal', 'k image H K normal'],
  forward: 'out = correlate(x, turn(k))',
  backward: 'dx = correlate(pad(u, k), k); dk = turn(correlate(x, u))',
  wrongs: [
    ['kernel-flipped', 'dx = correlate(pad(u, k), turn(k))'],
    ['kernel-flipped', 'dk = correlate(x, u)'],
  ],
});
