// Formulas as statements: every display line, inline formula and plain line with its members read, in the order of the
// text.
// Not here: conditions and facts from the words around (`prose.ts`), meanings (`meaning/elaborate/`).
// Invariant: a member that cannot be read keeps its fault; nothing throws.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import { parseSurface } from '../language/parse.ts';
import type { Surface } from '../language/surface.ts';
import { recogniseSpelling } from '../language/tokens.ts';
import type { Extracted } from './extract.ts';
import type { Form, Piece } from './pieces.ts';
import { inserted, join, originOf, replaceAll, slice, type Mapped } from './mapped.ts';
import type { Property } from './properties.ts';
import { plainLines } from './plainlines.ts';
import type { Link } from './links.ts';
import { caseRows } from './case-rows.ts';
import { formulaRows, type Row } from './relations.ts';

export interface Side {
  readonly link: Link | null;
  readonly text: Mapped;
  /** Where the first token after the link stands in the file. */
  readonly offset: number;
  readonly surface: Surface | null;
  readonly fault: WhygradError | null;
}

export interface Statement {
  readonly kind: 'statement';
  readonly sides: readonly Side[];
  readonly reasons: readonly string[];
  readonly text: string;
  readonly form: Form;
  readonly display: boolean;
  /** It stands in what Markdown shows as code. */
  readonly code: boolean;
  /** The row begins with a relation: it goes on from something before it. */
  readonly continues: boolean;
  /** An earlier row of the same display stands before it. */
  readonly sameDisplay: boolean;
  /** It is no line of the document but a claim that is asked of it. */
  readonly asked?: true;
  /** Somebody says of it that it holds. */
  readonly asserted?: true;
  /** Somebody gives it: that its name has a property, or the order of its sides. */
  readonly states?: Property | 'order';
}

export type Item = Statement | Exclude<Piece, { kind: 'formula' }>;

/** The document as a stream of statements, prose and headings. */
export function statements(document: Extracted): Item[] {
  const words = typedWords(document.pieces);
  return document.pieces.flatMap((p): Item[] =>
    p.kind === 'formula' ? formulaStatements(p.form === 'math' ? withWords(p.text, words) : p.text, p) : [p],
  );
}

/** Words that authors of mathematics type as bare letters: `net_k`, `FL`. */
const commonWords = new Set([
  'net',
  'out',
  'target',
  'pred',
  'loss',
  'cost',
  'error',
  'err',
  'input',
  'output',
  'score',
  'scores',
  'sim',
  'act',
  'logit',
  'logits',
  'bias',
  'weight',
  'prob',
  'cov',
  'var',
  'std',
  'avg',
  'pos',
  'neg',
  'query',
  'key',
  'value',
  'gate',
  'cell',
  'hidden',
  'true',
  'acc',
  'grad',
  'dist',
  'swish',
  'gelu',
  'silu',
  'mish',
  'sigmoid',
  'mean',
  'const',
]);
const letterRun = /(?<![\\A-Za-z])(?:[a-z]{3,10}|[A-Z]{2,4})(?![A-Za-z])/g;
const notMath =
  /\\(?:text|mathrm|operatorname\*?|mbox|textrm|begin|end|label|tag|ref|eqref|color|mathbf|mathcal|mathbb|textbf|textit)\s*\{[^}]*\}/g;

function typedWords(pieces: Extracted['pieces']): Set<string> {
  const counts = new Map<string, number>();
  const singles = new Set<string>();
  for (const p of pieces) {
    if (p.kind !== 'formula' || p.form !== 'math') continue;
    const text = p.text.text.replace(notMath, (s) => ' '.repeat(s.length));
    for (const found of text.matchAll(letterRun)) counts.set(found[0], (counts.get(found[0]) ?? 0) + 1);
    for (const found of text.matchAll(/(?<![\\A-Za-z])([A-Z])(?![A-Za-z])/g)) singles.add(must(found[1]));
  }
  return new Set(
    [...counts]
      .filter(([w, n]) => commonWords.has(w) || (/^[A-Z]+$/.test(w) && n > 1 && ![...w].every((c) => singles.has(c))))
      .map(([w]) => w),
  );
}

