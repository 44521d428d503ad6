// The doctor's door: judges the gradients of a program that a file holds.
// Not here: the work, which is loaded when it is asked for, as it needs Node.
// Invariant: importing this file starts nothing and needs nothing.
import type { DoctorOptions } from './doctor.ts';
import type { Diagnosis } from './report/diagnosis.ts';

export type { DoctorOptions, Verdict } from './doctor.ts';
export type { Diagnosis, Evidence, NamedMistake } from './report/diagnosis.ts';
export type { DoctorFormat } from './report/layout.ts';

/**
 * Runs the program in `file` (Python, JavaScript, TypeScript) in a child process and judges every gradient in it, worst
 * first; the child has limits on time and memory, but is no sandbox. Needs Node. Errors: RunError (a WhygradError)
 * where
 * the program cannot be run.
 */
export async function doctor(file: string, options: DoctorOptions = {}): Promise<Diagnosis[]> {
  const [{ examineFile }, { diagnosisOf }] = await Promise.all([
    import('./doctor.ts'),
    import('./report/diagnosis.ts'),
  ]);
  return (await examineFile(file, options)).map((f) => diagnosisOf(file, f));
}
