// Hostile and broken texts: each file of test/attacks says what must come back.
// Not here: files of other formats.
// Invariant: a text is read or refused by a named error with a place inside of the text; nothing else happens.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WhygradError } from '../../src/term/error.ts';
import { parseTensor, readContext } from '../../src/meaning/parse.ts';

const folder = join(import.meta.dirname, '../attacks');

/** `{{unit*count}}` repeats, `\u{1f600}` is a character. */
function expand(text: string): string {
  return text
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
      String.fromCharCode(
        ...(Number.parseInt(code, 16) > 0xffff
          ? [...String.fromCodePoint(Number.parseInt(code, 16))]
              .join('')
              .split('')
              .map((c) => c.charCodeAt(0))
          : [Number.parseInt(code, 16)]),
      ),
    )
    .replace(/\{\{(.+?)\*(\d+)\}\}/g, (_, unit: string, count: string) => unit.repeat(Number(count)));
}

function outcome(givens: readonly string[], text: string): string {
  try {
    parseTensor(text, { context: readContext(givens) });
    return 'ok';
  } catch (error) {
    if (!(error instanceof WhygradError)) throw error;
    if (error.text !== null && error.span !== null) {
      expect(error.span.start).toBeGreaterThanOrEqual(0);
      expect(error.span.end).toBeGreaterThanOrEqual(error.span.start);
      expect(error.span.end).toBeLessThanOrEqual(error.text.length);
    }
    expect(error.message).not.toMatch(/undefined|\[object|NaN/);
    return error.code;
  }
}

describe('hostile texts', () => {
  const files = readdirSync(folder).filter((f) => f.endsWith('.txt'));
  test('there are at least sixty', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
  });
  test.each(files)('%s', (file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    const field = (name: string): string[] =>
      lines.filter((l) => l.startsWith(`${name}: `)).map((l) => l.slice(name.length + 2));
    const text = field('text').map(expand).join('\n');
    expect(outcome(field('given').map(expand), text)).toBe(field('expect')[0]);
  });
});
