// The derivations of the library in vectors and matrices.
// Not here: index form (`derivations.ts`), the convention of rows (`inRows`).
// Invariant: vectors are columns; the definitions in index form mean the same (a test asks the oracle).
import { quantity } from './derivations.ts';
import type { Derivation } from './derivation.ts';
import {
  add,
  all,
  at,
  call,
  entrywise,
  minus,
  num,
  over,
  partial,
  product,
  sizeOf,
  sub,
  sum,
  power,
  times,
  tr,
  type Maths,
} from './maths.ts';

const L = at('loss');
const half = over(num(1), num(2));
const X = all('design');
const w = all('weights');
const y = all('targets');
const [W, x, b] = [all('matrix'), all('vector'), all('shift')];
const squares = (m: Maths): Maths => product(tr(m), m);
const residual = sub(product(X, w), y);

const regression = [
  quantity('design', ['N', 'D'], 'the matrix of examples'),
  quantity('weights', ['D'], 'the vector of weights'),
  quantity('targets', ['N'], 'the vector of targets'),
];
const fitted = sum('D1', times(at('design', 'N1', 'D1'), at('weights', 'D1')));
const squaredError = sum('N1', power(sub(fitted, at('targets', 'N1')), 2));

export const wholeDerivations: readonly Derivation[] = [
  {
    name: 'least squares',
    from: 'mean-squared-error',
    form: 'whole',
    inputs: regression,
    defined: [
      {
        says: 'the loss',
        name: 'loss',
        at: [],
        body: times(over(num(1), sizeOf('N')), squaredError),
        whole: times(over(num(1), sizeOf('N')), squares(residual)),
      },
    ],
    claims: [
      {
        says: 'multiplied out',
        head: L,
        chain: [
          times(
            over(num(1), sizeOf('N')),
            add(product(tr(w), tr(X), X, w), minus(times(num(2), product(tr(y), X, w))), product(tr(y), y)),
          ),
        ],
      },
      {
        says: 'the gradient',
        head: partial(L, w),
        chain: [
          times(over(num(2), sizeOf('N')), product(tr(X), residual)),
          times(over(num(2), sizeOf('N')), sub(product(tr(X), X, w), product(tr(X), y))),
        ],
      },
    ],
  },
  {
    name: 'ridge regression',
    from: 'mean-squared-error',
    form: 'whole',
    inputs: [...regression, quantity('penalty', [], 'the weight of the penalty', 'positive')],
    defined: [
      {
        says: 'the loss with its penalty',
        name: 'loss',
        at: [],
        body: add(squaredError, times(at('penalty'), sum('D1', power(at('weights', 'D1'), 2)))),
        whole: add(squares(residual), times(at('penalty'), squares(w))),
      },
    ],
    claims: [
      {
        says: 'the gradient',
        head: partial(L, w),
        chain: [
          add(times(num(2), product(tr(X), residual)), times(num(2), at('penalty'), w)),
          add(
            times(num(2), product(tr(X), X, w)),
            minus(times(num(2), product(tr(X), y))),
            times(num(2), at('penalty'), w),
          ),
        ],
      },
    ],
  },
  {
    name: 'quadratic form in matrices',
    from: 'quadratic-form',
    form: 'whole',
    inputs: [quantity('vector', ['V'], 'a vector'), quantity('square', ['V', 'V'], 'a square matrix')],
    defined: [
      {
        says: 'the form',
        name: 'form',
        at: [],
        body: sum('V1', sum('V2', times(at('vector', 'V1'), at('square', 'V1', 'V2'), at('vector', 'V2')))),
        whole: product(tr(x), all('square'), x),
      },
    ],
    claims: [
      {
        says: 'by the vector',
        head: partial(at('form'), x),
        chain: [
          add(product(all('square'), x), product(tr(all('square')), x)),
          product(add(all('square'), tr(all('square'))), x),
        ],
      },
      { says: 'by the matrix', head: partial(at('form'), all('square')), chain: [product(x, tr(x))] },
    ],
  },
  {
    name: 'linear layer in matrices',
    from: 'linear-layer',
    form: 'whole',
    inputs: [
      quantity('matrix', ['H', 'V'], 'the matrix of weights'),
      quantity('vector', ['V'], 'the input vector'),
      quantity('shift', ['H'], 'the vector of biases'),
      quantity('aims', ['H'], 'the vector of targets'),
    ],
    defined: [
      {
        says: 'the output of the layer',
        name: 'output',
        at: ['H1'],
        body: add(sum('V1', times(at('matrix', 'H1', 'V1'), at('vector', 'V1'))), at('shift', 'H1')),
        whole: add(product(W, x), b),
      },
      {
        says: 'half the squared distance to the targets',
        name: 'loss',
        at: [],
        body: times(half, sum('H1', power(sub(at('output', 'H1'), at('aims', 'H1')), 2))),
        whole: times(half, squares(sub(all('output'), all('aims')))),
      },
    ],
    claims: [
      { says: 'by the output', head: partial(L, all('output')), chain: [sub(all('output'), all('aims'))] },
      { says: 'by the weights', head: partial(L, W), chain: [product(sub(all('output'), all('aims')), tr(x))] },
      { says: 'by the bias', head: partial(L, b), chain: [sub(all('output'), all('aims'))] },
      { says: 'by the input', head: partial(L, x), chain: [product(tr(W), sub(all('output'), all('aims')))] },
    ],
  },
  {
    name: 'two layers in matrices',
    from: 'two-layer-network',
    form: 'whole',
    inputs: [
      quantity('first', ['H', 'V'], 'the matrix of the hidden layer'),
      quantity('second', ['C', 'H'], 'the matrix of the output layer'),
      quantity('vector', ['V'], 'the input vector'),
      quantity('aims', ['C'], 'the vector of targets'),
    ],
    defined: [
      {
        says: 'the hidden units',
        name: 'hidden',
        at: ['H1'],
        body: call('tanh', sum('V1', times(at('first', 'H1', 'V1'), at('vector', 'V1')))),
        whole: call('tanh', product(all('first'), x)),
      },
      {
        says: 'the output',
        name: 'output',
        at: ['C1'],
        body: sum('H1', times(at('second', 'C1', 'H1'), at('hidden', 'H1'))),
        whole: product(all('second'), all('hidden')),
      },
      {
        says: 'the loss',
        name: 'loss',
        at: [],
        body: times(half, sum('C1', power(sub(at('output', 'C1'), at('aims', 'C1')), 2))),
        whole: times(half, squares(sub(all('output'), all('aims')))),
      },
    ],
    claims: [
      {
        says: 'the output layer',
        head: partial(L, all('second')),
        chain: [product(sub(all('output'), all('aims')), tr(all('hidden')))],
      },
      {
        says: 'back to the hidden units',
        head: partial(L, all('hidden')),
        chain: [product(tr(all('second')), sub(all('output'), all('aims')))],
      },
      {
        says: 'the hidden layer',
        head: partial(L, all('first')),
        chain: [
          product(
            entrywise(
              product(tr(all('second')), sub(all('output'), all('aims'))),
              sub(num(1), entrywise(all('hidden'), all('hidden'))),
            ),
            tr(x),
          ),
        ],
      },
    ],
  },
];
