// Programs for tests, written into folders of their own; values as the doctor writes them.
// Not here: any test.
// Invariant: every folder is removed after the test that asked for it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { open } from '../../../src/doctor/run/open.ts';
import type { OpenOptions, Outcome, Program, Step, TensorForm, Value } from '../../../src/doctor/run/program.ts';
import { must } from '../../../src/term/must.ts';

/** A file with this text, alone in a new folder. */
export function file(name: string, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), source);
  return join(folder, name);
}

/** The program of a file with this text, opened; it is closed after the test. */
export async function program(name: string, source: string, options: OpenOptions = {}): Promise<Program> {
  const opened = await open(file(name, source), options);
  onTestFinished(() => opened.close());
  return opened;
}

export const numbers = (
  tensor: readonly number[],
  shape: readonly number[] = [tensor.length],
  as: TensorForm = 'list',
): Value => ({
  tensor,
  shape,
  dtype: 'float64',
  as,
});
export const float = (number: number): Value => ({ number, as: 'float' });

/** What one scenario comes to. */
export async function outcome(opened: Program, steps: readonly Step[], more: object = {}): Promise<Outcome> {
  return must((await opened.run([{ steps, ...more }]))[0]);
}

/** The last step's result of one scenario; an error of the program is an error here. */
export async function result(opened: Program, ...steps: readonly Step[]): Promise<Value> {
  const out = await outcome(opened, steps);
  if (out.error !== undefined) throw new Error(`${out.error.type}: ${out.error.message}`);
  return must(must(out.steps.at(-1)).result);
}

const has = (module: string): boolean =>
  spawnSync('/usr/bin/python3', [
    '-c',
    `import importlib.util, sys; sys.exit(importlib.util.find_spec('${module}') is None)`,
  ]).status === 0;

/** Whether a test may be left out for want of a part of the system: never in continuous integration. */
const mayBeMissing = process.env.CI !== 'true';
export const noPython = mayBeMissing && !has('sys');
export const noNumpy = mayBeMissing && !has('numpy');
export const noTorch = mayBeMissing && !has('torch');
