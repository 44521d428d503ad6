// What undefined quantities depend on, as far as the derivatives in a document tell: `∂L/∂O` beside `O = A V` makes L a
// function of O.
// Not here: declared dependencies (`document/prose.ts`).
// Invariant: of several quantities along one chain only the nearest is kept.
import { unwrap, visitSurface, type Surface } from '../language/surface.ts';
import type { Model } from './elaborate/model.ts';
import { scripted } from '../language/scripted.ts';
import { idsIn, layerId, resolveScripts } from './usage.ts';

export interface Inferred {
  readonly depends: Map<string, readonly string[]>;
  /** Edges `A>B` that rest on nothing but a derivative, where B has no definition to go on from. */
  readonly uncertain: ReadonlySet<string>;
}

export function inferDependencies(all: readonly Surface[], model: Model): Inferred {
  const edges = new Map<string, Set<string>>();
  const idOf = (s: Surface): string | null => {
    const sc = scripted(unwrap(s));
    return sc === null || sc.name === 'nabla'
      ? null
      : resolveScripts({ ...sc, transposed: false, primes: 0 }, model.usage).id;
  };
  for (const surface of all) {
    visitSurface(surface, (s) => {
      if (s.kind !== 'derivative') return;
      const of = idOf(s.of);
      if (of === null || model.registry.isListed(of) || model.facts.depends.has(of)) return;
      for (const b of s.by) {
        const by = idOf(b);
        if (by !== null && by !== of) edges.set(of, (edges.get(of) ?? new Set()).add(by));
      }
    });
  }
  const graph = definitionGraph(model);
  const next = (id: string): Iterable<string> => [...(graph.get(id) ?? []), ...(edges.get(id) ?? [])];
  const depends = new Map<string, readonly string[]>();
  const uncertain = new Set<string>();
  for (const [of, targets] of edges) {
    const kept = [...targets].filter(
      (b) =>
        ![...targets].some(
          (other) =>
            other !== b &&
            reaches(other, b, next) &&
            !(reaches(b, other, next) && [...targets].indexOf(b) < [...targets].indexOf(other)),
        ),
    );
    depends.set(
      of,
      kept.filter((b) => !reaches(b, of, next)),
    );
    for (const b of kept)
      if (!model.registry.isListed(b) && model.registry.lookUpLayer(b.replace(/\^\{[^}]*\}$/, '')) === null)
        uncertain.add(`${of}>${b}`);
  }
  return { depends, uncertain };
}

/** Names that the body of each definition speaks of. */
export function definitionGraph(model: Model): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const source of model.registry.sources()) {
    const names = graph.get(source.id) ?? new Set<string>();
    for (const id of idsIn(source.body, model.usage)) {
      names.add(id);
      if (!model.registry.isListed(id) && model.registry.isListed(`${id}^2`)) names.add(`${id}^2`);
    }
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
      if (!seen.has(n)) {
        seen.add(n);
        queue.push(n);
      }
    }
  }
  return false;
}

/**
 * In a text about layers: what an undefined quantity depends on within one claim, namely the highest layer that the
 * claim differentiates by.
 */
export function layeredDependencies(surfaces: readonly Surface[], model: Model): Map<string, readonly string[]> {
  const found = new Map<string, { stem: string; letter: string; plus: number }[]>();
  const collect = (s: Surface, shift: { letter: string; plus: number } | null, depth: number): void =>
    visitSurface(s, (x) => {
      if (x.kind === 'derivative') noteLayers(x, shift, found, model);
      const sc = scripted(x);
      if (sc === null || depth > 2) return;
      const r = resolveScripts({ ...sc, transposed: false, primes: 0 }, model.usage);
      const source = r.layer === null ? null : (model.registry.lookUp(r.id) ?? model.registry.lookUpLayer(r.stem));
      if (r.layer !== null && source?.layer && unwrap(source.body).kind === 'derivative') {
        const plus = r.layer.plus - source.layer.plus + (shift?.plus ?? 0);
        collect(source.body, { letter: shift === null ? r.layer.letter : shift.letter, plus }, depth + 1);
      }
    });
  for (const s of surfaces) collect(s, null, 0);
  return new Map(
    [...found].map(([of, all]) => {
      const top = Math.max(...all.map((b) => b.plus));
      const here = all.filter((b) => b.plus === top);
      const kept = here.filter((b) => !here.some((o) => o.stem !== b.stem && stemReaches(o.stem, b.stem, model)));
      return [of, [...new Set(kept.map((b) => layerId(b.stem, b)))]];
    }),
  );
}

function noteLayers(
  s: Extract<Surface, { kind: 'derivative' }>,
  shift: { letter: string; plus: number } | null,
  found: Map<string, { stem: string; letter: string; plus: number }[]>,
  model: Model,
): void {
  const of = scripted(unwrap(s.of));
  const id = of === null ? null : resolveScripts(of, model.usage);
  if (id === null || id.layer !== null || (model.registry.isListed(id.id) && !isOfLastLayer(id.id, model))) return;
  for (const b of s.by) {
    const by = scripted(unwrap(b));
    const r = by === null ? null : resolveScripts(by, model.usage);
    if (r === null || r.layer === null || (model.registry.isListed(id.id) && r.layer.letter === 'L')) continue;
    const layer = shift === null ? r.layer : { letter: shift.letter, plus: r.layer.plus + shift.plus };
    found.set(id.id, [...(found.get(id.id) ?? []), { stem: r.stem, letter: layer.letter, plus: layer.plus }]);
  }
}

/**
 * `C = ½ Σ_j (y_j − a^L_j)²`: for a layer l somewhere before the last, all that counts is that C depends on what
 * follows.
 */
function isOfLastLayer(id: string, model: Model): boolean {
  const source = model.registry.lookUp(id);
  let found = false;
  if (source !== null)
    visitSurface(source.body, (x) => {
      const sc = scripted(x);
      found ||= sc !== null && resolveScripts(sc, model.usage).layer?.letter === 'L';
    });
  return found;
}

/** Within one layer: the body of a's definition speaks of z. */
function stemReaches(from: string, to: string, model: Model, depth = 0): boolean {
  const source = model.registry.lookUpLayer(from);
  if (source === null || source.layer === null || depth > 4) return false;
  let found = false;
  visitSurface(source.body, (x) => {
    const sc = scripted(x);
    const r = sc === null ? null : resolveScripts(sc, model.usage);
    if (r === null || r.layer === null || r.layer.plus !== source.layer?.plus) return;
    found ||= r.stem === to || (r.stem !== from && stemReaches(r.stem, to, model, depth + 1));
  });
  return found;
}
