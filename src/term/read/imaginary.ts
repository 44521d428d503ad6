// The imaginary unit, which people write in exponents.
// Not here: complex numbers; every quantity is real.
// Invariant: an i that nobody gave is never taken for a real quantity in an exponent of e.
import type { Reader } from './reader.ts';
import { type Surface, visitSurface } from './surface.ts';
import { isGiven } from './world.ts';

/** `e^{iπ}`: an i that nobody gave, and that is no index of the text, is the imaginary unit. */
export function realExponent(r: Reader, exponent: Surface): Surface {
  const isIndex = r.binding('i') !== undefined || r.outside.has('i') || r.world.indexLetters.has('i');
  if (isGiven(r.world, 'i') || isIndex) return exponent;
  visitSurface(exponent, (x) => {
    if (x.kind === 'name' && x.name === 'i')
      r.fail(
        x,
        'imaginary-unit',
        'i looks like the imaginary unit, and all quantities here are real',
        'write the real and the imaginary part by themselves, or give i a value',
      );
    return x.kind !== 'subscript' && x.kind !== 'reduce';
  });
  return exponent;
}
