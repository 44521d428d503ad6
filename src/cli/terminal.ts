// The terminal as the training verbs see it.
// Not here: what they print.
// Invariant: results go to standard output, progress to standard error; colours only where standard output is a
// terminal.
import type { Terminal } from '../index.ts';
import { paint } from './paint.ts';

export function terminal(): Terminal {
  const { cyan, yellow, green, magenta, blue, red } = paint(process.stdout);
  const tints = [cyan, yellow, green, magenta, blue, red];
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? process.stdout.columns ?? 80,
    paint: (text, of) => (tints[of % tints.length] as (text: string) => string)(text),
  };
}
