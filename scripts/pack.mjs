// Packs bytes that repeat each other: the variants of a kernel are mostly the same code.
// Not here: the unpacking (src/kernels/packed.ts has the format).
// Invariant: unpacking gives back every byte (test/kernels/packed.test.ts).

const SHORTEST = 4;
/** Earlier places that are tried for a match. */
const TRIES = 256;

const lengthOfVarint = (n) => (n < 128 ? 1 : n < 16384 ? 2 : 3);
function pushVarint(out, n) {
  for (; n > 127; n >>>= 7) out.push((n & 127) | 128);
  out.push(n);
}

/** Finds, for ever later places, what stood before. */
class Finder {
  #places = new Map();
  #seen = 0;
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  lengthAt(at, distance) {
    let n = 0;
    while (
      distance > 0 &&
      distance <= at &&
      at + n < this.bytes.length &&
      this.bytes[at + n - distance] === this.bytes[at + n]
    )
      n++;
    return n;
  }
  #learnUpTo(at) {
    for (; this.#seen < at && this.#seen + SHORTEST <= this.bytes.length; this.#seen++) {
      const key = this.view.getUint32(this.#seen, true);
      const list = this.#places.get(key);
      if (list === undefined) this.#places.set(key, [this.#seen]);
      else list.push(this.#seen);
    }
  }
  /** The match that saves most; `last` is the distance that costs one byte. */
  best(at, last) {
    let found = { length: 0, distance: 0, saved: 0 };
    const consider = (distance, cost) => {
      const length = this.lengthAt(at, distance);
      const saved = length - cost - (length >= SHORTEST + 15 ? 1 : 0);
      if (length >= SHORTEST && saved > found.saved) found = { length, distance, saved };
    };
    consider(last, 2);
    this.#learnUpTo(at);
    if (at + SHORTEST > this.bytes.length) return found;
    const list = this.#places.get(this.view.getUint32(at, true)) ?? [];
    for (let k = list.length - 1; k >= Math.max(0, list.length - TRIES); k--)
      consider(at - list[k], 1 + lengthOfVarint(at - list[k]));
    return found;
  }
}

/** The packed bytes; the first `plain` of them stay as they are, so that they cost nothing to unpack. */
export function pack(bytes, plain = 0) {
  const finder = new Finder(bytes);
  const out = [];
  let literals = 0;
  let last = 0;
  const token = (at, match) => {
    const count = at - literals;
    const length = match.length - SHORTEST;
    out.push((Math.min(count, 15) << 4) | Math.max(0, Math.min(length, 15)));
    if (count >= 15) pushVarint(out, count - 15);
    for (let k = literals; k < at; k++) out.push(bytes[k]);
    if (match.length === 0) return;
    pushVarint(out, match.distance === last ? 0 : match.distance);
    if (length >= 15) pushVarint(out, length - 15);
  };
  for (let at = plain; at < bytes.length; ) {
    const match = finder.best(at, last);
    // A byte alone is worth it where the match behind it is better.
    if (match.length === 0 || finder.best(at + 1, last).saved > match.saved) {
      at++;
      continue;
    }
    token(at, match);
    last = match.distance;
    at += match.length;
    literals = at;
  }
  token(bytes.length, { length: 0, distance: 0 });
  return Uint8Array.from(out);
}
