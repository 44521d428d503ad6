// The layout for Markdown with $$…$$: what a notebook, a pull request or a blog shows.
// Not here: HTML.
// Invariant: the result is a document that `lint` reads back, with the givens first.
import type { Derivation, Step } from '../derivation.ts';
import { answersOf, chainsOf, isHeaded, otherForms, type Answer, type Chain } from './answers.ts';
import { formLatex } from './latex.ts';
import { markdownText, spelledWords, wordsOf } from './words.ts';

/** Plain notation as LaTeX. */
type Spell = (text: string) => string;

export function markdownReport(d: Derivation, spell: Spell): string {
  const spelled: Spell = (text) => (text === d.question.text ? d.question.latex : spell(text));
  const givens = d.givens.length === 0 ? [] : ['Given', ...d.givens.map((g) => display(g.latex))];
  const answers = answersOf(d);
  return `${[
    `# $${d.question.latex}$`,
    ...d.read.map((r) => `Read as: ${markdownText(`${r.text} as ${r.as}, because ${r.because}.`)}`),
    ...givens,
    ...chainsOf(d.steps).flatMap((c) => chainParts(c, spelled, isHeaded(c, answers))),
    ...answers.flatMap((a) => answerParts(a, spelled)),
  ].join('\n\n')}\n`;
}

function chainParts(chain: Chain, spell: Spell, headed: boolean): string[] {
  const left = spell(chain.from);
  return [
    ...(headed ? [`## Derivation of $${left}$`] : []),
    // After a reason that holds a formula, a line that begins with = would seem to continue that formula.
    ...chain.steps.flatMap((s, n) => [
      stepText(s),
      display(`${n === 0 || s.words !== undefined ? `${left} ` : ''}= ${s.latex}`),
    ]),
  ];
}

function answerParts(a: Answer, spell: Spell): string[] {
  const left = spell(a.left);
  const forms = otherForms(a).map((f) => display(formLatex(left, f)));
  return [
    'Result',
    display(`${left} = ${a.forms[0]?.latex ?? spell(a.right)}`),
    ...(forms.length === 0 ? [] : ['The same in other forms:', ...forms]),
  ];
}

const display = (latex: string): string => `$$${latex}$$`;
const stepText = (s: Step): string =>
  `**${markdownText(s.title)}** (${s.check === 'proved' ? '✓ proved' : '≈ tested'}). ${spelledWords(wordsOf(s), markdownText, (f) => `$${f.latex}$`)}`;
