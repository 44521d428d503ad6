// Emitted files are run by their own languages and agree with the meaning of the program.
// Not here: the JavaScript target on many programs (`differential.test.ts`).
// Invariant: what a system lacks (a C compiler, PyTorch, onnxruntime) is skipped by name, and an error where CI is set.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitProgram, targets } from '../../src/compile/emit.ts';
import { distance, meaningOf } from './meaning.ts';
import { randomProgram, type RandomProgram } from './random-program.ts';

const SEED = 7_100;
const COUNT = 60;
const programs = Array.from({ length: COUNT }, (_, n) => ({ seed: SEED + n, random: randomProgram(SEED + n) }));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whygrad-targets-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const PYTHON = '/usr/bin/python3';
const has = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
function needs(what: string, present: boolean): boolean {
  if (!present && process.env['CI'] === 'true') throw new Error(`${what} is missing: run scripts/setup-tests`);
  return present;
}
const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [x === null ? NaN : (x as number)]);
function nested(data: readonly number[], shape: readonly number[]): unknown {
  const [first, ...rest] = shape;
  if (first === undefined) return data[0];
  const step = data.length / Math.max(1, first);
  return Array.from({ length: first }, (_, n) => nested(data.slice(n * step, (n + 1) * step), rest));
}

function check(seed: number, r: RandomProgram, results: readonly ArrayLike<number>[], tolerance: number): void {
  const want = meaningOf(r);
  for (const [n, o] of r.program.outputs.entries())
    expect(
      distance(results[n] as ArrayLike<number>, want.get(o.name) as number[]),
      `seed ${seed}, ${o.name}`,
    ).toBeLessThan(tolerance);
}

/** Runs the emitted functions in one Python process; answers the outputs of each as nested lists. */
function runPython(to: string, convert: string): unknown[][] {
  const jobs = programs.map(({ seed, random }) => {
    const name = `f${seed}`;
    for (const f of emitProgram(random.program, { to, name })) writeFileSync(join(folder, f.name), f.content);
    return {
      name,
      values: [...random.values].map(([, v]) => nested(v.data, v.shape)),
      sizes: Object.fromEntries(random.sizes),
    };
  });
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
  writeFileSync(
    join(folder, 'run.py'),
    `
import json, sys, importlib, inspect
sys.path.insert(0, ${JSON.stringify(folder)})
${convert}
out = []
for job in json.load(open(${JSON.stringify(join(folder, 'jobs.json'))})):
    f = getattr(importlib.import_module(job['name']), job['name'])
    names = list(inspect.signature(f).parameters)[len(job['values']):]
    result = f(*[convert(v) for v in job['values']], **{n: job['sizes'][n] for n in names})
    out.append([r.tolist() for r in (result if isinstance(result, tuple) else (result,))])
json.dump(out, open(${JSON.stringify(join(folder, 'out.json'))}, 'w'))
`,
  );
  execFileSync(PYTHON, [join(folder, 'run.py')], { stdio: 'pipe' });
  return JSON.parse(
    readFileSync(join(folder, 'out.json'), 'utf8')
      .replace(/\bNaN\b/g, 'null')
      .replace(/-?Infinity/g, (x) => (x.startsWith('-') ? '-1e999' : '1e999')),
  ) as unknown[][];
}

