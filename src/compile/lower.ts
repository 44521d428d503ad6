// From a program to loops: every definition and output that is needed becomes a stage.
// Not here: single nodes (`lower-value.ts`), sums (`lower-sums.ts`), which stages are run together (`schedule.ts`).
// Invariant: stages come in an order of dependence.
import { must } from '../term/must.ts';
import type { Definition } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import {
  bracket,
  entry,
  freeIndex,
  mul,
  position,
  reduce,
  wholeSet,
  type Index,
  type SetId,
  type Term,
} from '../term/term.ts';
import { closeAll, openAll } from '../term/walk.ts';
import { mustAgree } from './agreement.ts';
import type { Axis, Load, LoopProgram, MapStage, Value } from './loops.ts';
import { lowerValue } from './lower-value.ts';
import { freshLetter, type Lowering, type Scope } from './lowering.ts';
import type { CompileOptions, Program, ProgramOutput } from './program.ts';
import { stabilise } from './stable.ts';
import { loopsOf, placeBounds } from './stages.ts';
import { axisPlace } from './values.ts';

/** The loops of a program. Throws `unknown-size`, `unknown-tensor`, `not-closed`, `unknown-function`, `rank`. */
export function lowerProgram(given: Program, options: CompileOptions, symbolic = false): LoopProgram {
  const program = withGathers(given);
  mustAgree(program);
  const lowering: Lowering = {
    program,
    sizeOf: symbolic ? exampleSizes() : sizesOf(options),
    symbolic,
    definitions: new Map(program.definitions.map((d) => [d.name, d])),
    tensors: new Map(),
    stages: [],
    temporaries: new Map(),
    planned: new WeakSet(),
    value: (t, scope) => lowerValue(lowering, t, scope),
    define: (name) => lowerDefinition(lowering, name),
  };
  const written = new Map(Object.entries(program.state ?? {}));
  for (const i of program.inputs) {
    lowering.tensors.set(i.name, {
      name: i.name,
      dims: i.sets.map(lowering.sizeOf),
      sets: i.sets,
      role: written.has(i.name) ? 'state' : 'input',
      dtype: i.dtype ?? 'float',
      ...(i.of === undefined
        ? {}
        : { of: { set: i.of, size: lowering.sizeOf(i.of), except: (i.except ?? []).map(stored) } }),
    });
  }
  for (const o of program.outputs) lowerOutput(lowering, o);
  lowering.stages.forEach((s) => {
    if (s.kind === 'map') mustStayInside(lowering, s);
  });
  const copies = [...written].map(([to, from]) => {
    checkState(lowering, to, from);
    return { from, to };
  });
  const named = new Set(program.definitions.map((d) => d.name));
  return { tensors: lowering.tensors, stages: lowering.stages, copies, symbolic, named };
}

/** A position as it is stored, from 0; a negative number is no position and is stored as it is. */
const stored = (n: number): number => (n < 0 ? n : n - 1);

function checkState(l: Lowering, to: string, from: string): void {
  const a = l.tensors.get(to);
  const b = l.tensors.get(from);
  if (a === undefined || b === undefined)
    throw new WhygradError(
      'unknown-tensor',
      `The state ${to} ← ${from} names a tensor that the program does not have.`,
    );
  if (a.dims.join() !== b.dims.join())
    throw new WhygradError(
      'shape',
      `${from} has shape [${b.dims.join(', ')}] and cannot replace ${to} of shape [${a.dims.join(', ')}].`,
    );
}

/** Every entry that is read under no condition exists. Throws `index-out-of-range`. */
function mustStayInside(l: Lowering, s: MapStage): void {
  // The letters of a temporary may run over less than their whole set: only its own sums are known exactly.
  const own = new Map(
    (l.tensors.get(s.target)?.role === 'output' || l.definitions.has(s.target)
      ? loopsOf(s)
      : (s.reduce?.axes ?? [])
    ).map((a) => [a.name, a.size]),
  );
  for (const r of unconditionalLoads(s.body)) {
    const dims = l.tensors.get(r.tensor)?.dims ?? [];
    for (const [n, p] of r.at.entries()) {
      if (p.terms.some((t) => !own.has(t.axis))) continue;
      const bounds = placeBounds(p, (a) => own.get(a) ?? 1);
      if (
        bounds === null ||
        dims[n] === 0 ||
        (bounds.low >= 0 && bounds.high < must(dims[n])) ||
        [...own.values()].includes(0)
      )
        continue;
      const at = (bounds.low < 0 ? bounds.low : bounds.high) + 1;
      throw new WhygradError(
        'index-out-of-range',
        `Position ${at} is outside axis ${n + 1} of ${r.tensor}, which has ${dims[n]} entries.`,
        { hint: 'Restrict the index so that it stays within 1 and the size.' },
      );
    }
  }
}
function unconditionalLoads(v: Value): Load[] {
  switch (v.kind) {
    case 'load':
      return [v];
    case 'unary':
      return unconditionalLoads(v.of);
    case 'binary':
      return [...unconditionalLoads(v.left), ...unconditionalLoads(v.right)];
    default:
      return [];
  }
}

