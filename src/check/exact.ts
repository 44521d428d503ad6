import type { Term } from '../term/term.ts';
import type { Plan } from './sample.ts';
export function exactlyEqual(_a: Term, _b: Term, _plan: Plan, _seed: number): { equal: boolean; points: number } | null { return null; }
