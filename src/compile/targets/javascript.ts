// A program as one readable JavaScript module without dependencies: plain loops over flat typed arrays, float64 inside.
// Not here: running it. The text is for the user's own files; whygrad never evaluates it.
// Invariant: the module's one function returns new arrays and changes none that it is given.
import type { Axis, Tensor, UnaryOp } from '../loops.ts';
import type { Schedule } from '../schedule.ts';
import { visitValue } from '../values.ts';
import { allStages, LoopPrinter, storedTensors, type Dialect } from './imperative.ts';
import { Names } from './names.ts';
import type { Target } from './target.ts';

const WORDS = [
  'arguments',
  'await',
  'break',
  'case',
  'catch',
  'class',
  'const',
  'continue',
  'debugger',
  'default',
  'delete',
  'do',
  'else',
  'enum',
  'eval',
  'export',
  'extends',
  'false',
  'finally',
  'for',
  'function',
  'if',
  'implements',
  'import',
  'in',
  'instanceof',
  'interface',
  'let',
  'new',
  'null',
  'package',
  'private',
  'protected',
  'public',
  'return',
  'static',
  'super',
  'switch',
  'this',
  'throw',
  'true',
  'try',
  'typeof',
  'undefined',
  'var',
  'void',
  'while',
  'with',
  'yield',
  'Math',
  'Float64Array',
  'Int32Array',
  'NaN',
  'Infinity',
  'inputs',
  'sizes',
  'sigmoid',
  'softplus',
  'erf',
  'relu',
  'invert',
  'fits',
  'determinant',
];

export const javascript: Target = {
  name: 'javascript',
  says: 'a JavaScript module without dependencies',
  emit: (r) => [{ name: `${r.name}.js`, content: javascriptText(r.loops(), r) }],
};

/**
 * The text of the module; it exports one function `name(inputs, sizes)` that returns the outputs by name as
 * Float64Arrays (row-major).
 */
export function javascriptText(s: Schedule, options: { readonly name: string; readonly title?: string }): string {
  const names = new Names([...WORDS, options.name]);
  const tensors = [...s.program.tensors.values()];
  const givens = tensors.filter((t) => t.role === 'input' || t.role === 'state');
  const sizes = symbolicSizes(tensors, s);
  for (const n of sizes) names.of('size', n);
  const printer = new LoopPrinter(s, dialect(names));
  const made = storedTensors(s).filter((t) => t.role !== 'input');
  const results = [...tensors.filter((t) => t.role === 'output').map((t) => t.name)];
  const body = [
    ...givens.map(
      (t) =>
        `const ${t.role === 'state' ? `${names.of('tensor', t.name)} = Float64Array.from(inputs${property(t.name)})` : `${names.of('tensor', t.name)} = inputs${property(t.name)}`};`,
    ),
    ...sizeLines(sizes, givens, names),
    ...givens
      .filter((t) => t.dims.length > 0)
      .map((t) => `fits(${JSON.stringify(t.name)}, ${names.of('tensor', t.name)}, ${shapeOf(t, names)});`),
    ...givens.flatMap((t) =>
      t.of === undefined
        ? []
        : [
            `inside(${JSON.stringify(t.name)}, ${names.of('tensor', t.name)}, ${sizeText(names, t.of.size, t.of.set)}${exceptText(t)});`,
          ],
    ),
    ...made
      .filter((t) => t.role !== 'state')
      .map(
        (t) =>
          `const ${names.of('tensor', t.name)} = new Float64Array(${t.dims.length === 0 ? '1' : t.dims.map((n, k) => sizeText(names, n, t.sets[k])).join(' * ')});`,
      ),
    ...s.nests.flatMap((n) => printer.nest(n)),
    ...s.program.copies.map((c) => `${names.of('tensor', c.to)}.set(${names.of('tensor', c.from)});`),
    `return { ${[...results, ...tensors.filter((t) => t.role === 'state').map((t) => t.name)].map((n) => (/^[A-Za-z_]\w*$/.test(n) && names.of('tensor', n) === n ? n : `${JSON.stringify(n)}: ${names.of('tensor', n)}`)).join(', ')} };`,
  ];
  return [
    `// ${options.title ?? options.name}: written by whygrad from its formulas; plain JavaScript, no dependencies.`,
    ...givens.map((t) => `// ${t.name}: ${t.dtype === 'index' ? 'positions from 0' : 'numbers'}, ${shapeText(t)}`),
    `export function ${options.name}(inputs${sizes.length > 0 ? ', sizes = {}' : ''}) {`,
    ...body.map((x) => `  ${x}`),
    '}',
    ...(givens.some((t) => t.dims.length > 0) ? fitsHelper : []),
    ...(givens.some((t) => t.of !== undefined) ? insideHelper : []),
    ...helpers(s),
    '',
  ].join('\n');
}

