// The question answered: a derivation from a question and what is given, every move checked before it is shown.
// Not here: the search (`closed.ts`), the checks (`check/`), the layout (`report.ts`).
// Invariant: no move that is neither proved nor tested reaches a result.
import { must } from '../term/must.ts';
import { replay } from '../check/replay.ts';
import { follows, testEqual } from '../check/equal.ts';
import { type Context, distinctReadings } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { readQuestion, type Question } from '../meaning/parse.ts';
import { print, printLine } from '../term/print.ts';
import { inferSets } from '../term/sets.ts';
import { partial, type Entry, type Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';
import { wholeMove, type Move } from '../rules/move.ts';
import type { Route } from './choose.ts';
import { closedForm, workshop, type Workshop } from './closed.ts';
import type { Axis, Derivation, Formula } from './derivation.ts';
import { domainOf, withDomain, type DomainCondition } from './domain.ts';
import { gatherSums, type Gathered } from './gather.ts';
import { contextFor, givensOf, type Givens } from './given.ts';
import { refuseStrangers, refuseUnanswered } from './asked.ts';
import { formsOf } from './forms.ts';
import { refuseOpen } from './open.ts';
import { refuseImplicit } from './implicit.ts';
import { remember } from './remembered.ts';
import { partsOf } from './parts.ts';
import { renameSteps } from './rename.ts';
import { mustHaveValues } from './values.ts';
import { stepsOf, type CheckedMove, type Detail } from './steps.ts';

/** What a derivation starts from and how it is told. */
export interface DeriveOptions extends Givens {
  /** The rule that leads: the quotient rule, the product and power rules, ln p, or what fits best. */
  readonly by?: Route;
  readonly detail?: Detail;
  /**
   * Whether what the text assumes of quantities (Σ_k y_k = 1, a symmetric matrix) may be used; true unless said.
   * Without
   * it the answer is the derivative of the definitions for all values.
   */
  readonly assumptions?: boolean;
  /** Whether the record tells where the parts of each formula stand; the smaller steps have them, too. */
  readonly parts?: boolean;
}

/**
 * Derives what the question asks for, with every step checked.
 * @throws WhygradError for what cannot be read, names nothing, or goes beyond the limits.
 */
export function derive(question: string, options: DeriveOptions = {}): Derivation {
  const start = performance.now();
  const given = contextFor(options, [question]);
  const gathered = gatherSums(options.assumptions === false ? withoutAssumptions(given) : given);
  const asked = readQuestion(question, gathered.context);
  const context = withSetsOf(asked, gathered.context);
  refuseOpen(asked, context);
  refuseStrangers(asked, context);
  refuseImplicit(asked, context);
  const shop = workshop(context, options.by ?? 'auto');
  const parts = partsOf(asked, context);
  const answers = parts.map((p) => answer(p.term, p.letters, shop));
  for (const a of answers) refuseUnanswered(asked, a.term, context);
  const all = answers.length === 1 ? must(answers[0]) : null;
  const detail = options.detail ?? 'steps';
  const parted = options.parts === true;
  const terms = new Map<string, Term>();
  const matrices = new Map<string, string>();
  const both = (t: Term): Formula => {
    const text = print(t, { context });
    terms.set(text, t);
    return parted ? printLine(t, context) : { text, latex: print(t, { spelling: 'latex', context }) };
  };
  const equations = (f: (t: Term) => string): string =>
    answers.map((a, i) => `${f(must(parts[i]).term)} = ${f(a.term)}`).join('; ');
  const result: Formula =
    all !== null
      ? both(all.term)
      : { text: equations((t) => both(t).text), latex: equations((t) => both(t).latex).replaceAll('; ', ' \\\\ ') };
  return remember(
    {
      question: all === null ? { text: asked.text, latex: askedLatex(asked, context) } : both(must(parts[0]).term),
      read: distinctReadings([...(context.readings ?? []), ...asked.readings]),
      givens: givensOf(
        context,
        answers.flatMap((x) => x.domain),
        parted,
      ),
      steps: [
        ...stepsOf(checkMoves(gatherMoves(gathered), context), detail, context, terms, parted),
        ...answers.flatMap((a, i) => [
          ...renameSteps(must(parts[i]).term, must(parts[i]).letters, context),
          ...stepsOf(a.moves, detail, context, terms, parted),
        ]),
      ],
      result: {
        ...result,
        axes: parts.flatMap((p) => axesOf(p.term, p.letters)),
        forms: answers.flatMap((a, i) =>
          formsOf({
            term: a.term,
            letters: must(parts[i]).letters,
            context,
            names: namesFor(asked, context),
            matrices,
            parts: parted,
          }),
        ),
      },
      check: {
        verdict: answers.every((a) => a.verdict === 'proved') ? 'proved' : 'tested',
        points: sum(answers.map((a) => a.points)),
        maxError: Math.max(...answers.map((a) => a.maxError)),
      },
      milliseconds: performance.now() - start,
    },
    {
      context,
      terms,
      matrices,
      answers: answers.map((a, i) => {
        const { term, letters } = must(parts[i]);
        return {
          asked: print(term, { spelling: 'latex', context }),
          term: a.term,
          axes: axesOf(term, letters),
          by: variableOf(term),
        };
      }),
    },
  );
}

/** The context with what tells where quantities are defined, and nothing that is assumed of their values. */
function withoutAssumptions(context: Context): Context {
  const kept = context.assumptions.filter(
    (a) => a.kind === 'condition' || (a.kind === 'property' && a.property === 'positive'),
  );
  return { ...context, assumptions: kept };
}

/** What is asked of several quantities at once, as LaTeX. */
function askedLatex(q: Question, context: Context): string {
  const of = print(q.of, { spelling: 'latex', context });
  return q.kind === 'gradient' ? `\\nabla ${of}` : `\\operatorname{${q.kind}} ${of}`;
}

/** The context with the names that the question gives to sets (`sum_{b=1}^{c} x_b`). */
function withSetsOf(q: Question, context: Context): Context {
  if (q.kind !== 'derivative' || !hasSum(q.of)) return context;
  return inferSets(context, [q.by.reduceRight<Term>((t, by) => partial(t, by), q.of)]).context;
}
function hasSum(t: Term): boolean {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'reduce';
  });
  return found;
}

