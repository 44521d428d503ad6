// The file that holds the accepted findings of `lint`.
// Not here: what counts as the same finding (the library).
// Invariant: paths in it are relative to its own folder, so that it serves from everywhere.
import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { baselineOf, sinceBaseline, type Baseline, type Claim } from '../index.ts';
import { writeWhole } from './files.ts';
import { readText } from './input.ts';
import { UsageError, type ExitCode } from './verb.ts';

/** Claims with their files named as the baseline names them. */
function placed(baseline: string, claims: readonly Claim[]): Claim[] {
  const folder = dirname(resolve(baseline));
  return claims.map((c) => ({ ...c, file: relative(folder, resolve(c.file)).split(sep).join('/') }));
}

/** Writes the findings as accepted. */
export function writeBaseline(baseline: string, claims: readonly Claim[]): ExitCode {
  const list = baselineOf(placed(baseline, claims));
  writeWhole(baseline, `${JSON.stringify(list, null, 2)}\n`);
  const count = list.findings.reduce((n, f) => n + f.times, 0);
  process.stdout.write(`${baseline}: ${count} ${count === 1 ? 'finding' : 'findings'} accepted\n`);
  return 0;
}

/** The claims without the accepted findings. Errors: UsageError for a file that is missing or no baseline. */
export function accepted(baseline: string, claims: readonly Claim[]): Claim[] {
  if (!existsSync(baseline))
    throw new UsageError(`cannot read '${baseline}': there is no such file`, '--update-baseline writes it');
  const own = placed(baseline, claims);
  const original = new Map(own.map((c, n) => [c, claims[n] as Claim]));
  return sinceBaseline(own, readBaseline(baseline)).map((c) => original.get(c) as Claim);
}

function readBaseline(file: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`'${file}' is not JSON: ${(error as Error).message}`);
  }
  if (!isBaseline(value))
    throw new UsageError(`'${file}' is not a baseline of whygrad lint`, '--update-baseline writes one');
  return value;
}

const isBaseline = (v: unknown): v is Baseline =>
  typeof v === 'object' &&
  v !== null &&
  (v as Baseline).version === 1 &&
  Array.isArray((v as Baseline).findings) &&
  (v as Baseline).findings.every(
    (f) =>
      typeof f?.file === 'string' &&
      typeof f.formula === 'string' &&
      typeof f.verdict === 'string' &&
      Number.isInteger(f.times),
  );
