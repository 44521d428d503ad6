// Operators that tfjs puts together from others and for which we have a kernel: log-softmax, log-sum-exp, softmax with cross-entropy.
// Not here: kernels that tfjs has itself (`backend.ts`).
// Invariant: arguments are checked by tfjs's own code before they come here.
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, logSoftmax, type Floats } from '../../../src/kernels/index.ts';
import { note } from './reached.ts';

type Save = (tensors: tf.Tensor[]) => void;

export const logSoftmaxKernel = (logits: tf.Tensor, axis: number): tf.Tensor =>
  tf.engine().runKernel('LogSoftmax', { logits: tf.cast(logits, 'float32') }, { axis });

export function logSumExpKernel(x: tf.Tensor, axes: number[], keepDims: boolean): tf.Tensor {
  const kept = tf.backend_util.expandShapeToKeepDim;
  const operator = tf.customGrad((z: unknown, save: unknown) => {
    const logits = z as tf.Tensor;
    const value = tf.engine().runKernel('LogSumExp', { x: logits }, { axes }) as tf.Tensor;
    (save as Save)([logits, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [from, sum] = saved as [tf.Tensor, tf.Tensor];
        const shape = kept(sum.shape, axes);
        return tf.mul(tf.reshape(dy, shape), tf.exp(tf.sub(from, tf.reshape(sum, shape))));
      },
    };
  });
  const result = operator(tf.cast(x, 'float32'));
  return keepDims ? tf.reshape(result, kept(result.shape, axes)) : result;
}

/** −Σ y·log softmax(z) for rows; the gradient by the labels y is −log softmax(z). */
export function softmaxCrossEntropyKernel(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const operator = tf.customGrad((y: unknown, z: unknown, save: unknown) => {
    const [targets, from] = [tf.cast(y as tf.Tensor, 'float32'), tf.cast(z as tf.Tensor, 'float32')];
    const { shape } = from;
    const columns = shape.at(-1) as number;
    const values = from.dataSync() as Float32Array<ArrayBuffer>;
    note('SoftmaxCrossEntropyWithLogits');
    const { loss, gradient } = crossEntropy(values, targets.dataSync() as Float32Array<ArrayBuffer>, {
      columns,
      rows: values.length / columns,
      reduction: 'none',
      gradient: true,
    });
    const tensor = (v: unknown, as: number[]): tf.Tensor => tf.tensor(v as Float32Array, as, 'float32');
    (save as Save)([
      tensor(logSoftmax(values as Floats, { columns, rows: values.length / columns }), shape),
      tensor(gradient, shape),
    ]);
    return {
      value: tensor(loss, shape.slice(0, -1)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logs, slope] = saved as [tf.Tensor, tf.Tensor];
        const upstream = tf.reshape(dy, [...shape.slice(0, -1), 1]);
        return [tf.mul(upstream, tf.neg(logs)), tf.mul(upstream, slope)];
      },
    };
  });
  return operator(labels, logits);
}
