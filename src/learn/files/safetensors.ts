// The safetensors format: named arrays behind a JSON header, read and written.
// Not here: what the arrays mean.
// Invariant: every claim of the header is compared with the file before anything is allocated; equal contents give
// equal bytes.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';

/** A named array of float32 numbers in row-major order. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The contents of a file: arrays by name, and notes that are text. */
export interface Archive {
  readonly arrays: ReadonlyMap<string, NamedArray>;
  readonly notes: ReadonlyMap<string, string>;
}

const HEADER_LIMIT = 100_000_000;
const damaged = (name: string, what: string): WhygradError =>
  new WhygradError('damaged-safetensors', `${name} is not a sound safetensors file: ${what}`, {
    hint: 'it may have been cut off or changed; save it again',
  });

interface Claim {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Bytes and reader of each type of numbers that is read; all become float32. */
const types: Readonly<
  Record<string, { readonly bytes: number; readonly read: (v: DataView, at: number) => number } | undefined>
> = Object.assign(Object.create(null), {
  F32: { bytes: 4, read: (v: DataView, at: number) => v.getFloat32(at, true) },
  F64: { bytes: 8, read: (v: DataView, at: number) => v.getFloat64(at, true) },
  I32: { bytes: 4, read: (v: DataView, at: number) => v.getInt32(at, true) },
  I64: { bytes: 8, read: (v: DataView, at: number) => Number(v.getBigInt64(at, true)) },
  BF16: { bytes: 2, read: (v: DataView, at: number) => fromBfloat(v.getUint16(at, true)) },
  F16: { bytes: 2, read: (v: DataView, at: number) => fromHalf(v.getUint16(at, true)) },
});

const bits = new DataView(new ArrayBuffer(4));
function fromBfloat(half: number): number {
  bits.setUint32(0, half * 65536);
  return bits.getFloat32(0);
}
function fromHalf(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function headerOf(bytes: Uint8Array, name: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw damaged(name, `it has ${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > HEADER_LIMIT || 8 + length > bytes.length) throw damaged(name, `its header claims ${length} bytes`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw damaged(name, 'its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw damaged(name, 'its header is not an object');
  return { header: header as Record<string, unknown>, start: 8 + length };
}

const isCount = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;

function claimOf(key: string, value: unknown, name: string): Claim {
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (
    typeof dtype !== 'string' ||
    !Array.isArray(shape) ||
    !shape.every(isCount) ||
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    !offsets.every(isCount)
  ) {
    throw damaged(name, `the entry ${JSON.stringify(key)} lacks dtype, shape or data_offsets`);
  }
  const type = types[dtype];
  if (type === undefined)
    throw damaged(
      name,
      `the entry ${JSON.stringify(key)} has numbers of type ${dtype.slice(0, 20)}, which is not read`,
    );
  const [start, end] = offsets as [number, number];
  if (shape.length > 16 || shape.reduce((a, b) => a * b, type.bytes) !== end - start)
    throw damaged(name, `the entry ${JSON.stringify(key)} does not have the size of its shape`);
  return { name: key, dtype, shape, start, end };
}

function notesOf(value: unknown, name: string): Map<string, string> {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || !Object.values(value).every((v) => typeof v === 'string'))
    throw damaged(name, 'its notes are not texts');
  return new Map(Object.entries(value as Record<string, string>));
}

/** The arrays and notes of a file; integers and other float types become float32. Throws `damaged-safetensors`. */
export function readSafetensors(bytes: Uint8Array, name = 'the file'): Archive {
  const { header, start } = headerOf(bytes, name);
  const claims = Object.entries(header)
    .filter(([key]) => key !== '__metadata__')
    .map(([key, value]) => claimOf(key, value, name));
  let next = 0;
  for (const claim of [...claims].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (claim.start !== next)
      throw damaged(name, `the entry ${JSON.stringify(claim.name)} starts at ${claim.start} instead of ${next}`);
    next = claim.end;
  }
  if (start + next !== bytes.length)
    throw damaged(name, `its arrays need ${next} bytes and ${bytes.length - start} are there`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notes = notesOf(Object.hasOwn(header, '__metadata__') ? header.__metadata__ : undefined, name);
  return {
    arrays: new Map(claims.map((claim) => [claim.name, { shape: claim.shape, data: readNumbers(view, start, claim) }])),
    notes,
  };
}

function readNumbers(view: DataView, start: number, claim: Claim): Float32Array {
  const { bytes, read } = must(types[claim.dtype]);
  const out = new Float32Array((claim.end - claim.start) / bytes);
  for (let i = 0; i < out.length; i++) out[i] = read(view, start + claim.start + i * bytes);
  return out;
}

/**
 * The bytes of a file with the given arrays (as F32) and notes, in the order given; the data start at a multiple of 8.
 */
export function writeSafetensors({ arrays, notes }: Archive): Uint8Array {
  let offset = 0;
  const entries: [string, unknown][] = notes.size === 0 ? [] : [['__metadata__', Object.fromEntries(notes)]];
  for (const [name, { shape, data }] of arrays) {
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + 4 * data.length] }]);
    offset += 4 * data.length;
  }
  const text = new TextEncoder().encode(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
  );
  const length = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(8 + length + offset).fill(32, 8, 8 + length);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(length), true);
  out.set(text, 8);
  let at = 8 + length;
  for (const { data } of arrays.values())
    for (const v of data) {
      view.setFloat32(at, v, true);
      at += 4;
    }
  return out;
}
