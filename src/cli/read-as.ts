// The choices that a writing left, as lines of text.
// Not here: where they come from.
// Invariant: nothing where there was no choice.

interface Reading {
  readonly text: string;
  readonly as: string;
  readonly because: string;
}

/** `read as` lines, one a choice, with a blank line behind them. */
export const readAs = (read: readonly Reading[] | undefined): string =>
  read === undefined || read.length === 0
    ? ''
    : `${read.map((r) => `read as ${r.text} as ${r.as}: ${r.because}`).join('\n')}\n\n`;
