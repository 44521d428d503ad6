// Inverse and determinant of small matrices: elimination with partial pivoting, in float64 for float32 programs too.
// Not here: products of matrices, which are ordinary nests.
// Invariant: the matrix that is read is not changed; a singular one gives a determinant of 0 and an inverse that is not
// finite.
import type { FunctionBuilder } from '../assemble.ts';
import type { MatrixStage } from '../loops.ts';
import { block, br, br_if, f32, f64, i32, if_, loop, type Code, type F64, type I32, type Local } from '../wasm.ts';
import type { NestContext } from './context.ts';
import { volume } from '../stages.ts';

export const counted = (f: FunctionBuilder, from: I32, to: I32, body: (i: Local<'i32'>) => Code): Code => {
  const i = f.local('i32');
  return [
    i.set(from),
    block((leave) =>
      loop((again) => [br_if(leave, i32.ge_s(i, to)), body(i), i.set(i32.add(i, i32.const(1))), br(again)]),
    ),
  ];
};

export function matrixCode(c: NestContext, s: MatrixStage): Code {
  const from = c.layout.of(s.of);
  const to = c.layout.of(s.target);
  return matrixSteps(c.f, s.kind, {
    from: i32.const(from.base),
    to: i32.const(to.base),
    work: i32.const(c.layout.work),
    n: i32.const(s.size),
    batch: i32.const(volume(s.batch)),
    element: from.element,
  });
}

/** Where the matrices stand, one after the other; `work` has room for two of them in float64. */
export interface MatrixPlaces {
  readonly from: I32;
  readonly to: I32;
  readonly work: I32;
  readonly n: I32;
  readonly batch: I32;
  readonly element: number;
}

/** The inverse or determinant of each matrix of a batch. */
export function matrixSteps(f: FunctionBuilder, kind: MatrixStage['kind'], p: MatrixPlaces): Code {
  const { n, element } = p;
  const source = f.local('i32');
  const target = f.local('i32');
  const read = (address: I32): F64 => (element === 4 ? f64.promote_f32(f32.load(address)) : f64.load(address));
  const write = (address: I32, v: F64): Code =>
    element === 4 ? f32.store(address, f32.demote_f64(v)) : f64.store(address, v);
  const at = (row: I32, column: I32): I32 => i32.add(p.work, i32.shl(i32.add(i32.mul(row, n), column), i32.const(3)));
  const entries = i32.mul(n, n);
  const behind = i32.shl(entries, i32.const(3));
  const zero = i32.const(0);
  const inFlat = (base: I32, i: I32, j: I32): I32 =>
    i32.add(base, i32.mul(i32.add(i32.mul(i, n), j), i32.const(element)));
  const fill = counted(f, zero, n, (i) =>
    counted(f, zero, n, (j) => [
      f64.store(at(i, j), read(inFlat(source, i, j))),
      kind === 'inverse' ? f64.store(i32.add(at(i, j), behind), f64.convert_i32_s(i32.eq(i, j))) : [],
    ]),
  );
  const body = kind === 'inverse' ? invert(f, n, at, behind) : determinant(f, n, at);
  const result: Code =
    kind === 'inverse'
      ? counted(f, zero, n, (i) =>
          counted(f, zero, n, (j) => write(inFlat(target, i, j), f64.load(i32.add(at(i, j), behind)))),
        )
      : write(target, body.value);
  return counted(f, zero, p.batch, (b) => [
    source.set(i32.add(p.from, i32.mul(b, i32.mul(entries, i32.const(element))))),
    target.set(
      i32.add(p.to, i32.mul(b, kind === 'inverse' ? i32.mul(entries, i32.const(element)) : i32.const(element))),
    ),
    fill,
    body.code,
    result,
  ]);
}

type At = (row: I32, column: I32) => I32;
interface Elimination {
  readonly code: Code;
  readonly value: F64;
}

/** The row at or below c with the largest entry in column c. */
function findPivot(f: FunctionBuilder, n: I32, at: At, c: Local<'i32'>, pivot: Local<'i32'>): Code {
  return [
    pivot.set(c),
    counted(f, c, n, (r) => if_(f64.gt(f64.abs(f64.load(at(r, c))), f64.abs(f64.load(at(pivot, c)))), pivot.set(r))),
  ];
}
function exchange(f: FunctionBuilder, n: I32, at: At, a: Local<'i32'>, b: Local<'i32'>, beyond: I32): Code {
  const kept = f.local('f64');
  const p = f.local('i32');
  const q = f.local('i32');
  return counted(f, i32.const(0), n, (j) => [
    p.set(i32.add(at(a, j), beyond)),
    q.set(i32.add(at(b, j), beyond)),
    kept.set(f64.load(p)),
    f64.store(p, f64.load(q)),
    f64.store(q, kept),
  ]);
}

/** Gauss–Jordan: the work matrix becomes the identity, the one behind it the inverse. */
function invert(f: FunctionBuilder, n: I32, at: At, behind: I32): Elimination {
  const pivot = f.local('i32');
  const d = f.local('f64');
  const size = n;
  const none = i32.const(0);
  const scale = (c: Local<'i32'>, shift: I32): Code =>
    counted(f, i32.const(0), size, (j) => {
      const p = i32.add(at(c, j), shift);
      return f64.store(p, f64.div(f64.load(p), d));
    });
  const subtract = (r: Local<'i32'>, c: Local<'i32'>, shift: I32): Code =>
    counted(f, i32.const(0), size, (j) => {
      const p = i32.add(at(r, j), shift);
      return f64.store(p, f64.sub(f64.load(p), f64.mul(d, f64.load(i32.add(at(c, j), shift)))));
    });
  return {
    value: f64.const(0),
    code: counted(f, i32.const(0), size, (c) => [
      findPivot(f, n, at, c, pivot),
      exchange(f, n, at, c, pivot, none),
      exchange(f, n, at, c, pivot, behind),
      d.set(f64.load(at(c, c))),
      scale(c, none),
      scale(c, behind),
      counted(f, i32.const(0), size, (r) =>
        if_(i32.ne(r, c), [d.set(f64.load(at(r, c))), subtract(r, c, none), subtract(r, c, behind)]),
      ),
    ]),
  };
}

/** The product of the pivots, with a sign for each exchange. */
function determinant(f: FunctionBuilder, n: I32, at: At): Elimination {
  const pivot = f.local('i32');
  const value = f.local('f64');
  const ratio = f.local('f64');
  const size = n;
  const eliminate = (c: Local<'i32'>): Code =>
    counted(f, i32.add(c, i32.const(1)), size, (r) => [
      ratio.set(f64.div(f64.load(at(r, c)), f64.load(at(c, c)))),
      counted(f, c, size, (j) => f64.store(at(r, j), f64.sub(f64.load(at(r, j)), f64.mul(ratio, f64.load(at(c, j)))))),
    ]);
  return {
    value,
    code: [
      value.set(f64.const(1)),
      counted(f, i32.const(0), size, (c) => [
        findPivot(f, n, at, c, pivot),
        if_(i32.ne(pivot, c), [exchange(f, n, at, c, pivot, i32.const(0)), value.set(f64.neg(value))]),
        value.set(f64.mul(value, f64.load(at(c, c)))),
        if_(f64.ne(f64.load(at(c, c)), f64.const(0)), eliminate(c)),
      ]),
    ],
  };
}
