// The verb `check`.
// Not here: how a claim is judged.
// Invariant: exit code 1 for a claim that is false or could not be judged.
import { check } from '../index.ts';
import { readIn } from './input.ts';
import { printJson, printText } from './output.ts';
import { paint } from './paint.ts';
import { readAs } from './read-as.ts';
import type { Call, ExitCode } from './verb.ts';

export function run(call: Call): ExitCode {
  const claim = check(call.words[0] as string, { ...readIn(call), given: call.texts('given') });
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
