// The verb `lint`.
// Not here: judging and laying out (the library), baselines (`baseline.ts`), patterns for files (`globs.ts`).
// Invariant: exit code 1 when there is a slip, or with --strict an unclear claim, that no baseline accepts, else 3 when a budget was spent; one array or report for all files.
import { dirname, join } from 'node:path';
import {
  fixText,
  isIncomplete,
  lintDocument,
  lintNotes,
  lintReport,
  lintWhy,
  whyText,
  type Change,
  type LintedDocument,
  type LintFormat,
  type LintOptions,
} from '../index.ts';
import { accepted, writeBaseline } from './baseline.ts';
import { hasMark, isUtf8, writeWhole } from './files.ts';
import { filesOf } from './globs.ts';
import { readText } from './input.ts';
import { printJson, printText } from './output.ts';
import { paint } from './paint.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';

const STANDARD_INPUT = '(standard input)';

export function run(call: Call): ExitCode {
  checkFlags(call);
  const format = (call.text('format') ?? 'text') as LintFormat;
  const texts = new Map(filesOf(call.words).map((file) => [file === '-' ? STANDARD_INPUT : file, documentText(file)]));
  if (call.has('why')) return printWhy(texts, format, call);
  const linted = [...texts].map(([file, text]) =>
    call.has('fix')
      ? fixed(file, text, texts, format, optionsFor(file, text.length, call))
      : lintDocument(text, optionsFor(file, text.length, call)),
  );
  clearProgress();
  const found = linted.flatMap((d) => d.claims);
  const unread = linted.flatMap((d) => d.unread);
  const baseline = call.text('baseline');
  if (baseline !== undefined && call.has('update-baseline')) return writeBaseline(baseline, found);
  const claims = baseline === undefined ? found : accepted(baseline, found);
  const strict = call.has('strict');
  const { red, yellow, dim } = paint(process.stdout);
  const colours = { bad: red, doubt: yellow, dim };
  const report = lintReport(claims, format, { strict, unread, texts, paint: (role, text) => colours[role](text) });
  if (report !== '') printText(report);
  if (format === 'text' && found.length > claims.length)
    printText(`left out: ${found.length - claims.length} that the baseline accepts`);
  const notes = lintNotes(claims, unread);
  if (format === 'json') for (const note of notes) process.stderr.write(`${note}\n`);
  if (claims.some((c) => c.verdict === 'slip' || (strict && c.verdict === 'unclear'))) return 1;
  return isIncomplete(claims, unread) ? 3 : 0;
}

/** How each document was read: lines of text, or JSON by file. */
function printWhy(texts: ReadonlyMap<string, string>, format: LintFormat, call: Call): ExitCode {
  const all = [...texts].map(([file, text]) => ({ file, ...lintWhy(text, optionsFor(file, text.length, call)) }));
  clearProgress();
  if (format === 'json') printJson(all);
  else printText(all.map((w) => (all.length > 1 ? `${w.file}\n${whyText(w)}` : whyText(w))).join('\n\n'));
  return 0;
}

function checkFlags(call: Call): void {
  if (call.has('fix') && call.words.includes('-'))
    throw new UsageError(
      '--fix changes files, and standard input is none',
      'save the text to a file, or lint it without --fix',
    );
  if (call.has('why') && (call.has('fix') || !['text', 'json'].includes(call.text('format') ?? 'text')))
    throw new UsageError('--why is told as text or JSON, and changes no file', 'leave --fix and other formats out');
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

const optionsFor = (file: string, length: number, call: Call): LintOptions => {
  const budget = call.number('budget');
  const progress = process.stderr.isTTY === true ? progressOf(file) : undefined;
  // Reading a large text takes a while before the first claim is judged.
  if (length > 1_000_000) progress?.(0);
  return {
    file,
    include: (name) => included(file, name),
    ...(budget === undefined ? {} : { budget }),
    ...(progress === undefined ? {} : { progress }),
  };
};

/** After a second of work, or at once for a large text, a line on the terminal tells how far it is, four times a second. */
let shown = -Infinity;
const began = performance.now();
const progressOf =
  (file: string) =>
  (share: number): void => {
    const now = performance.now();
    if (share > 0 && (now - began < 1000 || now - shown < 250)) return;
    shown = now;
    process.stderr.write(`\r\u001b[K${file}: ${Math.floor(share * 100)} %`);
  };
const clearProgress = (): void => {
  if (shown > 0) process.stderr.write('\r\u001b[K');
};

/** Writes the fixes of one file and tells them; the answer is what is left to say about it. */
function fixed(
  file: string,
  text: string,
  texts: Map<string, string>,
  format: LintFormat,
  options: LintOptions,
): LintedDocument {
  if (!isUtf8(file))
    throw new UsageError(
      `'${file}' is not UTF-8: it could not be written back unchanged`,
      'convert it first, or lint it without --fix',
    );
  const { text: better, changes, claims, unread } = fixText(text, options);
  if (changes.length > 0) {
    writeWhole(file, `${hasMark(file) ? '\uFEFF' : ''}${better}`);
    texts.set(file, better);
  }
  const told = changes.map((c) => `${changeLine(file, c)}\n`).join('');
  (format === 'text' ? process.stdout : process.stderr).write(told);
  return { claims, unread };
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
