// Programs that walk a set in chunks: every library document × every set, against the same program without chunks.
// Not here: programs split over processes (shard.test.ts).
// Invariant: chunks of one entry, of some that do not divide the size, and of more than there are; what cannot be
// walked is refused by name.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compile, emit, libraryDocument, libraryNames, WhygradError, type Plan } from '../../src/index.ts';
import { programOf } from '../../src/kernels/formula.ts';
import { must } from '../../src/term/must.ts';
import { pythonWith } from './python.ts';

interface Job {
  readonly what: string;
  readonly whole: string;
  readonly chunked: string;
}
const questionsOf = (name: string): string[] =>
  (/whygrad: question (.*) -->/.exec(libraryDocument(name))?.[1] ?? '').split('; ').filter((q) => q !== '');
const documents = libraryNames().filter(
  (name) => !/(?<![A-Za-z])f'?\(/.test(libraryDocument(name)) && questionsOf(name).length > 0,
);

/** Reductions of every kind, entries at fixed and given places, sizes as numbers, maxima that are −∞ in a chunk. */
const more: readonly {
  readonly document: string;
  readonly outputs: readonly string[];
  readonly by: readonly string[];
}[] = [
  { document: 'M_n = max_v z_{nv}; P_n = prod_v z_{nv}; S_n = min_v z_{nv}', outputs: ['M', 'P', 'S'], by: ['n', 'v'] },
  { document: 's_n = log sum_v exp(log(z_{nv} - 0.5 + abs(z_{nv} - 0.5)))', outputs: ['s'], by: ['n', 'v'] },
  { document: 'y_i = x_i - x_1; L = sum_i (y_i - x_2)^2', outputs: ['y', 'L'], by: ['i'] },
  { document: 'a = sum_i (1 + i) x_i; b_i = x_i/(1 + i)', outputs: ['a', 'b'], by: ['i'] },
  {
    document: 'm_i = 1/N sum_{n=1}^N x_{ni}; v_{ij} = 1/(N - 1) sum_{n=1}^N (x_{ni} - m_i) (x_{nj} - m_j)',
    outputs: ['v'],
    by: ['n'],
  },
];

/** Text of both, or null where the set cannot be walked. */
function job(to: string, document: string, outputs: readonly string[], set: string): Job | null {
  const text = (o: object): string => must(emit(document, { to, name: 'f', outputs, ...o })[0]).content as string;
  try {
    return { what: `${document} by ${set}`, whole: text({}), chunked: text({ chunk: { [set]: 2 } }) };
  } catch (error) {
    if (error instanceof WhygradError && ['not-chunkable', 'not-shardable'].includes(error.code)) return null;
    throw error;
  }
}
function setsOf(document: string): string[] {
  const { program } = programOf(document, { outputs: questionsOf(document) });
  return [...new Set(program.inputs.flatMap((t) => t.sets))].filter((set) => !/^\d*$/.test(set));
}
const jobsFor = (to: string): (Job | null)[] => [
  ...documents.flatMap((d) => setsOf(d).map((set) => job(to, d, questionsOf(d), set))),
  ...more.flatMap(({ document, outputs, by }) => by.map((x) => job(to, document, outputs, x))),
];