/** The shape that an input has to have, as the module computes it. */
const shapeOf = (t: Tensor, names: Names): string =>
  `[${t.dims.map((n, k) => sizeText(names, n, t.sets[k])).join(', ')}]`;
const fitsHelper = [
  '// Throws where an array has not as many numbers as the sizes ask for, or a size is not known.',
  'function fits(name, array, shape) {',
  '  const n = shape.reduce((all, size) => all * size, 1);',
  '  if (array?.length !== n)',
  '    throw new RangeError(`${name} needs ${shape.map((size) => size ?? "?").join(" × ")} numbers and has ${array?.length}; say the sizes in the second argument`);',
  '}',
];

/** The numbers that may stand beside positions, as a last argument. */
export const exceptText = (t: Tensor): string =>
  t.of === undefined || t.of.except.length === 0 ? '' : `, [${t.of.except.join(', ')}]`;

/** JavaScript that throws where an entry is no position. */
export const insideHelper = [
  '// Throws where an entry is none of the positions 0 … size − 1.',
  'function inside(name, array, size, except = []) {',
  '  for (const x of array)',
  '    if (!(Number.isInteger(x) && x >= 0 && x < size) && !except.includes(x))',
  '      throw new RangeError(`${name} has the entry ${x}, which is none of the positions 0 to ${size - 1}`);',
  '}',
];

const property = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);
const shapeText = (t: Tensor): string =>
  t.dims.length === 0
    ? 'one entry'
    : `[${t.dims.map((n, k) => (isSymbol(t.sets[k]) ? t.sets[k] : n)).join(', ')}], row by row`;
const isSymbol = (set: string | undefined): set is string => set !== undefined && set !== '' && !/^\d+$/.test(set);
const sizeText = (names: Names, size: number, set: string | undefined): string =>
  isSymbol(set) ? names.of('size', set) : `${size}`;

function symbolicSizes(tensors: readonly Tensor[], s: Schedule): string[] {
  const found = new Set<string>();
  for (const t of tensors) for (const set of t.sets) if (isSymbol(set)) found.add(set);
  for (const stage of allStages(s)) {
    if (stage.kind !== 'map') continue;
    for (const a of [...stage.axes, ...(stage.reduce?.axes ?? [])]) if (isSymbol(a.set)) found.add(a.set);
    visitValue(stage.body, (v) => {
      if (v.kind === 'size') found.add(v.set);
    });
  }
  return [...found];
}

/** Sizes are taken from vectors, then from tensors of which all other sizes are known, else from `sizes`. */
function sizeLines(sizes: readonly string[], givens: readonly Tensor[], names: Names): string[] {
  const known = new Set<string>();
  const lines: string[] = [];
  const add = (set: string, from: string): void => {
    known.add(set);
    lines.push(`const ${names.of('size', set)} = sizes[${JSON.stringify(set)}]${from};`);
  };
  for (let grew = true; grew; ) {
    grew = false;
    for (const t of givens) {
      const open = [...new Set(t.sets.filter((x) => isSymbol(x) && !known.has(x)))];
      const set = open[0];
      if (set === undefined || open.length > 1) continue;
      const others = t.dims.flatMap((n, k) => (t.sets[k] === set ? [] : [sizeText(names, n, t.sets[k])]));
      const count = `${names.of('tensor', t.name)}.length${others.map((o) => ` / ${o}`).join('')}`;
      const times = t.sets.filter((x) => x === set).length;
      add(set, times === 1 ? ` ?? ${count}` : ` ?? Math.round((${count}) ** (1 / ${times}))`);
      grew = true;
    }
  }
  for (const set of sizes.filter((x) => !known.has(x))) {
    add(set, '');
    const size = names.of('size', set);
    const message = JSON.stringify(`the size ${set} is needed: say it in the second argument`);
    lines.push(`if (!Number.isInteger(${size})) throw new RangeError(${message});`);
  }
  return lines;
}

const number = (x: number): string =>
  Number.isNaN(x)
    ? 'NaN'
    : x === Infinity
      ? 'Infinity'
      : x === -Infinity
        ? '-Infinity'
        : Object.is(x, -0)
          ? '-0'
          : `${x}`;
const math =
  (fn: string) =>
  (x: string): string =>
    `Math.${fn}(${x})`;
const own =
  (fn: string) =>
  (x: string): string =>
    `${fn}(${x})`;

