// The parts of the lines on the page as numbers and as words, asked of the worker when something is touched.
// Not here: showing them (`touched.tsx`), computing them (`work/read-jobs.ts`).
// Invariant: numbers belong to the values and lines that they were asked for; while newer ones are computed there are none.
import { effect, signal } from '@preact/signals';
import type { Nested, Line } from 'whygrad';
import { touched } from '../math/touch.ts';
import { valuesOf } from '../numbers/values.ts';
import { Client } from '../work/client.ts';
import { derive as words } from '../words.ts';
import { answer } from './asked.ts';
import { openSteps } from './open.ts';
import { rowsOf } from './rows.ts';
import { touchedNow, type Seen } from './seen.ts';

interface Numbers {
  readonly key: string;
  readonly of: ReadonlyMap<Line, Readonly<Record<string, Nested>>>;
}
const numbers = signal<Numbers | null>(null);
/** What was touched, as words for a reader who listens. */
export const spoken = signal('');

/** Workers of their own: a long derivation does not keep a touch waiting. */
const client = new Client();
let isAsking = false;

const keyNow = (): string => {
  const v = valuesOf();
  return JSON.stringify([answer.value.asked, [...openSteps()], v.z, v.y, v.temperature]);
};

/** The number of a part of the entrance's lines at the values that stand beside; undefined where it has none. */
export const numberOf = (line: Line, path: string): Nested | undefined =>
  numbers.value?.key === keyNow() ? numbers.value.of.get(line)?.[path] : undefined;

async function compute(): Promise<void> {
  const { derivation, asked } = answer.peek();
  const key = keyNow();
  if (isAsking || derivation === null || numbers.peek()?.key === key) return;
  isAsking = true;
  const lines = rowsOf(derivation, openSteps()).map((r) => r.line);
  const { z, y } = valuesOf();
  try {
    const found = await client.ask('numbers', { lines, options: asked.options, values: { z, y } }).answer;
    numbers.value = { key, of: new Map(lines.map((line, n) => [line, found[n] ?? {}])) };
  } catch {
    // Numbers beside a term are no part of the derivation: without them the term is shown alone.
    numbers.value = { key, of: new Map() };
  }
  isAsking = false;
  if (touched.peek() !== null && keyNow() !== key) await compute();
}

async function speak(seen: Seen): Promise<void> {
  const { source } = seen;
  const texts = [
    seen.line.text.slice(...seen.part.text),
    ...(source?.parts.map((p) => source.line.text.slice(...p.text)) ?? []),
  ];
  const [own = '', ...from] = await client.ask('speak', { texts }).answer.catch(() => texts);
  if (touchedNow.peek() !== seen) return;
  const origin =
    source === null ? '' : `. ${words.comesFrom} ${from.join(` ${words.and} `)}, ${words[source.how]} ${source.title}`;
  spoken.value = `${own}${origin}.`;
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** Follows what is touched: numbers where there are values, words when the hand rests. */
export function followTouch(isEntrance: () => boolean): () => void {
  return effect(() => {
    const seen = touchedNow.value;
    clearTimeout(timer);
    if (seen === null) return;
    if (isEntrance() && valuesOf().temperature === 1) compute();
    timer = setTimeout(() => speak(seen), 250);
  });
}
