// Ready kernels against torch on random cases: shapes, axes, masks, weights, ignored labels, smoothing, reductions, float32 and float64.
// Not here: laws that need no other program (laws.test.ts).
// Invariant: torch computes in float64 from the same numbers, so its own rounding does not count; a failure prints the case.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasRelaxedSimd } from '../../src/kernels/instance.ts';
import {
  crossEntropy,
  gelu,
  hessianVectorProduct,
  layerNorm,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  matmul,
  negativeLogLikelihood,
  relu,
  rmsNorm,
  sigmoid,
  silu,
  softmax,
  softmaxBackward,
  softmaxJacobian,
  softplus,
  tanh,
  type CrossEntropyOptions,
  type Floats,
} from '../../src/kernels/index.ts';
import { generator, SEED } from './random.ts';

const PYTHON = '/usr/bin/python3';
const available = existsSync(PYTHON) && spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
if (!available && process.env.CI === 'true') throw new Error('python3-torch is missing: apt-get install python3-torch');

/** What one case asks of torch: inputs as lists, answers as lists. */
interface Question {
  readonly op: string;
  readonly type: 'f32' | 'f64';
  readonly x: readonly number[];
  readonly [key: string]: unknown;
}

const PROGRAM = `
import sys, json, torch, torch.nn.functional as F
torch.set_num_threads(1)
# The answer is computed in float64 from the given numbers, so that torch's own rounding does not count.
def answer(q):
    t = lambda v, shape=None: torch.tensor(v, dtype=torch.float64).reshape(shape if shape is not None else q.get('shape', [len(v)]))
    op = q['op']; x = t(q['x']).requires_grad_(True)
    if op in ('softmax', 'logSoftmax', 'logSumExp'):
        f = {'softmax': torch.softmax, 'logSoftmax': torch.log_softmax, 'logSumExp': torch.logsumexp}[op]
        v = x.masked_fill(torch.tensor(q['mask']).reshape(x.shape) == 0, float('-inf')) if 'mask' in q else x
        return {'y': f(v, q['axis']).detach().flatten().tolist()}
    if op in ('softmaxBackward', 'logSoftmaxBackward'):
        f = torch.softmax if op == 'softmaxBackward' else torch.log_softmax
        y = f(x, q['axis']); g, = torch.autograd.grad(y, x, t(q['g'])); return {'y': g.flatten().tolist()}
    if op == 'softmaxJacobian':
        return {'y': torch.autograd.functional.jacobian(lambda v: torch.softmax(v, -1), x.detach()).flatten().tolist()}
    if op == 'hessianVectorProduct':
        target = torch.zeros(x.shape[0], dtype=torch.long)
        _, h = torch.autograd.functional.hvp(lambda v: F.cross_entropy(v, target, reduction=q['reduction']), x.detach(), t(q['g'])); return {'y': h.flatten().tolist()}
    if op in ('crossEntropy', 'negativeLogLikelihood'):
        # Classes along axis 1, as torch has them.
        target = torch.tensor(q['labels']).reshape([q['shape'][0], *q['shape'][2:]]) if 'labels' in q else t(q['y'])
        w = t(q['weight'], [q['columns']]) if 'weight' in q else None
        if op == 'crossEntropy': l = F.cross_entropy(x, target, weight=w, ignore_index=q['ignore'], label_smoothing=q['smoothing'], reduction=q['reduction'])
        else: l = F.nll_loss(x, target, weight=w, ignore_index=q['ignore'], reduction=q['reduction'])
        g, = torch.autograd.grad(l.sum(), x); return {'loss': l.detach().flatten().tolist(), 'y': g.flatten().tolist()}
    if op == 'layerNorm' or op == 'rmsNorm':
        c = q['columns']; gamma = t(q['gamma'], [c]).requires_grad_(True); beta = t(q['beta'], [c]).requires_grad_(True); x2 = x.reshape(-1, c)
        y = F.layer_norm(x2, (c,), gamma, beta, q['epsilon']) if op == 'layerNorm' else x2 * torch.rsqrt((x2 * x2).mean(-1, keepdim=True) + q['epsilon']) * gamma + 0 * beta
        gx, gg, gb = torch.autograd.grad(y, [x, gamma, beta], t(q['g'], y.shape), allow_unused=True)
        return {'y': y.detach().flatten().tolist(), 'gx': gx.flatten().tolist(), 'gamma': gg.flatten().tolist(), 'beta': gb.flatten().tolist()}
    if op == 'matmul':
        return {'y': (x.reshape(q['rows'], q['inner']) @ t(q['b'], [q['inner'], q['columns']])).detach().flatten().tolist()}
    f = {'sigmoid': torch.sigmoid, 'relu': torch.relu, 'tanh': torch.tanh, 'gelu': F.gelu, 'silu': F.silu, 'softplus': lambda v: torch.relu(v) + torch.log1p(torch.exp(-v.abs()))}[op]
    y = f(x); g, = torch.autograd.grad(y, x, t(q['g']))
    # autograd's s(1 − s) and 1 − t² cancel far from 0
    v = x.detach(); exact = {'sigmoid': lambda: 1 / (2 * torch.cosh(v / 2)) ** 2, 'tanh': lambda: 1 / torch.cosh(v) ** 2}.get(op)
    if exact: g = t(q['g']) * exact()
    return {'y': y.detach().tolist(), 'gx': g.tolist()}
for line in sys.stdin:
    print(json.dumps([answer(q) for q in json.loads(line)]), flush=True)
`;

