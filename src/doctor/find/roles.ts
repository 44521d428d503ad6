// What an argument can be, and what speaks for it.
// Not here: the search for a binding (`forward.ts`, `backward.ts`).
// Invariant: every binding says what speaks for it; what makes the code right is never among that.
import type { Input, Operation } from '../operations/operation.ts';
import type { Parameter } from '../run/program.ts';
import { inputNames, type Part } from './names.ts';

/** What a parameter gets: an input of the operation, a result of its forward pass, the upstream gradient, … */
export type Role =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'given'; readonly name: string }
  /** A dictionary of them. */
  | {
      readonly kind: 'record';
      readonly name: string;
      readonly entries: readonly (readonly [key: string, role: Role])[];
    }
  /** An array that the function writes into, of the shape of this input's gradient or of the output. */
  | { readonly kind: 'buffer'; readonly name: string }
  /** Part of what the forward pass returned. */
  | { readonly kind: 'result'; readonly name: string }
  | { readonly kind: Exclude<Part, 'output'> };

/** Why: written at a call, in a comment or type, in the function's own text, in a name, or nothing but that it runs. */
export type Evidence = 'call site' | 'comment' | 'body' | 'name' | 'it runs';
export const strength: Readonly<Record<Evidence, number>> = {
  'call site': 8,
  comment: 6,
  body: 4,
  name: 2,
  'it runs': 0,
};

export interface Bound {
  readonly parameter: Parameter;
  readonly role: Role;
  readonly because: Evidence;
  readonly weight: number;
}
export interface Binding {
  readonly bound: readonly Bound[];
  readonly weight: number;
}

export const roleName = (r: Role): string => ('name' in r ? r.name : r.kind);

export const isConstant = (i: Input): boolean => i.sort === 'constant' && i.axes.length === 0;
export const nameFits = (name: string, input: Input): boolean =>
  inputNames[input.name]?.test(name) ?? name === input.name;
/** The very letters of the operation. */
export const sameName = (name: string, input: Input): boolean => name.toLowerCase() === input.name.toLowerCase();

/** The keys that a function reads from a parameter: `p['W1']`, `p.W1`. */
export function keysOf(name: string, text: string): string[] {
  const pattern = new RegExp(
    `\\b${name}(?:\\[['"](\\w+)['"]\\]|\\.(?!get\\b|copy\\b|items\\b|keys\\b|map\\b|length\\b|T\\b|shape\\b|dot\\b|sum\\b)([A-Za-z]+\\d?)\\b(?!\\())`,
    'g',
  );
  return [...new Set([...text.matchAll(pattern)].map((m) => m[1] ?? m[2] ?? ''))];
}

/** A dictionary whose keys are inputs or results of the operation; null where a key is none. */
export function recordRole(o: Operation, name: string, text: string): Extract<Role, { kind: 'record' }> | null {
  const keys = keysOf(name, text);
  if (keys.length === 0) return null;
  const used = new Set<string>();
  const entries = keys.map((key): readonly [string, Role] | null => {
    const inputs = o.inputs.filter((i) => !used.has(i.name));
    const input =
      inputs.find((i) => sameName(key, i)) ?? (keys.length > 1 ? inputs.find((i) => nameFits(key, i)) : undefined);
    const given = Object.entries(o.given).find(([g, pattern]) => !used.has(g) && pattern.test(key));
    if (input !== undefined && (sameName(key, input) || given === undefined)) {
      used.add(input.name);
      return [key, { kind: 'input', name: input.name }];
    }
    if (given === undefined) return null;
    used.add(given[0]);
    return [key, { kind: 'given', name: given[0] }];
  });
  if (entries.some((e) => e === null)) return null;
  return { kind: 'record', name, entries: entries as (readonly [string, Role])[] };
}

/** Whether a function writes into an argument. */
export const isWritten = (name: string, text: string): boolean =>
  new RegExp(`\\b${name}(\\[[^\\]=]*\\])+\\s*[-+*/]?=(?!=)|\\bout\\s*=\\s*${name}\\b|\\b${name}\\.(set|fill)\\(`).test(
    text,
  );

/** Names of the operation that a role hands over. */
export const covers = (r: Role): readonly string[] => {
  if (r.kind === 'record') return r.entries.flatMap(([, role]) => covers(role));
  return r.kind === 'input' || r.kind === 'given' ? [r.name] : [];
};

/** Which given name is the result itself: the first that people hand over. */
export const mainGiven = (o: Operation): string | undefined => Object.keys(o.given)[0];
