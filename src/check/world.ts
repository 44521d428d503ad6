// What is perturbed while a derivative is evaluated, and what has been computed under which perturbations.
// Not here: the evaluation itself (`evaluate.ts`).
// Invariant: two worlds with the same perturbations are the same object, so a definition's value is computed once a set
// of perturbations.
/** One ∂ in progress: the entry `name[at]` carries ε_tag, except through the names that are held. */
export interface Perturbation {
  readonly tag: number;
  readonly name: string;
  readonly at: readonly number[];
  readonly held: ReadonlySet<string>;
}

export interface World<V> {
  readonly perturbations: readonly Perturbation[];
  /** Values of definitions by name and indices. */
  readonly memo: Map<string, Map<number | string, V>>;
  /** This world as the body of a definition sees it. */
  readonly narrowed: Map<string, World<V>>;
  readonly family: Map<string, World<V>>;
}

export function emptyWorld<V>(): World<V> {
  const family = new Map<string, World<V>>();
  return sameWorld([], family);
}

function sameWorld<V>(perturbations: readonly Perturbation[], family: Map<string, World<V>>): World<V> {
  const k = perturbations.map((p) => p.tag).join();
  let world = family.get(k);
  if (world === undefined) family.set(k, (world = { perturbations, memo: new Map(), narrowed: new Map(), family }));
  return world;
}

/** A world in which one more derivative is taken. */
export const perturb = <V>(world: World<V>, p: Perturbation): World<V> =>
  sameWorld([...world.perturbations, p], world.family);

/**
 * What the body of `name` sees: only perturbations of names it depends on, not those of itself, not those it is held
 * from.
 */
export function inside<V>(world: World<V>, name: string, dependsOn: ReadonlySet<string>): World<V> {
  if (world.perturbations.length === 0) return world;
  let narrow = world.narrowed.get(name);
  if (narrow === undefined) {
    narrow = sameWorld(
      world.perturbations.filter((p) => p.name !== name && !p.held.has(name) && dependsOn.has(p.name)),
      world.family,
    );
    world.narrowed.set(name, narrow);
  }
  return narrow;
}
