// Calls: elementary functions, softmax and its kin, matrix functions, functions that a text defines, unknown functions.
// Not here: whether a bracket is a call at all (`application.ts`).
// Invariant: every call of a known function has the arguments that it takes; an unknown one becomes an `apply` or a named unknown quantity.
import { must } from '../../term/must.ts';
import type { Definition } from '../../term/context.ts';
import type { FormName, FunctionRow, Operation } from '../../term/function-row.ts';
import { functionNamed, functionRow, functions } from '../../term/functions.ts';
import {
  add,
  apply,
  call,
  delta,
  determinant,
  entry,
  type Entry,
  freeIndex,
  ifThen,
  type Index,
  inverse,
  mul,
  negate,
  one,
  position,
  pow,
  rational,
  reciprocal,
  reduce,
  size,
  subtract,
  type FunctionName,
  type Term,
} from '../../term/term.ts';
import { close, closeAll, openAll, replaceEntries, visit } from '../../term/walk.ts';
import { hasOrders } from './application.ts';
import { argument, arity, readEntries } from './entries.ts';
import { partialBy } from './derivatives.ts';
import { readInner, readKnownCall, refuseMistyped } from './known-calls.ts';
import { readCondition, readIndex, readIndices } from './indices.ts';
import { lengthOf, withSizesOf } from './lengths.ts';
import { headIndices, labelText, nameOf } from './names.ts';
import { type Reader, termSize } from './reader.ts';
import { headName, type Surface, unwrap } from '../../language/surface.ts';
import { lettersIn } from './survey.ts';
import { limits } from '../../language/tokens.ts';
import {
  diagonal,
  elementwise,
  entryOf,
  inverseOf,
  matrixBody,
  dotProduct,
  rankOf,
  scalar,
  tensor,
  termOf,
  traceOf,
  transpose,
  type Value,
  withAxes,
  zip,
} from './value.ts';
import { primedHead, readPrimed } from './primes.ts';
import { isGiven, type FunctionHead } from './world.ts';

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
    const known = s.head.kind === 'prime' ? null : readKnownCall(r, s);
    if (known !== null) return known;
    const row = s.head.kind === 'prime' ? undefined : functionRow(bottom);
    const special = row === undefined ? null : readOfTable(r, s, row);
    if (special !== null) return special;
    const fn = functionNamed(bottom);
    if (fn !== undefined && (s.head.kind === 'name' || s.head.kind === 'prime' || s.head.kind === 'subscript'))
      return readElementary(r, s, fn);
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

function readElementary(r: Reader, s: Apply, fn: FunctionName): Value {
  if (fn === 'log' && s.head.kind === 'subscript') return readLogBase(r, s, s.head);
  const args = s.args.map((a) => r.value(a));
  const first = args[0];
  if (first === undefined) return r.fail(s, 'wrong-arguments', `${fn} has no argument here`, `write ${fn}(x)`);
  if (functions[fn].arity === 'many') return readExtreme(r, s, fn, args);
  if (args.length > 1) return r.fail(s, 'wrong-arguments', `${fn} takes one argument, not ${args.length}`, '');
  if (s.head.kind === 'prime')
    return r.fitting(s, () => primeOf(r, s, fn, s.head as Surface & { kind: 'prime' }, first));
  const v = elementwise(first, r, (t) => call(fn, t));
  return s.head.kind === 'subscript'
    ? r.fitting(s, () => entryOf(v, readIndices(r, (s.head as Surface & { kind: 'subscript' }).parts), r))
    : v;
}

/** `\log_2 x` */
function readLogBase(r: Reader, s: Apply, head: Surface & { kind: 'subscript' }): Value {
  const base = head.parts[0];
  if (head.parts.length !== 1 || base === undefined)
    return r.fail(head, 'wrong-arguments', 'a logarithm has one base', '');
  const below = r.term(base);
  return elementwise(r.value(must(s.args[0])), r, (t) => mul(call('log', t), reciprocal(call('log', below))));
}

function readExtreme(r: Reader, s: Apply, fn: FunctionName, args: readonly Value[]): Value {
  const first = must(args[0]);
  if (args.length === 1) {
    if (rankOf(first) === 0)
      return r.fail(s, 'wrong-arguments', `${fn} of one number`, `write ${fn}(a, b), or ${fn}_k x_k`);
    let body = termOf(first, r);
    for (const axis of [...first.axes].reverse())
      body = reduce(fn === 'max' ? 'max' : 'min', r.printed(), close(body, axis));
    return scalar(body);
  }
  return r.fitting(s, () =>
    args
      .slice(1)
      .reduce(
        (a, b) =>
          zip(
            a,
            b,
            r,
            (x, y) => (x.kind === 'call' && x.fn === fn && args.length > 2 ? call(fn, ...x.args, y) : call(fn, x, y)),
            fn,
          ),
        first,
      ),
  );
}

/** σ'(z), tanh'(z): the derivative of an elementary function at its argument. */
function primeOf(r: Reader, s: Apply, fn: FunctionName, head: Surface & { kind: 'prime' }, arg: Value): Value {
  const f = derivatives[fn];
  if (head.count !== 1 || f === null)
    return r.fail(s, 'unexpected-prime', `write this derivative of ${fn} as d/dx`, '');
  r.copying(s, termOf(arg, r), 4);
  return elementwise(arg, r, f);
}

