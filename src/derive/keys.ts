// Values that somebody gives by name: which names their keys are, what is missing, what is too much; arrays as tensors.
// Not here: sizes (`sizes.ts`), the expression (`evaluate.ts`).
// Invariant: every key is used or refused by name, and so is every name without a key.
import type { TensorValue } from '../check/environment.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { didYouMean } from '../term/near.ts';
import { nameOfKey, sameButLabel } from '../meaning/parse.ts';
import type { Index, Term } from '../term/term.ts';
import { entryNames, freeIndices, visit, visitIndices } from '../term/walk.ts';
import type { At } from './sizes.ts';

export type Values = Readonly<Record<string, unknown>>;

/** The values under the names that formulas use, whatever the spelling of the keys. */
export function namedValues(values: Values): Record<string, unknown> {
  return renamed(Object.keys(values).map((key) => [key, nameOfKey(key), values[key]]));
}

function renamed(all: readonly (readonly [key: string, name: string, value: unknown])[]): Record<string, unknown> {
  const keys = new Map<string, string>();
  for (const [key, name] of all) {
    const before = keys.get(name);
    if (before !== undefined)
      throw new WhygradError('two-values', `"${before}" and "${key}" are both the value of ${name}.`, {
        hint: 'Keep one of them.',
      });
    keys.set(name, key);
  }
  return Object.fromEntries(all.map(([, name, value]) => [name, value]));
}

/**
 * The names that an expression is computed from: inputs without a definition, and everything else that a value could be
 * given for.
 */
export interface Names {
  readonly inputs: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

export function namesOf(body: Term, context: Context, letters: readonly string[]): Names {
  const inputs = new Set<string>();
  const reach = (t: Term): void => {
    for (const name of entryNames(t)) {
      const d = context.definitions.get(name);
      if (reached.has(name)) continue;
      reached.add(name);
      if (d === undefined) inputs.add(name);
      else reach(d.body);
    }
  };
  const reached = new Set<string>();
  reach(body);
  const all = new Set([...reached, ...letters, ...context.definitions.keys(), ...context.fixed, ...declared(context)]);
  for (const t of [body, ...assumed(context), ...[...context.definitions.values()].map((d) => d.body)]) noteAll(t, all);
  for (const on of context.depends.values()) for (const name of on) all.add(name);
  // `size(x,1)` speaks of x
  for (const set of [...all]) for (const tensor of /^size\((.+),\d+\)$/.exec(set)?.slice(1) ?? []) all.add(tensor);
  return { inputs, all };
}

const declared = (context: Context): string[] => [
  ...[...context.shapes.values()].flat(),
  ...[...context.definitions.values()].flatMap((d) => d.params.map((p) => p.set)),
  ...context.depends.keys(),
  ...context.assumptions.flatMap((a) => (a.kind === 'property' ? [a.of] : [])),
];
const assumed = (context: Context): Term[] =>
  context.assumptions.flatMap((a): Term[] =>
    a.kind === 'equation'
      ? [a.left, a.right]
      : a.kind === 'condition'
        ? [{ kind: 'bracket', condition: a.condition }]
        : [],
  );

function noteAll(t: Term, names: Set<string>): void {
  for (const name of entryNames(t)) names.add(name);
  for (const letter of freeIndices(t)) names.add(letter);
  visit(t, (x) => {
    if (x.kind === 'size') names.add(x.set);
    if (x.kind === 'reduce') names.add(x.range.set);
  });
  const end = (i: Index): void => {
    if (i.kind === 'end') names.add(i.set);
    if (i.kind === 'affine') for (const { variable } of i.terms) if (variable.kind === 'end') names.add(variable.set);
  };
  visitIndices(t, end);
}

/** The values with keys renamed that differ from a name only in how a subscript was read; null where there is none. */
export function relabelled(values: Record<string, unknown>, names: Names): Record<string, unknown> | null {
  const missing = [...names.inputs].filter((name) => !(name in values));
  const nameOf = (key: string): string =>
    names.all.has(key) ? key : (missing.find((m) => sameButLabel(m, key)) ?? key);
  const entries = Object.entries(values).map(([key, value]) => [key, nameOf(key), value] as const);
  return entries.some(([key, name]) => key !== name) ? renamed(entries) : null;
}

/** Refuses names without a value and keys without a name. */
export function checkKeys(values: Record<string, unknown>, names: Names, at: At): void {
  const keys = Object.keys(values);
  const missing = [...names.inputs].filter((name) => !(name in values));
  const unused = keys.filter((key) => !names.all.has(key));
  const [first] = missing;
  if (first !== undefined)
    throw new WhygradError('value-missing', `There is no value for ${missing.join(', ')}.`, {
      hint: `${didYouMean(first, unused)}Give one, or define it.`,
      ...at(first),
    });
  const [extra] = unused;
  if (extra !== undefined)
    throw new WhygradError('unknown-value', `The value "${extra}" names nothing in the expression or the givens.`, {
      hint: `${didYouMean(extra, names.all)}Take it away, or write the name as the formula does.`,
    });
}

/** A number or nested arrays as a tensor. */
export function tensorOf(name: string, value: unknown): TensorValue {
  const shape: number[] = [];
  for (let v = value; Array.isArray(v) || ArrayBuffer.isView(v); v = (v as ArrayLike<unknown>)[0])
    shape.push((v as unknown as ArrayLike<unknown>).length);
  const data: number[] = [];
  const bad = (what: string): never => {
    throw new WhygradError('bad-value', `The value of ${name} ${what}.`, {
      hint: 'Values are numbers or nested arrays of numbers of one shape.',
    });
  };
  const go = (v: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof v !== 'number') bad('holds something that is no number');
      data.push(v as number);
      return;
    }
    const list = v as ArrayLike<unknown>;
    if (!(Array.isArray(v) || ArrayBuffer.isView(v)) || list.length !== shape[depth]) bad('is ragged');
    for (let i = 0; i < list.length; i++) go(list[i], depth + 1);
  };
  if (shape.length > 8) bad('has more than 8 axes');
  go(value, 0);
  return { shape, data: Float64Array.from(data) };
}
