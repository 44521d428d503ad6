// Ready kernels run on random sizes between guard bytes.
// Not here: compiled formulas between theirs (test/compile).
// Invariant: no byte changes but those of outputs and scratch areas.
import { describe, expect, it } from 'vitest';
import { CHUNK } from '../../src/compile/schedules/chunk.ts';
import { kernelBytes, type KernelRecord } from '../../src/compile/schedules/kernels.ts';
import { integerFields, numberFields } from '../../src/compile/schedules/parameters.ts';
import { scratchBytes } from '../../src/compile/schedules/scratch.ts';
import { hasRelaxedSimd, instantiate, type KernelExports } from '../../src/kernels/instance.ts';
import { generator, SEED } from './random.ts';

type FloatType = 'f32' | 'f64';
type Field = keyof typeof integerFields;
/** A region of memory: where its address goes, how many bytes, and whether the kernel may write it. */
interface Region {
  readonly field: Field | null;
  readonly bytes: number;
  readonly written: boolean;
  readonly content: 'floats' | 'labels' | 'nothing';
}

const r = generator();
const RUNS = Number(process.env.RUNS ?? 10_000);
const GUARD = 256;
const kinds: KernelRecord[] = [
  ...(['softmax', 'log-softmax', 'log-sum-exp'] as const).flatMap(
    (kind) =>
      [
        { kind, masked: false },
        { kind, masked: true },
      ] as const,
  ),
  ...(
    [
      'softmax-backward',
      'log-softmax-backward',
      'softmax-jacobian',
      'hessian-vector-product',
      'layer-norm',
      'layer-norm-backward',
      'rms-norm',
      'rms-norm-backward',
      'matmul',
    ] as const
  ).map((kind) => ({ kind })),
  ...(['index', 'index-dense', 'probability'] as const).flatMap((targets) =>
    [true, false].map((gradient) => ({ kind: 'cross-entropy', targets, gradient }) as const),
  ),
  ...[true, false].map((gradient) => ({ kind: 'negative-log-likelihood', gradient }) as const),
  ...(['sigmoid', 'relu', 'tanh', 'gelu', 'silu', 'softplus'] as const).flatMap(
    (of) =>
      [
        { kind: 'activation', of },
        { kind: 'activation-backward', of },
      ] as const,
  ),
];

/** What a kernel reads and writes for so many rows and columns (and the inner size of a product). */
function regionsOf(k: KernelRecord, size: number, rows: number, n: number, columns: number): Region[] {
  const floats = (field: Field, count: number, written = false): Region => ({
    field,
    bytes: count * size,
    written,
    content: 'floats',
  });
  const area = (field: Field | null, bytes: number): Region => ({ field, bytes, written: true, content: 'nothing' });
  const type: FloatType = size === 4 ? 'f32' : 'f64';
  const x = floats('x', rows * n);
  const y = floats('y', rows * n, true);
  const table = area('scratch', scratchBytes(type, n) + (k.kind === 'softmax-jacobian' ? 8 * n + 16 + n * size : 0));
  switch (k.kind) {
    case 'softmax':
    case 'log-softmax':
      return [x, y, table, ...(k.masked ? [floats('second', rows * n)] : [])];
    case 'log-sum-exp':
      return [x, floats('y', rows, true), table, ...(k.masked ? [floats('second', rows * n)] : [])];
    case 'softmax-backward':
    case 'log-softmax-backward':
    case 'hessian-vector-product':
      return [x, y, table, floats('second', rows * n)];
    case 'softmax-jacobian':
      return [x, floats('y', rows * n * n, true), table];
    case 'layer-norm':
    case 'rms-norm':
      return [x, y, floats('weights', n), floats('second', n)];
    case 'layer-norm-backward':
    case 'rms-norm-backward':
      return [
        x,
        y,
        floats('weights', n),
        floats('second', rows * n),
        floats('third', n, true),
        floats('fourth', n, true),
        area('losses', 16 * rows),
      ];
    case 'matmul':
      return [
        x,
        floats('second', n * columns),
        floats('third', n * (Math.ceil(columns / (32 / size)) * (32 / size)), true),
        floats('y', rows * columns, true),
      ];
    case 'activation':
      return [x, y];
    case 'activation-backward':
      return [x, y, floats('second', rows * n)];
    case 'negative-log-likelihood':
      return [
        x,
        { field: 'targets', bytes: 4 * rows, written: false, content: 'labels' },
        area('losses', 8 * rows),
        floats('loss', rows, true),
        ...(k.gradient ? [y] : []),
      ];
    case 'cross-entropy':
      return [
        x,
        table,
        area('losses', 8 * rows),
        floats('loss', rows, true),
        ...(k.gradient ? [y] : []),
        ...(k.targets === 'index' && r.uniform() < 0.5 ? [] : [floats('weights', n)]),
        k.targets === 'probability'
          ? floats('targets', rows * n)
          : { field: 'targets', bytes: 4 * rows, written: false, content: 'labels' },
      ];
  }
}

