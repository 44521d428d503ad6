// What the language has built in, as it was before the program: replaced functions are found and put back.
// Not here: what a program may not do (`doors.ts`).
// Invariant: restore() works with nothing that a program can replace.
const { defineProperty } = Object;
const { ownKeys, getOwnPropertyDescriptor } = Reflect;

interface Kept {
  readonly owner: object;
  readonly label: string;
  readonly key: string | symbol;
  readonly value: unknown;
  readonly descriptor: PropertyDescriptor;
}

/** Programs replace these for good reasons, and no number that is compared depends on them. */
const free = new Set(['Math.random', 'Error.stackTraceLimit', 'Error.prepareStackTrace', 'Error.captureStackTrace']);

const kept: Kept[] = [];

function keep(owner: object, label: string): void {
  for (const key of ownKeys(owner)) {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    const name = `${label}.${String(key)}`;
    if (typeof descriptor?.value !== 'function' || key === 'constructor' || free.has(name)) continue;
    kept.push({ owner, label: name, key, value: descriptor.value, descriptor });
  }
}

const classes = {
  Object,
  Array,
  Number,
  String,
  Boolean,
  Map,
  Set,
  WeakMap,
  Promise,
  RegExp,
  Error,
  Symbol,
  BigInt,
  ArrayBuffer,
  Float64Array,
  Float32Array,
  Int32Array,
  Uint8Array,
  TypedArray: Object.getPrototypeOf(Float64Array) as typeof Float64Array,
};
for (const [name, made] of Object.entries(classes)) {
  keep(made, name);
  keep(made.prototype, `${name}.prototype`);
}
keep(Math, 'Math');
keep(JSON, 'JSON');
keep(Reflect, 'Reflect');
keep(Function.prototype, 'Function.prototype');
keep(Object.getPrototypeOf([][Symbol.iterator]()) as object, 'ArrayIterator');
for (const name of [
  ...Object.keys(classes).filter((n) => n !== 'TypedArray'),
  'Math',
  'JSON',
  'Reflect',
  'isNaN',
  'isFinite',
  'parseFloat',
  'parseInt',
]) {
  const value = (globalThis as Record<string, unknown>)[name];
  const descriptor = getOwnPropertyDescriptor(globalThis, name);
  if (descriptor !== undefined) kept.push({ owner: globalThis, label: name, key: name, value, descriptor });
}

/** The names of what was replaced or removed; all is put back. */
export function restore(): string {
  let names = '';
  for (let at = 0; at < kept.length; at++) {
    const { owner, label, key, value, descriptor } = kept[at] as Kept;
    if ((owner as Record<string | symbol, unknown>)[key] === value) continue;
    try {
      defineProperty(owner, key, descriptor);
    } catch {
      // frozen by the program
    }
    names = names === '' ? label : `${names}, ${label}`;
  }
  return names;
}
