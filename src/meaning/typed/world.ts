// What is known of the names in a text while it is read: ranks, definitions, functions, sizes.
// Not here: how that knowledge is gathered (`survey.ts`, `ranks.ts`) and used (`elaborate.ts`).
// Invariant: names are looked up in Maps and Sets only, so that no user's word has a meaning that was not given to it.
import { must } from '../../term/must.ts';
import type { Term } from '../../term/term.ts';
import { dataNames, visit } from '../../term/walk.ts';
import type { Context, Definition } from '../../term/context.ts';
import { isReservedFunction } from '../../term/functions.ts';

/** A definition whose head has arguments (`\sigma(z_j) = …`): how its uses are recognised. */
export interface FunctionHead {
  /** The name of the definition: `S` for `S(z)_i`, `sigma(z)` where the bare name means something else. */
  readonly key: string;
  readonly args: readonly string[];
  /** Which arguments are an index letter (`softmax(y_hat, i)`), by position. */
  readonly indexArgs: readonly boolean[];
}

export interface World {
  /** The number of axes of every name that is known. */
  readonly ranks: Map<string, number>;
  /** Names whose rank the context has told. */
  readonly told: Set<string>;
  /** The largest number of indices that a name is written with. */
  readonly subscripted: Map<string, number>;
  /** Names with a definition. */
  readonly defined: Set<string>;
  readonly functions: Map<string, FunctionHead>;
  /** Names that are the size of an index set. */
  readonly sizes: Set<string>;
  /** Sizes that need no sum to say what they count: the context has them, or a sum is written out to them. */
  readonly counted: Set<string>;
  /** Names that somebody gave a value. */
  readonly supplied: Set<string>;
  /** Names that stand alone somewhere in the texts. */
  readonly seen: Set<string>;
  /** Names whose indices are written as superscripts. */
  readonly superIndexed: Set<string>;
  /** Names whose entry 0 is a quantity of its own: θ_0 + Σ_{j=1}^n θ_j x_j. */
  readonly apart: Set<string>;
  /** Names whose numbers count variants, not entries: the layers `W_1 x + b_1`. */
  readonly numbered: Set<string>;
  /** Letters used as an index somewhere in the texts. */
  readonly indexLetters: Set<string>;
  /** Names whose entries stand as indices somewhere in the texts: the t of `p_{n,t_n}`. */
  readonly positions: Set<string>;
  /** Names used as a number somewhere in the texts: in a product, a power, a call. */
  readonly numbers: Set<string>;
  /** Whether a text is written as a program (`@`, `**`, `np.`): there `*` and `**` work entry by entry. */
  programming: boolean;
  /** What unknown quantities depend on (`L(Y)`). */
  readonly depends: Map<string, Set<string>>;
  /** The definition of a name; null when it has none. */
  definition: (name: string) => Definition | null;
}

export function emptyWorld(): World {
  return {
    ranks: new Map(),
    told: new Set(),
    subscripted: new Map(),
    defined: new Set(),
    functions: new Map(),
    sizes: new Set(),
    counted: new Set(),
    supplied: new Set(),
    seen: new Set(),
    superIndexed: new Set(),
    apart: new Set(),
    numbered: new Set(),
    indexLetters: new Set(),
    positions: new Set(),
    numbers: new Set(),
    programming: false,
    depends: new Map(),
    definition: () => null,
  };
}

/** The world that a context describes. */
export function worldOf(context: Context, values: Record<string, unknown> = {}): World {
  const world = emptyWorld();
  for (const [name, shape] of context.shapes) {
    world.ranks.set(name, shape.length);
    if (shape.length > 0) world.told.add(name);
  }
  for (const [name, definition] of context.definitions) {
    world.defined.add(name);
    world.ranks.set(name, definition.params.length);
    const head = headOfKey(name, definition);
    if (head !== null) world.functions.set(head.name, head.head);
  }
  for (const shape of context.shapes.values())
    for (const set of shape)
      if (/^[A-Za-z]\w*$/.test(set)) {
        world.sizes.add(set);
        world.counted.add(set);
      }
  for (const [name, on] of context.depends) world.depends.set(name, new Set(on));
  for (const letter of context.fixed) world.indexLetters.add(letter);
  for (const d of context.definitions.values()) for (const name of dataNames(d.body)) world.positions.add(name);
  addValues(world, values);
  world.definition = (name) => context.definitions.get(name) ?? null;
  return world;
}

function headOfKey(name: string, definition: Definition): { name: string; head: FunctionHead } | null {
  const bracket = /^([^(]+)\((.*)\)$/.exec(name);
  const args = definition.args ?? (bracket === null || bracket[1]?.endsWith('^') ? undefined : bracket[2]?.split(','));
  if (args === undefined) return null;
  const bare = bracket !== null && !bracket[1]?.endsWith('^') ? must(bracket[1]) : name;
  return { name: bare, head: { key: name, args, indexArgs: definition.indexArgs ?? args.map(() => false) } };
}

/** Signs that stand in programs with arrays, never in mathematics. */
export const isProgram = (text: string): boolean => /@|\*\*|\b(?:np|numpy|torch|jnp)\./.test(text);

/** Ranks from given values: a number has rank 0, nested arrays one axis a level. */
export function addValues(world: World, values: Record<string, unknown>): void {
  for (const name of Object.keys(values)) {
    let v = values[name];
    let rank = 0;
    while (Array.isArray(v) || ArrayBuffer.isView(v)) {
      rank += 1;
      v = Array.isArray(v) ? v[0] : 0;
    }
    world.supplied.add(name);
    if (!world.ranks.has(name)) world.ranks.set(name, rank);
  }
}

/** Whether the text itself says what a name is. */
export const isGiven = (world: World, name: string): boolean =>
  world.defined.has(name) || world.supplied.has(name) || world.ranks.has(name);

/** Whether a word is a name that the text gives, or what a name with a label (`KL_{loss}`) begins with. */
export const isKnownWord = (world: World, word: string): boolean =>
  isGiven(world, word) || [...world.defined].some((name) => name.startsWith(`${word}^`) || name.startsWith(`${word}_`));

/** Whether a name has a meaning of its own that no text has taken away. */
export const isReserved = (world: World, name: string): boolean => !isGiven(world, name) && isReservedFunction(name);

/** ∂L/∂Y of an L that nothing defines says that L depends on Y. */
export function noteDerivatives(t: Term, world: World): void {
  visit(t, (x) => {
    if (x.kind !== 'partial' || x.body.kind !== 'entry' || world.defined.has(x.body.name) || x.body.name === x.by.name)
      return;
    const on = world.depends.get(x.body.name) ?? new Set<string>();
    on.add(x.by.name);
    world.depends.set(x.body.name, on);
  });
}
