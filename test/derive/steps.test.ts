// What is shown of a derivation at each level of detail.
// Not here: whether the steps are right (the other files of this folder).
// Invariant: every library document is shown at every level.
import { describe, expect, it } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import type { Step } from '../../src/derive/derivation.ts';
import { libraryDocument, libraryNames } from '../../src/document/library.ts';
import { parseEquation } from '../../src/term/parse.ts';

const questionOf = (name: string): string | null => /whygrad: question ([^;\n]+?)\s*(?:;|-->)/.exec(libraryDocument(name))?.[1] ?? null;
const flat = (steps: readonly Step[]): Step[] => steps.flatMap((s) => [s, ...flat(s.steps ?? [])]);

describe('steps', () => {
  for (const name of libraryNames()) {
    const question = questionOf(name);
    if (question === null) continue;
    it(`of ${name} lead from the question to the result at every level, in letters that can be read`, () => {
      for (const detail of ['outline', 'steps', 'all'] as const) {
        const d = derive(question, { in: name, detail });
        expect(d.steps.length).toBeGreaterThan(0);
        expect(d.steps.at(-1)?.to).toBe(d.result.text);
        // New letters for sums are announced before the first line.
        const lines = d.steps.filter((s) => s.rule !== 'rename-bound');
        lines.forEach((s, n) => { if (n > 0) expect(s.from).toBe(lines[n - 1]?.to); });
        for (const s of flat(d.steps)) {
          expect(`${s.from} ${s.to} ${s.say} ${s.latex}`).not.toMatch(/[#?]/);
          expect(() => parseEquation(`${s.from} = ${s.to}`)).not.toThrow();
        }
      }
    });
  }
});
