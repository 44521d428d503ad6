// Moves as the steps that a reader sees, at three levels of detail.
// Not here: finding and checking moves.
// Invariant: the steps of every level lead from the same first to the same last line; a group is proved only if all its
// moves are.
import { lastOf, must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { sameTerm } from '../term/walk.ts';
import { memo } from '../term/memo.ts';
import { print, printLine, type Line } from '../term/print.ts';
import type { Term } from '../term/term.ts';
import type { Move } from '../rules/move.ts';
import { pathOf, withLetters } from './local.ts';
import type { Step, Words } from './derivation.ts';
import { originsOf } from './origins.ts';

export type Detail = 'outline' | 'steps' | 'all';
/** A move and what its check said. */
export interface CheckedMove {
  readonly move: Move;
  readonly check: 'proved' | 'tested';
  readonly inner: readonly CheckedMove[];
}

/** Steps of moves; the terms that were printed are kept in `terms` by their plain notation. */
export function stepsOf(
  moves: readonly CheckedMove[],
  detail: Detail,
  context: Context,
  terms: Map<string, Term>,
  parts = false,
): Step[] {
  const printer = printing(context, terms, parts);
  if (detail === 'outline') return groups(moves).map((g) => groupStep(g, printer));
  if (detail === 'steps') return joinRuns(moves).map((g) => groupStep(g, printer, false));
  return moves.flatMap((m) => [moveStep(m, printer, 'all')]);
}

interface Printer {
  readonly text: (t: Term) => string;
  readonly latex: (t: Term) => string;
  readonly unicode: (t: Term) => string;
  readonly line: ((t: Term) => Line) | null;
  readonly context: Context;
}
function printing(context: Context, terms: Map<string, Term>, parts: boolean): Printer {
  const cache = new Map<Term, string>();
  const lines = memo<Term, Line>();
  return {
    context,
    line: parts ? (t) => lines.get(t) ?? lines.set(t, printLine(t, context)) : null,
    text: (t) => {
      let s = cache.get(t);
      if (s === undefined) {
        s = print(t, { context });
        cache.set(t, s);
        terms.set(s, t);
      }
      return s;
    },
    latex: (t) => print(t, { spelling: 'latex', context }),
    unicode: (t) => print(t, { spelling: 'unicode', context }),
  };
}

function moveStep(m: CheckedMove, p: Printer, detail: Detail): Step {
  const inner =
    m.inner.length === 0
      ? []
      : detail === 'all'
        ? m.inner.map((x) => moveStep(x, p, 'all'))
        : groups(m.inner).map((g) => groupStep(g, p));
  const local = m.move.at === null || m.move.at.path.length === 0 || detail !== 'all' ? [] : [localStep(m, p)];
  const steps = [...inner, ...local];
  return {
    from: p.text(m.move.from),
    to: p.text(m.move.to),
    latex: p.latex(m.move.to),
    rule: m.move.rule,
    title: m.move.title,
    ...told([sayOf(m.move, p)]),
    check: m.check,
    ...(steps.length === 0 ? {} : { steps }),
    ...linesOf([m.move], p),
  };
}
/** Where in the term a rule was used: only what changed. */
function localStep(m: CheckedMove, p: Printer): Step {
  const at = m.move.at as NonNullable<Move['at']>;
  const [before, after] = [at.before, at.after].map((t) => withLetters(t, m.move.from, at.path)) as [Term, Term];
  return {
    from: p.text(before),
    to: p.text(after),
    latex: p.latex(after),
    rule: m.move.rule,
    title: m.move.title,
    say: m.move.say,
    check: m.check,
    ...(p.line === null ? {} : { lines: { from: p.line(before), to: p.line(after) } }),
  };
}
/** Both sides with their parts, and where those of the right side come from. */
function linesOf(moves: readonly Move[], p: Printer): Pick<Step, 'lines' | 'origins'> {
  if (p.line === null) return {};
  const lines = { from: p.line(must(moves[0]).from), to: p.line(lastOf(moves).to) };
  return { lines, origins: originsOf(moves, p.context) };
}

/** What is said of a move, in readable signs and, where it names formulas, in parts. */
interface Saying {
  readonly say: string;
  readonly words: Words | null;
}

/** A move that rests on something names it. */
function sayOf(m: Move, p: Printer): Saying {
  const used = new Map(
    m.facts.map((f) => {
      const sides = [f.left, f.right].map((t) => withLetters(t, m.from, pathOf(f.left, m.from) ?? []));
      const both = (spell: (t: Term) => string): string => sides.map(spell).join(' = ');
      return [both(p.text), { text: both(p.text), latex: both(p.latex), unicode: both(p.unicode) }] as const;
    }),
  );
  if (used.size === 0) return { say: m.say, words: null };
  const [before, after] = m.group === 'assumption' ? ['Assumed: ', '.'] : ['', ', by definition.'];
  const listed = [...used.values()].flatMap(({ text, latex }, n) => [n === 0 ? before : ', ', { text, latex }]);
  return {
    say: before + [...used.values()].map((f) => f.unicode).join(', ') + after,
    words: [...listed.filter((w) => w !== ''), after],
  };
}

/** One saying after the other, as a step holds them. */
function told(all: readonly Saying[]): Pick<Step, 'say' | 'words'> {
  const say = all.map((s) => s.say).join(' ');
  if (all.every((s) => s.words === null)) return { say };
  return { say, words: all.flatMap((s, n) => [...(n === 0 ? [] : [' ']), ...(s.words ?? [s.say])]) };
}

/** Moves that a textbook would write as one line. */
function groups(moves: readonly CheckedMove[]): CheckedMove[][] {
  const out: CheckedMove[][] = [];
  for (const m of moves) {
    const last = out.at(-1);
    const before = last?.at(-1)?.move.group;
    if (last !== undefined && joins(before as string, m.move.group)) last.push(m);
    else out.push([m]);
  }
  return out.filter((g) => !sameTerm(must(g[0]).move.from, lastOf(g).move.to));
}
const differentiating = new Set(['rule', 'pieces', 'derivatives']);
const joins = (a: string, b: string): boolean =>
  a === b ||
  (differentiating.has(a) && a !== 'rule' && differentiating.has(b)) ||
  (a === 'rule' && b === 'rule') ||
  (a === 'delta' && b === 'simplify');

/** Uses of one rule that follow each other are one step; minor ones are folded into the step before. */
function joinRuns(moves: readonly CheckedMove[]): CheckedMove[][] {
  const out: CheckedMove[][] = [];
  for (const m of moves) {
    const last = out.at(-1);
    if (last !== undefined && (m.move.minor || last.at(-1)?.move.rule === m.move.rule)) last.push(m);
    else out.push([m]);
  }
  return out.filter((g) => !sameTerm(must(g[0]).move.from, lastOf(g).move.to));
}

function groupStep(g: readonly CheckedMove[], p: Printer, nested = true): Step {
  const first = must(g[0]);
  if (g.length === 1) return moveStep(first, p, 'outline');
  const last = lastOf(g);
  const rules = [...new Set(g.map((m) => m.move.title))];
  const title = rules.length <= 2 ? rules.join(', ') : 'differentiate';
  const steps = nested
    ? joinRuns(g).map((r) => groupStep(r, p, false))
    : first.inner.flatMap((x) => moveStep(x, p, 'outline'));
  return {
    from: p.text(first.move.from),
    to: p.text(last.move.to),
    latex: p.latex(last.move.to),
    rule: first.move.rule,
    title,
    ...(rules.length > 2
      ? { say: 'Every part is differentiated by its own rule.' }
      : told(rules.map((r) => sayOf(must(g.find((m) => m.move.title === r)).move, p)))),
    check: g.every((m) => m.check === 'proved') ? 'proved' : 'tested',
    ...(steps.length > 0 ? { steps } : {}),
    ...linesOf(
      g.map((m) => m.move),
      p,
    ),
  };
}
