// Derivatives of softmax from its closed forms: vector–Jacobian product, Jacobian, Hessian–vector product of
// cross-entropy.
// Not here: the gradient of cross-entropy itself (`cross-entropy.ts`).
// Invariant: no n×n matrix is built unless it is the result.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { formats, scalars, type Chain, type Style } from '../math/chain.ts';
import { exp } from '../math/exponential.ts';
import { br_if, f64, i32, loop, if_, type Code, type I32, type Local, type V128 } from '../wasm.ts';
import { plainLogits } from './blocks.ts';
import { placeTable } from './exponentials.ts';
import { rowStatistics } from './normalise.ts';
import { integerField, numberField } from './parameters.ts';
import { elementAt, fillRow, rowsFunction, type Row } from './rows.ts';
import { TABLE } from './scratch.ts';
import { compensatedSum, splatF64 } from './sums.ts';
import { sweep } from './sweep.ts';

/** A pointer to this row of another tensor of the record. */
const rowOf = (record: I32, style: Style, field: Parameters<typeof integerField>[1], row: Row): I32 =>
  elementAt(style.type, integerField(record, field), i32.mul(row.index, row.n));

/** y = p∘(g − Σ g·p): what reaches the logits from the upstream g (field `second`); x holds p. */
export function softmaxBackwardKernel(m: ModuleBuilder, style: Style): void {
  projectionKernel(
    m,
    style,
    (k, p, g, dot) => k.mul(p, k.sub(g, dot)),
    (k, p, g) => k.mul(p, g),
  );
}
/** y = g − softmax·Σ g: the same for log-softmax; x holds log p. */
export function logSoftmaxBackwardKernel(m: ModuleBuilder, style: Style): void {
  projectionKernel(
    m,
    style,
    (k, l, g, total) => k.nmadd(exp(k, l), total, g),
    (_k, _l, g) => g,
  );
}

type Combine = (k: Chain, x: V128, g: V128, dot: V128) => V128;
function projectionKernel(
  m: ModuleBuilder,
  style: Style,
  combine: Combine,
  term: (k: Chain, x: V128, g: V128) => V128,
): void {
  rowsFunction(m, style.type, (f, record, row) => {
    const x = f.local('i32'),
      g = f.local('i32'),
      y = f.local('i32'),
      dot = f.local('v128');
    const sum = compensatedSum(f, style.type);
    const start: Code = [x.set(row.x), g.set(rowOf(record, style, 'second', row))];
    return [
      start,
      sum.start,
      sweep({
        module: m,
        f,
        style,
        streams: [x, g],
        count: row.n,
        unroll: 4,
        reduce: sum,
        body: (k, at) => at.pad(k.let(term(k, at.load(x), at.load(g))), k.c(0)),
      }),
      dot.set(splatF64(style.type, sum.value)),
      start,
      y.set(row.y),
      sweep({
        module: m,
        f,
        style,
        streams: [x, g, y],
        count: row.n,
        unroll: 4,
        body: (k, at) => {
          at.store(y, k.canonical(combine(k, at.load(x), at.load(g), dot)));
          return undefined;
        },
      }),
    ];
  });
}

/**
 * y = scale·(p∘v − p·Σ p·v) with p = softmax(x) and the direction v in the field `second`: the Hessian of cross-entropy
 * with targets that sum to 1.
 */
export function hessianVectorProductKernel(m: ModuleBuilder, style: Style): void {
  placeTable(m, style.type);
  rowsFunction(m, style.type, (f, record, row, scratch) => {
    const v = f.local('i32'),
      y = f.local('i32'),
      dot = f.local('v128'),
      scale = f.local('v128');
    const sum = compensatedSum(f, style.type);
    const statistics = rowStatistics({
      module: m,
      f,
      style,
      logits: plainLogits(row.x),
      exponentials: row.y,
      n: row.n,
      scratch,
    });
    const start: Code = [v.set(rowOf(record, style, 'second', row)), y.set(row.y)];
    const work: Code = [
      statistics.eachProbability(f64.const(1), [], (_k, at, p, e) => at.store(e, p)),
      start,
      sum.start,
      sweep({
        module: m,
        f,
        style,
        streams: [v, y],
        count: row.n,
        unroll: 4,
        reduce: sum,
        body: (k, at) => at.pad(k.let(k.mul(at.load(v), at.load(y))), k.c(0)),
      }),
      dot.set(splatF64(style.type, sum.value)),
      scale.set(splatF64(style.type, numberField(record, 'scale'))),
      start,
      sweep({
        module: m,
        f,
        style,
        streams: [v, y],
        count: row.n,
        unroll: 4,
        body: (k, at) => {
          at.store(y, k.canonical(k.mul(k.mul(at.load(y), k.sub(at.load(v), dot)), scale)));
          return undefined;
        },
      }),
    ];
    return [
      statistics.code,
      if_(f64.eq(statistics.sum, statistics.sum), work, [y.set(row.y), fillRow(m, f, style, y, row.n, NaN)]),
    ];
  });
}

/**
 * y_ij = p_i·([i = j] − p_j) for each row of logits; y has n² elements a row; the thread's scratch has room for 8·n
 * bytes and n probabilities more.
 */
export function softmaxJacobianKernel(m: ModuleBuilder, style: Style): void {
  placeTable(m, style.type);
  const { bytes } = formats[style.type];
  rowsFunction(m, style.type, (f, record, row, scratch) => {
    const p = f.local('i32'),
      y = f.local('i32');
    const statistics = rowStatistics({
      module: m,
      f,
      style,
      logits: plainLogits(row.x),
      exponentials: p,
      n: row.n,
      scratch,
    });
    // The probabilities stand behind the table of blocks in the thread's scratch.
    const afterTable = i32.add(
      scratch,
      i32.and(i32.add(i32.shl(row.n, i32.const(3)), i32.const(TABLE + 15)), i32.const(-16)),
    );
    return [
      p.set(afterTable),
      y.set(i32.add(integerField(record, 'y'), i32.mul(i32.mul(row.index, row.n), i32.mul(row.n, i32.const(bytes))))),
      statistics.code,
      if_(
        f64.eq(statistics.sum, statistics.sum),
        [
          statistics.eachProbability(f64.const(1), [], (_k, at, q, e) => at.store(e, q)),
          outerRows(m, f, style, p, y, row.n),
        ],
        fillRow(m, f, style, y, i32.mul(row.n, row.n), NaN),
      ),
    ];
  });
}

/** Rows −p_i·p, then p_i more on the diagonal. */
function outerRows(m: ModuleBuilder, f: FunctionBuilder, style: Style, p: I32, y: Local<'i32'>, n: Local<'i32'>): Code {
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const i = f.local('i32'),
    q = f.local('i32'),
    diagonal = f.local('i32');
  const pi = f.local(type) as Local<'f64'>;
  const factor = f.local('v128');
  return [
    i.set(i32.const(0)),
    loop((again) => [
      pi.set(s.load(elementAt(type, p, i))),
      factor.set(formats[type].float.splat(s.neg(pi) as never)),
      q.set(p),
      diagonal.set(elementAt(type, y, i)),
      sweep({
        module: m,
        f,
        style,
        streams: [y, q],
        count: n,
        unroll: 4,
        body: (k, at) => {
          at.store(y, k.let(k.mul(at.load(q), factor)));
          return undefined;
        },
      }),
      s.store(diagonal, s.mul(pi, s.sub(s.const(1), pi))),
      i.set(i32.add(i, i32.const(1))),
      br_if(again, i32.lt_s(i, n)),
    ]),
  ];
}
