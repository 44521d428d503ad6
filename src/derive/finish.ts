// From the raw derivative to the shortest form that names known quantities: deltas used, cancelled, named, known sums and assumptions used, factored.
// Not here: differentiating; printing.
// Invariant: several ways are tried, the shortest last line wins, and only its moves are kept.
import type { Context } from '../term/context.ts';
import { printName } from '../term/print.ts';
import type { Reduce, Term } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { key, sameTerm, usesBound, visit } from '../term/walk.ts';
import { work } from '../term/work.ts';
import { wholeMove, type Move } from '../rules/move.ts';
import { hasCases, settleCases } from './cases.ts';
import { collector, simplify } from './collect.ts';
import { factorEverywhere } from './factor.ts';
import { useAssumptions, useLemmas, useOneHot, useSymmetry, type WithFacts } from './facts.ts';
import { foldDefinitions } from './fold.ts';
import { throughLogistic } from './logistic.ts';
import type { Closed } from './differentiate.ts';
import type { Collector } from './products.ts';

export interface Finisher {
  readonly context: Context;
  readonly letters: readonly string[];
  readonly names: readonly string[];
}

/** The closed form of a term without reducible ∂. */
export function finish(t: Term, f: Finisher): Closed {
  const plain = collector(f.letters, 'none', f.context);
  const start = step(t, simplify(t, plain), hasDeltaSum(t) ? deltaStep : simplifyStep);
  const ways: ((t: Term) => Term)[] = [(x) => simplify(x, { ...plain, expand: 'deltas' })];
  if (nodeCount(start.term) < 120)
    ways.push(
      (x) => simplify(x, { ...plain, expand: 'all' }),
      (x) => x,
    );
  let best: Closed | null = null;
  const tried = new Set<string>();
  for (const way of ways) {
    const opened = step(start.term, way(start.term), expandStep);
    if (tried.has(key(opened.term))) continue;
    tried.add(key(opened.term));
    if (best !== null && nodeCount(opened.term) > mostGrowth * nodeCount(start.term)) continue;
    const done = settle(opened.term, f, collector(f.letters, 'none', f.context));
    const all: Closed = { term: done.term, moves: [...start.moves, ...opened.moves, ...done.moves] };
    if (best === null || nodeCount(all.term) < nodeCount(best.term)) best = all;
  }
  return best as Closed;
}

/** What grew more than this by multiplying out has cancelled nothing, and factoring at best leads back. */
const mostGrowth = 3;

type Describe = (from: Term, to: Term) => Move;
const deltaStep: Describe = (from, to) =>
  wholeMove(
    'delta',
    'use-deltas',
    'δ picks one term',
    'Of each sum with δ only the term with equal indices is left.',
    from,
    to,
  );
const simplifyStep: Describe = (from, to) =>
  wholeMove('simplify', 'simplify', 'simplify', 'Like factors and terms are collected.', from, to);
const expandStep: Describe = (from, to) =>
  wholeMove(
    'simplify',
    'multiply-out',
    'multiply out and cancel',
    'Brackets are multiplied out and equal factors cancel.',
    from,
    to,
  );
const caseStep: Describe = (from, to) =>
  wholeMove(
    'simplify',
    'settle-cases',
    'put cases together',
    'Cases of one condition are written once; a case in which another factor is 0 is left out.',
    from,
    to,
  );
const factorStep: Describe = (from, to) =>
  wholeMove('factor', 'factor', 'take out common factors', 'What the terms share is written once.', from, to);

function step(from: Term, to: Term, describe: Describe): Closed {
  return sameTerm(from, to) ? { term: from, moves: [] } : { term: to, moves: [describe(from, to)] };
}

/** What a round does at each node: folding names, using facts, collecting. */
const eachRound = 8;

/** Names, lemmas, assumptions and factors, in rounds until nothing changes. */
function settle(t: Term, f: Finisher, plain: Collector): Closed {
  const moves: Move[] = [];
  let now = t;
  const take = (c: Closed): void => {
    moves.push(...c.moves);
    now = c.term;
  };
  for (let round = 0; round < 4; round++) {
    const before = now;
    work(eachRound * nodeCount(now) * (1 + f.names.length));
    take(naming(now, f, plain));
    take(logistic(now, f, plain));
    take(known(now, (x) => useLemmas(x, f.context), plain, 'lemma'));
    take(known(now, (x) => useAssumptions(x, f.context), plain, 'assumption'));
    take(known(now, (x) => useOneHot(x, f.context), plain, 'assumption'));
    const symmetric = known(now, (x) => useSymmetry(x, f.context), plain, 'assumption');
    if (nodeCount(symmetric.term) < nodeCount(now)) take(symmetric);
    if (sameTerm(before, now)) break;
  }
  if (hasCases(now)) take(step(now, settleCases(now, plain), caseStep));
  const factored = factorEverywhere(now, plain);
  const shapes = [factored, simplify(factored, plain), simplify(factored, { ...plain, clear: true })];
  take(
    step(
      now,
      shapes.reduce((a, b) => (nodeCount(b) < nodeCount(a) ? b : a)),
      factorStep,
    ),
  );
  take(naming(now, f, plain));
  return { term: now, moves };
}

function naming(t: Term, f: Finisher, plain: Collector): Closed {
  const folded = foldDefinitions(t, { context: f.context, collector: plain, names: f.names });
  if (folded.used.length === 0) return { term: t, moves: [] };
  const used = folded.used.map((name) => printName(name, 'unicode'));
  return step(t, folded.term, (from, to) =>
    wholeMove(
      'name',
      'name',
      `write ${used.join(', ')}`,
      `What defines ${used.join(' and ')} is replaced by the name.`,
      from,
      to,
    ),
  );
}

function logistic(t: Term, f: Finisher, plain: Collector): Closed {
  const through = throughLogistic(t, f.context, f.names, plain);
  if (through === null) return { term: t, moves: [] };
  const used = through.names.map((name) => printName(name, 'unicode')).join(' and ');
  const say = `By what defines ${used}, the exponential is a ratio of ${used} and 1 − ${used}.`;
  return step(t, through.term, (from, to) => wholeMove('name', 'name', `write 1 − ${used}`, say, from, to));
}

function known(t: Term, use: (t: Term) => WithFacts, plain: Collector, group: 'lemma' | 'assumption'): Closed {
  const { term, facts } = use(t);
  if (facts.length === 0) return { term: t, moves: [] };
  const to = simplify(term, plain);
  const title = group === 'lemma' ? 'known sum' : 'assumption';
  const say =
    group === 'lemma' ? 'The sum has a fixed value, which its definition shows.' : 'This uses what was assumed.';
  return { term: to, moves: [wholeMove(group, group, title, say, t, to, { facts })] };
}

/** Whether some Σ holds a δ with its own index. */
function hasDeltaSum(t: Term): boolean {
  let found = false;
  const hasDelta = (s: Reduce): boolean => {
    let d = false;
    visit(s.body, (x) => {
      d ||= x.kind === 'delta' && usesBound(x, 0);
    });
    return d;
  };
  visit(t, (x) => {
    found ||= x.kind === 'reduce' && hasDelta(x);
  });
  return found;
}
