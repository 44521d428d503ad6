// Every derivation of the library as LaTeX goes through pdflatex, all in one document.
// Not here: whether the derivations are right.
// Invariant: what whygrad says in words needs no more than ASCII, amsmath and amssymb; no formula is left raw in a title.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { derive } from '../../../src/derive/derive.ts';
import { report } from '../../../src/derive/report.ts';
import { latexText } from '../../../src/derive/report/words.ts';
import { mistakes } from '../../../src/rules/mistakes.ts';
import { book } from '../../../src/rules/book.ts';
import { awkwardNames, libraryQuestions, severalAtOnce } from '../questions.ts';

const available = spawnSync('pdflatex', ['--version']).status === 0;
if (!available && process.env.CI === 'true') throw new Error('pdflatex is missing: apt-get install texlive-latex-base');

// Only ASCII: no character beyond it may be left.
const foreign = /[^\n\x20-\x7e]/u;

const texts = [...libraryQuestions, ...severalAtOnce, ...awkwardNames].flatMap(({ name, question, options }) =>
  (['outline', 'all'] as const).map((detail) => ({
    head: `${name}, ${question}, ${detail}`,
    text: report(derive(question, { ...options, detail }), 'latex'),
  })),
);

describe('derivations as LaTeX', () => {
  it('hold no character that pdflatex needs further packages for', () => {
    expect(texts.filter(({ text }) => foreign.test(text)).map(({ head }) => head)).toEqual([]);
  });

  it.skipIf(!available)('are compiled by pdflatex', () => {
    const folder = mkdtempSync(join(tmpdir(), 'whygrad-latex-'));
    try {
      const document = [
        '\\documentclass{article}',
        '\\usepackage{amsmath,amssymb}',
        '\\begin{document}',
        ...texts.flatMap(({ head, text }) => [`% ${head}`, text]),
        '\\end{document}',
      ].join('\n');
      writeFileSync(join(folder, 'all.tex'), document);
      const { stdout } = spawnSync('pdflatex', ['-interaction=nonstopmode', '-file-line-error', 'all.tex'], {
        cwd: folder,
        encoding: 'latin1',
      });
      expect(stdout.split('\n').filter((line) => /^(?:!|\S*all\.tex:\d+:)/.test(line))).toEqual([]);
      expect(stdout).toContain('Output written on all.pdf');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('words as LaTeX', () => {
  it.each([
    ['δ picks one term', '$\\delta$ picks one term'],
    ['derivative of ŷ', 'derivative of $\\hat{y}$'],
    ['f′/(2√f)', "f$'$/(2$\\surd$f)"],
    ['∂M⁻¹ = −M⁻¹ (∂M)', '$\\partial M^{-1}$ = $- M^{-1}$ ($\\partial$M)'],
    ['write σ̂ and w₁²', 'write $\\hat{\\sigma}$ and $w_{1}^{2}$'],
    ['100 % of a_b & {c} ~ #1 ^2 $', '100 \\% of a\\_b \\& \\{c\\} \\textasciitilde{} \\#1 \\textasciicircum{}2 \\$'],
  ])('%s', (words, latex) => {
    expect(latexText(words)).toBe(latex);
  });

  it('of every rule and every mistake need nothing but ASCII', () => {
    const words = [...book.flatMap((r) => [r.title, r.say]), ...mistakes.map((m) => m.name)];
    expect(words.filter((w) => foreign.test(latexText(w)))).toEqual([]);
  });
});
