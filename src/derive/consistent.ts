// Givens that cannot hold together: a name with two different definitions, assumptions that contradict each other.
// Not here: cycles and quantities defined by themselves, which are refused while reading (`meaning/typed/`).
// Invariant: a second definition that stays in a context was proved or tested to say the same as the first.
import { equal } from '../check/equal.ts';
import { unfold } from '../rules/equality.ts';
import { meaningKey } from '../rules/keys.ts';
import { normaliser, toPolynomial } from '../rules/normal.ts';
import { constantOf } from '../rules/polynomial.ts';
import type { Assumption, Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { print } from '../term/print.ts';
import { twoDefinitions } from '../meaning/typed/equations.ts';
import { subtract, type Num } from '../term/term.ts';
import { entryNames } from '../term/walk.ts';

type Equation = Assumption & { readonly kind: 'equation' };

/** The context without definitions that were given twice; refuses givens that contradict each other. */
export function consistent(context: Context): Context {
  if (!context.assumptions.some((a) => a.kind === 'equation')) return context;
  const again = (a: Assumption): boolean =>
    a.kind === 'equation' &&
    (a.again !== undefined || (a.left.kind === 'entry' && context.definitions.has(a.left.name)));
  const assumptions = context.assumptions.filter((a) => !again(a));
  const plain = { ...context, assumptions };
  for (const a of context.assumptions) if (a.kind === 'equation' && again(a)) refuseSecond(a, plain);
  const seen = new Map<string, Equation>();
  for (const a of assumptions) if (a.kind === 'equation') refuseContradiction(a, seen, plain);
  return assumptions.length === context.assumptions.length ? context : plain;
}

function refuseSecond(a: Equation, context: Context): void {
  const { verdict } = equal(a.left, a.right, { ...context, assumptions: [] });
  if (verdict === 'proved' || verdict === 'tested') return;
  const name = [...entryNames(a.left)].find((n) => context.definitions.has(n)) ?? print(a.left, { context });
  if (a.again !== undefined) throw twoDefinitions(name, a.again);
  const text = `${print(a.left, { context })} = ${print(a.right, { context })}`;
  throw contradiction(`"${text}" contradicts the definition of ${name}`, 'keep one of them');
}

/** `Σ y = 1` beside `Σ y = 2`, and an assumption that is false whatever the inputs are. */
function refuseContradiction(a: Equation, seen: Map<string, Equation>, context: Context): void {
  const k = meaningKey(a.left);
  const before = seen.get(k);
  seen.set(k, a);
  const text = (x: Equation): string => `${print(x.left, { context })} = ${print(x.right, { context })}`;
  const differs = before === undefined ? null : difference(before.right, a.right, context);
  if (before !== undefined && differs !== null && differs.num !== 0n)
    throw contradiction(`"${text(before)}" and "${text(a)}" contradict each other`, 'keep one of them');
  const off = difference(a.left, a.right, context);
  if (off !== null && off.num !== 0n)
    throw contradiction(`"${text(a)}" contradicts the definitions`, 'take it away, or change a definition');
}

const contradiction = (message: string, hint: string): WhygradError =>
  new WhygradError('contradiction', message, { hint });

/** By how much two sides differ where that is one number for all inputs. */
function difference(a: Equation['left'], b: Equation['left'], context: Context): Num | null {
  const n = normaliser({ ...context, assumptions: [] });
  return constantOf(toPolynomial(unfold(subtract(a, b), context), n));
}
