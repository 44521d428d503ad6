// What must be true of the origins of any step.
// Not here: any test.
// Invariant: a fault is a sentence that names the part; no fault means that all laws hold.
import type { Derivation, Step } from '../../src/derive/derivation.ts';
import { remembered } from '../../src/derive/remembered.ts';
import type { Term } from '../../src/term/term.ts';
import { children } from '../../src/term/walk.ts';
import type { Line, Part } from '../../src/term/print.ts';

const isLeaf = (p: Part): boolean => p.kind === 'entry' || p.kind === 'delta';
const partAt = (line: Line, path: string): Part | undefined => line.parts.find((p) => p.path === path);
const textAt = (line: Line, path: string): string => {
  const p = partAt(line, path);
  return p === undefined ? '?' : line.text.slice(...p.text);
};
/** The text with every index letter as a dot: equal for parts that are equal up to the letters of indices. */
const unlettered = (text: string): string =>
  text.replace(/_(\{[^}]*\}|\w+)/g, (s) => `_${'·'.repeat(s.replace(/[^A-Za-z0-9]/g, '').length)}`);

/** The origins of entries and δ, as `y_i picked y_j + delta_ij`. */
export function saidOf(s: Step): string[] {
  const { from, to } = s.lines as NonNullable<Step['lines']>;
  return (s.origins ?? []).flatMap((o) => {
    const part = partAt(to, o.to);
    if (part === undefined || !isLeaf(part)) return [];
    return [`${textAt(to, o.to)} ${o.how} ${o.from.map((f) => textAt(from, f)).join(' + ')}`];
  });
}

/** Whether a path leads to a node of the term. */
function leads(t: Term | undefined, path: string): boolean {
  let at = t;
  for (const n of path === '' ? [] : path.split('.')) at = at === undefined ? at : children(at)[Number(n)]?.term;
  return at !== undefined;
}

/** The faults of all steps of a derivation. */
export function faultsIn(d: Derivation): string[] {
  const terms = remembered(d)?.terms ?? new Map<string, Term>();
  return d.steps.flatMap((s) => faultsOf(s, terms));
}

export function faultsOf(s: Step, terms: ReadonlyMap<string, Term>): string[] {
  const below = (s.steps ?? []).flatMap((x) => faultsOf(x, terms));
  // Renaming a letter is told before the first line; nothing comes from it.
  if (s.rule === 'rename-bound') return below;
  if (s.lines === undefined) return [...below, `${s.title}: no lines`];
  if (s.origins === undefined) return below;
  const { from, to } = s.lines;
  const term = terms.get(from.text);
  // Two terms may be written alike (a product in a product); paths are those of one of them.
  const isThat =
    from.parts.every((p) => leads(term, p.path)) &&
    s.origins.every((o) => o.from.every((f) => f === '' || leads(term, f.split('.').slice(0, -1).join('.'))));
  const faults: string[] = [];
  const known = new Map(s.origins.map((o) => [o.to, o]));
  for (const p of to.parts.filter(isLeaf))
    if (!known.has(p.path)) faults.push(`${s.title}: ${textAt(to, p.path)} has no origin`);
  for (const o of s.origins) {
    const part = partAt(to, o.to);
    if (part === undefined) continue;
    if (o.how !== 'made' && o.from.length === 0)
      faults.push(`${s.title}: ${textAt(to, o.to)} is ${o.how} from nothing`);
    for (const f of o.from) {
      if (partAt(from, f) === undefined && isThat && !leads(term, f))
        faults.push(`${s.title}: ${o.to} comes from ${f}, which is no part`);
      if (!isLeaf(part) || (o.how !== 'kept' && o.how !== 'copied')) continue;
      const source = partAt(from, f);
      if (source !== undefined && unlettered(textAt(from, f)) !== unlettered(textAt(to, o.to)))
        faults.push(`${s.title}: ${textAt(to, o.to)} is ${o.how} from ${textAt(from, f)}`);
    }
  }
  return [...below, ...faults];
}
