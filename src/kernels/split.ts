// Which index sets `v=tp` or `W.2=tp` mean: a letter of the document, or an axis of one of its tensors.
// Not here: what a split set does to a program (`compile/arrays/shard.ts`).
// Invariant: a letter that stands for several sets is never guessed; the error says how to name each.
import type { Program } from '../compile/program.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import type { SetId } from '../term/term.ts';
import { visit } from '../term/walk.ts';

/** The value of each named set. Throws `unknown-axis` and `ambiguous-axis`. */
export function setsNamed<T>(given: Readonly<Record<string, T>>, program: Program, context: Context): Map<SetId, T> {
  const found = new Map<SetId, T>();
  for (const [name, value] of Object.entries(given)) {
    const set = setNamed(name, program, context);
    if (found.has(set)) throw new WhygradError('ambiguous-axis', `'${name}' names a set that is named twice.`);
    found.set(set, value);
  }
  return found;
}

function setNamed(name: string, program: Program, context: Context): SetId {
  const axis = /^(.+)\.(\d+)$/.exec(name);
  if (axis !== null) {
    const sets = shapesOf(program, context).get(axis[1] ?? '');
    const set = sets?.[Number(axis[2]) - 1];
    if (set === undefined || set === '')
      throw new WhygradError(
        'unknown-axis',
        `'${name}' is no axis: ${sets === undefined ? `there is no tensor '${axis[1]}'` : `'${axis[1]}' has ${sets.length} axes, counted from 1`}.`,
        {
          hint: `Axes: ${axesOf(program, context).join(', ')}.`,
        },
      );
    return set;
  }
  const sets = [...(lettersOf(program).get(name) ?? [])];
  const [only] = sets;
  if (only !== undefined && sets.length === 1) return only;
  if (sets.length === 0 && everySet(program).has(name)) return name;
  if (sets.length === 0)
    throw new WhygradError('unknown-axis', `'${name}' is no index letter of the document.`, {
      hint: `Letters: ${[...lettersOf(program).keys()].sort().join(', ')}; or an axis of a tensor: ${axesOf(program, context).join(', ')}.`,
    });
  throw new WhygradError('ambiguous-axis', `The letter '${name}' runs over ${sets.length} different sets.`, {
    hint: `Name an axis of a tensor: ${axesOf(program, context).join(', ')}.`,
  });
}

/** The sets that each letter of the formulas runs over. */
function lettersOf(program: Program): Map<string, Set<SetId>> {
  const letters = new Map<string, Set<SetId>>();
  const note = (letter: string, set: SetId): void => {
    if (set !== '' && !/^\d+$/.test(set)) letters.set(letter, (letters.get(letter) ?? new Set()).add(set));
  };
  for (const d of program.definitions) {
    for (const p of d.params) note(p.letter, p.set);
    visit(d.body, (t) => {
      if (t.kind === 'reduce') note(t.letter, t.range.set);
    });
  }
  if (program.definitions.length === 0)
    for (const o of program.outputs) o.letters.forEach((x, n) => note(x, o.sets[n] ?? ''));
  return letters;
}
function shapesOf(program: Program, context: Context): Map<string, readonly SetId[]> {
  return new Map([
    ...context.shapes,
    ...program.definitions.map((d) => [d.name, d.params.map((p) => p.set)] as const),
    ...program.inputs.map((i) => [i.name, i.sets] as const),
  ]);
}
const everySet = (program: Program): Set<SetId> =>
  new Set([...program.inputs.flatMap((i) => i.sets), ...[...lettersOf(program).values()].flatMap((s) => [...s])]);
const axesOf = (program: Program, context: Context): string[] =>
  program.inputs.flatMap((i) =>
    (shapesOf(program, context).get(i.name) ?? []).flatMap((set, n) =>
      /^\d*$/.test(set) ? [] : [`${i.name}.${n + 1}`],
    ),
  );
