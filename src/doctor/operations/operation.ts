// What the doctor knows of an operation: its inputs, its forward pass, its gradients, and how people get them wrong.
// Not here: the operations themselves (one file a family), how a person's function is recognised as one.
// Invariant: `backward` is the derivative of `forward`; a test compares them numerically.
import { recipe, type Recipe } from '../tensor/notation.ts';

/**
 * How the entries of an input are drawn.
 * `labels`: one class a row; `soft`: labels that do not sum to 1; `places`: row numbers of a table, some of them twice.
 */
export type Draw =
  | 'normal'
  | 'positive'
  | 'probabilities'
  | 'logProbabilities'
  | 'unit'
  | 'binary'
  | 'labels'
  | 'signs'
  | 'distribution'
  | 'places'
  | 'mask'
  | 'number'
  | 'keep'
  | 'small';

/** What an axis counts: samples, classes, features, units, … */
export type Axis = 'N' | 'C' | 'D' | 'M' | 'E' | 'V' | 'H' | 'K' | 'one';
export type Sizes = Readonly<Record<Axis, number>>;

/**
 * `batch`: one row a sample; `weights`: from features to units; `units`: one row for all samples; `image`: no samples.
 */
export type Sort = 'batch' | 'weights' | 'units' | 'constant' | 'image';

export interface Input {
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly draw: Draw;
  readonly sort: Sort;
}

/** One way to get it wrong: what such a program returns for some of the gradients. */
export interface Wrong {
  readonly id: string;
  readonly gives: Recipe;
}

export interface Operation {
  readonly id: string;
  /** How functions, classes, files and comments call it. */
  readonly names: RegExp;
  readonly inputs: readonly Input[];
  /** Gives `out`, or `l` (the loss of each row); its other names can be handed to a backward pass. */
  readonly forward: Recipe;
  /** `loss`: the rows of `l` are added up and scaled; `entries`: each output depends on one input alone. */
  readonly kind: 'map' | 'entries' | 'loss';
  /** Gives `d` + name of the input; u is the upstream gradient, r the factor of a loss. */
  readonly backward: Recipe;
  /** Other ways to write the same gradients, for the slips that are made in them. */
  readonly forms: readonly Recipe[];
  readonly wrongs: readonly Wrong[];
  /** Forward passes that people write instead. */
  readonly wrongForwards: readonly Wrong[];
  /** Names of the forward pass that a program may hand to its backward pass, and how people call them. */
  readonly given: Readonly<Record<string, RegExp>>;
  /** Factors that are as usual as 1 in this loss (½ of a squared error). */
  readonly usual: readonly number[];
  /** Words of a program that speak for this operation and not for a sister of it. */
  readonly clues: readonly RegExp[];
  /** Names of functions and comments that mean the negative of the loss (log-likelihood). */
  readonly negated: RegExp | null;
  /** Names that are read off the program's own output, `seen`, as they are drawn at random there. */
  readonly observed: Recipe;
  /** Whether the entries of a row depend on each other; if not, an array of any shape will do. */
  readonly coupled: boolean;
}

type Written = readonly [id: string, gives: string];

interface Description {
  readonly names: RegExp;
  readonly inputs: readonly string[];
  readonly forward: string;
  readonly kind?: Operation['kind'];
  readonly backward: string;
  readonly forms?: readonly string[];
  readonly wrongs?: readonly Written[];
  readonly wrongForwards?: readonly Written[];
  readonly given?: Readonly<Record<string, RegExp>>;
  readonly usual?: readonly number[];
  readonly coupled?: false;
  readonly clues?: readonly RegExp[];
  readonly negated?: RegExp;
  readonly observed?: string;
}

/** `z batch N C normal` */
const inputOf = (text: string): Input => {
  const [name = '', sort = '', ...rest] = text.split(' ');
  const draw = rest.pop() as Draw;
  return { name, sort: sort as Sort, axes: rest as Axis[], draw };
};
const wrongOf = ([id, gives]: Written): Wrong => ({ id, gives: recipe(gives) });

export const operation = (id: string, d: Description): Operation => ({
  id,
  names: d.names,
  inputs: d.inputs.map(inputOf),
  forward: recipe(d.forward),
  kind: d.kind ?? 'map',
  backward: recipe(d.backward),
  forms: (d.forms ?? []).map(recipe),
  wrongs: (d.wrongs ?? []).map(wrongOf),
  wrongForwards: (d.wrongForwards ?? []).map(wrongOf),
  given: d.given ?? {},
  usual: d.usual ?? [1],
  clues: d.clues ?? [],
  negated: d.negated ?? null,
  observed: recipe(d.observed ?? ''),
  coupled: d.coupled ?? d.kind !== 'entries',
});

/** The inputs with a gradient in `backward`. */
export const differentiated = (o: Operation): readonly Input[] =>
  o.inputs.filter((i) => o.backward.some((s) => s.name === `d${i.name}`));
