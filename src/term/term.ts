// What a formula is: the node kinds of a term, and one constructor for each.
// Not here: reading, printing, rewriting, evaluating.
// Invariant: a term denotes one real number for each choice of its free indices; bound indices are numbered (locally
// nameless), so no substitution can capture.
import { must } from './must.ts';

/**
 * The name of an index set, which is also how its size is printed: `n`, or `size(x,1)` for the first axis of x; `''` =
 * not known yet.
 */
export type SetId = string;

/**
 * A single index variable. `bound` counts the binders between use and binding (0 = innermost). `end` is the last
 * position of a set (the `n` of `x_n`). `data` is an entry of a given tensor of whole numbers, each a position of the
 * set where it stands (the `t_n` of `p_{n,t_n}`).
 */
export type IndexVariable =
  | { readonly kind: 'free'; readonly name: string }
  | { readonly kind: 'bound'; readonly depth: number }
  | { readonly kind: 'end'; readonly set: SetId }
  | { readonly kind: 'data'; readonly name: string; readonly indices: readonly Index[] };

/**
 * A position along one axis, counted from 1: a variable, a literal, or a sum of variables with integer factors
 * (`x_{i+k-1}`).
 */
export type Index =
  | IndexVariable
  | { readonly kind: 'at'; readonly position: number }
  | {
      readonly kind: 'affine';
      readonly terms: readonly { readonly variable: IndexVariable; readonly times: number }[];
      readonly plus: number;
    };

/**
 * What a binder ranges over: the whole set when `from` and `to` are null, otherwise from..to inclusive. `from` and `to`
 * stand outside the binder.
 */
