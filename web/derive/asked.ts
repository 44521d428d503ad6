// What is asked of the view Derive, read from the page's state, and the answer to it.
// Not here: the layout.
// Invariant: the answer on the page belongs to the question in the address, or is shown as of the one before.
import { effect, signal } from '@preact/signals';
import type { Derivation, DeriveOptions } from 'whygrad';
import { coloured } from '../math/mark.ts';
import { field, state } from '../state.ts';
import { client, JobError } from '../work/client.ts';
import type { Fault } from '../work/jobs.ts';
import { first } from '../first.ts';

export interface Question {
  readonly question: string;
  readonly options: DeriveOptions;
}

const routes = ['auto', 'quotient', 'product', 'log'] as const;
const details = ['outline', 'steps', 'all'] as const;
const oneOf = <T extends string>(text: string, all: readonly T[], usual: T): T => all.find((x) => x === text) ?? usual;

/** The question of the state. */
export function questionOf(): Question {
  const own = field('own');
  const by = oneOf(field('by'), routes, 'auto');
  const detail = oneOf(field('detail'), details, 'outline');
  const given = own
    .split('\n')
    .map((l) => l.trim())
    .filter((l) => l !== '');
  return {
    question: field('q', 'dL/dz_i'),
    options: { by, detail, ...(own === '' ? { in: field('in', 'softmax-cross-entropy') } : { given }) },
  };
}

export interface Answer {
  readonly asked: Question;
  readonly derivation: Derivation | null;
  readonly fault: Fault | null;
  /** Since when an answer is awaited; null when it has come. */
  readonly working: (() => void) | null;
}

const keyOf = (q: Question): string => JSON.stringify(q);
const remembered = new Map<string, Derivation>();

export const answer = signal<Answer>({
  asked: first.asked,
  derivation: first.derivation,
  fault: null,
  working: null,
});

/** Asks again whenever the question in the address changes. */
export function answerQuestions(): void {
  remembered.set(keyOf(first.asked), first.derivation);
  effect(() => {
    const d = answer.value.derivation;
    coloured.value =
      state.value.view !== 'derive' || d === null || d.givens.some((g) => /^(?:[pq]|y_hat)[_ ]/.test(g.text));
  });
  effect(() => {
    if (state.value.view !== 'derive') return;
    const asked = questionOf();
    if (keyOf(asked) !== keyOf(answer.peek().asked)) ask(asked);
  });
}

async function ask(asked: Question): Promise<void> {
  answer.peek().working?.();
  const known = remembered.get(keyOf(asked));
  if (known !== undefined) {
    answer.value = { asked, derivation: known, fault: null, working: null };
    return;
  }
  const job = client.ask('derive', asked);
  answer.value = { ...answer.peek(), asked, fault: null, working: job.stop };
  const stillAsked = (): boolean => answer.peek().asked === asked;
  try {
    const derivation = await job.answer;
    remembered.set(keyOf(asked), derivation);
    if (stillAsked()) answer.value = { asked, derivation, fault: null, working: null };
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    if (stillAsked()) answer.value = { asked, derivation: null, fault: error.fault, working: null };
  }
}
