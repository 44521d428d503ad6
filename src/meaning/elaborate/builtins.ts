// Functions that are known by name: elementary ones, softmax and its kin, functions of matrices.
// Not here: functions that a text defines (`calls.ts`).
// Invariant: a function takes what it can take; anything else has no value.
import { letterOf, type Scripted, scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { functionNamed } from '../../term/functions.ts';
import { lastOf, must } from '../../term/must.ts';
import {
  call,
  divide,
  type FunctionName,
  ifThen,
  type Index,
  mul,
  negate,
  one,
  reduce,
  subtract,
  zero,
} from '../../term/term.ts';
import { close, freeIndices } from '../../term/walk.ts';
import { isIndexHere } from '../registry.ts';
import {
  contract,
  describe,
  determinantOf,
  diagonal,
  elementwise,
  entryOf,
  extremeOf,
  inverseOf,
  normOf,
  rankOf,
  rowSum,
  scalar,
  sumAll,
  tensor,
  termOf,
  traceOf,
  transpose,
  Unreadable,
  type Value,
  zip,
} from '../value.ts';
import type { Elaboration } from './elaboration.ts';
export type Call = Extract<Surface, { kind: 'apply' }>;

export const withEntries = (e: Elaboration, v: Value, at: readonly Index[]): Value =>
  at.length === 0 || rankOf(v) === 0 ? v : entryOf(v, at, e, 'the value');
export const raisedBy = (e: Elaboration, v: Value, powers: readonly { readonly value: Surface }[]): Value =>
  powers.reduce((x, p) => e.raised(x, p.value), v);

export const builtinNames = new Set([
  'if',
  'sum',
  'mean',
  'rowsum',
  'softmax',
  'Softmax',
  'SoftMax',
  'log_softmax',
  'logsumexp',
  'lse',
  'LSE',
  'norm',
  'tr',
  'Tr',
  'trace',
  'det',
  'inv',
  'diag',
  'Diag',
  'CE',
  'CrossEntropy',
  'max',
  'min',
  'transpose',
  'vec',
  'exp',
  'log',
  'ln',
  'sigmoid',
]);

export function builtin(e: Elaboration, head: Scripted, s: Call, explicit: readonly Index[]): Value | null {
  const role = e.model.facts.functions.get(head.name) ?? naturalRole(e, head);
  if (
    role === 'sigmoid' &&
    head.name === 'sigma' &&
    !e.model.facts.functions.has('sigma') &&
    e.model.facts.words.has('softmax') &&
    !e.model.facts.words.has('sigmoid') &&
    !e.model.facts.words.has('logistic')
  ) {
    if (explicit.length > 0) return softmax(e, head, s, explicit);
    e.doubts.add('the text does not say which function σ is');
  }
  if (role === 'softmax') return softmax(e, head, s, explicit);
  const bare = head.subs.length === 0;
  const args = (): Value[] => s.args.map((a) => e.value(a));
  if (role === 'sigmoid' || role === 'tanh' || role === 'relu') {
    if (!bare && !e.model.facts.functions.has(head.name)) return null;
    return raisedBy(
      e,
      withEntries(e, activation(e, role, s, parameterLabel(e, head)), explicit),
      head.sups.filter((p) => p.style === 'none').map((p) => ({ value: p.value })),
    );
  }
  const r = { powers: head.sups.filter((p) => p.style === 'none') };
  const fn = functionNamed(head.name);
  if (fn !== undefined && fn !== 'sigmoid' && bare && !e.isKnown(head.name))
    return raisedBy(e, withEntries(e, elementary(e, fn, args()), explicit), r.powers);
  if (fn === 'log' && !bare)
    return elementwise(e.value(must(s.args[0])), e, (t) =>
      divide(call('log', t), call('log', e.term(must(head.subs[0])))),
    );
  if (e.isKnown(head.name)) return null;
  const named = namedFunctions.get(head.name);
  return named === undefined ? null : withEntries(e, named(e, s), explicit);
}

function elementary(e: Elaboration, fn: FunctionName, args: readonly Value[]): Value {
  if (args.length === 1) {
    const v = must(args[0]);
    if ((fn === 'max' || fn === 'min') && rankOf(v) === 1) return scalar(extremeOf(v, e, fn));
    return elementwise(v, e, (t) => call(fn, t));
  }
  if (fn !== 'max' && fn !== 'min') throw new Unreadable(`${fn} takes one argument`);
  return args.reduce((a, b) => zip(a, b, e, (x, y) => call(fn, x, y), fn));
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
function softmax(e: Elaboration, head: Scripted, s: Call, explicit: readonly Index[]): Value {
  const first = must(s.args[0]);
  const asLetter = letterOf(unwrap(first));
  if (s.args.length === 1 && asLetter !== null && isIndexHere(asLetter, e.model.usage))
    throw new Unreadable(`softmax(${asLetter}) applies the function to an index`);
  const v = componentArgument(e, first);
  const letters = head.subs.map((x) => e.index(x));
  const more = s.args.slice(1).map((x) => e.index(x));
  const at = [...letters, ...explicit, ...more];
  const own = letters[0];
  const term = termOf(v.value, e);
  if (
    rankOf(v.value) === 0 &&
    v.at === null &&
    own !== undefined &&
    own.kind === 'free' &&
    freeIndices(term).includes(own.name)
  ) {
    const sum = reduce('sum', own.name, close(call('exp', term), own.name));
    return scalar(divide(call('exp', term), sum));
  }
  if (rankOf(v.value) === 0) throw new Unreadable('softmax is taken of a number');
  const axis = lastOf(v.value.axes);
  const sum = reduce('sum', 'k', close(call('exp', term), axis));
  const all = tensor(divide(call('exp', term), sum), v.value.axes, v.value.row);
  const place = v.at === null ? at : [v.at, ...at];
  return place.length === 0 ? all : entryOf(all, place, e, 'softmax');
}

/** `softmax(x_i)` is entry i of softmax(x). */
function componentArgument(e: Elaboration, s: Surface): { value: Value; at: Index | null } {
  const sc = scripted(unwrap(s));
  if (sc !== null && !sc.transposed) {
    const r = e.resolve(sc);
    const n = Math.max(e.define(r.id, r.stem), r.indices.length);
    if (r.indices.length === 1 && n === 1 && r.powers.length === 0)
      return { value: e.quantity(r.id, r.stem, []), at: e.index(must(r.indices[0]), sc.name) };
  }
  return { value: e.value(s), at: null };
}

type Named = (e: Elaboration, s: Call) => Value;
const only = (e: Elaboration, s: Call): Value => e.value(must(s.args[0]));
const crossEntropy: Named = (e, s) => {
  if (s.args.length !== 2) throw new Unreadable('cross-entropy takes two vectors');
  const [y, p] = s.args.map((a) => e.value(a)) as [Value, Value];
  if (rankOf(y) === 0 || rankOf(p) === 0) throw new Unreadable(`cross-entropy of ${describe(y)} and ${describe(p)}`);
  return scalar(
    negate(
      sumAll(
        zip(y, p, e, (a, b) => mul(a, call('log', b)), 'cross-entropy'),
        e,
      ),
    ),
  );
};
const logSumExp: Named = (e, s) =>
  scalar(
    call(
      'log',
      sumAll(only(e, s), e, (t) => call('exp', t)),
    ),
  );
const norm: Named = (e, s) => scalar(normOf(only(e, s), e));
export const namedFunctions: ReadonlyMap<string, Named> = new Map<string, Named>([
  ['sum', (e, s) => scalar(sumAll(only(e, s), e))],
  [
    'mean',
    (e, s) => {
      const v = only(e, s);
      return scalar(divide(sumAll(v, e), sumAll(tensor(one, v.axes), e)));
    },
  ],
  ['rowsum', (e, s) => rowSum(only(e, s), e)],
  ['norm', norm],
  ['tr', (e, s) => traceOf(only(e, s))],
  ['Tr', (e, s) => traceOf(only(e, s))],
  ['trace', (e, s) => traceOf(only(e, s))],
  ['det', (e, s) => scalar(determinantOf(only(e, s), e))],
  ['inv', (e, s) => inverseOf(only(e, s), e)],
  ['transpose', (e, s) => transpose(only(e, s))],
  ['diag', (e, s) => diagonal(only(e, s), e)],
  ['Diag', (e, s) => diagonal(only(e, s), e)],
  ['CE', crossEntropy],
  ['CrossEntropy', crossEntropy],
  ['logsumexp', logSumExp],
  ['lse', logSumExp],
  ['LSE', logSumExp],
  [
    'log_softmax',
    (e, s) => {
      const v = only(e, s);
      const axis = v.axes.at(-1);
      if (axis === undefined) throw new Unreadable('softmax is taken of a number');
      const total = call('log', reduce('sum', 'k', close(call('exp', termOf(v, e)), axis)));
      return elementwise(v, e, (t) => subtract(t, total));
    },
  ],
  [
    'if',
    (e, s) => {
      const [c, a, b] = s.args;
      if (c === undefined || a === undefined) throw new Unreadable('if(…) takes a condition and two values');
      const condition = e.condition(c);
      return zip(
        e.value(a),
        b === undefined ? scalar(zero) : e.value(b),
        e,
        (x, y) => ifThen(condition, x, y),
        'the cases',
      );
    },
  ],
]);
