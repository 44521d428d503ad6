// The parts that a reader meets one after the other: a chain of steps for each quantity asked for, and each answer with
// its forms.
// Not here: how they are laid out.
// Invariant: a chain holds steps that lead on from each other, so that all of it may be joined by =.
import { must } from '../../term/must.ts';
import type { Derivation, Form, Step } from '../derivation.ts';

/** Steps that lead on from each other. */
export interface Chain {
  readonly from: string;
  readonly steps: readonly Step[];
}

/** A question about several quantities has a chain for each. */
export function chainsOf(steps: readonly Step[]): readonly Chain[] {
  const out: { from: string; steps: Step[] }[] = [];
  for (const [n, s] of steps.entries()) {
    if (n === 0 || steps[n - 1]?.to !== s.from) out.push({ from: s.from, steps: [] });
    out.at(-1)?.steps.push(s);
  }
  return out;
}

const comparison = / (=|!=|<=|>=|<|>) /g;
const depthOf = (text: string): number => (text.match(/[([{]/g)?.length ?? 0) - (text.match(/[)\]}]/g)?.length ?? 0);

/**
 * Both sides of an equation or comparison with its sign; null for anything else (a comparison inside brackets parts
 * nothing).
 */
export function sidesOf(text: string): readonly [left: string, sign: string, right: string] | null {
  for (const found of text.matchAll(comparison)) {
    const left = text.slice(0, found.index);
    if (depthOf(left) === 0) return [left, must(found[1]), text.slice(found.index + found[0].length)];
  }
  return null;
}

/** One answer with its forms; `left` and `right` are in plain notation. */
export interface Answer {
  readonly left: string;
  readonly right: string;
  readonly forms: readonly Form[];
}

/** A question about several quantities has several answers, each with forms that begin with the one by index. */
export function answersOf(d: Derivation): readonly Answer[] {
  const several = d.result.text.split('; ');
  if (several.length === 1) return [{ left: d.question.text, right: d.result.text, forms: d.result.forms }];
  const groups: Form[][] = [];
  for (const f of d.result.forms) {
    if (f.form === 'index' && f.when === undefined) groups.push([]);
    groups.at(-1)?.push(f);
  }
  return several.map((text, n) => {
    const cut = text.indexOf(' = ');
    const forms = groups.length === several.length ? must(groups[n]) : [];
    return { left: text.slice(0, cut), right: text.slice(cut + 3), forms };
  });
}

/** Whether a chain is the derivation of one of several answers, which is told in a heading. */
export const isHeaded = (c: Chain, answers: readonly Answer[]): boolean =>
  answers.length > 1 && answers.some((a) => a.left === c.from);

/** The forms that say more than the answer itself. */
export const otherForms = (a: Answer): readonly Form[] =>
  a.forms.filter((f) => f.when !== undefined || f.text !== a.right);
