// Programs in many styles, right and with known slips: verdict and name.
// Not here: the styles themselves (`styles/`).
// Invariant: no right program is called wrong.
import { afterAll, describe, expect, test } from 'vitest';
import { doctor, type Diagnosis } from '../../src/doctor/door.ts';
import { noNumpy, noPython, noTorch, file } from './run/place.ts';
import { javascript } from './styles/javascript.ts';
import { numpyLayers } from './styles/numpy-layers.ts';
import { numpySoftmax } from './styles/numpy-softmax.ts';
import { otherPython } from './styles/other.ts';
import { casesOf, type Case, type Style } from './styles/style.ts';

const missing: Readonly<Record<Style['needs'], boolean>> = {
  python: noPython,
  numpy: noNumpy,
  torch: noTorch,
  node: false,
};
const styles = [...numpySoftmax, ...numpyLayers, ...otherPython, ...javascript].filter((s) => !missing[s.needs]);

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const idsOf = (d: Diagnosis): string[] =>
  d.mistakes.length > 0 ? [...d.mistakes] : d.mistake === null ? [] : [d.mistake.id];

describe.each(styles.map((s) => [`${s.file}: ${s.name}`, s] as const))('%s', (_, style) => {
  test.each(casesOf(style).map((c) => [c.ids.join('+') || 'right', c] as const))('%s', async (__, c) => {
    const all = await doctor(file(style.file, c.source));
    const d =
      all.find((x) => x.function === style.target) ?? all.find((x) => lastPart(x.function) === lastPart(style.target));
    expect([d?.verdict, d === undefined ? [] : idsOf(d)]).toEqual([c.verdict, [...c.ids]]);
  });
});
