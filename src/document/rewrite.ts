// Copies of a formula with its names replaced, and spellings that the grammar leaves apart put together.
// Not here: meanings.
// Invariant: the copy has the spans of the original.
import { parts, type Surface } from '../term/read/surface.ts';

/** A copy with `f` applied to every name; products inside products are flattened. */
export function mapSurface(s: Surface, f: (s: Surface) => Surface): Surface {
  if (s.kind === 'name') return f(s);
  if (parts(s).length === 0) return s;
  const copy: Record<string, unknown> = { ...s };
  for (const [key, value] of Object.entries(copy)) copy[key] = mapField(value, f);
  const out = copy as unknown as Surface;
  if (out.kind !== 'product') return out;
  return callsOfPowers({ ...out, factors: out.factors.flatMap((x) => (x.value.kind === 'product' && x.op === 'juxtaposed' ? x.value.factors : [x])) });
}
/** `d²(x, μ)`: the grammar leaves a squared name and a list of arguments side by side. */
function callsOfPowers(s: Extract<Surface, { kind: 'product' }>): Surface {
  const factors: { readonly op: (typeof s.factors)[number]['op']; readonly value: Surface }[] = [];
  for (const f of s.factors) {
    const before = factors.at(-1);
    const list = f.op === 'juxtaposed' && f.value.kind === 'group' && f.value.bracket === '(' && f.value.value.kind === 'list' ? f.value.value.items : null;
    const head = before === undefined ? null : before.value.kind === 'gradient' ? before.value.of : before.value;
    if (before === undefined || list === null || head === null || head.kind !== 'power' || head.base.kind !== 'name') { factors.push(f); continue; }
    const call: Surface = { kind: 'apply', head, args: list, direct: true, bracket: '(', start: head.start, end: f.value.end };
    factors[factors.length - 1] = { op: before.op, value: before.value.kind === 'gradient' ? { ...before.value, of: call, end: f.value.end } : call };
  }
  const only = factors[0];
  return factors.length === 1 && only !== undefined ? only.value : { ...s, factors };
}

function mapField(value: unknown, f: (s: Surface) => Surface): unknown {
  if (Array.isArray(value)) return value.map((v) => mapField(v, f));
  if (value === null || typeof value !== 'object') return value;
  if ('kind' in value && 'start' in value) return mapSurface(value as Surface, f);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapField(v, f)]));
}

