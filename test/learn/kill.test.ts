// kill −9 at any moment loses at most one interval, and the resumed run ends with the bytes of the unbroken one.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCheckpoint } from '../../src/learn/files/checkpoint.ts';
import { random } from '../../src/learn/random.ts';

const kills = process.env.SOAK ? 500 : 25;
const seed = Number(process.env.SEED ?? 1);
let work = '';
let program = '';
let whole = '';
let milliseconds = 0;

const digest = (folder: string): string => {
  const hash = createHash('sha256');
  for (const name of ['model.json', 'model.safetensors', 'history.csv']) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex');
};

/** Starts the program; with `after`, kills it so many milliseconds after its first step. Gives whether it ended by itself. */
function start(args: readonly string[], after: number | null): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let faults = '';
    child.stderr.on('data', (d: Buffer) => {
      faults += d.toString();
    });
    child.stdout.on('data', (d: Buffer) => {
      said += d.toString();
      if (after !== null && said === 'ready\n') setTimeout(() => child.kill('SIGKILL'), after);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(true);
      else if (signal === 'SIGKILL') resolve(false);
      else reject(new Error(faults));
    });
  });
}

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'whygrad-kill-'));
  program = join(work, 'run.mjs');
  await build({
    entryPoints: [new URL('killed-run.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: program,
    logLevel: 'error',
  });
  whole = join(work, 'whole');
  mkdirSync(whole);
  await start([whole], null);
  const began = performance.now();
  await start([whole], null);
  milliseconds = performance.now() - began;
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

test(`${kills} kills (seed ${seed}): every interrupted run resumes to the digest of the unbroken one`, {
  timeout: 40_000 * kills,
}, async () => {
  const draws = random(seed, 'check', 77);
  const expected = digest(whole);
  let killed = 0;
  for (let n = 0; killed < kills; n++) {
    const folder = join(work, `run${n}`);
    mkdirSync(folder);
    // Several kills in a row on one run now and then: the moment is anywhere in the time that the steps take.
    let ended = await start([folder], draws.uniform() * milliseconds * 0.5);
    for (let again = 0; !ended; again++) {
      killed++;
      const resumable = existsSync(join(folder, 'checkpoint-0.safetensors'));
      if (resumable) expect(loadCheckpoint(folder).progress.history.length).toBeGreaterThan(0);
      ended = await start(
        resumable ? [folder, 'resume'] : [folder],
        again < 2 && killed < kills && draws.uniform() < 0.5 ? draws.uniform() * milliseconds * 0.3 : null,
      );
    }
    expect(digest(folder), `run ${n}`).toBe(expected);
    rmSync(folder, { recursive: true });
  }
});
