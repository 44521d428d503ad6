// The job that judges a line that a reader wrote as the next one of a derivation.
// Not here: any mathematics.
// Invariant: the verdict is `check`'s; a line counts as one of the derivation's where both are printed alike.
import { check, parse, print, WhygradError } from 'whygrad';
import type { Jobs } from './jobs.ts';
import { lineOf } from './lines.ts';

export const turnJob: Jobs['turn'] = ({ line, from, lines, options }) => {
  const written = line.replace(/^\s*=\s*/, '');
  const { in: within, given } = options;
  const found = check(`${from} = ${written}`, {
    ...(within === undefined ? {} : { in: within }),
    ...(given === undefined ? {} : { given }),
  });
  const own = plain(written);
  const at = own === null ? -1 : lines.findIndex((l) => plain(l) === own);
  return { verdict: found.verdict, message: found.message, same: at === -1 ? null : at, line: lineOf(written) };
};

/** A line as it is printed, so that spellings do not matter. */
function plain(text: string): string | null {
  try {
    return print(parse(text));
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}
