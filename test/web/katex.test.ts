// KaTeX as the page carries it sets every formula that we print exactly as the whole of KaTeX does.
// Not here: which of its parts are kept (`scripts/katex.mjs`).
// Invariant: the two are compared markup by markup; the whole is the package as it is published.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeFileSync } from 'node:fs';
import katex from 'katex';
import { beforeAll, describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { mistakes } from '../../src/lint/explain.ts';
import { parse } from '../../src/meaning/parse.ts';
import { libraryDocument, libraryNames } from '../../src/meaning/library.ts';
import { WhygradError } from '../../src/term/error.ts';
import { print, printName } from '../../src/term/print.ts';
import { root } from '../project/sources.ts';
import { randomTerm, randomTermContext, seeded } from '../term/random-term.ts';

type Katex = Pick<typeof katex, 'renderToString'>;

async function ofThePage(): Promise<Katex> {
  const { build } = await import('vite');
  const { katexOfThePage } = (await import(pathToFileURL(join(root, 'scripts/katex.mjs')).href)) as {
    katexOfThePage: (root: string) => import('vite').Plugin;
  };
  const entry = join(root, 'node_modules/katex/katex.ts');
  const built = await build({
    configFile: false,
    logLevel: 'error',
    root,
    plugins: [katexOfThePage(root)],
    build: { write: false, minify: false, target: 'es2022', lib: { entry, formats: ['es'], fileName: 'katex' } },
  });
  const [first] = [built].flat();
  if (first === undefined || !('output' in first)) throw new Error('KaTeX was not bundled');
  const file = join(root, 'node_modules/.whygrad/katex-of-the-page.mjs');
  writeFileSync(file, first.output[0].code);
  return ((await import(pathToFileURL(file).href)) as { default: Katex }).default;
}

/** Every LaTeX text of a record. */
function latexIn(value: unknown, out: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value))
    if (name === 'latex' && typeof inner === 'string') out.add(inner);
    else latexIn(inner, out);
}

function ofLibrary(): Set<string> {
  const out = new Set<string>();
  for (const name of libraryNames()) {
    const question = /<!--\s*whygrad:\s*question\s+([^;>]*?)\s*(?:;|-->)/.exec(libraryDocument(name))?.[1];
    if (question === undefined || name.includes('/')) continue;
    latexIn(derive(question, { in: name, detail: 'outline' }), out);
  }
  return out;
}

function ofMistakes(): Set<string> {
  const texts = mistakes.flatMap((m) => [m.shown?.wrong, m.shown?.right, m.returns?.formula.split(';')[0]]);
  const sides = texts.flatMap((t) => t?.split(/(?<![<>!:])=/) ?? []);
  return new Set(
    sides.flatMap((t) => {
      try {
        return [print(parse(t.trim()), { spelling: 'latex' })];
      } catch (error) {
        if (error instanceof WhygradError) return [];
        throw error;
      }
    }),
  );
}

function random(): Set<string> {
  const next = seeded(3);
  return new Set(
    Array.from({ length: 300 }, () =>
      print(randomTerm(next, { depth: 4, matrices: true, partials: true, shifts: true, smooth: false }), {
        spelling: 'latex',
        context: randomTermContext,
      }),
    ),
  );
}

const letters =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell'.split(
    ' ',
  );
const accents = ['hat', 'bar', 'tilde', 'dot', 'ddot', 'check', 'breve', 'acute', 'grave', 'vec', 'no', 'star'];
const names = (): Set<string> =>
  new Set([
    printName('a^{(L-1)}', 'latex'),
    ...[...letters, 'x', 'loss', 'softmax'].flatMap((n) =>
      ['', ...accents.map((a) => `_${a}`)].map((a) => printName(n + a, 'latex')),
    ),
  ]);

describe('KaTeX of the page', () => {
  let own: Katex;
  beforeAll(async () => {
    own = await ofThePage();
  });
  test.each<[string, () => Set<string>, number]>([
    ['the library’s derivations', ofLibrary, 150],
    ['the catalogue of mistakes', ofMistakes, 60],
    ['random formulas', random, 280],
    ['letters, accents, labels', names, 300],
  ])('%s', (_, make, least) => {
    const all = [...make()];
    expect(all.length).toBeGreaterThanOrEqual(least);
    for (const latex of all)
      for (const displayMode of [true, false]) {
        const options = { throwOnError: true, strict: false, trust: true, displayMode } as const;
        expect([latex, own.renderToString(latex, options)]).toEqual([latex, katex.renderToString(latex, options)]);
      }
  });
});
