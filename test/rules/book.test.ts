// Every rule of the book by five generated tests: it parses, its example runs, it is true, each of its conditions is needed, it stops.
// Not here: mutants of rules (`mutants.test.ts`).
// Invariant: a rule that is added to the book is tested without an edit here; exceptions stand in the lists below, each with its reason.
import { describe, expect, test } from 'vitest';
import { exactlyEqual } from '../../src/check/exact.ts';
import { planSamples } from '../../src/check/sample.ts';
import { book, patternsOf } from '../../src/rules/book.ts';
import { functionDerivatives } from '../../src/rules/functions.ts';
import { instantiate } from '../../src/rules/match.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { emptyContext } from '../../src/term/context.ts';
import { parse } from '../../src/meaning/parse.ts';
import type { Term } from '../../src/term/term.ts';
import { asAffine } from '../../src/term/term.ts';
import { freeIndices, key, visit, visitIndices } from '../../src/term/walk.ts';
import { seeded } from '../term/random-term.ts';
import { anatomy, instanceContext, instancesOf, type Equation } from './instances.ts';
import { kinks } from './kinks.ts';
import { compare, isTrue, pointFor, trial } from './truth.ts';
import { matchRule, usesOf } from './use-rule.ts';

const instances = process.env.SOAK ? 100_000 : 1000;
const seed = 1;

/** Indices that the right side names freely: any index of the set will do. */
const chosenIndices: Readonly<Record<string, readonly string[]>> = { 'split-off': ['i'] };

const dualLog =
  '∂ ln f = f′/f is what ln |f| has as well, so derivatives agree for negative f; the condition keeps ln f itself defined';
const unneeded: Readonly<Record<string, string>> = { 'log-derivative positive f': dualLog };

/** Rules whose own result they fit again; the strategies that use them say how often. */
const endless: Readonly<Record<string, string>> = {
  'swap-sums': 'it is its own inverse; used once, to bring two sums into one order',
  'max-shift': 'exponents that are shifted already may be shifted again by max 0; used once, when a kernel is made',
  'log-sum-exp': 'as max-shift',
  'stable-softplus': 'ln(1 + exp(−|f|)) has the shape of ln(1 + exp f) again; used once, when a kernel is made',
};

/** Sums, products and powers, exp and ln: what modular arithmetic gives a meaning that keeps all identities. */
function isInField(t: Term): boolean {
  let inside = true;
  visit(t, (x) => {
    if (x.kind === 'call') inside &&= x.fn === 'exp' || x.fn === 'log';
    if (x.kind === 'entry') inside &&= x.name !== 'r';
    if (x.kind === 'pow') inside &&= x.exponent.kind === 'num' && x.exponent.den === 1n;
    if (x.kind === 'reduce') inside &&= x.op === 'sum' || x.op === 'prod';
    if (x.kind === 'if' || x.kind === 'bracket') inside = false;
  });
  return inside;
}

/** Rules that are no identity in modular arithmetic. */
const notModular: Readonly<Record<string, string>> = {
  'exp-of-log': 'ln of a sum is an unknown there, which exp does not undo',
};

const equationOf = (rule: Rule): Equation => ({ name: rule.name, ...patternsOf(rule), where: rule.where ?? [] });

function isClosed(t: Term): boolean {
  let closed = true;
  visitIndices(t, (i, depth) => {
    for (const x of asAffine(i).terms) if (x.variable.kind === 'bound' && x.variable.depth >= depth) closed = false;
  });
  return closed;
}
const holdsUnknowns = (t: Term): boolean => {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'apply';
  });
  return found;
};

test('names and titles are there, and names are unique', () => {
  expect(new Set(book.map((r) => r.name)).size).toBe(book.length);
  for (const r of book) expect([r.name, r.title, r.say, r.example].every((x) => x.trim() !== '')).toBe(true);
});

test('every elementary function has a rule', () => {
  for (const [name, rule] of Object.entries(functionDerivatives)) expect(rule.name).toBe(`derivative-${name}`);
});

