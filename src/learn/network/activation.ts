// The activation functions that can stand for an open `f` of a document, as formulas of one argument.
// Not here: derivatives, which are derived from these formulas like everything else.
// Invariant: every formula is plain notation in the argument `u`; nothing is known of a function but its formula.
import type { Context, Definition } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import { parse } from '../../meaning/parse.ts';
import type { Term } from '../../term/term.ts';
import { mapNode, replaceEntries, shift, visit } from '../../term/walk.ts';

const formulas: ReadonlyMap<string, string> = new Map(
  Object.entries({
    identity: 'u',
    linear: 'u',
    tanh: 'tanh(u)',
    relu: 'relu(u)',
    sigmoid: 'sigmoid(u)',
    softplus: 'softplus(u)',
    silu: 'u*sigmoid(u)',
    gelu: 'u*(1+erf(u/sqrt(2)))/2',
    leaky_relu: 'if(u > 0, u, u/100)',
    elu: 'if(u > 0, u, exp(u)-1)',
    sin: 'sin(u)',
    square: 'u^2',
  }),
);
export const activationNames: readonly string[] = [...formulas.keys()];

/** The formula of an activation: a known name, or plain notation in `u`. Throws what `parse` throws. */
export function activationTerm(activation: string): Term {
  return parse(formulas.get(activation) ?? activation);
}

/** The names of unknown functions that definitions of the context call. */
export function openFunctions(context: Context): string[] {
  const names = new Set<string>();
  for (const { body } of context.definitions.values())
    visit(body, (t) => {
      if (t.kind === 'apply') names.add(t.fn);
    });
  return [...names];
}

/**
 * The context with every call of the unknown function `fn` replaced by the activation's formula. Throws
 * `unknown-function`.
 */
export function withActivation(context: Context, fn: string, activation: string): Context {
  const formula = activationTerm(activation);
  const put = (t: Term): Term => {
    const inside = mapNode(t, put);
    if (inside.kind !== 'apply' || inside.fn !== fn) return inside;
    const [argument] = inside.args;
    if (inside.args.length !== 1 || argument === undefined || inside.orders.some((o) => o !== 0))
      throw new WhygradError('unknown-function', `${fn} is not used as a function of one argument`, {
        hint: 'define it in the document',
      });
    return replaceEntries(formula, (e, depth) => (e.name === 'u' ? shift(argument, depth) : null));
  };
  const definitions = new Map<string, Definition>();
  for (const [name, d] of context.definitions) definitions.set(name, { ...d, body: put(d.body) });
  return { ...context, definitions };
}
