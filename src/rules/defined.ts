// Where a term has a value: what its quotients, roots, logarithms and inverses need, and whether that is known to hold.
// Not here: how needs are shown to a reader (`derive/domain.ts`), what is positive (`conditions.ts`).
// Invariant: a "yes" is true for every value of the inputs; what is not known is "no".
import { memo } from '../term/memo.ts';
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import {
  bracket,
  call,
  determinant,
  one,
  pow,
  rational,
  subtract,
  type Condition,
  type Index,
  type Pow,
  type Term,
} from '../term/term.ts';
import { children, key } from '../term/walk.ts';
import { isNonnegative, isNonzero, isPositive } from './conditions.ts';

/** What must hold where a node has a value. */
export interface Need {
  readonly is: 'nonzero' | 'positive' | 'nonnegative';
  readonly of: Term;
}

/** What the node itself needs, its children aside. */
export function ownNeeds(t: Term): readonly Need[] {
  if (t.kind === 'pow') return powerNeeds(t);
  if (t.kind === 'inverse') return [{ is: 'nonzero', of: determinant(t.body, t.set, t.letters) }];
  if (t.kind !== 'call') return [];
  const x = must(t.args[0]);
  switch (t.fn) {
    case 'log':
      return [{ is: 'positive', of: x }];
    case 'sqrt':
      return [{ is: 'nonnegative', of: x }];
    case 'tan':
      return [{ is: 'nonzero', of: call('cos', x) }];
    case 'asin':
    case 'acos':
      return [{ is: 'nonnegative', of: subtract(one, pow(x, rational(2))) }];
    default:
      return [];
  }
}

function powerNeeds({ base, exponent }: Pow): readonly Need[] {
  const least = leastInteger(exponent);
  if (least !== null) return least >= 0 ? [] : [{ is: 'nonzero', of: base }];
  if (exponent.kind === 'num' && exponent.num > 0n) return [{ is: 'nonnegative', of: base }];
  return [{ is: 'positive', of: base }];
}

/** The least value of a term that is a whole number for sure, −∞ where it has none; null for other terms. */
function leastInteger(t: Term): number | null {
  switch (t.kind) {
    case 'num':
      return t.den === 1n ? Number(t.num) : null;
    case 'size':
    case 'position':
      return 1;
    case 'add':
      return t.terms.map(leastInteger).reduce((a, b) => (a === null || b === null ? null : a + b), 0);
    case 'mul': {
      const all = t.factors.map(leastInteger);
      const whole = all.filter((x) => x !== null);
      if (whole.length < all.length) return null;
      return whole.every((x) => x >= 0) ? whole.reduce((a, b) => a * b, 1) : -Infinity;
    }
    default:
      return null;
  }
}

/** Whether what is needed is known to hold for all inputs. */
export function isMet(need: Need, context: Context): boolean {
  switch (need.is) {
    case 'nonzero':
      return isNonzero(need.of, context);
    case 'positive':
      return isPositive(need.of, context);
    case 'nonnegative':
      return isNonnegative(need.of, context);
  }
}

/** Whether a condition on values says just what is needed. */
export function grants(c: Condition, need: Need): boolean {
  if (c.kind === 'and') return c.all.some((x) => grants(x, need));
  if (c.kind !== 'compare') return false;
  const straight = c.right.kind === 'num' && key(c.left) === key(need.of);
  const number = straight ? c.right : c.left;
  if (number.kind !== 'num' || (!straight && key(c.right) !== key(need.of))) return false;
  const greater = straight ? c.op : ({ '<': '>', '<=': '>=' } as Partial<Record<typeof c.op, typeof c.op>>)[c.op];
  if (c.op === '!=') return need.is === 'nonzero' && number.num === 0n;
  if (greater === '>') return number.num >= 0n;
  return greater === '>=' && (number.num > 0n || (number.num === 0n && need.is === 'nonnegative'));
}

/** What is known of the names of one context, and the two answers for its terms. */
interface Known {
  readonly names: Map<string, boolean>;
  readonly yes: Answer;
  readonly no: Answer;
}
interface Answer {
  readonly context: Context;
  readonly is: boolean;
}
const contexts = memo<Context, Known>();
/** The last answer for a term. */
const answers = memo<Term, Answer>();

/** Whether the term has a value for all values of its inputs and all positions of its letters. */
export function isDefined(t: Term, context: Context): boolean {
  const had = answers.get(t);
  if (had !== undefined && had.context === context) return had.is;
  const { names, yes, no } =
    contexts.get(context) ??
    contexts.set(context, { names: new Map(), yes: { context, is: true }, no: { context, is: false } });
  return answers.set(t, findDefined(t, context, names) ? yes : no).is;
}

function findDefined(t: Term, context: Context, names: Map<string, boolean>): boolean {
  if (hasShiftedIndex(t)) return false;
  if (t.kind === 'entry') {
    const d = context.definitions.get(t.name);
    if (d === undefined) return true;
    const had = names.get(t.name);
    if (had !== undefined) return had;
    // what leads back to itself is not known to have a value
    names.set(t.name, false);
    const yes = isDefined(d.body, context);
    names.set(t.name, yes);
    return yes;
  }
  if (t.kind === 'partial') return false;
  return ownNeeds(t).every((n) => isMet(n, context)) && children(t).every((c) => isDefined(c.term, context));
}

/** Whether the node itself reads beside its letters (x_{i+1}), which may lie outside. */
function hasShiftedIndex(t: Term): boolean {
  const own: readonly Index[] = t.kind === 'entry' ? t.indices : t.kind === 'inverse' ? [t.row, t.column] : [];
  return own.some((i) => i.kind === 'affine');
}

/** The bracket that is 1 where two indices differ. */
export const apart = (left: Index, right: Index): Term => bracket({ kind: 'position', op: '!=', left, right });
/** The two indices of such a bracket; null for other terms. */
export const apartIndices = (t: Term): { readonly left: Index; readonly right: Index } | null =>
  t.kind === 'bracket' && t.condition.kind === 'position' && t.condition.op === '!=' ? t.condition : null;
