// Whether a name followed by a bracket is called or multiplied, and the factors that it then stands for.
// Not here: what functions mean (`calls.ts`).
// Invariant: the decision depends on the world and the one node alone, so ranks and meanings are read from the same
// tree.
import { lastOf, must } from '../../term/must.ts';
import { functionNamed, isKnownFunction, isReservedFunction } from '../../term/functions.ts';
import { nameOf } from './names.ts';
import { headName, type Surface, unwrap } from '../../language/surface.ts';
import { isGiven, isReserved, type World } from './world.ts';

type Apply = Surface & { kind: 'apply' };

const alwaysFunctions: ReadonlySet<string> = new Set(['f', 'g', 'h', 'F', 'G', 'phi', 'psi', 'Phi', 'Psi']);
const oftenFunctions: ReadonlySet<string> = new Set([
  'L',
  'E',
  'J',
  'ell',
  'U',
  'V',
  'H',
  'p',
  'q',
  'P',
  'Q',
  'l',
  'R',
  'C',
  'u',
  'v',
  'y',
  'a',
  'z',
  's',
]);

/** `x[n,j]` in plain text is an entry. */
export const isBracketIndex = (s: Surface, world: World, latex: boolean): s is Apply =>
  s.kind === 'apply' &&
  s.bracket === '[' &&
  !latex &&
  s.head.kind === 'name' &&
  !isReserved(world, s.head.name) &&
  !world.functions.has(s.head.name);

/** Whether this bracket holds arguments. */
export function isCall(s: Apply, world: World, latex: boolean): boolean {
  if (holdsArguments(s)) return true;
  const bottom = headName(s.head) ?? '';
  const name = nameOf(s.head, world, latex)?.name ?? bottom;
  if (world.functions.has(name) || world.functions.has(bottom))
    return s.head.kind === 'name' || s.head.kind === 'prime' || isArgumentLike(must(s.args[0]), bottom);
  if (isGiven(world, name) || isGiven(world, bottom) || world.sizes.has(bottom)) return false;
  if (bottom === 'delta' && isFactorDelta(s, world)) return false;
  if (isKnownFunction(bottom)) return true;
  if (isReservedFunction(bottom)) return bottom !== 'd' || s.head.kind === 'subscript';
  if (s.head.kind === 'prime' || hasOrders(s.head)) return true;
  if (s.head.kind === 'power' && s.head.style === 'none') return false;
  if (!latex && !s.direct) return false;
  if (alwaysFunctions.has(bottom)) return s.head.kind === 'name' || s.head.kind === 'subscript';
  const run = bottomRun(s.head);
  if (run) return ![...bottom].every((letter) => isGiven(world, letter) || world.seen.has(letter));
  return oftenFunctions.has(bottom) && s.head.kind === 'name' && isArgumentLike(must(s.args[0]), bottom);
}

/** What can be nothing but arguments: none or several, a condition, what stands under a root. */
const holdsArguments = (s: Apply): boolean =>
  s.bracket === '' ||
  s.args.length !== 1 ||
  s.args[0]?.kind === 'conditional' ||
  s.args[0]?.kind === 'relation' ||
  (s.head.kind === 'name' && functionNamed(s.head.name) === 'sqrt');

/**
 * \delta_{ij} (1 - p_i): the subscript holds what δ takes. Huber's \delta (|a| - \delta/2): a number elsewhere, too.
 */
const isFactorDelta = (s: Apply, world: World): boolean => s.head.kind === 'subscript' || world.numbers.has('delta');

/** Derivatives counted in the exponent, `f^{(2)}(x)`. */
export const hasOrders = (s: Surface): boolean =>
  s.kind === 'power' &&
  s.style === 'paren' &&
  s.base.kind === 'name' &&
  (s.exponent.kind === 'number' || (s.exponent.kind === 'list' && s.exponent.items.every((i) => i.kind === 'number')));

function bottomRun(s: Surface): boolean {
  if (s.kind === 'name')
    return (
      s.run &&
      /^[A-Za-z]{2,}/.test(s.name) &&
      !/^(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega)(?:_|$)/i.test(
        s.name,
      ) &&
      !s.name.includes('_')
    );
  return s.kind === 'subscript' || s.kind === 'prime' || s.kind === 'power' ? bottomRun(s.base) : false;
}

function isArgumentLike(arg: Surface, head: string): boolean {
  const s = unwrap(arg);
  if (s.kind === 'subscript' || s.kind === 'power') return isArgumentLike(s.base, head);
  return s.kind === 'name' && s.name !== head;
}

/** The factors that a node stands for: more than one where a bracket turned out to multiply. */
export function factorsOf(s: Surface, world: World, latex: boolean): readonly Surface[] {
  switch (s.kind) {
    case 'apply': {
      if (isBracketIndex(s, world, latex) || isCall(s, world, latex)) return [s];
      const group: Surface = {
        kind: 'group',
        value: must(s.args[0]),
        bracket: s.bracket === '[' ? '[' : '(',
        start: s.head.end,
        end: s.end,
      };
      return [...factorsOf(s.head, world, latex), group];
    }
    case 'subscript':
    case 'power':
    case 'transpose':
    case 'prime': {
      if (s.base.kind === 'name') return [s];
      const inner = factorsOf(s.base, world, latex);
      if (inner.length === 1) return [s];
      const last = lastOf(inner);
      return [...inner.slice(0, -1), { ...s, base: last, start: last.start }];
    }
    default:
      return [s];
  }
}
