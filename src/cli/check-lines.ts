// The verb `check --jsonl`: one claim or step a line in, one verdict a line out, in order, as each line comes.
// Not here: how claims and steps are judged.
// Invariant: every line that is not blank has one answer, an error is an answer; exit code 1 unless all hold.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { check, checkStep, describe, WhygradError, type CheckStepOptions } from '../index.ts';
import type { ExitCode } from './verb.ts';

interface Asked {
  readonly id?: unknown;
  readonly claim?: string;
  readonly from?: string;
  readonly to?: string;
  readonly in?: string;
  readonly given?: readonly string[];
  readonly all?: readonly string[];
  readonly goal?: string;
}

/** Answers until the input ends; waits where the reader of the answers is slower. */
export async function answerLines(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<ExitCode> {
  let code: ExitCode = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const { text, holds } = answerTo(line);
    if (!holds) code = 1;
    if (!output.write(`${text}\n`)) await once(output, 'drain');
  }
  return code;
}

/** The answer to one line. */
export function answerTo(line: string): { text: string; holds: boolean } {
  let id: { id?: unknown } = {};
  try {
    const asked = readLine(line);
    if (asked.id !== undefined) id = { id: asked.id };
    const answer = judged(asked);
    return { text: JSON.stringify({ ...id, ...answer }), holds: answer.verdict === 'holds' };
  } catch (error) {
    if (!(error instanceof WhygradError)) throw error;
    const { code, message, hint, span } = error;
    return {
      text: JSON.stringify({ ...id, error: { code, message, hint, span, described: describe(error) } }),
      holds: false,
    };
  }
}

function judged(asked: Asked): { readonly verdict: string } {
  const given = asked.given ?? [];
  if (asked.claim !== undefined) {
    const { message, ...claim } = check(asked.claim, { given, ...(asked.in === undefined ? {} : { in: asked.in }) });
    return { ...claim, because: message } as { verdict: string };
  }
  return checkStep({
    given,
    from: asked.from ?? '',
    to: asked.to ?? '',
    ...(asked.all === undefined ? {} : { all: asked.all }),
    ...(asked.goal === undefined ? {} : { goal: asked.goal }),
  } satisfies CheckStepOptions);
}

const badLine = (message: string): WhygradError =>
  new WhygradError('bad-request', message, {
    hint: 'write {"claim": "a = b"} or {"from": "a", "to": "b", "given": ["…"]}, or a claim as a JSON text',
  });

function readLine(line: string): Asked {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw badLine('the line is no JSON');
  }
  if (typeof value === 'string') return { claim: value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badLine('the line is no object');
  for (const [name, isRight, what] of fields) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined && field !== null && !isRight(field)) throw badLine(`"${name}" has to be ${what}`);
  }
  const asked = Object.fromEntries(Object.entries(value).filter(([, x]) => x !== null)) as Asked;
  if (asked.claim === undefined && (asked.from === undefined || asked.to === undefined))
    throw badLine('the line has neither "claim" nor "from" and "to"');
  return asked;
}

const isText = (x: unknown): boolean => typeof x === 'string';
const areTexts = (x: unknown): boolean => Array.isArray(x) && x.every(isText);
const fields: readonly (readonly [name: string, isRight: (x: unknown) => boolean, what: string])[] = [
  ...['claim', 'from', 'to', 'in', 'goal'].map((name) => [name, isText, 'a text'] as const),
  ...['given', 'all'].map((name) => [name, areTexts, 'an array of texts'] as const),
];
