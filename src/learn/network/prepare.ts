// From a document and further givens to a network.
// Not here: data sets, training, reading a text (`document/`).
// Invariant: the same texts give the same network, so a saved model is read back by this path alone.
import { contextOfDocument, libraryDocument, libraryNames } from '../../document/library.ts';
import type { Context } from '../../term/context.ts';
import { readNetwork, type Network, type RoleOptions } from './network.ts';

/** A document by the name it has in the library, or the text itself. */
export const documentText = (document: string): string => (libraryNames().includes(document) ? libraryDocument(document) : document);

/** The context of a document together with further givens, which win over its own definitions. */
export const contextOf = (text: string, given: readonly string[]): Context => contextOfDocument(text, given);

/** The network that a document describes. Throws what reading and `readNetwork` throw. */
export const prepareNetwork = (text: string, given: readonly string[], roles: RoleOptions): Network => readNetwork(contextOf(text, given), roles);
