// The verb `derive`.
// Not here: the derivation and its layouts.
// Invariant: what is printed is the whole result or, on an error, nothing.
import {
  derive,
  evaluate,
  report,
  type Derivation,
  type DeriveOptions,
  type ReportFormat,
  type Role,
} from '../index.ts';
import { readIn, readValues } from './input.ts';
import { printJson, printText } from './output.ts';
import { paint } from './paint.ts';
import { formatTensor } from './tensor.ts';
import type { Call, ExitCode } from './verb.ts';

export function run(call: Call): ExitCode {
  const surroundings = { ...readIn(call), given: call.texts('given') };
  const derivation = derive(call.words[0] as string, {
    ...surroundings,
    by: (call.text('by') ?? 'auto') as NonNullable<DeriveOptions['by']>,
    detail: detailOf(call),
  });
  const at = evaluateAt(call, derivation, surroundings);
  const format = call.text('format') ?? 'text';
  if (format === 'json') printJson(at === null ? derivation : { ...derivation, at });
  else
    printText(
      layOut(derivation, format as ReportFormat, detailOf(call)) +
        (at === null ? '' : `\nat the given values\n${formatTensor(at)}\n`),
    );
  return 0;
}

type Detail = NonNullable<DeriveOptions['detail']>;
type Value = ReturnType<typeof evaluate>;

/** The result's value at `--at FILE.json`. */
function evaluateAt(
  call: Call,
  derivation: Derivation,
  surroundings: { in?: string; given: readonly string[] },
): Value | null {
  const file = call.text('at');
  if (file === undefined) return null;
  return evaluate(derivation.result.text, { ...surroundings, values: readValues(file), axes: derivation.result.axes });
}

const detailOf = (call: Call): Detail => (call.text('detail') ?? 'outline') as Detail;

function layOut(derivation: Derivation, format: ReportFormat, detail: Detail): string {
  if (format !== 'text') return report(derivation, format);
  const { bold, cyan, dim, green, yellow } = paint(process.stdout);
  const colours: { readonly [R in Role]: (text: string) => string } = {
    heading: bold,
    rule: cyan,
    reason: dim,
    proved: green,
    tested: yellow,
  };
  return report(derivation, 'text', {
    width: process.stdout.columns ?? 110,
    depth: detail === 'all' ? Infinity : 0,
    paint: (role, text) => colours[role](text),
  });
}
