// Small mistakes put into the text of a line that lint says holds, one kind a record.
// Not here: what lint says of them (`mutants.test.ts`).
// Invariant: a mutation works on the LaTeX of one member and changes one place.

/** One way to spoil a formula: every text that has the mistake in one place. */
export interface Mutation {
  readonly kind: string;
  readonly of: (formula: string) => string[];
}

/** The text with each match replaced in turn. */
const each =
  (pattern: RegExp, by: (m: RegExpExecArray) => string | null) =>
  (formula: string): string[] =>
    [...formula.matchAll(pattern)].flatMap((m) => {
      const put = by(m as RegExpExecArray);
      return put === null ? [] : [formula.slice(0, m.index) + put + formula.slice(m.index + m[0].length)];
    });

const script = String.raw`_(?:\{[^{}]*\}|[a-z])`;
const entry = String.raw`(?:\\(?:hat|bar|tilde)\{[a-z]\}|(?<![\\A-Za-z])[A-Za-z])${script}`;

export const mutations: readonly Mutation[] = [
  { kind: 'sign', of: each(/(?<=[\w}) ]) ?([+-]) ?(?=[\\\w( ])/g, (m) => (m[1] === '+' ? ' - ' : ' + ')) },
  { kind: 'constant', of: each(/(?<![\d_^{])\b([2-9])\b(?![}\d])/g, (m) => String(Number(m[1]) + 1)) },
  { kind: '1/N', of: each(/\\frac\{1\}\{[A-Za-z]\} ?/g, () => '') },
  { kind: 'Σ', of: each(/\\sum(?:_(?:\{[^{}]*\}|[a-z]))?(?:\^(?:\{[^{}]*\}|[A-Za-z]))? ?/g, () => '') },
  { kind: 'exponent', of: each(/\^(?:2|\{2\})/g, () => '^3') },
  {
    kind: 'index',
    of: (formula) => {
      const letters = [...new Set([...formula.matchAll(/_\{?([a-z])/g)].map((m) => m[1] as string))];
      return letters.flatMap((from) =>
        letters.flatMap((to) =>
          from === to ? [] : each(new RegExp(`(_\\{?)${from}(?![a-z])`, 'g'), (m) => `${m[1]}${to}`)(formula),
        ),
      );
    },
  },
  { kind: 'factor', of: each(new RegExp(`${entry} (?=${entry})`, 'g'), () => '') },
  { kind: 'transpose', of: each(/\^(?:T|\\top)(?![A-Za-z])/g, () => '') },
  { kind: 'term', of: each(new RegExp(` [+-] ${entry}(?= ?(?:$|\\\\right|\\)))`, 'g'), () => '') },
  { kind: 'swap', of: each(new RegExp(`(${entry}) - (${entry})`, 'g'), (m) => `${m[2]} - ${m[1]}`) },
];
