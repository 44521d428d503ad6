// The verb `lint`.
// Not here: judging and laying out (the library), baselines (`baseline.ts`), patterns for files (`globs.ts`).
// Invariant: exit code 1 when there is a slip, or with --strict an unclear claim, that no baseline accepts, else 3 when a budget was spent; one array or report for all files.
import { dirname, join } from 'node:path';
import {
  budgetNote,
  fixText,
  lint,
  lintReport,
  type Change,
  type Claim,
  type LintFormat,
  type LintOptions,
} from '../index.ts';
import { accepted, writeBaseline } from './baseline.ts';
import { hasMark, isUtf8, writeText } from './files.ts';
import { filesOf } from './globs.ts';
import { readText } from './input.ts';
import { printText } from './output.ts';
import { paint } from './paint.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';

const STANDARD_INPUT = '(standard input)';

export function run(call: Call): ExitCode {
  checkFlags(call);
  const format = (call.text('format') ?? 'text') as LintFormat;
  const texts = new Map(filesOf(call.words).map((file) => [file === '-' ? STANDARD_INPUT : file, documentText(file)]));
  const found = [...texts].flatMap(([file, text]) =>
    call.has('fix') ? fixed(file, text, texts, format, optionsFor(file, call)) : lint(text, optionsFor(file, call)),
  );
  const baseline = call.text('baseline');
  if (baseline !== undefined && call.has('update-baseline')) return writeBaseline(baseline, found);
  const claims = baseline === undefined ? found : accepted(baseline, found);
  const strict = call.has('strict');
  const { red, yellow, dim } = paint(process.stdout);
  const colours = { bad: red, doubt: yellow, dim };
  const report = lintReport(claims, format, { strict, texts, paint: (role, text) => colours[role](text) });
  if (report !== '') printText(report);
  if (format === 'text' && found.length > claims.length)
    printText(`left out: ${found.length - claims.length} that the baseline accepts`);
  const note = budgetNote(claims);
  if (note !== null && format === 'json') process.stderr.write(`${note}\n`);
  if (claims.some((c) => c.verdict === 'slip' || (strict && c.verdict === 'unclear'))) return 1;
  return note === null ? 0 : 3;
}

function checkFlags(call: Call): void {
  if (call.has('fix') && call.words.includes('-'))
    throw new UsageError(
      '--fix changes files, and standard input is none',
      'save the text to a file, or lint it without --fix',
    );
  if (call.has('update-baseline') && call.text('baseline') === undefined)
    throw new UsageError('--update-baseline needs --baseline FILE, the file to write');
  if ((call.number('budget') ?? 1) <= 0) throw new UsageError('--budget needs a number greater than 0');
}

/** A document's text. Errors: UsageError for what is no text. */
function documentText(file: string): string {
  const text = readText(file);
  if (text.includes('\0'))
    throw new UsageError(
      `${file === '-' ? 'standard input' : `'${file}'`} is not a text file`,
      'Markdown, LaTeX, notebooks and plain text in UTF-8 are read',
    );
  return text;
}

const optionsFor = (file: string, call: Call): LintOptions => {
  const budget = call.number('budget');
  return { file, include: (name) => included(file, name), ...(budget === undefined ? {} : { budget }) };
};

/** Writes the fixes of one file and tells them; the answer is what is left to say about it. */
function fixed(
  file: string,
  text: string,
  texts: Map<string, string>,
  format: LintFormat,
  options: LintOptions,
): Claim[] {
  if (!isUtf8(file))
    throw new UsageError(
      `'${file}' is not UTF-8: it could not be written back unchanged`,
      'convert it first, or lint it without --fix',
    );
  const { text: better, changes, claims } = fixText(text, options);
  if (changes.length > 0) {
    writeText(file, `${hasMark(file) ? '\uFEFF' : ''}${better}`);
    texts.set(file, better);
  }
  const told = changes.map((c) => `${changeLine(file, c)}\n`).join('');
  (format === 'text' ? process.stdout : process.stderr).write(told);
  return [...claims];
}

const changeLine = (file: string, c: Change): string =>
  `${file}:${c.line}:${c.column}: fixed: ${c.before.replace(/\s+/g, ' ')}\n    is now: ${c.after}`;

/** The text of a file that a LaTeX document includes, from beside it. */
function included(file: string, name: string): string | null {
  try {
    return readText(join(dirname(file), name.endsWith('.tex') ? name : `${name}.tex`));
  } catch {
    return null;
  }
}
