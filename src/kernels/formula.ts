// A formula or a document as a closed program: its definitions, the outputs that are asked for, derivatives among them
// derived.
// Not here: compiling the program (`compile/`) and the ready kernels.
// Invariant: a program holds no ∂; what an output means is what its name or question means in the document.
import { must } from '../term/must.ts';
import type { CompileOptions, Program, ProgramInput, ProgramOutput } from '../compile/program.ts';
import { compileProgram, type Plan } from '../compile/plan.ts';
import { derive } from '../derive/derive.ts';
import { contextFor } from '../derive/given.ts';
import { positionsIn, type Positions } from '../derive/positions.ts';
import { remembered } from '../derive/remembered.ts';
import type { Context, Definition } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { chunkedPlan } from './chunks.ts';
import { compileThreaded } from './parallel.ts';
import { canShareMemory } from './workers.ts';
import { readQuestion } from '../meaning/parse.ts';
import { inferSets } from '../term/sets.ts';
import { entry, freeIndex, reduce, wholeSet, type SetId, type Term } from '../term/term.ts';
import { closeAll, dataNames, entryNames, freeIndices, openAll, visit } from '../term/walk.ts';

/** Which quantities of a document are wanted, with what is given besides. */
export interface FormulaOptions {
  /** Names of definitions, or questions like `dL/dz_i`; without them, what no other definition uses. */
  readonly outputs?: readonly string[];
  /** Further equations; they win over the document's. */
  readonly given?: readonly string[];
}
/** Sizes and type that a formula is compiled for. */
export interface CompileFormulaOptions extends FormulaOptions {
  /** The size of an index set by its name (`{ n: 3 }`), or the shape of a tensor (`{ X: [64, 10] }`). */
  readonly sizes: Readonly<Record<string, number | readonly number[]>>;
  readonly dtype?: 'float32' | 'float64';
  /** Fused multiply-add where the engine has it. */
  readonly fast?: boolean;
  /** 1 unless said; the result has the same bits for every number. */
  readonly threads?: number;
  /**
   * One index set that is computed so many entries at a time, so that nothing along it is stored but inputs and
   * outputs:
   * `{ v: 512 }`. For one thread; its inputs and outputs are arrays outside the plan's memory.
   */
  readonly chunk?: Readonly<Record<string, number>>;
}
/** The language that a formula is written in, and the name of its function. */
export interface EmitFormulaOptions extends FormulaOptions {
  readonly to: string;
  /** The name of the function and the files; `formula` unless said. */
  readonly name?: string;
  /** With sizes the target `wasm` writes fast code for them alone. */
  readonly sizes?: Readonly<Record<string, number | readonly number[]>>;
  readonly dtype?: 'float32' | 'float64';
  /**
   * A function with its gradients, for automatic differentiation (`torch`: a `torch.autograd.Function`, `jax`: a
   * `custom_vjp`); `outputs` are then names of definitions.
   */
  readonly autograd?: boolean;
  /** A file of tests beside (`torch` with `autograd`): differences, second derivatives, torch's own differentiation. */
  readonly tests?: boolean;
  /** Other names for inputs and outputs: `{ z: 'logits' }`. */
  readonly names?: Readonly<Record<string, string>>;
  /**
   * Index sets that are split over processes, by a letter of the document or an axis of a tensor, each with the name of
   * its mesh axis: `{ v: 'tp' }`, `{ 'W.2': 'tp' }` (`torch`, `jax`).
   */
  readonly shard?: Readonly<Record<string, string>>;
  /**
   * One index set that is walked so many entries at a time, so that no array along it is stored but arguments and
   * results: `{ v: 4096 }` (`torch`, `numpy`). `memory` instead of a number: bytes for the arrays of one chunk.
   */
  readonly chunk?: Readonly<Record<string, number | { readonly memory: number }>>;
}

