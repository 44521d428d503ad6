// One claim asked of a document: judged by the document's own reading, as lint judges its lines.
// Not here: claims without a document (`check.ts`), the judging (`judge.ts`).
// Invariant: a claim that stands in the document has the verdict of its row; every document that lint reads is read.
import { must } from '../term/must.ts';
import type { Surface } from '../language/surface.ts';
import type { CheckedClaim } from './checked.ts';
import { judgedDocument, type Claim, type JudgedDocument } from './lint.ts';

type JudgedRow = JudgedDocument['rows'][number];

/**
 * Judges an equation by a document, as if it stood behind the text; where it stands in the text, that line's row
 * counts.
 * @throws WhygradError for a claim that cannot be read.
 */
export function checkIn(formula: string, text: string, given: readonly string[]): CheckedClaim {
  const written = given.length > 0 ? undefined : rowAsWritten(formula, judgedAlone(text));
  if (written !== undefined) return { formula, ...verdictOf([written], true) };
  const document = judgedDocument(text, { asked: { given, claim: formula } });
  const claim = document.survey.items.at(-1);
  return {
    formula,
    ...verdictOf(
      document.rows.filter((r) => r.judgement.statement === claim),
      false,
    ),
  };
}

let last: { readonly text: string; readonly document: JudgedDocument } | null = null;
/** The document by itself; the last one is kept, since people ask more than one thing of it. */
function judgedAlone(text: string): JudgedDocument {
  if (last?.text !== text) last = { text, document: judgedDocument(text, {}) };
  return last.document;
}

/** The row of the document that says the same, sign for sign; one that says something definite before others. */
function rowAsWritten(formula: string, document: JudgedDocument): JudgedRow | undefined {
  const same = [true, false].flatMap((latex) => rowsLike(document.survey.reread(formula, latex), document));
  return same.find((r) => r.judgement.verdict !== 'unclear') ?? same[0];
}

function rowsLike(asked: Surface | null, { rows }: JudgedDocument): readonly JudgedRow[] {
  if (asked?.kind !== 'relation' || asked.links.length !== 1) return [];
  const key = equationKey(asked.first, must(asked.links[0]).value);
  return rows.filter(({ judgement: j }) => {
    const right = j.statement.sides[j.side]?.surface ?? null;
    return j.side > 0 && equationKey(j.statement.sides[j.side - 1]?.surface ?? j.left, right) === key;
  });
}

const equationKey = (left: Surface | null, right: Surface | null): string =>
  `${surfaceKey(left)} = ${surfaceKey(right)}`;

/** How a formula is built, wherever it stands. */
const surfaceKey = (s: Surface | null): string =>
  JSON.stringify(s, (name, value: unknown) =>
    name === 'start' || name === 'end' || name === 'at' || name === 'direct'
      ? undefined
      : typeof value === 'bigint'
        ? String(value)
        : value,
  );

/** The worst of the rows: a claim `a = b = c` holds where both links do. */
function verdictOf(rows: readonly JudgedRow[], isWritten: boolean): Omit<CheckedClaim, 'formula'> {
  const claims = rows.map((r) => ({ ...r, claim: r.claim() }));
  const worst =
    claims.find((c) => c.claim.verdict === 'slip') ??
    claims.find((c) => c.claim.verdict !== 'holds') ??
    claims.find((c) => c.claim.certainty === 'tested') ??
    claims[0];
  if (worst === undefined) return undecided('the document leaves nothing to compare');
  const { claim, judgement } = worst;
  const equality = judgement.attempt?.kind === 'compared' ? judgement.attempt.equality : null;
  const measured = { points: equality?.points ?? 0, maxError: equality?.maxError ?? 0 };
  switch (claim.verdict) {
    case 'holds':
      return {
        verdict: 'holds',
        certainty: claim.certainty,
        message: reason(claim),
        counterexample: null,
        ...measured,
      };
    case 'slip':
      return {
        verdict: 'slip',
        certainty: null,
        message: reason(claim),
        counterexample: claim.counterexample,
        ...measured,
      };
    case 'unclear':
      return { ...undecided(claim.message), ...measured };
    default:
      return isWritten
        ? {
            verdict: 'holds',
            certainty: 'proved',
            message: `the document says so (${claim.message})`,
            counterexample: null,
            ...measured,
          }
        : undecided(`beside the document this claims nothing that could be compared: ${claim.message}`);
  }
}

const undecided = (message: string): Omit<CheckedClaim, 'formula'> => ({
  verdict: 'unclear',
  certainty: null,
  message,
  counterexample: null,
  points: 0,
  maxError: 0,
});

/** A message that is never empty. */
function reason({ message, certainty, counterexample }: Claim): string {
  if (message !== '') return message;
  if (counterexample !== null) return `the left side is ${counterexample.left}, the right side ${counterexample.right}`;
  return certainty === 'proved' ? 'both sides have the same normal form' : 'both sides agree at every point tried';
}
