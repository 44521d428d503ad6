// What the doctor says, laid out: text on one screen, SARIF 2.1.0, annotations.
// Not here: what is said (`diagnosis.ts`).
// Invariant: every format shows the same findings; colours only where the caller paints.
import type { Diagnosis, Evidence } from './diagnosis.ts';

/** The layouts of a diagnosis. */
export type DoctorFormat = 'text' | 'json' | 'sarif' | 'github';
/** How a diagnosis is laid out. */
export interface DoctorLayout {
  readonly strict?: boolean;
  readonly paint?: (role: 'bad' | 'doubt' | 'good' | 'dim', text: string) => string;
}

const isFault = (d: Diagnosis, strict: boolean): boolean =>
  d.verdict === 'wrong' || d.verdict === 'unstable' || (strict && d.verdict === 'unclear');

/** The findings in a format. */
export function doctorReport(all: readonly Diagnosis[], format: DoctorFormat, options: DoctorLayout = {}): string {
  const shown = all.filter((d) => isFault(d, options.strict === true));
  switch (format) {
    case 'json':
      return JSON.stringify(all, null, 2);
    case 'text':
      return all.map((d) => asText(d, options)).join('\n\n');
    case 'sarif':
      return JSON.stringify(sarif(shown), null, 2);
    case 'github':
      return shown.map(annotation).join('\n');
  }
}

const WORD = { correct: 'right', wrong: 'wrong', unstable: 'unstable', unclear: 'unclear' } as const;

const headline = (d: Diagnosis): string => {
  if (d.mistake === null) return '';
  const more = d.mistakes.slice(1);
  return more.length === 0
    ? `${d.mistake.name} (${d.mistake.id})`
    : `${d.mistake.name} (${[d.mistake.id, ...more].join(' + ')})`;
};

/** A number as people read it, a list of them, a matrix a line a row. */
const shortly = (v: unknown): string => {
  if (typeof v === 'number') return String(Number(v.toPrecision(5)));
  if (!Array.isArray(v)) return String(v);
  return `[${v.map(shortly).join(', ')}]`;
};

/** One input with both numbers, where it fits on the screen. */
function shown(e: Evidence): (readonly [string, string])[] {
  const input = Object.entries(e.input)
    .filter(([k]) => k !== 'of')
    .map(([k, v]) => `${k} = ${shortly(v)}`)
    .join(', ');
  if (input.length > 400) return [];
  return [
    ['at', input],
    ['', `yours ${shortly(e.yours)}`],
    ['', `true  ${shortly(e.true)}`],
  ];
}

function asText(d: Diagnosis, options: DoctorLayout): string {
  const paint = options.paint ?? ((_, text) => text);
  const role = d.verdict === 'correct' ? 'good' : d.verdict === 'unclear' ? 'doubt' : 'bad';
  const place = d.file === '' ? '' : `${d.file}${d.line === null ? '' : `:${d.line}`}: `;
  const row = (name: string, text: string): string[] => (text === '' ? [] : [`  ${name.padEnd(9)} ${text}`]);
  const e = d.evidence[0];
  return [
    `${place}${d.function}: ${paint(role, WORD[d.verdict])}${headline(d) === '' ? '' : `: ${headline(d)}`}`,
    ...row('read as', d.convention),
    ...row('yours', d.mistake?.formula ?? ''),
    ...row('right', isFault(d, false) ? (d.right ?? '') : ''),
    ...(e === undefined ? [] : shown(e).flatMap(([name, text]) => row(name, text))),
    ...row('why', d.mistake?.why ?? ''),
    ...row('fix', d.mistake?.fix ?? ''),
    ...row('line', d.edit === null ? '' : `${d.edit.line}: ${d.edit.before}`),
    ...row('tried', d.tried ?? ''),
    ...row('or', d.alternatives.map((a) => a.name).join('; ')),
    ...row('also', d.also.join(', ')),
    ...row('because', d.because ?? ''),
    ...(d.mistake === null ? [] : [paint('dim', `  whygrad explain ${d.mistake.id}`)]),
  ].join('\n');
}

const message = (d: Diagnosis): string => {
  const what = headline(d);
  const fix = d.mistake === null ? '' : ` ${d.mistake.why} Right: ${d.mistake.fix}`;
  return `${d.function} is ${WORD[d.verdict]}${what === '' ? (d.because === null ? '' : `: ${d.because}`) : `: ${what}.${fix}`}`;
};

const escaped = (s: string): string => s.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

const annotation = (d: Diagnosis): string =>
  `::${d.verdict === 'unclear' ? 'warning' : 'error'} file=${escaped(d.file).replace(/:/g, '%3A').replace(/,/g, '%2C')},line=${d.line ?? 1},title=${d.mistake?.id ?? d.verdict}::${escaped(message(d))}`;

const sarif = (shown: readonly Diagnosis[]): unknown => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'whygrad doctor',
          rules: [...new Set(shown.map((d) => d.mistake?.id ?? d.verdict))].map((id) => ({ id })),
        },
      },
      results: shown.map((d) => ({
        ruleId: d.mistake?.id ?? d.verdict,
        level: d.verdict === 'unclear' ? 'note' : 'error',
        message: { text: message(d) },
        locations: [{ physicalLocation: { artifactLocation: { uri: d.file }, region: { startLine: d.line ?? 1 } } }],
      })),
    },
  ],
});
