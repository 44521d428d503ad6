// The readings of a claim, the usual one first.
// Not here: what a reading changes (`meaning/elaborate`).
// Invariant: a reading is only tried where the formula leaves that choice open.
import { plainReading, type Reading } from '../meaning/index.ts';

const alternatives: readonly (readonly [string, Partial<Reading>])[] = [
  ['scope', { scope: 'factor', name: 'the derivative takes its first factor only' }],
  ['wide', { scope: 'wide', name: 'the derivative takes everything that follows' }],
  ['vectors', { vectors: 'dot', name: 'vectors side by side are a dot product' }],
  ['vectors', { vectors: 'outer', name: 'vectors side by side are an outer product' }],
  ['staged', { staged: true, name: 'partial derivatives hold the other quantities fixed' }],
  ['layout', { layout: 'denominator', name: 'denominator layout' }],
  ['implicit', { implicit: true, name: 'bare names carry the index of their definition' }],
  ['apart', { apart: true, name: 'the open index of a definition lies outside its sums' }],
  ['lift', { lift: 'data', name: 'the data carry the index of an equation written for one example' }],
  ['lift', { lift: 'parameters', name: 'the parameters carry the index of an equation written for one unit' }],
  ['lift', { lift: 'both', name: 'all quantities carry the index of an equation written for one example' }],
  ['linear', { linear: true, name: 'the sigmoid is taken of the product with the parameters' }],
];

/** The readings after the plain one, for the choices that a first attempt met. */
export function furtherReadings(choices: ReadonlySet<string>): Reading[] {
  const single = alternatives
    .filter(([choice]) => choices.has(choice))
    .map(([, change]) => ({ ...plainReading, ...change }));
  const pairs: Reading[] =
    choices.has('scope') && choices.has('staged')
      ? [
          {
            ...plainReading,
            scope: 'factor' as const,
            staged: true,
            name: 'partial derivatives hold the other quantities fixed',
          },
        ]
      : [];
  if (choices.has('linear') && choices.has('wide'))
    pairs.push({
      ...plainReading,
      linear: true,
      scope: 'wide' as const,
      name: 'the sigmoid is taken of the product with the parameters',
    });
  const both =
    choices.has('linear') && choices.has('scope')
      ? [
          {
            ...plainReading,
            linear: true,
            scope: 'factor' as const,
            name: 'the sigmoid is taken of the product with the parameters',
          },
        ]
      : [];
  return [...single, ...pairs, ...both];
}
