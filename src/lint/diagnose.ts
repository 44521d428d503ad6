// What is probably wrong with a false claim, and what should stand there: each small repair is tried, the first that makes the claim true names the mistake.
// Not here: the repairs (`repairs.ts`), the verdict itself (`judge.ts`).
// Invariant: a fix is only given where the claim with it was compared and holds.
import { closedForm, workshop } from '../derive/closed.ts';
import { print } from '../term/print.ts';
import { freeIndices, visit } from '../term/walk.ts';
import type { Surface } from '../term/read/surface.ts';
import { visitSurface } from '../term/read/surface.ts';
import { isFresh, letterOf, scripted, type Model, type Reading } from '../document/index.ts';
import { attempt, type Attempt, type Question } from './attempt.ts';
import { bracketRepairs, repairs, type Repair, type RepairScene } from './repairs.ts';

export interface Diagnosis {
  /** Id of the mistake in the catalogue. */
  readonly mistake: string | null;
  readonly say: string;
  /** What should stand there, in the author's own notation; null where no fix was found that holds. */
  readonly fix: string | null;
  /** Which side of the equation the fix is for. */
  readonly side?: 'left' | 'right';
}

/** What is needed to try repairs. */
export interface Clinic {
  readonly model: Model;
  readonly readings: readonly Reading[];
  readonly reread: (text: string, latex: boolean) => Surface | null;
  /** What the right side may equal as well: the last line that was true. */
  readonly trueLeft: readonly Surface[];
  /** The text of a formula of the document. */
  readonly textOf: (s: Surface) => string | null;
  /** Milliseconds for one claim. */
  readonly time: number;
}

/** The text of a side, and whether it is LaTeX. */
export interface Written { readonly text: string; readonly latex: boolean; readonly surface: Surface }

/** Names the mistake in `right`, which was found to differ from the left side of the question. */
export function diagnose(q: Question, right: Written, left: Written | null, found: Attempt, clinic: Clinic): Diagnosis {
  const end = performance.now() + clinic.time;
  // What was true last is what should be continued; the line before only where that leads nowhere.
  const lefts = [...clinic.trueLeft.filter((s) => s !== q.left), q.left];
  for (const l of lefts) {
    const byRight = firstRepair(q, right, (s) => [{ ...q, left: l, right: s }], clinic, end);
    if (byRight !== null) return byRight;
  }
  const byLeft = left === null ? null : firstRepair({ ...q, left: q.right, right: q.left }, left, (s) => [{ ...q, left: s }], clinic, end);
  if (byLeft !== null) return { ...byLeft, say: `on the left ${byLeft.say}`, side: 'left' };
  return residual(q, found, clinic) ?? { mistake: null, say: '', fix: null };
}

function firstRepair(q: Question, written: Written, change: (s: Surface) => readonly Question[], clinic: Clinic, end: number): Diagnosis | null {
  const scene = { ...sceneOf(q, written, clinic.model), before: termsOf(q.left, clinic) };
  for (const r of repairs(written.surface, scene)) {
    if (performance.now() > end) return null;
    const text = applied(written.text, r);
    const s = clinic.reread(text, written.latex);
    if (s !== null && change(s).some((x) => holds(x, clinic))) return { mistake: r.mistake, say: r.say, fix: tidy(text) };
  }
  return null;
}

/** The terms of the line before, as they were written. */
function termsOf(left: Surface, clinic: Clinic): string[] {
  const text = clinic.textOf(left);
  return text === null || left.kind !== 'sum' ? [] : left.terms.map((t) => `${t.sign === 1 ? '+' : '-'} ${text.slice(t.value.start, t.value.end).trim()}`);
}

const applied = (text: string, r: Repair): string => text.slice(0, r.start) + r.by + text.slice(r.end);
const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

function holds(q: Question, clinic: Clinic): boolean {
  return clinic.readings.some((reading) => {
    const a = attempt(q, clinic.model, reading);
    return a.kind === 'compared' && a.misfit === null && (a.equality.verdict === 'proved' || a.equality.verdict === 'tested');
  });
}

/** Everything that a repair may put in: letters, sizes, names of both sides. */
function sceneOf(q: Question, written: Written, model: Model): Omit<RepairScene, 'before'> {
  const [left, right] = [lettersIn(q.left, model), lettersIn(q.right, model)];
  const names = new Set<string>();
  for (const s of [q.right, q.left]) visitSurface(s, (x) => {
    const sc = scripted(x);
    if (sc === null) return true;
    if (s === q.right && (x.kind === 'subscript' || x.kind === 'power' || x.kind === 'name') && x.end <= written.text.length && sc.name !== 'e') { const text = written.text.slice(x.start, x.end); if (text !== '' && !/^\\(?:sum|log|exp|ln|frac|partial)/.test(text)) { names.add(text); if (x.kind === 'subscript') names.add(written.text.slice(x.base.start, x.base.end)); } }
    return false;
  });
  const formals = new Map(model.registry.sources().flatMap((source) => (source.formals?.[0]?.kind === 'entry' ? [[source.id, source.formals[0].id] as const] : [])));
  return {
    text: written.text, latex: written.latex, letters: [...new Set([...left.all, ...right.all])], onlyRight: right.free.filter((l) => !left.free.includes(l)), leftLetters: left.free,
    sizes: [...model.usage.sizes].filter((n) => /^[A-Za-z]$/.test(n)), names: [...names], formals,
  };
}

