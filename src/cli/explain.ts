// The verb `explain`.
// Not here: the catalogue of mistakes.
// Invariant: a mistake that is not known is the input's fault, with the nearest names as a hint.
import { explain, explanation } from '../index.ts';
import { printJson, printText } from './output.ts';
import type { Call, ExitCode } from './verb.ts';

export function run(call: Call): ExitCode {
  const mistake = explain(call.words[0] as string);
  if (call.text('format') === 'json') printJson(mistake);
  else printText(explanation(mistake));
  return 0;
}
