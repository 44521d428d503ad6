// The layout as one HTML page without scripts, to be read or printed: formulas as MathML, LaTeX beside them for
// copying.
// Not here: the interactive page.
// Invariant: every text is escaped; the page loads nothing.
import { must } from '../../term/must.ts';
import { printName } from '../../term/print.ts';
import type { Derivation, Form, Given, Step } from '../derivation.ts';
import { answersOf, chainsOf, isHeaded, otherForms, sidesOf, type Answer, type Chain } from './answers.ts';
import { conditionText, equation } from './text.ts';
import { spelledWords, wordsOf } from './words.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => must(entities[c]));

const style = [
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b;background:#fff}',
  'math{font-family:"STIX Two Math","Latin Modern Math","Cambria Math",math;font-size:1.1em}',
  'h1{font-size:1.5rem}h2{font-size:1.15rem;margin:1.6rem 0 .5rem}ul{padding-left:1.2rem}li{margin:.45rem 0}',
  'table{border-collapse:collapse;width:100%}td{padding:.45rem 1.5rem .45rem 0;vertical-align:top}td:last-child{min-width:17rem;padding-right:0}',
  '.why{color:#555;font-size:.9em}.proved{color:#116329}.tested{color:#7a4b00}.kind{color:#555;display:inline-block;min-width:5.5em}',
  '@page{margin:16mm}@media print{body{font-size:10pt;margin:0;max-width:none;padding:0}',
  'tr,li{break-inside:avoid}h2{break-after:avoid}td:last-child{min-width:14rem}.proved,.tested,.why,.kind{color:#000}}',
].join('');

/** Both ways to spell plain notation: as MathML (null where it cannot be read) and in Unicode. */
interface Speller {
  readonly mathml: (text: string) => string | null;
  readonly unicode: (text: string) => string;
}

export function htmlReport(d: Derivation, mathml: Speller['mathml'], unicode: Speller['unicode']): string {
  const s: Speller = { mathml, unicode };
  const answers = answersOf(d);
  const question = questionFormula(d, s);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(unicode(d.question.text))}</title><style>${style}</style></head>
<body><main>
<h1>${question}</h1>
${d.givens.length === 0 ? '' : `<h2>Given</h2>\n<ul>\n${d.givens.map((g) => givenItem(g, s)).join('\n')}\n</ul>`}
${chainsOf(d.steps)
  .map((c) => chainTable(c, isHeaded(c, answers), s))
  .join('\n')}
<h2>Result</h2>
${answers.map((a) => answerParts(a, s)).join('\n')}
</main></body></html>
`;
}

/** A tensor spoken of as a whole: `p > 0`, `W symmetric`. */
const nameAlone = (text: string): string | null => (/^[\p{L}_]\w*$/u.test(text) ? printName(text, 'mathml') : null);

function givenFormula(g: Given, s: Speller): string {
  if (g.kind === 'size') return escape(g.text);
  const [, name, property] = /^(\S+) ([a-z-]+)$/.exec(g.text) ?? [];
  if (name === undefined || property === undefined) return formula(g.text, g.latex, s);
  return `${formula(name, '', s)} ${escape(property)}`;
}

/** The question; one about several quantities at once is no formula that could be read. */
function questionFormula(d: Derivation, s: Speller): string {
  const asked = /^(grad|vjp|hvp) (.+)$/.exec(d.question.text);
  if (asked === null) return formula(d.question.text, d.question.latex, s);
  const name = must(asked[2]);
  const of = s.mathml(name) ?? printName(name, 'mathml');
  const head = asked[1] === 'grad' ? '<mo>∇</mo>' : `<mi>${asked[1]}</mi><mspace width="0.3em"></mspace>`;
  return `<math displaystyle="true" title="${escape(d.question.latex)}">${head}${of}</math>`;
}

/** A formula with its LaTeX for copying; both sides of an equation are spelled on their own. */
function formula(text: string, latex: string, s: Speller): string {
  const spelled = (sidesOf(text) ?? [text]).map((part, n) =>
    n === 1 ? `<mo>${escape(conditionText(part))}</mo>` : (s.mathml(part) ?? nameAlone(part)),
  );
  const title = latex === '' ? '' : ` title="${escape(latex)}"`;
  if (spelled.some((m) => m === null)) return `<span${title}>${escape(equation(text, s.unicode))}</span>`;
  return `<math displaystyle="true"${title}>${spelled.join('')}</math>`;
}

const kinds: { readonly [K in Given['kind']]: string } = {
  definition: 'where',
  assumption: 'assume',
  size: 'size',
  domain: 'for',
};
const givenItem = (g: Given, s: Speller): string =>
  `<li><span class="kind">${kinds[g.kind]}</span> ${givenFormula(g, s)}</li>`;

function chainTable(chain: Chain, headed: boolean, s: Speller): string {
  const from = formula(chain.from, '', s);
  const rows = chain.steps.map((step) => `<tr><td>${equalTo(step, s)}</td><td>${reason(step, s)}</td></tr>`);
  return `<h2>Derivation${headed ? ` of ${from}` : ''}</h2>
<table>
<tr><td>${from}</td><td></td></tr>
${rows.join('\n')}
</table>`;
}

/** What a step leads to, behind its =. */
function equalTo(step: Step, s: Speller): string {
  const right = s.mathml(step.to);
  const title = ` title="${escape(step.latex)}"`;
  return right === null
    ? `<span${title}>= ${escape(s.unicode(step.to))}</span>`
    : `<math displaystyle="true"${title}><mo>=</mo>${right}</math>`;
}

const reason = (step: Step, s: Speller): string =>
  `<span class="${step.check}">${step.check === 'proved' ? '✓ proved' : '≈ tested'}</span> <b>${escape(step.title)}</b><br><span class="why">${spelledWords(wordsOf(step), escape, (f) => formula(f.text, f.latex, s))}</span>`;

function answerParts(a: Answer, s: Speller): string {
  const forms = otherForms(a).map((f) => formItem(f, s));
  return `<p>${formula(`${a.left} = ${a.right}`, '', s)}</p>
${forms.length === 0 ? '' : `<ul>\n${forms.join('\n')}\n</ul>`}`;
}

const formNames: { readonly [F in Form['form']]: string } = {
  index: 'by index',
  cases: 'by cases',
  matrix: 'as matrix',
  expanded: 'expanded',
  factored: 'factored',
};
function formItem(f: Form, s: Speller): string {
  const when = f.when === undefined ? '' : ` for ${escape(conditionText(f.when))}`;
  return `<li><span class="kind">${formNames[f.form]}</span> ${formula(f.text, f.latex, s)}${when}</li>`;
}
