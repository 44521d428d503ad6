// One claim compared under every consistent reading, with the values, labels and facts of its document.
// Not here: which claims there are and what follows from a comparison (`judge.ts`).
// Invariant: the first reading that holds wins; a difference counts only where `outcome.ts` calls it certain.
import { must } from '../term/must.ts';
import { variablesOf } from '../term/term.ts';
import { freeIndices, visitIndices } from '../term/walk.ts';
import type { Surface } from '../language/surface.ts';
import { unwrap, visitSurface } from '../language/surface.ts';
import {
  Elaborator,
  idsIn,
  isFresh,
  layeredDependencies,
  plainReading,
  resolveScripts,
  roles,
  scripted,
  surveyRanks,
  termOf,
  type Model,
  type Ranks,
  type Source,
  type IndexCondition,
  type Statement,
  type Survey,
} from '../meaning/index.ts';
import { attempt, type Attempt, type Question } from './attempt.ts';
import { type Given, givenBy, isPassing } from './assumptions.ts';
import { furtherReadings } from './readings.ts';
import { beyondBudget, type Budget } from './budget.ts';
import type { Memory } from './memory.ts';
import { failure, heldBy, isRoundedInside, isRounding, type Held, type Outcome, type Tried } from './outcome.ts';
import { differentiator, hotSource, lowestLayer, unique } from './shapes.ts';
import { onlyAtValue } from './solved.ts';
import { unstated } from './unstated.ts';

/** A chain of equal expressions that is being read. */
export interface Chain {
  head: Surface;
  letters: readonly string[];
  last: Surface;
  lastTrue: Surface;
  conditions: string;
  at: number;
}

const hasDerivative = (s: Surface): boolean => {
  let found = false;
  visitSurface(s, (x) => {
    found ||= x.kind === 'derivative' || x.kind === 'gradient' || x.kind === 'entryDerivative';
    return !found;
  });
  return found;
};

/** What a document has said so far, and comparisons in its light. */
export class Comparer {
  protected readonly allGiven: Given;
  protected given: Given;
  protected chain: Chain | null = null;
  /** What each function was last applied to. */
  protected readonly current = new Map<string, string>();
  /** Numbers given to quantities (`A = [2 1; 1 3]`), the latest. */
  protected values = new Map<string, Source>();
  /** Numbers given to single entries (`w_1 = 0.15`), the latest. */
  protected readonly entryValues = new Map<string, { readonly left: Surface; readonly value: Surface }>();
  /** Readings under which some claim of the document holds, and no plainer one. */
  protected readonly confirmed = new Set<string>();

  constructor(
    protected readonly survey: Survey,
    protected readonly budget: Budget,
    protected readonly known: Memory,
  ) {
    this.allGiven = this.given = givenBy(survey);
  }

  protected namesIn(s: Surface): Set<string> {
    const names = new Set<string>();
    const add = (id: string): void => {
      if (names.has(id)) return;
      names.add(id);
      const source = this.survey.model.registry.lookUp(id);
      if (source !== null) for (const x of this.directNames(source.body)) add(x);
    };
    for (const id of this.directNames(s)) add(id);
    return names;
  }
  protected directNames(s: Surface): string[] {
    return idsIn(s, this.survey.model.usage);
  }
  protected compare(candidates: readonly Surface[], right: Surface, n: number, letters: readonly string[]): Outcome {
    const conditions = this.survey.conditions[n] ?? [];
    const nothing = { holds: null, certain: null, question: null };
    const tried: Outcome[] = [];
    const all = (): Outcome => {
      for (const left of unique(candidates)) {
        const outcome = this.compareTwo(left, right, conditions, letters);
        if (outcome.holds !== null) return outcome;
        tried.push(outcome);
      }
      return tried[0] ?? { ...nothing, first: null, reason: 'there is nothing to compare with' };
    };
    return this.budget.comparing(all, () => ({ ...nothing, first: tried[0]?.first ?? null, reason: beyondBudget }));
  }
  protected questionFor(
    left: Surface,
    right: Surface,
    n: number,
    letters: readonly string[],
    conditions = this.survey.conditions[n] ?? [],
  ): Question {
    return {
      left,
      right,
      known: this.known,
      head: letters,
      variable: this.chain === null ? null : differentiator(this.chain.head),
      conditions,
      given: this.given,
      lowestLayer: lowestLayer([left, right], this.survey),
    };
  }
  /** Free index letters of a formula; those that the summation convention sums are left out. */
  protected lettersOf(s: Surface): string[] {
    const e = new Elaborator(this.survey.model, plainReading, 0);
    try {
      const term = termOf(e.value(s), e);
      const counts = new Map<string, number>();
      visitIndices(term, (i) => {
        for (const v of variablesOf(i)) if (v.kind === 'free') counts.set(v.name, (counts.get(v.name) ?? 0) + 1);
      });
      const all = unwrap(s).kind !== 'product';
      return freeIndices(term).filter(
        (l) => !isFresh(l) && (all || !this.survey.model.facts.einstein || counts.get(l) === 1),
      );
    } catch {
      return [];
    }
  }

