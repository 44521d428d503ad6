// Cross-entropy of rows of logits with targets τ over all classes: probabilities, label smoothing, class weights.
// Not here: plain integer targets (`cross-entropy.ts`), whose τ has one entry.
// Invariant: loss = Σ τ_i·(log Σ e^x − x_i), gradient = p·Σ τ − τ, and a τ_i of 0 adds nothing even where x_i is −∞.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { type Chain, formats, scalars, type Style } from '../math/chain.ts';
import { f64, i32, if_, ifValue, memory, v128, type Code, type F64, type I32, type Local, type V128 } from '../wasm.ts';
import { plainLogits } from './blocks.ts';
import { finishLosses, lossFunctions, prepareLabels, weightOf } from './cross-entropy.ts';
import { placeTable } from './exponentials.ts';
import { rowStatistics, type RowStatistics } from './normalise.ts';
import { integerField, numberField, numberFields } from './parameters.ts';
import { elementAt, fillRow, type Row } from './rows.ts';
import { compensatedSum, fromF64, splatF64 } from './sums.ts';
import { sweep, type Access } from './sweep.ts';

/**
 * τ_i = w_i·(keep·y_i + spread), where keep = 1 − smoothing and spread = smoothing/n; y_i is the target's probability
 * ('probability')
 * or [i = label] ('index', where w of the label, not of i, stands before keep as PyTorch has it: the same number).
 * The class weights are always read: the plan writes ones where the caller gives none.
 */
export interface DenseCrossEntropyKernel {
  readonly style: Style;
  readonly targets: 'index' | 'probability';
  readonly gradient: boolean;
}

export function denseCrossEntropyKernel(m: ModuleBuilder, kernel: DenseCrossEntropyKernel): void {
  const { type } = kernel.style;
  placeTable(m, type);
  lossFunctions(m, type, {
    prepare: (f, record) =>
      kernel.targets === 'index'
        ? prepareLabels(f, record, type)
        : [
            f64.store(
              record,
              ifValue(
                integerField(record, 'mean'),
                f64.div(f64.const(1), f64.convert_i32_s(integerField(record, 'rows'))),
                f64.const(1),
              ),
              numberFields.scale,
            ),
            i32.const(-1),
          ],
    row: (f, record, row, scratch) => rowCode(m, f, kernel, record, row, scratch),
    finish: (f, record) => finishLosses(f, record, type),
  });
}

interface Targets {
  readonly streams: readonly Local<'i32'>[];
  /** Sets the streams to the start of the row. */
  readonly start: Code;
  tau(k: Chain, at: Access): V128;
}

function targetsOf(f: FunctionBuilder, kernel: DenseCrossEntropyKernel, record: I32, row: Row): Targets {
  const { type } = kernel.style;
  const w = f.local('i32'),
    y = f.local('i32'),
    keep = f.local('v128'),
    spread = f.local('v128');
  const smoothing = numberField(record, 'smoothing');
  const start: Code = [
    w.set(integerField(record, 'weights')),
    y.set(elementAt(type, integerField(record, 'targets'), i32.mul(row.index, row.n))),
    keep.set(splatF64(type, f64.sub(f64.const(1), smoothing))),
    spread.set(splatF64(type, f64.div(smoothing, f64.convert_i32_s(row.n)))),
  ];
  return kernel.targets === 'index'
    ? { streams: [w], start, tau: (k, at) => k.let(k.mul(at.load(w), spread)) }
    : { streams: [w, y], start, tau: (k, at) => k.let(k.mul(at.load(w), k.madd(at.load(y), keep, spread))) };
}

