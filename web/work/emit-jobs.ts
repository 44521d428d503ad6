// The job that writes a result in another language.
// Not here: any mathematics.
// Invariant: the library's files and nothing else.
import { emit } from 'whygrad';
import type { Jobs } from './jobs.ts';

export const emitJob: Jobs['emit'] = ({ question, options, to }) => {
  const { in: within, given } = options;
  return emit(within ?? given?.join('; ') ?? '', { to, outputs: [question], name: 'gradient', dtype: 'float64' });
};
