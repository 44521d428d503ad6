// What was worked out about an object, remembered with it: as from a WeakMap, ten times as fast.
// Not here: what is remembered; memories by spelling, which need a bound.
// Invariant: what is remembered is in no copy of the object, in no list of its properties, and lives exactly as long as
// it does.

/** A memory of one value an object; each memory has its own. */
export interface Memo<K extends object, V> {
  /** The value remembered with the object. */
  readonly get: (of: K) => V | undefined;
  /** Remembers a value; the value is returned. */
  readonly set: <W extends V>(of: K, value: W) => W;
}

// A constructor that gives back its argument: what is derived from it puts its private fields on any object.
const Itself = function (this: object, of: object): object {
  return of;
} as unknown as new (
  of: object,
) => object;

/**
 * An empty memory. Private fields, unlike the tables of a WeakMap, cost the garbage collector nothing; objects must not
 * be frozen.
 */
export function memo<K extends object, V>(): Memo<K, V> {
  class Note extends Itself {
    #value: V;
    constructor(of: object, value: V) {
      super(of);
      this.#value = value;
    }
    static read(of: object): V | undefined {
      return #value in of ? of.#value : undefined;
    }
    static write(of: object, value: V): void {
      if (#value in of) of.#value = value;
      else new Note(of, value);
    }
  }
  return {
    get: Note.read,
    set: (of, value) => {
      Note.write(of, value);
      return value;
    },
  };
}
