// One step of a derivation, with all that it rests on: does the next expression follow from the one before?
// Not here: how a line is judged (`judge.ts`, `check.ts`).
// Invariant: a step depends on what is passed alone. The strict reader is asked first, which reads in one way or not at
// all; what it cannot decide is judged as a line of a document.
import { parseSurface } from '../language/parse.ts';
import { WhygradError } from '../term/error.ts';
import { idsIn } from '../meaning/index.ts';
import type { Context } from '../term/context.ts';
import { must } from '../term/must.ts';
import { zero, type Term } from '../term/term.ts';
import { entryNames, mapNode } from '../term/walk.ts';
import { checkAlone } from './check.ts';
import type { CheckedClaim, ClaimCounterexample } from './checked.ts';
import { type JudgedDocument, judgedDocument } from './lint.ts';

/** A step and its state. All texts in any spelling. */
export interface Step {
  /** Definitions, assumptions, conditions: `p = softmax(z)`, `sum_j y_j = 1`, `A symmetric`, `i != j`. */
  readonly given?: readonly string[];
  /** What the line before says. */
  readonly from: string;
  /** What is said to be the same. */
  readonly to: string;
  /** The lines so far, equations: they are no givens, and tell how the letters are used. */
  readonly all?: readonly string[];
  /** What is to be reached in the end. */
  readonly goal?: string;
}

/** What became of a step. */
export interface CheckedStep {
  readonly verdict: 'holds' | 'slip' | 'unclear';
  /** `proved`: equal normal forms; `tested`: equal at every point tried; null for anything but `holds`. */
  readonly certainty: 'proved' | 'tested' | null;
  /** Why: in one sentence. */
  readonly because: string;
  /** What would have to be given besides: with each of these the step holds. */
  readonly needs?: readonly string[];
  readonly counterexample?: ClaimCounterexample;
  /** The id of the likely mistake, for `explain`. */
  readonly mistake?: string;
  /** What should stand there instead. */
  readonly fix?: string;
  /** Whether the goal is reached. */
  readonly equalsGoal?: boolean;
}

/**
 * Judges one step of a derivation.
 * @throws WhygradError for texts that cannot be read, with their place.
 */
export function checkStep(step: Step): CheckedStep {
  const judged = judgedStep(step);
  const goal =
    step.goal === undefined
      ? {}
      : { equalsGoal: judgedStep({ ...step, from: step.to, to: step.goal }).verdict === 'holds' };
  return { ...judged, ...goal };
}

function judgedStep(step: Step): CheckedStep {
  // Text that nobody can read is nothing that could hold, and be it twice the same.
  for (const side of [step.from, step.to]) refuseUnreadable(side);
  if (isSame(step.from, step.to)) return { verdict: 'holds', certainty: 'proved', because: 'both are the same' };
  const strict = byStrictReader(step);
  if (strict?.verdict === 'holds' || strict?.needs !== undefined) return strict;
  const { found, document } = byDocument(step);
  if (found.verdict === 'holds') return found;
  if (followsEarlier(step)) return earlier;
  const needs = unstatedFacts(step, document);
  if (needs.length > 0) return { ...found, needs };
  return found.verdict === 'slip' || strict?.verdict !== 'slip' ? found : strict;
}

const earlier: CheckedStep = {
  verdict: 'holds',
  certainty: 'tested',
  because: 'it follows from an earlier line, not from the one before',
};

const noDependence = /^\s*(\S+) does not depend on (\S+)\s*$/;

