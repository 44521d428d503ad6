// Words of several letters that an equation defines, so that they are one name and no product of letters.
// Not here: runs of letters that nothing defines (`runs.ts`).
// Invariant: capitals are one name only where they are a known word, or none of their letters stands by itself.
import { capitalWords } from '../../language/words.ts';
import { must } from '../../term/must.ts';

/** Words of several letters that a text defines (`net_k = …`): names in all texts, whatever their spelling. */
export const definedWords = (text: string): string[] =>
  [...text.matchAll(/(?:^|[;,\n]|\\\\)\s*([A-Za-z][a-z]{2,}|[A-Z]{2,})(?:_(?:\{[^{}]*\}|[A-Za-z0-9]+))?\s*:?=/g)]
    .map((m) => must(m[1]))
    .filter((word) => /[a-z]/.test(word) || capitalWords.has(word) || (word.length > 2 && standsApart(word, text)));

/** `NCE = …` with no N, C or E beside it: capitals that are one name, and no product of matrices. */
const standsApart = (word: string, text: string): boolean => {
  const rest = text.replaceAll(word, ' ');
  return [...word].every((letter) => !rest.includes(letter));
};
