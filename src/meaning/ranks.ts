// The number of axes of each quantity, from how a document uses it.
// Not here: what scripts are (`usage.ts`), the sizes of axes.
// Invariant: a rank is never smaller than the number of indices that the quantity carries anywhere.
import { functionRow } from '../term/functions.ts';
import { must } from '../term/must.ts';
import { parts, unwrap, type Surface } from '../language/surface.ts';
import { isTransposeMark, scripted } from '../language/scripted.ts';
import { resolveScripts, type Usage } from './usage.ts';

interface Evidence {
  indices: number;
  rank: number;
  bold: boolean;
  vector: boolean;
}

export interface Ranks {
  /** Axes of a quantity that has no definition (a definition may say more). */
  readonly rankOf: (id: string) => number;
  /** Whether there is more to say for the rank than the absence of indices. */
  readonly isSettled: (id: string) => boolean;
  /** Whether words or a set (`x ∈ ℝ^n`) say the rank. */
  readonly isDeclared: (id: string) => boolean;
  readonly declare: (id: string, rank: number) => void;
}

/** Gathers ranks from all formulas. `declared` comes from the words and from `x ∈ ℝ^n`. */
export function surveyRanks(all: readonly Surface[], usage: Usage): Ranks {
  const seen = new Map<string, Evidence>();
  const declared = new Map<string, number>();
  const g: Survey = { seen, usage };
  for (const s of all) walk(s, g);
  // Twice: what the first round finds helps the second.
  for (const s of [...all, ...all]) neighbours(s, g);
  const rankOf = (whole: string): number => {
    const id = withoutLayer(whole, usage);
    const e = seen.get(id);
    const least = e?.indices ?? 0;
    const told = declared.get(id);
    if (told !== undefined) return Math.max(told, least);
    return Math.max(least, e?.rank ?? 0);
  };
  return {
    rankOf,
    isSettled: (id) => declared.has(id) || (seen.get(id)?.indices ?? 0) > 0 || (seen.get(id)?.rank ?? 0) > 0,
    isDeclared: (id) => declared.has(id),
    declare: (id, rank) => {
      declared.set(id, rank);
    },
  };
}

/** All layers of a quantity have the same rank. */
function withoutLayer(id: string, usage: Usage): string {
  const found = usage.layers.size === 0 ? null : /\^\{([A-Za-z]+)(?:[+-]\d+)?\}$/.exec(id);
  return found !== null && (usage.layers.has(must(found[1])) || found[1] === 'L') ? id.slice(0, found.index) : id;
}

interface Survey {
  readonly seen: Map<string, Evidence>;
  readonly usage: Usage;
}

function evidence(whole: string, g: Survey): Evidence {
  const id = withoutLayer(whole, g.usage);
  let e = g.seen.get(id);
  if (e === undefined) g.seen.set(id, (e = { indices: 0, rank: 0, bold: false, vector: false }));
  return e;
}
const need = (id: string, rank: number, g: Survey): void => {
  const e = evidence(id, g);
  e.rank = Math.max(e.rank, rank);
};

const matrixCapital = /^(?:[A-Z]|Sigma|Lambda|Phi|Theta|Omega|Gamma|Delta|Psi|Pi)(?:_vec|[_^].*)?$/;
export const scalarCapitals = new Set(['L', 'E', 'J', 'C', 'N', 'T', 'R', 'F', 'CE']);

function walk(s: Surface, g: Survey): void {
  const sc = scripted(s);
  if (sc !== null) {
    const r = resolveScripts(sc, g.usage);
    const e = evidence(r.id, g);
    e.indices = Math.max(e.indices, r.indices.length);
    if (sc.bold) {
      e.bold = true;
      need(
        r.id,
        r.indices.length +
          (/^[A-Z]/.test(sc.name) || sc.name === 'Sigma'
            ? r.indices.length === 0
              ? 2
              : 0
            : r.indices.length === 0
              ? 1
              : 0),
        g,
      );
    }
    if (sc.transposed && r.indices.length < 2)
      need(r.id, r.indices.length + (r.indices.length === 0 && matrixCapital.test(r.id) ? 2 : 1), g);
    if (
      r.powers.some((p) => isMinusOne(p.value)) &&
      matrixCapital.test(r.id) &&
      r.indices.length === 0 &&
      !scalarCapitals.has(r.id)
    )
      need(r.id, 2, g);
  }
  if (s.kind === 'bars' && s.double) for (const id of bareNames(s.value, g)) need(id, 1, g);
  if (s.kind === 'bars' && !s.double) {
    const id = bareName(s.value, g);
    if (id !== null && /^(?:Sigma|[A-Z])/.test(id)) need(id, 2, g);
  }
  if (s.kind === 'apply') walkCall(s, g);
  if (s.kind === 'power' && s.base.kind === 'group' && isTransposeMark(unwrap(s.exponent)))
    for (const id of bareNames(s.base, g))
      need(id, bareName(s.base, g) === id && matrixCapital.test(id) && !scalarCapitals.has(id) ? 2 : 1, g);
  if (s.kind === 'transpose' && s.base.kind === 'group') for (const id of bareNames(s.base, g)) need(id, 1, g);
  for (const p of parts(s)) if (!(sc !== null && p.kind === 'name')) walk(p, g);
}

const isMinusOne = (s: Surface): boolean => {
  const u = unwrap(s);
  return (
    u.kind === 'sum' &&
    u.terms.length === 1 &&
    u.terms[0]?.sign === -1 &&
    u.terms[0].value.kind === 'number' &&
    u.terms[0].value.num === 1n
  );
};

