// Calls: elementary functions, softmax and its kin, matrix functions, functions that a text defines, unknown functions.
// Not here: whether a bracket is a call at all (`application.ts`).
// Invariant: every call of a known function has the arguments that it takes; an unknown one becomes an `apply` or a named unknown quantity.
import { headName, type Surface, unwrap } from '../../language/surface.ts';
import { limits } from '../../language/tokens.ts';
import { isWord } from '../../language/words.ts';
import type { Definition } from '../../term/context.ts';
import { calledFunctions, functionNamed, functionRow } from '../../term/functions.ts';
import { must } from '../../term/must.ts';
import { didYouMean } from '../../term/near.ts';
import { apply, entry, type Entry, freeIndex, type Index, pow, size, type Term } from '../../term/term.ts';
import { openAll, replaceEntries, visit } from '../../term/walk.ts';
import { readElementary } from '../elaborate/elementary.ts';
import { argument, arity } from '../elaborate/entries.ts';
import { partialOf } from '../elaborate/gradients.ts';
import { readKnown } from '../elaborate/known.ts';
import { lengthOf, withSizesOf } from '../elaborate/lengths.ts';
import { elementwise, entryOf, rankOf, scalar, tensor, termOf, type Value, withAxes } from '../value.ts';
import { hasOrders } from './application.ts';
import { readIndex, readIndices } from './indices.ts';
import { headIndices, labelText, nameOf } from './names.ts';
import { primedHead, readPrimed } from './primes.ts';
import { type Reader, termSize } from './reader.ts';
import { type FunctionHead, isGiven } from './world.ts';

type Apply = Surface & { kind: 'apply' };

/** The value of a call. */
export function readCall(r: Reader, s: Apply): Value {
  const bottom = headName(s.head) ?? '';
  const full = nameOf(s.head, r.world, r.latex)?.name ?? bottom;
  const head = r.world.functions.get(full) ?? r.world.functions.get(bottom);
  const primed = s.head.kind === 'prime' ? primedHead(r.world, s.head, bottom) : null;
  if (primed !== null) return readPrimed(r, s, primed, readDefined);
  if (s.head.kind !== 'prime' && head !== undefined) return readDefined(r, s, head);
  if (s.head.kind === 'power' && !hasOrders(s.head)) return readPowerOfCall(r, s, s.head);
  if (!isGiven(r.world, bottom)) {
    const known = readOfTable(r, s, bottom);
    if (known !== null) return known;
  }
  refuseMistyped(r, s, bottom);
  return readUnknown(r, s, full);
}

/** `\sin^2 x` squares the sine. */
function readPowerOfCall(r: Reader, s: Apply, head: Surface & { kind: 'power' }): Value {
  const e = unwrap(head.exponent);
  if (e.kind === 'sum')
    return r.fail(
      head,
      'unexpected-part',
      'a negative power of a function may mean its inverse',
      'write 1/f(x), or the name of the inverse function',
    );
  const inner: Surface = { ...s, head: head.base };
  return elementwise(r.value(inner), r, (t) => pow(t, r.term(e)));
}

// --- functions of the table ------------------------------------------------------------------------------------------

/** A call of a function of the table, or null where the name has no meaning of its own. */
function readOfTable(r: Reader, s: Apply, bottom: string): Value | null {
  const fn = functionNamed(bottom);
  const isPlain = s.head.kind === 'name' || s.head.kind === 'prime' || s.head.kind === 'subscript';
  const row = s.head.kind === 'prime' ? undefined : functionRow(bottom);
  if (row?.means.kind === 'form' && row.means.form === 'size') return sizeOf(r, s);
  if (row?.means.kind === 'form' && row.means.form === 'derivative') return r.fitting(s, () => differential(r, s));
  // Which of its two arguments is the prediction no name tells (`CE`).
  const isPair = row?.means.kind === 'entries' && row.arity === 2;
  if (isPair)
    return r.fail(
      s,
      'unknown-function',
      `${bottom} is nowhere defined: people write its labels and its predictions in either order`,
      'write the sum that is meant, -sum_i y_i log(p_i)',
    );
  const known = row === undefined ? null : readKnown(r, s, row);
  return known ?? (fn !== undefined && isPlain ? readElementary(r, s, fn) : null);
}

function sizeOf(r: Reader, s: Apply): Value {
  const of = unwrap(argument(r, s));
  const axis = s.args[1] === undefined ? null : unwrap(s.args[1]);
  const name = nameOf(of, r.world, r.latex);
  if (
    name === null ||
    name.indices.length > 0 ||
    (axis !== null && (axis.kind !== 'number' || axis.num < 1n || axis.den !== 1n))
  )
    return r.fail(s, 'wrong-arguments', 'size takes a name and the number of an axis', 'write size(x,1)');
  return scalar(size(`size(${name.name},${axis === null ? 1 : axis.num})`));
}

