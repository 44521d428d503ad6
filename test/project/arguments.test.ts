// How a command line is read.
// Not here: what verbs do.
// Invariant: formulas reach the verb unchanged, whatever signs they begin with.
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { helpForAll, helpForVerb } from '../../src/cli/help.ts';
import { UsageError, type Verb } from '../../src/cli/verb.ts';
import { verbs } from '../../src/cli/verbs.ts';

const verb = verbs.get('derive') as Verb;
const read = (...argv: string[]) => readArguments('derive', verb, argv);

describe('a command line', () => {
  test('a formula that begins with a minus sign is a word, not a flag', () => {
    expect(readArguments('evaluate', verbs.get('evaluate') as Verb, ['-y_1*log(p_1)']).words).toEqual([
      '-y_1*log(p_1)',
    ]);
  });

  test('a lone minus is a word: standard input', () => {
    expect(readArguments('lint', verbs.get('lint') as Verb, ['-', '--format', 'json']).words).toEqual(['-']);
  });

  test('values keep their text', () => {
    const call = read('dL/dz', '--given', '-x = y', '--given=L = --y', '--in', '007');
    expect(call.texts('given')).toEqual(['-x = y', 'L = --y']);
    expect(call.text('in')).toBe('007');
  });

  test('everything behind -- is a word', () => {
    expect(read('--', '--given').words).toEqual(['--given']);
  });

  test.each([
    ['an unknown flag', ['x', '--nope']],
    ['an unknown short flag as a second word', ['x', '-q']],
    ['a flag without its value', ['x', '--in']],
    ['a flag where a value should stand', ['x', '--in', '--by', 'log']],
    ['a value of a flag that takes none', ['x', '--help=yes']],
    ['a value that is not among the choices', ['x', '--by', 'magic']],
    ['the same flag twice', ['x', '--by', 'log', '--by', 'product']],
    ['no word', []],
    ['a word too many', ['a', 'b']],
    ['a name from the prototype of objects', ['x', '--constructor']],
  ])('%s is refused', (_, argv) => {
    expect(() => read(...argv)).toThrow(UsageError);
  });

  test('a number flag refuses what is no number', () => {
    const train = verbs.get('train') as Verb;
    expect(readArguments('train', train, ['--epochs', '12']).number('epochs')).toBe(12);
    for (const text of ['many', '', ' ', '1e999', 'NaN'])
      expect(() => readArguments('train', train, ['--epochs', text]).number('epochs')).toThrow(UsageError);
  });
});

describe('help', () => {
  test('lists every verb', () => {
    const text = helpForAll(verbs, '1.2.3');
    for (const name of verbs.keys()) expect(text).toContain(`\n  ${name} `);
  });

  test.each([...verbs])('%s: every flag is listed with what it does, and --help is one of them', (name, record) => {
    const text = helpForVerb(name, record);
    for (const [flag, { say }] of Object.entries(record.flags)) {
      expect(text).toContain(`--${flag}`);
      expect(text).toContain(say);
    }
    expect(Object.keys(record.flags)).toContain('help');
    for (const example of record.examples) expect(text).toContain(example);
  });
});
