// The lines of a derivation that has parts.
// Not here: any test.
// Invariant: each line once, those of smaller steps included.
import type { Derivation, Step } from '../../src/derive/derivation.ts';
import type { Line } from '../../src/term/print.ts';

const below = (s: Step): Line[] => [
  ...(s.lines === undefined ? [] : [s.lines.from, s.lines.to]),
  ...(s.steps ?? []).flatMap(below),
];

export function linesOf(d: Derivation): readonly Line[] {
  const whole = [d.question, ...d.givens, d.result, ...d.result.forms].flatMap((f) =>
    f.parts === undefined ? [] : [{ text: f.text, latex: f.latex, parts: f.parts }],
  );
  return [...new Map([...whole, ...d.steps.flatMap(below)].map((l) => [JSON.stringify(l), l])).values()];
}
