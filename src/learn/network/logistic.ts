// The logistic function however it is written: 1/(1 + e^{−u}) and e^u/(1 + e^u) become σ(u).
// Not here: softmax and log-sum-exp, which the compiler makes safe itself.
// Invariant: equal over the reals; σ has a derivative without quotients, so p − y comes out where e^{−u} would
// overflow.
import { must } from '../../term/must.ts';
import type { Context, Definition } from '../../term/context.ts';
import { call, isOne, mul, negate, type Term } from '../../term/term.ts';
import { mapNode, sameTerm } from '../../term/walk.ts';

/** u of (1 + e^u)^−1, else null. */
function exponentBelow(t: Term): Term | null {
  if (
    t.kind !== 'pow' ||
    t.exponent.kind !== 'num' ||
    t.exponent.num !== -t.exponent.den ||
    t.base.kind !== 'add' ||
    t.base.terms.length !== 2
  )
    return null;
  const [one, other] = isOne(must(t.base.terms[0])) ? t.base.terms : [...t.base.terms].reverse();
  return one !== undefined && isOne(one) && other?.kind === 'call' && other.fn === 'exp' ? must(other.args[0]) : null;
}

function rewrite(t: Term): Term {
  const inner = t.kind === 'mul' ? quotient(t.factors) : null;
  const node = mapNode(inner ?? t, rewrite);
  const u = exponentBelow(node);
  return u === null ? node : call('sigmoid', negate(u));
}

/** e^u · (1 + e^u)^−1 with σ(u) in its place, else null. */
function quotient(factors: readonly Term[]): Term | null {
  for (const [n, below] of factors.entries()) {
    const u = exponentBelow(below);
    const m =
      u === null ? -1 : factors.findIndex((f) => f.kind === 'call' && f.fn === 'exp' && sameTerm(must(f.args[0]), u));
    if (u !== null && m !== -1) return mul(call('sigmoid', u), ...factors.filter((_, k) => k !== n && k !== m));
  }
  return null;
}

/** The context with every logistic function written as σ. */
export function nameLogistic(context: Context): Context {
  return {
    ...context,
    definitions: new Map(
      [...context.definitions].map(([name, d]): [string, Definition] => [name, { ...d, body: rewrite(d.body) }]),
    ),
  };
}
