// What a file contains, read from its syntax: functions, classes, parameters, calls, what is assigned and returned.
// Not here: values (`loading.ts`), places of single nodes (`nodes.ts`).
// Invariant: nothing of the program runs to make an outline.
import type { CallSite, ClassOutline, FunctionOutline, Parameter } from '../program.ts';
import {
  bare,
  blocks,
  bodyOf,
  boundNames,
  field,
  fields,
  isClass,
  isFunction,
  nameOf,
  unexported,
  walk,
  type Source,
  type Syntax,
} from './syntax.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export interface Found {
  readonly functions: FunctionOutline[];
  readonly classes: ClassOutline[];
  /** The syntax of each function by its name. */
  readonly nodes: Map<string, Syntax>;
}

export function outline(source: Source): Found {
  const reader = new Reader(source);
  for (const statement of source.body) reader.statement(statement, '', false);
  reader.finish();
  return reader.found;
}

class Reader {
  readonly found: Found = { functions: [], classes: [], nodes: new Map() };
  readonly #source: Source;
  /** Methods that are given to prototypes, by class. */
  readonly #prototypes = new Map<string, FunctionOutline[]>();
  readonly #exported = new Set<string>();

  constructor(source: Source) {
    this.#source = source;
  }

  #text(node: Syntax | null): string {
    return node === null ? '' : this.#source.text.slice(node.start, node.end);
  }

  // --- statements ---

  statement(given: Syntax, prefix: string, nested: boolean): void {
    const statement = unexported(given);
    if (statement !== given || given.type.startsWith('Export')) this.#export(given, statement);
    if (statement.type === 'VariableDeclaration') {
      for (const each of fields(statement, 'declarations'))
        this.named(nameOf(field(each, 'id')), field(each, 'init'), given, prefix, nested);
    } else if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') {
      this.named(nameOf(field(statement, 'id')) ?? 'default', statement, given, prefix, nested);
    } else if (statement.type === 'ExpressionStatement') {
      this.#expression(field(statement, 'expression'), given, prefix, nested);
    } else if (isFunction(statement) || statement.type === 'ObjectExpression' || isClass(statement)) {
      this.named('default', statement, given, prefix, nested);
    } else if (!isFunction(statement)) {
      for (const inner of blocks(statement)) this.statement(inner, prefix, nested);
    }
  }

  #export(given: Syntax, statement: Syntax): void {
    const names = fields(given, 'specifiers').map((s) => nameOf(field(s, 'local')));
    const own =
      statement.type === 'VariableDeclaration'
        ? fields(statement, 'declarations').flatMap((d) => boundNames(field(d, 'id')))
        : [nameOf(field(statement, 'id'))];
    for (const name of [...names, ...own]) if (name !== null) this.#exported.add(name);
  }

  #expression(expression: Syntax | null, given: Syntax, prefix: string, nested: boolean): void {
    if (expression === null) return;
    if (expression.type === 'AssignmentExpression') {
      this.#assignment(expression, given, prefix, nested);
    } else if (expression.type === 'CallExpression' || expression.type === 'UnaryExpression') {
      // A function that is called at once: its functions can be reached where it gives them away.
      for (const part of walk(expression, (n) => !isFunction(n))) {
        if (isFunction(part)) for (const inner of bodyOf(part)) this.statement(inner, prefix, true);
      }
    }
  }

  #assignment(expression: Syntax, given: Syntax, prefix: string, nested: boolean): void {
    const target = this.#text(field(expression, 'left'));
    const value = field(expression, 'right');
    const prototype = /^(?:[\w$]+\.)*([\w$]+)\.prototype(?:\.([\w$]+))?$/.exec(target);
    if (prototype !== null) this.#prototype(prototype[1] ?? '', prototype[2], value, given);
    else if (/^(?:module\.)?exports$/.test(target)) this.#exports(value, given, prefix, nested);
    else {
      const name =
        /^(?:(?:module\.)?exports|window|self|globalThis|this|root|global)\.([\w$.]+)$/.exec(target)?.[1] ?? target;
      if (/^[\w$.]+$/.test(name)) this.named(name, value, given, prefix, nested);
      if (name !== target) this.#exported.add(name);
    }
  }

  #exports(value: Syntax | null, given: Syntax, prefix: string, nested: boolean): void {
    if (value?.type === 'Identifier') this.#exported.add(value.name as string);
    else if (value?.type === 'ObjectExpression') {
      for (const each of fields(value, 'properties')) {
        const name = nameOf(field(each, 'key'));
        const held = each.type === 'ObjectMethod' ? each : field(each, 'value');
        if (held?.type === 'Identifier') this.#exported.add(held.name as string);
        else if (name !== null) this.named(name, held, each, prefix, nested);
        if (name !== null) this.#exported.add(name);
      }
    } else if (value !== null) this.named(nameOf(field(value, 'id')) ?? 'default', value, given, prefix, nested);
  }

  #prototype(owner: string, method: string | undefined, value: Syntax | null, given: Syntax): void {
    const methods = this.#prototypes.get(owner) ?? [];
    this.#prototypes.set(owner, methods);
    if (method !== undefined && isFunction(value)) methods.push(this.#function(value, `${owner}.${method}`, given));
    for (const each of method === undefined ? fields(value, 'properties') : []) {
      const held = each.type === 'ObjectMethod' ? each : field(each, 'value');
      const name = nameOf(field(each, 'key'));
      if (name !== null && name !== 'constructor' && isFunction(held))
        methods.push(this.#function(held, `${owner}.${name}`, each));
    }
  }

  /** A value that is given a name. */
  named(name: string | null, given: Syntax | null, around: Syntax, prefix: string, nested: boolean): void {
    const value = bare(given);
    if (name === null || value === null) return;
    if (isClass(value)) this.#class(value, prefix + name, around);
    else if (isFunction(value)) {
      this.found.functions.push({
        ...this.#function(value, prefix + name, around),
        ...(nested ? { isNested: true } : {}),
      });
      for (const inner of bodyOf(value)) this.#inside(inner, `${prefix}${name}.`);
    } else if (value.type === 'ObjectExpression') {
      for (const each of fields(value, 'properties')) {
        const held = each.type === 'ObjectMethod' ? each : field(each, 'value');
        this.named(nameOf(field(each, 'key')), held, each, `${prefix}${name}.`, nested);
      }
    } else if (value.type === 'CallExpression' || value.type === 'NewExpression') {
      for (const part of [field(value, 'callee'), ...fields(value, 'arguments')]) {
        const made = bare(part);
        if (isFunction(made)) for (const inner of bodyOf(made)) this.#inside(inner, `${prefix}${name}.`);
      }
    }
  }

  /** Functions inside a function: declared, given a name, or fields of what it returns. */
  #inside(statement: Syntax, prefix: string): void {
    if (statement.type === 'ReturnStatement' || statement.type === 'ObjectExpression') {
      const value = statement.type === 'ReturnStatement' ? bare(field(statement, 'argument')) : statement;
      for (const each of value?.type === 'ObjectExpression' ? fields(value, 'properties') : []) {
        const held = each.type === 'ObjectMethod' ? each : field(each, 'value');
        if (isFunction(bare(held))) this.named(nameOf(field(each, 'key')), held, each, prefix, true);
      }
    } else if (statement.type === 'IfStatement' || /^(?:For|While|Block|Try)/.test(statement.type)) {
      for (const inner of blocks(statement)) this.#inside(inner, prefix);
    } else if (/^(?:FunctionDeclaration|ClassDeclaration|VariableDeclaration)$/.test(statement.type)) {
      this.statement(statement, prefix, true);
    } else if (
      statement.type === 'ExpressionStatement' &&
      field(statement, 'expression')?.type === 'AssignmentExpression'
    ) {
      const target = this.#text(field(field(statement, 'expression'), 'left'));
      const value = field(field(statement, 'expression'), 'right');
      const own = /^(?:this|self|that)\.([\w$]+)$/.exec(target)?.[1];
      if (own !== undefined && isFunction(value)) this.named(own, value, statement, prefix, true);
    }
  }

  // --- functions and classes ---

  #function(node: Syntax, name: string, around: Syntax): FunctionOutline {
    this.found.nodes.set(name, node);
    const out: Writable<FunctionOutline> = {
      name,
      parameters: fields(node, 'params').map((p) => this.#parameter(p)),
      doc: this.#doc(around),
      line: node.loc.start.line,
      endLine: node.loc.end.line,
      text: this.#text(
        around.type === 'ExportNamedDeclaration' || around.type === 'VariableDeclaration' ? around : node,
      ),
      ...this.#insides(
        bodyOf(node),
        node.type === 'ArrowFunctionExpression' && field(node, 'body')?.type !== 'BlockStatement',
      ),
    };
    const hint = this.#hint(field(node, 'returnType'));
    if (hint !== undefined) out.returns = hint;
    if (node.static === true) out.isStatic = true;
    if (node.kind === 'get') out.isProperty = true;
    return out;
  }

  #hint(annotation: Syntax | null): string | undefined {
    return annotation === null ? undefined : this.#text(annotation).replace(/^\s*:\s*/, '');
  }

  #parameter(node: Syntax): Parameter {
    if (node.type === 'TSParameterProperty') return this.#parameter(field(node, 'parameter') ?? node);
    if (node.type === 'AssignmentPattern') {
      return { ...this.#parameter(field(node, 'left') ?? node), default: this.#text(field(node, 'right')) };
    }
    if (node.type === 'RestElement') {
      const hint = this.#hint(field(node, 'typeAnnotation'));
      return {
        ...this.#parameter(field(node, 'argument') ?? node),
        rest: true,
        ...(hint === undefined ? {} : { hint }),
      };
    }
    const annotation = field(node, 'typeAnnotation');
    const hint = this.#hint(annotation);
    const name = nameOf(node) ?? this.#source.text.slice(node.start, annotation?.start ?? node.end);
    return {
      name,
      ...(hint === undefined ? {} : { hint }),
      ...(node.optional === true ? { default: 'undefined' } : {}),
    };
  }

  /** The block of comments that ends directly above. */
  #doc(node: Syntax): string {
    let line = node.loc.start.line;
    const said: string[] = [];
    for (const comment of [...this.#source.comments].reverse()) {
      if (comment.start >= node.start || comment.loc.end.line < line - 1) continue;
      if (comment.loc.end.line !== line - 1) continue;
      const before = this.#source.text.slice(0, comment.start).split('\n').at(-1) ?? '';
      if (before.trim() !== '') continue;
      said.unshift(
        String(comment.value)
          .replace(/^\s*\*+ ?/gm, '')
          .trim(),
      );
      line = comment.loc.start.line;
    }
    return said.join('\n');
  }

  #insides(body: readonly Syntax[], isExpression: boolean): Pick<FunctionOutline, 'calls' | 'assigns' | 'returned'> {
    const own = body.flatMap((each) => [...ownParts(each)]);
    const returned = isExpression
      ? [this.#text(body[0] ?? null)]
      : body
          .flatMap((each) => [...walk(each, (n) => !isFunction(n) && !isClass(n))])
          .filter((n) => n.type === 'ReturnStatement' && field(n, 'argument') !== null)
          .map((n) => this.#text(field(n, 'argument')));
    return { calls: this.#calls(own), assigns: this.#assigns(own), returned };
  }

  #calls(own: readonly Syntax[]): CallSite[] {
    const given = new Map<Syntax | null, string[]>();
    for (const each of own) {
      if (each.type === 'VariableDeclarator') given.set(field(each, 'init'), boundNames(field(each, 'id')));
      if (each.type === 'AssignmentExpression') given.set(field(each, 'right'), this.#targets(field(each, 'left')));
    }
    return own
      .filter((n) => n.type === 'CallExpression' || n.type === 'NewExpression' || n.type === 'OptionalCallExpression')
      .map((n) => {
        const assigned = given.get(n);
        return {
          callee: this.#text(field(n, 'callee')),
          args: fields(n, 'arguments').map((a) => this.#text(a)),
          line: n.loc.start.line,
          ...(assigned === undefined ? {} : { assigned }),
        };
      });
  }

  #targets(pattern: Syntax | null): string[] {
    const names = boundNames(pattern);
    return names.length > 0 ? names : [this.#text(pattern)];
  }

  #assigns(own: readonly Syntax[]): string[] {
    const names = own.flatMap((n) => {
      if (n.type === 'VariableDeclarator') return boundNames(field(n, 'id'));
      if (n.type === 'AssignmentExpression') return this.#targets(field(n, 'left'));
      return n.type === 'UpdateExpression' ? [this.#text(field(n, 'argument'))] : [];
    });
    return [...new Set(names)];
  }

  #class(node: Syntax, name: string, around: Syntax): void {
    const members = fields(field(node, 'body'), 'body');
    const methods: FunctionOutline[] = [];
    let constructor: FunctionOutline | null = null;
    const declaredFields: string[] = [];
    for (const member of members) {
      const key = nameOf(field(member, 'key'));
      if (key === null) continue;
      const value = bare(field(member, 'value'));
      if (member.type === 'ClassMethod' || member.type === 'ClassPrivateMethod') {
        const described = this.#function(member, `${name}.${key}`, member);
        if (member.kind === 'constructor') constructor = described;
        else methods.push(described);
      } else if (isFunction(value)) {
        methods.push({
          ...this.#function(value, `${name}.${key}`, member),
          ...(member.static === true ? { isStatic: true } : {}),
        });
      } else if (member.type.startsWith('Class')) declaredFields.push(key);
    }
    const base = field(node, 'superClass');
    this.found.nodes.set(name, node);
    this.found.classes.push({
      name,
      bases: base === null ? [] : [this.#text(base)],
      doc: this.#doc(around),
      constructor,
      methods,
      fields: [...new Set([...declaredFields, ...this.#parameterFields(node), ...this.#fields(node)])],
      line: node.loc.start.line,
      endLine: node.loc.end.line,
    });
  }

  #parameterFields(node: Syntax): string[] {
    return [...walk(node)].filter((n) => n.type === 'TSParameterProperty').flatMap(boundNames);
  }

  #fields(node: Syntax): string[] {
    return [...walk(node)]
      .filter((n) => n.type === 'AssignmentExpression')
      .flatMap((n) => /^(?:this|self|that)\.([\w$]+)$/.exec(this.#text(field(n, 'left')))?.[1] ?? []);
  }

  /** Constructors in the old way become classes; exported names are marked; the module's own statements come last. */
  finish(): void {
    const { functions, classes } = this.found;
    for (const [name, methods] of this.#prototypes) {
      const at = functions.findIndex((f) => f.name === name);
      const made = functions[at];
      if (made === undefined) continue;
      functions.splice(at, 1);
      const node = this.found.nodes.get(name);
      classes.push({
        name,
        bases: [],
        doc: made.doc,
        constructor: made,
        methods,
        fields: node === undefined ? [] : [...new Set(this.#fields(node))],
        line: made.line,
        endLine: Math.max(made.endLine, ...methods.map((m) => m.endLine)),
      });
    }
    functions.forEach((f, at) => {
      const first = f.name.split('.')[0] ?? '';
      functions[at] = {
        ...f,
        isExported: f.name === 'default' || this.#exported.has(f.name) || this.#exported.has(first),
      };
    });
    const own = this.#source.body.filter((s) => !isFunction(unexported(s)) && !isClass(unexported(s)));
    const insides = this.#insides(own, false);
    const last = this.#source.text.split('\n').length;
    functions.push({
      name: '<module>',
      parameters: [],
      doc: '',
      line: 1,
      endLine: last,
      text: '',
      ...insides,
      returned: [],
    });
  }
}

/** What belongs to a function itself: callbacks among arguments do, functions that are given a name do not. */
function* ownParts(node: Syntax): Generator<Syntax> {
  yield* walk(
    node,
    (n) => n.type !== 'FunctionDeclaration' && !isClass(n) && n.type !== 'ObjectMethod' && !isFunction(givenName(n)),
  );
}

function givenName(node: Syntax): Syntax | null {
  return node.type === 'VariableDeclarator'
    ? field(node, 'init')
    : node.type === 'ObjectProperty'
      ? field(node, 'value')
      : null;
}
