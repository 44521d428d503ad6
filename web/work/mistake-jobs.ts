// The job that shows a mistake in numbers.
// Not here: the catalogue.
// Invariant: every number comes from the library's check or evaluation, now.
import { check, evaluate, explain, type Mistake, type Nested } from 'whygrad';
import { rightFor } from '../mistakes/right.ts';
import type { Jobs, Shown } from './jobs.ts';

const short = (n: number): string => `${Math.round(n * 10_000) / 10_000}`.replace('-', '−');
const shown = (v: unknown): string =>
  typeof v === 'number' ? short(v) : Array.isArray(v) ? `(${v.map(shown).join(', ')})` : String(v);

export const mistakeJob: Jobs['mistake'] = ({ id }) => {
  const m = explain(id);
  return m.shown === undefined ? returned(m) : claimed(m.shown);
};

function claimed({ wrong, givens }: NonNullable<Mistake['shown']>): Shown {
  const found = check(wrong, { given: givens }).counterexample;
  if (found === null) return { at: [], written: '', right: '' };
  return {
    at: Object.entries(found.values).map(([name, value]) => [name, shown(value)] as const),
    written: short(found.right),
    right: short(found.left),
  };
}

/** Two classes, the first one true; what a program returns, and what it should. */
const values = { z: [1, 0], y: [1, 0], g: [2, 1] };
function returned(m: Mistake): Shown {
  const right = rightFor(m);
  const [formula = '', ...helpers] = m.returns?.formula.split(';').map((t) => t.trim()) ?? [];
  const given = ['p_i = exp(z_i)/sum_k exp(z_k)', ...helpers];
  const axes = m.returns?.kind === 'jacobian' ? ['i', 'j'] : ['i'];
  const at = (expression: string): Nested => {
    const all = Object.fromEntries(Object.entries(values).filter(([name]) => uses([expression, ...given], name)));
    return evaluate(expression, { given, values: all, axes: axes.map((index) => ({ index, tensor: 'z', axis: 0 })) })
      .value;
  };
  const used = Object.entries(values).filter(([name]) => uses([formula, right ?? '', 'z_i'], name));
  return {
    at: used.map(([name, v]) => [name, shown(v)] as const),
    written: shown(at(formula)),
    right: shown(at(right ?? formula)),
  };
}
const uses = (texts: readonly string[], name: string): boolean =>
  texts.some((t) => new RegExp(`(?<![a-z])${name}_`).test(t));
