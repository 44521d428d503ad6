// What is there by construction: an element of an array, a value of a map.
// Not here: what a person can get wrong (error.ts).
// Invariant: a value that is missing all the same ends in an error that says "bug", never in a wrong result.

/** The value, which the code around it has put there. Throws an `Error` that says "bug" where it is missing. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('bug: a value that must be there is missing');
  return value;
}

/** The last element of an array that is not empty. Throws an `Error` that says "bug" where it is. */
export function lastOf<T>(values: ArrayLike<T>): T {
  return must(values[values.length - 1]);
}
