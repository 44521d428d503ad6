// The right formula in the person's own names: what a numpy function returns, written anew.
// Not here: small edits (`edits.ts`), trying them (`mend.ts`).
// Invariant: which name holds which quantity is found by running, never by what it is called.
import { must } from '../../term/must.ts';
import type { Route } from '../find/route.ts';
import { tryAll, type Judgement } from '../judge.ts';
import { RunError, type Program, type SyntaxNode } from '../run/program.ts';
import { namesIn, type Node } from '../tensor/notation.ts';
import { relativeError, zip, type Tensor } from '../tensor/tensor.ts';
import type { Edit, Scope } from './edits.ts';

const WORDS: Readonly<Record<string, (args: readonly string[]) => string>> = {
  sum: ([x, axis]) => `np.sum(${x}, axis=${axis ?? '-1'}, keepdims=True)`,
  mean: ([x, axis]) => `np.mean(${x}, axis=${axis ?? '-1'}, keepdims=True)`,
  total: ([x]) => `np.sum(${x})`,
  exp: ([x]) => `np.exp(${x})`,
  log: ([x]) => `np.log(${x})`,
  sqrt: ([x]) => `np.sqrt(${x})`,
  tanh: ([x]) => `np.tanh(${x})`,
  abs: ([x]) => `np.abs(${x})`,
  sign: ([x]) => `np.sign(${x})`,
  sigmoid: ([x]) => `1 / (1 + np.exp(-${x}))`,
  T: ([x]) => `${x}.T`,
};

class Unspeakable extends Error {}

/** A formula in numpy; throws Unspeakable where a name or word has no spelling. */
function spelled(n: Node, names: ReadonlyMap<string, string>, steps: ReadonlyMap<string, Node>): string {
  const part = (m: Node): string => {
    const text = spelled(m, names, steps);
    return /^[\w.]+$|^np\.\w+\([^()]*\)$|^\d/.test(text) ? text : `(${text})`;
  };
  switch (n.kind) {
    case 'number':
      return String(n.value);
    case 'name': {
      const known = names.get(n.name);
      if (known !== undefined) return known;
      const step = steps.get(n.name);
      if (step === undefined) throw new Unspeakable(n.name);
      return spelled(step, names, steps);
    }
    case 'negative':
      return `-${part(n.of)}`;
    case 'binary':
      return `${part(n.left)} ${n.operator} ${part(n.right)}`;
    case 'call': {
      const word = WORDS[n.name];
      if (word === undefined) throw new Unspeakable(n.name);
      return word(n.args.map((a, i) => (i === 0 && n.name === 'T' ? part(a) : spelled(a, names, steps))));
    }
  }
}

const flat = (nodes: readonly SyntaxNode[]): SyntaxNode[] => nodes.flatMap((n) => [n, ...flat(n.children)]);

/** The value that the function's last return statement gives back. */
function returned(nodes: readonly SyntaxNode[]): SyntaxNode | undefined {
  const statement = flat(nodes)
    .filter((n) => n.kind === 'return' && n.children.length > 0)
    .at(-1);
  return statement?.children.at(-1);
}

/** What the function gives when it returns this expression instead. */
async function given(
  program: Program,
  j: Judgement,
  at: SyntaxNode,
  text: string,
  output: string,
): Promise<Tensor | null> {
  const { source } = program;
  let edited: Program | null = null;
  try {
    edited = await program.edited(source.slice(0, at.start) + text + source.slice(at.end));
    const [trial] = await tryAll(edited, [j.reading], 0);
    return trial?.yours.get(output) ?? null;
  } catch (e) {
    if (e instanceof RunError) return null;
    throw e;
  } finally {
    await edited?.close();
  }
}

const fields = (r: Route): string[] => (r.owner?.fields ?? []).map((f) => `self.${f}`);

/** Edits that return the right formula, in the names that hold its quantities; none where they cannot be told. */
export async function rewritten(
  program: Program,
  j: Judgement,
  nodes: readonly SyntaxNode[],
  scope: Scope,
): Promise<Edit[]> {
  const { operation, route } = j.reading;
  const at = returned(nodes);
  const output = [...must(j.probes[0]).yours.keys()];
  if (program.language !== 'python' || !/\bnp\./.test(program.source) || at === undefined || output.length !== 1)
    return [];
  const steps = new Map(operation.backward.map((s) => [s.name, s.value]));
  const wanted = [...new Set(operation.backward.flatMap((s) => namesIn(s.value)))].filter((n) => !steps.has(n));
  const { all } = j;
  const names = new Map<string, string>();
  const u = all.get('u');
  for (const text of [...scope.names, ...fields(route)].slice(0, 14)) {
    const value = await given(program, j, at, text, must(output[0]));
    if (value === null) continue;
    for (const name of [...wanted, ...operation.forward.map((s) => s.name)]) {
      const own = all.get(name);
      if (own === undefined || names.has(name)) continue;
      const scaled = u !== undefined && u.data.length === own.data.length ? zip(own, u, (a, b) => a * b) : own;
      if (relativeError(value, own) < 1e-9 || (name !== 'u' && relativeError(value, scaled) < 1e-9))
        names.set(name, text);
    }
  }
  return spellings(j, names, steps, must(output[0]), scope).map((text) => ({
    start: at.start,
    end: at.end,
    text,
    rank: 5,
  }));
}

/** The formula with each way to write the factor of a loss. */
function spellings(
  j: Judgement,
  names: ReadonlyMap<string, string>,
  steps: ReadonlyMap<string, Node>,
  output: string,
  { counts }: Scope,
): string[] {
  const hasUpstream = j.reading.backward.bound.some((b) => b.role.kind === 'upstream');
  const base = new Map(names);
  if (!hasUpstream) base.set('u', '1');
  const factors = j.reading.operation.kind === 'loss' ? ['1', ...counts.map((c) => `1 / ${c}`)] : ['1'];
  return factors.flatMap((r) => {
    try {
      const text = spelled(must(steps.get(output)), new Map(base).set('r', r), steps);
      return [tidy(text)];
    } catch (e) {
      if (e instanceof Unspeakable) return [];
      throw e;
    }
  });
}

/** Without factors of one. */
const tidy = (text: string): string =>
  text
    .replace(/^1 \* \((.*)\)$/, '$1')
    .replace(/ \* 1$/, '')
    .replace(/^\((.*)\) \* \(1 \/ ([^()]*(?:\([^()]*\))?)\)$/, '($1) / $2');
