// Logits of a batch in one flat array, class numbers beside.
export function crossEntropy(logits: Float64Array, targets: Int32Array, rows: number, columns: number): number {
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    let max = -Infinity;
    for (let c = 0; c < columns; c++) max = Math.max(max, logits[r * columns + c]);
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += Math.exp(logits[r * columns + c] - max);
    loss += max + Math.log(sum) - logits[r * columns + targets[r]];
  }
  return loss / rows;
}

export function crossEntropyBackward(
  logits: Float64Array,
  targets: Int32Array,
  rows: number,
  columns: number,
): Float64Array {
  const grad = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    let max = -Infinity;
    for (let c = 0; c < columns; c++) max = Math.max(max, logits[r * columns + c]);
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += Math.exp(logits[r * columns + c] - max);
    for (let c = 0; c < columns; c++) {
      grad[r * columns + c] = Math.exp(logits[r * columns + c] - max) / sum / rows;
    }
    grad[r * columns + targets[r]] -= 1;
  }
  return grad;
}
