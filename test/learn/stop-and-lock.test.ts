// One folder, one run: locks, runs that are stopped, and files that are either the old or the new one.
// Not here: kill −9 (kill.test.ts).
// Invariant: what a message promises (a checkpoint, how to go on) is tried.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTrain, train, type TrainCommand } from '../../src/learn/index.ts';
import { replaceFile } from '../../src/learn/files/disk.ts';
import { lockFolder } from '../../src/learn/files/lock.ts';
import type { Engine } from '../../src/learn/engine.ts';
import { freshProgress, trainingLoop } from '../../src/learn/loop.ts';
import { WhygradError } from '../../src/term/error.ts';
import { whygrad } from '../project/command.ts';
import { root } from '../project/sources.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whygrad-lock-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const fresh = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const fault = async (f: () => unknown): Promise<WhygradError> => {
  try {
    await f();
  } catch (error) {
    if (error instanceof WhygradError) return error;
    throw error;
  }
  throw new Error('no error');
};
const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
const lockOf = (path: string, pid: number, host = hostname()): void =>
  writeFileSync(join(path, 'whygrad.lock'), JSON.stringify({ pid, host, started: '' }));

describe('a folder', () => {
  test('that another process writes into is refused by name, and nothing in it is touched', async () => {
    const path = fresh('busy');
    writeFileSync(join(path, 'checkpoint-0.safetensors'), 'theirs');
    const other = sleeper();
    lockOf(path, other.pid as number);
    const error = await fault(() => train('iris', { epochs: 2, out: path }));
    expect([error.code, error.message.includes(`process ${other.pid}`)]).toEqual(['folder-in-use', true]);
    expect(readFileSync(join(path, 'checkpoint-0.safetensors'), 'utf8')).toBe('theirs');
    expect(readdirSync(path).sort()).toEqual(['checkpoint-0.safetensors', 'whygrad.lock']);
    const ended = new Promise((resolve) => other.on('exit', resolve));
    other.kill('SIGKILL');
    await ended;
    // The lock of a process that has ended is taken over.
    await train('iris', { epochs: 2, out: path });
    expect(existsSync(join(path, 'whygrad.lock'))).toBe(false);
    expect(existsSync(join(path, 'model.json'))).toBe(true);
  });
  test('that a run on another machine holds is not taken', async () => {
    const path = fresh('far');
    lockOf(path, 1, 'some-other-machine');
    const error = await fault(() => train('iris', { epochs: 1, out: path }));
    expect([error.code, error.hint.includes('remove')]).toEqual(['folder-in-use', true]);
  });
  test('is free again after a run has ended or failed', async () => {
    const path = fresh('again');
    const steep = { x: [[1], [2], [3], [4], [5]], y: [1.5, 2.5, 3.5, 4.5, 5.5] };
    await train('iris', { epochs: 1, out: path });
    expect(
      (await fault(() => train(null, steep, { epochs: 9, out: path, learningRate: 1e6, optimizer: 'sgd', hidden: [] })))
        .code,
    ).toBe('training-diverged');
    expect(existsSync(join(path, 'whygrad.lock'))).toBe(false);
    await train('iris', { epochs: 1, out: path });
  });
  test('that a later run of the same process has taken is not written by the earlier one', async () => {
    const path = fresh('twice');
    const first = train('iris', { epochs: 3, out: path, checkpointEvery: 1 });
    first.next();
    await train('iris', { epochs: 2, out: path, seed: 7 });
    const after = readFileSync(join(path, 'model.safetensors'));
    expect((await fault(() => first.next())).code).toBe('folder-in-use');
    expect(readFileSync(join(path, 'model.safetensors')).equals(after)).toBe(true);
  });
  test('of two processes that start together one gets it', async () => {
    const path = fresh('race');
    const runs = [1, 2, 3].map(
      (seed) =>
        new Promise<{ code: number | null; err: string }>((resolve) => {
          const child = spawn(
            process.execPath,
            [join(root, 'dist', 'cli.js'), 'train', 'digits', '--epochs', '40', '--seed', String(seed), '--out', path],
            { stdio: ['ignore', 'ignore', 'pipe'] },
          );
          let err = '';
          child.stderr.on('data', (d: Buffer) => {
            err += d.toString();
          });
          child.on('close', (code) => resolve({ code, err }));
        }),
    );
    const ends = await Promise.all(runs);
    for (const { code, err } of ends) if (code !== 0) expect(err).toContain('error[folder-in-use]');
    expect(ends.some((e) => e.code === 0)).toBe(true);
    expect(readdirSync(path).filter((f) => /lock|part|stale/.test(f))).toEqual([]);
  });
});

