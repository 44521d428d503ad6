// A name with everything that hangs on it: subscripts, superscripts, primes, a transpose.
// Not here: which scripts are indices, labels or powers (`meaning/usage.ts` decides that for a whole document).
// Invariant: `scripted` gives null for anything that is no name with scripts.
import { must } from '../term/must.ts';
import { unwrap, visitSurface, type Surface } from './surface.ts';

export interface Script {
  readonly value: Surface;
  readonly style: 'none' | 'paren' | 'square';
}
export interface Scripted {
  readonly name: string;
  readonly bold: boolean;
  readonly subs: readonly Surface[];
  readonly sups: readonly Script[];
  readonly primes: number;
  readonly transposed: boolean;
}

export const isTransposeMark = (s: Surface): boolean =>
  s.kind === 'name' &&
  (s.name === 'T' || s.name === 'top' || s.name === 'intercal' || s.name === '⊤' || s.name === 't_transpose');

/** The name at the bottom of a tower of scripts, with the scripts; `{x_i}` counts like `x_i`. */
/** Formulas are asked for their names again and again. */
const towers = new WeakMap<Surface, Scripted | { readonly none: true }>();

export function scripted(s: Surface): Scripted | null {
  const known = towers.get(s);
  if (known !== undefined) return 'none' in known ? null : known;
  const found = readTower(s);
  towers.set(s, found ?? { none: true });
  return found;
}

function readTower(s: Surface): Scripted | null {
  switch (s.kind) {
    case 'name':
      return { name: s.name, bold: s.bold, subs: [], sups: [], primes: 0, transposed: false };
    case 'group':
      return s.bracket === '{' ? scripted(s.value) : null;
    case 'subscript': {
      const b = scripted(s.base);
      const given = s.parts.length === 1 ? givenIndices(unwrap(must(s.parts[0]))) : null;
      if (b && given !== null) return { ...b, name: b.name + given.mark, subs: [...b.subs, ...given.indices] };
      return b && { ...b, subs: [...b.subs, ...s.parts.flatMap(letterParts)] };
    }
    case 'power': {
      const b = scripted(s.base);
      if (b === null) return null;
      if (isTransposeMark(unwrap(s.exponent)) && s.style === 'none') return { ...b, transposed: true };
      return { ...b, sups: [...b.sups, { value: s.exponent, style: s.style }] };
    }
    case 'transpose': {
      const b = scripted(s.base);
      return b && { ...b, transposed: true };
    }
    case 'prime': {
      const b = scripted(s.base);
      return b && { ...b, primes: b.primes + s.count };
    }
    default:
      return null;
  }
}

/** `p_{j|i}`, `φ_{j|y=k}`: other quantities than `p_{ji}` and `φ_{jk}`, with the same indices. */
function givenIndices(s: Surface): { mark: string; indices: Surface[] } | null {
  if (s.kind !== 'conditional' || letterOf(s.value) === null) return null;
  const given = unwrap(s.given);
  if (letterOf(given) !== null) return { mark: '_given', indices: [s.value, given] };
  const link = given.kind === 'relation' && given.links.length === 1 ? given.links[0] : undefined;
  return given.kind === 'relation' && link?.op === '=' && isLetterOrNumber(link.value)
    ? { mark: `_given_${scriptText(given.first)}`, indices: [s.value, link.value] }
    : null;
}

/**
 * Calls `f` once for every name with its scripts, and for the names inside those scripts; index letters are no names.
 */
export function visitNames(s: Surface, f: (name: Scripted) => void): void {
  visitSurface(s, (x) => {
    const sc = scripted(x);
    if (sc === null) return;
    f(sc);
    for (const inner of scriptsToVisit(sc)) visitNames(inner, f);
    return false;
  });
}

/** Scripts that hold names of their own: exponents of e, sums, entries. */
export const scriptsToVisit = (sc: Scripted): Surface[] => [
  ...sc.subs.filter((x) => !isLetterOrNumber(x)),
  ...sc.sups.map((p) => p.value).filter((x) => sc.name === 'e' || !isLetterOrNumber(x)),
];

/** Single letters and numbers of a script: `ij` and `i j` are two, `i+1` and `CE` one. */
export function letterParts(s: Surface): Surface[] {
  const u = s.kind === 'group' && s.bracket === '{' ? s.value : s;
  if (u.kind === 'list') return u.items.flatMap(letterParts);
  if (u.kind === 'product' && u.factors.every((f) => f.op === 'juxtaposed' && isLetterOrNumber(f.value))) {
    const word = u.factors.map((f) => (f.value.kind === 'name' ? f.value.name : '?')).join('');
    return (u.factors.some((f) => isUpper(f.value)) && u.factors.length > 1) || (word.length > 2 && isWord(word))
      ? [u]
      : u.factors.map((f) => f.value);
  }
  if (u.kind === 'name' && u.run && /^[a-z]{2,3}$/.test(u.name) && !isWord(u.name))
    return [...u.name].map(
      (name): Surface => ({ kind: 'name', name, bold: false, run: false, start: u.start, end: u.end }),
    );
  return [u];
}

