// `<!-- whygrad: … -->` and `% whygrad: …`: what an author adds for the reader that is a machine.
// Not here: prose (`prose.ts`).
// Invariant: a directive that is not understood is left out; it never stops anything.
import { must } from '../term/must.ts';
import type { Item, Statement } from './statements.ts';
import { statementsOf } from './statements.ts';
import { trim, slice, type Mapped } from './mapped.ts';

/** What the directives of a document say, besides the statements that they put in. */
export interface Directives {
  /** Statements (by their place among the items) that are not to be judged. */
  readonly ignored: ReadonlySet<number>;
  /** Statements that are given, not claimed. */
  readonly assumed: ReadonlySet<number>;
  readonly einstein: boolean;
  readonly ranks: ReadonlyMap<string, number>;
  readonly oneHot: ReadonlySet<string>;
  readonly symmetric: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown'>;
  readonly indices: ReadonlySet<string>;
}

const roles: ReadonlyMap<string, 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown'> = new Map([
  ['sigmoid', 'sigmoid'],
  ['logistic', 'sigmoid'],
  ['softmax', 'softmax'],
  ['tanh', 'tanh'],
  ['relu', 'relu'],
  ['function', 'unknown'],
] as const);

interface Draft {
  ignored: Set<number>;
  assumed: Set<number>;
  einstein: boolean;
  ranks: Map<string, number>;
  oneHot: Set<string>;
  symmetric: Set<string>;
  functions: Map<string, 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown'>;
  indices: Set<string>;
}

/** Reads all directives; `given` and `assume` put their equations among the statements. */
export function readDirectives(items: readonly Item[]): { items: Item[]; directives: Directives } {
  const d: Draft = {
    ignored: new Set(),
    assumed: new Set(),
    einstein: false,
    ranks: new Map(),
    oneHot: new Set(),
    symmetric: new Set(),
    functions: new Map(),
    indices: new Set(),
  };
  const out: Item[] = [];
  let skip: 'none' | 'next' | 'all' = 'none';
  let lastDisplay = -1;
  for (const item of items) {
    if (item.kind === 'directive') {
      for (const command of commandsOf(item.text)) {
        if (/^ignore next/.test(command.text)) skip = 'next';
        else if (/^(?:off|ignore (?:all|from here))/.test(command.text)) skip = 'all';
        else if (/^on\b/.test(command.text)) skip = 'none';
        else obey(command, d, out);
      }
      continue;
    }
    if (item.kind === 'statement') {
      const sameFormula = item.sameDisplay && lastDisplay === out.length - 1;
      if (skip === 'all' || (skip === 'next' && (d.ignored.size === 0 || sameFormula || !d.ignored.has(lastDisplay))))
        d.ignored.add(out.length);
      else if (skip === 'next') skip = 'none';
      if (skip === 'next' && !sameFormula && d.ignored.has(out.length)) skip = item.display ? 'next' : 'none';
      lastDisplay = out.length;
    }
    out.push(item);
  }
  return { items: out, directives: d };
}

function commandsOf(m: Mapped): Mapped[] {
  const start = /whygrad:\s*/.exec(m.text);
  if (start === null) return [];
  const body = slice(m, start.index + start[0].length);
  const out: Mapped[] = [];
  let from = 0;
  for (const part of body.text.split(/[;\n]/)) {
    out.push(trim(slice(body, from, from + part.length)));
    from += part.length + 1;
  }
  return out.filter((c) => c.text !== '');
}

const words = (text: string): string[] => text.split(/[\s,]+/).filter((w) => w !== '');

function obey(command: Mapped, d: Draft, out: Item[]): void {
  const found = /^([a-z-]+)\s*(.*)$/is.exec(command.text);
  if (found === null) return;
  const [verb, rest] = [must(found[1]).toLowerCase(), must(found[2])];
  const equation = (): Statement[] =>
    statementsOf(
      trim(slice(command, command.text.length - rest.length)),
      /\\[a-z]/i.test(rest) ? 'math' : 'code',
    ).filter((s): s is Statement => s.kind === 'statement');
  if (verb === 'given' || verb === 'assume')
    for (const s of equation()) {
      if (verb === 'assume') d.assumed.add(out.length);
      out.push(s);
    }
  else if (verb === 'vector' || verb === 'matrix' || verb === 'scalar')
    for (const w of words(rest)) d.ranks.set(w, verb === 'vector' ? 1 : verb === 'matrix' ? 2 : 0);
  else if (verb === 'one-hot') for (const w of words(rest)) d.oneHot.add(w);
  else if (verb === 'symmetric') for (const w of words(rest)) d.symmetric.add(w);
  else if (verb === 'index' || verb === 'indices') for (const w of words(rest)) d.indices.add(w);
  else if (verb === 'einstein') d.einstein = true;
  else {
    const role = roles.get(verb);
    if (role !== undefined) for (const w of words(rest)) d.functions.set(w, role);
  }
}
