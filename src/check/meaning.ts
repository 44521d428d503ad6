// The shapes of a compiled term: closures over a state, and the scope in which a node is compiled.
// Not here: how nodes become closures (`compile.ts`, `entries.ts`).
// Invariant: a closure depends on its state alone, so one compilation serves all points.
import type { Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import { children } from '../term/walk.ts';
import type { Duals, Value } from './dual.ts';
import { sizeOf, type Environment } from './environment.ts';
import type { World } from './world.ts';

/** One evaluation under way: where values come from, what is perturbed, and the index values of the current frame. */
export interface State<S> {
  readonly run: Run<S>;
  readonly world: World<Value<S>>;
  readonly slots: number[];
}

/** What lasts for one environment. */
export interface Run<S> {
  readonly env: Environment;
  /** The value of an input entry. */
  readonly input: (name: string, at: readonly number[]) => Value<S>;
  readonly sizes: Map<string, number>;
  tag: number;
}

export type Meaning<S> = (s: State<S>) => Value<S>;
export type Place = <S>(s: State<S>) => number;

/** All that is compiled in one context and arithmetic. */
export interface Unit<S> {
  readonly context: Context;
  readonly duals: Duals<S>;
  readonly definitions: Map<string, CompiledDefinition<S>>;
  readonly terms: WeakMap<Term, Map<string, Meaning<S>>>;
  readonly compile: (t: Term, scope: Scope<S>) => Meaning<S>;
}
export interface CompiledDefinition<S> {
  readonly params: readonly string[];
  readonly body: Meaning<S>;
}

/** Where indices live while compiling: slots of free letters, and of bound indices from the outside in. */
export interface Scope<S> {
  readonly unit: Unit<S>;
  readonly letters: ReadonlyMap<string, number>;
  readonly bound: readonly number[];
  readonly next: number;
}

/** The scope under more binders. */
export const enter = <S>(scope: Scope<S>, binders: number): Scope<S> => ({
  ...scope,
  bound: [...scope.bound, ...Array.from({ length: binders }, (_, n) => scope.next + n)],
  next: scope.next + binders,
});

/** The size of a set in this run. */
export function sizeIn<S>(run: Run<S>, set: string): number {
  let n = run.sizes.get(set);
  if (n === undefined) run.sizes.set(set, (n = sizeOf(set, run.env)));
  return n;
}

/** The nodes that one evaluation of a term goes through itself; what stands under binders and ∂ counts for itself. */
export function ownNodes(t: Term): number {
  const apart = t.kind === 'reduce' || t.kind === 'partial' || t.kind === 'inverse' || t.kind === 'determinant';
  return apart ? 1 : children(t).reduce((n, c) => n + ownNodes(c.term), 1);
}

/** All index tuples of a shape, counted from 1, the last index fastest. */
export function tuples(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((t) => Array.from({ length: n }, (_, i) => [...t, i + 1])),
    [[]],
  );
}
