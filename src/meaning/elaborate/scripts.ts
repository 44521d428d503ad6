// Scripts on names and brackets, by the habits of a document: entries, powers, transposes.
// Not here: which scripts are indices (`../usage.ts`), names without scripts (`elaborator.ts`).
// Invariant: e is the base of exp unless the text makes it a quantity; what it is taken for instead is noted.
import { isTransposeMark, letterParts, type Scripted, scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import { call, mul, rational, zero } from '../../term/term.ts';
import {
  elementwise,
  entryOf,
  onesVector,
  product,
  rankOf,
  scalar,
  transpose,
  Unreadable,
  type Value,
} from '../value.ts';
import { callValue, isCallProduct, isFunctionName } from './calls.ts';
import type { Elaboration } from './elaboration.ts';
import { normIn } from './norms.ts';
export function subscriptValue(e: Elaboration, s: Extract<Surface, { kind: 'subscript' }>): Value {
  const base = s.base.kind === 'group' && s.base.bracket === '{' ? unwrap(s.base) : s.base;
  if (base.kind === 'ones') {
    const index = e.index(must(s.parts[0]));
    return scalar(mul(rational(1), { kind: 'pow', base: { kind: 'position', index }, exponent: zero }));
  }
  const sc = scripted(s);
  if (sc !== null) return sc.transposed ? transposedName(e, sc) : e.named(sc);
  const norm = normIn(e, s);
  if (norm !== null) return norm;
  const indices = s.parts.flatMap(letterParts).map((p) => e.index(p));
  const v = base.kind === 'apply' ? callValue(e, base, indices) : e.value(base);
  return base.kind === 'apply' && rankOf(v) === 0 ? v : entryOf(v, indices, e, 'the bracket');
}

/** `u_k^T` is the vector u_k lying; `W^T_{ij}` the entry of the transpose. */
function transposedName(e: Elaboration, sc: Scripted): Value {
  const plain = { ...sc, transposed: false };
  const whole = e.named(plain);
  if (rankOf(whole) > 0) return transpose(whole);
  const r = e.resolve(plain);
  if (r.indices.length !== 2) throw new Unreadable('the transpose of a number');
  return e.quantity(
    r.id,
    r.stem,
    [...r.indices].reverse().map((i) => e.index(i, sc.name)),
  );
}

export function powerValue(e: Elaboration, s: Extract<Surface, { kind: 'power' }>): Value {
  const exponent = unwrap(s.exponent);
  const sc = scripted(s);
  if (s.base.kind === 'name' && s.base.name === 'e' && !s.base.bold && !isTransposeMark(exponent) && !e.isKnown('e'))
    return elementwise(e.value(s.exponent), e, (t) => call('exp', t));
  if (s.base.kind === 'name' && s.base.name === 'e' && isTransposeMark(exponent)) {
    e.doubts.add('e is taken for the vector of ones');
    return transpose(onesVector(e));
  }
  if (sc !== null) {
    if (isFunctionName(e, sc)) throw new Unreadable(`the function ${sc.name} has no argument`);
    return sc.transposed ? transposedName(e, sc) : e.named(sc);
  }
  if (s.base.kind === 'apply' && isCallProduct(e, s.base)) {
    const group = e.value(must(s.base.args[0]));
    return product(e.value(s.base.head), isTransposeMark(exponent) ? transpose(group) : e.raised(group, s.exponent), e);
  }
  const base = e.value(s.base);
  if (isTransposeMark(exponent)) return transpose(base);
  return e.raised(base, s.exponent, s.base);
}
