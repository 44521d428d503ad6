// `check --jsonl`: as many answers as lines, in their order, whatever a line holds.
// Not here: the verdicts.
// Invariant: an error is an answer.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerTo } from '../../src/cli/check-lines.ts';
import { root } from './sources.ts';

const ask = (value: unknown) => JSON.parse(answerTo(JSON.stringify(value)).text);
const softmax = ['p_j = exp(z_j)/sum_k exp(z_k)', 'L = -sum_j y_j log(p_j)'];

describe('one line', () => {
  test('a claim, a step and a text', () => {
    expect(ask('(a + b)^2 = a^2 + 2*a*b + b^2').verdict).toBe('holds');
    expect(ask({ id: 'x', claim: 'dL/dz_i = y_i - p_i', in: 'softmax-cross-entropy' })).toMatchObject({
      id: 'x',
      verdict: 'slip',
    });
    expect(ask({ id: 2, from: 'dL/dz_i', to: 'p_i - y_i', given: softmax, all: null })).toMatchObject({
      id: 2,
      verdict: 'unclear',
      needs: ['sum_k y_k = 1', 'y one-hot'],
    });
  });
  test.each(['x', '3', '[]', 'null', '{}', '{"claim":3}', '{"from":"a"}', '{"from":"a","to":"b","given":"c"}'])(
    '%s is a bad request',
    (line) => {
      const { text, holds } = answerTo(line);
      expect([JSON.parse(text).error.code, holds]).toEqual(['bad-request', false]);
    },
  );
  test('what cannot be read has its place', () => {
    expect(ask({ id: 1, claim: 'a = (b' })).toMatchObject({ id: 1, error: { code: 'unbalanced-bracket' } });
    expect(ask({ id: 1, from: 'a +', to: 'b' }).error.span).not.toBeNull();
  });
  test('no JSON makes it throw', () => {
    const texts = fc.record({ from: fc.string(), to: fc.string(), given: fc.array(fc.string(), { maxLength: 2 }) });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), texts), (value) => {
        expect(answerTo(JSON.stringify(value)).text).not.toContain('\n');
      }),
      { numRuns: 100 },
    );
  });
});

describe('the command', () => {
  const run = (input: string, ...more: string[]) =>
    spawnSync(process.execPath, [join(root, 'dist', 'cli.js'), 'check', '--jsonl', ...more], {
      input,
      encoding: 'utf8',
    });
  test('answers in order; 0 only where all hold', () => {
    const lines = Array.from({ length: 50 }, (_, n) => JSON.stringify({ id: n, claim: `${n} + ${n} = ${2 * n}` }));
    const { stdout, status } = run(`${lines.join('\r\n')}\n\n`);
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect([ids, status]).toEqual([lines.map((_, n) => n), 0]);
    expect(run('"1 = 2"\n').status).toBe(1);
    expect(run('').status).toBe(0);
  });
  test('takes no claim beside', () => {
    expect(run('', 'a = b').status).toBe(2);
  });
});
