// The key of a term: what tells whether two terms are the same up to the letters of bound indices.
// Not here: keys by meaning (`rules/keys.ts`).
// Invariant: a key depends on the term alone and is worked out once for each object.
import { memo } from './memo.ts';
import { indexKey, type Condition, type Range, type Term } from './term.ts';

const keys = memo<Term, string>();

function conditionKey(c: Condition): string {
  switch (c.kind) {
    case 'compare':
      return `${key(c.left)}${c.op}${key(c.right)}`;
    case 'position':
      return `${indexKey(c.left)}${c.op}${indexKey(c.right)}`;
    case 'and':
    case 'or':
      return `${c.kind}{${c.all.map(conditionKey).join(';')}}`;
    case 'not':
      return `!{${conditionKey(c.of)}}`;
  }
}
const rangeKey = (r: Range): string =>
  `${r.from === null ? '' : indexKey(r.from)}..${r.to === null ? '' : indexKey(r.to)}`;

/**
 * A string that is equal for two terms exactly when they are the same up to the letters of bound indices (order of
 * summands matters).
 */
export function key(t: Term): string {
  return keys.get(t) ?? keys.set(t, makeKey(t));
}

function makeKey(t: Term): string {
  const all = (terms: readonly Term[]): string => terms.map(key).join(',');
  switch (t.kind) {
    case 'num':
      return t.den === 1n ? `${t.num}` : `${t.num}/${t.den}`;
    case 'constant':
      return `!${t.name}`;
    case 'size':
      return `size:${t.set}`;
    case 'position':
      return `pos(${indexKey(t.index)})`;
    case 'entry':
      return `${t.name}[${t.indices.map(indexKey).join(',')}]`;
    case 'delta': {
      const a = indexKey(t.left);
      const b = indexKey(t.right);
      return a < b ? `δ(${a},${b})` : `δ(${b},${a})`;
    }
    case 'bracket':
      return `[${conditionKey(t.condition)}]`;
    case 'if':
      return `if(${conditionKey(t.condition)},${key(t.then)},${key(t.else)})`;
    case 'add':
      return `(+ ${all(t.terms)})`;
    case 'mul':
      return `(* ${all(t.factors)})`;
    case 'pow':
      return `(^ ${key(t.base)},${key(t.exponent)})`;
    case 'call':
      return `${t.fn}(${all(t.args)})`;
    case 'apply':
      return `?${t.fn}'${t.orders.join(',')}(${all(t.args)})`;
    case 'reduce':
      return `${t.op}{${rangeKey(t.range)}${t.range.set === '' || t.range.from !== null ? '' : `:${t.range.set}`}${t.where === null ? '' : `|${conditionKey(t.where)}`}}(${key(t.body)})`;
    case 'inverse':
      return `inv(${key(t.body)})[${indexKey(t.row)},${indexKey(t.column)}]`;
    case 'determinant':
      return `det(${key(t.body)})`;
    case 'partial':
      return `∂(${key(t.body)};${t.by.name}[${t.by.indices.map(indexKey).join(',')}];${t.held.join(',')})`;
  }
}

/** Equal up to the letters of bound indices. */
export const sameTerm = (a: Term, b: Term): boolean => a === b || key(a) === key(b);
