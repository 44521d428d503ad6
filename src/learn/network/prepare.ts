// From a document and further givens to a network: reading, lifting, sizes.
// Not here: data sets, training.
// Invariant: the same texts and sizes give the same network, so a saved model is read back by this path alone.
import { readDocument } from '../../document/document.ts';
import { libraryDocument, libraryNames } from '../../document/library.ts';
import { readContext } from '../../term/context-of.ts';
import type { Context } from '../../term/context.ts';
import { readNetwork, type Network, type RoleOptions } from './network.ts';

/** A document by the name it has in the library, or the text itself. */
export function documentText(document: string): string {
  return libraryNames().includes(document) ? libraryDocument(document) : document;
}

/** The context of a document together with further givens, which win over its own definitions. */
export function contextOf(text: string, given: readonly string[]): Context {
  const own = readDocument(text).context;
  if (given.length === 0) return own;
  const more = readContext(given);
  return {
    ...own, definitions: new Map([...own.definitions, ...more.definitions]), assumptions: [...own.assumptions, ...more.assumptions],
    shapes: new Map([...own.shapes, ...more.shapes]), depends: new Map([...own.depends, ...more.depends]), fixed: new Set([...own.fixed, ...more.fixed]),
  };
}

/** The network that a document describes. Throws what reading and `readNetwork` throw. */
export const prepareNetwork = (text: string, given: readonly string[], roles: RoleOptions): Network => readNetwork(contextOf(text, given), roles);
