// Gradients of a network's loss by everything it learns, as definitions that a program can run.
// Not here: how one derivative is found (room `derive`), numbers.
// Invariant: the adjoint of a quantity is ∂loss/∂quantity with everything before it held; it is derived once and named, so cost grows linearly in the depth.
import type { Context, Definition } from '../../term/context.ts';
import { add, boundIndex, entry, freeIndex, mul, partial, reduce, wholeSet, type Index, type Term } from '../../term/term.ts';
import { closeAll, entryNames, nodeCount } from '../../term/walk.ts';
import { closedForm, workshop } from '../../derive/closed.ts';
import type { Network } from './network.ts';

/** Adjoints in dependency order, and for each learned tensor the name of its gradient. */
export interface Gradients { readonly definitions: readonly Definition[]; readonly of: ReadonlyMap<string, string> }

/** The name of the adjoint of a quantity: a bar, as in automatic differentiation. */
export const adjointName = (name: string): string => `${name}_bar`;

interface Found { readonly definition: Definition; readonly size: number }

/** Derives what a training step needs. `assume`: whether the document's assumptions (Σ y = 1) hold for the data and may be used. */
export function gradientsOf(network: Network, assume: boolean): Gradients {
  const { order, loss, learned } = network;
  const ofAdjoint = new Map(order.filter((name) => name !== loss).map((name) => [adjointName(name), name]));
  const context: Context = assume ? network.context : { ...network.context, assumptions: [] };
  const known = new Map<string, Found>();
  const find = (name: string): Found => {
    let found = known.get(name);
    if (found === undefined) known.set(name, found = bestAdjoint(name, network, context, find));
    return found;
  };
  const pending = learned.map((t) => t.name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const used of entryNames(find(name).definition.body)) if (ofAdjoint.has(used)) pending.push(ofAdjoint.get(used) as string);
  }
  return { definitions: inOrder(learned.map((t) => adjointName(t.name)), known), of: new Map(learned.map(({ name }) => [name, adjointName(name)])) };
}

/** The definitions that mention a quantity, among those that the loss needs. */
function usersOf(name: string, network: Network): Definition[] {
  return network.order.map((d) => network.context.definitions.get(d) as Definition).filter((d) => entryNames(d.body).has(name));
}

/** By the adjoints of the users, or straight through the only user into the loss where that is shorter (softmax into cross-entropy: p − y). */
function bestAdjoint(name: string, network: Network, context: Context, find: (name: string) => Found): Found {
  const users = usersOf(name, network);
  const only = users.length === 1 ? (users[0] as Definition) : null;
  const next = only === null ? [] : usersOf(only.name, network);
  if (only === null || only.name === network.loss || next.length !== 1 || next[0]?.name !== network.loss) return adjoint(name, users, network, context);
  const through = adjoint(name, [next[0]], network, context, [only]);
  const stepwise = adjoint(name, users, network, context);
  return through.size <= stepwise.size + find(only.name).size ? through : stepwise;
}

/** ∂/∂name of Σ adjoint · user over the users; `inside` are definitions that the derivative may pass through. */
function adjoint(name: string, users: readonly Definition[], network: Network, context: Context, inside: readonly Definition[] = []): Found {
  const sets = context.definitions.get(name)?.params ?? (context.shapes.get(name) ?? []).map((set, i) => ({ letter: letterOf(i), set }));
  const letters = freshLetters(sets.map((p) => p.letter));
  const local: Context = { ...context, definitions: new Map([...users, ...inside].map((d) => [d.name, d])) };
  const weighted = add(...users.map((d) => weightedSum(d, network.loss)));
  const question = partial(weighted, entry(name, ...letters.map(freeIndex)));
  const { term } = closedForm(question, letters, workshop(local));
  return { definition: { name: adjointName(name), params: sets.map((p) => ({ letter: p.letter, set: p.set })), body: closeAll(term, letters) }, size: nodeCount(term) };
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

/** Σ over the user's indices of its adjoint times itself; the loss stands alone, its adjoint is 1. */
function weightedSum(user: Definition, loss: string): Term {
  if (user.name === loss) return entry(loss);
  const n = user.params.length;
  const indices = user.params.map((_, i): Index => boundIndex(n - 1 - i));
  const product = mul(entry(adjointName(user.name), ...indices), entry(user.name, ...indices));
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
