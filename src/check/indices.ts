// Indices and position conditions as closures, and which slots of a frame a term reads.
// Not here: terms (`compile.ts`).
// Invariant: positions count from 1.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import { asAffine, type Index, type IndexVariable, type Term } from '../term/term.ts';
import { visitIndices } from '../term/walk.ts';
import { inputValue, type Environment } from './environment.ts';
import { sizeIn, type Scope, type State } from './meaning.ts';

function variable<S>(v: IndexVariable, scope: Scope<S>): (s: State<S>) => number {
  if (v.kind === 'end') return (s) => sizeIn(s.run, v.set);
  if (v.kind === 'data') {
    const inner = v.indices.map((i) => index(i, scope));
    return (s) =>
      wholeValue(
        v.name,
        inner.map((i) => i(s)),
        s.run.env,
      );
  }
  const slot = v.kind === 'free' ? scope.letters.get(v.name) : scope.bound[scope.bound.length - 1 - v.depth];
  if (slot !== undefined) return (s) => must(s.slots[slot]);
  if (v.kind === 'bound') throw new Error('bug: a bound index outside its binder');
  return (s) => s.run.env.indices.get(v.name) ?? missingIndex(v.name);
}

/** The position that an entry of given whole numbers is. */
function wholeValue(name: string, at: readonly number[], env: Environment): number {
  const n = inputValue(name, at, env);
  if (!Number.isInteger(n))
    throw new WhygradError(
      'index-not-integer',
      `${name} stands as an index and has the entry ${n}, which is no position.`,
      {
        hint: 'Give whole numbers.',
      },
    );
  return n;
}

/** Throws the error for a letter without a value. */
export function missingIndex(name: string): never {
  throw new WhygradError('index-missing', `The index ${name} has no value.`, {
    hint: 'Give a value for it, or make it an axis of the result.',
  });
}

/** An index as a function of the state. */
export function index<S>(i: Index, scope: Scope<S>): (s: State<S>) => number {
  if (i.kind === 'at') return () => i.position;
  if (i.kind !== 'affine') return variable(i, scope);
  const parts = i.terms.map((t) => ({ at: variable(t.variable, scope), times: t.times }));
  return (s) => parts.reduce((sum, p) => sum + p.times * p.at(s), i.plus);
}

/** Slots of the frame that a term below `scope` reads. */
export function slotsUsed<S>(t: Term, scope: Scope<S>): number[] {
  const used = new Set<number>();
  visitIndices(t, (i, depth) => {
    for (const { variable: v } of asAffine(i).terms) {
      const slot =
        v.kind === 'free'
          ? scope.letters.get(v.name)
          : v.kind === 'bound' && v.depth >= depth
            ? scope.bound[scope.bound.length - 1 - (v.depth - depth)]
            : undefined;
      if (slot !== undefined) used.add(slot);
    }
  });
  return [...used];
}

/**
 * Results again while the world is the same: a table where few slots are read (sums nested in sums stay polynomial),
 * else the last result.
 */
export function remembering<S, T>(used: readonly number[], compute: (s: State<S>) => T): (s: State<S>) => T {
  return used.length <= 2 ? tabled(used, compute) : rememberingLast(used, compute);
}

function tabled<S, T>(used: readonly number[], compute: (s: State<S>) => T): (s: State<S>) => T {
  const [a, b] = used;
  let world: State<S>['world'] | null = null;
  const table = new Map<number, T>();
  return (s) => {
    if (world !== s.world) {
      table.clear();
      world = s.world;
    }
    const at = (a === undefined ? 0 : must(s.slots[a])) + 67108864 * (b === undefined ? 0 : must(s.slots[b]));
    if (table.has(at)) return must(table.get(at));
    const here = s.world;
    const value = compute(s);
    // what is computed may enter other worlds (∂ inside a sum) and come back
    if (world !== here) {
      table.clear();
      world = here;
    }
    table.set(at, value);
    return value;
  };
}

function rememberingLast<S, T>(used: readonly number[], compute: (s: State<S>) => T): (s: State<S>) => T {
  let world: State<S>['world'] | null = null;
  let at: readonly number[] = [];
  let last: T;
  return (s) => {
    if (world === s.world && used.every((slot, n) => s.slots[slot] === at[n])) return last;
    const now = used.map((slot) => must(s.slots[slot]));
    last = compute(s);
    world = s.world;
    at = now;
    return last;
  };
}