/** Words set upright, so that they are read as one name. */
function withWords(m: Mapped, words: ReadonlySet<string>): Mapped {
  if (words.size === 0 || !/\\[a-zA-Z]|[_^]/.test(m.text)) return m;
  const hidden = m.text.replace(notMath, (s) => '\\'.repeat(s.length));
  const parts: Mapped[] = [];
  let last = 0;
  for (const found of hidden.matchAll(letterRun)) {
    if (!words.has(found[0])) continue;
    const at = originOf(m, found.index);
    parts.push(
      slice(m, last, found.index),
      inserted('\\mathrm{', at),
      slice(m, found.index, found.index + found[0].length),
      inserted('}', at),
    );
    last = found.index + found[0].length;
  }
  return parts.length === 0 ? m : join([...parts, slice(m, last)]);
}

/** The statements of one formula that stands by itself. */
export const statementsOf = (text: Mapped, form: Form): Item[] => formulaStatements(text, { form, display: false });

/** The statements of what somebody types beside a document, in any spelling. */
export function typedStatements(text: Mapped, display: boolean): Statement[] {
  const latex = recogniseSpelling(text.text) === 'latex';
  const how: RowForm = { more: [], form: latex ? 'math' : 'block', display, code: false, latex };
  const rows = formulaRows(latex ? text : plainMatrices(text)).filter((r) => r.members.length > 0);
  return rows.map((row) => statement(row, how, false));
}

type Formula = Pick<Extract<Piece, { kind: 'formula' }>, 'form' | 'display' | 'code'>;

function formulaStatements(text: Mapped, { form, display, code = false }: Formula): Item[] {
  const latex = form === 'math' || /\\[a-zA-Z]{2,}/.test(text.text);
  const out: Item[] = [];
  const add = (rows: readonly Row[], how: RowForm): void => {
    for (const row of rows.flatMap(caseRows))
      out.push(
        ...rowItems(
          row,
          how,
          out.some((x) => x.kind === 'statement'),
        ),
      );
  };
  if (latex) {
    add(formulaRows(text), { more: [], form, display, code, latex: true });
    return out;
  }
  for (const line of plainLines(text)) {
    if (line.kind === 'condition') {
      for (const row of formulaRows(line.text)) {
        out.push({ kind: 'prose', text: inserted(' if ', originOf(line.text)) });
        out.push(...rowItems(row, { more: [], form, display: false, code, latex: false }, false));
        out.push({ kind: 'prose', text: inserted(': ', originOf(line.text)) });
      }
      continue;
    }
    if (line.kind !== 'formula') {
      out.push({ kind: 'prose', text: line.text });
      continue;
    }
    const more = line.remark === '' ? [] : [line.remark];
    add(formulaRows(plainMatrices(line.text)), { more, form, display, code, latex: false });
  }
  return out;
}

interface RowForm {
  /** Remarks beside those of the row itself. */
  readonly more: readonly string[];
  readonly form: Form;
  readonly display: boolean;
  readonly code: boolean;
  readonly latex: boolean;
}

/** A row is a statement; one that holds words alone (`&\text{then:} \\`) is prose between the statements. */
const rowItems = (row: Row, how: RowForm, sameDisplay: boolean): Item[] =>
  row.members.length > 0
    ? [statement(row, how, sameDisplay)]
    : row.reasons.map((r) => ({ kind: 'prose', text: wordsIn(r) }));

/** What stands inside `\text{…}`; a remark without such a command is left as it is. */
function wordsIn(remark: Mapped): Mapped {
  const found = /\\(?:text[a-z]*|mbox|hbox|intertext|shortintertext)\s*\{([^{}]*)\}/.exec(remark.text);
  const inside = found === null ? '' : must(found[1]);
  if (found === null || inside.trim() === '') return remark;
  const start = found.index + found[0].length - 1 - inside.length;
  return slice(remark, start, start + inside.length);
}