const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536 });
const bytes = new Uint8Array(memory.buffer);
const view = new DataView(memory.buffer);
const modules = new Map<string, KernelExports>();
function kernelOf(k: KernelRecord, type: FloatType, fast: boolean): KernelExports {
  const key = JSON.stringify([k, type, fast]);
  const known = modules.get(key) ?? instantiate(new WebAssembly.Module(kernelBytes(k, type, fast)), memory);
  modules.set(key, known);
  return known;
}
const RECORD = 64;
const special = [0, -Infinity, Infinity, NaN, 1e30, -1e30, 20000, 1e-40];

/** One run between guards; what was touched outside, or null. */
function run(k: KernelRecord, type: FloatType, fast: boolean, rows: number, n: number, columns: number): string | null {
  const size = type === 'f32' ? 4 : 8;
  const kernel = kernelOf(k, type, fast);
  let next = 2048;
  const placed = regionsOf(k, size, rows, n, columns).map((region) => {
    // Any address that the element type may have, not only multiples of 16.
    const at = Math.ceil(next / 8) * 8 + GUARD + (region.content === 'nothing' ? 0 : size * r.integer(4));
    next = at + region.bytes;
    return { region, at };
  });
  const end = next + GUARD + 64;
  if (end > bytes.length) return null;
  bytes.fill(0xa5, 2048, end);
  bytes.fill(0, 0, 1024);
  const odd = r.uniform() < 0.3;
  for (const { region, at } of placed) {
    if (region.field !== null) view.setInt32(RECORD + integerFields[region.field], at, true);
    for (
      let o = 0;
      o < region.bytes && region.content !== 'nothing' && !region.written;
      o += region.content === 'labels' ? 4 : size
    ) {
      if (region.content === 'labels') view.setInt32(at + o, r.uniform() < 0.2 ? -100 : r.integer(n), true);
      else {
        const v = odd && r.uniform() < 0.05 ? r.pick(special) : 3 * r.normal();
        if (size === 4) view.setFloat32(at + o, v, true);
        else view.setFloat64(at + o, v, true);
      }
    }
  }
  const elementwise = k.kind === 'activation' || k.kind === 'activation-backward';
  const integers: Partial<Record<Field, number>> = {
    n: elementwise ? rows * n : n,
    rows: elementwise ? Math.ceil((rows * n) / CHUNK) : rows,
    ignore: -100,
    mean: r.integer(2),
    each: r.integer(2),
    ...(k.kind === 'matmul' ? { fourth: columns } : {}),
  };
  for (const [name, value] of Object.entries(integers))
    view.setInt32(RECORD + integerFields[name as Field], value, true);
  for (const [name, value] of Object.entries({ scale: 1, smoothing: r.pick([0, 0.1]), epsilon: 1e-5 }))
    view.setFloat64(RECORD + numberFields[name as 'scale'], value, true);
  const before = bytes.slice(0, end);
  kernel.run(RECORD);
  const may = new Uint8Array(end);
  may.fill(1, RECORD, RECORD + 96);
  for (const { region, at } of placed) if (region.written) may.fill(1, at, at + region.bytes);
  for (let a = 0; a < end; a++)
    if (bytes[a] !== before[a] && may[a] === 0)
      return `byte ${a}; regions ${JSON.stringify(placed.map((p) => [p.region.field, p.at, p.region.bytes]))}`;
  return null;
}

describe(`kernels between guard regions (seed ${SEED})`, () => {
  it(`${RUNS} random runs touch no byte outside what they may write`, () => {
    for (let k = 0; k < RUNS; k++) {
      const kind = r.pick(kinds);
      const big = r.uniform() < 0.02;
      const rows = 1 + r.integer(big ? 3 : 6);
      const n =
        kind.kind === 'softmax-jacobian'
          ? 1 + r.integer(20)
          : big
            ? 1 + r.integer(6000)
            : 1 + r.integer(r.pick([4, 20, 70]));
      const type = r.pick(['f32', 'f64'] as const);
      const fast = hasRelaxedSimd() && r.uniform() < 0.5;
      expect(run(kind, type, fast, rows, n, 1 + r.integer(20)), `${JSON.stringify(kind)} ${type} ${rows}×${n}`).toBe(
        null,
      );
    }
  });
  it('every kernel gives the same bytes twice, and all are modules', () => {
    for (const k of kinds)
      for (const type of ['f32', 'f64'] as const) {
        expect(kernelBytes(k, type, false)).toEqual(kernelBytes(k, type, false));
        expect(WebAssembly.validate(kernelBytes(k, type, false))).toBe(true);
        if (hasRelaxedSimd()) expect(WebAssembly.validate(kernelBytes(k, type, true))).toBe(true);
      }
  });
});
