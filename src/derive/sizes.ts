// The sizes of index sets, from the shapes of given values: arrays that share an index agree.
// Not here: what a set is inferred from (`term/sets.ts`).
// Invariant: no array is cut to the length of another; an axis of a set that is run through has the length of the set.
import { letterSets } from '../check/letters.ts';
import type { TensorValue } from '../check/environment.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { must } from '../term/must.ts';
import type { SetId, Term } from '../term/term.ts';
import { visit, visitIndices } from '../term/walk.ts';

/** What an error about a value may add: the place of a name in the text at fault. */
export type At = (name: string) => { readonly text?: string; readonly span?: { start: number; end: number } };

/** Which array told the length of a set. */
interface Told {
  readonly length: number;
  readonly by: string;
}

/**
 * The length of every index set that some array or number tells; `terms` are the expression and what it is computed
 * from.
 */
export function sizesFrom(
  context: Context,
  terms: readonly Term[],
  values: ReadonlyMap<string, TensorValue>,
  at: At,
): Map<SetId, number> {
  const told = numbersTold(context, values, at);
  const whole = wholeSets(context, terms);
  for (const [name, sets] of context.shapes) {
    const v = values.get(name);
    if (v === undefined || context.definitions.has(name)) continue;
    checkRank(name, v, sets, at);
    sets.forEach((set, axis) => {
      if (set === '') return;
      const here = { length: must(v.shape[axis]), by: axisText(name, v, axis) };
      const before = told.get(set) ?? writtenOut(set);
      if (before === undefined) told.set(set, here);
      else if (before.length !== here.length && whole.has(set)) throw misfit(name, here, before, at);
    });
  }
  return new Map([...told].map(([set, { length }]) => [set, length]));
}

const axisText = (name: string, v: TensorValue, axis: number): string =>
  v.shape.length === 1 ? name : `axis ${axis + 1} of ${name}`;
const writtenOut = (set: SetId): Told | undefined =>
  /^\d+$/.test(set) ? { length: Number(set), by: 'what is written out' } : undefined;

function checkRank(name: string, v: TensorValue, sets: readonly SetId[], at: At): void {
  if (v.shape.length === sets.length) return;
  const axes = `${v.shape.length} ${v.shape.length === 1 ? 'axis' : 'axes'}`;
  throw new WhygradError(
    'wrong-rank',
    `${name} has ${axes} in the values but is written with ${sets.length} indices.`,
    {
      hint: 'Give an array with one level of nesting for each index.',
      ...at(name),
    },
  );
}

function misfit(name: string, here: Told, before: Told, at: At): WhygradError {
  const many = (n: number): string => `${n} ${n === 1 ? 'entry' : 'entries'}`;
  return new WhygradError(
    'size-mismatch',
    `${capital(here.by)} has ${many(here.length)} where ${before.length} ${before.length === 1 ? 'is' : 'are'} needed, as ${before.by} says.`,
    { hint: 'Arrays that share an index must have the same length along it.', ...at(name) },
  );
}
const capital = (text: string): string => (text.startsWith('axis ') ? `A${text.slice(1)}` : text);

/** Numbers given for sizes: `{"n": 3}`. */
function numbersTold(context: Context, values: ReadonlyMap<string, TensorValue>, at: At): Map<SetId, Told> {
  const told = new Map<SetId, Told>();
  const sets = new Set([...context.shapes.values()].flat());
  for (const [name, v] of values) {
    if (v.shape.length > 0) continue;
    const length = must(v.data[0]);
    if (sets.has(name) && !(Number.isInteger(length) && length >= 0))
      throw new WhygradError('bad-size', `The size ${name} has the value ${length}.`, {
        hint: 'A size is a whole number.',
        ...at(name),
      });
    told.set(name, { length, by: `the value of ${name}` });
  }
  return told;
}

/** The sets that are run through from end to end, so that their length matters. */
function wholeSets(context: Context, terms: readonly Term[]): ReadonlySet<SetId> {
  const sets = new Set<SetId>(letterSets(terms, context).values());
  const note = (t: Term): void => {
    visit(t, (x) => {
      if (x.kind === 'size' || x.kind === 'inverse' || x.kind === 'determinant') sets.add(x.set);
      if (x.kind === 'reduce' && x.range.to === null) sets.add(x.range.set);
    });
    visitIndices(t, (i) => {
      if (i.kind === 'end') sets.add(i.set);
      if (i.kind === 'affine') for (const { variable } of i.terms) if (variable.kind === 'end') sets.add(variable.set);
    });
  };
  terms.forEach(note);
  for (const d of context.definitions.values()) {
    note(d.body);
    for (const p of d.params) sets.add(p.set);
  }
  return sets;
}
