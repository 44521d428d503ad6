// Goes through a document from the top: which equations define, which are given, and whether each of the others holds.
// Not here: one comparison (`attempt.ts`), the naming of a mistake (`diagnose.ts`), printing (`report.ts`).
// Invariant: `slip` only where both sides are understood, differ at a point, and nothing is in doubt; everything else that fails is `unclear` with its reason.
import { type Surface, unwrap, visitSurface } from '../language/surface.ts';
import {
  type Defines,
  indexCondition,
  plainReading,
  readHead,
  type Reading,
  resolveScripts,
  scripted,
  scriptText,
  type Side,
  type Source,
  type Statement,
  type Survey,
} from '../meaning/index.ts';
import { must } from '../term/must.ts';
import { givenAt, takenAsGiven } from './assumptions.ts';
import { type Attempt, type Question } from './attempt.ts';
import { beyondBudget, Budget, searchCut } from './budget.ts';
import { certaintyOf } from './certainty.ts';
import type { Clinic, Diagnosis } from './clinic.ts';
import { type Chain, Comparer } from './compare.ts';
import { closeBracket, diagnose } from './diagnose.ts';
import { Docket } from './docket.ts';
import type { Judgement, Verdict } from './judgement.ts';
import { Memory } from './memory.ts';
import type { Outcome } from './outcome.ts';
import { furtherReadings } from './readings.ts';
import {
  isConditionOnInputs,
  isEquality,
  isForward,
  isIndexRange,
  isLatex,
  isUnbalanced,
  isUpdate,
  summands,
  unique,
  writtenSide,
} from './shapes.ts';
import { announces, repeats, stipulates, wordsBefore } from './before.ts';
import { faultMessage } from './unread.ts';

export interface JudgeOptions {
  readonly budget?: Budget;
  readonly memory?: Memory;
  readonly progress?: ((share: number) => void) | undefined;
}

/** Judges every equality of a surveyed document, in the order of the text. */
export function judge(survey: Survey, options: JudgeOptions = {}): Judgement[] {
  return new Judge(survey, options.budget ?? new Budget(), options.memory ?? new Memory()).run(
    options.progress ?? (() => undefined),
  );
}

class Judge extends Comparer {
  private readonly rows: Judgement[] = [];
  private readonly docket = new Docket();
  /** Expressions without a relation, nearest last: what "= …" may go on from. */
  private mentioned: { surface: Surface; at: number }[] = [];
  /** The text that each formula was read from. */
  private readonly texts = new WeakMap<Surface, string>();

  run(progress: (share: number) => void): Judgement[] {
    this.survey.items.forEach((item, n, all) => {
      progress((n + 1) / all.length);
      if (item.kind === 'paragraph' || item.kind === 'heading') this.leaveAsides(n);
      if (item.kind === 'heading') {
        this.mentioned = [];
        return;
      }
      if (item.kind === 'statement') {
        this.given = givenAt(this.allGiven, n, item);
        if (item.asked === true) this.leaveExamples();
        this.statement(item, n);
        for (const told of this.survey.inWords) if (told.at === n) this.survey.model.registry.enter(told);
      }
    });
    this.settle();
    return this.docket.close(this.rows);
  }

  /** What was said of any map at all ends with its paragraph. */
  private leaveAsides(n: number): void {
    for (const at of this.survey.asides)
      if (at < n) for (const d of this.survey.defines.get(at) ?? []) this.survey.model.registry.leave(d.source);
  }

  private readonly open: { row: number; outcome: Outcome }[] = [];

