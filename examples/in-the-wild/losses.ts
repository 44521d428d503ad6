// Losses as objects with a function and its derivative.
export interface Loss {
  f(prediction: number[], target: number[]): number;
  df(prediction: number[], target: number[]): number[];
}

export const meanSquaredError: Loss = {
  f: (prediction, target) => prediction.reduce((s, p, i) => s + (p - target[i]) ** 2, 0) / prediction.length,
  df: (prediction, target) => prediction.map((p, i) => (2 * (p - target[i])) / prediction.length),
};

export const binaryCrossEntropy: Loss = {
  f: (prediction, target) =>
    -prediction.reduce((s, p, i) => s + target[i] * Math.log(p) + (1 - target[i]) * Math.log(1 - p), 0) /
    prediction.length,
  df: (prediction, target) => prediction.map((p, i) => p - target[i]),
};
