// The imaginary unit, which people write in exponents.
// Not here: complex numbers; every quantity is real.
// Invariant: an i that nobody gave is never taken for a real quantity in an exponent of e.
import type { Reader } from './reader.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { isGiven } from './world.ts';

const angles: ReadonlySet<string> = new Set(['pi', 'theta', 'phi', 'varphi', 'omega']);

/**
 * `e^{iπ}`, `e^{iθ}`: an i that nobody gave, that is no index of the text and stands beside an angle alone, is the
 * imaginary unit.
 */
export function realExponent(r: Reader, exponent: Surface): Surface {
  const isIndex = r.binding('i') !== undefined || r.outside.has('i') || r.world.indexLetters.has('i');
  const factors = unwrap(exponent);
  if (isGiven(r.world, 'i') || isIndex || factors.kind !== 'product') return exponent;
  const names = factors.factors.map((f) => unwrap(f.value)).flatMap((f) => (f.kind === 'name' ? [f] : []));
  const unit = names.find((n) => n.name === 'i');
  if (unit !== undefined && names.some((n) => angles.has(n.name)))
    r.fail(
      unit,
      'imaginary-unit',
      'i looks like the imaginary unit, and all quantities here are real',
      'write the real and the imaginary part by themselves, or give i a value',
    );
  return exponent;
}
