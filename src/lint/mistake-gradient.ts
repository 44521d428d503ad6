// A mistake of the catalogue as the gradient that a network is trained with.
// Not here: training (`learn/`), the catalogue (`rules/mistakes.ts`).
// Invariant: null for a mistake that returns no gradient by the logits; names are replaced in terms, not in text.
import { must } from '../term/must.ts';
import { print } from '../term/print.ts';
import { entry, freeIndex, mul, reciprocal, size, type Entry, type Index, type Term } from '../term/term.ts';
import { closeAll, entryNames, openAll, replaceEntries, substituteFree } from '../term/walk.ts';
import { parse } from '../meaning/parse.ts';
import { explain } from './explain.ts';

/** What a network calls its logits, predictions and labels, the letters of their axes, and its number of examples. */
export interface NetworkNames {
  readonly logits: string;
  readonly prediction: string;
  readonly labels: string;
  readonly example: string;
  readonly output: string;
  readonly examples: string;
}
/** The names of the built-in networks with softmax outputs. */
const builtIn: NetworkNames = {
  logits: 'z',
  prediction: 'y_hat',
  labels: 'y',
  example: 'n',
  output: 'o',
  examples: 'N',
};

/**
 * The mistake as a formula for ∂L/∂z of one of the built-in networks (`networks/…` with softmax outputs and the mean
 * over N examples), for
 * `train(…, { gradients })`; null where it returns no such gradient. Throws `unknown-mistake`.
 */
export function mistakeGradient(id: string, names: NetworkNames = builtIn): Readonly<Record<string, string>> | null {
  const { returns } = explain(id);
  if (returns === undefined || returns.kind !== 'gradient') return null;
  const [formula, ...helpers] = returns.formula.split(';').map((t) => t.trim());
  const defined = new Map(helpers.map(definitionOf));
  const whole = replaceEntries(parse(must(formula)), (e) => {
    const body = defined.get(e.name);
    return body === undefined ? null : openAll(body, e.indices);
  });
  // An upstream gradient is no part of a network that ends with its loss.
  if (entryNames(whole).has('g')) return null;
  const called: Readonly<Record<string, string>> = { z: names.logits, p: names.prediction, y: names.labels };
  const inNetwork = replaceEntries(whole, (e) =>
    entry(called[e.name] ?? e.name, freeIndex(names.example), ...e.indices),
  );
  const mean = mul(inNetwork, reciprocal(size(names.examples)));
  return { [names.logits]: print(substituteFree(mean, new Map([['i', freeIndex(names.output)]]))) };
}

function definitionOf(text: string): readonly [string, Term] {
  const [left, right] = text.split(' = ').map((side) => parse(side)) as [Entry, Term];
  const letters = left.indices.map((i) => (i as Extract<Index, { kind: 'free' }>).name);
  return [left.name, closeAll(right, letters)];
}