/** Index letters of a formula by their look: those under a sum are bound. */
function lettersIn(s: Surface, model: Model): { all: string[]; free: string[] } {
  const all = new Set<string>();
  const bound = new Set<string>();
  visitSurface(s, (x) => {
    if (x.kind === 'reduce') for (const l of x.binding.letters) { bound.add(l); all.add(l); }
    if (x.kind === 'subscript') for (const p of x.parts) visitSurface(p, (y) => { const l = letterOf(y); if (l !== null && /^[a-z]/.test(l) && model.usage.indexLetters.has(l.replace(/'+$/, ''))) all.add(l); });
    if (x.kind === 'apply') for (const a of x.args) { const l = letterOf(a); if (l !== null && /^[a-z]$/.test(l) && (model.usage.indexLetters.has(l) || model.registry.sources().some((o) => o.formals?.some((f) => f.kind === 'letter')))) all.add(l); }
    if (x.kind === 'power' && x.style === 'paren') { const l = letterOf(x.exponent); if (l !== null) all.add(l); }
  });
  return { all: [...all], free: [...all].filter((l) => !bound.has(l)) };
}

/** Where no repair holds: what the difference itself tells, with the value worked out as a fix. */
function residual(q: Question, found: Attempt, clinic: Clinic): Diagnosis | null {
  const worked = workedOut(found);
  const again = worked === null ? null : clinic.reread(worked, true);
  const fix = again !== null && holds({ ...q, right: again }, clinic) ? worked : null;
  if (found.kind === 'unreadable') return { mistake: found.reason.includes('to the index') ? 'index-used-as-argument' : 'shape-misfit', say: '', fix };
  if (found.misfit !== null) return { mistake: 'vector-for-scalar', say: '', fix };
  const letters = freeIndices(found.left).filter((l) => !isFresh(l) && freeIndices(found.right).includes(l));
  for (let n = 0; n < letters.length; n++) for (const b of letters.slice(n + 1)) {
    const a = letters[n] as string;
    if (holds({ ...q, conditions: [...q.conditions, { left: a, right: b, equal: true }] }, clinic)) return { mistake: 'diagonal-only', say: `it is right for ${a} = ${b} only`, fix };
    if (holds({ ...q, conditions: [...q.conditions, { left: a, right: b, equal: false }] }, clinic)) return { mistake: 'missing-delta', say: `it is right for ${a} ≠ ${b} only`, fix };
  }
  if (isNumeric(found)) return { mistake: 'arithmetic', say: 'the numbers do not agree', fix: found.kind === 'compared' && found.equality.counterexample !== null ? String(Number(found.equality.counterexample.left.toPrecision(12))) : null };
  return fix === null ? null : { ...lostFactor(fix, clinic.textOf(q.right) ?? ''), fix };
}

/** A number or size in front of the right value that the author's text does not have. */
function lostFactor(fix: string, written: string): { mistake: string | null; say: string } {
  const front = /^-?\s*(\\frac\{(\d+)\}\{([A-Za-z]|\d+)\}|\d+)\s/.exec(fix);
  const parts = front === null ? [] : [front[2], front[3], front[2] === undefined ? front[1] : undefined].filter((x) => x !== undefined && x !== '1');
  return parts.length === 0 || parts.some((x) => written.includes(x as string)) ? { mistake: null, say: '' } : { mistake: 'lost-constant-factor', say: `the factor ${(front as RegExpExecArray)[1]} is lost` };
}

function isNumeric(found: Attempt): boolean {
  if (found.kind !== 'compared') return false;
  let open = false;
  for (const t of [found.left, found.right]) visit(t, (x) => { open ||= x.kind === 'entry' && !found.context.definitions.has(x.name); });
  return !open;
}

/** The derivative on the left worked out, where that is short. */
function workedOut(found: Attempt): string | null {
  if (found.kind !== 'compared' || found.left.kind !== 'partial' || freeIndices(found.left).some(isFresh)) return null;
  try {
    const { term } = closedForm(found.left, freeIndices(found.left), workshop(found.context, 'auto', 2000));
    const text = print(term, { spelling: 'latex', context: found.context });
    const letter = ['i', 'n', 'k', 'm', 'r'].find((l) => !freeIndices(found.left).includes(l) && !new RegExp(`[_{,]${l}[},]|_${l}\\b`).test(text)) ?? 'i';
    const named = text.replace(/n''/g, letter);
    return named.length < 300 && !/\\partial|·|#/.test(named) ? named : null;
  } catch { return null; }
}

/** A bracket put in or taken out so that the formula can be read and holds; null where none does. */
export function closeBracket(written: { readonly text: string; readonly latex: boolean }, claims: (s: Surface) => readonly Question[], clinic: Clinic): { diagnosis: Diagnosis; surface: Surface } | null {
  const end = performance.now() + clinic.time;
  for (const r of bracketRepairs(written.text)) {
    if (performance.now() > end) return null;
    const text = applied(written.text, r);
    const s = clinic.reread(text, written.latex);
    if (s !== null && claims(s).some((q) => holds(q, clinic))) return { diagnosis: { mistake: r.mistake, say: r.say, fix: tidy(text) }, surface: s };
  }
  return null;
}
