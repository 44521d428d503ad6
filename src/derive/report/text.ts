// The layout for a terminal: the equations on the left, aligned at the =, each step's verdict, rule and reason on the
// right.
// Not here: colours (the caller gives functions that paint), the spelling of formulas.
// Invariant: no line is wider than `width` unless one formula alone is; columns are counted in what is seen, not in
// what is painted.
import { must } from '../../term/must.ts';
import { printName } from '../../term/print.ts';
import type { Derivation, Form, Given, Step } from '../derivation.ts';
import { answersOf, chainsOf, otherForms, sidesOf } from './answers.ts';
import { columns, wrap } from './columns.ts';

/** What may be painted: the names of rules, reasons, verdicts, headings. */
export type Role = 'rule' | 'reason' | 'proved' | 'tested' | 'heading';

/** How a derivation is laid out as text. */
export interface TextOptions {
  /** Columns of the terminal; 110 unless said. */
  readonly width?: number;
  readonly paint?: (role: Role, text: string) => string;
  /** How many levels of smaller steps to show below each step; 0 unless said. */
  readonly depth?: number;
}

type Spell = (text: string) => string;
type Painter = (role: Role, text: string) => string;

export function textReport(
  d: Derivation,
  spell: Spell,
  { width = 110, paint = (_, text) => text, depth = 0 }: TextOptions,
): string {
  const blocks = [
    paint('heading', spell(d.question.text)),
    readBlock(d, paint),
    givensBlock(d.givens, spell, paint),
    stepsBlock(d.steps, spell, { width, paint, depth }),
    formsBlock(d, spell, paint),
    verdictLine(d, paint),
  ];
  return `${blocks.filter((b) => b !== '').join('\n\n')}\n`;
}

/** `read as`: the choices that were taken in reading. */
const readBlock = (d: Derivation, paint: Painter): string =>
  d.read.map((r) => `${paint('heading', 'read as'.padEnd(8))}${r.text} as ${r.as}: ${r.because}`).join('\n');

const heads: { readonly [K in Given['kind']]: string } = {
  definition: 'where',
  assumption: 'assume',
  size: 'size',
  domain: 'for',
};

function givensBlock(givens: readonly Given[], spell: Spell, paint: Painter): string {
  const text = (g: Given): string => (g.kind === 'size' ? g.text : equation(g.text, spell));
  return (Object.keys(heads) as Given['kind'][])
    .flatMap((kind) =>
      givens
        .filter((g) => g.kind === kind)
        .map((g, n) => `${paint('heading', (n === 0 ? heads[kind] : '').padEnd(8))}${text(g)}`),
    )
    .join('\n');
}

/** Both sides of an equation or comparison spelled on their own; anything else as one formula. */
export function equation(text: string, spell: Spell): string {
  const sides = sidesOf(text);
  if (sides === null) return spell(text);
  const [left, sign, right] = sides;
  return `${spell(left)} ${conditionText(sign)} ${spell(right)}`;
}

const marks: { readonly [K in Step['check']]: string } = { proved: '✓ proved', tested: '≈ tested' };

function stepsBlock(steps: readonly Step[], spell: Spell, { width, paint, depth }: Required<TextOptions>): string {
  const rows = steps.map((s) => rowsOf(s, spell, 0, depth));
  const left = Math.min(
    Math.max(0, ...rows.flat().map((r) => columns(r.formula))),
    Math.max(24, Math.floor(width * 0.5)),
  );
  const lay = (all: readonly Row[]): string[] => all.flatMap((r) => layRow(r, left, width, paint));
  return chainsOf(steps)
    .map((c) => [`  ${spell(c.from)}`, ...c.steps.flatMap((s) => lay(must(rows[steps.indexOf(s)])))].join('\n'))
    .join('\n\n');
}

interface Row {
  readonly formula: string;
  readonly step: Step;
  readonly say: string;
}

/** A step as a row, its smaller steps indented before it. */
function rowsOf(step: Step, spell: Spell, level: number, deepest: number): Row[] {
  const inner = level < deepest ? (step.steps ?? []) : [];
  return [
    ...inner.flatMap((s) => rowsOf(s, spell, level + 1, deepest)),
    { formula: `${'  · '.repeat(level)}= ${spell(step.to)}`, step, say: step.say },
  ];
}

function layRow({ formula, step, say }: Row, left: number, width: number, paint: Painter): string[] {
  const mark = marks[step.check];
  const reasons = wrap(say, Math.max(30, width - left - 4));
  const right = [`${paint(step.check, mark)}  ${paint('rule', step.title)}`, ...reasons.map((r) => paint('reason', r))];
  const fits = columns(formula) <= left;
  const pad = ' '.repeat(left + 4);
  const [head, ...rest] = right as [string, ...string[]];
  const opening = fits ? [`${formula}${' '.repeat(left - columns(formula) + 4)}${head}`] : [formula, `${pad}${head}`];
  return [...opening, ...rest.map((r) => `${pad}${r}`)];
}

const formNames: { readonly [K in Form['form']]: string } = {
  index: 'by index',
  cases: 'by cases',
  matrix: 'as matrix',
  expanded: 'expanded',
  factored: 'factored',
};

function formsBlock(d: Derivation, spell: Spell, paint: Painter): string {
  const answers = answersOf(d);
  return answers
    .map((a) => {
      const rows = otherForms(a);
      const texts = rows.map((f) => (f.form === 'matrix' ? matrixText(f.text) : spell(f.text)));
      const wide = Math.max(0, ...rows.map((f, n) => (f.when === undefined ? 0 : columns(must(texts[n])))));
      const lines = rows.map(
        (f, n) =>
          `${paint('heading', (f.form === rows[n - 1]?.form ? '' : formNames[f.form]).padEnd(11))}${whenText(must(texts[n]), f, wide)}`,
      );
      return [`${paint('heading', 'result'.padEnd(11))}${spell(a.left)} = ${spell(a.right)}`, ...lines].join('\n');
    })
    .join('\n\n');
}

const whenText = (text: string, f: Form, wide: number): string =>
  f.when === undefined ? text : `${text}${' '.repeat(wide - columns(text))}   for ${conditionText(f.when)}`;

const functions = new Set(['diag', 'inv', 'det', 'tr', 'sqrt', 'exp', 'log', 'T']);
/** Matrix notation: its few signs, and the names. */
const matrixText = (text: string): string =>
  text
    .replaceAll('^T', 'ᵀ')
    .replaceAll('\\circ', '∘')
    .replaceAll('^(-1)', '⁻¹')
    .replaceAll('-', '−')
    .replace(/(?<![A-Za-z_])[A-Za-z]+(?:_(?:hat|bar|tilde))?(?![A-Za-z_(])/g, (name) =>
      functions.has(name) ? name : printName(name, 'unicode'),
    );
/** The case that a form holds in, in readable signs. */
export const conditionText = (text: string): string =>
  text.replaceAll('!=', '≠').replaceAll('<=', '≤').replaceAll('>=', '≥');

function verdictLine(d: Derivation, paint: Painter): string {
  const { verdict, points, maxError } = d.check;
  const steps = d.steps.length;
  const tested = d.steps.filter((s) => s.check === 'tested').length;
  const how =
    tested === 0 ? `${count(steps, 'step')} proved` : `${count(steps - tested, 'step')} proved, ${tested} tested`;
  const compared =
    points > 0
      ? `; the result agrees with dual numbers at ${count(points, 'random point')} (largest difference ${maxError === 0 ? '0' : maxError.toExponential(0)})`
      : '';
  return `${paint(verdict, marks[verdict].slice(0, 1))} ${how}${compared}`;
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
