// The problems of `problems.jsonl` as questions: their definitions, and the one derivative that each asks for.
// Not here: what their answers must be (`problems.test.ts`).
// Invariant: one entry a problem, with letters that its formulas do not use.
import { readFileSync } from 'node:fs';

interface Problem {
  readonly id: string;
  readonly source: string;
  readonly wrt: string;
  readonly definition: string;
  readonly assumptions: readonly string[];
  readonly shapes: Readonly<Record<string, readonly string[]>>;
  readonly sample: { readonly inputs: Readonly<Record<string, unknown>>; readonly derivative: unknown };
}
export const problems = readFileSync(new URL('./problems.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((l) => JSON.parse(l) as Problem);

const rankOf = (value: unknown): number => (Array.isArray(value) ? 1 + rankOf(value[0]) : 0);

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
export const definitionsOf = (text: string): string[] =>
  split(text, ';').flatMap((part) =>
    split(part, ',').reduce<string[]>((all, piece) => {
      if (all.length === 0 || /^[A-Za-z]+(_[{\w},+]+)?\s*=/.test(piece)) all.push(piece);
      else all[all.length - 1] += `, ${piece}`;
      return all;
    }, []),
  );

export const problemQuestions = problems.map((p) => {
  const rank = rankOf(p.sample.inputs[p.wrt]);
  const letters = [...'kmnpqrtuvwij'].filter((c) => !p.definition.includes(c)).slice(0, rank);
  const given = [...definitionsOf(p.definition), ...p.assumptions.filter((a) => a.startsWith('sum_'))];
  const definitions = definitionsOf(p.definition);
  const asked = (p.definition.includes(';') ? definitions.at(-1) : definitions[0]) as string;
  const left = (asked.split('=')[0] as string).trim();
  const below = letters.length === 0 ? '' : letters.length === 1 ? `_${letters[0]}` : `_{${letters.join(',')}}`;
  return { name: p.id, question: `d${left}/d${p.wrt}${below}`, options: { given } };
});
