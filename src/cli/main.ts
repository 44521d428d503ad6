// Finds the verb, runs it, and turns whatever goes wrong into a message and an exit code.
// Not here: the verbs' work; they are loaded only when called, so that the start is fast.
// Invariant: results go to standard output, everything else to standard error.
import { describe, WhygradError } from '../index.ts';
import { readArguments } from './arguments.ts';
import { helpForAll, helpForVerb } from './help.ts';
import { paint } from './paint.ts';
import { UsageError, type ExitCode } from './verb.ts';
import { verbs } from './verbs.ts';
import { version } from './version.ts';

/** Runs one command line (`argv` as in process.argv) and returns the exit code. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  process.stdout.on('error', stop);
  // Where standard error cannot be written, nobody can be told.
  process.stderr.on('error', () => process.exit(2));
  try {
    return await run(argv.slice(2));
  } catch (error) {
    return report(error);
  }
}

async function run(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help')
    return helpCommand(name === undefined ? 2 : 0, rest[0]);
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const verb = verbs.get(name);
  if (verb === undefined)
    throw new UsageError(`there is no verb '${name}'`, `the verbs are ${[...verbs.keys()].join(', ')}`);
  const call = readArguments(name, verb, rest);
  if (call.has('help')) {
    process.stdout.write(helpForVerb(name, verb));
    return 0;
  }
  return (await verb.load()).run(call);
}

function helpCommand(code: ExitCode, name: string | undefined): ExitCode {
  const verb = name === undefined ? undefined : verbs.get(name);
  const text = verb === undefined || name === undefined ? helpForAll(verbs, version) : helpForVerb(name, verb);
  (code === 0 ? process.stdout : process.stderr).write(text);
  return code;
}

function report(error: unknown): ExitCode {
  const { red, dim } = paint(process.stderr);
  if (error instanceof WhygradError) {
    process.stderr.write(
      `${describe(error)
        .replace(/^error\[[^\]]*\]/, red)
        .replace(/^hint:.*$/m, dim)}\n`,
    );
    return 1;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`${red('error')}: ${error.message}\n${error.hint === '' ? '' : dim(`hint: ${error.hint}\n`)}`);
    return 2;
  }
  process.stderr.write(
    `${red('error')}: whygrad itself failed; this is a bug in it, not in your input\n${(error as Error)?.stack ?? String(error)}\n`,
  );
  return 2;
}

/** A reader that closes early (`whygrad list | head -1`) is no failure; a disk that is full is one, with its name. */
function stop(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  const why = error.code === 'ENOSPC' ? 'no space is left on the device' : error.message;
  process.stderr.write(`${paint(process.stderr).red('error')}: cannot write to standard output: ${why}\n`);
  process.exit(2);
}
