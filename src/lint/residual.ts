// What the difference of two sides tells where no small change of the text repairs it: a sign, a constant ratio, a
// diagonal, one term of a sum.
// Not here: changes of the text (`repairs.ts`), their order (`diagnose.ts`).
// Invariant: a mistake is only named where the sides agree once it is undone, and a fix is only given where the claim
// with it holds.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import { testEqual } from '../check/equal.ts';
import { closedForm, workshop } from '../derive/closed.ts';
import type { Surface } from '../language/surface.ts';
import { print } from '../term/print.ts';
import {
  boundIndex,
  entry,
  freeIndex,
  mul,
  negate,
  partial,
  pow,
  rational,
  type Entry,
  type Reduce,
  type Term,
} from '../term/term.ts';
import { freeIndices, mapNode, visit } from '../term/walk.ts';
import { isFresh } from '../meaning/index.ts';
import type { Attempt, Question } from './attempt.ts';
import { holds, type Clinic, type Diagnosis } from './clinic.ts';

type Compared = Extract<Attempt, { kind: 'compared' }>;

/** The mistake that the difference shows, with the value worked out as a fix; null where it shows none. */
export function residual(q: Question, found: Attempt, clinic: Clinic): Diagnosis | null {
  const worked = workedOut(found);
  const again = worked === null ? null : clinic.reread(worked, true);
  const fix = again !== null && holds({ ...q, right: again }, clinic) ? worked : null;
  if (found.kind === 'unreadable')
    return { mistake: found.reason.includes('to the index') ? 'index-used-as-argument' : 'shape-misfit', say: '', fix };
  if (found.misfit !== null) return { mistake: 'vector-for-scalar', say: '', fix };
  if (isNumeric(found))
    return {
      mistake: 'arithmetic',
      say: 'the numbers do not agree',
      fix:
        found.equality.counterexample !== null
          ? String(Number(found.equality.counterexample.left.toPrecision(12)))
          : null,
      by: 'edit',
    };
  return (
    onTheDiagonal(q, found, clinic, fix) ??
    oneTerm(found, fix) ??
    constantRatio(q, found, clinic, fix) ??
    scalarRatio(q, found, clinic, fix) ??
    (fix === null ? null : { ...lostFactor(fix, clinic.textOf(q.right) ?? ''), fix })
  );
}

/** Right for i = j only, or for i ≠ j only. */
function onTheDiagonal(q: Question, found: Compared, clinic: Clinic, fix: string | null): Diagnosis | null {
  const letters = freeIndices(found.left).filter((l) => !isFresh(l) && freeIndices(found.right).includes(l));
  for (let n = 0; n < letters.length; n++)
    for (const b of letters.slice(n + 1)) {
      const a = must(letters[n]);
      if (holds({ ...q, conditions: [...q.conditions, { left: a, right: b, equal: true }] }, clinic))
        return { mistake: 'diagonal-only', say: `it is right for ${a} = ${b} only`, fix };
      if (holds({ ...q, conditions: [...q.conditions, { left: a, right: b, equal: false }] }, clinic))
        return { mistake: 'missing-delta', say: `it is right for ${a} ≠ ${b} only`, fix };
    }
  return null;
}

/**
 * Whether two terms have one value; what cannot be evaluated at all (an entry with too few indices on a path) has none.
 */
function agree(a: Term, b: Term, found: Compared): boolean {
  try {
    return testEqual(a, b, found.context, { environments: 4, exact: false, shrink: false }).verdict === 'tested';
  } catch (error) {
    if (error instanceof WhygradError) return false;
    throw error;
  }
}

// --- one term of a sum -----------------------------------------------------------------------------------------------

/**
 * `Σ_j (∂L/∂p_j)(∂p_j/∂z_i)` of which the term with j = i alone was worked out, and the same where the sum is not
 * written.
 */
