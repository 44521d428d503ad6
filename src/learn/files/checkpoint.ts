// Checkpoints: the whole state of a run in one safetensors file, in two slots that are written in turn.
// Not here: how a file is replaced safely (disk.ts).
// Invariant: at any moment at least one slot is whole; a slot that is torn or changed is not used, and reading one gives a state or a named error.
import { WhygradError } from '../../term/error.ts';
import type { Engine } from '../engine.ts';
import { freshProgress, type Epoch, type Progress } from '../loop.ts';
import { crc32 } from './checksum.ts';
import { joinPath, readBytesIfThere, replaceFile } from './disk.ts';
import { readSafetensors, writeSafetensors, type NamedArray } from './safetensors.ts';

const SLOTS = ['checkpoint-0.safetensors', 'checkpoint-1.safetensors'] as const;
const unusable = (name: string, what: string): WhygradError => new WhygradError('damaged-checkpoint', `${name} cannot be used: ${what}`, { hint: 'it may have been cut off or changed; start the run again without resuming' });

/** A run that can go on: `recipe` is everything that was asked for, as text. */
export interface Checkpoint { readonly recipe: string; readonly progress: Progress; readonly arrays: ReadonlyMap<string, NamedArray> }

/** The bytes of a checkpoint: state as `state/NAME`, the best parameters as `best/NAME`, and a checksum over all of it. */
export function encodeCheckpoint(recipe: string, state: ReadonlyMap<string, NamedArray>, progress: Progress): Uint8Array {
  const arrays = new Map<string, NamedArray>();
  for (const [name, array] of state) arrays.set(`state/${name}`, array);
  const best = progress.best;
  if (best !== null) for (const [name, data] of best.parameters) arrays.set(`best/${name}`, { shape: (state.get(name) as NamedArray).shape, data });
  const told = { epoch: progress.history.length, steps: progress.steps, finished: progress.finished, best: best === null ? null : { epoch: best.epoch, loss: best.loss }, history: progress.history };
  const notes = new Map([['format', 'whygrad-checkpoint-1'], ['recipe', recipe], ['progress', JSON.stringify(told)]]);
  const sum = crc32(writeSafetensors({ arrays, notes }));
  return writeSafetensors({ arrays, notes: new Map([...notes, ['crc32', String(sum)]]) });
}

const isEpoch = (v: unknown): v is Epoch => {
  if (typeof v !== 'object' || v === null) return false;
  const e = v as Record<string, unknown>;
  const orNull = (x: unknown): boolean => x === null || typeof x === 'number';
  return typeof e.epoch === 'number' && typeof e.epochs === 'number' && typeof e.loss === 'number' && typeof e.rate === 'number' && orNull(e.accuracy) && orNull(e.validationLoss) && orNull(e.validationAccuracy);
};

/** A checkpoint from its bytes. Throws `damaged-checkpoint`, `damaged-safetensors`. */
export function decodeCheckpoint(bytes: Uint8Array, name = 'the checkpoint'): Checkpoint {
  const { arrays, notes } = readSafetensors(bytes, name);
  if (notes.get('format') !== 'whygrad-checkpoint-1') throw unusable(name, 'it is not a checkpoint');
  const recipe = notes.get('recipe');
  const said = notes.get('progress');
  const own = new Map([...notes].filter(([key]) => key !== 'crc32'));
  if (recipe === undefined || said === undefined || notes.get('crc32') !== String(crc32(writeSafetensors({ arrays, notes: own })))) throw unusable(name, 'its checksum does not fit');
  return { recipe, progress: progressOf(said, arrays, name), arrays: part(arrays, 'state/') };
}

function part(arrays: ReadonlyMap<string, NamedArray>, prefix: string): Map<string, NamedArray> {
  return new Map([...arrays].filter(([name]) => name.startsWith(prefix)).map(([name, array]) => [name.slice(prefix.length), array]));
}

function progressOf(text: string, arrays: ReadonlyMap<string, NamedArray>, name: string): Progress {
  let told: Record<string, unknown>;
  try { told = JSON.parse(text) as Record<string, unknown>; } catch { throw unusable(name, 'its progress is not JSON'); }
  const { history, steps, finished, best } = told ?? {};
  if (!Array.isArray(history) || !history.every(isEpoch) || !Number.isSafeInteger(steps) || typeof finished !== 'boolean') throw unusable(name, 'its progress is incomplete');
  const progress = freshProgress();
  progress.history.push(...history);
  progress.steps = steps as number;
  progress.finished = finished;
  if (typeof best === 'object' && best !== null) {
    const { epoch, loss } = best as Record<string, unknown>;
    if (typeof epoch !== 'number' || typeof loss !== 'number') throw unusable(name, 'its best epoch is incomplete');
    progress.best = { epoch, loss, parameters: new Map([...part(arrays, 'best/')].map(([key, array]) => [key, array.data])) };
  }
  return progress;
}

/** Writes the next slot: after epoch e it is slot e mod 2, so the other one stays whole. Throws `file-error`. */
export function saveCheckpoint(folder: string, recipe: string, engine: Engine, progress: Progress): void {
  replaceFile(folder, SLOTS[progress.history.length % 2] as string, encodeCheckpoint(recipe, engine.state, progress));
}

/** The newest whole checkpoint of a folder. Throws `no-checkpoint`, or the fault of the newest slot when none is whole. */
export function loadCheckpoint(folder: string): Checkpoint {
  let fault: WhygradError | null = null;
  const found = SLOTS.flatMap((slot) => {
    const bytes = readBytesIfThere(joinPath(folder, slot));
    if (bytes === null) return [];
    try { return [decodeCheckpoint(bytes, joinPath(folder, slot))]; } catch (error) {
      if (!(error instanceof WhygradError)) throw error;
      fault = error;
      return [];
    }
  });
  const [first, second] = found;
  if (first === undefined) throw fault ?? new WhygradError('no-checkpoint', `${folder} holds no checkpoint`, { hint: 'resume from the folder that --out named' });
  return second !== undefined && second.progress.history.length > first.progress.history.length ? second : first;
}

/** Puts a checkpoint's arrays into an engine. Throws `damaged-checkpoint` where names or sizes differ. */
export function restore(engine: Engine, checkpoint: Checkpoint): void {
  for (const [name, { data }] of engine.state) {
    const saved = checkpoint.arrays.get(name);
    if (saved === undefined || saved.data.length !== data.length) throw unusable('the checkpoint', `it was made for another network (${name} differs)`);
  }
  for (const [name, values] of checkpoint.progress.best?.parameters ?? []) {
    if (engine.state.get(name)?.data.length !== values.length) throw unusable('the checkpoint', `its best parameters are another network's (${name} differs)`);
  }
  for (const [name, { data }] of engine.state) data.set((checkpoint.arrays.get(name) as NamedArray).data);
}
