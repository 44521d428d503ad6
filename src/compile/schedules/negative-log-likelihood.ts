// The negative log-likelihood of rows of log-probabilities with integer targets, and its gradient.
// Not here: cross-entropy, which takes logits (`cross-entropy.ts`).
// Invariant: labels are checked before anything is written; an ignored row gives 0.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { formats, scalars, type Style } from '../math/chain.ts';
import { f64, i32, if_, ifValue, memory, type Code, type F64, type I32, type Local } from '../wasm.ts';
import { finishLosses, lossFunctions, prepareLabels, weightOf } from './cross-entropy.ts';
import { integerField, numberField } from './parameters.ts';
import { elementAt, type Row } from './rows.ts';
import { fromF64, toF64 } from './sums.ts';

export interface LikelihoodKernel {
  readonly style: Style;
  readonly gradient: boolean;
}

/** loss = −w_t·x_t, gradient = −w_t at t and 0 elsewhere, times the scale of the reduction. */
export function negativeLogLikelihoodKernel(m: ModuleBuilder, { style, gradient }: LikelihoodKernel): void {
  lossFunctions(m, style.type, {
    prepare: (f, record) => prepareLabels(f, record, style.type),
    row: (f, record, row) => rowCode(f, style, gradient, record, row),
    finish: (f, record) => finishLosses(f, record, style.type),
  });
}

function rowCode(f: FunctionBuilder, style: Style, gradient: boolean, record: Local<'i32'>, row: Row): Code {
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const label = f.local('i32'),
    loss = f.local('i32');
  const weight = f.local('f64');
  const at = (base: I32): I32 => elementAt(type, base, label);
  const slope = fromF64(type, f64.neg(f64.mul(weight, numberField(record, 'scale')))) as F64;
  return [
    label.set(i32.load(i32.add(integerField(record, 'targets'), i32.shl(row.index, i32.const(2))))),
    loss.set(i32.add(integerField(record, 'losses'), i32.shl(row.index, i32.const(3)))),
    weight.set(ifValue(i32.eq(label, integerField(record, 'ignore')), f64.const(0), weightOf(record, type, label))),
    gradient ? memory.fill(row.y, i32.const(0), i32.mul(row.n, i32.const(formats[type].bytes))) : [],
    if_(f64.eq(weight, f64.const(0)), f64.store(loss, f64.const(0)), [
      f64.store(loss, f64.neg(f64.mul(weight, toF64(type, s.load(at(row.x)))))),
      gradient ? s.store(at(row.y), slope) : [],
    ]),
  ];
}
