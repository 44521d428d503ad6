// Index sets inferred: which axes and bound indices run over the same set, and the name of each set.
// Not here: ranks (`meaning/typed/ranks.ts`), the sizes themselves (they come with values).
// Invariant: after inference every axis that is known and every bound index has a set; two uses of one set have one name.
import { must } from './must.ts';
import type { Assumption, Context, Definition } from './context.ts';
import { WhygradError } from './error.ts';
import { asAffine, type Condition, type Index, type IndexVariable, type Range, type SetId, type Term } from './term.ts';
import { children, mapIndexVariables, mapNode } from './walk.ts';

/** A class of axes and indices that share one set. */
type Cell = number;

class Classes {
  private readonly parent: Cell[] = [];
  private readonly authored: SetId[] = [];
  /** Where the class was first met on a tensor: the name that it is printed by when the author gave none. */
  private readonly axis: ({ name: string; axis: number; isInput: boolean; order: number } | null)[] = [];
  private readonly byName = new Map<SetId, Cell>();
  /** Names that turned out to be one set. */
  readonly aliases = new Map<SetId, Cell>();

  fresh(): Cell {
    this.parent.push(this.parent.length);
    this.authored.push('');
    this.axis.push(null);
    return this.parent.length - 1;
  }
  named(set: SetId): Cell {
    let cell = this.byName.get(set);
    if (cell === undefined) {
      cell = this.fresh();
      this.authored[cell] = set;
      this.byName.set(set, cell);
      this.aliases.set(set, cell);
    }
    return cell;
  }
  find(cell: Cell): Cell {
    let root = cell;
    while (this.parent[root] !== root) root = must(this.parent[root]);
    while (this.parent[cell] !== root) {
      const next = must(this.parent[cell]);
      this.parent[cell] = root;
      cell = next;
    }
    return root;
  }
  unify(a: Cell, b: Cell): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x === y) return;
    const [keep, drop] = x < y ? [x, y] : [y, x];
    this.parent[drop] = keep;
    this.authored[keep] = betterName(must(this.authored[keep]), must(this.authored[drop]));
    const [k, d] = [this.axis[keep] ?? null, this.axis[drop] ?? null];
    this.axis[keep] = k === null ? d : d === null ? k : earlier(k, d);
  }
  meet(cell: Cell, name: string, axis: number, isInput: boolean, order: number): void {
    const root = this.find(cell);
    const here = { name, axis, isInput, order };
    const k = this.axis[root] ?? null;
    this.axis[root] = k === null ? here : earlier(k, here);
  }
  nameOf(cell: Cell): SetId {
    const root = this.find(cell);
    const authored = must(this.authored[root]);
    const axis = this.axis[root] ?? null;
    return authored !== '' ? authored : axis === null ? '' : `size(${axis.name},${axis.axis + 1})`;
  }
}

const isSymbol = (set: SetId): boolean => set !== '' && !set.startsWith('size(');
/** What a class of two names is called. The author's symbol wins over `size(x,1)`, the first one over later ones. */
function betterName(a: SetId, b: SetId): SetId {
  const [m, n] = [isNumeral(a), isNumeral(b)];
  if (m && n && a !== b)
    throw new WhygradError('size-mismatch', `an index would range over ${a} and over ${b} elements`, {
      hint: 'check the sizes of what is written out',
    });
  // A number of elements says more than a symbol.
  return m ? a : n ? b : moreTelling(a, b);
}
const isNumeral = (set: SetId): boolean => /^\d+$/.test(set);
const moreTelling = (a: SetId, b: SetId): SetId => (isSymbol(a) ? a : isSymbol(b) ? b : a !== '' ? a : b);
const earlier = <T extends { isInput: boolean; order: number }>(a: T, b: T): T =>
  a.isInput !== b.isInput ? (a.isInput ? a : b) : a.order <= b.order ? a : b;

/** The letters in scope of one text: free ones by name, bound ones by depth. */
interface Scope {
  readonly free: Map<string, Cell>;
  readonly bound: readonly Cell[];
}

class Inference {
  readonly classes = new Classes();
  readonly axes = new Map<string, Cell[]>();
  private readonly fixed = new Map<string, Cell>();
  private readonly data = new Map<string, Cell>();
  /** The cells of the binders, in the order in which `rewrite` meets them again. */
  readonly binders: Cell[] = [];
  private order = 0;
  constructor(readonly context: Context) {
    for (const [name, sets] of context.shapes) this.axesOf(name, sets.length, sets);
    for (const d of context.definitions.values())
      this.axesOf(
        d.name,
        d.params.length,
        d.params.map((p) => p.set),
      );
  }

