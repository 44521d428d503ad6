// The context that a derivation was made in, for as long as the record lives: its report need not read the givens again.
// Not here: what a report prints.
// Invariant: a record that came from elsewhere (JSON) is simply not known; nothing depends on its being known.
import type { Context } from '../term/context.ts';
import type { Derivation } from './derivation.ts';

const contexts = new WeakMap<Derivation, Context>();

/** Keeps the context of a derivation; the derivation itself is returned. */
export function remember(derivation: Derivation, context: Context): Derivation {
  contexts.set(derivation, context);
  return derivation;
}

/** The context that a derivation was made in, where it was made here. */
export const remembered = (derivation: Derivation): Context | undefined => contexts.get(derivation);
