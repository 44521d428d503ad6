// Two hundred thousand damaged files: each gives a value or a named error, never another exception.
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDataset } from '../../src/learn/data/file.ts';
import { writeNpy } from '../../src/learn/data/npy.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/learn/files/checkpoint.ts';
import { readDescription } from '../../src/learn/files/description.ts';
import { readSafetensors, writeSafetensors } from '../../src/learn/files/safetensors.ts';
import { freshProgress } from '../../src/learn/loop.ts';
import { random, type Random } from '../../src/learn/random.ts';
import { WhygradError } from '../../src/term/error.ts';

const seed = Number(process.env.SEED ?? 1);
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const tokens = [
  '-1',
  '4294967296',
  '9007199254740993',
  '1e309',
  'null',
  '"',
  '[',
  '{',
  ']',
  '}',
  ',',
  ':',
  '__proto__',
  'constructor',
  '\\u0000',
  '""',
  'NaN',
  '0',
  '\n',
  '(',
  ')',
  '\u{1F600}',
];

/** A damaged copy: bits flipped, bytes overwritten, parts cut out, doubled, swapped for tokens that hurt. */
function mutate(file: Uint8Array, r: Random): Uint8Array {
  let bytes = Array.from(file);
  for (let k = 1 + r.integer(4); k > 0; k--) {
    const at = r.integer(bytes.length + 1);
    const length = 1 + r.integer(12);
    switch (r.integer(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << r.integer(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = r.integer(256);
        break;
      case 2:
        bytes.splice(at, length);
        break;
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + length));
        break;
      case 4:
        bytes.splice(at, r.integer(6), ...text(tokens[r.integer(tokens.length)] as string));
        break;
      default:
        bytes = r.integer(2) === 0 ? bytes.slice(0, at) : bytes;
    }
  }
  return Uint8Array.from(bytes);
}

const progress = freshProgress();
progress.history.push({
  epoch: 1,
  epochs: 3,
  loss: 0.5,
  accuracy: 0.5,
  validationLoss: null,
  validationAccuracy: null,
  rate: 0.01,
});
const arrays = new Map([
  ['w', { shape: [2, 2], data: Float32Array.from([1, 2, 3, 4]) }],
  ['b', { shape: [2], data: Float32Array.from([0, 1]) }],
]);
const model = {
  format: 'whygrad-model-1',
  document:
    'z_no = sum_j x_nj w_jo + b_o\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no)',
  given: [],
  roles: {},
  sizes: { 'size(x,2)': 2, 'size(w,2)': 2, 'size(y,2)': 2 },
  features: ['a', 'b'],
  classes: ['u', 'v'],
  scaling: { mean: [0, 0], scale: [1, 2] },
  threshold: 0.5,
};

const formats: readonly (readonly [string, Uint8Array, number, (bytes: Uint8Array) => unknown])[] = [
  ['safetensors', writeSafetensors({ arrays, notes: new Map([['a', 'b']]) }), 70_000, (b) => readSafetensors(b)],
  ['npy', writeNpy(Float32Array.from([1, 2, 3, 4, 5, 6]), [3, 2]), 50_000, (b) => readDataset(b, 'a.npy')],
  [
    'csv',
    text('a,b,"kind ""of"" it"\n1,2.5,x\n-3,4e1,"y, z"\n# note\n5,6,x\n'),
    40_000,
    (b) => readDataset(b, 'a.csv'),
  ],
  ['json', text('{"x":[[1,2],[3,4.5]],"y":["a","b"]}'), 20_000, (b) => readDataset(b, 'a.json')],
  ['checkpoint', encodeCheckpoint('{}', arrays, progress), 15_000, (b) => decodeCheckpoint(b)],
  ['model.json', text(JSON.stringify(model)), 5_000, (b) => readDescription(b)],
];

describe(`200,000 damaged files (seed ${seed})`, () => {
  test('the undamaged files are read', () => {
    for (const [, file, , read] of formats) expect(() => read(file)).not.toThrow();
  });
  test.each(formats)('%s', (name, file, count, read) => {
    const r = random(seed, 'check', name.length);
    const codes = new Map<string, number>();
    for (let n = 0; n < count; n++) {
      const damaged = mutate(file, r);
      let code = 'read';
      try {
        read(damaged);
      } catch (error) {
        if (!(error instanceof WhygradError)) {
          const kept = join(tmpdir(), `whygrad-damaged-${name}-${seed}-${n}`);
          appendFileSync(kept, damaged);
          throw new Error(`${name} number ${n} (seed ${seed}, kept in ${kept}): ${String((error as Error).stack)}`);
        }
        code = error.code;
      }
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.values()].reduce((a, b) => a + b, 0)).toBe(count);
    expect(codes.size).toBeGreaterThan(1);
  });
});
