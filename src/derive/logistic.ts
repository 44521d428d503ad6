// Quantities defined as s = 1/(1 + e^(−a)): beside s, e^(−a) is (1 − s)/s, so that s(1 − s) comes out and not e^(−a)
// s².
// Not here: σ as a function, whose rule says so itself (`rules/functions.ts`); naming in general (`fold.ts`).
// Invariant: the new form is equal by what defines s; it is taken only where it is shorter.
import type { Context, Definition } from '../term/context.ts';
import { add, call, divide, negate, one, subtract, type Entry, type Term } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { mapNode, openAll, visit } from '../term/walk.ts';
import { meaningKey } from '../rules/keys.ts';
import { simplify } from './collect.ts';
import { factorEverywhere } from './factor.ts';
import type { Collector } from './products.ts';

export interface Logistic {
  readonly term: Term;
  readonly names: readonly string[];
}

/**
 * The term with exponentials written through the logistic quantities that stand beside them, or null where that is no
 * shorter.
 */
export function throughLogistic(
  t: Term,
  context: Context,
  names: readonly string[],
  plain: Collector,
): Logistic | null {
  const used = new Set<string>();
  let now = t;
  for (const name of names) {
    const d = context.definitions.get(name);
    const x = d === undefined ? null : argumentOf(d);
    if (x === null) continue;
    for (const s of entriesOf(name, now)) {
      const next = put(now, s, openAll(x, s.indices));
      if (next !== now) used.add(name);
      now = next;
    }
  }
  if (used.size === 0) return null;
  const forms = (['none', 'all'] as const).map((expand) => simplify(now, { ...plain, expand }));
  const shapes = [...forms, ...forms.map((x) => factorEverywhere(x, plain))];
  const best = shapes.reduce((a, b) => (cost(b) < cost(a) ? b : a));
  return cost(best) < cost(t) ? { term: best, names: [...used] } : null;
}

/** Of two forms of one length the one without exponentials is the plainer. */
function cost(t: Term): number {
  let n = nodeCount(t);
  visit(t, (x) => {
    if (x.kind === 'call' && x.fn === 'exp') n += 1;
  });
  return n;
}

const arguments_ = new WeakMap<Definition, Term | null>();
/** The a of a body that means 1/(1 + e^(−a)), however it is written. */
function argumentOf(d: Definition): Term | null {
  let found = arguments_.get(d);
  if (found === undefined) {
    found = findArgument(d.body);
    arguments_.set(d, found);
  }
  return found;
}
function findArgument(body: Term): Term | null {
  const inside: Term[] = [];
  visit(body, (x, depth) => {
    if (x.kind === 'call' && x.fn === 'exp' && depth === 0 && inside.length < 4) inside.push(x.args[0] as Term);
  });
  const key = inside.length === 0 ? '' : meaningKey(body);
  return inside.flatMap((a) => [negate(a), a]).find((a) => spellings(a).includes(key)) ?? null;
}

/** σ(a) is written as 1/(1 + e^(−a)) and as e^a/(1 + e^a). */
const spellings = (a: Term): string[] => {
  const up = call('exp', a);
  return [call('sigmoid', a), divide(up, add(one, up))].map(meaningKey);
};

/** The entries of a name in a term, each once, those with bound indices left out. */
function entriesOf(name: string, t: Term): Entry[] {
  const found = new Map<string, Entry>();
  visit(t, (x) => {
    if (x.kind === 'entry' && x.name === name) found.set(meaningKey(x), x);
  });
  return [...found.values()];
}

/** e^x, e^(−x) and one more than these, written through s. */
function put(t: Term, s: Term, x: Term): Term {
  const rest = subtract(one, s);
  const [up, down] = [call('exp', x), call('exp', negate(x))];
  const forms = new Map([
    [meaningKey(up), divide(s, rest)],
    [meaningKey(down), divide(rest, s)],
    [meaningKey(add(one, up)), divide(one, rest)],
    [meaningKey(add(one, down)), divide(one, s)],
  ]);
  const walk = (node: Term): Term => {
    const form = node.kind === 'call' || node.kind === 'add' ? forms.get(meaningKey(node)) : undefined;
    return form ?? mapNode(node, walk);
  };
  return walk(t);
}