/**
 * Compiles a formula, a document's text or a library document by name. Index letters with one fixed value (the c of
 * p_c) and integer inputs are Int32Array views of positions from 0.
 * @throws WhygradError for what cannot be read or derived, a size that is missing, an output that nothing defines.
 */
export function compile(formulaOrDocument: string, options: CompileFormulaOptions): Plan {
  const { program, context } = programOf(formulaOrDocument, options);
  const threads = options.threads ?? 1;
  if (!Number.isInteger(threads) || threads < 1)
    throw new WhygradError(
      'bad-threads',
      `The number of threads must be a whole number of at least 1, not ${threads}.`,
    );
  const how = {
    sizes: sizesFor(context, options.sizes),
    dtype: options.dtype === 'float64' ? 'f64' : 'f32',
    ...(options.fast === undefined ? {} : { fast: options.fast }),
  } as const;
  if (options.chunk !== undefined) return chunkedPlan(program, context, { ...how, chunk: options.chunk, threads });
  return threads > 1 && canShareMemory() ? compileThreaded(program, how, threads) : compileProgram(program, how);
}

/** The closed program of a document. */
export function programOf(formulaOrDocument: string, options: FormulaOptions): { program: Program; context: Context } {
  const givens = { in: formulaOrDocument, ...(options.given === undefined ? {} : { given: options.given }) };
  const context = contextFor(givens, options.outputs ?? []);
  const definitions = closedDefinitions(context);
  // `grad L` beside `dL/db` asks for one thing twice.
  const asked = (options.outputs ?? finalNames(definitions)).flatMap((wanted) => outputsOf(wanted, context, givens));
  const outputs = asked.filter((o, n) => asked.findIndex((x) => x.name === o.name) === n);
  if (outputs.length === 0)
    throw new WhygradError('no-output', 'The document defines nothing that could be computed.', {
      hint: 'Write a definition, like `L = sum_i x_i^2`, or name an output.',
    });
  return { program: closedProgram(outputs, context), context };
}

/** The definitions of a document that can be computed. */
export const closedDefinitions = (context: Context): Definition[] =>
  ordered([...context.definitions.values()].filter((d) => !hasPartial(d.body)));

/**
 * The program that computes the outputs from what nothing defines; `also` are inputs that the document does not have.
 */
export function closedProgram(
  outputs: readonly ProgramOutput[],
  context: Context,
  also: readonly ProgramInput[] = [],
): Program {
  const definitions = closedDefinitions(context);
  const needed = neededBy(outputs, new Map(definitions.map((d) => [d.name, d])));
  const used = definitions.filter((d) => needed.has(d.name));
  const known = { ...context, shapes: new Map([...context.shapes, ...also.map((i) => [i.name, i.sets] as const)]) };
  return withSets({ inputs: inputsOf(outputs, used, needed, known), definitions: used, outputs }, known);
}

/**
 * The program with the sets of its answers inferred together with the definitions; rules need not have carried them.
 */
function withSets(program: Program, context: Context): Program {
  const closed = program.outputs.map((o) =>
    o.letters.reduceRight(
      (t, letter, n) => reduce('sum', letter, closeAll(t, [letter]), wholeSet(must(o.sets[n]))),
      o.body,
    ),
  );
  const own = { ...context, definitions: new Map(program.definitions.map((d) => [d.name, d])) };
  const inferred = inferSets(own, closed);
  mustStayApart(context, inferred.context);
  return {
    inputs: program.inputs.map((i) => ({ ...i, sets: inferred.context.shapes.get(i.name) ?? i.sets })),
    definitions: program.definitions.map((d) => must(inferred.context.definitions.get(d.name))),
    outputs: program.outputs.map((o, n) => ({ ...o, ...openedAt(o.letters, must(inferred.terms[n])) })),
  };
}

/** The body under binders for the letters, and the sets of these. */
function openedAt(letters: readonly string[], closed: Term): { sets: SetId[]; body: Term } {
  const sets: SetId[] = [];
  let body = closed;
  for (const letter of letters) {
    if (body.kind !== 'reduce') throw new Error('bug: an output has lost the binder of a letter');
    sets.push(body.range.set);
    body = openAll(body.body, [freeIndex(letter)]);
  }
  return { sets, body };
}