const words = new Set([
  'new',
  'old',
  'in',
  'out',
  'max',
  'min',
  'avg',
  'dec',
  'enc',
  'hid',
  'loss',
  'tot',
  'reg',
  'ce',
  'bn',
  'mu',
  'nu',
  'pi',
  'xi',
  'eta',
  'rho',
  'tau',
  'phi',
  'chi',
  'psi',
  'src',
  'tgt',
  'mse',
  'nll',
  'ln',
  'log',
  'std',
  'var',
  'opt',
  'sum',
  'eps',
  'lam',
  'gam',
  'obs',
  'kl',
  'fc',
  'ff',
  'gt',
  'ctx',
  'train',
  'test',
  'pred',
  'true',
  'data',
  'total',
  'model',
  'final',
  'input',
  'hidden',
  'output',
  'target',
  'real',
  'fake',
  'gen',
  'rec',
  'batch',
  'query',
  'key',
  'val',
]);
const isWord = (name: string): boolean => words.has(name);
const isUpper = (s: Surface): boolean => s.kind === 'name' && /^[A-Z]/.test(s.name);

/** `j`, `j'`, `3`. */
export function isLetterOrNumber(s: Surface): boolean {
  if (s.kind === 'group') return isLetterOrNumber(s.value);
  if (s.kind === 'prime') return isLetterOrNumber(s.base);
  return (s.kind === 'name' && s.name.length === 1) || (s.kind === 'name' && s.name === 'ell') || s.kind === 'number';
}

/** The letter of an index, with its primes; null for anything else. */
export function letterOf(s: Surface): string | null {
  const u = s.kind === 'group' ? unwrap(s) : s;
  if (u.kind === 'prime') {
    const of = letterOf(u.base);
    return of === null ? null : of + "'".repeat(u.count);
  }
  return u.kind === 'name' &&
    (/^[A-Za-z]$/.test(u.name) ||
      u.name === 'ell' ||
      u.name === 'alpha' ||
      u.name === 'beta' ||
      u.name === 'gamma' ||
      u.name === 'mu' ||
      u.name === 'nu')
    ? u.name
    : null;
}

/** The n of Σ_{k=0}^{n−1}. */
export const withoutOne = (s: Surface): Surface => {
  const [name, one] = s.kind === 'sum' && s.terms.length === 2 ? s.terms : [];
  const isOne = one?.sign === -1 && one.value.kind === 'number' && one.value.num === 1n;
  return isOne && name?.sign === 1 ? name.value : s;
};

/** Letters that stand in an index expression such as `i+1`. */
export function lettersIn(s: Surface): string[] {
  const one = letterOf(s);
  if (one !== null) return [one];
  if (s.kind === 'sum') return s.terms.flatMap((t) => lettersIn(t.value));
  if (s.kind === 'group') return lettersIn(s.value);
  if (s.kind === 'product') return s.factors.flatMap((f) => lettersIn(f.value));
  return [];
}

/** A script as a short text, for labels: `l+1`, `CE`, `(i)`. */
export function scriptText(s: Surface): string {
  switch (s.kind) {
    case 'name':
      return s.name;
    case 'number':
      return s.digits === '' ? `${s.num}` : s.digits;
    case 'prime':
      return scriptText(s.base) + "'".repeat(s.count);
    case 'group':
      return scriptText(s.value);
    case 'text':
      return s.text;
    case 'product':
      return s.factors.map((f) => scriptText(f.value)).join('');
    case 'list':
      return s.items.map(scriptText).join(',');
    case 'sum':
      return s.terms.map((t, n) => (t.sign === 1 ? (n === 0 ? '' : '+') : '-') + scriptText(t.value)).join('');
    case 'power':
      return `${scriptText(s.base)}^${scriptText(s.exponent)}`;
    case 'subscript':
      return `${scriptText(s.base)}_${s.parts.map(scriptText).join('')}`;
    case 'relation':
      return `${scriptText(s.first)}${s.links.map((l) => l.op + scriptText(l.value)).join('')}`;
    case 'conditional':
      return `${scriptText(s.value)}|${scriptText(s.given)}`;
    case 'apply':
      return `${scriptText(s.head)}(${s.args.map(scriptText).join(',')})`;
    default:
      return `?${s.kind}`;
  }
}
