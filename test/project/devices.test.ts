// Files that cannot be read or written, for every verb that takes one: an error by name, never a stack, nothing left behind.
// Not here: lint's files (test/lint), a training folder (test/learn).
// Invariant: exit code 1 or 2 and one line that says why.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whygrad } from './command.ts';
import { root } from './sources.ts';

let folder = '';
let loop = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whygrad-devices-'));
  loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  mkdirSync(join(folder, 'sub'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const reading = (file: string): (readonly string[])[] => [
  ['derive', 'dp_j/dz_i', '--in', 'softmax', '--at', file],
  ['derive', 'dp_j/dz_i', '--in', file],
  ['evaluate', '2 x', '--values', file],
  ['check', 'x = x', '--in', file],
  ['train', '--data', file],
  ['emit', file, '--to', 'c'],
];
const told = (args: readonly string[]): string => {
  const { code, err } = whygrad(args);
  expect([1, 2], `${args.join(' ')}: ${err}`).toContain(code);
  expect(err).not.toMatch(/\n\s+at |this is a bug/);
  return err;
};

describe('reading', () => {
  test('links that lead round in a circle', () => {
    for (const args of reading(loop)) expect(told(args)).toContain('links lead round in a circle');
  });
  test('a path through a file', () => {
    writeFileSync(join(folder, 'plain'), 'x');
    for (const args of reading(join(folder, 'plain', 'below'))) expect(told(args)).toContain('is not a folder');
  });
  test('a folder', () => {
    for (const args of reading(join(folder, 'sub'))) expect(told(args)).toContain('it is a folder');
  });
  test.skipIf(process.platform !== 'linux')('a device without end', () => {
    for (const args of reading('/dev/full').slice(0, 3)) expect(told(args)).toContain('larger than 64 MiB');
    expect(told(['train', '--data', '/dev/full'])).toContain('more than 268435456 bytes');
  });
});

describe('emit --out', () => {
  const emit = (out: string): readonly string[] => ['emit', 'softmax', '--to', 'c', '--out', out];
  test('into links that lead round in a circle, a full device, a folder that is not there', () => {
    expect(told(emit(loop))).toContain('links lead round in a circle');
    if (process.platform === 'linux') expect(told(emit('/dev/full'))).toContain('no space is left on the device');
    expect(told(emit(join(folder, 'nowhere', 'f.c')))).toContain('there is no such file');
  });
  test('where the disk is full leaves what was there, and no part', () => {
    const out = join(folder, 'kept.c');
    writeFileSync(out, 'old');
    const before = readdirSync(folder);
    // A limit on the size of files stands in for a full disk.
    const command = `ulimit -f 0; exec "${process.execPath}" "${join(root, 'dist', 'cli.js')}" ${emit(out).join(' ')}`;
    const { status } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((f) => !f.endsWith('.part'))).toEqual(before);
    const fresh = join(folder, 'fresh.c');
    spawnSync('bash', ['-c', command.replaceAll(out, fresh)]);
    expect(existsSync(fresh)).toBe(false);
  });
  test('keeps the permissions and follows a link', () => {
    const target = join(folder, 'target.c');
    writeFileSync(target, 'old');
    symlinkSync(target, join(folder, 'link.c'));
    expect(whygrad(emit(join(folder, 'link.c'))).code).toBe(0);
    expect(readFileSync(target, 'utf8')).toContain('written by whygrad');
  });
});
