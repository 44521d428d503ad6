// What is probably wrong with a false claim, and what should stand there: each small repair is tried, the first that
// makes the claim true names the mistake.
// Not here: the repairs (`repairs.ts`), what the difference tells where none helps (`residual.ts`), the verdict itself
// (`judge.ts`).
// Invariant: a fix is only given where the claim with it was compared and holds.
import type { Surface } from '../language/surface.ts';
import { visitSurface } from '../language/surface.ts';
import { letterOf, scripted, type Model } from '../meaning/index.ts';
import type { Attempt, Question } from './attempt.ts';
import { holds, type Clinic, type Diagnosis, type Written } from './clinic.ts';
import { residual } from './residual.ts';
import { strayIndex } from './stray.ts';
import type { Repair, RepairScene } from './repair.ts';
import { bracketRepairs, repairs } from './repairs.ts';

/** Names the mistake in `right`, which was found to differ from the left side of the question. */
export function diagnose(q: Question, right: Written, left: Written | null, found: Attempt, clinic: Clinic): Diagnosis {
  // What was true last is what should be continued; the line before only where that leads nowhere.
  const lefts = [...clinic.trueLeft.filter((s) => s !== q.left), q.left];
  for (const l of lefts) {
    const byRight = firstRepair(q, right, (s) => [{ ...q, left: l, right: s }], clinic);
    if (byRight !== null) return byRight;
  }
  const byLeft =
    left === null
      ? null
      : firstRepair({ ...q, left: q.right, right: q.left }, left, (s) => [{ ...q, left: s }], clinic);
  if (byLeft !== null) return { ...byLeft, say: `on the left ${byLeft.say}`, side: 'left' };
  const stray = strayIndex(q.left, q.right);
  if (stray !== null)
    return {
      mistake: 'index-swap',
      say: `the sum runs over ${stray.meant}, and the index ${stray.letter} stands where ${stray.meant} is meant`,
      fix: null,
      by: 'edit',
    };
  return clinic.residual.attempt(() => residual(q, found, clinic)) ?? { mistake: null, say: '', fix: null };
}

function firstRepair(
  q: Question,
  written: Written,
  change: (s: Surface) => readonly Question[],
  clinic: Clinic,
): Diagnosis | null {
  const scene = {
    ...sceneOf(q, written, clinic.model),
    before: termsOf(q.left, clinic),
    variables: variablesOf(q.left, clinic),
  };
  for (const r of repairs(written.surface, scene)) {
    if (clinic.repairs.spent) return null;
    const text = applied(written.text, r);
    const s = clinic.reread(text, written.latex);
    if (s !== null && mends(change(s), clinic)) return { mistake: r.mistake, say: r.say, fix: tidy(text), by: 'edit' };
  }
  return null;
}

/** Whether one of the questions holds, as far as the work granted reaches. */
const mends = (questions: readonly Question[], clinic: Clinic): boolean =>
  clinic.repairs.attempt(() => questions.some((q) => holds(q, clinic))) ?? false;

/** The terms of the line before, as they were written. */
function termsOf(left: Surface, clinic: Clinic): string[] {
  const text = clinic.textOf(left);
  return text === null || left.kind !== 'sum'
    ? []
    : left.terms.map((t) => `${t.sign === 1 ? '+' : '-'} ${text.slice(t.value.start, t.value.end).trim()}`);
}

/** What the other side differentiates by, as it is written there. */
function variablesOf(other: Surface, clinic: Clinic): string[] {
  const text = clinic.textOf(other);
  const found = new Set<string>();
  if (text !== null)
    visitSurface(other, (x) => {
      if (x.kind === 'derivative') for (const by of x.by) found.add(text.slice(by.start, by.end).trim());
    });
  return [...found];
}

const applied = (text: string, r: Repair): string => text.slice(0, r.start) + r.by + text.slice(r.end);
const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Everything that a repair may put in: letters, sizes, names of both sides. */
function sceneOf(q: Question, written: Written, model: Model): Omit<RepairScene, 'before' | 'variables'> {
  const [left, right] = [lettersIn(q.left, model), lettersIn(q.right, model)];
  const names = new Set<string>();
  for (const s of [q.right, q.left])
    visitSurface(s, (x) => {
      const sc = scripted(x);
      if (sc === null) return true;
      if (
        s === q.right &&
        (x.kind === 'subscript' || x.kind === 'power' || x.kind === 'name') &&
        x.end <= written.text.length &&
        sc.name !== 'e'
      ) {
        const text = written.text.slice(x.start, x.end);
        if (text !== '' && !/^\\(?:sum|log|exp|ln|frac|partial)/.test(text)) {
          names.add(text);
          if (x.kind === 'subscript') names.add(written.text.slice(x.base.start, x.base.end));
        }
      }
      return false;
    });
  const formals = new Map(
    model.registry
      .sources()
      .flatMap((source) => (source.formals?.[0]?.kind === 'entry' ? [[source.id, source.formals[0].id] as const] : [])),
  );
  return {
    text: written.text,
    latex: written.latex,
    letters: [...new Set([...left.all, ...right.all])],
    onlyRight: right.free.filter((l) => !left.free.includes(l)),
    leftLetters: left.free,
    sizes: [...model.usage.sizes].filter((n) => /^[A-Za-z]$/.test(n)),
    names: [...names],
    formals,
  };
}

/** Index letters of a formula by their look: those under a sum are bound. */
function lettersIn(s: Surface, model: Model): { all: string[]; free: string[] } {
  const all = new Set<string>();
  const bound = new Set<string>();
  visitSurface(s, (x) => {
    if (x.kind === 'reduce')
      for (const l of x.binding.letters) {
        bound.add(l);
        all.add(l);
      }
    if (x.kind === 'subscript')
      for (const p of x.parts)
        visitSurface(p, (y) => {
          const l = letterOf(y);
          if (l !== null && /^[a-z]/.test(l) && model.usage.indexLetters.has(l.replace(/'+$/, ''))) all.add(l);
        });
    if (x.kind === 'apply')
      for (const a of x.args) {
        const l = letterOf(a);
        if (
          l !== null &&
          /^[a-z]$/.test(l) &&
          (model.usage.indexLetters.has(l) ||
            model.registry.sources().some((o) => o.formals?.some((f) => f.kind === 'letter')))
        )
          all.add(l);
      }
    if (x.kind === 'power' && x.style === 'paren') {
      const l = letterOf(x.exponent);
      if (l !== null) all.add(l);
    }
  });
  return { all: [...all], free: [...all].filter((l) => !bound.has(l)) };
}

/** A bracket put in or taken out so that the formula can be read and holds; null where none does. */
export function closeBracket(
  written: { readonly text: string; readonly latex: boolean },
  claims: (s: Surface) => readonly Question[],
  clinic: Clinic,
): { diagnosis: Diagnosis; surface: Surface } | null {
  for (const r of bracketRepairs(written.text)) {
    if (clinic.repairs.spent) return null;
    const text = applied(written.text, r);
    const s = clinic.reread(text, written.latex);
    if (s !== null && mends(claims(s), clinic))
      return { diagnosis: { mistake: r.mistake, say: r.say, fix: tidy(text) }, surface: s };
  }
  return null;
}
