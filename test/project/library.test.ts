// The documents of the library: each is readable, and its questions are answered.
// Not here: whether its claims are true (library-claims.test.ts); the networks and optimizers, which have tests with the training.
// Invariant: nothing is said about a function that was not derived or checked here.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { filesBelow, read } from './sources.ts';

const documents = filesBelow('library', ['.md'])
  .filter((f) => f.split('/').length === 2)
  .map((file) => ({ file, name: file.slice('library/'.length, -'.md'.length) }));
const questionsOf = (text: string): string[] =>
  (/^<!-- whygrad: question (.+) -->$/m.exec(text)?.[1] ?? '')
    .split(';')
    .map((q) => q.trim())
    .filter((q) => q !== '');

test('the library holds at least 25 documents', () => {
  expect(documents.length).toBeGreaterThanOrEqual(25);
});

describe.each(documents)('$name', ({ file, name }) => {
  const text = read(file);

  test('opens with a question, then a title and a paragraph; ends with a source', () => {
    expect(text).toMatch(/^<!-- whygrad: question .+ -->\n# .+\n\n[A-Z]/);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^Source: .+\d{4}\.$/);
  });

  test.each(questionsOf(text))('%s is derived and checked', (question) => {
    const derivation = derive(question, { in: name });
    expect(derivation.steps.length).toBeGreaterThan(0);
    expect(derivation.result.text).not.toMatch(/∂|(?<![A-Za-z])d[A-Za-z]\w*\/d[A-Za-z]/);
    expect(derivation.check.maxError).toBeLessThan(1e-6);
  });
});
