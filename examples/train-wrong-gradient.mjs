// Softmax outputs with half the squared error, trained with the derived gradient and with two that people write by mistake:
// the diagonal of the Jacobian alone, and softmax' evaluated at z instead of at its output.
import { loadIris, train } from 'whygrad';

const messageOf = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error));

const gradients = {
  'derived from the formulas': undefined,
  'diagonal only: (ŷ − y) ŷ (1 − ŷ)': { z: '(y_hat_no - y_no)*y_hat_no*(1 - y_hat_no)/N' },
  'at z, not at ŷ: (ŷ − y) z (1 − z)': { z: '(y_hat_no - y_no)*z_no*(1 - z_no)/N' },
};
for (const [name, replaced] of Object.entries(gradients)) {
  const run = train('networks/squared-error-softmax', loadIris(), {
    epochs: 30,
    optimizer: 'sgd',
    learningRate: 0.5,
    seed: 1,
    ...(replaced === undefined ? {} : { gradients: replaced }),
  });
  try {
    await run;
    const loss = (/** @type {number} */ epoch) => `${run.history[epoch - 1].loss.toFixed(3)} after ${epoch}`;
    console.log(
      `${name}: loss ${loss(1)}, ${loss(3)}, ${loss(10)}, ${loss(30)} epochs; test accuracy ${run.test().accuracy?.toFixed(3)}`,
    );
  } catch (error) {
    console.log(`${name}: ${messageOf(error)}`);
  }
}
try {
  train('networks/squared-error-softmax', loadIris(), {
    check: true,
    seed: 1,
    gradients: gradients['diagonal only: (ŷ − y) ŷ (1 − ŷ)'],
  });
} catch (error) {
  console.log(`with check: true the diagonal does not even start: ${messageOf(error)}`);
}
// prints:
// derived from the formulas: loss 0.346 after 1, 0.161 after 3, 0.103 after 10, 0.065 after 30 epochs; test accuracy 0.900
// diagonal only: (ŷ − y) ŷ (1 − ŷ): loss 0.370 after 1, 0.201 after 3, 0.119 after 10, 0.083 after 30 epochs; test accuracy 0.867
// at z, not at ŷ: (ŷ − y) z (1 − z): epoch 2, step 4: the gradient by z is not finite at n = 1, o = 1: (y_hat_{1,1} - y_{1,1})*z_{1,1}*(1 - z_{1,1})/N is -Infinity
// with check: true the diagonal does not even start: the gradient by w[2, 3] differs from dual numbers by 0.121
