// Ranks from evidence: what is stated, then what the formulas show, then what is usual, each to a fixpoint.
// Not here: the heuristics that find facts (`evidence/`), what scripts are (`usage.ts`).
// Invariant: a weaker fact never moves a stronger one: a usual fact that conflicts is dropped, two stated ones are a
// conflict; facts only add up, so the order of the text decides nothing.
import { scripted } from '../language/scripted.ts';
import { parts, type Surface } from '../language/surface.ts';
import type { Evidence, Known, Place, RankFact, RankHeuristic, Strength } from './evidence/record.ts';
import { resolveScripts, type Usage } from './usage.ts';

/** A fact that the text states, in words or by a set. */
export interface Stated extends RankFact {
  readonly because: Evidence;
}

export interface Conflict {
  readonly of: string;
  readonly kept: Evidence;
  readonly against: Evidence;
}

export interface Solution {
  /** The rank that evidence gives; null where nothing tells it. */
  readonly rank: (id: string) => number | null;
  readonly indices: (id: string) => number;
  readonly why: (id: string) => readonly Evidence[];
  /** Facts that a stronger one contradicts; both of a pair that is stated are for the author. */
  readonly dropped: readonly Conflict[];
  readonly ids: () => readonly string[];
}

export type Equation = Extract<Surface, { kind: 'relation' }>;

export interface Problem {
  readonly texts: readonly Surface[];
  /** The equations of the text, each of two sides. */
  readonly equations: readonly Equation[];
  readonly usage: Usage;
  readonly stated: readonly Stated[];
  readonly heuristics: readonly RankHeuristic[];
  /** One name for what has one rank: all layers of a quantity. */
  readonly same: (id: string) => string;
  /** Where a part of a text stands in the file. */
  readonly at: (text: Surface, part: Surface) => number | null;
}

interface Variable {
  indices: number;
  exact: { readonly rank: number; readonly because: Evidence } | null;
  least: number;
  leastBy: Strength;
  readonly why: Evidence[];
}

interface Node {
  readonly text: Surface;
  readonly part: Surface;
}

const weight: { readonly [S in Strength]: number } = { stated: 2, shown: 1, usual: 0 };

class Solver implements Known {
  readonly usage: Usage;
  readonly variables = new Map<string, Variable>();
  readonly dropped: Conflict[] = [];
  private readonly nodes: { readonly [P in Place]: Node[] } = {
    name: [],
    product: [],
    sum: [],
    apply: [],
    bars: [],
    raised: [],
    relation: [],
  };
  constructor(readonly problem: Problem) {
    this.usage = problem.usage;
    for (const text of problem.texts) this.gather(text, text);
    for (const part of problem.equations) this.nodes.relation.push({ text: part.first, part });
  }

  variable(id: string): Variable {
    const key = this.problem.same(id);
    let v = this.variables.get(key);
    if (v === undefined)
      this.variables.set(key, (v = { indices: 0, exact: null, least: 0, leastBy: 'usual', why: [] }));
    return v;
  }
  private seen(id: string): Variable | undefined {
    return this.variables.get(this.problem.same(id));
  }
  rank = (id: string): number => {
    const v = this.seen(id);
    return v === undefined ? 0 : (v.exact?.rank ?? v.least);
  };
  indices = (id: string): number => this.seen(id)?.indices ?? 0;

  /** Sorts the nodes of a text by what looks at them, and counts indices. */
  private gather(part: Surface, text: Surface): void {
    const sc = scripted(part);
    if (sc !== null) {
      const r = resolveScripts(sc, this.usage);
      const v = this.variable(r.id);
      v.indices = Math.max(v.indices, r.indices.length);
      this.nodes.name.push({ text, part });
    }
    const { kind } = part;
    if (kind === 'product' || kind === 'sum' || kind === 'apply' || kind === 'bars')
      this.nodes[kind].push({ text, part });
    if (kind === 'power' || kind === 'transpose') this.nodes.raised.push({ text, part });
    for (const p of parts(part)) if (!(sc !== null && p.kind === 'name')) this.gather(p, text);
  }

  solve(): void {
    for (const s of this.problem.stated) this.learn(s, s.because);
    const shown = this.problem.heuristics.filter((h) => h.strength === 'shown');
    const usual = this.problem.heuristics.filter((h) => h.strength === 'usual');
    this.toFixpoint(shown);
    for (let changed = true; changed; ) {
      changed = false;
      for (const h of usual)
        if (this.apply(h)) {
          changed = true;
          this.toFixpoint(shown);
        }
    }
  }
  private toFixpoint(heuristics: readonly RankHeuristic[]): void {
    while (heuristics.map((h) => this.apply(h)).some((changed) => changed));
  }

  private apply(h: RankHeuristic): boolean {
    let changed = false;
    for (const { text, part } of this.nodes[h.on])
      for (const fact of h.find(part, this)) if (this.learn(fact, null, h, text, part)) changed = true;
    return changed;
  }

  /** Whether a fact says something new that no stronger one contradicts. */
  private learn(fact: RankFact, told: Evidence | null, h?: RankHeuristic, text?: Surface, part?: Surface): boolean {
    const v = this.variable(fact.of);
    const strength = told?.strength ?? h?.strength ?? 'usual';
    const known = v.exact?.rank ?? v.least;
    if (fact.is === 'least' ? known >= fact.rank : v.exact?.rank === fact.rank) return false;
    const because: Evidence = told ?? {
      heuristic: h?.name ?? '',
      strength,
      at:
        text === undefined || part === undefined
          ? null
          : this.problem.at(text, part === text || part.kind !== 'relation' ? part : text),
      says: h?.says ?? '',
    };
    if (this.isRefused(v, fact, strength)) {
      const kept = v.exact?.because ?? v.why.at(-1);
      if (
        kept !== undefined &&
        !this.dropped.some((d) => d.of === fact.of && d.against.heuristic === because.heuristic)
      )
        this.dropped.push({ of: fact.of, kept, against: because });
      return false;
    }
    if (fact.is === 'rank') v.exact = { rank: fact.rank, because };
    else if (v.exact !== null) v.exact = { rank: fact.rank, because: v.exact.because };
    if (fact.rank > v.least) {
      v.least = fact.rank;
      v.leastBy = strength;
    }
    v.why.push(because);
    return true;
  }

  /** Weaker than what is known, or as strong as an exact rank that is stated, or no more than what is needed. */
  private isRefused(v: Variable, fact: RankFact, strength: Strength): boolean {
    if (v.exact !== null) {
      const held = weight[v.exact.because.strength];
      if (held > weight[strength] || held === weight.stated) return true;
      return fact.rank <= v.exact.rank;
    }
    if (fact.is === 'least' || strength === 'stated') return false;
    return fact.rank < Math.max(v.least, v.indices);
  }
}

/** Weighs all evidence. */
export function solveRanks(problem: Problem): Solution {
  const solver = new Solver(problem);
  solver.solve();
  const of = (id: string): Variable | undefined => solver.variables.get(problem.same(id));
  return {
    rank: (id) => {
      const v = of(id);
      return v === undefined || (v.exact === null && v.why.length === 0) ? null : (v.exact?.rank ?? v.least);
    },
    indices: (id) => of(id)?.indices ?? 0,
    why: (id) => of(id)?.why ?? [],
    dropped: solver.dropped,
    ids: () => [...solver.variables.keys()],
  };
}