describe('emitted files', () => {
  it('NumPy modules agree with the meaning of the program', (t) => {
    if (!needs('python3-numpy', has(PYTHON, ['-c', 'import numpy']))) {
      t.skip();
      return;
    }
    const results = runPython('numpy', 'import numpy as np\nconvert = np.asarray');
    for (const [n, { seed, random }] of programs.entries())
      check(seed, random, (results[n] as unknown[]).map(flat), 1e-10);
  });

  it('PyTorch modules agree with the meaning of the program', (t) => {
    if (!needs('python3-torch', has(PYTHON, ['-c', 'import torch']))) {
      t.skip();
      return;
    }
    const results = runPython('torch', 'import torch\ntorch.set_default_dtype(torch.float64)\nconvert = torch.tensor');
    for (const [n, { seed, random }] of programs.entries())
      check(seed, random, (results[n] as unknown[]).map(flat), 1e-10);
  });

  it('C files compile without a warning and agree with the meaning of the program', (t) => {
    if (!needs('cc', has('cc', ['--version']))) {
      t.skip();
      return;
    }
    const some = programs.slice(0, 25);
    const text = some.map(
      ({ seed, random }) => emitProgram(random.program, { to: 'c', name: `f${seed}` })[0]?.content as string,
    );
    const harness = [
      '#include <stdio.h>',
      'int main(void) {',
      ...some.flatMap(({ seed, random }, n) => call(seed, random, text[n] as string)),
      'return 0; }',
    ];
    const helpers = new Set<string>();
    // Helpers are static: one file holds them all, so each is kept once.
    const whole = text
      .map((x) =>
        x.replace(/\/\* Ga[\s\S]*?\n}\n|static double [a-z]+\(.*\n/g, (h) => {
          if (helpers.has(h)) return '';
          helpers.add(h);
          return h;
        }),
      )
      .join('\n');
    writeFileSync(join(folder, 'all.c'), [whole, ...harness].join('\n'));
    execFileSync(
      'cc',
      [
        '-std=c99',
        '-O1',
        '-Wall',
        '-Werror',
        '-Wno-maybe-uninitialized',
        '-o',
        join(folder, 'all'),
        join(folder, 'all.c'),
        '-lm',
      ],
      { stdio: 'pipe' },
    );
    const lines = execFileSync(join(folder, 'all'), { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((x) => x.trim().split(/\s+/).map(Number));
    let at = 0;
    for (const { seed, random } of some)
      check(
        seed,
        random,
        random.program.outputs.map(() => lines[at++] as number[]),
        1e-10,
      );
  });

  it('WebAssembly files run with their loader', async () => {
    for (const { seed, random } of programs.slice(0, 15)) {
      const [bytes, loader] = emitProgram(random.program, { to: 'wasm', name: 'f', sizes: random.sizes, dtype: 'f64' });
      const { load } = (await import(`data:text/javascript,${encodeURIComponent(loader?.content as string)}`)) as {
        load: (
          b: Uint8Array,
        ) => Promise<{ inputs: Record<string, Float64Array>; outputs: Record<string, Float64Array>; run: () => void }>;
      };
      const plan = await load(bytes?.content as Uint8Array);
      for (const [name, v] of random.values) plan.inputs[name]?.set(v.data);
      plan.run();
      check(
        seed,
        random,
        random.program.outputs.map((o) => plan.outputs[o.name] as Float64Array),
        1e-10,
      );
    }
  });

  it('WebAssembly files for all sizes run with theirs', async () => {
    for (const dtype of ['f64', 'f32'] as const) {
      for (const { seed, random } of programs) {
        const [bytes, loader] = emitProgram(random.program, { to: 'wasm', name: 'f', dtype });
        const { load } = (await import(`data:text/javascript,${encodeURIComponent(loader?.content as string)}`)) as {
          load: (
            b: Uint8Array,
            sizes: object,
          ) => Promise<{
            inputs: Record<string, Float64Array>;
            outputs: Record<string, Float64Array>;
            run: () => void;
          }>;
        };
        const plan = await load(bytes?.content as Uint8Array, Object.fromEntries(random.sizes));
        for (const [name, v] of random.values) plan.inputs[name]?.set(v.data);
        plan.run();
        check(
          seed,
          random,
          random.program.outputs.map((o) => plan.outputs[o.name] as Float64Array),
          dtype === 'f64' ? 1e-10 : 2e-3,
        );
      }
    }
  });

  it('ONNX models run in onnxruntime and agree with the meaning of the program', async (t) => {
    const onnxruntime = (await import('onnxruntime-node' as string).catch(() => null)) as OnnxRuntime | null;
    if (!needs('onnxruntime-node', onnxruntime !== null) || onnxruntime === null) {
      t.skip();
      return;
    }
    for (const { seed, random } of programs) {
      if (usesInverse(random)) continue;
      const file = emitProgram(random.program, { to: 'onnx', name: 'f', dtype: 'f32' })[0];
      const session = await onnxruntime.InferenceSession.create(file?.content as Uint8Array);
      const feeds = Object.fromEntries(
        [...random.values]
          .filter(([name]) => session.inputNames.includes(name))
          .map(([name, v]) => [
            name,
            name === 'r'
              ? new onnxruntime.Tensor('int64', BigInt64Array.from(v.data, BigInt), v.shape)
              : new onnxruntime.Tensor('float32', Float32Array.from(v.data), v.shape),
          ]),
      );
      const out = await session.run(feeds);
      check(
        seed,
        random,
        random.program.outputs.map((o) => (out[o.name] as { data: Float32Array }).data),
        2e-3,
      );
    }
  });

  it('every target writes at least one file with a name of its own', () => {
    const { random } = programs[0] as (typeof programs)[0];
    for (const to of targets.keys()) {
      const files = emitProgram(random.program, { to, name: 'f', sizes: random.sizes });
      expect(files.length, to).toBeGreaterThan(0);
      expect(new Set(files.map((f) => f.name)).size, to).toBe(files.length);
    }
  });

  it('an unknown target is a named error', () => {
    expect(() =>
      emitProgram(programs[0]?.random.program as RandomProgram['program'], { to: 'fortran', name: 'f' }),
    ).toThrow(/no target 'fortran'/);
  });
});

interface OnnxRuntime {
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
    ): Promise<{ readonly inputNames: readonly string[]; run(feeds: object): Promise<Record<string, unknown>> }>;
  };
  readonly Tensor: new (type: string, data: unknown, shape: readonly number[]) => unknown;
}
const usesInverse = (r: RandomProgram): boolean =>
  JSON.stringify(r.program, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}` : v)).includes('"inverse"');

/** C code that calls one function with its values and prints each output on a line. */
function call(seed: number, r: RandomProgram, text: string): string[] {
  const head = /void f\d+\((.*)\) \{/.exec(text)?.[1] as string;
  const args = head.split(', ');
  const lines = ['{'];
  const names = args.map((a) => {
    const name = /(\w+)$/.exec(a)?.[1] as string;
    const given = r.values.get(name);
    if (given !== undefined)
      lines.push(`static const ${a.includes('int *') ? 'int' : 'double'} ${name}[] = {${given.data.join(',')}};`);
    else if (!a.includes('*')) return `${r.sizes.get(name)}`;
    else lines.push(`static double ${name}[${countOf(r, name)}];`);
    return name;
  });
  lines.push(`f${seed}(${names.join(', ')});`);
  for (const o of r.program.outputs)
    lines.push(`for (int i = 0; i < ${countOf(r, o.name)}; i++) printf("%.17g ", ${o.name}[i]);\nprintf("\\n");`);
  return [...lines, '}'];
}
const countOf = (r: RandomProgram, output: string): number =>
  (r.program.outputs.find((o) => o.name === output)?.sets ?? []).reduce((n, s) => n * (r.sizes.get(s) as number), 1);
