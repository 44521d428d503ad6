// Findings that are known and accepted: a list to compare later runs with.
// Not here: the file that the list is kept in.
// Invariant: moving a formula to another line does not make it new; changing it does.
import type { Claim } from './lint.ts';

/** A list of accepted findings, as it is kept in a file. */
export interface Baseline {
  readonly version: 1;
  readonly findings: readonly {
    readonly file: string;
    readonly formula: string;
    readonly verdict: string;
    readonly times: number;
  }[];
}

const keyOf = (c: { readonly file: string; readonly formula: string; readonly verdict: string }): string =>
  JSON.stringify([c.file, c.formula, c.verdict]);

/** All slips and unclear claims as a baseline. */
export function baselineOf(claims: readonly Claim[]): Baseline {
  const found = new Map<string, { file: string; formula: string; verdict: string; times: number }>();
  for (const c of claims) {
    if (c.verdict !== 'slip' && c.verdict !== 'unclear') continue;
    const entry = found.get(keyOf(c)) ?? { file: c.file, formula: c.formula, verdict: c.verdict, times: 0 };
    entry.times += 1;
    found.set(keyOf(c), entry);
  }
  return { version: 1, findings: [...found.values()] };
}

/**
 * The claims without the findings that the baseline accepts; a finding that occurs more often than there is new the
 * other times.
 */
export function sinceBaseline(claims: readonly Claim[], baseline: Baseline): Claim[] {
  const left = new Map(baseline.findings.map((f) => [keyOf(f), f.times]));
  return claims.filter((c) => {
    if (c.verdict !== 'slip' && c.verdict !== 'unclear') return true;
    const times = left.get(keyOf(c)) ?? 0;
    left.set(keyOf(c), times - 1);
    return times <= 0;
  });
}
