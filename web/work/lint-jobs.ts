// The job that judges a document.
// Not here: any mathematics.
// Invariant: the library's rows and nothing else.
import { lint } from 'whygrad';
import type { Jobs } from './jobs.ts';

export const lintJob: Jobs['lint'] = ({ text }) => lint(text);
