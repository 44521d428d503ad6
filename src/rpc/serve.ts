// One JSON object a line in, one out, in order: how programs in other languages call whygrad. The call `gradient` asks
// back
// (`{ id, ask }`) and reads an answer (`{ id, answer }`) for each question before its own.
// Not here: the calls (`calls.ts`, `gradient.ts`).
// Invariant: every line has one answer, which carries its id; whatever a line holds, the next one is served; nothing
// else reaches standard output.
import { createInterface } from 'node:readline';
import { describe, WhygradError } from '../index.ts';
import { calls } from './calls.ts';
import { gradient } from './gradient.ts';

interface Request {
  readonly id: unknown;
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Serves until standard input ends: with its parent, however that ends. */
export function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
  output.on('error', () => process.exit(0));
  const write = (line: string): void => void output.write(`${line}\n`);
  let waiting: ((line: string) => boolean) | null = null;
  const ask = (id: unknown, question: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      waiting = (line) => {
        const reply = answered(line, id);
        if (reply === null) return false;
        waiting = null;
        resolve(reply.answer);
        return true;
      };
      write(JSON.stringify({ id, ask: question }));
    });
  let last: Promise<void> = Promise.resolve();
  const lines = createInterface({ input, crlfDelay: Infinity });
  lines.on('line', (line) => {
    if (line.trim() === '' || waiting?.(line) === true) return;
    last = last.then(async () => write(isGradient(line) ? await judged(line, ask) : answer(line)));
  });
}

/** A line that answers what was asked in the call with this id; null for any other. */
function answered(line: string, id: unknown): { readonly answer: unknown } | null {
  try {
    const reply = JSON.parse(line);
    return typeof reply === 'object' && reply !== null && 'answer' in reply && reply.id === id ? reply : null;
  } catch {
    return null;
  }
}

/** Whether a line is the one call that asks back. */
function isGradient(line: string): boolean {
  try {
    return readRequest(line).call === 'gradient';
  } catch {
    return false;
  }
}

/** The answer to a call of `gradient`, after what it asks back. */
async function judged(line: string, ask: (id: unknown, question: unknown) => Promise<unknown>): Promise<string> {
  const { id, args } = readRequest(line);
  try {
    return JSON.stringify({ id, value: await gradient(args, (question) => ask(id, question)) });
  } catch (error) {
    return JSON.stringify({ id, error: told(error) });
  }
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
