// Two runs with one seed, side by side: the derived gradient, and a mistake in its place.
// Not here: training, which is the library's; drawing.
// Invariant: the losses are those of `train` with the same settings, bit for bit; a run that stops says why and the other goes on.
import {
  compile,
  fromArrays,
  makeMoons,
  mistakeGradient,
  train,
  WhygradError,
  type Dataset,
  type Plan,
  type Training,
} from 'whygrad';
import { loadedText } from '../work/documents.ts';
import {
  cells,
  epochs,
  networkOf,
  samples,
  type Data,
  type FromLab,
  type Frame,
  type Gauge,
  type RunFrame,
  type Settings,
  type ToLab,
} from './settings.ts';

interface Run {
  readonly training: Training;
  fault: string | null;
  plane: Uint8Array;
}
interface Lab {
  readonly id: number;
  readonly settings: Settings;
  readonly data: Data;
  readonly grid: Float32Array;
  readonly runs: readonly [Run, Run];
  readonly wrong: Plan | null;
}

let lab: Lab | null = null;
let playing = false;
const tell = (m: FromLab): void => postMessage(m);

function dataOf(s: Settings): Dataset {
  const moons = makeMoons({ samples, noise: s.noise, seed: s.seed });
  if (s.points.length === 0) return moons;
  const x = Array.from({ length: moons.rows }, (_, n) => [moons.features[2 * n] ?? 0, moons.features[2 * n + 1] ?? 0]);
  const y = [...(moons.labels ?? [])];
  return fromArrays({
    x: [...x, ...s.points.map(([a, b]) => [a, b])],
    y: [...y, ...s.points.map((p) => p[2])],
    task: 'classification',
  });
}

function boxOf(f: Float32Array): Data['box'] {
  const along = (k: number): [number, number] => {
    const all = Array.from({ length: f.length / 2 }, (_, n) => f[2 * n + k] ?? 0);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return [low - (high - low) * 0.08, high + (high - low) * 0.08];
  };
  return [...along(0), ...along(1)];
}

function gridOf([left, right, bottom, top]: Data['box']): Float32Array {
  const out = new Float32Array(2 * cells * cells);
  for (let r = 0; r < cells; r++)
    for (let c = 0; c < cells; c++) {
      out[2 * (r * cells + c)] = left + ((c + 0.5) * (right - left)) / cells;
      out[2 * (r * cells + c) + 1] = top - ((r + 0.5) * (top - bottom)) / cells;
    }
  return out;
}

function start(settings: Settings, id: number): void {
  const set = dataOf(settings);
  const data: Data = {
    features: set.features,
    labels: set.labels ?? new Int32Array(set.rows),
    box: boxOf(set.features),
  };
  const gradients = mistakeGradient(settings.mistake);
  if (gradients === null)
    throw new WhygradError('no-gradient', `"${settings.mistake}" returns no gradient by the logits.`);
  const options = {
    hidden: [settings.units, settings.units],
    optimizer: settings.optimizer,
    learningRate: settings.optimizer === 'adam' ? settings.rate / 10 : settings.rate,
    batchSize: settings.batch,
    epochs,
    seed: settings.seed,
    standardise: false,
    testSplit: 0,
  };
  const document = loadedText(networkOf(settings));
  const run = (more: object): Run => ({
    training: train(document, set, { ...options, ...more }),
    fault: null,
    plane: new Uint8Array(cells * cells),
  });
  lab = {
    id,
    settings,
    data,
    grid: gridOf(data.box),
    runs: [run({}), run({ gradients })],
    wrong: planOf(gradients['z'] ?? '', set.rows),
  };
  tell({ kind: 'data', run: id, data });
  tell({ kind: 'frame', run: id, frame: frameOf(lab) });
}

