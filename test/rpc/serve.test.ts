// One line in, one line out: every line has its answer, whatever it holds.
// Not here: the Python package that speaks it (`python.test.ts`).
// Invariant: the truth of the calls is that of the functions of the public door.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/index.ts';
import { answer } from '../../src/rpc/serve.ts';
import { calls } from '../../src/rpc/calls.ts';
import { inFloats, outOfFloats } from '../../src/rpc/floats.ts';

const ask = (request: unknown) => JSON.parse(answer(JSON.stringify(request)));

describe('lines', () => {
  test('carry their id and the value of the call', () => {
    const { id, value } = ask({ id: 'a', call: 'derive', args: { question: 'dp_j/dz_i', document: 'softmax' } });
    expect([id, value.result]).toEqual([
      'a',
      JSON.parse(JSON.stringify(derive('dp_j/dz_i', { in: 'softmax' }).result)),
    ]);
  });
  test('a fault of the input is an answer with code, span and hint', () => {
    const { error } = ask({ id: 2, call: 'derive', args: { question: 'dL/dq_i', document: 'softmax-cross-entropy' } });
    expect(error).toMatchObject({ code: 'unknown-name', span: { start: 4, end: 5 } });
    expect(error.hint).not.toBe('');
  });
  test.each([
    'x',
    '[]',
    'null',
    '1',
    '{}',
    '{"call":"derive"}',
    '{"call":"derive","args":[]}',
    '{"call":"derive","args":{"question":3}}',
    '{"call":"toString","args":{}}',
    '{"call":"__proto__","args":{}}',
    '{"call":"report","args":{"question":"d/dx x","format":"pdf"}}',
  ])('%s is a bad request', (line) => {
    expect(JSON.parse(answer(line)).error.code).toBe('bad-request');
  });
  test('no JSON makes it throw, and no answer has a line break', () => {
    fc.assert(
      fc.property(fc.constantFrom(...calls.keys()), fc.dictionary(fc.string(), fc.jsonValue()), (call, args) => {
        const line = answer(JSON.stringify({ id: 1, call, args }));
        expect(line).not.toContain('\n');
        expect(JSON.parse(line).id).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
  test('numbers without a word in JSON go both ways', () => {
    const values = { a: [1, NaN, [Infinity, -Infinity]], b: -0.5 };
    expect(inFloats(JSON.parse(JSON.stringify(outOfFloats(values))))).toEqual(values);
  });
});

test('the process serves on after a line of ten million characters, and ends with its input', {
  timeout: 60_000,
}, async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../dist/rpc.mjs')]);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stdin.write(`${JSON.stringify({ id: 1, call: 'lint', args: { text: 'x'.repeat(1e7) } })}\n`);
  child.stdin.write(`${JSON.stringify({ id: 2, call: 'library', args: {} })}\n`);
  child.stdin.end();
  const code = await new Promise((done) => child.on('exit', done));
  const ids = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
  expect([code, ids]).toEqual([0, [1, 2]]);
});
