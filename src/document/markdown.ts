// Lines and blocks of Markdown, LaTeX and plain text: fences, indented blocks, headings, lists, bare lines of formulas.
// Not here: delimiters inside a line (`inline.ts`), the look of formulas (`looks.ts`).
// Invariant: every formula piece holds at least one character that is not white space.
import { must } from '../term/must.ts';
import type { Form, Piece, Syntax } from './pieces.ts';
import { findSpans, type MathSpan } from './inline.ts';
import {
  formulaLanguages,
  formulasInSentence,
  isOverlongEquation,
  isProgram,
  looksLikeEquation,
  looksLikeExpression,
} from './looks.ts';
import { join, lines, slice, trim, type Mapped } from './mapped.ts';

/** The pieces of a text. */
export function markdownPieces(m: Mapped, syntax: Syntax | 'notebook'): Piece[] {
  const masked = { ...m, text: maskLinks(syntax === 'latex' ? m.text : maskQuotes(maskFrontMatter(m.text))) };
  const unread: Piece[] = [];
  const pieces = fencedRegions(masked).flatMap((r) =>
    r.fence === null ? textPieces(r.text, unread) : blockPieces(r.text, r.fence),
  );
  const all = [...mergeAcrossRelations(pieces).map(demoteBareNames), ...unread];
  return syntax === 'latex' || syntax === 'plain' ? all : all.map(markCode);
}

