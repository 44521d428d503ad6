// How a document was read: the rank of every quantity with the evidence for it, and what became of every statement.
// Not here: ranks (`meaning/solve.ts`), verdicts (`judge.ts`).
// Invariant: a pure function of the text; symbols stand in the order of the alphabet, statements in that of the text.
import type { Survey } from '../meaning/index.ts';
import { judgedDocument, type LintOptions } from './lint.ts';
import type { Verdict } from './judgement.ts';

/** One reason for a rank; `line` is null for what a directive says. */
export interface WhyEvidence {
  readonly line: number | null;
  readonly heuristic: string;
  readonly strength: 'stated' | 'shown' | 'usual';
  readonly says: string;
}

/** How a quantity was read. */
export interface WhySymbol {
  readonly name: string;
  /** Its number of axes, among them those that its indices name. */
  readonly rank: number;
  readonly indices: number;
  /** Line of its first definition. */
  readonly defined: number | null;
  /** `index`, `size`, `layer`, `unit`: what a letter counts. */
  readonly roles: readonly string[];
  readonly evidence: readonly WhyEvidence[];
  /** Evidence that stronger evidence contradicts. */
  readonly dropped: readonly WhyEvidence[];
}

/** What became of a statement. */
export interface WhyStatement {
  readonly line: number;
  readonly formula: string;
  readonly verdict: Verdict;
  readonly certainty: 'proved' | 'tested' | null;
  readonly message: string;
}

/** How a document was read: its quantities and its statements, in the order of their first lines. */
export interface Why {
  readonly symbols: readonly WhySymbol[];
  readonly statements: readonly WhyStatement[];
}

/** How a document was read, and why. */
export function lintWhy(text: string, options: LintOptions = {}): Why {
  const { survey, rows, places } = judgedDocument(text, options);
  return {
    symbols: whySymbols(survey, (offset) => places(offset).line),
    statements: rows
      .map((r) => r.claim())
      .map(({ line, formula, verdict, certainty, message }) => ({ line, formula, verdict, certainty, message })),
  };
}

/** The quantities of a document with the evidence for their ranks. */
export function whySymbols(survey: Survey, lineOf: (offset: number) => number): WhySymbol[] {
  const { ranks, registry, usage } = survey.model;
  const { solution } = ranks;
  const shown = (e: ReturnType<typeof solution.why>[number]): WhyEvidence => ({
    line: e.at === null ? null : lineOf(e.at),
    heuristic: e.heuristic,
    strength: e.strength,
    says: e.says,
  });
  const definedAt = (name: string): number | null => {
    const at = registry.sources().find((s) => s.id === name)?.at;
    const item = at === undefined ? undefined : survey.items[at];
    return item?.kind === 'statement' ? lineOf(item.sides[0]?.offset ?? 0) : null;
  };
  return [...solution.ids()].sort().map((name) => ({
    name,
    rank: ranks.rankOf(name),
    indices: solution.indices(name),
    defined: definedAt(name),
    roles: rolesOf(name, usage),
    evidence: solution.why(name).map(shown),
    dropped: solution.dropped.filter((d) => d.of === name).map((d) => shown(d.against)),
  }));
}

function rolesOf(name: string, usage: Survey['model']['usage']): string[] {
  const counts: readonly (readonly [string, ReadonlySet<string>])[] = [
    ['index', usage.bound],
    ['size', usage.sizes],
    ['layer', usage.layers],
    ['unit', usage.units],
  ];
  return counts.filter(([, names]) => names.has(name)).map(([role]) => role);
}

const rankName = (rank: number): string => ['number', 'vector', 'matrix'][rank] ?? `tensor with ${rank} axes`;
const because = (e: WhyEvidence): string =>
  `${e.says}${e.line === null ? '' : `, line ${e.line}`} (${e.heuristic}, ${e.strength})`;

/** One line for a quantity, one for each reason. */
export function whyLines({ name, rank, indices, defined, roles, evidence, dropped }: WhySymbol): string[] {
  const told = [
    ...roles,
    ...(indices > 0 ? [`carries ${indices === 1 ? 'an index' : `${indices} indices`}`] : []),
    ...(defined === null ? [] : [`defined in line ${defined}`]),
  ];
  return [
    `${name}: ${rankName(rank)}${told.length === 0 ? '' : `; ${told.join('; ')}`}`,
    ...evidence.map((e) => `    ${because(e)}`),
    ...dropped.map((e) => `    dropped: ${because(e)}`),
  ];
}

/** The same as text. */
export function whyText({ symbols, statements }: Why): string {
  const rows = statements.map((s) => {
    const verdict = s.certainty === null ? s.verdict : `${s.verdict} (${s.certainty})`;
    return `line ${s.line}: ${verdict}: ${s.formula}${s.message === '' ? '' : `\n    ${s.message}`}`;
  });
  return ['Quantities', ...symbols.flatMap(whyLines), '', 'Statements', ...rows].join('\n');
}
