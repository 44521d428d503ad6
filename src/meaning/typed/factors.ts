// Factors as people mean them: a prime that transposes, side by side before ⊙.
// Not here: letters typed together (`runs.ts`), what the factors mean (`elaborate.ts`).
// Invariant: a prime becomes a transpose only before a factor, and where the name stands without it elsewhere; that is
// told.
import type { Reading } from '../../term/context.ts';
import { must } from '../../term/must.ts';
import { parts, type Surface, visitSurface } from '../../language/surface.ts';
import { isGiven, type World } from './world.ts';

type Product = Surface & { kind: 'product' };
type Factors = Product['factors'];

/** `x ⊙ B x` is x ⊙ (B x): what stands side by side behind a ⊙ belongs together. */
export function tightened(s: Product): Product {
  if (!s.factors.some((f, n) => f.op === 'juxtaposed' && n > 0 && s.factors[n - 1]?.op === '⊙')) return s;
  const out: { op: Factors[number]['op']; value: Surface }[] = [];
  for (const [n, f] of s.factors.entries()) {
    const last = out.at(-1);
    if (n > 0 && f.op === 'juxtaposed' && last?.op === '⊙') last.value = joined(last.value, f.value);
    else out.push({ ...f });
  }
  return { ...s, factors: out };
}

function joined(a: Surface, b: Surface): Surface {
  const all =
    a.kind === 'product' && a.factors.every((f) => f.op === 'juxtaposed')
      ? a.factors
      : [{ op: 'juxtaposed' as const, value: a }];
  return {
    kind: 'product',
    factors: [...all, { op: 'juxtaposed', value: b }],
    start: must(all[0]).value.start,
    end: b.end,
  };
}

/** Names that stand without a prime. */
export function noteUnprimed(s: Surface, names: Set<string>): void {
  if (s.kind === 'name') for (const letter of s.run ? [s.name, ...s.name] : [s.name]) names.add(letter);
  if (s.kind === 'prime' && s.base.kind === 'name') return;
  for (const p of parts(s)) noteUnprimed(p, names);
}

/** Names that stand with a prime. */
export const notePrimed = (s: Surface, names: Set<string>): void =>
  visitSurface(s, (x) => {
    if (x.kind === 'prime' && x.base.kind === 'name') names.add(x.base.name);
  });

/** Whether a prime of the text is a transpose: the others are, too. */
export function turnsPrimes(s: Surface, unprimed: ReadonlySet<string>): boolean {
  let turns = false;
  visitSurface(s, (x) => {
    if (x.kind === 'product') turns ||= x.factors.some((_, n) => isTurned(x.factors, n, unprimed));
  });
  return turns;
}

function isTurned(factors: Factors, n: number, unprimed: ReadonlySet<string>): boolean {
  const s = must(factors[n]).value;
  if (s.kind !== 'prime' || s.count !== 1 || factors[n + 1]?.op !== 'juxtaposed') return false;
  return s.base.kind === 'name' ? unprimed.has(s.base.name) : s.base.kind === 'group';
}

/** `(y - Xb)'(y - Xb)`, `x'Ax`: a prime before a factor is a transpose. */
export function turned(factors: Factors, unprimed: ReadonlySet<string>, world: World, told: Reading[]): Factors {
  return factors.map((f, n) => {
    const s = f.value;
    if (s.kind !== 'prime' || !isTurned(factors, n, unprimed)) return f;
    const name = s.base.kind === 'name' ? s.base.name : null;
    if (name !== null && isGiven(world, `${name}'`)) return f;
    const shown = name ?? '(…)';
    told.push({ text: `${shown}'`, as: `the transpose of ${shown}`, because: 'a factor follows, and no function' });
    return { ...f, value: { kind: 'transpose', base: s.base, start: s.start, end: s.end } };
  });
}
