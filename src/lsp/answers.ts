// What an editor is told of a judged document: diagnostics, hovers, code actions, hints.
// Not here: the connection (`serve.ts`), judging.
// Invariant: a range lies in the text that was judged; positions are the protocol's, from 0 and in UTF-16 units.
import {
  CodeActionKind,
  DiagnosticSeverity,
  InlayHintKind,
  MarkupKind,
  type CodeAction,
  type Diagnostic,
  type Hover,
  type InlayHint,
  type Range,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Claim, explain, type FixEdit, type Span } from '../index.ts';

/** A document as it was judged. */
export interface Judged {
  readonly document: TextDocument;
  readonly claims: readonly Claim[];
  readonly fixes: readonly FixEdit[];
}

export const rangeOf = (document: TextDocument, { start, end }: Span): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});

const overlaps = (a: Range, b: Range): boolean =>
  (a.start.line < b.end.line || (a.start.line === b.end.line && a.start.character <= b.end.character)) &&
  (b.start.line < a.end.line || (b.start.line === a.end.line && b.start.character <= a.end.character));

/** Slips, and unclear claims as hints where they are asked for. */
export const diagnosticsOf = ({ document, claims }: Judged, unclear: boolean): Diagnostic[] =>
  claims
    .filter((c) => c.verdict === 'slip' || (unclear && c.verdict === 'unclear'))
    .map((c) => ({
      range: rangeOf(document, c.part ?? c.span),
      severity: c.verdict === 'slip' ? DiagnosticSeverity.Error : DiagnosticSeverity.Hint,
      source: 'whygrad',
      code: c.mistake ?? c.verdict,
      message: c.fix === null ? c.message : `${c.message}\nshould be: ${c.fix}`,
    }));

/** The claim at a place: verdict, certainty, why, a counterexample as a table. */
export function hoverAt({ document, claims }: Judged, offset: number): Hover | null {
  const claim = claims.find((c) => c.span.start <= offset && offset <= c.span.end);
  if (claim === undefined) return null;
  return {
    range: rangeOf(document, claim.span),
    contents: { kind: MarkupKind.Markdown, value: hoverText(claim) },
  };
}

function hoverText({ verdict, certainty, message, fix, mistake, counterexample }: Claim): string {
  const parts = [`**${verdict}**${certainty === null ? '' : `, ${certainty}`}`, message];
  if (fix !== null) parts.push(`should be: $${fix}$`);
  if (counterexample !== null) {
    const { sizes, values, left, right } = counterexample;
    const rows = Object.entries({ ...sizes, ...values, 'left side': left, 'right side': right });
    parts.push(
      ['| for example | |', '|---|---|', ...rows.map(([k, v]) => `| ${k} | ${JSON.stringify(v)} |`)].join('\n'),
    );
  }
  if (mistake !== null) parts.push(`_${explain(mistake).why}_`);
  return parts.filter((p) => p !== '').join('\n\n');
}

/** Fixes of the slips in a range, and a way to leave a line alone. */
export function actionsIn({ document, claims, fixes }: Judged, range: Range): CodeAction[] {
  const { uri } = document;
  const inRange = (span: Span): boolean => overlaps(rangeOf(document, span), range);
  return fixes.flatMap(({ claim, span, text }): CodeAction[] => {
    const c = claims[claim];
    if (c === undefined || !(inRange(c.span) || inRange(span))) return [];
    return [
      {
        title: `Write ${text.trim()}`,
        kind: CodeActionKind.QuickFix,
        isPreferred: true,
        edit: { changes: { [uri]: [{ range: rangeOf(document, span), newText: text }] } },
      },
    ];
  });
}

/** ✓ or ≈ behind what holds. */
export const hintsIn = ({ document, claims }: Judged, range: Range): InlayHint[] =>
  claims
    .filter((c) => c.verdict === 'holds' && overlaps(rangeOf(document, c.span), range))
    .map((c) => ({
      position: document.positionAt(c.span.end),
      label: c.certainty === 'proved' ? '✓' : '≈',
      kind: InlayHintKind.Type,
      paddingLeft: true,
      tooltip: `${c.verdict}, ${c.certainty}`,
    }));
