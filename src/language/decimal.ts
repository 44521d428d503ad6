// Decimals as people type them, as exact fractions.
// Not here: where a number ends in a text (`tokens.ts`).
// Invariant: no digit is lost.

/** A typed decimal as a fraction; null where it is too long. */
export function decimal(digits: string, limit: number): { num: bigint; den: bigint } | null {
  const [mantissa = '', power = '0'] = digits.split(/[eE]/);
  const [whole = '', fraction = ''] = mantissa.split('.');
  const exponent = Number(power) - fraction.length;
  if (digits.length > limit || Math.abs(exponent) > limit) return null;
  const value = BigInt(whole + fraction || '0');
  const scale = 10n ** BigInt(Math.abs(exponent));
  return { num: exponent > 0 ? value * scale : value, den: exponent < 0 ? scale : 1n };
}
