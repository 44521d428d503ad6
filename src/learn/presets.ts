// The training runs that have a name: data, network and options that are known to work together.
// Not here: the data and the networks themselves.
// Invariant: a preset is nothing but defaults; every part can be overridden.
import { makeBlobs, makeCircles, makeMoons, makeSpiral } from './data/generate.ts';
import { loadDigits } from './data/digits.ts';
import { loadIris } from './data/iris.ts';
import type { Dataset } from './data/dataset.ts';
import type { TrainOptions } from './options.ts';

/** A built-in training run: data, network and options that are known to work together. */
export type PresetName = 'moons' | 'circles' | 'blobs' | 'spiral' | 'iris' | 'digits';
export interface Preset {
  readonly data: (seed: number) => Dataset;
  readonly options: TrainOptions;
}

/** Presets by name. */
export const presets: { readonly [K in PresetName]: Preset } = {
  moons: {
    data: (seed) => makeMoons({ samples: 1000, noise: 0.1, seed }),
    options: { hidden: [16, 16], activation: 'relu', learningRate: 0.01, epochs: 100, standardise: false },
  },
  circles: {
    data: (seed) => makeCircles({ samples: 1000, noise: 0.1, factor: 0.5, seed }),
    options: { hidden: [16, 16], activation: 'tanh', learningRate: 0.01, epochs: 60, standardise: false },
  },
  blobs: {
    data: (seed) =>
      makeBlobs({
        samples: 1000,
        centers: [
          [-3, 0],
          [3, 0],
          [0, 5],
        ],
        seed,
      }),
    options: { hidden: [16], activation: 'tanh', learningRate: 0.01, epochs: 40 },
  },
  spiral: {
    data: (seed) => makeSpiral({ samples: 900, noise: 0.2, seed }),
    options: { hidden: [32, 32], activation: 'tanh', learningRate: 0.01, epochs: 200, standardise: false },
  },
  iris: {
    data: loadIris,
    options: { hidden: [], learningRate: 0.05, schedule: 'cosine', epochs: 200, standardise: false },
  },
  digits: {
    data: () => scaled(loadDigits(), 16),
    options: { hidden: [64], activation: 'relu', learningRate: 0.001, epochs: 60, standardise: false },
  },
};
/** The names of the built-in training runs. */
export const presetNames = Object.keys(presets) as readonly PresetName[];
export const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name);

const scaled = (data: Dataset, by: number): Dataset => ({ ...data, features: data.features.map((v) => v / by) });
