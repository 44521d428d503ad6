// The verb `lint`.
// Not here: judging and laying out.
// Invariant: exit code 1 when there is a slip, or with --strict an unclear claim; one array or report for all files.
import { dirname, join } from 'node:path';
import { lint, lintReport, type Claim, type LintFormat } from '../index.ts';
import { readText } from './input.ts';
import { printText } from './output.ts';
import { paint } from './paint.ts';
import type { Call, ExitCode } from './verb.ts';

export function run(call: Call): ExitCode {
  const texts = new Map(call.words.map((file) => [file === '-' ? '(standard input)' : file, readText(file)]));
  const claims: Claim[] = [...texts].flatMap(([file, text]) => lint(text, { file, include: (name) => included(file, name) }));
  const strict = call.has('strict');
  const { red, yellow, dim } = paint(process.stdout);
  const colours = { bad: red, doubt: yellow, dim };
  printText(lintReport(claims, (call.text('format') ?? 'text') as LintFormat, { strict, texts, paint: (role, text) => colours[role](text) }));
  return claims.some((c) => c.verdict === 'slip' || (strict && c.verdict === 'unclear')) ? 1 : 0;
}

/** The text of a file that a LaTeX document includes, from beside it. */
function included(file: string, name: string): string | null {
  try {
    return readText(join(dirname(file), name.endsWith('.tex') ? name : `${name}.tex`));
  } catch {
    return null;
  }
}
