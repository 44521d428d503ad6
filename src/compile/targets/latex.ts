// A program as LaTeX: its definitions and its outputs as aligned equations.
// Not here: how a term is printed (room `term`).
// Invariant: nothing but what the printer wrote stands in math mode.
import { print, printName } from '../../term/print.ts';
import { freeIndex } from '../../term/term.ts';
import { openAll } from '../../term/walk.ts';
import type { Target } from './target.ts';

const left = (name: string, letters: readonly string[]): string =>
  `${printName(name, 'latex')}${letters.length === 0 ? '' : `_{${letters.join(letters.every((x) => x.length === 1) ? '' : ', ')}}`}`;

export const latex: Target = {
  name: 'latex',
  says: 'the formulas in LaTeX',
  emit: (r) => {
    const definitions = r.program.definitions.map((d) => {
      const letters = d.params.map((p) => p.letter);
      return {
        left: left(d.name, letters),
        right: print(openAll(d.body, letters.map(freeIndex)), { spelling: 'latex' }),
      };
    });
    const defined = new Set(r.program.definitions.map((d) => d.name));
    const outputs = r.program.outputs
      .filter((o) => !defined.has(o.name))
      .map((o) => ({ left: o.latex ?? left(o.name, o.letters), right: print(o.body, { spelling: 'latex' }) }));
    const lines = [...definitions, ...outputs].map((e) => `  ${e.left} &= ${e.right}`);
    const text = [
      `% ${r.title}: written by whygrad from its formulas.`,
      '\\begin{align}',
      lines.join(' \\\\\n'),
      '\\end{align}',
      '',
    ].join('\n');
    return [{ name: `${r.name}.tex`, content: text }];
  },
};
