// Which slip explains a wrong gradient: formulas of the catalogue and single slips of the right one, each up to a
// factor.
// Not here: what is right (`../operations`), where it stands in the program (`../mend`).
// Invariant: an explanation gives the program's numbers to rounding error in every draw and for every output.
import { must } from '../../term/must.ts';
import type { Operation } from '../operations/operation.ts';
import { follow } from '../tensor/evaluate.ts';
import { mutants, type Mutant, type Names } from '../tensor/mutate.ts';
import { show, type Recipe } from '../tensor/notation.ts';
import { relativeError, ShapeError, type Tensor } from '../tensor/tensor.ts';
import { nameScale, ratio, type Measures } from './scales.ts';

/** One draw: everything that has a name in it, and what the program returned for each gradient (`dz`, …). */
export interface Probe {
  /** Inputs, u, g, r and constants: what a forward pass starts from. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly yours: ReadonlyMap<string, Tensor>;
  readonly measures: Measures;
}

export interface Explanation {
  readonly ids: readonly string[];
  /** The formula that gives the program's numbers, for each output. */
  readonly formulas: ReadonlyMap<string, string>;
}

/** What explains one output; no ids where it is right. */
interface Candidate {
  readonly ids: readonly string[];
  readonly formula: string;
}

interface Draw extends Probe {
  readonly right: ReadonlyMap<string, Tensor>;
}

const prepare = (o: Operation, p: Probe): Draw => ({
  ...p,
  right: follow(o.backward, follow(o.forward, p.inputs)),
});

const attempt = (steps: Recipe, env: ReadonlyMap<string, Tensor>, output: string): Tensor | null => {
  try {
    return follow(steps, env).get(output) ?? null;
  } catch (e) {
    if (e instanceof ShapeError) return null;
    throw e;
  }
};

const formulaOf = (steps: Recipe, output: string): string => {
  const at = steps.findIndex((s) => s.name === output);
  return at < 0
    ? ''
    : steps
        .slice(0, at + 1)
        .map((s) => `${s.name} = ${show(s.value)}`)
        .join('; ');
};

/** The ids of the factor between the program's numbers and this formula's; null where it does not fit. */
function fits(
  steps: Recipe,
  from: (d: Draw) => ReadonlyMap<string, Tensor>,
  output: string,
  draws: readonly Draw[],
  tolerance: number,
): string[] | null {
  const factors: number[] = [];
  for (const d of draws) {
    const value = attempt(steps, from(d), output);
    const yours = must(d.yours.get(output));
    if (value === null) return null;
    if (value.data.every((x) => x === 0)) {
      if (!yours.data.every((x) => Math.abs(x) < 1e-12) || yours.data.length !== value.data.length) return null;
      factors.push(1);
      continue;
    }
    const c = ratio(yours, value, tolerance);
    if (c === null) return null;
    factors.push(c);
  }
  return nameScale(
    factors,
    draws.map((d) => d.measures),
    tolerance * 10,
  );
}

const namesOf = (o: Operation, d: Draw): Names => {
  const known = [...d.right.keys()].filter(
    (k) => !/^d[A-Za-z]/.test(k) && !['r', 'g', 'rate', 'mask', 'l'].includes(k),
  );
  const definition = new Map(o.forward.map((s) => [s.name, show(s.value)]));
  return {
    known,
    isInputOf: (a, b) => new RegExp(`\\b${a}\\b`).test(definition.get(b) ?? ''),
  };
};

/** Names are exchanged only for names of the same shape: everything else is no slip of the pen. */
const sensible = (m: Mutant, d: Draw, output: string): boolean => {
  const value = attempt(m.recipe, d.right, output);
  return value !== null && value.data.length === must(d.yours.get(output)).data.length;
};

