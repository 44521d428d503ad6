// Properties of quantities stated in the sentences of a document: "where $y$ is one-hot", "for a symmetric matrix $A$".
// Not here: the adjectives (`properties.ts`), lint's wider reading of them (`prose.ts`).
// Invariant: what stands under a condition or a negation is not stated.
import { must } from '../term/must.ts';
import { propertiesIn, spoken, type Property } from './properties.ts';
import type { Item } from './statements.ts';

const adjective = '(?:one[- ]?hot|1[- ]?hot|symmetric|orthogonal)';
const nouns =
  '(?:encoded|encoding|vectors?|matrix|matrices|labels?|targets?|distribution|positive|definite|semi-?definite|and|real)';
const name = '‹([^›]*)›|\\b([A-Za-z]\\w*)\\b';
/** "y is one-hot", "the labels y are a one-hot vector". */
const after = new RegExp(
  `(?:${name}) (?:is|are|be|being) (?:(?:an?|the|always|also|again|real|square|assumed|to|be) )*((?:${nouns}[ ,-]+)*${adjective})`,
  'gi',
);
/** "the one-hot label vector y", "a symmetric matrix A". */
const before = new RegExp(`(${adjective})(?:[ ,-]+${nouns})* ‹([^›]*)›`, 'gi');
const conditional =
  /\b(?:if|when|whenever|unless|for|in case|not|n't|never|need|suppose|would|could|might|may|can)\b[^.;:,]*$/i;

/** What each sentence states, as givens: `y one-hot`. */
export function statedProperties(items: readonly Item[]): string[] {
  const out: string[] = [];
  for (const sentence of sentences(items)) {
    for (const m of sentence.matchAll(after))
      if (isStated(sentence, m)) out.push(...given(m[1] ?? must(m[2]), must(m[3])));
    for (const m of sentence.matchAll(before)) if (isStated(sentence, m)) out.push(...given(must(m[2]), must(m[1])));
  }
  return [...new Set(out)];
}

const isStated = (sentence: string, m: RegExpExecArray): boolean => !conditional.test(sentence.slice(0, m.index));

function given(written: string, phrase: string): string[] {
  const bare = /^\s*\\?(?:math(?:bf|rm|bb)|boldsymbol|vec|bm)?\s*\{?\s*\\?([A-Za-z]\w*?)\}?(?:_.*)?\s*$/.exec(
    written,
  )?.[1];
  return bare === undefined || words.has(bare.toLowerCase())
    ? []
    : propertiesIn(phrase).map((p: Property) => `${bare} ${spoken[p]}`);
}
/** Words that a property may be said of and that name no quantity. */
const words: ReadonlySet<string> = new Set(
  'it this that which they these those there labels label targets target vectors vector matrix matrices and or he we all both hessian jacobian kernel distribution encoding result product sum'.split(
    ' ',
  ),
);

function sentences(items: readonly Item[]): string[] {
  const text = items
    .map((item) =>
      item.kind === 'prose'
        ? item.text.text === ''
          ? '\n'
          : item.text.text
        : item.kind === 'statement'
          ? item.sides.length === 1 && !item.display
            ? `‹${item.text.trim()}›`
            : '‹›'
          : '\n\n',
    )
    .join('');
  return text
    .replace(/(?<!\n)\n(?!\n)/g, ' ')
    .split(/[.!?](?=\s)|\n\n/)
    .map((x) => x.replace(/\s+/g, ' '));
}
