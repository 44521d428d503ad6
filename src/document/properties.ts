// Properties that a text gives its quantities in words, and the words for each.
// Not here: the sentences that they stand in (`meaning/typed/remarks.ts`, `document/`).
// Invariant: every reader of such words takes them from this table.
import { must } from '../term/must.ts';

export type Property = 'oneHot' | 'symmetric' | 'positive' | 'orthogonal';

interface Words {
  readonly property: Property;
  /** The adjective itself. */
  readonly said: string;
  /** Phrases of a sentence that say the same in other words. */
  readonly told?: string;
}

const table: readonly Words[] = [
  {
    property: 'oneHot',
    said: '(?:one|1)[- ]?hot',
    told: 'exactly one of|only one (?:component|class|entry|element)|one class is correct|0\\/1 (?:target|label|vector)|indicator vector|is (?:1|one) (?:for|at|if|in|where) [^.⟪]*(?:⟪\\d+⟫)?[^.⟪]*(?:and|,) (?:is )?(?:0|zero) (?:for|at|otherwise|elsewhere|everywhere|in)',
  },
  { property: 'symmetric', said: '(?<!not |non-|non|anti|anti-|skew-|skew |a)symmetric' },
  { property: 'orthogonal', said: 'orthogonal' },
  { property: 'positive', said: '(?<!not |non-|non)positive(?!\\s+(?:semi-?)?definite)' },
];

/** The properties that an adjective phrase names. */
export const propertiesIn = (phrase: string): Property[] =>
  table.filter((w) => new RegExp(w.said, 'i').test(phrase)).map((w) => w.property);

/** What says a property in a sentence: its adjective, or other words for it. */
export function wordsFor(property: Property): { readonly said: RegExp; readonly toldOrSaid: RegExp } {
  const w = must(table.find((x) => x.property === property));
  const all = w.told === undefined ? w.said : `${w.said}|${w.told}`;
  return { said: new RegExp(w.said, 'i'), toldOrSaid: new RegExp(all, 'i') };
}

/** How `readRemark` is told of a property. */
export const spoken: Readonly<Record<Property, string>> = {
  oneHot: 'one-hot',
  symmetric: 'symmetric',
  orthogonal: 'orthogonal',
  positive: 'positive',
};
