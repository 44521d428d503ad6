// The jobs that read lines again: their parts as numbers, and as words that are spoken.
// Not here: any mathematics.
// Invariant: the library's numbers and words; what cannot be read by itself has none.
import { parse, prepare, print, WhygradError, type Prepared } from 'whygrad';
import type { Jobs } from './jobs.ts';

/** The lines that were asked of last: numbers that follow a hand are read once. */
let last: { readonly key: string; readonly numbers: Prepared } | null = null;

export const numbersJob: Jobs['numbers'] = ({ lines, options, values }) => {
  const { in: within, given } = options;
  const givens = { ...(within === undefined ? {} : { in: within }), ...(given === undefined ? {} : { given }) };
  const key = JSON.stringify([lines.map((l) => l.text), givens]);
  if (last?.key !== key) last = { key, numbers: prepare(lines, givens) };
  return last.numbers(values);
};

export const speakJob: Jobs['speak'] = ({ texts }) =>
  texts.map((text) => {
    try {
      return print(parse(text), { spelling: 'speech' });
    } catch (error) {
      if (error instanceof WhygradError) return text;
      throw error;
    }
  });
