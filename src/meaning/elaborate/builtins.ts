// Functions that are known by name: elementary ones, softmax and its kin, functions of matrices.
// Not here: functions that a text defines (`calls.ts`).
// Invariant: a function takes what it can take; anything else has no value.
import { letterOf, type Scripted, scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { functionNamed, functionRow } from '../../term/functions.ts';
import { must } from '../../term/must.ts';
import { call, type Index } from '../../term/term.ts';
import { isIndexHere } from '../registry.ts';
import { contract, elementwise, entryOf, rankOf, Unreadable, type Value } from '../value.ts';
import type { Elaboration } from './elaboration.ts';
import { readElementary } from './elementary.ts';
import { readKnown } from './known.ts';
export type Call = Extract<Surface, { kind: 'apply' }>;

export const withEntries = (e: Elaboration, v: Value, at: readonly Index[]): Value =>
  at.length === 0 || rankOf(v) === 0 ? v : entryOf(v, at, e, 'the value');
export const raisedBy = (e: Elaboration, v: Value, powers: readonly { readonly value: Surface }[]): Value =>
  powers.reduce((x, p) => e.raised(x, p.value), v);

/** The value of a call of a function that is known by name, or null. */
export function builtin(e: Elaboration, head: Scripted, s: Call, explicit: readonly Index[]): Value | null {
  const powers = head.sups.filter((p) => p.style === 'none');
  const value = known(e, head, powers.length === 0 ? s : { ...s, head: withoutPowers(s.head) }, explicit.length > 0);
  return value === null ? null : raisedBy(e, withEntries(e, value, explicit), powers);
}

const withoutPowers = (s: Surface): Surface =>
  s.kind === 'power' && s.style === 'none'
    ? withoutPowers(s.base)
    : s.kind === 'subscript'
      ? { ...s, base: withoutPowers(s.base) }
      : s;

function known(e: Elaboration, head: Scripted, s: Call, indexed: boolean): Value | null {
  const { functions } = e.model.facts;
  const role = functions.get(head.name) ?? naturalRole(e, head);
  const doubtful = role === 'sigmoid' && isDoubtfulSigma(e, head);
  if (role === 'softmax' || (doubtful && indexed)) return softmax(e, s);
  if (doubtful) e.doubts.add('the text does not say which function σ is');
  const bare = head.subs.length === 0;
  if (role === 'sigmoid' || role === 'tanh' || role === 'relu')
    return bare || functions.has(head.name) ? activation(e, role, s, parameterLabel(e, head)) : null;
  if (e.isKnown(head.name)) return null;
  const fn = functionNamed(head.name);
  if (fn !== undefined) return fn !== 'sigmoid' && (bare || fn === 'log') ? readElementary(e, s, fn) : null;
  const row = functionRow(head.name);
  return row === undefined || !readsAsCall(head.name) ? null : readKnown(e, s, row);
}

/** Whether a name in front of a bracket is a function of the table. */
export function readsAsCall(name: string): boolean {
  const means = functionRow(name)?.means;
  return means !== undefined && (means.kind !== 'form' || means.form === 'if');
}

/** σ beside softmax, and nothing that says which of the two it is. */
function isDoubtfulSigma(e: Elaboration, head: Scripted): boolean {
  const { functions, words } = e.model.facts;
  const named = words.has('sigmoid') || words.has('logistic');
  return head.name === 'sigma' && !functions.has('sigma') && words.has('softmax') && !named;
}

export function naturalRole(
  e: Elaboration,
  head: Scripted,
): 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown' | null {
  if (/^softmax$/i.test(head.name)) return 'softmax';
  if (head.name === 'sigmoid' || head.name === 'logistic') return 'sigmoid';
  if (/^relu$/i.test(head.name)) return 'relu';
  if (head.name === 'sigma' && !e.model.registry.isListed('sigma')) return 'sigmoid';
  return null;
}

/** The θ of `h_θ(x)`: parameters that the argument is multiplied with. */
function parameterLabel(e: Elaboration, head: Scripted): string | null {
  const sub = head.subs[0] === undefined ? null : scripted(unwrap(head.subs[0]));
  const id = sub === null ? null : e.under({ layers: new Map() }, () => e.resolve(sub).id);
  return id !== null && e.model.ranks.rankOf(id) === 1 ? id : null;
}

function activation(e: Elaboration, role: 'sigmoid' | 'tanh' | 'relu', s: Call, label: string | null): Value {
  const argument = e.value(must(s.args[0]));
  if (rankOf(argument) === 1 && parametersOf(e) !== null) e.choices.add('linear');
  const linear = rankOf(argument) === 1 ? (label ?? (e.reading.linear ? parametersOf(e) : null)) : null;
  if (linear !== null)
    return elementwise(contract(e.quantity(linear, linear, []), argument, e), e, (t) => call(role, t));
  return elementwise(argument, e, (t) => call(role, t));
}

/** θ or w: the parameters that a data vector is multiplied with. */
function parametersOf(e: Elaboration): string | null {
  for (const name of ['theta', 'w', 'beta'])
    if (e.model.ranks.rankOf(name) === 1 && !e.model.registry.isListed(name)) return name;
  return null;
}

/** softmax of a vector, one of its entries, `softmax_j(S_ij)` along an index, `softmax(z, i)`. */
function softmax(e: Elaboration, s: Call): Value | null {
  const letter = letterOf(unwrap(must(s.args[0])));
  if (s.args.length === 1 && letter !== null && isIndexHere(letter, e.model.usage))
    throw new Unreadable(`softmax(${letter}) applies the function to an index`);
  const row = functionRow('softmax');
  if (row === undefined) throw new Error('bug: softmax is no function of the table');
  return readKnown(e, s, row);
}
