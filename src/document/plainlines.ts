// Blocks of formulas typed as plain lines: which lines belong together, matrices drawn over several lines, labels and
// remarks.
// Not here: the relations inside a line (`relations.ts`).
// Invariant: a line that begins with a relation or goes on inside a brace of cases belongs to the line before it; prose
// lines are told apart.
import { must } from '../term/must.ts';
import { inserted, join, lines, originOf, slice, trim, type Mapped } from './mapped.ts';
import { looksLikeCode, proseWords, relation } from './looks.ts';

export type PlainLine =
  | { readonly kind: 'formula'; readonly text: Mapped; readonly remark: string; readonly continues: boolean }
  | { readonly kind: 'prose' | 'condition'; readonly text: Mapped };

/** The logical lines of a block. */
export function plainLines(block: Mapped): PlainLine[] {
  const out: PlainLine[] = [];
  for (const raw of drawnMatrices(drawnCases(lines(block)))) {
    const line = withoutMarks(raw);
    if (line.text.text.trim() === '') continue;
    const condition = /^(\s*(?:if|when|for|case)\s+)([a-z]'?\s*(?:=|==|!=|≠|<>)\s*[a-z]'?)\s*[:,.]?\s*$/i.exec(
      raw.text,
    );
    if (condition !== null) {
      const start = must(condition[1]).length;
      out.push({ kind: 'condition', text: slice(raw, start, start + must(condition[2]).length) });
      continue;
    }
    if (isProse(line.text.text)) {
      out.push({ kind: 'prose', text: raw });
      continue;
    }
    for (const text of besideEachOther(trim(line.text)))
      out.push({ kind: 'formula', text, remark: line.remark, continues: /^\s*(?:=|:=|≈|≤|<=)(?!=)/.test(text.text) });
  }
  return joinBrokenLines(out);
}

/** `A = [2 1; 1 3]     x = [1; 2]`: two equations on one line, wide apart. */
function besideEachOther(line: Mapped): Mapped[] {
  const cut = /(?<=[\])\d])\s{3,}(?=[A-Za-zα-ωΑ-Ω]\w*\s*=)/u.exec(line.text);
  return cut === null
    ? [line]
    : [slice(line, 0, cut.index), ...besideEachOther(slice(line, cut.index + cut[0].length))];
}

const isProse = (text: string): boolean => {
  const t = text.trim();
  if (looksLikeCode(t) || !/[A-Za-z0-9α-ωΑ-Ω]/u.test(t)) return true;
  const words = proseWords(t).length;
  return (
    words > 1 || (words === 1 && !relation.test(t)) || (!relation.test(t) && /[a-z]{3,}\s+[a-z]{3,}|!!|:$/.test(t))
  );
};

/**
 * Takes off numbers in front (`[ 7]`, `(3)`), labels (`Expand:`) and remarks behind (two blanks and a bracket, `#`,
 * `//`).
 */
function withoutMarks(line: Mapped): { text: Mapped; remark: string } {
  let text = line;
  const number = /^\s*(?:\[\s*\d+\]|\(\d+\)(?=\s)|\d+[.)](?=\s))/.exec(text.text);
  if (number !== null) text = blankStart(text, number[0].length);
  const condition = /^\s*(?:if|for|when|case)?\s*([a-z]'?)\s*(=|==|!=|≠|<>)\s*([a-z]'?)\s*:(?!=)\s*(?=\S)/.exec(
    text.text,
  );
  if (condition !== null)
    return {
      text: blankStart(text, condition[0].length),
      remark: `if ${condition[1]} ${condition[2] === '=' || condition[2] === '==' ? '=' : '!='} ${condition[3]}`,
    };
  const label = /^\s*(?!(?:if|for)\b)[A-Za-z][A-Za-z ]{2,40}:(?!=)\s+(?=\S)/.exec(text.text);
  if (label !== null) text = blankStart(text, label[0].length);
  const remark =
    /\s{2,}(?:\[(?![^\]]*;)[^[\]]*(?:\[[^\]]*\][^[\]]*)*\]|\((?=[^()]*[a-z]{3,})[^()]*(?:\([^()]*\)[^()]*)*\)|<[-=]+.*|(?:#|\/\/|--).*)\s*[.,]?\s*$/.exec(
      text.text,
    );
  if (remark === null || remark.index === 0 || isDrawnGroup(remark[0])) return { text, remark: '' };
  return { text: slice(text, 0, remark.index), remark: remark[0].trim() };
}

