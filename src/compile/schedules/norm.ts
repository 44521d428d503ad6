// Layer normalisation and root-mean-square normalisation of rows, with their backward passes.
// Not here: the shapes and defaults (`kernels/`).
// Invariant: sums are compensated; the gradients of scale and shift are added row after row, whatever the number of
// threads.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { type Chain, type Style } from '../math/chain.ts';
import { f64, i32, if_, loop, br, type Code, type F64, type I32, type Local, type V128 } from '../wasm.ts';
import { integerField, numberField } from './parameters.ts';
import { eachRow, elementAt, rowsFunction, type Row } from './rows.ts';
import { compensatedSum, splatF64 } from './sums.ts';
import { sweep, type Access } from './sweep.ts';

/** `centred`: the mean is taken away (layer norm), else not (RMS norm). */
export interface NormKernel {
  readonly style: Style;
  readonly centred: boolean;
}

interface Moments {
  readonly code: Code;
  readonly mean: Local<'f64'>;
  readonly rate: Local<'f64'>;
}

/** mean = Σ x/n (or 0) and rate = 1/√(Σ (x − mean)²/n + ε). */
function moments(m: ModuleBuilder, f: FunctionBuilder, kernel: NormKernel, record: I32, x: I32, n: I32): Moments {
  const { style, centred } = kernel;
  const p = f.local('i32'),
    mean = f.local('f64'),
    rate = f.local('f64'),
    shift = f.local('v128');
  const sum = compensatedSum(f, style.type),
    squares = compensatedSum(f, style.type);
  const pass = (reduce: typeof sum, term: (k: Chain, v: V128) => V128): Code => [
    p.set(x),
    reduce.start,
    sweep({
      module: m,
      f,
      style,
      streams: [p],
      count: n,
      unroll: 4,
      reduce,
      body: (k, at) => at.pad(k.let(term(k, at.load(p))), k.c(0)),
    }),
  ];
  const size = f64.convert_i32_s(n);
  const centre = (k: Chain, v: V128): V128 => (centred ? k.let(k.sub(v, shift)) : v);
  return {
    mean,
    rate,
    code: [
      centred
        ? [pass(sum, (_k, v) => v), mean.set(f64.div(sum.value, size)), shift.set(splatF64(style.type, mean))]
        : [],
      pass(squares, (k, v) => {
        const d = centre(k, v);
        return k.mul(d, d);
      }),
      rate.set(f64.div(f64.const(1), f64.sqrt(f64.add(f64.div(squares.value, size), numberField(record, 'epsilon'))))),
    ],
  };
}

/** y = (x − mean)·rate·γ + β, with γ in `weights` and β in `second`. */
export function normKernel(m: ModuleBuilder, kernel: NormKernel): void {
  const { style, centred } = kernel;
  rowsFunction(m, style.type, (f, record, row) => {
    const x = f.local('i32'),
      y = f.local('i32'),
      gamma = f.local('i32'),
      beta = f.local('i32'),
      shift = f.local('v128'),
      scale = f.local('v128');
    const stats = moments(m, f, kernel, record, row.x, row.n);
    return [
      stats.code,
      x.set(row.x),
      y.set(row.y),
      gamma.set(integerField(record, 'weights')),
      beta.set(integerField(record, 'second')),
      shift.set(splatF64(style.type, stats.mean)),
      scale.set(splatF64(style.type, stats.rate)),
      sweep({
        module: m,
        f,
        style,
        streams: [x, y, gamma, beta],
        count: row.n,
        unroll: 2,
        body: (k, at) => {
          const d = centred ? k.let(k.sub(at.load(x), shift)) : at.load(x);
          at.store(y, k.canonical(k.madd(k.let(k.mul(d, scale)), at.load(gamma), at.load(beta))));
          return undefined;
        },
      }),
    ];
  });
}

/**
 * x̂ = (x − mean)·rate; gradient of x: rate·(gγ − mean(gγ) − x̂·mean(gγ·x̂)), without the first mean for RMS norm; of
 * γ: Σ g·x̂; of β: Σ g.
 * Upstream g in `second`, γ in `weights`; the gradients of γ and β go to `third` and `fourth`; `losses` keeps two
 * numbers a row.
 */
export function normBackwardKernel(m: ModuleBuilder, kernel: NormKernel): void {
  const { type } = kernel.style;
  const rows = m.func('rows', ['i32', 'i32', 'i32', 'i32'], [], (f, record, from, to) =>
    eachRow(f, record, type, from, to, (row) => backwardRow(m, f, kernel, record, row)),
  );
  const finish = m.func('finish', ['i32'], [], (f, record) => columnSums(m, f, kernel, record));
  m.func('run', ['i32'], ['i32'], (_f, record) => [
    rows.run(record, i32.const(0), integerField(record, 'rows'), i32.const(0)),
    finish.run(record),
    i32.const(-1),
  ]);
}

