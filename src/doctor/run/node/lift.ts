// Loop bodies that compute gradients, made into functions of their free names.
// Not here: what is done with them.
// Invariant: a lifted function holds the statements as they stand and runs them once; it returns what they assign.
import {
  boundNames,
  children,
  declared,
  field,
  fields,
  isFunction,
  unexported,
  walk,
  type Source,
  type Syntax,
} from './syntax.ts';

export interface Lifted {
  readonly name: string;
  readonly loop: Syntax;
  readonly parameters: readonly string[];
  readonly assigned: readonly string[];
  /** The text of a function of the parameters, to be called `id`. */
  readonly code: (id: string) => string;
}

// dW, dz2, db, dL_dw, grad, wGrad, gradients, l1Delta, delta3: how people call what a loop descends along.
const gradient = /^(?:d[A-Z]\w*|d[a-z]?\d*|d_\w+|d[a-z]{1,2}_?d?[a-z]*\d*|\w*(?:[gG]rad|[dD]elta|nabla)\w*)$/;
const others = /^(?:data|dims?|do|days?|dict|dir|dist|dot|drop|dt|dtype|df|de)$/;
const isLoop = (node: Syntax): boolean => /^(?:For|While|DoWhile)/.test(node.type);

export function lifted(source: Source): Lifted[] {
  const known = new Set(
    source.body.map(unexported).flatMap((s) => {
      if (s.type === 'ImportDeclaration') return fields(s, 'specifiers').flatMap((i) => boundNames(field(i, 'local')));
      if (s.type !== 'VariableDeclaration') return boundNames(field(s, 'id'));
      return fields(s, 'declarations')
        .filter((d) => isFunction(field(d, 'init')))
        .flatMap((d) => boundNames(field(d, 'id')));
    }),
  );
  const variables = declared(source.body).filter((name) => !known.has(name));
  const found = numbered('<script', '>', loopsOf(source.body)).map(([name, loop]) =>
    lift(name, loop, variables, source),
  );
  for (const owner of source.body.flatMap((s) => [...walk(s)])) {
    const name = isFunction(owner) ? boundNames(field(owner, 'id') ?? field(owner, 'key'))[0] : undefined;
    if (name === undefined) continue;
    const own = [...fields(owner, 'params').flatMap(boundNames), ...localsOf(owner)];
    for (const [label, loop] of numbered(`${name}.<loop`, '>', loopsOf(fields(field(owner, 'body'), 'body')))) {
      found.push(lift(label, loop, own, source));
    }
  }
  return found;
}

const numbered = (head: string, tail: string, loops: readonly Syntax[]): [string, Syntax][] =>
  loops.map((loop, at) => [`${head}${at === 0 ? '' : ` ${at + 1}`}${tail}`, loop]);

/** Loops outside of functions whose own statements assign a gradient. */
function loopsOf(body: readonly Syntax[]): Syntax[] {
  const all = body.flatMap((s) => [...walk(s, (n) => !isFunction(n))]).filter(isLoop);
  return all.filter((loop) =>
    assignedIn(statementsOf(loop), false).some((name) => gradient.test(name) && !others.test(name)),
  );
}

function statementsOf(loop: Syntax): Syntax[] {
  const body = field(loop, 'body');
  return body === null ? [] : body.type === 'BlockStatement' ? fields(body, 'body') : [body];
}

/** Names that statements declare or assign; those of inner loops only when `deep`. */
function assignedIn(statements: readonly Syntax[], deep: boolean): string[] {
  const names = statements.flatMap((s) =>
    [...walk(s, (n) => !isFunction(n) && (deep || !isLoop(n)))].flatMap((n) => {
      if (n.type === 'VariableDeclarator') return boundNames(field(n, 'id'));
      if (n.type === 'AssignmentExpression') return boundNames(field(n, 'left'));
      return n.type === 'UpdateExpression' ? boundNames(field(n, 'argument')) : [];
    }),
  );
  return [...new Set(names)];
}

const localsOf = (owner: Syntax): string[] =>
  [...walk(owner)].filter((n) => n.type === 'VariableDeclarator').flatMap((n) => boundNames(field(n, 'id')));

function lift(name: string, loop: Syntax, variables: readonly string[], source: Source): Lifted {
  const body = statementsOf(loop);
  const inBody = new Set(
    body.flatMap((s) =>
      s.type === 'VariableDeclaration' ? fields(s, 'declarations').flatMap((d) => boundNames(field(d, 'id'))) : [],
    ),
  );
  const header = [...walk(loop, (n) => n === loop || n.type !== 'BlockStatement')]
    .filter((n) => n.type === 'VariableDeclarator')
    .flatMap((n) => boundNames(field(n, 'id')));
  const outside = new Set([...variables, ...header].filter((v) => !inBody.has(v)));
  const used = body.flatMap((s) => [...references(s)]);
  const parameters = [...new Set(used.filter((n) => outside.has(n)))];
  const assigned = assignedIn(body, false).filter((n) => inBody.has(n) || parameters.includes(n));
  const text = body.map((s) => source.text.slice(s.start, s.end)).join('\n');
  const hint = source.isTypeScript ? ': any' : '';
  return {
    name,
    loop,
    parameters,
    assigned,
    code: (id) =>
      `function ${id}(${parameters.map((p) => p + hint).join(', ')}) { let __out${hint}; for (const __once of [0]) {\n${text}\n__out = { ${assigned.join(', ')} }; } return __out; }`,
  };
}

/** Names that stand for values in a node, in the order of the text. */
function* references(node: Syntax): Generator<string> {
  if (node.type === 'Identifier') yield node.name as string;
  for (const child of children(node)) {
    const isLabel = child === field(node, 'property') || (child === field(node, 'key') && node.shorthand !== true);
    if (isLabel && node.computed !== true) continue;
    if (!child.type.startsWith('TS')) yield* references(child);
  }
}
