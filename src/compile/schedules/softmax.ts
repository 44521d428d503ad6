// softmax, log-softmax and log-sum-exp of rows.
// Not here: their losses and derivatives.
// Invariant: a row that has no softmax (∞, NaN, nothing but −∞) becomes NaN throughout.
import { lastOf, must } from '../../term/must.ts';
import type { FunctionBuilder, FunctionReference, ModuleBuilder } from '../assemble.ts';
import { formats, scalars, type Style } from '../math/chain.ts';
import { f64, i32, if_, ifValue, v128, type Code, type F64, type Local } from '../wasm.ts';
import { plainLogits, type Logits } from './blocks.ts';
import { placeTable } from './exponentials.ts';
import { rowStatistics, type RowStatistics } from './normalise.ts';
import { integerField } from './parameters.ts';
import { elementAt, fillRow, rowsFunction, type Row } from './rows.ts';
import { once } from './scalar-functions.ts';
import { fromF64, splatF64 } from './sums.ts';
import { sweep } from './sweep.ts';

/** y = e^(x−m)/Σ e^(x−m). */
export function softmaxKernel(m: ModuleBuilder, style: Style, masked: boolean): void {
  normalisedRows(m, style, masked, true, (_f, row, y, statistics) => [
    y.set(row.y),
    statistics.eachProbability(f64.const(1), [], (_k, at, p, e) => at.store(e, p)),
  ]);
}

/** y = (x − m) − log Σ e^(x−m): the large part is taken away first, so that no offset costs digits. */
export function logSoftmaxKernel(m: ModuleBuilder, style: Style, masked: boolean): void {
  normalisedRows(m, style, masked, false, (f, row, y, statistics) => {
    const logSum = f.local('v128');
    return [
      statistics.logarithm,
      y.set(row.y),
      logSum.set(splatF64(style.type, statistics.logSum)),
      statistics.eachDifference([y], (k, at, d) => {
        at.store(y, k.let(k.sub(d, logSum)));
        return undefined;
      }),
    ];
  });
}

function normalisedRows(
  m: ModuleBuilder,
  style: Style,
  masked: boolean,
  keeps: boolean,
  write: (f: FunctionBuilder, row: Row, y: Local<'i32'>, statistics: RowStatistics) => Code,
): void {
  placeTable(m, style.type);
  rowsFunction(m, style.type, (f, record, row, scratch) => {
    const y = f.local('i32');
    const logits = logitsOf(f, style, record, row, masked);
    const statistics = rowStatistics({
      module: m,
      f,
      style,
      logits: logits.logits,
      exponentials: keeps ? row.y : null,
      ...(keeps ? {} : { later: y }),
      n: row.n,
      scratch,
    });
    return [
      logits.start,
      y.set(row.y),
      statistics.code,
      if_(f64.eq(statistics.sum, statistics.sum), write(f, row, y, statistics), [
        y.set(row.y),
        fillRow(m, f, style, y, row.n, NaN),
      ]),
    ];
  });
}

/** One number a row: m + log Σ e^(x−m); +∞ where an element is, −∞ where all are. */
export function logSumExpKernel(m: ModuleBuilder, style: Style, masked: boolean): void {
  const { type } = style;
  placeTable(m, type);
  const s = scalars[type] as typeof f64;
  rowsFunction(m, type, (f, record, row, scratch) => {
    const logits = logitsOf(f, style, record, row, masked);
    const statistics = rowStatistics({
      module: m,
      f,
      style,
      logits: logits.logits,
      exponentials: null,
      n: row.n,
      scratch,
    });
    const result = f.local('f64');
    // At ±∞ the differences were NaN although the limit is the maximum itself; a NaN among the elements stays NaN.
    const atInfinity = ifValue(
      anyNaN(m, style, logits.logits).call('i32', ...logits.logits.streams, row.n),
      f64.const(NaN),
      statistics.max,
    );
    const value = ifValue(
      f64.eq(f64.abs(statistics.max), f64.const(Infinity)),
      atInfinity,
      f64.add(statistics.max, statistics.logSum),
    );
    return [
      logits.start,
      statistics.code,
      statistics.logarithm,
      result.set(value),
      s.store(
        elementAt(type, integerField(record, 'y'), row.index),
        fromF64(type, ifValue(f64.eq(result, result), result, f64.const(NaN))) as F64,
      ),
    ];
  });
}

/** (streams, n) → whether a logit is NaN. */
const anyNaN = (m: ModuleBuilder, style: Style, logits: Logits): FunctionReference =>
  once(m, `any NaN ${style.type} ${logits.name}`, () =>
    m.func(null, [...logits.streams.map(() => 'i32' as const), 'i32'], ['i32'], (f, ...args) => {
      const found = f.local('v128');
      const streams = args.slice(0, -1);
      const { ne } = formats[style.type].float;
      const pass = sweep({
        module: m,
        f,
        style,
        streams,
        count: lastOf(args),
        unroll: 1,
        reduce: { op: v128.or, accumulate: (v) => found.set(v128.or(found, v)) },
        body: (k, at) => {
          const v = k.let(logits.value(k, (stream) => at.load(must(streams[stream]))));
          return k.let(ne(v, v));
        },
      });
      return [pass, v128.any_true(found)];
    }),
  );

/**
 * The elements of the row, with the mask (field `second`: 0 or −∞) added where there is one; under −∞ nothing else
 * counts.
 */
function logitsOf(
  f: FunctionBuilder,
  style: Style,
  record: Local<'i32'>,
  row: Row,
  masked: boolean,
): { logits: Logits; start: Code } {
  if (!masked) return { logits: plainLogits(row.x), start: [] };
  const mask = f.local('i32');
  return {
    start: mask.set(elementAt(style.type, integerField(record, 'second'), i32.mul(row.index, row.n))),
    logits: {
      streams: [row.x, mask],
      name: 'masked',
      value: (k, load) => {
        const a = k.let(load(1));
        const hidden = k.let(k.format.float.eq(a, k.c(-Infinity)));
        return k.let(k.where(hidden, a, k.add(load(0), a)));
      },
    },
  };
}
