// What the parser says of a source: its functions with their cyclomatic complexity, and its literals.
// Not here: which figures are borne (`complexity.test.ts`, `layers.test.ts`).
// Invariant: a function inside another one counts for itself alone; types count for nothing.
import { parseAst } from 'vitest/node';
import { read } from './sources.ts';

/** A function; its complexity is one, and one more for each way its control can take. */
export interface Measured {
  readonly file: string;
  /** As declared, or what it is given to: `walk`, `Judge.claim`; `(in statement)` for a function without a name. */
  readonly name: string;
  readonly line: number;
  readonly complexity: number;
  readonly parameters: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (x: unknown): x is Node => typeof x === 'object' && x !== null && 'type' in x;
const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const branches = new Set([
  'IfStatement',
  'ConditionalExpression',
  'LogicalExpression',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'CatchClause',
]);
const isBranch = (n: Node): boolean =>
  branches.has(n.type) ||
  (n.type === 'SwitchCase' && n.test !== null) ||
  (n.type === 'AssignmentExpression' && /^(?:\|\||&&|\?\?)=$/.test(String(n.operator)));

const parsed = (source: string): Node => parseAst(source, { lang: 'ts' }) as unknown as Node;

const nameOf = (key: unknown): string | null =>
  isNode(key) ? String(key.name ?? key.value ?? (isNode(key.id) ? key.id.name : '')) || null : null;

/** The name that a node gives to a function that it holds directly. */
const given = (n: Node): string | null =>
  n.type === 'VariableDeclarator'
    ? nameOf(n.id)
    : /^(?:MethodDefinition|Property|PropertyDefinition)$/.test(n.type)
      ? nameOf(n.key)
      : null;

/** Every function of a source, in reading order. */
export function functionsOf(file: string, source = read(file)): Measured[] {
  const found: { name: string; start: number; complexity: number; parameters: number }[] = [];
  const walk = (n: Node, around: string, own: { complexity: number } | null, label: string | null): void => {
    let [inside, counted] = [around, own];
    if (functions.has(n.type)) {
      const name = nameOf(n.id) ?? label;
      const entry = {
        name: name === null ? `(in ${around === '' ? 'the file' : around})` : name,
        start: n.start,
        complexity: 1,
        parameters: (n.params as unknown[]).length,
      };
      found.push(entry);
      [inside, counted] = [name ?? around, entry];
    } else if (n.type === 'ClassDeclaration') inside = nameOf(n.id) ?? around;
    else if (counted !== null && isBranch(n)) counted.complexity++;
    for (const child of Object.values(n).flat()) if (isNode(child)) walk(child, inside, counted, given(n));
  };
  walk(parsed(source), '', null, null);
  return found.map(({ start, ...f }) => ({ file, line: source.slice(0, start).split('\n').length, ...f }));
}

/** Where the strings, templates and regular expressions of a source stand: [from, to) in characters. */
export function literalsOf(source: string): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  const walk = (n: Node): void => {
    if (n.type === 'TemplateLiteral' || (n.type === 'Literal' && typeof n.value !== 'number'))
      found.push([n.start, n.end]);
    else for (const child of Object.values(n).flat()) if (isNode(child)) walk(child);
  };
  walk(parsed(source));
  return found;
}
