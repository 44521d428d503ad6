// Small edits of a function's text: one node replaced, in the ways in which people slip.
// Not here: trying them (`mend.ts`).
// Invariant: an edit replaces one range of the source; nothing outside the function changes.
import type { Language, SyntaxNode } from '../run/program.ts';

/** One range of the source and what takes its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** How far-fetched it is: the smaller, the sooner it is tried. */
  readonly rank: number;
}

/** What edits may use. */
export interface Scope {
  readonly language: Language;
  /** Names that have a value in the function: parameters, assigned names, fields. */
  readonly names: readonly string[];
  /** Expressions for the number of samples. */
  readonly counts: readonly string[];
}

type Suggest = (n: SyntaxNode, scope: Scope) => (readonly [text: string, rank: number])[];

const bracket = (n: SyntaxNode): string =>
  /^[\w.]+(\[[^\]]*\])*$|^[\w.]+\([^()]*\)$/.test(n.text) ? n.text : `(${n.text})`;

const inBinary: Suggest = (n) => {
  const [left, right] = n.children;
  if (left === undefined || right === undefined) return [];
  const with_ = (operator: string): string => `${bracket(left)} ${operator} ${bracket(right)}`;
  const kept: (readonly [string, number])[] = [
    [bracket(left), 2],
    [bracket(right), 2],
  ];
  switch (n.operator) {
    case '+':
      return [[with_('-'), 1], ...kept];
    case '-':
      return [[with_('+'), 1], [`${bracket(right)} - ${bracket(left)}`, 1], ...kept];
    case '*':
      return [...kept, [with_('/'), 3]];
    case '/':
      return [...kept, [with_('*'), 3]];
    case '**':
      return [
        [`${bracket(left)} ** (${right.text} + 1)`, 2],
        [`${bracket(left)} ** (${right.text} - 1)`, 3],
      ];
    default:
      return [];
  }
};

const AXIS = /\b(axis|dim)\s*=\s*(-?\d)/;

const inCall: Suggest = (n, { language }) => {
  const found: (readonly [string, number])[] = [];
  const name = /([A-Za-z_]\w*)\s*\(/.exec(n.text)?.[1] ?? '';
  if (/^(sum|mean)$/.test(name)) found.push([n.text.replace(name, name === 'sum' ? 'mean' : 'sum'), 1]);
  if (/^(sum|mean|max|softmax|log_softmax)$/.test(name) && language === 'python') {
    if (AXIS.test(n.text)) for (const a of ['0', '1', '-1']) found.push([n.text.replace(AXIS, `$1=${a}`), 1]);
    else for (const a of ['axis=0', 'axis=-1, keepdims=True', 'axis=1']) found.push([withArgument(n.text, a), 2]);
    if (AXIS.test(n.text) && !/keepdims?/.test(n.text)) found.push([withArgument(n.text, 'keepdims=True'), 1]);
  }
  const argument = n.children[n.children.length - 1];
  if (n.children.length === 2 && argument !== undefined) found.push([bracket(argument), 3]);
  return found;
};

const withArgument = (call: string, argument: string): string =>
  call.replace(/\(?\)$/, (end) => (end === '()' ? `(${argument})` : `, ${argument})`));

const inName: Suggest = (n, { language, names }) => [
  ...(language === 'python' ? ([[`${n.text}.T`, 4]] as const) : []),
  ...names.filter((x) => x !== n.text).map((x) => [x, 4] as const),
];

const COMPARE: Readonly<Record<string, string>> = { '>': '>=', '>=': '>', '<': '<=', '<=': '<', '==': '!=' };

const inCompare: Suggest = (n) => {
  const [left, right] = n.children;
  const other = COMPARE[n.operator ?? ''];
  return left === undefined || right === undefined || other === undefined
    ? []
    : [[`${left.text} ${other} ${right.text}`, 1]];
};

/** A value times or over something in scope. */
const scaled = (text: string, { names, counts }: Scope): (readonly [string, number])[] => [
  [`-(${text})`, 1.5],
  [`2 * (${text})`, 1.5],
  [`(${text}) / 2`, 1.5],
  ...counts.flatMap((c) => [[`(${text}) / ${c}`, 1.5] as const, [`(${text}) * ${c}`, 2] as const]),
  ...names.flatMap((x) => [[`(${text}) * ${x}`, 3] as const, [`(${text}) / ${x}`, 4] as const]),
];

const inStatement: Suggest = (n, scope) => {
  const value = n.children[n.children.length - 1];
  if (value === undefined) return [];
  const head = n.text.slice(0, n.text.length - value.text.length);
  const found: (readonly [string, number])[] = scaled(value.text, scope).map(([t, rank]) => [head + t, rank]);
  if (n.kind === 'assign')
    found.push([n.text.replace(/\s=(?=[^=])/, ' += '), 2], [n.text.replace(/\s=\s*-?/, ' -= '), 2]);
  if (n.kind === 'augassign') found.push([n.text.replace(/[-+*/]=/, '='), 2]);
  return found;
};

const SUGGESTIONS: Readonly<Partial<Record<SyntaxNode['kind'], Suggest>>> = {
  binary: inBinary,
  call: inCall,
  name: inName,
  attribute: (n, scope) => (n.text.endsWith('.T') ? [[n.text.slice(0, -2), 1]] : inName(n, scope)),
  compare: inCompare,
  number: (n) => [
    [String(Number(n.text) * 2), 3],
    [String(Number(n.text) / 2), 3],
  ],
  unary: (n) => (n.operator === '-' && n.children[0] !== undefined ? [[bracket(n.children[0]), 1]] : []),
  assign: inStatement,
  augassign: inStatement,
  return: inStatement,
};

/** Every edit of these nodes and what is inside of them, the likeliest first; of equal ones those near the end. */
export function editsOf(nodes: readonly SyntaxNode[], scope: Scope): Edit[] {
  const found: Edit[] = [];
  const visit = (n: SyntaxNode): void => {
    for (const [text, rank] of SUGGESTIONS[n.kind]?.(n, scope) ?? [])
      if (text !== n.text) found.push({ start: n.start, end: n.end, text, rank });
    n.children.forEach(visit);
  };
  nodes.forEach(visit);
  return found.sort((a, b) => a.rank - b.rank || b.start - a.start);
}
