// Goes through a document from the top: which equations define, which are given, and whether each of the others holds.
// Not here: one comparison (`attempt.ts`), the naming of a mistake (`diagnose.ts`), printing (`report/`).
// Invariant: `slip` only where both sides are understood, differ at a point, and nothing is in doubt; everything else that fails is `unclear` with its reason.
import type { Surface } from '../term/read/surface.ts';
import { unwrap, visitSurface } from '../term/read/surface.ts';
import { freeIndices, visitIndices } from '../term/walk.ts';
import { asAffine } from '../term/term.ts';
import {
  Elaborator, idsIn, indexCondition, isFresh, layeredDependencies, outermost, plainReading, resolveScripts, scripted, scriptText, visitNames, readHead, type Defines, type Model, type Reading, type Source, type IndexCondition, type Side, type Statement, type Survey,
} from '../document/index.ts';
import type { Equality } from '../check/equal.ts';
import { attempt, type Attempt, type Question } from './attempt.ts';
import { givenAt, givenBy, type Given } from './assumptions.ts';
import { closeBracket, diagnose, type Clinic, type Diagnosis, type Written } from './diagnose.ts';
import { furtherReadings } from './readings.ts';
import { Budget } from './budget.ts';

export type Verdict = 'holds' | 'slip' | 'definition' | 'assumption' | 'unclear';

export interface Judgement {
  readonly statement: Statement;
  /** Which member of the statement the row is about (what stands after its link). */
  readonly side: number;
  readonly verdict: Verdict;
  readonly certainty: 'proved' | 'tested' | null;
  readonly message: string;
  /** What the member was compared with. */
  readonly left: Surface | null;
  readonly right: Surface | null;
  readonly attempt: Attempt | null;
  readonly question: Question | null;
  readonly diagnosis: Diagnosis | null;
}

/** A chain of equal expressions that is being read. */
interface Chain {
  head: Surface;
  letters: readonly string[];
  last: Surface;
  lastTrue: Surface;
  conditions: string;
  at: number;
}

export interface JudgeOptions { readonly budget?: Budget }

/** Judges every equality of a surveyed document, in the order of the text. */
export function judge(survey: Survey, options: JudgeOptions = {}): Judgement[] {
  return new Judge(survey, options.budget ?? new Budget()).run();
}

class Judge {
  private readonly rows: Judgement[] = [];
  private readonly allGiven: Given;
  private given: Given;
  private chain: Chain | null = null;
  /** Expressions without a relation, nearest last: what "= …" may go on from. */
  private mentioned: { surface: Surface; at: number }[] = [];
  private readonly known = new Map<string, Equality>();
  /** The text that each formula was read from. */
  private readonly texts = new WeakMap<Surface, string>();
  /** What each function was last applied to. */
  private readonly current = new Map<string, string>();
  /** Numbers given to quantities (`A = [2 1; 1 3]`), the latest. */
  private values = new Map<string, Source>();

  constructor(private readonly survey: Survey, private readonly budget: Budget) { this.allGiven = this.given = givenBy(survey); }

  run(): Judgement[] {
    this.survey.items.forEach((item, n) => {
      if (item.kind === 'heading') { this.mentioned = []; return; }
      if (item.kind === 'statement') { this.given = givenAt(this.allGiven, n); this.statement(item, n); }
    });
    this.settle();
    return this.rows;
  }

  /** Readings under which some claim of the document holds, and no plainer one. */
  private readonly confirmed = new Set<string>();
  private readonly open: { row: number; outcome: Outcome }[] = [];

  /** A claim that is only in doubt when read plainly is a slip where a reading that the document confirms shows a difference. */
  private settle(): void {
    for (const { row, outcome } of this.open) {
      const shown = (outcome.alternatives ?? []).find((t) => this.confirmed.has(t.reading.name));
      const before = this.rows[row];
      if (shown === undefined || before === undefined || outcome.question === null) continue;
      const side = before.statement.sides[before.side] as Side;
      const q = outcome.question;
      const found = this.budget.diagnosed(() => diagnose(q, writtenSide(before.statement, side, q.right), null, shown.attempt, { ...this.clinic(outcome), readings: [shown.reading], trueLeft: [] }));
      const message = `the two sides differ, read so that ${shown.reading.name}${found.say === '' ? '' : `: ${found.say}`}`;
      this.rows[row] = { ...before, verdict: 'slip', message, attempt: shown.attempt, question: outcome.question, diagnosis: found };
    }
  }

