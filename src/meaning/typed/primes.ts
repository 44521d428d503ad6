// Primes after functions that a text defines.
// Not here: primes of elementary functions and of unknown ones (`calls.ts`).
// Invariant: a prime is the derivative by the one argument, taken at a quantity that nothing else in the definition
// mentions; anything else is refused.
import { must } from '../../term/must.ts';
import type { Definition } from '../../term/context.ts';
import { partial } from '../../term/term.ts';
import { entryNames } from '../../term/walk.ts';
import { nameOf } from './names.ts';
import type { Reader } from './reader.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { rankOf, scalar, termOf, type Value } from '../value.ts';
import type { FunctionHead, World } from './world.ts';

type Apply = Surface & { kind: 'apply' };
type Mark = Surface & { kind: 'prime' };

/** A defined function, how it is written, and how many primes stand after that name. */
interface Primed {
  readonly head: FunctionHead;
  readonly written: Surface;
  readonly count: number;
}

/** What the primes of a call stand after: `f''` is the derivative of f' where f' itself is defined. */
export function primedHead(world: World, mark: Mark, bottom: string): Primed | null {
  for (let own = mark.count; own >= 0; own--) {
    const head = world.functions.get(bottom + "'".repeat(own));
    if (head !== undefined)
      return { head, written: own === 0 ? mark.base : { ...mark, count: own }, count: mark.count - own };
  }
  return null;
}

/**
 * The name without its primes, where those stand after a function that is itself defined: a claim on f, no definition.
 */
export function primeOfDefined(key: string, isFunction: (name: string) => boolean): string | null {
  for (let name = key; name.endsWith("'"); ) {
    name = name.slice(0, -1);
    if (isFunction(name)) return name;
  }
  return null;
}

/** `g'(x)` of a defined g: the derivative by the one quantity that stands in the brackets. */
export function readPrimed(
  r: Reader,
  s: Apply,
  { head, written, count }: Primed,
  readDefined: (r: Reader, s: Apply, head: FunctionHead) => Value,
): Value {
  if (count === 0) return readDefined(r, { ...s, head: written }, head);
  const cannot = (message: string): never =>
    r.fail(s, 'unexpected-prime', message, `name what stands in the brackets: u = …; then write d/du ${head.key}(u)`);
  const argument = s.args.length === 1 ? nameOf(unwrap(must(s.args[0])), r.world, r.latex) : null;
  if (argument === null) return cannot(`${head.key}' is asked for at something that is no quantity by itself`);
  const by = r.term(must(s.args[0]));
  const value = readDefined(r, { ...s, head: written }, head);
  const elsewhere = argument.name !== head.args[0] && mentionsName(r.world.definition(head.key), argument.name);
  if (by.kind !== 'entry' || elsewhere)
    return cannot(`${head.key} depends on ${argument.name} beside its argument, and a prime does not say by which`);
  if (rankOf(value) > 0) return cannot(`${head.key} is no number here`);
  let derivative = termOf(value, r);
  for (let n = 0; n < count; n++) derivative = partial(derivative, by);
  return scalar(derivative);
}

const mentionsName = (d: Definition | null, name: string): boolean => d !== null && entryNames(d.body).has(name);
