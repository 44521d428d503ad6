// A program as one C99 file: plain loops over flat arrays of double.
// Not here: the printing of loops (`imperative.ts`).
// Invariant: the function writes its outputs alone; it allocates what it needs in between and frees it.
import { must } from '../../term/must.ts';
import type { Axis, Tensor } from '../loops.ts';
import type { Schedule } from '../schedule.ts';
import { visitValue } from '../values.ts';
import { sizesOf } from './sizes.ts';
import { allStages, LoopPrinter, storedTensors, type Dialect } from './imperative.ts';
import { Names } from './names.ts';
import type { EmitRequest, Target } from './target.ts';

const WORDS = [
  'auto',
  'break',
  'case',
  'char',
  'const',
  'continue',
  'default',
  'do',
  'double',
  'else',
  'enum',
  'extern',
  'float',
  'for',
  'goto',
  'if',
  'inline',
  'int',
  'long',
  'register',
  'restrict',
  'return',
  'short',
  'signed',
  'sizeof',
  'static',
  'struct',
  'switch',
  'typedef',
  'union',
  'unsigned',
  'void',
  'volatile',
  'while',
  'main',
  'NULL',
  'INFINITY',
  'NAN',
  'y0',
  'y1',
  'yn',
  'j0',
  'j1',
  'jn',
  'gamma',
  'index',
  'sigmoid',
  'softplus',
  'sign',
  'invert',
  'determinant',
  'malloc',
  'free',
  'memcpy',
  'fmax',
  'fmin',
  'exp',
  'log',
  'pow',
];

export const c: Target = { name: 'c', says: 'a C99 file', emit: (r) => [{ name: `${r.name}.c`, content: text(r) }] };

function text(r: EmitRequest): string {
  const s = r.loops();
  const names = new Names([...WORDS, r.name]);
  const tensors = [...s.program.tensors.values()];
  const givens = tensors.filter((t) => t.role === 'input' || t.role === 'state');
  const results = tensors.filter((t) => t.role === 'output');
  const sizes = sizesOf(s.program);
  for (const n of sizes) names.of('size', n);
  const printer = new LoopPrinter(s, dialect(names));
  const own = storedTensors(s).filter((t) => t.role === 'temporary');
  const nests = s.nests.map((n) => printer.nest(n));
  const count = (t: Tensor): string =>
    t.dims.length === 0 ? '1' : t.dims.map((n, k) => extent(names, n, t.sets[k])).join(' * ');
  const parameter = (t: Tensor): string =>
    `${t.role === 'input' ? 'const ' : ''}${t.dtype === 'index' ? 'int' : 'double'} *${names.of('tensor', t.name)}`;
  const checked = givens.flatMap((t) => {
    if (t.of === undefined) return [];
    const [x, size] = [names.of('tensor', t.name), extent(names, t.of.size, t.of.set)];
    return [
      `for (int n = 0; n < ${count(t)}; n++) if (${[`(${x}[n] < 0 || ${x}[n] >= ${size})`, ...t.of.except.map((e) => `${x}[n] != ${e}`)].join(' && ')}) return 1;`,
    ];
  });
  const body = [
    ...checked,
    ...own.map((t) => `double *${names.of('tensor', t.name)} = malloc(sizeof(double) * ${count(t)});`),
    ...nests.flat(),
    ...s.program.copies.map(
      (x) =>
        `memcpy(${names.of('tensor', x.to)}, ${names.of('tensor', x.from)}, sizeof(double) * ${count(must(tensors.find((t) => t.name === x.to)))});`,
    ),
    ...own.map((t) => `free(${names.of('tensor', t.name)});`),
    ...(checked.length === 0 ? [] : ['return 0;']),
  ];
  return [
    `/* ${r.title}: written by whygrad from its formulas. Row-major arrays; link with -lm.`,
    ...[...givens, ...results].map(
      (t) =>
        `   ${names.of('tensor', t.name)}: ${t.dtype === 'index' ? 'positions from 0' : 'numbers'}, [${t.dims.map((n, k) => extent(names, n, t.sets[k])).join(', ')}]${t.role === 'output' ? ' (written)' : ''}`,
    ),
    '*/',
    '#include <math.h>',
    '#include <stdlib.h>',
    '#include <string.h>',
    '',
    ...helpers(s),
    ...(checked.length === 0
      ? []
      : ['/* Returns 0; 1, with nothing written, where an entry is none of the positions of its set. */']),
    `${checked.length === 0 ? 'void' : 'int'} ${r.name}(${[...givens.map(parameter), ...results.map(parameter), ...sizes.map((n) => `int ${names.of('size', n)}`)].join(', ')}) {`,
    ...body.map((x) => `  ${x}`),
    '}',
    '',
  ].join('\n');
}

const extent = (names: Names, size: number, set: string | undefined): string =>
  set !== undefined && set !== '' && !/^\d+$/.test(set) ? names.of('size', set) : `${size}`;
const fn =
  (name: string) =>
  (x: string): string =>
    `${name}(${x})`;