const CASES = Number(process.env.CASES ?? 20_000);
const r = generator();
const arrays = { f32: Float32Array, f64: Float64Array } as const;
const activations = { sigmoid, relu, tanh, gelu, silu, softplus } as const;

const draw = (type: 'f32' | 'f64', n: number, size = r.pick([1, 3, 10, 40])): number[] => [
  ...arrays[type].from({ length: n }, () => r.normal() * size),
];
const sizeUpTo = (most: number): number => 1 + r.integer(r.pick([3, 10, most]));

function question(): Question {
  const type = r.pick(['f32', 'f32', 'f64'] as const);
  const op = r.pick([
    'softmax',
    'logSoftmax',
    'logSumExp',
    'softmaxBackward',
    'logSoftmaxBackward',
    'softmaxJacobian',
    'hessianVectorProduct',
    'crossEntropy',
    'crossEntropy',
    'crossEntropy',
    'negativeLogLikelihood',
    'layerNorm',
    'rmsNorm',
    'matmul',
    'sigmoid',
    'relu',
    'tanh',
    'gelu',
    'silu',
    'softplus',
  ]);
  if (op === 'softmax' || op === 'logSoftmax' || op === 'logSumExp') {
    const shape = Array.from({ length: 1 + r.integer(3) }, () => sizeUpTo(12));
    const n = shape.reduce((a, b) => a * b, 1);
    return {
      op,
      type,
      x: draw(type, n),
      shape,
      axis: r.integer(shape.length) - r.pick([0, shape.length]),
      ...(r.uniform() < 0.3 ? { mask: Array.from({ length: n }, () => (r.uniform() < 0.3 ? 0 : 1)) } : {}),
    };
  }
  const rows = sizeUpTo(6);
  const columns = sizeUpTo(40);
  const n = rows * columns;
  if (op === 'softmaxBackward' || op === 'logSoftmaxBackward')
    return { op, type, x: draw(type, n, 3), g: draw(type, n, 1), shape: [rows, columns], axis: r.pick([0, 1, -1]) };
  if (op === 'softmaxJacobian') return { op, type, x: draw(type, columns, 3), shape: [columns] };
  if (op === 'hessianVectorProduct')
    return {
      op,
      type,
      x: draw(type, n, 3),
      g: draw(type, n, 1),
      shape: [rows, columns],
      reduction: r.pick(['mean', 'sum']),
    };
  if (op === 'crossEntropy' || op === 'negativeLogLikelihood') {
    const soft = op === 'crossEntropy' && r.uniform() < 0.4;
    // Classes along axis 1 of two, three or four.
    const shape = [rows, columns, ...Array.from({ length: r.pick([0, 0, 1, 2]) }, () => 1 + r.integer(3))];
    const all = shape.reduce((a, b) => a * b, 1);
    const ignore = soft ? -100 : r.pick([-100, 0]);
    return {
      // Log-probabilities are negative; sums of them do not cancel.
      op,
      type,
      x: op === 'crossEntropy' ? draw(type, all) : draw(type, all).map((v) => -Math.abs(v)),
      shape,
      columns,
      reduction: r.pick(['mean', 'sum', 'none']),
      smoothing: op === 'crossEntropy' ? r.pick([0, 0, 0.1, 0.7, 1]) : 0,
      ignore,
      ...(soft
        ? { y: draw(type, all, 1).map(Math.abs) }
        : { labels: Array.from({ length: all / columns }, () => (r.uniform() < 0.15 ? ignore : r.integer(columns))) }),
      ...(r.uniform() < 0.3 ? { weight: draw(type, columns, 1).map((v) => Math.abs(v) + 0.25) } : {}),
    };
  }
  if (op === 'layerNorm' || op === 'rmsNorm')
    return {
      op,
      type,
      x: draw(type, n, 3),
      columns,
      gamma: draw(type, columns, 1),
      beta: draw(type, columns, 1),
      g: draw(type, n, 1),
      epsilon: r.pick([1e-5, 1e-2]),
    };
  if (op === 'matmul') {
    const inner = sizeUpTo(20);
    return { op, type, x: draw(type, rows * inner, 1), b: draw(type, inner * columns, 1), rows, inner, columns };
  }
  return { op, type, x: draw(type, n), g: draw(type, n, 1) };
}

