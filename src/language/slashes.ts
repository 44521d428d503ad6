// What stands below a slash: `x^2/2\sigma^2` divides by 2σ², and that is told; so is the reach of `log p/(1-p)`.
// Not here: products in general (`grammar.ts`).
// Invariant: a denominator is gathered only behind a numeral that touches what follows; everything else stays from
// left to right.
import type { ProductOp, Surface } from './surface.ts';
import { unwrap, visitSurface } from './surface.ts';

interface Factor {
  readonly op: ProductOp;
  readonly value: Surface;
}

/** A way of writing that could be meant otherwise, and how it was taken. */
export interface Told {
  readonly text: string;
  readonly as: string;
  readonly because: string;
}

const isSimple = (s: Surface): boolean =>
  s.kind === 'name' || ((s.kind === 'subscript' || s.kind === 'power' || s.kind === 'prime') && s.base.kind === 'name');
const isNumeral = (s: Surface): boolean => {
  const u = unwrap(s);
  return u.kind === 'number' || (u.kind === 'sum' && u.terms.length === 1 && u.terms[0]?.value.kind === 'number');
};

/** Factors with `/2\sigma^2` put together: a numeral below a slash takes the names that touch it. */
export function gathered(factors: readonly Factor[], touching: (a: Surface, b: Surface) => boolean): Factor[] {
  const out: Factor[] = [];
  for (const f of factors) {
    const below = out.at(-1);
    const inside = below?.op === '/' && out.slice(0, -1).some((x) => !isNumeral(x.value)) ? below : undefined;
    if (inside !== undefined && f.op === 'juxtaposed' && isSimple(f.value) && takes(inside.value, f.value, touching))
      out[out.length - 1] = { op: '/', value: withFactor(inside.value, f.value) };
    else out.push(f);
  }
  return out;
}

function takes(below: Surface, next: Surface, touching: (a: Surface, b: Surface) => boolean): boolean {
  if (!touching(below, next)) return false;
  return below.kind === 'number' || (below.kind === 'group' && below.implied === true);
}

/** The product below the slash with one more factor. */
function withFactor(below: Surface, next: Surface): Surface {
  const span = { start: below.start, end: next.end };
  const before: readonly Factor[] =
    below.kind === 'group' && below.implied === true && below.value.kind === 'product'
      ? below.value.factors
      : [{ op: 'juxtaposed', value: below }];
  const value: Surface = { kind: 'product', factors: [...before, { op: 'juxtaposed', value: next }], ...span };
  return { kind: 'group', bracket: '{', implied: true, value, ...span };
}

/** The places of a formula where a slash or a function without bracket leaves its reach open. */
export function toldReach(s: Surface, text: string): Told[] {
  const out: Told[] = [];
  const cut = (from: number, to: number): string => text.slice(from, to).trim();
  visitSurface(s, (x) => {
    if (x.kind !== 'product') return;
    x.factors.forEach((f, n) => {
      const before = x.factors[n - 1]?.value;
      const after = x.factors[n + 1];
      if (f.op !== '/' || before === undefined) return;
      if (f.value.kind === 'group' && f.value.implied === true)
        out.push({
          text: cut(x.start, f.value.end),
          as: `${cut(x.start, before.end)}/(${cut(f.value.start, f.value.end)})`,
          because: 'a number and the names that touch it stand below the slash together',
        });
      else if (after?.op === 'juxtaposed' && isOpen(x.factors.slice(0, n), f.value, after.value))
        out.push({
          text: cut(x.start, after.value.end),
          as: `(${cut(x.start, f.value.end)}) ${cut(after.value.start, after.value.end)}`,
          because: 'a slash divides by the one factor after it',
        });
      if (before.kind === 'apply' && before.bracket === '')
        out.push({
          text: cut(before.start, f.value.end),
          as: `(${cut(before.start, before.end)})/${cut(f.value.start, f.value.end)}`,
          because: 'a function without a bracket takes what stands right beside it',
        });
    });
  });
  return out;
}

/** `1/2 x` and `1/n \\sum_i` are halves and means for everybody; `a/b c` is not. */
function isOpen(above: readonly Factor[], below: Surface, next: Surface): boolean {
  if (below.kind === 'number') return isSimple(next) && next.start === below.end;
  if (above.every((f) => isNumeral(f.value))) return false;
  return (isSimple(below) || below.kind === 'bars') && (isSimple(next) || next.kind === 'bars');
}