const float = (x: number): string =>
  Number.isNaN(x)
    ? 'NAN'
    : x === Infinity
      ? 'INFINITY'
      : x === -Infinity
        ? '-INFINITY'
        : Number.isInteger(x) && Math.abs(x) < 1e15
          ? `${Object.is(x, -0) ? '-0' : x}.0`
          : `${x}`;

function dialect(names: Names): Dialect {
  return {
    names,
    float,
    equal: '==',
    unequal: '!=',
    unary: {
      neg: (x) => `-${x}`,
      abs: fn('fabs'),
      sqrt: fn('sqrt'),
      sign: fn('sign'),
      exp: fn('exp'),
      log: fn('log'),
      sin: fn('sin'),
      cos: fn('cos'),
      tan: fn('tan'),
      asin: fn('asin'),
      acos: fn('acos'),
      atan: fn('atan'),
      sinh: fn('sinh'),
      cosh: fn('cosh'),
      tanh: fn('tanh'),
      sigmoid: fn('sigmoid'),
      softplus: fn('softplus'),
      relu: (x) => `fmax(${x}, 0.0)`,
      erf: fn('erf'),
    },
    real: (x) => `(double)${x}`,
    power: (x, y) => `pow(${x}, ${y})`,
    extreme: (op, x, y) => `f${op}(${x}, ${y})`,
    loopHead: (i, from, to) => `for (int ${i} = ${from}; ${i} < ${to}; ${i}++)`,
    declare: (name, value, constant) => `${constant ? 'const ' : ''}double ${name} = ${value};`,
    declareRow: (name, length) => `double *${name} = malloc(sizeof(double) * ${length});`,
    freeRow: (name) => `free(${name});`,
    sizeName: (a: Axis) => extent(names, a.size, a.set),
    matrix: (s, target, of, batch, size) => {
      const at = s.batch.length === 0 ? '' : ` + (${batch}) * ${size} * ${size}`;
      return s.kind === 'inverse'
        ? [`invert(${of}${at}, ${size}, ${target}${at});`]
        : [`${target}[${batch}] = determinant(${of}${at}, ${size});`];
    },
  };
}

function helpers(s: Schedule): string[] {
  const used = new Set<string>();
  for (const stage of allStages(s)) {
    if (stage.kind === 'map')
      visitValue(stage.body, (v) => {
        if (v.kind === 'unary') used.add(v.op);
      });
    else used.add(stage.kind);
  }
  return Object.entries(helperText).flatMap(([name, lines]) => (used.has(name) ? [...lines, ''] : []));
}
const helperText: { readonly [name: string]: readonly string[] } = {
  sign: ['static double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }'],
  sigmoid: ['static double sigmoid(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }'],
  softplus: ['static double softplus(double x) { return fmax(x, 0) + log1p(exp(-fabs(x))); }'],
  inverse: [
    '/* Gauss-Jordan elimination with partial pivoting. */',
    'static void invert(const double *from, int n, double *to) {',
    '  double *a = malloc(sizeof(double) * n * n), t;',
    '  memcpy(a, from, sizeof(double) * n * n);',
    '  for (int i = 0; i < n * n; i++) to[i] = i / n == i % n;',
    '  for (int c = 0; c < n; c++) {',
    '    int p = c;',
    '    for (int r = c + 1; r < n; r++) if (fabs(a[r * n + c]) > fabs(a[p * n + c])) p = r;',
    '    for (int j = 0; j < n; j++) {',
    '      t = a[c * n + j]; a[c * n + j] = a[p * n + j]; a[p * n + j] = t;',
    '      t = to[c * n + j]; to[c * n + j] = to[p * n + j]; to[p * n + j] = t;',
    '    }',
    '    t = a[c * n + c];',
    '    for (int j = 0; j < n; j++) { a[c * n + j] /= t; to[c * n + j] /= t; }',
    '    for (int r = 0; r < n; r++) {',
    '      if (r == c) continue;',
    '      t = a[r * n + c];',
    '      for (int j = 0; j < n; j++) { a[r * n + j] -= t * a[c * n + j]; to[r * n + j] -= t * to[c * n + j]; }',
    '    }',
    '  }',
    '  free(a);',
    '}',
  ],
  determinant: [
    '/* Gaussian elimination with partial pivoting. */',
    'static double determinant(const double *from, int n) {',
    '  double *a = malloc(sizeof(double) * n * n), value = 1, t;',
    '  memcpy(a, from, sizeof(double) * n * n);',
    '  for (int c = 0; c < n && value != 0; c++) {',
    '    int p = c;',
    '    for (int r = c + 1; r < n; r++) if (fabs(a[r * n + c]) > fabs(a[p * n + c])) p = r;',
    '    if (p != c) { for (int j = 0; j < n; j++) { t = a[c * n + j]; a[c * n + j] = a[p * n + j]; a[p * n + j] = t; } value = -value; }',
    '    value *= a[c * n + c];',
    '    for (int r = c + 1; r < n && value != 0; r++) {',
    '      t = a[r * n + c] / a[c * n + c];',
    '      for (int j = c; j < n; j++) a[r * n + j] -= t * a[c * n + j];',
    '    }',
    '  }',
    '  free(a);',
    '  return value;',
    '}',
  ],
};