type Answer = Readonly<Record<string, number[]>>;
function ours(q: Question): Answer {
  const of = (v: unknown): Floats => arrays[q.type].from(v as number[]) as Floats;
  const x = of(q.x);
  const fast = hasRelaxedSimd() && r.uniform() < 0.3;
  const rows = q['rows'] as number,
    columns = q['columns'] as number;
  switch (q.op) {
    case 'softmax':
    case 'logSoftmax':
    case 'logSumExp':
      return {
        y: [
          ...{ softmax, logSoftmax, logSumExp }[q.op](x, {
            shape: q['shape'] as number[],
            axis: q['axis'] as number,
            fast,
            ...('mask' in q ? { mask: Uint8Array.from(q['mask'] as number[]) } : {}),
          }),
        ],
      };
    case 'softmaxBackward':
    case 'logSoftmaxBackward': {
      const along = { shape: q['shape'] as number[], axis: q['axis'] as number };
      const [forward, backward] =
        q.op === 'softmaxBackward' ? [softmax, softmaxBackward] : [logSoftmax, logSoftmaxBackward];
      return { y: [...backward(forward(x, along), of(q['g']), { ...along, fast })] };
    }
    case 'softmaxJacobian':
      return { y: [...softmaxJacobian(x, { fast })] };
    case 'hessianVectorProduct':
      return {
        y: [
          ...hessianVectorProduct(x, of(q['g']), {
            shape: q['shape'] as number[],
            reduction: q['reduction'] as 'mean',
            fast,
          }),
        ],
      };
    case 'crossEntropy':
    case 'negativeLogLikelihood': {
      const options: CrossEntropyOptions = {
        shape: q['shape'] as number[],
        axis: 1,
        gradient: true,
        fast,
        reduction: q['reduction'] as 'mean',
        labelSmoothing: q['smoothing'] as number,
        ignoreIndex: q['ignore'] as number,
        ...('weight' in q ? { weight: of(q['weight']) } : {}),
      };
      const targets = 'labels' in q ? Int32Array.from(q['labels'] as number[]) : of(q['y']);
      const { loss, gradient } =
        q.op === 'crossEntropy'
          ? crossEntropy(x, targets, options)
          : negativeLogLikelihood(x, targets as Int32Array, options);
      return { loss: typeof loss === 'number' ? [loss] : [...loss], y: [...(gradient as Floats)] };
    }
    case 'layerNorm':
    case 'rmsNorm': {
      const f = q.op === 'layerNorm' ? layerNorm : rmsNorm;
      const shape = { columns, gamma: of(q['gamma']), epsilon: q['epsilon'] as number, fast };
      const back = f.backward(x, of(q['g']), shape);
      return {
        y: [...f(x, q.op === 'layerNorm' ? { ...shape, beta: of(q['beta']) } : shape)],
        gx: [...back.x],
        gamma: [...back.gamma],
        ...(q.op === 'layerNorm' ? { beta: [...back.beta] } : {}),
      };
    }
    case 'matmul':
      return { y: [...matmul(x, of(q['b']), { rows, columns, inner: q['inner'] as number, fast })] };
    default: {
      const f = activations[q.op as keyof typeof activations];
      return { y: [...f(x, { fast })], gx: [...f.backward(x, of(q['g']), { fast })] };
    }
  }
}

