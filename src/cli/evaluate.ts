// The verb `evaluate`.
// Not here: what an expression means.
// Invariant: the JSON form is the library's result as it is.
import { evaluate } from '../index.ts';
import { readIn, readValues } from './input.ts';
import { printJson, printText } from './output.ts';
import { readAs } from './read-as.ts';
import { formatTensor } from './tensor.ts';
import type { Call, ExitCode } from './verb.ts';

export function run(call: Call): ExitCode {
  const file = call.text('values');
  const result = evaluate(call.words[0] as string, {
    ...readIn(call),
    given: call.texts('given'),
    values: file === undefined ? {} : readValues(file),
    base: call.text('base') === '0' ? 0 : 1,
  });
  if (call.text('format') === 'json') printJson(result);
  else printText(readAs(result.read) + formatTensor(result));
  return 0;
}
