// Splits a formula into rows and each row into the members of a chain of relations, with the reasons that stand beside them.
// Not here: what the members mean (`meaning/`), which links are claims (`../lint/judge.ts`).
// Invariant: nothing inside brackets, braces, subscripts, cases or matrices is ever split.
import { lastOf, must } from '../term/must.ts';
import { continuedLines, isBalanced, withoutSpans } from './continued.ts';
import { type Link, links } from './links.ts';
import { groupEnd } from './macros.ts';
import { slice, trim, type Mapped } from './mapped.ts';

export interface Member {
  /** null for the first member of a row that does not begin with a relation. */
  readonly link: Link | null;
  readonly text: Mapped;
}
export interface Row {
  readonly members: readonly Member[];
  /** Remarks of the row: text cells, trailing conditions, `\text{…}`. */
  readonly reasons: readonly Mapped[];
  /** The whole row as it stands. */
  readonly text: Mapped;
}

type Mark =
  | {
      readonly kind: 'newline' | 'cell' | 'quad' | 'comma' | 'text' | 'implies';
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'relation'; readonly link: Link; readonly start: number; readonly end: number };

const implications: ReadonlySet<string> = new Set([
  '\\implies',
  '\\Rightarrow',
  '\\iff',
  '\\Leftrightarrow',
  '\\therefore',
  '\\because',
  '⇒',
  '⇔',
  '∴',
  '∵',
  '\\Longrightarrow',
  '\\Longleftrightarrow',
  '\\leadsto',
  '\\Leftarrow',
]);
/** Environments that only arrange rows; cases and matrices keep theirs. */
const rowEnvironments =
  /^\\(?:begin|end)\{(?:align|aligned|alignat|alignedat|flalign|gather|gathered|equation|eqnarray|multline|displaymath|math|split|dmath|IEEEeqnarray|subequations|large|small|center)\*?\}(?:\{\d+\}|\[[tbc]\])?/;
const keptEnvironment = /^\\begin\{([A-Za-z]+\*?)\}/;