/** Errors count in units of the largest entry of a result: sums cancel. */
function mostWrong(got: readonly number[], want: readonly number[], type: 'f32' | 'f64', size: number): number {
  const unit = type === 'f32' ? 2 ** -23 : 2 ** -52;
  const largest = Math.max(...want.filter(Number.isFinite).map(Math.abs), size, type === 'f32' ? 1e-37 : 1e-300);
  return Math.max(
    0,
    ...want.map((w, k) => {
      const g = got[k] as number;
      return Object.is(g, w) || g === w || (Number.isNaN(g) && Number.isNaN(w))
        ? 0
        : Math.abs(g - w) / (unit * largest);
    }),
  );
}

/** How large the terms are that are added up: results may be much smaller. */
function sizeOfTerms(q: Question, name: string): number {
  const largest = (v: unknown): number => Math.max(...(v as number[]).map(Math.abs));
  // Sums with terms of the size of the upstream, which vanish far from 0.
  if ((q.op === 'silu' || q.op === 'gelu') && name === 'gx') return largest(q['g']) * Math.max(1, largest(q.x));
  // x·(1 + erf)/2: the bracket is exact to a unit of 1, whatever is left of it.
  if (q.op === 'gelu' && name === 'y') return largest(q.x);
  // torch adds 1 and what is far smaller before it takes the logarithm: near 0 its float64 has fewer digits than ours.
  if (name === 'loss' || q.op === 'logSoftmax' || q.op === 'logSumExp') return q.type === 'f64' ? 1 : 1e-9;
  if (q.op === 'matmul') return largest(q.x) * largest(q['b']);
  if (q.op === 'softmaxBackward' || q.op === 'hessianVectorProduct') return largest(q['g']);
  // Σ g in terms of g.
  if (q.op === 'logSoftmaxBackward') return largest(q['g']) * q.x.length;
  if (q.op === 'softmaxJacobian') return 1;
  // p − y: the parts are as large as the weight of a row.
  if ((q.op === 'crossEntropy' || q.op === 'negativeLogLikelihood') && name === 'y') {
    const weights = (q['weight'] ?? [1]) as number[];
    const sums = 'y' in q ? largest(q['y']) * (q['columns'] as number) : 1;
    return (
      (largest(weights) * sums) /
      (q['reduction'] === 'mean' ? (q.x.length / (q['columns'] as number)) * ('y' in q ? 1 : largest(weights)) : 1)
    );
  }
  if (!q.op.endsWith('Norm')) return 0;
  const columns = q['columns'] as number;
  const rates = Array.from({ length: q.x.length / columns }, (_, row) => {
    const x = q.x.slice(row * columns, (row + 1) * columns);
    const mean = q.op === 'layerNorm' ? x.reduce((a, b) => a + b, 0) / columns : 0;
    return 1 / Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / columns + (q['epsilon'] as number));
  });
  const spread = Math.max(...rates) * largest(q.x);
  return name === 'y'
    ? spread * largest(q['gamma'])
    : name === 'gx'
      ? Math.max(...rates) * largest(q['g']) * largest(q['gamma']) * (1 + spread)
      : largest(q['g']) * spread;
}

describe(`kernels against torch (seed ${SEED})`, () => {
  it.skipIf(!available)(`${CASES} random cases agree`, () => {
    const questions = Array.from({ length: CASES }, question);
    const chunks = Array.from({ length: Math.ceil(CASES / 500) }, (_, k) => questions.slice(500 * k, 500 * k + 500));
    const run = spawnSync(PYTHON, ['-c', PROGRAM], {
      input: chunks.map((c) => JSON.stringify(c)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    expect(run.status, run.stderr).toBe(0);
    const answers = run.stdout
      .trim()
      .split('\n')
      .flatMap((line) => JSON.parse(line.replaceAll(/-?Infinity|NaN/g, 'null')) as Answer[]);
    let worst = 0;
    questions.forEach((q, k) => {
      const got = ours(q);
      for (const [name, want] of Object.entries(answers[k] as Answer)) {
        if (got[name] === undefined) continue;
        if (want.includes(null as never)) {
          want.forEach((w, i) => {
            if (w === null)
              expect(Number.isFinite((got[name] as number[])[i]), `${JSON.stringify(q)} ${name}`).toBe(false);
          });
          continue;
        }
        expect((got[name] as number[]).length, q.op).toBe(want.length);
        const wrong = mostWrong(got[name] as number[], want, q.type, sizeOfTerms(q, name));
        worst = Math.max(worst, wrong);
        expect(wrong, `case ${k}: ${JSON.stringify(q)} ${name}`).toBeLessThanOrEqual(8);
      }
    });
    if (process.env.SHOW) console.log('worst', worst);
  });
});
