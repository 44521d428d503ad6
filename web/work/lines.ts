// A formula that somebody wrote as a line that the library printed.
// Not here: what it means; readings that lean on a document.
// Invariant: null for what cannot be read by itself; nothing of the text itself reaches KaTeX.
import { joinLines, parse, printLine, WhygradError, type Line } from 'whygrad';

const empty: Line = { text: '', latex: '', parts: [] };

/** `A = B`, `A` or `= B` as a line. */
export function lineOf(equation: string | undefined): Line | null {
  try {
    return (
      equation
        ?.split(/(?<![<>!:])=/)
        .map((side, n) => (n === 0 && side.trim() === '' ? empty : printLine(parse(side.trim()))))
        .reduce((a, b) => joinLines(a, ' = ', b)) ?? null
    );
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}
