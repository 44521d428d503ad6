// Words with signs of mathematics in them, as LaTeX and Markdown: δ, ŷ, zᵢ, f′ and −1 become formulas, the rest is
// escaped.
// Not here: whole formulas, which are printed from terms.
// Invariant: what comes out for LaTeX is ASCII for every sign that whygrad's own words hold.
import { must } from '../../term/must.ts';
import { printName } from '../../term/print.ts';
import { combiningAccents, letterNames, subscripts, superscripts } from '../../term/symbols.ts';
import type { Formula, Step, Words } from '../derivation.ts';

const escapes: Readonly<Record<string, string>> = {
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

const signs: ReadonlyMap<string, string> = new Map([
  ['−', '-'],
  ['·', '\\cdot '],
  ['×', '\\times '],
  ['∘', '\\circ '],
  ['≠', '\\neq '],
  ['≤', '\\leq '],
  ['≥', '\\geq '],
  ['≈', '\\approx '],
  ['→', '\\to '],
  ['∂', '\\partial '],
  ['∇', '\\nabla '],
  ['Σ', '\\sum '],
  ['Π', '\\prod '],
  ['√', '\\surd '],
  ['∞', '\\infty '],
  ['∧', '\\land '],
  ['∨', '\\lor '],
  ['∈', '\\in '],
  ['′', "'"],
  ['ᵀ', '^{\\top}'],
  ['…', '\\ldots '],
  ['±', '\\pm '],
]);

/** A Greek letter as a command; null for any other character. */
function letter(c: string): string | null {
  if (/^[a-z]*$/i.test(c)) return null;
  const name = letterNames.get(c);
  const latex = name === undefined ? '' : printName(name, 'latex');
  return latex.startsWith('\\') && !latex.startsWith('\\mathrm') ? `${latex} ` : null;
}

const raised = [...superscripts.keys()].filter((c) => c !== 'ᵀ').join('');
const lowered = [...subscripts.keys()].join('');
const marks = [...combiningAccents.keys()].join('');
const mathematics = new RegExp(
  `[${raised}]+|[${lowered}]+|\\p{L}[${marks}]+[${raised}${lowered}]*|[A-Za-z][${raised}${lowered}]+|[^\\x00-\\x7f]`,
  'gu',
);
const ups = new RegExp(`[${raised}]`, 'gu');
const downs = new RegExp(`[${lowered}]`, 'gu');
const translated = (text: string, table: ReadonlyMap<string, string>): string =>
  [...text].map((c) => table.get(c) ?? c).join('');

/** One run of signs as LaTeX in a formula; null where it is nothing of the kind (letters of other alphabets). */
function signsLatex(run: string): string | null {
  const parts = new RegExp(`^(\\p{L}?)([${marks}]*)([${raised}${lowered}]*)$`, 'u').exec(run);
  if (signs.has(run)) return must(signs.get(run));
  if (parts === null) return null;
  const [, base = '', accents = '', scripts = ''] = parts;
  const plain = base === '' || /^[A-Za-z]$/.test(base) ? base : letter(base);
  if (plain === null) return null;
  const accented = [...accents].reduce((x, mark) => `\\${combiningAccents.get(mark)}{${x.trim()}}`, plain);
  const [down, up] = [scripts.replace(ups, ''), scripts.replace(downs, '')];
  const low = down === '' ? '' : `_{${translated(down, subscripts)}}`;
  return accented.trim() + low + (up === '' ? '' : `^{${translated(up, superscripts)}}`);
}

/** Words in which every sign is either escaped by `plain` or stands in a formula between dollars. */
function withSigns(text: string, plain: (text: string) => string): string {
  const spread = text.normalize('NFD');
  let out = '';
  let at = 0;
  for (const found of spread.matchAll(mathematics)) {
    const latex = signsLatex(found[0]);
    if (latex === null) continue;
    out += plain(spread.slice(at, found.index)) + `$${latex.trim()}$`;
    at = found.index + found[0].length;
  }
  // Formulas that touch are one formula.
  return (out + plain(spread.slice(at))).normalize('NFC').replaceAll(/(?<!\\)\$\$/g, ' ');
}

/** Text that LaTeX prints as it is meant. */
export const latexText = (text: string): string =>
  withSigns(text, (t) => t.replace(/[\\{}$&#%_^~]/g, (c) => must(escapes[c])));

/** Text that Markdown prints as it is; it knows Unicode, so that signs stay. */
export const markdownText = (text: string): string => text.replace(/[\\`*_{}[\]<>#|$]/g, (c) => `\\${c}`);

/** What a step says, in parts. */
export const wordsOf = (s: Step): Words => s.words ?? [s.say];

/** Words and formulas in one line. */
export const spelledWords = (words: Words, text: (t: string) => string, formula: (f: Formula) => string): string =>
  words.map((w) => (typeof w === 'string' ? text(w) : formula(w))).join('');

const conditions: Readonly<Record<string, string>> = {
  '!=': ' \\neq ',
  '<=': ' \\leq ',
  '>=': ' \\geq ',
  and: '\\text{ and }',
  otherwise: '\\text{otherwise}',
};
/** The case that a form holds in, `i != j`, as LaTeX. */
export const caseLatex = (when: string): string =>
  when.replace(/\s*(!=|<=|>=|\band\b|\botherwise\b)\s*|[\p{L}_][\p{L}\p{N}_]*/gu, (name, sign?: string) =>
    sign === undefined ? printName(name, 'latex') : must(conditions[sign]),
  );
