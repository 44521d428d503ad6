// An author's own LaTeX commands: where they are declared, and formulas with them written out.
// Not here: the commands that LaTeX itself knows.
// Invariant: expansion ends (at most 12 rounds and 64 KiB); an argument keeps its place in the file, a body stands at
// its call.
import { must } from '../term/must.ts';
import { inserted, join, slice, originOf, type Mapped } from './mapped.ts';

interface Macro {
  readonly parameters: number;
  readonly optional: string | null;
  readonly body: string;
}
export type Macros = ReadonlyMap<string, Macro>;

/** The end (exclusive) of the group whose `{` stands at `at`; the end of the text when it is never closed. */
export function groupEnd(text: string, at: number): number {
  let depth = 0;
  for (let n = at; n < text.length; n++) {
    const c = text[n];
    if (c === '\\') n++;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return n + 1;
  }
  return text.length;
}

const declaration =
  /\\(?:(?:re|provide)?newcommand\*?|providecommand\*?|DeclareMathOperator\*?|DeclarePairedDelimiter|def|gdef)\s*\{?\s*\\([A-Za-z]+|.)\s*\}?/g;

interface Declared {
  readonly name: string;
  readonly macro: Macro;
  readonly start: number;
  readonly end: number;
}

/** The end of every group of a text, by where its `{` stands; groups that are never closed have none. */
function groupEnds(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (let n = 0; n < text.length; n++) {
    const c = text[n];
    if (c === '\\') n++;
    else if (c === '{') open.push(n);
    else if (c === '}' && open.length > 0) ends.set(must(open.pop()), n + 1);
  }
  return ends;
}

function readDeclaration(text: string, found: RegExpMatchArray, ends: ReadonlyMap<number, number>): Declared | null {
  const start = must(found.index);
  let at = start + found[0].length;
  const name = must(found[1]);
  let parameters = 0;
  let optional: string | null = null;
  if (/\\g?def/.test(found[0])) {
    const signature = /^(?:\s*#\d)*/.exec(text.slice(at))?.[0] ?? '';
    parameters = (signature.match(/#/g) ?? []).length;
    at += signature.length;
  } else {
    const count = /^\s*\[(\d)\]/.exec(text.slice(at));
    if (count !== null) {
      parameters = Number(count[1]);
      at += count[0].length;
    }
    const preset = /^\s*\[([^\]]*)\]/.exec(text.slice(at));
    if (count !== null && preset !== null) {
      optional = must(preset[1]);
      at += preset[0].length;
    }
  }
  const open = /^\s*\{/.exec(text.slice(at));
  if (open === null) return null;
  const bodyStart = at + open[0].length;
  const end = ends.get(bodyStart - 1);
  if (end === undefined) return null;
  const body = text.slice(bodyStart, end - 1);
  return {
    name,
    start,
    end,
    macro: { parameters, optional, body: found[0].includes('Operator') ? `\\operatorname{${body}}` : body },
  };
}

/** The commands that a text declares, and the text with the declarations blanked out. */
export function declaredMacros(text: string): { macros: Macros; blanked: string } {
  const macros = new Map<string, Macro>();
  const ends = groupEnds(text);
  let blanked = '';
  let done = 0;
  for (const found of text.matchAll(declaration)) {
    const d = readDeclaration(text, found, ends);
    if (d === null) continue;
    macros.set(d.name, d.macro);
    if (d.end <= done) continue;
    blanked += text.slice(done, Math.max(done, d.start));
    blanked += text.slice(Math.max(done, d.start), d.end).replace(/[^\n]/g, ' ');
    done = d.end;
  }
  return { macros, blanked: blanked + text.slice(done) };
}

function readArgument(m: Mapped, at: number): { argument: Mapped; end: number } | null {
  let start = at;
  while (start < m.text.length && /\s/.test(must(m.text[start]))) start++;
  const c = m.text[start];
  if (c === undefined) return null;
  if (c === '{') {
    const end = groupEnd(m.text, start);
    return { argument: slice(m, start + 1, end - 1), end };
  }
  const command = /^\\(?:[A-Za-z]+|.)/.exec(m.text.slice(start));
  const end = start + (command?.[0].length ?? 1);
  return { argument: slice(m, start, end), end };
}

function expandCall(m: Mapped, at: number, nameEnd: number, macro: Macro): { parts: Mapped[]; end: number } | null {
  const args: Mapped[] = [];
  let end = nameEnd;
  if (macro.optional !== null) {
    const given = /^\s*\[([^\]]*)\]/.exec(m.text.slice(end));
    args.push(
      given === null
        ? inserted(macro.optional, originOf(m, at))
        : slice(m, end + given[0].indexOf('[') + 1, end + given[0].length - 1),
    );
    end += given?.[0].length ?? 0;
  }
  while (args.length < macro.parameters) {
    const read = readArgument(m, end);
    if (read === null) return null;
    args.push(read.argument);
    end = read.end;
  }
  const parts: Mapped[] = [];
  let last = 0;
  for (const hole of macro.body.matchAll(/#(\d)/g)) {
    parts.push(
      inserted(macro.body.slice(last, hole.index), originOf(m, at)),
      args[Number(hole[1]) - 1] ?? inserted('', originOf(m, at)),
    );
    last = hole.index + 2;
  }
  parts.push(inserted(macro.body.slice(last), originOf(m, at)));
  if (parts.length === 1 && /[A-Za-z]$/.test(macro.body) && /^[A-Za-z]/.test(m.text.slice(end)))
    parts.push(inserted(' ', originOf(m, at)));
  return { parts, end };
}

function expandOnce(m: Mapped, macros: Macros): Mapped | null {
  const parts: Mapped[] = [];
  let last = 0;
  for (const found of m.text.matchAll(/\\([A-Za-z]+|[^A-Za-z])/g)) {
    const macro = found.index < last ? undefined : macros.get(must(found[1]));
    if (macro === undefined) continue;
    const call = expandCall(m, found.index, found.index + found[0].length, macro);
    if (call === null) continue;
    parts.push(slice(m, last, found.index), ...call.parts);
    last = call.end;
  }
  return parts.length === 0 ? null : join([...parts, slice(m, last)]);
}

/** The formula with the author's own commands written out. */
export function expandMacros(m: Mapped, macros: Macros): Mapped {
  if (macros.size === 0) return m;
  let text = m;
  for (let round = 0; round < 12; round++) {
    const next = expandOnce(text, macros);
    if (next === null || next.text.length > 65536) return text;
    text = next;
  }
  return text;
}