function differential(r: Reader, s: Apply): Value {
  if (s.head.kind === 'subscript')
    return r.value({ kind: 'entryDerivative', of: argument(r, s), by: s.head.parts, start: s.start, end: s.end });
  if (s.args.length < 3) arity(r, s, { arity: 2 });
  const held = s.args.slice(2).map((h) => heldName(r, h));
  return partialOf(r, r.value(argument(r, s)), r.value(argument(r, s, 1)), argument(r, s, 1), held);
}
/** `d(v, x_i, mu)`: what stands after the variable is held fixed. */
const heldName = (r: Reader, s: Surface): string =>
  nameOf(s, r.world, r.latex)?.name ??
  r.fail(s, 'wrong-arguments', 'what is held fixed is given by its name', 'write for example d(v, x_i, mu)');

// --- functions that the text defines -----------------------------------------------------------------------------------

/** A use of `S(z)_i`, `\sigma(z_k)`, `softmax(y_hat, j)` or `f(3)` after its definition. */
function readDefined(r: Reader, s: Apply, head: FunctionHead): Value {
  const own = readIndices(r, headIndices(s.head, head.key, r.world, r.latex));
  const rank = r.world.ranks.get(head.key) ?? 0;
  const taken: Index[] = [];
  const replaced = new Map<string, Surface>();
  if (s.args.length > head.args.length)
    return r.fail(s, 'wrong-arguments', `${head.key} takes ${head.args.length} arguments, not ${s.args.length}`, '');
  s.args.forEach((arg, n) => {
    if (head.indexArgs[n]) {
      taken.push(readIndex(r, arg));
      return;
    }
    const formal = must(head.args[n]);
    const named = nameOf(unwrap(arg), r.world, r.latex);
    const formalRank = r.world.ranks.get(formal) ?? 0;
    if (named?.name === formal) {
      taken.push(...readIndices(r, named.indices));
      return;
    }
    if (named !== null && named.indices.length > 0 && formalRank > 0) {
      taken.push(...readIndices(r, named.indices));
      replaced.set(formal, { kind: 'name', name: named.name, bold: false, run: false, start: arg.start, end: arg.end });
      return;
    }
    replaced.set(formal, arg);
  });
  // `\sigma(k)`: an index where the vector or its entry belongs is refused by reading it as a number.
  const indices = [...own, ...taken];
  if (indices.length > rank)
    return r.fail(s, 'rank-mismatch', `${head.key} has ${rank} indices, this names ${indices.length}`, '');
  const axes = Array.from({ length: rank - indices.length }, () => r.axis());
  const all = [...indices, ...axes.map(freeIndex)];
  const term = replaced.size === 0 ? entry(head.key, ...all) : instantiate(r, s, head, [...replaced], all);
  return axes.length === 0 ? scalar(term) : tensor(term, axes);
}

/** The definition's body with other arguments. */
function instantiate(
  r: Reader,
  s: Apply,
  head: FunctionHead,
  replaced: readonly (readonly [string, Surface])[],
  indices: readonly Index[],
): Term {
  const definition: Definition | null = r.world.definition(head.key);
  if (definition === null)
    return r.fail(
      s,
      'unknown-name',
      `${head.key} is used with other arguments, but its definition is not known`,
      'write its definition first',
    );
  const actual = new Map(
    replaced.map(([formal, arg]) => {
      const v = r.value(arg);
      const wanted = r.world.ranks.get(formal) ?? 0;
      if (rankOf(v) !== wanted)
        r.fail(arg, 'rank-mismatch', `${head.key} takes a ${wanted === 0 ? 'number' : 'vector'} here`, '');
      return [formal, { term: termOf(v, r), axes: v.axes }] as const;
    }),
  );
  let written = termSize(definition.body);
  visit(definition.body, (t) => {
    const a = t.kind === 'entry' ? actual.get(t.name) : undefined;
    if (a !== undefined) written += termSize(a.term);
  });
  if (written > limits.nodes)
    return r.fail(
      s,
      'too-many-nodes',
      `written out, this has more than ${limits.nodes} parts`,
      'give the inner part a name',
    );
  const sized = withSizesOf(definition.body, (name, axis) => {
    const a = actual.get(name);
    return a === undefined ? null : lengthOf(must(a.axes[axis]), [a.term], r);
  });
  const body = replaceEntries(sized, (e: Entry) => {
    const a = actual.get(e.name);
    return a === undefined ? null : withAxes(a.term, a.axes, e.indices);
  });
  return openAll(body, indices);
}

// --- unknown functions ---------------------------------------------------------------------------------------------------

