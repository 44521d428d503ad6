// Finds mathematics by its delimiters: `$`, `$$`, `\(`, `\[`, doubled backslashes, environments, script elements, code and bold spans.
// Not here: lines and blocks (`markdown.ts`), the inside of formulas.
// Invariant: spans do not overlap and stand in order; a delimiter without its partner is prose.
import { looksLikeDollarMath } from './looks.ts';

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

/** All spans of a text, from left to right. */
export function findSpans(text: string): MathSpan[] {
  const spans: MathSpan[] = [];
  opener.lastIndex = 0;
  for (let found = opener.exec(text); found !== null; found = opener.exec(text)) {
    const span = spanAt(text, found.index, found[0]);
    if (span === null) {
      opener.lastIndex = found.index + skipLength(found[0]);
      continue;
    }
    spans.push(span);
    opener.lastIndex = Math.max(span.end, found.index + 1);
  }
  return spans;
}

const skipLength = (open: string): number =>
  open.startsWith('\\\\')
    ? 2
    : open.startsWith('\\begin') || open.startsWith('<') || open.startsWith('`')
      ? open.length
      : open === '\\$' || open === '$$'
        ? 2
        : 1;

function closed(kind: SpanKind, text: string, start: number, open: string, close: string): MathSpan | null {
  const to = text.indexOf(close, start + open.length);
  return to < 0 ? null : { kind, start, end: to + close.length, from: start + open.length, to };
}

function spanAt(text: string, start: number, open: string): MathSpan | null {
  if (open === '\\$') return null;
  if (open.startsWith('%'))
    return { kind: 'directive', start, end: start + open.length, from: start, to: start + open.length };
  if (open === '<!--') return comment(text, start);
  if (open.startsWith('<script'))
    return closed(/mode=display/.test(open) ? 'display' : 'inline', text, start, open, '</script>');
  if (open.startsWith('<'))
    return { kind: 'tag', start, end: start + open.length, from: start, to: start + open.length };
  if (open.startsWith('`')) return closed('code', text, start, open, open);
  if (open === '**' || open === '__') return bold(text, start, open);
  if (open === '$$') return doubleDollar(text, start);
  if (open === '$') return dollar(text, start);
  if (open.startsWith('\\begin')) return environment(text, start, open);
  return bracket(text, start, open);
}

function comment(text: string, start: number): MathSpan | null {
  const span = closed('comment', text, start, '<!--', '-->');
  return span !== null && /^\s*whygrad:/.test(text.slice(span.from, span.to)) ? { ...span, kind: 'directive' } : span;
}

function bold(text: string, start: number, open: string): MathSpan | null {
  const span = closed('bold', text, start, open, open);
  if (span === null) return null;
  const inside = text.slice(span.from, span.to);
  return inside.includes('\n') ||
    inside.trim() === '' ||
    inside.includes('$') ||
    (open === '__' && /\w/.test(text[start - 1] ?? ' '))
    ? null
    : span;
}

function doubleDollar(text: string, start: number): MathSpan | null {
  const span = closed('display', text, start, '$$', '$$');
  if (span === null || /\n#{1,6} /.test(text.slice(span.from, span.to)) || span.to - span.from > 40000) return null;
  return span.to === span.from ? null : span;
}

function dollar(text: string, start: number): MathSpan | null {
  for (let to = start + 1; to < text.length && to < start + 8000; to++) {
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

function environment(text: string, start: number, open: string): MathSpan | null {
  const close = open.replace('\\begin', '\\end');
  const to = text.indexOf(close, start);
  return to < 0 ? null : { kind: 'display', start, end: to + close.length, from: start, to: to + close.length };
}

function bracket(text: string, start: number, open: string): MathSpan | null {
  const slashes = open.slice(0, -1);
  const display = open.endsWith('[');
  const close = slashes + (display ? ']' : ')');
  let to = text.indexOf(close, start + open.length);
  while (to > 0 && slashes.length === 1 && text[to - 1] === '\\' && text[to - 2] !== '\\')
    to = text.indexOf(close, to + 1);
  if (to < 0 || to - start > 40000) return null;
  const inside = text.slice(start + open.length, to);
  if (/\n#{1,6} /.test(inside) || (/\n\s*\n/.test(inside) && !display)) return null;
  if (slashes.length === 1 && !/[\\_^=+<>|]|^\s*[A-Za-z0-9]\s*$/.test(inside) && /[a-z]{3,}/.test(inside)) return null;
  return { kind: display ? 'display' : 'inline', start, end: to + close.length, from: start + open.length, to };
}