function rowCode(
  m: ModuleBuilder,
  f: FunctionBuilder,
  kernel: DenseCrossEntropyKernel,
  record: Local<'i32'>,
  row: Row,
  scratch: I32,
): Code {
  const { style } = kernel;
  const { type } = style;
  const label = f.local('i32'),
    loss = f.local('i32'),
    y = f.local('i32');
  const weight = f.local('f64'),
    total = f.local('f64'),
    cost = f.local('f64');
  const statistics = rowStatistics({
    module: m,
    f,
    style,
    logits: plainLogits(row.x),
    exponentials: kernel.gradient ? row.y : null,
    n: row.n,
    scratch,
  });
  const targets = targetsOf(f, kernel, record, row);
  const indexed = kernel.targets === 'index';
  const keep = f64.sub(f64.const(1), numberField(record, 'smoothing'));
  const sparse: Code = indexed
    ? [
        weight.set(f64.mul(weightOf(record, type, label), keep)),
        total.set(f64.add(total, weight)),
        if_(
          f64.ne(weight, f64.const(0)),
          cost.set(f64.add(cost, f64.mul(weight, f64.sub(statistics.logSum, statistics.differenceAt(label))))),
        ),
      ]
    : [];
  const work: Code = [
    statistics.code,
    statistics.logarithm,
    denseLoss(m, f, style, row.n, statistics, targets, total, cost),
    sparse,
    f64.store(loss, cost),
    kernel.gradient
      ? if_(
          f64.eq(statistics.sum, statistics.sum),
          denseGradient(f, kernel, record, row, statistics, targets, total, label, weight),
          [y.set(row.y), fillRow(m, f, style, y, row.n, NaN)],
        )
      : [],
  ];
  const ignored: Code = [
    f64.store(loss, f64.const(0)),
    kernel.gradient ? memory.fill(row.y, i32.const(0), i32.mul(row.n, i32.const(formats[type].bytes))) : [],
  ];
  return [
    loss.set(i32.add(integerField(record, 'losses'), i32.shl(row.index, i32.const(3)))),
    indexed
      ? [
          label.set(i32.load(i32.add(integerField(record, 'targets'), i32.shl(row.index, i32.const(2))))),
          if_(i32.eq(label, integerField(record, 'ignore')), ignored, work),
        ]
      : work,
  ];
}

/** total = Σ τ and cost = Σ τ·(log Σ e^(x−m) − (x − m)). */
function denseLoss(
  m: ModuleBuilder,
  f: FunctionBuilder,
  style: Style,
  n: I32,
  statistics: RowStatistics,
  targets: Targets,
  total: Local<'f64'>,
  cost: Local<'f64'>,
): Code {
  const sum = compensatedSum(f, style.type);
  const costs = compensatedSum(f, style.type);
  const logSum = f.local('v128');
  const float = formats[style.type].float;
  return [
    targets.start,
    sum.start,
    sweep({
      module: m,
      f,
      style,
      streams: targets.streams,
      count: n,
      unroll: 4,
      reduce: sum,
      body: (k, at) => at.pad(targets.tau(k, at), k.c(0)),
    }),
    total.set(sum.value),
    targets.start,
    costs.start,
    logSum.set(splatF64(style.type, statistics.logSum)),
    statistics.eachDifference(
      targets.streams,
      (k, at, d) => {
        const tau = at.pad(targets.tau(k, at), k.c(0));
        return k.let(v128.and(k.mul(tau, k.sub(logSum, d)), float.ne(tau, k.c(0))));
      },
      costs,
    ),
    cost.set(costs.value),
  ];
}

function denseGradient(
  f: FunctionBuilder,
  kernel: DenseCrossEntropyKernel,
  record: I32,
  row: Row,
  statistics: RowStatistics,
  targets: Targets,
  total: F64,
  label: I32,
  weight: F64,
): Code {
  const { type } = kernel.style;
  const s = scalars[type] as typeof f64;
  const scale = f.local('v128'),
    hit = f.local('i32');
  const factor = numberField(record, 'scale');
  const sparse: Code =
    kernel.targets === 'index'
      ? [
          hit.set(elementAt(type, row.y, label)),
          s.store(hit, s.sub(s.load(hit), fromF64(type, f64.mul(weight, factor)) as F64)),
        ]
      : [];
  return [
    targets.start,
    scale.set(splatF64(type, factor)),
    statistics.eachProbability(f64.mul(total, factor), targets.streams, (k, at, p, e) =>
      at.store(e, k.let(k.nmadd(targets.tau(k, at), scale, p))),
    ),
    sparse,
  ];
}