const program = `
import sys, json, re, inspect, warnings, numpy
warnings.filterwarnings('ignore')
to, jobs = json.load(sys.stdin)
if to == 'torch': import torch
found = []
for n, job in enumerate(jobs):
    space, other = {}, {}
    exec(job['whole'], space); exec(job['chunked'], other)
    whole, chunked = space['f'], other['f']
    draw = numpy.random.default_rng(n)
    sizes, values = {}, {}
    for line in whole.__doc__.splitlines():
        told = re.match(r'\\s+(\\w+): (numbers|positions from 0), shape \\((.*?),?\\)', line)
        if told and told[1] in inspect.signature(whole).parameters:
            shape = [int(s) if s.isdigit() else sizes.setdefault(s, 3 + (2 * len(sizes) + n) % 5) for s in told[3].split(', ') if s]
            v = 0.25 + 0.6 * draw.random(shape) if told[2] == 'numbers' else draw.integers(0, 3, shape)
            values[told[1]] = torch.as_tensor(v) if to == 'torch' else v
    for name in inspect.signature(whole).parameters:
        if name not in values: values[name] = sizes.get(name, 3)
    want = whole(**values)
    error = 0.0
    for chunk in (1, 2, 3, 100):
        got = chunked(**values, chunk=chunk)
        for w, g in zip(*[r if isinstance(r, tuple) else (r,) for r in (want, got)]):
            w, g = numpy.asarray(w), numpy.asarray(g)
            bad = 1e300 if w.shape != g.shape or w.dtype != g.dtype or (numpy.isnan(w) != numpy.isnan(g)).any() else 0.0
            close = numpy.where((w == g) | numpy.isnan(w), 0.0, abs(w - g) / (1 + abs(w)))
            error = max(error, bad, float(close.max(initial=0.0)))
    found.append(error)
print(json.dumps(found))
`;
function run(python: string, to: string, jobs: readonly Job[]): number[] {
  const done = spawnSync(python, ['-c', program], { input: JSON.stringify([to, jobs]), encoding: 'utf8' });
  expect(done.status, done.stderr.slice(-2000)).toBe(0);
  return JSON.parse(done.stdout) as number[];
}

describe.each(['numpy', 'torch'])('programs of %s in chunks', (to) => {
  const python = pythonWith('torch');
  it.skipIf(python === null)(
    'equal the same programs without chunks',
    () => {
      const all = jobsFor(to);
      const jobs = all.flatMap((j) => j ?? []);
      const errors = run(python ?? '', to, jobs);
      expect(jobs.flatMap((j, n) => (must(errors[n]) < 1e-13 ? [] : [`${j.what}: ${errors[n]}`]))).toEqual([]);
      expect(jobs.length / all.length).toBeGreaterThan(0.8);
    },
    240_000,
  );
});

it.skipIf(pythonWith('torch') === null)(
  'rules that are broken on purpose are noticed',
  () => {
    const good = must(job('numpy', 'linear-cross-entropy', ['L', 'dL/dx_{nd}', 'dL/dW_{dv}'], 'v') ?? undefined);
    const breaks: readonly (readonly [string, string])[] = [
      ['sum3 * np.exp(max1 - max1_shift) + ', 'sum3 + '],
      ['sum4 += sum4_here', 'sum4 = sum4_here'],
      ['entry += entry_here', 'entry = entry_here'],
      ['max1_next = np.maximum(max1, ', 'max1_next = np.minimum(max1 * 0, '],
      ['size_W_2_start + np.arange', 'np.arange'],
      ['min(chunk, size_W_2 - size_W_2_start)', 'chunk'],
    ];
    const broken = breaks.map(([from, to]) => ({ ...good, what: from, chunked: good.chunked.replaceAll(from, to) }));
    expect(broken.filter((j) => j.chunked === good.chunked).map((j) => j.what)).toEqual([]);
    const done = broken.map((j) =>
      spawnSync(pythonWith('torch') ?? '', ['-c', program], {
        input: JSON.stringify(['numpy', [j]]),
        encoding: 'utf8',
      }),
    );
    const unnoticed = done.flatMap((d, n) =>
      d.status === 0 && (JSON.parse(d.stdout) as number[]).every((x) => x < 1e-13) ? [must(breaks[n])[0]] : [],
    );
    expect(unnoticed).toEqual([]);
  },
  120_000,
);

