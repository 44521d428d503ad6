// Cross-entropy of rows of logits with integer targets: losses, and the gradient w·(p − [i = t]) in the same walk.
// Not here: targets that are probabilities, label smoothing (`dense-cross-entropy.ts`).
// Invariant: a row is written only after every label was found in range; an ignored row and a row of weight 0 give 0
// and a gradient of 0.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { scalars, type FloatType, type Style } from '../math/chain.ts';
import {
  block,
  br,
  br_if,
  f32,
  f64,
  i32,
  if_,
  ifValue,
  loop,
  memory,
  return_,
  type Code,
  type Expression,
  type F64,
  type I32,
  type Local,
} from '../wasm.ts';
import { plainLogits } from './blocks.ts';
import { placeTable } from './exponentials.ts';
import { rowStatistics } from './normalise.ts';
import { integerField, numberField, numberFields } from './parameters.ts';
import { eachRow, elementAt, fillRow, type Row } from './rows.ts';
import { fromF64 } from './sums.ts';

export interface CrossEntropyKernel {
  readonly style: Style;
  readonly gradient: boolean;
}

/** Labels given one a row: losses and, where wanted, the gradient. */
export function crossEntropyKernel(m: ModuleBuilder, kernel: CrossEntropyKernel): void {
  const { type } = kernel.style;
  placeTable(m, type);
  lossFunctions(m, type, {
    prepare: (f, record) => prepareLabels(f, record, type),
    row: (f, record, row, scratch) => rowCode(m, f, kernel, record, row, scratch),
    finish: (f, record) => finishLosses(f, record, type),
  });
}

export interface LossParts {
  /** Leaves the row of the first bad label or −1. */
  prepare(f: FunctionBuilder, record: Local<'i32'>): Code;
  row(f: FunctionBuilder, record: Local<'i32'>, row: Row, scratch: Local<'i32'>): Code;
  finish(f: FunctionBuilder, record: Local<'i32'>): Code;
}
/**
 * Adds `prepare(record) → row of the first bad label or −1`, `rows(record, from, to, scratch)`, `finish(record)` and
 * `run(record) → as prepare`.
 */
export function lossFunctions(m: ModuleBuilder, type: FloatType, parts: LossParts): void {
  const prepare = m.func('prepare', ['i32'], ['i32'], (f, record) => parts.prepare(f, record));
  const rows = m.func('rows', ['i32', 'i32', 'i32', 'i32'], [], (f, record, from, to, scratch) =>
    eachRow(f, record, type, from, to, (row) => parts.row(f, record, row, scratch)),
  );
  const finish = m.func('finish', ['i32'], [], (f, record) => parts.finish(f, record));
  m.func('run', ['i32'], ['i32'], (f, record) => {
    const bad = f.local('i32');
    return [
      bad.set(prepare.call('i32', record)),
      if_(i32.ge_s(bad, i32.const(0)), return_(bad)),
      rows.run(record, i32.const(0), integerField(record, 'rows'), integerField(record, 'scratch')),
      finish.run(record),
      i32.const(-1),
    ];
  });
}

const load = (type: FloatType, address: I32): F64 =>
  type === 'f32' ? f64.promote_f32(f32.load(address)) : f64.load(address);

/** The weight of a class, 1 where no weights are given. */
export const weightOf = (record: I32, type: FloatType, label: I32): F64 => {
  const weights = integerField(record, 'weights');
  return ifValue(weights, load(type, elementAt(type, weights, label)), f64.const(1));
};

/** All labels are checked, and the weights of those that count are added up, before anything is written. */
export function prepareLabels(f: FunctionBuilder, record: I32, type: FloatType): Code {
  const row = f.local('i32'),
    label = f.local('i32'),
    targets = f.local('i32'),
    n = f.local('i32'),
    rows = f.local('i32'),
    ignore = f.local('i32');
  const total = f.local('f64');
  return [
    targets.set(integerField(record, 'targets')),
    n.set(integerField(record, 'n')),
    rows.set(integerField(record, 'rows')),
    ignore.set(integerField(record, 'ignore')),
    block((leave) =>
      loop((again) => [
        br_if(leave, i32.ge_s(row, rows)),
        label.set(i32.load(i32.add(targets, i32.shl(row, i32.const(2))))),
        if_(i32.ne(label, ignore), [
          if_(i32.ge_u(label, n), return_(row)),
          total.set(f64.add(total, weightOf(record, type, label))),
        ]),
        row.set(i32.add(row, i32.const(1))),
        br(again),
      ]),
    ),
    f64.store(
      record,
      ifValue(integerField(record, 'mean'), f64.div(f64.const(1), total), f64.const(1)),
      numberFields.scale,
    ),
    i32.const(-1),
  ];
}