function candidates(o: Operation, output: string, draws: readonly Draw[], tolerance: number): Candidate[] {
  const found: Candidate[] = [];
  const keep = (ids: readonly string[], formula: string): void => {
    const unique = [...new Set(ids)];
    const key = [...unique].sort().join('+');
    if (!found.some((f) => [...f.ids].sort().join('+') === key)) found.push({ ids: unique, formula });
  };
  const rightScale = fits([], (d) => d.right, output, draws, tolerance);
  if (rightScale?.length === 0) return [{ ids: [], formula: '' }];
  const known = o.wrongs
    .filter((w) => w.gives.some((s) => s.name === output) && !(rightScale !== null && w.id === 'n-dropped-partly'))
    .map((w) => ({ w, scale: fits(w.gives, (d) => d.right, output, draws, tolerance) }));
  // A slip with a name of its own comes before a factor of what is right, and that before a slip with a factor.
  for (const { w, scale } of known) if (scale?.length === 0) keep(w.id.split('+'), formulaOf(w.gives, output));
  if (rightScale !== null) keep(rightScale, formulaOf(o.backward, output));
  for (const { w, scale } of known)
    if (scale !== null) keep([...w.id.split('+'), ...scale], formulaOf(w.gives, output));
  if (found.some((f) => f.ids.length === 1)) return found;
  const first = must(draws[0]);
  const single = [o.backward, ...o.forms]
    .flatMap((form) => mutants(form, namesOf(o, first)))
    .filter((m) => sensible(m, first, output));
  for (const m of single) {
    const scale = fits(m.recipe, (d) => d.right, output, draws, tolerance);
    if (scale !== null) keep([m.id, ...scale], formulaOf(m.recipe, output));
  }
  if (found.length === 0) for (const c of ofPairs(o, output, draws, tolerance, single)) keep(c.ids, c.formula);
  return found;
}

/** Two slips in one output; tried only when no single one fits. */
function ofPairs(
  o: Operation,
  output: string,
  draws: readonly Draw[],
  tolerance: number,
  single: readonly Mutant[],
): Candidate[] {
  const found: Candidate[] = [];
  const first = must(draws[0]);
  let left = 6000;
  const starts = [
    ...o.wrongs.filter((w) => w.gives.some((s) => s.name === output)).map((w) => ({ id: w.id, recipe: w.gives })),
    ...single,
  ];
  for (const a of starts)
    for (const b of mutants(a.recipe, namesOf(o, first))) {
      if (left-- <= 0) return found;
      if (fits(b.recipe, (d) => d.right, output, [first], tolerance) === null) continue;
      const scale = fits(b.recipe, (d) => d.right, output, draws, tolerance);
      if (scale !== null)
        found.push({ ids: [...new Set([...a.id.split('+'), b.id, ...scale])], formula: formulaOf(b.recipe, output) });
    }
  return found;
}

/** Chooses one candidate for each output so that as few slips as possible explain all of them. */
function together(lists: ReadonlyMap<string, Candidate[]>): Joint[] {
  let partial: Joint[] = [{ ids: [], parts: new Map() }];
  for (const [output, list] of lists)
    partial = partial
      .flatMap((p) =>
        list.map((c) => ({ ids: [...new Set([...p.ids, ...c.ids])], parts: new Map(p.parts).set(output, c) })),
      )
      .sort((a, b) => a.ids.length - b.ids.length)
      .slice(0, 40);
  return partial;
}

interface Joint {
  readonly ids: readonly string[];
  readonly parts: ReadonlyMap<string, Candidate>;
}

/** 1/N that is missing in some outputs only is a slip of its own. */
const explanationOf = (j: Joint): Explanation => {
  const some = [...j.parts.values()].some((c) => c.ids.includes('n-dropped'));
  const all = [...j.parts.values()].every((c) => c.ids.includes('n-dropped'));
  const ids = some && !all ? j.ids.map((id) => (id === 'n-dropped' ? 'n-dropped-partly' : id)) : j.ids;
  return {
    ids: [...new Set(ids)],
    formulas: new Map([...j.parts].filter(([, c]) => c.ids.length > 0).map(([output, c]) => [output, c.formula])),
  };
};

/** The shortest explanations of all outputs, best first; none where nothing fits. `tolerance` is relative. */
export function explain(o: Operation, probes: readonly Probe[], tolerance: number): Explanation[] {
  const draws = probes.map((p) => prepare(o, p));
  const outputs = [...must(draws[0]).yours.keys()];
  const lists = new Map(outputs.map((output) => [output, candidates(o, output, draws, tolerance)]));
  if ([...lists.values()].some((l) => l.length === 0)) return [];
  const all = together(lists).filter((e) => e.ids.length > 0);
  const least = all[0]?.ids.length ?? 0;
  return all.filter((e) => e.ids.length === least).map(explanationOf);
}

/** How far each output is from the truth; Infinity where sizes differ. */
export const errors = (o: Operation, p: Probe): Map<string, number> => {
  const { right } = prepare(o, p);
  return new Map([...p.yours].map(([name, yours]) => [name, relativeError(yours, must(right.get(name)))]));
};
