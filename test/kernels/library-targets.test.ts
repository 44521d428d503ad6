// Every question of the library, and the gradients by all inputs, in every language that can be run here, for sizes that are all different.
// Not here: random programs in those languages (test/compile/targets.test.ts).
// Invariant: the judge is dual numbers over the document's definitions; no parameter has a special value.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seeded } from '../../src/check/random.ts';
import { emitProgram } from '../../src/compile/emit.ts';
import { compileProgram } from '../../src/compile/plan.ts';
import type { Program, ProgramOutput } from '../../src/compile/program.ts';
import { identifier } from '../../src/compile/targets/names.ts';
import { derive, evaluate, libraryDocument, libraryNames } from '../../src/index.ts';
import { programOf } from '../../src/kernels/formula.ts';
import { must } from '../../src/term/must.ts';
import { distance } from '../compile/meaning.ts';

interface Case {
  readonly name: string;
  readonly id: string;
  readonly program: Program;
  readonly sizes: ReadonlyMap<string, number>;
  /** Nested arrays by input. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly want: ReadonlyMap<string, readonly number[]>;
}
type Results = Readonly<Record<string, ArrayLike<number>>>;

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [x as number]);
const fill = (shape: readonly number[], random: () => number): unknown =>
  shape.length === 0 ? random() : Array.from({ length: must(shape[0]) }, () => fill(shape.slice(1), random));
/** Along the last axis each row sums to 1, as the library assumes of labels. */
const normalised = (x: unknown): unknown => {
  if (!Array.isArray(x)) return x;
  if (Array.isArray(x[0])) return x.map(normalised);
  const sum = (x as number[]).reduce((a, b) => a + b, 0);
  return (x as number[]).map((v) => v / sum);
};

/** Documents with a function that is not given (`f(z)`) have no program. */
const closed = libraryNames().filter(
  (name) => questionsOf(name).length > 0 && !/(?<![A-Za-z])f'?\(/.test(libraryDocument(name)),
);
function questionsOf(name: string): string[] {
  const line = /<!-- whygrad: question (.*) -->/.exec(libraryDocument(name));
  return line === null
    ? []
    : must(line[1])
        .split(';')
        .map((q) => q.trim());
}
/** The gradients by every input, where a question asks for that of a number. */
const gradientsOf = (questions: readonly string[]): string[] => {
  const of = new Set(questions.flatMap((q) => /^d([A-Za-z]+)\/d/.exec(q)?.[1] ?? []));
  return [...of].map((n) => `grad ${n}`);
};

function caseOf(name: string, n: number): Case {
  const random = seeded(900 + n);
  const { program, context } = programOf(name, { outputs: [...questionsOf(name), ...gradientsOf(questionsOf(name))] });
  const read = new Set(program.inputs.map((i) => i.name));
  // What the answers do not need has its value, too: the judge computes the whole document.
  const inputs = [
    ...program.inputs,
    ...[...context.shapes]
      .filter(([x]) => !context.definitions.has(x) && !read.has(x))
      .map(([x, of]) => ({ name: x, sets: of })),
  ];
  const sets = new Set(
    [...inputs, ...program.inputs, ...program.outputs]
      .flatMap((t) => t.sets)
      .concat(program.definitions.flatMap((d) => d.params.map((p) => p.set))),
  );
  const sizes = new Map([...sets].map((set, k) => [set, /^\d+$/.test(set) ? Number(set) : 2 + ((k + n) % sets.size)]));
  const shape = (s: readonly string[]): number[] => s.map((set) => must(sizes.get(set)));
  const values = Object.fromEntries(
    inputs.map((i) => {
      if ('of' in i && i.of !== undefined) {
        const length = must(sizes.get(i.of));
        return [i.name, fill(shape(i.sets), () => 1 + Math.floor(length * random()))];
      }
      const v = fill(shape(i.sets), () => 0.25 + 0.6 * random());
      return [i.name, /^[ypq]$/.test(i.name) ? normalised(v) : v];
    }),
  );
  const want = new Map(program.outputs.map((o) => [o.name, meant(name, o, values)]));
  return { name, id: `case${n}`, program, sizes, values, want };
}

/** What the question means, by dual numbers; a product with a vector by the derivation's text. */
function meant(name: string, o: ProgramOutput, values: Readonly<Record<string, unknown>>): number[] {
  const by = o.letters.length === 0 || o.name.includes('_') ? o.name : `${o.name}_{${o.letters.join('')}}`;
  const known = { in: name, values, axes: o.letters };
  // A product with a vector g from the left: its answers are told apart by what stands behind `by`.
  const product = /^vjp (\w+)(?: by (.+))?$/.exec(o.name);
  if (product !== null) {
    const text = derive(must(o.name.split(' by ')[0]), { in: name });
    const [of, variable] = [must(product[1]), product[2]];
    const asked = text.question.text.startsWith('vjp')
      ? must(
          text.result.text
            .split('; ')
            .find(
              (x) => x.includes(`, ${variable}${o.letters.length === 0 ? '' : '_'}`) || x.includes(`, ${variable})`),
            ),
        ).split(' = ')[0]
      : text.question.text;
    expect(asked, of).toContain('d(');
    return flat(evaluate(must(asked), known).value);
  }
  return flat(evaluate(o.name.includes('^2') ? o.name : by, known).value);
}

const cases = closed.map(caseOf);
const pairs = cases.reduce((n, c) => n + c.program.outputs.length, 0);
const folder = mkdtempSync(join(tmpdir(), 'whygrad-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PYTHON = '/usr/bin/python3';
const has = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
function needs(what: string, present: boolean): boolean {
  if (!present && process.env['CI'] === 'true') throw new Error(`${what} is missing: run scripts/setup-tests`);
  return present;
}

/** Every answer against its meaning; all disagreements are listed at once. */
function judge(results: (c: Case) => Results | null, tolerance: number): void {
  const wrong = cases.flatMap((c) => {
    const got = results(c);
    if (got === null) return [];
    return c.program.outputs.flatMap((o) => {
      const d = distance(must(got[o.name]), must(c.want.get(o.name)));
      return d < tolerance ? [] : [`${c.name}: ${o.name} by ${d}`];
    });
  });
  expect(wrong).toEqual([]);
}
/** Programs count positions from 0. */
const stored = (c: Case, i: Program['inputs'][number]): unknown =>
  i.dtype === 'index' ? lowered(c.values[i.name]) : c.values[i.name];
const lowered = (x: unknown): unknown => (Array.isArray(x) ? x.map(lowered) : (x as number) - 1);
const text = (c: Case, to: string): string => must(emitProgram(c.program, { to, name: c.id })[0]).content as string;
const flatValues = (c: Case): Record<string, number[]> =>
  Object.fromEntries(c.program.inputs.map((i) => [i.name, flat(stored(c, i))]));
async function loaded<T>(source: string): Promise<T> {
  return (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as T;
}

const stand = `
import sys, types, numpy, math
jax = types.ModuleType('jax'); jax.numpy = numpy
jax.nn = types.SimpleNamespace(sigmoid=lambda x: 1/(1+numpy.exp(-x)), softplus=lambda x: numpy.logaddexp(0, x), relu=lambda x: numpy.maximum(x, 0))
jax.scipy = types.SimpleNamespace(special=types.SimpleNamespace(erf=numpy.vectorize(math.erf)))
jax.lax = types.SimpleNamespace()
for n in ('numpy', 'nn', 'scipy'): sys.modules['jax.' + n] = getattr(jax, n)
sys.modules['jax'] = jax
`;
/** Runs the modules of one target in one Python process. */
function python(to: string, head: string): Map<string, Results> {
  const here = join(folder, to);
  mkdirSync(here);
  const jobs = cases.map((c) => {
    writeFileSync(join(here, `${c.id}.py`), text(c, to));
    return {
      name: c.id,
      values: c.program.inputs.map((i) => stored(c, i)),
      whole: c.program.inputs.map((i) => i.dtype === 'index'),
      sizes: Object.fromEntries([...c.sizes].map(([s, n]) => [identifier(s), n])),
    };
  });
  writeFileSync(join(here, 'jobs.json'), JSON.stringify(jobs));
  writeFileSync(
    join(here, 'run.py'),
    `
import json, sys, importlib, inspect
sys.path.insert(0, ${JSON.stringify(here)})
${head}
out = {}
for job in json.load(open(${JSON.stringify(join(here, 'jobs.json'))})):
    f = getattr(importlib.import_module(job['name']), job['name'])
    more = list(inspect.signature(f).parameters)[len(job['values']):]
    r = f(*[v if whole else convert(v) for v, whole in zip(job['values'], job['whole'])], **{n: job['sizes'][n] for n in more})
    out[job['name']] = [x.tolist() for x in (r if isinstance(r, tuple) else (r,))]
json.dump(out, open(${JSON.stringify(join(here, 'out.json'))}, 'w'))
`,
  );
  execFileSync(PYTHON, [join(here, 'run.py')], { stdio: 'pipe' });
  const out = JSON.parse(readFileSync(join(here, 'out.json'), 'utf8').replace(/\bNaN\b/g, 'null')) as Record<
    string,
    unknown[]
  >;
  return new Map(
    cases.map((c) => [
      c.name,
      Object.fromEntries(c.program.outputs.map((o, n) => [o.name, flat(must(must(out[c.id])[n]))])),
    ]),
  );
}

/** C code that calls one function and prints its outputs, each on a line. */
function call(c: Case): string[] {
  const count = (sets: readonly string[]): number => sets.reduce((n, s) => n * must(c.sizes.get(s)), 1);
  const head = must(new RegExp(`(?:void|int) ${c.id}\\((.*)\\) \\{`).exec(text(c, 'c'))?.[1]).split(', ');
  const { inputs, outputs } = c.program;
  const names = head.slice(inputs.length + outputs.length).map((a) => must(/(\w+)$/.exec(a)?.[1]));
  const sizes = new Map([...c.sizes].map(([s, n]) => [identifier(s), n]));
  return [
    '{',
    ...inputs.map(
      (i, n) => `static const ${i.dtype === 'index' ? 'int' : 'double'} in${n}[] = {${flat(stored(c, i)).join(',')}};`,
    ),
    ...outputs.map((o, n) => `static double out${n}[${count(o.sets)}];`),
    `${c.id}(${[...inputs.map((_, n) => `in${n}`), ...outputs.map((_, n) => `out${n}`), ...names.map((s) => must(sizes.get(s)))].join(', ')});`,
    ...outputs.map((o, n) => `for (int i = 0; i < ${count(o.sets)}; i++) printf("%.17g ", out${n}[i]); printf("\\n");`),
    '}',
  ];
}

describe(`the ${pairs} answers of ${cases.length} library documents`, () => {
  it('as compiled plans', () => {
    judge((c) => {
      const plan = compileProgram(c.program, { sizes: c.sizes, dtype: 'f64' });
      for (const [name, v] of Object.entries(flatValues(c))) plan.inputs[name]?.set(v);
      plan.run();
      return plan.outputs;
    }, 1e-9);
  });

  it('as JavaScript', async () => {
    const done = new Map<string, Results>();
    for (const c of cases) {
      const f = must((await loaded<Record<string, (i: object, s: object) => Results>>(text(c, 'javascript')))[c.id]);
      done.set(c.name, f(flatValues(c), Object.fromEntries(c.sizes)));
    }
    judge((c) => must(done.get(c.name)), 1e-9);
  });

  it('as WebAssembly files, for all sizes and for these alone', async () => {
    interface Loaded {
      load(
        b: Uint8Array,
        sizes?: object,
      ): Promise<{ inputs: Record<string, Float64Array>; outputs: Results; run(): void }>;
    }
    for (const fixed of [true, false]) {
      const done = new Map<string, Results>();
      for (const c of cases) {
        const [bytes, loader] = emitProgram(c.program, {
          to: 'wasm',
          name: c.id,
          dtype: 'f64',
          ...(fixed ? { sizes: c.sizes } : {}),
        });
        const { load } = await loaded<Loaded>(must(loader).content as string);
        const plan = await load(must(bytes).content as Uint8Array, ...(fixed ? [] : [Object.fromEntries(c.sizes)]));
        for (const [name, v] of Object.entries(flatValues(c))) plan.inputs[name]?.set(v);
        plan.run();
        done.set(c.name, plan.outputs);
      }
      judge((c) => must(done.get(c.name)), 1e-9);
    }
  });

  it.each([
    ['numpy', 'python3-numpy', 'numpy', 'import numpy\nconvert = numpy.asarray'],
    ['torch', 'python3-torch', 'torch', 'import torch\nconvert = lambda v: torch.tensor(v, dtype=torch.float64)'],
    ['jax', 'python3-numpy', 'numpy', `${stand}convert = numpy.asarray`],
  ])('as %s modules', (to, what, module, head) => {
    if (!needs(what, has(PYTHON, ['-c', `import ${module}`]))) return;
    const done = python(to, head);
    judge((c) => must(done.get(c.name)), 1e-9);
  });

  it('as C', () => {
    if (!needs('cc', has('cc', ['--version']))) return;
    const helpers = new Set<string>();
    const whole = cases
      .map((c) =>
        text(c, 'c').replace(/\/\* Ga[\s\S]*?\n}\n|static double [a-z]+\(.*\n/g, (h) => {
          if (helpers.has(h)) return '';
          helpers.add(h);
          return h;
        }),
      )
      .join('\n');
    const main = ['#include <stdio.h>', 'int main(void) {', ...cases.flatMap(call), 'return 0; }'];
    writeFileSync(join(folder, 'all.c'), [whole, ...main].join('\n'));
    execFileSync('cc', ['-std=c99', '-O1', '-o', join(folder, 'all'), join(folder, 'all.c'), '-lm'], { stdio: 'pipe' });
    const lines = execFileSync(join(folder, 'all'), { encoding: 'utf8' }).trimEnd().split('\n');
    let at = 0;
    const done = new Map(
      cases.map((c) => [
        c.name,
        Object.fromEntries(c.program.outputs.map((o) => [o.name, must(lines[at++]).trim().split(/\s+/).map(Number)])),
      ]),
    );
    judge((c) => must(done.get(c.name)), 1e-9);
  });

  it('as ONNX models', async () => {
    const onnx = (await import('onnxruntime-node' as string).catch(() => null)) as Onnx | null;
    if (!needs('onnxruntime-node', onnx !== null) || onnx === null) return;
    const done = new Map<string, Results>();
    for (const c of cases) {
      const file = must(emitProgram(c.program, { to: 'onnx', name: c.id, dtype: 'f32' })[0]);
      const session = await onnx.InferenceSession.create(file.content as Uint8Array);
      const feeds = Object.fromEntries(
        c.program.inputs.map((i) => [
          i.name,
          new onnx.Tensor(
            i.dtype === 'index' ? 'int64' : 'float32',
            i.dtype === 'index'
              ? BigInt64Array.from(flat(stored(c, i)), BigInt)
              : Float32Array.from(flat(c.values[i.name])),
            i.sets.map((s) => must(c.sizes.get(s))),
          ),
        ]),
      );
      const out = await session.run(feeds);
      done.set(c.name, Object.fromEntries(c.program.outputs.map((o) => [o.name, must(out[o.name]).data])));
    }
    judge((c) => must(done.get(c.name)), 1e-3);
  });
});

interface Onnx {
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<{ run(feeds: object): Promise<Record<string, { data: Float32Array }>> }>;
  };
  readonly Tensor: new (type: string, data: unknown, shape: readonly number[]) => unknown;
}
