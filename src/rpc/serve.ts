// One JSON object a line in, one out, in order: how programs in other languages call whygrad.
// Not here: the calls (`calls.ts`).
// Invariant: every line has one answer, which carries its id; whatever a line holds, the next one is served; nothing
// else reaches standard output.
import { createInterface } from 'node:readline';
import { describe, WhygradError } from '../index.ts';
import { calls } from './calls.ts';

interface Request {
  readonly id: unknown;
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Serves until standard input ends: with its parent, however that ends. */
export function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
  output.on('error', () => process.exit(0));
  const lines = createInterface({ input, crlfDelay: Infinity });
  lines.on('line', (line) => {
    if (line.trim() !== '') output.write(`${answer(line)}\n`);
  });
}

/** The answer to one line: `{ id, value }` or `{ id, error }`. */
export function answer(line: string): string {
  let id: unknown = null;
  try {
    const request = readRequest(line);
    id = request.id;
    const call = calls.get(request.call);
    if (call === undefined)
      throw new WhygradError('bad-request', `There is no call "${request.call}".`, {
        hint: `There are ${[...calls.keys()].join(', ')}.`,
      });
    const missing = call.needs.filter((name) => !(name in request.args));
    if (missing.length > 0)
      throw new WhygradError('bad-request', `${request.call} needs "${missing.join('", "')}".`, { hint: 'Give it.' });
    return JSON.stringify({ id, value: call.run(request.args) });
  } catch (error) {
    return JSON.stringify({ id, error: told(error) });
  }
}

function readRequest(line: string): Request {
  const wrong = (message: string): WhygradError =>
    new WhygradError('bad-request', message, { hint: 'Write {"id": 1, "call": "derive", "args": {"question": "…"}}.' });
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw wrong('The line is no JSON.');
  }
  const { id = null, call, args = {} } = (request ?? {}) as Partial<Request>;
  if (typeof call !== 'string') throw wrong('The request names no call.');
  if (typeof args !== 'object' || args === null || Array.isArray(args)) throw wrong('"args" has to be an object.');
  return { id, call, args };
}

function told(error: unknown): object {
  if (error instanceof WhygradError) {
    const { code, message, hint, text, span } = error;
    return { code, message, hint, text, span, described: describe(error) };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'bug',
    message: 'whygrad itself failed; this is a bug in it, not in your input',
    hint: '',
    described: stack,
  };
}
