// A style of program: a text with holes, what is right in them, and the slips that people put there.
// Not here: the styles (one file a kind), running them (`../styles.test.ts`).
// Invariant: with the first filling of every hole the program is right.

export interface Style {
  readonly name: string;
  readonly file: string;
  readonly needs: 'python' | 'numpy' | 'torch' | 'node';
  /** The function that is judged. */
  readonly target: string;
  readonly source: string;
  /** What stands in the holes `<<name>>`. */
  readonly right: Readonly<Record<string, string>>;
  readonly wrong: readonly Slip[];
}

/** The mistakes, what they put into which hole, and whether the numbers are wrong everywhere or only at extremes. */
export type Slip = readonly [ids: string, holes: Readonly<Record<string, string>>, verdict?: 'wrong' | 'unstable'];

const filled = (source: string, holes: Readonly<Record<string, string>>): string =>
  source.replace(/<<(\w+)>>/g, (_, name: string) => holes[name] ?? `<<${name}>>`);

export interface Case {
  readonly style: Style;
  readonly ids: readonly string[];
  readonly verdict: 'correct' | 'wrong' | 'unstable';
  readonly source: string;
}

/** The programs of a style: the right one first. */
export const casesOf = (style: Style): Case[] => [
  { style, ids: [], verdict: 'correct', source: filled(style.source, style.right) },
  ...style.wrong.map(
    ([ids, holes, verdict]): Case => ({
      style,
      ids: ids.split('+'),
      verdict: verdict ?? 'wrong',
      source: filled(style.source, { ...style.right, ...holes }),
    }),
  ),
];
