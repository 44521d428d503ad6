// The derivations that simulated authors write down: those of the library, in index form.
// Not here: vectors and matrices (`derivations-whole.ts`), letters, spelling.
// Invariant: roles, not letters, name the quantities; `C1` is the first index over the classes.
import type { Asserted, Defined, Derivation, Quantity } from './derivation.ts';
import {
  add,
  at,
  call,
  cases,
  delta,
  minus,
  num,
  over,
  partial,
  power,
  sizeOf,
  sub,
  sum,
  times,
  type Index,
  type Maths,
} from './maths.ts';

export const quantity = (
  name: string,
  axes: Quantity['axes'],
  says: string,
  kind: Quantity['kind'] = 'any',
): Quantity => ({
  name,
  axes,
  says,
  kind,
});
const def = (says: string, name: string, indices: Index[], body: Maths): Defined => ({ says, name, at: indices, body });
const claim = (says: string, head: Maths, ...chain: Maths[]): Asserted => ({ says, head, chain });
const withForms = (c: Asserted, ...forms: Maths[]): Asserted => ({ ...c, forms });

const z = (i: Index): Maths => at('logits', i);
const p = (i: Index): Maths => at('probabilities', i);
const y = (i: Index): Maths => at('labels', i);
const L = at('loss');
const exp = (m: Maths): Maths => call('exp', m);
const log = (m: Maths): Maths => call('log', m);
const square = (m: Maths): Maths => power(m, 2);
const half = over(num(1), num(2));
const perExample = over(num(1), sizeOf('N'));

const logits = quantity('logits', ['C'], 'the logits');
const labels = quantity('labels', ['C'], 'the labels', 'share');
const softmax = def(
  'softmax turns the logits into probabilities',
  'probabilities',
  ['C1'],
  over(exp(z('C1')), sum('C2', exp(z('C2')))),
);
const jacobian = times(p('C1'), sub(delta('C2', 'C1'), p('C2')));
const softmaxClaim = withForms(
  claim(
    'by the quotient rule',
    partial(p('C1'), z('C2')),
    over(
      sub(times(delta('C2', 'C1'), exp(z('C1')), sum('C3', exp(z('C3')))), times(exp(z('C1')), exp(z('C2')))),
      square(sum('C3', exp(z('C3')))),
    ),
    jacobian,
  ),
  cases('C1', 'C2', times(p('C1'), sub(num(1), p('C1'))), minus(times(p('C1'), p('C2')))),
  sub(times(p('C1'), delta('C2', 'C1')), times(p('C1'), p('C2'))),
);
const crossEntropy = def(
  'cross-entropy compares them with the labels',
  'loss',
  [],
  minus(sum('C1', times(y('C1'), log(p('C1'))))),
);

const x = (n: Index, d: Index): Maths => at('features', n, d);
const features = quantity('features', ['N', 'D'], 'the features of the examples');
const targets = quantity('targets', ['N'], 'the targets', 'positive');
const weights = quantity('weights', ['D'], 'the weights');
const bias = quantity('bias', [], 'the bias');
const score = def(
  'the score of an example',
  'score',
  ['N1'],
  add(sum('D1', times(x('N1', 'D1'), at('weights', 'D1'))), at('bias')),
);
const v = (i: Index): Maths => at('vector', i);
const vector = quantity('vector', ['V'], 'the input vector');

