// Elementary functions: of numbers, entry by entry of vectors, with a prime, a base or an index at their name.
// Not here: functions of the function table that are no elementary ones (`known.ts`).
// Invariant: every call has the arguments that the function takes.
import { must } from '../../term/must.ts';
import { functions } from '../../term/functions.ts';
import {
  add,
  call,
  divide,
  type FunctionName,
  ifThen,
  mul,
  negate,
  one,
  pow,
  rational,
  reciprocal,
  subtract,
  type Term,
  zero,
} from '../../term/term.ts';
import type { Surface } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { elementwise, entryOf, extremeOf, rankOf, scalar, termOf, type Value, zip } from '../value.ts';

type Apply = Surface & { kind: 'apply' };

/** `\tanh(z)`, `\log_2 x`, `\max(a, b)`, `σ'(z)`, `σ_i(z)`. */
export function readElementary(e: Env, s: Apply, fn: FunctionName): Value {
  const { head } = s;
  if (fn === 'log' && head.kind === 'subscript') return logarithm(e, s, head);
  const args = s.args.map((a) => e.value(a));
  const first = args[0];
  if (first === undefined) return e.fail(s, 'wrong-arguments', `${fn} has no argument here`, `write ${fn}(x)`);
  if (fn === 'max' || fn === 'min') return readExtreme(e, s, fn, args);
  if (args.length > 1 || functions[fn].arity === 'many')
    return e.fail(s, 'wrong-arguments', `${fn} takes one argument, not ${args.length}`);
  if (head.kind === 'prime') return primeOf(e, s, fn, head.count, first);
  const v = elementwise(first, e, (t) => call(fn, t));
  return head.kind === 'subscript' ? e.fitting(s, () => entryOf(v, e.indices(head.parts), e)) : v;
}

/** `\log_2 x` */
function logarithm(e: Env, s: Apply, head: Surface & { kind: 'subscript' }): Value {
  const base = head.parts[0];
  if (head.parts.length !== 1 || base === undefined) return e.fail(head, 'wrong-arguments', 'a logarithm has one base');
  const below = e.term(base);
  return elementwise(e.value(must(s.args[0])), e, (t) => divide(call('log', t), call('log', below)));
}

function readExtreme(e: Env, s: Apply, fn: 'max' | 'min', args: readonly Value[]): Value {
  const first = must(args[0]);
  if (args.length === 1) {
    if (rankOf(first) === 0)
      return e.fail(s, 'wrong-arguments', `${fn} of one number`, `write ${fn}(a, b), or ${fn}_k x_k`);
    return scalar(extremeOf(first, e, fn));
  }
  const joined = (x: Term, y: Term): Term =>
    x.kind === 'call' && x.fn === fn && args.length > 2 ? call(fn, ...x.args, y) : call(fn, x, y);
  return e.fitting(s, () => args.slice(1).reduce((a, b) => zip(a, b, e, joined, fn), first));
}

/** σ'(z), tanh'(z): the derivative of an elementary function at its argument. */
export function primeOf(e: Env, s: Surface, fn: FunctionName, count: number, arg: Value): Value {
  const f = derivatives[fn];
  if (count !== 1 || f === null) return e.fail(s, 'unexpected-prime', `write this derivative of ${fn} as d/dx`);
  e.copying(s, termOf(arg, e), 4);
  return elementwise(arg, e, f);
}

const square = (t: Term): Term => pow(t, rational(2));
const derivatives: { readonly [F in FunctionName]: ((t: Term) => Term) | null } = {
  exp: (t) => call('exp', t),
  log: reciprocal,
  sqrt: (t) => mul(rational(1, 2), reciprocal(call('sqrt', t))),
  abs: (t) => call('sign', t),
  sign: null,
  sin: (t) => call('cos', t),
  cos: (t) => negate(call('sin', t)),
  tan: (t) => add(one, square(call('tan', t))),
  asin: (t) => reciprocal(call('sqrt', subtract(one, square(t)))),
  acos: (t) => negate(reciprocal(call('sqrt', subtract(one, square(t))))),
  atan: (t) => reciprocal(add(one, square(t))),
  sinh: (t) => call('cosh', t),
  cosh: (t) => call('sinh', t),
  tanh: (t) => subtract(one, square(call('tanh', t))),
  sigmoid: (t) => mul(call('sigmoid', t), subtract(one, call('sigmoid', t))),
  softplus: (t) => call('sigmoid', t),
  relu: (t) => ifThen({ kind: 'compare', op: '>', left: t, right: zero }, one, zero),
  erf: null,
  max: null,
  min: null,
};
