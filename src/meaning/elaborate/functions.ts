// The definition behind a function's name.
// Not here: calls (`calls.ts`) and derivatives (`derivatives.ts`) of functions, which both look names up here.
// Invariant: only a definition with arguments is a function's.
import type { Source } from '../registry.ts';
import type { Elaboration } from './elaboration.ts';

export function functionSource(e: Elaboration, id: string, stem: string): Source | null {
  const source = e.model.registry.lookUp(id) ?? e.model.registry.lookUpLayer(stem);
  return source !== null && source.formals !== null ? source : null;
}
