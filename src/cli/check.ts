// The verb `check`.
// Not here: how a claim is judged.
// Invariant: exit code 1 for a claim that is false or could not be judged.
import { check } from '../index.ts';
import { readIn } from './input.ts';
import { printJson, printText } from './output.ts';
import { paint } from './paint.ts';
import { readAs } from './read-as.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';
import { answerLines } from './check-lines.ts';

export function run(call: Call): ExitCode | Promise<ExitCode> {
  const [word] = call.words;
  if (call.has('jsonl')) {
    if (word !== undefined || call.text('in') !== undefined || call.texts('given').length > 0)
      throw new UsageError('--jsonl takes its claims from standard input', 'put "in" and "given" into each line');
    return answerLines(process.stdin, process.stdout);
  }
  if (word === undefined) throw new UsageError('whygrad check needs "A = B"', 'usage: whygrad check "A = B" [flags]');
  const claim = check(word, { ...readIn(call), given: call.texts('given') });
  if (call.text('format') === 'json') printJson(claim);
  else printText(readAs(claim.read) + layOut(claim));
  return claim.verdict === 'holds' ? 0 : 1;
}

function layOut(claim: ReturnType<typeof check>): string {
  const { green, red, yellow } = paint(process.stdout);
  if (claim.verdict === 'holds')
    return `${green(claim.certainty === 'proved' ? '✓ holds, proved' : '≈ holds, tested')}: ${claim.message}`;
  if (claim.verdict === 'unclear') return `${yellow('? unclear')}: ${claim.message}`;
  if (claim.counterexample === null) return `${red('✗ false')}: ${claim.message}`;
  return `${red('✗ false')}: ${claim.message}, for example with\n${Object.entries({
    ...claim.counterexample.sizes,
    ...claim.counterexample.values,
  })
    .map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`)
    .join('\n')}`;
}