interface Said {
  out: string;
  err: string;
}
/** Trains and asks for an end once the progress says `when`. */
async function stoppedAt(command: TrainCommand, when: RegExp): Promise<Said & { ended: boolean }> {
  const said: Said = { out: '', err: '' };
  let stop = (): void => undefined;
  const ended = await runTrain(command, {
    out: (t) => {
      said.out += t;
    },
    err: (t) => {
      said.err += t;
      if (when.test(t)) stop();
    },
    isTerminal: false,
    columns: 80,
    paint: (t) => t,
    onStop: (given) => {
      stop = given;
      return () => undefined;
    },
  });
  return { ...said, ended };
}

describe('Ctrl-C', () => {
  test('says what was saved and how to go on, and that works: the same bytes as in one go', async () => {
    const [once, twice] = [join(folder, 'once'), join(folder, 'stopped')];
    await train('moons', { seed: 5, epochs: 20, out: once });
    const { err, ended } = await stoppedAt({ document: 'moons', seed: 5, epochs: 20, out: twice }, /^epoch +6\/20/);
    expect(ended).toBe(false);
    expect(err).toContain('stopping at the end of this epoch');
    const stopped = /stopped after epoch (\d+) of 20: model, history and checkpoint are in (\S+)\n/.exec(err);
    expect(Number(stopped?.[1])).toBeGreaterThanOrEqual(6);
    expect(Number(stopped?.[1])).toBeLessThan(20);
    expect(err).toContain(`go on with: whygrad train --resume ${twice}\n`);
    const { code } = whygrad(['train', '--resume', twice]);
    expect(code).toBe(0);
    for (const name of ['model.safetensors', 'model.json', 'history.csv'])
      expect(readFileSync(join(once, name)).equals(readFileSync(join(twice, name))), name).toBe(true);
  });
  test('without --out says that nothing was written', async () => {
    const { err } = await stoppedAt({ document: 'iris', seed: 5, epochs: 50 }, /^epoch +10\/50/);
    expect(err).toContain('nothing was written; --out FOLDER keeps what was learned');
  });
  test('of the command line ends it with 130 and leaves a checkpoint', async () => {
    const path = join(folder, 'interrupted');
    const child = spawn(
      process.execPath,
      [join(root, 'dist', 'cli.js'), 'train', 'digits', '--epochs', '100000', '--out', path],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let err = '';
    child.stderr.on('data', (d: Buffer) => {
      if (err === '') setTimeout(() => child.kill('SIGINT'), 300);
      err += d.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, err.includes('model, history and checkpoint are in')]).toEqual([130, true]);
    expect(readdirSync(path)).toContain('checkpoint-0.safetensors');
  });
});

describe('checkpoints', () => {
  test('come before a tenth of the epochs where the epochs are long', () => {
    const path = fresh('long');
    const rows = 40_000;
    const x = Array.from({ length: rows }, (_, n) => [n % 7, n % 11]);
    const run = train(
      null,
      { x, y: x.map(([a]) => (a as number) % 2) },
      { epochs: 1000, hidden: [200, 200], batchSize: rows, testSplit: 0, out: path },
    );
    run.next();
    run.next();
    expect(existsSync(join(path, 'checkpoint-0.safetensors'))).toBe(true);
  });
});

describe('files', () => {
  test('are written beside and renamed: where that fails, the old one stays whole', async () => {
    const path = fresh('part');
    writeFileSync(join(path, 'model.json'), 'old');
    mkdirSync(join(path, 'model.json.part'));
    expect((await fault(() => replaceFile(path, 'model.json', 'new'))).code).toBe('file-error');
    expect(readFileSync(join(path, 'model.json'), 'utf8')).toBe('old');
  });
  test('that cannot be put in place leave no part behind', async () => {
    const path = fresh('rename');
    mkdirSync(join(path, 'history.csv', 'inside'), { recursive: true });
    expect((await fault(() => replaceFile(path, 'history.csv', 'new'))).code).toBe('file-error');
    expect(readdirSync(path)).toEqual(['history.csv']);
  });
  test.skipIf(process.platform !== 'linux')('devices are written, never replaced', async () => {
    replaceFile('/dev', 'null', 'gone');
    const error = await fault(() => replaceFile('/dev', 'full', 'no room'));
    expect([error.code, error.message.includes('no space is left')]).toEqual(['file-error', true]);
    expect(existsSync('/dev/full.part')).toBe(false);
  });
  test('links that lead round in a circle are named', async () => {
    const loop = join(folder, 'loop.csv');
    symlinkSync(loop, loop);
    expect((await fault(() => stoppedAt({ data: loop }, /never/))).message).toContain('links lead round in a circle');
    expect((await fault(() => train('iris', { out: loop, epochs: 1 }))).code).toBe('file-error');
  });
});

describe('the order of rows', () => {
  /** An engine that learns nothing and notes which rows it is given. */
  const noting = (seen: number[][]): Engine => ({
    state: new Map(),
    parameters: [],
    training: { rows: 10, tensors: new Map() },
    outputs: new Float32Array(10),
    watched: () => new Float32Array(),
    step: (order, from, count) => {
      seen.push([...order.subarray(from, from + count)]);
      return 1;
    },
    measure: () => ({ loss: 1, outputs: new Float32Array() }),
    explain: () => null,
  });
  const epochs = (seed: number, shuffle = true): number[][] => {
    const seen: number[][] = [];
    const answers = { rows: 10, labels: null, targets: null, outputs: 1, classOf: null };
    const options = { epochs: 6, batchSize: 10, learningRate: 1, schedule: () => 1, shuffle, seed, patience: null };
    for (const _ of trainingLoop(noting(seen), answers, null, options, freshProgress()));
    return seen;
  };
  test('is another one in each epoch, all rows once, and the same for the same seed', () => {
    const seen = epochs(3);
    expect(new Set(seen.map(String)).size).toBe(6);
    for (const order of seen) expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs(3)).toEqual(seen);
    expect(epochs(4)).not.toEqual(seen);
    expect(new Set(epochs(3, false).map(String)).size).toBe(1);
  });
});

describe('one class alone', () => {
  test.each([
    ['in the data', { x: [[1], [2], [3], [4], [5]], y: ['a', 'a', 'a', 'a', 'a'] }],
    ['of two that are known', { x: [[1], [2], [3], [4], [5]], y: [0, 0, 0, 0, 0], classes: ['no', 'yes'] }],
  ])('%s is warned of, and is what is predicted', async (_, data) => {
    const run = train(null, data, { epochs: 3, testSplit: 0, hidden: [] });
    const model = await run;
    expect(run.warnings.map((w) => w.code)).toContain('one-class');
    if (run.model.classes.length === 1) {
      expect(model.predict([[9]]).labels).toEqual(Int32Array.of(0));
      expect(run.history.at(-1)?.accuracy).toBe(1);
    }
  });
  test('two classes are not warned of', async () => {
    const run = train(null, { x: [[1], [2]], y: [0, 1] }, { epochs: 1, testSplit: 0, hidden: [] });
    await run;
    expect(run.warnings.map((w) => w.code)).not.toContain('one-class');
  });
});

test('a folder that holds a lock at an unwritable place is told by name', async () => {
  const error = await fault(() => lockFolder(join(folder, 'nowhere')));
  expect(error.code).toBe('file-error');
});
