// A command line read by a verb's record: its words and flags.
// Not here: what the verbs do.
// Invariant: every flag that the verb does not know is refused, and no value is changed: text stays text (`007`, `1e3`,
// `-x_1`).
import { parseArgs } from 'node:util';
import { UsageError, type Call, type Flag, type Verb } from './verb.ts';

/** A word like `-x_1*y_1` or `-` (standard input) is no flag: only `--name` and `-h` are. */
const isFlag = (word: string): boolean => /^--./.test(word) || word === '-h';

interface Sorted {
  readonly flags: string[];
  readonly words: string[];
}

/**
 * Flags with their values joined by `=`, and everything else, so that a value or a word may begin with a minus sign.
 */
function sortWords(argv: readonly string[], flags: Readonly<Record<string, Flag>>): Sorted {
  const sorted: Sorted = { flags: [], words: [] };
  for (let n = 0; n < argv.length; n++) {
    const word = argv[n] as string;
    if (word === '--') {
      sorted.words.push(...argv.slice(n + 1));
      break;
    }
    const name = word.slice(2);
    const next = argv[n + 1];
    if (!isFlag(word)) sorted.words.push(word);
    else if (
      Object.hasOwn(flags, name) &&
      flags[name]?.value !== undefined &&
      next !== undefined &&
      !(isFlag(next) && Object.hasOwn(flags, next.slice(2)))
    ) {
      sorted.flags.push(`${word}=${next}`);
      n++;
    } else sorted.flags.push(word);
  }
  return sorted;
}

/**
 * The words and flags of one call. Errors: UsageError for unknown flags, missing values, and too few or too many words.
 */
export function readArguments(name: string, verb: Verb, argv: readonly string[]): Call {
  const { flags, words } = sortWords(argv, verb.flags);
  const values = readFlags(name, verb.flags, flags);
  if (!values.has('help')) checkWords(name, verb, words);
  const last = (flag: string): string | undefined => values.get(flag)?.at(-1);
  return {
    words,
    text: last,
    texts: (flag) => values.get(flag) ?? [],
    number: (flag) => asNumber(flag, last(flag)),
    has: (flag) => values.has(flag),
  };
}

function readFlags(
  name: string,
  flags: Readonly<Record<string, Flag>>,
  given: readonly string[],
): Map<string, string[]> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([flag, f]) => [
      flag,
      {
        type: f.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(flag === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
  const read = (): Record<string, unknown> => {
    try {
      return parseArgs({ args: [...given], options, strict: true }).values;
    } catch (error) {
      const message = (error as Error).message.split('. ')[0] as string;
      throw new UsageError(message, `whygrad ${name} --help lists its flags`);
    }
  };
  const values = new Map(Object.entries(read()).map(([flag, all]) => [flag, (all as unknown[]).map(String)]));
  for (const [flag, all] of values) checkFlag(flag, flags[flag] as Flag, all);
  return values;
}

function checkFlag(flag: string, record: Flag, all: readonly string[]): void {
  if (all.length > 1 && record.value !== undefined && record.many !== true)
    throw new UsageError(`--${flag} was given ${all.length} times`, 'give it once');
  for (const value of all) {
    if (record.oneOf !== undefined && !record.oneOf.includes(value))
      throw new UsageError(`--${flag} cannot be '${value}'`, `it is one of ${record.oneOf.join(', ')}`);
  }
}

function checkWords(name: string, verb: Verb, words: readonly string[]): void {
  const usage = `usage: whygrad ${name} ${verb.words}`;
  if (words.length < verb.least) throw new UsageError(`whygrad ${name} needs ${verb.words}`, usage);
  if (words.length > verb.most)
    throw new UsageError(
      `whygrad ${name} was given ${words.length} words, it takes ${verb.most}: '${words[verb.most]}' is one too many`,
      `${usage} (put a formula with spaces in quotes)`,
    );
}

function asNumber(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const n = Number(value);
  if (value.trim() === '' || !Number.isFinite(n)) throw new UsageError(`--${flag} needs a number, not '${value}'`);
  return n;
}
