// Names that are one quantity in another dress: entries y_kl of a matrix Y, entries b_j of a vector b̂.
// Not here: what the scripts of a name are (`usage.ts`).
// Invariant: decided from how the names are used alone.

/** How often a name stands with which scripts. */
interface Worn {
  readonly plainBare: number;
  readonly boldBare: number;
  readonly longestSub: number;
  readonly longestSup: number;
  readonly subLetters: ReadonlyMap<string, number>;
}

/** Lower-case entries of a matrix that is written with the capital: y ↦ Y. */
export function capitalsOf(names: ReadonlyMap<string, Worn>): Map<string, string> {
  const capitals = new Map<string, string>();
  for (const [name, use] of names) {
    const upper = name.toUpperCase();
    if (!/^[a-z]$/.test(name) || upper === name) continue;
    const big = names.get(upper);
    if (
      big === undefined ||
      use.longestSub !== 2 ||
      (use.plainBare + use.boldBare > 0 && !transposedOnly(use)) ||
      big.longestSub > 0 ||
      big.longestSup > 0
    )
      continue;
    capitals.set(name, upper);
  }
  return capitals;
}

/** A vector marked by an accent whose entries go without it: b̂ ↦ b. */
export function plainEntriesOf(names: ReadonlyMap<string, Worn>): Map<string, string> {
  const out = new Map<string, string>();
  for (const [name, use] of names) {
    const base = /^([a-z])_(?:hat|bar|tilde)$/.exec(name)?.[1];
    const plain = base === undefined ? undefined : names.get(base);
    if (
      base !== undefined &&
      plain !== undefined &&
      use.longestSub === 0 &&
      use.subLetters.size === 0 &&
      plain.longestSub === 1 &&
      plain.plainBare + plain.boldBare === 0
    )
      out.set(name, base);
  }
  return out;
}

const transposedOnly = (use: Worn): boolean => use.plainBare + use.boldBare <= 2;
