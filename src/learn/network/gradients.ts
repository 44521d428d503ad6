// Gradients of a network's loss by everything it learns, as definitions that a program can run.
// Not here: how one derivative is found (room `derive`), numbers.
// Invariant: the adjoint of a quantity is ∂loss/∂quantity with everything before it held; it is derived once and named,
// so cost grows linearly in the depth.
import { lastOf, must } from '../../term/must.ts';
import type { Assumption, Context, Definition } from '../../term/context.ts';
import {
  add,
  boundIndex,
  entry,
  freeIndex,
  mul,
  partial,
  reduce,
  wholeSet,
  type Index,
  type Reduce,
  type Term,
} from '../../term/term.ts';
import { nodeCount } from '../../term/count.ts';
import { children, closeAll, entryNames } from '../../term/walk.ts';
import { closedForm, workshop } from '../../derive/closed.ts';
import type { Network } from './network.ts';

/** Adjoints in dependency order, and for each learned tensor the name of its gradient. */
export interface Gradients {
  readonly definitions: readonly Definition[];
  readonly of: ReadonlyMap<string, string>;
}

/** The name of the adjoint of a quantity; no document can write it. */
export const adjointName = (name: string): string => `.bar ${name}`;

interface Found {
  readonly definition: Definition;
  readonly size: number;
}

/**
 * Derives what a training step needs. `oneHot`: whether the answers are one-hot, so that what the document assumes of
 * them (Σ y = 1) holds and may be used; other assumptions never are, since data and learned values need not keep them.
 */
export function gradientsOf(network: Network, oneHot: boolean): Gradients {
  const { order, loss, learned } = network;
  const ofAdjoint = new Map(order.filter((name) => name !== loss).map((name) => [adjointName(name), name]));
  const context: Context = {
    ...network.context,
    assumptions: oneHot ? network.context.assumptions.filter((a) => isAbout(a, network.answers?.name)) : [],
  };
  const known = new Map<string, Found>();
  const find = (name: string): Found => {
    let found = known.get(name);
    if (found === undefined)
      known.set(name, (found = givenAdjoint(name, network) ?? bestAdjoint(name, network, context, find)));
    return found;
  };
  const pending = learned.map((t) => t.name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const used of entryNames(find(name).definition.body))
      if (ofAdjoint.has(used)) pending.push(must(ofAdjoint.get(used)));
  }
  return {
    definitions: inOrder(
      learned.map((t) => adjointName(t.name)),
      known,
    ),
    of: new Map(learned.map(({ name }) => [name, adjointName(name)])),
  };
}

/** Whether an assumption speaks of one tensor alone. */
function isAbout(a: Assumption, name: string | undefined): boolean {
  if (a.kind === 'property') return a.of === name;
  return a.kind === 'equation' && [...entryNames(a.left), ...entryNames(a.right)].every((n) => n === name);
}

/** Nodes of a closed form that no other way is looked for. */
const SHORT = 40;

/** The definitions that mention a quantity, among those that the loss needs. */
function usersOf(name: string, network: Network): Definition[] {
  return network.order.map((d) => must(network.context.definitions.get(d))).filter((d) => entryNames(d.body).has(name));
}

/** The definition that the caller wants to be taken for an adjoint. */
function givenAdjoint(name: string, network: Network): Found | null {
  const definition = network.gradients.get(name);
  return definition === undefined
    ? null
    : { definition: { ...definition, name: adjointName(name) }, size: nodeCount(definition.body) };
}

/**
 * By the adjoints of the users, or straight through a chain of only users into the loss where that is about as short
 * (softmax into cross-entropy: p − y, which has no quotient that could overflow).
 */
function bestAdjoint(name: string, network: Network, context: Context, find: (name: string) => Found): Found {
  const users = usersOf(name, network);
  const chain = chainFrom(name, users, network);
  if (chain === null)
    return adjoint(
      name,
      users.map((d) => [d]),
      network,
      context,
    );
  const through = adjoint(name, [chain], network, context);
  if (through.size <= SHORT) return through;
  const stepwise = adjoint(
    name,
    users.map((d) => [d]),
    network,
    context,
  );
  return 2 * through.size <= 3 * (stepwise.size + find(must(users[0]).name).size) ? through : stepwise;
}

/**
 * The definitions between a quantity and the loss, each the only user of the one before, the first one not linear; null
 * where the way forks or is long.
 */
