// What is given to a question: a library document or a document's text, and equations; and how it is listed back.
// Not here: reading (`meaning/parse.ts`, `meaning/document.ts`).
// Invariant: equations given by hand come after, and win over, those of the document.
import type { Context } from '../term/context.ts';
import { contextOfDocument } from '../meaning/library.ts';
import { readContext } from '../meaning/parse.ts';
import { joinLines, print, printCondition, printLine, printName } from '../term/print.ts';
import { openAll } from '../term/walk.ts';
import { consistent } from './consistent.ts';
import { entry, freeIndex, zero, type Condition, type Term } from '../term/term.ts';
import type { Formula, Given } from './derivation.ts';
import type { DomainCondition } from './domain.ts';

export interface Givens {
  /** A library document's name, or the text of a document. */
  readonly in?: string;
  /** Equations in plain notation, LaTeX or Unicode. */
  readonly given?: readonly string[];
}

/** The context of the givens; `also` are further texts whose subscripts tell ranks, `letters` are free indices of these. */
export function contextFor(
  options: Givens,
  also: readonly string[],
  values?: Record<string, unknown>,
  letters: readonly string[] = [],
): Context {
  const given = options.given ?? [];
  const extra = values === undefined ? { also, letters } : { also, letters, values };
  if (options.in === undefined) return consistent(readContext(given, extra));
  return consistent(contextOfDocument(options.in, given, extra));
}

/** The context listed as formulas. */
export function givensOf(context: Context, domain: readonly DomainCondition[] = [], parts = false): Given[] {
  const both = (left: Term, right: Term, op = '='): Formula => {
    if (parts) return joinLines(printLine(left, context), ` ${op} `, printLine(right, context));
    return {
      text: `${print(left, { context })} ${op} ${print(right, { context })}`,
      latex: `${print(left, { spelling: 'latex', context })} ${op} ${print(right, { spelling: 'latex', context })}`,
    };
  };
  const definitions = [...context.definitions.values()].map((d): Given => {
    const letters = d.params.map((p) => freeIndex(p.letter));
    return { kind: 'definition', ...both(entry(d.name, ...letters), openAll(d.body, letters)) };
  });
  const spoken = context.assumptions.filter((a) => a.kind !== 'property' || isKnown(a.of, context));
  const assumptions = spoken.map((a): Given => {
    if (a.kind === 'equation') return { kind: 'assumption', ...both(a.left, a.right) };
    if (a.kind === 'condition') {
      const text = printCondition(a.condition, { context });
      return { kind: 'domain', text, latex: printCondition(a.condition, { spelling: 'latex', context }) };
    }
    if (a.property === 'positive') return { kind: 'domain', ...both(entry(a.of), zero, '>') };
    const words = { oneHot: 'one-hot', symmetric: 'symmetric', orthogonal: 'orthogonal' }[a.property];
    return {
      kind: 'assumption',
      text: `${print(entry(a.of))} ${words}`,
      latex: `${print(entry(a.of), { spelling: 'latex' })}\\text{ ${words}}`,
    };
  });
  return [...definitions, ...assumptions, ...distinct(domain.map((d) => domainGiven(d, context))), ...sizesOf(context)];
}

/** Whether a formula holds the name; a sentence may say something of a word that none of them does. */
const isKnown = (name: string, context: Context): boolean =>
  context.shapes.has(name) || context.definitions.has(name) || context.depends.has(name);

const distinct = (givens: readonly Given[]): Given[] => [...new Map(givens.map((g) => [g.text, g])).values()];

function domainGiven({ condition, where }: DomainCondition, context: Context): Given {
  const text = (c: Condition): string => printCondition(c, { context });
  const latex = (c: Condition): string => printCondition(c, { spelling: 'latex', context });
  return {
    kind: 'domain',
    text: [text(condition), ...where.map((c, n) => `${n === 0 ? 'for' : 'and'} ${text(c)}`)].join(' '),
    latex: [latex(condition), ...where.map((c, n) => `\\text{ ${n === 0 ? 'for' : 'and'} } ${latex(c)}`)].join(' '),
  };
}

/** Sizes that the author named, with the tensor that gives them. */
function sizesOf(context: Context): Given[] {
  const named = new Map<string, { readonly tensor: string; readonly axis: number }>();
  for (const [tensor, sets] of context.shapes) {
    if (context.definitions.has(tensor)) continue;
    sets.forEach((set, i) => {
      if (/^[A-Za-z]\w*$/.test(set) && !named.has(set)) named.set(set, { tensor, axis: i + 1 });
    });
  }
  return [...named].map(
    ([set, size]): Given => ({
      kind: 'size',
      text: `${set} = size(${size.tensor},${size.axis})`,
      latex: `${printName(set, 'latex')} = \\operatorname{size}(${printName(size.tensor, 'latex')},${size.axis})`,
    }),
  );
}
