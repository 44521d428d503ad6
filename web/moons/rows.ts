// What the two runs are trained on: moons, points that were added, or somebody's own table.
// Not here: training.
// Invariant: two features and two classes; anything else is an error that says so.
import { fromArrays, makeMoons, measureScaling, readDataset, standardise, WhygradError, type Dataset } from 'whygrad';
import { samples, type Settings } from './settings.ts';

export function rowsOf(s: Settings): Dataset {
  const given = s.csv === '' ? makeMoons({ samples, noise: s.noise, seed: s.seed }) : ownRows(s.csv);
  if (s.points.length === 0) return given;
  const x = Array.from({ length: given.rows }, (_, n) => [given.features[2 * n] ?? 0, given.features[2 * n + 1] ?? 0]);
  const y = [...(given.labels ?? [])];
  return fromArrays({
    x: [...x, ...s.points.map(([a, b]) => [a, b])],
    y: [...y, ...s.points.map((p) => p[2])],
    task: 'classification',
  });
}

/** A table of two numbers and a class, its features scaled to mean 0 and deviation 1. */
function ownRows(csv: string): Dataset {
  const read = readDataset(new TextEncoder().encode(csv), 'your table', { label: -1, task: 'classification' });
  if (read.columns !== 2 || read.classes.length !== 2)
    throw new WhygradError(
      'not-a-plane',
      `Your table has ${read.columns} columns of numbers and ${read.classes.length} classes.`,
      { hint: 'Two columns of numbers and then a class, of which there are two, can be drawn.' },
    );
  return { ...read, features: standardise(read.features, measureScaling(read.features, read.columns)) };
}