export interface Range {
  readonly set: SetId;
  readonly from: Index | null;
  readonly to: Index | null;
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A condition of a bracket, a case or a restricted sum. */
export type Condition =
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Term; readonly right: Term }
  | { readonly kind: 'position'; readonly op: Comparison; readonly left: Index; readonly right: Index }
  | { readonly kind: 'and' | 'or'; readonly all: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

/**
 * The elementary functions that are known by name. Adding one is an edit in `functions.ts` and in every table that the
 * compiler then asks for.
 */
export type FunctionName =
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'abs'
  | 'sign'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'relu'
  | 'erf'
  | 'max'
  | 'min';

export type ReduceOp = 'sum' | 'prod' | 'max' | 'min';

/** An exact rational number, in lowest terms, `den > 0`. */
export interface Num {
  readonly kind: 'num';
  readonly num: bigint;
  readonly den: bigint;
}
/** π or Euler's e. */
export interface Constant {
  readonly kind: 'constant';
  readonly name: 'pi' | 'e';
}
/** The number of elements of an index set. */
export interface Size {
  readonly kind: 'size';
  readonly set: SetId;
}
/** An index used as a number (counted from 1). */
export interface Position {
  readonly kind: 'position';
  readonly index: Index;
}
/** One entry of a tensor or of a named definition; a scalar has no indices. */
export interface Entry {
  readonly kind: 'entry';
  readonly name: string;
  readonly indices: readonly Index[];
}
/** Kronecker delta. */
export interface Delta {
  readonly kind: 'delta';
  readonly left: Index;
  readonly right: Index;
}
/** Iverson bracket: 1 where the condition holds, else 0. */
export interface Bracket {
  readonly kind: 'bracket';
  readonly condition: Condition;
}
export interface If {
  readonly kind: 'if';
  readonly condition: Condition;
  readonly then: Term;
  readonly else: Term;
}
export interface Add {
  readonly kind: 'add';
  readonly terms: readonly Term[];
}
export interface Mul {
  readonly kind: 'mul';
  readonly factors: readonly Term[];
}
export interface Pow {
  readonly kind: 'pow';
  readonly base: Term;
  readonly exponent: Term;
}
/** An elementary function. */
export interface Call {
  readonly kind: 'call';
  readonly fn: FunctionName;
  readonly args: readonly Term[];
}
/** An unknown function of scalar arguments; `orders[a]` counts its derivatives by argument a (f'(x) has orders [1]). */
export interface Apply {
  readonly kind: 'apply';
  readonly fn: string;
  readonly orders: readonly number[];
  readonly args: readonly Term[];
}
/**
 * Σ, Π, max or min over one bound index; `where` (under the binder) restricts it. `letter` is the author's, for
 * printing only.
 */
export interface Reduce {
  readonly kind: 'reduce';
  readonly op: ReduceOp;
  readonly letter: string;
  readonly range: Range;
  readonly where: Condition | null;
  readonly body: Term;
}
/** Entry (row, column) of the inverse of the matrix whose entry (bound 1, bound 0) is `body`. */
export interface Inverse {
  readonly kind: 'inverse';
  readonly letters: readonly [string, string];
  readonly set: SetId;
  readonly body: Term;
  readonly row: Index;
  readonly column: Index;
}
/** Determinant of the matrix whose entry (bound 1, bound 0) is `body`. */
export interface Determinant {
  readonly kind: 'determinant';
  readonly letters: readonly [string, string];
  readonly set: SetId;
  readonly body: Term;
}
/**
 * ∂body/∂by. Definitions are followed (total derivative) except the names in `held`; a defined `by` is itself the
 * independent quantity.
 */
export interface Partial {
  readonly kind: 'partial';
  readonly body: Term;
  readonly by: Entry;
  readonly held: readonly string[];
}

/** A formula: a tree of nodes; bound indices are numbered, so that no substitution can capture one. */
export type Term =
  | Num
  | Constant
  | Size
  | Position
  | Entry
  | Delta
  | Bracket
  | If
  | Add
  | Mul
  | Pow
  | Call
  | Apply
  | Reduce
  | Inverse
  | Determinant
  | Partial;
export type Kind = Term['kind'];

// --- indices -----------------------------------------------------------------------------------------------------

export const freeIndex = (name: string): Index => ({ kind: 'free', name });
export const boundIndex = (depth: number): Index => ({ kind: 'bound', depth });
export const endIndex = (set: SetId): Index => ({ kind: 'end', set });
export const at = (position: number): Index => ({ kind: 'at', position });
export const dataIndex = (name: string, ...indices: readonly Index[]): Index => ({ kind: 'data', name, indices });

function variableKey(v: IndexVariable): string {
  switch (v.kind) {
    case 'free':
      return v.name;
    case 'bound':
      return `#${v.depth}`;
    case 'end':
      return `$${v.set}`;
    case 'data':
      return `@${v.name}[${v.indices.map(indexKey).join(',')}]`;
  }
}

/** The sum of the given multiples and `plus`, in the simplest form that says the same. */
export function affine(terms: readonly { variable: IndexVariable; times: number }[], plus: number): Index {
  const merged = new Map<string, { variable: IndexVariable; times: number }>();
  for (const t of terms) {
    const k = variableKey(t.variable);
    merged.set(k, { variable: t.variable, times: (merged.get(k)?.times ?? 0) + t.times });
  }
  const kept = [...merged.values()].filter((t) => t.times !== 0);
  const only = kept[0];
  if (only === undefined) return at(plus);
  if (kept.length === 1 && only.times === 1 && plus === 0) return only.variable;
  kept.sort((a, b) => (variableKey(a.variable) < variableKey(b.variable) ? -1 : 1));
  return { kind: 'affine', terms: kept, plus };
}

/** Any index as multiples of variables and a constant. */
export function asAffine(index: Index): {
  terms: readonly { readonly variable: IndexVariable; readonly times: number }[];
  plus: number;
} {
  if (index.kind === 'at') return { terms: [], plus: index.position };
  if (index.kind === 'affine') return index;
  return { terms: [{ variable: index, times: 1 }], plus: 0 };
}

/** The variables of an index, those inside its data indices included. */
export function variablesOf(index: Index): readonly IndexVariable[] {
  if (index.kind === 'free' || index.kind === 'bound' || index.kind === 'end') return [index];
  return asAffine(index).terms.flatMap(({ variable: v }) =>
    v.kind === 'data' ? [v, ...v.indices.flatMap(variablesOf)] : [v],
  );
}

/** left + factor · right */
export function addIndices(left: Index, right: Index, factor = 1): Index {
  const a = asAffine(left);
  const b = asAffine(right);
  return affine(
    [...a.terms, ...b.terms.map((t) => ({ variable: t.variable, times: factor * t.times }))],
    a.plus + factor * b.plus,
  );
}

export function indexKey(index: Index): string {
  if (index.kind === 'at') return `=${index.position}`;
  if (index.kind === 'affine')
    return `(${index.terms.map((t) => `${t.times}${variableKey(t.variable)}`).join('+')}+${index.plus})`;
  return variableKey(index);
}
export const sameIndex = (a: Index, b: Index): boolean => indexKey(a) === indexKey(b);

export const wholeSet = (set: SetId = ''): Range => ({ set, from: null, to: null });

// --- terms: constructors keep the author's order; they flatten nothing but nested sums and products ------------------

const gcd = (a: bigint, b: bigint): bigint => {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
};

export function rational(num: bigint | number, den: bigint | number = 1n): Num {
  let n = BigInt(num);
  let d = BigInt(den);
  if (d === 0n) throw new Error('bug: rational with denominator 0');
  const g = gcd(n, d) || 1n;
  n /= g;
  d /= g;
  return d < 0n ? { kind: 'num', num: -n, den: -d } : { kind: 'num', num: n, den: d };
}
export const zero: Num = rational(0);
export const one: Num = rational(1);
export const minusOne: Num = rational(-1);
export const integer = (n: number): Num => rational(n);

export const constant = (name: 'pi' | 'e'): Constant => ({ kind: 'constant', name });
export const size = (set: SetId): Size => ({ kind: 'size', set });
export const position = (index: Index): Position => ({ kind: 'position', index });
export const entry = (name: string, ...indices: readonly Index[]): Entry => ({ kind: 'entry', name, indices });
export const delta = (left: Index, right: Index): Delta => ({ kind: 'delta', left, right });
export const bracket = (condition: Condition): Bracket => ({ kind: 'bracket', condition });
export const ifThen = (condition: Condition, then: Term, otherwise: Term): If => ({
  kind: 'if',
  condition,
  then,
  else: otherwise,
});

/** A sum; nested sums are flattened, a sum of one is that one, of none 0. */
export function add(...terms: readonly Term[]): Term {
  const flat = terms.some((t) => t.kind === 'add') ? terms.flatMap((t) => (t.kind === 'add' ? t.terms : [t])) : terms;
  return flat.length === 0 ? zero : flat.length === 1 ? must(flat[0]) : { kind: 'add', terms: flat };
}
/** A product; nested products are flattened, a product of one is that one, of none 1. */
export function mul(...factors: readonly Term[]): Term {
  const flat = factors.some((t) => t.kind === 'mul')
    ? factors.flatMap((t) => (t.kind === 'mul' ? t.factors : [t]))
    : factors;
  return flat.length === 0 ? one : flat.length === 1 ? must(flat[0]) : { kind: 'mul', factors: flat };
}
export const pow = (base: Term, exponent: Term): Pow => ({ kind: 'pow', base, exponent });
/** −t, written as a product with −1 (folded into a leading number). */
export function negate(t: Term): Term {
  if (t.kind === 'num') return rational(-t.num, t.den);
  if (t.kind === 'mul') {
    const [first, ...rest] = t.factors;
    if (first?.kind === 'num')
      return first.num === -first.den ? mul(...rest) : mul(rational(-first.num, first.den), ...rest);
  }
  return mul(minusOne, t);
}
export const subtract = (a: Term, b: Term): Term => add(a, negate(b));
export const reciprocal = (t: Term): Term => pow(t, minusOne);
export const divide = (a: Term, b: Term): Term => (isOne(a) ? reciprocal(b) : mul(a, reciprocal(b)));
export const call = (fn: FunctionName, ...args: readonly Term[]): Call => ({ kind: 'call', fn, args });
export const apply = (fn: string, args: readonly Term[], orders: readonly number[] = args.map(() => 0)): Apply => ({
  kind: 'apply',
  fn,
  orders,
  args,
});

/** A reduction whose body is already written under the binder (the bound index has depth 0). */
export const reduce = (
  op: ReduceOp,
  letter: string,
  body: Term,
  range: Range = wholeSet(),
  where: Condition | null = null,
): Reduce => ({ kind: 'reduce', op, letter, range, where, body });
/** A matrix body is written under two binders: row has depth 1, column depth 0. */
export const inverse = (
  body: Term,
  row: Index,
  column: Index,
  set: SetId = '',
  letters: readonly [string, string] = ['i', 'j'],
): Inverse => ({ kind: 'inverse', letters, set, body, row, column });
export const determinant = (
  body: Term,
  set: SetId = '',
  letters: readonly [string, string] = ['i', 'j'],
): Determinant => ({ kind: 'determinant', letters, set, body });
export const partial = (body: Term, by: Entry, held: readonly string[] = []): Partial => ({
  kind: 'partial',
  body,
  by,
  held,
});

export const isNumber = (t: Term, value: number): boolean =>
  t.kind === 'num' && t.den === 1n && t.num === BigInt(value);
export const isZero = (t: Term): boolean => t.kind === 'num' && t.num === 0n;
export const isOne = (t: Term): boolean => t.kind === 'num' && t.num === t.den;
export const numberValue = (t: Num): number => Number(t.num) / Number(t.den);
