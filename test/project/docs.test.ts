// The API reference: every export of the package is there with what it is and what it is for.
// Not here: whether the words are true.
// Invariant: a new export without a docstring fails.
import { describe, expect, test } from 'vitest';
import { apiEntries, apiReference } from '../../scripts/docs.mjs';

interface Entry {
  readonly name: string;
  readonly code: string;
  readonly docs: string;
}
const entries: ReadonlyMap<string, Entry> = apiEntries();

describe('the API reference', () => {
  test('has a docstring for every export', () => {
    expect(entries.size).toBeGreaterThan(100);
    expect([...entries.values()].filter((e) => e.docs.trim() === '').map((e) => e.name)).toEqual([]);
  });
  test('lists every export once, with its declaration', () => {
    const text: string = apiReference();
    const heads = [...text.matchAll(/^### (.+)$/gm)].map((m) => m[1] as string);
    expect([...heads].sort()).toEqual([...entries.keys()].sort());
    for (const { name, code } of entries.values()) expect(code, name).not.toBe('');
    expect(text).toContain('### softmax\n');
    expect(text).not.toMatch(/\/(home|root|tmp|work)\//);
  });
});
