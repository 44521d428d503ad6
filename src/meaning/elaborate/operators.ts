// Operators typed without marks: what a ∂/∂x in front of several factors reaches, and D_j S_i typed as letters.
// Not here: their values (`derivatives.ts`).
// Invariant: the spans of the text stay with the nodes.
import { letterOf } from '../../language/scripted.ts';
import type { Surface } from '../../language/surface.ts';
import { asAffine, type Term } from '../../term/term.ts';
import { visitIndices } from '../../term/walk.ts';
import type { Elaboration } from './elaboration.ts';

/** `∂/∂x (a) b`: the derivative of the bracket times b, or of the whole product. */
export function widened(factors: Extract<Surface, { kind: 'product' }>['factors']): Surface | null {
  const n = factors.findIndex(
    (f, k) =>
      f.value.kind === 'derivative' &&
      f.value.of.kind === 'group' &&
      k + 1 < factors.length &&
      factors[k + 1]?.op === 'juxtaposed',
  );
  const f = factors[n];
  if (f === undefined || f.value.kind !== 'derivative') return null;
  const of: Surface = {
    kind: 'product',
    start: f.value.start,
    end: f.value.end,
    factors: [{ op: 'juxtaposed', value: f.value.of }, ...factors.slice(n + 1)],
  };
  const whole: Surface = { ...f.value, of };
  return n === 0
    ? whole
    : {
        kind: 'product',
        start: whole.start,
        end: whole.end,
        factors: [...factors.slice(0, n), { op: f.op, value: whole }],
      };
}

/** `D_j S_i` typed as `DjSi`: an operator with its index before a name with its index. */
export function operatorLetters(
  factors: Extract<Surface, { kind: 'product' }>['factors'],
  e: Elaboration,
): { of: Surface; by: Surface } | null {
  if (factors.length !== 4 || factors.some((f) => f.value.kind !== 'name')) return null;
  const [d, by, name, index] = factors.map((f) => f.value) as [Surface, Surface, Surface, Surface];
  if (
    d.kind !== 'name' ||
    d.name !== 'D' ||
    name.kind !== 'name' ||
    !e.isKnown(name.name) ||
    letterOf(by) === null ||
    letterOf(index) === null
  )
    return null;
  return { of: { kind: 'subscript', base: name, parts: [index], start: name.start, end: index.end }, by };
}

/** How often each free index letter stands in a term. */
export function letterCounts(t: Term): Map<string, number> {
  const counts = new Map<string, number>();
  visitIndices(t, (i) => {
    for (const { variable } of asAffine(i).terms)
      if (variable.kind === 'free') counts.set(variable.name, (counts.get(variable.name) ?? 0) + 1);
  });
  return counts;
}