/** Sets that the document keeps apart stay two sets when the answers are read with it. */
function mustStayApart(before: Context, after: Context): void {
  const known = new Map<SetId, SetId>();
  for (const [name, sets] of after.shapes)
    sets.forEach((set, n) => {
      const own = before.shapes.get(name)?.[n];
      if (own === undefined || own === '' || set === '') return;
      const other = known.get(set) ?? own;
      if (other !== own) throw new Error(`bug: an answer makes one set of '${other}' and '${own}'`);
      known.set(set, own);
    });
}

const hasPartial = (t: Term): boolean => {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'partial';
  });
  return found;
};

/** Definitions after those that they use. */
function ordered(definitions: readonly Definition[]): Definition[] {
  const byName = new Map(definitions.map((d) => [d.name, d]));
  const done = new Set<string>();
  const out: Definition[] = [];
  const add = (d: Definition): void => {
    if (done.has(d.name)) return;
    done.add(d.name);
    for (const name of entryNames(d.body)) {
      const other = byName.get(name);
      if (other !== undefined) add(other);
    }
    out.push(d);
  };
  definitions.forEach(add);
  return out;
}
export function finalNames(definitions: readonly Definition[]): string[] {
  const read = new Set(definitions.flatMap((d) => [...entryNames(d.body)].filter((n) => n !== d.name)));
  return definitions.map((d) => d.name).filter((n) => !read.has(n));
}

/** One output for a name; for a question its answer, for `grad L` one answer an input. */
export function outputsOf(
  wanted: string,
  context: Context,
  givens: { readonly in: string; readonly given?: readonly string[] },
): ProgramOutput[] {
  const d = context.definitions.get(wanted);
  if (d !== undefined && !hasPartial(d.body)) {
    const letters = d.params.map((p, n) =>
      d.params.findIndex((q) => q.letter === p.letter) === n ? p.letter : `${p.letter}${n}`,
    );
    return [
      { name: wanted, letters, sets: d.params.map((p) => p.set), body: entry(wanted, ...letters.map(freeIndex)) },
    ];
  }
  if (d !== undefined) refuseDerivative(d);
  if (/^[A-Za-z]\w*$/.test(wanted))
    throw new WhygradError('unknown-output', `Nothing defines the output '${wanted}'.`, {
      hint: `Outputs: ${[...context.definitions.keys()].join(', ') || 'none'}; or a question like dL/dz_i.`,
    });
  const question = readQuestion(wanted, context);
  if (question.kind !== 'gradient') return answersTo(wanted, wanted, context, givens);
  const loss = question.of.kind === 'entry' ? question.of.name : 'L';
  return [...reachable(question.of, context)].flatMap((name) => {
    const letters = (context.shapes.get(name) ?? []).map((_, n) => 'ijklmn'[n] ?? `i${n}`);
    const by = letters.length === 0 ? name : `${name}_{${letters.join(',')}}`;
    return answersTo(`d${loss}/d${by}`, `d${loss}/d${name}`, context, givens);
  });
}
/** A definition `g_k = ∂L/∂r_k` cannot be computed as it stands. */
function refuseDerivative(d: Definition): never {
  throw new WhygradError('not-closed', `The definition of '${d.name}' contains a derivative.`, {
    hint: 'Ask for the derivative as an output, like dL/dz_i.',
  });
}

/** The answers to a question; where there are several, each is called by what it is differentiated by. */
function answersTo(
  question: string,
  name: string,
  context: Context,
  givens: { readonly in: string; readonly given?: readonly string[] },
): ProgramOutput[] {
  const { answers } = must(remembered(derive(question, givens)));
  return answers.map(({ asked, term, axes, by }) => ({
    name: answers.length === 1 || by === null ? name : `${name} by ${by}`,
    letters: axes.map((a) => a.index),
    sets: axes.map(
      (a) => context.shapes.get(a.tensor)?.[a.axis] ?? context.definitions.get(a.tensor)?.params[a.axis]?.set ?? '',
    ),
    body: term,
    latex: asked,
  }));
}

