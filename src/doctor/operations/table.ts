// Every operation that the doctor knows.
// Not here: the records (one file a family).
// Invariant: where two operations fit a program equally well, the one that stands first is taken.
import { activations } from './activations.ts';
import { composed } from './composed.ts';
import * as layers from './layers.ts';
import * as losses from './losses.ts';
import { networks, singleLayer } from './networks.ts';
import type { Operation } from './operation.ts';
import * as c from './softmax-losses.ts';
import * as s from './softmax.ts';

export const operations: readonly Operation[] = [
  s.softmax,
  s.temperedSoftmax,
  s.logSoftmax,
  ...activations,
  c.softmaxCrossEntropy,
  c.smoothedCrossEntropy,
  c.sharedSmoothing,
  c.temperedCrossEntropy,
  c.weightedCrossEntropy,
  c.summedWeights,
  c.squaredErrorSoftmax,
  c.crossEntropy,
  c.klDivergence,
  c.reverseKl,
  c.klOfProbabilities,
  c.entropy,
  c.focalLoss,
  c.logSumExp,
  losses.negativeLogLikelihood,
  losses.meanSquaredError,
  losses.meanAbsoluteError,
  losses.huber,
  losses.binaryCrossEntropy,
  losses.binaryLogits,
  losses.squaredErrorSigmoid,
  losses.hinge,
  losses.binaryHinge,
  losses.logisticRegression,
  losses.logisticNoBias,
  losses.linearRegression,
  losses.linearNoBias,
  ...losses.softmaxRegressions,
  losses.softmaxLinear,
  losses.cosineSimilarity,
  layers.linear,
  layers.linearNoBias,
  ...layers.norms,
  ...layers.bareNorms,
  layers.rmsNorm,
  layers.l2Normalise,
  ...layers.attentions,
  layers.embedding,
  layers.dropout,
  layers.recurrent,
  layers.convolution,
  layers.convolutionFlipped,
  ...composed,
  ...networks,
  singleLayer,
];
