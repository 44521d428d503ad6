// The questions that the library's documents ask, with a few more that ask for several quantities or use awkward names.
// Not here: what their answers must be.
// Invariant: every question of every document at the top of library/ is there.
import { filesBelow, read } from '../project/sources.ts';
import type { DeriveOptions } from '../../src/derive/derive.ts';

export interface Asked {
  readonly name: string;
  readonly question: string;
  readonly options: DeriveOptions;
}

const documents = filesBelow('library', ['.md'])
  .filter((f) => f.split('/').length === 2)
  .map((file) => ({ file, name: file.slice('library/'.length, -'.md'.length) }));

/** One entry a question of the library. */
export const libraryQuestions: readonly Asked[] = documents.flatMap(({ file, name }) =>
  (/^<!-- whygrad: question (.+) -->$/m.exec(read(file))?.[1] ?? '')
    .split(';')
    .map((q) => q.trim())
    .filter((q) => q !== '')
    .map((question) => ({ name, question, options: { in: name } })),
);

const own = (question: string, ...given: string[]): Asked => ({ name: 'own formulas', question, options: { given } });

/** Questions about several quantities at once. */
export const severalAtOnce: readonly Asked[] = [
  { name: 'two-layer-network', question: 'grad L', options: { in: 'two-layer-network' } },
  { name: 'layer-norm', question: 'vjp y', options: { in: 'layer-norm' } },
  own('grad E', 'E = (a*u + b - t)^2'),
  own('hvp f', 'f = sum_i w_i*x_i^2'),
];

/** Names with accents, labels, suffixes, Greek letters; functions and cases. */
export const awkwardNames: readonly Asked[] = [
  own('dL/dyh_hat', 'L = log(yh_hat*alpha_bar^2)'),
  own('dE/dx_bar', 'E = rate_max*exp(-x_bar/tau)'),
  own('dq_i/dtheta_j', 'q_i = exp(beta*theta_i)/sum_k exp(beta*theta_k)'),
  own('dm/dz_i', 'm = max_k z_k'),
  own('dh_i/dz_j', 'h_i = relu(z_i) + abs(z_i) + erf(z_i)'),
  own('df/dt', 'f = tan(t)*arctan(t) + sqrt(1 + t^2)'),
  own('dr/dW_ij', 'r = log(det(W))'),
];
