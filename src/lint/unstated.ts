// Facts that readers supply although the text does not state them: labels that sum to 1, the symmetric matrix of a
// quadratic form.
// Not here: facts that the text states (`assumptions.ts`).
// Invariant: such a fact excuses nothing: a claim that needs one is unclear, and its message says which.
import { idsIn, type Survey } from '../meaning/index.ts';
import type { Surface } from '../language/surface.ts';
import type { Context } from '../term/context.ts';
import type { Index, Term } from '../term/term.ts';
import { children, key, mapIndexVariables, mapIndices, shift } from '../term/walk.ts';
import type { Given } from './assumptions.ts';
import type { Attempt } from './attempt.ts';

/** What would have to be given besides, and how to say so. */
export type UnstatedFact = readonly [given: Given, note: string];

/** The facts that a claim might silently rest on. */
export function unstated(
  given: Given,
  survey: Survey,
  [left, right]: readonly [Surface, Surface],
  plain: Attempt,
): UnstatedFact[] {
  const ids = new Set([...idsIn(left, survey.model.usage), ...idsIn(right, survey.model.usage)]);
  for (const source of survey.model.registry.sources())
    if (ids.has(source.id)) for (const id of idsIn(source.body, survey.model.usage)) ids.add(id);
  return [...labels([...ids], given, survey), ...forms(given, plain)];
}

function labels(ids: readonly string[], given: Given, survey: Survey): UnstatedFact[] {
  const found = ids.filter(
    (id) =>
      /^(?:y|t|y_true|q)$/.test(id) &&
      !survey.model.registry.isListed(id) &&
      survey.model.ranks.rankOf(id) >= 1 &&
      !given.properties.some((p) => p.of === id),
  );
  if (found.length === 0) return [];
  const sumsToOne = [...given.sumsToOne, ...found];
  return [[{ ...given, sumsToOne }, `holds only under Σ_k ${found[0]}_k = 1, which the text does not state`]];
}

function forms(given: Given, plain: Attempt): UnstatedFact[] {
  if (plain.kind !== 'compared') return [];
  const matrices = [...matricesOfForms([plain.left, plain.right], plain.context)];
  if (matrices.length === 0) return [];
  const properties = [...given.properties, ...matrices.map((of) => ({ of, property: 'symmetric' as const }))];
  const note = `holds only where ${matrices.join(', ')} is symmetric, which the text does not state`;
  return [[{ ...given, properties }, note]];
}

/**
 * Matrices of quadratic forms Σ_ab v_a A_ab v_b: what stands beside A stays the same when its two indices are
 * exchanged.
 */
export function matricesOfForms(terms: readonly Term[], context: Context): Set<string> {
  const found = new Set<string>();
  const walk = (t: Term): void => {
    if (t.kind === 'mul' || t.kind === 'reduce') {
      const all = flattened(t);
      all.forEach((f, n) => noteForm(f, all.toSpliced(n, 1), found));
    }
    for (const c of children(t)) walk(c.term);
  };
  [...terms, ...[...context.definitions.values()].map((d) => d.body)].forEach(walk);
  return found;
}

/**
 * The factors of a product with the sums in it brought outside: x_a Σ_b A_ab x_b gives x_a, A_ab, x_b under both
 * binders.
 */
function flattened(t: Term): readonly Term[] {
  if (t.kind === 'reduce') return t.op === 'sum' && t.where === null ? flattened(t.body) : [t];
  if (t.kind !== 'mul') return [t];
  const at = t.factors.findIndex((f) => f.kind === 'reduce' && f.op === 'sum' && f.where === null);
  const inner = t.factors[at];
  if (inner?.kind !== 'reduce') return t.factors.flatMap(flattened);
  const outside = t.factors.toSpliced(at, 1).map((f) => shift(f, 1));
  return flattened({ ...t, factors: [...outside, ...(inner.body.kind === 'mul' ? inner.body.factors : [inner.body])] });
}

function noteForm(factor: Term, others: readonly Term[], found: Set<string>): void {
  const matrix = matrixEntry(factor);
  if (matrix === null) return;
  const { name, row, column } = matrix;
  if (row.kind !== 'bound' || column.kind !== 'bound' || row.depth === column.depth) return;
  const exchange = (t: Term): Term =>
    mapIndices(t, (i, inside) =>
      mapIndexVariables(i, (v) => {
        if (v.kind !== 'bound') return v;
        const depth = v.depth - inside;
        const other = depth === row.depth ? column.depth : depth === column.depth ? row.depth : depth;
        return { kind: 'bound', depth: other + inside };
      }),
    );
  const keys = (all: readonly Term[]): string => all.map(key).sort().join();
  if (others.length > 0 && keys(others) === keys(others.map(exchange))) found.add(name);
}

/** `A_ab` or `(A⁻¹)_ab`. */
function matrixEntry(t: Term): { name: string; row: Index; column: Index } | null {
  const [row, column] = t.kind === 'inverse' ? [t.row, t.column] : t.kind === 'entry' ? t.indices : [];
  const of = t.kind === 'inverse' ? t.body : t;
  if (of.kind !== 'entry' || of.indices.length !== 2 || row === undefined || column === undefined) return null;
  return { name: of.name, row, column };
}
