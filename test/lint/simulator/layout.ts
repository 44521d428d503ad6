// Displays, inline formulas, headings: how pieces of a text look in Markdown, LaTeX and plain text.
// Not here: which pieces there are (`write.ts`).
// Invariant: marks (`mark`) stand where lint puts a row: before the first token after an equals sign.
import type { Author } from './habits.ts';

/** Stands before every member of a claim; the member that is wrong and the one after it have marks of their own. */
export const mark = { wrong: '\u0001', next: '\u0002', member: '\u0003' } as const;
/** Marks are taken out when their places are known. */
export const marks = /[\u0001-\u0003]/g;

const isText = (a: Author): boolean => a.syntax === 'plain' || a.syntax === 'unicode';

export const inline = (formula: string, a: Author): string => (isText(a) ? formula : `$${formula}$`);

export function heading(title: string, level: 1 | 2, a: Author): string {
  if (a.syntax === 'latex') return `\\${level === 1 ? 'section' : 'subsection'}{${title}}`;
  return isText(a) ? title : `${'#'.repeat(level)} ${title}`;
}

const ending = (body: string, a: Author): string => {
  if (isText(a)) return '';
  const tag =
    a.syntax === 'latex' || a.delimiters === 'environment' ? '' : ` \\tag{${(body.replace(marks, '').length % 9) + 1}}`;
  return { none: '', stop: '.', comma: ',', tag }[a.punctuation];
};

/** One formula by itself. */
export function display(formula: string, a: Author): string {
  if (isText(a)) return `    ${formula}`;
  const body = formula + ending(formula, a);
  switch (a.delimiters) {
    case 'dollars':
      return `$$${body}$$`;
    case 'dollars-on-lines':
      return `$$\n${body}\n$$`;
    case 'brackets':
      return `\\[ ${body} \\]`;
    case 'environment':
      return `\\begin{equation}\n${body}\n\\end{equation}`;
  }
}

/** Several equations in one display, a line each. */
export function together(equations: readonly string[], a: Author): string {
  if (isText(a)) return equations.map((e) => `    ${e}`).join('\n');
  const lines = equations.map((e) => `  ${e.replace(' = ', ' &= ')}`).join(' \\\\\n');
  return environment(lines, a);
}

function environment(lines: string, a: Author): string {
  if (a.syntax === 'latex' || a.delimiters === 'environment')
    return `\\begin{align*}\n${lines}${ending(lines, a)}\n\\end{align*}`;
  const body = `\\begin{aligned}\n${lines}\n\\end{aligned}`;
  return a.delimiters === 'brackets' ? `\\[\n${body}\n\\]` : `$$\n${body}\n$$`;
}

/** `head = first = second …` in the author's way. */
export function chained(head: string, members: readonly string[], a: Author): string[] {
  const [first = '', ...rest] = members;
  switch (a.chain) {
    case 'aligned':
    case 'aligned-left': {
      if (isText(a)) return [`    ${head} = ${first}${rest.map((m) => `\n        = ${m}`).join('')}`];
      const sign = a.chain === 'aligned' ? '&= ' : '& = ';
      return [environment(`  ${head} ${sign}${first}${rest.map((m) => ` \\\\\n  ${sign}${m}`).join('')}`, a)];
    }
    case 'displays':
      return [display(`${head} = ${first}`, a), ...rest.map((m) => display(`= ${m}`, a))];
    case 'steps-dropped':
      return members.map((m) => display(`${head} = ${m}`, a));
    default:
      return [display([head, ...members].join(' = '), a)];
  }
}

/** The whole text from its paragraphs. */
export function document(paragraphs: readonly string[], a: Author): string {
  const body = paragraphs.filter((p) => p !== '').join('\n\n');
  if (a.syntax !== 'latex') return `${body}\n`;
  return `\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n\n${body}\n\n\\end{document}\n`;
}