function sizesOf(options: CompileOptions): (set: SetId) => number {
  const sizes =
    options.sizes instanceof Map
      ? (options.sizes as ReadonlyMap<string, number>)
      : new Map(Object.entries(options.sizes));
  return (set) => {
    const n = sizes.get(set) ?? (/^\d+$/.test(set) ? Number(set) : undefined);
    if (n === undefined)
      throw new WhygradError('unknown-size', `The size ${set === '' ? 'of an index set' : `'${set}'`} is not given.`, {
        hint: 'Name it in `sizes`.',
      });
    if (!Number.isInteger(n) || n < 0)
      throw new WhygradError('bad-size', `The size '${set}' must be a whole number of at least 0, not ${n}.`);
    return n;
  };
}

/**
 * A size of its own for every named set, so that sets are never taken for one another; large enough for no loop to
 * count as short.
 */
function exampleSizes(): (set: SetId) => number {
  const given = new Map<SetId, number>();
  return (set) => {
    if (/^\d+$/.test(set)) return Number(set);
    const n = given.get(set) ?? 97 + 2 * given.size;
    given.set(set, n);
    return n;
  };
}

/** Rows chosen by an index input, written as the sum that they are. */
function withGathers(p: Program): Program {
  if (p.gathers === undefined || p.gathers.length === 0) return p;
  const made = p.gathers.map(({ name, from, rows }): Definition => {
    const source = p.inputs.find((i) => i.name === from);
    const chosen = p.inputs.find((i) => i.name === rows);
    if (source === undefined || chosen === undefined)
      throw new WhygradError(
        'unknown-tensor',
        `The gather ${name} = ${from}[${rows}] names an input that the program does not have.`,
      );
    const sets = [...chosen.sets, ...source.sets.slice(1)];
    const letters = sets.map((_, n) => `r${n}`);
    const index = (n: number): Index => freeIndex(must(letters[n]));
    const chosenAt = chosen.sets.map((_, n) => index(n));
    const rest = source.sets.slice(1).map((_, n) => index(chosen.sets.length + n));
    const equal = bracket({
      kind: 'compare',
      op: '=',
      left: position(freeIndex('m')),
      right: entry(rows, ...chosenAt),
    });
    const body = reduce(
      'sum',
      'm',
      closeAll(mul(equal, entry(from, freeIndex('m'), ...rest)), ['m']),
      wholeSet(must(source.sets[0])),
    );
    return {
      name,
      params: sets.map((set, n) => ({ letter: must(letters[n]), set })),
      body: closeAll(body, letters),
    };
  });
  return { ...p, definitions: [...made, ...p.definitions] };
}

function lowerOutput(l: Lowering, o: ProgramOutput): void {
  const existing = l.tensors.get(o.name);
  if (existing !== undefined && existing.role !== 'temporary' && !(existing.role === 'output' && refersToItself(o)))
    throw new WhygradError('duplicate-name', `'${o.name}' is both an input and an output.`);
  if (existing !== undefined || refersToItself(o)) {
    // The output is a definition that something else already needed: it is kept, not computed twice.
    lowerDefinition(l, o.name);
    l.tensors.set(o.name, { ...must(l.tensors.get(o.name)), role: 'output' });
    return;
  }
  addTensor(
    l,
    o.name,
    o.letters.map((letter, n) => ({ letter, set: must(o.sets[n]) })),
    o.body,
    'output',
  );
}
/** `{ name: 'p', body: p_i }` asks for the definition itself. */
const refersToItself = (o: ProgramOutput): boolean => o.body.kind === 'entry' && o.body.name === o.name;

function addTensor(
  l: Lowering,
  name: string,
  letters: readonly { letter: string; set: SetId }[],
  body: Term,
  role: 'output' | 'temporary',
): void {
  const axes = letters.map((x): Axis => ({ name: x.letter, size: l.sizeOf(x.set), set: x.set }));
  const scope: Scope = new Map(
    letters.map((x, n) => [x.letter, { place: axisPlace(x.letter), set: x.set, size: must(axes[n]).size }]),
  );
  const value = lowerValue(l, stabilise(body, l.definitions), scope);
  l.tensors.set(name, { name, dims: axes.map((a) => a.size), sets: letters.map((x) => x.set), role, dtype: 'float' });
  l.stages.push({ kind: 'map', target: name, axes, reduce: null, body: value });
}

/** Makes sure that the named definition has its stage. */
function lowerDefinition(l: Lowering, name: string): void {
  if (l.tensors.has(name)) return;
  const d = l.definitions.get(name);
  if (d === undefined)
    throw new WhygradError('unknown-tensor', `'${name}' is neither an input nor a definition of the program.`);
  const letters = distinct(d.params.map((p) => p.letter));
  const output = l.program.outputs.some((o) => o.name === name && o.body.kind === 'entry' && o.body.name === name);
  addTensor(
    l,
    name,
    d.params.map((p, n) => ({ letter: must(letters[n]), set: p.set })),
    openAll(d.body, letters.map(freeIndex)),
    output ? 'output' : 'temporary',
  );
}
function distinct(letters: readonly string[]): string[] {
  const seen = new Set<string>();
  return letters.map((x) => {
    const y = freshLetter(x, seen);
    seen.add(y);
    return y;
  });
}
