// A source as a tree, and ways to walk it.
// Not here: what is read from it (`outline.ts`, `lift.ts`), what is made of it (`transform.ts`).
// Invariant: places are UTF-16 offsets into the source that was given; lines count from 1.
import { parse as parseWith, type ParserPlugin } from '@babel/parser';

/** A node of the syntax tree, in the names of ESTree with Babel's literals. */
export interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly [field: string]: unknown;
}

export interface Source {
  readonly text: string;
  readonly body: readonly Syntax[];
  readonly comments: readonly Syntax[];
  /** Whether it is written as an ES module. */
  readonly isModule: boolean;
  readonly isTypeScript: boolean;
}

/** A text that cannot be parsed. */
export class SyntaxFault extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && typeof (value as Syntax).type === 'string';

export function parse(text: string, path: string): Source {
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  const plugins: ParserPlugin[] = isTypeScript ? ['typescript', 'decorators'] : ['jsx', 'decorators'];
  if (path.endsWith('x') && isTypeScript) plugins.push('jsx');
  if (!isTypeScript && text.includes('@flow')) plugins.push('flow');
  try {
    const file = parseWith(text, {
      sourceType: /\.m[jt]s$/.test(path) ? 'module' : 'unambiguous',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowSuperOutsideMethod: true,
      allowUndeclaredExports: true,
      plugins,
    });
    const program = file.program as unknown as Syntax & { readonly sourceType: string };
    return {
      text,
      body: fields(program, 'body'),
      comments: ((file.comments ?? []) as unknown[]).filter(isSyntax),
      isModule: program.sourceType === 'module',
      isTypeScript,
    };
  } catch (error) {
    const place = (error as { readonly loc?: { readonly line: number } }).loc;
    throw new SyntaxFault((error as Error).message.replace(/\s*\(\d+:\d+\)$/, ''), place?.line ?? 1);
  }
}

/** The node in a field, or null. */
export function field(node: Syntax | null, name: string): Syntax | null {
  const value = node?.[name];
  return isSyntax(value) ? value : null;
}

/** The nodes of a field that holds a list. */
export function fields(node: Syntax | null, name: string): Syntax[] {
  const value = node?.[name];
  return Array.isArray(value) ? value.filter(isSyntax) : [];
}

const notChildren = new Set(['leadingComments', 'trailingComments', 'innerComments', 'extra', 'loc']);

/** The nodes directly below one, in the order of the text. */
export function children(node: Syntax): Syntax[] {
  const found: Syntax[] = [];
  for (const [name, value] of Object.entries(node)) {
    if (notChildren.has(name)) continue;
    if (isSyntax(value)) found.push(value);
    else if (Array.isArray(value)) found.push(...value.filter(isSyntax));
  }
  return found.sort((a, b) => a.start - b.start);
}

/** A node and all below it; `enter` says whether to go below a node. */
export function* walk(node: Syntax, enter: (node: Syntax) => boolean = () => true): Generator<Syntax> {
  yield node;
  if (!enter(node)) return;
  for (const child of children(node)) yield* walk(child, enter);
}

export interface FunctionSyntax extends Syntax {
  readonly params: unknown;
}
export interface ClassSyntax extends Syntax {
  readonly superClass: unknown;
}
export const isFunction = (node: Syntax | null): node is FunctionSyntax =>
  node !== null &&
  /^(?:Function|ArrowFunction|ObjectMethod$|ClassMethod$|ClassPrivateMethod$)/.test(node.type) &&
  node.type !== 'FunctionTypeAnnotation';
export const isClass = (node: Syntax | null): node is ClassSyntax =>
  node !== null && (node.type === 'ClassDeclaration' || node.type === 'ClassExpression');

/** The statements or the one expression of a function. */
export function bodyOf(node: Syntax): Syntax[] {
  const body = field(node, 'body');
  if (body === null) return [];
  return body.type === 'BlockStatement' ? fields(body, 'body') : [body];
}

/** `name` of an identifier, a literal key, a private name. */
export function nameOf(node: Syntax | null): string | null {
  if (node === null) return null;
  if (typeof node.name === 'string') return node.name;
  if (typeof node.value === 'string') return node.value;
  return node.type === 'PrivateName' ? nameOf(field(node, 'id')) : null;
}

/** Every name that a pattern binds. */
export function boundNames(pattern: Syntax | null): string[] {
  if (pattern === null) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name as string];
    case 'ObjectPattern':
      return fields(pattern, 'properties').flatMap((p) =>
        boundNames(p.type === 'RestElement' ? field(p, 'argument') : field(p, 'value')),
      );
    case 'ArrayPattern':
      return fields(pattern, 'elements').flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(field(pattern, 'left'));
    case 'RestElement':
      return boundNames(field(pattern, 'argument'));
    case 'TSParameterProperty':
      return boundNames(field(pattern, 'parameter'));
    default:
      return [];
  }
}

/** A statement without `export`. */
export function unexported(statement: Syntax): Syntax {
  if (!/^Export(?:Named|Default)Declaration$/.test(statement.type)) return statement;
  return field(statement, 'declaration') ?? statement;
}

/** Names that a module declares at its top level and that have a value at run time. */
export function declared(body: readonly Syntax[]): string[] {
  const names = body.flatMap((each) => {
    const statement = unexported(each);
    if (statement.declare === true) return [];
    if (statement.type === 'VariableDeclaration')
      return fields(statement, 'declarations').flatMap((d) => boundNames(field(d, 'id')));
    if (/^(?:FunctionDeclaration|ClassDeclaration|TSEnumDeclaration)$/.test(statement.type))
      return boundNames(field(statement, 'id'));
    return [];
  });
  return [...new Set(names)];
}

/** A value without brackets, `as T`, `!`. */
export function bare(node: Syntax | null): Syntax | null {
  if (node === null) return null;
  if (
    /^(?:TSAsExpression|TSSatisfiesExpression|TSNonNullExpression|ParenthesizedExpression|TypeCastExpression)$/.test(
      node.type,
    )
  ) {
    return bare(field(node, 'expression'));
  }
  return node;
}

/** Statements within blocks of a statement. */
export function blocks(statement: Syntax): Syntax[] {
  return ['body', 'consequent', 'alternate', 'block', 'handler', 'finalizer'].flatMap((name) => {
    const value = statement[name];
    if (Array.isArray(value)) return fields(statement, name);
    const one = field(statement, name);
    if (one === null) return [];
    return one.type === 'BlockStatement' || one.type === 'CatchClause' ? blocks(one) : [one];
  });
}
