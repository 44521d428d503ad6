// Functions and modules of Python over arrays: arguments, sizes, docstrings, and the statements of a program between
// them.
// Not here: the statements (`python.ts`), functions with gradients (`python-autograd.ts`).
// Invariant: a function changes none of its arguments and returns its results in order.
import { exchangesOf, joinExchanges } from '../arrays/exchange.ts';
import { isPart, isStart, partOf, startOf, wholeOf } from '../arrays/parts.ts';
import type { ArrayProgram, Tensor } from '../loops.ts';
import { must } from '../../term/must.ts';
import { printStages } from './arrays.ts';
import { Names } from './names.ts';
import { dialect, WORDS, type PythonWords } from './python.ts';
import { sizesOf } from './sizes.ts';
import type { EmitRequest } from './target.ts';

/** A Python module while it is written. */
export class PythonModule {
  readonly names: Names;
  readonly words: PythonWords;
  readonly request: EmitRequest;
  /** Mesh axes in the order of the arguments; empty where the program is not split. */
  readonly mesh: readonly string[];
  /** The input whose kind constants get; found among those of a program unless it is said for all. */
  like: string | null = null;
  readonly #used = new Set<string>();
  constructor(r: EmitRequest, words: PythonWords, reserved: readonly string[] = []) {
    this.request = r;
    this.words = words;
    this.mesh = r.mesh ?? [];
    const wishes = new Map(
      [...(r.names ?? [])].flatMap(([a, b]) => [[a, b] as const, [`grad ${a}`, `grad_${b}`] as const]),
    );
    this.names = new Names([...WORDS, r.name, ...reserved], wishes);
    if (this.mesh.length > 0) for (const x of this.mesh) this.names.of('helper', x);
  }
  name(t: { readonly name: string }): string {
    return this.names.of('tensor', t.name);
  }
  uses(helper: string): void {
    this.#used.add(helper);
  }
  /** The statements of the stages from number `from` to before number `to`. */
  statements(p: ArrayProgram, from = 0, to = p.stages.length): string[] {
    const lines: string[] = [];
    const floats = [...p.tensors.values()].filter((t) => t.role === 'input' && t.dtype === 'float');
    const like = floats.find((t) => t.dims.length > 0) ?? floats[0];
    const processes = this.mesh.length === 0 ? null : (this.words.processes ?? null);
    const d = dialect(
      this.words,
      this.names,
      lines,
      this.#used,
      this.like ?? (like === undefined ? null : this.name(like)),
      processes,
    );
    printStages(p, d, from, to);
    return lines;
  }
  /** Statements that see to it that whole numbers are positions. */
  positionLines(givens: readonly Tensor[]): string[] {
    const { inside } = this.words;
    return givens.flatMap((t) => {
      if (t.of === undefined) return [];
      const { set, size } = t.of;
      const length = /^\d*$/.test(set) ? `${size}` : this.names.of('size', set);
      if ('test' in inside) return [`${this.allInside(t)} = ${inside.test(this.name(t), length, t.of.except)}`];
      this.uses('_inside');
      return [inside.raise(t.name, this.name(t), length, t.of.except)];
    });
  }
  private allInside(t: Tensor): string {
    return this.names.of('helper', `all ${t.name} inside`);
  }
  /** Where nothing can be raised, results are NaN if an entry is no position. */
  poisoned(givens: readonly Tensor[], results: readonly Tensor[]): string[] {
    const { inside } = this.words;
    const tests = givens.filter((t) => t.of !== undefined);
    if (tests.length === 0 || !('mark' in inside)) return [];
    const test = tests.map((t) => this.allInside(t)).join(' & ');
    return results.map((t) => `${this.name(t)} = ${inside.mark(test, this.name(t))}`);
  }
  /** Statements that find the sizes that `lines` use, from the shapes of the given tensors and from other processes. */
  sizes(p: ArrayProgram, from: readonly Tensor[], lines: readonly string[]): Sizes {
    const all = sizesOf(p);
    const isUsed = (set: string): boolean => {
      const word = new RegExp(`\\b${this.names.of('size', set)}\\b`);
      return lines.some((x) => word.test(x));
    };
    const known = new Map<string, string>();
    for (const t of from)
      t.sets.forEach((set, n) => {
        if (all.includes(set) && !known.has(set))
          known.set(set, `${this.names.of('size', set)} = ${this.name(t)}.shape[${n}]`);
      });
    const split = [...new Set(all.map(wholeOf))].filter((set) => all.includes(partOf(set)));
    const placed = split.filter((set) => isUsed(startOf(set)) || (isUsed(set) && !known.has(set)));
    const given = new Set(placed.flatMap((set) => [set, startOf(set)]));
    const asked = all.filter((set) => !known.has(set) && !given.has(set) && !isStart(set));
    const shapes = [...known].filter(([set]) => isUsed(set) || placed.includes(wholeOf(set))).map(([, line]) => line);
    return { lines: shapes, asked: asked.map((set) => this.names.of('size', set)), placed };
  }
  /** The place of this process's part: the argument, or what the processes tell each other. */
  placeArgument(set: string): string {
    return this.names.of('helper', `${set}_place`);
  }
  placeLines(placed: readonly string[], meshOf: (set: string) => string): string[] {
    return placed.flatMap((set) => {
      this.uses('_place');
      const [whole, start] = [this.names.of('size', set), this.names.of('size', startOf(set))];
      const found = `_place(${this.names.of('size', partOf(set))}, ${this.meshText(meshOf(set))})`;
      const either = this.isMeshArgument()
        ? `${found} if ${this.placeArgument(set)} is None else ${this.placeArgument(set)}`
        : found;
      return [`${whole}, ${start} = ${either}`];
    });
  }
  isMeshArgument(): boolean {
    return this.words.processes?.meshIsArgument === true;
  }
  meshText(mesh: string): string {
    return this.isMeshArgument() ? this.names.of('helper', mesh) : `'${mesh}'`;
  }
  /** Arguments that tell the processes, after those of the formula. */
  processArguments(placed: readonly string[]): string[] {
    if (!this.isMeshArgument()) return [];
    return [...this.mesh.map((m) => this.names.of('helper', m)), ...placed.map((set) => this.placeArgument(set))];
  }
  /** The sizes of a tensor's axes: their names, numbers where they are fixed. */
  sizesOf(t: Tensor, p: ArrayProgram): string[] {
    const all = sizesOf(p);
    return t.sets.map((set, n) => (all.includes(set) || isPart(set) ? this.names.of('size', set) : `${t.dims[n]}`));
  }
  /** One line of a docstring about a tensor. */
  about(t: Tensor, p: ArrayProgram): string {
    const split = t.sets.flatMap((set, n) =>
      isPart(set) ? [`axis ${n + 1} is split over ${this.request.meshOf?.(wholeOf(set)) ?? ''}`] : [],
    );
    const whole = this.mesh.length > 0 && split.length === 0 ? ['whole'] : split;
    return [
      `${this.name(t)}: ${t.dtype === 'index' ? 'positions from 0' : 'numbers'}`,
      `shape (${this.sizesOf(t, p).join(', ')}${t.dims.length === 1 ? ',' : ''})`,
      ...whole,
    ].join(', ');
  }
  /** What the processes exchange, for the head of the file; `written` puts the numbers of lines in. */
  report(parts: readonly { readonly title: string; readonly program: ArrayProgram }[], placed: boolean): string[] {
    if (this.mesh.length === 0) return [];
    const told = parts.map(({ title, program }) => {
      const calls = exchangesOf(program, (set) => this.names.of('size', set));
      const count = (kind: string): string => {
        const own = calls.filter((c) => c.kind === kind);
        const each = own.map(
          (c) =>
            `${kind === 'gather' ? this.name({ name: c.what }) : c.what} ${c.numbers} over ${c.mesh} (line ${LINE})`,
        );
        return own.length === 0 ? '' : `${own.length} ${kind}: ${each.join(', ')}`;
      };
      const both = [count('all-reduce'), count('gather')].filter((x) => x !== '');
      return `# ${title}: ${both.length === 0 ? 'no exchange between processes' : both.join('; ')}.`;
    });
    const sizes = placed && this.isMeshArgument() ? ['# Sizes are exchanged besides, unless they are given.'] : [];
    return [...told, ...sizes];
  }
  head(imports: readonly string[] = []): string[] {
    const processes = this.mesh.length === 0 ? undefined : this.words.processes;
    const helpers = { ...this.words.helpers, ...processes?.helpers };
    return [
      ...this.words.imports,
      ...imports,
      ...(processes?.imports ?? []),
      '',
      ...[...this.#used].flatMap((op) => (helpers[op] === undefined ? [] : [...helpers[op], ''])),
      '',
    ];
  }
}

const LINE = '\u0000';
/** The text of a module; each exchange that its head speaks of gets the number of its line. */
export function written(lines: readonly string[]): string {
  const isCall = (line: string, kind: string): boolean => line.includes(`= _${kind}(`);
  const numbers = (kind: string): number[] => lines.flatMap((x, n) => (isCall(x, kind) ? [n + 1] : []));
  const left = { 'all-reduce': numbers('all_reduce'), gather: numbers('gather') };
  const filled = lines.map((line) =>
    line.replace(
      /(\d+ (all-reduce|gather): )([^;]*)/g,
      (_, count: string, kind: 'all-reduce' | 'gather', rest: string) =>
        count + rest.replaceAll(LINE, () => `${left[kind].shift() ?? '?'}`),
    ),
  );
  return filled.join('\n');
}

export interface Sizes {
  /** Statements. */
  readonly lines: readonly string[];
  /** Sizes that no argument tells: arguments of their own. */
  readonly asked: readonly string[];
  /** Split sets whose whole size or start is used. */
  readonly placed: readonly string[];
}

export const givensOf = (p: ArrayProgram): Tensor[] =>
  [...p.tensors.values()].filter((t) => t.role === 'input' || t.role === 'state');
export const indented = (lines: readonly string[]): string[] => lines.map((x) => (x === '' ? '' : `    ${x}`));

/** The text of a module with one function of the inputs. */
export function python(r: EmitRequest, words: PythonWords): string {
  const { program: given } = r.arrays();
  const program = r.mesh === undefined ? given : joinExchanges(given);
  const m = new PythonModule(r, words);
  const givens = givensOf(program);
  const outputs = r.program.outputs.map((o) => must(program.tensors.get(o.name)));
  for (const t of givens) m.name(t);
  const lines = [...m.positionLines(givens), ...m.statements(program), ...m.poisoned(givens, outputs)];
  const sizes = m.sizes(program, givens, lines);
  const places = m.placeLines(sizes.placed, (set) => must(r.meshOf?.(set)));
  const more = m.processArguments(sizes.placed);
  const args = [...givens.map((t) => m.name(t)), ...sizes.asked, ...more.map((x) => `${x}=None`)];
  const results = outputs.map((t) => m.name(t)).join(', ');
  const body = [
    `"""Returns ${results}.`,
    '',
    ...givens.map((t) => m.about(t, program)),
    ...(m.mesh.length === 0 ? [] : ['', ...outputs.map((t) => m.about(t, program))]),
    ...processNotes(m, sizes.placed),
    '"""',
    ...givens.map((t) => `${m.name(t)} = ${t.dtype === 'index' ? words.index(m.name(t)) : words.tensor(m.name(t))}`),
    ...sizes.lines,
    ...places,
    ...lines,
    `return ${results}`,
  ];
  return written([
    `# ${r.title}: written by whygrad from its formulas.`,
    ...m.report([{ title: r.name, program }], sizes.placed.length > 0),
    ...m.head(),
    `def ${r.name}(${args.join(', ')}):`,
    ...indented(body),
    '',
  ]);
}

/** What a docstring says of the arguments that tell the processes. */
export function processNotes(m: PythonModule, placed: readonly string[]): string[] {
  if (!m.isMeshArgument() || m.mesh.length === 0) return [];
  return [
    '',
    ...m.mesh.map(
      (x) => `${m.names.of('helper', x)}: the group of processes of mesh axis ${x}; all processes unless given`,
    ),
    ...placed.map(
      (set) =>
        `${m.placeArgument(set)}: (whole size, where this part starts); the processes tell each other unless given`,
    ),
  ];
}
