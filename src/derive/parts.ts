// What a question asks for, as terms with ∂ and their index letters: one for a derivative, one per input for a
// gradient.
// Not here: reading questions (`meaning/parse.ts`).
// Invariant: the letters of a part are its free indices, the numerator's first.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { boundIndex, entry, freeIndex, mul, partial, reduce, add, type Entry, type Term } from '../term/term.ts';
import { close, dataNames, entryNames, shift } from '../term/walk.ts';
import type { Question } from '../meaning/parse.ts';

export interface Part {
  readonly term: Term;
  readonly letters: readonly string[];
}

export function partsOf(q: Question, context: Context): readonly Part[] {
  switch (q.kind) {
    case 'derivative':
      return [{ term: q.by.reduceRight<Term>((t, by) => partial(t, by), q.of), letters: q.letters }];
    case 'gradient':
      return inputsOf(q.of, context).map((x) => ({ term: partial(q.of, x), letters: lettersOf(x) }));
    case 'vjp':
      return inputsOf(q.of, context, q.letters).map((x) => ({
        term: upstreamProduct(q.of, q.letters, q.upstream, x, context),
        letters: lettersOf(x),
      }));
    case 'hvp': {
      const inputs = inputsOf(q.of, context);
      return inputs.map((x) => ({
        term: add(
          ...inputs.map((y) =>
            directional(q.of, x, y, inputs.length === 1 ? q.direction : `${q.direction}_${y.name}`, context),
          ),
        ),
        letters: lettersOf(x),
      }));
    }
  }
}
const lettersOf = (e: Entry): string[] => e.indices.map((i) => (i.kind === 'free' ? i.name : ''));

/** The tensors that nothing defines and that the term reaches, with fresh letters. */
function inputsOf(t: Term, context: Context, taken: readonly string[] = []): Entry[] {
  const names = new Set<string>();
  const positions = new Set<string>();
  const seen = new Set<string>();
  const go = (x: Term): void => {
    for (const n of dataNames(x)) positions.add(n);
    entryNames(x).forEach((n) => {
      if (seen.has(n)) return;
      seen.add(n);
      const d = context.definitions.get(n);
      if (d === undefined) names.add(n);
      else go(d.body);
    });
  };
  go(t);
  for (const n of positions) names.delete(n);
  if (names.size === 0)
    throw new WhygradError('no-input', 'Nothing here is an input that one could differentiate by.', {
      hint: 'Ask by a named quantity: dL/dz_i.',
    });
  const letters = [...'ijklmnqrstuvw'].filter(
    (l) => !taken.includes(l) && !names.has(l) && !context.definitions.has(l),
  );
  return [...names].map((n) => entry(n, ...(context.shapes.get(n) ?? []).map((_, i) => freeIndex(must(letters[i])))));
}

/** Σ_j g_j ∂p_j/∂x_i. */
function upstreamProduct(of: Term, letters: readonly string[], upstream: string, by: Entry, context: Context): Term {
  const g = entry(upstream, ...letters.map(freeIndex));
  let t: Term = mul(g, partial(of, by));
  const sets = of.kind === 'entry' ? context.shapes.get(of.name) : undefined;
  for (let i = letters.length - 1; i >= 0; i--)
    t = reduce('sum', must(letters[i]), close(t, must(letters[i])), {
      set: sets?.[i] ?? '',
      from: null,
      to: null,
    });
  return t;
}

/** Σ_j v_j ∂²L/∂x_i∂y_j. */
function directional(of: Term, x: Entry, y: Entry, direction: string, context: Context): Term {
  const sets = context.shapes.get(y.name) ?? [];
  const n = sets.length;
  const indices = sets.map((_, i) => boundIndex(n - 1 - i));
  const outer = shift(x, n);
  if (outer.kind !== 'entry') throw new Error('bug: entry shifted into something else');
  let t: Term = mul(entry(direction, ...indices), partial(partial(shift(of, n), entry(y.name, ...indices)), outer));
  for (let i = n - 1; i >= 0; i--) t = reduce('sum', must('jklm'[i]), t, { set: must(sets[i]), from: null, to: null });
  return t;
}