  private statement(s: Statement, n: number): void {
    if (indexCondition(s) !== null || this.survey.directives.ignored.has(n)) return;
    if (this.survey.directives.assumed.has(n)) { for (let k = 1; k < s.sides.length; k++) this.row(s, k, 'assumption', 'given by a directive'); return; }
    for (const side of s.sides) if (side.surface !== null) { this.texts.set(side.surface, side.text.text); this.noteArguments(side.surface); }
    const first = s.sides[0];
    if (s.sides.length === 1 && !s.continues) {
      if (first?.surface) {
        if (this.chain !== null && /\b(?:which (?:is|equals|gives|becomes|simplifies to|reduces to)|is equal to|equals|i\.e\.,?|that is,?)\s*$/i.test(this.wordsBefore(n))) this.saidToEqual(s, n, first.surface, this.chain);
        else this.mentioned.push({ surface: first.surface, at: n });
      }
      else if (first?.fault?.code === 'unbalanced-bracket' && s.display) this.row(s, 0, 'unclear', first.fault.message);
      return;
    }
    if (s.continues) this.continued(s, n); else this.started(s, n);
  }

  /** "…, which is $-S_i S_j$": counts where it is so; what else the words could mean is not guessed. */
  private saidToEqual(s: Statement, n: number, right: Surface, chain: Chain): void {
    if (n - chain.at > 6) return;
    const outcome = this.compare([chain.last, chain.lastTrue, chain.head], right, n, chain.letters);
    if (outcome.holds === null) return;
    this.push(s, 0, 'holds', outcome.holds.certainty, outcome.holds.message, chain.last, right, outcome.holds.attempt, outcome.question);
    chain.last = right;
    chain.lastTrue = right;
  }

  // --- a statement with its own left side -------------------------------------------------------------------------------

  private started(s: Statement, n: number): void {
    const defines = this.survey.defines.get(n) ?? [];
    const first = s.sides[0] as Side;
    this.chain = null;
    if (first.surface === null) this.fault(s, 0, first, n);
    else this.chain = this.newChain(first.surface, n);
    const given = defines.filter((d) => d.literal);
    if (given.length > 0 && given.every((d) => this.isInput(d.source.id))) {
      for (const d of given) this.values.set(d.source.id, d.source);
      for (let k = 1; k < s.sides.length; k++) if (isEquality(s.sides[k])) this.row(s, k, s.form === 'math' && !s.display ? 'assumption' : 'definition', 'gives a value');
      return;
    }
    const forward = defines.filter((d) => !d.literal && isForward(d, s, this.survey));
    let from = 1;
    if (forward.length > 0) from = this.define(s, n, forward);
    for (let k = from; k < s.sides.length; k++) this.link(s, n, k, defines);
  }

  /** Remembers `σ(a)`: a bare `σ_i` after it means that. */
  private noteArguments(s: Surface): void {
    visitSurface(s, (x) => {
      if (x.kind !== 'apply' || x.args.length !== 1) return;
      const [head, argument] = [scripted(x.head), scripted(unwrap(x.args[0] as Surface))];
      if (head === null || argument === null) return;
      const [of, by] = [resolveScripts(head, this.survey.model.usage), resolveScripts(argument, this.survey.model.usage)];
      const formal = this.survey.model.registry.lookUp(of.id)?.formals?.[0];
      if (formal?.kind === 'name' && by.indices.length === 0 && by.powers.length === 0 && this.survey.model.ranks.rankOf(by.id) === 1) this.current.set(of.id, by.id);
    });
  }

  private isInput(id: string): boolean { return !this.survey.model.registry.isListed(id); }

  private newChain(head: Surface, n: number): Chain {
    return { head, letters: this.lettersOf(head), last: head, lastTrue: head, conditions: this.conditionKey(n), at: n };
  }

  /** Free index letters of a formula; those that the summation convention sums are left out. */
  private lettersOf(s: Surface): string[] {
    const e = new Elaborator(this.survey.model, plainReading, 0);
    try {
      const term = e.value(s, outermost([], false)).term;
      const counts = new Map<string, number>();
      visitIndices(term, (i) => { for (const { variable: v } of asAffine(i).terms) if (v.kind === 'free') counts.set(v.name, (counts.get(v.name) ?? 0) + 1); });
      const all = unwrap(s).kind !== 'product';
      return freeIndices(term).filter((l) => !isFresh(l) && (all || !this.survey.model.facts.einstein || counts.get(l) === 1));
    } catch { return []; }
  }

  /** The links of a statement that define something; the answer is the first link that is left. */
  private define(s: Statement, n: number, defines: readonly Defines[]): number {
    const registry = this.survey.model.registry;
    const body = Math.max(...defines.map((d) => d.side));
    const again = defines.find((d) => !d.literal && (registry.isInForce(d.source.id) || this.ofAnotherLayer(d.source) !== null));
    if (again !== undefined) {
      const before = registry.inForce(again.source.id) ?? this.ofAnotherLayer(again.source);
      const verdict = this.compareDefinition(s, n, again, body);
      if (verdict === 'same') return body + 1;
      if (verdict === 'redefined' || before === null) for (const d of defines) registry.enter(d.source);
    } else for (const d of defines) registry.enter(d.source);
    if (again === undefined) for (let k = 1; k <= body; k++) if (isEquality(s.sides[k])) this.row(s, k, 'definition', `defines ${defines.map((d) => d.source.id).join(', ')}`);
    const side = s.sides[body]?.surface ?? null;
    if (this.chain !== null && side !== null) { this.chain.last = side; this.chain.lastTrue = side; }
    return body + 1;
  }

