// Files from strangers and files cut off: only named errors, nothing allocated on a header's word.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/learn/files/checksum.ts';
import {
  CheckpointSlots,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
} from '../../src/learn/files/checkpoint.ts';
import { replaceFile } from '../../src/learn/files/disk.ts';
import { historyCsv } from '../../src/learn/files/history.ts';
import { readSafetensors, writeSafetensors, type NamedArray } from '../../src/learn/files/safetensors.ts';
import type { Engine } from '../../src/learn/engine.ts';
import { freshProgress, type Progress } from '../../src/learn/loop.ts';
import { WhygradError } from '../../src/term/error.ts';

const arrays = (): Map<string, NamedArray> =>
  new Map([
    ['w', { shape: [2, 3], data: Float32Array.from([1, -2, 3.5, 0, 1e-30, 7]) }],
    ['b', { shape: [3], data: Float32Array.from([0, -0, 5]) }],
    ['empty', { shape: [0, 4], data: new Float32Array() }],
    ['s', { shape: [], data: Float32Array.of(2) }],
  ]);
const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof WhygradError) return error.code;
    throw error;
  }
  return 'no error';
};
const withHeader = (header: unknown, data: number): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + data);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  return out;
};
const progressAfter = (epochs: number): Progress => {
  const p = freshProgress();
  for (let epoch = 1; epoch <= epochs; epoch++)
    p.history.push({
      epoch,
      epochs: 9,
      loss: 1 / epoch,
      accuracy: 0.5,
      validationLoss: null,
      validationAccuracy: null,
      rate: 0.01,
    });
  p.steps = epochs * 3;
  p.best = { epoch: 1, loss: 0.25, parameters: new Map([['w', Float32Array.from([1, 2, 3, 4, 5, 6])]]) };
  return p;
};

