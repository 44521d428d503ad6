// The settings of the two runs, as the address says.
// Not here: training (`lab-worker.ts`).
// Invariant: the same settings give the same runs, bit for bit.
import { field, numberOf } from '../state.ts';

export interface Settings {
  readonly mistake: string;
  readonly rate: number;
  readonly noise: number;
  readonly batch: number;
  readonly units: number;
  readonly activation: 'tanh' | 'relu';
  readonly optimizer: 'sgd' | 'adam';
  readonly seed: number;
  /** Points that were added: x, y, class. */
  readonly points: readonly (readonly [number, number, number])[];
  /** Own data in place of the moons: two columns of numbers and a class; empty without. */
  readonly csv: string;
}

/** As much as an address holds. */
export const longestCsv = 8000;

export const settingsOf = (): Settings => ({
  mistake: field('mistake', 'times-diag-again'),
  rate: numberOf('rate', 0.2, 0.001, 2),
  noise: numberOf('noise', 0.2, 0, 0.5),
  batch: numberOf('batch', 32, 1, 240),
  units: numberOf('units', 16, 2, 32),
  activation: field('act') === 'relu' ? 'relu' : 'tanh',
  optimizer: field('opt') === 'adam' ? 'adam' : 'sgd',
  seed: numberOf('seed', 1, 0, 999),
  points: pointsOf(field('points')),
  csv: field('csv').slice(0, longestCsv),
});

/** The library's document of the network. */
export const networkOf = ({ activation }: Settings): string => `networks/two-hidden-layers-${activation}`;

/** Adam takes a tenth of the rate. */
export const rateOf = (s: Settings): number => (s.optimizer === 'adam' ? s.rate / 10 : s.rate);

function pointsOf(text: string): Settings['points'] {
  return text
    .split(';')
    .map((p) => p.split(',').map(Number))
    .flatMap((p) => (p.length === 3 && p.every(Number.isFinite) ? [[p[0] ?? 0, p[1] ?? 0, p[2] ?? 0] as const] : []));
}

export const epochs = 200;
export const samples = 240;
/** Cells of a plane's side. */
export const cells = 64;

export interface RunFrame {
  readonly loss: readonly number[];
  readonly accuracy: number;
  /** The share of class 2 in each cell, 0 to 255, row 0 at the top. */
  readonly plane: Uint8Array;
  /** Why the run stopped. */
  readonly fault: string | null;
}
/** How the wrong gradient lies to the right one, by the logits, for all rows of the wrong run as it stands. */
export interface Gauge {
  readonly degrees: number;
  readonly length: number;
  /** The same share of the length, where the model is sure and wrong. */
  readonly sure: number | null;
}
export interface Frame {
  readonly epoch: number;
  readonly runs: readonly [RunFrame, RunFrame];
  readonly gauge: Gauge | null;
  readonly over: boolean;
}
/** One example on its way through the derived run: the numbers of each formula, and one step of the last bias. */
export interface Trace {
  readonly row: number;
  readonly x: readonly number[];
  /** The true class, from 0. */
  readonly truth: number;
  readonly z: readonly number[];
  readonly p: readonly number[];
  readonly y: readonly number[];
  readonly loss: number;
  readonly gap: readonly number[];
  /** What the mistake gives in the place of the gap. */
  readonly wrong: readonly number[] | null;
  readonly bias: readonly number[];
  readonly after: readonly number[];
}
/** What is trained on. */
export interface Data {
  readonly features: Float32Array;
  readonly labels: Int32Array;
  readonly box: readonly [left: number, right: number, bottom: number, top: number];
}
export type ToLab =
  | { readonly kind: 'start'; readonly settings: Settings; readonly run: number }
  | { readonly kind: 'play' | 'pause' | 'step' }
  | { readonly kind: 'trace'; readonly row: number };
export type FromLab =
  | { readonly kind: 'data'; readonly run: number; readonly data: Data }
  | { readonly kind: 'frame'; readonly run: number; readonly frame: Frame }
  | { readonly kind: 'trace'; readonly run: number; readonly trace: Trace }
  | { readonly kind: 'fault'; readonly run: number; readonly message: string };