describe.each(book.map((rule) => ({ name: rule.name, rule })))('$name', ({ name, rule }) => {
  test('parses: patterns are closed, and the left side names everything', () => {
    const { from, to } = patternsOf(rule);
    for (const t of [from, to]) {
      expect(isClosed(t)).toBe(true);
      expect(holdsUnknowns(t)).toBe(false);
    }
    const [left, right] = [anatomy([from]), anatomy([to])];
    for (const [m, arity] of right.metavariables) expect(left.metavariables.get(m), m).toBe(arity);
    for (const v of right.variables) expect(left.variables).toContain(v);
    expect(freeIndices(to).filter((l) => !freeIndices(from).includes(l))).toEqual(chosenIndices[name] ?? []);
    for (const c of rule.where ?? []) {
      expect(left.metavariables.has(c.what)).toBe(true);
      if (c.is === 'constant') expect(left.variables.has(c.by)).toBe(true);
    }
  });

  test('its example runs', () => {
    const example = parse(rule.example);
    expect(holdsUnknowns(example)).toBe(false);
    expect(usesOf(rule, example, emptyContext).length).toBeGreaterThan(0);
  });

  test(`is true on ${instances} random instances (seed ${seed})`, () => {
    const result = trial(instancesOf(equationOf(rule)), instances, seeded(seed), kinks[name]);
    expect(result.different && [key(result.different.left), key(result.different.right)]).toBeNull();
    expect(isTrue(result)).toBe(true);
    expect(result.used).toBeGreaterThan(0.97 * instances);
  });

  test.runIf(notModular[name] === undefined)('is true in exact arithmetic where that applies', () => {
    const random = seeded(seed + 1);
    const make = instancesOf(equationOf(rule));
    for (let n = 0; n < instances / 25; n++) {
      const instance = make(random);
      if (instance === null || !isInField(instance.left) || !isInField(instance.right)) continue;
      const exact = exactlyEqual(
        instance.left,
        instance.right,
        planSamples([instance.left, instance.right], instanceContext),
        n,
      );
      expect(exact === null || exact.equal, `${key(instance.left)} = ${key(instance.right)}`).toBe(true);
    }
  });

  test('what it makes of what it matches, sums over parts of sets included, is true', () => {
    const random = seeded(seed + 2);
    const make = instancesOf(equationOf(rule), { partial: true });
    let matched = 0;
    for (let n = 0; n < instances / 4; n++) {
      const instance = make(random);
      const substitution = instance && matchRule(rule, instance.left, instanceContext);
      if (instance === null || substitution === null) continue;
      matched++;
      const made = instantiate(patternsOf(rule).to, substitution);
      const env = pointFor(n);
      if (kinks[name]?.({ ...instance, substitution }, env) === true) continue;
      expect(compare({ left: instance.left, right: made }, env), `${key(instance.left)} = ${key(made)}`).not.toBe(
        'different',
      );
    }
    expect(matched).toBeGreaterThan(instances / 20);
  });

  for (const condition of rule.where ?? []) {
    const label = `${condition.is} ${condition.what}`;
    test.runIf(unneeded[`${name} ${label}`] === undefined)(`needs its condition: ${label}`, () => {
      const weaker = { ...equationOf(rule), where: (rule.where ?? []).filter((c) => c !== condition) };
      expect(isTrue(trial(instancesOf(weaker), 1000, seeded(seed), kinks[name]))).toBe(false);
    });
  }

  test.runIf(endless[name] === undefined)('stops when used on its own result again and again', () => {
    const random = seeded(seed + 3);
    const make = instancesOf(equationOf(rule));
    const starts: (Term | undefined)[] = [parse(rule.example), ...Array.from({ length: 5 }, () => make(random)?.left)];
    for (const start of starts) {
      let now = start;
      let uses = 0;
      for (; now !== undefined && uses < 200; uses++) now = usesOf(rule, now, instanceContext)[0]?.whole;
      expect(uses).toBeLessThan(200);
    }
  });
});

test('the lists of exceptions name rules of the book', () => {
  const names = book.map((r) => r.name);
  for (const list of [chosenIndices, endless, kinks, notModular])
    for (const name of Object.keys(list)) expect(names).toContain(name);
  for (const k of Object.keys(unneeded)) expect(names).toContain(k.split(' ')[0]);
});