/** Commands that stand around a whole formula or carry nothing: blanked before splitting. */
function blankDecoration(m: Mapped): Mapped {
  let text = m.text
    .replace(/&amp;/g, '&    ')
    .replace(/&lt;/g, '<   ')
    .replace(/&gt;/g, '>   ')
    .replace(/&nbsp;/g, '      ');
  const wipe = (from: number, to: number): void => {
    text = text.slice(0, from) + ' '.repeat(to - from) + text.slice(to);
  };
  for (const found of text.matchAll(
    /\\(?:label|tag\*?|nonumber|notag|eqref|ref|cite|color|hspace\*?|vspace\*?)\s*(\{)?/g,
  ))
    wipe(
      found.index,
      found[1] === undefined ? found.index + found[0].length : groupEnd(text, found.index + found[0].length - 1),
    );
  for (let round = 0; round < 6; round++) {
    const box =
      /\\(?:boxed|fbox|color\{[a-z]+\}|textcolor\{[a-z]+\}|mathcolor\{[a-z]+\}|underline|displaystyle|bbox(?:\[[^\]]*\])?|colorbox\{[a-z]+\}|ensuremath)\s*(?=\{)/.exec(
        text,
      );
    if (box === null) break;
    const open = box.index + box[0].length;
    const close = groupEnd(text, open);
    wipe(box.index, open + 1);
    if (text[close - 1] === '}') wipe(close - 1, close);
  }
  text = text.replace(/\\color\{[a-z]+\}/g, (s) => ' '.repeat(s.length));
  return { ...m, text };
}

/** `{…}` that wraps the whole formula. */
function unwrapBraces(m: Mapped): Mapped {
  const t = trim(m);
  return t.text.startsWith('{') && groupEnd(t.text, 0) === t.text.length && t.text.length > 1
    ? unwrapBraces(slice(t, 1, t.text.length - 1))
    : t;
}

/** `stray`: a bracket was closed that was never opened; what follows is not taken apart at commas. */
interface Cursor {
  at: number;
  braces: number;
  brackets: number;
  kept: number;
  stray: boolean;
}

/** The marks at the top level of a formula, from left to right. */
function* topMarks(text: string): Generator<Mark> {
  const c: Cursor = { at: 0, braces: 0, brackets: 0, kept: 0, stray: false };
  while (c.at < text.length) {
    const start = c.at;
    const token = tokenAt(text, start);
    c.at = start + token.length;
    if (token.startsWith('\\begin')) {
      c.kept += keptEnvironment.test(token) && !rowEnvironments.test(token) ? 1 : 0;
      continue;
    }
    if (token.startsWith('\\end')) {
      c.kept = Math.max(0, c.kept - (rowEnvironments.test(token) ? 0 : 1));
      continue;
    }
    if (c.kept > 0) continue;
    if (token === '{') {
      c.braces++;
      continue;
    }
    if (token === '}') {
      c.braces = Math.max(0, c.braces - 1);
      continue;
    }
    if (c.braces > 0) continue;
    if (token === '\\\\' || token === '\\newline' || token === '\\cr') {
      c.brackets = 0;
      c.stray = false;
      const space = /^\s*\[\s*-?[\d.]*\s*(?:ex|em|pt|mm|cm|px)\]/.exec(text.slice(c.at));
      c.at += space?.[0].length ?? 0;
      yield { kind: 'newline', start, end: c.at };
      continue;
    }
    if (/^(?:[([⟨]|\\\{|\\lbrace|\\lbrack|\\langle)$/.test(token)) {
      c.brackets++;
      continue;
    }
    if (/^(?:[)\]⟩]|\\\}|\\rbrace|\\rbrack|\\rangle)$/.test(token)) {
      if (c.brackets === 0) c.stray = true;
      c.brackets = Math.max(0, c.brackets - 1);
      continue;
    }
    const mark = markFor(text, token, start, c);
    if (mark !== null) yield mark;
  }
}

function tokenAt(text: string, at: number): string {
  const rest = text.slice(at, at + 80);
  return (
    /^(?:\\(?:begin|end)\{[A-Za-z]+\*?\}|\\[A-Za-z]+\*?|\\[\s\S]|:=|=:|==|!=|<=|>=|[\s\S])/.exec(rest)?.[0] ??
    must(text[at])
  );
}

function markFor(text: string, token: string, start: number, c: Cursor): Mark | null {
  if (token === '&' && text[c.at] === '&' && c.brackets === 0) {
    c.at += 1;
    return { kind: 'quad', start, end: c.at };
  }
  if (token === '&') return { kind: 'cell', start, end: c.at };
  if (token === '\\stackrel' || token === '\\overset' || token === '\\underset') return stacked(text, start, c);
  if (/^\\(?:text|mbox|textrm|textit|intertext|shortintertext|textbf|hbox)$/.test(token)) {
    const open = text.indexOf('{', c.at);
    const end = open < 0 ? text.length : groupEnd(text, open);
    c.at = end;
    return c.brackets === 0 ? { kind: 'text', start, end } : null;
  }
  if (c.brackets > 0) return null;
  if (token === '\\quad' || token === '\\qquad') return { kind: 'quad', start, end: c.at };
  if ((token === ',' || token === ';') && !c.stray) return { kind: 'comma', start, end: c.at };
  if (implications.has(token)) return { kind: 'implies', start, end: c.at };
  const link = links.get(token);
  return link === undefined ? null : { kind: 'relation', link, start, end: c.at };
}

/** `\stackrel{reason}{=}` is the relation in its second argument. */
function stacked(text: string, start: number, c: Cursor): Mark | null {
  const first = text.indexOf('{', c.at);
  const second = first < 0 ? -1 : text.indexOf('{', groupEnd(text, first));
  if (second < 0) return null;
  const end = groupEnd(text, second);
  const link = links.get(text.slice(second + 1, end - 1).trim());
  if (link === undefined) return null;
  c.at = end;
  return c.brackets === 0 ? { kind: 'relation', link, start, end } : null;
}

/** The rows of a formula in LaTeX (or of one plain line). */
export function formulaRows(formula: Mapped): Row[] {
  const m = unwrapBraces(blankDecoration(formula));
  const plain = blankRowEnvironments(m.text);
  const all = [...topMarks(plain)];
  const dropped = new Set(continuedLines(plain, all));
  const marks = all.filter((k) => !dropped.has(k));
  const blanked = { ...m, text: withoutSpans(plain, dropped) };
  const rows: Row[] = [];
  let start = 0;
  let own: Mark[] = [];
  for (const mark of [...marks, { kind: 'newline', start: blanked.text.length, end: blanked.text.length } as Mark]) {
    if (mark.kind !== 'newline') {
      own.push(mark);
      continue;
    }
    for (const r of splitRow(blanked, start, mark.start, own)) rows.push(r);
    start = mark.end;
    own = [];
  }
  return rows.filter((r) => r.members.length > 0 || r.reasons.length > 0);
}

function blankRowEnvironments(text: string): string {
  return text.replace(/\\(?:begin|end)\{[A-Za-z]+\*?\}(?:\{\d+\}|\[[tbc]\])?/g, (s) =>
    rowEnvironments.test(s) ? ' '.repeat(s.length) : s,
  );
}

interface Segment {
  readonly start: number;
  readonly end: number;
  readonly marks: readonly Mark[];
  readonly opened: Mark['kind'] | null;
}

function segmentsOf(from: number, to: number, marks: readonly Mark[]): Segment[] {
  const out: Segment[] = [];
  let start = from;
  let own: Mark[] = [];
  let opened: Mark['kind'] | null = null;
  for (const mark of marks) {
    if (mark.kind === 'relation' || mark.kind === 'text' || mark.kind === 'cell') {
      own.push(mark);
      continue;
    }
    out.push({ start, end: mark.start, marks: own, opened });
    start = mark.end;
    own = [];
    opened = mark.kind;
  }
  out.push({ start, end: to, marks: own, opened });
  return out;
}

/** `\text{where}` before an equation begins a new one; a remark ends the equation, relations in it are part of the remark. */
function connected(text: string, marks: readonly Mark[]): Mark[] {
  const out: Mark[] = [];
  let remark = false;
  for (const mark of marks) {
    if (mark.kind === 'text' && !remark) {
      const words = text.slice(mark.start, mark.end);
      if (isConnective(words) && marks.some((m) => isRelation(m) && m.start > mark.end)) {
        out.push({ ...mark, kind: 'implies' });
        continue;
      }
      remark = isRemark(words) && followsContent(text, marks, mark.start);
    }
    if (!remark || mark.kind === 'text') out.push(mark);
  }
  return out;
}
/** Something stands between the last relation and the remark. */
function followsContent(text: string, marks: readonly Mark[], at: number): boolean {
  const before = marks.filter((m) => m.start < at && isRelation(m)).at(-1);
  return before !== undefined && text.slice(before.end, at).replace(/&|\\[a-z]*dots|\s/g, '') !== '';
}
const isConnective = (words: string): boolean =>
  /\{[\s,;(]*(?:where|with|and|so|so that|thus|hence|therefore|then|i\.e\.|or|which gives|we have|we get|but)[\s,:]*\}/.test(
    words,
  );

const isRelation = (m: Mark): m is Extract<Mark, { kind: 'relation' }> => m.kind === 'relation';
const equational = (s: Segment): boolean => s.marks.some((m) => isRelation(m) && (m.link === '=' || m.link === ':='));

/** One display line: chains, and beside them conditions, domains and remarks. */
function splitRow(m: Mapped, from: number, to: number, marks: readonly Mark[]): Row[] {
  const text = m.text;
  const rows: { segments: Segment[]; reasons: Mapped[] }[] = [];
  const balanced = isBalanced(text.slice(from, to));
  for (const segment of segmentsOf(from, to, connected(text, marks))) {
    const body = text.slice(segment.start, segment.end).replace(/&/g, ' ').trim();
    if (body === '') continue;
    const current = rows.at(-1);
    if (current !== undefined && segment.opened === 'comma' && !balanced) {
      current.segments.push(segment);
      continue;
    }
    if (current === undefined || segment.opened === 'implies') {
      rows.push({ segments: [segment], reasons: [] });
      continue;
    }
    if (equational(segment) && !isIndexRemark(text, segment)) {
      rows.push({ segments: [segment], reasons: [] });
      continue;
    }
    if (segment.opened === 'quad' && !startsRemark(text, segment) && !isIndexRemark(text, segment)) {
      current.segments.push(segment);
      continue;
    }
    if (segment.opened === 'comma' && isListTail(text, current.segments, segment)) {
      current.segments.push(segment);
      continue;
    }
    current.reasons.push(trim(slice(m, segment.start, segment.end)));
  }
  return rows.map((r) => rowOf(m, r.segments, r.reasons));
}

/** `i = j`, `i \neq k`, `i = 1, …, n`: says when, is no equation of its own. */
function isIndexRemark(text: string, s: Segment): boolean {
  const body = text
    .slice(s.start, s.end)
    .replace(/\\text\s*\{[^}]*\}|\\[,;:! ]|[()&]/g, ' ')
    .trim();
  return (
    s.opened !== 'implies' &&
    (/^[a-z]'?\s*(?:=|\\neq?|\\ne|!=|≠)\s*(?:[a-z]'?|\d+|\\overline\s*\{\s*\d.*\})\s*[.,]?$/.test(body) ||
      /^(?:for|if|when|where|otherwise|since|as)\b/.test(body))
  );
}
const startsRemark = (text: string, s: Segment): boolean => {
  const body = text.slice(s.start, s.end).replace(/&/g, ' ').trimStart();
  // An equation's number at the end of its line.
  if (/^\(\s*(?:\d+(?:\.\d+)*[a-z]?|\*+|[ivx]+)\s*\)\s*[.,]?$/.test(body)) return true;
  return (
    /^(?:\\text|\\mbox|\\textrm|\\textit|\\forall|\\cdots\s*\\text|\\ldots\s*\\text|\\mathrm\s*\{(?:if|for|when|where|otherwise)|\(\s*(?:\\text|[a-z]\s*(?:=|\\ne))|\[\s*\\text)/.test(
      body,
    ) || s.marks.some((m) => isRelation(m) && (m.link === '∈' || m.link === '≠'))
  );
};
/** A comma inside an unfinished list (`f(x), g(x)` without relation) belongs to the expression before. */
const isListTail = (text: string, before: readonly Segment[], s: Segment): boolean =>
  !before.some(equational) &&
  s.marks.every((m) => m.kind !== 'relation') &&
  /^[^a-z]*[-+]/.test(text.slice(s.start, s.end).trim());

function rowOf(m: Mapped, segments: readonly Segment[], reasons: Mapped[]): Row {
  const first = must(segments[0]);
  const last = lastOf(segments);
  const members: Member[] = [];
  const found: Mapped[] = [...reasons];
  let start = first.start;
  let link: Link | null = null;
  const push = (end: number): void => {
    const text = memberText(m, start, end, segments, found);
    if (text.text !== '' || link !== null) members.push({ link, text });
  };
  for (const mark of segments.flatMap((s) => s.marks).filter(isRelation)) {
    push(mark.start);
    start = mark.end;
    link = mark.link;
  }
  push(last.end);
  // `a =` at the end of a display: what follows stands elsewhere.
  if (members.length > 1 && lastOf(members).text.text === '') members.pop();
  return { members, reasons: found, text: trim(slice(m, first.start, last.end)) };
}

/** The text of one member: alignment marks become blanks, remarks at its end move to the reasons. */
function memberText(m: Mapped, start: number, end: number, segments: readonly Segment[], reasons: Mapped[]): Mapped {
  let to = end;
  if (m.text.slice(start, end).trim().startsWith('\\text')) return trim(slice(m, start, end));
  for (const mark of segments.flatMap((s) => s.marks)) {
    if (mark.kind !== 'text' || mark.start < start || mark.end > end) continue;
    if (/[A-Za-z0-9)\]}]/.test(m.text.slice(mark.end, end).replace(/&|\\[a-z]+dots|\\text\s*\{[^}]*\}/g, ''))) {
      if (!isRemark(m.text.slice(mark.start, mark.end))) continue;
    }
    if (!isRemark(m.text.slice(mark.start, mark.end))) continue;
    const before = m.text.slice(start, mark.start);
    const cells = before.lastIndexOf('&&');
    const dots =
      cells >= 0 && before.slice(0, cells).trim() !== ''
        ? before.length - cells
        : (/(?:\\[cl]?dots|[&\s([,])*$/.exec(before)?.[0].length ?? 0);
    reasons.push(trim(slice(m, mark.start - dots, end)));
    to = mark.start - dots;
    break;
  }
  const text = slice(m, start, to);
  const cells = new Set(
    segments
      .flatMap((s) => s.marks)
      .filter((k) => k.kind === 'cell')
      .map((k) => k.start - start),
  );
  return withoutStops(
    trim({
      text:
        [...text.text].length === text.text.length
          ? [...text.text].map((c, n) => (cells.has(n) ? ' ' : c)).join('')
          : text.text.replace(/&/g, ' '),
      origins: text.origins,
    }),
  );
}

/** `\text{softmax}` is a name; `\text{since } j = k` is a remark. */
function isRemark(command: string): boolean {
  const inside = /\{([\s\S]*)\}/.exec(command)?.[1] ?? '';
  return (
    !/^\s*[A-Za-z_-]+\s*$/.test(inside) ||
    /^\s*(?:if|for|when|where|otherwise|since|because|as|and|or|with)\s*$/i.test(inside) ||
    /\s$/.test(inside.replace(/^(?:softmax|sigmoid|log|exp)\s+$/, ''))
  );
}

/** Without the full stop or comma that ends a sentence, thin spaces and a stray end-of-proof box. */
function withoutStops(m: Mapped): Mapped {
  const tail =
    /(?:[\s.,;:。，；：、]|\\[,;:! ]|\\(?:quad|qquad|blacksquare|square|qed|hfill)\b)+$/.exec(m.text)?.[0] ?? '';
  const dots = /\.{2,}\s*$/.test(m.text) ? 0 : tail.length;
  return trim(slice(m, 0, m.text.length - (tail.endsWith('\\') ? 0 : dots)));
}
