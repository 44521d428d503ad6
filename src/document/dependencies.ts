// What undefined quantities depend on, as far as the derivatives in a document tell: `∂L/∂O` beside `O = A V` makes L a function of O.
// Not here: declared dependencies (`prose.ts`).
// Invariant: of several quantities along one chain only the nearest is kept.
import { unwrap, visitSurface, type Surface } from '../term/read/surface.ts';
import type { Model } from './elaborate/model.ts';
import { scripted } from './scripts.ts';
import { resolveScripts } from './usage.ts';

export interface Inferred {
  readonly depends: Map<string, readonly string[]>;
  /** Edges `A>B` that rest on nothing but a derivative, where B has no definition to go on from. */
  readonly uncertain: ReadonlySet<string>;
}

export function inferDependencies(all: readonly Surface[], model: Model): Inferred {
  const edges = new Map<string, Set<string>>();
  const idOf = (s: Surface): string | null => { const sc = scripted(unwrap(s)); return sc === null || sc.name === 'nabla' ? null : resolveScripts({ ...sc, transposed: false, primes: 0 }, model.usage).id; };
  for (const surface of all) {
    visitSurface(surface, (s) => {
      if (s.kind !== 'derivative') return;
      const of = idOf(s.of);
      if (of === null || model.registry.isListed(of) || model.facts.depends.has(of)) return;
      for (const b of s.by) { const by = idOf(b); if (by !== null && by !== of) edges.set(of, (edges.get(of) ?? new Set()).add(by)); }
    });
  }
  const graph = definitionGraph(model, idOf);
  const next = (id: string): Iterable<string> => [...(graph.get(id) ?? []), ...(edges.get(id) ?? [])];
  const depends = new Map<string, readonly string[]>();
  const uncertain = new Set<string>();
  for (const [of, targets] of edges) {
    const kept = [...targets].filter((b) => ![...targets].some((other) => other !== b && reaches(other, b, next) && !(reaches(b, other, next) && [...targets].indexOf(b) < [...targets].indexOf(other))));
    depends.set(of, kept.filter((b) => !reaches(b, of, next)));
    for (const b of kept) if (!model.registry.isListed(b)) uncertain.add(`${of}>${b}`);
  }
  return { depends, uncertain };
}

/** Names that the body of each definition speaks of. */
export function definitionGraph(model: Model, idOf: (s: Surface) => string | null): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const source of model.registry.sources()) {
    const names = graph.get(source.id) ?? new Set<string>();
    visitSurface(source.body, (s) => { const id = idOf(s); if (id !== null) { names.add(id); if (!model.registry.isListed(id) && model.registry.isListed(`${id}^2`)) names.add(`${id}^2`); } });
    graph.set(source.id, names);
  }
  return graph;
}

function reaches(from: string, to: string, next: (id: string) => Iterable<string>): boolean {
  const seen = new Set([from]);
  const queue = [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const n of next(id)) {
      if (n === to) return true;
      if (!seen.has(n)) { seen.add(n); queue.push(n); }
    }
  }
  return false;
}
