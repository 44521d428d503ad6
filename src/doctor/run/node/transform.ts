// A module's source made into a function of `exports`, `require` and the like, whose top-level names can be reached
// from outside.
// Not here: running it (`loading.ts`).
// Invariant: lines stay where they are.
import { transform as transformWith, type Transform } from 'sucrase';
import { lifted, type Lifted } from './lift.ts';
import { declared, field, fields, isClass, isFunction, unexported, walk, type Source, type Syntax } from './syntax.ts';

/** How much of a module is kept: all, what defines, what defines without calling anything. */
export type Mode = 'whole' | 'definitions' | 'bare';

/** The parameters of the function that a module becomes. */
export const parameters = [
  'exports',
  'require',
  'module',
  '__filename',
  '__dirname',
  'import_meta',
  '__reach',
] as const;

export interface Made {
  readonly code: string;
  readonly lifted: readonly (Lifted & { readonly id: string })[];
}

export function make(source: Source, mode: Mode): Made {
  const loops = lifted(source).map((each, at) => ({ ...each, id: `__lifted_${at + 1}` }));
  const kept = edit(source.text, [
    ...(mode === 'whole' ? [] : dropped(source, mode)),
    ...constants(source),
    ...metas(source),
  ]);
  const withLoops = [kept, ...loops.map((each) => each.code(each.id))].join('\n');
  const code = stripped(withLoops, source);
  const names = [...declared(source.body), ...loops.map((each) => each.id)];
  const reach = names.map((n) => `get ${n}() { return ${n}; }, set ${n}(v) { ${n} = v; }`).join(', ');
  const strict = source.isModule ? '"use strict"; ' : '';
  const head = `(${awaits(source) ? 'async ' : ''}function (${parameters.join(', ')}) { ${strict}__reach({ ${reach} }); `;
  return { code: `${head}${code}\n})`, lifted: loops };
}

function stripped(text: string, source: Source): string {
  const transforms: Transform[] = source.isModule ? ['imports'] : [];
  if (source.isTypeScript) transforms.push('typescript');
  else if (text.includes('@flow')) transforms.push('flow');
  if (transforms.length === 0) return text.replace(/^#!/, '//');
  return transformWith(text, { transforms, disableESTransforms: true, production: true }).code.replace(/^#!/, '//');
}

const awaits = (source: Source): boolean =>
  source.isModule &&
  source.body.some((s) =>
    [...walk(s, (n) => !isFunction(n))].some(
      (n) => n.type === 'AwaitExpression' || (n.type === 'ForOfStatement' && n.await === true),
    ),
  );

// --- edits that keep places ------------------------------------------------------------------------------------------

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function edit(text: string, edits: readonly Edit[]): string {
  let out = text;
  let before = text.length + 1;
  for (const each of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    if (each.end > before) continue; // within a statement that is dropped
    out = out.slice(0, each.start) + each.text + out.slice(each.end);
    before = each.start;
  }
  return out;
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Top-level constants become variables, so that calls of inner functions can be written down. */
const constants = (source: Source): Edit[] =>
  source.body
    .map(unexported)
    .filter((s) => s.type === 'VariableDeclaration' && s.kind === 'const' && s.declare !== true)
    .map((s) => ({ start: s.start, end: s.start + 5, text: 'let  ' }));

const metas = (source: Source): Edit[] =>
  source.body
    .flatMap((s) => [...walk(s)])
    .filter((n) => n.type === 'MetaProperty' && source.text.slice(n.start, n.end) === 'import.meta')
    .map((n) => ({ start: n.start, end: n.end, text: 'import_meta' }));

/** Statements that do something beside defining. */
function dropped(source: Source, mode: Mode): Edit[] {
  const gone = source.body.flatMap((s) => drop(unexported(s), s, mode));
  return gone.map((n) => ({ start: n.start, end: n.end, text: blank(source.text.slice(n.start, n.end)) }));
}

function drop(statement: Syntax, whole: Syntax, mode: Mode): Syntax[] {
  if (/^(?:Import|Export|TS|Function|Class|Interface|TypeAlias|Declare)/.test(statement.type)) return [];
  if (isFunction(statement) || isClass(statement) || statement.type === 'ObjectExpression') return [];
  if (statement.type === 'VariableDeclaration') {
    return fields(statement, 'declarations').some((d) => !isPlain(field(d, 'init'), mode)) ? [whole] : [];
  }
  const expression = statement.type === 'ExpressionStatement' ? field(statement, 'expression') : null;
  if (expression?.type === 'AssignmentExpression' && field(expression, 'left')?.type === 'MemberExpression') {
    return isPlain(field(expression, 'right'), mode) ? [] : [whole];
  }
  return [whole];
}

/** Whether a value can be made without running the program's own work. */
function isPlain(value: Syntax | null, mode: Mode): boolean {
  if (value === null) return true;
  return [...walk(value, (n) => !isFunction(n) && !isClass(n))].every((n) => {
    if (n.type !== 'CallExpression' && n.type !== 'NewExpression' && n.type !== 'AwaitExpression') return true;
    const callee = field(n, 'callee');
    const first = callee?.type === 'MemberExpression' ? field(callee, 'object') : callee;
    const known = new Set([
      'require',
      'Math',
      'Float64Array',
      'Float32Array',
      'Int32Array',
      'Array',
      'Object',
      'Number',
      'Map',
      'Set',
    ]);
    if (typeof first?.name === 'string' && known.has(first.name)) return true;
    return mode === 'definitions' && n.type !== 'AwaitExpression' && isFunction(callee);
  });
}
