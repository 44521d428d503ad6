// Which known word a mistyped one is nearest to.
// Not here: what is known where (each caller brings its own words).
// Invariant: a suggestion is at most two slips away, and never more than a third of the word.
import { must } from './must.ts';

/** Letters put in, left out, changed, or swapped with their neighbour, between two words. */
function slips(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? must(before[j - 2]) + 1 : Infinity;
      row.push(Math.min(must(last[j]) + 1, must(row[j - 1]) + 1, must(last[j - 1]) + same, swapped));
    }
    [before, last] = [last, row];
  }
  return must(last[b.length]);
}

/** The words nearest to `word`, the nearest first; none where nothing is near. */
export function nearest(word: string, words: Iterable<string>, most = 3): string[] {
  const allowed = Math.min(2, Math.floor(word.length / 3));
  return [...new Set(words)]
    .map((w) => ({
      w,
      d:
        w.toLowerCase() === word.toLowerCase()
          ? 0
          : Math.abs(w.length - word.length) > allowed
            ? Infinity
            : slips(word, w),
    }))
    .filter(({ w, d }) => w !== word && d <= allowed)
    .sort((a, b) => a.d - b.d || (a.w < b.w ? -1 : 1))
    .slice(0, most)
    .map(({ w }) => w);
}

/** `did you mean x or y?`, or nothing. */
export const didYouMean = (word: string, words: Iterable<string>): string => {
  const near = nearest(word, words);
  return near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
};
