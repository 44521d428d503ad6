// The lab as signals: what it last told, and what can be asked of it.
// Not here: training (`lab-worker.ts`), drawing.
// Invariant: frames of settings that are no longer asked for are not shown.
import { effect, signal } from '@preact/signals';
import { state } from '../state.ts';
import { startWorker } from '../work/client.ts';
import { settingsOf, type Data, type Frame, type FromLab, type Settings, type ToLab, type Trace } from './settings.ts';

export const data = signal<Data | null>(null);
export const frame = signal<Frame | null>(null);
export const fault = signal<string | null>(null);
/** The example that is looked at slowly. */
export const trace = signal<Trace | null>(null);
export const isPlaying = signal(false);

let worker: Worker | null = null;
let run = 0;
let started = '';

const send = (m: ToLab): void => worker?.postMessage({ lab: m });

function told({ data: m }: MessageEvent<FromLab>): void {
  if (m.run !== run) return;
  if (m.kind === 'data') data.value = m.data;
  else if (m.kind === 'trace') trace.value = m.trace;
  else if (m.kind === 'fault') {
    fault.value = m.message;
    isPlaying.value = false;
  } else {
    frame.value = m.frame;
    if (m.frame.over) isPlaying.value = false;
  }
}

function begin(settings: Settings): void {
  worker ??= startWorker();
  worker.onmessage = told;
  run++;
  fault.value = null;
  trace.value = null;
  send({ kind: 'start', settings, run });
  if (isPlaying.peek()) send({ kind: 'play' });
}

/** Starts anew whenever the settings in the address change. */
export const followSettings = (): (() => void) =>
  effect(() => {
    if (state.value.view !== 'moons') {
      pause();
      return;
    }
    const settings = settingsOf();
    const key = JSON.stringify(settings);
    if (key === started) return;
    started = key;
    begin(settings);
  });

export function play(): void {
  if (frame.peek()?.over === true) begin(settingsOf());
  isPlaying.value = true;
  send({ kind: 'play' });
}
export function pause(): void {
  isPlaying.value = false;
  send({ kind: 'pause' });
}
export function step(): void {
  pause();
  send({ kind: 'step' });
}
export function again(): void {
  isPlaying.value = false;
  begin(settingsOf());
}
/** Follows one example through the network as it is now. */
export function slowly(row: number): void {
  pause();
  send({ kind: 'trace', row });
}
