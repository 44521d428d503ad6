// What a document says as a network: which tensor is the loss, the prediction, the data, and what is learned.
// Not here: gradients, compiling, numbers.
// Invariant: every input has exactly one role: data, or learned (nothing defines it and the data do not give it).
import { must } from '../../term/must.ts';
import type { Context, Definition } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import type { SetId } from '../../term/term.ts';
import { openFunctions, withActivation } from './activation.ts';
import { nameInnerSums } from './inner.ts';
import { EXAMPLES, liftOverExamples } from './lift.ts';
import { nameLogistic } from './logistic.ts';
import { dependencyOrder, dependentOn, inputsOf } from './order.ts';

/** A tensor by name with the index set of each axis. */
export interface Named {
  readonly name: string;
  readonly sets: readonly SetId[];
}

/** A document read as a network over a set of examples. */
export interface Network {
  readonly context: Context;
  /** Definitions that the loss needs, in dependency order, the loss last. */
  readonly order: readonly string[];
  readonly loss: string;
  readonly prediction: Named;
  /** The tensor of inputs and the tensor of answers; null where the document has none. */
  readonly features: Named | null;
  readonly answers: Named | null;
  /** Further inputs with an entry for each example. */
  readonly more: readonly Named[];
  /** Inputs that are given once and not per example (constants of the user). */
  readonly constants: readonly Named[];
  readonly learned: readonly Named[];
  readonly examples: SetId;
  /** Definitions to be taken for ∂loss/∂name instead of the derived ones. */
  readonly gradients: ReadonlyMap<string, Definition>;
}

/** What the caller says about the roles; all but `activation` are recognised when not given. */
export interface RoleOptions {
  readonly activation?: string;
  readonly loss?: string;
  readonly prediction?: string;
  readonly features?: string;
  readonly answers?: string;
  /** Names that are given values and so are not learned. */
  readonly constants?: readonly string[];
  /** Names of which the data give an entry for each example. */
  readonly more?: readonly string[];
  /**
   * By the name of a quantity, the name of the definition that is taken for ∂loss/∂quantity instead of the derived one.
   */
  readonly gradients?: ReadonlyMap<string, string>;
  /** Features an example; tells `x_i` of one example from `x_n` of all examples. */
  readonly columns: number;
}

const featureNames = ['x', 'X'];
const answerNames = ['y', 'Y', 't', 'T', 'target', 'label'];

/** The tensors that the data give for each example: features, answers, more. */
export const dataOf = (network: Network): Named[] =>
  [network.features, network.answers, ...network.more].filter((t) => t !== null);

/** The roles of a document's tensors. Throws `no-loss`, `no-data-input`, `unknown-name`, `nothing-to-learn`. */
export function readNetwork(given: Context, options: RoleOptions): Network {
  let context = given;
  for (const fn of openFunctions(context)) context = withActivation(context, fn, options.activation ?? 'tanh');
  const loss = lossOf(context, options.loss);
  context = nameInnerSums(nameLogistic(context));
  let order = dependencyOrder(context, loss);
  const inputs = inputsOf(context, order);
  const features = roleOf(inputs, featureNames, options.features, 'features', context);
  const answers = roleOf(inputs, answerNames, options.answers, 'answers', context);
  if (features === null)
    throw new WhygradError('no-data-input', 'the loss does not depend on any tensor x of inputs', {
      hint: `call the inputs x and the answers y, or name them; the document's inputs are ${inputs.join(', ')}`,
    });
  const more = (options.more ?? []).filter((name) => inputs.includes(name) && name !== features && name !== answers);
  const data = [features, answers, ...more].filter((name) => name !== null);
  const batched = isBatched(context, features, answers, options.columns);
  const total = batched ? loss : `${loss}_mean`;
  if (!batched) {
    const moving = [...order, ...(options.gradients?.values() ?? [])];
    context = liftOverExamples(context, dependentOn(context, moving, data), loss, total);
    order = dependencyOrder(context, total);
  }
  const named = (name: string): Named => ({ name, sets: setsOf(context, name) });
  const given_ = new Set([...data, ...(options.constants ?? [])]);
  const learned = inputs.filter((name) => !given_.has(name)).map(named);
  if (learned.length === 0)
    throw new WhygradError('nothing-to-learn', 'every tensor of the document is defined or given', {
      hint: 'leave the weights undefined',
    });
  return {
    context,
    order,
    loss: total,
    learned,
    prediction: named(predictionOf(context, order, answers, options.prediction)),
    features: named(features),
    answers: answers === null ? null : named(answers),
    more: more.map(named),
    constants: inputs.filter((name) => given_.has(name) && !data.includes(name)).map(named),
    gradients: new Map(
      Array.from(options.gradients ?? [], ([name, definition]) => [name, must(context.definitions.get(definition))]),
    ),
    examples: batched ? must(setsOf(context, features)[0]) : EXAMPLES,
  };
}

