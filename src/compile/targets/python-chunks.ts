// A Python function that walks one set in chunks: an accumulator for each reduction over it, results written a part at
// a time.
// Not here: which stages belong to which walk (`../arrays/passes.ts`), the statements of one chunk (`python.ts`).
// Invariant: no array with the walked axis stays from one chunk to the next but arguments and results.
import { must } from '../../term/must.ts';
import { partOf, startOf } from '../arrays/parts.ts';
import type { Pass, Slice, Walk } from '../arrays/passes.ts';
import type { LoopProgram, Tensor } from '../loops.ts';
import { readNames } from '../stages.ts';
import type { PythonWords } from './python.ts';
import { givensOf, indented, python, PythonModule, written } from './python-module.ts';
import type { ChunkSize, EmitRequest } from './target.ts';

/** The text of a module with one function of the inputs, in chunks where that is asked for. */
export const pythonFunction = (r: EmitRequest, words: PythonWords): string =>
  r.chunk === undefined ? python(r, words) : inChunks(r, words, r.chunk);

interface Writer {
  readonly m: PythonModule;
  readonly words: PythonWords;
  readonly walk: Walk;
  /** An array whose dtype and device others get. */
  readonly like: string;
}

function inChunks(r: EmitRequest, words: PythonWords, { walk, size }: NonNullable<EmitRequest['chunk']>): string {
  const { program } = r.arrays();
  const m = new PythonModule(r, words, ['chunk', 'memory']);
  const givens = givensOf(program);
  const outputs = r.program.outputs.map((o) => must(program.tensors.get(o.name)));
  for (const t of [...givens, ...outputs]) m.name(t);
  const like = must(givens.find((t) => t.dtype === 'float' && t.dims.length > 0) ?? givens[0]);
  m.like = m.name(like);
  const w: Writer = { m, words, walk, like: m.name(like) };
  const body = [
    ...m.positionLines(givens),
    ...m.statements(walk.before),
    ...walk.passes.flatMap((pass) => passLines(w, pass)),
  ];
  const lines = [...chosenLines(w, size), ...body];
  const sizes = m.sizes(program, givens, lines);
  const argument = 'entries' in size ? `chunk=${size.entries}` : `memory=${size.bytes}`;
  const sliced = new Set(walk.passes.flatMap((x) => x.reads.map((s) => s.whole)));
  const results = outputs.map((t) => m.name(t)).join(', ');
  const step =
    'entries' in size ? 'chunk: entries that are computed at a time' : 'memory: bytes for the arrays of one chunk';
  return written([
    `# ${r.title}: written by whygrad from its formulas; ${m.names.of('size', walk.set)} is walked in chunks, ${walk.passes.length} times.`,
    ...m.head(),
    `def ${r.name}(${[...givens.map((t) => m.name(t)), ...sizes.asked, argument].join(', ')}):`,
    ...indented([
      `"""Returns ${results}.`,
      '',
      ...givens.map((t) => m.about(t, program)),
      step,
      '"""',
      ...givens.map((t) => `${m.name(t)} = ${givenText(m.name(t), t, words, sliced)}`),
      ...sizes.lines,
      ...lines,
      `return ${results}`,
    ]),
    '',
  ]);
}
function givenText(name: string, t: Tensor, words: PythonWords, sliced: ReadonlySet<string>): string {
  if (t.dtype === 'index') return words.index(name);
  return sliced.has(t.name) ? must(words.chunk).whole(name) : words.tensor(name);
}
/** The number of entries a chunk, where memory says it. */
function chosenLines({ m, words, walk, like }: Writer, size: ChunkSize): string[] {
  if ('entries' in size) return [];
  const each = Math.max(
    ...walk.passes.map((x) => [...x.program.tensors.values()].filter((t) => isWalked(t, walk)).length),
  );
  const volumes = new Set<string>();
  for (const pass of walk.passes)
    for (const t of pass.program.tensors.values())
      if (isWalked(t, walk))
        volumes.add(shapeOf(m, { ...t, sets: t.sets.filter((x) => x !== partOf(walk.set)) }).join(' * ') || '1');
  const most = [...volumes].length === 1 ? [...volumes][0] : `max(${[...volumes].join(', ')})`;
  return [`chunk = max(1, int(memory // (${each} * ${must(words.chunk).bytes(like)} * ${most})))`];
}
const isWalked = (t: Tensor, walk: Walk): boolean => t.sets.includes(partOf(walk.set));
const shapeOf = (m: PythonModule, t: Pick<Tensor, 'sets' | 'dims'>): string[] =>
  t.sets.map((set, n) => (/^\d*$/.test(set) ? `${must(t.dims[n])}` : m.names.of('size', set)));
