// NumPy's .npy files: reading arrays of numbers, and writing float32.
// Not here: .npz archives and arrays of objects, which can hold programs.
// Invariant: the size that the header claims is compared with the file before anything is allocated.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { Table } from './table.ts';

/** An array of numbers in row-major order. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type Reader = (view: DataView, at: number, little: boolean) => number;
const readers: Readonly<Record<string, { readonly bytes: number; readonly read: Reader } | undefined>> = Object.assign(
  Object.create(null),
  {
    f4: { bytes: 4, read: (v: DataView, at: number, le: boolean) => v.getFloat32(at, le) },
    f8: { bytes: 8, read: (v: DataView, at: number, le: boolean) => v.getFloat64(at, le) },
    i1: { bytes: 1, read: (v: DataView, at: number) => v.getInt8(at) },
    i2: { bytes: 2, read: (v: DataView, at: number, le: boolean) => v.getInt16(at, le) },
    i4: { bytes: 4, read: (v: DataView, at: number, le: boolean) => v.getInt32(at, le) },
    i8: { bytes: 8, read: (v: DataView, at: number, le: boolean) => Number(v.getBigInt64(at, le)) },
    u1: { bytes: 1, read: (v: DataView, at: number) => v.getUint8(at) },
    b1: { bytes: 1, read: (v: DataView, at: number) => v.getUint8(at) },
    u2: { bytes: 2, read: (v: DataView, at: number, le: boolean) => v.getUint16(at, le) },
    u4: { bytes: 4, read: (v: DataView, at: number, le: boolean) => v.getUint32(at, le) },
    u8: { bytes: 8, read: (v: DataView, at: number, le: boolean) => Number(v.getBigUint64(at, le)) },
  },
);

const damaged = (name: string, what: string): WhygradError =>
  new WhygradError('damaged-npy', `${name} is not a sound .npy file: ${what}`, {
    hint: 'write it with numpy.save of an array of numbers',
  });

interface Header {
  readonly bytes: number;
  readonly type: string;
  readonly little: boolean;
  readonly columnMajor: boolean;
  readonly shape: readonly number[];
}

function readHeader(bytes: Uint8Array, view: DataView, name: string): Header {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 10 || magic.some((b, i) => bytes[i] !== b))
    throw damaged(name, 'it does not start with the .npy signature');
  const wide = must(bytes[6]) >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw damaged(name, 'it ends inside the header');
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length || length > 65536) throw damaged(name, `its header claims ${length} bytes`);
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-z]\d{1,2})'/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\s,L]{0,200})\)/.exec(text);
  if (descr === null || order === null || shape === null)
    throw damaged(name, 'its header lacks a type of numbers, an order or a shape');
  const sizes = must(shape[1])
    .split(',')
    .map((s) => s.trim().replace(/L$/, ''))
    .filter((s) => s !== '')
    .map(Number);
  if (sizes.some((s) => !Number.isSafeInteger(s)) || sizes.length > 8)
    throw damaged(name, `its shape (${shape[1]}) is not a list of at most 8 whole numbers`);
  return {
    bytes: start + length,
    type: must(descr[2]),
    little: descr[1] !== '>',
    columnMajor: order[1] === 'True',
    shape: sizes,
  };
}

/** Numbers of a .npy file (any integer or float type, either byte order). Throws `damaged-npy`. */
export function readNpy(bytes: Uint8Array, name = 'the file'): NumericArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(bytes, view, name);
  const reader = readers[header.type];
  if (reader === undefined)
    throw damaged(name, `numbers of type ${header.type} are not read (integers and floats of 4 or 8 bytes are)`);
  const count = header.shape.reduce((a, b) => a * b, 1);
  if (count * reader.bytes !== bytes.length - header.bytes)
    throw damaged(
      name,
      `its shape (${header.shape.join(', ')}) needs ${count * reader.bytes} bytes and ${bytes.length - header.bytes} are there`,
    );
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = reader.read(view, header.bytes + i * reader.bytes, header.little);
  return { shape: header.shape, data: header.columnMajor ? rowMajor(data, header.shape) : data };
}

function rowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  const strides: number[] = [];
  shape.reduce((stride, n, axis) => {
    strides[axis] = stride;
    return stride * n;
  }, 1);
  const index = shape.map(() => 0);
  return data.map(() => {
    const value = must(data[index.reduce((at, i, axis) => at + i * must(strides[axis]), 0)]);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if ((index[axis] = must(index[axis]) + 1) < must(shape[axis])) break;
      index[axis] = 0;
    }
    return value;
  });
}

/** The bytes of a .npy file (version 1.0) with float32 numbers. */
export function writeNpy(data: Float32Array, shape: readonly number[]): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = `${dictionary.padEnd(Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 11)}\n`;
  const out = new Uint8Array(10 + padded.length + 4 * data.length);
  const view = new DataView(out.buffer);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, padded.length, true);
  out.set(new TextEncoder().encode(padded), 10);
  data.forEach((v, i) => {
    view.setFloat32(10 + padded.length + 4 * i, v, true);
  });
  return out;
}

/** A two-dimensional array as a table without names. Throws `data-shape`. */
export function npyTable(array: NumericArray, name = 'the file'): Table {
  const shape =
    array.shape.length > 2 ? [must(array.shape[0]), array.shape.slice(1).reduce((a, b) => a * b, 1)] : array.shape;
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined)
    throw new WhygradError(
      'data-shape',
      `${name} holds an array of ${array.shape.length} axes; rows and columns are needed`,
      { hint: 'save a two-dimensional array, one row an example' },
    );
  return {
    name,
    header: null,
    rows,
    columns,
    cell: (n, c) => must(array.data[n * columns + c]),
    place: (n, c) => ({ said: `row ${n + 1}, column ${c + 1}` }),
  };
}