describe('what is asked of a walk', () => {
  const asked = (o: object): unknown => emit('linear-cross-entropy', { to: 'torch', outputs: ['L'], ...o });
  it.each([
    [{ chunk: { v: 0 } }, 'bad-chunk'],
    [{ chunk: { v: 1.5 } }, 'bad-chunk'],
    [{ chunk: { v: { memory: -1 } } }, 'bad-chunk'],
    [{ chunk: { v: 2, n: 3 } }, 'bad-chunk'],
    [{ chunk: { q: 2 } }, 'unknown-axis'],
    [{ chunk: { v: 2 }, shard: { v: 'tp' } }, 'not-in-target'],
    [{ chunk: { v: 2 }, autograd: true }, 'not-in-target'],
    [{ chunk: { v: 2 }, to: 'onnx' }, 'not-in-target'],
  ])('%j is refused: %s', (o, code) => {
    expect(() => asked(o)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('compiled programs in chunks', () => {
  /** The same numbers for both plans: positions where these are wanted. */
  const fill = (plans: readonly Plan[], positions: number): void => {
    const [first] = plans;
    for (const [n, name] of Object.keys(must(first).inputs).entries())
      must(must(first).inputs[name]).forEach((_, k) => {
        const isIndex = must(must(first).inputs[name]) instanceof Int32Array;
        const x = isIndex ? (5 * k + n) % positions : 0.5 + 0.4 * Math.sin(1 + 1.7 * k + 3 * n);
        for (const p of plans) must(p.inputs[name])[k] = x;
      });
  };
  it.each([
    ['linear-cross-entropy', ['L', 'dL/dx_{nd}', 'dL/dW_{dv}'], 'v', { x: [7, 5], W: [5, 11] }],
    ['linear-cross-entropy', ['L', 'dL/dx_{nd}', 'dL/dW_{dv}'], 'n', { x: [7, 5], W: [5, 11] }],
    ['two-layer-network', ['L', 'dL/dW_jo', 'dL/dV_ij'], 'o', { x: [7, 3], V: [3, 5], W: [5, 11] }],
    ['two-layer-network', ['L', 'dL/dW_jo', 'dL/dV_ij'], 'j', { x: [7, 3], V: [3, 5], W: [5, 11] }],
    ['attention', ['O'], 'K.1', { Q: [7, 3], K: [5, 3], V: [5, 2] }],
    ['y_i = x_i - x_1; L = sum_i (y_i - x_2)^2; P = prod_i x_i; M = max_i x_i', ['y', 'L', 'P', 'M'], 'i', { x: [9] }],
  ] as const)('%s %j by %s equals the plan without chunks', (document, outputs, by, sizes) => {
    for (const chunk of [1, 2, 4, 100]) {
      const options = { outputs, sizes, dtype: 'float64' } as const;
      const plans = [compile(document, options), compile(document, { ...options, chunk: { [by]: chunk } })] as const;
      fill(plans, 5);
      // Twice: accumulators begin anew.
      for (const p of plans) {
        p.run();
        p.run();
      }
      for (const [name, want] of Object.entries(plans[0].outputs))
        for (const [k, x] of want.entries())
          expect(Math.abs(x - must(must(plans[1].outputs[name])[k])), `${name}[${k}]`).toBeLessThan(
            1e-13 * (1 + Math.abs(x)),
          );
    }
  });
  it('refuses entries that are no positions, threads, and runs after dispose', () => {
    const how = { outputs: ['L'], sizes: { x: [3, 2], W: [2, 5] }, chunk: { v: 2 } };
    const plan = compile('linear-cross-entropy', how);
    must(plan.inputs['t']).set([0, 5, 1]);
    expect(() => plan.run()).toThrow(expect.objectContaining({ code: 'index-out-of-range' }) as Error);
    plan.dispose();
    expect(() => plan.run()).toThrow(expect.objectContaining({ code: 'disposed' }) as Error);
    expect(() => compile('linear-cross-entropy', { ...how, threads: 2 })).toThrow(
      expect.objectContaining({ code: 'bad-threads' }) as Error,
    );
  });
});