  /** The model as it stands at this place of the document. */
  protected modelNow(surfaces: readonly Surface[]): Model {
    const { model } = this.survey;
    const layered =
      model.usage.layers.size === 0 ? new Map<string, readonly string[]>() : layeredDependencies(surfaces, model);
    return {
      ...model,
      current: this.current,
      inferred: layered.size === 0 ? model.inferred : new Map([...model.inferred, ...layered]),
    };
  }
  protected compareTwo(
    left: Surface,
    right: Surface,
    conditions: readonly IndexCondition[],
    letters: readonly string[],
  ): Outcome {
    const question = this.questionFor(left, right, -1, letters, conditions);
    const model = this.modelNow([left, right]);
    const plain = attempt(question, model, plainReading);
    const choices = new Set(plain.choices);
    const done =
      heldBy(plain, '') ??
      (plain.kind === 'compared' &&
      (isRounding(plain, left, right) ||
        isRoundedInside(plain, left, right, (l, r) => attempt({ ...question, left: l, right: r }, model, plainReading)))
        ? { certainty: 'tested' as const, message: 'rounded', attempt: plain }
        : null);
    if (done !== null) return this.heldFor(done, plain, question, model);
    const tried: Tried[] = [{ reading: plainReading, attempt: plain }];
    for (const reading of furtherReadings(choices)) {
      const a = attempt(question, model, reading);
      const held = heldBy(a, `read so that ${reading.name}`);
      if (held !== null) {
        this.confirmed.add(reading.name);
        return { holds: held, certain: null, first: plain, reason: '', question };
      }
      tried.push({ reading, attempt: a });
      for (const c of a.choices) choices.add(c);
    }
    const scalars = this.loneVariable(left, right);
    if (scalars !== null) {
      const held = heldBy(
        attempt(
          question,
          { ...model, ranks: { ...model.ranks, rankOf: (id) => (id === scalars ? 0 : model.ranks.rankOf(id)) } },
          plainReading,
        ),
        '',
      );
      if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
    }
    const local = this.localRanks(left, right);
    if (local !== null) {
      const a = attempt(question, { ...model, ranks: local }, plainReading);
      const held = heldBy(a, 'read so that names without an index here are numbers');
      if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
      tried.push({ reading: { ...plainReading, name: 'names without an index here are numbers' }, attempt: a });
    }
    for (const values of this.valueChoices()) {
      const valued = attempt(question, { ...model, values }, plainReading);
      const held =
        heldBy(valued, 'for the values given') ??
        (isRounding(valued, left, right)
          ? { certainty: 'tested' as const, message: 'rounded, for the values given', attempt: valued }
          : null);
      if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
    }
    if (this.entryValues.size > 0) {
      const entries = [...this.entryValues.values()];
      const again = (l: Surface, r: Surface): Attempt =>
        attempt({ ...question, left: l, right: r, entries }, { ...model, values: this.values }, plainReading);
      const valued = again(left, right);
      const held =
        heldBy(valued, 'for the values given') ??
        (isRounding(valued, left, right) || isRoundedInside(valued, left, right, again)
          ? { certainty: 'tested' as const, message: 'rounded, for the values given', attempt: valued }
          : null);
      if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
    }
    if (plain.doubts.length > 0 || (plain.kind === 'unreadable' && !plain.misfit))
      return failure(plain, tried, question);
    if (conditions.length > 0) {
      const held = heldBy(attempt({ ...question, conditions: [] }, model, plainReading), '');
      if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
    }
    for (const hot of this.hotValues(left, right)) {
      const held = heldBy(attempt(question, { ...model, values: hot.values }, plainReading), hot.note);
      if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
    }
    for (const [given, reason] of unstated(this.given, this.survey, [left, right], plain))
      if (heldBy(attempt({ ...question, given }, model, plainReading), reason) !== null)
        return { holds: null, certain: null, first: plain, reason, question };
    return failure(plain, tried, question);
  }
  /** What holds as it is read, unless it holds for numbers alone. */
  private heldFor(held: Held, first: Attempt, question: Question, model: Model): Outcome {
    const freed = onlyAtValue(held, question, model);
    if (freed !== null) return freed;
    const reason = this.onlyForNumbers(question, model);
    return { holds: reason === '' ? held : null, certain: null, first, reason, question };
  }
  /**
   * `A B = B A` of capitals whose rank nothing tells: it holds for numbers, and not for matrices. Empty where it holds
   * for both.
   */
  private onlyForNumbers(question: Question, model: Model): string {
    const { left, right } = question;
    const { ranks, registry } = this.survey.model;
    const open = (id: string): boolean =>
      /^[A-Z]$/.test(id) && ranks.rankOf(id) === 0 && !ranks.isDeclared(id) && registry.lookUp(id) === null;
    const capitals = unique([...this.directNames(left), ...this.directNames(right)].filter(open));
    if (capitals.length < 2 || [left, right].some(hasDerivative)) return '';
    const matrices = { ...ranks, rankOf: (id: string) => (capitals.includes(id) ? 2 : ranks.rankOf(id)) };
    const a = attempt(question, { ...model, ranks: matrices }, plainReading);
    return a.kind === 'compared' && a.equality.verdict === 'different'
      ? `it holds for numbers and not for matrices, and the text does not say what ${capitals.join(' and ')} are`
      : '';
  }
  /** One-hot labels whose one entry the text names by a letter: y_k = δ_ko. */
  protected hotValues(left: Surface, right: Surface): { values: ReadonlyMap<string, Source>; note: string }[] {
    const names = new Set(
      [...this.directNames(left), ...this.directNames(right)].flatMap((id) => [
        id,
        ...this.namesIn({ kind: 'name', name: id, bold: false, run: false, start: 0, end: 0 }),
      ]),
    );
    const labels = this.given.properties.filter((p) => p.property === 'oneHot' && names.has(p.of)).map((p) => p.of);
    return labels.flatMap((id) =>
      [...this.survey.words.hotLetters]
        .filter((l) => !this.survey.model.usage.bound.has(l))
        .map((l) => ({ note: `where ${id} is 1 at ${l}`, values: new Map([[id, hotSource(id, l)]]) })),
    );
  }
  /** `∂σ(x)/∂x = σ(x)(1 − σ(x))`: the one variable of an identity stands for a number, whatever x is elsewhere. */
  protected loneVariable(left: Surface, right: Surface): string | null {
    const { registry, usage, ranks } = this.survey.model;
    const inputs = new Set<string>();
    const seen = new Set<string>();
    let indexed = false;
    const walk = (s: Surface): void =>
      visitSurface(s, (x) => {
        const sc = scripted(x);
        if (sc === null) return true;
        indexed ||= sc.subs.length > 0 || sc.transposed || sc.bold;
        const id = resolveScripts(sc, usage).id;
        const source = registry.lookUp(id);
        if (source !== null && !seen.has(id)) {
          seen.add(id);
          indexed ||= source.letters.length > 0;
          walk(source.body);
        }
        if (source === null && ranks.rankOf(id) > 0) inputs.add(id);
        return false;
      });
    walk(left);
    walk(right);
    return indexed || inputs.size !== 1 ? null : must([...inputs][0]);
  }
  /**
   * What carries indices elsewhere in the text and none in this claim, nor in the definitions it leads to, may be a
   * number here.
   */
  protected localRanks(left: Surface, right: Surface): Ranks | null {
    const { registry, usage, ranks } = this.survey.model;
    const names = this.namesIn(left);
    for (const id of this.namesIn(right)) names.add(id);
    const bodies = [...names].flatMap((id) => {
      const source = registry.lookUp(id);
      return source === null ? [] : source.letters.length > 0 ? null : [source.body];
    });
    if (bodies.some((b) => b === null)) return null;
    const own = surveyRanks([left, right, ...(bodies as Surface[])], usage);
    const loose = [...names].filter(
      (id) =>
        /^[a-z]+(?:_(?:hat|bar|tilde))?$/.test(id) &&
        own.rankOf(id) === 0 &&
        ranks.rankOf(id) > 0 &&
        !ranks.isDeclared(id),
    );
    return loose.length === 0 ||
      [...names].some((id) => own.rankOf(id) > 0 || (ranks.rankOf(id) > 0 && !loose.includes(id)))
      ? null
      : { ...ranks, rankOf: (id) => (loose.includes(id) ? 0 : ranks.rankOf(id)) };
  }
  /** Conditions on inputs that the text states (`w^T w = 1`): what each speaks of. */
  protected readonly stated: (readonly string[])[] = [];
  protected isDecidedByCondition(s: Statement): boolean {
    const names = new Set(s.sides.flatMap((x) => (x.surface === null ? [] : this.directNames(x.surface))));
    return this.stated.some((ids) => ids.every((id) => names.has(id)));
  }
  /** Matrices with their numbers, then everything. */
  protected valueChoices(): ReadonlyMap<string, Source>[] {
    if (this.values.size === 0) return [];
    const matrices = new Map([...this.values].filter(([id]) => /^[A-Z]/.test(id)));
    return matrices.size > 0 && matrices.size < this.values.size ? [matrices, this.values] : [this.values];
  }
  /** A claim from outside stands in no example: what is a number in one alone is none for it. */
  protected leaveExamples(): void {
    const role = roles(this.survey.items);
    for (const [id, { at }] of this.values) {
      const from = this.survey.items[at];
      if (from?.kind === 'statement' && isPassing(role.get(from))) this.values.delete(id);
    }
  }
}
