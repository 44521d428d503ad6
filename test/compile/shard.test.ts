// Programs split over processes: run by gloo on 2, 3 and 4 of them, by jax on 4 devices, against the same program unsplit.
// Not here: how processes are started and what they compare (processes.py, devices.py).
// Invariant: every library document × every set is either right on all of them or refused by name; broken rules are noticed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emit, libraryDocument, libraryNames, type EmitFormulaOptions } from '../../src/index.ts';
import { autogradProgramOf } from '../../src/kernels/autograd.ts';
import { programOf } from '../../src/kernels/formula.ts';
import { must } from '../../src/term/must.ts';
import { pythonWith } from './python.ts';

interface Job {
  readonly what: string;
  readonly name: string;
  readonly seed: number;
  readonly worlds: readonly (number | '2x2')[];
  readonly whole: string;
  readonly split: string;
}
type Found = Readonly<Record<string, { readonly float64: number; readonly float32: number; readonly fault?: string }>>;

const folder = mkdtempSync(join(tmpdir(), 'whygrad-shard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Documents with a function that is not given (`f(z)`) have no program. */
const documents = libraryNames().filter((name) => !/(?<![A-Za-z])f'?\(/.test(libraryDocument(name)));
const questionsOf = (name: string): string[] =>
  (/whygrad: question (.*) -->/.exec(libraryDocument(name))?.[1] ?? '').split('; ').filter((q) => q !== '');

/** Reductions of every kind, positions as numbers, entries at fixed places, sizes as numbers. */
const more: readonly {
  readonly document: string;
  readonly outputs: readonly string[];
  readonly by: readonly string[];
}[] = [
  {
    document: String.raw`$$p_{nv} = \frac{e^{z_{nv}}}{\sum_k e^{z_{nk}}}$$ $$s_n = \log \sum_v e^{z_{nv}}$$
$$L = -\frac{1}{N} \sum_{n=1}^{N} \sum_{v=1}^{V} ((1-\epsilon) y_{nv} + \frac{\epsilon}{V}) \log p_{nv} + \frac{\lambda}{N} \sum_n s_n^2$$`,
    outputs: ['L', 'dL/dz_{nv}'],
    by: ['n', 'v'],
  },
  { document: 'M_n = max_v (z_{nv} + c_v)', outputs: ['M'], by: ['n', 'v'] },
  { document: 'M_n = min_v z_{nv}; P_n = prod_v z_{nv}', outputs: ['M', 'P'], by: ['n', 'v'] },
  {
    document: 'm_i = 1/N sum_{n=1}^N x_{ni}; v_{ij} = 1/(N - 1) sum_{n=1}^N (x_{ni} - m_i) (x_{nj} - m_j)',
    outputs: ['v'],
    by: ['n', 'i'],
  },
  { document: 'a = sum_i (1 + i) x_i; b_i = x_i/(1 + i)', outputs: ['a', 'b'], by: ['i'] },
  { document: 'q = sum_i sum_j x_i A_{ij} x_j', outputs: ['q', 'dq/dx_k', 'd^2q/dx_k dx_l'], by: ['i'] },
  { document: 'y_i = x_i - x_1; L = sum_i (y_i - x_2)^2', outputs: ['y', 'L'], by: ['i'] },
];

function job(
  what: string,
  document: string,
  options: Omit<EmitFormulaOptions, 'to'>,
  shard: Record<string, string>,
  n: number,
): Job {
  const text = (o: object): string =>
    must(emit(document, { to: 'torch', name: 'f', ...options, ...o })[0]).content as string;
  const worlds = Object.keys(shard).length > 1 ? ['2x2' as const] : [2, 3, 4];
  return { what, name: 'f', seed: n % 5, worlds, whole: text({}), split: text({ shard }) };
}

function setsOf(document: string, autograd: boolean): string[] {
  const { program } = autograd
    ? autogradProgramOf(document, {})
    : programOf(document, { outputs: questionsOf(document) });
  const sets = [...program.inputs, ...program.outputs].flatMap((t) => t.sets);
  const inner = program.definitions.flatMap((d) => d.params.map((p) => p.set));
  return [...new Set([...sets, ...inner])].filter((set) => !/^\d*$/.test(set));
}
function libraryJobs(): Job[] {
  const jobs: Job[] = [];
  for (const document of documents)
    for (const autograd of [false, true]) {
      if (!autograd && questionsOf(document).length === 0) continue;
      const options = autograd ? { autograd } : { outputs: questionsOf(document) };
      for (const set of setsOf(document, autograd))
        jobs.push(
          job(
            `${document} ${autograd ? 'with gradients' : 'questions'} by ${set}`,
            document,
            options,
            { [set]: 'tp' },
            jobs.length,
          ),
        );
    }
  return jobs;
}
const ownJobs = (): Job[] => [
  ...more.flatMap(({ document, outputs, by }, n) =>
    by.map((x) => job(`${document} by ${x}`, document, { outputs }, { [x]: 'tp' }, n)),
  ),
  job('two meshes', must(more[0]).document, { outputs: must(more[0]).outputs }, { n: 'dp', v: 'tp' }, 1),
  job('two meshes, network', 'two-layer-network', { autograd: true }, { n: 'dp', o: 'tp' }, 2),
  job('two meshes, attention', 'attention', { autograd: true }, { 'Q.1': 'dp', 'K.1': 'tp' }, 3),
];

let port = 29_400 + (process.pid % 500);
function run(jobs: readonly Job[]): Found {
  const file = join(folder, `${port}.json`);
  writeFileSync(file, JSON.stringify(jobs));
  const script = join(import.meta.dirname, 'processes.py');
  const done = spawnSync(must(pythonWith('torch') ?? undefined), [script, file, `${port++}`], {
    encoding: 'utf8',
    timeout: 240_000,
  });
  expect(done.status, done.stderr.slice(-3000)).toBe(0);
  return JSON.parse(done.stdout) as Found;
}
const isRight = (f: Found[string]): boolean => f.fault === undefined && f.float64 < 1e-13 && f.float32 < 2e-6;
const wrongIn = (jobs: readonly Job[], found: Found): string[] =>
  Object.entries(found).flatMap(([key, f]) => {
    const [n, world] = key.split(' ');
    return isRight(f) ? [] : [`${must(jobs[Number(n)]).what} on ${world}: ${JSON.stringify(f)}`];
  });

describe.skipIf(pythonWith('torch') === null)('programs on gloo processes', () => {
  it('every library document × every set equals the unsplit program on 2, 3 and 4 of them', () => {
    const jobs = libraryJobs();
    const found = run(jobs);
    expect(wrongIn(jobs, found)).toEqual([]);
    expect(Object.keys(found).length).toBe(3 * jobs.length);
    expect(jobs.length).toBeGreaterThan(120);
  });

  it('every kind of reduction, positions, fixed entries, sizes, and two mesh axes at once', () => {
    const jobs = ownJobs();
    const found = run(jobs);
    expect(wrongIn(jobs, found)).toEqual([]);
    expect(Object.keys(found).length).toBe(jobs.reduce((n, j) => n + j.worlds.length, 0));
  });

  it('rules that are broken are all noticed', () => {
    const broken: Job[] = [];
    const breakAll = (j: Job, what: string, pattern: RegExp, by: string): void => {
      const places = [...j.split.matchAll(pattern)];
      expect(places.length, `${what} in ${j.what}`).toBeGreaterThan(0);
      for (const p of places) {
        const split =
          j.split.slice(0, p.index) +
          p[0].replace(new RegExp(pattern.source), by) +
          j.split.slice(p.index + p[0].length);
        broken.push({ ...j, what: `${what} of ${j.what}: ${p[0]}`, split, worlds: [3] });
      }
    };
    const [zLoss] = more;
    const of = (document: string, outputs: readonly string[], by: string): Job =>
      job(`${document} by ${by}`, document, { outputs }, { [by]: 'tp' }, 2);
    const loss = of(must(zLoss).document, must(zLoss).outputs, 'v');
    const mean = of(must(zLoss).document, must(zLoss).outputs, 'n');
    const call = /= _all_reduce\('\w+', tp, (\w+(?:, \w+)*)\)/g;
    for (const j of [loss, mean]) breakAll(j, 'a collective left out', call, '= $1');
    breakAll(of('M_n = max_v z_{nv}', ['M'], 'v'), 'another op', /'max', tp/g, "'sum', tp");
    breakAll(of('M_n = min_v z_{nv}', ['M'], 'v'), 'another op', /'min', tp/g, "'max', tp");
    breakAll(of('M_n = prod_v z_{nv}', ['M'], 'v'), 'another op', /'prod', tp/g, "'sum', tp");
    breakAll(of('M_n = sum_v z_{nv}', ['M'], 'v'), 'another op', /'sum', tp/g, "'max', tp");
    breakAll(loss, 'the local size', /epsilon \/ V\b/g, 'epsilon / V_here');
    breakAll(mean, 'the local size', /\/ N\b/g, '/ N_here');
    breakAll(of('b_i = x_i/(1 + i)', ['b'], 'i'), 'the local position', /size_x_1_start \+|\+ size_x_1_start/g, '0 + ');
    breakAll(of('softmax', ['dp_j/dz_i'], 'j'), 'a part for the whole', /size_z_1_start \+/g, '0 +');
    expect(broken.length).toBe(15);
    const found = run(broken);
    expect(Object.values(found).flatMap((f) => f.fault ?? [])).toEqual([]);
    const unnoticed = broken.filter((_, n) => found[`${n} 3`] === undefined || isRight(must(found[`${n} 3`])));
    expect(unnoticed.map((j) => j.what)).toEqual([]);
  });
});

describe('what split programs exchange', () => {
  const head = (document: string, options: Omit<EmitFormulaOptions, 'to'>): string[] =>
    (must(emit(document, { to: 'torch', ...options })[0]).content as string)
      .split('\n')
      .filter((x) => x.startsWith('# '));
  it('is told at the head, with the line of each call', () => {
    const text = must(emit('softmax-cross-entropy-mean', { to: 'torch', autograd: true, shard: { j: 'tp' } })[0])
      .content as string;
    const lines = text.split('\n');
    const told = [...must(lines[1]).matchAll(/(max|sum) (2?N) over tp \(line (\d+)\)/g)];
    expect(told.map((m) => `${m[1]} ${m[2]}`)).toEqual(['max N', 'sum 2N', 'sum N']);
    for (const m of told) expect(lines[Number(m[3]) - 1]).toContain(`_all_reduce('${m[1]}', tp`);
  });
  it('is nothing in the backward pass of a loss up to its logits, and one sum for what stands behind a weight', () => {
    expect(head('softmax-cross-entropy-mean', { autograd: true, shard: { j: 'tp' } })[2]).toBe(
      '# backward: no exchange between processes.',
    );
    expect(head('two-layer-network', { autograd: true, shard: { o: 'tp' } })[2]).toContain(
      'backward: 1 all-reduce: sum N·',
    );
  });
  it('travels together where nothing waits for one of them', () => {
    const [, told] = head('two-layer-network', {
      outputs: ['dL/dW_jo', 'dL/db_o', 'dL/dV_ij', 'dL/dc_j'],
      shard: { n: 'dp' },
    });
    expect(told).toMatch(/: 1 all-reduce: sum [^,]* over dp \(line \d+\)\.$/);
  });
});

describe('what cannot be split', () => {
  it.each([
    ['L = sum_i (x_{i+1} - x_i)^2', 'i', /reads x at a shifted position/],
    ['y_i = sum_{k=1}^{i} x_k', 'i', /range that ends at another letter/],
    ['L = sum_i x_i x_{i+2}', 'i', /reads x at a shifted position/],
  ])('%s by %s is refused by name', (document, by, message) => {
    expect(() => emit(document, { to: 'torch', shard: { [by]: 'tp' } })).toThrowError(
      expect.objectContaining({ code: 'not-shardable', message: expect.stringMatching(message) as string }) as Error,
    );
  });
  it('names the axes that would work', () => {
    expect(() => emit('L = sum_n sum_i x_{ni} x_{n,i+1}', { to: 'torch', shard: { i: 'tp' } })).toThrowError(
      expect.objectContaining({ hint: expect.stringContaining('x.1') as string }) as Error,
    );
  });
  it.each([
    [{ q: 'tp' }, 'unknown-axis'],
    [{ 'W.3': 'tp' }, 'unknown-axis'],
    [{ 'K.1': 'tp', j: 'dp' }, 'ambiguous-axis'],
  ])('%j is an error that tells the axes', (shard, code) => {
    const document = 'K.1' in shard ? 'attention' : 'two-layer-network';
    expect(() => emit(document, { to: 'torch', shard: shard as Record<string, string> })).toThrowError(
      expect.objectContaining({ code }) as Error,
    );
  });
  it('a target without processes says which have them', () => {
    expect(() => emit('softmax', { to: 'numpy', shard: { j: 'tp' } })).toThrowError(
      expect.objectContaining({
        code: 'not-in-target',
        hint: expect.stringContaining('torch, jax') as string,
      }) as Error,
    );
  });
});

describe.skipIf(pythonWith('jax') === null)('programs of jax inside shard_map', () => {
  let found: { readonly what: string; readonly error: number }[] = [];
  beforeAll(() => {
    const jobs = [
      ['two-layer-network', { o: 'tp' }, true],
      ['two-layer-network', { n: 'tp' }, true],
      ['two-layer-network', { j: 'tp' }, true],
      ['label-smoothing', { j: 'tp' }, true],
      ['attention', { 'K.1': 'tp' }, true],
      ['softmax', { j: 'tp' }, false],
      ['batch-norm', { 'x.1': 'tp' }, true],
      ['layer-norm', { i: 'tp' }, false],
    ].map(([document, shard, autograd], n) => {
      const d = document as string;
      const options = {
        to: 'jax',
        name: 'f',
        autograd: autograd as boolean,
        ...(autograd === true ? {} : { outputs: questionsOf(d) }),
      };
      const text = (o: object): string => must(emit(d, { ...options, ...o })[0]).content as string;
      return {
        what: `${d} by ${Object.keys(shard as object).join()}`,
        seed: n,
        autograd,
        whole: text({}),
        split: text({ shard }),
      };
    });
    const script = join(import.meta.dirname, 'devices.py');
    const done = spawnSync(must(pythonWith('jax') ?? undefined), [script], {
      input: JSON.stringify(jobs),
      encoding: 'utf8',
    });
    expect(done.status, done.stderr.slice(-3000)).toBe(0);
    found = JSON.parse(must(done.stdout.trim().split('\n').at(-1))) as typeof found;
  }, 240_000);
  it('equal the unsplit ones and jax.grad on 4 devices', () => {
    expect(found.length).toBe(8);
    expect(found.filter((f) => !(f.error < 1e-12))).toEqual([]);
  });
});
