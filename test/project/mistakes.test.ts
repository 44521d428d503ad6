// docs/mistakes/ is what its script gives.
// Not here: what the catalogue says (test/rules), what programs with a mistake return (test/doctor).
// Invariant: every mistake has a section; every number on a page can be computed anew.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mistakes } from '../../src/rules/mistakes.ts';
import { must } from '../../src/term/must.ts';
import { read } from './sources.ts';
import { pages } from '../../scripts/mistakes.mjs';

const files = readdirSync(new URL('../../docs/mistakes', import.meta.url)).sort();

describe('docs/mistakes', () => {
  test('is what npm run mistakes writes', async () => {
    const made = await pages();
    expect([...made.keys()].sort()).toEqual(files);
    for (const [name, text] of made) expect(text, name).toBe(read(`docs/mistakes/${name}`));
  });

  test('has a section for every mistake, and a link to it that leads there', () => {
    const contents = read('docs/mistakes/README.md');
    for (const m of mistakes) {
      const page = read(`docs/mistakes/${m.group}.md`);
      expect(page, m.id).toContain(`## ${m.name}\n\n\`${m.id}\``);
      expect(page, m.id).toContain(m.why);
      const [, anchor] = must(
        new RegExp(`\`${m.id}\` \\| \\[[^\\]]*\\]\\(${m.group}\\.md#([^)]*)\\)`).exec(contents) ?? undefined,
      );
      const headings = [...page.matchAll(/^## (.*)$/gm)].map((h) =>
        must(h[1])
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-'),
      );
      expect(headings, m.id).toContain(anchor);
    }
  });

  test('every claim that is shown as wrong is false, every right one holds', () => {
    const page = read('docs/mistakes/derivation.md');
    const told = [...page.matchAll(/^- `[^`]*` (.*)$/gm)].map((m) => must(m[1]));
    expect(told.length).toBe(2 * mistakes.filter((m) => m.shown !== undefined).length);
    told.forEach((t, i) => {
      expect(t).toMatch(i % 2 === 0 ? /^is false/ : /^holds, (?:proved|tested)$/);
    });
  });

  test('most mistakes of programs show what they do to a gradient and to training', () => {
    const programs = files.filter(
      (f) => !['README.md', 'derivation.md', 'numerics.md', 'gradient-check.md', 'axis.md'].includes(f),
    );
    const sections = programs
      .flatMap((f) => read(`docs/mistakes/${f}`).split(/^## /m).slice(1))
      .filter((s) => !s.startsWith('What is right'));
    const computed = sections.filter((s) => s.includes('such a program computes'));
    expect(computed.length / sections.length).toBeGreaterThan(0.8);
    expect(sections.filter((s) => s.includes('Softmax regression on iris')).length).toBeGreaterThan(10);
  });
});