export const derivations: readonly Derivation[] = [
  { name: 'softmax', from: 'softmax', form: 'index', inputs: [logits], defined: [softmax], claims: [softmaxClaim] },
  {
    name: 'softmax with cross-entropy',
    from: 'softmax-cross-entropy',
    form: 'index',
    inputs: [logits, labels],
    shares: ['labels'],
    defined: [softmax, crossEntropy],
    claims: [
      softmaxClaim,
      claim(
        'by the chain rule',
        partial(L, z('C1')),
        minus(sum('C2', times(over(y('C2'), p('C2')), partial(p('C2'), z('C1'))))),
        minus(sum('C2', times(y('C2'), sub(delta('C1', 'C2'), p('C1'))))),
        sub(times(p('C1'), sum('C2', y('C2'))), y('C1')),
        sub(p('C1'), y('C1')),
      ),
      claim('and once more', partial(L, z('C1'), z('C2')), times(p('C1'), sub(delta('C1', 'C2'), p('C2')))),
    ],
  },
  {
    name: 'squared error of a softmax',
    from: 'squared-error-softmax',
    form: 'index',
    inputs: [logits, quantity('labels', ['C'], 'the labels', 'positive')],
    defined: [
      softmax,
      def('half the squared distance', 'loss', [], times(half, sum('C1', square(sub(p('C1'), y('C1')))))),
    ],
    claims: [
      claim('by the probabilities', partial(L, p('C1')), sub(p('C1'), y('C1'))),
      claim(
        'all outputs depend on each logit',
        partial(L, z('C1')),
        sum('C2', times(sub(p('C2'), y('C2')), partial(p('C2'), z('C1')))),
        sum('C2', times(sub(p('C2'), y('C2')), p('C2'), sub(delta('C1', 'C2'), p('C1')))),
        times(p('C1'), sub(sub(p('C1'), y('C1')), sum('C2', times(sub(p('C2'), y('C2')), p('C2'))))),
      ),
    ],
  },
  {
    name: 'log-sum-exp',
    from: 'log-sum-exp',
    form: 'index',
    inputs: [logits],
    defined: [softmax, def('a smooth maximum', 'maximum', [], log(sum('C1', exp(z('C1')))))],
    claims: [
      claim(
        'its gradient is softmax',
        partial(at('maximum'), z('C1')),
        over(exp(z('C1')), sum('C2', exp(z('C2')))),
        p('C1'),
      ),
      claim(
        'its Hessian is the Jacobian of softmax',
        partial(at('maximum'), z('C1'), z('C2')),
        times(p('C1'), sub(delta('C1', 'C2'), p('C2'))),
      ),
    ],
  },
  {
    name: 'logistic regression',
    from: 'logistic-regression',
    form: 'index',
    inputs: [features, weights, bias, targets],
    defined: [
      score,
      def('the predicted probability', 'prediction', ['N1'], over(num(1), add(num(1), exp(minus(at('score', 'N1')))))),
      def(
        'the mean loss',
        'loss',
        [],
        minus(
          times(
            perExample,
            sum(
              'N1',
              add(
                times(at('targets', 'N1'), log(at('prediction', 'N1'))),
                times(sub(num(1), at('targets', 'N1')), log(sub(num(1), at('prediction', 'N1')))),
              ),
            ),
          ),
        ),
      ),
    ],
    claims: [
      claim(
        'the slope of the logistic function',
        partial(at('prediction', 'N1'), at('score', 'N1')),
        times(at('prediction', 'N1'), sub(num(1), at('prediction', 'N1'))),
      ),
      claim(
        'by the scores',
        partial(L, at('score', 'N1')),
        times(perExample, sub(at('prediction', 'N1'), at('targets', 'N1'))),
      ),
      claim(
        'by the weights',
        partial(L, at('weights', 'D1')),
        sum('N1', times(partial(L, at('score', 'N1')), x('N1', 'D1'))),
        times(perExample, sum('N1', times(sub(at('prediction', 'N1'), at('targets', 'N1')), x('N1', 'D1')))),
      ),
      claim(
        'by the bias',
        partial(L, at('bias')),
        times(perExample, sum('N1', sub(at('prediction', 'N1'), at('targets', 'N1')))),
      ),
    ],
  },
  {
    name: 'linear regression',
    from: 'mean-squared-error',
    form: 'index',
    inputs: [features, weights, bias, targets],
    defined: [
      score,
      def(
        'the mean squared error',
        'loss',
        [],
        times(perExample, sum('N1', square(sub(at('score', 'N1'), at('targets', 'N1'))))),
      ),
    ],
    claims: [
      claim(
        'by the weights',
        partial(L, at('weights', 'D1')),
        times(
          perExample,
          sum(
            'N1',
            times(num(2), sub(at('score', 'N1'), at('targets', 'N1')), partial(at('score', 'N1'), at('weights', 'D1'))),
          ),
        ),
        times(over(num(2), sizeOf('N')), sum('N1', times(sub(at('score', 'N1'), at('targets', 'N1')), x('N1', 'D1')))),
      ),
      claim(
        'by the bias',
        partial(L, at('bias')),
        times(over(num(2), sizeOf('N')), sum('N1', sub(at('score', 'N1'), at('targets', 'N1')))),
      ),
    ],
  },
  {
    name: 'linear layer',
    from: 'linear-layer',
    form: 'index',
    inputs: [quantity('matrix', ['H', 'V'], 'the weights'), vector, quantity('shift', ['H'], 'the bias')],
    defined: [
      def(
        'the output of the layer',
        'output',
        ['H1'],
        add(sum('V1', times(at('matrix', 'H1', 'V1'), v('V1'))), at('shift', 'H1')),
      ),
    ],
    claims: [
      claim('by the input', partial(at('output', 'H1'), v('V1')), at('matrix', 'H1', 'V1')),
      claim('by the weights', partial(at('output', 'H1'), at('matrix', 'H2', 'V1')), times(delta('H1', 'H2'), v('V1'))),
      claim('by the bias', partial(at('output', 'H1'), at('shift', 'H2')), delta('H1', 'H2')),
    ],
  },
  {
    name: 'layer normalisation',
    from: 'layer-norm',
    form: 'index',
    inputs: [vector],
    defined: [
      def('the mean', 'mean', [], times(over(num(1), sizeOf('V')), sum('V1', v('V1')))),
      def(
        'the variance',
        'variance',
        [],
        times(over(num(1), sizeOf('V')), sum('V1', square(sub(v('V1'), at('mean'))))),
      ),
      def('the normalised entries', 'normalised', ['V1'], over(sub(v('V1'), at('mean')), call('sqrt', at('variance')))),
    ],
    claims: [
      claim('the mean moves with each entry', partial(at('mean'), v('V1')), over(num(1), sizeOf('V'))),
      claim(
        'and so does the variance',
        partial(at('variance'), v('V1')),
        over(times(num(2), sub(v('V1'), at('mean'))), sizeOf('V')),
      ),
      claim(
        'together',
        partial(at('normalised', 'V1'), v('V2')),
        times(
          over(num(1), call('sqrt', at('variance'))),
          sub(
            sub(delta('V1', 'V2'), over(num(1), sizeOf('V'))),
            over(times(at('normalised', 'V1'), at('normalised', 'V2')), sizeOf('V')),
          ),
        ),
      ),
    ],
  },
  {
    name: 'RMS normalisation',
    from: 'rms-norm',
    form: 'index',
    inputs: [vector],
    defined: [
      def(
        'the root mean square',
        'scale',
        [],
        call('sqrt', times(over(num(1), sizeOf('V')), sum('V1', square(v('V1'))))),
      ),
      def('the scaled entries', 'normalised', ['V1'], over(v('V1'), at('scale'))),
    ],
    claims: [
      claim('the scale', partial(at('scale'), v('V1')), over(v('V1'), times(sizeOf('V'), at('scale')))),
      claim(
        'by the quotient rule',
        partial(at('normalised', 'V1'), v('V2')),
        sub(
          over(delta('V1', 'V2'), at('scale')),
          over(times(v('V1'), v('V2')), times(sizeOf('V'), power(at('scale'), 3))),
        ),
      ),
    ],
  },
  {
    name: 'cosine similarity',
    from: 'cosine-similarity',
    form: 'index',
    inputs: [vector, quantity('other', ['V'], 'the other vector')],
    defined: [
      def('the first length', 'length', [], call('sqrt', sum('V1', square(v('V1'))))),
      def('the second length', 'span', [], call('sqrt', sum('V1', square(at('other', 'V1'))))),
      def(
        'the cosine',
        'cosine',
        [],
        over(sum('V1', times(v('V1'), at('other', 'V1'))), times(at('length'), at('span'))),
      ),
    ],
    claims: [
      claim('a length', partial(at('length'), v('V1')), over(v('V1'), at('length'))),
      claim(
        'the cosine',
        partial(at('cosine'), v('V1')),
        sub(
          over(at('other', 'V1'), times(at('length'), at('span'))),
          over(times(at('cosine'), v('V1')), square(at('length'))),
        ),
      ),
    ],
  },
  {
    name: 'quadratic form',
    from: 'quadratic-form',
    form: 'index',
    inputs: [vector, quantity('square', ['V', 'V'], 'a square matrix')],
    defined: [def('the form', 'form', [], sum('V1', sum('V2', times(v('V1'), at('square', 'V1', 'V2'), v('V2')))))],
    claims: [
      claim(
        'by the vector',
        partial(at('form'), v('V3')),
        sum('V1', times(add(at('square', 'V3', 'V1'), at('square', 'V1', 'V3')), v('V1'))),
      ),
      claim('by the matrix', partial(at('form'), at('square', 'V1', 'V2')), times(v('V1'), v('V2'))),
    ],
  },
  {
    name: 'softmax with temperature',
    from: 'softmax-temperature',
    form: 'index',
    inputs: [logits, quantity('temperature', [], 'the temperature', 'positive')],
    positive: ['temperature'],
    defined: [
      def(
        'softened probabilities',
        'probabilities',
        ['C1'],
        over(exp(over(z('C1'), at('temperature'))), sum('C2', exp(over(z('C2'), at('temperature'))))),
      ),
    ],
    claims: [
      claim(
        'by the logits',
        partial(p('C1'), z('C2')),
        over(times(p('C1'), sub(delta('C1', 'C2'), p('C2'))), at('temperature')),
      ),
      claim(
        'by the temperature',
        partial(p('C1'), at('temperature')),
        minus(over(times(p('C1'), sub(z('C1'), sum('C2', times(p('C2'), z('C2'))))), square(at('temperature')))),
      ),
    ],
  },
  {
    name: 'SiLU',
    from: 'silu',
    form: 'index',
    inputs: [vector],
    defined: [
      def('the sigmoid', 'gate', ['V1'], over(num(1), add(num(1), exp(minus(v('V1')))))),
      def('the unit', 'output', ['V1'], times(v('V1'), at('gate', 'V1'))),
    ],
    claims: [
      claim('the gate', partial(at('gate', 'V1'), v('V1')), times(at('gate', 'V1'), sub(num(1), at('gate', 'V1')))),
      claim(
        'by the product rule',
        partial(at('output', 'V1'), v('V1')),
        add(at('gate', 'V1'), times(v('V1'), partial(at('gate', 'V1'), v('V1')))),
        times(at('gate', 'V1'), add(num(1), times(v('V1'), sub(num(1), at('gate', 'V1'))))),
      ),
    ],
  },
  {
    name: 'Gaussian log-likelihood',
    from: 'gaussian-log-likelihood',
    form: 'index',
    inputs: [
      quantity('targets', ['N'], 'the observations'),
      quantity('mean', [], 'the mean'),
      quantity('deviation', [], 'the standard deviation', 'positive'),
    ],
    positive: ['deviation'],
    defined: [
      def(
        'up to a constant, the log-likelihood',
        'likelihood',
        [],
        sub(
          minus(times(sizeOf('N'), log(at('deviation')))),
          times(
            over(num(1), times(num(2), square(at('deviation')))),
            sum('N1', square(sub(at('targets', 'N1'), at('mean')))),
          ),
        ),
      ),
    ],
    claims: [
      claim(
        'by the mean',
        partial(at('likelihood'), at('mean')),
        over(sum('N1', sub(at('targets', 'N1'), at('mean'))), square(at('deviation'))),
      ),
      claim(
        'by the deviation',
        partial(at('likelihood'), at('deviation')),
        sub(
          over(sum('N1', square(sub(at('targets', 'N1'), at('mean')))), power(at('deviation'), 3)),
          over(sizeOf('N'), at('deviation')),
        ),
      ),
    ],
  },
  {
    name: 'two-layer network',
    from: 'two-layer-network',
    form: 'index',
    inputs: [
      features,
      quantity('first', ['D', 'H'], 'the weights of the hidden layer'),
      quantity('second', ['H', 'C'], 'the weights of the output layer'),
      quantity('labels', ['N', 'C'], 'the labels', 'share'),
    ],
    shares: ['labels'],
    defined: [
      def(
        'the hidden units',
        'hidden',
        ['N1', 'H1'],
        call('tanh', sum('D1', times(x('N1', 'D1'), at('first', 'D1', 'H1')))),
      ),
      def('the logits', 'logits', ['N1', 'C1'], sum('H1', times(at('hidden', 'N1', 'H1'), at('second', 'H1', 'C1')))),
      def(
        'the probabilities',
        'probabilities',
        ['N1', 'C1'],
        over(exp(at('logits', 'N1', 'C1')), sum('C2', exp(at('logits', 'N1', 'C2')))),
      ),
      def(
        'the mean loss',
        'loss',
        [],
        minus(
          times(
            perExample,
            sum('N1', sum('C1', times(at('labels', 'N1', 'C1'), log(at('probabilities', 'N1', 'C1'))))),
          ),
        ),
      ),
    ],
    claims: [
      claim(
        'the output layer',
        partial(L, at('second', 'H1', 'C1')),
        times(
          perExample,
          sum('N1', times(at('hidden', 'N1', 'H1'), sub(at('probabilities', 'N1', 'C1'), at('labels', 'N1', 'C1')))),
        ),
      ),
      claim(
        'the hidden layer',
        partial(L, at('first', 'D1', 'H1')),
        times(
          perExample,
          sum(
            'N1',
            times(
              x('N1', 'D1'),
              sub(num(1), square(at('hidden', 'N1', 'H1'))),
              sum(
                'C1',
                times(at('second', 'H1', 'C1'), sub(at('probabilities', 'N1', 'C1'), at('labels', 'N1', 'C1'))),
              ),
            ),
          ),
        ),
      ),
    ],
  },
];
