// Runs the built command line in a process of its own.
// Not here: what is expected of it.
// Invariant: the environment is the caller's save colours and the terminal; standard input is empty unless given.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './sources.ts';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `whygrad …`. */
export function whygrad(
  args: readonly string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Outcome {
  const start = join(root, 'dist', 'cli.js');
  if (!existsSync(start)) throw new Error('dist/cli.js is missing: npm run build');
  const { status, stdout, stderr } = spawnSync(process.execPath, [start, ...args], {
    cwd: options.cwd ?? root,
    input: options.input ?? '',
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', ...options.env },
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}