function dialect(names: Names): Dialect {
  return {
    names,
    float: number,
    equal: '===',
    unequal: '!==',
    unary: {
      neg: (x) => `-${x}`,
      abs: math('abs'),
      sqrt: math('sqrt'),
      sign: math('sign'),
      exp: math('exp'),
      log: math('log'),
      sin: math('sin'),
      cos: math('cos'),
      tan: math('tan'),
      asin: math('asin'),
      acos: math('acos'),
      atan: math('atan'),
      sinh: math('sinh'),
      cosh: math('cosh'),
      tanh: math('tanh'),
      sigmoid: own('sigmoid'),
      softplus: own('softplus'),
      relu: (x) => `Math.max(${x}, 0)`,
      erf: own('erf'),
    },
    real: (x) => x,
    power: (x, y) => `Math.pow(${x}, ${y})`,
    extreme: (op, x, y) => `Math.${op}(${x}, ${y})`,
    loopHead: (i, from, to) => `for (let ${i} = ${from}; ${i} < ${to}; ${i}++)`,
    declare: (name, value, constant) => `${constant ? 'const' : 'let'} ${name} = ${value};`,
    declareRow: (name, length) => `const ${name} = new Float64Array(${length});`,
    sizeName: (a: Axis) => sizeText(names, a.size, a.set),
    matrix: (s, target, of, batch, size) => {
      const at = batch === '0' ? '0' : `(${batch}) * ${size} * ${size}`;
      const set = s.batch.length === 0 ? '0' : batch;
      return s.kind === 'inverse'
        ? [`invert(${of}, ${at}, ${size}, ${target});`]
        : [`${target}[${set}] = determinant(${of}, ${at}, ${size});`];
    },
  };
}

/** Functions that the module needs and JavaScript does not have. */
function helpers(s: Schedule): string[] {
  const used = new Set<string>();
  for (const stage of allStages(s)) {
    if (stage.kind === 'map')
      visitValue(stage.body, (v) => {
        if (v.kind === 'unary') used.add(v.op);
      });
    else used.add(stage.kind);
  }
  return Object.entries(helperText).flatMap(([name, lines]) => (used.has(name as UnaryOp) ? lines : []));
}
const helperText: { readonly [name: string]: readonly string[] } = {
  sigmoid: ['function sigmoid(x) { return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)); }'],
  softplus: ['function softplus(x) { return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); }'],
  erf: [
    '// Series near 0, continued fraction of the complement elsewhere (Abramowitz and Stegun 7.1.6 and 7.1.14).',
    'function erf(x) {',
    '  const a = Math.abs(x);',
    '  if (!(a < 6)) return x !== x ? x : Math.sign(x);',
    '  if (a < 2.5) {',
    '    let term = 2 * x / Math.sqrt(Math.PI) * Math.exp(-x * x);',
    '    let sum = term;',
    '    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) { term *= 2 * x * x / (2 * n + 1); sum += term; }',
    '    return sum;',
    '  }',
    '  let f = a;',
    '  for (let n = 60; n > 0; n--) f = a + n / 2 / f;',
    '  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * f));',
    '}',
  ],
  inverse: [
    '// Gauss–Jordan elimination with partial pivoting; a singular matrix gives non-finite entries.',
    'function invert(from, at, n, to) {',
    '  const a = from.slice(at, at + n * n);',
    '  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) to[at + i * n + j] = i === j ? 1 : 0;',
    '  for (let c = 0; c < n; c++) {',
    '    let p = c;',
    '    for (let r = c + 1; r < n; r++) if (Math.abs(a[r * n + c]) > Math.abs(a[p * n + c])) p = r;',
    '    for (let j = 0; j < n; j++) {',
    '      [a[c * n + j], a[p * n + j]] = [a[p * n + j], a[c * n + j]];',
    '      [to[at + c * n + j], to[at + p * n + j]] = [to[at + p * n + j], to[at + c * n + j]];',
    '    }',
    '    const d = a[c * n + c];',
    '    for (let j = 0; j < n; j++) { a[c * n + j] /= d; to[at + c * n + j] /= d; }',
    '    for (let r = 0; r < n; r++) {',
    '      if (r === c) continue;',
    '      const f = a[r * n + c];',
    '      for (let j = 0; j < n; j++) { a[r * n + j] -= f * a[c * n + j]; to[at + r * n + j] -= f * to[at + c * n + j]; }',
    '    }',
    '  }',
    '}',
  ],
  determinant: [
    '// Gaussian elimination with partial pivoting.',
    'function determinant(from, at, n) {',
    '  const a = from.slice(at, at + n * n);',
    '  let value = 1;',
    '  for (let c = 0; c < n; c++) {',
    '    let p = c;',
    '    for (let r = c + 1; r < n; r++) if (Math.abs(a[r * n + c]) > Math.abs(a[p * n + c])) p = r;',
    '    if (a[p * n + c] === 0) return 0;',
    '    if (p !== c) { for (let j = 0; j < n; j++) [a[c * n + j], a[p * n + j]] = [a[p * n + j], a[c * n + j]]; value = -value; }',
    '    value *= a[c * n + c];',
    '    for (let r = c + 1; r < n; r++) {',
    '      const f = a[r * n + c] / a[c * n + c];',
    '      for (let j = c; j < n; j++) a[r * n + j] -= f * a[c * n + j];',
    '    }',
    '  }',
    '  return value;',
    '}',
  ],
};
