// A sum whose summand lacks the running letter and has another in its place that stands nowhere else: Σ_i π_k.
// Not here: repairs that can be tried (`repairs.ts`).
// Invariant: a letter that anything outside such a sum carries is never called stray.
import { parts, visitSurface, type Surface } from '../language/surface.ts';
import { letterParts, lettersIn, scripted } from '../language/scripted.ts';

export interface Stray {
  readonly letter: string;
  readonly meant: string;
}

type Sum = Extract<Surface, { kind: 'reduce' }>;

/** The stray letter of a claim; null where there is none. */
export function strayIndex(left: Surface, right: Surface): Stray | null {
  const sums = [...emptySums(left), ...emptySums(right)];
  for (const sum of sums) {
    const meant = sum.binding.letters[0];
    const outside = new Set([left, right].flatMap((s) => lettersOf(s, (x) => sums.includes(x as Sum))));
    const letter = lettersOf(sum.body).find((l) => !outside.has(l));
    if (meant !== undefined && letter !== undefined) return { letter, meant };
  }
  return null;
}

/** Sums with an index in their summand, and not their own. */
function emptySums(s: Surface): Sum[] {
  const found: Sum[] = [];
  visitSurface(s, (x) => {
    if (x.kind !== 'reduce' || x.op !== 'sum' || x.binding.letters.length !== 1) return;
    const inside = lettersOf(x.body);
    if (inside.length > 0 && !inside.some((l) => x.binding.letters.includes(l))) found.push(x);
  });
  return found;
}

/** Letters that stand as indices, those of `skip` left out. */
function lettersOf(s: Surface, skip: (x: Surface) => boolean = () => false): string[] {
  const found = new Set<string>();
  const walk = (x: Surface): void => {
    if (skip(x)) return;
    if (x.kind === 'subscript') {
      for (const p of x.parts.flatMap(letterParts)) for (const l of lettersIn(p)) found.add(l);
      if (scripted(x.base) === null) walk(x.base);
      return;
    }
    if (x.kind === 'power' && x.style !== 'none') for (const l of lettersIn(x.exponent)) found.add(l);
    if (x.kind === 'reduce') for (const l of x.binding.letters) found.add(l);
    // A letter by itself may be an index, too: the i of `softmax(y, i)`.
    const sc = scripted(x);
    if (sc !== null && sc.subs.length === 0 && /^[a-z]$/.test(sc.name)) found.add(sc.name);
    for (const p of parts(x)) walk(p);
  };
  walk(s);
  return [...found];
}
