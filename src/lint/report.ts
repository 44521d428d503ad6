// Claims laid out: text with the line and a caret, SARIF 2.1.0, GitHub annotations.
// Not here: judging; JSON, which is the claims themselves.
// Invariant: every format shows the same claims; colours only where the caller paints.
import { speaksOfBudget } from './budget.ts';
import type { Claim } from './lint.ts';

export type LintFormat = 'text' | 'json' | 'sarif' | 'github';
export interface LintReportOptions {
  /** Whether unclear claims are shown. */
  readonly strict?: boolean;
  /** The texts by file name, for the line under a finding. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly paint?: (role: 'bad' | 'doubt' | 'dim', text: string) => string;
}

/** The claims in a format; the text form ends with a summary line. */
export function lintReport(claims: readonly Claim[], format: LintFormat, options: LintReportOptions = {}): string {
  const shown = claims.filter((c) => c.verdict === 'slip' || (options.strict === true && c.verdict === 'unclear'));
  switch (format) {
    case 'json':
      return JSON.stringify(claims, null, 2);
    case 'github':
      return [...shown.map(annotation), ...budgetNotes(claims).map((n) => `::notice title=budget::${escaped(n)}`)].join(
        '\n',
      );
    case 'sarif':
      return JSON.stringify(sarif(shown, claims), null, 2);
    case 'text':
      return [...shown.map((c) => finding(c, options)), summary(claims), ...budgetNotes(claims)].join('\n');
  }
}

/** What has to be said where claims were not judged, or not all of their repairs tried, for lack of work granted; null where all were. */
export function budgetNote(claims: readonly Claim[]): string | null {
  const spent = claims.filter((c) => speaksOfBudget(c.message));
  if (spent.length === 0) return null;
  const places = spent.slice(0, 5).map((c) => `${c.file}:${c.line}`);
  const more = spent.length > places.length ? ', …' : '';
  return `budget: ${counted(spent.length, 'claim takes', 'claims take')} more work than is granted (${places.join(', ')}${more}); --budget 10 grants ten times as much`;
}
const budgetNotes = (claims: readonly Claim[]): string[] => [budgetNote(claims) ?? []].flat();

function finding(c: Claim, { texts, paint = (_role, text) => text }: LintReportOptions): string {
  const lines = [
    `${c.file}:${c.line}:${c.column}: ${paint(c.verdict === 'slip' ? 'bad' : 'doubt', c.verdict)}: ${c.message}`,
  ];
  const line = texts?.get(c.file)?.split('\n')[c.line - 1];
  if (line !== undefined) {
    const from = Math.max(0, c.column - 41);
    lines.push(
      `    ${from > 0 ? '…' : ''}${line.slice(from, from + 100)}`,
      `    ${' '.repeat(c.column - 1 - from + (from > 0 ? 1 : 0))}${paint('bad', '^')}`,
    );
  }
  const x = c.counterexample;
  if (x !== null) {
    const values = Object.entries({ ...x.sizes, ...x.values })
      .map(
        ([name, value]) =>
          `${name} = ${JSON.stringify(value, (_k, v) => (typeof v === 'number' ? Number(v.toPrecision(4)) : v))}`,
      )
      .join(', ');
    lines.push(paint('dim', `    counterexample: ${values}: left ${short(x.left)}, right ${short(x.right)}`));
  }
  if (c.fix !== null) lines.push(`    should be: ${c.fix}`);
  if (c.mistake !== null) lines.push(paint('dim', `    whygrad explain ${c.mistake}`));
  return lines.join('\n');
}
const short = (n: number): string => (Number.isFinite(n) ? String(Number(n.toPrecision(6))) : String(n));

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

function summary(claims: readonly Claim[]): string {
  const count = (v: Claim['verdict']): number => claims.filter((c) => c.verdict === v).length;
  const proved = claims.filter((c) => c.verdict === 'holds' && c.certainty === 'proved').length;
  return [
    `${counted(claims.length, 'equality', 'equalities')}: ${counted(count('holds'), 'holds', 'hold')} (${proved} proved)`,
    counted(count('slip'), 'slip', 'slips'),
    counted(count('definition'), 'definition', 'definitions'),
    counted(count('assumption'), 'assumption', 'assumptions'),
    `${count('unclear')} unclear`,
  ].join(', ');
}

const escaped = (s: string): string => s.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
/** In a property `:` and `,` would end it. */
const property = (s: string): string => escaped(s).replaceAll(':', '%3A').replaceAll(',', '%2C');
const annotation = (c: Claim): string =>
  `::${c.verdict === 'slip' ? 'error' : 'warning'} file=${property(c.file)},line=${c.line},col=${c.column},title=${c.mistake ?? c.verdict}::${escaped(c.message)}`;

/** A path as a URI: `100% new/a b.md` is `100%25%20new/a%20b.md`; a whole path, on Windows, too, begins with `file:///`. */
function uriOf(file: string): string {
  const drive = /^[A-Za-z]:[\\/]/.test(file);
  const parts = (drive ? file.slice(2).replaceAll('\\', '/') : file).replace(/[\ud800-\udfff]/gu, '\ufffd').split('/');
  const path = parts.map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${drive ? `/${file.slice(0, 2)}` : ''}${path}` : path;
}

function sarif(claims: readonly Claim[], all: readonly Claim[]): unknown {
  const rules = [...new Set(claims.map((c) => c.mistake ?? c.verdict))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'whygrad', rules: rules.map((id) => ({ id })) } },
        // Columns are counted as JavaScript counts them.
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: budgetNotes(all).map((text) => ({ level: 'warning', message: { text } })),
          },
        ],
        results: claims.map((c) => ({
          ruleId: c.mistake ?? c.verdict,
          level: c.verdict === 'slip' ? 'error' : 'warning',
          message: { text: c.message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(c.file) },
                region: { startLine: c.line, startColumn: c.column },
              },
            },
          ],
        })),
      },
    ],
  };
}
