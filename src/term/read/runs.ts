// Letters typed together that turn out to be several names: `Ax`, `BX`.
// Not here: which names are known (`survey.ts`).
// Invariant: a run that is defined, supplied, reserved or subscripted elsewhere stays one name.
import { lastOf } from '../must.ts';
import { builtinNames, functionNamed } from '../functions.ts';
import { mapParts, type Surface } from './surface.ts';
import { isGiven, type World } from './world.ts';

const abbreviations: ReadonlySet<string> = new Set([
  'eps',
  'lam',
  'gam',
  'bet',
  'alp',
  'del',
  'sig',
  'tau',
  'rho',
  'phi',
  'psi',
  'chi',
  'eta',
  'ell',
  'mu',
  'nu',
  'xi',
  'pi',
]);
const longNames = /^(?:alpha|beta|gamma|delta|zeta|theta|iota|kappa|lambda|sigma|omega|CE|MSE|KL|BCE)/;

/** Whether a run of letters is a product: it is not defined, and every letter is known. */
function isProduct(s: Surface, world: World): s is Surface & { kind: 'name' } {
  if (s.kind !== 'name' || !s.run || s.bold || !/^[A-Za-z]{2,6}$/.test(s.name)) return false;
  if (
    isGiven(world, s.name) ||
    world.functions.has(s.name) ||
    functionNamed(s.name) !== undefined ||
    builtinNames.has(s.name)
  )
    return false;
  if (abbreviations.has(s.name) || longNames.test(s.name)) return false;
  return [...s.name].every((l) => isGiven(world, l) || world.seen.has(l) || world.sizes.has(l));
}

const lettersOf = (run: Surface & { kind: 'name' }): Surface[] =>
  [...run.name].map(
    (name, n): Surface => ({
      kind: 'name',
      name,
      bold: false,
      run: false,
      start: run.start + n,
      end: run.start + n + 1,
    }),
  );
const product = (span: Surface, values: readonly Surface[]): Surface => ({
  kind: 'product',
  factors: values.map((value) => ({ op: 'juxtaposed', value })),
  start: span.start,
  end: span.end,
});

/** The text with every such run as the product that it is; scripts stay with its last letter. */
export function splitRuns(s: Surface, world: World): Surface {
  const inner = (x: Surface): Surface => splitRuns(x, world);
  switch (s.kind) {
    case 'name':
      return isProduct(s, world) ? product(s, lettersOf(s)) : s;
    case 'apply':
      return { ...s, head: s.head.kind === 'name' ? s.head : inner(s.head), args: s.args.map(inner) };
    case 'subscript':
      return s.base.kind === 'name' && !/^[A-Z][a-z]$/.test(s.base.name) ? s : scripted(s, world);
    case 'power':
    case 'transpose':
      return scripted(s, world);
    // A product in a product is one product: `x^T Ax` has three factors.
    case 'product':
      return {
        ...s,
        factors: s.factors.flatMap((f) => {
          const to = inner(f.value);
          return to.kind === 'product' && f.value.kind !== 'product' && f.op !== '/'
            ? to.factors.map((x, n) => (n === 0 ? { ...x, op: f.op } : x))
            : [{ ...f, value: to }];
        }),
      };
    default:
      return mapParts(s, inner);
  }
}

function scripted(s: Surface & { kind: 'subscript' | 'power' | 'transpose' }, world: World): Surface {
  const inner = (x: Surface): Surface => splitRuns(x, world);
  const again = (base: Surface): Surface =>
    s.kind === 'power' ? { ...s, base, exponent: inner(s.exponent) } : { ...s, base };
  if (!isProduct(s.base, world)) return again(inner(s.base));
  const all = lettersOf(s.base);
  return product(s, [...all.slice(0, -1), again(lastOf(all))]);
}