/** As `check` judges a claim; null where it cannot be read, or where the writing leaves a choice. */
function byStrictReader(step: Step): CheckedStep | null {
  const said = (step.given ?? []).map((text) => noDependence.exec(text));
  const given = (step.given ?? []).filter((_, n) => said[n] === null);
  const fixed = new Set(said.flatMap((m) => (m === null ? [] : [`${m[1]} ${m[2]}`])));
  try {
    const plain = checkAlone(claimOf(step), { given }, (t, c) => withoutDependence(t, c, (pair) => fixed.has(pair)));
    if ((plain.read ?? []).length > 0) return null;
    const judged = strictly(plain);
    if (plain.verdict !== 'slip') return judged;
    const pairs = new Set<string>();
    const all = (pair: string): boolean => pairs.add(pair) !== undefined;
    const independent = checkAlone(claimOf(step), { given }, (t, c) => withoutDependence(t, c, all));
    if (pairs.size === 0 || independent.verdict !== 'holds') return judged;
    const needs = [...pairs].map((pair) => pair.replace(' ', ' does not depend on '));
    return { ...unclear(`holds only where ${needs.join(' and ')}, which is not said`), needs };
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}

const strictly = ({ verdict, certainty, message, counterexample }: CheckedClaim): CheckedStep => ({
  verdict,
  certainty,
  because: message,
  ...(counterexample === null ? {} : { counterexample }),
});

/** The term where derivatives of inputs by others are 0, for the pairs `input variable` that are asked for. */
function withoutDependence(t: Term, context: Context, isFixed: (pair: string) => boolean): Term {
  const inner = mapNode(t, (x) => withoutDependence(x, context, isFixed));
  if (inner.kind !== 'partial') return inner;
  const inputs = [...entryNames(inner.body)];
  const own = inputs.filter((n) => n !== inner.by.name);
  const isInput = inputs.length > 0 && own.length === inputs.length && inputs.every((n) => !context.definitions.has(n));
  return isInput && own.every((n) => isFixed(`${n} ${inner.by.name}`)) ? zero : inner;
}

/** After a slip, a line is right where it follows from what stood before the slip. */
function followsEarlier(step: Step): boolean {
  const said = (step.all ?? []).flatMap((line) => line.split(/(?<![:<>!=])=(?!=)/).map((x) => x.trim()));
  const members = [...new Set(said)].filter((x) => x !== '' && !isSame(x, step.from) && !isSame(x, step.to));
  return members.slice(-mostEarlier).some((from) => {
    try {
      const { verdict, needs } =
        byStrictReader({ ...step, from }) ?? byDocument({ ...step, from, all: [] }, true).found;
      return verdict === 'holds' || needs?.every((n) => noDependence.test(n)) === true;
    } catch (error) {
      if (error instanceof WhygradError) return false;
      throw error;
    }
  });
}
/** A derivation's last members: the one before the slip is among them. */
const mostEarlier = 3;

const isSame = (a: string, b: string): boolean => a.replace(/\s/g, '') === b.replace(/\s/g, '');

const claimOf = ({ from, to }: Step): string => `${from} = ${to}`;

/** As lint judges a line; where only `holds` is asked for, nothing is found out about a slip. */
function byDocument(step: Step, whetherTrue = false): { found: CheckedStep; document: JudgedDocument } {
  const document = judgedDocument((step.all ?? []).map((line) => `${line}\n`).join('\n'), {
    syntax: 'plain',
    whetherTrue,
    asked: { given: (step.given ?? []).filter((g) => !noDependence.test(g)), claim: claimOf(step), asserted: true },
  });
  const statement = document.survey.items.at(-1);
  const rows = document.rows.filter((r) => r.judgement.statement === statement).map((r) => r.claim());
  const worst = rows.find((r) => r.verdict === 'slip') ?? rows.find((r) => r.verdict !== 'holds') ?? rows[0];
  if (worst === undefined) return { found: unclear('there is nothing to compare'), document };
  const { verdict, certainty, message, counterexample, mistake, fix } = worst;
  if (verdict === 'holds') {
    const label = untoldLabel(step, document);
    if (label !== null) return { found: unclear(label), document };
    const because =
      message !== '' ? message : certainty === 'proved' ? sameForm : 'both sides agree at every point tried';
    return { found: { verdict, certainty, because }, document };
  }
  if (verdict !== 'slip') return { found: unclear(message === '' ? 'nothing could be compared' : message), document };
  return {
    found: {
      verdict,
      certainty: null,
      because: message,
      ...(counterexample === null ? {} : { counterexample }),
      ...(mistake === null ? {} : { mistake }),
      ...(fix === null ? {} : { fix }),
    },
    document,
  };
}

/**
 * Where nothing tells whether i in y_i is an index or a part of the name, a derivative through y_i means different
 * things.
 */
function untoldLabel({ from, to }: Step, { survey, rows }: JudgedDocument): string | null {
  const judged = rows.find((r) => r.judgement.statement === survey.items.at(-1))?.judgement;
  if (judged?.left == null || judged.right === null || !/\\partial|∂|\bd|\\mathrm|\\nabla/.test(from + to)) return null;
  const ids = [judged.left, judged.right].flatMap((s) => idsIn(s, survey.model.usage));
  const open = ids.find((id) => /_\{[i-n]\}$/.test(id) && !survey.model.registry.isListed(id));
  return open === undefined
    ? null
    : `nothing tells whether ${open.slice(-2, -1)} is an index of ${open.replace(/[{}]/g, '')}: give what defines it`;
}

const sameForm = 'both sides have the same normal form';
const unclear = (because: string): CheckedStep => ({ verdict: 'unclear', certainty: null, because });

/** What is no expression at all is the caller's fault, and not an open question. */
function refuseUnreadable(text: string): void {
  if (text.trim() === '')
    throw new WhygradError('missing-operand', 'a step needs an expression on both sides', {
      hint: 'give "from" and "to"',
    });
  const { surface, faults } = parseSurface(text);
  const fault = faults[0];
  if (fault !== undefined) throw fault;
  if (surface.kind === 'relation')
    throw new WhygradError('not-an-expression', 'a step goes from one expression to another', {
      text,
      hint: 'give each line of a chain as a step of its own: "from" is what stands before the equals sign',
    });
}

/** Facts that people leave out, as givens; each is tried by itself. */
function unstatedFacts(step: Step, document: JudgedDocument): string[] {
  const given = step.given ?? [];
  return candidates(step, document).filter((fact) => {
    try {
      return byDocument({ ...step, given: [...given, fact] }, true).found.verdict === 'holds';
    } catch (error) {
      if (error instanceof WhygradError) return false;
      throw error;
    }
  });
}

/** More than these are not tried. */
const mostCandidates = 6;

function candidates({ given = [], from, to }: Step, { survey, rows }: JudgedDocument): string[] {
  const { registry, ranks, usage } = survey.model;
  const statement = survey.items.at(-1);
  const seen = rows.find((r) => r.judgement.statement === statement)?.judgement.attempt;
  const letters = seen?.kind === 'compared' ? lettersOf(from, to, usage.indexLetters) : [];
  const text = [...given, from, to].join(' ');
  const inputs = [...usage.names.keys()].filter((id) => !registry.isListed(id) && mentions(text, id));
  const free = 'kmnlabc'.split('').find((l) => !letters.includes(l) && !inputs.includes(l)) ?? 'k';
  const sums = inputs.flatMap((id) => {
    const rank = ranks.rankOf(id);
    return rank === 1 ? [`sum_${free} ${id}_${free} = 1`] : rank === 2 ? [`sum_${free} ${id}_{n,${free}} = 1`] : [];
  });
  const unequal = pairs(letters).map(([a, b]) => `${a} != ${b}`);
  const symmetric = inputs.filter((id) => ranks.rankOf(id) === 2).map((id) => `${id} symmetric`);
  const oneHot = inputs.filter((id) => ranks.rankOf(id) === 1).map((id) => `${id} one-hot`);
  const some = [...sums, ...unequal, ...symmetric].slice(0, mostCandidates);
  return some.length > 0 || oneHot.length > 0 ? [...some, ...oneHot.slice(0, 2)] : [];
}

const mentions = (text: string, id: string): boolean => text.includes(id.split('_')[0] ?? id);
const pairs = (all: readonly string[]): [string, string][] =>
  all.flatMap((a, n) => all.slice(n + 1).map((b): [string, string] => [a, b]));

/** Single letters that stand as indices in both texts together. */
function lettersOf(from: string, to: string, known: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  for (const m of `${from} ${to}`.matchAll(/_\{?([a-z]+(?:,[a-z]+)*)\}?/g))
    for (const l of must(m[1]).replaceAll(',', '')) if (known.has(l)) found.add(l);
  return [...found].slice(0, 3);
}
