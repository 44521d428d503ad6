// Judges every program of this folder and prints one line a gradient.
// needs: numpy, torch
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { doctor } from 'whygrad';

const folder = fileURLToPath(new URL('.', import.meta.url));
const word = { correct: 'right', wrong: 'wrong', unstable: 'unstable', unclear: 'unclear' };

for (const file of readdirSync(folder)
  .filter((f) => /\.(py|js|ts)$/.test(f))
  .sort()) {
  for (const d of await doctor(join(folder, file), { patience: 0 })) {
    const place = d.line === null ? file : `${file}:${d.line}`;
    const ids = d.mistakes.length > 0 ? d.mistakes.join(' + ') : d.mistake?.id;
    console.log(
      `${place} ${d.function}: ${word[d.verdict]}${d.mistake === null ? '' : `: ${d.mistake.name} (${ids})`}`,
    );
  }
}
// prints:
// activations.py:20 Softmax.gradient: wrong: Softmax treated entry by entry (diag-only)
// activations.py Sigmoid.gradient: right
// activations.py LeakyReLU.gradient: right
// activations.py SoftPlus.gradient: right
// attention.py:22 attention_backward: wrong: 1/√d is lost in the backward pass (attention-scale-lost)
// autograd.py:14 MySigmoid.backward: wrong: The formula evaluated at the input (input-not-output)
// autograd.py MySiLU.backward: right
// course_loss.py:17 softmax_loss: wrong: 1/N is dropped (n-dropped)
// course_loss.py svm_loss: right
// course_norm.py:20 layernorm_backward: wrong: The term through the mean is missing (norm-mean-term-lost)
// course_norm.py affine_backward: right
// cross-entropy.ts:31 crossEntropyBackward: wrong: 1/N in some parts only (n-dropped-partly)
// functions.js:5 activations.sigmoid.deriv: wrong: The formula evaluated at the input (input-not-output)
// functions.js:28 sigmoidPrime: wrong: The activation is applied once more in its derivative (activation-twice)
// functions.js tanhDerivative: right
// label-probability.js:17 crossEntropyGradient: unstable: −y/p, then times p (ratio-of-underflow)
// layers.py:14 Layer_Dense.backward: wrong: The gradient of the bias is averaged (bias-mean)
// layers.py Activation_Softmax.backward: right
// losses.ts:16 binaryCrossEntropy.df: wrong: p − y returned as the derivative by p (logit-as-prob + n-dropped)
// losses.ts meanSquaredError.df: right
// plain_lists.py:15 softmax_jacobian: wrong: Plus off the diagonal (offdiag-sign)
// regression.py compute_gradient: right
// script.py sigmoid_derivative: right
// script.py <script>: right
// softmax-layer.js:33 SoftmaxLayer.backward: wrong: A vector is overwritten in the double loop (loop-overwrite)
