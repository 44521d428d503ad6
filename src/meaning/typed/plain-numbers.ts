// What a text writes as it writes numbers: names that are raised to a power or divide, amplitudes of waves and growth.
// Not here: ranks that other neighbours tell (`ranks.ts`).
// Invariant: this only withholds a guess by the case of a letter; what is told of a name in another way stands.
import { headName, type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { isCapital } from './survey.ts';

/**
 * Names that are bases of numeral powers (`t^2`) or divisors (`1/r`) outside of norms, and capitals of what is divided
 * by
 * them (`G M/r^2`, `n R T/V`): no vectors and matrices, as far as one can tell.
 */
export function writtenAsNumbers(texts: readonly Surface[]): Set<string> {
  const names = new Set<string>();
  const note = (s: Surface): void => {
    const u = unwrap(s);
    if (u.kind === 'name') names.add(u.name);
  };
  const quotient = (above: readonly Surface[], below: readonly Surface[]): void => {
    below.forEach(note);
    if (below.every((b) => unwrap(b).kind === 'number')) return;
    for (const s of above.flatMap(factors)) if (s.kind === 'name' && isCapital(s.name)) note(s);
  };
  for (const text of texts)
    visitSurface(text, (x) => {
      if (x.kind === 'bars') return false;
      if (x.kind === 'power' && unwrap(x.exponent).kind === 'number') note(x.base);
      if (x.kind === 'fraction') quotient([x.num], [x.den]);
      if (x.kind === 'product' && x.factors.some((f) => f.op === '/'))
        quotient(
          x.factors.filter((f) => f.op !== '/').map((f) => f.value),
          x.factors.filter((f) => f.op === '/').map((f) => f.value),
        );
      return true;
    });
  return names;
}
const factors = (s: Surface): readonly Surface[] => {
  const u = unwrap(s);
  return u.kind === 'product' ? u.factors.map((f) => unwrap(f.value)) : [u];
};

const waves: ReadonlySet<string> = new Set(['sin', 'cos', 'tan', 'exp', 'log', 'sinh', 'cosh', 'sqrt', 'arctan']);

/** `A cos(w t + p)`: the capital is an amplitude; in `W tanh(V x)`, `A exp(x)` it is a matrix. */
export const isWave = (s: Surface): boolean =>
  s.kind === 'apply' &&
  waves.has(headName(s.head) ?? '') &&
  s.args.length === 1 &&
  s.args.every((a) => unwrap(a).kind !== 'name');
