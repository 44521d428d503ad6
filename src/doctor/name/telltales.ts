// Words in a program's text that tell apart mistakes with the same numbers.
// Not here: numbers (`explain.ts`).
// Invariant: a word never names a mistake whose numbers do not fit.
import type { Explanation } from './explain.ts';

const TELLTALES: Readonly<Record<string, RegExp>> = {
  'flattened-batch': /flatten|ravel|reshape\(\s*-1/,
  'dtype-truncated': /\bint\b|int(8|16|32|64)|zeros_like|astype|Int32Array|parseInt|Math\.(floor|trunc)/,
  'loop-overwrite': /\bfor\b/,
  'diag-of-jacobian': /diag/,
  'relu-mask-ge': />=/,
};

/** The explanations with those first for which the text speaks, and those last against which it does. */
export function ordered(list: readonly Explanation[], text: string): Explanation[] {
  const rank = (e: Explanation): number => {
    const known = e.ids.flatMap((id) => TELLTALES[id] ?? []);
    if (known.length === 0) return 1;
    return known.every((t) => t.test(text)) ? 0 : 2;
  };
  return [...list].sort((a, b) => rank(a) - rank(b));
}