/** A name that is called and nearly a known function's is a slip of the pen. */
function refuseMistyped(r: Reader, s: Apply, name: string): void {
  if (name.length < 4 || isWord(name) || !/^[A-Za-z]+$/.test(name)) return;
  const known = calledFunctions().filter((f) => f.length >= 4);
  const hint = didYouMean(name, known);
  if (hint !== '')
    r.fail(s.head, 'unknown-function', `the function ${name} is nowhere defined`, `${hint}otherwise define ${name}`);
}

function readUnknown(r: Reader, s: Apply, name: string): Value {
  const { orders, indices, base } = peel(r, s.head, s.args.length);
  const label = base ?? name;
  if (label === '') return r.fail(s, 'unknown-name', 'what is called here is no name', '');
  const named = s.args.flatMap((a) => argumentNames(r, a));
  // L(Y), p(x | μ): an unknown quantity that depends on what stands in the bracket.
  const args = s.args.some((a) => a.kind === 'conditional') ? null : s.args.map((a) => r.value(a));
  const first = args?.[0];
  const isQuantity =
    args === null ||
    (args.some((v) => rankOf(v) > 0) && (args.length > 1 || /^[A-Z]|^ell$|^loss$/.test(label)) && orders === null);
  if (isQuantity) {
    // An argument that is no name would be lost: what the quantity does with it is not known.
    const nameless = s.args.find(
      (a, n) => argumentNames(r, a).length === 0 && (args === null || rankOf(must(args[n])) > 0),
    );
    if (named.length === 0 || nameless !== undefined)
      return r.fail(
        nameless ?? s,
        'unknown-name',
        `${label} is nowhere defined, so what it makes of this cannot be told`,
        `define ${label}, or give its arguments names (p = softmax(z))`,
      );
    dependOn(r, label, named);
    return scalar(entry(label, ...readIndices(r, indices)));
  }
  if (first === undefined || args === null) return r.fail(s, 'wrong-arguments', `${label} has no argument here`, '');
  const row = rowArgument(r, s, first);
  if (row !== null && orders === null) {
    dependOn(r, label, [...named, ...(/\^\((\w+)\)$/.exec(label)?.slice(1) ?? [])]);
    return scalar(entry(label, ...readIndices(r, [...indices, ...row])));
  }
  if (args.length === 1) {
    const v = elementwise(first, r, (t) => apply(label, [t], orders ?? [0]));
    return indices.length === 0 ? v : r.fitting(s, () => entryOf(v, readIndices(r, indices), r));
  }
  return scalar(
    apply(
      label,
      args.map((v, n) =>
        rankOf(v) > 0
          ? r.fail(must(s.args[n]), 'rank-mismatch', 'an unknown function takes numbers', '')
          : termOf(v, r),
      ),
      orders ?? args.map(() => 0),
    ),
  );
}

function dependOn(r: Reader, label: string, names: readonly string[]): void {
  const on = r.world.depends.get(label) ?? new Set<string>();
  for (const n of names) on.add(n);
  r.world.depends.set(label, on);
}

/** h(x^{(i)}) of a whole row: one number for each i, so the row's indices are its own. */
function rowArgument(r: Reader, s: Apply, arg: Value): readonly Surface[] | null {
  const named = s.args.length === 1 ? nameOf(unwrap(must(s.args[0])), r.world, r.latex) : null;
  return named !== null && named.indices.length > 0 && rankOf(arg) === 1 ? named.indices : null;
}

/** Primes and counted derivatives of a function's name, and the subscript under it. */
function peel(
  r: Reader,
  head: Surface,
  args: number,
): { orders: readonly number[] | null; indices: readonly Surface[]; base: string | null } {
  if (head.kind === 'prime') {
    const inner = peel(r, head.base, args);
    return {
      ...inner,
      orders:
        args === 1
          ? [head.count]
          : r.fail(
              head,
              'unexpected-prime',
              'a prime cannot say by which of several arguments',
              'write for example f^(1,0)(x, y)',
            ),
    };
  }
  if (hasOrders(head) && head.kind === 'power') {
    const list = head.exponent.kind === 'list' ? head.exponent.items : [head.exponent];
    if (list.length !== args)
      return r.fail(
        head,
        'wrong-arguments',
        'one number of derivatives is needed for every argument',
        'write for example f^(1,0)(x, y)',
      );
    return {
      orders: list.map((i) => Math.min(9, Number((i as { num: bigint }).num))),
      indices: [],
      base: nameOf(head.base, r.world, r.latex)?.name ?? null,
    };
  }
  const named = nameOf(head, r.world, r.latex);
  return { orders: null, indices: named?.indices ?? [], base: named?.name ?? labelText(head) };
}

function argumentNames(r: Reader, s: Surface): string[] {
  const u = unwrap(s);
  if (u.kind === 'conditional') return [...argumentNames(r, u.value), ...argumentNames(r, u.given)];
  if (u.kind === 'list') return u.items.flatMap((i) => argumentNames(r, i));
  const named = nameOf(u, r.world, r.latex);
  return named === null ? [] : [named.name];
}
