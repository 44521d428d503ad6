// A few words for gradients of whole arrays: `dz = p * (u - sum(u * p))`, read into a tree.
// Not here: what the words mean (`evaluate.ts`), changes to a tree (`mutate.ts`).
// Invariant: texts are the project's own; one that cannot be read is a bug.

export type Operator = '+' | '-' | '*' | '/' | '**' | '@' | '>' | '>=' | '<' | '==';

/** A formula of arrays. Reductions keep their axis; without a number it is the last one. */
export type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negative'; readonly of: Node }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] };

/** `name = formula`, one after the other. */
export interface Statement {
  readonly name: string;
  readonly value: Node;
}
export type Recipe = readonly Statement[];

const TOKEN = /\s*(?:(\d+\.?\d*(?:e-?\d+)?)|([A-Za-z_]\w*)|(\*\*|>=|==|[-+*/@()<>,]))/y;

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

const tokensOf = (text: string): string[] => {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const m = TOKEN.exec(text);
    if (m === null) throw new Error(`bug: cannot read the formula ${text}`);
    found.push(m[1] ?? m[2] ?? m[3] ?? '');
  }
  return found;
};

const LEVELS: readonly (readonly Operator[])[] = [
  ['>', '>=', '<', '=='],
  ['+', '-'],
  ['*', '/', '@'],
];

function binary(r: Reader, level: number): Node {
  const operators = LEVELS[level];
  if (operators === undefined) return prefix(r);
  let left = binary(r, level + 1);
  for (;;) {
    const operator = operators.find((o) => o === r.tokens[r.at]);
    if (operator === undefined) return left;
    r.at++;
    left = { kind: 'binary', operator, left, right: binary(r, level + 1) };
  }
}

function prefix(r: Reader): Node {
  if (r.tokens[r.at] !== '-') return power(r);
  r.at++;
  return { kind: 'negative', of: prefix(r) };
}

function power(r: Reader): Node {
  const base = atom(r);
  if (r.tokens[r.at] !== '**') return base;
  r.at++;
  return { kind: 'binary', operator: '**', left: base, right: prefix(r) };
}

function atom(r: Reader): Node {
  const token = r.tokens[r.at++] ?? '';
  if (token === '(') {
    const inside = binary(r, 0);
    take(r, ')');
    return inside;
  }
  if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
  if (!/^[A-Za-z_]/.test(token)) throw new Error(`bug: cannot read the formula ${r.tokens.join(' ')}`);
  return r.tokens[r.at] === '(' ? { kind: 'call', name: token, args: argumentsOf(r) } : { kind: 'name', name: token };
}

function argumentsOf(r: Reader): Node[] {
  take(r, '(');
  const args = [binary(r, 0)];
  while (r.tokens[r.at] === ',') {
    r.at++;
    args.push(binary(r, 0));
  }
  take(r, ')');
  return args;
}

function take(r: Reader, token: string): void {
  if (r.tokens[r.at++] !== token) throw new Error(`bug: ${token} is missing in ${r.tokens.join(' ')}`);
}

const remembered = new Map<string, Node>();

/** Reads a formula. */
export function formula(text: string): Node {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const r: Reader = { tokens: tokensOf(text), at: 0 };
  const node = binary(r, 0);
  if (r.at !== r.tokens.length) throw new Error(`bug: cannot read the formula ${text}`);
  remembered.set(text, node);
  return node;
}

/** Reads `a = …; b = …`. */
export const recipe = (text: string): Recipe =>
  text
    .split(';')
    .map((s) => s.trim())
    .filter((s) => s !== '')
    .map((s) => {
      const m = /^(\w+) = (.*)$/s.exec(s);
      if (m === null) throw new Error(`bug: no statement: ${s}`);
      return { name: m[1] as string, value: formula(m[2] as string) };
    });

const STRENGTH: Readonly<Record<Operator, number>> = {
  '>': 1,
  '>=': 1,
  '<': 1,
  '==': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
  '@': 3,
  '**': 5,
};
const strength = (n: Node): number => (n.kind === 'binary' ? STRENGTH[n.operator] : n.kind === 'negative' ? 4 : 6);
const bracketed = (n: Node, least: number): string => (strength(n) < least ? `(${show(n)})` : show(n));

/** Spells a formula as it is read. */
export function show(n: Node): string {
  switch (n.kind) {
    case 'number':
      return String(n.value);
    case 'name':
      return n.name;
    case 'negative':
      return `-${bracketed(n.of, 4)}`;
    case 'call':
      return `${n.name}(${n.args.map(show).join(', ')})`;
    case 'binary': {
      const s = STRENGTH[n.operator];
      const [left, right] = [bracketed(n.left, n.operator === '**' ? s + 1 : s), bracketed(n.right, s + 1)];
      return n.operator === '**' ? `${left}**${right}` : `${left} ${n.operator} ${right}`;
    }
  }
}

/** The names that occur in a formula. */
export function namesIn(n: Node): string[] {
  switch (n.kind) {
    case 'number':
      return [];
    case 'name':
      return [n.name];
    case 'negative':
      return namesIn(n.of);
    case 'binary':
      return [...namesIn(n.left), ...namesIn(n.right)];
    case 'call':
      return n.args.flatMap(namesIn);
  }
}
