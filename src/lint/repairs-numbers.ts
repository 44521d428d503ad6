// Repairs of exponents and of constant factors.
// Not here: repairs of indices, sums and names (`repairs.ts`).
// Invariant: every repair is one edit of the text.
import { unwrap, type Surface } from '../language/surface.ts';
import { letterOf, scripted } from '../meaning/index.ts';
import { at, isSum, sumSign, type Repair, type RepairScene } from './repair.ts';

export function exponents(x: Surface, { text, latex }: RepairScene): Repair[] {
  const say = 'the exponent is wrong';
  if (x.kind === 'power' && (x.base.kind !== 'name' || x.base.name !== 'e')) {
    const value = unwrap(x.exponent);
    if (letterOf(value) !== null) return [];
    const base = text.slice(x.base.start, x.base.end);
    const inner = text.slice(x.exponent.start, x.exponent.end).replace(/^\{|\}$/g, '');
    const raised = (e: string): Repair => at(x, latex ? `${base}^{${e}}` : `${base}^(${e})`, 'exponent', say);
    const number = numberOf(value);
    return [
      at(x, base, 'exponent', say),
      raised(`-(${inner})`),
      ...(number === null
        ? []
        : [number + 1, number - 1, number * 2, number / 2]
            .filter((n) => n !== 0 && n !== 1)
            .map((n) => raised(String(n)))),
    ];
  }
  if (x.kind === 'fraction')
    return powered(x.den, text, latex).map((r) => ({ ...r, say: 'the square of the denominator is lost' }));
  if (x.kind === 'group' && x.bracket !== '{') return powered(x, text, latex);
  if (x.kind === 'apply' && x.head.kind === 'name' && x.head.name === 'sqrt' && x.args[0] !== undefined)
    return [
      at(
        x,
        `\\left( ${text.slice(x.args[0].start, x.args[0].end)} \\right)`,
        'exponent',
        'the root is one power too many',
      ),
    ];
  const sc = scripted(x);
  return sc !== null && sc.sups.length === 0 && x.kind !== 'name' ? powered(x, text, latex) : [];
}
function powered(x: Surface, text: string, latex: boolean): Repair[] {
  const body = text.slice(x.start, x.end);
  const bare =
    scripted(x) !== null || (x.kind === 'group' && x.bracket !== '{')
      ? body
      : latex
        ? `\\left( ${body} \\right)`
        : `(${body})`;
  return [at(x, `${bare}^2`, 'exponent', 'a square is lost')];
}
function numberOf(s: Surface): number | null {
  if (s.kind === 'number') return Number(s.num) / Number(s.den);
  if (s.kind === 'sum' && s.terms.length === 1 && s.terms[0] !== undefined) {
    const n = numberOf(unwrap(s.terms[0].value));
    return n === null ? null : n * s.terms[0].sign;
  }
  return null;
}

/** A constant in front of everything, alone or with a sum that is lost as well. */
export function factors(s: Surface, scene: RepairScene): Repair[] {
  const { latex, text, sizes } = scene;
  const over = (a: string, b: string): string => (latex ? `\\frac{${a}}{${b}}` : `(${a}/${b})`);
  const constants = [
    '2',
    over('1', '2'),
    ...sizes.flatMap((n) => [over('1', n), n, over('2', n)]),
    ...scene.names
      .filter((n) => /^(?:T|\\tau|\\gamma|\\alpha|\\lambda|\\beta)$/.test(n))
      .flatMap((n) => [over('1', n), n]),
  ];
  const negative =
    s.kind === 'sum' && s.terms.length === 1 && s.terms[0]?.sign === -1
      ? (s.terms[0] as { value: Surface }).value
      : null;
  const of = negative ?? s;
  const body = text.slice(of.start, of.end);
  const bracketed = isSum(of) ? (latex ? `\\left( ${body} \\right)` : `(${body})`) : body;
  const sums = ['', ...scene.onlyRight.map((l) => sumSign(l, scene))];
  const ofTerms =
    s.kind === 'sum' && s.terms.length > 1
      ? s.terms.flatMap(({ value }) =>
          constants
            .slice(0, 2)
            .map((c) =>
              at(
                value,
                `${c} ${latex ? '' : '* '}${text.slice(value.start, value.end)}`,
                'lost-constant-factor',
                `the factor ${c} is lost in this term`,
              ),
            ),
        )
      : [];
  const ofAll = sums.flatMap((sum) =>
    constants.map((c) =>
      at(
        of,
        `${c} ${latex ? '' : '* '}${sum}${bracketed}`,
        'lost-constant-factor',
        sum === '' ? `the factor ${c} is lost` : `the factor ${c} and the sum are lost`,
      ),
    ),
  );
  return [...ofAll, ...ofTerms];
}
