// The code that README.md and the examples show compiles as TypeScript, strictly, with the oldest and the newest version that is supported.
// Not here: whether it runs (readme.test.ts, examples.test.ts).
// Invariant: library declarations are checked, too; the package is read as a user's program reads it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesBelow, read, root } from './sources.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whygrad-types-'));
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules', 'whygrad'));
  symlinkSync(join(root, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'));
  symlinkSync(join(root, 'node_modules', 'undici-types'), join(folder, 'node_modules', 'undici-types'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const code = [...read('README.md').matchAll(/^```js\n([\s\S]*?)^```/gm)].map((m) => m[1] as string);
  expect(code.length).toBeGreaterThan(0);
  code.forEach((text, n) => {
    writeFileSync(join(folder, `readme-${n}.ts`), text);
  });
  for (const file of filesBelow('examples', ['.mjs'])) writeFileSync(join(folder, basename(file)), read(file));
  writeFileSync(join(folder, 'uses.ts'), uses);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What types promise beyond the examples; `exactly` fails to compile where a type is another one. */
const uses = `
import { crossEntropy, derive, evaluate, lint, softmax, train, type Derivation } from 'whygrad';

const exactly = <T>(_: T, __: [T] extends [number] ? [number] extends [T] ? 'number' : 'other' : 'other'): void => {};
const logits: Float32Array = new Float32Array(6);
const labels: Int32Array = new Int32Array(2);
const shape = { rows: 2, columns: 3 };
exactly(crossEntropy(logits, labels, shape).loss, 'number');
exactly(crossEntropy(logits, labels, { ...shape, reduction: 'sum' }).loss, 'number');
const each: Float32Array = crossEntropy(logits, labels, { ...shape, reduction: 'none' }).loss;
const gradient: Float32Array = crossEntropy(logits, labels, { ...shape, gradient: true }).gradient;
const into: Float32Array = crossEntropy(logits, labels, { ...shape, gradient: new Float32Array(6) }).gradient;
const both = crossEntropy(new Float64Array(6), new BigInt64Array(2), { ...shape, gradient: true, reduction: 'none' });
const wide: readonly [Float64Array, Float64Array] = [both.loss, both.gradient];
const options: { rows: number; columns: number; reduction: 'mean' | 'none' } = { ...shape, reduction: 'mean' };
const open: number | Float32Array = crossEntropy(logits, labels, options).loss;
const p: Float32Array = softmax(logits, shape);
const d: Derivation = derive('dL/dz_i', { in: 'softmax-cross-entropy' });
const verdicts: readonly string[] = lint('x = x').map((c) => c.verdict);
const value = evaluate('2 x', { values: { x: 3 } }).value;
async function learned(): Promise<Float32Array> {
  return (await train('moons', { epochs: 1 })).predict([[0, 1]]).scores;
}
export { d, each, gradient, into, learned, open, p, value, verdicts, wide };
`;

test.each([
  ['the newest', 'typescript'],
  ['5.4', 'typescript-5.4'],
])('TypeScript, %s', (_, name) => {
  const manifest = JSON.parse(read(`node_modules/${name}/package.json`)) as { version: string; bin: { tsc: string } };
  if (name === 'typescript-5.4') expect(manifest.version).toMatch(/^5\.4\./);
  const tsc = join(root, 'node_modules', name, manifest.bin.tsc);
  const config = join(folder, `${name}.json`);
  writeFileSync(
    config,
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        allowJs: true,
        checkJs: true,
        skipLibCheck: false,
        target: 'es2022',
        module: 'nodenext',
        moduleResolution: 'nodenext',
        types: ['node'],
        preserveSymlinks: true,
      },
      include: ['*.ts', '*.mjs'],
    }),
  );
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', config], { cwd: folder, encoding: 'utf8' });
  expect([stdout, status]).toEqual(['', 0]);
});
