// What a text tells about ranks, and the form of a heuristic that finds it.
// Not here: the heuristics (`notation.ts`, `neighbours.ts`), how facts are weighed (`../solve.ts`).
// Invariant: every fact carries the name of what found it; a heuristic sees one node and what is known so far.
import { type Surface, unwrap } from '../../language/surface.ts';
import { scripted } from '../../language/scripted.ts';
import { resolveScripts, type Usage } from '../usage.ts';

/**
 * `stated`: in words, by a set or a directive. `shown`: the formula is ill-formed otherwise. `usual`: a habit of the
 * field.
 */
export type Strength = 'stated' | 'shown' | 'usual';

/** Something told of the number of axes of a quantity; `least`: it has no fewer. */
export interface RankFact {
  readonly of: string;
  readonly is: 'rank' | 'least';
  readonly rank: number;
}

/** Why a fact is believed; `at`: where in the file it was seen, null where it stands nowhere. */
export interface Evidence {
  readonly heuristic: string;
  readonly strength: Strength;
  readonly at: number | null;
  readonly says: string;
}

/** What is known while facts are still being found. */
export interface Known {
  readonly usage: Usage;
  /** The rank that evidence gives so far; 0 where it gives none. */
  readonly rank: (id: string) => number;
  /** The most indices that the quantity carries anywhere. */
  readonly indices: (id: string) => number;
}

/** The nodes that a heuristic looks at. `name`: a name with its scripts; `relation`: an equation of the text. */
export type Place = 'name' | 'product' | 'sum' | 'apply' | 'bars' | 'raised' | 'relation';

/** A habit of writing that tells ranks: named, told to the reader, switched off by its name. */
export interface RankHeuristic {
  readonly name: string;
  readonly strength: 'shown' | 'usual';
  readonly on: Place;
  readonly says: string;
  /** A formula and a name whose rank this heuristic tells in it. */
  readonly example: { readonly text: string; readonly of: string; readonly rank: number };
  readonly find: (s: Surface, k: Known) => readonly RankFact[];
}

export const least = (of: string, rank: number): RankFact => ({ of, is: 'least', rank });
export const exactly = (of: string, rank: number): RankFact => ({ of, is: 'rank', rank });

/** Capitals that people use for numbers: losses, counts, temperatures. */
export const scalarCapitals: ReadonlySet<string> = new Set(['L', 'E', 'J', 'C', 'N', 'T', 'R', 'F', 'CE']);
const matrixCapital = /^(?:[A-Z]|Sigma|Lambda|Phi|Theta|Omega|Gamma|Delta|Psi|Pi)(?:_vec|[_^].*)?$/;
/** Whether a name is written like a matrix. */
export const isCapital = (id: string): boolean => matrixCapital.test(id);
/** The same, and unlike a number. */
export const isMatrixName = (id: string): boolean => isCapital(id) && !scalarCapitals.has(id);

/** The quantity that a name without indices and powers is. */
export function bareName(s: Surface, usage: Usage): string | null {
  const sc = scripted(unwrap(s));
  if (sc === null) return null;
  const r = resolveScripts(sc, usage);
  return r.indices.length === 0 && r.powers.length === 0 ? r.id : null;
}

/** The names without indices that are terms of a sum (`x - \mu`). */
export function bareNames(s: Surface, usage: Usage): string[] {
  const u = unwrap(s);
  const terms = u.kind === 'sum' ? u.terms.map((t) => t.value) : [u];
  return terms.flatMap((t) => bareName(t, usage) ?? []);
}
