// A derivation as lines that are aligned at "=", with the reason beside each.
// Not here: what lights up (`math/touch.ts`), the question's form (`ask.tsx`).
// Invariant: every line, title and verdict is the library's.
import type { ComponentChildren } from 'preact';
import type { Derivation, Step } from 'whygrad';
import { Formula } from '../math/formula.tsx';
import type { Shown } from '../math/mark.ts';
import { litBy, touched } from '../math/touch.ts';
import { change, field } from '../state.ts';
import { pressed } from './keys.ts';
import { derive as words } from '../words.ts';

/** The lines of the smaller steps that are open, by the number of their step. */
const openSteps = (): ReadonlySet<string> =>
  new Set(
    field('open')
      .split(',')
      .filter((n) => n !== ''),
  );

function toggle(id: string): void {
  const open = new Set(openSteps());
  if (!open.delete(id)) open.add(id);
  change({ open: [...open].join(',') }, 'replace');
}

/** Opens or closes what is smaller than a line's step, where there is something. */
function openStep(of: Derivation, id: string): void {
  const [first, ...rest] = id.split('.').map(Number);
  let step = of.steps[first ?? -1];
  for (const n of rest) step = step?.steps?.[n];
  if (step?.steps !== undefined) toggle(id);
}

export function Steps({ of, children }: { readonly of: Derivation; readonly children?: ComponentChildren }) {
  const open = openSteps();
  const begin = of.steps[0]?.lines?.from ?? of.question;
  return (
    <ol
      class="derivation"
      aria-label={words.steps}
      onPointerOver={touch}
      onPointerLeave={leave}
      onClick={touch}
      onKeyDown={(e) => pressed(e, (id) => openStep(of, id))}
    >
      <li class="step first" data-line="q">
        <LineOf id="q" of={begin} />
      </li>
      {of.steps.map((step, n) => (
        <>
          {open.has(`${n}`) && step.steps !== undefined && (
            <Smaller id={`${n}`} steps={step.steps} from={step.from} last={step.to} />
          )}
          <StepLine id={`${n}`} step={step} isLast={n + 1 === of.steps.length} isOpen={open.has(`${n}`)} />
        </>
      ))}
      {children}
    </ol>
  );
}

function LineOf({ id, of, display = true }: { readonly id: string; readonly of: Shown; readonly display?: boolean }) {
  const lit = litBy(touched.value).get(id);
  return (
    <div class="formula" data-line={id} tabIndex={0}>
      <Formula of={of} display={display} {...(lit === undefined ? {} : { lit })} />
    </div>
  );
}

const mark = (check: Step['check']): string => (check === 'proved' ? '✓' : '≈');
const shownTo = (step: Step): Shown => step.lines?.to ?? { latex: step.latex };

interface StepProps {
  readonly id: string;
  readonly step: Step;
  readonly isLast: boolean;
  readonly isOpen: boolean;
}
function StepLine({ id, step, isLast, isOpen }: StepProps) {
  return (
    <li class={isLast ? 'step result' : 'step'}>
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
