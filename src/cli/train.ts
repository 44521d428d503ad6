// The verb `train`.
// Not here: networks, data, the training loop, what is printed.
// Invariant: a flag that was not given is not passed on, so that every default stands in one place.
import { presetNames, runTrain, type TrainCommand } from '../index.ts';
import { terminal } from './terminal.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';

export async function run(call: Call): Promise<ExitCode> {
  if (call.words.length === 0 && !call.has('data') && !call.has('resume'))
    throw new UsageError(
      'whygrad train needs something to train on',
      `name one of ${presetNames.join(', ')}, or give --data FILE`,
    );
  return (await runTrain(commandOf(call), { ...terminal(), onStop })) ? 0 : 130;
}

/** The first Ctrl-C asks for an end, the second is the system's. */
function onStop(stop: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const s of signals) process.once(s, stop);
  return () => {
    for (const s of signals) process.removeListener(s, stop);
  };
}

const texts = ['data', 'label', 'optimizer', 'out', 'resume', 'plot', 'format'] as const;
const numbers = ['epochs', 'batch', 'rate', 'seed', 'validation', 'patience'] as const;

function commandOf(call: Call): TrainCommand {
  const hidden = call.text('hidden');
  const pairs = [
    ['document', call.words[0]],
    ...texts.map((flag) => [flag, call.text(flag)]),
    ...numbers.map((flag) => [flag, call.number(flag)]),
    ['hidden', hidden === undefined ? undefined : sizes(hidden)],
    ['check', call.has('check') || undefined],
  ];
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as TrainCommand;
}

function sizes(text: string): number[] {
  const all = text
    .split(',')
    .map((s) => s.trim())
    .filter((s) => s !== '')
    .map(Number);
  if (all.some((n) => !Number.isInteger(n) || n < 1))
    throw new UsageError(`--hidden needs whole numbers like 16,16, not '${text}'`);
  return all;
}
