// Numbers compared with numbers from elsewhere.
// Not here: where either came from.
// Invariant: a value that is missing or not finite is infinitely wrong.

/** The largest difference, relative to the truth where that is above 1; both sides row-major. */
export function worstError(ours: unknown, truth: unknown): number {
  const a = [ours].flat(20) as number[];
  const b = [truth].flat(20) as number[];
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, x, n) => {
    const error = Math.abs(x - (b[n] as number)) / Math.max(1, Math.abs(b[n] as number));
    return Number.isFinite(error) ? Math.max(worst, error) : Infinity;
  }, 0);
}
