// A number of a program as an exact rational.
// Not here: parsing formulas.
// Invariant: the rational has the value of the number's shortest decimal form, so 0.9 is 9/10.
import { rational, type Num } from '../../term/term.ts';

/** The rational that the shortest decimal of a finite number says. */
export function decimal(value: number): Num {
  const [digits = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = digits.split('.');
  const power = Number(exponent) - fraction.length;
  const mantissa = BigInt(whole + fraction);
  return power >= 0 ? rational(mantissa * 10n ** BigInt(power)) : rational(mantissa, 10n ** BigInt(-power));
}