  axesOf(name: string, rank: number, sets: readonly SetId[] = []): Cell[] {
    const known = this.axes.get(name) ?? [];
    while (known.length < rank) {
      const cell = this.classes.fresh();
      this.classes.meet(cell, name, known.length, !this.context.definitions.has(name), this.order);
      this.order += 1;
      known.push(cell);
    }
    sets.forEach((set, n) => {
      if (set !== '' && set !== `size(${name},${n + 1})`) this.classes.unify(must(known[n]), this.setCell(set));
    });
    this.axes.set(name, known);
    return known;
  }

  /** `size(x,2)` is the second axis of x, any other name a set of its own. */
  setCell(set: SetId): Cell {
    const axis = /^size\((.+),(\d+)\)$/.exec(set);
    if (axis !== null && Number(axis[2]) >= 1 && Number(axis[2]) <= 16)
      return must(this.axesOf(must(axis[1]), Number(axis[2]))[Number(axis[2]) - 1]);
    return this.classes.named(set);
  }

  scope(): Scope {
    return { free: new Map(), bound: [] };
  }

  private variable(v: IndexVariable, scope: Scope): Cell {
    if (v.kind === 'end') return this.setCell(v.set);
    if (v.kind === 'bound') return scope.bound[scope.bound.length - 1 - v.depth] ?? this.classes.fresh();
    if (v.kind === 'data') return this.dataCell(v.name, v.indices, scope);
    const table = this.context.fixed.has(v.name) ? this.fixed : scope.free;
    let cell = table.get(v.name);
    if (cell === undefined) {
      cell = this.classes.fresh();
      table.set(v.name, cell);
    }
    return cell;
  }

  /** What the entries of a tensor are positions of: one set for all of them. */
  private dataCell(name: string, indices: readonly Index[], scope: Scope): Cell {
    this.entry(name, indices, scope);
    let cell = this.data.get(name);
    if (cell === undefined) {
      cell = this.classes.fresh();
      this.data.set(name, cell);
    }
    return cell;
  }

  /** An index with one variable runs over the set of its axis; sums of several do not tell. */
  private index(i: Index, scope: Scope, axis: Cell): void {
    const { terms } = asAffine(i);
    const only = terms[0];
    if (terms.length === 1 && only !== undefined && only.times === 1)
      this.classes.unify(this.variable(only.variable, scope), axis);
    else for (const { variable: v } of terms) if (v.kind === 'data') this.entry(v.name, v.indices, scope);
  }
  private together(a: Index, b: Index, scope: Scope): void {
    const cell = this.classes.fresh();
    this.index(a, scope, cell);
    this.index(b, scope, cell);
  }

  private condition(c: Condition, scope: Scope): void {
    if (c.kind === 'position') this.together(c.left, c.right, scope);
    else if (c.kind === 'and' || c.kind === 'or') for (const x of c.all) this.condition(x, scope);
    else if (c.kind === 'not') this.condition(c.of, scope);
  }

  private binder(range: Range, scope: Scope): Cell {
    const cell = this.classes.fresh();
    this.binders.push(cell);
    if (range.set !== '') this.classes.unify(cell, this.setCell(range.set));
    if (range.from !== null) this.index(range.from, scope, cell);
    if (range.to !== null) this.index(range.to, scope, cell);
    return cell;
  }

  visit(t: Term, scope: Scope): void {
    switch (t.kind) {
      case 'size':
        this.setCell(t.set);
        return;
      case 'entry':
        this.entry(t.name, t.indices, scope);
        return;
      case 'delta':
        this.together(t.left, t.right, scope);
        return;
      case 'bracket':
      case 'if':
        this.condition(t.condition, scope);
        break;
      case 'reduce': {
        const inner = { free: scope.free, bound: [...scope.bound, this.binder(t.range, scope)] };
        if (t.where !== null) this.condition(t.where, inner);
        for (const c of children(t)) this.visit(c.term, inner);
        return;
      }
      case 'inverse':
      case 'determinant': {
        const cell = this.binder({ set: t.set, from: null, to: null }, scope);
        if (t.kind === 'inverse') {
          this.index(t.row, scope, cell);
          this.index(t.column, scope, cell);
        }
        this.visit(t.body, { free: scope.free, bound: [...scope.bound, cell, cell] });
        return;
      }
      case 'partial':
        this.entry(t.by.name, t.by.indices, scope);
        break;
      default:
        break;
    }
    for (const c of children(t)) this.visit(c.term, scope);
  }

