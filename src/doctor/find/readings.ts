// All ways to read one route of a program, the best supported first.
// Not here: running them (`../probe`), choosing by what came back (`../judge.ts`).
// Invariant: order comes from what is written in the file, not from results.
import { differentiated, type Operation } from '../operations/operation.ts';
import { operations } from '../operations/table.ts';
import { layouts, possible, type Layout } from '../probe/layout.ts';
import { constructorArguments, type Box, type Built, type Reading } from '../probe/reading.ts';
import type { Writing } from '../probe/values.ts';
import type { ClassOutline, FunctionOutline, Parameter, Program } from '../run/program.ts';
import { bindBackward } from './backward.ts';
import { bindForward } from './forward.ts';
import { covers, isConstant, nameFits, type Binding } from './roles.ts';
import { gradientOf, inputNames, parts } from './names.ts';
import type { Route } from './route.ts';

export interface Wish {
  /** The operation that the person names. */
  readonly of?: string;
  /** What the arguments of the function are, in order. */
  readonly args?: readonly string[];
}

/** How much the file speaks for an operation: its names above comments above the words in its text. */
export function support(o: Operation, r: Route, file: string, text: string): number {
  const names = [r.backward.name, r.forward?.name ?? '', r.owner?.name ?? '', r.factory?.name ?? ''].join(' ');
  const spaced = names.replace(/([a-z])([A-Z])/g, '$1_$2');
  if (o.names.test(names) || o.names.test(spaced)) return 4;
  const docs = [r.backward.doc, r.forward?.doc ?? '', r.owner?.doc ?? ''].join(' ');
  if (o.names.test(docs)) return 3;
  if (o.names.test(file)) return 2;
  return o.names.test(text) ? 1 : 0;
}