describe('safetensors', () => {
  test('what is written is read back, and the data start at a multiple of 8', () => {
    const bytes = writeSafetensors({ arrays: arrays(), notes: new Map([['made by', 'a test']]) });
    const back = readSafetensors(bytes);
    expect(back.arrays).toEqual(arrays());
    expect(back.notes.get('made by')).toBe('a test');
    expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
  });
  test.runIf(existsSync('/usr/bin/python3'))(
    'a reader written from the specification in Python sees the same numbers',
    () => {
      const script =
        'import sys,struct,json;b=sys.stdin.buffer.read();n=struct.unpack("<Q",b[:8])[0];h=json.loads(b[8:8+n]);o=h["w"]["data_offsets"];print(list(struct.unpack("<6f",b[8+n+o[0]:8+n+o[1]])),h["w"]["shape"],len(b)-8-n)';
      const said = execFileSync('/usr/bin/python3', ['-c', script], {
        input: writeSafetensors({ arrays: arrays(), notes: new Map() }),
        encoding: 'utf8',
      });
      expect(said).toContain('[1.0, -2.0, 3.5, 0.0,');
      expect(said).toContain('[2, 3] 40');
    },
  );
  test('half, bfloat16, double and integers become float32', () => {
    const header = {
      h: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      b: { dtype: 'BF16', shape: [1], data_offsets: [4, 6] },
      d: { dtype: 'F64', shape: [1], data_offsets: [6, 14] },
      i: { dtype: 'I32', shape: [1], data_offsets: [14, 18] },
    };
    const bytes = withHeader(header, 18);
    const view = new DataView(bytes.buffer, bytes.length - 18);
    view.setUint16(0, 0x3c00, true);
    view.setUint16(2, 0xc500, true);
    view.setUint16(4, 0x4049, true);
    view.setFloat64(6, 0.5, true);
    view.setInt32(14, -7, true);
    const { arrays: back } = readSafetensors(bytes);
    expect([
      ...(back.get('h')?.data ?? []),
      ...(back.get('b')?.data ?? []),
      ...(back.get('d')?.data ?? []),
      ...(back.get('i')?.data ?? []),
    ]).toEqual([1, -5, 3.140625, 0.5, -7]);
  });
  test.each([
    ['one byte more than there is', withHeader('{}', 0).map((b, i) => (i === 0 ? 3 : b)), 3],
    ['nearly all of a float64', withHeader('{}', 0).map((b, i) => (i === 7 ? 64 : b)), 2 ** 62 + 2],
  ])('a header that claims %s is refused by its claim', (_, bytes, claimed) => {
    expect(() => readSafetensors(bytes)).toThrow(`its header claims ${claimed} bytes`);
  });
  test.each([
    ['nothing', new Uint8Array(), 'damaged-safetensors'],
    ['a header longer than the file', withHeader('{}', 0).map((b, i) => (i === 0 ? 200 : b)), 'damaged-safetensors'],
    ['a header of 2^63 bytes', withHeader('{}', 0).map((b, i) => (i === 7 ? 128 : b)), 'damaged-safetensors'],
    ['a list as header', withHeader('[]', 0), 'damaged-safetensors'],
    [
      'a shape beyond the file',
      withHeader({ w: { dtype: 'F32', shape: [4294967295, 4294967295], data_offsets: [0, 4] } }, 4),
      'damaged-safetensors',
    ],
    [
      'a negative size',
      withHeader({ w: { dtype: 'F32', shape: [-1], data_offsets: [0, -4] } }, 0),
      'damaged-safetensors',
    ],
    [
      'overlapping arrays',
      withHeader(
        {
          a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
          b: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
        },
        4,
      ),
      'damaged-safetensors',
    ],
    ['a gap', withHeader({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, 8), 'damaged-safetensors'],
    [
      'bytes left over',
      withHeader({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 5),
      'damaged-safetensors',
    ],
    [
      'an unknown type',
      withHeader({ a: { dtype: 'toString', shape: [1], data_offsets: [0, 4] } }, 4),
      'damaged-safetensors',
    ],
    ['notes that are no texts', withHeader({ __metadata__: { a: 1 } }, 0), 'damaged-safetensors'],
  ])('%s is refused by name', (_, bytes, expected) => {
    expect(code(() => readSafetensors(bytes))).toBe(expected);
  });
  test('__proto__ is an ordinary name of an array', () => {
    const bytes = withHeader('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4);
    expect([...readSafetensors(bytes).arrays.keys()]).toEqual(['__proto__']);
  });
});

describe('checkpoints', () => {
  test('a checkpoint is read back with its history, steps and best parameters', () => {
    const back = decodeCheckpoint(encodeCheckpoint('recipe', arrays(), progressAfter(4)));
    expect(back.recipe).toBe('recipe');
    expect(back.arrays).toEqual(arrays());
    expect(back.progress).toEqual(progressAfter(4));
  });
  test('every single changed byte is noticed', () => {
    const bytes = encodeCheckpoint('recipe', arrays(), progressAfter(2));
    let unnoticed = 0;
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] = (changed[i] as number) ^ 1;
      if (code(() => decodeCheckpoint(changed)) === 'no error') unnoticed++;
    }
    expect(unnoticed).toBe(0);
  });
  test('of two slots the newer whole one is taken; a torn one is passed over', () => {
    const folder = mkdtempSync(join(tmpdir(), 'whygrad-'));
    const engine = { state: arrays() } as unknown as Engine;
    const slots = new CheckpointSlots(folder, false);
    slots.save('r', engine, progressAfter(2));
    new CheckpointSlots(folder, true).save('r', engine, progressAfter(4));
    new CheckpointSlots(folder, true).save('r', engine, progressAfter(6));
    expect(loadCheckpoint(folder).progress.history).toHaveLength(6);
    const newest = join(folder, 'checkpoint-0.safetensors');
    writeFileSync(newest, readFileSync(newest).subarray(0, 200));
    expect(loadCheckpoint(folder).progress.history).toHaveLength(4);
    writeFileSync(join(folder, 'checkpoint-1.safetensors'), '');
    expect(code(() => loadCheckpoint(folder))).toBe('damaged-safetensors');
    new CheckpointSlots(folder, false);
    expect(readdirSync(folder)).toEqual([]);
    expect(code(() => loadCheckpoint(folder))).toBe('no-checkpoint');
    rmSync(folder, { recursive: true });
  });
  test('replacing a file leaves no temporary one behind', () => {
    const folder = mkdtempSync(join(tmpdir(), 'whygrad-'));
    replaceFile(folder, 'a.txt', 'one');
    replaceFile(folder, 'a.txt', 'two');
    expect([readdirSync(folder), readFileSync(join(folder, 'a.txt'), 'utf8')]).toEqual([['a.txt'], 'two']);
    expect(code(() => replaceFile(join(folder, 'missing'), 'a', 'x'))).toBe('file-error');
    rmSync(folder, { recursive: true });
  });
  test('CRC-32 of the check string is that of its standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
  test('the history has a line an epoch and no times', () => {
    expect(historyCsv(progressAfter(2).history)).toBe(
      'epoch,loss,accuracy,validation_loss,validation_accuracy,rate\n1,1,0.5,,,0.01\n2,0.5,0.5,,,0.01\n',
    );
  });
});
