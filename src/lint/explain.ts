// One mistake explained: what people write, why it is wrong, the smallest counterexample, the right form.
// Not here: the catalogue (`rules/mistakes.ts`).
// Invariant: an id that is not in the catalogue is an error that names the nearest ones.
import { WhygradError } from '../term/error.ts';
import { mistakeNamed, mistakes, type Mistake } from '../rules/mistakes.ts';

export type { Mistake, MistakeGroup } from '../rules/mistakes.ts';
export { mistakes } from '../rules/mistakes.ts';

/** The mistake with this id. Throws WhygradError('unknown-mistake'). */
export function explain(id: string): Mistake {
  const found = mistakeNamed(id);
  if (found !== undefined) return found;
  const words = id
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((w) => w.length > 2);
  const near = mistakes.filter((m) => words.some((w) => m.id.includes(w))).map((m) => m.id);
  throw new WhygradError('unknown-mistake', `There is no mistake called "${id}".`, {
    hint: near.length > 0 ? `Near it: ${near.slice(0, 6).join(', ')}.` : 'whygrad list shows all of them.',
  });
}

/** A mistake as a short text. */
export function explanation(m: Mistake): string {
  return [
    `${m.name} (${m.id})`,
    '',
    `  written         ${m.write}`,
    `  why it is wrong ${m.why}`,
    `  right           ${m.right}`,
    `  smallest case   ${m.counterexample}`,
    ...(m.shown === undefined || m.shown.givens.length === 0
      ? []
      : [
          `  try             whygrad check ${quoted(m.shown.wrong)} ${m.shown.givens.map((g) => `--given ${quoted(g)}`).join(' ')}`,
        ]),
    `  seen            ${m.seen.join(', ')}`,
  ].join('\n');
}
const quoted = (s: string): string => `"${s}"`;
