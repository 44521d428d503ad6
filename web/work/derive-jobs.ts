// The job that derives.
// Not here: any mathematics.
// Invariant: the library's record and nothing else.
import { derive } from 'whygrad';
import type { Jobs } from './jobs.ts';

export const deriveJob: Jobs['derive'] = ({ question, options }) => derive(question, { ...options, parts: true });
