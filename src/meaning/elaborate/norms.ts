// Bars: absolute values, determinants and norms, with and without a subscript.
// Not here: bars that stand for a condition or a size of a set.
// Invariant: a norm that is not the Euclidean or Frobenius one is never taken for it.
import { must } from '../../term/must.ts';
import { bracket, call, pow, reciprocal, type Term, zero } from '../../term/term.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { determinantOf, elementwise, extremeOf, normOf, rankOf, scalar, sumAll, termOf, type Value } from '../value.ts';

type Bars = Surface & { kind: 'bars' };

/** |v| and ‖v‖: absolute value, determinant or norm by rank. */
export function readBars(e: Env, s: Bars): Value {
  const v = e.value(s.value);
  if (s.double || rankOf(v) === 1) return scalar(normOf(v, e));
  if (rankOf(v) === 2) return scalar(e.fitting(s, () => determinantOf(v, e)));
  return rankOf(v) === 0 ? elementwise(v, e, (t) => call('abs', t)) : scalar(normOf(v, e));
}

/** A norm with a subscript: ‖x‖_p, ‖x‖^2_2, and |w|_1 where no entry can be meant; null for anything else. */
export function normIn(e: Env, s: Surface & { kind: 'subscript' }): Value | null {
  const { base } = s;
  if (base.kind === 'power' && base.base.kind === 'bars' && barsOfNorm({ ...s, base: base.base }) !== null)
    return e.value({ ...base, base: { ...s, base: base.base }, end: s.end });
  const bars = barsOfNorm(s);
  return bars === null ? null : readNorm(e, s, bars);
}

function barsOfNorm(s: Surface & { kind: 'subscript' }): Bars | null {
  const bars = s.base.kind === 'group' && s.base.bracket === '{' ? unwrap(s.base) : s.base;
  if (bars.kind !== 'bars') return null;
  const which = unwrap(must(s.parts[0]));
  return bars.double || which.kind === 'number' || isName(which, 'infinity') ? bars : null;
}

const isNumber = (s: Surface | null, n: bigint): boolean => s?.kind === 'number' && s.num === n && s.den === 1n;
const isName = (s: Surface | null, name: string): boolean => s?.kind === 'name' && s.name === name;

/** ‖x‖_0 counts the entries that are not 0. */
const isNotZero = (t: Term): Term => bracket({ kind: 'compare', op: '!=', left: t, right: zero });

/** ‖x‖_0, ‖x‖_1, ‖x‖_2, ‖X‖_F, ‖x‖_∞, ‖x‖_p. */
function readNorm(e: Env, s: Surface & { kind: 'subscript' }, bars: Bars): Value {
  const which = s.parts.length === 1 ? unwrap(must(s.parts[0])) : null;
  const v = e.value(bars.value);
  if (!bars.double && rankOf(v) === 0)
    return e.fail(s, 'rank-mismatch', 'the norm of a number', 'show that it is a vector, or leave the subscript out');
  if (isNumber(which, 0n)) return scalar(sumAll(v, e, isNotZero));
  if (isNumber(which, 1n)) return scalar(sumAll(v, e, (t) => call('abs', t)));
  if (rankOf(v) === 2 && (isNumber(which, 2n) || isName(which, 'infinity')))
    return e.fail(
      s,
      'unexpected-part',
      'this norm of a matrix is not part of the language: it is its greatest singular value, or its greatest row sum',
      'write \\|X\\|_F for the root of the sum of squares, or max_{i,j} |X_ij| for the greatest entry',
    );
  if (isNumber(which, 2n) || isName(which, 'F')) return scalar(normOf(v, e));
  if (isName(which, 'infinity')) return scalar(extremeOf(v, e, 'max', (t) => call('abs', t)));
  const p = which === null || rankOf(v) !== 1 ? null : e.value(which);
  if (p !== null && rankOf(p) === 0 && (which?.kind === 'number' || which?.kind === 'name')) {
    const order = termOf(p, e);
    return scalar(
      pow(
        sumAll(v, e, (t) => pow(call('abs', t), order)),
        reciprocal(order),
      ),
    );
  }
  return e.fail(s, 'unexpected-part', 'this norm is not known', 'the norms are 1, 2, F, \\infty and, of a vector, p');
}

/** What stands under the root of a norm whose square is asked for: ‖x‖² is the sum of squares itself. */
export function squaredNorm(base: Surface, v: Value, exponent: Surface): Term | null {
  const bars = base.kind === 'subscript' ? base.base : base;
  const norm = bars.kind === 'bars' && isNumber(unwrap(exponent), 2n) ? v.factors[0] : undefined;
  return norm?.kind === 'call' && norm.fn === 'sqrt' ? must(norm.args[0]) : null;
}
