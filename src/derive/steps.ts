// Moves as the steps that a reader sees, at three levels of detail.
// Not here: finding and checking moves.
// Invariant: the steps of every level lead from the same first to the same last line; a group is proved only if all its moves are.
import { lastOf, must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { sameTerm } from '../term/walk.ts';
import { print } from '../term/print.ts';
import type { Term } from '../term/term.ts';
import type { Move } from '../rules/move.ts';
import { pathOf, withLetters } from './local.ts';
import type { Step } from './derivation.ts';

export type Detail = 'outline' | 'steps' | 'all';
/** A move and what its check said. */
export interface CheckedMove {
  readonly move: Move;
  readonly check: 'proved' | 'tested';
  readonly inner: readonly CheckedMove[];
}

export function stepsOf(moves: readonly CheckedMove[], detail: Detail, context: Context): Step[] {
  const printer = printing(context);
  if (detail === 'outline') return groups(moves).map((g) => groupStep(g, printer));
  if (detail === 'steps') return joinRuns(moves).map((g) => groupStep(g, printer, false));
  return moves.flatMap((m) => [moveStep(m, printer, 'all')]);
}

interface Printer {
  readonly text: (t: Term) => string;
  readonly latex: (t: Term) => string;
}
function printing(context: Context): Printer {
  const cache = new Map<Term, string>();
  return {
    text: (t) => {
      let s = cache.get(t);
      if (s === undefined) {
        s = print(t, { context });
        cache.set(t, s);
      }
      return s;
    },
    latex: (t) => print(t, { spelling: 'latex', context }),
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
    say: sayOf(m.move, p),
    check: m.check,
    ...(steps.length === 0 ? {} : { steps }),
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
  };
}
/** A move that rests on something names it. */
function sayOf(m: Move, p: Printer): string {
  const used = [
    ...new Set(
      m.facts.map((f) =>
        [f.left, f.right].map((t) => p.text(withLetters(t, m.from, pathOf(f.left, m.from) ?? []))).join(' = '),
      ),
    ),
  ];
  if (used.length === 0) return m.say;
  return m.group === 'assumption' ? `Assumed: ${used.join(', ')}.` : `${used.join(', ')}, by definition.`;
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
    say:
      rules.length === 1
        ? sayOf(first.move, p)
        : rules.length <= 2
          ? g
              .filter((m, i) => i === 0 || m.move.title !== first.move.title)
              .slice(0, 2)
              .map((m) => sayOf(m.move, p))
              .join(' ')
          : 'Every part is differentiated by its own rule.',
    check: g.every((m) => m.check === 'proved') ? 'proved' : 'tested',
    ...(steps.length > 0 ? { steps } : {}),
  };
}