function statement(row: Row, { more, form, display, code, latex }: RowForm, sameDisplay: boolean): Statement {
  return {
    kind: 'statement',
    form,
    display,
    code,
    sameDisplay,
    text: row.text.text,
    reasons: [...row.reasons.map((r) => r.text), ...more],
    sides: row.members.map((m) => side(m.link, m.text, latex)),
    continues: row.members[0] !== undefined && row.members[0].link !== null,
  };
}

function side(link: Link | null, raw: Mapped, latex: boolean): Side {
  const text = tidied(raw);
  const base = { link, text, offset: originOf(text, text.text.length - text.text.trimStart().length) };
  const remark = /\\text\s*\{([^}]*)\}/.exec(text.text)?.[1] ?? '';
  if (/[a-z]{3,}[ (]+[a-z]*[a-z(]/i.test(remark.trim()) && /^\s*\\text/.test(text.text))
    return { ...base, surface: null, fault: new WhygradError('words', 'these are words, not a formula') };
  if (/^\s*(?:\\text\s*\{[^}]*\}\s*)+$/.test(text.text) && !/^\s*\\text\s*\{\s*[A-Za-z]+\s*\}\s*$/.test(text.text))
    return { ...base, surface: null, fault: new WhygradError('words', 'these are words, not a formula') };
  const { surface, faults } = parseSurface(text.text, latex ? { spelling: 'latex' } : {});
  const fault = faults[0] ?? null;
  return { ...base, surface: fault === null ? surface : null, fault };
}

/**
 * Spellings that authors use and the grammar does not: `x*` for a minimiser, `\_` from Markdown, `\over` without
 * braces.
 */
function tidied(m: Mapped): Mapped {
  let text = replaceAll(m, /\\([_*])/g, (f) => must(f[1]));
  text = replaceAll(text, /(?<=[A-Za-z0-9}])\*(?=\s*(?:$|[)=,]))/g, '_star');
  text = replaceAll(text, /\\bigodot/g, '\\odot');
  // D(q ‖ p): two arguments.
  text = replaceAll(text, /(?<=\([^()|]{1,20})(?:\\\|{1,2}|\\parallel|\|\|)(?=[^()|]{1,20}\))/g, ',');
  return text;
}

/** `[3 -1; -1 2]`: entries of a typed matrix are divided by blanks; they get commas. */
function plainMatrices(line: Mapped): Mapped {
  const parts: Mapped[] = [];
  let last = 0;
  for (const found of line.text.matchAll(/\[([^[\]]*)\]/g)) {
    const inside = must(found[1]);
    if (!isTypedMatrix(inside)) continue;
    const start = found.index + 1;
    parts.push(slice(line, last, start), withCommas(slice(line, start, start + inside.length)));
    last = start + inside.length;
  }
  return parts.length === 0 ? line : join([...parts, slice(line, last)]);
}

const isTypedMatrix = (inside: string): boolean =>
  inside.includes(';') ||
  (!inside.includes(',') &&
    inside.trim().split(/\s+/).length > 1 &&
    inside
      .trim()
      .split(/\s+/)
      .every((w) => /^-?(?:\d+(?:\.\d+)?|[A-Za-z]\w*[₀-₉ᵢⱼₖ]*|[\d.]*[A-Za-z][₀-₉]+)$/.test(w)));

function withCommas(m: Mapped): Mapped {
  return replaceAll(m, /(?<=[^\s;,+*/=(-])[ \t]+(?=[-+]?[^\s;,+*/=)])(?![-+][ \t])/g, (f) => {
    const next = must(m.text[must(f.index) + f[0].length]);
    const after = m.text[must(f.index) + f[0].length + 1] ?? '';
    return /[-+]/.test(next) && /\s/.test(after) ? f[0] : inserted(', ', originOf(m, f.index));
  });
}
