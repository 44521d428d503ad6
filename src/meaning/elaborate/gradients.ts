// Derivatives as ∂ nodes: by an entry, by a whole tensor, by entry j of the one input; gradients and Hessians.
// Not here: any rule of differentiation, primes (`elementary.ts`).
// Invariant: what a derivative is taken by is always an entry; for a whole tensor each entry gets a fresh axis.
import { must } from '../../term/must.ts';
import { type Entry, freeIndex, partial } from '../../term/term.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { rankOf, tensor, termOf, type Value } from '../value.ts';

type Node<K extends Surface['kind']> = Surface & { kind: K };

/** ∂of/∂by with what is held fixed; the axes of a whole tensor come last. */
export function partialOf(e: Env, of: Value, by: Value, target: Surface, held: readonly string[] = []): Value {
  return tensor(partial(termOf(of, e), entryIn(e, by, target), held), [...of.axes, ...by.axes]);
}

/** The entry that one differentiates by. */
export function entryIn(e: Env, by: Value, target: Surface): Entry {
  const t = termOf(by, e);
  return t.kind === 'entry'
    ? t
    : e.fail(
        target,
        'bad-derivative',
        'a derivative is taken by a variable',
        'give the expression a name, and differentiate by the name',
      );
}

/** ∂of/∂by₁∂by₂…; the axes of whole tensors in the order written. */
export function readDerivative(e: Env, s: Node<'derivative'>): Value {
  const targets = s.by.length < s.order ? Array.from({ length: s.order }, () => must(s.by[0])) : s.by;
  const of = e.value(s.of);
  const by = targets.map((t) => e.value(unwrap(t)));
  const v = by.reduceRight((x, b, n) => e.differentiated(x, b, s.of, must(targets[n])), of);
  return by.length === 1 ? v : { ...v, axes: [...of.axes, ...by.flatMap((b) => b.axes)] };
}

/** ∂_j f: by entry j of the one tensor that f depends on; ∂_x f names it. */
export function readEntryDerivative(e: Env, s: Node<'entryDerivative'>): Value {
  const of = e.value(s.of);
  const [only] = s.by;
  if (s.by.length === 1 && only !== undefined && e.isQuantity(only))
    return e.differentiated(of, e.value(only), s.of, only);
  const indices = e.indices(s.by);
  // ∂_ij f: by entry ij of a matrix, or twice by entries of a vector.
  const isTwice = indices.length > 1 && !inputsOf(e, of).some((i) => i.rank === indices.length);
  const name = inputOf(e, s, of, isTwice ? 1 : indices.length);
  const entries = isTwice ? indices.map((i) => [i]) : [indices];
  const by = entries.map((at): Value => tensor({ kind: 'entry', name, indices: at }, []));
  return by.reduceRight((v, b) => e.differentiated(v, b, s.of, s), of);
}

/** ∇f or ∇_x f: a vector; ∇²f the matrix of second derivatives. */
export function readGradient(e: Env, s: Node<'gradient'>): Value {
  const of = e.value(s.of);
  if (rankOf(of) > 0 && e.strict)
    return e.fail(s, 'rank-mismatch', 'the gradient is taken of a number', 'write ∂p_i/∂z_j for the Jacobian');
  // Asked twice for a second derivative: each has axes of its own.
  const by = (): Value => (s.by === null ? gradientTarget(e, s, of) : e.value(unwrap(s.by)));
  const first = e.differentiated(of, by(), s.of, s.by ?? s);
  return s.order === 1 ? first : e.differentiated(first, by(), s.of, s.by ?? s);
}

/** The θ of ∇L(θ), else the one vector or matrix that f depends on. */
function gradientTarget(e: Env, s: Node<'gradient'>, of: Value): Value {
  const called = unwrap(s.of);
  const argument = called.kind === 'apply' && called.args.length === 1 ? unwrap(must(called.args[0])) : null;
  return argument !== null && e.isQuantity(argument) ? e.value(argument) : e.whole(inputOf(e, s, of, null));
}

/** The one input that a value depends on through definitions; `rank` is what the operator asks for. */
function inputOf(e: Env, s: Surface, of: Value, rank: number | null): string {
  if (e.operator !== null) return e.operator;
  const inputs = inputsOf(e, of).filter((i) => i.rank > 0 && (rank === null || i.rank === rank));
  const names = inputs.map((i) => i.name);
  const only = names.length === 1 ? names[0] : undefined;
  // Where nothing says it, x is what varies; only the habits of documents allow that.
  if (only === undefined && !e.strict && rank === null && names.includes('x')) return 'x';
  return (
    only ??
    e.fail(
      s,
      'ambiguous-derivative',
      names.length === 0
        ? 'nothing is known that this could be differentiated by'
        : `this derivative may be by ${names.join(', ')}`,
      'write ∂f/∂x_j',
    )
  );
}

const inputsOf = (e: Env, of: Value): ReturnType<Env['inputsOf']> => e.inputsOf(termOf(of, e));

/** All of a tensor, each axis with a letter of its own. */
export function wholeTensor(e: Env, name: string, rank: number): Value {
  const axes = Array.from({ length: rank }, () => e.axis());
  return tensor({ kind: 'entry', name, indices: axes.map(freeIndex) }, axes);
}
