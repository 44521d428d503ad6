// What a program in another language can call, by name, with arguments as one JSON object.
// Not here: lines, pipes (`serve.ts`); what the calls do: each is one function of the public door.
// Invariant: a call depends on its arguments alone, so that it can be repeated; no call reads a file or runs a user's
// code.
import {
  check,
  checkStep,
  type CheckStepOptions as Step,
  derive,
  type DeriveOptions,
  emit,
  evaluate,
  type EvaluateOptions,
  explain,
  libraryDocument,
  libraryNames,
  lintDocument,
  type LintOptions,
  mistakes,
  report,
  type ReportFormat,
  WhygradError,
} from '../index.ts';
import { inFloats, outOfFloats } from './floats.ts';

type Args = Readonly<Record<string, unknown>>;
type Values = EvaluateOptions['values'];

/** A call: the arguments that it needs, and what it does. */
export interface RemoteCall {
  readonly needs: readonly string[];
  readonly run: (args: Args) => unknown;
}

const entries: readonly (readonly [name: string, needs: string, run: (args: Args) => unknown])[] = [
  ['derive', 'question', (a) => derive(text(a, 'question'), options<DeriveOptions>(a))],
  ['report', 'question format', (a) => report(derive(text(a, 'question'), options(a)), layout(text(a, 'format')))],
  ['check', 'claim', (a) => check(text(a, 'claim'), options(a))],
  [
    'checkStep',
    'from to',
    (a) => checkStep({ ...options<Omit<Step, 'from' | 'to'>>(a), from: text(a, 'from'), to: text(a, 'to') }),
  ],
  ['evaluate', 'expression', evaluated],
  ['lint', 'text', (a) => lintDocument(text(a, 'text'), options<LintOptions>(a))],
  ['explain', 'mistake', (a) => explain(text(a, 'mistake'))],
  ['mistakes', '', () => mistakes],
  ['library', '', () => libraryNames()],
  ['document', 'name', (a) => libraryDocument(text(a, 'name'))],
  ['emit', 'document to', emitted],
];
export const calls: ReadonlyMap<string, RemoteCall> = new Map(
  entries.map(([name, needs, run]) => [name, { needs: needs.split(' ').filter((x) => x !== ''), run }]),
);

function evaluated(a: Args): unknown {
  const values = inFloats(a['values'] ?? {}) as Values;
  return outOfFloats(evaluate(text(a, 'expression'), { ...options<EvaluateOptions>(a), values }));
}

function emitted({ document, ...rest }: Args): unknown {
  const files = emit(text({ document }, 'document'), { ...options(rest), to: text(rest, 'to') });
  return files.map(({ name, content }) =>
    typeof content === 'string'
      ? { name, content }
      : { name, content: Buffer.from(content).toString('base64'), base64: true },
  );
}

const layouts: readonly string[] = ['text', 'latex', 'markdown', 'html'];
function layout(name: string): ReportFormat {
  if (!layouts.includes(name))
    throw new WhygradError('bad-request', `There is no format "${name}".`, {
      hint: `There are ${layouts.join(', ')}.`,
    });
  return name as ReportFormat;
}

function text(args: Args, name: string): string {
  const value = args[name];
  if (typeof value === 'string') return value;
  throw new WhygradError('bad-request', `"${name}" has to be a text.`, { hint: 'Quote it.' });
}

/** The arguments that have a value; `document` is called `in` where it says what names mean. */
function options<T extends object>({ document, ...rest }: Args): T {
  const set = Object.entries(rest).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(set), ...(document === undefined || document === null ? {} : { in: document }) } as T;
}
