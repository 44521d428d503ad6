// The verbs train and predict as the command line calls them, and what they draw.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  boundarySvg,
  curvesSvg,
  drawBoundary,
  makeMoons,
  plotCurves,
  runPredict,
  runTrain,
  sampleBoundary,
  type PredictCommand,
  type TrainCommand,
} from '../../src/learn/index.ts';
import { recipeOf } from '../../src/learn/index.ts';
import { confusionText, progressText } from '../../src/learn/view/tables.ts';
import { WhygradError } from '../../src/term/error.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whygrad-command-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  out: string;
  err: string;
}
const terminalFor = (said: Said, isTerminal: boolean) => ({
  out: (t: string) => {
    said.out += t;
  },
  err: (t: string) => {
    said.err += t;
  },
  isTerminal,
  columns: 80,
  paint: (t: string) => t,
});
async function trained(command: TrainCommand, isTerminal = false): Promise<Said> {
  const said: Said = { out: '', err: '' };
  await runTrain(command, terminalFor(said, isTerminal));
  return said;
}
const predicted = (command: PredictCommand): string => {
  const said: Said = { out: '', err: '' };
  runPredict(command, terminalFor(said, false));
  return said.out;
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

describe('train', () => {
  test('prints plain progress lines, the loss curve, the boundary, the confusion matrix and the test accuracy', async () => {
    const { out, err } = await trained({ document: 'moons', seed: 1, epochs: 20 });
    expect(err.trim().split('\n')).toHaveLength(11);
    expect(err).toMatch(/epoch 20\/20 {2}loss 0\.\d{4} {2}accuracy [01]\.\d{3} {2}rate 0\.01/);
    expect(err).not.toContain('\r');
    expect(out).toMatch(/┌─+┐/);
    expect(out).toMatch(/[\u2801-\u28ff]/);
    expect(out).toContain('true      │');
    expect(out).toMatch(/test accuracy (0\.\d{4}|1\.0000) on 200 rows after 20 epochs/);
  });
  test('on a terminal one line is rewritten', async () => {
    const { err } = await trained({ document: 'iris', seed: 1, epochs: 5 }, true);
    expect(err).toContain('\r');
    expect(err.match(/\n/g)).toHaveLength(1);
  });
  test('as JSON the last line is one object that ends with the test', async () => {
    const { out } = await trained({ document: 'iris', seed: 1, epochs: 30, format: 'json' });
    expect(out.trim().split('\n')).toHaveLength(1);
    const report = JSON.parse(out) as { test: { confusion: number[][]; accuracy: number } };
    expect(Object.keys(report).at(-1)).toBe('test');
    expect(report.test.confusion.flat().reduce((a, b) => a + b)).toBe(30);
    expect(report.test.accuracy).toBeGreaterThan(0.8);
    expect(out).toMatch(/"test":\{"confusion":\[\[.*\]\],"accuracy":[\d.]+\}\}$/m);
  });
  test('--out writes model, history and checkpoints, the same bytes for the same seed; --plot an SVG', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    for (const out of [a, b])
      await trained({ document: 'moons', seed: 2, epochs: 12, out, plot: join(out, 'plot.svg') });
    expect(readdirSync(a).sort()).toEqual([
      'checkpoint-0.safetensors',
      'checkpoint-1.safetensors',
      'history.csv',
      'model.json',
      'model.safetensors',
      'plot.svg',
    ]);
    for (const name of readdirSync(a))
      expect(readFileSync(join(a, name)).equals(readFileSync(join(b, name))), name).toBe(true);
    expect(readFileSync(join(a, 'plot.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<circle[\s\S]*<\/svg>\n$/);
  });
  test('--resume goes on where a run ended, without naming anything again, and may go further', async () => {
    const [once, twice] = [join(folder, 'once'), join(folder, 'twice')];
    await trained({ document: 'moons', seed: 3, epochs: 9, out: once });
    await trained({ document: 'moons', seed: 3, epochs: 4, out: twice });
    expect(recipeOf(twice).options.epochs).toBe(4);
    expect((await fault(() => trained({ resume: twice, epochs: 9, document: 'iris' }))).code).toBe('resume-mismatch');
    await trained({ resume: twice, epochs: 9 });
    expect(readFileSync(join(once, 'model.safetensors')).equals(readFileSync(join(twice, 'model.safetensors')))).toBe(
      true,
    );
  });
  test("a CSV file with named classes trains; predict answers for another file, by columns' names", async () => {
    const data = makeMoons({ samples: 200, noise: 0.1, seed: 4 });
    const rows = Array.from(
      { length: 200 },
      (_, n) => `${data.features[2 * n]},${data.features[2 * n + 1]},${data.labels?.[n] === 0 ? 'upper' : 'lower'}`,
    );
    writeFileSync(join(folder, 'train.csv'), ['across,up,moon', ...rows].join('\n'));
    writeFileSync(join(folder, 'new.csv'), 'up,across\n1,0\n-0.5,1\n');
    const out = join(folder, 'csv');
    await trained({
      data: join(folder, 'train.csv'),
      label: 'moon',
      hidden: [12],
      epochs: 80,
      seed: 1,
      out,
      check: true,
    });
    expect(
      predicted({ folder: out, data: join(folder, 'new.csv') })
        .split('\n')
        .map((l) => l.split(',')[0]),
    ).toEqual(['prediction', 'upper', 'lower', '']);
    const json = JSON.parse(predicted({ folder: out, data: join(folder, 'new.csv'), format: 'json' })) as {
      predictions: string[];
      scores: number[][];
    };
    expect(json.predictions).toEqual(['upper', 'lower']);
    expect(json.scores[0]?.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });
  test("a document of one's own on the data of a preset", async () => {
    const path = join(folder, 'net.md');
    writeFileSync(
      path,
      '# Mine\n\n$$z_{no} = \\sum_j x_{nj} w_{jo}$$\n\n$$p_{no} = \\frac{e^{z_{no}}}{\\sum_k e^{z_{nk}}}$$\n\n$$L = -\\frac{1}{N} \\sum_n \\sum_o y_{no} \\ln p_{no}$$\n',
    );
    const { out } = await trained({ document: path, data: 'blobs', epochs: 10, seed: 1 });
    expect(out).toContain('test accuracy');
  });
  test('no data, an unknown column and a missing file are named errors', async () => {
    expect((await fault(() => trained({ document: 'networks/softmax-regression' }))).code).toBe('no-data');
    expect((await fault(() => trained({ data: join(folder, 'train.csv'), label: 'nothing' }))).code).toBe(
      'unknown-column',
    );
    expect((await fault(() => trained({ data: join(folder, 'missing.csv') }))).code).toBe('file-error');
    expect((await fault(() => trained({ resume: join(folder, 'missing') }))).code).toBe('no-checkpoint');
    expect((await fault(() => predicted({ folder: join(folder, 'missing'), data: 'x' }))).code).toBe('file-error');
  });
});

describe('pictures', () => {
  const data = makeMoons({ samples: 40, seed: 1 });
  const halves = (points: Float32Array): Float32Array =>
    Float32Array.from({ length: points.length }, (_, i) => (i % 2 === 0 ? (points[2 * (i >> 1)] as number) : 0.5));
  test('a curve falls from its first to its last value', () => {
    const text = plotCurves([{ name: 'loss', values: [1, 0.5, 0.25, Number.NaN, 0.1] }], { width: 30, height: 4 });
    const lines = text.split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^ +1│[^\u2800]/);
    expect(lines[3]).toMatch(/0\.1│/);
    expect(lines.every((l) => [...l].length <= 30 || l.includes('epochs'))).toBe(true);
    expect(plotCurves([{ name: 'loss', values: [1] }])).toBe('');
  });
  test('the boundary separates the characters of two classes where the scores do', () => {
    const grid = sampleBoundary(data, 2, halves, 40, 10);
    const rows = drawBoundary(grid, { ...data, rows: 0 })
      .split('\n')
      .slice(1, -1);
    const turn = Math.round(((0.5 - grid.left) / (grid.right - grid.left)) * 40);
    for (const row of rows) expect(row.slice(1, -1).indexOf(' ')).toBe(turn);
  });
  test('pictures are plain SVG: no scripts, text escaped, equal for equal input', () => {
    const hostile = { ...data, classes: ['<script>', '"&'], featureNames: ['<a>', 'b'] };
    const svg = boundarySvg(sampleBoundary(data, 2, halves, 20, 15), hostile, '</title><script>');
    expect(svg).not.toMatch(/<script|<a>/);
    expect(svg).toBe(boundarySvg(sampleBoundary(data, 2, halves, 20, 15), hostile, '</title><script>'));
    expect(curvesSvg([{ name: 'loss <1>', values: [1, Number.NaN, 0.5] }], 'Loss')).toMatch(
      /^<svg[\s\S]*<polyline[\s\S]*<\/svg>\n$/,
    );
  });
  test('the confusion matrix and the progress line say what they are given', () => {
    const text = confusionText(
      [
        [8, 2],
        [0, 10],
      ],
      ['cat', 'dog'],
    );
    expect(text.split('\n')[2]).toMatch(/^cat +│ +8 +2 │ 0\.800$/);
    expect(text).toMatch(/precision │ +1\.00 +0\.83 │/);
    expect(
      progressText({
        epoch: 3,
        epochs: 100,
        loss: 0.5,
        accuracy: 0.75,
        validationLoss: 0.6,
        validationAccuracy: 0.7,
        rate: 0.01,
        secondsLeft: 75,
      }),
    ).toBe('epoch   3/100  loss 0.5000  accuracy 0.750  validation loss 0.6000  accuracy 0.700  rate 0.01  75 s left');
  });
});