function chainFrom(name: string, users: readonly Definition[], network: Network): Definition[] | null {
  const [first] = users;
  if (users.length !== 1 || first === undefined || first.name === network.loss || isLinear(first.body, name))
    return null;
  const chain = [first];
  while (chain.length < 4) {
    const next = usersOf(lastOf(chain).name, network);
    if (next.length !== 1) return null;
    chain.push(must(next[0]));
    if (next[0]?.name === network.loss) return chain;
  }
  return null;
}

/**
 * ∂/∂name of Σ adjoint · user over the ends of the given ways; a way is a user and the definitions that follow it. Each
 * is differentiated with all other definitions held.
 */
function adjoint(name: string, ways: readonly (readonly Definition[])[], network: Network, context: Context): Found {
  const sets =
    context.definitions.get(name)?.params ??
    (context.shapes.get(name) ?? []).map((set, i) => ({ letter: letterOf(i), set }));
  const letters = freshLetters(sets.map((p) => p.letter));
  const by = entry(name, ...letters.map(freeIndex));
  const differentiated = (of: Term, definitions: readonly Definition[]): Term => {
    const local: Context = { ...context, definitions: new Map(definitions.map((d) => [d.name, d])) };
    return closedForm(partial(of, by), letters, workshop(local)).term;
  };
  const linear = ways.filter((way) => way.length === 1 && isLinear(must(way[0]).body, name));
  const curved = ways.filter((way) => !linear.includes(way));
  const together =
    linear.length === 0
      ? []
      : [differentiated(add(...linear.map((way) => weightedSum(must(way[0]), network.loss, false))), [])];
  const term = add(
    ...together,
    ...curved.map((way) => differentiated(weightedSum(lastOf(way), network.loss, true), way)),
  );
  return {
    definition: {
      name: adjointName(name),
      params: sets.map((p) => ({ letter: p.letter, set: p.set })),
      body: closeAll(term, letters),
    },
    size: nodeCount(term),
  };
}

const letterOf = (axis: number): string => 'ijklmn'[axis] ?? `i${axis}`;

/** Distinct letters: a letter that two axes share gets a prime. */
function freshLetters(wanted: readonly string[]): string[] {
  const taken = new Set<string>();
  return wanted.map((w) => {
    let name = w === '' ? 'i' : w;
    while (taken.has(name)) name += "'";
    taken.add(name);
    return name;
  });
}

/**
 * Whether the quantity enters through sums and products alone, no product holding it twice: nothing of the user's value
 * is left in such a derivative.
 */
function isLinear(t: Term, name: string): boolean {
  const holds = (x: Term): boolean => entryNames(x).has(name);
  switch (t.kind) {
    case 'add':
      return t.terms.every((x) => isLinear(x, name));
    case 'mul':
      return t.factors.filter(holds).length <= 1 && t.factors.every((x) => isLinear(x, name));
    case 'reduce':
      return t.op === 'sum' && (t.where === null || !conditionHolds(t, name)) && isLinear(t.body, name);
    case 'entry':
      return true;
    default:
      return !holds(t);
  }
}
const conditionHolds = (t: Reduce, name: string): boolean =>
  children(t)
    .slice(0, -1)
    .some((c) => entryNames(c.term).has(name));

/**
 * Σ over the user's indices of its adjoint times itself, by name or (where its value is not needed) by its formula; the
 * loss stands alone, its adjoint is 1.
 */
function weightedSum(user: Definition, loss: string, byName: boolean): Term {
  const n = user.params.length;
  const indices = user.params.map((_, i): Index => boundIndex(n - 1 - i));
  const value = byName ? entry(user.name, ...indices) : user.body;
  if (user.name === loss) return value;
  const product = mul(entry(adjointName(user.name), ...indices), value);
  return user.params.reduceRight<Term>((body, p) => reduce('sum', p.letter, body, wholeSet(p.set)), product);
}

/** The adjoints that the given ones need, each after those it mentions. */
function inOrder(wanted: readonly string[], known: ReadonlyMap<string, Found>): Definition[] {
  const byName = new Map([...known.values()].map((f) => [f.definition.name, f.definition]));
  const out = new Map<string, Definition>();
  const go = (name: string): void => {
    const definition = byName.get(name);
    if (definition === undefined || out.has(name)) return;
    for (const used of entryNames(definition.body)) go(used);
    out.set(name, definition);
  };
  wanted.forEach(go);
  return [...out.values()];
}
