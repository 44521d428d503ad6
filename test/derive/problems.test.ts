// 70 derivative problems from textbooks, other systems' tests and papers (the project's development corpus; `source` names each).
// Not here: derivations step by step.
// Invariant: each is asked twice, with fresh letters and with letters that the formula already uses for summation; the answer's value must be the sample's.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { worstError } from './compare.ts';

interface Problem {
  readonly id: string;
  readonly source: string;
  readonly wrt: string;
  readonly definition: string;
  readonly assumptions: readonly string[];
  readonly shapes: Readonly<Record<string, readonly string[]>>;
  readonly sample: { readonly inputs: Readonly<Record<string, unknown>>; readonly derivative: unknown };
}
const problems = readFileSync(new URL('./problems.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((l) => JSON.parse(l) as Problem);

const rankOf = (value: unknown): number => (Array.isArray(value) ? 1 + rankOf(value[0]) : 0);
const shapeOf = (value: unknown): number[] => (Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : []);

/** Pieces between separators that stand outside of brackets. */
function split(text: string, separator: string): string[] {
  const pieces = [''];
  let depth = 0;
  for (const c of text) {
    depth += '([{'.includes(c) ? 1 : ')]}'.includes(c) ? -1 : 0;
    if (depth === 0 && c === separator) pieces.push('');
    else pieces[pieces.length - 1] += c;
  }
  return pieces.map((p) => p.trim()).filter((p) => p !== '');
}

/** `;` separates definitions, and so does a comma that is followed by `NAME =`. */
const definitionsOf = (text: string): string[] =>
  split(text, ';').flatMap((part) =>
    split(part, ',').reduce<string[]>((all, piece) => {
      if (all.length === 0 || /^[A-Za-z]+(_[{\w},+]+)?\s*=/.test(piece)) all.push(piece);
      else all[all.length - 1] += `, ${piece}`;
      return all;
    }, []),
  );

/** Sample inputs, constants and 1-based class indices from the assumptions, and named sizes that the formula uses as numbers. */
function valuesOf(p: Problem): Record<string, unknown> {
  const values: Record<string, unknown> = { ...p.sample.inputs };
  for (const a of p.assumptions) {
    for (const m of a.matchAll(/\b([a-z]+) = ([-\d.e]+)(?=[, ]|$)/gi))
      if (!((m[1] as string) in values)) values[m[1] as string] = Number(m[2]);
    if (a.includes('0-based'))
      for (const m of a.matchAll(/\b([a-z]) = (\d+)/gi)) values[m[1] as string] = Number(m[2]) + 1;
  }
  for (const [name, sizes] of Object.entries(p.shapes)) {
    const given = shapeOf(p.sample.inputs[name]);
    for (const [n, size] of sizes.entries()) {
      if (
        /^[A-Za-z]\w*$/.test(size) &&
        !(size in values) &&
        given[n] !== undefined &&
        new RegExp(`(?<![A-Za-z_{,])${size}(?![A-Za-z_(,}])`).test(p.definition)
      )
        values[size] = given[n];
    }
  }
  return values;
}

/** The derivative, evaluated at the sample and compared; also no ∂ and no letter but the question's and bound ones may be left. */
function ask(p: Problem, letters: readonly string[]): number {
  const given = [...definitionsOf(p.definition), ...p.assumptions.filter((a) => a.startsWith('sum_'))];
  const definitions = definitionsOf(p.definition);
  const asked = (p.definition.includes(';') ? definitions.at(-1) : definitions[0]) as string;
  const left = (asked.split('=')[0] as string).trim();
  const below = letters.length === 0 ? '' : letters.length === 1 ? `_${letters[0]}` : `_{${letters.join(',')}}`;
  const derivation = derive(`d${left}/d${p.wrt}${below}`, { given });
  expect(derivation.result.text).not.toMatch(/∂|d[A-Za-z]+\/d[A-Za-z]/);
  expect(derivation.steps.every((s) => s.check === 'proved' || s.check === 'tested')).toBe(true);
  const { value } = evaluate(derivation.result.text, { given, values: valuesOf(p), axes: derivation.result.axes });
  return worstError(value, p.sample.derivative);
}

const boundLetters = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/(?:sum|prod)_(?:\{([a-z](?:,[a-z])*)[^}]*\}|([a-z]))/g)].flatMap((m) =>
      ((m[1] ?? m[2]) as string).split(','),
    ),
  ),
];

describe.each(problems)('$id ($source)', (p) => {
  const rank = rankOf(p.sample.inputs[p.wrt]);
  const left = (definitionsOf(p.definition)[0] as string).split('=')[0] as string;
  test('with fresh letters', () => {
    expect(ask(p, [...'kmnpqrtuvwij'].filter((c) => !p.definition.includes(c)).slice(0, rank))).toBeLessThan(1e-8);
  });

  const clash = boundLetters(p.definition)
    .filter((c) => !(left.split('_')[1] ?? '').includes(c))
    .slice(0, rank);
  test.runIf(rank > 0 && clash.length === rank)('with the summation letters', () => {
    expect(ask(p, clash)).toBeLessThan(1e-8);
  });
});