/** How arrays are written in this program. */
export function writingsOf(program: Program, r: Route): Writing[] {
  const { source, language } = program;
  if (language === 'python') {
    const own = `${r.backward.text} ${r.forward?.text ?? ''} ${r.backward.parameters.map((p) => p.hint ?? '').join(' ')}`;
    const list: Writing = { as: 'list', dtype: 'float64' };
    const numpy: Writing = { as: 'numpy', dtype: 'float64' };
    const torch: Writing = { as: 'torch', dtype: 'float64' };
    if (r.style === 'autograd' || /torch\.|import torch/.test(source))
      return /\bnp\./.test(own) ? [numpy, torch] : [torch, numpy];
    if (/^\s*(import|from)\s+numpy/m.test(source)) return /list\[|List\[/.test(own) ? [list, numpy] : [numpy, list];
    return [list];
  }
  const hints = [
    ...r.backward.parameters,
    ...(r.forward?.parameters ?? []),
    ...(r.owner?.constructor?.parameters ?? []),
  ]
    .map((p) => p.hint ?? '')
    .join(' ');
  // A BigInt cannot be added to a number: it is handed over only where the program asks for it.
  const integers = /BigInt64Array/.test(source) ? 'int64' : 'int32';
  const typed = (dtype: 'float64' | 'float32'): Writing => ({ as: 'typed', dtype, integers });
  if (/Float32Array/.test(hints)) return [typed('float32')];
  if (/Float64Array/.test(hints)) return [typed('float64')];
  const list: Writing = { as: 'list', dtype: 'float64' };
  return /Float64Array|Float32Array/.test(source)
    ? [list, typed(/Float64Array/.test(source) ? 'float64' : 'float32')]
    : [list];
}

const labelsAre = (o: Operation, r: Route): ('array' | 'integers')[] => {
  if (!o.inputs.some((i) => i.draw === 'labels')) return ['array'];
  const text = `${r.backward.text} ${r.forward?.text ?? ''}`;
  const names = [...r.backward.parameters, ...(r.forward?.parameters ?? [])]
    .map((p) => p.name)
    .filter((n) => inputNames.y?.test(n));
  const indexed = names.some((n) =>
    new RegExp(
      `[[,]\\s*${n}(\\[\\w+\\])?\\s*\\]|===?\\s*${n}\\b|\\b${n}(\\[\\w+\\])?\\s*===?|int\\(${n}\\)|eye\\([^)]*\\)\\[${n}\\]`,
    ).test(text),
  );
  return indexed ? ['integers', 'array'] : ['array', 'integers'];
};

const MATRIX = /^(matrix|mat|tensor|vector|vec|nd_?array|array\dd|vol|grid)\w*$/i;

/** A class of the file whose field is read off a parameter: `V.w[i]` belongs to `class Vol { w; dw }`. */
function boxFor(program: Program, r: Route): Box | null {
  const f = r.forward ?? r.backward;
  const named = f.parameters
    .map((p) => program.outline.classes.find((c) => p.hint !== undefined && new RegExp(`^${c.name}\\b`).test(p.hint)))
    .find((c) => c !== undefined);
  const guess = program.outline.classes.find(
    (c) =>
      c.name !== r.owner?.name &&
      c.methods.every((m) => !/forward|backward/.test(m.name)) &&
      f.parameters.some((p) => c.fields.some((k) => new RegExp(`\\b${p.name}\\.${k}\\b`).test(f.text))),
  );
  const methods = r.owner?.methods.map((m) => m.text).join(' ') ?? '';
  const matrix = program.outline.classes.find(
    (c) =>
      c.name !== r.owner?.name && MATRIX.test(c.name) && c.fields.some((k) => new RegExp(`\\.${k}\\b`).test(methods)),
  );
  const kept = program.outline.classes.find(
    (c) =>
      c.name !== r.owner?.name && c.fields.some((k) => gradientOf.test(k) && new RegExp(`\\.${k}\\b`).test(methods)),
  );
  const found = named ?? guess ?? matrix ?? kept;
  // A class whose fields alone are boxes (`self.W.value`) takes plain arrays.
  const isField = new RegExp(`(?:self|this)\\.\\w+\\.(?:${(found?.fields ?? []).join('|')})\\b`).test(methods);
  if (found === undefined || found.name === r.owner?.name) return null;
  return found === kept && named === undefined && guess === undefined && isField ? null : boxOf(found);
}

const DATA = /^(data|values?|vals?|w|weights?|arr|array|elements?|entries|buffer|x|v|m|mat|d)$/i;
const SIZES: readonly (readonly [RegExp, Box['build'][number]])[] = [
  [/^(n_?)?(rows?|height)$|^[rnh]$/i, 'rows'],
  [/^(n_?)?(cols?|columns?|width)$|^[cm]$/i, 'columns'],
  [/^(shape|dims?|dimensions?|size)$/i, 'shape'],
];

/** How an object of a class of the file is made from an array; null where its constructor does not tell. */
function boxOf(c: ClassOutline): Box | null {
  const parameters = c.constructor?.parameters.filter((p) => p.default === undefined);
  if (parameters === undefined || parameters.length === 0) return null;
  const build = parameters.map((p): Box['build'][number] | null =>
    parameters.length === 1 || DATA.test(p.name)
      ? 'data'
      : (SIZES.find(([pattern]) => pattern.test(p.name))?.[1] ?? null),
  );
  if (build.some((k) => k === null) || build.filter((k) => k === 'data').length > 1) return null;
  const given = parameters[build.indexOf('data')]?.name;
  const data =
    c.fields.find((f) => f === given) ??
    c.fields.find((f) => DATA.test(f)) ??
    c.fields.find((f) => !gradientOf.test(f));
  if (data === undefined || (given === undefined && !DATA.test(data))) return null;
  const text = [...c.methods, ...(c.constructor === null ? [] : [c.constructor])].map((m) => m.text).join('\n');
  const isNested = new RegExp(`\\.${data}(\\[[^\\]]+\\]){2}|\\.${data}\\[0\\]\\.length|\\.${data}\\.map\\(`).test(text);
  const isFlat = parameters.length > 1 && !isNested && !/Array\.from\(.*Array\.from/s.test(text);
  return {
    class: c.name,
    data,
    gradient: c.fields.find((f) => gradientOf.test(f)) ?? null,
    build: build as Box['build'],
    isFlat,
  };
}

/** Where an object keeps an array, and what that is called: `weights`, `params["W1"]`, `W.value`. */
interface Holder {
  readonly path: string;
  readonly name: string;
}

const BOXED = /(?:self|this)\.(\w+)\.(value|data|val|array|values|w)\b(?!\()/g;
const KEYED = /(?:self|this)\.(\w+)\[['"](\w+)['"]\]/g;
const isAboutGradients = (name: string): boolean => /grad|delta|cache|^d[A-Z_]/i.test(name);

/** Fields, and what stands in a dictionary or another object that is one; those deeper inside first. */
function holdersOf(c: ClassOutline): Holder[] {
  const text = [...c.methods, ...(c.constructor === null ? [] : [c.constructor])].map((m) => m.text).join('\n');
  const keyed = [...text.matchAll(KEYED)].map(([, field, key]) => ({ path: `${field}["${key}"]`, name: key ?? '' }));
  const boxed = [...text.matchAll(BOXED)].map(([, field, data]) => ({ path: `${field}.${data}`, name: field ?? '' }));
  const plain = c.fields.map((f) => ({ path: f, name: f }));
  const all = [...boxed, ...keyed, ...plain].filter((h) => !isAboutGradients(h.path));
  return all.filter((h, i) => all.findIndex((x) => x.path === h.path) === i);
}

/** Inputs of the operation that the object keeps itself, by their fields. */
function fieldsFor(
  o: Operation,
  r: Route,
  bound: readonly string[],
  constructed: readonly Built[],
): Map<string, string> | null {
  const found = new Map<string, string>();
  const holders = r.owner === undefined ? [] : holdersOf(r.owner);
  const taken = (h: Holder): boolean => [...found.values()].includes(h.path);
  for (const i of o.inputs) {
    if (bound.includes(i.name) || constructed.some((c) => c.kind === 'input' && c.name === i.name)) continue;
    if (i.sort === 'batch') return null;
    const holder =
      holders.find((h) => h.name.toLowerCase() === i.name.toLowerCase()) ??
      holders.find((h) => inputNames[i.name]?.test(h.name) === true && !taken(h));
    if (holder === undefined) return null;
    found.set(i.name, holder.path);
  }
  return found;
}

/** Numbers that a constant may be, where the program has it in its text. */
const PLAUSIBLE: Readonly<Record<string, (x: number) => boolean>> = {
  eps: (x) => x >= 0 && x <= 0.1,
  alpha: (x) => x > 0 && x <= 2 && x !== 1,
  T: (x) => x > 0 && x !== 1,
  delta: (x) => x > 0,
  gamma: (x) => x > 0,
  keep: (x) => x > 0 && x < 1,
  reg: (x) => x > 0 && x <= 1,
};

/** The numbers in the texts of a route, and its own plain constants. */
function numbersIn(r: Route, program: Program): number[] {
  const texts = [r.backward.text, r.forward?.text ?? '', r.owner?.constructor?.text ?? '', r.factory?.text ?? ''].join(
    ' ',
  );
  const named = Object.entries(program.outline.constants).flatMap(([, v]) => ('number' in v ? [v.number] : []));
  const fields = [...program.source.matchAll(/^\s+(?:static\s+)?\w+\s*=\s*([\d.]+(?:e-?\d+)?)\s*;?\s*$/gim)].map((m) =>
    Number(m[1]),
  );
  const written = [...texts.matchAll(/(?<![\w.])(\d+\.?\d*(?:e-?\d+)?|\.\d+)(?![\w.])/gi)].map((m) => Number(m[1]));
  return [...new Set([...named, ...fields, ...written])];
}

/** Every choice of the operation's constants that no argument carries. */
function constantsFor(o: Operation, r: Route, program: Program): ReadonlyMap<string, number>[] {
  const parameters = [
    ...r.backward.parameters,
    ...(r.forward?.parameters ?? []),
    ...(r.owner?.constructor?.parameters ?? []),
    ...(r.factory?.parameters ?? []),
  ];
  const missing = o.inputs.filter((i) => isConstant(i) && !parameters.some((p) => nameFits(p.name, i)));
  const numbers = numbersIn(r, program);
  return missing.reduce<ReadonlyMap<string, number>[]>(
    (all, i) => {
      const fitting = numbers.filter((x) => PLAUSIBLE[i.name]?.(x) ?? false);
      const values = i.name === 'eps' ? [...new Set([...fitting, 0])] : fitting;
      return all.flatMap((m) => values.slice(0, 5).map((v) => new Map(m).set(i.name, v)));
    },
    [new Map()],
  );
}

interface Ways {
  readonly forward: Binding | null;
  readonly construct: readonly Built[];
  readonly fields: ReadonlyMap<string, string>;
  /** Inputs that only the backward pass gets. */
  readonly late: readonly string[];
}

const takesNothing = (f: FunctionOutline | null | undefined): readonly Parameter[] => f?.parameters ?? [];

/** How the forward pass can get its inputs: as arguments, through the constructor, as fields. */
function forwardWays(o: Operation, r: Route, fixed: readonly string[]): Ways[] {
  const construct =
    r.owner === undefined && r.factory === undefined
      ? []
      : constructorArguments(o, r.factory?.parameters ?? takesNothing(r.owner?.constructor));
  if (construct === null) return [];
  if (r.forward === null) return [{ forward: null, construct, fields: new Map(), late: [] }];
  const kept =
    r.owner === undefined || r.style === 'autograd'
      ? []
      : o.inputs.filter((i) => i.sort !== 'batch').map((i) => i.name);
  const parameters = r.flag === undefined ? r.forward.parameters : r.forward.parameters.filter((p) => p !== r.flag);
  const inConstructor = construct.flatMap((c) => (c.kind === 'input' ? [c.name] : []));
  const later =
    o.kind === 'loss' && r.backward !== r.forward
      ? o.inputs.filter((i) => i.name === 'y' || i.name === 't').map((i) => i.name)
      : [];
  return [[], inConstructor, kept, ...(later.length > 0 ? [later, [...later, ...kept]] : [])]
    .flatMap((elsewhere) =>
      bindForward(o, parameters, r.forward?.text ?? '', [...elsewhere, ...fixed]).flatMap((forward): Ways[] => {
        const bound = forward.bound.flatMap((b) => covers(b.role)).flatMap((c) => (c in o.given ? [c, 'z'] : [c]));
        const late = elsewhere.filter((e) => later.includes(e));
        const fields = fieldsFor(o, r, [...bound, ...fixed, ...late], construct);
        return fields === null ? [] : [{ forward, construct, fields, late }];
      }),
    )
    .filter((w, i, all) => all.findIndex((x) => key(x) === key(w)) === i);
}

const key = (w: Ways): string =>
  JSON.stringify([w.forward?.bound.map((b) => [b.parameter.name, b.role]), [...w.fields], w.late]);

const backwardWays = (o: Operation, r: Route, w: Ways, program: Program): Binding[] => {
  if (r.style === 'autograd') return [{ bound: [], weight: 0 }];
  if (r.style === 'joint' || r.style === 'flag') return w.forward === null ? [] : [w.forward];
  const roles = new Map(
    (w.forward?.bound ?? []).flatMap((b) =>
      b.role.kind === 'input' ? [[b.parameter.name, b.role.name] as const] : [],
    ),
  );
  return bindBackward(o, { outline: program.outline, backward: r.backward, forward: r.forward, forwardRoles: roles });
};

const chosen = (b: Binding, o: Operation, args: readonly string[] | undefined): boolean =>
  args === undefined ||
  b.bound.every((x, i) => args[i] === undefined || args[i] === '' || matchesWish(x, o, args[i] as string));
const matchesWish = (b: Binding['bound'][number], o: Operation, wish: string): boolean => {
  const role = b.role;
  if ('name' in role)
    return (
      role.name === wish || (role.kind === 'given' && (o.given[role.name]?.test(wish) ?? false) && wish === role.name)
    );
  return role.kind === wish || (role.kind === 'upstream' && /^(u|g|upstream)$/.test(wish));
};

const mentionsAxes = /axis|keepdims|keepdim|dim=|shape\[|reshape|\[:, ?None\]|\[:,|len\(\w+\)|range\(|\brows?\b|batch/;

const layoutOrder = (o: Operation, r: Route): readonly Layout[] => {
  const parameters = [
    ...r.backward.parameters,
    ...(r.forward?.parameters ?? []),
    ...(r.owner?.constructor?.parameters ?? []),
  ];
  // Sums along the second axis are written for many samples; one alone would hide a lost axis.
  const isBatched = /axis ?= ?-?1|dim ?= ?-?1|keepdim/.test(`${r.backward.text} ${r.forward?.text ?? ''}`);
  const counted = parameters.some((p) => parts.count.test(p.name) || parts.columns.test(p.name));
  const usable = layouts.filter(
    (l) => possible(o, l) && (l.id !== 'ravel' || counted) && !(isBatched && /^(row|column)$/.test(l.id)),
  );
  const text = `${r.backward.text} ${r.forward?.text ?? ''}`;
  const oneFirst = r.forward === null && o.kind !== 'entries' && !mentionsAxes.test(text);
  const columnsFirst = /axis ?= ?0/.test(text) && /axis ?= ?1|shape\[1\]/.test(text);
  const rank = (l: Layout): number =>
    oneFirst && l.id === 'one' ? -1 : columnsFirst && l.id === 'columns' ? -1 : usable.indexOf(l);
  return [...usable].sort((a, b) => rank(a) - rank(b));
};

const ROWS = /\(\s*(N|B|m|batch\w*|n_?samples|num_samples)\s*,|row-?wise|(each|every|per) row|rows are samples/i;
const COLUMNS = /,\s*(N|m|batch\w*|n_?samples)\s*\)|column-?wise|(each|every|per) column|columns are samples/i;

/** What comments say of the place of the samples counts more than that a forward pass fits. */
const against = (l: Layout, said: string): number => {
  const [rows, columns] = [ROWS.test(said), COLUMNS.test(said)];
  if (rows === columns) return 0;
  return l.id.startsWith('columns') === rows && (rows || l.id.startsWith('rows')) ? 6 : 0;
};

/** All readings of a route as operations that the file may mean, the best supported first. */
export function readingsOf(program: Program, route: Route, file: string, wish: Wish): Reading[] {
  const box = boxFor(program, route);
  const writings = writingsOf(program, route);
  return operations.flatMap((o) => {
    const backing = support(o, route, file, program.source);
    if (wish.of !== undefined && o.id !== wish.of) return [];
    if (route.forward === null && backing < (route.style === 'lifted' ? 0 : 2) && wish.of === undefined) return [];
    return readingsAs(program, route, o, { box, writings, backing, wish });
  });
}

/** What the texts of the functions, and of those that they call, say for this operation among its sisters. */
function clueWeight(o: Operation, r: Route, program: Program): number {
  if (o.clues.length === 0) return 0;
  const called = [...r.backward.calls, ...(r.forward?.calls ?? [])].map((c) => c.callee.replace(/^.*\./, ''));
  const helpers = program.outline.functions.filter((f) => called.includes(f.name)).map((f) => f.text);
  const about = [r.backward, r.forward, r.owner].map((x) => x?.doc ?? '');
  const siblings = r.owner?.methods.map((m) => m.text) ?? [];
  const text = [r.backward.text, r.forward?.text ?? '', ...called, ...helpers, ...about, ...siblings].join(' ');
  return o.clues.reduce((s, c) => s + (c.test(text) ? 0.5 : -0.5), 0);
}

interface Setting {
  readonly box: Box | null;
  readonly writings: readonly Writing[];
  readonly backing: number;
  readonly wish: Wish;
}

function readingsAs(program: Program, route: Route, o: Operation, s: Setting): Reading[] {
  if (differentiated(o).length === 0) return [];
  return constantsFor(o, route, program).flatMap((constants) => withConstants(program, route, o, s, constants));
}

function withConstants(
  program: Program,
  route: Route,
  o: Operation,
  s: Setting,
  constants: ReadonlyMap<string, number>,
): Reading[] {
  const found: Reading[] = [];
  const clues = clueWeight(o, route, program);
  const said = [route.backward, route.forward, route.owner].map((x) => x?.doc ?? '').join(' ');
  for (const way of forwardWays(o, route, [...constants.keys()]))
    for (const backward of backwardWays(o, route, way, program)) {
      const given = backward.bound.flatMap((b) => covers(b.role));
      if (!chosen(backward, o, s.wish.args) || !way.late.every((l) => given.includes(l))) continue;
      for (const layout of layoutOrder(o, route))
        for (const labels of labelsAre(o, route))
          for (const writing of s.writings)
            found.push({
              route,
              operation: o,
              layout,
              labels,
              writing,
              forward: way.forward,
              backward,
              fields: way.fields,
              constants,
              square: false,
              construct: way.construct,
              box: s.box,
              weight: backward.weight + (way.forward?.weight ?? 0) + s.backing + clues - against(layout, said),
              backing: s.backing,
            });
    }
  return found;
}