function oneTerm(found: Compared, fix: string | null): Diagnosis | null {
  for (const letter of freeIndices(found.left).filter((l) => !isFresh(l))) {
    const sums: Reduce[] = [];
    visit(found.left, (x) => {
      if (x.kind === 'reduce' && x.op === 'sum' && x.where === null) sums.push(x);
    });
    for (const sum of sums.slice(0, 4)) {
      if (agree(withOneTerm(found.left, sum, letter), found.right, found))
        return {
          mistake: 'one-term-of-sum',
          say: `of the sum over ${sum.letter} only the term with ${sum.letter} = ${letter} was kept`,
          fix,
        };
    }
  }
  for (const through of paths(found)) {
    if (agree(through.product, found.right, found))
      return {
        mistake: 'one-term-of-sum',
        say: `only the path over ${through.name} was followed; the other entries of ${through.of} depend on ${through.by} too`,
        fix,
      };
  }
  return null;
}

const withOneTerm = (t: Term, sum: Reduce, letter: string): Term =>
  t === sum
    ? { ...sum, where: { kind: 'position', op: '=', left: boundIndex(0), right: freeIndex(letter) } }
    : mapNode(t, (x) => withOneTerm(x, sum, letter));

/** ∂L/∂p_i · ∂p_i/∂z_i for every defined p with as many indices as z. */
function paths(found: Compared): { product: Term; name: string; of: string; by: string }[] {
  const { left, context } = found;
  if (left.kind !== 'partial' || left.by.indices.length === 0) return [];
  const { by, body } = left;
  const about = body.kind === 'entry' ? body.name : null;
  return [...context.definitions.values()]
    .filter((d) => d.params.length === by.indices.length && d.name !== about && d.name !== by.name)
    .slice(0, 6)
    .map((d) => {
      const middle: Entry = entry(d.name, ...by.indices);
      return {
        product: mul(partial(body, middle), partial(middle, by)),
        name: print(middle, { context }),
        of: d.name,
        by: print(by, { context }),
      };
    });
}

// --- factors ---------------------------------------------------------------------------------------------------------

/** The right side times one number is right. */
function constantRatio(q: Question, found: Compared, clinic: Clinic, fix: string | null): Diagnosis | null {
  const x = found.equality.counterexample;
  const ratio = x === null ? null : simpleRatio(x.left / x.right);
  if (ratio === null || !agree(found.left, mul(rational(ratio[0], ratio[1]), found.right), found)) return null;
  if (ratio[0] === -1n && ratio[1] === 1n && agree(found.left, negate(found.right), found))
    return {
      mistake: 'sign',
      say: 'the sign of the whole is wrong',
      fix: fix ?? scaled('-', q.right, clinic, q),
      by: 'edit',
    };
  const [n, d] = ratio;
  const [factor, latex] =
    d === 1n ? [`${n}`, `${n} `] : [`${n}/${d}`, `${n < 0n ? '-' : ''}\\frac{${n < 0n ? -n : n}}{${d}} `];
  return {
    mistake: 'lost-constant-factor',
    say: `it is ${factor} times this`,
    fix: fix ?? scaled(latex, q.right, clinic, q),
    by: 'edit',
  };
}

/** The right side times a power of one scalar of the text is right: a lost 1/n, 1/√d, γ. */
function scalarRatio(q: Question, found: Compared, clinic: Clinic, fix: string | null): Diagnosis | null {
  for (const [name, value] of scalarsOf(found))
    for (const [power, latex] of scalarPowers) {
      if (agree(found.left, mul(pow(value, power), found.right), found)) {
        const factor = latex(name);
        return {
          mistake: 'lost-constant-factor',
          say: `the factor ${factor} is lost`,
          fix: fix ?? scaled(`${factor} `, q.right, clinic, q),
          ...(found.context.definitions.size > 0 ? { by: 'edit' as const } : {}),
        };
      }
    }
  return null;
}

const scalarPowers: readonly (readonly [Term, (name: string) => string])[] = [
  [rational(-1), (n) => `\\frac{1}{${n}}`],
  [rational(1), (n) => n],
  [rational(-1, 2), (n) => `\\frac{1}{\\sqrt{${n}}}`],
  [rational(-2), (n) => `\\frac{1}{${n}^2}`],
  [rational(2), (n) => `${n}^2`],
];

