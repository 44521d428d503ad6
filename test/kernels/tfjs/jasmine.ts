// Jasmine as tfjs's specs expect it: its functions as globals, and a note of every spec's outcome.
// Not here: the specs, and which kernels they run on (`backend.ts`).
// Invariant: specs run in the order of their files, one at a time.
import parts from 'jasmine-core/lib/jasmine-core/jasmine.js';
import { reached, startSpec } from './reached.ts';

interface Expectation {
  readonly message: string;
}
interface SpecResult {
  readonly fullName: string;
  readonly status: string;
  readonly failedExpectations: readonly Expectation[];
}
export interface Outcome {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly kernels: readonly string[];
}

const jasmine = parts.core(parts);
Object.assign(globalThis, parts.interface(jasmine, jasmine.getEnv({ suppressLoadErrors: true })));
const outcomes: Outcome[] = [];

/** Runs every spec that was described and gives their outcomes. */
export async function runSpecs(wanted: RegExp): Promise<readonly Outcome[]> {
  const env = jasmine.getEnv();
  env.configure({ random: false, specFilter: (spec: { getFullName(): string }) => wanted.test(spec.getFullName()) });
  env.addReporter({
    specStarted: startSpec,
    specDone(r: SpecResult) {
      outcomes.push({
        name: r.fullName,
        status: r.status,
        message: r.failedExpectations
          .map((e) => e.message)
          .join('; ')
          .slice(0, 600),
        kernels: reached(),
      });
    },
  });
  await env.execute();
  return outcomes;
}