/** The wrong gradient of each row, from predictions and labels; a formula that needs the logits themselves has no gauge. */
function planOf(formula: string, rows: number): Plan | null {
  if (/\bz_/.test(formula)) return null;
  try {
    return compile(`slope_no = ${formula}`, { sizes: { y: [rows, 2], y_hat: [rows, 2] } });
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}

/** One epoch of both runs; false when both are over. */
function advance(l: Lab): boolean {
  let went = false;
  for (const run of l.runs) {
    if (run.fault !== null) continue;
    try {
      went = run.training.next() !== null || went;
    } catch (error) {
      if (!(error instanceof WhygradError)) throw error;
      run.fault = error.message;
    }
  }
  return went;
}

function frameOf(l: Lab): Frame {
  const frame = (run: Run): RunFrame => {
    if (run.fault === null) {
      const scores = run.training.scores(l.grid);
      run.plane = Uint8Array.from({ length: cells * cells }, (_, n) => Math.round(255 * (scores[2 * n + 1] ?? 0)));
    }
    const { history } = run.training;
    return {
      loss: history.map((e) => e.loss),
      accuracy: history.at(-1)?.accuracy ?? Number.NaN,
      plane: run.plane,
      fault: run.fault,
    };
  };
  const runs = [frame(l.runs[0]), frame(l.runs[1])] as const;
  const epoch = Math.max(...l.runs.map((r) => r.training.history.length));
  return { epoch, runs, gauge: gaugeOf(l), over: epoch >= epochs };
}

function gaugeOf({ wrong, runs, data }: Lab): Gauge | null {
  const run = runs[1];
  if (wrong === null || run.fault !== null) return null;
  const rows = data.labels.length;
  const p = run.training.scores(data.features);
  const y = Float32Array.from({ length: 2 * rows }, (_, k) => (data.labels[k >> 1] === k % 2 ? 1 : 0));
  (wrong.inputs['y_hat'] as Float32Array).set(p);
  (wrong.inputs['y'] as Float32Array).set(y);
  const count = wrong.inputs['N'] as Float32Array | undefined;
  if (count !== undefined) count[0] = rows;
  wrong.run();
  const w = wrong.outputs['slope'] as Float32Array;
  return compared(w, p, y, rows);
}

function compared(w: Float32Array, p: Float32Array, y: Float32Array, rows: number): Gauge | null {
  const all = { dot: 0, w: 0, r: 0 };
  const sure = { w: 0, r: 0 };
  for (let k = 0; k < 2 * rows; k++) {
    const [a, b] = [w[k] ?? 0, ((p[k] ?? 0) - (y[k] ?? 0)) / rows];
    all.dot += a * b;
    all.w += a * a;
    all.r += b * b;
    if (Math.abs(b) * rows < 0.8) continue;
    sure.w += a * a;
    sure.r += b * b;
  }
  if (!(all.w > 0 && all.r > 0 && Number.isFinite(all.w))) return null;
  const cosine = Math.max(-1, Math.min(1, all.dot / Math.sqrt(all.w * all.r)));
  return {
    degrees: (Math.acos(cosine) * 180) / Math.PI,
    length: Math.sqrt(all.w / all.r),
    sure: sure.r > 0 ? Math.sqrt(sure.w / sure.r) : null,
  };
}

/** Trains for a part of a frame's time, then shows. */
function turn(): void {
  if (lab === null || !playing) return;
  const went = advance(lab);
  if (!went) playing = false;
  tell({ kind: 'frame', run: lab.id, frame: { ...frameOf(lab), over: !went } });
  if (playing) setTimeout(turn, 12);
}

/** Answers one message of the page. */
export function told(m: ToLab): void {
  try {
    if (m.kind === 'start') {
      playing = false;
      start(m.settings, m.run);
    } else if (m.kind === 'step' && lab !== null) {
      playing = false;
      advance(lab);
      tell({ kind: 'frame', run: lab.id, frame: frameOf(lab) });
    } else if (m.kind === 'play' && !playing) {
      playing = true;
      turn();
    } else if (m.kind === 'pause') playing = false;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: 'fault', run: m.kind === 'start' ? m.run : (lab?.id ?? 0), message });
  }
}
