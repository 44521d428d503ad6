// The built-in networks: the document of the library for a number of hidden layers, or one written in the same terms.
// Not here: what a document means.
// Invariant: a written document says the same as the library's for the same layers.
import { must } from '../../term/must.ts';

/**
 * What a built-in network is asked for. `outputs`: softmax with cross-entropy for classes, linear with squared error
 * for numbers.
 */
export interface NetworkShape {
  readonly hidden: number;
  readonly activation: string;
  readonly outputs: 'softmax' | 'linear';
}

const inLibrary: ReadonlyMap<string, string> = new Map([
  ['0 softmax', 'networks/softmax-regression'],
  ['1 softmax tanh', 'networks/one-hidden-layer-tanh'],
  ['1 softmax relu', 'networks/one-hidden-layer-relu'],
  ['2 softmax tanh', 'networks/two-hidden-layers-tanh'],
  ['2 softmax relu', 'networks/two-hidden-layers-relu'],
  ['1 linear', 'networks/squared-error-hidden'],
]);

/** The name of the library's document for these layers, or null. */
export function libraryNetwork({ hidden, activation, outputs }: NetworkShape): string | null {
  const key = `${hidden} ${outputs}`;
  return inLibrary.get(key) ?? inLibrary.get(`${key} ${activation}`) ?? null;
}

/**
 * A fully connected network of any depth in plain notation: layers h1, h2, … of the open function f, weights w1 …,
 * biases b1 ….
 */
export function writeNetwork({ hidden, outputs }: NetworkShape): string {
  const letters = [...'ijklmpqr'];
  const letter = (layer: number): string => must(letters[layer % letters.length]);
  const lines: string[] = [];
  for (let layer = 1; layer <= hidden; layer++) {
    const before = layer === 1 ? 'x' : `h${layer - 1}`;
    const [i, j] = [letter(layer - 1), letter(layer)];
    lines.push(
      `a${layer}_n${j} = sum_${i} ${before}_n${i} w${layer}_${i}${j} + b${layer}_${j}`,
      `h${layer}_n${j} = f(a${layer}_n${j})`,
    );
  }
  const last = hidden === 0 ? 'x' : `h${hidden}`;
  const i = letter(hidden);
  lines.push(`z_no = sum_${i} ${last}_n${i} w_${i}o + b_o`);
  if (outputs === 'linear') lines.push('L = (1/N) sum_{n=1}^{N} sum_o (z_no - y_no)^2');
  else lines.push('y_hat_no = exp(z_no)/sum_c exp(z_nc)', 'L = -(1/N) sum_{n=1}^{N} sum_o y_no log(y_hat_no)');
  return lines.join('\n\n');
}