const square = (t: Term): Term => pow(t, rational(2));
const derivatives: { readonly [F in FunctionName]: ((t: Term) => Term) | null } = {
  exp: (t) => call('exp', t),
  log: reciprocal,
  sqrt: (t) => mul(rational(1, 2), reciprocal(call('sqrt', t))),
  abs: (t) => call('sign', t),
  sign: null,
  sin: (t) => call('cos', t),
  cos: (t) => negate(call('sin', t)),
  tan: (t) => add(one, square(call('tan', t))),
  asin: (t) => reciprocal(call('sqrt', subtract(one, square(t)))),
  acos: (t) => negate(reciprocal(call('sqrt', subtract(one, square(t))))),
  atan: (t) => reciprocal(add(one, square(t))),
  sinh: (t) => call('cosh', t),
  cosh: (t) => call('sinh', t),
  tanh: (t) => subtract(one, square(call('tanh', t))),
  sigmoid: (t) => mul(call('sigmoid', t), subtract(one, call('sigmoid', t))),
  softplus: (t) => call('sigmoid', t),
  relu: (t) => ifThen({ kind: 'compare', op: '>', left: t, right: rational(0) }, one, rational(0)),
  erf: null,
  max: null,
  min: null,
};

// --- functions with a meaning of their own ---------------------------------------------------------------------------

type Builtin = (r: Reader, s: Apply) => Value;

const one1 =
  (f: (r: Reader, v: Value, s: Apply) => Value): Builtin =>
  (r, s) => {
    arity(r, s, 1);
    return f(r, r.value(argument(r, s)), s);
  };

/** `inv_{a,b}(body)` and `det_{a,b}(body)`: rows and columns named by letters. */
function letteredBody(
  r: Reader,
  s: Apply,
  head: Surface & { kind: 'subscript' },
): { body: Term; letters: readonly [string, string] } {
  const letters = head.parts.flatMap(lettersIn);
  const [row, column] = letters;
  if (letters.length !== 2 || row === undefined || column === undefined)
    return r.fail(head, 'bad-binding', 'a row letter and a column letter are needed here', 'write inv_{a,b}(X_ab)');
  return r.within(letters, false, () => ({
    body: closeAll(r.term(argument(r, s)), [row, column]),
    letters: [row, column] as const,
  }));
}

const inv: Builtin = (r, s) => {
  if (s.head.kind !== 'subscript') {
    arity(r, s, 1);
    return inverseOf(r.value(argument(r, s)), r);
  }
  const { body, letters } = letteredBody(r, s, s.head);
  const [row, column] = [r.axis(), r.axis()];
  return tensor(inverse(body, freeIndex(row), freeIndex(column), '', letters), [row, column]);
};
const det: Builtin = (r, s) => {
  if (s.head.kind === 'subscript') {
    const { body, letters } = letteredBody(r, s, s.head);
    return scalar(determinant(body, '', letters));
  }
  arity(r, s, 1);
  const v = r.value(argument(r, s));
  return scalar(determinant(matrixBody(v, r, 'the determinant'), '', [r.printed(), r.printed()]));
};

const sizeOf: Builtin = (r, s) => {
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
};

const ifCall: Builtin = (r, s) => {
  arity(r, s, 3);
  return scalar(ifThen(readCondition(r, argument(r, s)), r.term(argument(r, s, 1)), r.term(argument(r, s, 2))));
};
const position1: Builtin = (r, s) => {
  arity(r, s, 1);
  return scalar(position(readIndex(r, argument(r, s))));
};
const differential: Builtin = (r, s) => {
  if (s.head.kind === 'subscript')
    return r.value({ kind: 'entryDerivative', of: argument(r, s), by: s.head.parts, start: s.start, end: s.end });
  if (s.args.length < 3) arity(r, s, 2);
  return partialBy(
    r,
    r.value(argument(r, s)),
    [argument(r, s, 1)],
    s.args.slice(2).map((held) => heldName(r, held)),
  );
};
/** `d(v, x_i, mu)`: what stands after the variable is held fixed. */
const heldName = (r: Reader, s: Surface): string =>
  nameOf(s, r.world, r.latex)?.name ??
  r.fail(s, 'wrong-arguments', 'what is held fixed is given by its name', 'write for example d(v, x_i, mu)');

const operations: { readonly [O in Operation]: Builtin } = {
  inverse: inv,
  determinant: det,
  trace: one1((_r, v) => traceOf(v)),
  transpose: one1((_r, v) => transpose(v)),
  diagonal: one1((r, v) => diagonal(v, r)),
  'row-sum': one1((r, v) => {
    const column = v.axes.at(-1);
    return column === undefined || rankOf(v) < 2
      ? v
      : tensor(reduce('sum', r.printed(), close(termOf(v, r), column)), v.axes.slice(0, -1));
  }),
  dot: (r, s) => {
    arity(r, s, 2);
    return dotProduct(r.value(argument(r, s)), r.value(argument(r, s, 1)), r);
  },
  inner: (r, s) => readInner(r, s),
};
const forms: { readonly [F in FormName]: Builtin | null } = {
  if: ifCall,
  position: position1,
  size: sizeOf,
  derivative: differential,
  delta: (r, s) => {
    arity(r, s, 2);
    return scalar(delta(readIndex(r, argument(r, s)), readIndex(r, argument(r, s, 1))));
  },
  product: null,
  vec: null,
};

/** The value of a call of a function of the table, or null where it is an elementary one or has a form of its own. */
function readOfTable(r: Reader, s: Apply, row: FunctionRow): Value | null {
  const { means } = row;
  switch (means.kind) {
    case 'entries':
      return r.fitting(s, () => readEntries(r, s, row, means));
    case 'operation':
      return r.fitting(s, () => operations[means.operation](r, s));
    case 'form': {
      const read = forms[means.form];
      return read === null ? null : r.fitting(s, () => read(r, s));
    }
    default:
      return null;
  }
}

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
