// tfjs's specs and our backend as one file, and a process that runs it.
// Not here: what the outcomes must be.
// Invariant: files of tfjs are read, never written; three of its operators call our kernels where they would put other operators together.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Outcome } from './jasmine.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');

/** In which file of tfjs, before which of its statements, what is returned instead. */
const detours = [
  {
    file: /dist[\\/]ops[\\/]log_softmax\.js$/,
    before: 'return customOp($logits);',
    name: 'logSoftmaxKernel',
    call: '($logits, axis)',
  },
  {
    file: /dist[\\/]ops[\\/]log_sum_exp\.js$/,
    before: 'const xMax = max($x, axes, true /* keepDims */);',
    name: 'logSumExpKernel',
    call: '($x, axes, keepDims)',
  },
  {
    file: /ops[\\/]losses[\\/]softmax_cross_entropy\.js$/,
    before: 'return customOp(labels, logits);',
    name: 'softmaxCrossEntropyKernel',
    call: '(labels, logits)',
  },
];
const plugin: Plugin = {
  name: 'kernels of ours in operators that have none',
  setup(b) {
    for (const { file, before, name, call } of detours)
      b.onLoad({ filter: file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (text.split(before).length !== 2) throw new Error(`${path} is not the version that is known here`);
        return {
          contents: `import { ${name} } from ${JSON.stringify(join(here, 'operators.ts'))};\n${text.replace(before, () => `return ${name}${call};\n${before}`)}`,
          loader: 'js',
        };
      });
  },
};

/** Bundles and runs the specs on a backend; `ours` unless said. */
export async function runTfjsSpecs(
  options: { readonly backend?: string; readonly specs?: string } = {},
): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whygrad-tfjs-'));
  try {
    await build({
      entryPoints: { specs: join(here, 'entry.ts') },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      ignoreAnnotations: true,
      mainFields: ['module', 'main'],
      nodePaths: [join(root, 'node_modules')],
      plugins: options.backend === 'cpu' ? [] : [plugin],
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"test"' },
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url); const __dirname = ".";',
      },
    });
    return await outcomesOf(join(folder, 'specs.mjs'), {
      BACKEND: options.backend ?? 'ours',
      SPECS: options.specs ?? '',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomesOf(file: string, env: Readonly<Record<string, string>>): Promise<Outcome[]> {
  const child = spawn(process.execPath, [file], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      parts[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.on('close', () => {
      const line = parts.stdout.trimEnd().split('\n').at(-1) ?? '';
      if (line.startsWith('[')) resolve(JSON.parse(line) as Outcome[]);
      else reject(new Error(`the specs did not end: ${parts.stderr.slice(-3000)}`));
    });
  });
}
