// What lint makes of simulated documents, counted.
// Not here: the documents (`simulator.ts`).
// Invariant: a `slip` that stands neither at the mistake nor at the member after it is a false alarm.
import { lint, type Claim } from '../../../src/lint/lint.ts';
import { habits, type HabitName } from './habits.ts';
import { simulate, type Place, type Simulated } from './simulator.ts';

/** What became of the wrong member. */
export type Fate = 'found' | 'approved' | 'filed' | 'open' | 'unread';

export interface Scored {
  readonly document: Simulated;
  readonly claims: readonly Claim[];
  readonly alarms: readonly Claim[];
  readonly fate: Fate | null;
}

const isAt = (c: Claim, p: Place | null): boolean =>
  p !== null && c.line === p.line && Math.abs(c.column - p.column) <= 2;

export function score(document: Simulated): Scored {
  const claims = lint(document.text, { syntax: document.syntax });
  const { mistake } = document;
  const mine = (c: Claim): boolean => mistake !== null && (isAt(c, mistake.at) || isAt(c, mistake.next));
  const alarms = claims.filter((c) => c.verdict === 'slip' && !mine(c));
  return {
    document,
    claims,
    alarms,
    fate:
      mistake === null
        ? null
        : fateOf(
            claims.filter(mine),
            claims.find((c) => isAt(c, mistake.at)),
          ),
  };
}

function fateOf(mine: readonly Claim[], own: Claim | undefined): Fate {
  if (mine.some((c) => c.verdict === 'slip')) return 'found';
  if (own === undefined) return 'unread';
  return own.verdict === 'holds' ? 'approved' : own.verdict === 'unclear' ? 'open' : 'filed';
}

/** What is wrong with what lint says: a true line is flagged, or a false one is approved, taken as given, or not read. */
export type Failure = 'alarm' | 'approved' | 'filed' | 'unread';

export function failureOf({ alarms, fate }: Scored): Failure | null {
  if (alarms.length > 0) return 'alarm';
  return fate === 'approved' || fate === 'filed' || fate === 'unread' ? fate : null;
}

/** The kind of a failure: the habits of which it keeps failing when all others are plain, with the derivation. */
export function kindOf(failed: Scored, fails: (s: Scored) => boolean): string {
  const { document: d } = failed;
  let author: Record<HabitName, string> = { ...d.author };
  const again = (a: Record<HabitName, string>): boolean =>
    fails(
      score(
        simulate(d.seed, { author: a as Simulated['author'], derivation: d.derivation, mistaken: d.mistake !== null }),
      ),
    );
  for (const name of Object.keys(habits) as HabitName[]) {
    const plain = { ...author, [name]: habits[name].options[0] };
    if (author[name] !== habits[name].options[0] && again(plain)) author = plain;
  }
  const odd = (Object.keys(habits) as HabitName[])
    .filter((h) => author[h] !== habits[h].options[0])
    .map((h) => `${h}: ${author[h]}`);
  return [d.derivation, ...odd].join(', ');
}

export interface Figures {
  readonly documents: number;
  readonly rows: number;
  readonly decided: number;
  readonly alarms: number;
  readonly mistakes: number;
  readonly found: number;
  /** Wrong members that lint says something definite of. */
  readonly judged: number;
  readonly approved: number;
  readonly filed: number;
  readonly unread: number;
}

export function figuresOf(scored: readonly Scored[]): Figures {
  const rows = scored.flatMap((s) => s.claims);
  const fates = scored.flatMap((s) => (s.fate === null ? [] : [s.fate]));
  const count = (f: Fate): number => fates.filter((x) => x === f).length;
  return {
    documents: scored.length,
    rows: rows.length,
    decided: rows.filter((c) => c.verdict !== 'unclear').length,
    alarms: scored.reduce((n, s) => n + s.alarms.length, 0),
    mistakes: fates.length,
    found: count('found'),
    judged: count('found') + count('approved') + count('filed'),
    approved: count('approved'),
    filed: count('filed'),
    unread: count('unread'),
  };
}
