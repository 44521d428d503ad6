// Names for what stands inside elementwise functions: h_j = tanh(Σ …) becomes s_j = Σ …, h_j = tanh(s_j).
// Not here: differentiating.
// Invariant: the meaning stays; each named quantity holds a sum and depends on nothing but the definition's own
// indices, so its adjoint is derived and computed once.
import type { Context, Definition } from '../../term/context.ts';
import { boundIndex, entry, type Index, type SetId, type Term } from '../../term/term.ts';
import { children, key, mapNode } from '../../term/walk.ts';

const holdsSum = (t: Term): boolean =>
  (t.kind === 'reduce' && t.op === 'sum') || children(t).some((c) => holdsSum(c.term));

/** The context with sums inside functions, powers and conditions named; the order of the document is kept. */
export function nameInnerSums(context: Context): Context {
  const definitions = new Map<string, Definition>();
  const shapes = new Map<string, readonly SetId[]>(context.shapes);
  for (const [name, d] of context.definitions) {
    const made = new Map<string, Definition>();
    const indices = d.params.map((_, n): Index => boundIndex(d.params.length - 1 - n));
    const put = (inner: Term): Term => {
      const k = key(inner);
      let definition = made.get(k);
      if (definition === undefined) {
        definition = {
          name: freshName(`${name}_in${made.size === 0 ? '' : made.size + 1}`, context),
          params: d.params,
          body: inner,
        };
        made.set(k, definition);
        shapes.set(
          definition.name,
          d.params.map((p) => p.set),
        );
      }
      return entry(definition.name, ...indices);
    };
    const go = (t: Term, inFunction: boolean): Term => {
      if (inFunction && t.kind !== 'entry' && holdsSum(t)) return put(t);
      const enters = t.kind === 'call' || t.kind === 'if' || t.kind === 'pow';
      return mapNode(t, (x, binders) => (binders > 0 || (t.kind === 'pow' && isReciprocal(t)) ? x : go(x, enters)));
    };
    const body = d.params.length === 0 ? d.body : go(d.body, false);
    for (const inner of made.values()) definitions.set(inner.name, inner);
    definitions.set(name, made.size === 0 ? d : { ...d, body });
  }
  return { ...context, definitions, shapes };
}

/** 1/Σ stays inside: a normaliser (of softmax, say) is best differentiated as part of its quotient. */
const isReciprocal = (t: Extract<Term, { kind: 'pow' }>): boolean =>
  t.exponent.kind === 'num' && t.exponent.num === -t.exponent.den;

function freshName(wanted: string, context: Context): string {
  let name = wanted;
  while (context.definitions.has(name) || context.shapes.has(name)) name += "'";
  return name;
}
