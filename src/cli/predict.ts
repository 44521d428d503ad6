// The verb `predict`.
// Not here: what a model is.
// Invariant: one line (or JSON row) for each row of the data, in the data's order.
import { runPredict } from '../index.ts';
import { terminal } from './terminal.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';

export function run(call: Call): ExitCode {
  const data = call.text('data');
  if (data === undefined)
    throw new UsageError(
      'whygrad predict needs --data FILE',
      'a .csv, .npy or .json file with the features that the model was trained on',
    );
  const label = call.text('label');
  const format = call.text('format') as 'text' | 'json' | undefined;
  const ended = runPredict(
    {
      folder: call.words[0] as string,
      data,
      ...(label === undefined ? {} : { label }),
      ...(format === undefined ? {} : { format }),
    },
    terminal(),
  );
  return ended ? 0 : 1;
}
