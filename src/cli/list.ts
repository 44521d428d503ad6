// The verb `list`.
// Not here: the documents, which are library/*.md.
// Invariant: every document of the library is listed, networks and optimizers in groups of their own.
import { libraryDocument, libraryNames } from '../index.ts';
import { printJson, printText } from './output.ts';
import { paint } from './paint.ts';
import type { Call, ExitCode } from './verb.ts';

interface Row { readonly name: string; readonly title: string; readonly question: string | null }

export function run(call: Call): ExitCode {
  const rows = libraryNames().map(rowOf);
  if (call.text('format') === 'json') printJson(rows);
  else printText(layOut(rows));
  return 0;
}

function rowOf(name: string): Row {
  const text = libraryDocument(name);
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  const question = /<!--\s*whygrad:\s*question\s+(.*?)\s*-->/.exec(text)?.[1]?.split(';')[0]?.trim() ?? null;
  return { name, title, question };
}

function layOut(rows: readonly Row[]): string {
  const { bold, dim } = paint(process.stdout);
  const width = Math.max(...rows.map((r) => r.name.length)) + 2;
  const middle = Math.max(...rows.map((r) => r.title.length)) + 2;
  const lines = rows.map((r) => `${bold(r.name.padEnd(width))}${r.title.padEnd(middle)}${dim(r.question ?? '')}`.trimEnd());
  return `${lines.join('\n')}\n\nwhygrad derive QUESTION --in NAME asks one of them; the last column is a question to begin with.\n`;
}
