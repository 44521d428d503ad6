// The product of two matrices of any size: B packed into panels, tiles of C kept in registers.
// Not here: contractions of compiled terms (`../codegen/`), whose sizes are known.
// Invariant: each entry of C adds its terms in the order of the inner index, whatever the tile or thread.
import { must } from '../../term/must.ts';
import type { FunctionBuilder, FunctionReference, ModuleBuilder } from '../assemble.ts';
import { formats, scalars, Chain, type Style } from '../math/chain.ts';
import { block, br, br_if, f64, i32, if_, loop, v128, type Code, type I32, type Local } from '../wasm.ts';
import { integerField } from './parameters.ts';

/** Rows of a tile; a panel is two vectors wide. */
const TILE = 4;
const WIDTH = 2;

/**
 * y = x·second: the record's `rows` × `n` times `n` × `fourth` (numbers, not addresses, in the fields n and fourth);
 * `third` has room for the packed panels.
 * `rows(record, from, to, scratch)` needs `prepare(record)` first, which packs B.
 */
export function matmulKernel(m: ModuleBuilder, style: Style): void {
  const prepare = m.func('prepare', ['i32'], ['i32'], (f, record) => [packPanels(f, style, record), i32.const(-1)]);
  const tile = tileFunction(m, style, TILE);
  const single = tileFunction(m, style, 1);
  const rows = m.func('rows', ['i32', 'i32', 'i32', 'i32'], [], (f, record, from, to) =>
    productRows(f, style, record, from, to, tile, single),
  );
  m.func('run', ['i32'], ['i32'], (_f, record) => [
    prepare.call('i32', record),
    rows.run(record, i32.const(0), integerField(record, 'rows'), i32.const(0)),
  ]);
}

const bytesOf = (style: Style): number => formats[style.type].bytes;
const panelWidth = (style: Style): number => WIDTH * formats[style.type].lanes;
const times = (a: I32, bytes: number): I32 => i32.shl(a, i32.const(Math.log2(bytes)));

/** Panel after panel, row after row of B, short rows filled with zeros. */
function packPanels(f: FunctionBuilder, style: Style, record: I32): Code {
  const s = scalars[style.type] as typeof f64;
  const size = bytesOf(style);
  const [column, row, lane, inner, columns, b, to] = [
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
  ];
  const at = i32.add(column, lane);
  const value = s.load(i32.add(b, times(i32.add(i32.mul(row, columns), at), size)));
  return [
    inner.set(integerField(record, 'n')),
    columns.set(integerField(record, 'fourth')),
    b.set(integerField(record, 'second')),
    to.set(integerField(record, 'third')),
    block((done) =>
      loop((nextPanel) => [
        br_if(done, i32.ge_s(column, columns)),
        row.set(i32.const(0)),
        block((panelDone) =>
          loop((nextRow) => [
            br_if(panelDone, i32.ge_s(row, inner)),
            lane.set(i32.const(0)),
            loop((nextLane) => [
              if_(i32.lt_s(at, columns), s.store(to, value), s.store(to, s.const(0))),
              to.set(i32.add(to, i32.const(size))),
              lane.set(i32.add(lane, i32.const(1))),
              br_if(nextLane, i32.lt_s(lane, i32.const(panelWidth(style)))),
            ]),
            row.set(i32.add(row, i32.const(1))),
            br(nextRow),
          ]),
        ),
        column.set(i32.add(column, i32.const(panelWidth(style)))),
        br(nextPanel),
      ]),
    ),
  ];
}

/** (a, panel, c, inner, columns, wide): a tile of `height` rows of C; `wide` counts the columns that the panel has. */
function tileFunction(m: ModuleBuilder, style: Style, height: number): FunctionReference {
  const size = bytesOf(style);
  return m.func(null, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], [], (f, a, panel, c, inner, columns, wide) => {
    const sums = Array.from({ length: height }, () => f.locals('v128', WIDTH));
    const pointers = f.locals('i32', height);
    const k = new Chain(m, f, style);
    const b = Array.from({ length: WIDTH }, (_, w) => k.let(v128.load(panel, 16 * w)));
    const loadSplat = style.type === 'f32' ? v128.load32_splat : v128.load64_splat;
    for (const [r, row] of sums.entries()) {
      const x = k.let(loadSplat(must(pointers[r])));
      row.forEach((sum, w) => k.do(sum.set(k.madd(x, must(b[w]), sum))));
    }
    return [
      pointers.map((p, r) => p.set(r === 0 ? a : i32.add(must(pointers[r - 1]), times(inner, size)))),
      if_(
        inner,
        loop((again) => [
          k.steps,
          pointers.map((p) => p.set(i32.add(p, i32.const(size)))),
          panel.set(i32.add(panel, i32.const(16 * WIDTH))),
          inner.set(i32.sub(inner, i32.const(1))),
          br_if(again, inner),
        ]),
      ),
      sums.map((row) => [storeRow(f, style, c, row, wide), c.set(i32.add(c, times(columns, size)))]),
    ];
  });
}

/** As many columns of a tile's row as there are, lane by lane at the edge. */
function storeRow(f: FunctionBuilder, style: Style, c: I32, row: readonly Local<'v128'>[], wide: I32): Code {
  const { lanes, bytes } = formats[style.type];
  const canonical = row.map((v) =>
    v.set(v128.bitselect(v, f.hoist(formats[style.type].constant(NaN)), formats[style.type].float.eq(v, v))),
  );
  const storeLane = style.type === 'f32' ? v128.store32_lane : v128.store64_lane;
  const each = row.flatMap((v, w) =>
    Array.from({ length: lanes }, (_, lane) =>
      if_(i32.gt_s(wide, i32.const(w * lanes + lane)), storeLane(c, v, lane, (w * lanes + lane) * bytes)),
    ),
  );
  return [
    canonical,
    if_(
      i32.ge_s(wide, i32.const(panelWidth(style))),
      row.map((v, w) => v128.store(c, v, 16 * w)),
      each,
    ),
  ];
}

function productRows(
  f: FunctionBuilder,
  style: Style,
  record: I32,
  from: Local<'i32'>,
  to: I32,
  tile: FunctionReference,
  single: FunctionReference,
): Code {
  const size = bytesOf(style);
  const [row, column, inner, columns, panel, panelBytes] = [
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
  ];
  const call = (fn: FunctionReference): Code =>
    fn.run(
      i32.add(integerField(record, 'x'), times(i32.mul(row, inner), size)),
      panel,
      i32.add(integerField(record, 'y'), times(i32.add(i32.mul(row, columns), column), size)),
      inner,
      columns,
      i32.sub(columns, column),
    );
  return [
    inner.set(integerField(record, 'n')),
    columns.set(integerField(record, 'fourth')),
    panel.set(integerField(record, 'third')),
    panelBytes.set(i32.mul(inner, i32.const(16 * WIDTH))),
    // A panel stays in the cache while all rows pass by.
    block((done) =>
      loop((nextPanel) => [
        br_if(done, i32.ge_s(column, columns)),
        row.set(from),
        block((panelDone) =>
          loop((nextRow) => [
            br_if(panelDone, i32.ge_s(row, to)),
            if_(
              i32.ge_s(i32.sub(to, row), i32.const(TILE)),
              [call(tile), row.set(i32.add(row, i32.const(TILE)))],
              [call(single), row.set(i32.add(row, i32.const(1)))],
            ),
            br(nextRow),
          ]),
        ),
        column.set(i32.add(column, i32.const(panelWidth(style)))),
        panel.set(i32.add(panel, panelBytes)),
        br(nextPanel),
      ]),
    ),
  ];
}