function walkCall(s: Extract<Surface, { kind: 'apply' }>, g: Survey): void {
  const head = scripted(s.head);
  if (head === null) return;
  const takes = functionRow(head.name)?.takes;
  const rank = takes === 'matrix' ? 2 : takes === 'vector' || head.name === 'norm' ? 1 : 0;
  if (rank === 0) return;
  for (const a of s.args) {
    const id = bareName(a, g);
    if (id !== null) need(id, rank, g);
  }
}

/** A name without indices. */
function bareName(s: Surface, g: Survey): string | null {
  const sc = scripted(unwrap(s));
  if (sc === null) return null;
  const r = resolveScripts(sc, g.usage);
  return r.indices.length === 0 && r.powers.length === 0 && s.kind !== 'number' ? r.id : null;
}
/** The names without indices that are terms of a sum (`x - \mu`). */
function bareNames(s: Surface, g: Survey): string[] {
  const u = unwrap(s);
  if (u.kind === 'sum')
    return u.terms.flatMap((t) => {
      const id = bareName(t.value, g);
      return id === null ? [] : [id];
    });
  const id = bareName(u, g);
  return id === null ? [] : [id];
}

/** `A x`: what stands behind a matrix without indices, or before it transposed, is a vector or matrix. */
function neighbours(s: Surface, g: Survey): void {
  for (const p of parts(s)) neighbours(p, g);
  if (s.kind === 'sum') addends(s, g);
  if (s.kind !== 'product') return;
  for (let n = 0; n + 1 < s.factors.length; n++) {
    const [a, b] = [s.factors[n], s.factors[n + 1]];
    if (a === undefined || b === undefined || (b.op !== 'juxtaposed' && b.op !== '·' && b.op !== '@')) continue;
    const [left, right] = [bareName(a.value, g), bareName(b.value, g)];
    const fullLeft = left !== null && isMatrix(left, g);
    if (fullLeft && right !== null && right !== left && !isSize(right, g)) {
      if (/^[A-Z]/.test(right) && !scalarCapitals.has(right)) need(right, 2, g);
      else if (!/^[A-Z]/.test(right)) need(right, 1, g);
    }
    const lying = scripted(unwrap(a.value));
    if (
      b.op === '·' &&
      left !== null &&
      right !== null &&
      /^[a-z]/.test(right) &&
      (g.seen.get(withoutLayer(left, g.usage))?.rank ?? 0) + (g.seen.get(withoutLayer(left, g.usage))?.indices ?? 0) ===
        1 &&
      !isSize(right, g) &&
      a.value.kind === 'name'
    )
      need(right, 1, g);
    if (
      lying?.transposed === true &&
      right !== null &&
      right !== left &&
      !isSize(right, g) &&
      resolveScripts(lying, g.usage).indices.length === 0 &&
      /^[a-z]/.test(lying.name)
    )
      need(right, /^[A-Z]/.test(right) ? 2 : 1, g);
    // `u_w^T v_c`: a row in front of what follows makes that a column, whatever number it carries.
    const standing = scripted(unwrap(b.value));
    if (
      lying?.transposed === true &&
      /^[a-z]/.test(lying.name) &&
      standing !== null &&
      !standing.transposed &&
      /^[a-z]/.test(standing.name) &&
      standing.name !== lying.name
    ) {
      const [l, r] = [resolveScripts(lying, g.usage), resolveScripts(standing, g.usage)];
      if (l.indices.length === 1 && r.powers.length === 0 && r.indices.length <= 1 && !isSize(r.id, g))
        need(r.id, r.indices.length + 1, g);
    }
    if (
      right !== null &&
      isMatrix(right, g) &&
      left !== null &&
      /^[A-Z]/.test(left) &&
      !scalarCapitals.has(left) &&
      !isSize(left, g)
    )
      need(left, 2, g);
  }
}
/**
 * `W x + b`, `ŷ − y`: what is added to a vector and never carries an index is a vector too, unless it is named like a
 * number.
 */
function addends(s: Extract<Surface, { kind: 'sum' }>, g: Survey): void {
  const isVector = (x: Surface): boolean => {
    const u = unwrap(x);
    if (u.kind === 'product' && u.factors.length >= 2) {
      if (u.factors.slice(0, -2).some((f) => scripted(unwrap(f.value))?.transposed === true)) return false;
      const [a, b] = [u.factors.at(-2), u.factors.at(-1)].map((f) => (f === undefined ? null : bareName(f.value, g)));
      return (
        a !== null &&
        a !== undefined &&
        b !== null &&
        b !== undefined &&
        (g.seen.get(a)?.rank ?? 0) >= 2 &&
        (g.seen.get(b)?.rank ?? 0) === 1
      );
    }
    const id = bareName(u, g);
    return id !== null && ((g.seen.get(id)?.rank ?? 0) === 1 || (g.seen.get(id)?.indices ?? 0) === 1);
  };
  if (!s.terms.some((t) => isVector(t.value))) return;
  for (const t of s.terms) {
    const id = bareName(t.value, g);
    if (id !== null && /^[abcdghopqrstuvwxyz](?:_|$|\^)/.test(id) && !isSize(id, g)) need(id, 1, g);
  }
}

const isMatrix = (id: string, g: Survey): boolean =>
  matrixCapital.test(id) && (g.seen.get(withoutLayer(id, g.usage))?.rank ?? 0) >= 2;
const isSize = (id: string, g: Survey): boolean => g.usage.sizes.has(id);
