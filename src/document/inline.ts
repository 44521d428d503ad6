// Finds mathematics by its delimiters: `$`, `$$`, `\(`, `\[`, doubled backslashes, environments, script elements, code
// and bold spans.
// Not here: lines and blocks (`markdown.ts`), the inside of formulas.
// Invariant: spans do not overlap and stand in order; a delimiter without its partner is prose.
import { isWordless, looksLikeDollarMath } from './looks.ts';

export type SpanKind = 'inline' | 'display' | 'code' | 'bold' | 'comment' | 'tag' | 'directive';
/** `start`..`end` with delimiters, `from`..`to` without. */
export interface MathSpan {
  readonly kind: SpanKind;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

const environments =
  'align|aligned|alignat|flalign|gather|gathered|equation|eqnarray|multline|displaymath|math|split|array|cases|dmath|IEEEeqnarray|subequations';
const opener = new RegExp(
  [
    '\\\\\\$',
    '\\$\\$',
    '\\$',
    '\\\\{1,2}\\[',
    '\\\\{1,2}\\(',
    `\\\\begin\\{(?:${environments})\\*?\\}`,
    '<script[^>]*math/tex[^>]*>',
    '<!--',
    '`+',
    '\\*\\*',
    '__',
    '</?[a-zA-Z][^<>\\n]*>',
    '%+[ \\t]*whygrad:[^\\n]*',
  ].join('|'),
  'g',
);

/** A display of more characters is no formula that a person wrote; one between single dollars is on one page. */
const longest = { display: 40_000, inline: 8_000 };

/** Told where mathematics begins that is not read, and why. */
export type Note = (at: number, why: string) => void;

/** Where a text occurs at or after an offset; what once was not found further on is not looked for again. */
type Find = (wanted: string, from: number) => number;
function finder(text: string): Find {
  const missingFrom = new Map<string, number>();
  return (wanted, from) => {
    if (from >= (missingFrom.get(wanted) ?? Infinity)) return -1;
    const at = text.indexOf(wanted, from);
    if (at < 0) missingFrom.set(wanted, Math.min(from, missingFrom.get(wanted) ?? Infinity));
    return at;
  };
}

/** All spans of a text, from left to right. */
export function findSpans(text: string, note: Note = () => undefined): MathSpan[] {
  const spans: MathSpan[] = [];
  const find = finder(text);
  opener.lastIndex = 0;
  for (let found = opener.exec(text); found !== null; found = opener.exec(text)) {
    const span = spanAt(text, found.index, found[0], find);
    if (span === null) {
      const unread = unreadAt(text, found.index, found[0], find);
      if (unread !== null) note(found.index, unread.why);
      if (unread?.end === undefined) opener.lastIndex = found.index + skipLength(found[0]);
      else {
        // Left out as a whole, like a comment.
        spans.push({ kind: 'comment', start: found.index, end: unread.end, from: found.index, to: found.index });
        opener.lastIndex = unread.end;
      }
      continue;
    }
    spans.push(span);
    opener.lastIndex = Math.max(span.end, found.index + 1);
  }
  return spans;
}

/**
 * Why a delimiter that certainly opens mathematics opens none, and where a formula that is too long ends; null for one
 * that may as well be a price or a bracket.
 */
function unreadAt(text: string, start: number, open: string, find: Find): { why: string; end?: number } | null {
  const from = start + open.length;
  if (open.startsWith('\\begin')) return { why: `${open} is never closed` };
  if (!/^(?:\$\$?|\\{1,2}[[(])$/.test(open)) return null;
  const close = open.replace('[', ']').replace('(', ')');
  const to = find(close, from);
  if (to === from) return null;
  if (to < 0) return open === '$$' ? { why: 'a display that is never closed' } : null;
  const most = open === '$' ? longest.inline : longest.display;
  if (to - from > most) {
    const inside = text.slice(from, to);
    if (/\n[ \t\r]*\n/.test(inside))
      return open === '$$' ? { why: 'a display that is not closed before a blank line' } : null;
    if (open === '$' && !isWordless(inside.slice(0, 1000))) return null;
    const why = `limit: a formula of ${count(to - from)} characters; at most ${count(most)} are read`;
    return { why, end: to + close.length };
  }
  return open === '$$' && /\n#{1,6} /.test(text.slice(start, to))
    ? { why: 'a display that is not closed before the next heading' }
    : null;
}
const count = (n: number): string => n.toLocaleString('en-US');

const skipLength = (open: string): number =>
  open.startsWith('\\\\')
    ? 2
    : open.startsWith('\\begin') || open.startsWith('<') || open.startsWith('`')
      ? open.length
      : open === '\\$' || open === '$$'
        ? 2
        : 1;

function closed(kind: SpanKind, find: Find, start: number, open: string, close: string): MathSpan | null {
  const to = find(close, start + open.length);
  return to < 0 ? null : { kind, start, end: to + close.length, from: start + open.length, to };
}

function spanAt(text: string, start: number, open: string, find: Find): MathSpan | null {
  if (open === '\\$') return null;
  if (open.startsWith('%'))
    return { kind: 'directive', start, end: start + open.length, from: start, to: start + open.length };
  if (open === '<!--') return comment(text, start, find);
  if (open.startsWith('<script'))
    return closed(/mode=display/.test(open) ? 'display' : 'inline', find, start, open, '</script>');
  if (open.startsWith('<'))
    return { kind: 'tag', start, end: start + open.length, from: start, to: start + open.length };
  if (open.startsWith('`')) return closed('code', find, start, open, open);
  if (open === '**' || open === '__') return bold(text, start, open, find);
  if (open === '$$') return doubleDollar(text, start, find);
  if (open === '$') return dollar(text, start);
  if (open.startsWith('\\begin')) return environment(start, open, find);
  return bracket(text, start, open, find);
}

function comment(text: string, start: number, find: Find): MathSpan | null {
  const span = closed('comment', find, start, '<!--', '-->');
  return span !== null && /^\s*whygrad:/.test(text.slice(span.from, span.to)) ? { ...span, kind: 'directive' } : span;
}

function bold(text: string, start: number, open: string, find: Find): MathSpan | null {
  const span = closed('bold', find, start, open, open);
  if (span === null) return null;
  const inside = text.slice(span.from, span.to);
  return inside.includes('\n') ||
    inside.trim() === '' ||
    inside.includes('$') ||
    (open === '__' && /\w/.test(text[start - 1] ?? ' '))
    ? null
    : span;
}

function doubleDollar(text: string, start: number, find: Find): MathSpan | null {
  const span = closed('display', find, start, '$$', '$$');
  if (span === null || /\n#{1,6} /.test(text.slice(span.from, span.to)) || span.to - span.from > longest.display)
    return null;
  return span.to === span.from ? null : span;
}

function dollar(text: string, start: number): MathSpan | null {
  for (let to = start + 1; to < text.length && to < start + longest.inline; to++) {
    const c = text[to];
    if (c === '\\') {
      to++;
      continue;
    }
    if (c !== '$') continue;
    const inside = text.slice(start + 1, to);
    if (!looksLikeDollarMath(inside)) return null;
    const latex = /^latex\s/.exec(inside)?.[0].length ?? 0;
    const ticks = /^`[^`]*`$/.test(inside) ? 1 : 0;
    return {
      kind: /\\begin\{(?:align|gather|eqnarray)|\\\\/.test(inside) ? 'display' : 'inline',
      start,
      end: to + 1,
      from: start + 1 + latex + ticks,
      to: to - ticks,
    };
  }
  return null;
}

function environment(start: number, open: string, find: Find): MathSpan | null {
  const close = open.replace('\\begin', '\\end');
  const to = find(close, start);
  return to < 0 ? null : { kind: 'display', start, end: to + close.length, from: start, to: to + close.length };
}

function bracket(text: string, start: number, open: string, find: Find): MathSpan | null {
  const slashes = open.slice(0, -1);
  const display = open.endsWith('[');
  const close = slashes + (display ? ']' : ')');
  let to = find(close, start + open.length);
  while (to > 0 && slashes.length === 1 && text[to - 1] === '\\' && text[to - 2] !== '\\') to = find(close, to + 1);
  if (to < 0 || to - start > longest.display) return null;
  const inside = text.slice(start + open.length, to);
  if (/\n#{1,6} /.test(inside) || (/\n\s*\n/.test(inside) && !display)) return null;
  if (slashes.length === 1 && !/[\\_^=+<>|]|^\s*[A-Za-z0-9]\s*$/.test(inside) && /[a-z]{3,}/.test(inside)) return null;
  return { kind: display ? 'display' : 'inline', start, end: to + close.length, from: start + open.length, to };
}
