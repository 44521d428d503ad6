// Whether a question can be answered at all: its variable stands somewhere, its quantity is defined, no ∂ of it is
// left.
// Not here: the answer (`derive.ts`).
// Invariant: a 0 is only an answer where the variable is a name of the text.
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { didYouMean } from '../term/near.ts';
import type { Question } from '../meaning/parse.ts';
import { print, printName } from '../term/print.ts';
import type { Entry, Term } from '../term/term.ts';
import { dataNames, entryNames, visit } from '../term/walk.ts';

/** Every name that stands in the formulas, without what the question alone brings. */
function namesIn(context: Context): Set<string> {
  const names = new Set<string>();
  for (const d of context.definitions.values())
    for (const name of [d.name, ...(d.args ?? []), ...entryNames(d.body)]) names.add(name);
  for (const a of context.assumptions) {
    if (a.kind === 'property') names.add(a.of);
    if (a.kind === 'equation')
      for (const side of [a.left, a.right]) for (const name of entryNames(side)) names.add(name);
    if (a.kind === 'condition')
      for (const name of entryNames({ kind: 'bracket', condition: a.condition })) names.add(name);
  }
  return names;
}

/** Refuses a variable that stands in no formula, and a quantity that nothing defines. */
export function refuseStrangers(q: Question, context: Context): void {
  const names = namesIn(context);
  const shown = (all: Iterable<string>): string => [...all].map((n) => printName(n, 'plain')).join(', ');
  const hint = (name: string): string =>
    names.size === 0
      ? 'give a definition (--given "L = …" or --in FILE)'
      : `${didYouMean(name, names)}the formulas speak of ${shown([...names].slice(0, 12))}`;
  const fail = (name: string, message: string, code = 'unknown-name'): never => {
    const at = q.text.lastIndexOf(name);
    const span = at < 0 ? { start: 0, end: q.text.length } : { start: at, end: at + name.length };
    throw new WhygradError(code, message, { text: q.text, span, hint: hint(name) });
  };
  if (q.kind === 'derivative') {
    refusePositions(q.by, context, fail);
    const spoken = new Set([...names, ...entryNames(q.of), ...onNames(context)]);
    const stranger = q.by.find((e) => !spoken.has(e.name) || isOnlyAsked(e, q.of, names, context));
    if (stranger !== undefined)
      fail(stranger.name, `${printName(stranger.name, 'plain')} stands in none of the formulas`);
    return;
  }
  if (q.of.kind === 'entry' && !names.has(q.of.name))
    fail(q.of.name, `${printName(q.of.name, 'plain')} is nowhere defined`);
}

/** Refuses a derivative by whole numbers that stand as indices. */
function refusePositions(
  by: readonly Entry[],
  context: Context,
  fail: (name: string, message: string, code: string) => never,
): void {
  for (const d of context.definitions.values()) {
    const positions = dataNames(d.body);
    const whole = by.find((e) => positions.has(e.name));
    if (whole !== undefined)
      fail(
        whole.name,
        `${printName(whole.name, 'plain')} stands as an index: its entries are whole numbers, by which nothing is differentiated`,
        'derivative-by-index',
      );
  }
}

/** What quantities are said to depend on in the texts. */
const onNames = (context: Context): string[] => [...context.depends.entries()].flatMap(([name, on]) => [name, ...on]);

/** ∂L/∂z with neither in any formula: that L depends on z is said by the question alone. */
const isOnlyAsked = (by: Entry, of: Term, names: ReadonlySet<string>, context: Context): boolean =>
  of.kind === 'entry' &&
  of.name !== by.name &&
  !names.has(by.name) &&
  !context.definitions.has(of.name) &&
  (context.depends.get(of.name) ?? []).every((on) => on === by.name);

/** Refuses an answer that is the question again: nothing says what the quantity is. */
export function refuseUnanswered(q: Question, answer: Term, context: Context): void {
  if (q.kind !== 'derivative' || q.of.kind !== 'entry' || context.definitions.has(q.of.name)) return;
  const { of, by } = q;
  let left = false;
  visit(answer, (t) => {
    if (t.kind !== 'partial') return;
    let inner: Term = t.body;
    while (inner.kind === 'partial') inner = inner.body;
    left ||= inner.kind === 'entry' && inner.name === of.name && by.some((e) => e.name === t.by.name);
  });
  if (!left) return;
  const name = printName(of.name, 'plain');
  const equation = context.assumptions.find(
    (a) => a.kind === 'equation' && [a.left, a.right].some((side) => entryNames(side).has(of.name)),
  );
  const at = Math.max(0, q.text.indexOf(of.name));
  throw new WhygradError(
    'undefined-quantity',
    equation?.kind === 'equation'
      ? `${print(equation.left, { context })} = ${print(equation.right, { context })} says of ${name} only what it must satisfy; derivatives of what an equation defines implicitly are not worked out`
      : `${name} is nowhere defined, so its derivative cannot be worked out`,
    {
      text: q.text,
      span: { start: at, end: at + of.name.length },
      hint:
        equation === undefined
          ? `give its definition (${name} = …)`
          : `solve the equation for ${name} and give that (${name} = …), or differentiate both of its sides`,
    },
  );
}