/** Written-out sums that became Σ, as steps of their own. */
const gatherMoves = (g: Gathered): Move[] =>
  g.replaced.map(({ from, to }) =>
    wholeMove(
      'definition',
      'gather',
      'write the sum with Σ',
      'A sum that is written out over all positions is one Σ.',
      from,
      to,
    ),
  );

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

function namesFor(q: Question, context: Context): string[] {
  const own = q.of.kind === 'entry' ? [q.of.name] : [];
  return [...own, ...[...context.definitions.keys()].filter((n) => !own.includes(n)).reverse()].filter((n) =>
    context.definitions.has(n),
  );
}

interface Answer {
  readonly term: Term;
  readonly moves: readonly CheckedMove[];
  readonly domain: readonly DomainCondition[];
  readonly verdict: 'proved' | 'tested';
  readonly points: number;
  readonly maxError: number;
}

/** One closed form, its moves checked one by one and its end compared with the question by dual numbers. */
function answer(t: Term, letters: readonly string[], shop: Workshop): Answer {
  const closed = closedForm(t, letters, shop);
  const checked = checkMoves(closed.moves, shop.context);
  const proved = checked.every((m) => m.check === 'proved');
  // Where a step is only tested, exact arithmetic is asked for the whole as well.
  const domain = domainOf([t], closed.moves, shop.context);
  const first = testEqual(t, closed.term, shop.context, { exact: !proved });
  const stated = withDomain(shop.context, domain);
  const whole = first.lost > 0 && stated !== shop.context ? testEqual(t, closed.term, stated) : first;
  if (whole.verdict === 'different')
    throw new Error(
      `bug: the result ${print(closed.term)} differs from the question at ${JSON.stringify(whole.counterexample)}`,
    );
  mustHaveValues(t, closed.term, whole, shop.context);
  return {
    term: closed.term,
    moves: checked,
    domain,
    verdict: proved ? 'proved' : 'tested',
    points: whole.points,
    maxError: whole.maxError,
  };
}

const done = new WeakMap<readonly Move[], readonly CheckedMove[]>();

/** Every move with its verdict; a move that fails its check is a bug, not a step. */
function checkMoves(moves: readonly Move[], context: Context): readonly CheckedMove[] {
  const known = done.get(moves);
  if (known !== undefined) return known;
  const out = moves.map((move): CheckedMove => {
    const inner = checkMoves(move.inner, context);
    const verdict = replay(move, context, follows);
    if (verdict === 'refuted' || verdict === 'unknown')
      throw new WhygradError(
        'unchecked-step',
        `The step "${move.title}" could not be checked: ${print(move.from)} = ${print(move.to)}.`,
        { hint: 'Nothing unchecked is shown. Try another route (--by), or give the intermediate quantities names.' },
      );
    return {
      move,
      check: verdict === 'proved' && inner.every((x) => x.check === 'proved') ? 'proved' : 'tested',
      inner,
    };
  });
  done.set(moves, out);
  return out;
}

/** What the one derivative in a question is taken by. */
function variableOf(t: Term): string | null {
  const found = new Set<string>();
  visit(t, (x) => {
    if (x.kind === 'partial') found.add(x.by.name);
  });
  const [only] = found;
  return found.size === 1 ? must(only) : null;
}

/** Where each letter of the question gets its size. */
function axesOf(t: Term, letters: readonly string[]): Axis[] {
  const axes: Axis[] = [];
  const note = (e: Entry): void =>
    e.indices.forEach((i, axis) => {
      if (i.kind === 'free' && letters.includes(i.name) && !axes.some((a) => a.index === i.name))
        axes.push({ index: i.name, tensor: e.name, axis });
    });
  const go = (x: Term): void =>
    visit(x, (y) => {
      if (y.kind === 'entry') note(y);
    });
  if (t.kind === 'partial') go(t.body);
  visit(t, (x) => {
    if (x.kind === 'partial') note(x.by);
  });
  go(t);
  return letters.flatMap((l) => axes.filter((a) => a.index === l));
}
