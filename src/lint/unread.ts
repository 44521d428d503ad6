// Mathematics of a document that could not be read and of which no row says so.
// Not here: the reading and its faults (`document/`), rows (`judge.ts`).
// Invariant: every formula is either read, or the reason of a row, or listed here; words and code are no formulas.
import { WhygradError } from '../term/error.ts';
import { originOf, type Side, type Statement, type Survey } from '../meaning/index.ts';

export interface UnreadFormula {
  readonly offset: number;
  readonly formula: string;
  readonly message: string;
}

/** `told`: the statements that have rows. */
export const unreadIn = (survey: Survey, told: ReadonlySet<Statement>): UnreadFormula[] =>
  survey.items
    .flatMap((item, n): UnreadFormula[] => {
      if (item.kind === 'unread') return [{ offset: originOf(item.text), formula: '', message: item.why }];
      if (item.kind !== 'statement' || item.code || survey.directives.ignored.has(n)) return [];
      if (item.form === 'code' || item.form === 'bold') return [];
      const side = item.sides.find((s) => isFaulty(s) && !(told.has(item) && isJudged(s)));
      return side === undefined
        ? []
        : [
            {
              offset: side.offset,
              formula: side.text.text.trim().replace(/\s+/g, ' ').slice(0, 120),
              message: faultMessage(side),
            },
          ];
    })
    .sort((a, b) => a.offset - b.offset);

const isFaulty = (s: Side): boolean => s.fault !== null && s.fault.code !== 'words';
/** A member of an equation: its row says that it is not understood. */
const isJudged = (s: Side): boolean => s.link === null || s.link === '=' || s.link === ':=';

/** Faults that a smaller formula would not have. */
const sizeFaults: ReadonlySet<string> = new Set(['too-long', 'too-deep', 'too-many-nodes']);

/** What is wrong with a member; what is only too large for the reader is said to be. */
export const faultMessage = ({ fault }: Pick<Side, 'fault'>): string =>
  !(fault instanceof WhygradError)
    ? 'not understood'
    : `${sizeFaults.has(fault.code) ? 'limit: ' : ''}${fault.message}`;
