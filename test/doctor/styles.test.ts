// Programs in many styles, right and with known slips: no right one is called wrong, slips are named.
// Not here: the styles themselves (`styles/`).
// Invariant: what is not named yet stands in OPEN by style and slip; a style that is added is tested without an edit here.
import { describe, expect, test, vi } from 'vitest';
import { doctor, type Diagnosis } from '../../src/doctor/door.ts';
import { file, noNumpy, noPython, noTorch } from './run/place.ts';
import { javascript } from './styles/javascript.ts';
import { more } from './styles/more.ts';
import { numpyLayers } from './styles/numpy-layers.ts';
import { numpySoftmax } from './styles/numpy-softmax.ts';
import { otherPython } from './styles/other.ts';
import { casesOf, type Case, type Style } from './styles/style.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Slips that are seen but called otherwise, or not seen: `file: ids`. */
const OPEN: ReadonlySet<string> = new Set([
  'two_layer_net.py: n-dropped',
  'two_layer_net.py: lost-activation-derivative',
  'two_layer_net.py: relu-mask-ge',
  'two_layer_net.py: bias-mean',
  'nn.py: wrong-axis',
  'nn.py: global-normalisation',
  'nn.py: overflow',
  'nn.py: global-max',
  'nn.py: eps-in-denominator',
  'nn.py: keepdims',
  'losses.py: eps-in-log',
  'nll.py: log-of-softmax',
  'nll.py: overflow',
  'nll.py: nll-of-probs',
  'nll.py: eps-in-log',
  'relu.py: mutates-input',
  'log_softmax.py: input-not-output',
  'loss_functions.py: factor-two',
  'dense.js: lost-factor',
  'dnn_utils.py: n-dropped',
  'engine.py: exponent',
  'engine.py: upstream-ignored',
  'costs.py: lost-activation-derivative',
  'mlp.py: bias-summed-over-all',
  'linear.ts: lost-factor',
]);

const missing: Readonly<Record<Style['needs'], boolean>> = {
  python: noPython,
  numpy: noNumpy,
  torch: noTorch,
  node: false,
};
const styles = [...numpySoftmax, ...numpyLayers, ...otherPython, ...javascript, ...more].filter(
  (s) => !missing[s.needs],
);

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const idsOf = (d: Diagnosis): string[] =>
  d.mistakes.length > 0 ? [...d.mistakes] : d.mistake === null ? [] : [d.mistake.id];

/** What is said of the style's function. */
async function said(c: Case): Promise<Diagnosis | undefined> {
  const all = await doctor(file(c.style.file, c.source), { patience: 0 });
  const { target } = c.style;
  return all.find((d) => d.function === target) ?? all.find((d) => lastPart(d.function) === lastPart(target));
}

// One slip of each style here; all of them with WHYGRAD_STYLES=all.
const few = process.env.WHYGRAD_STYLES === 'all' ? Number.POSITIVE_INFINITY : 1;

describe.each(styles.map((s) => [`${s.file}: ${s.name}`, s] as const))('%s', (_, style) => {
  const [right, ...wrong] = casesOf(style);
  test('right', async () => {
    const d = right === undefined ? undefined : await said(right);
    expect(['correct', 'unclear', undefined]).toContain(d?.verdict);
  });
  const named = wrong.filter((c) => !OPEN.has(`${style.file}: ${c.ids.join('+')}`)).slice(0, few);
  test.each(named.map((c) => [c.ids.join('+'), c] as const))('%s', async (__, c) => {
    const d = await said(c);
    expect([d?.verdict, d === undefined ? [] : idsOf(d)]).toEqual([c.verdict, [...c.ids]]);
  });
});
