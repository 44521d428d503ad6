// Shapes of statements and formulas that judging asks for: updates, forward definitions, summands, one-hot labels.
// Not here: judging.
// Invariant: pure functions of the survey and the formulas.
import { must } from '../term/must.ts';
import { unwrap, visitSurface, type Surface } from '../language/surface.ts';
import {
  idsIn,
  readHead,
  resolveScripts,
  scripted,
  scriptText,
  visitNames,
  type Defines,
  type Side,
  type Source,
  type Statement,
  type Survey,
} from '../meaning/index.ts';
import type { Written } from './clinic.ts';

/** Some kind of bracket opens more often than it closes, or the other way round. */
export function isUnbalanced(text: string): boolean {
  const plain = text.replace(/\\[{}]/g, ' ').replace(/\\(?:left|right)\s*\.?/g, ' ');
  return (['()', '[]', '{}'] as const).some(
    ([open, close]) => [...plain].filter((c) => c === open).length !== [...plain].filter((c) => c === close).length,
  );
}

export const isLatex = (s: Statement): boolean => s.form === 'math' || /\\[a-zA-Z]{2,}/.test(s.text);
export const writtenSide = (s: Statement, side: Side, surface: Surface): Written => ({
  text: side.text.text,
  latex: isLatex(s),
  surface,
});

export const isEquality = (s: Side | undefined): boolean => s !== undefined && (s.link === '=' || s.link === ':=');
export const isForward = (d: Defines, s: Statement, survey: Survey): boolean => {
  for (let k = 0; k < d.side; k++) {
    const surface = s.sides[k]?.surface;
    if (surface && readHead(surface, survey.model.usage)?.id === d.source.id) return true;
  }
  return false;
};

/** `θ := θ − α ∂J/∂θ` */
export function isUpdate(s: Statement, k: number, survey: Survey): boolean {
  const [left, right] = [s.sides[k - 1], s.sides[k]];
  if (!left?.surface || !right?.surface || k !== 1) return false;
  const name = scripted(unwrap(left.surface));
  if (name !== null && name.subs.length > 0) {
    const text = scriptText(unwrap(left.surface));
    let again = false;
    visitSurface(right.surface, (x) => {
      again ||= x.kind === 'subscript' && scriptText(x) === text;
    });
    if (
      again &&
      survey.model.usage.names.get(name.name) !== undefined &&
      !survey.model.registry.isListed(resolveScripts(name, survey.model.usage).id)
    )
      return true;
  }
  const head = readHead(left.surface, survey.model.usage);
  if (head === null || head.formals !== null) return false;
  const found = idsIn(right.surface, survey.model.usage).includes(head.id);
  return found && (right.link === ':=' || !survey.model.registry.isListed(head.id));
}

/** The terms of a sum, without their signs and with. */
export function summands(s: Surface): Surface[] {
  const u = unwrap(s);
  if (u.kind === 'relation') return [];
  return u.kind === 'sum' && u.terms.length > 1
    ? u.terms.map((t) => (t.sign === 1 ? t.value : { ...u, terms: [t] }))
    : [];
}

/** What a formula differentiates by, where it is one derivative. */
export function differentiator(s: Surface): Surface | null {
  let found: Surface | null = null;
  visitSurface(s, (x) => {
    if (x.kind === 'derivative' && x.by.length === 1) found ??= must(x.by[0]);
  });
  return found;
}

/** y_k = δ_{k letter} */
export function hotSource(id: string, letter: string): Source {
  const name = (n: string): Surface => ({ kind: 'name', name: n, bold: false, run: n.length > 1, start: 0, end: 0 });
  const row = "k''";
  const body: Surface = {
    kind: 'indicator',
    condition: {
      kind: 'relation',
      first: { kind: 'prime', base: name('k'), count: 2, start: 0, end: 0 },
      links: [{ op: '=', value: name(letter), at: { start: 0, end: 0 } }],
      start: 0,
      end: 0,
    },
    start: 0,
    end: 0,
  };
  return {
    id,
    stem: id,
    layer: null,
    letters: [row],
    formals: null,
    log: false,
    body,
    at: 0,
    section: 0,
    einstein: false,
  };
}

export const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];

export function lowestLayer(all: readonly Surface[], survey: Survey): number {
  let least = Infinity;
  for (const s of all)
    visitNames(s, (sc) => {
      const layer = resolveScripts(sc, survey.model.usage).layer;
      if (layer !== null) least = Math.min(least, layer.plus);
    });
  return least === Infinity ? 0 : least;
}

/** `i = 1, …, K` in a line of text: where a letter runs, not a claim. */
export function isIndexRange(s: Statement): boolean {
  return /^[\s$({]*[A-Za-z]\w*\s*=\s*-?\d+\s*,/.test(s.text) && /\\[cl]?dots|\.\.|…/.test(s.text);
}

const isConstant = (name: string): boolean => name === 'e' || name === 'pi';

/** `S w = λ w`: both sides are products and sums of inputs, so the equation can only be a condition on them. */
export function isConditionOnInputs(s: Statement, isInput: (id: string) => boolean, survey: Survey): boolean {
  let plain = true;
  let names = 0;
  for (const side of s.sides)
    if (side.surface !== null)
      visitSurface(side.surface, (x) => {
        if (
          ['derivative', 'entryDerivative', 'gradient', 'apply', 'reduce', 'number', 'cases', 'indicator'].includes(
            x.kind,
          ) &&
          !(x.kind === 'number')
        )
          plain = false;
        const sc = scripted(x);
        if (sc !== null) {
          if (x.kind !== 'name' && isConstant(sc.name)) return true;
          if (isConstant(sc.name)) return false;
          names++;
          plain &&= isInput(resolveScripts(sc, survey.model.usage).id);
          return false;
        }
        return true;
      });
  return plain && names > 0;
}
