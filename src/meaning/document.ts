// A document read for what it gives: its definitions and assumptions as a context, its other equations as claims.
// Not here: judging claims (`lint/`), authors' loose notations (`elaborate/`).
// Invariant: a name is defined by the first equation that has it, alone, on its left; what follows words like "assume" is an assumption.
import type { Context } from '../term/context.ts';
import { must } from '../term/must.ts';
import { readContext } from './parse.ts';
import { readSurface } from '../language/parse.ts';
import { labelText } from './typed/names.ts';
import { parts, unwrap, type Surface } from '../language/surface.ts';
import { extract } from '../document/extract.ts';
import { roles, type Role } from '../document/roles.ts';
import { statedProperties } from '../document/said.ts';
import { statements, type Statement } from '../document/statements.ts';

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

/** Reads a document's text. `given` equations win over its own definitions. Throws WhygradError for a definition that cannot be read. */
export const readDocument = (text: string, options: ReadDocumentOptions = {}): Document =>
  readOutline(outlineOf(text), options);

/** What a document says, in its order: equations with the name that each would define and the role that their sentences give them, and properties stated in words. */
export type Outline = readonly OutlineLine[];
export interface OutlineLine {
  readonly text: string;
  readonly name: string | null;
  readonly role: Role;
  /** The names in a sum that is said to be a number: where nothing defines them, it only restrains them. */
  readonly restrains?: readonly string[];
}

/** The lines of a document that give something. */
export function outlineOf(text: string): Outline {
  const items = statements(extract(text));
  const role = roles(items);
  const lines = items.flatMap((item): OutlineLine[] => (item.kind === 'statement' ? lineOf(item, role.get(item)) : []));
  return [...lines, ...statedProperties(items).map((p): OutlineLine => ({ text: p, name: null, role: 'assumed' }))];
}

function lineOf(s: Statement, role: Role | undefined): OutlineLine[] {
  if (role === undefined) return [];
  const equation = equationText(s);
  if (equation === null) return role === 'assumed' ? bounds(s) : [];
  const names = restrained(s);
  const line = { text: equation, name: names.length === 0 ? definedName(equation) : null, role };
  return [names.length === 0 ? line : { ...line, restrains: names }];
}

/** `q_j > 0`: a quantity that is bounded by a number. */
function bounds(s: Statement): OutlineLine[] {
  const [left, right] = s.sides;
  const [a, b] = [left?.surface ?? null, right?.surface ?? null];
  if (s.sides.length !== 2 || a === null || b === null || !/^[<>≤≥]/.test(right?.link ?? '')) return [];
  const isBound = headOf(unwrap(a)) !== null && unwrap(b).kind === 'number';
  const text = `${left?.text.text} ${right?.link} ${right?.text.text.replace(/[.,;]\s*$/, '')}`;
  return isBound ? [{ text, name: null, role: 'assumed' }] : [];
}

/** The names under the Σ of `Σ_j y_j = 1`, and the name of `A_ij = A_ji`. */
function restrained(s: Statement): string[] {
  const [left, right] = [s.sides[0]?.surface ?? null, s.sides[1]?.surface ?? null];
  if (left === null || right === null) return [];
  const [one, other] = [unwrap(left), unwrap(right)];
  if (one.kind === 'subscript' && other.kind === 'subscript' && alike(one.base, other.base) && !alike(one, other))
    return headOf(one) === null || headOf(other) === null ? [] : namesIn(one.base);
  if (other.kind !== 'number') return [];
  const sum = unwrap(left);
  return sum.kind === 'reduce' && sum.op === 'sum' ? namesIn(sum.body) : [];
}
function namesIn(s: Surface): string[] {
  if (s.kind === 'name') return [s.name];
  return (s.kind === 'subscript' ? [s.base] : parts(s)).flatMap(namesIn);
}

/** A document from its outline: the first equation that has a name alone on its left defines it. */
export function readOutline(outline: Outline, options: ReadDocumentOptions = {}): Document {
  const given = options.given ?? [];
  const { definitions, assumptions, claims, remarks } = sorted(outline, new Set(given.map(definedName)));
  const givens = [...definitions, ...assumptions, ...given];
  const context = readContext(givens, {
    also: [...claims, ...remarks, ...(options.also ?? [])],
    values: options.values,
    letters: options.letters,
  });
  return { context, givens, claims };
}

/** Which lines define, which are assumed, which claim; remarks hold in a case alone and do neither. */
function sorted(
  outline: Outline,
  taken: Set<string | null>,
): Record<'definitions' | 'assumptions' | 'claims' | 'remarks', string[]> {
  const out = {
    definitions: [] as string[],
    assumptions: [] as string[],
    claims: [] as string[],
    remarks: [] as string[],
  };
  const names = new Set([...taken, ...outline.filter((l) => l.role === 'given').map((l) => l.name)]);
  for (const line of outline) {
    const restrains = line.restrains ?? [];
    const restrained = restrains.length > 0 && restrains.every((n) => !names.has(n));
    if (line.role === 'assumed' || (line.role === 'given' && restrained)) {
      out.assumptions.push(line.text);
    } else if (line.role === 'local' || (line.role === 'case' && (line.name === null || names.has(line.name))))
      out.remarks.push(line.text);
    else if (line.name !== null && !taken.has(line.name)) {
      taken.add(line.name);
      out.definitions.push(line.text);
    } else out.claims.push(line.text);
  }
  return out;
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
      // `f(0) = 1` is a value at a point.
      if (s.args.every((a) => unwrap(a).kind === 'number')) return null;
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