  /** `δ^L = …` where δ^l is defined for every layer. */
  private ofAnotherLayer(source: Source): Source | null {
    const registry = this.survey.model.registry;
    return source.layer === null || registry.isListed(source.id) ? null : registry.lookUpLayer(source.stem);
  }

  /** A second equation for a quantity: the same again, another definition, or a slip. */
  private compareDefinition(s: Statement, n: number, d: Defines, body: number): 'same' | 'redefined' | 'slip' {
    const registry = this.survey.model.registry;
    const old = registry.inForce(d.source.id) ?? this.ofAnotherLayer(d.source);
    const chain = this.chain as Chain;
    const right = s.sides[body]?.surface as Surface;
    const outcome = this.compare([chain.head], right, n, chain.letters);
    if (outcome.holds !== null) {
      this.push(s, body, 'holds', outcome.holds.certainty, outcome.holds.message, chain.head, right, outcome.holds.attempt, outcome.question);
      chain.last = right; chain.lastTrue = right;
      // The same in other words: the words may name what the old ones did not.
      if (old !== null && outcome.holds.message === '' && this.directNames(right).some((id) => registry.isListed(id) && !this.namesIn(old.body).has(id))) registry.enter(d.source);
      return 'same';
    }
    const fresh = old === null || this.speaksOfMore(right, old.body) || s.sides[1]?.link === ':=' || this.announces(n) || !this.repeats(n, old.section, s);
    if (fresh || outcome.certain === null) {
      this.row(s, body, 'definition', `defines ${d.source.id} anew`);
      return 'redefined';
    }
    this.slip(s, body, outcome, chain.head, right);
    chain.last = right;
    return 'slip';
  }

