// A derivation as lines that are aligned at "=", with the reason beside each.
// Not here: what lights up (`math/touch.ts`), the question's form (`ask.tsx`).
// Invariant: every line, title and verdict is the library's.
import { computed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Derivation, Step } from 'whygrad';
import { Formula } from '../math/formula.tsx';
import type { Shown } from '../math/mark.ts';
import { Threads } from '../math/threads.tsx';
import { litBy, nothingLit, touched, type Lit } from '../math/touch.ts';
import { rowsOf } from './rows.ts';
import { MyTurn, turnNow } from './myturn.tsx';
import { openSteps, toggle } from './open.ts';
import { answer } from './asked.ts';
import { pressed } from './keys.ts';
import { derive as words } from '../words.ts';

/** Opens or closes what is smaller than a line's step, where there is something. */
function openStep(of: Derivation, id: string): void {
  const [first, ...rest] = id.split('.').map(Number);
  let step = of.steps[first ?? -1];
  for (const n of rest) step = step?.steps?.[n];
  if (step?.steps !== undefined) toggle(id);
}

/** What is touched lights up with its origins; worked out once for all lines. */
const lit = computed<Lit>(() => {
  const d = answer.value.derivation;
  return d === null ? nothingLit : litBy(touched.value, rowsOf(d, openSteps()));
});

export function Steps({ of, children }: { readonly of: Derivation; readonly children?: ComponentChildren }) {
  const open = openSteps();
  const turn = turnNow();
  return (
    <ol
      class="derivation"
      aria-label={words.steps}
      onPointerOver={touch}
      onPointerLeave={leave}
      onClick={touch}
      onKeyDown={(e) => pressed(e, (id) => openStep(of, id))}
    >
      <Threads of={lit.value.threads} />
      {of.steps.slice(0, turn ?? of.steps.length).map((step, n) => {
        const begins = n === 0 || of.steps[n - 1]?.to !== step.from;
        return (
          <>
            {begins && (
              <li class="step first">
                <LineOf id={n === 0 ? 'q' : `${n}f`} of={step.lines?.from ?? { latex: step.from }} />
              </li>
            )}
            {open.has(`${n}`) && step.steps !== undefined && (
              <Smaller id={`${n}`} steps={step.steps} from={step.from} last={step.to} />
            )}
            <StepLine id={`${n}`} step={step} isLast={n + 1 === of.steps.length} isOpen={open.has(`${n}`)} />
          </>
        );
      })}
      {turn === 0 && (
        <li class="step first">
          <LineOf id="q" of={of.steps[0]?.lines?.from ?? of.question} />
        </li>
      )}
      {turn !== null && <MyTurn steps={of.steps} asked={answer.value.asked} from={of.question.text} />}
      {turn === null && children}
    </ol>
  );
}

function LineOf({ id, of, display = true }: { readonly id: string; readonly of: Shown; readonly display?: boolean }) {
  const own = lit.value.parts.get(id);
  return (
    <div class="formula" data-line={id} tabIndex={0}>
      <Formula of={of} display={display} {...(own === undefined ? {} : { lit: own })} />
    </div>
  );
}

const mark = (check: Step['check']): string => (check === 'proved' ? '✓' : '≈');
const shownTo = (step: Step): Shown => step.lines?.to ?? { latex: step.latex };

/** Whether what is touched was made, or picked, by this step. */
const isMade = (id: string): boolean => lit.value.threads.some((t) => t.to.line === id && t.how !== 'kept');

interface StepProps {
  readonly id: string;
  readonly step: Step;
  readonly isLast: boolean;
  readonly isOpen: boolean;
}
function StepLine({ id, step, isLast, isOpen }: StepProps) {
  return (
    <li class={`step${isLast ? ' result' : ''}${isMade(id) ? ' stressed' : ''}`}>
      <span class="mark" title={words[step.check]}>
        <span aria-hidden="true">{mark(step.check)}</span>
        <span class="skip">{words[step.check]}</span>
      </span>
      <span class="eq" aria-hidden="true">
        =
      </span>
      <LineOf id={id} of={shownTo(step)} />
      <div class="why">
        <b>{step.title}</b> <Say step={step} />
        {step.steps !== undefined && <More id={id} steps={step.steps} isOpen={isOpen} />}
      </div>
    </li>
  );
}

interface MoreProps {
  readonly id: string;
  readonly steps: readonly Step[];
  readonly isOpen: boolean;
}
const More = ({ id, steps, isOpen }: MoreProps) => (
  <button type="button" class="plain" aria-expanded={isOpen} onClick={() => toggle(id)}>
    {isOpen ? words.hide : words.smaller(steps.length)}
  </button>
);

/** What a step says; whole formulas in it are set. */
function Say({ step }: { readonly step: Step }) {
  const parts = step.words ?? [step.say];
  return <span>{parts.map((part) => (typeof part === 'string' ? part : <Formula of={part} />))}</span>;
}

interface SmallerProps {
  readonly id: string;
  readonly steps: readonly Step[];
  /** The line that the steps stand for: from, and to, which is not repeated. */
  readonly from: string;
  readonly last: string;
}
/** Smaller steps stand above the line that they lead to, which is not repeated. */
function Smaller({ id, steps, last, from }: SmallerProps) {
  const open = openSteps();
  return (
    <li class="subs">
      <ol class="sub">
        {steps.map((step, n) => {
          const own = `${id}.${n}`;
          const begins = (n === 0 ? from : steps[n - 1]?.to) !== step.from;
          return (
            <>
              {step.steps !== undefined && open.has(own) && (
                <li class="deeper">
                  <Smaller id={own} steps={step.steps} last={step.to} from={step.from} />
                </li>
              )}
              {begins && (
                <li class="from">
                  <span />
                  <LineOf id={`${own}f`} of={step.lines?.from ?? { latex: step.from }} display={false} />
                  <span />
                </li>
              )}
              <li>
                <span class="eq" aria-hidden="true">
                  =
                </span>
                {step.to === last && n + 1 === steps.length ? (
                  <span class="quiet">↓</span>
                ) : (
                  <LineOf id={own} of={shownTo(step)} />
                )}
                <span class="why2">
                  {mark(step.check)} {step.title}
                  {step.steps !== undefined && <More id={own} steps={step.steps} isOpen={open.has(own)} />}
                </span>
              </li>
            </>
          );
        })}
      </ol>
    </li>
  );
}

/** The innermost part under the pointer that can be touched. */
function touch(event: Event): void {
  const target = event.target instanceof Element ? event.target.closest('[data-p]') : null;
  const line = target?.closest('[data-line]')?.getAttribute('data-line');
  const path = target?.getAttribute('data-p');
  if (line === null || line === undefined || path === null || path === undefined || path === 'r') return;
  touched.value = { line, path };
}

function leave(): void {
  touched.value = null;
}