function rowCode(
  m: ModuleBuilder,
  f: FunctionBuilder,
  kernel: CrossEntropyKernel,
  record: I32,
  row: Row,
  scratch: I32,
): Code {
  const { style } = kernel;
  const { type } = style;
  const label = f.local('i32'),
    loss = f.local('i32'),
    hit = f.local('i32');
  const weight = f.local('f64'),
    factor = f.local('f64'),
    target = f.local('f64');
  const statistics = rowStatistics({
    module: m,
    f,
    style,
    logits: plainLogits(row.x),
    exponentials: kernel.gradient ? row.y : null,
    n: row.n,
    scratch,
  });
  const y = f.local('i32');
  const s = scalars[type] as typeof f64;
  const gradient = (): Code => [
    factor.set(f64.mul(weight, numberField(record, 'scale'))),
    y.set(row.y),
    if_(
      f64.eq(statistics.sum, statistics.sum),
      [
        statistics.eachProbability(factor, [], (_k, access, p, e) => access.store(e, p)),
        hit.set(elementAt(type, row.y, label)),
        s.store(hit, s.sub(s.load(hit), fromF64(type, factor) as F64)),
      ],
      fillRow(m, f, style, y, row.n, NaN),
    ),
  ];
  const zero: Code = [
    f64.store(loss, f64.const(0)),
    kernel.gradient
      ? [y.set(row.y), memory.fill(y, i32.const(0), i32.shl(row.n, i32.const(type === 'f32' ? 2 : 3)))]
      : [],
  ];
  return [
    label.set(i32.load(i32.add(integerField(record, 'targets'), i32.shl(row.index, i32.const(2))))),
    loss.set(i32.add(integerField(record, 'losses'), i32.shl(row.index, i32.const(3)))),
    weight.set(ifValue(i32.eq(label, integerField(record, 'ignore')), f64.const(0), weightOf(record, type, label))),
    if_(f64.eq(weight, f64.const(0)), zero, [
      statistics.code,
      statistics.logarithm,
      target.set(statistics.differenceAt(label)),
      f64.store(loss, f64.mul(weight, f64.sub(statistics.logSum, target))),
      kernel.gradient ? gradient() : [],
    ]),
  ];
}

/** Adds the losses of the rows in order, or hands each out. */
export function finishLosses(f: FunctionBuilder, record: I32, type: FloatType): Code {
  const row = f.local('i32'),
    rows = f.local('i32'),
    losses = f.local('i32'),
    out = f.local('i32');
  const total = f.local('f64');
  const s = scalars[type] as typeof f64;
  const canonical = (v: F64): Expression<FloatType> => fromF64(type, ifValue(f64.eq(v, v), v, f64.const(NaN)));
  return [
    rows.set(integerField(record, 'rows')),
    losses.set(integerField(record, 'losses')),
    out.set(integerField(record, 'loss')),
    if_(
      integerField(record, 'each'),
      loop((again) => [
        if_(i32.lt_s(row, rows), [
          s.store(elementAt(type, out, row), canonical(f64.load(i32.add(losses, i32.shl(row, i32.const(3))))) as F64),
          row.set(i32.add(row, i32.const(1))),
          br(again),
        ]),
      ]),
      [
        loop((again) => [
          if_(i32.lt_s(row, rows), [
            total.set(f64.add(total, f64.load(i32.add(losses, i32.shl(row, i32.const(3)))))),
            row.set(i32.add(row, i32.const(1))),
            br(again),
          ]),
        ]),
        // With nothing to average the scale is infinite: 0·∞ is the NaN that PyTorch gives.
        total.set(f64.mul(total, numberField(record, 'scale'))),
        s.store(out, canonical(total) as F64),
      ],
    ),
  ];
}
