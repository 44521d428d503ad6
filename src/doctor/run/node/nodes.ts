// The syntax of a function as nodes with places, for small edits of the text.
// Not here: which edits are tried.
// Invariant: a child lies within its parent; types are no nodes.
import type { NodeKind, SyntaxNode } from '../program.ts';
import { children, field, nameOf, type Syntax } from './syntax.ts';

const kinds: Readonly<Record<string, NodeKind>> = {
  NumericLiteral: 'number',
  Identifier: 'name',
  BinaryExpression: 'binary',
  LogicalExpression: 'binary',
  UnaryExpression: 'unary',
  UpdateExpression: 'augassign',
  CallExpression: 'call',
  NewExpression: 'call',
  OptionalCallExpression: 'call',
  ReturnStatement: 'return',
  VariableDeclarator: 'assign',
  ObjectProperty: 'keyword',
};
const comparisons = new Set(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);

function kindOf(node: Syntax): NodeKind {
  if (node.type === 'BinaryExpression' && comparisons.has(node.operator as string)) return 'compare';
  if (node.type === 'AssignmentExpression') return node.operator === '=' ? 'assign' : 'augassign';
  if (/^(?:Optional)?MemberExpression$/.test(node.type)) return node.computed === true ? 'subscript' : 'attribute';
  return kinds[node.type] ?? 'other';
}

export function toNode(node: Syntax, text: string): SyntaxNode {
  const operator = typeof node.operator === 'string' ? node.operator.replace(/(?<=[^=!<>])=$/, '') : undefined;
  const name =
    node.type === 'Identifier' ? nameOf(node) : (nameOf(field(node, 'property')) ?? nameOf(field(node, 'key')));
  return {
    kind: kindOf(node),
    text: text.slice(node.start, node.end),
    start: node.start,
    end: node.end,
    ...(operator === undefined || operator === '' ? {} : { operator }),
    ...(name === null ? {} : { name }),
    children: children(node)
      .filter((child) => !child.type.startsWith('TS') || /^TS(?:As|NonNull|Satisfies)/.test(child.type))
      .map((child) => toNode(child, text)),
  };
}
