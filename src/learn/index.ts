// What the room `learn` offers to the door of the package.
// Not here: any definition.
// Invariant: re-exports only; nothing here needs Node but `Model.save`, `Model.load`, `out`, `resume`, `runTrain` and
// `runPredict`, which say so where there is no file system.
export { train, recipeOf, Training, type TrainingData } from './train.ts';
export { Model, type Evaluation, type Prediction } from './model.ts';
export type { TrainOptions } from './options.ts';
export type { Epoch } from './loop.ts';
export type { Warning } from './warnings.ts';
export type { GradientCheck } from './check-gradients.ts';
export type { ScheduleOptions } from './schedule.ts';
export { presetNames, type PresetName } from './presets.ts';
export { fromArrays, type ArraysOfData, type Dataset, type Rows } from './data/dataset.ts';
export { makeBlobs, makeCircles, makeMoons, makeSpiral, type GenerateOptions } from './data/generate.ts';
export { loadDigits } from './data/digits.ts';
export { loadIris } from './data/iris.ts';
export { readDataset } from './data/file.ts';
export type { TableOptions } from './data/table.ts';
export { measureScaling, split, standardise, type Scaling } from './data/split.ts';
export { accuracyOf, confusionMatrix, explainedVariance, perClass, rootMeanSquare } from './metrics.ts';
export { readSafetensors, writeSafetensors, type Archive, type NamedArray } from './files/safetensors.ts';
export { readNpy, writeNpy, type NumericArray } from './data/npy.ts';
export { plotCurves, type Curve } from './view/braille.ts';
export { drawBoundary, sampleBoundary, type BoundaryGrid } from './view/boundary.ts';
export { boundarySvg, curvesSvg } from './view/svg.ts';
export { runPredict, runTrain, type PredictCommand, type Terminal, type TrainCommand } from './command.ts';
