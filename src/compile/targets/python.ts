// Expressions and statements of Python over arrays, shared by NumPy, PyTorch and JAX.
// Not here: the names of their functions (`numpy.ts`, `torch.ts`, `jax.ts`), modules and functions
// (`python-module.ts`).
// Invariant: no statement changes an array that a caller can see.
import type { Tensor, UnaryOp } from '../loops.ts';
import type { Comparison, ReduceOp } from '../../term/term.ts';
import type { ArrayDialect, Extent } from './arrays.ts';
import type { Names } from './names.ts';

export const WORDS = [
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
  'None',
  'True',
  'False',
  'print',
  'range',
  'np',
  'torch',
  'jnp',
  'jax',
  'math',
  'erf',
  'sigmoid',
  'softplus',
];

/** What differs between the array packages. */
export interface PythonWords {
  readonly title: string;
  readonly imports: readonly string[];
  /** Lines put before the function where the named operation is used. */
  readonly helpers: { readonly [op: string]: readonly string[] };
  readonly unary: { readonly [K in UnaryOp]: (x: string) => string };
  readonly extreme: (op: 'max' | 'min', a: string, b: string) => string;
  readonly where: (test: string, a: string, b: string) => string;
  /** 0 … n − 1, where `like` is, an input. */
  readonly arange: (n: string, like: string | null) => string;
  readonly clip: (x: string, last: string) => string;
  readonly transpose: (x: string, order: string) => string;
  readonly broadcast: (x: string, shape: string) => string;
  readonly reduce: { readonly [K in ReduceOp]: (x: string, axes: readonly number[]) => string };
  readonly einsum: (equation: string, operands: string) => string;
  readonly inverse: (x: string) => string;
  readonly determinant: (x: string) => string;
  readonly tensor: (x: string) => string;
  readonly index: (x: string) => string;
  /** What comes of an entry that is no position below `size`: an exception, or results that are NaN. */
  readonly inside:
    | { readonly raise: (name: string, x: string, size: string, except: readonly number[]) => string }
    | {
        readonly test: (x: string, size: string, except: readonly number[]) => string;
        readonly mark: (test: string, x: string) => string;
      };
  readonly real: (x: string, like: string | null) => string;
  readonly infinity: string;
  /**
   * A Python number made an array, where functions of the package take only arrays; of the kind of `like`, an input.
   */
  readonly lift: (x: string, like: string | null) => string;
  /** What a walk in chunks needs; absent where arrays cannot be written a part at a time. */
  readonly chunk?: {
    /** An array of which chunks are read. */
    readonly whole: (x: string) => string;
    readonly part: (x: string) => string;
    readonly empty: (shape: string, like: string) => string;
    readonly full: (shape: string, value: string, like: string) => string;
    /** Bytes of one number. */
    readonly bytes: (like: string) => string;
  };
  /** How processes are spoken to; absent where the package has no word for it. */
  readonly processes?: ProcessWords;
}

/** Functions that processes share, as helpers of the module, and how one function is told its mesh axes. */
export interface ProcessWords {
  readonly imports: readonly string[];
  /**
   * `_all_reduce(op, mesh, *parts)`, `_gather(x, dim, whole, start, mesh)`, `_place(n, mesh)`, and what else is called.
   */
  readonly helpers: { readonly [name: string]: readonly string[] };
  /** Whether a mesh axis is an argument; else it is a name that the surroundings bind. */
  readonly meshIsArgument: boolean;
  /** Reductions and entries of arrays that may be empty. */
  readonly reduce: { readonly [K in 'max' | 'min']?: (x: string, axes: readonly number[]) => string };
  readonly entry?: (x: string, at: string) => string;
}