const saved = (record: I32, index: I32): I32 => i32.add(integerField(record, 'losses'), i32.shl(index, i32.const(4)));

/** x̂ of the elements here. */
function normalised(k: Chain, kernel: NormKernel, x: V128, shift: V128, scale: V128): V128 {
  return k.let(k.mul(kernel.centred ? k.sub(x, shift) : x, scale));
}

function backwardRow(m: ModuleBuilder, f: FunctionBuilder, kernel: NormKernel, record: Local<'i32'>, row: Row): Code {
  const { style } = kernel;
  const { type } = style;
  const x = f.local('i32'),
    g = f.local('i32'),
    gamma = f.local('i32'),
    y = f.local('i32');
  const [shift, scale, meanG, meanGX] = [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')];
  const stats = moments(m, f, kernel, record, row.x, row.n);
  const plain = compensatedSum(f, type),
    product = compensatedSum(f, type);
  const start: Code = [
    x.set(row.x),
    g.set(elementAt(type, integerField(record, 'second'), i32.mul(row.index, row.n))),
    gamma.set(integerField(record, 'weights')),
  ];
  const average = (v: F64): V128 => splatF64(type, f64.div(v, f64.convert_i32_s(row.n)));
  const weighted = (k: Chain, at: Access): V128 => k.let(k.mul(at.load(g), at.load(gamma)));
  const pass = (reduce: typeof plain, body: (k: Chain, at: Access) => V128): Code => [
    start,
    reduce.start,
    sweep({
      module: m,
      f,
      style,
      streams: [x, g, gamma],
      count: row.n,
      unroll: 2,
      reduce,
      body: (k, at) => at.pad(body(k, at), k.c(0)),
    }),
  ];
  return [
    stats.code,
    f64.store(saved(record, row.index), stats.mean),
    f64.store(saved(record, row.index), stats.rate, 8),
    shift.set(splatF64(type, stats.mean)),
    scale.set(splatF64(type, stats.rate)),
    kernel.centred ? [pass(plain, weighted), meanG.set(average(plain.value))] : meanG.set(splatF64(type, f64.const(0))),
    pass(product, (k, at) => k.let(k.mul(weighted(k, at), normalised(k, kernel, at.load(x), shift, scale)))),
    meanGX.set(average(product.value)),
    start,
    y.set(row.y),
    sweep({
      module: m,
      f,
      style,
      streams: [x, g, gamma, y],
      count: row.n,
      unroll: 2,
      body: (k, at) => {
        const hat = normalised(k, kernel, at.load(x), shift, scale);
        at.store(y, k.canonical(k.mul(scale, k.nmadd(hat, meanGX, k.sub(weighted(k, at), meanG)))));
        return undefined;
      },
    }),
  ];
}

/** The sums over rows, one row after the other. */
function columnSums(m: ModuleBuilder, f: FunctionBuilder, kernel: NormKernel, record: Local<'i32'>): Code {
  const { style } = kernel;
  const { type } = style;
  const row = f.local('i32'),
    n = f.local('i32'),
    x = f.local('i32'),
    g = f.local('i32'),
    dGamma = f.local('i32'),
    dBeta = f.local('i32');
  const shift = f.local('v128'),
    scale = f.local('v128');
  const clear = (field: 'third' | 'fourth'): Code => [
    dGamma.set(integerField(record, field)),
    sweep({
      module: m,
      f,
      style,
      streams: [dGamma],
      count: n,
      unroll: 1,
      body: (k, at) => {
        at.store(dGamma, k.c(0));
        return undefined;
      },
    }),
  ];
  return [
    n.set(integerField(record, 'n')),
    clear('third'),
    clear('fourth'),
    x.set(integerField(record, 'x')),
    g.set(integerField(record, 'second')),
    loop((again) =>
      if_(i32.lt_s(row, integerField(record, 'rows')), [
        dGamma.set(integerField(record, 'third')),
        dBeta.set(integerField(record, 'fourth')),
        shift.set(splatF64(type, f64.load(saved(record, row)))),
        scale.set(splatF64(type, f64.load(saved(record, row), 8))),
        sweep({
          module: m,
          f,
          style,
          streams: [x, g, dGamma, dBeta],
          count: n,
          unroll: 1,
          body: (k, at) => {
            const upstream = at.load(g);
            at.store(
              dGamma,
              k.canonical(k.madd(upstream, normalised(k, kernel, at.load(x), shift, scale), at.load(dGamma))),
            );
            at.store(dBeta, k.canonical(k.add(at.load(dBeta), upstream)));
            return undefined;
          },
        }),
        row.set(i32.add(row, i32.const(1))),
        br(again),
      ]),
    ),
  ];
}
