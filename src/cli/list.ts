// The verb `list`.
// Not here: the documents, which are library/*.md, and the catalogue of mistakes.
// Invariant: every document of the library is listed, and every mistake where that is asked for.
import { libraryDocument, libraryNames, mistakes } from '../index.ts';
import { printJson, printText } from './output.ts';
import { paint } from './paint.ts';
import type { Call, ExitCode } from './verb.ts';

interface Row {
  readonly name: string;
  readonly title: string;
  readonly question: string | null;
}

export function run(call: Call): ExitCode {
  const documents = libraryNames().map(rowOf);
  if (call.text('format') === 'json')
    printJson({ documents, mistakes: mistakes.map(({ id, name, group }) => ({ id, name, group })) });
  else printText(call.has('mistakes') ? mistakeTable() : layOut(documents));
  return 0;
}

function rowOf(name: string): Row {
  const text = libraryDocument(name);
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  const question = /<!--\s*whygrad:\s*question\s+(.*?)\s*-->/.exec(text)?.[1]?.split(';')[0]?.trim() ?? null;
  return { name, title, question };
}

function layOut(documents: readonly Row[]): string {
  const { dim } = paint(process.stdout);
  return [
    table(
      'Documents: whygrad derive QUESTION --in NAME asks one of them; the last column is a question to begin with.',
      documents.map((r) => [r.name, r.title, dim(r.question ?? '')]),
    ),
    `${mistakes.length} mistakes can be explained: whygrad list --mistakes names them.`,
  ].join('\n\n');
}

const mistakeTable = (): string =>
  table(
    'Mistakes: whygrad explain MISTAKE tells what people write and what is right.',
    mistakes.map((m) => [m.id, m.name, '']),
  );

function table(head: string, rows: readonly (readonly [string, string, string])[]): string {
  const { bold } = paint(process.stdout);
  const [first, second] = [0, 1].map((n) => Math.max(...rows.map((r) => (r[n] as string).length)) + 2) as [
    number,
    number,
  ];
  return [
    bold(head),
    '',
    ...rows.map(([name, title, rest]) => `  ${name.padEnd(first)}${title.padEnd(second)}${rest}`.trimEnd()),
  ].join('\n');
}
