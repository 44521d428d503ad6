// A million texts that nobody would write: random characters, tokens in any order, formulas with something changed.
// Not here: what formulas mean.
// Invariant: a text is read or refused by a WhygradError with a place in it; the steps that this takes stay linear.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import formulas from './facts/formulas.json' with { type: 'json' };
import { WhygradError } from '../../src/term/error.ts';
import { parseTensor, readContext, readQuestion } from '../../src/meaning/parse.ts';
import { stepsOf } from '../../src/language/parse.ts';

const seed = Number(process.env['SEED'] ?? 20240611);
/** A small generator with a long period (mulberry32). */
function generator(start: number): () => number {
  let a = start >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const tokens = [
  'x',
  'y',
  'z_i',
  'p_j',
  'W_ij',
  'sum_k',
  'sum_{i=1}^n',
  'sum_{j != i}',
  'exp',
  'log',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  '^',
  '_',
  '+',
  '-',
  '*',
  '/',
  '=',
  ',',
  ';',
  '|',
  '||',
  '&',
  '\\\\',
  "'",
  '...',
  '!',
  '@',
  '\\frac',
  '\\frac{a}{b}',
  '\\sum',
  '\\sum_i',
  '\\partial',
  '\\nabla',
  '\\hat',
  '\\mathbf',
  '\\text{if }',
  '\\begin{cases}',
  '\\end{cases}',
  '\\begin{bmatrix}',
  '\\end{bmatrix}',
  '\\left(',
  '\\right)',
  '\\cdot',
  '\\odot',
  '\\over',
  '\\color{red}',
  '\\operatorname{tr}',
  '\\sqrt',
  '\\top',
  '\\{',
  '\\}',
  '\\limits',
  '\\mathbb{1}',
  'd',
  'dL/dz_i',
  'd/dx',
  'd_i(',
  'd(',
  'T',
  'e',
  'pi',
  'sigma',
  'delta_ij',
  'D_ij',
  '1{i=j}',
  '1',
  '2',
  '0.5',
  '1e-3',
  'k',
  'i',
  'n',
  'inv',
  'det',
  'softmax',
  'if(',
  'f(x)',
  "f'(x)",
  'max',
  'max_k',
  'x[n,j]',
  'A',
  'X',
  'B',
  ' ',
  '\n',
  '!=',
  '<=',
  '∂',
  'Σ',
  'Σᵢ',
  '∇',
  '²',
  'ᵢ',
  'ŷ',
  'σ',
  'δᵢⱼ',
  '½',
  '−',
  '⊙',
  '∂L/∂z',
  'ᵀ',
  '√',
  '‖',
  'é',
  '\u0000',
  '\ud800',
] as const;

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const soup = (random: () => number): string =>
  Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(random, tokens) + (random() < 0.3 ? ' ' : '')).join(
    '',
  );
const noise = (random: () => number): string =>
  Array.from({ length: Math.floor(random() * 20) }, () => String.fromCharCode(Math.floor(random() ** 3 * 0xffff))).join(
    '',
  );
const shorter = (formulas as readonly { text: string }[]).map((f) => f.text).filter((t) => t.length <= 60);
function mutated(random: () => number): string {
  const text = pick(random, shorter);
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 3);
  return text.slice(0, at) + (random() < 0.6 ? pick(random, tokens) : '') + text.slice(at + length);
}

const context = readContext([
  'p_j = exp(o_j)/sum_k exp(o_k)',
  'L = -sum_i y_i log p_i',
  'f(x) = x^2',
  'S(z)_i = z_i^2',
  'M_ij = N_ij',
]);

function check(text: string): void {
  try {
    parseTensor(text, { context });
  } catch (error) {
    if (!(error instanceof WhygradError)) throw new Error(`${JSON.stringify(text)} (seed ${seed}): ${String(error)}`);
    if (
      error.span !== null &&
      (error.span.start < 0 || error.span.end > (error.text ?? '').length || error.span.start > error.span.end)
    )
      throw new Error(`${JSON.stringify(text)}: the place of ${error.code} lies outside`);
  }
}

