// The forms in which people write a result: with δ, case by case, as a matrix, multiplied out, factored.
// Not here: finding the result.
// Invariant: every form equals the result (in its case); a form that would repeat another is left out.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { divide, isZero, zero, type Delta, type Index, type Reduce, type Term } from '../term/term.ts';
import { indexKey } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { freeIndices, key, mapNode, open, sameTerm, substituteFree, visit } from '../term/walk.ts';
import { print, printCondition, printLine } from '../term/print.ts';
import { collector, simplify } from './collect.ts';
import type { Form, Formula } from './derivation.ts';
import { factorEverywhere } from './factor.ts';
import { finish } from './finish.ts';
import { matrixForm } from './matrix-form.ts';

export interface FormsInput {
  readonly term: Term;
  readonly letters: readonly string[];
  readonly context: Context;
  readonly names: readonly string[];
  /** Takes the MathML of matrix forms by their text, which no reader of formulas reads back. */
  readonly matrices?: Map<string, string>;
  /** Whether the places of their parts are asked for. */
  readonly parts?: boolean;
}

/** Nodes of a result that is still shown multiplied out and factored. */
const longest = 60;

export function formsOf(f: FormsInput): Form[] {
  const plain = collector(f.letters, 'none', f.context);
  const both = (t: Term): Formula =>
    f.parts === true
      ? printLine(t, f.context)
      : { text: print(t, { context: f.context }), latex: print(t, { spelling: 'latex', context: f.context }) };
  const forms: Form[] = [{ form: 'index', ...both(f.term) }];
  for (const q of quotientsOf(f)) forms.push({ form: 'cases', when: q.when, ...both(q.term) });
  for (const c of casesOf(f)) forms.push({ form: 'cases', when: c.when, ...both(c.term) });
  // A long result has been factored already, and multiplying it out helps nobody.
  const isShort = nodeCount(f.term) < longest;
  const expanded = isShort ? simplify(f.term, { ...plain, expand: 'all' }) : f.term;
  const factored = isShort ? factorEverywhere(expanded, plain) : f.term;
  const free = f.letters.filter((l) => freeIndices(f.term).includes(l));
  if (f.letters.length > 0 && f.letters.length <= 2) {
    const [row, column] = f.letters as [string, string?];
    const seen = new Set<string>();
    for (const t of free.length === 0 ? [] : [expanded, f.term, factored]) {
      const m = matrixForm(t, row, column ?? null);
      if (m === null || seen.has(m.text)) continue;
      seen.add(m.text);
      f.matrices?.set(m.text, m.mathml);
      forms.push({ form: 'matrix', text: m.text, latex: m.latex });
    }
  }
  for (const [form, t] of [
    ['expanded', expanded],
    ['factored', factored],
  ] as const) {
    const spelled = both(t);
    const known = forms.some((x) => x.when === undefined && x.text === spelled.text);
    if (!known && !sameTerm(t, f.term)) forms.push({ form, ...spelled });
  }
  return forms;
}

/** Π_{i≠k} f_i as the whole product over f_k, where that is shorter and f_k is not 0. */
function quotientsOf(f: FormsInput): { when: string; term: Term }[] {
  const below = new Map<string, Term>();
  const go = (t: Term): Term => {
    const q = t.kind === 'reduce' ? asQuotient(t) : null;
    if (q === null) return mapNode(t, go);
    below.set(key(q.below), q.below);
    return divide(q.whole, q.below);
  };
  const divided = go(f.term);
  const [only] = below.values();
  if (only === undefined || below.size > 1) return [];
  const term = finish(divided, { context: f.context, letters: f.letters, names: f.names }).term;
  const when = printCondition({ kind: 'compare', op: '!=', left: only, right: zero }, { context: f.context });
  const length = (t: Term): number => print(t, { context: f.context }).length;
  return length(term) < length(f.term) ? [{ when, term }] : [];
}

/** The whole product and the factor that Π_{i≠k} leaves out, for a letter k of the question. */
function asQuotient(t: Reduce): { readonly whole: Term; readonly below: Term } | null {
  const c = t.where;
  if (t.op !== 'prod' || t.range.from !== null || c?.kind !== 'position' || c.op !== '!=') return null;
  const [own, left] = c.left.kind === 'bound' && c.left.depth === 0 ? [c.left, c.right] : [c.right, c.left];
  if (own.kind !== 'bound' || own.depth !== 0 || left.kind !== 'free') return null;
  return { whole: { ...t, where: null }, below: open(t.body, left) };
}

/** i = j and i ≠ j for each δ between two free letters; with several δ's: all equal, and 0 otherwise where that is so. */
function casesOf(f: FormsInput): { when: string; term: Term }[] {
  const pairs = new Map<string, Delta>();
  visit(f.term, (t) => {
    if (t.kind === 'delta' && t.left.kind === 'free' && t.right.kind === 'free')
      pairs.set([indexKey(t.left), indexKey(t.right)].sort().join(), t);
  });
  const deltas = [...pairs.values()];
  if (deltas.length === 0 || deltas.length > 3) return [];
  const polish = (t: Term): Term => finish(t, { context: f.context, letters: f.letters, names: f.names }).term;
  const equal = polish(
    deltas.reduce<Term>((t, d) => substituteFree(t, new Map([[drop(d, f.letters), keep(d, f.letters)]])), f.term),
  );
  const apart = deltas.map((d) => polish(withoutDelta(f.term, d)));
  const says = (d: Delta, op: string): string =>
    `${print(position(d.left))} ${op} ${print(position(d.right))}`.replaceAll(/pos\(([^)]*)\)/g, '$1');
  const first = must(deltas[0]);
  if (deltas.length === 1)
    return [
      { when: says(first, '='), term: equal },
      { when: says(first, '!='), term: must(apart[0]) },
    ];
  if (apart.every(isZero))
    return [
      { when: deltas.map((d) => says(d, '=')).join(' and '), term: equal },
      { when: 'otherwise', term: zero },
    ];
  return [];
}
const position = (index: Index): Term => ({ kind: 'position', index });
const letterOf = (i: Index): string => (i.kind === 'free' ? i.name : '');
const place = (i: Index, letters: readonly string[]): number => {
  const p = letters.indexOf(letterOf(i));
  return p === -1 ? 99 : p;
};
const keep = (d: Delta, letters: readonly string[]): Index =>
  place(d.left, letters) <= place(d.right, letters) ? d.left : d.right;
const drop = (d: Delta, letters: readonly string[]): string =>
  letterOf(place(d.left, letters) <= place(d.right, letters) ? d.right : d.left);

function withoutDelta(t: Term, d: Delta): Term {
  const pair = [indexKey(d.left), indexKey(d.right)].sort().join();
  const go = (x: Term): Term =>
    x.kind === 'delta' && [indexKey(x.left), indexKey(x.right)].sort().join() === pair ? zero : mapNode(x, go);
  return go(t);
}
