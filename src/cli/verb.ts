// What a verb of the command line is: its usage, its flags, and how to run it.
// Not here: the list of verbs (verbs.ts), reading a command line (arguments.ts).
// Invariant: this record says everything that `--help` prints and that an unknown flag is judged by.

/** One flag. A flag with a `value` takes one; `many` lets it be repeated; `oneOf` lists the words it accepts. */
export interface Flag {
  readonly value?: string;
  readonly many?: boolean;
  readonly oneOf?: readonly string[];
  readonly say: string;
}

/** What a verb is given to work with. */
export interface Call {
  /** The words that are no flags, in order. */
  readonly words: readonly string[];
  /** The last value of a flag, or undefined. */
  readonly text: (flag: string) => string | undefined;
  /** Every value of a repeatable flag. */
  readonly texts: (flag: string) => readonly string[];
  /** The flag's value as a number; a UsageError when it is none. */
  readonly number: (flag: string) => number | undefined;
  /** Whether a flag without a value was given. */
  readonly has: (flag: string) => boolean;
}

/** 0 fine, 1 the input's fault was found and reported, 2 wrong usage or unreadable input, 3 a budget was spent before everything was judged, 130 stopped by Ctrl-C (as shells expect it). */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export interface Verb {
  /** The words after the verb, as in the usage line. */
  readonly words: string;
  readonly least: number;
  readonly most: number;
  readonly say: string;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly examples: readonly string[];
  readonly load: () => Promise<{ run(call: Call): ExitCode | Promise<ExitCode> }>;
}

/** Wrong usage or unreadable input: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;
  constructor(message: string, hint = '') {
    super(message);
    this.hint = hint;
  }
}
