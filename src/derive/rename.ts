// Bound letters that collide with the question's are renamed, never the question's own; a step says so.
// Not here: capture, which cannot happen (bound indices are numbered inside).
// Invariant: both sides of the step are one term.
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { partial, type Entry, type Reduce, type Term } from '../term/term.ts';
import { entryNames, freeIndices, visit } from '../term/walk.ts';
import { parse } from '../meaning/parse.ts';
import { print, printName } from '../term/print.ts';
import type { Step } from './derivation.ts';

/** One step for each sum of the definitions in play that binds a letter of the question. */
export function renameSteps(t: Term, letters: readonly string[], context: Context): Step[] {
  const by = firstBy(t);
  if (by === null) return [];
  const seen = new Map<string, Step>();
  for (const body of bodiesIn(t, context))
    visit(body, (x) => {
      if (x.kind === 'reduce' && letters.includes(x.letter)) {
        const s = renamed(x, by, context);
        if (s !== null) seen.set(s.from, s);
      }
    });
  return [...seen.values()];
}

function firstBy(t: Term): Entry | null {
  let by: Entry | null = null;
  visit(t, (x) => {
    if (x.kind === 'partial') by ??= x.by;
  });
  return by;
}

/** The bodies of all definitions that the term reaches. */
function bodiesIn(t: Term, context: Context): Term[] {
  const bodies = new Map<string, Term>();
  const go = (x: Term): void =>
    entryNames(x).forEach((n) => {
      const d = context.definitions.get(n);
      if (d !== undefined && !bodies.has(n)) {
        bodies.set(n, d.body);
        go(d.body);
      }
    });
  go(t);
  return [...bodies.values()];
}

/** The renamed sum as LaTeX: read back, because the printer alone decides where a letter must change. */
function latexOf(to: string, sum: Reduce, context: Context): string {
  try {
    return print(parse(to, { context, letters: freeIndices(sum) }), { spelling: 'latex', context });
  } catch (error) {
    if (error instanceof WhygradError) return print(sum, { spelling: 'latex', context });
    throw error;
  }
}

/** Printed by itself the sum keeps its letter; beside the question's letters it gets another one. */
function renamed(sum: Reduce, by: Entry, context: Context): Step | null {
  let closed = true;
  visit(sum, (x, depth) => {
    if (x.kind === 'entry') closed &&= x.indices.every((i) => i.kind !== 'bound' || i.depth < depth);
  });
  if (!closed) return null;
  const from = print(sum, { context });
  const whole = print(partial(sum, by), { context });
  const tail = `, ${print(by, { context })})`;
  if (!whole.startsWith('d(') || !whole.endsWith(tail)) return null;
  const to = whole.slice(2, -tail.length);
  if (from === to) return null;
  return {
    from,
    to,
    latex: latexOf(to, sum, context),
    rule: 'rename-bound',
    title: 'rename the summation index',
    say: `The summed letter ${printName(sum.letter, 'unicode')} is not the ${printName(sum.letter, 'unicode')} of the question, so it is written with another letter.`,
    check: 'proved',
  };
}
