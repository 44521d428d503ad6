// A document read for what it gives: its definitions and assumptions as a context, its other equations as claims.
// Not here: judging claims (`lint/`), authors' loose notations (`elaborate/`).
// Invariant: a name is defined by the first equation that has it, alone, on its left; what follows words like "assume" is an assumption.
import type { Context } from '../term/context.ts';
import { must } from '../term/must.ts';
import { readContext } from '../term/parse.ts';
import { readSurface } from '../term/read/grammar.ts';
import { labelText } from '../term/read/names.ts';
import { parts, unwrap, type Surface } from '../term/read/surface.ts';
import { extract } from './extract.ts';
import { statements, type Statement } from './statements.ts';

export interface Document {
  readonly context: Context;
  readonly givens: readonly string[];
  readonly claims: readonly string[];
}
export interface ReadDocumentOptions {
  readonly given?: readonly string[];
  readonly also?: readonly string[];
  readonly values?: Record<string, unknown>;
  readonly letters?: readonly string[];
}

const assuming = /\b(assum\w*|given that|subject to|provided that|where we require)\b[^.]*$/i;

/** Reads a document's text. `given` equations win over its own definitions. Throws WhygradError for a definition that cannot be read. */
export const readDocument = (text: string, options: ReadDocumentOptions = {}): Document =>
  readOutline(outlineOf(text), options);

/** What a document says, in its order: equations with the name that each would define and whether words assume it, and properties stated in words. */
export type Outline = readonly OutlineLine[];
export interface OutlineLine {
  readonly text: string;
  readonly name: string | null;
  readonly assumed: boolean;
}

/** The lines of a document that give something. */
export function outlineOf(text: string): Outline {
  const lines: OutlineLine[] = [];
  let words = '';
  for (const item of statements(extract(text))) {
    if (item.kind === 'heading') words = '';
    else if (item.kind === 'prose' && item.text.text.trim() !== '') {
      words = item.text.text;
      lines.push(...properties(words).map((p) => ({ text: p, name: null, assumed: true })));
    } else if (item.kind === 'statement') {
      const equation = equationText(item);
      if (equation === null) continue;
      lines.push({ text: equation, name: definedName(equation), assumed: assuming.test(words.trim()) });
      words = '';
    }
  }
  return lines;
}

/** A document from its outline: the first equation that has a name alone on its left defines it. */
export function readOutline(outline: Outline, options: ReadDocumentOptions = {}): Document {
  const given = options.given ?? [];
  const taken = new Set(given.map(definedName));
  const definitions: string[] = [];
  const assumptions: string[] = [];
  const claims: string[] = [];
  for (const { text, name, assumed } of outline) {
    if (assumed) assumptions.push(text);
    else if (name !== null && !taken.has(name)) {
      taken.add(name);
      definitions.push(text);
    } else claims.push(text);
  }
  const givens = [...definitions, ...assumptions, ...given];
  const context = readContext(givens, {
    also: [...claims, ...(options.also ?? [])],
    values: options.values,
    letters: options.letters,
  });
  return { context, givens, claims };
}

/** The first equality of a statement as text; null for anything else. */
function equationText(s: Statement): string | null {
  const [left, right] = s.sides;
  if (
    left === undefined ||
    right === undefined ||
    s.continues ||
    (right.link !== '=' && right.link !== ':=') ||
    left.fault !== null ||
    right.fault !== null
  )
    return null;
  return `${left.text.text.trim()} = ${right.text.text.trim().replace(/[.,;]$/, '')}`;
}

/** The name that an equation defines: its left side is a name with index letters, or a function of them. */
export function definedName(equation: string): string | null {
  let s: Surface;
  try {
    s = unwrap(readSurface(equation));
  } catch {
    return null;
  }
  if (s.kind !== 'relation' || s.links.length !== 1) return null;
  const name = headOf(unwrap(s.first));
  // `W = W - η dL/dW` tells what is done with W, not what W is.
  return name === null || repeats(must(s.links[0]).value, unwrap(s.first)) ? null : name;
}
/** Whether a right side holds the whole left side again, scripts included. */
function repeats(s: Surface, head: Surface): boolean {
  return alike(s, head) || parts(s).some((p) => repeats(p, head));
}
/** Whether two surfaces are written alike. */
function alike(a: Surface, b: Surface): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'name' && b.kind === 'name') return a.name === b.name;
  if (a.kind === 'number' && b.kind === 'number') return a.num === b.num && a.den === b.den;
  const [x, y] = [parts(a), parts(b)];
  return x.length > 0 && x.length === y.length && x.every((p, n) => alike(p, must(y[n])));
}
function headOf(s: Surface): string | null {
  switch (s.kind) {
    case 'name':
      return s.name;
    case 'prime': {
      const name = headOf(unwrap(s.base));
      return name === null ? null : name + "'".repeat(s.count);
    }
    case 'subscript': {
      const name = headOf(unwrap(s.base));
      return name === null ? null : numbered(name, s.parts);
    }
    case 'power': {
      const name = headOf(unwrap(s.base));
      const label = labelText(s.exponent);
      return name === null || label === null || s.style === 'none' ? null : `${name}^(${label})`;
    }
    case 'apply': {
      const name = headOf(unwrap(s.head));
      return name === null ? null : `${name}()`;
    }
    default:
      return null;
  }
}

/** The name with the numbers at the head of its subscript: `a_1 = …` and `a_2 = …` define two quantities. */
function numbered(name: string, scripts: readonly Surface[]): string | null {
  const first = unwrap(must(scripts[0]));
  const number = first.kind === 'list' ? unwrap(must(first.items[0])) : first;
  if (number.kind === 'number') return `${name}_${number.num}`;
  const isLetters = (p: Surface): boolean => ['name', 'product', 'list', 'group'].includes(p.kind);
  return scripts.every(isLetters) ? name : null;
}

/** "y is one-hot", "A is symmetric" in prose, where the name stands as a plain word. */
function properties(words: string): string[] {
  return [...words.matchAll(/\b([A-Za-z]\w*) (?:is|are) (one-hot|symmetric)\b/g)].map((m) => `${m[1]} ${m[2]}`);
}