  private entry(name: string, indices: readonly Index[], scope: Scope): void {
    const cells = this.axesOf(name, indices.length);
    indices.forEach((i, n) => this.index(i, scope, must(cells[n])));
  }

  definition(d: Definition): void {
    const cells = this.axesOf(d.name, d.params.length);
    const bound = cells.slice(0, d.params.length);
    this.visit(d.body, { free: new Map(), bound });
  }

  assumption(a: Assumption): void {
    const scope = this.scope();
    if (a.kind === 'equation') {
      this.visit(a.left, scope);
      this.visit(a.right, scope);
    }
    if (a.kind === 'condition') this.visit({ kind: 'bracket', condition: a.condition }, scope);
    if (a.kind === 'property' && (a.property === 'symmetric' || a.property === 'orthogonal')) {
      const [x, y] = this.axesOf(a.of, 2);
      this.classes.unify(x as Cell, y as Cell);
    }
  }
}

/** Writes the names of the sets into a term, meeting the binders in the order of `visit`. */
class Rewriting {
  private next = 0;
  constructor(readonly inference: Inference) {}

  private set(): SetId {
    const cell = must(this.inference.binders[this.next]);
    this.next += 1;
    return this.inference.classes.nameOf(cell);
  }
  private name(set: SetId): SetId {
    return this.inference.classes.nameOf(this.inference.setCell(set));
  }
  private index = (i: Index): Index =>
    mapIndexVariables(i, (v) => (v.kind === 'end' ? { kind: 'end', set: this.name(v.set) } : v));

  term = (t: Term): Term => {
    const set = t.kind === 'reduce' || t.kind === 'inverse' || t.kind === 'determinant' ? this.set() : '';
    if (t.kind === 'size') return { ...t, set: this.name(t.set) };
    const inner = mapNode(t, (x) => this.term(x), this.index);
    if (inner.kind === 'reduce') return { ...inner, range: { ...inner.range, set } };
    return inner.kind === 'inverse' || inner.kind === 'determinant' ? { ...inner, set } : inner;
  };
  condition(c: Condition): Condition {
    return (this.term({ kind: 'bracket', condition: c }) as Term & { kind: 'bracket' }).condition;
  }
}

/** The context and terms with every index set inferred and named; `letters` of different terms are independent unless they are sides of one claim. */
export function inferSets(
  context: Context,
  terms: readonly Term[],
  letters: 'independent' | 'shared' = 'independent',
): { context: Context; terms: Term[] } {
  const inference = new Inference(context);
  for (const d of context.definitions.values()) inference.definition(d);
  for (const a of context.assumptions) inference.assumption(a);
  const shared = inference.scope();
  for (const t of terms) inference.visit(t, letters === 'shared' ? shared : inference.scope());
  const rewriting = new Rewriting(inference);
  const named = (name: string, rank: number): SetId[] =>
    inference.axesOf(name, rank).map((c) => inference.classes.nameOf(c));
  const definitions = new Map(
    [...context.definitions].map(([name, d]): [string, Definition] => {
      const sets = named(name, d.params.length);
      return [
        name,
        { ...d, params: d.params.map((p, n) => ({ ...p, set: must(sets[n]) })), body: rewriting.term(d.body) },
      ];
    }),
  );
  const assumptions = context.assumptions.map(
    (a): Assumption =>
      a.kind === 'equation'
        ? { ...a, left: rewriting.term(a.left), right: rewriting.term(a.right) }
        : a.kind === 'condition'
          ? { ...a, condition: rewriting.condition(a.condition) }
          : a,
  );
  const rewritten = terms.map((t) => rewriting.term(t));
  const shapes = new Map(
    [...inference.axes].map(([name, cells]): [string, SetId[]] => [
      name,
      cells.map((c) => inference.classes.nameOf(c)),
    ]),
  );
  return { context: { ...context, definitions, assumptions, shapes }, terms: rewritten };
}
