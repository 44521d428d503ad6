// What the browser test runs in a page: a training run whose files are handed out as base64.
import { makeMoons, makeSpiral, train } from '../../src/learn/index.ts';

async function trained(): Promise<string[]> {
  const runs = [
    train('moons', { seed: 3, epochs: 6, validationSplit: 0.2, schedule: 'cosine', check: true }),
    train('iris', { seed: 3, epochs: 6 }),
    train(null, makeSpiral({ samples: 150, noise: 0.2, seed: 4 }), {
      hidden: [9],
      activation: 'gelu',
      optimizer: 'momentum',
      epochs: 6,
      seed: 3,
    }),
    train('logistic-regression', makeMoons({ samples: 120, noise: 0.3, seed: 5 }), { epochs: 6, seed: 3 }),
  ];
  const files: string[] = [];
  for (const run of runs) {
    const model = await run;
    for (const bytes of model.toFiles().values())
      files.push(btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join('')));
  }
  return files;
}

(globalThis as { trained?: () => Promise<string[]> }).trained = trained;
