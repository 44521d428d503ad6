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
import { OPEN } from './styles/open.ts';
import { otherPython } from './styles/other.ts';
import { strangersNumpy } from './styles/strangers-numpy.ts';
import { strangers } from './styles/strangers.ts';
import { casesOf, type Case, type Style } from './styles/style.ts';

vi.setConfig({ testTimeout: 120_000 });

const missing: Readonly<Record<Style['needs'], boolean>> = {
  python: noPython,
  numpy: noNumpy,
  torch: noTorch,
  node: false,
};
const all = [
  ...numpySoftmax,
  ...numpyLayers,
  ...otherPython,
  ...javascript,
  ...more,
  ...strangersNumpy,
  ...strangers,
].filter((s) => !missing[s.needs]);

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const idsOf = (d: Diagnosis): string[] =>
  d.mistakes.length > 0 ? [...d.mistakes] : d.mistake === null ? [] : [d.mistake.id];

/** What is said of the style's function. */
async function said(c: Case): Promise<Diagnosis | undefined> {
  const found = await doctor(file(c.style.file, c.source), { patience: 0 });
  const { target } = c.style;
  return found.find((d) => d.function === target) ?? found.find((d) => lastPart(d.function) === lastPart(target));
}

// Some of the programs here, within a minute; all of them with WHYGRAD_STYLES=all.
const isWhole = process.env.WHYGRAD_STYLES === 'all';
const isNamed = (c: Case): boolean => c.ids.length > 0 && !OPEN.has(`${c.style.file}: ${c.ids.join('+')}`);

/** Of one style the right program, of the next a slip, of the third nothing. */
const chosen = (style: Style, at: number): Case[] => {
  const [right, ...wrong] = casesOf(style);
  const named = wrong.filter(isNamed);
  if (isWhole) return [...(right === undefined ? [] : [right]), ...named];
  const one = named[Math.floor(at / 3) % Math.max(1, named.length)];
  if (at % 3 === 2) return [];
  return at % 3 === 0 || one === undefined ? (right === undefined ? [] : [right]) : [one];
};

const cases = all.flatMap((s, at) => chosen(s, at));

test('there are more than 400 programs in more than 90 styles', () => {
  expect(all.flatMap(casesOf).length).toBeGreaterThan(noTorch || noNumpy || noPython ? 0 : 440);
  expect(OPEN.size).toBeLessThan(28);
});

describe('right programs are never called wrong', () => {
  test.each(cases.filter((c) => c.ids.length === 0).map((c) => [`${c.style.file}: ${c.style.name}`, c] as const))(
    '%s',
    async (_, c) => {
      expect(['correct', 'unclear', undefined]).toContain((await said(c))?.verdict);
    },
  );
});

describe('slips are named', () => {
  test.each(cases.filter((c) => c.ids.length > 0).map((c) => [`${c.style.file}: ${c.ids.join('+')}`, c] as const))(
    '%s',
    async (_, c) => {
      const d = await said(c);
      expect([d?.verdict, d === undefined ? [] : idsOf(d).sort()]).toEqual([c.verdict, [...c.ids].sort()]);
    },
  );
});
