// Line ends that stand inside of one formula of a display.
// Not here: the rows and their members (`relations.ts`).
// Invariant: a line that begins with a relation or with words is always a row of its own.

interface Mark {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Line ends inside of a formula: after an operator, before a sign that goes on, between brackets. */
export function continuedLines<M extends Mark>(text: string, marks: readonly M[]): M[] {
  const ends = marks.filter((k) => k.kind === 'newline');
  const out: M[] = [];
  let from = 0;
  ends.forEach((end, n) => {
    const before = bare(text.slice(from, end.start));
    const to = ends[n + 1]?.start ?? text.length;
    const after = bare(text.slice(end.end, to));
    const relates = marks.some((k) => k.kind === 'relation' && k.start >= end.end && k.start < to);
    if (before !== '' && after !== '' && goesOn(before, after, relates)) out.push(end);
    else from = end.end;
  });
  return out;
}
/** A line without what only arranges it. */
const bare = (line: string): string => line.replace(/&|\\(?:quad|qquad|,|;|:|!|\s)/g, ' ').trim();

function goesOn(before: string, after: string, relates: boolean): boolean {
  if (/^\\?(?:text|mbox|intertext)|^(?:=|\\(?:approx|le|ge|ne|sim|propto|to|in)\b)/.test(after)) return false;
  if (/(?:[-+*/]|\\(?:cdot|times|odot))$/.test(before)) return true;
  if (/^(?:\+|\\(?:cdot|times|odot)\b)/.test(after) || (/^-/.test(after) && !relates)) return true;
  return !isBalanced(before) && isBalanced(before + after);
}

/** The text with blanks in place of what the marks cover. */
export const withoutSpans = (text: string, spans: ReadonlySet<Mark>): string =>
  [...spans].reduce((t, k) => t.slice(0, k.start) + ' '.repeat(k.end - k.start) + t.slice(k.end), text);

/** As many round brackets open as close: a row where they do not is left whole. */
export const isBalanced = (text: string): boolean => {
  let depth = 0;
  for (const c of text) {
    if (c === '(') depth++;
    else if (c === ')' && --depth < 0) return false;
  }
  return depth === 0;
};
