// The text under judgement and the verdicts on it.
// Not here: the editor (`editor.ts`), the list (`verdicts.tsx`).
// Invariant: verdicts carry the text that they are of; those of an older text are stale.
import { effect, signal } from '@preact/signals';
import { change, field, state } from '../state.ts';
import { Client, JobError } from '../work/client.ts';
import type { Judged } from '../work/jobs.ts';
import { slipSample } from './samples.ts';

/** The longest text that an address holds. */
const longest = 8000;
const judge = new Client();

export const text = signal('');
/** The verdicts on a text; `fault` tells why there are none. */
export const judged = signal<{ readonly text: string; readonly of: Judged; readonly fault?: string } | null>(null);
export const isStale = (): boolean => judged.value?.text !== text.value;
/** The line where the cursor is, from 1. */
export const cursor = signal(1);
export const isTooLong = (): boolean => text.value.length > longest;

let running = false;
/** Judges the newest text; what is typed meanwhile is judged next. */
async function run(): Promise<void> {
  if (running) return;
  running = true;
  while (judged.peek()?.text !== text.peek()) {
    const now = text.peek();
    try {
      judged.value = { text: now, of: await judge.ask('lint', { text: now }, 30_000).answer };
    } catch (error) {
      const why = error instanceof JobError ? error.fault.message : String(error);
      judged.value = { text: now, of: { rows: [], milliseconds: 0 }, fault: why };
    }
  }
  running = false;
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** Another text: judged at once; the address follows when the typing pauses. */
export function setText(next: string): void {
  text.value = next;
  run();
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (state.peek().view === 'check') change({ text: next.length <= longest ? next : '', sample: '' }, 'replace');
  }, 400);
}

/** The text that the address asks for: its own, a sample, or what was there. */
export function followText(): () => void {
  return effect(() => {
    if (state.value.view !== 'check') return;
    const [own, sample] = [field('text'), field('sample')];
    if (own !== '') replaceText(own);
    else if (sample !== '' && sample !== 'slip')
      judge.ask('document', { name: sample }).answer.then(replaceText, () => undefined);
    else if (text.peek() === '' || sample === 'slip') replaceText(slipSample);
  });
}

function replaceText(next: string): void {
  if (text.peek() === next && judged.peek()?.text === next) return;
  text.value = next;
  run();
}

export const report = (format: 'text' | 'sarif'): Promise<string> =>
  judge.ask('report', { text: text.peek(), name: 'text.md', format }).answer;
