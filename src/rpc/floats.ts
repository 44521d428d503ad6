// Numbers that JSON has no word for: NaN and the infinities as texts, both ways.
// Not here: what values mean.
// Invariant: `inFloats(outOfFloats(x))` is x.

const words: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** Texts that are such numbers become numbers, in arrays and objects, too. */
export const inFloats = (value: unknown): unknown =>
  everywhere(value, (x) => (typeof x === 'string' ? (words.get(x) ?? x) : x));

/** Such numbers become texts. */
export const outOfFloats = (value: unknown): unknown =>
  everywhere(value, (x) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x));

function everywhere(value: unknown, change: (x: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((x) => everywhere(x, change));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, x]) => [k, everywhere(x, change)]));
  return change(value);
}