/** The float inputs that a term depends on. */
function reachable(t: Term, context: Context): Set<string> {
  const found = new Set<string>();
  const positions = new Set<string>();
  const seen = new Set<string>();
  const go = (x: Term): void => {
    for (const name of dataNames(x)) positions.add(name);
    for (const name of entryNames(x)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const d = context.definitions.get(name);
      if (d === undefined) found.add(name);
      else go(d.body);
    }
  };
  go(t);
  for (const name of positions) found.delete(name);
  return found;
}

function neededBy(outputs: readonly ProgramOutput[], definitions: ReadonlyMap<string, Definition>): Set<string> {
  const needed = new Set<string>();
  const go = (t: Term): void => {
    for (const name of entryNames(t)) {
      if (needed.has(name)) continue;
      needed.add(name);
      const d = definitions.get(name);
      if (d !== undefined) go(d.body);
    }
  };
  for (const o of outputs) go(o.body);
  return needed;
}

const ofSet = (p: Positions | undefined): Pick<ProgramInput, 'of' | 'except'> =>
  p === undefined ? {} : { of: p.set, except: p.except };

/** Tensors that nothing defines, and index letters that nothing binds. */
function inputsOf(
  outputs: readonly ProgramOutput[],
  definitions: readonly Definition[],
  needed: ReadonlySet<string>,
  context: Context,
): ProgramInput[] {
  const defined = new Set(definitions.map((d) => d.name));
  const positions = new Set([...definitions, ...outputs].flatMap((x) => [...dataNames(x.body)]));
  const bodies = [...definitions, ...outputs].map((x) => x.body);
  const checked = positionsIn(bodies, context);
  const tensors = [...needed]
    .filter((n) => !defined.has(n))
    .map(
      (name): ProgramInput => ({
        name,
        sets: context.shapes.get(name) ?? [],
        ...(positions.has(name) ? { dtype: 'index' as const } : {}),
        ...ofSet(checked.get(name)),
      }),
    );
  const letters = new Set<string>();
  for (const d of definitions)
    for (const x of freeIndices(
      openAll(
        d.body,
        d.params.map((_, n) => freeIndex(`\u0000${n}`)),
      ),
    ))
      if (!x.startsWith('\u0000')) letters.add(x);
  for (const o of outputs) for (const x of freeIndices(o.body)) if (!o.letters.includes(x)) letters.add(x);
  return [...tensors, ...[...letters].map((name): ProgramInput => ({ name, sets: [], dtype: 'index' }))];
}

/** Sizes by index set, from sizes by name and shapes by tensor. */
export function sizesFor(context: Context, given: CompileFormulaOptions['sizes']): CompileOptions['sizes'] {
  const sizes = new Map<SetId, number>();
  const put = (set: SetId, n: number, from: string): void => {
    const before = sizes.get(set);
    if (before !== undefined && before !== n)
      throw new WhygradError('shape', `${from} makes the size '${set}' ${n}, but it is ${before} elsewhere.`);
    sizes.set(set, n);
  };
  for (const [name, size] of Object.entries(given)) {
    if (typeof size === 'number') {
      put(name, size, `sizes.${name}`);
      continue;
    }
    const sets = context.shapes.get(name);
    if (sets === undefined)
      throw new WhygradError('unknown-tensor', `sizes.${name} is a shape, but the document has no tensor '${name}'.`);
    if (sets.length !== size.length)
      throw new WhygradError(
        'rank',
        `'${name}' has ${sets.length} axes, but its shape is given as [${size.join(', ')}].`,
      );
    sets.forEach((set, n) => put(set, must(size[n]), `The shape of ${name}`));
  }
  return sizes;
}
