// Which conditions on indices are in force at each statement: "if i = j", "Case 2: i ≠ o", headings, list items.
// Not here: conditions written inside a formula (`prose.ts` reads those of its remarks).
// Invariant: a condition lasts until another one on the same letters, a heading, or words that put the cases together.
import { conditionsIn, indexCondition, type IndexCondition } from './prose.ts';
import type { Item, Statement } from './statements.ts';

interface Open {
  readonly condition: IndexCondition;
  readonly brief: boolean;
}

const opens =
  /(?:\b(?:if|when|where|for|case(?:\s*\(?\w{1,4}\)?)?|assum\w*|suppose|consider\w*|since|as|because|first|second|secondly|then|and|given|with|otherwise|case of|that)\b\s*(?:that|the case|we have|now|where|when|(?:all|any|each|every)?(?: other)?(?: [a-z]+)?)?\s*[:,(–—-]*\s*|^\s*[-*(]*\s*)$/i;
const resets =
  /(?:^|[.:]\s+|\n)\s*(?:together|combin\w+|overall|in (?:summary|general|total|both)|putting|general(?:ly)?\b|therefore,? the|thus,? the|so,? the|finally|altogether|both\b|now\b|hence,? the|to summari[sz]e|summar\w+|definition|we can (?:now )?(?:combine|write)|these (?:two )?(?:cases|results))/i;

const keyOf = (c: IndexCondition): string => [c.left, c.right].sort().join();

/** For every item the conditions in force there. */
export function conditionsInForce(items: readonly Item[]): (readonly IndexCondition[])[] {
  const open = new Map<string, Open>();
  let words = '';
  let inHeading = false;
  let atStart = true;
  return items.map((item, n) => {
    if (item.kind === 'heading') {
      open.clear();
      words = '';
      inHeading = true;
      atStart = true;
      return [];
    }
    if (item.kind === 'endheading') {
      inHeading = false;
      words = '';
      atStart = true;
      return [];
    }
    if (item.kind === 'paragraph' || item.kind === 'item') {
      for (const [k, o] of open) if (o.brief) open.delete(k);
      if (item.kind === 'item') open.clear();
      words = '';
      atStart = true;
      return [];
    }
    if (item.kind === 'prose') {
      if (resets.test((atStart ? '\n' : '') + item.text.text)) open.clear();
      words += item.text.text;
      const other = notTheSame(items, n);
      if (other !== null) open.set(keyOf(other), { condition: other, brief: false });
      if (item.text.text.trim() !== '') atStart = false;
      return [];
    }
    if (item.kind !== 'statement') return [];
    const condition = indexCondition(item);
    if (condition !== null && standsInSentence(item, words, inHeading)) {
      if (inHeading || (opens.test(words) && leadsOn(items, n)))
        open.set(keyOf(condition), {
          condition,
          brief: isPassing(words, inHeading),
        });
      words = '';
      return [];
    }
    words = '';
    const own = [...item.reasons.flatMap(conditionsIn), ...saidBehind(items, n)];
    const inherited = [...open.values()].map((o) => o.condition).filter((c) => !own.some((x) => keyOf(x) === keyOf(c)));
    return [...inherited, ...own];
  });
}

/** Authors who write `$$` for every formula set the conditions of their sentences so, too. */
const standsInSentence = (item: Statement, words: string, inHeading: boolean): boolean =>
  !item.display || inHeading || opens.test(words);

/** "since i = j": for the sentence alone. */
const isPassing = (words: string, inHeading: boolean): boolean =>
  !inHeading && /\b(?:since|as|because)\b[^.]{0,12}$/i.test(words);

/** `…,` and behind the display, in the same sentence, "where $b \neq a$" or "for all $i = j$". */
function saidBehind(items: readonly Item[], n: number): IndexCondition[] {
  const display = items[n];
  if (display?.kind !== 'statement' || !display.display || /\.\s*$/.test(display.text)) return [];
  let words = '';
  const found: IndexCondition[] = [];
  for (const item of items.slice(n + 1, n + 8)) {
    if (item.kind === 'prose') words += item.text.text;
    else if (item.kind === 'statement') {
      const condition = indexCondition(item);
      if (condition === null || !behind.test(words)) break;
      found.push(condition);
      words = ' and';
    } else if (item.kind !== 'paragraph') break;
  }
  return found;
}
const behind =
  /^\s*,?\s*(?:where|for|if|when(?:ever)?|provided(?: that)?|in case|and)\b(?: all| any| every| each)?\s*$/i;

/** What follows a condition is a formula, with no more than a few words in between. */
function leadsOn(items: readonly Item[], n: number): boolean {
  let words = '';
  for (const item of items.slice(n + 1, n + 12)) {
    if (item.kind === 'statement')
      return words.replace(/\s+/g, ' ').length <= 60 && !/[.!?]\s*\S/.test(words) && indexCondition(item) === null;
    if (item.kind === 'prose') words += item.text.text;
    if (item.kind === 'heading' || item.kind === 'item') return false;
  }
  return false;
}

/** "not the $i$ th, call it $z$" */
function notTheSame(items: readonly Item[], n: number): IndexCondition | null {
  const [a, b, c, d] = [items[n], items[n + 1], items[n + 2], items[n + 3]];
  if (a?.kind !== 'prose' || b?.kind !== 'statement' || c?.kind !== 'prose' || d?.kind !== 'statement') return null;
  if (
    !/\bnot (?:equal to )?(?:the |index )?\(?\s*$/i.test(a.text.text) ||
    !/(?:call|denote|say|named?|index)\b[^.]{0,15}$/i.test(c.text.text)
  )
    return null;
  const letter = (text: string): string | null => /^\s*([a-z])\s*$/.exec(text)?.[1] ?? null;
  const [left, right] = [letter(d.text), letter(b.text)];
  return left === null || right === null ? null : { left, right, equal: false };
}
