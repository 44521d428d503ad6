// When a difference may be called a slip: the conditions of the licence, each by name.
// Not here: what is found out about a claim that differs (`accusation.ts`), the comparison itself (`compare.ts`).
// Invariant: a condition only ever refuses; what one of them refuses is unclear, with the sentence of that condition.

/** How a false claim becomes a true one. */
export type Mending =
  /** One small change of the author's text. */
  | 'edit'
  /** A whole term put in or taken away: as good as another formula. */
  | 'term'
  /** What it comes to was worked out, or the difference itself names the mistake. */
  | 'worked'
  | 'none';

/** What was found out about a claim whose two sides differ. */
export interface Accusation {
  readonly mending: Mending;
  /** The edit only transposes something, or exchanges two factors: rows may stand for columns. */
  readonly turned: boolean;
  /** Both sides could be read. */
  readonly read: boolean;
  /** One side has axes that the other lacks. */
  readonly misfit: boolean;
  /** The number of axes of the larger side. */
  readonly axes: number;
  /** It gives a number to a name that no formula defines. */
  readonly givesValue: boolean;
  /** Definitions that the two sides lead to. */
  readonly definitions: readonly string[];
  /** Whether some of them have several definitions. */
  readonly defined: 'once' | 'again';
  /** Quantities without a definition that the two sides lead to. */
  readonly open: readonly string[];
  readonly derivative: boolean;
  /** A number on one side, and on the other what has no one value. */
  readonly pointValue: boolean;
  /** Open quantities of the right side that the left side never leads to. */
  readonly strangers: readonly string[];
  /** Those of them that what stands behind the left side does not lead to, either. */
  readonly unrelated: readonly string[];
  /** Open quantities of the left side that the right side never leads to. */
  readonly onlyLeft: readonly string[];
  /** Quantities whose number of axes nothing tells: no index, no set, no word. */
  readonly loose: readonly string[];
  /** A way to read it, no worse than the one taken, in which it holds. */
  readonly rescue: string | null;
  /** It goes on from a line that was found true. */
  readonly goesOn: boolean;
  /** It is right for equal indices only, or for different ones only. */
  readonly halfRight: boolean;
  /** Other claims of the text that differ and have the same left side. */
  readonly twins: number;
  /** It begins a statement, and is all of it. */
  readonly alone: boolean;
  /** Somebody says of this line by itself that it holds. */
  readonly asserted: boolean;
  /** How many other claims of the text hold by the same definitions. */
  readonly support: number;
}

export interface Condition {
  readonly name: 'cases' | 'grounded' | 'general' | 'claim' | 'robust' | 'shapes' | 'near';
  /** Why certainty is missing; null where it is not. */
  readonly missing: (a: Accusation) => string | null;
}

/** A term of the line before that is left out, where nothing that only that term speaks of may be zero. */
const isLostTerm = (a: Accusation): boolean => a.mending === 'term' && a.goesOn && a.onlyLeft.length === 0;
const isEdit = (a: Accusation): boolean => a.mending === 'edit' || isLostTerm(a);
/** Nothing on the way was guessed. */
const isSolid = (a: Accusation): boolean => a.read && a.loose.length === 0 && a.strangers.length === 0;
const list = (names: readonly string[]): string => names.slice(0, 3).join(', ');

/** All of them hold, or there is no slip. */
export const licence: readonly Condition[] = [
  {
    name: 'claim',
    missing: (a) => {
      if (a.givesValue) return 'it may give a value that holds for an example';
      return !a.alone || a.asserted || a.definitions.length > 0 || a.derivative || a.open.length === 0 || isEdit(a)
        ? null
        : `it may be a condition on ${list(a.open)}, which nothing defines`;
    },
  },
  {
    name: 'general',
    missing: (a) => (a.pointValue && a.mending !== 'edit' ? 'it may be the value at one point' : null),
  },
  {
    name: 'cases',
    missing: (a) =>
      a.halfRight && a.twins > 0
        ? 'the text says something else of the same left side, so that it may be one case'
        : null,
  },
  {
    name: 'grounded',
    missing: (a) =>
      a.unrelated.length === 0 || a.definitions.length === 0 || isEdit(a)
        ? null
        : `the text does not say how ${list(a.unrelated)} and the left side are related`,
  },
  {
    name: 'robust',
    missing: (a) => (a.rescue === null ? null : `it holds where ${a.rescue}`),
  },
  {
    name: 'shapes',
    missing: (a) => {
      if (a.read && !a.misfit) return null;
      if (isEdit(a) && !(a.turned && a.loose.length > 0)) return null;
      if (isSolid(a) && a.axes < 3) return null;
      return a.loose.length === 0
        ? 'what its quantities are, numbers, vectors or matrices, is partly guessed'
        : `the text does not say whether ${list(a.loose)} ${a.loose.length === 1 ? 'is a number, a vector or a matrix' : 'are numbers, vectors or matrices'}`;
    },
  },
  {
    name: 'near',
    missing: (a) => {
      const supported = a.support > 1 || (a.support > 0 && (a.mending === 'worked' || a.misfit));
      const worked = a.mending === 'worked' && a.derivative && a.defined === 'once' && a.strangers.length === 0;
      const plain = a.asserted && a.read && !a.misfit && a.strangers.length === 0;
      return isEdit(a) || worked || plain || (isSolid(a) && supported && (a.derivative || a.goesOn))
        ? null
        : 'no small change makes it true, and little else in the text shows that it is read rightly';
    },
  },
];

/** The first condition that an accusation lacks, said in a sentence; null where it may be called a slip. */
export function lacking(a: Accusation): { readonly condition: Condition['name']; readonly says: string } | null {
  for (const { name, missing } of licence) {
    const says = missing(a);
    if (says !== null) return { condition: name, says };
  }
  return null;
}
