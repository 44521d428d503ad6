// Cases whose rows go on with an equals sign: `∂Y/∂r_k = { q_k − 1 = −(1 − q_k) for k = t; … }` as one row for each.
// Not here: cases of single values, which are a formula of their own (`language/`).
// Invariant: every row keeps what stands before the brace, and its own condition as a remark.
import { must } from '../term/must.ts';
import { slice, trim, type Mapped } from './mapped.ts';
import { formulaRows, type Member, type Row } from './relations.ts';

const braces = /^(?:\\left\s*\\\{\s*)?\\begin\{(d?cases|rcases)\}([\s\S]*)\\end\{\1\}(?:\s*\\right\s*\.)?\s*[.,;]?$/;

/** One row for every case, where some case is a chain of equalities; else the row itself. */
export function caseRows(row: Row): Row[] {
  const last = row.members.at(-1);
  const found = last === undefined ? null : braces.exec(last.text.text);
  if (last === undefined || found === null || row.members.length < 2) return [row];
  const inside = must(found[2]);
  const start = last.text.text.indexOf(inside);
  const cases = linesIn(inside).map(([from, to]) => caseIn(slice(last.text, start + from, start + to)));
  if (!cases.some((c) => c.members.length > 1)) return [row];
  return cases.flatMap(({ members: [value, ...more], condition, text }): Row[] => {
    if (value === undefined) return [];
    const first: Member = { link: last.link, text: value.text };
    const reasons = condition.text === '' ? row.reasons : [...row.reasons, condition];
    return [{ members: [...row.members.slice(0, -1), first, ...more], reasons, text }];
  });
}

/** A case by itself: the chain before `&`, the condition behind it. */
function caseIn(line: Mapped): { members: readonly Member[]; condition: Mapped; text: Mapped } {
  const at = topLevel(line.text, '&')[0] ?? line.text.length;
  const [row] = formulaRows(slice(line, 0, at));
  const condition = trim(slice(line, Math.min(line.text.length, at + 1), line.text.length));
  return { members: row?.members ?? [], condition, text: trim(line) };
}

/** Where the lines of an environment begin and end. */
function linesIn(text: string): [number, number][] {
  const breaks = topLevel(text, '\\\\');
  const starts = [0, ...breaks.map((n) => n + 2)];
  return starts
    .map((from, n): [number, number] => [from, breaks[n] ?? text.length])
    .filter(([from, to]) => text.slice(from, to).trim() !== '');
}

/** The places of a mark outside of braces and inner environments. */
function topLevel(text: string, mark: string): number[] {
  const found: number[] = [];
  let depth = 0;
  for (let n = 0; n < text.length; n++) {
    const inner = /^\\(begin|end)\{/.exec(text.slice(n, n + 8));
    if (inner !== null) depth += inner[1] === 'begin' ? 1 : -1;
    if (depth === 0 && text.startsWith(mark, n)) {
      found.push(n);
      n += mark.length - 1;
    } else if (text[n] === '\\') n++;
    else if (text[n] === '{') depth++;
    else if (text[n] === '}') depth--;
  }
  return found;
}
