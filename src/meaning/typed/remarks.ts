// Givens in words: "A symmetric", "y is one-hot", "x in R^n", "size(X) = (n, m)".
// Not here: equations (`givens.ts`), prose of whole documents (`document/`).
// Invariant: a text that is no such remark gives null and is read as a formula.
import { must } from '../../term/must.ts';
import type { SetId } from '../../term/term.ts';
import { nameOfKey } from './keys.ts';
import { propertiesIn, type Property } from '../../document/properties.ts';
import type { World } from './world.ts';

export type Remark =
  | {
      readonly kind: 'property';
      readonly name: string;
      readonly property: Property;
    }
  | { readonly kind: 'shape'; readonly name: string; readonly sets: readonly SetId[] }
  /** One axis (from 0) of a tensor has a size with a name. */
  | { readonly kind: 'axis'; readonly name: string; readonly axis: number; readonly set: SetId }
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
const axis = String.raw`size\s*\(\s*(${name})\s*,\s*([1-8])\s*\)`;
const axisRemark = new RegExp(String.raw`^\s*${axis}\s*=\s*([A-Za-z]\w*)\s*$`);
const namedAxis = new RegExp(String.raw`^\s*([A-Za-z]\w*)\s*=\s*${axis}\s*$`);

const opening =
  /^\s*(?:where|here|with|let|and|also|assume(?:\s+that)?|suppose(?:\s+that)?|given(?:\s+that)?)\b[,:]?(?=\s)/i;
/** A text without the word that opens it as a remark (`where p_k = …`); places in it stay what they are. */
export const withoutOpening = (text: string): string => text.replace(opening, (word) => ' '.repeat(word.length));

const listOf = (text: string): string[] => text.split(/\s*(?:,|\band\b)\s*/).filter((x) => x !== '');

/** `A\text{ symmetric}` without its commands, for names in any spelling. */
const withoutCommands = (text: string): string =>
  text
    .replace(/\\operatorname\s*\{(\w+)\}/g, '$1')
    .replace(/\\(?:text|mathrm)\s*\{([\w\s-]*)\}/g, '$1')
    .replace(/\\[a-z]+(?:\{[^{}]*\})?/g, nameOfKey);

/** The remarks that a text makes, null when it makes none. */
export function readRemark(written: string): Remark[] | null {
  if (written.length > 400) return null;
  return remarksOf(written) ?? (written.includes('\\') ? remarksOf(withoutCommands(written)) : null);
}

function remarksOf(text: string): Remark[] | null {
  const sized = sizeRemark.exec(text);
  if (sized !== null) return [{ kind: 'shape', name: must(sized[1]), sets: must(sized[2]).split(/\s*,\s*/) }];
  const told = axisRemark.exec(text);
  if (told !== null) return axisNamed(must(told[1]), Number(told[2]), must(told[3]));
  const named = namedAxis.exec(text);
  if (named !== null) return [axisOf(must(named[2]), Number(named[3]), must(named[1]))];
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

const axisOf = (of: string, position: number, set: SetId): Remark => ({
  kind: 'axis',
  name: of,
  axis: position - 1,
  set,
});
/** `size(x, 1) = n` said of a name with no other shape makes it a vector. */
const axisNamed = (of: string, position: number, set: SetId): Remark[] =>
  position === 1 ? [{ kind: 'shape', name: of, sets: [set] }] : [axisOf(of, position, set)];

function properties(of: string, words: string, text: string): Remark[] {
  const found = propertiesIn(words).map((property): Remark => ({ kind: 'property', name: of, property }));
  return found.length > 0 ? found : [{ kind: 'domain', text }];
}

/** The shapes of tensors as a remark tells them. */
export function noteShape(remark: Remark, shapes: Map<string, string[]>): void {
  if (remark.kind === 'shape') shapes.set(remark.name, [...remark.sets]);
  if (remark.kind !== 'axis') return;
  const sets = shapes.get(remark.name) ?? [];
  const length = Math.max(sets.length, remark.axis + 1);
  shapes.set(
    remark.name,
    Array.from({ length }, (_, n) => (n === remark.axis ? remark.set : (sets[n] ?? ''))),
  );
}

/** What a remark tells about names before anything is read. */
export function noteRemark(remark: Remark, world: World): void {
  if (remark.kind === 'shape') world.ranks.set(remark.name, remark.sets.length);
  if (remark.kind !== 'axis') return;
  world.sizes.add(remark.set);
  world.counted.add(remark.set);
}
