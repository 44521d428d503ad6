// The verb `doctor`.
// Not here: running and judging the program, the forms of the report (the library).
// Invariant: exit code 1 when a gradient is wrong or unstable, or with --strict unclear; 2 when the program cannot be
// run.
import { readFileSync, writeFileSync } from 'node:fs';
import { doctor, doctorReport, WhygradError, type Diagnosis, type DoctorFormat, type DoctorOptions } from '../index.ts';
import { printText } from './output.ts';
import { paint } from './paint.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';

export async function run(call: Call): Promise<ExitCode> {
  const format = (call.text('format') ?? 'text') as DoctorFormat;
  const strict = call.has('strict');
  const found = await judged(call.words[0] as string, optionsOf(call));
  const { red, yellow, green, dim } = paint(process.stdout);
  const colours = { bad: red, doubt: yellow, good: green, dim };
  const report = doctorReport(found, format, { strict, paint: (role, text) => colours[role](text) });
  if (report !== '') printText(report);
  if (call.has('fix')) offer(call.words[0] as string, found, call.has('yes'));
  return found.some((d) => d.verdict === 'wrong' || d.verdict === 'unstable' || (strict && d.verdict === 'unclear'))
    ? 1
    : 0;
}

/** Shows the fix that was tried as a diff; changes the file only where the person says yes. */
function offer(file: string, found: readonly Diagnosis[], yes: boolean): void {
  const edit = found.find((d) => d.edit !== null)?.edit ?? null;
  printText(edit === null ? '\nno edit was found that makes it right' : offered(file, edit, yes));
}

function offered(file: string, edit: NonNullable<Diagnosis['edit']>, yes: boolean): string {
  const source = readFileSync(file, 'utf8');
  const diff = `\n--- ${file}\n+++ ${file}\n@@ line ${edit.line} @@\n-${edit.before}\n+${edit.after}\n`;
  // A notebook's cells are no text of the file.
  if (source.split('\n')[edit.line - 1]?.includes(edit.before) !== true) return `${diff}make this change by hand`;
  if (!yes) return `${diff}--fix --yes changes the file`;
  writeFileSync(file, source.slice(0, edit.start) + edit.text + source.slice(edit.end));
  return `${diff}changed`;
}

/** A program that cannot be run is unreadable input. */
async function judged(file: string, options: DoctorOptions): ReturnType<typeof doctor> {
  try {
    return await doctor(file, options);
  } catch (error) {
    if (error instanceof WhygradError && error.code.startsWith('run-'))
      throw new UsageError(error.message, error.hint ?? '');
    throw error;
  }
}

function optionsOf(call: Call): DoctorOptions {
  const args = call
    .text('args')
    ?.split(',')
    .map((a) => a.trim());
  const timeout = call.number('timeout');
  if (timeout !== undefined && !(timeout > 0))
    throw new UsageError('--timeout needs a number of seconds greater than 0');
  const texts = (['function', 'of', 'python'] as const).map((flag) => [flag, call.text(flag)] as const);
  return {
    ...Object.fromEntries(texts.filter(([, value]) => value !== undefined)),
    ...(args === undefined ? {} : { args }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}
