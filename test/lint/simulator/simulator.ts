// An author simulator: a derivation of the library, written down in random habits, true or with one mistake.
// Not here: what lint says of it (`score.ts`).
// Invariant: the same seed gives the same document; what is called wrong differs by the oracle, what is called true agrees.
import { lastOf } from '../../../src/term/must.ts';
import type { Asserted, Derivation } from './derivation.ts';
import { derivations } from './derivations.ts';
import { wholeDerivations } from './derivations-whole.ts';
import { authorOf, type Author } from './habits.ts';
import { mark, marks } from './layout.ts';
import { lettersOf } from './letters.ts';
import { places, type Maths } from './maths.ts';
import { slips, withMistake } from './mistakes.ts';
import { agree, World } from './oracle.ts';
import { randomFrom, type Random } from './random.ts';
import type { Speaker } from './spell.ts';
import { inConvention, write, type Told } from './write.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Simulated {
  readonly seed: number;
  readonly derivation: string;
  readonly author: Author;
  readonly text: string;
  readonly syntax: 'markdown' | 'latex' | 'plain';
  /** Where the members of the claims stand, in the order of the derivation. */
  readonly members: readonly Place[];
  /** The mistake's id in the catalogue, where the wrong member stands, and the member after it. */
  readonly mistake: { readonly kind: string; readonly at: Place; readonly next: Place | null } | null;
}

export const everyDerivation: readonly Derivation[] = [...derivations, ...wholeDerivations];

/** The document of a seed. */
export function simulate(
  seed: number,
  only: { readonly author?: Author; readonly derivation?: string; readonly mistaken?: boolean } = {},
): Simulated {
  const random = randomFrom(seed);
  const picked = random.pick(everyDerivation);
  const derivation = everyDerivation.find((d) => d.name === only.derivation) ?? picked;
  const author = only.author ?? fitting(authorOf(random), derivation);
  // Streams of their own: another habit or other letters leave the mistake what it is.
  const [ofLetters, ofMistakes] = [randomFrom(3 * seed + 1), randomFrom(3 * seed + 2)];
  const letters = lettersOf(derivation, author, ofLetters);
  const everything = [...derivation.inputs, ...derivation.defined];
  const speaker: Speaker = {
    author,
    letters,
    byExample: new Set(
      everything.filter((q) => ('axes' in q ? q.axes[0] === 'N' : q.at[0]?.startsWith('N'))).map((q) => q.name),
    ),
    ranks: new Map([
      ...everything.map((q): [string, number] => [q.name, 'axes' in q ? q.axes.length : q.at.length]),
      ['__whole', derivation.form === 'whole' ? 1 : 0],
    ]),
  };
  const told = derivation.claims.map((c) => toldBy(c, author, ofMistakes, speaker));
  const wrong = (only.mistaken ?? ofMistakes.chance(0.5)) ? mistaken(derivation, told, author, ofMistakes) : null;
  const marked = write({ derivation, claims: wrong?.claims ?? told, speaker });
  return {
    seed,
    derivation: derivation.name,
    author,
    ...unmarked(marked, wrong?.kind ?? null),
    syntax: author.syntax === 'unicode' ? 'plain' : author.syntax,
  };
}

/** Habits that a derivation gives no occasion for are the plain ones. */
function fitting(author: Author, d: Derivation): Author {
  return d.form === 'whole' ? author : { ...author, convention: 'columns', bold: 'italic' };
}

function toldBy(c: Asserted, author: Author, random: Random, s: Speaker): Told {
  const last = c.chain.at(-1) as Maths;
  const isText = author.syntax === 'plain' || author.syntax === 'unicode';
  const forms = [last, ...(c.forms ?? [])].filter((f) => f.k !== 'cases' || (author.delta === 'cases' && !isText));
  const final = forms.find((f) => f.k === 'cases') ?? random.pick(forms);
  const steps = author.chain === 'form-only' ? [] : c.chain.slice(0, -1);
  return { says: c.says, head: c.head, members: [...steps, final].map((m) => inConvention(m, s)), wrong: null };
}

/** One member of one claim made wrong, with a mistake that can be made there. */
function mistaken(
  d: Derivation,
  told: readonly Told[],
  author: Author,
  random: Random,
): { claims: Told[]; kind: string } | null {
  const worlds = [1, 2].map((n) => World.random(d.inputs, d.defined, author.convention === 'rows', randomFrom(n)));
  for (const kind of random.shuffled(Object.keys(slips)))
    for (const claim of random.shuffled(told.map((_, n) => n)))
      for (const member of random.shuffled((told[claim] as Told).members.map((_, n) => n))) {
        const right = (told[claim] as Told).members[member] as Maths;
        const wrong = withMistake(kind, right, random).find(
          (m) => isOf(d, m) && worlds.every((w) => !agree(right, m, w)),
        );
        if (wrong === undefined) continue;
        const claims = told.map((t, n) =>
          n !== claim ? t : { ...t, members: t.members.map((m, k) => (k === member ? wrong : m)), wrong: member },
        );
        return { claims, kind };
      }
  return null;
}

/** Whether every quantity of an expression is one of the derivation's. */
const isOf = (d: Derivation, m: Maths): boolean =>
  places(m).every(
    ({ at }) => !('name' in at) || at.k === 'call' || [...d.inputs, ...d.defined].some((q) => q.name === at.name),
  );

/** The text without its marks, and where they stood. */
function unmarked(marked: string, kind: string | null): Pick<Simulated, 'text' | 'members' | 'mistake'> {
  const found = [...marked.matchAll(marks)].map((m): { sign: string; place: Place } => {
    const before = marked.slice(0, m.index).replace(marks, '').split('\n');
    return { sign: m[0], place: { line: before.length, column: lastOf(before).length + 1 } };
  });
  const placeOf = (sign: string): Place | null => found.find((f) => f.sign === sign)?.place ?? null;
  const at = placeOf(mark.wrong);
  return {
    text: marked.replace(marks, ''),
    members: found.map((f) => f.place),
    mistake: kind === null || at === null ? null : { kind, at, next: placeOf(mark.next) },
  };
}
