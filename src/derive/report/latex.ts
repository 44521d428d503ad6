// The layout for a LaTeX document: for each quantity one align* with the rule behind each line, then the answer's
// forms.
// Not here: a preamble; amsmath and amssymb are all it needs.
// Invariant: reasons are text, so every character that LaTeX reads as a command is escaped, and every sign stands in a
// formula.
import type { Derivation, Form, Step } from '../derivation.ts';
import { answersOf, chainsOf, isHeaded, otherForms, type Answer, type Chain } from './answers.ts';
import { caseLatex, latexText } from './words.ts';

/** Plain notation as LaTeX. */
type Spell = (text: string) => string;

export function latexReport(d: Derivation, spell: Spell): string {
  const spelled: Spell = (text) => (text === d.question.text ? d.question.latex : spell(text));
  const givens = d.givens.map((g) => `\\[ ${g.latex} \\]`);
  const answers = answersOf(d);
  return [
    ...d.read.map((r) => `% read as: ${r.text} as ${r.as}, because ${r.because}`.replace(/\s+/g, ' ')),
    ...(givens.length > 0 ? ['% given', ...givens] : []),
    ...chainsOf(d.steps).flatMap((c) => chainLines(c, spelled, isHeaded(c, answers))),
    ...answers.flatMap((a) => answerLines(a, spelled)),
    '',
  ].join('\n');
}

function chainLines(chain: Chain, spell: Spell, headed: boolean): string[] {
  const left = spell(chain.from);
  const lines = chain.steps.map((s, n) => `${n === 0 ? `${left} ` : ''}&= ${s.latex} && ${reason(s)}`);
  return [
    ...(headed ? ['', `\\noindent\\textbf{Derivation of $${left}$}`] : ['% derivation']),
    '\\begin{align*}',
    lines.join(' \\\\\n'),
    '\\end{align*}',
  ];
}

function answerLines(a: Answer, spell: Spell): string[] {
  const left = spell(a.left);
  const forms = otherForms(a).map((f) => `\\[ ${formLatex(left, f)} \\]`);
  return [
    '% result',
    `\\[ ${left} = ${a.forms[0]?.latex ?? spell(a.right)} \\]`,
    ...(forms.length > 0 ? ['% the same in other forms', ...forms] : []),
  ];
}

/** A form as an equation; a matrix holds all entries at once, so it is not equated with one. */
export const formLatex = (left: string, f: Form): string =>
  f.form === 'matrix' ? `\\text{as a matrix: } ${f.latex}` : `${left} = ${f.latex}${caseOf(f)}`;

const reason = (s: Step): string =>
  `\\text{${s.check === 'proved' ? '$\\checkmark$' : '$\\approx$'} ${latexText(s.title)}}`;
const caseOf = (f: Form): string => (f.when === undefined ? '' : ` \\quad (${caseLatex(f.when)})`);
