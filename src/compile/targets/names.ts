// Names of tensors, sizes and loops as identifiers of a programming language.
// Not here: what is printed with them.
// Invariant: two different things never get the same identifier, and none is a word of the language.

/** A table that gives each thing (`tensor:x`, `size:n`, `axis:i`) its identifier, the same one every time. */
export class Names {
  readonly #given = new Map<string, string>();
  readonly #taken: Set<string>;
  readonly #wishes: ReadonlyMap<string, string>;
  /** `wishes` are other names for tensors. */
  constructor(reserved: readonly string[], wishes: ReadonlyMap<string, string> = new Map()) {
    this.#taken = new Set(reserved);
    this.#wishes = wishes;
  }
  /** The identifier of a thing; `wish` is made fit for an identifier and numbered where it is taken. */
  of(kind: 'tensor' | 'size' | 'axis' | 'helper', name: string): string {
    const known = this.#given.get(`${kind}:${name}`);
    if (known !== undefined) return known;
    const base = identifier((kind === 'tensor' ? this.#wishes.get(name) : undefined) ?? name);
    let made = base;
    for (let n = 2; this.#taken.has(made); n++) made = `${base}_${n}`;
    this.#taken.add(made);
    this.#given.set(`${kind}:${name}`, made);
    return made;
  }
}

const spelled: ReadonlyMap<string, string> = new Map([
  ['(', '_'],
  [')', ''],
  [',', '_'],
  [' ', '_'],
  ["'", '_prime'],
  ['-', '_'],
  ['/', '_'],
  ['{', ''],
  ['}', ''],
  ['^', ''],
  ['.', '_'],
  ['@', '_'],
]);
/** ASCII letters, digits and underscores; others by their code point. */
export function identifier(name: string): string {
  const text = [...name]
    .map((c) => (/[A-Za-z0-9_]/.test(c) ? c : (spelled.get(c) ?? `u${(c.codePointAt(0) ?? 0).toString(16)}`)))
    .join('');
  return /^[A-Za-z_]/.test(text) ? text : `_${text}`;
}
