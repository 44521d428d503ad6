// The LaTeX of a line with a mark on each of its parts, and the colour of a quantity.
// Not here: setting it (`formula.tsx`).
// Invariant: only LaTeX that the library printed, in groups that change nothing of how it is set.
import { signal } from '@preact/signals';
import type { Part } from 'whygrad';

/** A formula; without parts nothing of it can be touched. */
export interface Shown {
  readonly latex: string;
  readonly parts?: readonly Part[];
  /** The same with marks, where it is no formula of the library with parts. */
  readonly marked?: string;
}

/** Whether p and y stand for what is predicted and what is true: not in every document. */
export const coloured = signal(true);

const hues: Readonly<Record<string, 'p' | 'y'>> = { p: 'p', y_hat: 'p', q: 'p', y: 'y', t: 'y' };

/** One colour a quantity, everywhere the same: what is predicted, and what is true. */
export const hueOf = (name: string | undefined): 'p' | 'y' | null =>
  name === undefined || !coloured.value ? null : (hues[name] ?? null);

/** The same for a form that is no line of the library: letters that stand alone. */
export const markedLetters = (latex: string): string =>
  latex.replace(/(?<![\\\w{])[py](?![\w}])/g, (c) => {
    const hue = hueOf(c);
    return hue === null ? c : `\\htmlData{n=${hue}}{${c}}`;
  });

/** A part can be touched when it is more than a number. */
export const isTouchable = (part: Part): boolean => part.kind !== 'num' && part.path !== '';

/** The LaTeX with `\htmlData` around its parts: `p` is the path, `n` the quantity's colour. */
export function marked({ latex, parts = [], marked: given }: Shown): string {
  if (given !== undefined) return given;
  const opens = new Map<number, string[]>();
  const closes = new Map<number, number>();
  for (const part of parts) {
    const [from, to] = part.latex;
    const hue = part.kind === 'entry' ? hueOf(part.name) : null;
    const data = `p=${part.path === '' ? 'r' : part.path}${hue === null ? '' : `,n=${hue}`}`;
    opens.set(from, [...(opens.get(from) ?? []), `\\htmlData{${data}}{`]);
    closes.set(to, (closes.get(to) ?? 0) + 1);
  }
  let out = '';
  for (let n = 0; n <= latex.length; n++) {
    out += '}'.repeat(closes.get(n) ?? 0) + (opens.get(n) ?? []).join('') + (latex[n] ?? '');
  }
  return out;
}