const tuple = (all: readonly string[]): string => `(${all.join(', ')}${all.length === 1 ? ',' : ''})`;

function passLines(w: Writer, pass: Pass): string[] {
  const { m, words, walk, like } = w;
  const chunk = must(words.chunk);
  const size = (set: string): string => m.names.of('size', set);
  const [start, here] = [size(startOf(walk.set)), size(partOf(walk.set))];
  const name = (x: string): string => m.name({ name: x });
  const at = (s: Slice): string =>
    `${name(s.whole)}[${[...Array<string>(s.dim).fill(':'), `${start}:${start} + ${here}`].join(', ')}]`;
  const { program, added } = accumulated(pass);
  const states = [...pass.start].map(([x, value]) => {
    const t = must(pass.program.tensors.get(x));
    return `${name(x)} = ${chunk.full(tuple(shapeOf(m, t)), Number.isFinite(value) ? `${value}.0` : value < 0 ? `-${words.infinity}` : words.infinity, like)}`;
  });
  const results = pass.writes.map(
    (s) => `${name(s.whole)} = ${chunk.empty(tuple(shapeOf(m, must(walk.tensors.get(s.whole)))), like)}`,
  );
  const inner = [
    `${here} = min(chunk, ${size(walk.set)} - ${start})`,
    ...pass.reads.map(
      (s) => `${name(s.part)} = ${walk.tensors.get(s.whole)?.dtype === 'index' ? at(s) : chunk.part(at(s))}`,
    ),
    ...m.statements(program),
    ...pass.writes.map((s) => `${at(s)} = ${name(s.part)}`),
    ...added.map(({ to, of }) => `${name(to)} += ${name(of)}`),
    ...pass.program.copies
      .filter((c) => !added.some((a) => a.to === c.to))
      .map((c) => `${name(c.to)} = ${name(c.from)}`),
  ];
  const gone = leftover(inner, new Set([here, ...pass.start.keys()].map((x) => (x === here ? x : name(x)))));
  return [
    ...states,
    ...results,
    `for ${start} in range(0, ${size(walk.set)}, chunk):`,
    ...indented([...inner, ...(gone.length === 0 ? [] : [`del ${gone.join(', ')}`])]),
    ...m.statements(pass.after),
  ];
}

/** Sums that are added to what is there: they need no array for the next value. */
function accumulated(pass: Pass): { program: LoopProgram; added: { to: string; of: string }[] } {
  const added = pass.program.copies.flatMap(({ from, to }) => {
    const s = pass.program.stages.find((x) => x.target === from);
    if (s?.kind !== 'map' || s.body.kind !== 'binary' || s.body.op !== 'add') return [];
    const { left, right } = s.body;
    const others = pass.program.stages.some((x) => x !== s && (readNames(x).has(to) || readNames(x).has(from)));
    return left.kind === 'load' && left.tensor === to && right.kind === 'load' && !others
      ? [{ from, to, of: right.tensor }]
      : [];
  });
  const without = new Set(added.map((a) => a.from));
  const kept = new Set(added.map((a) => a.of));
  const tensors = new Map(
    [...pass.program.tensors]
      .filter(([x]) => !without.has(x))
      .map(([x, t]) => [x, kept.has(x) ? { ...t, role: 'output' as const } : t]),
  );
  return {
    program: { ...pass.program, tensors, stages: pass.program.stages.filter((s) => !without.has(s.target)) },
    added,
  };
}

/** Names that a chunk leaves behind. */
function leftover(lines: readonly string[], stay: ReadonlySet<string>): string[] {
  const left = new Set<string>();
  for (const line of lines) {
    const set = /^(\w+) = /.exec(line)?.[1];
    if (set !== undefined && !stay.has(set)) left.add(set);
    for (const x of /^del (.*)$/.exec(line)?.[1]?.split(', ') ?? []) left.delete(x);
  }
  return [...left];
}
