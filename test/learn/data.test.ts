// Data sets: made, measured, read from files, split and scaled.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../src/learn/data/csv.ts';
import { fromArrays } from '../../src/learn/data/dataset.ts';
import { loadDigits } from '../../src/learn/data/digits.ts';
import { readDataset, readTable } from '../../src/learn/data/file.ts';
import { makeBlobs, makeCircles, makeMoons, makeSpiral } from '../../src/learn/data/generate.ts';
import { loadIris } from '../../src/learn/data/iris.ts';
import { npyTable, readNpy, writeNpy } from '../../src/learn/data/npy.ts';
import { measureScaling, split, standardise } from '../../src/learn/data/split.ts';
import { featuresOf } from '../../src/learn/data/table.ts';
import { describe as show, WhygradError } from '../../src/term/error.ts';

const sha = (a: Float32Array | Int32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(a.buffer, a.byteOffset, a.byteLength))
    .digest('hex');
const fault = (f: () => unknown): WhygradError => {
  try {
    f();
  } catch (error) {
    if (error instanceof WhygradError) return error;
    throw error;
  }
  throw new Error('no error');
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hasSklearn =
  existsSync('/usr/bin/python3') &&
  (() => {
    try {
      execFileSync('/usr/bin/python3', ['-c', 'import sklearn']);
      return true;
    } catch {
      return false;
    }
  })();

describe('measured data', () => {
  test('iris and digits have the checksums of scikit-learn 1.2 as float32 and int32', () => {
    expect(sha(loadIris().features)).toBe('2374923a3acd29a63001946c3c216e2a5581864f01041c86c4b5211ec93885c2');
    expect([...(loadIris().labels as Int32Array)]).toEqual([
      ...new Array(50).fill(0),
      ...new Array(50).fill(1),
      ...new Array(50).fill(2),
    ]);
    expect(sha(loadDigits().features)).toBe('a627aed550b0b29bf76a981bc1ecbab5ef775aac454c94154f20ec9f61a04c83');
    expect(sha(loadDigits().labels as Int32Array)).toBe(
      '3a0e68456f9a3c609b399717dd9ca55bb9153be1bccf72e38e3319cb740c75cd',
    );
  });
});

describe('made data', () => {
  test.runIf(hasSklearn || process.env.CI === 'true')(
    'moons and circles without shuffling are those of scikit-learn',
    () => {
      const script =
        'import json,sklearn.datasets as d;print(json.dumps([d.make_moons(n,shuffle=False)[0].tolist() for n in (2,7,100)]+[d.make_circles(n,shuffle=False,factor=.3)[0].tolist() for n in (2,7,100)]))';
      const theirs = JSON.parse(execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' })) as number[][][];
      const ours = [2, 7, 100]
        .map((samples) => makeMoons({ samples, shuffle: false }))
        .concat([2, 7, 100].map((samples) => makeCircles({ samples, shuffle: false, factor: 0.3 })));
      ours.forEach((data, i) => {
        theirs[i]?.flat().forEach((v, at) => {
          expect(data.features[at]).toBeCloseTo(v, 6);
        });
      });
    },
  );
  test('a hundred moons are fifty of each; the odd one is inside', () => {
    expect([...(makeMoons().labels as Int32Array)].filter((l) => l === 0)).toHaveLength(50);
    expect([...(makeMoons({ samples: 7 }).labels as Int32Array)].filter((l) => l === 0)).toHaveLength(3);
  });
  test('noise has the deviation that was asked for', () => {
    const clean = makeMoons({ samples: 20_000, seed: 5 });
    const noisy = makeMoons({ samples: 20_000, seed: 5, noise: 0.3 });
    const difference = noisy.features.map((v, i) => v - (clean.features[i] as number));
    expect(Math.sqrt(difference.reduce((s, v) => s + v * v, 0) / difference.length)).toBeCloseTo(0.3, 2);
  });
  test('blobs lie around their centres, in equal numbers, remainders first', () => {
    const data = makeBlobs({
      samples: 3001,
      centers: [
        [0, 0],
        [50, 0],
        [0, 50],
      ],
      clusterStd: 2,
      seed: 3,
    });
    const counts = [0, 1, 2].map((c) => [...(data.labels as Int32Array)].filter((l) => l === c).length);
    expect(counts).toEqual([1001, 1000, 1000]);
    for (let n = 0; n < data.rows; n++)
      if (data.labels?.[n] === 1) expect(Math.abs((data.features[2 * n] as number) - 50)).toBeLessThan(10);
  });
  test('a spiral arm starts in the middle and turns by four radians', () => {
    const data = makeSpiral({ samples: 300, shuffle: false });
    expect([data.features[0], data.features[1]]).toEqual([0, 0]);
    expect(data.features[198]).toBeCloseTo(Math.sin(4), 6);
    expect(data.features[199]).toBeCloseTo(Math.cos(4), 6);
  });
  test('one seed, one set of bytes', () => {
    expect(sha(makeMoons({ samples: 1000, noise: 0.2, seed: 1 }).features)).toBe(
      '5a9aafc4f4ac29d63b2dacce80d34e5197ce959be172e896cdc47bf721295e83',
    );
    expect(sha(makeSpiral({ samples: 300, noise: 0.2, seed: 1 }).features)).toBe(
      '71b80854992f98b3ff38a41e4451bec878af0f0d030fd51f6a0d60f143755c19',
    );
  });
  test.each([[{ samples: 0 }], [{ samples: 1.5 }], [{ noise: -1 }], [{ noise: Number.NaN }]])(
    '%o is refused by name',
    (options) => {
      expect(fault(() => makeMoons(options)).code).toBe('bad-option');
    },
  );
});

describe('split and scaling', () => {
  test('parts are disjoint, complete and keep the proportions of the classes', () => {
    const [a, b] = split(loadIris(), 0.2, 7);
    expect([a.rows, b.rows]).toEqual([120, 30]);
    expect([0, 1, 2].map((c) => [...(b.labels as Int32Array)].filter((l) => l === c).length)).toEqual([10, 10, 10]);
    const rows = (d: typeof a): string[] =>
      Array.from({ length: d.rows }, (_, n) => d.features.subarray(4 * n, 4 * n + 4).join());
    expect([...rows(a), ...rows(b)].sort()).toEqual(rows(loadIris()).sort());
  });
  test('standardised columns have mean 0 and deviation 1; a constant column stays finite', () => {
    const features = Float32Array.from([1, 5, 2, 5, 3, 5]);
    const scaling = measureScaling(features, 2);
    expect(scaling.mean).toEqual([2, 5]);
    expect(scaling.scale[0]).toBeCloseTo(Math.sqrt(2 / 3), 12);
    expect([...standardise(features, scaling)].map((v) => Number(v.toFixed(4)))).toEqual([-1.2247, 0, 0, 0, 1.2247, 0]);
  });
});

describe('comma-separated values', () => {
  test('a header is recognised, the label column is found by name, classes are sorted', () => {
    const data = readCsv('species,a,b\nzebra,1,2\nant,3,4\nzebra,5,6\n', {});
    expect(data.classes).toEqual(['ant', 'zebra']);
    expect([...(data.labels as Int32Array)]).toEqual([1, 0, 1]);
    expect(data.featureNames).toEqual(['a', 'b']);
    expect([...data.features]).toEqual([1, 2, 3, 4, 5, 6]);
  });
  test('a file without a header takes its last column', () => {
    expect(readCsv('5.1,3.5,0\n4.9,3.0,1\n').columns).toBe(2);
    expect([...readCsv('0;5.1\n1;3.0\n', { label: 1 }).features].map((v) => v.toFixed(1))).toEqual(['5.1', '3.0']);
    expect(readCsv('a\tb\n1\t0.5\n2\t0.7\n', { label: -1 }).targets).toEqual(Float32Array.from([0.5, 0.7]));
  });
  test('quotes, doubled quotes, line breaks inside quotes, comments and blank lines are read', () => {
    const data = readCsv('# made by hand\nx,kind\n1,"a ""b"", c"\n\n2,"line\nbreak"\r\n3,plain\n', {});
    expect([...data.classes].sort()).toEqual(['a "b", c', 'line\nbreak', 'plain']);
  });
  test.each([
    ['a missing value', 'x,y\n1,a\n,b\n', 'missing-value', 'line 3, column 1 (x)'],
    ['a named gap', 'x,z,y\n1,2,a\n3,NA,b\n', 'missing-value', 'line 3, column 2 (z)'],
    ['text among features', 'x,y\n1,a\nred,b\n', 'not-a-number', 'line 3, column 1 (x)'],
    ['infinity', 'x,y\n1,a\ninf,b\n', 'not-a-number', 'line 3'],
    ['a number beyond float32', 'x,y\n1,a\n1e39,b\n', 'not-a-number', 'line 3'],
    ['a short row', 'x,z,y\n1,2,a\n3,b\n', 'ragged-row', 'line 3'],
    ['an open quote', 'x,y\n1,"a\n', 'unbalanced-quote', 'line 2'],
    ['nothing', '', 'empty-data', ''],
    ['a header alone', 'x,y\n', 'empty-data', ''],
  ])('%s is reported with its place', (_, text, code, place) => {
    const error = fault(() => readCsv(text, { header: text.startsWith('x') }));
    expect(error.code).toBe(code);
    expect(error.message).toContain(place);
    if (error.span !== null) expect(show(error)).toContain('^');
  });
  test('an unknown column lists the known ones', () => {
    const error = fault(() => readCsv('x,z,kind\n1,2,a\n', { label: 'sort' }));
    expect([error.code, error.hint]).toEqual(['unknown-column', 'its columns are x, z, kind']);
    expect(fault(() => readCsv('1,2,3\n', { label: 4 })).code).toBe('unknown-column');
  });
  test('a label outside the known classes is reported with line and column', () => {
    const error = fault(() => readCsv('x,kind\n1,a\n2,q\n', { classes: ['a', 'b'], header: true }));
    expect(error.code).toBe('label-out-of-range');
    expect(error.message).toContain('line 3, column 2 (kind)');
  });
  test('names from Object.prototype are ordinary column and class names', () => {
    const data = readCsv('__proto__,constructor\n1,toString\n2,__proto__\n', {});
    expect(data.featureNames).toEqual(['__proto__']);
    expect(data.classes).toEqual(['__proto__', 'toString']);
  });
});

describe('npy and JSON', () => {
  test('what writeNpy writes, readNpy and NumPy read', () => {
    const file = writeNpy(Float32Array.from([1, 2, 3, 4, 5, 6]), [3, 2]);
    expect(readNpy(file)).toEqual({ shape: [3, 2], data: Float64Array.from([1, 2, 3, 4, 5, 6]) });
    expect(readDataset(file, 'a.npy', { task: 'regression' }).targets).toEqual(Float32Array.from([2, 4, 6]));
  });
  test.runIf(hasSklearn || process.env.CI === 'true')(
    'every numeric type, byte order and memory order of NumPy is read',
    () => {
      const script =
        "import numpy as np,io,base64,json\nout=[]\nfor t in ['<f4','>f4','<f8','>f8','<i2','>i4','<i8','|u1','<u2','|i1','|b1']:\n  for o in 'CF':\n    b=io.BytesIO();np.save(b,np.asarray([[1,0,3],[4,5,0]],order=o).astype(t,order=o));out.append(base64.b64encode(b.getvalue()).decode())\nprint(json.dumps(out))";
      const files = JSON.parse(execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' })) as string[];
      files.forEach((file, i) => {
        const array = readNpy(Uint8Array.from(Buffer.from(file, 'base64')));
        expect(array.shape).toEqual([2, 3]);
        expect([...array.data]).toEqual(i >= 20 ? [1, 0, 1, 1, 1, 0] : [1, 0, 3, 4, 5, 0]);
      });
    },
  );
  test('a shape that the file cannot hold is refused before anything is allocated', () => {
    const file = writeNpy(Float32Array.from([1, 2]), [1, 2]);
    const text = new TextDecoder('latin1').decode(file).replace('(1, 2)', '(9999999999, 9)');
    expect(fault(() => readNpy(Uint8Array.from(text, (c) => c.charCodeAt(0)))).code).toBe('damaged-npy');
    expect(fault(() => npyTable(readNpy(writeNpy(Float32Array.from([1, 2]), [2])))).code).toBe('data-shape');
  });
  test('rows, records and columns of JSON are read', () => {
    expect(readDataset(bytes('[[1,2,"a"],[3,4,"b"]]'), 'd.json').classes).toEqual(['a', 'b']);
    expect(readDataset(bytes('[{"u":1,"class":"p"},{"u":2,"class":"q"}]'), 'd.json').featureNames).toEqual(['u']);
    expect(readDataset(bytes('{"x":[[1],[2]],"y":[0.5,0.7]}'), 'd.json').targets).toEqual(
      Float32Array.from([0.5, 0.7]),
    );
    expect(fault(() => readDataset(bytes('[[1,2],[3]]'), 'd.json')).code).toBe('bad-json-data');
    expect(fault(() => readDataset(bytes('{"__proto__":{"x":[]}}'), 'd.json')).code).toBe('bad-json-data');
    expect(fault(() => readDataset(bytes('[[1,null],[3,4]]'), 'd.json')).code).toBe('missing-value');
    expect(fault(() => readDataset(Uint8Array.from([0xff, 0xfe, 1]), 'd.csv')).code).toBe('not-text');
  });
  test('features for a prediction are found with and without the answer, by name where there are names', () => {
    const table = (text: string) => readTable(bytes(text), 'd.csv');
    expect([...featuresOf(table('b,a\n2,1\n4,3\n'), 2, ['a', 'b']).features]).toEqual([1, 2, 3, 4]);
    expect([...featuresOf(table('1,2,0\n3,4,1\n'), 2, ['a', 'b']).features]).toEqual([1, 2, 3, 4]);
    expect(fault(() => featuresOf(table('1,2,3,4\n'), 2, ['a', 'b'])).code).toBe('wrong-columns');
  });
});

describe('arrays', () => {
  test('labels, names, one-hot rows and targets are told apart', () => {
    expect(fromArrays({ x: [[1], [2]], y: [0, 1] }).labels).toEqual(Int32Array.from([0, 1]));
    expect(fromArrays({ x: [[1], [2]], y: ['b', 'a'] }).classes).toEqual(['a', 'b']);
    expect(
      fromArrays({
        x: [[1], [2]],
        y: [
          [0, 1],
          [1, 0],
        ],
      }).labels,
    ).toEqual(Int32Array.from([1, 0]));
    expect(fromArrays({ x: [[1], [2]], y: [0.5, 1] }).targets).toEqual(Float32Array.from([0.5, 1]));
    expect(
      fromArrays({
        x: [[1], [2]],
        y: [
          [0.5, 0.5],
          [1, 0],
        ],
        task: 'classification',
      }).outputs,
    ).toBe(2);
  });
  test('wrong shapes and values are refused by name', () => {
    expect(fault(() => fromArrays({ x: [[1], [2]], y: [0] })).code).toBe('data-shape');
    expect(fault(() => fromArrays({ x: [[1], [2, 3]], y: [0, 1] })).code).toBe('data-shape');
    expect(fault(() => fromArrays({ x: [[1], [Number.NaN]], y: [0, 1] })).code).toBe('missing-value');
    expect(fault(() => fromArrays({ x: [[1], [2]], y: [0, 5], classes: ['a', 'b'] })).code).toBe('label-out-of-range');
  });
});
