// A formula in two spellings together with the places of its parts, so that a reader can point at any of them.
// Not here: how a node is printed (`node.ts`); where a part comes from.
// Invariant: putting a group around any of the parts, or all, changes nothing of what LaTeX sets.
import type { Context } from '../context.ts';
import type { Kind, Term } from '../term.ts';
import { children } from '../walk.ts';
import { node } from './node.ts';
import { places, type Marked, type Place } from './marks.ts';
import type { Printer } from './printer.ts';
import { taken } from './scope.ts';
import { latexStyle, plainStyle } from './style.ts';

/** One part of a formula: its path through the children (`1.0`; the whole is the empty path) and where it stands. */
export interface Part {
  readonly path: string;
  readonly kind: Kind;
  /** The tensor's or function's name. */
  readonly name?: string;
  /** From the first character to behind the last one. */
  readonly text: readonly [number, number];
  readonly latex: readonly [number, number];
}

/** A formula in plain notation and LaTeX, with its parts, outer ones first. */
export interface Line {
  readonly text: string;
  readonly latex: string;
  readonly parts: readonly Part[];
}

/** Every node with its path; the nodes are copies, so that no two places share one. */
interface Numbered {
  readonly term: Term;
  readonly marked: Marked;
  readonly paths: readonly string[];
  readonly nodes: readonly Term[];
}

/** The formula with the places of its parts; parts that a spelling draws together with their neighbour have none. */
export function printLine(t: Term, context?: Context): Line {
  const numbered = numberNodes(copied(t));
  const [plain, latex] = [printed(numbered, 'plain', context), printed(numbered, 'latex', context)];
  const inText = new Map(plain.places.map((p) => [p.n, p]));
  const parts = latex.places
    .filter((p) => standsAlone(latex.text, p))
    .flatMap((p) => {
      const other = inText.get(p.n);
      return other === undefined ? [] : [partOf(numbered, other, p)];
    });
  return { text: plain.text, latex: latex.text, parts };
}

function printed(n: Numbered, spelling: 'plain' | 'latex', context: Context | undefined): ReturnType<typeof places> {
  const p: Printer = {
    style: spelling === 'plain' ? plainStyle : latexStyle,
    spelling,
    taken: taken(n.term, context),
    frames: [],
    scope: new Set(),
    telling: false,
    marked: n.marked,
  };
  return places(node(n.term, p).text);
}

const deep = (x: unknown): unknown =>
  Array.isArray(x)
    ? x.map(deep)
    : typeof x === 'object' && x !== null
      ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, deep(v)]))
      : x;
const copied = (t: Term): Term => deep(t) as Term;

function numberNodes(term: Term): Numbered {
  const [marked, paths, nodes]: [Map<Term, number>, string[], Term[]] = [new Map(), [], []];
  const go = (t: Term, path: string): void => {
    marked.set(t, nodes.length);
    nodes.push(t);
    paths.push(path);
    for (const [n, c] of children(t).entries()) go(c.term, path === '' ? `${n}` : `${path}.${n}`);
  };
  go(term, '');
  return { term, marked, paths, nodes };
}

/** Both sides of an equation as one line: the paths of the left one begin with 0, those of the right one with 1. */
export function joinLines(left: Line, sign: string, right: Line): Line {
  const text = left.text.length + sign.length;
  const latex = left.latex.length + sign.length;
  const side = (p: Part, n: number): Part => ({
    ...p,
    path: p.path === '' ? `${n}` : `${n}.${p.path}`,
    text: [p.text[0] + n * text, p.text[1] + n * text],
    latex: [p.latex[0] + n * latex, p.latex[1] + n * latex],
  });
  return {
    text: left.text + sign + right.text,
    latex: left.latex + sign + right.latex,
    parts: [...left.parts.map((p) => side(p, 0)), ...right.parts.map((p) => side(p, 1))],
  };
}

/** What carries a script, or is one without braces, cannot be grouped: the script would move. */
const standsAlone = (latex: string, { start, end }: Place): boolean =>
  start < end && !/[\^_]/.test(latex[end] ?? '') && !/[\^_]/.test(latex[start - 1] ?? '');

function partOf(n: Numbered, text: Place, latex: Place): Part {
  const [t, path] = [n.nodes[text.n], n.paths[text.n]];
  if (t === undefined || path === undefined) throw new Error('bug: a mark of no node');
  const name = t.kind === 'entry' ? t.name : t.kind === 'call' || t.kind === 'apply' ? t.fn : undefined;
  return {
    path,
    kind: t.kind,
    ...(name === undefined ? {} : { name }),
    text: [text.start, text.end],
    latex: [latex.start, latex.end],
  };
}