const blank = (s: string): string => s.replace(/[^\n]/g, ' ');
const maskFrontMatter = (text: string): string => text.replace(/^---\n[\s\S]*?\n---(?=\n)/, blank);
const maskQuotes = (text: string): string => text.replace(/^ {0,3}(?:> ?)+/gm, blank);
const maskLinks = (text: string): string =>
  text
    .replace(/\]\((?:https?:|www\.|[./#])[^)\s]*[^)]*\)/g, (s) => `]${blank(s.slice(1))}`)
    .replace(/https?:\/\/[^\s)>\]"']+/g, blank);

interface Region {
  readonly text: Mapped;
  readonly fence: string | null;
}

function fencedRegions(m: Mapped): Region[] {
  const regions: Region[] = [];
  const fence = /^[ \t]*(```+|~~~+)[ \t]*([^\s`]*)[^\n`]*$/gm;
  let last = 0;
  for (let open = fence.exec(m.text); open !== null; open = fence.exec(m.text)) {
    const bodyStart = open.index + open[0].length + 1;
    const close = new RegExp(`^[ \\t]*${must(open[1])[0]}{${must(open[1]).length},}[ \\t]*$`, 'm').exec(
      m.text.slice(bodyStart),
    );
    if (close === null) break;
    regions.push(
      { text: slice(m, last, open.index), fence: null },
      {
        text: slice(m, bodyStart, bodyStart + close.index),
        fence: must(open[2]).toLowerCase().replace(/[{}.]/g, ''),
      },
    );
    last = bodyStart + close.index + close[0].length;
    fence.lastIndex = last;
  }
  regions.push({ text: slice(m, last), fence: null });
  return regions;
}

/**
 * Inline code, fenced and indented blocks are code in Markdown, even where they hold formulas; ```math is a display.
 */
const markCode = (p: Piece): Piece =>
  p.kind === 'formula' && (p.form === 'code' || p.form === 'block') ? { ...p, code: true } : p;

/** A fenced block: formulas when its language says so and its lines do not look like a program. */
function blockPieces(m: Mapped, language: string): Piece[] {
  if (!formulaLanguages.has(language) || m.text.trim() === '') return [];
  if (language === 'math' || (/\\[a-z]{2,}/.test(m.text) && !/[∂Σ∑]/.test(m.text)))
    return [{ kind: 'formula', text: m, form: 'math', display: true, code: language !== 'math' }];
  const all = m.text.split('\n');
  if (isProgram(all)) return [];
  return [{ kind: 'formula', text: m, form: 'block', display: true }];
}

function textPieces(m: Mapped, unread: Piece[]): Piece[] {
  const pieces: Piece[] = [];
  const note = (at: number, why: string): number => unread.push({ kind: 'unread', text: slice(m, at, at), why });
  let last = 0;
  for (const span of findSpans(m.text, note)) {
    if (span.start < last) continue;
    for (const p of prosePieces(slice(m, last, span.start), m.text, last, unread)) pieces.push(p);
    pieces.push(...spanPieces(m, span));
    last = span.end;
  }
  for (const p of prosePieces(slice(m, last), m.text, last, unread)) pieces.push(p);
  return pieces;
}

function spanPieces(m: Mapped, span: MathSpan): Piece[] {
  const inside = slice(m, span.from, span.to);
  switch (span.kind) {
    case 'comment':
      return [];
    case 'tag':
      return /^<\/?(?:p|br|div|li|ul|ol|tr|td|hr|table)\b/i.test(m.text.slice(span.start, span.end))
        ? [{ kind: 'paragraph' }]
        : [];
    case 'directive':
      return [{ kind: 'directive', text: inside }];
    case 'code':
    case 'bold':
      return looksLikeExpression(inside.text) || looksLikeEquation(inside.text)
        ? [{ kind: 'formula', text: inside, form: span.kind, display: false }]
        : [{ kind: 'prose', text: inside }];
    case 'inline':
    case 'display':
      return inside.text.trim() === ''
        ? []
        : [{ kind: 'formula', text: inside, form: 'math', display: span.kind === 'display' }];
  }
}

const headingStart = /^(#{1,6})\s|^\\(chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?\{/;
const latexLevels: ReadonlyMap<string, number> = new Map([
  ['chapter', 1],
  ['section', 1],
  ['subsection', 2],
  ['subsubsection', 3],
  ['paragraph', 4],
  ['subparagraph', 5],
]);

interface Line {
  readonly text: Mapped;
  readonly whole: boolean;
  readonly starts: boolean;
  readonly ends: boolean;
}

/** Prose between spans: its lines know whether they begin and end a line of the file. */
function linesOf(m: Mapped, full: string, at: number): Line[] {
  const all = lines(m);
  return all.map((text, n) => {
    const starts = n > 0 || at === 0 || full[at - 1] === '\n';
    const ends = n < all.length - 1 || at + m.text.length >= full.length || full[at + m.text.length] === '\n';
    return { text, starts, ends, whole: starts && ends };
  });
}

function prosePieces(m: Mapped, full: string, at: number, unread: Piece[]): Piece[] {
  const out: Piece[] = [];
  const all = linesOf(m, full, at);
  for (let n = 0; n < all.length; n++) {
    const line = must(all[n]);
    const block = indentedBlock(all, n);
    if (block > n) {
      const body = (all.slice(n, block) as Line[]).map((l) => l.text);
      if (!isProgram(body.map((l) => l.text)))
        out.push({ kind: 'formula', text: joinLines(body), form: 'block', display: true });
      n = block - 1;
    } else out.push(...linePieces(line));
    if (line.whole && isOverlongEquation(line.text.text))
      unread.push({
        kind: 'unread',
        text: slice(line.text, 0, 0),
        why: 'limit: a line that is too long for a formula',
      });
    if (line.ends && n < all.length - 1 && must(all[n + 1]).text.text.trim() === '') out.push({ kind: 'paragraph' });
  }
  return out;
}

function joinLines(parts: readonly Mapped[]): Mapped {
  return join(
    parts.flatMap((p, n) =>
      n === 0 ? [p] : [{ text: '\n', origins: p.origins.slice(0, 1) as Int32Array }, p].map(withEnd),
    ),
  );
}
const withEnd = (m: Mapped): Mapped =>
  m.origins.length > m.text.length ? m : { text: m.text, origins: Int32Array.from([...m.origins, m.origins[0] ?? 0]) };

const isIndented = (l: Line): boolean => l.whole && /^(?: {4}|\t)/.test(l.text.text) && l.text.text.trim() !== '';

/** Where an indented block of formula lines that begins at line `n` ends; `n` when none begins there. */
function indentedBlock(all: readonly Line[], n: number): number {
  const before = all[n - 1];
  if (
    !isIndented(must(all[n])) ||
    (before !== undefined && before.text.text.trim() !== '' && !/[:,]\s*$/.test(before.text.text))
  )
    return n;
  let end = n;
  while (
    end < all.length &&
    (isIndented(must(all[end])) ||
      (must(all[end]).text.text.trim() === '' && end + 1 < all.length && isIndented(must(all[end + 1]))))
  )
    end++;
  const body = all
    .slice(n, end)
    .map((l) => l.text.text)
    .filter((l) => l.trim() !== '');
  const formulas = body.filter(
    (l) => looksLikeEquation(l.replace(/\s{2,}[([].*[)\]]\s*$/, '')) || (/[_^(=]/.test(l) && looksLikeExpression(l)),
  );
  return formulas.length * 2 > body.length || isProgram(body) ? end : n;
}

function linePieces(line: Line): Piece[] {
  const text = line.text.text;
  if (text.trim() === '') return text === '' ? [] : [{ kind: 'prose', text: line.text }];
  const heading = line.starts ? headingStart.exec(text) : null;
  if (heading !== null) {
    const level = heading[1]?.length ?? latexLevels.get(heading[2] ?? '') ?? 2;
    const rest = slice(line.text, heading[0].length);
    const out: Piece[] = [{ kind: 'heading', level, text: rest }, ...sentencePieces(rest)];
    return line.ends ? [...out, { kind: 'endheading' }] : out;
  }
  const out: Piece[] = [];
  if (line.starts && /^\s*(?:[-*+•]|\d{1,2}[.)]|\\item)\s/.test(text)) out.push({ kind: 'item' });
  const marker = line.starts ? (/^\s*(?:[-*+•]|\\item)\s+|^\s*\d{1,2}[.)]\s+/.exec(text)?.[0].length ?? 0) : 0;
  const body = slice(line.text, marker);
  const label = /^\s*[A-Z][A-Za-z ]{2,30}:\s+/.exec(body.text)?.[0].length ?? 0;
  if (line.whole && isContinuation(text)) out.push({ kind: 'formula', text: line.text, form: 'bare', display: true });
  else if (
    line.whole &&
    !isConditionLine(body.text) &&
    looksLikeEquation(slice(body, label).text) &&
    !/^\s*\|/.test(text)
  ) {
    if (label > 0) out.push({ kind: 'prose', text: slice(body, 0, label) });
    out.push({ kind: 'formula', text: slice(body, label), form: 'bare', display: true });
  } else out.push(...sentencePieces(body));
  if (line.ends) out.push({ kind: 'prose', text: slice(line.text, text.length) });
  return out;
}

/** `   = S_i * (delta_ij - S_j)`: a chain of plain text that goes on. */
const isContinuation = (text: string): boolean =>
  /^\s*=(?![=>])/.test(text) && looksLikeExpression(text.replace(/^\s*=\s*/, '')) && !/^\s*={2,}\s*$/.test(text);

const isConditionLine = (text: string): boolean =>
  /^\s*(?:if|when|for|case(?: \w+)?:?)\s+[a-z]'?\s*(?:=|==|!=|≠|<>)\s*[a-z]'?\s*[:,.]?\s*$/i.test(text);

function sentencePieces(m: Mapped): Piece[] {
  if (/^\s*\|/.test(m.text)) return [{ kind: 'prose', text: m }];
  const out: Piece[] = [];
  let last = 0;
  for (const f of formulasInSentence(m.text)) {
    out.push(
      { kind: 'prose', text: slice(m, last, f.start) },
      { kind: 'formula', text: slice(m, f.start, f.end), form: 'bare', display: false },
    );
    last = f.end;
  }
  out.push({ kind: 'prose', text: slice(m, last) });
  return out.filter((p) => p.kind !== 'prose' || p.text.text !== '');
}

/** `**dL/dV** = $…$`: two formulas with nothing but a relation between them are one. */
function mergeAcrossRelations(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const between = out.at(-1);
    const left = out.at(-2);
    const joins =
      piece.kind === 'formula' &&
      !piece.display &&
      between?.kind === 'prose' &&
      left?.kind === 'formula' &&
      !left.display &&
      /^[ \t]*(?::?=|≡)[ \t]*$/.test(between.text.text);
    if (!joins) {
      out.push(piece);
      continue;
    }
    const form: Form = piece.form === 'math' || left.form === 'math' ? 'math' : piece.form;
    out.splice(-2, 2, { kind: 'formula', text: join([left.text, between.text, piece.text]), form, display: false });
  }
  return out;
}

/** A name in bold is emphasis, not a formula. */
function demoteBareNames(piece: Piece): Piece {
  if (piece.kind !== 'formula' || piece.form !== 'bold' || looksLikeEquation(piece.text.text)) return piece;
  return { kind: 'prose', text: trim(piece.text) };
}
