// The public door of whygrad: what `import … from 'whygrad'` gives, grouped by room.
// Not here: any definition of its own.
// Invariant: re-exports only, so that a bundler keeps just what is used.

// --- term: what a formula is -------------------------------------------------------------------------------------
export { WhygradError, describe, type Span } from './term/error.ts';
export type { Term, Index, Condition, SetId } from './term/term.ts';
export { nodeCount } from './term/count.ts';
export { emptyContext, type Assumption, type Context, type Definition } from './term/context.ts';
export { parse } from './meaning/parse.ts';
export { joinLines, print, printLine, type Line, type Part, type Spelling } from './term/print.ts';

// --- document: the library -------------------------------------------------------------------------------------------
export { libraryDocument, libraryNames } from './meaning/library.ts';

// --- derive: a question in, a checked derivation out -----------------------------------------------------------------
export { derive, type DeriveOptions } from './derive/derive.ts';
export { evaluate, type EvaluateOptions, type Evaluation, type Nested } from './derive/evaluate.ts';
export { prepare, type Prepared, type PreparedValues } from './derive/prepare.ts';
export { report, type ReportFormat, type ReportOptions, type Role } from './derive/report.ts';
export type { Axis, Derivation, Form, Formula, Given, Step, Words } from './derive/derivation.ts';
export type { How, Origin } from './derive/origins.ts';

// --- lint: a person's claims judged ----------------------------------------------------------------------------------
export { check } from './lint/check.ts';
export type { CheckedClaim, ClaimCounterexample } from './lint/checked.ts';
export { linter, type ClaimDiagnosis, type Linter } from './lint/linter.ts';
export { checkStep, type CheckedStep, type Step as CheckStepOptions } from './lint/check-step.ts';
export { isIncomplete, lintNotes, lintReport, type LintFormat, type LintReportOptions } from './lint/report.ts';
export { baselineOf, sinceBaseline, type Baseline } from './lint/baseline.ts';
export { explain, explanation, mistakes, type Mistake, type MistakeGroup } from './lint/explain.ts';
export { mistakeGradient, type NetworkNames } from './lint/mistake-gradient.ts';
export { fixText, type Change, type FixEdit, type Fixed } from './lint/fix.ts';
export { lintWhy, whyText, type Why, type WhyEvidence, type WhyStatement, type WhySymbol } from './lint/why.ts';
export {
  lint,
  lintDocument,
  type Claim,
  type LintedDocument,
  type LintOptions,
  type Unread,
} from './lint/lint.ts';

// --- doctor: a person's gradient code judged -------------------------------------------------------------------------
export {
  doctor,
  type Diagnosis,
  type DoctorFormat,
  type DoctorOptions,
  type Evidence,
  type NamedMistake,
} from './doctor/door.ts';
export { doctorReport, type DoctorLayout } from './doctor/report/layout.ts';

// --- learn: data, networks, training ---------------------------------------------------------------------------------
export {
  train,
  Training,
  Model,
  presetNames,
  fromArrays,
  makeBlobs,
  makeCircles,
  makeMoons,
  makeSpiral,
  loadDigits,
  loadIris,
  readDataset,
  measureScaling,
  split,
  standardise,
  accuracyOf,
  confusionMatrix,
  explainedVariance,
  perClass,
  rootMeanSquare,
  readSafetensors,
  writeSafetensors,
  readNpy,
  writeNpy,
  plotCurves,
  drawBoundary,
  sampleBoundary,
  boundarySvg,
  curvesSvg,
  runPredict,
  runTrain,
  type TrainingData,
  type Evaluation as ModelEvaluation,
  type Prediction,
  type TrainOptions,
  type Epoch,
  type Warning,
  type GradientCheck,
  type ScheduleOptions,
  type PresetName,
  type ArraysOfData,
  type Dataset,
  type Rows,
  type GenerateOptions,
  type TableOptions,
  type Scaling,
  type Archive,
  type NamedArray,
  type NumericArray,
  type Curve,
  type BoundaryGrid,
  type PredictCommand,
  type Terminal,
  type TrainCommand,
} from './learn/index.ts';

// --- kernels: ready to use -------------------------------------------------------------------------------------------
export {
  crossEntropy,
  gelu,
  hessianVectorProduct,
  layerNorm,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  matmul,
  relu,
  rmsNorm,
  sigmoid,
  silu,
  softmax,
  softmaxBackward,
  softmaxJacobian,
  softplus,
  tanh,
  type ActivationFunction,
  type ActivationOptions,
  type ActivationPlanOptions,
  type BackwardFunction,
  type CrossEntropyFunction,
  type CrossEntropyOptions,
  type CrossEntropyPlan,
  type CrossEntropyPlanOptions,
  type CrossEntropyResult,
  type DerivativeOptions,
  type Floats,
  type HessianFunction,
  type HessianOptions,
  type JacobianFunction,
  type KernelPlan,
  type Mask,
  type MatmulFunction,
  type MatmulOptions,
  type MatmulPlanOptions,
  type MatmulShape,
  type NormFunction,
  type NormGradients,
  type NormOptions,
  type Reduction,
  type RowFunction,
  type RowPlanOptions,
  type RowShape,
  type SoftmaxOptions,
  type SoftmaxPlanInputs,
  type SoftmaxPlanOptions,
  type SoftmaxPlanOutputs,
  type Speed,
} from './kernels/index.ts';

// --- kernels: formulas compiled, and written in other languages ------------------------------------------------------
export {
  compile,
  type CompileFormulaOptions,
  type EmitFormulaOptions,
  type FormulaOptions,
} from './kernels/formula.ts';
export type { Plan, View } from './compile/plan.ts';
export { linearCrossEntropy } from './kernels/linear-cross-entropy.ts';
export type {
  LinearCrossEntropyFunction,
  LinearCrossEntropyOptions,
  LinearCrossEntropyPlan,
  LinearCrossEntropyResult,
} from './kernels/linear-cross-entropy.ts';
export { emit } from './kernels/emit.ts';
export type { EmittedFile } from './compile/emit.ts';