/** `[1]` and `[2x₁ + x₂]` after two blanks are matrices, `[rule of linearity]` is a remark. */
const isDrawnGroup = (remark: string): boolean => {
  const inside = remark.trim();
  return inside.startsWith('[') && !/[a-z]{3,}|==|\?/i.test(inside) && !/^\[\s*\d* into \d*/.test(inside);
};

const blankStart = (m: Mapped, length: number): Mapped => ({
  text: ' '.repeat(length) + m.text.slice(length),
  origins: m.origins,
});

/** A line that ends with an operator, or whose brackets are open, goes on in the next. */
function joinBrokenLines(all: readonly PlainLine[]): PlainLine[] {
  const out: PlainLine[] = [];
  for (const line of all) {
    const before = out.at(-1);
    const broken =
      line.kind === 'formula' &&
      before?.kind === 'formula' &&
      !line.continues &&
      (/[-+*/=,(]\s*$/.test(before.text.text) ||
        (/^\s*[-+*/·]\s/.test(line.text.text) && relation.test(before.text.text) && !relation.test(line.text.text)));
    if (!broken) {
      out.push(line);
      continue;
    }
    out[out.length - 1] = {
      ...before,
      text: join([before.text, inserted(' ', originOf(line.text)), line.text]),
      remark: line.remark,
    };
  }
  return out;
}

interface Group {
  readonly start: number;
  readonly end: number;
}

function bracketGroups(text: string): Group[] {
  const groups: Group[] = [];
  for (const found of text.matchAll(/\[[^[\]]*\]/g))
    groups.push({ start: found.index, end: found.index + found[0].length });
  return groups;
}

const columnOf = (text: string, at: number): number => [...text.slice(0, at)].length;
const onlyGroups = (text: string): boolean =>
  /^\s*(?:\[[^[\]]*\]\s*)+$/.test(text) && !/^\s{0,3}\[\s*\d+\]\s*$/.test(text);

/** `A = [2 1]` over `    [1 3]`: bracket groups that stand below each other are rows of one matrix. */
function drawnMatrices(all: readonly Mapped[]): Mapped[] {
  const out: Mapped[] = [];
  for (let n = 0; n < all.length; n++) {
    const head = must(all[n]);
    const groups = bracketGroups(head.text);
    const below: Mapped[] = [];
    while (
      groups.length > 0 &&
      n + 1 < all.length &&
      onlyGroups(must(all[n + 1]).text) &&
      standsBelow(head, groups, must(all[n + 1]))
    )
      below.push(must(all[++n]));
    out.push(below.length === 0 ? head : stacked(head, groups, below));
  }
  return out;
}

const standsBelow = (head: Mapped, groups: readonly Group[], line: Mapped): boolean =>
  bracketGroups(line.text).every((g) =>
    groups.some((h) => Math.abs(columnOf(head.text, h.start) - columnOf(line.text, g.start)) <= 1),
  );

function stacked(head: Mapped, groups: readonly Group[], below: readonly Mapped[]): Mapped {
  const parts: Mapped[] = [];
  let last = 0;
  for (const g of groups) {
    parts.push(slice(head, last, g.end - 1));
    for (const line of below) {
      const under = bracketGroups(line.text).find(
        (h) => Math.abs(columnOf(head.text, g.start) - columnOf(line.text, h.start)) <= 1,
      );
      if (under !== undefined)
        parts.push(inserted(' ; ', originOf(line, under.start)), slice(line, under.start + 1, under.end - 1));
    }
    last = g.end - 1;
  }
  return join([...parts, slice(head, last)]);
}

/** `f = { a   if i = j` over `    { b   if i != j` becomes `f = if(i = j, a, b)`. */
function drawnCases(all: readonly Mapped[]): Mapped[] {
  const out: Mapped[] = [];
  for (let n = 0; n < all.length; n++) {
    const head = must(all[n]);
    const open = /=\s*[{⎧]\s*(?=[^}]*$)/.exec(head.text);
    const rows = open === null ? [] : [slice(head, open.index + open[0].length)];
    while (open !== null && n + 1 < all.length && /^\s*[{|⎨⎩⎧]\s*/.test(must(all[n + 1]).text)) {
      const line = must(all[++n]);
      rows.push(slice(line, (/^\s*[{|⎨⎩⎧]\s*/.exec(line.text) as RegExpExecArray)[0].length));
    }
    const cases = rows.map(caseOf);
    out.push(
      open === null || rows.length < 2 || cases.some((c) => c === null)
        ? head
        : join([slice(head, 0, open.index + 1), ifChain(cases as Case[])]),
    );
  }
  return out;
}

interface Case {
  readonly value: Mapped;
  readonly condition: Mapped | null;
}

function caseOf(row: Mapped): Case | null {
  const found = /\s*,?\s*\b(?:if|when|for|where)\b\s*(?=\S)/.exec(row.text);
  if (found !== null)
    return { value: trim(slice(row, 0, found.index)), condition: trim(slice(row, found.index + found[0].length)) };
  const rest = /\s*,?\s*\b(?:otherwise|else)\b/.exec(row.text);
  return rest === null ? null : { value: trim(slice(row, 0, rest.index)), condition: null };
}

/** `if(c, a, if(d, b, …))`; the last case stands for all that is left. */
function ifChain(cases: readonly Case[]): Mapped {
  const [first, ...rest] = cases as readonly [Case, ...Case[]];
  if (first.condition === null || rest.length === 0) return first.value;
  const at = originOf(first.value);
  return join([
    inserted(' if(', at),
    first.condition,
    inserted(', ', at),
    first.value,
    inserted(', ', at),
    ifChain(rest),
    inserted(')', at),
  ]);
}