export function setsOf(context: Context, name: string): readonly SetId[] {
  return context.definitions.get(name)?.params.map((p) => p.set) ?? context.shapes.get(name) ?? [];
}

/** The scalar that no other definition uses: the last one written, or one that is called like a loss. */
function lossOf(context: Context, said: string | undefined): string {
  if (said !== undefined) {
    if (context.definitions.get(said)?.params.length === 0) return said;
    throw new WhygradError('no-loss', `the document does not define a number ${said}`, {
      hint: 'name the definition that training makes small',
    });
  }
  const used = new Set(
    [...context.definitions.values()].flatMap((d) => [...dependencyOrder(context, d.name)].filter((n) => n !== d.name)),
  );
  const scalars = [...context.definitions.values()]
    .filter(
      (d) =>
        d.params.length === 0 && !used.has(d.name) && inputsOf(context, dependencyOrder(context, d.name)).length > 0,
    )
    .map((d) => d.name);
  const usual = scalars.filter((name) => /^(L|E|J|C|R|loss|cost|ell|error|risk)$/i.test(name));
  const found = usual.at(-1) ?? scalars.at(-1);
  if (found === undefined)
    throw new WhygradError('no-loss', 'the document defines no loss: a number that nothing else is made of', {
      hint: 'add an equation such as L = -(1/N) sum_n sum_o y_no log(p_no)',
    });
  return found;
}

function roleOf(
  inputs: readonly string[],
  usual: readonly string[],
  said: string | undefined,
  role: string,
  context: Context,
): string | null {
  if (said !== undefined) {
    if (inputs.includes(said)) return said;
    throw new WhygradError(
      'unknown-name',
      `the loss has no input ${said} for the ${role}${context.definitions.has(said) ? ': it is defined in the document' : ''}`,
      { hint: `its inputs are ${inputs.join(', ')}` },
    );
  }
  return usual.find((name) => inputs.includes(name)) ?? null;
}

/** Whether the document writes the index of the example itself. */
function isBatched(context: Context, features: string, answers: string | null, columns: number): boolean {
  const x = setsOf(context, features);
  const y = answers === null ? [] : setsOf(context, answers);
  if (x.length >= 2) return answers === null || y[0] === x[0];
  return x.length === 1 && columns === 1 && (answers === null || y[0] === x[0]);
}

/** The last definition before the loss that does not depend on the answers and is indexed like them. */
function predictionOf(
  context: Context,
  order: readonly string[],
  answers: string | null,
  said: string | undefined,
): string {
  if (said !== undefined) {
    if (order.includes(said)) return said;
    throw new WhygradError('unknown-name', `the loss is not made of a definition ${said}`, {
      hint: `it is made of ${order.join(', ')}`,
    });
  }
  const blind = answers === null ? new Set<string>() : dependentOn(context, order, [answers]);
  const like = answers === null ? null : setsOf(context, answers).join();
  const candidates = order.filter((name) => !blind.has(name) && setsOf(context, name).length > 0);
  const found =
    candidates.findLast((name) => like === null || setsOf(context, name).join() === like) ?? candidates.at(-1);
  if (found === undefined)
    throw new WhygradError(
      'no-prediction',
      'no definition of the document is a prediction: indexed like the answers and made without them',
      { hint: 'give the output of the network a name in the document' },
    );
  return found;
}
