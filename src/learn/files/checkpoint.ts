// Checkpoints: the whole state of a run in one safetensors file, in two slots that are written in turn.
// Not here: how a file is replaced safely (disk.ts).
// Invariant: at any moment at least one slot is whole; a slot that is torn or changed is not used, and reading one
// gives a state or a named error.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { Engine } from '../engine.ts';
import { freshProgress, type Epoch, type Progress } from '../loop.ts';
import { crc32 } from './checksum.ts';
import { joinPath, readBytesIfThere, removeFile, replaceFile } from './disk.ts';
import { readSafetensors, writeSafetensors, type NamedArray } from './safetensors.ts';

const SLOTS = ['checkpoint-0.safetensors', 'checkpoint-1.safetensors'] as const;
const unusable = (name: string, what: string): WhygradError =>
  new WhygradError('damaged-checkpoint', `${name} cannot be used: ${what}`, {
    hint: 'it may have been cut off or changed; start the run again without resuming',
  });

/** A run that can go on: `recipe` is everything that was asked for, as text. */
export interface Checkpoint {
  readonly recipe: string;
  readonly progress: Progress;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

/**
 * The bytes of a checkpoint: state as `state/NAME`, the best parameters as `best/NAME`, and a checksum over all of it.
 */
export function encodeCheckpoint(
  recipe: string,
  state: ReadonlyMap<string, NamedArray>,
  progress: Progress,
): Uint8Array {
  const arrays = new Map<string, NamedArray>();
  for (const [name, array] of state) arrays.set(`state/${name}`, array);
  const best = progress.best;
  if (best !== null)
    for (const [name, data] of best.parameters)
      arrays.set(`best/${name}`, { shape: must(state.get(name)).shape, data });
  const told = {
    epoch: progress.history.length,
    steps: progress.steps,
    finished: progress.finished,
    best: best === null ? null : { epoch: best.epoch, loss: best.loss },
    history: progress.history,
  };
  const notes = new Map([
    ['format', 'whygrad-checkpoint-1'],
    ['recipe', recipe],
    ['progress', JSON.stringify(told)],
  ]);
  const sum = crc32(writeSafetensors({ arrays, notes }));
  return writeSafetensors({ arrays, notes: new Map([...notes, ['crc32', String(sum)]]) });
}

const isEpoch = (v: unknown): v is Epoch => {
  if (typeof v !== 'object' || v === null) return false;
  const e = v as Record<string, unknown>;
  const orNull = (x: unknown): boolean => x === null || typeof x === 'number';
  return (
    typeof e.epoch === 'number' &&
    typeof e.epochs === 'number' &&
    typeof e.loss === 'number' &&
    typeof e.rate === 'number' &&
    orNull(e.accuracy) &&
    orNull(e.validationLoss) &&
    orNull(e.validationAccuracy)
  );
};

/** A checkpoint from its bytes. Throws `damaged-checkpoint`, `damaged-safetensors`. */
export function decodeCheckpoint(bytes: Uint8Array, name = 'the checkpoint'): Checkpoint {
  const { arrays, notes } = readSafetensors(bytes, name);
  if (notes.get('format') !== 'whygrad-checkpoint-1') throw unusable(name, 'it is not a checkpoint');
  const recipe = notes.get('recipe');
  const said = notes.get('progress');
  const own = new Map([...notes].filter(([key]) => key !== 'crc32'));
  if (
    recipe === undefined ||
    said === undefined ||
    notes.get('crc32') !== String(crc32(writeSafetensors({ arrays, notes: own })))
  )
    throw unusable(name, 'its checksum does not fit');
  return { recipe, progress: progressOf(said, arrays, name), arrays: part(arrays, 'state/') };
}

function part(arrays: ReadonlyMap<string, NamedArray>, prefix: string): Map<string, NamedArray> {
  return new Map(
    [...arrays].filter(([name]) => name.startsWith(prefix)).map(([name, array]) => [name.slice(prefix.length), array]),
  );
}

function progressOf(text: string, arrays: ReadonlyMap<string, NamedArray>, name: string): Progress {
  let told: Record<string, unknown>;
  try {
    told = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw unusable(name, 'its progress is not JSON');
  }
  const { history, steps, finished, best } = told ?? {};
  if (
    !Array.isArray(history) ||
    !history.every(isEpoch) ||
    !Number.isSafeInteger(steps) ||
    typeof finished !== 'boolean'
  )
    throw unusable(name, 'its progress is incomplete');
  const progress = freshProgress();
  progress.history.push(...history);
  progress.steps = steps as number;
  progress.finished = finished;
  if (typeof best === 'object' && best !== null) {
    const { epoch, loss } = best as Record<string, unknown>;
    if (typeof epoch !== 'number' || typeof loss !== 'number') throw unusable(name, 'its best epoch is incomplete');
    progress.best = {
      epoch,
      loss,
      parameters: new Map([...part(arrays, 'best/')].map(([key, array]) => [key, array.data])),
    };
  }
  return progress;
}

/** The slots of one folder; each save goes to the one that does not hold the newest checkpoint. */
export class CheckpointSlots {
  private readonly folder: string;
  private next: 0 | 1 = 0;
  /**
   * `resumed`: goes on after the folder's newest checkpoint; otherwise what an earlier run left is removed, so that it
   * cannot pass for this one's.
   */
  constructor(folder: string, resumed: boolean) {
    this.folder = folder;
    if (resumed) this.next = newest(folder)?.slot === 0 ? 1 : 0;
    else for (const slot of SLOTS) removeFile(folder, slot);
  }
  /** Throws `file-error`. */
  save(recipe: string, engine: Engine, progress: Progress): void {
    replaceFile(this.folder, SLOTS[this.next], encodeCheckpoint(recipe, engine.state, progress));
    this.next = this.next === 0 ? 1 : 0;
  }
}

/**
 * The newest whole checkpoint of a folder, null when neither slot has one. Throws the fault of a slot when a file is
 * there and none is whole.
 */
function newest(folder: string): (Checkpoint & { readonly slot: number }) | null {
  let fault: WhygradError | null = null;
  const found = SLOTS.flatMap((name, slot) => {
    const bytes = readBytesIfThere(joinPath(folder, name));
    if (bytes === null) return [];
    try {
      return [{ ...decodeCheckpoint(bytes, joinPath(folder, name)), slot }];
    } catch (error) {
      if (!(error instanceof WhygradError)) throw error;
      fault = error;
      return [];
    }
  });
  const [first, second] = found;
  if (first === undefined && fault !== null) throw fault as WhygradError;
  return second !== undefined && second.progress.steps > (first?.progress.steps ?? -1) ? second : (first ?? null);
}

/** The newest whole checkpoint of a folder. Throws `no-checkpoint`, or the fault of a slot when none is whole. */
export function loadCheckpoint(folder: string): Checkpoint {
  const found = newest(folder);
  if (found === null)
    throw new WhygradError('no-checkpoint', `${folder} holds no checkpoint`, {
      hint: 'resume from the folder that --out named',
    });
  return found;
}

/** Puts a checkpoint's arrays into an engine. Throws `damaged-checkpoint` where names or sizes differ. */
export function restore(engine: Engine, checkpoint: Checkpoint): void {
  for (const [name, { data }] of engine.state) {
    const saved = checkpoint.arrays.get(name);
    if (saved === undefined || saved.data.length !== data.length)
      throw unusable('the checkpoint', `it was made for another network (${name} differs)`);
  }
  for (const [name, values] of checkpoint.progress.best?.parameters ?? []) {
    if (engine.state.get(name)?.data.length !== values.length)
      throw unusable('the checkpoint', `its best parameters are another network's (${name} differs)`);
  }
  for (const [name, { data }] of engine.state) data.set(must(checkpoint.arrays.get(name)).data);
}
