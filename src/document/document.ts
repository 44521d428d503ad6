// A document read for what it gives: its definitions and assumptions as a context, its other equations as claims.
// Not here: judging claims (`lint/`), authors' loose notations (`elaborate/`).
// Invariant: a name is defined by the first equation that has it, alone, on its left; what follows words like "assume" is an assumption.
import type { Context } from '../term/context.ts';
import { readContext } from '../term/parse.ts';
import { readSurface } from '../term/read/grammar.ts';
import { unwrap, type Surface } from '../term/read/surface.ts';
import { extract } from './extract.ts';
import { statements, type Statement } from './statements.ts';

export interface Document { readonly context: Context; readonly givens: readonly string[]; readonly claims: readonly string[] }
export interface ReadDocumentOptions { readonly given?: readonly string[]; readonly also?: readonly string[]; readonly values?: Record<string, unknown>; readonly letters?: readonly string[] }

const assuming = /\b(assum\w*|given that|subject to|provided that|where we require)\b[^.]*$/i;

/** Reads a document's text. `given` equations win over its own definitions. Throws WhygradError for a definition that cannot be read. */
export function readDocument(text: string, options: ReadDocumentOptions = {}): Document {
  const given = options.given ?? [];
  const { definitions, assumptions, claims } = equationsOf(text, new Set(given.map(definedName).filter((n) => n !== null)));
  const givens = [...definitions, ...assumptions, ...given];
  const also = [...claims, ...(options.also ?? [])];
  const context = readContext(givens, { also, values: options.values, letters: options.letters });
  return { context, givens, claims };
}

interface Equations { readonly definitions: readonly string[]; readonly assumptions: readonly string[]; readonly claims: readonly string[] }

function equationsOf(text: string, taken: Set<string>): Equations {
  const definitions: string[] = [];
  const assumptions: string[] = [];
  const claims: string[] = [];
  let words = '';
  for (const item of statements(extract(text))) {
    if (item.kind === 'heading') words = '';
    else if (item.kind === 'prose' && item.text.text.trim() !== '') { words = item.text.text; assumptions.push(...properties(words)); }
    else if (item.kind === 'statement') {
      const equation = equationText(item);
      if (equation === null) continue;
      const name = definedName(equation);
      if (assuming.test(words.trim())) assumptions.push(equation);
      else if (name !== null && !taken.has(name)) { taken.add(name); definitions.push(equation); }
      else claims.push(equation);
      words = '';
    }
  }
  return { definitions, assumptions, claims };
}

/** The first equality of a statement as text; null for anything else. */
function equationText(s: Statement): string | null {
  const [left, right] = s.sides;
  if (left === undefined || right === undefined || s.continues || (right.link !== '=' && right.link !== ':=') || left.fault !== null || right.fault !== null) return null;
  return `${left.text.text.trim()} = ${right.text.text.trim().replace(/[.,;]$/, '')}`;
}

/** The name that an equation defines: its left side is a name with index letters, or a function of them. */
export function definedName(equation: string): string | null {
  let s: Surface;
  try { s = unwrap(readSurface(equation)); } catch { return null; }
  if (s.kind !== 'relation' || s.links.length !== 1) return null;
  return headOf(unwrap(s.first));
}
function headOf(s: Surface): string | null {
  switch (s.kind) {
    case 'name': return s.name;
    case 'prime': { const name = headOf(unwrap(s.base)); return name === null ? null : name + "'".repeat(s.count); }
    case 'subscript': return s.parts.every((p) => p.kind === 'name' || p.kind === 'product' || p.kind === 'list' || p.kind === 'group') ? headOf(unwrap(s.base)) : null;
    case 'power': return s.style === 'paren' ? headOf(unwrap(s.base)) : null;
    case 'apply': { const name = headOf(unwrap(s.head)); return name === null ? null : `${name}()`; }
    default: return null;
  }
}

/** "y is one-hot", "A is symmetric" in prose, where the name stands as a plain word. */
function properties(words: string): string[] {
  return [...words.matchAll(/\b([A-Za-z]\w*) (?:is|are) (one-hot|symmetric)\b/g)].map((m) => `${m[1]} ${m[2]}`);
}
