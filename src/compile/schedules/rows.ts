// Going through the rows of a record, and filling one.
// Not here: what is computed of a row.
// Invariant: rows are independent; a row's bytes do not depend on which rows are computed with it.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import type { FloatType, Style } from '../math/chain.ts';
import { block, br, br_if, i32, loop, type Code, type I32, type Local } from '../wasm.ts';
import { integerField } from './parameters.ts';
import { sweep } from './sweep.ts';

export interface Row {
  readonly index: Local<'i32'>;
  readonly x: Local<'i32'>;
  readonly y: Local<'i32'>;
  readonly n: Local<'i32'>;
}

/** Goes through rows from..to−1 with the addresses of their logits and results. */
export function eachRow(
  f: FunctionBuilder,
  record: I32,
  type: FloatType,
  from: Local<'i32'>,
  to: I32,
  body: (row: Row) => Code,
): Code {
  const x = f.local('i32'),
    y = f.local('i32'),
    n = f.local('i32'),
    bytes = f.local('i32');
  return [
    n.set(integerField(record, 'n')),
    bytes.set(i32.shl(n, i32.const(type === 'f32' ? 2 : 3))),
    x.set(i32.add(integerField(record, 'x'), i32.mul(from, bytes))),
    y.set(i32.add(integerField(record, 'y'), i32.mul(from, bytes))),
    block((leave) =>
      loop((again) => [
        br_if(leave, i32.ge_s(from, to)),
        block(() => body({ index: from, x, y, n })),
        x.set(i32.add(x, bytes)),
        y.set(i32.add(y, bytes)),
        from.set(i32.add(from, i32.const(1))),
        br(again),
      ]),
    ),
  ];
}

/** Adds `rows(record, from, to, scratch)` and `run(record) → −1`, which does them all. */
export function rowsFunction(
  m: ModuleBuilder,
  type: FloatType,
  body: (f: FunctionBuilder, record: Local<'i32'>, row: Row, scratch: Local<'i32'>) => Code,
): void {
  const rows = m.func('rows', ['i32', 'i32', 'i32', 'i32'], [], (f, record, from, to, scratch) =>
    eachRow(f, record, type, from, to, (row) => body(f, record, row, scratch)),
  );
  m.func('run', ['i32'], ['i32'], (_f, record) => [
    rows.run(record, i32.const(0), integerField(record, 'rows'), integerField(record, 'scratch')),
    i32.const(-1),
  ]);
}

/** The address of an element. */
export const elementAt = (type: FloatType, base: I32, index: I32): I32 =>
  i32.add(base, i32.shl(index, i32.const(type === 'f32' ? 2 : 3)));

/** Writes one number over a row; moves the pointer. */
export function fillRow(
  m: ModuleBuilder,
  f: FunctionBuilder,
  style: Style,
  y: Local<'i32'>,
  n: I32,
  value: number,
): Code {
  return sweep({
    module: m,
    f,
    style,
    streams: [y],
    count: n,
    unroll: 1,
    body: (k, access) => {
      access.store(y, k.c(value));
      return undefined;
    },
  });
}
