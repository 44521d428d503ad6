// The value of one entry: of an input, a definition or an unknown quantity, with the perturbations of that very entry.
// Not here: the other nodes (`compile.ts`).
// Invariant: the body of a definition is evaluated once for each tuple of indices and set of perturbations.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import type { Entry } from '../term/term.ts';
import { work } from '../term/work.ts';
import type { Value } from './dual.ts';
import { axesOf, outOfRange } from './environment.ts';
import { dependencies } from './dependencies.ts';
import { index } from './indices.ts';
import {
  ownNodes,
  sizeIn,
  tuples,
  type CompiledDefinition,
  type Meaning,
  type Scope,
  type State,
  type Unit,
} from './meaning.ts';
import { randomPolynomial } from './unknown.ts';
import { inside } from './world.ts';

type Lookup<S> = (at: readonly number[], s: State<S>) => Value<S>;

const tupleKey = (at: readonly number[]): number | string =>
  at.length === 0
    ? 0
    : at.length === 1
      ? must(at[0])
      : at.length === 2
        ? must(at[0]) * 67108864 + must(at[1])
        : at.join();

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** How an entry of `name` gets its value before perturbation. */
function source<S>(name: string, arity: number, unit: Unit<S>): Lookup<S> {
  const { context } = unit;
  const definition = context.definitions.get(name);
  const dependsOn = context.depends.get(name);
  if (definition === undefined && dependsOn === undefined) return (at, s) => s.run.input(name, at);
  if (definition !== undefined && definition.params.length !== arity) wrongRank(name, definition.params.length, arity);
  const body = lazily(() =>
    definition !== undefined ? definitionBody(name, unit) : unknownQuantity(name, dependsOn ?? [], unit),
  );
  const below = lazily(() => dependencies(name, context));
  return (at, s) => {
    const world = inside(s.world, name, below());
    let values = world.memo.get(name);
    if (values === undefined) world.memo.set(name, (values = new Map()));
    const k = tupleKey(at);
    let v = values.get(k);
    if (v === undefined) values.set(k, (v = body()(at, { run: s.run, world, slots: [] })));
    return v;
  };
}

function wrongRank(name: string, has: number, given: number): never {
  throw new WhygradError('wrong-rank', `${name} is defined with ${has} indices, but stands here with ${given}.`, {
    hint: 'Write one index for each axis.',
  });
}

function definitionBody<S>(name: string, unit: Unit<S>): Lookup<S> {
  const { params, body } = compiledDefinition(name, unit);
  const each = ownNodes(must(unit.context.definitions.get(name)).body);
  return (at, s) => {
    work(each);
    at.forEach((i, n) => {
      const set = params[n] ?? '';
      const length = set === '' ? Infinity : sizeIn(s.run, set);
      if (i < 1 || i > length) outOfRange(name, n, i, length);
    });
    return body({ ...s, slots: [...at] });
  };
}

function compiledDefinition<S>(name: string, unit: Unit<S>): CompiledDefinition<S> {
  let one = unit.definitions.get(name);
  if (one === undefined) {
    const definition = unit.context.definitions.get(name);
    if (definition === undefined) throw new Error('bug: not a definition');
    const body = unit.compile(definition.body, {
      unit,
      letters: new Map(),
      bound: definition.params.map((_, n) => n),
      next: definition.params.length,
    });
    unit.definitions.set(name, (one = { params: axesOf(name, unit.context) ?? [], body }));
  }
  return one;
}

/** An unknown quantity is a random polynomial in every entry that it depends on. */
function unknownQuantity<S>(name: string, dependsOn: readonly string[], unit: Unit<S>): Lookup<S> {
  const parts = dependsOn.map((d) => ({
    axes: axesOf(d, unit.context) ?? [],
    value: entryLookup(d, axesOf(d, unit.context)?.length ?? 0, unit),
  }));
  return (at, s) => {
    work(parts.length);
    const args = parts.flatMap((p) =>
      tuples(p.axes.map((set) => sizeIn(s.run, set))).map((tuple) => p.value(tuple, s)),
    );
    return randomPolynomial(`${name}[${at.join()}]`, args, s.run.env.seed, unit.duals);
  };
}

/** The value of an entry with the perturbations of that very entry. */
function entryLookup<S>(name: string, arity: number, unit: Unit<S>): Lookup<S> {
  const value = source(name, arity, unit);
  return (at, s) => {
    let v = value(at, s);
    for (const p of s.world.perturbations) {
      if (p.name === name && p.at.length === at.length && p.at.every((i, n) => i === at[n]))
        v = unit.duals.perturb(v, p.tag);
    }
    return v;
  };
}

/** An entry as a closure. */
export function entryMeaning<S>(e: Entry, scope: Scope<S>): Meaning<S> {
  const lookup = entryLookup(e.name, e.indices.length, scope.unit);
  const at = e.indices.map((i) => index(i, scope));
  const [a, b] = at;
  if (a === undefined) return (s) => lookup([], s);
  if (b === undefined) return (s) => lookup([a(s)], s);
  return (s) =>
    lookup(
      at.map((i) => i(s)),
      s,
    );
}