  private namesIn(s: Surface): Set<string> {
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
  private directNames(s: Surface): string[] {
    return idsIn(s, this.survey.model.usage);
  }
  private speaksOfMore(fresh: Surface, old: Surface): boolean {
    const known = this.namesIn(old);
    return [...this.namesIn(fresh)].some((id) => !known.has(id) && id.length < 12 && !this.survey.model.usage.bound.has(id) && !this.survey.model.usage.indexLetters.has(id));
  }
  /** The words before a statement set something up. */
  private announces(n: number): boolean {
    return /\b(?:let|define[ds]?|definition|denote[ds]?|set|redefine|instead|now consider|consider|suppose|assume|alternativ|another|general case|for example|example|exercise|where|given|loss is|we (?:use|take|choose))\b[^.]*$/i.test(this.wordsBefore(n));
  }
  private repeats(n: number, section: number, s: Statement): boolean {
    return s.display && (this.survey.sections[n] === section || /\b(?:rewrit|recall|again|equivalent|same|that is|i\.e|can be written|simplif|expand|above|becomes|we have|we get|so\b|thus|hence|therefore)/i.test(this.wordsBefore(n)));
  }
  private wordsBefore(n: number): string {
    let words = '';
    for (let k = n - 1; k >= Math.max(0, n - 8); k--) {
      const item = this.survey.items[k];
      if (item?.kind === 'prose') words = item.text.text + words;
      else if (item?.kind === 'statement') { if (item.display) break; words = ` ⟪${words}`; } else if (item?.kind === 'heading') break;
    }
    return words.replace(/\s+/g, ' ');
  }

  // --- links --------------------------------------------------------------------------------------------------------------

  private link(s: Statement, n: number, k: number, defines: readonly Defines[]): void {
    const side = s.sides[k] as Side;
    if (!isEquality(side)) { this.skip(side, n); return; }
    if (side.surface === null) { this.fault(s, k, side, n); return; }
    const backward = defines.find((d) => d.side === k - 1 && !isForward(d, s, this.survey) && !this.survey.model.registry.isInForce(d.source.id));
    if (backward !== undefined) {
      this.survey.model.registry.enter(backward.source);
      this.row(s, k, 'definition', `defines ${backward.source.id}`);
      if (this.chain !== null) { this.chain.last = side.surface; this.chain.lastTrue = side.surface; }
      return;
    }
    if (this.chain === null) { this.row(s, k, 'unclear', 'what stands before the equals sign is not understood'); this.chain = this.newChain(side.surface, n); return; }
    if (k === 1 && s.sides.length === 2 && this.setsInput(s)) { this.row(s, k, 'assumption', 'gives a value'); return; }
    if (isUpdate(s, k, this.survey)) {
      this.row(s, k, 'definition', 'an update, not an equation');
      this.chain.last = this.chain.lastTrue = side.surface;
      return;
    }
    this.claim(s, n, k, [this.chain.last], this.chain, true);
  }

  /** `y_o = 1`, `x_0 = 1`: a number for an entry of an input. */
  private setsInput(s: Statement): boolean {
    const [left, right] = s.sides;
    if (!left?.surface || !right?.surface || s.display) return false;
    const head = scripted(unwrap(left.surface));
    const value = unwrap(right.surface);
    return head !== null && value.kind === 'number' && this.isInput(resolveScripts(head, this.survey.model.usage).id);
  }

  /** Something is related otherwise than by equality: the chain goes on from there. */
  private skip(side: Side, n: number): void {
    this.chain = side.surface === null ? null : this.newChain(side.surface, n);
  }

  private fault(s: Statement, k: number, side: Side, n: number): void {
    const fault = side.fault;
    if (fault === null || fault.code === 'words') return;
    if (fault.code === 'unbalanced-bracket' && isUnbalanced(side.text.text) && (s.sides.length > 1 || s.continues) && (s.display || s.form === 'block') && this.chain !== null) {
      const chain = this.chain;
      const lefts = unique([...(k > 0 || s.continues ? [chain.last, chain.lastTrue] : []), ...this.mentioned.slice(-3).map((m) => m.surface), ...[chain.last, ...this.mentioned.slice(-3).map((m) => m.surface)].flatMap(summands)]);
      const closed = closeBracket({ text: side.text.text, latex: isLatex(s) }, (right) => lefts.map((left) => this.questionFor(left, right, n, chain.letters)), this.clinic(null));
      this.push(s, k, 'slip', null, fault.message, null, null, null, null, closed?.diagnosis ?? { mistake: 'unbalanced-bracket', say: '', fix: null });
      if (closed !== null) { chain.last = closed.surface; chain.lastTrue = closed.surface; chain.at = n; }
      return;
    }
    if (k > 0 || s.continues) this.row(s, k, 'unclear', fault.message);
  }

  // --- statements that begin with a relation ----------------------------------------------------------------------------------

  private continued(s: Statement, n: number): void {
    const anchors = this.anchors(s, n);
    if (this.chain === null && anchors.candidates[0] !== undefined) this.chain = this.newChain(anchors.candidates[0], n);
    let chain = this.chain;
    for (let k = 0; k < s.sides.length; k++) {
      const side = s.sides[k] as Side;
      if (!isEquality(side)) { this.skip(side, n); chain = this.chain; continue; }
      if (side.surface === null) { this.fault(s, k, side, n); continue; }
      if (chain === null) { this.row(s, k, 'unclear', 'it is not clear what this line goes on from'); this.chain = chain = this.newChain(side.surface, n); continue; }
      if (k === 0) this.claim(s, n, k, anchors.candidates, chain, anchors.certain);
      else this.claim(s, n, k, [chain.last], chain, true);
    }
    if (chain !== null) chain.conditions = this.conditionKey(n);
  }

  /** What a line that begins with `=` may go on from, nearest first. */
  private anchors(s: Statement, n: number): { candidates: Surface[]; certain: boolean } {
    const chain = this.chain;
    const near = this.mentioned.filter((m) => m.at < n).slice(-4).reverse();
    const between = near.filter((m) => chain === null || m.at > chain.at).length;
    const direct = chain !== null && ((s.sameDisplay && this.followsChain(chain, n)) || (chain.conditions === this.conditionKey(n) && between === 0 && this.followsChain(chain, n) && this.plainBetween(chain.at, n)));
    const candidates = chain === null ? [] : [chain.last];
    const others = [...near.map((m) => m.surface), ...(chain === null ? [] : [chain.lastTrue, chain.head])];
    const parts = direct ? [] : [...candidates, ...others].flatMap(summands);
    return { candidates: direct ? candidates : [...candidates, ...others, ...parts], certain: direct };
  }
  /** The statement before was understood and is the chain's. */
  private followsChain(chain: Chain, n: number): boolean {
    for (let k = n - 1; k > chain.at; k--) { const item = this.survey.items[k]; if (item?.kind === 'statement' && item.sides.some((x) => x.fault?.code !== 'words')) return false; }
    return true;
  }
  /** No more than a few joining words stand between two statements. */
  private plainBetween(from: number, to: number): boolean {
    let words = '';
    for (const item of this.survey.items.slice(from + 1, to)) if (item.kind === 'prose') words += item.text.text; else if (item.kind === 'heading') return false;
    return words.replace(/\s+/g, ' ').trim().length < 90;
  }
  private conditionKey(n: number): string { return (this.survey.conditions[n] ?? []).map((c) => `${c.left}${c.equal ? '=' : '≠'}${c.right}`).sort().join(); }

  // --- one claim ----------------------------------------------------------------------------------------------------------

  private claim(s: Statement, n: number, k: number, candidates: readonly Surface[], chain: Chain, certain: boolean): void {
    const right = s.sides[k]?.surface as Surface;
    const outcome = this.compare(certain ? [...candidates, ...(chain.lastTrue === candidates[0] ? [] : [chain.lastTrue])] : candidates, right, n, chain.letters);
    const left = candidates[0] ?? chain.last;
    if (outcome.holds !== null) {
      this.push(s, k, 'holds', outcome.holds.certainty, outcome.holds.message, left, right, outcome.holds.attempt, outcome.question);
      chain.lastTrue = right;
    } else if (outcome.certain !== null && certain && !this.isStipulation(s, n, right)) this.slip(s, k, outcome, left, right);
    else if (this.isStipulation(s, n, right) && outcome.first?.kind === 'compared') this.row(s, k, 'assumption', 'taken as given');
    else {
      if (certain && (outcome.alternatives?.length ?? 0) > 0) this.open.push({ row: this.rows.length, outcome });
      this.push(s, k, 'unclear', null, certain ? outcome.reason : `it is not certain what this line goes on from; ${outcome.reason}`, left, right, outcome.first, outcome.question);
    }
    // What is not well formed is nothing to go on from.
    if (outcome.holds !== null || outcome.first?.kind === 'compared' || outcome.first?.formed === true) chain.last = right;
    chain.at = n;
  }

  private slip(s: Statement, k: number, outcome: Outcome, left: Surface, right: Surface): void {
    const side = s.sides[k] as Side;
    const before = k > 0 ? s.sides[k - 1] : undefined;
    const question = outcome.question === null ? null : { ...outcome.question, left };
    const found = question === null || outcome.certain === null ? null
      : this.budget.diagnosed(() => diagnose(question, writtenSide(s, side, right), k === 1 && before?.surface === left ? writtenSide(s, before, left) : null, outcome.certain as Attempt, this.clinic(outcome)));
    const say = found === null || found.say === '' || outcome.certain?.kind === 'unreadable' ? outcome.reason : `${outcome.reason}: ${found.say}`;
    this.push(s, k, 'slip', null, say, left, right, outcome.certain, outcome.question, found);
  }

  private clinic(outcome: Outcome | null): Clinic {
    const question = outcome?.question ?? null;
    const also = [outcome?.reading, ...furtherReadings(new Set(outcome?.first?.choices ?? [])).filter((r) => this.confirmed.has(r.name))].filter((r) => r !== undefined && r !== plainReading).slice(0, 2) as Reading[];
    return {
      model: this.modelNow(question === null ? [] : [question.left, question.right]), readings: [plainReading, ...also], reread: this.survey.reread,
      trueLeft: this.chain === null ? [] : [this.chain.lastTrue], textOf: (s) => this.texts.get(s) ?? null, time: this.budget.diagnosis,
    };
  }

  /** `2A^TAx − 2A^Tb = 0` after "set to zero", `y_o = 1` after "if": conditions that the text imposes. */
  private isStipulation(s: Statement, n: number, right: Surface): boolean {
    const u = unwrap(right);
    const isZero = u.kind === 'number' && u.num === 0n;
    const left = s.sides[0]?.surface ? scripted(unwrap(s.sides[0].surface)) : null;
    // An equation for an input by itself can only be a condition on it.
    if (!s.continues && s.sides.length === 2 && left !== null && left.primes === 0 && this.isInput(resolveScripts(left, this.survey.model.usage).id)) return true;
    const words = this.wordsBefore(n);
    if (isZero && s.sides.at(-1)?.surface === right) return true;
    if (!s.continues && s.sides.length === 2 && this.isConditionOnInputs(s)) return true;
    return /\b(?:assum\w*|suppose|given|let|if|when|such that|subject to|require\w*|setting|set|constraint|provided|unless|where|in case|note that for)\b[^.⟪]{0,40}$/i.test(words) && !s.display;
  }

  /** `S w = λ w`: both sides are products and sums of inputs, so the equation can only be a condition on them. */
  private isConditionOnInputs(s: Statement): boolean {
    let plain = true;
    for (const side of s.sides) if (side.surface !== null) visitSurface(side.surface, (x) => {
      if (['derivative', 'entryDerivative', 'gradient', 'apply', 'reduce', 'number', 'cases', 'indicator'].includes(x.kind) && !(x.kind === 'number')) plain = false;
      const sc = scripted(x);
      if (sc !== null) { plain &&= this.isInput(resolveScripts(sc, this.survey.model.usage).id); return false; }
      return true;
    });
    return plain;
  }

  private compare(candidates: readonly Surface[], right: Surface, n: number, letters: readonly string[]): Outcome {
    const conditions = this.survey.conditions[n] ?? [];
    let first: Outcome | null = null;
    for (const left of unique(candidates)) {
      const outcome = this.compareTwo(left, right, conditions, letters);
      if (outcome.holds !== null) return outcome;
      first ??= outcome;
    }
    return first ?? { holds: null, certain: null, first: null, reason: 'there is nothing to compare with', question: null };
  }

  private questionFor(left: Surface, right: Surface, n: number, letters: readonly string[], conditions = this.survey.conditions[n] ?? []): Question {
    return { left, right, known: this.known, head: letters, variable: this.chain === null ? null : differentiator(this.chain.head), conditions, given: this.given, lowestLayer: lowestLayer([left, right], this.survey) };
  }

  /** The model as it stands at this place of the document. */
  private modelNow(surfaces: readonly Surface[]): Model {
    const { model } = this.survey;
    const layered = model.usage.layers.size === 0 ? new Map<string, readonly string[]>() : layeredDependencies(surfaces, model);
    return { ...model, current: this.current, inferred: layered.size === 0 ? model.inferred : new Map([...model.inferred, ...layered]) };
  }

  private compareTwo(left: Surface, right: Surface, conditions: readonly IndexCondition[], letters: readonly string[]): Outcome {
    const question = this.questionFor(left, right, -1, letters, conditions);
    const model = this.modelNow([left, right]);
    if (this.budget.spent) return { holds: null, certain: null, first: null, reason: 'budget: the time for this document is used up', question };
    return this.budget.claim(() => {
      const plain = attempt(question, model, plainReading);
      const choices = new Set(plain.choices);
      const done = heldBy(plain, '') ?? (plain.kind === 'compared' && isRounding(plain, left, right) ? { certainty: 'tested' as const, message: 'rounded', attempt: plain } : null);
      if (done !== null) return { holds: done, certain: null, first: plain, reason: '', question };
      const tried: Tried[] = [{ reading: plainReading, attempt: plain }];
      for (const reading of furtherReadings(choices)) {
        const a = attempt(question, model, reading);
        const held = heldBy(a, `read so that ${reading.name}`);
        if (held !== null) { this.confirmed.add(reading.name); return { holds: held, certain: null, first: plain, reason: '', question }; }
        tried.push({ reading, attempt: a });
        for (const c of a.choices) choices.add(c);
      }
      const scalars = this.loneVariable(left, right);
      if (scalars !== null) {
        const held = heldBy(attempt(question, { ...model, ranks: { ...model.ranks, rankOf: (id) => (id === scalars ? 0 : model.ranks.rankOf(id)) } }, plainReading), '');
        if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
      }
      for (const values of this.valueChoices()) {
        const valued = attempt(question, { ...model, values }, plainReading);
        const held = heldBy(valued, 'for the values given') ?? (isRounding(valued, left, right) ? { certainty: 'tested' as const, message: 'rounded, for the values given', attempt: valued } : null);
        if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
      }
      if (plain.doubts.length > 0 || (plain.kind === 'unreadable' && !plain.misfit)) return failure(plain, tried, question);
      if (conditions.length > 0) {
        const held = heldBy(attempt({ ...question, conditions: [] }, model, plainReading), '');
        if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
      }
      for (const hot of this.hotValues(left, right)) {
        const held = heldBy(attempt(question, { ...model, values: hot.values }, plainReading), hot.note);
        if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
      }
      for (const [given, note] of unstated(this.given, this.survey, left, right)) {
        const held = heldBy(attempt({ ...question, given }, model, plainReading), note);
        if (held !== null) return { holds: held, certain: null, first: plain, reason: '', question };
      }
      return failure(plain, tried, question);
    });
  }

  /** One-hot labels whose one entry the text names by a letter: y_k = δ_ko. */
  private hotValues(left: Surface, right: Surface): { values: ReadonlyMap<string, Source>; note: string }[] {
    const names = new Set([...this.directNames(left), ...this.directNames(right)].flatMap((id) => [id, ...this.namesIn({ kind: 'name', name: id, bold: false, run: false, start: 0, end: 0 })]));
    const labels = this.given.properties.filter((p) => p.property === 'oneHot' && names.has(p.of)).map((p) => p.of);
    return labels.flatMap((id) => [...this.survey.words.hotLetters].filter((l) => !this.survey.model.usage.bound.has(l)).map((l) => ({ note: `where ${id} is 1 at ${l}`, values: new Map([[id, hotSource(id, l)]]) })));
  }

  /** `∂σ(x)/∂x = σ(x)(1 − σ(x))`: the one variable of an identity stands for a number, whatever x is elsewhere. */
  private loneVariable(left: Surface, right: Surface): string | null {
    const { registry, usage, ranks } = this.survey.model;
    const inputs = new Set<string>();
    const seen = new Set<string>();
    let indexed = false;
    const walk = (s: Surface): void => visitSurface(s, (x) => {
      const sc = scripted(x);
      if (sc === null) return true;
      indexed ||= sc.subs.length > 0 || sc.transposed || sc.bold;
      const id = resolveScripts(sc, usage).id;
      const source = registry.lookUp(id);
      if (source !== null && !seen.has(id)) { seen.add(id); indexed ||= source.letters.length > 0; walk(source.body); }
      if (source === null && ranks.rankOf(id) > 0) inputs.add(id);
      return false;
    });
    walk(left);
    walk(right);
    return indexed || inputs.size !== 1 ? null : ([...inputs][0] as string);
  }

  /** Matrices with their numbers, then everything. */
  private valueChoices(): ReadonlyMap<string, Source>[] {
    if (this.values.size === 0) return [];
    const matrices = new Map([...this.values].filter(([id]) => /^[A-Z]/.test(id)));
    return matrices.size > 0 && matrices.size < this.values.size ? [matrices, this.values] : [this.values];
  }

  private row(s: Statement, k: number, verdict: Verdict, message: string): void { this.push(s, k, verdict, null, message, null, null, null, null); }
  private push(statement: Statement, side: number, verdict: Verdict, certainty: Judgement['certainty'], message: string, left: Surface | null, right: Surface | null, found: Attempt | null, question: Question | null, diagnosis: Diagnosis | null = null): void {
    this.rows.push({ statement, side, verdict, certainty, message, left, right, attempt: found, question, diagnosis });
  }
}

interface Held { readonly certainty: 'proved' | 'tested'; readonly message: string; readonly attempt: Attempt }
interface Outcome {
  readonly holds: Held | null;
  /** The attempt that shows a difference nobody can doubt. */
  readonly certain: Attempt | null;
  readonly first: Attempt | null;
  readonly reason: string;
  readonly question: Question | null;
  /** The reading of `certain`. */
  readonly reading?: Reading;
  /** Readings without a doubt under which the sides differ. */
  readonly alternatives?: readonly Tried[];
}

/** `0.24` for 0.2447: a written decimal is right to its last digit. */
function isRounding(a: Attempt, left: Surface, right: Surface): boolean {
  if (a.kind !== 'compared' || a.equality.counterexample === null) return false;
  const { left: l, right: r } = a.equality.counterexample;
  return [left, right].some((s) => { const d = decimals(s); return d !== null && Math.abs(l - r) <= 0.6 * 10 ** -d; });
}
function decimals(s: Surface): number | null {
  const u = unwrap(s);
  if (u.kind === 'sum' && u.terms.length === 1 && u.terms[0] !== undefined) return decimals(u.terms[0].value);
  if (u.kind !== 'number' || !u.digits.includes('.')) return null;
  return u.digits.length - u.digits.indexOf('.') - 1;
}

function heldBy(a: Attempt, note: string): Held | null {
  if (a.kind !== 'compared' || (a.equality.verdict !== 'proved' && a.equality.verdict !== 'tested')) return null;
  return { certainty: a.equality.verdict, message: note, attempt: a };
}

/** What a claim that holds under no reading amounts to. */
function failure(plain: Attempt, tried: readonly Tried[], question: Question): Outcome {
  const base = { holds: null, first: plain, question, alternatives: tried.filter((t) => isDifferent(t.attempt) && t.attempt.doubts.length === 0) };
  const lifts = tried.filter((t) => t.reading.lift !== 'none');
  // An equation for one example is read with every choice of what carries the index: false under all of them is false.
  if (lifts.length > 0 && lifts.every((t) => isDifferent(t.attempt) && t.attempt.doubts.length === 0)) return { ...base, certain: (lifts[0] as Tried).attempt, reading: (lifts[0] as Tried).reading, reason: 'the two sides differ' };
  if (plain.doubts.length > 0) return { ...base, certain: null, reason: plain.doubts[0] as string };
  const different = tried.find((t) => isDifferent(t.attempt));
  if (plain.kind === 'unreadable') {
    if (plain.misfit && tried.every((t) => (t.attempt.kind === 'unreadable' && t.attempt.misfit) || (isDifferent(t.attempt) && t.attempt.doubts.length === 0))) return { ...base, certain: different?.attempt ?? plain, reason: plain.reason };
    return { ...base, certain: null, reason: plain.reason };
  }
  if (plain.equality.verdict === 'unknown') return { ...base, certain: null, reason: 'the two sides could not be compared at enough points' };
  return { ...base, certain: different?.attempt ?? null, reason: plain.misfit ?? 'the two sides differ' };
}

interface Tried { readonly reading: Reading; readonly attempt: Attempt }
const isDifferent = (a: Attempt): boolean => a.kind === 'compared' && a.equality.verdict === 'different';

/** Some kind of bracket opens more often than it closes, or the other way round. */
function isUnbalanced(text: string): boolean {
  const plain = text.replace(/\\[{}]/g, ' ').replace(/\\(?:left|right)\s*\.?/g, ' ');
  return (['()', '[]', '{}'] as const).some(([open, close]) => [...plain].filter((c) => c === open).length !== [...plain].filter((c) => c === close).length);
}

const isLatex = (s: Statement): boolean => s.form === 'math' || /\\[a-zA-Z]{2,}/.test(s.text);
const writtenSide = (s: Statement, side: Side, surface: Surface): Written => ({ text: side.text.text, latex: isLatex(s), surface });

const isEquality = (s: Side | undefined): boolean => s !== undefined && (s.link === '=' || s.link === ':=');
const isForward = (d: Defines, s: Statement, survey: Survey): boolean => {
  for (let k = 0; k < d.side; k++) { const surface = s.sides[k]?.surface; if (surface && readHead(surface, survey.model.usage)?.id === d.source.id) return true; }
  return false;
};

/** `θ := θ − α ∂J/∂θ` */
function isUpdate(s: Statement, k: number, survey: Survey): boolean {
  const [left, right] = [s.sides[k - 1], s.sides[k]];
  if (!left?.surface || !right?.surface || k !== 1) return false;
  const name = scripted(unwrap(left.surface));
  if (name !== null && name.subs.length > 0) { const text = scriptText(unwrap(left.surface)); let again = false; visitSurface(right.surface, (x) => { again ||= x.kind === 'subscript' && scriptText(x) === text; }); if (again && survey.model.usage.names.get(name.name) !== undefined && !survey.model.registry.isListed(resolveScripts(name, survey.model.usage).id)) return true; }
  const head = readHead(left.surface, survey.model.usage);
  if (head === null || head.formals !== null) return false;
  const found = idsIn(right.surface, survey.model.usage).includes(head.id);
  return found && (right.link === ':=' || !survey.model.registry.isListed(head.id));
}

/** The terms of a sum, without their signs and with. */
function summands(s: Surface): Surface[] {
  const u = unwrap(s);
  if (u.kind === 'relation') return [];
  return u.kind === 'sum' && u.terms.length > 1 ? u.terms.map((t) => (t.sign === 1 ? t.value : { ...u, terms: [t] })) : [];
}

/** What a formula differentiates by, where it is one derivative. */
function differentiator(s: Surface): Surface | null {
  let found: Surface | null = null;
  visitSurface(s, (x) => { if (x.kind === 'derivative' && x.by.length === 1) found ??= x.by[0] as Surface; });
  return found;
}

/** y_k = δ_{k letter} */
function hotSource(id: string, letter: string): Source {
  const name = (n: string): Surface => ({ kind: 'name', name: n, bold: false, run: n.length > 1, start: 0, end: 0 });
  const row = "k''";
  const body: Surface = { kind: 'indicator', condition: { kind: 'relation', first: { kind: 'prime', base: name('k'), count: 2, start: 0, end: 0 }, links: [{ op: '=', value: name(letter), at: { start: 0, end: 0 } }], start: 0, end: 0 }, start: 0, end: 0 };
  return { id, stem: id, layer: null, letters: [row], formals: null, log: false, body, at: 0, section: 0, einstein: false };
}

const unique = (all: readonly Surface[]): Surface[] => [...new Set(all)];

function lowestLayer(all: readonly Surface[], survey: Survey): number {
  let least = Infinity;
  for (const s of all) visitNames(s, (sc) => { const layer = resolveScripts(sc, survey.model.usage).layer; if (layer !== null) least = Math.min(least, layer.plus); });
  return least === Infinity ? 0 : least;
}

/** Facts that readers supply although the text does not state them. */
function unstated(given: Given, survey: Survey, left: Surface, right: Surface): (readonly [Given, string])[] {
  const ids = new Set<string>();
  const quadratic = new Set<string>();
  for (const s of [left, right]) for (const id of idsIn(s, survey.model.usage)) ids.add(id);
  for (const source of survey.model.registry.sources()) if (ids.has(source.id)) for (const id of idsIn(source.body, survey.model.usage)) ids.add(id);
  for (const id of ids) if (/^(?:[A-Z]|Sigma)$/.test(id) && survey.model.ranks.rankOf(id) === 2) quadratic.add(id);
  const out: (readonly [Given, string])[] = [];
  const labels = [...ids].filter((id) => /^(?:y|t|y_true|q)$/.test(id) && !survey.model.registry.isListed(id) && survey.model.ranks.rankOf(id) >= 1 && !given.properties.some((p) => p.of === id));
  if (labels.length > 0) out.push([{ ...given, sumsToOne: [...given.sumsToOne, ...labels] }, `under Σ_k ${labels[0]}_k = 1, which the text does not state`]);
  if (quadratic.size > 0) out.push([{ ...given, properties: [...given.properties, ...[...quadratic].map((of) => ({ of, property: 'symmetric' as const }))] }, `where ${[...quadratic].join(', ')} is symmetric, which the text does not state`]);
  return out;
}
