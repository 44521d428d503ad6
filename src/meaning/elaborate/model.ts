// What elaboration knows of a document and what it may choose: the document's model, a reading, a scope.
// Not here: the elaboration (`elaborator.ts`).
// Invariant: one reading is one consistent set of choices.
import type { Scripted } from '../../language/scripted.ts';
import type { Surface } from '../../language/surface.ts';
import type { Ranks } from '../ranks.ts';
import type { Registry, Source } from '../registry.ts';
import type { Value, VectorProduct } from '../value.ts';
import type { Usage } from '../usage.ts';

/** What the words of a document say about its quantities. */
export interface Facts {
  /** Vectors that lie as rows where they stand by themselves. */
  readonly rows: ReadonlySet<string> | 'all';
  /** Repeated indices are summed. */
  readonly einstein: boolean;
  /** Functions that the text names: `σ` ↦ sigmoid. `unknown`: any differentiable function. */
  readonly functions: ReadonlyMap<string, 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown'>;
  /** Declared dependencies: `l` is a function of `Y`. */
  readonly depends: ReadonlyMap<string, readonly string[]>;
  /** Names that the text calls a Kronecker delta. */
  readonly deltas: ReadonlySet<string>;
  /** `d_i` is the derivative by entry i of this quantity. */
  readonly entryOf: string | null;
  readonly words: ReadonlySet<string>;
}

/** Letters that people give the size of an identity matrix. */
const sizeLetter = /^[nmdpNMDP]$/;

/** `I`, and `I_n` where n is no index of the text. */
export function isIdentity({ usage, registry, ranks }: Model, name: Scripted): boolean {
  if (name.name !== 'I' || registry.isListed('I') || name.sups.length + name.primes > 0) return false;
  const use = usage.names.get('I');
  const letters = [...(use?.subLetters.keys() ?? [])];
  if (letters.length === 0) return name.subs.length === 0 && ranks.rankOf('I') === 0;
  return use?.longestSub === 1 && letters.every((l) => sizeLetter.test(l) && !usage.bound.has(l));
}

/** Whether a vector by itself lies as a row. */
export const liesAsRow = ({ rows }: Facts, id: string, axes: readonly string[]): boolean =>
  axes.length === 1 && (rows === 'all' || rows.has(id));

export interface Model {
  readonly usage: Usage;
  readonly ranks: Ranks;
  readonly registry: Registry;
  readonly facts: Facts;
  readonly inferred: ReadonlyMap<string, readonly string[]>;
  /** Inferred edges `A>B` that nothing else supports. */
  readonly uncertain: ReadonlySet<string>;
  /** Numbers that the text gives to quantities, where a reading uses them. */
  readonly values: ReadonlyMap<string, Source>;
  /** What each function was last applied to: the z of a bare `σ_i`. */
  readonly current: ReadonlyMap<string, string>;
}

/** Choices that a formula leaves open. */
export interface Reading {
  readonly name: string;
  /** Two vectors side by side. */
  readonly vectors: VectorProduct;
  /** Whether ∂/∂x in front of a product takes the whole product or its first factor. */
  readonly scope: 'product' | 'factor' | 'wide';
  /** Partial derivatives hold every other defined quantity fixed. */
  readonly staged: boolean;
  /** σ of a data vector stands for σ of its product with the parameters. */
  readonly linear: boolean;
  /** A letter that a definition leaves open (the o of u_o) lies outside its sums (the u_k). */
  readonly apart: boolean;
  /**
   * What carries the index where an equation is written for one example (`z = xw + b` beside z_i): the data, the
   * parameters, or both.
   */
  readonly lift: 'none' | 'data' | 'parameters' | 'both';
  /** Bare names of indexed quantities carry the index of their definition (`g'h − h'g` for g_i, h_i). */
  readonly implicit: boolean;
  /** Which of two axes comes first in ∂vector/∂vector. */
  readonly layout: 'numerator' | 'denominator';
}

export const plainReading: Reading = {
  name: 'plain',
  vectors: 'entrywise',
  scope: 'product',
  staged: false,
  linear: false,
  implicit: false,
  apart: false,
  lift: 'none',
  layout: 'numerator',
};

/** Where a piece of a formula stands. */
export interface Scope {
  /** Letters bound by sums around. */
  readonly bound: ReadonlySet<string>;
  /** Index letters of the other side: never summed over by a bare Σ or a repeated index. */
  readonly head: ReadonlySet<string>;
  /** Arguments of the function whose body is being read. */
  readonly replaced: ReadonlyMap<string, Value>;
  /** `l` stands for this layer. */
  readonly layers: ReadonlyMap<string, { readonly letter: string; readonly plus: number }>;
  readonly einstein: boolean;
  /** What the head of the chain differentiates by: what a prime means. */
  readonly variable: Surface | null;
}

export const outermost = (head: Iterable<string>, einstein: boolean, variable: Surface | null = null): Scope => ({
  bound: new Set(),
  head: new Set(head),
  replaced: new Map(),
  layers: new Map(),
  einstein,
  variable,
});
