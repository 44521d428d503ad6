// One run of the printer: the spelling, the letters in scope, and indices as text.
// Not here: nodes (`node.ts`).
// Invariant: frames and scope are as they were before, when a binder has been printed.
import { must } from '../must.ts';
import type { Marked } from './marks.ts';
import { piece } from './piece.ts';
import type { Taken } from './scope.ts';
import type { IndexText, Style } from './style.ts';
import { asAffine, type Index, type IndexVariable } from '../term.ts';

/** A bound letter in scope, and whether it was printed where it tells its set (at an axis of a tensor). */
export interface Frame {
  readonly letter: string;
  told: boolean;
}

/** One run of the printer. */
export interface Printer {
  readonly style: Style;
  readonly spelling: 'plain' | 'unicode' | 'latex' | 'mathml' | 'speech';
  readonly taken: Taken;
  readonly frames: Frame[];
  readonly scope: Set<string>;
  /** Whether the indices being printed tell their sets. */
  telling: boolean;
  /** The nodes whose places are asked for. */
  readonly marked?: Marked;
}

function variableText(v: IndexVariable, p: Printer): string {
  if (v.kind === 'free') return p.style.name(v.name).text;
  if (v.kind === 'end') return setText(v.set, p);
  if (v.kind === 'data') {
    const name = p.style.name(v.name).text;
    return v.indices.length === 0 ? name : p.style.indexed(name, tellingIndices(v.indices, p));
  }
  const frame = p.frames[p.frames.length - 1 - v.depth];
  if (frame === undefined) return `#${v.depth - p.frames.length}`;
  frame.told ||= p.telling;
  return p.style.name(frame.letter).text;
}

/** A size symbol, or `size(x,1)`. */
export function setText(set: string, p: Printer): string {
  const of = /^size\((.+),\s*(\d+)\)$/.exec(set);
  if (of === null) return set === '' ? p.style.word('size') : p.style.name(set).text;
  const inside = p.style.name(must(of[1])).text + p.style.sign(',') + p.style.digits(must(of[2]));
  return p.style.word('size') + p.style.bracketed(piece(inside)).text;
}

export function indexText(index: Index, p: Printer): IndexText {
  if (index.kind === 'at') return { text: p.style.digits(`${index.position}`), simple: false };
  if (index.kind !== 'affine') {
    const text = variableText(index, p);
    return { text, simple: p.style.isLetter(text) };
  }
  const { terms, plus } = asAffine(index);
  const parts = [...terms]
    .sort((a, b) => Number(b.times > 0) - Number(a.times > 0))
    .map((t) => {
      const size = Math.abs(t.times);
      return [
        t.times < 0 ? '-' : '+',
        (size === 1 ? '' : p.style.digits(`${size}`) + (p.spelling === 'plain' ? '*' : '')) +
          variableText(t.variable, p),
      ] as const;
    });
  if (plus !== 0) parts.push([plus < 0 ? '-' : '+', p.style.digits(`${Math.abs(plus)}`)]);
  return {
    text: parts.map(([sign, text], n) => (n === 0 && sign === '+' ? text : p.style.sign(sign) + text)).join(''),
    simple: false,
  };
}

/** Indices at the axes of a tensor, which tell what their letters range over. */
export function tellingIndices(indices: readonly Index[], p: Printer): IndexText[] {
  const before = p.telling;
  p.telling = true;
  const texts = indices.map((i) => indexText(i, p));
  p.telling = before;
  return texts;
}