  /** A claim that is only in doubt when read plainly is a slip where a reading that the document confirms shows a difference. */
  private settle(): void {
    for (const { row, outcome } of this.open) {
      const shown = (outcome.alternatives ?? []).find((t) => this.confirmed.has(t.reading.name));
      const before = this.rows[row];
      if (shown === undefined || before === undefined || outcome.question === null) continue;
      const side = must(before.statement.sides[before.side]);
      const q = outcome.question;
      const found = diagnose(q, writtenSide(before.statement, side, q.right), null, shown.attempt, {
        ...this.clinic(outcome),
        readings: [shown.reading],
        trueLeft: [],
      });
      const message = `the two sides differ, read so that ${shown.reading.name}${found.say === '' ? '' : `: ${found.say}`}`;
      this.accuse(row, { ...q, left: before.left ?? q.left }, shown.attempt, found, before.statement);
      this.rows[row] = {
        ...before,
        verdict: 'slip',
        message,
        attempt: shown.attempt,
        question: outcome.question,
        diagnosis: found,
      };
    }
  }

  private statement(s: Statement, n: number): void {
    if (indexCondition(s) !== null || this.survey.directives.ignored.has(n)) return;
    const told = takenAsGiven(s, n, this.survey, this.allGiven);
    if (told !== null) {
      for (let k = 1; k < s.sides.length; k++) this.row(s, k, 'assumption', told);
      return;
    }
    for (const side of s.sides)
      if (side.surface !== null) {
        this.texts.set(side.surface, side.text.text);
        this.noteArguments(side.surface);
      }
    const first = s.sides[0];
    if (!s.display && first?.surface && s.sides.length > 1 && isIndexRange(s)) return;
    if (s.sides.length === 1 && !s.continues) {
      if (first?.surface) {
        if (
          this.chain !== null &&
          /\b(?:which (?:is|equals|gives|becomes|simplifies to|reduces to)|is equal to|equals|i\.e\.,?|that is,?)\s*$/i.test(
            this.wordsBefore(n),
          )
        )
          this.saidToEqual(s, n, first.surface, this.chain);
        else this.mentioned.push({ surface: first.surface, at: n });
      } else if (first?.fault?.code === 'unbalanced-bracket' && s.display)
        this.row(s, 0, 'unclear', faultMessage(first));
      return;
    }
    if (s.continues) this.continued(s, n);
    else this.started(s, n);
  }

  /** "…, which is $-S_i S_j$": counts where it is so; what else the words could mean is not guessed. */
  private saidToEqual(s: Statement, n: number, right: Surface, chain: Chain): void {
    if (n - chain.at > 6) return;
    const outcome = this.compare([chain.last, chain.lastTrue, chain.head], right, n, chain.letters);
    if (outcome.holds === null) {
      if (outcome.reason === beyondBudget) this.row(s, 0, 'unclear', beyondBudget);
      return;
    }
    this.push(
      s,
      0,
      'holds',
      outcome.holds.certainty,
      outcome.holds.message,
      chain.last,
      right,
      outcome.holds.attempt,
      outcome.question,
    );
    chain.last = right;
    chain.lastTrue = right;
  }

  // --- a statement with its own left side -------------------------------------------------------------------------------

