// Words with an index before what they run over (`median_i x_i`), as Σ, Π, max and min are written.
// Not here: those four (`language/binders.ts`), functions with brackets (`calls.ts`).
// Invariant: a word over an index that nothing else binds or names is no vector of that name; it is refused by name.
import { WhygradError } from '../../term/error.ts';
import { functionNamed, refusalOf } from '../../term/functions.ts';
import { boundLetters, parts, type Surface, unwrap } from '../../language/surface.ts';
import { lettersIn } from './survey.ts';
import { isGiven, type World } from './world.ts';

interface Written {
  readonly text: string;
  readonly surface: Surface;
}

/** Refuses `WORD_i x_i` on the right of an equation whose left side does not name i. */
export function refuseOperators(t: Written, world: World): void {
  const s = unwrap(t.surface);
  if (s.kind !== 'relation') return;
  const named = new Set(everyLetter(s.first));
  for (const link of s.links) walk(t, link.value, named, world);
}

function walk(t: Written, s: Surface, bound: ReadonlySet<string>, world: World): void {
  const inside = s.kind === 'reduce' ? new Set([...bound, ...boundLetters(s)]) : bound;
  if (s.kind === 'product')
    s.factors.forEach((f, n) => {
      const over = s.factors[n + 1];
      const word = over?.op === 'juxtaposed' ? wordOver(f.value, inside, world) : null;
      if (word !== null && over !== undefined && everyLetter(over.value).some((l) => word.letters.includes(l)))
        refuse(t, f.value, word.name, word.letters.join(''));
    });
  for (const p of parts(s)) walk(t, p, inside, world);
}

/** A word of three letters or more with indices that are all open. */
function wordOver(
  s: Surface,
  bound: ReadonlySet<string>,
  world: World,
): { readonly name: string; readonly letters: readonly string[] } | null {
  if (s.kind !== 'subscript' || s.base.kind !== 'name' || !s.base.run) return null;
  const { name } = s.base;
  if (!/^[A-Za-z]{3,}$/.test(name) || isGiven(world, name) || functionNamed(name) !== undefined) return null;
  if (name === 'softmax') return null;
  const letters = s.parts.flatMap(lettersIn);
  return letters.length > 0 && letters.every((l) => !bound.has(l)) ? { name, letters } : null;
}

/** Index letters that stand anywhere in a part. */
const everyLetter = (s: Surface): string[] =>
  s.kind === 'subscript' ? s.parts.flatMap(lettersIn) : parts(s).flatMap(everyLetter);

function refuse(t: Written, s: Surface, name: string, letters: string): never {
  throw new WhygradError('unknown-function', `${name}_${letters} is no operation that is known here`, {
    text: t.text,
    span: { start: s.start, end: s.end },
    hint:
      refusalOf(name) ??
      `sum_${letters}, prod_${letters}, max_${letters} and min_${letters} are; a mean is (1/n) sum_${letters}; for a vector of that name, name its index on the left side, too`,
  });
}
