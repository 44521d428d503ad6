// The layout for a LaTeX document: one align* with the rule behind each line, then the forms.
// Not here: a preamble; amsmath is all it needs.
// Invariant: reasons are text, so every character that LaTeX reads as a command is escaped.
import { must } from '../../term/must.ts';
import type { Derivation, Form, Step } from '../derivation.ts';

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
};
/** Text that LaTeX prints as it is. */
export const latexText = (text: string): string => text.replace(/[\\{}$&#%_^~]/g, (c) => must(commands[c]));

export function latexReport(d: Derivation): string {
  const givens = d.givens.map((g) => `\\[ ${g.latex} \\]`);
  const question = d.question.latex;
  const lines = d.steps.map((s, n) => `${n === 0 ? `${question} ` : ''}&= ${s.latex} && ${reason(s)}`);
  const forms = d.result.forms.map((f) => `\\[ ${question} = ${f.latex}${when(f)} \\]`);
  return [
    ...(givens.length > 0 ? ['% given', ...givens] : []),
    '% derivation',
    '\\begin{align*}',
    lines.join(' \\\\\n'),
    '\\end{align*}',
    ...(forms.length > 0 ? ['% the same in other forms', ...forms] : []),
    '',
  ].join('\n');
}

const reason = (s: Step): string =>
  `\\text{${s.check === 'proved' ? '$\\checkmark$' : '$\\approx$'} ${latexText(s.title)}}`;
const conditions: Readonly<Record<string, string>> = { '!=': '\\neq', '<=': '\\leq', '>=': '\\geq' };
/** The case of a form as a trailing LaTeX remark. */
export const when = (f: Form): string =>
  f.when === undefined ? '' : ` \\quad (${f.when.replace(/!=|<=|>=/g, (c) => must(conditions[c]))})`;
