// The words that stand before an equation, and what they say of it.
// Not here: conditions on indices (`document/conditions.ts`), roles of sentences (`document/roles.ts`).
// Invariant: no further back than the display before.
import type { Item } from '../meaning/index.ts';

/** The words between a statement and the display before it; `⟪` stands for a formula among them. */
export function wordsBefore(items: readonly Item[], n: number): string {
  let words = '';
  for (let k = n - 1; k >= Math.max(0, n - 8); k--) {
    const item = items[k];
    if (item?.kind === 'prose') words = item.text.text + words;
    else if (item?.kind === 'statement') {
      if (item.display) break;
      words = ` ⟪${words}`;
    } else if (item?.kind === 'heading') break;
  }
  return words.replace(/\s+/g, ' ');
}

/** Words after which an equation is imposed, not claimed. */
export const stipulates =
  /\b(?:assum\w*|suppose|given|let|if|when|such that|subject to|require\w*|setting|set|constraint|provided|unless|where|in case|note that for)\b[^.⟪]{0,40}$/i;

/** Words that set something up. */
export const announces =
  /\b(?:let|define[ds]?|definition|denote[ds]?|set|redefine|instead|now consider|consider|suppose|assume|alternativ|another|general case|for example|example|exercise|where|given|loss is|we (?:use|take|choose))\b[^.]*$/i;

/** Words that say again what was said. */
export const repeats =
  /\b(?:rewrit|recall|again|equivalent|same|that is|i\.e|can be written|simplif|expand|above|becomes|we have|we get|so\b|thus|hence|therefore)/i;
