// How long lint takes over documents of 500 and 2,000 lines; limit for the longer one: 2 seconds.
// Usage: node bench/lint.mjs [repetitions]
// Not here: the documents (`lint-measure.mjs`), verdicts (test/lint).
// Invariant: every repetition is a whole run, the first one in a cold process apart.
import { lint } from '../dist/node/index.js';
import { longDocument } from './lint-measure.mjs';
import { emit, median } from './derive-measure.mjs';

const repetitions = Number(process.argv[2] ?? 5);

for (const lines of [500, 2000]) {
  const text = longDocument(lines);
  const times = [];
  let claims = [];
  for (let n = 0; n < repetitions; n++) {
    const start = performance.now();
    claims = lint(text);
    times.push(performance.now() - start);
  }
  const count = (verdict) => claims.filter((c) => c.verdict === verdict).length;
  emit({
    bench: 'lint',
    lines,
    characters: text.length,
    claims: claims.length,
    holds: count('holds'),
    proved: claims.filter((c) => c.certainty === 'proved').length,
    slips: count('slip'),
    unclear: count('unclear'),
    first: Number(times[0].toFixed(1)),
    median: median(times),
    unit: 'ms',
    target: 2000,
    reached: lines < 2000 || times[0] <= 2000,
  });
}