/** Text with its precedence: 1 or … 9 entry; `scalar`: a Python number, not an array. */
export interface Text {
  readonly text: string;
  readonly rank: number;
  readonly scalar?: true;
}
const ENTRY = 9;
const wrap = (t: Text, least: number): string => (t.rank < least ? `(${t.text})` : t.text);
const entry = (text: string): Text => ({ text, rank: ENTRY });
const scalar = (t: Text): Text => ({ ...t, scalar: true });
const infix = (a: Text, sign: string, b: Text, rank: number): Text => ({
  text: `${wrap(a, rank)} ${sign} ${wrap(b, rank + 1)}`,
  rank,
  ...(a.scalar === true && b.scalar === true ? { scalar: true } : {}),
});
const signs: { readonly [K in Comparison]: string } = {
  '=': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** New axes of length 1 where the pattern says so; those in front come by themselves when arrays meet. */
function spread(pattern: readonly boolean[]): string {
  const first = pattern.indexOf(false);
  const rest = first === -1 ? [] : pattern.slice(first);
  return rest.includes(true) ? `[${rest.map((x) => (x ? 'None' : ':')).join(', ')}]` : '';
}

/** Σ over one letter of two arrays of at most two axes as `a @ b`; null where it is something else. */
function matrixProduct(equation: string, operands: readonly Text[]): Text | null {
  const [inputs, out] = equation.split('->') as [string, string];
  const words = inputs.split(',');
  const [first, second] = words;
  if (words.length !== 2 || first === undefined || second === undefined || words.some((x) => x.length > 2)) return null;
  const common = [...first].filter((x) => second.includes(x));
  const [summed] = common;
  if (common.length !== 1 || summed === undefined || out.includes(summed)) return null;
  const kept = (x: string): string => x.replace(summed, '');
  if (out !== kept(first) + kept(second))
    return out === kept(second) + kept(first)
      ? matrixProduct(`${second},${first}->${out}`, [...operands].reverse())
      : null;
  const [a, b] = operands as [Text, Text];
  const turned = (t: Text, turn: boolean): Text => (turn ? entry(`${wrap(t, ENTRY)}.T`) : t);
  return infix(
    turned(a, first.length === 2 && first[0] === summed),
    '@',
    turned(b, second.length === 2 && second[1] === summed),
    6,
  );
}

/** What a program says in the words of a package: `lines` and `used` grow. */
export function dialect(
  w: PythonWords,
  names: Names,
  lines: string[],
  used: Set<string>,
  like: string | null,
  processes: ProcessWords | null = null,
): ArrayDialect<Text> {
  const number = (x: number): Text =>
    scalar(
      Number.isFinite(x)
        ? { text: Number.isInteger(x) && Math.abs(x) < 1e15 ? `${x}.0` : `${x}`, rank: x < 0 ? 7 : ENTRY }
        : Number.isNaN(x)
          ? entry("float('nan')")
          : x > 0
            ? entry(w.infinity)
            : { text: `-${w.infinity}`, rank: 7 },
    );
  const extent = (e: Extent): Text =>
    scalar('set' in e ? entry(names.of('size', e.set)) : { text: `${e.size}`, rank: e.size < 0 ? 7 : ENTRY });
  const shape = (all: readonly Extent[]): string =>
    `(${all.map((e) => extent(e).text).join(', ')}${all.length === 1 ? ',' : ''})`;
  const tensor = (t: Tensor): Text => entry(names.of('tensor', t.name));
  const meshText = (mesh: string): string =>
    processes?.meshIsArgument === true ? names.of('helper', mesh) : `'${mesh}'`;
  return {
    number,
    extent,
    tensor,
    sizeNumber: extent,
    arrange: (h, order, pattern) => {
      const moved = order.some((n, k) => n !== k) ? entry(w.transpose(wrap(h, ENTRY), order.join(', '))) : h;
      const axes = spread(pattern);
      return axes === '' ? moved : entry(`${wrap(moved, ENTRY)}${axes}`);
    },
    iota: (e, at, rank) =>
      entry(`${w.arange(extent(e).text, like)}${spread(Array.from({ length: rank }, (_, n) => n !== at))}`),
    integer: (op, a, b) => {
      if (op === 'add' && /^-\d+$/.test(b.text)) return infix(a, '-', { text: b.text.slice(1), rank: ENTRY }, 5);
      return op === 'add' ? infix(a, '+', b, 5) : infix(a, '*', b, 6);
    },
    clip: (h, last) => entry(w.clip(h.scalar === true ? w.index(h.text) : h.text, last.text)),
    real: (h) => (h.scalar === true ? h : entry(w.real(h.text, like))),
    take: (t, at) => {
      const places = at.map((x) => x.text).join(', ');
      if (processes?.entry === undefined) return entry(`${tensor(t).text}[${places}]`);
      used.add('_entry');
      return entry(processes.entry(tensor(t).text, places));
    },
    allReduce: (op, mesh, of, into) => {
      used.add('_all_reduce');
      const list = (all: readonly Tensor[]): string => all.map((t) => tensor(t).text).join(', ');
      lines.push(`${list(into)} = _all_reduce('${op}', ${meshText(mesh)}, ${list(of)})`);
    },
    gather: (t, dim, mesh, whole) => {
      used.add('_gather');
      const set = 'set' in whole ? whole.set : '';
      const sizes = [extent(whole).text, names.of('size', `${set}@start`)].join(', ');
      return entry(`_gather(${tensor(t).text}, ${dim}, ${sizes}, ${meshText(mesh)})`);
    },
    unary: (op, a) => {
      used.add(op);
      if (op === 'neg') return { ...a, text: `-${wrap(a, 8)}`, rank: 7 };
      return entry(w.unary[op](a.scalar === true ? w.lift(a.text, like) : a.text));
    },
    binary: (op, a, b) => {
      if (op === 'max' || op === 'min')
        return entry(
          w.extreme(
            op,
            a.scalar === true ? w.lift(a.text, like) : a.text,
            b.scalar === true ? w.lift(b.text, like) : b.text,
          ),
        );
      if (op === 'pow') return { text: `${wrap(a, ENTRY)} ** ${wrap(b, ENTRY)}`, rank: 8 };
      return op === 'add' || op === 'sub'
        ? infix(a, op === 'add' ? '+' : '-', b, 5)
        : infix(a, op === 'mul' ? '*' : '/', b, 6);
    },
    compare: (op, a, b) => ({
      text: `${wrap(a, 5)} ${signs[op]} ${wrap(b, 5)}`,
      rank: 2,
      ...(a.scalar === true && b.scalar === true ? { scalar: true } : {}),
    }),
    logic: (op, all) => {
      const t: Text = { text: all.map((x) => wrap(x, 4)).join(op === 'and' ? ' & ' : ' | '), rank: 3 };
      return all.every((x) => x.scalar === true) ? scalar(t) : t;
    },
    not: (a) =>
      a.scalar === true ? scalar({ text: `not ${wrap(a, 3)}`, rank: 1 }) : { text: `~${wrap(a, ENTRY)}`, rank: 7 },
    where: (test, a, b) => {
      const then = a.scalar === true && b.scalar === true ? w.lift(a.text, like) : a.text;
      return entry(w.where(test.scalar === true ? w.lift(test.text, null) : test.text, then, b.text));
    },
    broadcast: (h, all) => entry(w.broadcast(h.scalar === true ? w.lift(h.text, like) : h.text, shape(all))),
    reduce: (op, h, axes) => {
      const careful = op === 'max' || op === 'min' ? processes?.reduce[op] : undefined;
      if (careful !== undefined) used.add('_extreme');
      return entry((careful ?? w.reduce[op])(h.text, axes));
    },
    einsum: (equation, operands) =>
      matrixProduct(equation, operands) ?? entry(w.einsum(equation, operands.map((x) => x.text).join(', '))),
    matrix: (op, h) => entry(w[op](h.text)),
    rebind: (t, h) => {
      lines.push(`${tensor(t).text} = ${h.text}`);
      return tensor(t);
    },
    release: (tensors) => {
      lines.push(`del ${tensors.map((t) => tensor(t).text).join(', ')}`);
    },
    assign: (t, h) => {
      lines.push(`${tensor(t).text} = ${h.scalar === true ? w.lift(h.text, like) : h.text}`);
    },
  };
}
