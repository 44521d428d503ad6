// Claims laid out: text with the line and a caret, SARIF 2.1.0, GitHub annotations.
// Not here: judging; JSON, which is the claims themselves.
// Invariant: every format shows the same claims; colours only where the caller paints.
import { speaksOfBudget, speaksOfLimit } from './budget.ts';
import type { Claim, Unread } from './lint.ts';

/** The layouts of what lint found. */
export type LintFormat = 'text' | 'json' | 'sarif' | 'github';
/** How what lint found is laid out. */
export interface LintReportOptions {
  /** Formulas that were not read. */
  readonly unread?: readonly Unread[];
  /** Whether unclear claims, and the formulas that were not read, are shown one by one. */
  readonly strict?: boolean;
  /** The texts by file name, for the line under a finding. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly paint?: (role: 'bad' | 'doubt' | 'dim', text: string) => string;
}

/** The claims in a format; the text form ends with a summary line. */
export function lintReport(claims: readonly Claim[], format: LintFormat, options: LintReportOptions = {}): string {
  const strict = options.strict === true;
  const unread = options.unread ?? [];
  const shown = claims.filter((c) => c.verdict === 'slip' || (strict && c.verdict === 'unclear'));
  const notes = lintNotes(claims, unread);
  switch (format) {
    case 'json':
      return JSON.stringify(claims, null, 2);
    case 'github':
      return [
        ...shown.map(annotation),
        ...(strict ? unread.map((u) => annotation({ ...u, verdict: 'not read', mistake: null })) : []),
        ...notes.map((n) => `::notice title=lint::${escaped(n)}`),
      ].join('\n');
    case 'sarif':
      return JSON.stringify(sarif(shown, unread, notes), null, 2);
    case 'text':
      return [
        ...shown.map((c) => finding(c, options)),
        ...(strict ? unread.map((u) => place(u, 'not read', options)) : []),
        summary(claims),
        ...notes,
      ].join('\n');
  }
}

/**
 * What has to be said besides the claims: what was not read, and what was not judged because it is too large or takes
 * too much work.
 */
export function lintNotes(claims: readonly Claim[], unread: readonly Unread[] = []): string[] {
  const large = [...claims, ...unread].filter((c) => speaksOfLimit(c.message));
  const spent = claims.filter((c) => speaksOfBudget(c.message));
  const note = (all: readonly Unread[], text: string): string[] => (all.length === 0 ? [] : [text]);
  return [
    ...note(unread, `${counted(unread.length, 'formula', 'formulas')} not read (${places(unread)})`),
    ...note(
      large,
      `limit: ${counted(large.length, 'formula is', 'formulas are')} too large to be read (${places(large)})`,
    ),
    ...note(
      spent,
      `budget: ${counted(spent.length, 'claim takes', 'claims take')} more work than is granted (${places(spent)}); --budget 10 grants ten times as much`,
    ),
  ];
}

/** Whether not everything could be judged: something is too large, or takes more work than is granted. */
export const isIncomplete = (claims: readonly Claim[], unread: readonly Unread[] = []): boolean =>
  [...claims, ...unread].some((c) => speaksOfLimit(c.message) || speaksOfBudget(c.message));

/** The first few places of a list. */
const places = (all: readonly { readonly file: string; readonly line: number }[]): string =>
  all
    .slice(0, 5)
    .map((c) => `${c.file}:${c.line}`)
    .join(', ') + (all.length > 5 ? ', …' : '');

/** `file:line:column: what: message`, and the line with a caret where its text is known. */
function place(
  c: Pick<Claim, 'file' | 'line' | 'column' | 'message'>,
  what: string,
  { texts, paint = (_role, text) => text }: LintReportOptions,
): string {
  const lines = [`${c.file}:${c.line}:${c.column}: ${paint(what === 'slip' ? 'bad' : 'doubt', what)}: ${c.message}`];
  const line = texts?.get(c.file)?.split('\n')[c.line - 1];
  if (line !== undefined) {
    const from = Math.max(0, c.column - 41);
    lines.push(
      `    ${from > 0 ? '…' : ''}${line.slice(from, from + 100)}`,
      `    ${' '.repeat(c.column - 1 - from + (from > 0 ? 1 : 0))}${paint('bad', '^')}`,
    );
  }
  return lines.join('\n');
}

function finding(c: Claim, options: LintReportOptions): string {
  const { paint = (_role: string, text: string) => text } = options;
  const lines = [place(c, c.verdict, options)];
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
const annotation = (
  c: Pick<Claim, 'file' | 'line' | 'column' | 'message' | 'mistake'> & { readonly verdict: string },
): string =>
  `::${c.verdict === 'slip' ? 'error' : 'warning'} file=${property(c.file)},line=${c.line},col=${c.column},title=${c.mistake ?? c.verdict}::${escaped(c.message)}`;

/**
 * A path as a URI: `100% new/a b.md` is `100%25%20new/a%20b.md`; a whole path, on Windows, too, begins with `file:///`.
 */
function uriOf(file: string): string {
  const drive = /^[A-Za-z]:[\\/]/.test(file);
  const parts = (drive ? file.slice(2).replaceAll('\\', '/') : file).replace(/[\ud800-\udfff]/gu, '\ufffd').split('/');
  const path = parts.map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${drive ? `/${file.slice(0, 2)}` : ''}${path}` : path;
}

const locationOf = (c: Pick<Claim, 'file' | 'line' | 'column'>): unknown => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(c.file) },
    region: { startLine: c.line, startColumn: c.column },
  },
});

function sarif(claims: readonly Claim[], unread: readonly Unread[], notes: readonly string[]): unknown {
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
            toolExecutionNotifications: [
              ...notes.map((text) => ({ level: 'warning', message: { text } })),
              ...unread.map((u) => ({
                level: 'note',
                message: { text: `not read: ${u.message}` },
                locations: [locationOf(u)],
              })),
            ],
          },
        ],
        results: claims.map((c) => ({
          ruleId: c.mistake ?? c.verdict,
          level: c.verdict === 'slip' ? 'error' : 'warning',
          message: { text: c.message },
          locations: [locationOf(c)],
        })),
      },
    ],
  };
}
