// Givens in words: "A symmetric", "y is one-hot", "x in R^n", "size(X) = (n, m)".
// Not here: equations (`givens.ts`), prose of whole documents (`document/`).
// Invariant: a text that is no such remark gives null and is read as a formula.
import { must } from '../must.ts';
import type { SetId } from '../term.ts';
import { propertiesIn, type Property } from './properties.ts';

export type Remark =
  | {
      readonly kind: 'property';
      readonly name: string;
      readonly property: Property;
    }
  | { readonly kind: 'shape'; readonly name: string; readonly sets: readonly SetId[] }
  /** Said, but of no use for a proof ("X invertible"). */
  | { readonly kind: 'domain'; readonly text: string };

const name = String.raw`[A-Za-z]\w*`;
const names = String.raw`${name}(?:\s*(?:,|and)\s*${name})*`;
const adjectives = new RegExp(
  String.raw`^\s*(${names})\s+(?:is|are|:)?\s*((?:an?\s+)?(?:(?:one[- ]?hot|symmetric|positive|definite|semi-?definite|orthogonal|invertible|square|diagonal|non-?singular|full|column|row|rank|vector|matrix|matrices|vectors|scalar|constant|and|encoded|distribution)[\s,]*)+)\.?\s*$`,
  'i',
);
const space = new RegExp(
  String.raw`^\s*(${names})\s*(?:(?:is|are)\s+)?(?:an?\s+)?(?:(?:real|column|row)\s+)*(?:vectors?|matrix|matrices)?\s*(?:∈|in|\\in)\s*(?:ℝ|\\mathbb\s*\{?R\}?|R)\s*(?:\^\s*)?[{(]?\s*([\w\s×x,*\\]+?)\s*[})]?\s*$`,
);
const sizeRemark = new RegExp(
  String.raw`^\s*(?:size|shape)\s*\(\s*(${name})\s*\)\s*=\s*[(\[]?\s*(\w+(?:\s*,\s*\w+)*)\s*[)\]]?\s*$`,
);
const axisRemark = new RegExp(String.raw`^\s*size\s*\(\s*(${name})\s*,\s*1\s*\)\s*=\s*([A-Za-z]\w*)\s*$`);

const opening =
  /^\s*(?:where|here|with|let|and|also|assume(?:\s+that)?|suppose(?:\s+that)?|given(?:\s+that)?)\b[,:]?(?=\s)/i;
/** A text without the word that opens it as a remark (`where p_k = …`); places in it stay what they are. */
export const withoutOpening = (text: string): string => text.replace(opening, (word) => ' '.repeat(word.length));

const listOf = (text: string): string[] => text.split(/\s*(?:,|\band\b)\s*/).filter((x) => x !== '');

/** The remarks that a text makes, null when it makes none. */
export function readRemark(text: string): Remark[] | null {
  if (text.length > 400) return null;
  const sized = sizeRemark.exec(text);
  if (sized !== null) return [{ kind: 'shape', name: must(sized[1]), sets: must(sized[2]).split(/\s*,\s*/) }];
  const axis = axisRemark.exec(text);
  if (axis !== null) return [{ kind: 'shape', name: must(axis[1]), sets: [must(axis[2])] }];
  const spaced = space.exec(text);
  if (spaced !== null) {
    const sets = must(spaced[2])
      .replace(/\\times/g, '×')
      .split(/\s*[×,*]\s*|\s+x\s+|(?<=\w)x(?=\w)/)
      .map((x) => x.trim())
      .filter((x) => x !== '');
    return listOf(must(spaced[1])).map((n) => ({ kind: 'shape', name: n, sets }));
  }
  const said = adjectives.exec(text);
  if (said === null) return null;
  return listOf(must(said[1])).flatMap((n) => properties(n, must(said[2]).toLowerCase(), text));
}

function properties(of: string, words: string, text: string): Remark[] {
  const found = propertiesIn(words).map((property): Remark => ({ kind: 'property', name: of, property }));
  return found.length > 0 ? found : [{ kind: 'domain', text }];
}
