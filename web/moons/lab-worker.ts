// Two runs with one seed, side by side: the derived gradient, and a mistake in its place.
// Not here: training, which is the library's; drawing.
// Invariant: the losses are those of `train` with the same settings, bit for bit; a run that stops says why and the other goes on.
import { mistakeGradient, train, WhygradError, type Plan, type Training } from 'whygrad';
import { loadedText } from '../work/documents.ts';
import { rowsOf } from './rows.ts';
import {
  cells,
  epochs,
  networkOf,
  rateOf,
  type Data,
  type FromLab,
  type Frame,
  type Gauge,
  type RunFrame,
  type Settings,
  type ToLab,
} from './settings.ts';
import { traceOf } from './trace.ts';
import { compared, planOf, slopesOf } from './wrong.ts';

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
  const set = rowsOf(settings);
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
    learningRate: rateOf(settings),
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
  return { epoch, runs, gauge: gaugeNow(l), over: epoch >= epochs };
}

/** The mistake's gradient of all rows where a run stands; null where it has none. */
function wrongOf({ wrong, data }: Lab, training: Training): Float32Array | null {
  return wrong === null ? null : slopesOf(wrong, training.scores(data.features), data.labels);
}
const gaugeNow = (l: Lab): Gauge | null => {
  const { training, fault } = l.runs[1];
  const w = fault === null ? wrongOf(l, training) : null;
  return w === null ? null : compared(w, training.scores(l.data.features), l.data.labels);
};

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
    else if (m.kind === 'trace' && lab !== null) {
      playing = false;
      const { runs, data, settings } = lab;
      const trace = traceOf(runs[0].training, data, settings, m.row, wrongOf(lab, runs[0].training));
      tell({ kind: 'trace', run: lab.id, trace });
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: 'fault', run: m.kind === 'start' ? m.run : (lab?.id ?? 0), message });
  }
}
