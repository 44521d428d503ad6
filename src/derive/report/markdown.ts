// The layout for Markdown with $$…$$: what a notebook, a pull request or a blog shows.
// Not here: HTML.
// Invariant: the result is a document that `lint` reads back, with the givens first.
import type { Derivation, Form, Step } from '../derivation.ts';
import { when } from './latex.ts';

export function markdownReport(d: Derivation): string {
  const question = d.question.latex;
  const givens = d.givens.length === 0 ? [] : ['Given', ...d.givens.map((g) => display(g.latex))];
  const steps = d.steps.flatMap((s, n) => [stepText(s), display(`${n === 0 ? `${question} ` : ''}= ${s.latex}`)]);
  const forms =
    d.result.forms.length === 0
      ? []
      : ['The same in other forms:', ...d.result.forms.map((f) => formText(question, f))];
  return `${[`# $${question}$`, ...givens, ...steps, 'Result', display(`${question} = ${d.result.latex}`), ...forms].join('\n\n')}\n`;
}

const display = (latex: string): string => `$$${latex}$$`;
const escape = (text: string): string => text.replace(/[\\`*_{}[\]<>#|$]/g, (c) => `\\${c}`);
const stepText = (s: Step): string =>
  `**${escape(s.title)}** (${s.check === 'proved' ? '✓ proved' : '≈ tested'}). ${escape(s.say)}`;
const formText = (question: string, f: Form): string =>
  `${f.form === 'matrix' ? 'matrix form, ' : ''}${display(f.form === 'matrix' ? f.latex : `${question} = ${f.latex}${when(f)}`)}`;
