// How fast is a plan compiled from a formula beside the ready kernel of the same meaning?
// Usage: node bench/formula.mjs
// Not here: other libraries.
// Invariant: both plans read the same numbers from their own memory, in turns; the ratio is the formula's time over the ready kernel's.
import { pathToFileURL } from 'node:url';
import { compare, fillLogits, SHAPES } from './kernels/measure.mjs';
import { builtFolder, ours, styles } from './kernels/ours.mjs';

const { compile } = await import(pathToFileURL(`${builtFolder}/kernels/formula.js`).href);

const SOFTMAX = 'p_nj = exp(z_nj)/sum_k exp(z_nk)';
const LOSS = `${SOFTMAX}\nL = -(1/size(z,1))*sum_{n,j} y_nj*log(p_nj)\nsum_j y_nj = 1`;
/** What is compared: the formula's plan and its inputs, the ready plan and its inputs. */
const questions = {
  softmax: {
    formula: (z, fast) => compile(SOFTMAX, { outputs: ['p'], sizes: { z }, fast }),
    ready: (rows, columns, fast) => ours.softmax.plan({ rows, columns, fast }),
    fill(formula, ready) {
      fillLogits(formula.inputs.z);
      ready.inputs.x.set(formula.inputs.z);
    },
  },
  'log-softmax': {
    formula: (z, fast) => compile('l_nj = z_nj - log(sum_k exp(z_nk))', { outputs: ['l'], sizes: { z }, fast }),
    ready: (rows, columns, fast) => ours.logSoftmax.plan({ rows, columns, fast }),
    fill(formula, ready) {
      fillLogits(formula.inputs.z);
      ready.inputs.x.set(formula.inputs.z);
    },
  },
  'cross-entropy + gradient, probabilities as targets': {
    formula: (z, fast) => compile(LOSS, { outputs: ['L', 'dL/dz_ij'], sizes: { z }, fast }),
    ready: (rows, columns, fast) =>
      ours.crossEntropy.plan({ rows, columns, gradient: true, targets: 'probability', fast }),
    fill(formula, ready, columns) {
      fillLogits(formula.inputs.z);
      ready.inputs.logits.set(formula.inputs.z);
      for (let row = 0; row * columns < formula.inputs.y.length; row++)
        formula.inputs.y[row * columns + ((row * 7919) % columns)] = 1;
      ready.inputs.targets.set(formula.inputs.y);
    },
  },
};

for (const [name, q] of Object.entries(questions))
  for (const [rows, columns] of SHAPES)
    for (const { style, fast } of styles) {
      const formula = q.formula([rows, columns], fast);
      const ready = q.ready(rows, columns, fast);
      q.fill(formula, ready, columns);
      await compare(
        `formula beside ready: ${name}`,
        { shape: `${rows}x${columns}`, style, threads: 1 },
        () => formula.run(),
        { ready: () => ready.run() },
      );
      formula.dispose();
      ready.dispose();
    }