describe('a million texts', () => {
  const count = Number(process.env['FUZZ'] ?? 1_000_000);
  const kinds = { noise: 0.35, soup: 0.45, mutated: 0.2 } as const;
  const make = { noise, soup, mutated } as const;
  for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
    test(`${kind}: read, or refused by name (seed ${seed})`, { timeout: 600_000 }, () => {
      const stack = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
      try {
        const random = generator(seed);
        for (let n = 0; n < count * kinds[kind]; n += 1) check(make[kind](random));
      } finally {
        Error.stackTraceLimit = stack;
      }
    });
  }
});

describe('givens and questions', () => {
  test('any list of texts is a context or a named error', () => {
    const random = generator(seed + 1);
    for (let n = 0; n < 5000; n += 1) {
      const texts = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
        random() < 0.5
          ? `${pick(random, ['a', 'b_i', 'c_ij', 'f(x)', '\\sigma(z_j)', 'y'])} = ${soup(random)}`
          : mutated(random),
      );
      try {
        readContext(texts, { also: [soup(random)] });
      } catch (error) {
        if (!(error instanceof WhygradError)) throw new Error(`${JSON.stringify(texts)}: ${String(error)}`);
      }
    }
  });
  test('any text is a question or a named error', () => {
    const random = generator(seed + 2);
    for (let n = 0; n < 20000; n += 1) {
      const text = `${pick(random, ['', 'd', 'grad ', 'vjp ', 'hvp ', '\\frac{\\partial L}{', '∂'])}${soup(random)}`;
      try {
        readQuestion(text, context);
      } catch (error) {
        if (!(error instanceof WhygradError)) throw new Error(`${JSON.stringify(text)}: ${String(error)}`);
      }
    }
  });
  test('nothing but a named error escapes, whatever the string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        check(text);
      }),
      { numRuns: 5000, seed },
    );
  });
});

describe('cost', () => {
  const families: readonly (readonly [string, (n: number) => string])[] = [
    ['a sum', (n) => 'x_i + '.repeat(n) + 'x_i'],
    ['a product', (n) => 'a b '.repeat(n)],
    ['fractions', (n) => '\\frac{a}{b} '.repeat(n)],
    ['derivatives', (n) => 'dL/dz_i + '.repeat(n) + '1'],
    ['indicators', (n) => '1{i=j} '.repeat(n)],
    ['brackets', (n) => '(x) '.repeat(n)],
    ['bars', (n) => '|x| + '.repeat(n) + '1'],
    ['functions without bracket', (n) => 'log x + '.repeat(n) + '1'],
    ['sums', (n) => 'sum_i x_i + '.repeat(n) + '1'],
    ['scripts', (n) => 'x_{i,j}^2 '.repeat(n)],
    ['statements', (n) => 'a = b, '.repeat(n)],
    ['lines', (n) => 'a &= b && \\text{since} \\\\ '.repeat(n)],
    ['cases', (n) => `\\begin{cases} ${'x & i = j \\\\ '.repeat(n)} \\end{cases}`],
    ['matrices', (n) => `[${'1 2;'.repeat(n)} 3 4]`],
    ['calls', (n) => 'f(x, y) + '.repeat(n) + '1'],
    ['differences that look like differentials', (n) => 'd_k d_v / d '.repeat(n)],
    ['unclosed brackets', (n) => '('.repeat(Math.min(n, 190))],
  ];
  test.each(families)('of %s grows no faster than the text', (_, family) => {
    const [small, large] = [stepsOf(family(200)), stepsOf(family(800))];
    expect(large).toBeLessThanOrEqual(4.5 * small + 100);
  });
  test('a random text takes no more steps than forty for each of its characters', () => {
    const random = generator(seed + 3);
    for (let n = 0; n < 20000; n += 1) {
      const text = soup(random);
      expect(stepsOf(text), text).toBeLessThanOrEqual(40 * (text.length + 1));
    }
  });
});
