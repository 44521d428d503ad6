// Writes a verb's result to standard output.
// Not here: how a result is laid out.
// Invariant: JSON is one value with a newline at its end, numbers that JSON cannot hold written as null by JSON's own
// rule.

/** One JSON value, indented. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Text that ends with one newline. */
export function printText(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
