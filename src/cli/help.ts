// What `whygrad --help` and `whygrad VERB --help` print, made from the verbs' records.
// Not here: the records.
// Invariant: every verb and every flag that works is listed, and nothing else.
import type { Flag, Verb } from './verb.ts';

const pad = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
};

/** All verbs with one line each. */
export function helpForAll(verbs: ReadonlyMap<string, Verb>, version: string): string {
  const rows = [...verbs].map(([name, verb]) => [`${name} ${verb.words}`.trim(), verb.say] as const);
  return `whygrad ${version}: the calculus of machine learning, derived, checked and run

Usage: whygrad VERB …

${pad(rows)}

whygrad VERB --help tells the rest.
Exit code: 0 fine, 1 a fault of the input was found and reported, 2 wrong usage or unreadable input.
`;
}

/** One verb with its flags and examples. */
export function helpForVerb(name: string, verb: Verb): string {
  const rows = Object.entries(verb.flags).map(([flag, record]) => [flagUsage(flag, record), record.say] as const);
  const examples = verb.examples.map((e) => `  ${e}\n`).join('');
  return `Usage: whygrad ${name} ${verb.words}${rows.length > 0 ? ' [flags]' : ''}

${verb.say}

${pad(rows)}
${examples === '' ? '' : `\nExamples:\n${examples}`}`;
}

function flagUsage(flag: string, record: Flag): string {
  const value = record.oneOf !== undefined ? record.oneOf.join('|') : record.value;
  return `--${flag}${value === undefined ? '' : ` ${value}`}${record.many === true ? ' …' : ''}`;
}
