// What a text says beside its derivation: ranks, sizes, assumptions, asides, values, other sections.
// Not here: the derivation (`write.ts`).
// Invariant: every remark is true, and none changes what the derivation says.
import { display, heading, inline } from './layout.ts';
import { at, type Maths, type SetName } from './maths.ts';
import type { Phrases } from './prose.ts';
import { spell, type Speaker } from './spell.ts';
import { definition, total, type Piece } from './write.ts';

const isText = (s: Speaker): boolean => s.author.syntax === 'plain' || s.author.syntax === 'unicode';
const name = (of: string, s: Speaker, whole = true): string => spell(whole ? { k: 'whole', name: of } : at(of), s);
const size = (of: SetName, s: Speaker): string => spell({ k: 'size', of }, s);
const kinds = ['a number', 'a vector', 'a matrix'];

function declarations(piece: Piece, when: 'space' | 'space-after'): string[] {
  const { derivation: d, speaker: s } = piece;
  const how = s.author.declared;
  if (how === 'no' || (how === 'space-after') !== (when === 'space-after')) return [];
  if (how === 'words' || s.author.syntax === 'plain') {
    const each = d.inputs.map((q) => `${inline(name(q.name, s), s.author)} is ${kinds[q.axes.length] ?? 'an array'}`);
    return [`In this note ${each.join(', ')}.`];
  }
  const spaces = d.inputs.map((q) =>
    inline(`${name(q.name, s)} ${isText(s) ? '∈' : '\\in'} ${space(q.axes, s)}`, s.author),
  );
  return [`Here ${spaces.join(', ')}.`];
}

function space(axes: readonly SetName[], s: Speaker): string {
  const real = isText(s) ? 'R' : '\\mathbb{R}';
  if (axes.length === 0) return real;
  const rows = s.author.convention === 'rows' && s.ranks.get('__whole') === 1;
  const sizes = axes.map((x) => size(x, s));
  const shape = rows ? (axes.length === 1 ? ['1', ...sizes] : [...sizes].reverse()) : sizes;
  const power = shape.join(isText(s) ? '×' : ' \\times ');
  return `${real}^${power.length === 1 ? power : `{${power}}`}`;
}

/** A size that stands in a formula is told, unless the ranges of the sums tell it. */
function sizes(piece: Piece): string[] {
  const { derivation: d, speaker: s } = piece;
  const used = (['N', 'C', 'V'] as const).filter((x) => JSON.stringify(d).includes(`{"k":"size","of":"${x}"}`));
  const what: Readonly<Record<string, string>> = { N: 'examples', C: 'classes', V: 'entries' };
  return s.author.prose === 'none' && s.author.limits !== 'index'
    ? []
    : used.map((x) => `There are ${inline(size(x, s), s.author)} ${what[x]}.`);
}

function assumptions(piece: Piece, say: Phrases): string[] {
  const { derivation: d, speaker: s } = piece;
  const shares = d.inputs.filter((q) => d.shares?.includes(q.name));
  const positive = (d.positive ?? []).map((q) => `${say.assume} ${inline(`${name(q, s, false)} > 0`, s.author)}.`);
  return [...shares.flatMap((q) => share(q.name, q.axes, say, s)), ...positive];
}

function share(of: string, axes: readonly SetName[], say: Phrases, s: Speaker): string[] {
  const formula = `${total(of, axes, s)} = 1`;
  switch (s.author.assumption) {
    case 'display':
      return [say.assume, display(formula, s.author)];
    case 'inline':
      return [`${say.assume} ${inline(formula, s.author)}${axes.length > 1 ? ' for every example' : ''}.`];
    case 'one-hot':
      return [`The labels ${inline(name(of, s), s.author)} are one-hot.`];
    case 'words':
      return [`The labels ${inline(name(of, s), s.author)} sum to 1${axes.length > 1 ? ' for every example' : ''}.`];
  }
}

/** A letter that the document uses nowhere. */
const spare = (s: Speaker, from: readonly string[]): string => {
  const taken = new Set([...s.letters.quantity.values(), ...s.letters.size.values(), ...s.letters.index.values()]);
  return from.find((l) => !taken.has(l)) ?? 'Q';
};
const slope = (f: string, by: string, s: Speaker): string => (isText(s) ? `d${f}/d${by}` : `\\frac{d ${f}}{d ${by}}`);

function aside(piece: Piece): string[] {
  const { derivation: d, speaker: s } = piece;
  const f = spare(s, ['g', 'f', 'q', 'G', 'F']);
  const [u] = [spare(s, ['u', 't', 'v', 'U'])];
  const square = (x: string): string => (s.author.syntax === 'unicode' ? `${x}²` : `${x}^2`);
  const say = (x: string): string =>
    `For a function ${inline(`${f}(${x}) = ${square(x)}`, s.author)} of one number the slope is ${inline(`${f}'(${x}) = 2 ${x}`, s.author)}.`;
  const vector = d.inputs.find((q) => q.axes.length === 1)?.name;
  switch (s.author.aside) {
    case 'none':
      return [];
    case 'rule':
      return [
        `Recall that ${inline(`${slope(`e^${u}`, u, s)} = e^${u}`, s.author)} for a number ${inline(u, s.author)}.`,
      ];
    case 'other-letters':
      return [say(u)];
    case 'same-letters':
      return [say(vector === undefined ? u : name(vector, s))];
    case 'code':
      return s.author.syntax === 'markdown'
        ? ['```python\np = np.exp(z) / np.exp(z).sum()\nloss = -(y * np.log(p)).sum()\n```']
        : [];
  }
}

function values(piece: Piece): string[] {
  const { derivation: d, speaker: s } = piece;
  const number = d.inputs.find((q) => q.axes.length === 0 && q.kind === 'positive');
  const vector = d.inputs.find((q) => q.axes.length === 1 && q.kind !== 'share');
  switch (s.author.values) {
    case 'none':
      return [];
    case 'special-case':
      return number === undefined
        ? []
        : [`At ${inline(`${name(number.name, s, false)} = 1`, s.author)} this is the plain case.`];
    case 'example':
      return vector === undefined
        ? []
        : [`As an example, take ${inline(`${name(vector.name, s)} = (1, 2, 3)`, s.author)}.`];
    case 'sizes':
      return [`In the data at hand ${inline(`${size('N', s)} = 150`, s.author)}.`];
  }
}

function second(piece: Piece): string[] {
  const { derivation: d, speaker: s } = piece;
  const last = d.defined.at(-1);
  const vector = d.inputs.find((q) => q.axes.length === 1)?.name;
  const u = spare(s, ['u', 't', 'v', 'U']);
  const half = (x: string): string => (isText(s) ? `1/2 ${x}^2` : `\\frac{1}{2} ${x}^2`);
  if (s.author.second === 'none' || last === undefined) return [];
  if (s.author.second === 'repeats')
    return [heading('Summary', 2, s.author), 'Once more, this note was about', display(definition(last, s), s.author)];
  const isRenaming = s.author.second === 'renames' && vector !== undefined;
  const of = isRenaming ? spare(s, ['g', 'f', 'q', 'G', 'F']) : name(last.name, s, false);
  const by = isRenaming ? name(vector, s) : u;
  if (!isRenaming && last.at.length > 0) return [];
  return [
    heading('A simpler case', 2, s.author),
    `In this section ${inline(by, s.author)} is a number, and we define`,
    display(`${of} = ${half(by)}`, s.author),
    'so that',
    display(`${slope(of, by, s)} = ${by}`, s.author),
  ];
}

export const remarks = { declarations, sizes, assumptions, aside, values, second };
export type { Maths };
