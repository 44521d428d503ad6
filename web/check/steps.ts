// From a false line to the derivation of what stands on its left: the question and what the text gives, as a link to Derive.
// Not here: deriving.
// Invariant: the question is the text's own left side, and the givens are lines that the library took as definitions or assumptions.
import { linkTo } from '../state.ts';
import type { Row } from '../work/jobs.ts';

const isDerivative = (text: string): boolean => /^(?:d|∂|\\frac\s*\{\s*(?:\\partial|d|\\mathrm\{d\}))/.test(text);
/** What stands before the first `=` that is none of ≤, ≥, ≠, :=. */
const leftOf = (formula: string): string => formula.split(/(?<![<>!:])=/)[0]?.trim() ?? '';
/** `Σ y_j = 1`, which a text may state without saying that it is assumed. */
const isFact = ({ verdict, formula }: Row['claim']): boolean =>
  verdict === 'holds' && /=\s*-?\d+\s*$/.test(formula) && !isDerivative(formula);
const longest = 6000;

/** The link; null where the chain does not begin with a derivative. */
export function stepsOf(row: Row, rows: readonly Row[]): string | null {
  const at = rows.indexOf(row);
  let first = at;
  while (first > 0 && leftOf(rows[first]?.claim.formula ?? '') === '') first--;
  const question = leftOf(rows[first]?.claim.formula ?? '');
  if (!isDerivative(question)) return null;
  const given = rows
    .slice(0, at)
    .filter(({ claim }) => claim.verdict === 'definition' || claim.verdict === 'assumption' || isFact(claim))
    .map(({ claim }) => claim.formula);
  const own = given.join('\n');
  return given.length === 0 || own.length > longest ? null : linkTo('derive', { q: question, own });
}
