// The verb `emit`.
// Not here: the targets and what they write.
// Invariant: a file is written only after everything that it holds was made, and whole or not at all; without --out
// only text goes to standard output.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { emit, libraryNames } from '../index.ts';
import { writeWhole } from './files.ts';
import { readDocumentWord } from './input.ts';
import { printText } from './output.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';

export function run(call: Call): ExitCode {
  const word = call.words[0] as string;
  const to = call.text('to');
  if (to === undefined)
    throw new UsageError(
      'whygrad emit needs a target',
      'say --to javascript, wasm, numpy, torch, jax, c, onnx or latex',
    );
  const out = call.text('out');
  const questions = call.texts('question');
  const sizes = call.text('sizes');
  const files = emit(readDocumentWord(word), {
    to,
    given: call.texts('given'),
    name: nameFor(out, word),
    ...(questions.length === 0 ? {} : { outputs: questions }),
    ...(sizes === undefined ? {} : { sizes: readSizes(sizes) }),
    ...(call.has('autograd') ? { autograd: true } : {}),
    ...(call.has('test') ? { tests: true } : {}),
    ...pairs(call, 'shard'),
    ...pairs(call, 'names'),
    ...chunks(call),
  });
  const [first, ...rest] = files;
  if (first === undefined) throw new Error('bug: a target wrote nothing');
  if (call.texts('shard').length > 0) for (const line of exchanges(first.content)) console.error(line);
  if (out === undefined) {
    if (typeof first.content !== 'string' || rest.length > 0)
      throw new UsageError(
        `--to ${to} writes ${files.length === 1 ? 'a binary file' : 'several files'}`,
        'say where with --out FILE',
      );
    printText(first.content);
    return 0;
  }
  for (const { path, content } of placed(out, files)) {
    writeWhole(path, content);
    printText(path);
  }
  return 0;
}

/** What the head of a split program says of its exchanges. */
const exchanges = (content: string | Uint8Array): string[] =>
  typeof content === 'string'
    ? content
        .split('\n')
        .slice(
          0,
          content.split('\n').findIndex((line) => !line.startsWith('#')),
        )
        .slice(1)
        .map((line) => line.replace(/^# /, ''))
    : [];

/** `z=logits,y=target`: pairs of names. */
function pairs(call: Call, flag: 'shard' | 'names'): { [K in 'shard' | 'names']?: Record<string, string> } {
  const given = flag === 'shard' ? call.texts('shard') : [call.text('names') ?? []].flat();
  const all = given.flatMap((x) => x.split(',')).map((x) => x.split('=').map((y) => y.trim()));
  const wrong = all.find((p) => p.length !== 2 || p.includes(''));
  if (wrong !== undefined)
    throw new UsageError(
      `--${flag} needs pairs like ${flag === 'shard' ? 'v=tp' : 'z=logits'}, not '${wrong.join('=')}'`,
    );
  return all.length === 0 ? {} : { [flag]: Object.fromEntries(all) };
}

const units: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
/** `v=4096` or `v=200MB`: which set is walked, and the entries or bytes of a chunk. */
function chunks(call: Call): { chunk?: Record<string, number | { memory: number }> } {
  const given = call.text('chunk');
  if (given === undefined) return {};
  const found = /^([^=]+)=(\d+)([A-Za-z]*)$/.exec(given.trim());
  const unit = found?.[3] ?? '';
  if (found === null || (unit !== '' && units[unit] === undefined))
    throw new UsageError(`--chunk needs a letter and a size like v=4096 or v=200MB, not '${given}'`);
  const n = Number(found[2]);
  return { chunk: { [(found[1] as string).trim()]: unit === '' ? n : { memory: n * (units[unit] as number) } } };
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** The function's name: that of the file to be written, else of the document. */
function nameFor(out: string | undefined, word: string): string {
  const from = out !== undefined && !isFolder(out) ? out : word.includes('=') ? 'formula' : word;
  return (
    basename(from, extname(from) === '' || libraryNames().includes(from) ? '' : extname(from)).replaceAll('-', '_') ||
    'formula'
  );
}

/** The first file is called as asked, the others stand beside it with their own endings, or their own names. */
function placed(
  out: string,
  files: readonly { readonly name: string; readonly content: string | Uint8Array }[],
): { path: string; content: string | Uint8Array }[] {
  if (isFolder(out)) return files.map((f) => ({ path: join(out, f.name), content: f.content }));
  const stem = join(dirname(out), basename(out, extname(out)));
  const beside = (name: string): string =>
    extname(name) === extname(out) ? join(dirname(out), name) : `${stem}${extname(name)}`;
  return files.map((f, n) => ({ path: n === 0 ? out : beside(f.name), content: f.content }));
}

/** `n=10,X=64x10`: sizes of index sets and shapes of tensors. */
function readSizes(text: string): Record<string, number | number[]> {
  return Object.fromEntries(
    text
      .split(';')
      .flatMap((x) => x.split(/,(?=[A-Za-z])/))
      .map((part) => {
        const [name, value] = part.split('=').map((x) => x.trim());
        const numbers = (value ?? '').split('x').map(Number);
        if (name === undefined || name === '' || numbers.some((n) => !Number.isInteger(n) || n < 0))
          throw new UsageError(`--sizes needs pairs like n=10 or X=64x10, not '${part.trim()}'`);
        return [name, (value ?? '').includes('x') ? numbers : (numbers[0] as number)];
      }),
  );
}
