// Typed arrays that grow while a file of unknown length is read.
// Not here: what the numbers are.
// Invariant: what was written stays; the memory is at most half as much again as what was asked for or is filled.
type Typed = Float32Array | Float64Array | Int32Array;

/** A typed array with room for more. */
export class Growing<A extends Typed> {
  private array: A;
  private readonly make: (length: number) => A;
  constructor(make: (length: number) => A, room: number) {
    this.make = make;
    this.array = make(Math.max(16, room));
  }
  /** The array with at least `length` places; the reference holds until the next call. */
  upTo(length: number): A {
    if (length > this.array.length) {
      const grown = this.make(Math.ceil(length * 1.5));
      grown.set(this.array);
      this.array = grown;
    }
    return this.array;
  }
  /** The first `length` places, without a copy. */
  first(length: number): A {
    return this.upTo(length).subarray(0, length) as A;
  }
}
