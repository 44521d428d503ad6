// Where inputs have to lie so that logarithms, roots and inverses are defined.
// Not here: the drawing of values (`sample.ts`).
// Invariant: a domain is only a good place to look; whether a point is usable is decided by evaluating there.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';

/**
 * `dominant`: a matrix with a heavy diagonal, so that it has an inverse and a positive determinant without being
 * symmetric.
 */
export type Domain = 'any' | 'positive' | 'negative' | 'unit' | 'dominant';

const strength: { readonly [D in Domain]: number } = { any: 0, positive: 1, negative: 1, dominant: 2, unit: 3 };

/** The domain of every name that the bodies constrain. */
export function inferDomains(bodies: readonly Term[], context: Context): Map<string, Domain> {
  const domains = new Map<string, Domain>();
  const want: Want = { domains, context, done: new Set() };
  for (const b of bodies) {
    visit(b, (t) => {
      if (t.kind === 'call' && (t.fn === 'log' || t.fn === 'sqrt')) positive(must(t.args[0]), want);
      else if (t.kind === 'call' && (t.fn === 'asin' || t.fn === 'acos')) unit(must(t.args[0]), want);
      else if (t.kind === 'pow' && !(t.exponent.kind === 'num' && t.exponent.den === 1n)) positive(t.base, want);
      else if (t.kind === 'inverse' || t.kind === 'determinant') dominant(t.body, want);
    });
  }
  return domains;
}

interface Want {
  readonly domains: Map<string, Domain>;
  readonly context: Context;
  readonly done: Set<string>;
}

function set(name: string, domain: Domain, want: Want): void {
  if (strength[domain] > strength[want.domains.get(name) ?? 'any']) want.domains.set(name, domain);
}

function through(name: string, domain: Domain, want: Want, inside: (body: Term) => void): void {
  const definition = want.context.definitions.get(name);
  if (definition === undefined) {
    set(name, domain, want);
    return;
  }
  if (want.done.has(`${domain} ${name}`)) return;
  want.done.add(`${domain} ${name}`);
  inside(definition.body);
}

const isNegative = (t: Term): boolean =>
  t.kind === 'num' ? t.num < 0n : t.kind === 'mul' && t.factors[0]?.kind === 'num' && t.factors[0].num < 0n;

function positive(t: Term, want: Want): void {
  switch (t.kind) {
    case 'entry':
      through(t.name, 'positive', want, (b) => positive(b, want));
      break;
    case 'mul':
      for (const f of t.factors) positive(f, want);
      break;
    case 'add':
      for (const x of t.terms) (isNegative(x) ? unit : positive)(x, want);
      break;
    case 'pow':
      if (!(t.exponent.kind === 'num' && t.exponent.den === 1n && t.exponent.num % 2n === 0n)) positive(t.base, want);
      break;
    case 'reduce':
      positive(t.body, want);
      break;
    case 'if':
      positive(t.then, want);
      positive(t.else, want);
      break;
    case 'determinant':
      dominant(t.body, want);
      break;
    default:
      break;
  }
}

function unit(t: Term, want: Want): void {
  if (t.kind === 'entry') through(t.name, 'unit', want, (b) => unit(b, want));
  else if (t.kind === 'mul') for (const f of t.factors) unit(f, want);
  else if (t.kind === 'pow') unit(t.base, want);
}

function dominant(t: Term, want: Want): void {
  visit(t, (x) => {
    if (x.kind === 'entry' && x.indices.length >= 2) through(x.name, 'dominant', want, (b) => dominant(b, want));
  });
}