  private started(s: Statement, n: number): void {
    const defines = this.survey.defines.get(n) ?? [];
    const first = must(s.sides[0]);
    this.chain = null;
    if (first.surface === null) this.fault(s, 0, first, n);
    else this.chain = this.newChain(first.surface, n);
    const given = defines.filter((d) => d.literal);
    if (given.length > 0 && given.every((d) => this.isInput(d.source.id))) {
      for (const d of given) this.values.set(d.source.id, d.source);
      const first = Math.max(
        1,
        Math.min(
          ...given.map((d) => d.side).filter((n) => n > 0),
          s.sides.findIndex(
            (x, n) => n > 0 && x.surface !== null && readHead(x.surface, this.survey.model.usage) === null,
          ),
        ),
      );
      for (let k = 1; k < s.sides.length; k++) {
        if (k > first && this.chain !== null) this.link(s, n, k, []);
        else if (isEquality(s.sides[k]))
          this.row(s, k, s.form === 'math' && !s.display ? 'assumption' : 'definition', 'gives a value');
        if (k === first && this.chain !== null && s.sides[k]?.surface)
          this.chain.last = this.chain.lastTrue = s.sides[k]?.surface as Surface;
      }
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
      const [head, argument] = [scripted(x.head), scripted(unwrap(must(x.args[0])))];
      if (head === null || argument === null) return;
      const [of, by] = [
        resolveScripts(head, this.survey.model.usage),
        resolveScripts(argument, this.survey.model.usage),
      ];
      const formal = this.survey.model.registry.lookUp(of.id)?.formals?.[0];
      if (
        formal?.kind === 'name' &&
        by.indices.length === 0 &&
        by.powers.length === 0 &&
        this.survey.model.ranks.rankOf(by.id) === 1
      )
        this.current.set(of.id, by.id);
    });
  }

  private isInput(id: string): boolean {
    return !this.survey.model.registry.isListed(id);
  }

  private newChain(head: Surface, n: number): Chain {
    return { head, letters: this.lettersOf(head), last: head, lastTrue: head, conditions: this.conditionKey(n), at: n };
  }

  /** The links of a statement that define something; the answer is the first link that is left. */
  private define(s: Statement, n: number, defines: readonly Defines[]): number {
    const registry = this.survey.model.registry;
    const body = Math.max(...defines.map((d) => d.side));
    const again = defines.find(
      (d) => !d.literal && (registry.isInForce(d.source.id) || this.ofAnotherLayer(d.source) !== null),
    );
    if (again !== undefined) {
      const before = registry.inForce(again.source.id) ?? this.ofAnotherLayer(again.source);
      const verdict = this.compareDefinition(s, n, again, body);
      if (verdict === 'same') return body + 1;
      if (verdict === 'redefined' || before === null) for (const d of defines) registry.enter(d.source);
    } else for (const d of defines) registry.enter(d.source);
    if (again === undefined)
      for (let k = 1; k <= body; k++)
        if (isEquality(s.sides[k]))
          this.row(s, k, 'definition', `defines ${defines.map((d) => d.source.id).join(', ')}`);
    const side = s.sides[body]?.surface ?? null;
    if (this.chain !== null && side !== null) {
      this.chain.last = side;
      this.chain.lastTrue = side;
    }
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
      this.push(
        s,
        body,
        'holds',
        outcome.holds.certainty,
        outcome.holds.message,
        chain.head,
        right,
        outcome.holds.attempt,
        outcome.question,
      );
      chain.last = right;
      chain.lastTrue = right;
      // The same in other words: the words may name what the old ones did not.
      if (
        old !== null &&
        (old.formals === null || d.source.formals !== null) &&
        outcome.holds.message === '' &&
        this.directNames(right).some((id) => registry.isListed(id) && !this.namesIn(old.body).has(id))
      )
        registry.enter(d.source);
      return 'same';
    }
    const fresh =
      old === null ||
      this.speaksOfMore(right, old.body) ||
      s.sides[1]?.link === ':=' ||
      announces.test(this.wordsBefore(n)) ||
      !this.repeats(n, old.section, s);
    if (fresh || outcome.certain === null) {
      const open = !fresh && outcome.reason === beyondBudget;
      this.row(s, body, open ? 'unclear' : 'definition', open ? beyondBudget : `defines ${d.source.id} anew`);
      return 'redefined';
    }
    this.slip(s, body, outcome, chain.head, right);
    chain.last = right;
    return 'slip';
  }

  private speaksOfMore(fresh: Surface, old: Surface): boolean {
    const known = this.namesIn(old);
    return [...this.namesIn(fresh)].some(
      (id) =>
        !known.has(id) &&
        id.length < 12 &&
        !this.survey.model.usage.bound.has(id) &&
        !this.survey.model.usage.indexLetters.has(id),
    );
  }
  private repeats(n: number, section: number, s: Statement): boolean {
    return s.display && (this.survey.sections[n] === section || repeats.test(this.wordsBefore(n)));
  }
  private readonly wordsBefore = (n: number): string => wordsBefore(this.survey.items, n);

  // --- links --------------------------------------------------------------------------------------------------------------

  private link(s: Statement, n: number, k: number, defines: readonly Defines[]): void {
    const side = must(s.sides[k]);
    if (!isEquality(side)) {
      this.skip(side, n);
      return;
    }
    if (side.surface === null) {
      this.fault(s, k, side, n);
      return;
    }
    const backward = defines.find(
      (d) => d.side === k - 1 && !isForward(d, s, this.survey) && !this.survey.model.registry.isInForce(d.source.id),
    );
    if (backward !== undefined) {
      // What is named after a line that is false is what the chain began with.
      const named = this.rows.at(-1)?.verdict === 'slip' && k > 1 ? this.chain?.lastTrue : undefined;
      this.survey.model.registry.enter(named === undefined ? backward.source : { ...backward.source, body: named });
      this.row(s, k, 'definition', `defines ${backward.source.id}`);
      if (this.chain !== null) {
        this.chain.last = side.surface;
        this.chain.lastTrue = side.surface;
      }
      return;
    }
    if (this.chain === null) {
      const why = s.sides[k - 1]?.fault ? `: ${faultMessage(must(s.sides[k - 1]))}` : '';
      this.row(s, k, 'unclear', `what stands before the equals sign is not understood${why}`);
      this.chain = this.newChain(side.surface, n);
      return;
    }
    if (k === 1 && s.sides.length === 2 && this.setsInput(s)) {
      const [left, value] = [s.sides[0]?.surface, s.sides[1]?.surface] as [Surface, Surface];
      this.entryValues.set(scriptText(left), { left, value });
      this.row(s, k, 'assumption', 'gives a value');
      return;
    }
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
    if (
      fault.code === 'unbalanced-bracket' &&
      isUnbalanced(side.text.text) &&
      (s.sides.length > 1 || s.continues) &&
      (s.display || s.form === 'block') &&
      this.chain !== null
    ) {
      const chain = this.chain;
      const lefts = unique([
        ...(k > 0 || s.continues ? [chain.last, chain.lastTrue] : []),
        ...this.mentioned.slice(-3).map((m) => m.surface),
        ...[chain.last, ...this.mentioned.slice(-3).map((m) => m.surface)].flatMap(summands),
      ]);
      const closed = closeBracket(
        { text: side.text.text, latex: isLatex(s) },
        (right) => lefts.map((left) => this.questionFor(left, right, n, chain.letters)),
        this.clinic(null),
      );
      this.push(
        s,
        k,
        'slip',
        null,
        fault.message,
        null,
        null,
        null,
        null,
        closed?.diagnosis ?? { mistake: 'unbalanced-bracket', say: '', fix: null },
      );
      if (closed !== null) {
        chain.last = closed.surface;
        chain.lastTrue = closed.surface;
        chain.at = n;
      }
      return;
    }
    if (k > 0 || s.continues) this.row(s, k, 'unclear', faultMessage(side));
  }

  // --- statements that begin with a relation ----------------------------------------------------------------------------------

  private continued(s: Statement, n: number): void {
    const anchors = this.anchors(s, n);
    if (this.chain === null && anchors.candidates[0] !== undefined)
      this.chain = this.newChain(anchors.candidates[0], n);
    let chain = this.chain;
    for (let k = 0; k < s.sides.length; k++) {
      const side = must(s.sides[k]);
      if (!isEquality(side)) {
        this.skip(side, n);
        chain = this.chain;
        continue;
      }
      if (side.surface === null) {
        this.fault(s, k, side, n);
        continue;
      }
      if (chain === null) {
        this.row(s, k, 'unclear', 'it is not clear what this line goes on from');
        this.chain = chain = this.newChain(side.surface, n);
        continue;
      }
      if (k === 0) this.claim(s, n, k, anchors.candidates, chain, anchors.certain);
      else this.claim(s, n, k, [chain.last], chain, true);
    }
    if (chain !== null) chain.conditions = this.conditionKey(n);
  }

  /** What a line that begins with `=` may go on from, nearest first. */
  private anchors(s: Statement, n: number): { candidates: Surface[]; certain: boolean } {
    const chain = this.chain;
    const near = this.mentioned
      .filter((m) => m.at < n)
      .slice(-4)
      .reverse();
    const between = near.filter((m) => chain === null || m.at > chain.at).length;
    const direct =
      chain !== null &&
      ((s.sameDisplay && this.followsChain(chain, n)) ||
        (chain.conditions === this.conditionKey(n) &&
          between === 0 &&
          this.followsChain(chain, n) &&
          this.plainBetween(chain.at, n)));
    const candidates = chain === null ? [] : [chain.last];
    const others = [...near.map((m) => m.surface), ...(chain === null ? [] : [chain.lastTrue, chain.head])];
    const parts = direct ? [] : [...candidates, ...others].flatMap(summands);
    return { candidates: direct ? candidates : [...candidates, ...others, ...parts], certain: direct };
  }
  /** The statement before was understood and is the chain's. */
  private followsChain(chain: Chain, n: number): boolean {
    for (let k = n - 1; k > chain.at; k--) {
      const item = this.survey.items[k];
      if (item?.kind === 'statement' && item.sides.some((x) => x.fault?.code !== 'words')) return false;
    }
    return true;
  }
  /** No more than a few joining words stand between two statements. */
  private plainBetween(from: number, to: number): boolean {
    let words = '';
    for (const item of this.survey.items.slice(from + 1, to))
      if (item.kind === 'prose') words += item.text.text;
      else if (item.kind === 'heading') return false;
    return words.replace(/\s+/g, ' ').trim().length < 90;
  }
  private conditionKey(n: number): string {
    return (this.survey.conditions[n] ?? [])
      .map((c) => `${c.left}${c.equal ? '=' : '≠'}${c.right}`)
      .sort()
      .join();
  }

  // --- one claim ----------------------------------------------------------------------------------------------------------

  private claim(
    s: Statement,
    n: number,
    k: number,
    candidates: readonly Surface[],
    chain: Chain,
    certain: boolean,
  ): void {
    const right = s.sides[k]?.surface as Surface;
    const outcome = this.compare(
      certain ? [...candidates, ...(chain.lastTrue === candidates[0] ? [] : [chain.lastTrue])] : candidates,
      right,
      n,
      chain.letters,
    );
    const left = candidates[0] ?? chain.last;
    if (outcome.holds !== null) {
      this.push(
        s,
        k,
        'holds',
        certaintyOf(outcome.holds, this.budget, this.known),
        outcome.holds.message,
        left,
        right,
        outcome.holds.attempt,
        outcome.question,
      );
      chain.lastTrue = right;
    } else if (outcome.certain !== null && certain && this.isDecidedByCondition(s))
      this.row(s, k, 'unclear', 'the text takes something as given that may decide this');
    else if (outcome.certain !== null && certain && !this.isStipulation(s, n, right))
      this.slip(s, k, outcome, left, right);
    else if (this.isStipulation(s, n, right) && outcome.first?.kind === 'compared') {
      this.row(s, k, 'assumption', 'taken as given');
      if (!s.display && s.sides.length === 2 && isConditionOnInputs(s, (id) => this.isInput(id), this.survey))
        this.stated.push(s.sides.flatMap((x) => (x.surface === null ? [] : this.directNames(x.surface))));
    } else {
      if (certain && (outcome.alternatives?.length ?? 0) > 0) this.open.push({ row: this.rows.length, outcome });
      this.push(
        s,
        k,
        'unclear',
        null,
        certain ? outcome.reason : `it is not certain what this line goes on from; ${outcome.reason}`,
        left,
        right,
        outcome.first,
        outcome.question,
      );
    }
    // What is not well formed is nothing to go on from.
    if (outcome.holds !== null || outcome.first?.kind === 'compared' || outcome.first?.formed === true)
      chain.last = right;
    chain.at = n;
  }

  private slip(s: Statement, k: number, outcome: Outcome, left: Surface, right: Surface): void {
    const side = must(s.sides[k]);
    const before = k > 0 ? s.sides[k - 1] : undefined;
    const question = outcome.question === null ? null : { ...outcome.question, left };
    const clinic = this.clinic(outcome);
    const found =
      question === null || outcome.certain === null
        ? null
        : diagnose(
            question,
            writtenSide(s, side, right),
            k === 1 && before?.surface === left ? writtenSide(s, before, left) : null,
            outcome.certain as Attempt,
            clinic,
          );
    const say =
      found === null || found.say === '' || found.mistake === 'index-used-as-argument'
        ? outcome.reason
        : `${outcome.reason}: ${found.say}`;
    const all = clinic.repairs.spent || clinic.residual.spent ? `${say}; ${searchCut}` : say;
    if (question !== null && outcome.certain !== null)
      this.accuse(this.rows.length, question, outcome.certain, found, s, outcome.model);
    this.push(s, k, 'slip', null, all, left, right, outcome.certain, outcome.question, found);
  }

  private accuse(
    row: number,
    question: Question,
    shown: Attempt,
    diagnosis: Diagnosis | null,
    statement: Statement,
    model = this.modelNow([question.left, question.right]),
  ): void {
    const goesOn = this.chain !== null && this.chain.lastTrue === question.left && this.chain.head !== question.left;
    const alone = !statement.continues && statement.sides.length === 2;
    const at = this.survey.items.indexOf(statement);
    const asserted = statement.asserted === true;
    this.docket.add(row, { model, question, shown, diagnosis, goesOn, alone, asserted, at });
  }

  private clinic(outcome: Outcome | null): Clinic {
    const question = outcome?.question ?? null;
    const also = [
      outcome?.reading,
      ...furtherReadings(new Set(outcome?.first?.choices ?? [])).filter((r) => this.confirmed.has(r.name)),
    ]
      .filter((r) => r !== undefined && r !== plainReading)
      .slice(0, 2) as Reading[];
    return {
      model: outcome?.model ?? this.modelNow(question === null ? [] : [question.left, question.right]),
      readings: [plainReading, ...also],
      reread: this.survey.reread,
      trueLeft: this.chain === null ? [] : [this.chain.lastTrue],
      textOf: (s) => this.texts.get(s) ?? null,
      repairs: this.budget.repairing(),
      residual: this.budget.residual(),
    };
  }

  /** `2A^TAx − 2A^Tb = 0` after "set to zero", `y_o = 1` after "if": conditions that the text imposes. */
  private isStipulation(s: Statement, n: number, right: Surface): boolean {
    if (s.asked === true) return false;
    const u = unwrap(right);
    const isZero = u.kind === 'number' && u.num === 0n;
    const left = s.sides[0]?.surface ? scripted(unwrap(s.sides[0].surface)) : null;
    // An equation for an input by itself can only be a condition on it.
    if (
      !s.continues &&
      s.sides[1]?.surface === right &&
      left !== null &&
      left.primes === 0 &&
      this.isInput(resolveScripts(left, this.survey.model.usage).id)
    )
      return true;
    const words = this.wordsBefore(n);
    if (isZero && s.sides.at(-1)?.surface === right) return true;
    if (!s.continues && s.sides.length === 2 && isConditionOnInputs(s, (id) => this.isInput(id), this.survey))
      return true;
    return stipulates.test(words) && !s.display;
  }

  private row(s: Statement, k: number, verdict: Verdict, message: string): void {
    this.push(s, k, verdict, null, message, null, null, null, null);
  }
  private push(
    statement: Statement,
    side: number,
    verdict: Verdict,
    certainty: Judgement['certainty'],
    message: string,
    left: Surface | null,
    right: Surface | null,
    found: Attempt | null,
    question: Question | null,
    diagnosis: Diagnosis | null = null,
  ): void {
    this.rows.push({ statement, side, verdict, certainty, message, left, right, attempt: found, question, diagnosis });
  }
}
