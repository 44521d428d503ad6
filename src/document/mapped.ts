// Text that remembers where each of its characters stood in the file.
// Not here: what the text means, or which parts of a file are formulas.
// Invariant: `origins` has one entry more than `text` has characters; the last one is where the text ends in the file.
import { must } from '../term/must.ts';

/** A piece of text with the offset in the file of every character. */
export interface Mapped {
  readonly text: string;
  readonly origins: Int32Array;
}

/** The text of a whole file. */
export function wholeText(text: string): Mapped {
  const origins = new Int32Array(text.length + 1);
  for (let n = 0; n <= text.length; n++) origins[n] = n;
  return { text, origins };
}

/** Characters `start`..`end` of a text. */
export const slice = (m: Mapped, start: number, end: number = m.text.length): Mapped => {
  const to = Math.max(start, Math.min(end, m.text.length));
  return { text: m.text.slice(start, to), origins: m.origins.slice(start, to + 1) };
};

/** A text that stands nowhere in the file: all of it counts as standing at `origin`. */
export const inserted = (text: string, origin: number): Mapped => ({
  text,
  origins: new Int32Array(text.length + 1).fill(origin),
});

/** Texts put one after the other. */
export function join(parts: readonly Mapped[]): Mapped {
  const length = parts.reduce((n, p) => n + p.text.length, 0);
  const origins = new Int32Array(length + 1);
  let at = 0;
  for (const p of parts) {
    origins.set(p.origins.subarray(0, p.text.length), at);
    at += p.text.length;
  }
  const last = parts.at(-1);
  origins[length] = last === undefined ? 0 : (last.origins[last.text.length] ?? 0);
  return { text: parts.map((p) => p.text).join(''), origins };
}

/** Without white space at both ends. */
export function trim(m: Mapped): Mapped {
  const start = m.text.length - m.text.trimStart().length;
  return slice(m, start, Math.max(start, m.text.trimEnd().length));
}

/** Where the first character stands in the file. */
export const originOf = (m: Mapped, at = 0): number => m.origins[Math.min(at, m.text.length)] ?? 0;

/** The text with every match of `pattern` replaced by a string (which then stands where the match began). */
export function replaceAll(
  m: Mapped,
  pattern: RegExp,
  by: string | ((match: RegExpMatchArray) => string | Mapped),
): Mapped {
  const parts: Mapped[] = [];
  let last = 0;
  for (const found of m.text.matchAll(pattern)) {
    const text = typeof by === 'string' ? by : by(found);
    parts.push(slice(m, last, found.index), typeof text === 'string' ? inserted(text, originOf(m, found.index)) : text);
    last = found.index + found[0].length;
  }
  return last === 0 && parts.length === 0 ? m : join([...parts, slice(m, last)]);
}

/** Lines of a text, without their line breaks. */
export function lines(m: Mapped): Mapped[] {
  const out: Mapped[] = [];
  let start = 0;
  for (const line of m.text.split('\n')) {
    out.push(slice(m, start, start + line.replace(/\r$/, '').length));
    start += line.length + 1;
  }
  return out;
}

/** Finds line and column (both from 1) of offsets in one file. */
export function locator(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let n = 0; n < text.length; n++) if (text[n] === '\n') starts.push(n + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (must(starts[middle]) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - must(starts[low]) + 1 };
  };
}
