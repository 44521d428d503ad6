// From a document and further givens to a network.
// Not here: data sets, training, reading a text (`document/`).
// Invariant: the same texts give the same network, so a saved model is read back by this path alone.
import { contextOfDocument, libraryDocument, libraryNames } from '../../meaning/library.ts';
import { WhygradError } from '../../term/error.ts';
import type { Context } from '../../term/context.ts';
import { readNetwork, type Network, type RoleOptions } from './network.ts';

/** A document by the name it has in the library, or the text itself. */
export const documentText = (document: string): string =>
  libraryNames().includes(document) ? libraryDocument(document) : document;

/** The context of a document together with further givens, which win over its own definitions. */
export const contextOf = (text: string, given: readonly string[]): Context => contextOfDocument(text, given);

/** The network that a document describes. Throws what reading and `readNetwork` throw. */
export const prepareNetwork = (text: string, given: readonly string[], roles: RoleOptions): Network =>
  readNetwork(contextOf(text, given), roles);

/**
 * The same with formulas in the document's letters that are taken for ∂loss/∂name (`{ z: '(p_no - y_no)/N' }`). Throws
 * `unknown-name` too.
 */
export function prepareWithGradients(
  text: string,
  given: readonly string[],
  roles: RoleOptions,
  formulas: Readonly<Record<string, string>>,
): Network {
  const own = contextOf(text, given);
  const added = Object.entries(formulas).map(([name, formula], i) => {
    const definition = own.definitions.get(name);
    if (definition === undefined)
      throw new WhygradError(
        'unknown-name',
        `the document does not define ${name}, so its gradient cannot be replaced`,
        { hint: `it defines ${[...own.definitions.keys()].join(', ')}` },
      );
    const called = `slope${String.fromCharCode(97 + i)}`;
    const letters = definition.params.map((p) => p.letter);
    return { name, called, text: `${called}${letters.length === 0 ? '' : `_{${letters.join(',')}}`} = ${formula}` };
  });
  return readNetwork(contextOf(text, [...given, ...added.map((a) => a.text)]), {
    ...roles,
    gradients: new Map(added.map((a) => [a.name, a.called])),
  });
}