/** Sizes and numbers that both sides lead to, as they are written. */
function scalarsOf({ left, right, context }: Compared): (readonly [string, Term])[] {
  const found = new Map<string, Term>();
  const seen = new Set<string>();
  const walk = (t: Term): void =>
    visit(t, (x) => {
      if (x.kind === 'size' && /^[A-Za-z]$/.test(x.set)) found.set(x.set, x);
      if (x.kind !== 'entry' || seen.has(x.name)) return;
      seen.add(x.name);
      const definition = context.definitions.get(x.name);
      if (x.indices.length === 0) found.set(print(x, { spelling: 'latex', context }), x);
      if (definition !== undefined) walk(definition.body);
    });
  walk(left);
  walk(right);
  return [...found].filter(([name]) => !/[·#^]/.test(name)).slice(0, 8);
}

function scaled(factor: string, right: Surface, clinic: Clinic, q: Question): string | null {
  const text = clinic
    .textOf(right)
    ?.trim()
    .replace(/[.,;]$/, '');
  if (text === undefined) return null;
  const fix = `${factor}\\left( ${text} \\right)`;
  const again = clinic.reread(fix, true);
  return again !== null && holds({ ...q, right: again }, clinic) ? fix : null;
}

/** A quotient of small whole numbers, other than 1. */
function simpleRatio(x: number): readonly [bigint, bigint] | null {
  if (!Number.isFinite(x) || x === 0) return null;
  for (let d = 1; d <= 12; d++) {
    const n = Math.round(x * d);
    if (n !== 0 && Math.abs(n) <= 24 && n !== d && Math.abs(x * d - n) < 1e-7 * Math.abs(n))
      return [BigInt(n), BigInt(d)];
  }
  return null;
}

/** A number or size in front of the right value that the author's text does not have. */
function lostFactor(fix: string, written: string): { mistake: string | null; say: string } {
  const front = /^-?\s*(\\frac\{(\d+)\}\{([A-Za-z]|\d+)\}|\d+)\s/.exec(fix);
  const parts =
    front === null
      ? []
      : [front[2], front[3], front[2] === undefined ? front[1] : undefined].filter((x) => x !== undefined && x !== '1');
  return parts.length === 0 || parts.some((x) => written.includes(x as string))
    ? { mistake: null, say: '' }
    : { mistake: 'lost-constant-factor', say: `the factor ${(front as RegExpExecArray)[1]} is lost` };
}

/** Both sides are numbers: they lead to no quantity without a value. */
function isNumeric(found: Compared): boolean {
  const seen = new Set<string>();
  const isOpen = (t: Term): boolean => {
    let open = false;
    visit(t, (x) => {
      if (open || x.kind !== 'entry' || seen.has(x.name)) return;
      seen.add(x.name);
      const definition = found.context.definitions.get(x.name);
      open ||= definition === undefined || isOpen(definition.body);
    });
    return open;
  };
  return !isOpen(found.left) && !isOpen(found.right);
}

/** The left side with its derivatives worked out, where that is short. */
function workedOut(found: Attempt): string | null {
  if (found.kind !== 'compared' || !hasDerivative(found.left) || freeIndices(found.left).some(isFresh)) return null;
  try {
    const { term } = closedForm(found.left, freeIndices(found.left), workshop(found.context, 'auto', 2000));
    const text = print(term, { spelling: 'latex', context: found.context });
    const letter =
      ['i', 'n', 'k', 'm', 'r'].find(
        (l) => !freeIndices(found.left).includes(l) && !new RegExp(`[_{,]${l}[},]|_${l}\\b`).test(text),
      ) ?? 'i';
    const named = text.replace(/n''/g, letter);
    return named.length < 300 && !/\\partial|·|#/.test(named) ? named : null;
  } catch {
    return null;
  }
}

function hasDerivative(t: Term): boolean {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'partial';
  });
  return found;
}
