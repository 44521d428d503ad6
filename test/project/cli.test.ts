// The command line as a person or a script meets it: the built start file in a process of its own.
// Not here: the rooms behind the verbs.
// Invariant: results on standard output, faults on standard error, exit code 0, 1 or 2.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verbs } from '../../src/cli/verbs.ts';
import { version } from '../../src/cli/version.ts';
import { whygrad } from './command.ts';
import { read } from './sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'whygrad-cli-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const softmax = 'p_j = exp(o_j)/sum_k exp(o_k)';

describe('usage', () => {
  test('--help lists the verbs and ends well', () => {
    const { code, out, err } = whygrad(['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const name of verbs.keys()) expect(out).toContain(name);
  });

  test('nothing at all is wrong usage', () => {
    const { code, out, err } = whygrad([]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: whygrad');
  });

  test.each([...verbs.keys()])('%s --help ends well', (name) => {
    const { code, out } = whygrad([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: whygrad ${name}`);
  });

  test("--version is the package's", () => {
    expect(version).toBe(JSON.parse(read('package.json')).version);
    expect(whygrad(['--version']).out.trim()).toBe(version);
  });

  test.each([
    ['an unknown verb', ['derivate', 'x'], "there is no verb 'derivate'"],
    ['an unknown flag', ['derive', 'dp_j/do_i', '--gven', softmax], '--gven'],
    ['a missing word', ['derive'], 'needs QUESTION'],
    ['a file that is not there', ['derive', 'dp_j/do_i', '--in', './nowhere.md'], "cannot read './nowhere.md'"],
    [
      'a name that is no document',
      ['derive', 'dp_j/do_i', '--in', 'softmaxx'],
      'neither a document of the library nor a file',
    ],
    ['a folder', ['derive', 'dp_j/do_i', '--in', '.'], 'it is a folder'],
  ])('%s: exit code 2', (_, args, message) => {
    const { code, out, err } = whygrad(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('derive', () => {
  test('as text: question, givens, steps with verdicts and rules, forms', () => {
    const { code, out, err } = whygrad(['derive', 'dp_j/do_i', '--given', softmax]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('∂pⱼ/∂oᵢ');
    expect(out).toMatch(/^= .*✓ proved {2}\S/m);
    expect(out).toMatch(/^result /m);
    expect(out).toMatch(/^by cases /m);
    expect(out).toMatch(/^as matrix .*diag\(p\)/m);
  });

  test('as JSON: the record that the library returns', () => {
    const { code, out } = whygrad(['derive', 'dL/dz_i', '--in', 'softmax-cross-entropy', '--format', 'json']);
    const record = JSON.parse(out);
    expect(code).toBe(0);
    expect(Object.keys(record)).toEqual(
      expect.arrayContaining(['question', 'givens', 'steps', 'result', 'check', 'milliseconds']),
    );
    expect(record.steps.every((s: { check: string }) => s.check === 'proved' || s.check === 'tested')).toBe(true);
  });

  test.each(['latex', 'markdown', 'html'])('as %s', (format) => {
    const { code, out } = whygrad(['derive', 'dL/dz_i', '--in', 'softmax-cross-entropy', '--format', format]);
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(300);
  });

  test('in a file, at values', () => {
    const notes = file('notes.md', '# Notes\n\n$$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n');
    const values = file('values.json', '{"z": [0, 0]}');
    const { code, out } = whygrad(['derive', 'dp_j/dz_i', '--in', notes, '--at', values, '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).at.value).toEqual([
      [0.25, -0.25],
      [-0.25, 0.25],
    ]);
  });

  test('a fault of the formula: exit code 1, the line, a caret, a code, a hint, no colour off a terminal', () => {
    const { code, out, err } = whygrad(['derive', 'dp_j/do_i', '--given', 'p_j = exp(o_j/sum_k exp(o_k)']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^error\[[a-z-]+\]: /);
    expect(err).toMatch(/^1 \| p_j = exp/m);
    expect(err).toMatch(/^ +\^/m);
    expect(err).toMatch(/^hint: /m);
    expect(err).not.toContain('\u001b');
  });
});

describe('evaluate', () => {
  test('a formula with a leading minus sign', () => {
    const values = file('xy.json', '{"x": [1, 2], "y": [3, 4]}');
    const { code, out } = whygrad(['evaluate', '-sum_i x_i*y_i', '--values', values]);
    expect([code, out]).toEqual([0, '-11\n']);
  });

  test('free indices become axes', () => {
    const values = file('z.json', '{"z": [0, 0]}');
    const { out } = whygrad(['evaluate', 'dp_j/dz_i', '--in', 'softmax', '--values', values, '--format', 'json']);
    expect(JSON.parse(out)).toEqual({
      value: [
        [0.25, -0.25],
        [-0.25, 0.25],
      ],
      axes: ['j', 'i'],
    });
  });

  test.each([
    ['no JSON', 'x = 1', 'is not JSON'],
    ['an array', '[1]', 'must hold one JSON object'],
    ['a text for a number', '{"x": ["1"]}', 'x[0] is "1", not a number'],
  ])('values that are %s: exit code 2', (_, text, message) => {
    const { code, err } = whygrad(['evaluate', 'x_1', '--values', file('bad.json', text)]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('check', () => {
  test('a true claim: exit code 0', () => {
    expect(whygrad(['check', 'dL/dz_i = p_i - y_i', '--in', 'softmax-cross-entropy']).code).toBe(0);
  });

  test('a false claim: exit code 1 and a counterexample', () => {
    const { code, out } = whygrad(['check', 'dp_j/dz_i = p_j*(1 - p_i)', '--in', 'softmax', '--format', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(out).counterexample).not.toBeNull();
  });
});

describe('lint', () => {
  const notes =
    '$$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n\n$$\\frac{\\partial p_j}{\\partial z_i} = p_j (1 - p_i)$$\n';

  test('a false line: exit code 1, file:line:col: slip', () => {
    const path = file('false.md', notes);
    const { code, out } = whygrad(['lint', path]);
    expect(code).toBe(1);
    expect(out).toContain(`${path}:3:`);
    expect(out).toContain('slip');
  });

  test('standard input, as JSON: one array', () => {
    const { code, out } = whygrad(['lint', '-', '--format', 'json'], { input: notes });
    expect(code).toBe(1);
    expect(JSON.parse(out).map((r: { verdict: string }) => r.verdict)).toEqual(['definition', 'slip']);
  });

  test('nothing false: exit code 0', () => {
    expect(whygrad(['lint', '-'], { input: notes.replace('(1 - p_i)', '(\\delta_{ij} - p_i)') }).code).toBe(0);
  });
});

describe('explain', () => {
  test('a mistake by its name', () => {
    const { code, out } = whygrad(['explain', 'missing-sum-in-chain-rule']);
    expect(code).toBe(0);
    expect(out).toContain('Σ_o');
  });

  test('an unknown mistake: exit code 1 with the nearest names', () => {
    const { code, err } = whygrad(['explain', 'missing-sum']);
    expect(code).toBe(1);
    expect(err).toContain('missing-sum-in-chain-rule');
  });
});

describe('emit', () => {
  test.each(['javascript', 'numpy', 'latex'])('to %s on standard output', (target) => {
    const { code, out } = whygrad(['emit', 'softmax-cross-entropy', '--question', 'dL/dz_i', '--to', target]);
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(100);
  });

  test('to a file', () => {
    const path = join(folder, 'gradient.mjs');
    expect(
      whygrad(['emit', 'softmax-cross-entropy', '--question', 'dL/dz_i', '--to', 'javascript', '--out', path]).code,
    ).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('export');
  });
});

describe('train and predict', () => {
  test('a short run writes a model that predicts; the JSON ends with the test', () => {
    const out = join(folder, 'model');
    const run = whygrad(['train', 'iris', '--seed', '3', '--epochs', '20', '--out', out, '--format', 'json']);
    expect(run.code).toBe(0);
    const { test: ending } = JSON.parse(run.out);
    expect(Object.keys(ending)).toEqual(['confusion', 'accuracy']);
    expect(ending.accuracy).toBeGreaterThan(0.8);
    const flower = file('flower.csv', 'sepal length,sepal width,petal length,petal width\n5.1,3.5,1.4,0.2\n');
    const { code, out: said } = whygrad(['predict', out, '--data', flower, '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(said).predictions).toEqual(['setosa']);
  });

  test('nothing to train on is wrong usage', () => {
    expect(whygrad(['train']).code).toBe(2);
  });
});

describe('list', () => {
  test('names every document of the library and every mistake', () => {
    const { documents, mistakes } = JSON.parse(whygrad(['list', '--format', 'json']).out) as {
      documents: { name: string }[];
      mistakes: { id: string }[];
    };
    expect(documents.map((d) => d.name)).toEqual(expect.arrayContaining(['softmax', 'attention', 'quadratic-form']));
    const { out } = whygrad(['list']);
    for (const { name } of documents) expect(out).toContain(`  ${name} `);
    const named = whygrad(['list', '--mistakes']).out;
    for (const { id } of mistakes) expect(named).toContain(`  ${id} `);
  });
  test('shows the library without the long list of mistakes, and where that is', () => {
    const { out } = whygrad(['list']);
    expect(out.split('\n').length).toBeLessThan(70);
    expect(out).toMatch(/\n\d+ mistakes can be explained: whygrad list --mistakes names them\.\n$/);
  });
});

test('the start file is one module with its parts beside it, and can be run', () => {
  expect(readFileSync(new URL('../../dist/cli.js', import.meta.url), 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(
    true,
  );
});
