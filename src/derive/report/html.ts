// The layout as one HTML page without scripts: formulas in Unicode, LaTeX beside them for copying.
// Not here: the interactive page.
// Invariant: every text is escaped; the page loads nothing.
import { must } from '../../term/must.ts';
import type { Derivation, Step } from '../derivation.ts';
import { equation } from './text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => must(entities[c]));

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  'code{font:1.05em/1.6 "STIX Two Math","Cambria Math",serif}td{padding:.3rem 1rem .3rem 0;vertical-align:top}.why{color:#555}.proved{color:#116329}.tested{color:#7a4b00}';

export function htmlReport(d: Derivation, spell: (text: string) => string): string {
  const formula = (text: string, latex: string): string =>
    `<code title="${escape(latex)}">${escape(equation(text, spell))}</code>`;
  const givens = d.givens
    .map((g) => `<li>${g.kind === 'assumption' ? 'assume ' : ''}${formula(g.text, g.latex)}</li>`)
    .join('');
  const rows = d.steps.map((s) => `<tr><td>${formula(`= ${s.to}`, s.latex)}</td><td>${reason(s)}</td></tr>`).join('\n');
  const forms = d.result.forms
    .map(
      (f) =>
        `<li>${escape(f.form)}${f.when === undefined ? '' : `, ${escape(f.when)}`}: ${formula(f.text, f.latex)}</li>`,
    )
    .join('\n');
  const question = escape(spell(d.question.text));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${question}</title><style>${style}</style></head>
<body><main>
<h1><code>${question}</code></h1>
${d.read.map((r) => `<p>Read as: ${escape(`${r.text} as ${r.as}, because ${r.because}.`)}</p>`).join('')}
${givens === '' ? '' : `<h2>Given</h2><ul>${givens}</ul>`}
<h2>Derivation</h2>
<table>
${rows}
</table>
<h2>Result</h2>
<p>${formula(`${d.question.text} = ${d.result.text}`, `${d.question.latex} = ${d.result.latex}`)}</p>
${forms === '' ? '' : `<ul>${forms}</ul>`}
</main></body></html>
`;
}

const reason = (s: Step): string =>
  `<span class="${s.check}">${s.check === 'proved' ? '✓ proved' : '≈ tested'}</span> <b>${escape(s.title)}</b><br><span class="why">${escape(s.say)}</span>`;
